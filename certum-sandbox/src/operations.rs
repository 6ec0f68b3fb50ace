//! The operations of the Partner API, one file each, and the way from a document to an answer.

mod add_san_verification;
mod gaps;
mod get_certificate;
mod get_order_by_order_id;
mod get_order_state;
mod get_product_list;
mod get_san_verification_state;
mod orders;
mod perform_san_verification;
mod quick_order;
mod validate_order_parameters;

use std::future::Future;

use certum_api::{
    operations::{
        AddSanVerification, GetCertificate, GetOrderByOrderId, GetOrderState, GetProductList,
        GetSanVerificationState, PerformSanVerification, QuickOrder, ValidateOrderParameters,
    },
    types::{AuthToken, ResponseError, ResponseHeader},
    wire::{self, Operation},
};
use jiff::Timestamp;

use crate::{
    calls::CallOutcome,
    service::{IssueFailure, Service},
    validate::Findings,
};

/// The longest user name and password that are compared at all.
const MAX_CREDENTIAL: usize = 255;

/// What the service does with one operation.
trait Serve: Operation + Sized + 'static {
    /// Carries the operation out. Whatever changes does so at once, under one lock: a caller that goes away
    /// leaves nothing half done.
    fn serve(
        self,
        service: &Service,
        now: Timestamp,
    ) -> impl Future<Output = Result<Self::Response, Refused>> + Send;

    /// What else is wrong with a request whose document is wrong already. Operations that tell all at once look;
    /// nothing is carried out.
    fn check(&self, _service: &Service, _now: Timestamp) -> Vec<ResponseError> {
        Vec::new()
    }

    /// The order that it is about, for the record of calls.
    fn order_id(&self, service: &Service) -> Option<String>;

    /// The order that it made.
    fn made_order_id(_response: &Self::Response) -> Option<String> {
        None
    }
}

/// Why an operation was not carried out.
enum Refused {
    /// The Partner API has codes for it.
    Errors(Vec<ResponseError>),
    /// It has not: the sandbox itself failed.
    Internal(String),
}

impl From<Vec<ResponseError>> for Refused {
    fn from(errors: Vec<ResponseError>) -> Self {
        Self::Errors(errors)
    }
}

impl From<Findings> for Refused {
    fn from(findings: Findings) -> Self {
        Self::Errors(findings.into_errors())
    }
}

impl From<IssueFailure> for Refused {
    fn from(failure: IssueFailure) -> Self {
        Self::Internal(format!("the certificate could not be made: {}", failure.0))
    }
}

/// A document to answer with, and what to remember of the call.
pub(crate) struct Reply {
    pub(crate) document: String,
    pub(crate) is_fault: bool,
    pub(crate) outcome: CallOutcome,
    pub(crate) order_id: Option<String>,
}

/// Answers a document that asks for an operation.
pub(crate) async fn answer(service: &Service, operation: &str, document: &[u8]) -> Reply {
    match operation {
        ValidateOrderParameters::NAME => run::<ValidateOrderParameters>(service, document).await,
        QuickOrder::NAME => run::<QuickOrder>(service, document).await,
        AddSanVerification::NAME => run::<AddSanVerification>(service, document).await,
        PerformSanVerification::NAME => run::<PerformSanVerification>(service, document).await,
        GetSanVerificationState::NAME => run::<GetSanVerificationState>(service, document).await,
        GetOrderState::NAME => run::<GetOrderState>(service, document).await,
        GetOrderByOrderId::NAME => run::<GetOrderByOrderId>(service, document).await,
        GetProductList::NAME => run::<GetProductList>(service, document).await,
        GetCertificate::NAME => run::<GetCertificate>(service, document).await,
        // The name came from outside; it is an XML name, and short if it means anything.
        unknown => {
            let shown = shorten(unknown);
            Reply::fault(CLIENT, &format!("the operation {shown} is not implemented here"))
        }
    }
}

