//! What a call costs beyond the HTTP request in it. The listener is in another process.

use std::hint::black_box;
use std::net::SocketAddr;

use bytes::Bytes;
use certum_api::operations::{QuickOrder, QuickOrderResponse};
use certum_api::types::{ApproverMethod, RequestHeader, ResponseHeader, SanVerification};
use certum_api::wire::{encode_request, encode_response};
use certum_api::{Client, Credentials, Environment, Timestamp};

use crate::Outcome;
use crate::documents::{FIRST_ORDER, new_order};
use crate::race::{Racer, Target, race, timed};

/// The answer to every order of ten names.
pub(crate) fn answer() -> Outcome<Vec<u8>> {
    let (_, QuickOrder { order, .. }) = new_order();
    let mut header = ResponseHeader::new(ResponseHeader::SUCCESS);
    header.timestamp = Some(Timestamp::from_second(FIRST_ORDER)?);
    let mut verification = SanVerification::new(ApproverMethod::DnsTxtPrefix, "5f".repeat(32));
    verification.fqdns = order.san_entries.into_iter().map(|entry| entry.dns_name).collect();
    let mut response = QuickOrderResponse::new("service-7-1");
    response.san_verification = Some(verification);
    Ok(encode_response::<QuickOrder>(&header, Some(&response))?.into_bytes())
}

/// Measures in this process, against a listener in another.
pub(crate) fn measure(listener: SocketAddr) -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let url = format!("http://{listener}/");
    let credentials = Credentials::new("reseller", "password");
    let (_, order) = new_order();
    let document = Bytes::from(encode_request(&RequestHeader::from(&credentials), &order)?);
    let client = Client::builder(Environment::Custom(url.parse()?), credentials).build()?;
    let bare = reqwest::Client::builder().no_proxy().build()?;
    let mut racers = [
        Racer {
            name: "certum-api",
            target: None,
            run: Box::new(|times| {
                timed(times, || {
                    black_box(runtime.block_on(client.call(&order))?);
                    Ok(())
                })
            }),
        },
        Racer {
            name: "a POST by reqwest",
            target: Some(Target::OursOverTheirs(1.3)),
            run: Box::new(|times| {
                timed(times, || {
                    black_box(runtime.block_on(post(&bare, &url, document.clone()))?);
                    Ok(())
                })
            }),
        },
    ];
    race("call: order ten names, processor time of the client", &mut racers)
}

/// The same bytes there and back, and nothing else.
async fn post(http: &reqwest::Client, url: &str, document: Bytes) -> reqwest::Result<Bytes> {
    let request = http
        .post(url)
        .header("content-type", "text/xml; charset=utf-8")
        .header("soapaction", "\"\"")
        .body(document);
    request.send().await?.error_for_status()?.bytes().await
}
