//! Why a call came to nothing, as RFC 9457 has it.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cert_domain::{Finding, Findings, Language, OfferError};
use cert_lifecycle::view::FindingView;
use cert_lifecycle::{AuthorityError, Error, InvalidInput, StoreError};
use schemars::JsonSchema;
use serde::Serialize;

use crate::token::Scope;

/// Why a call came to nothing.
#[derive(Debug)]
pub(crate) enum Problem {
    Unauthorized,
    Forbidden(Scope),
    NotFound,
    MethodNotAllowed,
    TooLarge,
    NotJson,
    /// The body is no JSON, or the query can't be read: which part of it.
    Unreadable(Cow<'static, str>),
    /// A field that only the gateway knows.
    Field {
        field: Cow<'static, str>,
        english: &'static str,
        polish: &'static str,
    },
    /// What is wrong with one field, by its name here.
    Named(&'static str, Finding),
    /// What is wrong with an offer, and what stands before its fields here.
    Offer(OfferError, &'static str),
    KeyReused,
    KeyNeeded,
    InProgress,
    TimedOut,
    /// The body did not arrive in time.
    TooSlow,
    /// Another host has a customer of this name.
    CustomerTaken,
    Lifecycle(Error),
    /// What is wrong with a form that is at hand, each with its field, down to the lines of its lists.
    Form(Vec<(Option<String>, Finding)>),
    Internal(String),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Lifecycle(error)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::Lifecycle(error.into())
    }
}

impl From<InvalidInput> for Problem {
    fn from(error: InvalidInput) -> Self {
        Self::Lifecycle(error.into())
    }
}

/// A problem, as it is told.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ProblemDocument {
    /// What kind of problem it is, as a URI that leads nowhere.
    #[serde(rename = "type")]
    kind: String,
    /// What kind of problem it is, for people.
    title: &'static str,
    /// The status of the answer.
    status: u16,
    /// What kind of problem it is, for programs.
    code: &'static str,
    /// What it was this time; in English, for logs.
    detail: String,
    /// Everything that is wrong with what was sent.
    findings: Vec<ProblemFinding>,
}

/// One thing that is wrong with what was sent.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ProblemFinding {
    /// The field, dotted; null for what no field is about.
    field: Option<String>,
    /// The Partner API's code; 0 for what it has none for.
    code: u32,
    /// The path in the Partner API.
    path: Option<String>,
    /// The datum in question, where there is one.
    value: Option<String>,
    /// What is wrong.
    text: String,
}

impl ProblemFinding {
    fn of(finding: &Finding, language: Language) -> Self {
        let FindingView { code, field, path, value, text, .. } = FindingView::of(finding, language);
        Self { field, code, path: Some(path), value, text }
    }

    fn of_field(field: &str, text: &str) -> Self {
        let field = (!field.is_empty()).then(|| field.to_owned());
        Self { field, code: 0, path: None, value: None, text: text.to_owned() }
    }
}

/// The kinds of problems, each with its status, its code, and its titles in English and Polish.
macro_rules! kinds {
    ($($name:ident, $status:ident, $code:literal, $english:literal, $polish:literal;)+) => {
        #[derive(Clone, Copy)]
        enum Kind { $($name,)+ }

        impl Kind {
            fn told(self) -> (StatusCode, &'static str, &'static str, &'static str) {
                match self { $(Self::$name => (StatusCode::$status, $code, $english, $polish),)+ }
            }
        }
    };
}

