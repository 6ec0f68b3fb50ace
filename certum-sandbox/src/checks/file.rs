//! Proofs of control that live on a web server.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use hickory_proto::rr::{RData, RecordType};
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};

use super::lookup::Lookups;
use crate::web::WebFiles;

/// Where the file lies.
pub(crate) const PATH: &str = "/.well-known/pki-validation/certum.txt";

/// What follows the code in the file.
const SUFFIX: &str = "-certum.pl";

/// How long the whole exchange may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// More than this is no proof, but a page.
const MAX_BODY: usize = 4096;

/// Who serves the files.
pub(crate) enum Web {
    /// Whoever listens at this port of the address that DNS gives: 80 in the world, the sandbox's own listener here.
    Network { port: u16 },
    /// Nobody listens: the files that a sandbox at this address would serve.
    Own { files: Arc<WebFiles>, address: Ipv4Addr },
}

/// Path and text of the file that carries a code.
pub(crate) fn proof(code: &str) -> (&'static str, String) {
    (PATH, format!("{code}{SUFFIX}"))
}

/// Fetches the file from the address that DNS gives and compares. `Err` is the reason, for the customer.
///
/// Redirects are not followed: a proof on another host proves that host.
pub(super) async fn check(lookups: &Lookups, web: &Web, domain: &str, code: &str) -> Result<(), String> {
    let found = lookups.find(domain, RecordType::A).await?;
    let address = found.iter().find_map(|data| match data {
        RData::A(address) => Some(address.0),
        _ => None,
    });
    let Some(address) = address else { return Err(format!("no A record at {domain}")) };
    let body = web.get(address, domain).await.map_err(|reason| format!("http://{domain}{PATH}: {reason}"))?;
    match body.trim_ascii() == proof(code).1.as_bytes() {
        true => Ok(()),
        false => Err(format!("http://{domain}{PATH}: found {} bytes, not the code", body.len())),
    }
}

impl Web {
    async fn get(&self, address: Ipv4Addr, host: &str) -> Result<Bytes, String> {
        match self {
            Self::Network { port } => {
                let address = SocketAddr::new(IpAddr::V4(address), *port);
                let fetched = timeout(TIMEOUT, fetch(address, host)).await;
                fetched.unwrap_or_else(|_| Err(format!("no answer within {} s", TIMEOUT.as_secs())))
            }
            Self::Own { address: own, .. } if *own != address => {
                Err("cannot be fetched: nobody listens there".to_owned())
            }
            Self::Own { files, .. } => match files.get(host, PATH) {
                Some(body) if body.len() > MAX_BODY => Err(too_large()),
                Some(body) => Ok(body.into()),
                None => Err("answered 404".to_owned()),
            },
        }
    }
}

fn too_large() -> String {
    format!("the file was cut off or is larger than {MAX_BODY} bytes")
}

async fn fetch(address: SocketAddr, host: &str) -> Result<Bytes, String> {
    let unreachable = |error: &dyn std::fmt::Display| format!("cannot be fetched: {error}");
    let stream = TcpStream::connect(address).await.map_err(|e| unreachable(&e))?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|e| unreachable(&e))?;
    let request = Request::get(PATH)
        .header(header::HOST, host)
        .header(header::USER_AGENT, "certum-sandbox domain check")
        .header(header::CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|e| unreachable(&e))?;
    let exchange = async {
        let response = sender.send_request(request).await.map_err(|e| unreachable(&e))?;
        if response.status() != StatusCode::OK {
            return Err(format!("answered {}", response.status().as_u16()));
        }
        let body = Limited::new(response.into_body(), MAX_BODY).collect().await;
        body.map(http_body_util::Collected::to_bytes).map_err(|_| too_large())
    };
    // The connection has to be driven while the exchange waits on it, and is of no use afterwards.
    tokio::pin!(connection, exchange);
    let mut open = true;
    loop {
        tokio::select! {
            result = &mut exchange => return result,
            _ = &mut connection, if open => open = false,
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;
    use crate::dns::{DnsServer, DnsTable};

    /// A web server that gives one canned answer, for as long as it is asked.
    async fn check_against(answer: &'static [u8], code: &str) -> Result<(), String> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 2048];
            let length = stream.read(&mut request).await.unwrap();
            stream.write_all(answer).await.unwrap();
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        let table = Arc::new(DnsTable::default());
        table.add_web_host("shop.example");
        let dns = DnsServer::start("127.0.0.1:0".parse().unwrap(), table).await.unwrap();
        let web = Web::Network { port };
        let result = check(&Lookups::new(dns.address()).unwrap(), &web, "shop.example", code).await;
        let request = server.await.unwrap();
        assert!(request.starts_with("GET /.well-known/pki-validation/certum.txt HTTP/1.1"), "{request}");
        assert!(request.to_lowercase().contains("host: shop.example\r\n"), "{request}");
        result
    }

    #[tokio::test]
    async fn accepts_the_code_with_or_without_a_final_newline() {
        let plain = b"HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\nabc1-certum.pl";
        assert_eq!(check_against(plain, "abc1").await, Ok(()));
        let newline = b"HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\nabc1-certum.pl\n";
        assert_eq!(check_against(newline, "abc1").await, Ok(()));
    }

    #[tokio::test]
    async fn refuses_another_text_an_error_page_a_redirect_and_a_flood() {
        let other = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nabc1";
        assert!(check_against(other, "abc1").await.unwrap_err().ends_with("found 4 bytes, not the code"));
        let missing = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
        assert!(check_against(missing, "abc1").await.unwrap_err().ends_with("answered 404"));
        let moved = b"HTTP/1.1 302 Found\r\nlocation: http://a.example/\r\ncontent-length: 0\r\n\r\n";
        assert!(check_against(moved, "abc1").await.unwrap_err().ends_with("answered 302"));
        let mut flood = b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n".to_vec();
        flood.extend([b'x'; 5000]);
        assert!(check_against(flood.leak(), "abc1").await.unwrap_err().contains("larger than 4096"));
    }

    #[tokio::test]
    async fn a_host_without_an_address_is_a_reason() {
        let table = Arc::new(DnsTable::default());
        let dns = DnsServer::start("127.0.0.1:0".parse().unwrap(), table).await.unwrap();
        let web = Web::Network { port: 1 };
        let reason = check(&Lookups::new(dns.address()).unwrap(), &web, "shop.example", "abc1").await;
        assert_eq!(reason, Err("no A record at shop.example".to_owned()));
    }
}
