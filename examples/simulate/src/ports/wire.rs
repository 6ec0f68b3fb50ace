//! The way to the CA, on which calls and answers get lost.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use certum_api::{Transport, TransportAnswer, TransportError, TransportRequest};
use jiff::SignedDuration;

use crate::FaultKind;
use crate::faults::{LATEST, Strike, strike};
use crate::planted::{Plant, is_an_order, sends_again};
use crate::seen::Seen;
use crate::world::{LateCall, World};

pub(crate) struct Wire(pub(crate) Arc<World>);

/// How long a caller waits for an answer that doesn't come.
const GIVES_UP_AFTER: (i64, i64) = (30, 180);

#[async_trait]
impl Transport for Wire {
    async fn post(&self, request: TransportRequest<'_>) -> Result<TransportAnswer, TransportError> {
        self.0.stage.pass().await;
        deliver_late(&self.0).await;
        let TransportRequest { operation, document, .. } = request;
        let mut answer = self.exchange(operation, document.clone()).await;
        if self.0.settings.plant == Some(Plant::Resend) && sends_again(operation, &answer) {
            answer = self.exchange(operation, document).await;
        }
        if let (Some(number), true) = (self.0.stage.subject(), is_refusal(operation, &answer)) {
            self.0.see(Seen::Refused { number });
        }
        self.0.stage.pass().await;
        deliver_late(&self.0).await;
        answer
    }
}

/// Whether the CA says that it does not take an order. Whoever hears that it is closed has heard nothing of the order.
fn is_refusal(operation: &str, answer: &Result<TransportAnswer, TransportError>) -> bool {
    let Ok(answer) = answer else { return false };
    let is_there = |text: &str| answer.body.windows(text.len()).any(|part| part == text.as_bytes());
    let is_whole = answer.status == 200 && answer.body.trim_ascii_end().ends_with(b"Envelope>");
    is_an_order(operation) && is_whole && !is_there("successCode>0<") && !is_there(CLOSED)
}

impl Wire {
    async fn exchange(
        &self,
        operation: &'static str,
        document: Bytes,
    ) -> Result<TransportAnswer, TransportError> {
        let world = &self.0;
        let (sent_at, subject) = (world.now(), world.stage.subject());
        let now = sent_at;
        let (is_out, is_refusing) = (world.weather.outages.cover(now), world.weather.refusing.cover(now));
        let is_slow = world.weather.slow.cover(now);
        let (strike, takes, gives_up, late) = {
            let mut state = world.lock();
            let dice = state.calls.of(subject);
            let takes = SignedDuration::from_millis(dice.between(40, 900).cast_signed());
            let takes = if is_slow { takes + dice.seconds(5, 60) } else { takes };
            let strike = strike(&world.settings, dice);
            (
                strike,
                takes,
                dice.seconds(GIVES_UP_AFTER.0, GIVES_UP_AFTER.1),
                dice.seconds(0, LATEST.as_secs()),
            )
        };
        let called = |fault: Option<FaultKind>, is_carried_out| {
            fault.into_iter().for_each(|kind| world.struck(kind));
            world.see(Seen::Called { operation, fault: fault.map(FaultKind::as_str), is_carried_out });
        };
        if is_out {
            world.pass(takes);
            called(Some(FaultKind::Outage), false);
            return Err(TransportError::NotSent("no route to the CA".into()));
        }
        if is_refusing {
            world.pass(takes);
            called(Some(FaultKind::Refusing), false);
            return Ok(closed(operation));
        }
        let Some(Strike { kind, is_carried_out }) = strike else {
            called(is_slow.then_some(FaultKind::Slow), true);
            world.pass(takes);
            return self.carry_out(&document).await;
        };
        called(Some(kind), is_carried_out || kind == FaultKind::Late);
        world.pass(takes);
        if kind == FaultKind::Late {
            let arrives_at = sent_at.checked_add(late).unwrap_or(sent_at);
            world.lock().late.push(LateCall { arrives_at, document });
            world.pass(gives_up);
            return Err(unknown());
        }
        if kind == FaultKind::Held {
            // Whoever has given up can't know what is done at the last moment.
            world.pass(gives_up);
        }
        let answer = match is_carried_out {
            true => Some(self.carry_out(&document).await?),
            false => None,
        };
        match kind {
            FaultKind::Http500 => Ok(TransportAnswer::new(500, "the service is unavailable\n")),
            FaultKind::SoapFault => Ok(TransportAnswer::new(500, FAULT)),
            FaultKind::Garbage => Ok(TransportAnswer::new(200, &b"<soap:Envelope \xff\xfe not xml"[..])),
            FaultKind::Half => Ok(half(answer)),
            FaultKind::Held => Err(unknown()),
            _ => {
                world.pass(gives_up);
                Err(unknown())
            }
        }
    }

    async fn carry_out(&self, document: &[u8]) -> Result<TransportAnswer, TransportError> {
        let answer = self.0.sandbox.exchange(document).await.ok_or_else(unknown)?;
        Ok(TransportAnswer::new(answer.status, answer.body))
    }
}

/// The calls that arrive by now although nobody waits for their answers. Whoever comes to a border of the CA or the store finds
/// them arrived: none comes later than that after it was sent.
pub(crate) async fn deliver_late(world: &World) {
    let now = world.now();
    let due: Vec<LateCall> = world.lock().late.extract_if(.., |call| call.arrives_at <= now).collect();
    for call in due {
        let _unheard = world.sandbox.exchange(&call.document).await;
    }
}

fn unknown() -> TransportError {
    TransportError::Unknown("the connection was closed".into())
}

const FAULT: &str = "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><soap:Fault>\
                     <faultcode>soap:Server</faultcode><faultstring>try again</faultstring></soap:Fault></soap:Body>\
                     </soap:Envelope>";

/// The first half of an answer.
fn half(answer: Option<TransportAnswer>) -> TransportAnswer {
    let (status, body) = answer.map_or((200, Bytes::new()), |answer| (answer.status, answer.body));
    TransportAnswer::new(status, body.slice(..body.len() / 2))
}

/// The code of a CA that is closed: nobody knows it.
const CLOSED: &str = "<errorCode>9001</errorCode>";

/// A CA that is closed for a while says so.
fn closed(operation: &str) -> TransportAnswer {
    let body = format!(
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>\
         <m:{operation}Response xmlns:m=\"http://webservice.api.muc.unizeto.pl/\"><responseHeader><errors><Error>\
         {CLOSED}</Error></errors><successCode>1</successCode>\
         <timestamp>2026-11-21T12:00:00</timestamp></responseHeader></m:{operation}Response></soap:Body></soap:Envelope>"
    );
    TransportAnswer::new(200, body)
}