kinds! {
    Unauthorized, UNAUTHORIZED, "unauthorized", "A token is needed", "Potrzebny jest token";
    Forbidden, FORBIDDEN, "forbidden", "The token does not allow this", "Token na to nie pozwala";
    NotFound, NOT_FOUND, "not_found", "There is no such thing", "Nie ma czegoś takiego";
    MethodNotAllowed, METHOD_NOT_ALLOWED, "method_not_allowed", "The path has no such method", "Ta ścieżka nie ma takiej metody";
    TooLarge, PAYLOAD_TOO_LARGE, "too_large", "The body is too large", "Treść jest za duża";
    TooSlow, REQUEST_TIMEOUT, "too_slow", "The body did not arrive in time", "Treść nie nadeszła na czas";
    NotJson, UNSUPPORTED_MEDIA_TYPE, "not_json", "The body has to be JSON", "Treść musi być w formacie JSON";
    Unreadable, BAD_REQUEST, "unreadable", "The request can't be read", "Nieczytelne zapytanie";
    Input, UNPROCESSABLE_ENTITY, "input", "A field can't be read", "Nieczytelne pole";
    Findings, UNPROCESSABLE_ENTITY, "findings", "The form has mistakes", "Formularz zawiera błędy";
    KeyNeeded, BAD_REQUEST, "key_needed", "An Idempotency-Key is needed", "Potrzebny jest Idempotency-Key";
    KeyReused, UNPROCESSABLE_ENTITY, "key_reused", "The key was used for another request", "Klucza użyto do innego zapytania";
    InProgress, CONFLICT, "in_progress", "The same request is under way", "To samo zapytanie jest w toku";
    NotPossible, CONFLICT, "not_possible", "This is not possible now", "Teraz to niemożliwe";
    Exists, CONFLICT, "exists", "It exists already, and is not the same", "Już istnieje i nie jest tym samym";
    Busy, CONFLICT, "busy", "Others keep changing it: try again", "Inni wciąż to zmieniają: spróbuj ponownie";
    Authority, BAD_GATEWAY, "authority", "The CA gives no clear answer", "Urząd nie odpowiada jednoznacznie";
    Unavailable, SERVICE_UNAVAILABLE, "unavailable", "Try again", "Spróbuj ponownie";
    Internal, INTERNAL_SERVER_ERROR, "internal", "Our mistake", "Nasz błąd";
}

