//! DNS over UDP and TCP.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use hickory_proto::op::{Edns, Message, MessageType, OpCode, ResponseCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UdpSocket},
    task::JoinSet,
    time::timeout,
};

use super::table::DnsTable;

/// The largest answer over UDP, whatever the asker offers: what passes the common path whole.
const UDP_PAYLOAD: u16 = 1232;

/// How long a TCP asker may be silent.
const TCP_IDLE: Duration = Duration::from_secs(10);

/// How often a port that is free for UDP, but taken for TCP, is given up for another.
const PORT_TRIES: usize = 16;

/// A DNS server on one port for both transports. Dropping it stops it.
pub(crate) struct DnsServer {
    address: SocketAddr,
    _tasks: JoinSet<()>,
}

impl DnsServer {
    pub(crate) async fn start(listen: SocketAddr, table: Arc<DnsTable>) -> io::Result<Self> {
        let (udp, tcp, address) = bind(listen).await?;
        let mut tasks = JoinSet::new();
        tasks.spawn(serve_udp(udp, Arc::clone(&table)));
        tasks.spawn(serve_tcp(tcp, table));
        Ok(Self { address, _tasks: tasks })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Opens one port number for both transports.
async fn bind(listen: SocketAddr) -> io::Result<(UdpSocket, TcpListener, SocketAddr)> {
    let mut tries = 0;
    loop {
        tries += 1;
        let udp = UdpSocket::bind(listen).await?;
        let address = udp.local_addr()?;
        match TcpListener::bind(address).await {
            Ok(tcp) => return Ok((udp, tcp, address)),
            Err(_) if listen.port() == 0 && tries < PORT_TRIES => {}
            Err(error) => return Err(error),
        }
    }
}

async fn serve_udp(socket: UdpSocket, table: Arc<DnsTable>) {
    let mut buffer = [0; 4096];
    loop {
        // An error belongs to one datagram (an asker that went away): the next one is none the worse.
        let Ok((length, asker)) = socket.recv_from(&mut buffer).await else { continue };
        let Some(reply) = buffer.get(..length).and_then(|question| answer(question, &table, true)) else {
            continue;
        };
        if let Err(error) = socket.send_to(&reply, asker).await {
            tracing::debug!(%error, "a DNS answer was not sent");
        }
    }
}

async fn serve_tcp(listener: TcpListener, table: Arc<DnsTable>) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(serve_connection(stream, Arc::clone(&table)));
            }
            // Out of descriptors, say: waiting lets others finish.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve_connection(mut stream: TcpStream, table: Arc<DnsTable>) {
    while let Ok(Ok(length)) = timeout(TCP_IDLE, stream.read_u16()).await {
        let mut question = vec![0; usize::from(length)];
        if !matches!(timeout(TCP_IDLE, stream.read_exact(&mut question)).await, Ok(Ok(_))) {
            return;
        }
        let Some(reply) = answer(&question, &table, false) else { return };
        let Ok(length) = u16::try_from(reply.len()) else { return };
        let mut framed = length.to_be_bytes().to_vec();
        framed.extend(reply);
        if stream.write_all(&framed).await.is_err() {
            return;
        }
    }
}

/// The reply to one message; none for what isn't a question and must not be answered.
fn answer(question: &[u8], table: &DnsTable, over_udp: bool) -> Option<Vec<u8>> {
    let Ok(question) = Message::from_vec(question) else {
        // Only the identifier can be trusted.
        let id = u16::from_be_bytes(question.get(..2)?.try_into().ok()?);
        return Message::error_msg(id, OpCode::Query, ResponseCode::FormErr).to_vec().ok();
    };
    if question.metadata.message_type != MessageType::Query {
        return None;
    }
    let mut reply = Message::response(question.metadata.id, question.metadata.op_code);
    reply.metadata.authoritative = true;
    reply.metadata.recursion_desired = question.metadata.recursion_desired;
    // It knows the whole tree, so that a resolver may treat it as one that recurses.
    reply.metadata.recursion_available = true;
    reply.add_queries(question.queries.iter().cloned());
    if question.edns.is_some() {
        let mut edns = Edns::new();
        edns.set_max_payload(UDP_PAYLOAD);
        reply.set_edns(edns);
    }
    match (question.metadata.op_code, question.queries.as_slice()) {
        (OpCode::Query, [query]) => {
            let answer = table.answer(query.name(), query.query_type());
            reply.metadata.response_code = answer.code;
            reply.add_answers(answer.records);
            reply.add_authorities(answer.authority);
        }
        (OpCode::Query, _) => reply.metadata.response_code = ResponseCode::FormErr,
        _ => reply.metadata.response_code = ResponseCode::NotImp,
    }
    let bytes = reply.to_vec().ok()?;
    match over_udp && bytes.len() > usize::from(question.max_payload().min(UDP_PAYLOAD)) {
        true => reply.truncate().to_vec().ok(),
        false => Some(bytes),
    }
}

#[cfg(test)]
mod tests {
    use hickory_proto::{
        op::Query,
        rr::{Name, RecordType},
    };

    use super::*;
    use crate::dns::DnsRecord;

    fn question(name: &str) -> Message {
        let mut message = Message::query();
        message.add_query(Query::query(Name::from_ascii(name).unwrap(), RecordType::TXT));
        message
    }

    #[test]
    fn cuts_what_does_not_fit_a_datagram_so_that_the_asker_comes_back_over_tcp() {
        let table = DnsTable::default();
        table.publish(DnsRecord::txt("a.example", &"x".repeat(2000)).unwrap());
        let asked = question("a.example.").to_vec().unwrap();
        let cut = Message::from_vec(&answer(&asked, &table, true).unwrap()).unwrap();
        assert!(cut.metadata.truncation && cut.answers.is_empty());
        let whole = Message::from_vec(&answer(&asked, &table, false).unwrap()).unwrap();
        assert!(!whole.metadata.truncation && whole.answers.len() == 1);
    }

    #[test]
    fn answers_nonsense_with_a_format_error_and_never_an_answer() {
        let table = DnsTable::default();
        let reply = Message::from_vec(&answer(&[1, 2, 3, 4], &table, true).unwrap()).unwrap();
        assert_eq!(reply.metadata.response_code, ResponseCode::FormErr);
        assert_eq!(reply.metadata.id, 0x0102);
        assert!(answer(&[1], &table, true).is_none());
        let response = Message::response(1, OpCode::Query).to_vec().unwrap();
        assert!(answer(&response, &table, true).is_none());
    }

    #[test]
    fn keeps_the_identifier_and_the_question() {
        let asked = question("Nothing.Example.");
        let reply = answer(&asked.to_vec().unwrap(), &DnsTable::default(), true).unwrap();
        let reply = Message::from_vec(&reply).unwrap();
        assert_eq!(reply.metadata.id, asked.metadata.id);
        assert_eq!(reply.queries[0].name().to_ascii(), "Nothing.Example.");
        assert_eq!(reply.metadata.response_code, ResponseCode::NXDomain);
    }
}