/// As much of a text from outside as is told back, logged and kept. What is right is never that long.
pub(crate) fn shorten(text: &str) -> &str {
    const LONGEST: usize = 64;
    text.char_indices().nth(LONGEST).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// The two sides that a fault can blame (SOAP 1.1, section 4.4.1).
pub(crate) const CLIENT: &str = "soap:Client";
pub(crate) const SERVER: &str = "soap:Server";

impl Reply {
    pub(crate) fn fault(code: &str, text: &str) -> Self {
        // What XML can't carry was not in the constants above, and of a peer's text nothing is left then.
        let document = wire::encode_fault(&wire::Fault::new(code, text))
            .or_else(|_| wire::encode_fault(&wire::Fault::new(code, "the request cannot be processed")))
            .unwrap_or_default();
        Self { document, is_fault: true, outcome: CallOutcome::SoapFault, order_id: None }
    }

    fn of<O: Operation>(header: &ResponseHeader, response: Option<&O::Response>) -> Self {
        let outcome = match header.is_success() {
            true => CallOutcome::Success,
            false => CallOutcome::Refused {
                codes: header.errors.iter().map(|error| error.code.number()).collect(),
            },
        };
        match wire::encode_response::<O>(header, response) {
            Ok(document) => Self { document, is_fault: false, outcome, order_id: None },
            Err(error) => Self::fault(SERVER, &format!("the answer cannot be written: {error}")),
        }
    }
}

async fn run<O: Serve>(service: &Service, document: &[u8]) -> Reply {
    let now = service.clock.now();
    let gaps::Decoded { header, operation, findings } = match gaps::decode::<O>(document) {
        Ok(decoded) => decoded,
        Err(error) => return Reply::fault(CLIENT, &error.to_string()),
    };
    if let Err(header) = authenticate(service, &header.auth_token, now) {
        return Reply::of::<O>(&header, None);
    }
    if !findings.is_empty() {
        let more = operation.check(service, now);
        return Reply::of::<O>(&errors(now, findings.into_iter().chain(more).collect()), None);
    }
    let asked_about = operation.order_id(service);
    let mut reply = match operation.serve(service, now).await {
        Ok(response) => {
            let made = O::made_order_id(&response);
            let mut reply = Reply::of::<O>(&header_of(ResponseHeader::SUCCESS, now), Some(&response));
            reply.order_id = made;
            reply
        }
        Err(Refused::Errors(found)) => Reply::of::<O>(&errors(now, found), None),
        Err(Refused::Internal(reason)) => {
            tracing::error!(operation = O::NAME, reason, "the sandbox failed");
            Reply::fault(SERVER, &reason)
        }
    };
    reply.order_id = reply.order_id.or(asked_about).map(|order_id| shorten(&order_id).to_owned());
    reply
}

fn authenticate(service: &Service, token: &AuthToken, now: Timestamp) -> Result<(), ResponseHeader> {
    let mut findings = Findings::default();
    if token.user_name.chars().count() > MAX_CREDENTIAL {
        findings.add_with(1084, token.user_name.as_str());
    }
    if token.password.expose().chars().count() > MAX_CREDENTIAL {
        findings.add(1090);
    }
    if !findings.is_empty() {
        return Err(errors(now, findings.into_errors()));
    }
    match service.credentials_are(token) {
        true => Ok(()),
        false => Err(header_of(ResponseHeader::CREDENTIALS, now)),
    }
}

fn header_of(success_code: i64, now: Timestamp) -> ResponseHeader {
    let mut header = ResponseHeader::new(success_code);
    header.timestamp = Some(now);
    header
}

fn errors(now: Timestamp, errors: Vec<ResponseError>) -> ResponseHeader {
    let mut header = header_of(ResponseHeader::ERRORS, now);
    header.errors = errors;
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortens_a_text_between_two_characters() {
        assert_eq!(shorten("getOrderState"), "getOrderState");
        assert_eq!(shorten(&"ż".repeat(64)), "ż".repeat(64));
        assert_eq!(shorten(&"ż".repeat(65)), "ż".repeat(64));
    }
}