impl Problem {
    /// What is wrong with a form that knows which of its fields a finding is about; any other error as it is.
    pub(crate) fn of_form(error: Error, field_of: impl Fn(&Finding) -> Option<String>) -> Self {
        match error {
            Error::Findings(findings) => {
                Self::Form(findings.into_iter().map(|finding| (field_of(&finding), finding)).collect())
            }
            other => other.into(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Unauthorized => Kind::Unauthorized,
            Self::Forbidden(_) => Kind::Forbidden,
            Self::NotFound => Kind::NotFound,
            Self::MethodNotAllowed => Kind::MethodNotAllowed,
            Self::TooLarge => Kind::TooLarge,
            Self::NotJson => Kind::NotJson,
            Self::Unreadable(_) => Kind::Unreadable,
            Self::Field { .. } => Kind::Input,
            Self::KeyReused => Kind::KeyReused,
            Self::KeyNeeded => Kind::KeyNeeded,
            Self::InProgress => Kind::InProgress,
            Self::TimedOut => Kind::Unavailable,
            Self::TooSlow => Kind::TooSlow,
            Self::CustomerTaken => Kind::Exists,
            Self::Form(_) | Self::Named(..) | Self::Offer(..) => Kind::Findings,
            Self::Internal(_) => Kind::Internal,
            Self::Lifecycle(error) => kind_of(error),
        }
    }

    /// Whether it is the caller's: if nothing was done until then, nothing is.
    pub(crate) fn is_refusal(&self) -> bool {
        self.kind().told().0.is_client_error()
    }

    fn detail(&self) -> String {
        match self {
            Self::Forbidden(scope) => format!("the scope {scope} is missing"),
            Self::Unreadable(what) => what.to_string(),
            Self::Field { field, english, .. } => format!("{field} {english}"),
            Self::Form(found) => {
                found.iter().map(|(_, finding)| finding.clone()).collect::<Findings>().to_string()
            }
            Self::Named(field, finding) => format!("{field}: {}", finding.text(Language::English)),
            Self::Offer(error, _) => error.to_string(),
            Self::TimedOut => "it takes long, and goes on: ask again with the same key".to_owned(),
            Self::CustomerTaken => {
                "another host has a customer of this name: begin names with the host's".to_owned()
            }
            // Whose service it is, or that there is one, is nobody's business.
            Self::Lifecycle(error) if matches!(self.kind(), Kind::NotFound) => match error {
                Error::NotFound(_) => String::new(),
                other => other.to_string(),
            },
            Self::Lifecycle(error) if !matches!(self.kind(), Kind::Internal) => error.to_string(),
            _ => String::new(),
        }
    }

    fn findings(&self, language: Language) -> Vec<ProblemFinding> {
        match self {
            Self::Field { field, english, polish } => {
                let text = if language == Language::English { english } else { polish };
                vec![ProblemFinding::of_field(field, text)]
            }
            Self::Form(found) => {
                let located = found.iter().map(|(field, finding)| ProblemFinding {
                    field: field.clone(),
                    ..ProblemFinding::of(finding, language)
                });
                located.collect()
            }
            Self::CustomerTaken => {
                let english = "is the name of another host's customer";
                let polish = "to nazwa klienta innego hosta";
                let text = if language == Language::English { english } else { polish };
                vec![ProblemFinding::of_field("customer", text)]
            }
            Self::Named(field, finding) => {
                let found = ProblemFinding::of(finding, language);
                vec![ProblemFinding { field: Some((*field).to_owned()), ..found }]
            }
            Self::Offer(error, before) => {
                let problems = error.problems().iter();
                let found = problems.map(|problem| {
                    ProblemFinding::of_field(&format!("{before}{}", problem.field()), &problem.text(language))
                });
                found.collect()
            }
            Self::Lifecycle(
                Error::Findings(findings)
                | Error::Authority(AuthorityError::Refused(findings) | AuthorityError::Blocked(findings)),
            ) => findings.as_slice().iter().map(|finding| ProblemFinding::of(finding, language)).collect(),
            Self::Lifecycle(Error::Input(input)) => {
                vec![ProblemFinding::of_field(&input.field, input.problem.text(language))]
            }
            _ => Vec::new(),
        }
    }

    /// The answer, in a language.
    pub(crate) fn answer(&self, language: Language) -> Response {
        let (status, code, english, polish) = self.kind().told();
        match self {
            Self::Internal(what) => tracing::error!(what, "a call came to nothing"),
            Self::Lifecycle(error) if status == StatusCode::INTERNAL_SERVER_ERROR => {
                tracing::error!(error = error as &dyn std::error::Error, "a call came to nothing");
            }
            _ => {}
        }
        let document = ProblemDocument {
            kind: format!("https://certum-gateway.invalid/problems/{code}"),
            title: if language == Language::English { english } else { polish },
            status: status.as_u16(),
            code,
            detail: self.detail(),
            findings: self.findings(language),
        };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"gateway\""));
        }
        let wait = match self {
            Self::InProgress => Some("1"),
            _ if status == StatusCode::SERVICE_UNAVAILABLE => Some("5"),
            _ => None,
        };
        if let Some(seconds) = wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
        }
        response
    }
}

fn kind_of(error: &Error) -> Kind {
    match error {
        Error::NotFound(_) | Error::NoCertificate | Error::NoKey | Error::LinkInvalid => Kind::NotFound,
        Error::NotAllowed(_) | Error::NotOffered { .. } | Error::OwnMethod(_) | Error::Files(_) => {
            Kind::NotPossible
        }
        Error::Input(_) => Kind::Input,
        Error::Findings(_) | Error::Authority(AuthorityError::Refused(_) | AuthorityError::Blocked(_)) => {
            Kind::Findings
        }
        Error::Authority(AuthorityError::OrderIdTaken | AuthorityError::CodeUnknown) => Kind::NotPossible,
        Error::Authority(AuthorityError::Unavailable(_)) | Error::Store(StoreError::Unavailable(_)) => {
            Kind::Unavailable
        }
        Error::Authority(_) => Kind::Authority,
        Error::Exists(_) | Error::OrderTaken(_) => Kind::Exists,
        Error::Busy(_) => Kind::Busy,
        _ => Kind::Internal,
    }
}
