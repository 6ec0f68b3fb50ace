//! The operations of the Partner API, one file each, and the way from a document to an answer.

mod add_email_verification;
mod add_san_verification;
mod cancel_order;
mod followers;
mod gaps;
mod get_certificate;
mod get_documents_list;
mod get_email_verification;
mod get_expiring_certificates;
mod get_order_by_order_id;
mod get_order_state;
mod get_product_list;
mod get_san_verification_state;
mod lists;
mod orders;
mod pages;
mod perform_san_verification;
mod quick_order;
mod reissue_certificate;
mod renew_certificate;
mod revoke_certificate;
mod sni;
mod validate_order_parameters;
mod verify_order;

use std::future::Future;

use certum_api::{
    operations::{
        AddEmailVerification, AddSanVerification, CancelOrder, GetCertificate, GetDocumentsList,
        GetEmailVerification, GetExpiringCertificates, GetModifiedOrders, GetOrderByOrderId, GetOrderState,
        GetOrdersByDateRange, GetProductList, GetSanVerificationState, ModifySniCertificate,
        OrderSniCertificate, PerformSanVerification, QuickOrder, ReissueCertificate, RenewCertificate,
        RevokeCertificate, ValidateOrderParameters, VerifyOrder,
    },
    types::{AuthToken, ResponseError, ResponseHeader},
    wire::{self, Operation},
};
use jiff::Timestamp;

use self::pages::Page;

use crate::{calls::CallOutcome, service::Service, validate::Findings};

/// The longest user name and password that are compared at all.
const MAX_CREDENTIAL: usize = 255;

/// What the service does with one operation.
trait Serve: Operation + Sized + 'static {
    /// Carries the operation out. Whatever changes does so at once, under one lock, and is dated by the time at which
    /// the lock was taken: a caller that goes away leaves nothing half done, and nothing appears behind what others
    /// were told before.
    fn serve(self, service: &Service)
    -> impl Future<Output = Result<Served<Self::Response>, Refused>> + Send;

    /// What else is wrong with a request whose document is wrong already. Operations that tell all at once look;
    /// nothing is carried out.
    fn check(&self, _service: &Service) -> Vec<ResponseError> {
        Vec::new()
    }

    /// The order that it is about, for the record of calls.
    fn order_id(&self, service: &Service) -> Option<String>;

    /// The order that it made.
    fn made_order_id(_response: &Self::Response) -> Option<String> {
        None
    }
}

/// What an operation answers.
struct Served<R> {
    response: R,
    /// Which part of a longer list it is.
    page: Option<Page>,
}

impl<R> From<R> for Served<R> {
    fn from(response: R) -> Self {
        Self { response, page: None }
    }
}

/// Why an operation was not carried out: the Partner API's codes.
struct Refused(Vec<ResponseError>);

impl From<Vec<ResponseError>> for Refused {
    fn from(errors: Vec<ResponseError>) -> Self {
        Self(errors)
    }
}

impl From<Findings> for Refused {
    fn from(findings: Findings) -> Self {
        Self(findings.into_errors())
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
        RenewCertificate::NAME => run::<RenewCertificate>(service, document).await,
        ReissueCertificate::NAME => run::<ReissueCertificate>(service, document).await,
        RevokeCertificate::NAME => run::<RevokeCertificate>(service, document).await,
        CancelOrder::NAME => run::<CancelOrder>(service, document).await,
        OrderSniCertificate::NAME => run::<OrderSniCertificate>(service, document).await,
        ModifySniCertificate::NAME => run::<ModifySniCertificate>(service, document).await,
        AddEmailVerification::NAME => run::<AddEmailVerification>(service, document).await,
        GetEmailVerification::NAME => run::<GetEmailVerification>(service, document).await,
        VerifyOrder::NAME => run::<VerifyOrder>(service, document).await,
        GetDocumentsList::NAME => run::<GetDocumentsList>(service, document).await,
        GetOrdersByDateRange::NAME => run::<GetOrdersByDateRange>(service, document).await,
        GetModifiedOrders::NAME => run::<GetModifiedOrders>(service, document).await,
        GetExpiringCertificates::NAME => run::<GetExpiringCertificates>(service, document).await,
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
        let more = operation.check(service);
        return Reply::of::<O>(&errors(now, findings.into_iter().chain(more).collect()), None);
    }
    service.catch_up().await;
    let asked_about = operation.order_id(service);
    let mut reply = match operation.serve(service).await {
        Ok(Served { response, page }) => {
            let made = O::made_order_id(&response);
            let mut header = header_of(ResponseHeader::SUCCESS, service.clock.now());
            if let Some(page) = page.filter(|_| service.habits.tells_optional) {
                page.tell(&mut header);
            }
            let mut reply = Reply::of::<O>(&header, Some(&response));
            reply.order_id = made;
            reply
        }
        Err(Refused(found)) => Reply::of::<O>(&errors(now, found), None),
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
