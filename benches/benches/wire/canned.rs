//! A listener that knows the answers beforehand, so that what is measured is the client.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use certum_benches::Outcome;
use certum_benches::processor::stay_on_processor;

/// What is answered to the body of a request.
type Answers = dyn Fn(&[u8]) -> Outcome<Vec<u8>> + Send + Sync;

/// Answers POSTs on a free port of this machine until the process ends.
pub(crate) fn serve(
    answers: impl Fn(&[u8]) -> Outcome<Vec<u8>> + Send + Sync + 'static,
) -> Outcome<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let answers: Arc<Answers> = Arc::new(answers);
    thread::spawn(move || {
        stay_on_processor(0);
        for stream in listener.incoming().flatten() {
            let answers = Arc::clone(&answers);
            thread::spawn(move || {
                // The client sees that the connection is over, and says so.
                let _ = converse(&stream, &*answers);
            });
        }
    });
    Ok(address)
}

/// One request after another, as long as the client keeps the connection.
fn converse(stream: &TcpStream, answers: &Answers) -> Outcome<()> {
    stream.set_nodelay(true)?;
    let mut input = BufReader::new(stream);
    while let Some(length) = read_head(&mut input)? {
        let mut body = vec![0; length];
        input.read_exact(&mut body)?;
        let answer = answers(&body)?;
        let mut response = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/xml; charset=utf-8\r\ncontent-length: {}\r\n\r\n",
            answer.len()
        )
        .into_bytes();
        response.extend_from_slice(&answer);
        (&mut &*stream).write_all(&response)?;
    }
    Ok(())
}

/// The length of the body that follows, or `None` at the end.
fn read_head(input: &mut impl BufRead) -> io::Result<Option<usize>> {
    let mut length = 0;
    let mut line = String::new();
    while input.read_line(&mut line)? > 0 {
        let Some((name, value)) = line.split_once(':') else {
            if line.trim().is_empty() {
                return Ok(Some(length));
            }
            line.clear();
            continue;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
        line.clear();
    }
    Ok(None)
}
