//! What the forms of actions hold, read from JSON.

use std::fmt;

use cert_domain::{CertificateForm, Finding, Findings, Language, Offer, VerificationMethod};
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::compose::in_language;
use crate::error::Error;
use crate::service::Service;

/// That an action's input can't be read. It names the field, and never what stood in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidInput {
    /// The field, dotted: `certificate.serial_number`. Empty if it is about the whole.
    pub field: String,
    /// What is wrong with it.
    pub problem: InputProblem,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum InputProblem {
    /// It is not there.
    Missing,
    /// The action has no such field.
    Unknown,
    /// It is of another type, or a word that is none of those that can be chosen.
    Unreadable,
}

impl InputProblem {
    /// What is wrong, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, polish) = match self {
            Self::Missing => ("is missing", "brak wartości"),
            Self::Unknown => ("is not known here", "nieznane pole"),
            Self::Unreadable => ("can't be read", "nieczytelna wartość"),
        };
        in_language(language, english, polish)
    }
}

impl InvalidInput {
    fn new(field: impl Into<String>, problem: InputProblem) -> Self {
        Self { field: field.into(), problem }
    }
}

impl fmt::Display for InvalidInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.field.is_empty() { "the input" } else { &self.field };
        write!(f, "{what} {}", self.problem.text(Language::English))
    }
}

impl std::error::Error for InvalidInput {}

/// How the names are to be proved, by the method's name.
#[derive(Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Method {
    pub(super) method: String,
    pub(super) send_messages: Option<bool>,
}

impl Method {
    pub(super) fn method(&self) -> Result<VerificationMethod, Error> {
        let method = self.method.trim();
        method
            .parse()
            .map_err(|unknown: cert_domain::UnknownMethod| Error::Findings(unknown.finding(method).into()))
    }
}

/// A request, PEM.
#[derive(Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Request {
    pub(super) csr: String,
}

/// Which certificate, and to whom.
#[derive(Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Sending {
    pub(super) serial_number: Option<String>,
    pub(super) email: Option<String>,
}

/// Which certificate's key.
#[derive(Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Taking {
    pub(super) serial_number: Option<String>,
}

/// When the service is to end, and why.
#[derive(Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Cancellation {
    pub(super) reason: Option<String>,
    pub(super) at_end_of_period: bool,
}

/// When it was paid, and the first day of the period.
#[derive(Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Payment {
    period_start: Option<String>,
    pub(super) paid_on: Date,
}

impl Payment {
    pub(super) fn period_start(&self) -> Result<Option<Date>, InvalidInput> {
        let unreadable = |_| InvalidInput::new("period_start", InputProblem::Unreadable);
        said(self.period_start.as_deref()).map(|day| day.parse().map_err(unreadable)).transpose()
    }
}

/// Which order at the CA.
#[derive(Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Order {
    pub(super) order_id: String,
}

#[derive(Deserialize, Serialize)]
struct Nothing {}

#[cfg(feature = "schema")]
impl crate::Action {
    /// The schema of the form that [`act`](crate::Lifecycle::act) reads; none where it asks for nothing, or where the action
    /// has a method, or an offer, of its own.
    #[must_use]
    pub fn form_schema(self, schemas: &mut schemars::SchemaGenerator) -> Option<schemars::Schema> {
        Some(match self {
            Self::ChangeMethod => schemas.subschema_for::<Method>(),
            Self::Reissue => schemas.subschema_for::<cert_domain::ReissueForm>(),
            Self::Renew => schemas.subschema_for::<cert_domain::RenewalForm>(),
            Self::StoreRequest => schemas.subschema_for::<Request>(),
            Self::Revoke => schemas.subschema_for::<cert_domain::RevocationForm>(),
            Self::SendCertificate => schemas.subschema_for::<Sending>(),
            Self::TakeKey => schemas.subschema_for::<Taking>(),
            Self::RequestCancellation => schemas.subschema_for::<Cancellation>(),
            Self::ReceivePayment => schemas.subschema_for::<Payment>(),
            Self::AdoptOrder | Self::CancelStrayOrder => schemas.subschema_for::<Order>(),
            _ => return None,
        })
    }
}

/// Of an action that asks for nothing.
pub(super) fn nothing(input: &Value) -> Result<(), InvalidInput> {
    read_form::<Nothing>(input).map(|_| ())
}

/// An offer whose settings go together.
pub(super) fn offer(input: &Value) -> Result<Offer, Error> {
    let offer: Offer = read_form(input)?;
    let finding = |problem: cert_domain::OfferProblem| {
        let texts = [Language::English, Language::Polish].map(|language| problem.text(language));
        let [english, polish] = texts;
        Finding::stated(Finding::NO_CODE, "offer", english, polish)
    };
    let findings: Findings = offer.contradictions().into_iter().map(finding).collect();
    if findings.is_empty() { Ok(offer) } else { Err(Error::Findings(findings)) }
}

/// What a form says that came as JSON; `null` is one in which nothing was filled in. For programs, which can be told more than
/// people: a field that the form does not have is refused, since a misspelt one would be taken for one that was left out.
///
/// # Errors
/// The first field that can't be read, is missing, or is none of the form's.
pub fn read_form<T: DeserializeOwned + Serialize>(input: &Value) -> Result<T, InvalidInput> {
    let blank = Value::Object(Map::new());
    let input = if input.is_null() { &blank } else { input };
    if !input.is_object() {
        return Err(InvalidInput::new("", InputProblem::Unreadable));
    }
    let read: T = serde_path_to_error::deserialize(input).map_err(|error| unreadable(&error))?;
    let known = serde_json::to_value(&read).unwrap_or_default();
    match surplus(input, &known) {
        Some(field) => Err(InvalidInput::new(field, InputProblem::Unknown)),
        None => Ok(read),
    }
}

fn unreadable(error: &serde_path_to_error::Error<serde_json::Error>) -> InvalidInput {
    let path = error.path().to_string();
    let path = if path == "." { "" } else { &path };
    // A missing field has no place in the input: serde names it in its message alone.
    let message = error.inner().to_string();
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    match missing {
        Some(field) => InvalidInput::new(below(path, field), InputProblem::Missing),
        None => InvalidInput::new(path, InputProblem::Unreadable),
    }
}

/// The first field of an input that was not read.
fn surplus(input: &Value, known: &Value) -> Option<String> {
    match (input, known) {
        (Value::Object(input), Value::Object(known)) => input.iter().find_map(|(name, value)| {
            let Some(known) = known.get(name) else { return Some(name.clone()) };
            surplus(value, known).map(|rest| below(name, &rest))
        }),
        (Value::Array(input), Value::Array(known)) => {
            let items = input.iter().zip(known).enumerate();
            items.into_iter().find_map(|(number, (input, known))| {
                surplus(input, known).map(|rest| below(&number.to_string(), &rest))
            })
        }
        _ => None,
    }
}

fn below(path: &str, field: &str) -> String {
    if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") }
}

/// A text that was not left blank.
pub(super) fn said(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Left empty, the newest certificate is meant.
pub(in crate::lifecycle) fn means_newest(form: &CertificateForm) -> bool {
    form.serial_number.trim().is_empty() && form.pem.trim().is_empty()
}

/// Says which certificate is the newest, where that one is meant.
pub(in crate::lifecycle) fn mean_newest(form: &mut CertificateForm, service: &Service) {
    if means_newest(form)
        && let Some(newest) = service.certificate()
    {
        form.serial_number.clone_from(&newest.certificate.serial_number);
    }
}
