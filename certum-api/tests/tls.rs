//! The client against a TLS server of others: openssl's certificates, Python's TLS.

#![allow(clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use certum_api::operations::GetProductList;
use certum_api::{Client, Credentials, Environment, ErrorKind};

/// Answers every POST with an empty list, over TLS, for as long as it lives. Prints its port.
const SERVER: &str = r#"
import http.server, ssl, sys
ANSWER = b"""<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>
<t:getProductListResponse xmlns:t='http://webservice.api.muc.unizeto.pl/'><responseHeader><successCode>0</successCode>
</responseHeader></t:getProductListResponse></s:Body></s:Envelope>"""
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)
    def log_message(self, *arguments):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("leaf.pem", "leaf.key")
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
"#;

struct Server {
    child: Child,
    url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn openssl(directory: &Path, arguments: &str) {
    let output = Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(directory)
        .output()
        .expect("openssl runs");
    assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A root of its own for each directory, and a server's certificate under it for 127.0.0.1.
fn make_certificates(directory: &Path) {
    std::fs::write(directory.join("names"), "subjectAltName=IP:127.0.0.1\n").expect("a file");
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    openssl(directory, &format!("req -x509 {key} -keyout root.key -out root.pem -subj /CN=Root -days 2"));
    openssl(directory, &format!("req {key} -keyout leaf.key -out leaf.csr -subj /CN=127.0.0.1"));
    openssl(
        directory,
        "x509 -req -in leaf.csr -CA root.pem -CAkey root.key -CAcreateserial -extfile names -days 1 -out leaf.pem",
    );
}

fn serve(directory: &Path) -> Server {
    let mut child = Command::new("python3")
        .args(["-c", SERVER])
        .current_dir(directory)
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 runs");
    let mut port = String::new();
    let stdout = child.stdout.take().expect("a pipe");
    BufReader::new(stdout).read_line(&mut port).expect("a line");
    Server { child, url: format!("https://127.0.0.1:{}/", port.trim()) }
}

fn is_missing(program: &str) -> bool {
    let missing = Command::new(program).arg("--version").output().is_err();
    if missing {
        let _ = writeln!(std::io::stderr(), "skipped: this machine has no {program}");
    }
    missing
}

#[tokio::test]
async fn trusts_a_root_that_was_named_and_no_other() {
    if is_missing("openssl") || is_missing("python3") {
        return;
    }
    let (ours, others) =
        (tempfile::tempdir().expect("a directory"), tempfile::tempdir().expect("a directory"));
    make_certificates(ours.path());
    make_certificates(others.path());
    let server = serve(ours.path());
    let builder = || {
        let endpoint = Environment::Custom(server.url.parse().expect("a URL"));
        Client::builder(endpoint, Credentials::new("reseller", "password"))
    };
    let root =
        |directory: &tempfile::TempDir| std::fs::read(directory.path().join("root.pem")).expect("a root");

    let trusting = builder().root_certificates(root(&ours)).build().expect("a client");
    let answer = trusting.call(&GetProductList::new()).await.expect("an answer");
    assert!(answer.products.is_empty());

    for client in [builder(), builder().root_certificates(root(&others))] {
        let client = client.build().expect("a client");
        let error = client.call(&GetProductList::new()).await.expect_err("a handshake that fails");
        assert!(matches!(error.kind(), ErrorKind::Connect(_)), "{error:?}");
    }
}
