//! Reading a page of orders, and writing an order.

use std::hint::black_box;
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};
use certum_api::operations::{GetOrdersByDateRange, QuickOrder};
use certum_api::types::Order;
use certum_api::wire::{Answer, decode_request, decode_response, encode_request};
use quick_xml::events::Event;

use certum_benches::Outcome;
use certum_benches::arguments::Arguments;
use certum_benches::bench::Bench;
use certum_benches::peers::Peer;
use certum_benches::processor::timed;
use certum_benches::race::{Racer, TURN};
use certum_benches::targets::{EVENTS, PHP_SOAP, ZEEP};

use crate::documents::{self, new_order};

/// The peers that are here.
pub(crate) struct Peers {
    php: Option<Peer>,
    zeep: Option<Peer>,
}

impl Peers {
    /// Starts the peers, and checks that they read and write the same as we do.
    pub(crate) fn start(bench: &Bench, arguments: &Arguments, documents: &Path) -> Outcome<Self> {
        let (page, response) = documents::page()?;
        documents::write_for_peers(documents, &page)?;
        let mut peers = Self {
            php: Peer::start(bench, PHP_SOAP, &arguments.php, "soap_client.php", documents)?,
            zeep: Peer::start(bench, ZEEP, &arguments.python, "zeep_client.py", documents)?,
        };
        let expected = digest(&response.orders);
        let order = new_order();
        for peer in [&mut peers.php, &mut peers.zeep].into_iter().flatten() {
            if peer.show::<String>("digest")? != expected {
                return Err("a peer reads something else".into());
            }
            if decode_request::<QuickOrder>(peer.show::<String>("document")?.as_bytes())? != order {
                return Err("a peer writes something else".into());
            }
        }
        Ok(peers)
    }
}

pub(crate) fn decode(bench: &Bench, peers: &mut Peers) -> Outcome<()> {
    let (document, response) = documents::page()?;
    let Answer::Success { response: read, .. } =
        decode_response::<GetOrdersByDateRange>(document.as_bytes())?
    else {
        return Err("the page is no success".into());
    };
    if read != response {
        return Err("the page is read as something else".into());
    }
    let mut racers = vec![
        Racer::new("certum-api", |times| {
            timed(times, || {
                black_box(decode_response::<GetOrdersByDateRange>(black_box(document.as_bytes()))?);
                Ok(())
            })
        }),
        Racer::new(EVENTS, |times| timed(times, || events(black_box(&document)))),
    ];
    peers.join(&mut racers, "decode");
    let (orders, kilobytes) = (response.orders.len(), document.len() / 1000);
    let about = format!("decode a page of {orders} orders, {kilobytes} kB, into owned types");
    bench.race("decode", &about, TURN, &mut racers)
}

pub(crate) fn encode(bench: &Bench, peers: &mut Peers) -> Outcome<()> {
    let (header, order) = new_order();
    let mut racers = vec![Racer::new("certum-api", |times| {
        timed(times, || {
            black_box(encode_request(black_box(&header), black_box(&order))?);
            Ok(())
        })
    })];
    peers.join(&mut racers, "encode");
    bench.race("encode", "encode an order of ten names", TURN, &mut racers)
}

impl Peers {
    fn join<'a>(&'a mut self, racers: &mut Vec<Racer<'a>>, work: &'static str) {
        for (name, peer) in [(PHP_SOAP, &mut self.php), (ZEEP, &mut self.zeep)] {
            let Some(peer) = peer else { continue };
            racers.push(Racer::new(name, move |times| peer.run(work, times)));
        }
    }
}

/// The least that reading can be: every piece of markup is found, and nothing done with it.
fn events(document: &str) -> Outcome<()> {
    let mut reader = quick_xml::Reader::from_str(document);
    loop {
        match black_box(reader.read_event()?) {
            Event::Eof => return Ok(()),
            _ => continue,
        }
    }
}

/// The texts of a page as one number, in which peers can show that they have read them.
fn digest(orders: &[Order]) -> String {
    let mut context = Context::new(&SHA256);
    for order in orders {
        let status = order.order_status.as_ref().map(|status| status.order_id.as_str());
        let requestor = order.order_details.as_ref().map(|details| details.requestor_info.last_name.as_str());
        let certificate = order.certificate_details.as_ref();
        let subject = certificate.map(|certificate| certificate.subject_name.as_str());
        let pem = certificate.map(|certificate| certificate.x509_cert.as_str());
        for text in [status, requestor, subject, pem].into_iter().flatten() {
            context.update(text.as_bytes());
        }
    }
    context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
