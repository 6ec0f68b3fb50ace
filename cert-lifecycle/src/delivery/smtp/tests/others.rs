//! A mail server and a reader of mails by others.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

use super::*;

/// Demands TLS and a password. Prints its port, then each mail as Python's `email` reads it.
const SERVER: &str = r#"
import asyncio, email, email.policy, json, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult

def read(part):
    content = part.get_content()
    if isinstance(content, bytes):
        content = content.hex()
    return [part.get_content_type(), part.get_filename(), content]

class Handler:
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        print(json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "user": session.auth_data.login.decode(),
            "defects": [str(defect) for part in mail.walk() for defect in part.defects],
            "headers": {name.lower(): str(value) for name, value in mail.items()},
            "parts": [read(part) for part in mail.walk() if not part.is_multipart()],
        }), flush=True)
        return "250 taken"

def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"shop", b"s3cret"), handled=False, auth_data=data)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("leaf.pem", "leaf.key")
implicit = sys.argv[1] == "tls"

def factory():
    # It sees nothing of the TLS around it, and would offer no AUTH.
    tls = {"auth_require_tls": False} if implicit else {"tls_context": context, "require_starttls": True}
    return SMTP(Handler(), hostname="localhost", authenticator=authenticate, auth_required=True, **tls)

async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(factory, "127.0.0.1", 0, ssl=context if implicit else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"#;

struct Others {
    directory: TempDir,
    port: u16,
    mails: Lines<BufReader<ChildStdout>>,
    // Ends when it is dropped.
    _server: Child,
}

impl Others {
    /// `None`, and a line that says so, on a machine without aiosmtpd.
    async fn start(security: &str) -> Option<Self> {
        let found = Command::new("python3").args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
        if !found.is_ok_and(|status| status.success()) {
            println!("skipped: there is no python3 with aiosmtpd");
            return None;
        }
        let directory = tempfile::tempdir().unwrap();
        make_certificates(directory.path());
        let mut server = tokio::process::Command::new("python3")
            .args(["-c", SERVER, security])
            .current_dir(directory.path())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut mails = BufReader::new(server.stdout.take().unwrap()).lines();
        let port = mails.next_line().await.unwrap().unwrap().parse().unwrap();
        Some(Self { directory, port, mails, _server: server })
    }

    fn delivery(&self, security: SmtpSecurity) -> SmtpDeliveryBuilder {
        let root = std::fs::read(self.directory.path().join("root.pem")).unwrap();
        SmtpDelivery::builder("127.0.0.1", security, "Certyfikaty Żółwia <noreply@shop.example>")
            .port(self.port)
            .credentials("shop", "s3cret")
            .root_certificate(root)
            .clock(now)
    }

    async fn mail(&mut self) -> Value {
        serde_json::from_str(&self.mails.next_line().await.unwrap().unwrap()).unwrap()
    }
}

/// A root of its own for each server, and a certificate under it for 127.0.0.1.
fn make_certificates(directory: &Path) {
    std::fs::write(directory.join("names"), "subjectAltName=IP:127.0.0.1\n").unwrap();
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    for arguments in [
        format!("req -x509 {key} -keyout root.key -out root.pem -subj /CN=Root -days 2"),
        format!("req {key} -keyout leaf.key -out leaf.csr -subj /CN=127.0.0.1"),
        "x509 -req -in leaf.csr -CA root.pem -CAkey root.key -CAcreateserial -extfile names -days 1 -out leaf.pem"
            .to_owned(),
    ] {
        let made = Command::new("openssl").args(arguments.split(' ')).current_dir(directory).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
}

#[tokio::test]
async fn a_reader_by_others_finds_all_parts_of_a_mail_sent_over_starttls() {
    let Some(mut others) = Others::start("starttls").await else { return };
    let rich = message()
        .with_html("<p>Dzień dobry</p>")
        .with_attachment(Attachment {
            file_name: "żółw.crt".into(),
            media_type: "application/x-x509-ca-cert".into(),
            content: vec![0, 255, 13, 10, 46],
        })
        .with_header(Header::new("Reply-To", "help@shop.example").unwrap())
        .with_header(Header::new("X-Customer", "Żółw").unwrap());
    let delivery = others.delivery(SmtpSecurity::StartTls).build().unwrap();
    assert_eq!(delivery.deliver(&rich).await, Delivery::Delivered);
    let mail = others.mail().await;
    assert_eq!(mail["defects"], json!([]));
    assert_eq!(
        (&mail["from"], &mail["to"], &mail["user"]),
        (&json!("noreply@shop.example"), &json!(["jan@example.com"]), &json!("shop"))
    );
    for (name, expected) in [
        ("from", "Certyfikaty Żółwia <noreply@shop.example>"),
        ("to", "Jan Żółw <jan@example.com>"),
        ("subject", "Zażółć gęślą jaźń"),
        ("message-id", "<notice-7.issued@shop.example>"),
        ("date", "Sat, 21 Nov 2026 12:00:00 +0000"),
        ("auto-submitted", "auto-generated"),
        ("reply-to", "help@shop.example"),
        ("x-customer", "Żółw"),
    ] {
        assert_eq!(mail["headers"][name], expected, "{name}");
    }
    let parts = mail["parts"].as_array().unwrap();
    assert_eq!(parts.len(), 3, "{parts:?}");
    assert_eq!((&parts[0][0], text(&parts[0][2])), (&json!("text/plain"), "Dzień dobry\n.".to_owned()));
    assert_eq!((&parts[1][0], text(&parts[1][2])), (&json!("text/html"), "<p>Dzień dobry</p>".to_owned()));
    assert_eq!(parts[2], json!(["application/x-x509-ca-cert", "żółw.crt", "00ff0d0a2e"]));

    // Sent again, it can be recognised.
    assert_eq!(delivery.deliver(&rich).await, Delivery::Delivered);
    assert_eq!(others.mail().await, mail);
}

/// A text without the ends of lines, which differ on the wire.
fn text(content: &Value) -> String {
    content.as_str().unwrap().replace("\r\n", "\n").trim_end().to_owned()
}

#[tokio::test]
async fn a_plain_mail_goes_over_tls_from_the_first_byte() {
    let Some(mut others) = Others::start("tls").await else { return };
    let delivery = others.delivery(SmtpSecurity::Tls).build().unwrap();
    assert_eq!(delivery.deliver(&message()).await, Delivery::Delivered);
    let mail = others.mail().await;
    let parts = mail["parts"].as_array().unwrap();
    assert_eq!((parts.len(), text(&parts[0][2])), (1, "Dzień dobry\n.".to_owned()));
}

#[tokio::test]
async fn a_wrong_password_or_an_unknown_root_does_not_lose_the_mail() {
    let Some(others) = Others::start("starttls").await else { return };
    let wrong = others.delivery(SmtpSecurity::StartTls).credentials("shop", "another");
    let outcome = wrong.build().unwrap().deliver(&message()).await;
    let (told_as, reason) = told(&outcome);
    assert!(told_as == "later" && reason.contains("535"), "{outcome:?}");
    assert!(!reason.contains("another"), "{reason}");

    let stranger = SmtpDelivery::builder("127.0.0.1", SmtpSecurity::StartTls, "noreply@shop.example")
        .port(others.port)
        .credentials("shop", "s3cret")
        .build()
        .unwrap();
    let outcome = stranger.deliver(&message()).await;
    assert_eq!(told(&outcome).0, "later", "{outcome:?}");
}
