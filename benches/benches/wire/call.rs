//! What a call costs beyond the HTTP request in it. The listener is in another process.

use std::hint::black_box;
use std::net::SocketAddr;

use bytes::Bytes;
use certum_api::operations::{GetOrderState, GetOrderStateResponse, QuickOrder, QuickOrderResponse};
use certum_api::types::{
    ApproverMethod, OrderStatus, OrderVerification, OrderVerificationState, OrderVerificationType,
    RequestHeader, ResponseHeader, SanVerification,
};
use certum_api::wire::{Operation, decode_request, encode_request, encode_response, operation_name};
use certum_api::{Client, Credentials, Environment, Timestamp};

use certum_benches::Outcome;
use certum_benches::bench::Bench;
use certum_benches::processor::{stay_on_processor, timed};
use certum_benches::race::{Racer, TURN};
use certum_benches::targets::POST;

use crate::documents::{FIRST_ORDER, new_order};

/// The answer to the requests that are measured.
pub(crate) fn answer(request: &[u8]) -> Outcome<Vec<u8>> {
    let at = Timestamp::from_second(FIRST_ORDER)?;
    let mut header = ResponseHeader::new(ResponseHeader::SUCCESS);
    header.timestamp = Some(at);
    let document = if operation_name(request)? == QuickOrder::NAME {
        let (_, QuickOrder { order, .. }) = decode_request::<QuickOrder>(request)?;
        let mut verification = SanVerification::new(ApproverMethod::DnsTxtPrefix, "5f".repeat(32));
        verification.fqdns = order.san_entries.into_iter().map(|entry| entry.dns_name).collect();
        let mut response = QuickOrderResponse::new("service-7-1");
        response.san_verification = Some(verification);
        encode_response::<QuickOrder>(&header, Some(&response))?
    } else {
        let mut domain =
            OrderVerification::new(OrderVerificationType::Domain, OrderVerificationState::Verified);
        domain.expire_date = Some(at);
        let mut response = GetOrderStateResponse::new(at, OrderStatus::Enrolled);
        response.verifications = vec![domain];
        encode_response::<GetOrderState>(&header, Some(&response))?
    };
    Ok(document.into_bytes())
}

/// Measures in this process, against a listener in another.
pub(crate) fn measure(bench: &Bench, listener: SocketAddr) -> Outcome<()> {
    stay_on_processor(1);
    let state = GetOrderState::new("service-7-1");
    beside_reqwest(bench, "call-state", "a call: an order's state", listener, &state)?;
    let (_, order) = new_order();
    beside_reqwest(bench, "call-order", "a call: order ten names", listener, &order)
}

fn beside_reqwest<O: Operation>(
    bench: &Bench,
    work: &str,
    about: &str,
    listener: SocketAddr,
    operation: &O,
) -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let url = format!("http://{listener}/");
    let credentials = Credentials::new("reseller", "password");
    let document = Bytes::from(encode_request(&RequestHeader::from(&credentials), operation)?);
    let client = Client::builder(Environment::Custom(url.parse()?), credentials).build()?;
    let bare = reqwest::Client::builder().no_proxy().build()?;
    let mut racers = [
        Racer::new("certum-api", |times| {
            timed(times, || {
                black_box(runtime.block_on(client.call(operation))?);
                Ok(())
            })
        }),
        Racer::new(POST, |times| {
            timed(times, || {
                black_box(runtime.block_on(post(&bare, &url, document.clone()))?);
                Ok(())
            })
        }),
    ];
    bench.race(work, about, TURN, &mut racers)
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
