//! What can go wrong with the Partner API.

use cert_domain::{Finding, Findings};
use certum_api::types::ResponseError;
use certum_api::{Error, ErrorClass, ErrorCode, ErrorKind, Retry};

use crate::authority::AuthorityError;

/// Whether the CA said that there is no such order.
pub(super) fn is_unknown_order(error: &Error) -> bool {
    error.has_code(ErrorCode::UNKNOWN_ORDER) || error.has_code(ErrorCode::REQUEST_NOT_FOUND)
}

/// Whether what kept the CA from being asked is its own clear no: to the credentials, or to be asked now.
pub(crate) fn is_clear_no(source: &(dyn std::error::Error + 'static)) -> bool {
    let kind = source.downcast_ref::<Error>().map(Error::kind);
    matches!(kind, Some(ErrorKind::Credentials | ErrorKind::Refused(_)))
}

/// For whoever asks something of the Partner API that the port has no word for.
impl From<Error> for AuthorityError {
    fn from(error: Error) -> Self {
        translate(error)
    }
}

/// What went wrong, by what may be done next.
pub(super) fn translate(error: Error) -> AuthorityError {
    match error.retry() {
        Retry::AskFirst => AuthorityError::UnknownOutcome(Box::new(error)),
        Retry::Never => match error.kind() {
            ErrorKind::Request(problem) => {
                let path = problem.path().to_string();
                let english = "contains a character that can't be sent";
                let polish = "zawiera znak, którego nie można wysłać";
                AuthorityError::Refused(Finding::stated(1172, path, english, polish).into())
            }
            ErrorKind::Refused(_) => {
                let found = findings(error.reported());
                let is_for_reseller = |error: &ResponseError| error.code.class() == ErrorClass::CallCa;
                if error.reported().iter().any(is_for_reseller) {
                    AuthorityError::Blocked(found)
                } else {
                    AuthorityError::Refused(found)
                }
            }
            _ => AuthorityError::Unavailable(Box::new(error)),
        },
        _ => AuthorityError::Unavailable(Box::new(error)),
    }
}

fn findings(reported: &[ResponseError]) -> Findings {
    let finding = |error: &ResponseError| {
        let unknown = ("request", "a code that this version doesn't know", "kod, którego ta wersja nie zna");
        let known = error.code.known().map(|known| (known.subject, known.english, known.polish));
        let (field, english, polish) = known.unwrap_or(unknown);
        let finding = Finding::stated(error.code.number(), field, english, polish);
        match &error.value {
            Some(value) if !value.is_empty() => finding.with_value(value),
            _ => finding,
        }
    };
    reported.iter().map(finding).collect()
}
