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

use crate::Outcome;
use crate::documents::{FIRST_ORDER, new_order};
use crate::processor::{stay_on_processor, timed};
use crate::race::{Racer, TURN, Target, race};

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
pub(crate) fn measure(listener: SocketAddr) -> Outcome<()> {
    stay_on_processor(1);
    beside_reqwest(
        "call: an order's state, processor time of the client",
        listener,
        &GetOrderState::new("service-7-1"),
    )?;
    let (_, order) = new_order();
    beside_reqwest("call: order ten names, processor time of the client", listener, &order)
}

fn beside_reqwest<O: Operation>(work: &str, listener: SocketAddr, operation: &O) -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let url = format!("http://{listener}/");
    let credentials = Credentials::new("reseller", "password");
    let document = Bytes::from(encode_request(&RequestHeader::from(&credentials), operation)?);
    let client = Client::builder(Environment::Custom(url.parse()?), credentials).build()?;
    let bare = reqwest::Client::builder().no_proxy().build()?;
    let mut racers = [
        Racer {
            name: "certum-api",
            target: None,
            run: Box::new(|times| {
                timed(times, || {
                    black_box(runtime.block_on(client.call(operation))?);
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
    race(work, TURN, &mut racers)
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
