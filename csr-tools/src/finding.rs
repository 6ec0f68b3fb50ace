//! What is wrong with a request, or worth knowing about it: everything at once, each with a code and a field.

mod english;
mod polish;
mod problem;

pub use problem::{Place, Problem};

use std::fmt;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// The CA may take the request, but somebody should look.
    Warning,
    /// The CA refuses the request, or should.
    Error,
}

/// A language that findings are told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Polish.
    Polish,
}

/// One finding about a request.
///
/// Code and field are those of Certum's Partner API, so that what is found here and what the CA reports fall
/// on the same field of a form. Programs decide by [`problem`](Self::problem) and [`code`](Self::code); the
/// text is for people.
///
/// ```
/// use csr_tools::{CertificateRequest, KeyAlgorithm, Language, Policy, PrivateKey, RequestView, Severity};
///
/// let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?;
/// let request = CertificateRequest::builder().common_name("co.uk").dns_name("co.uk").sign(&key)?;
///
/// let findings = Policy::certum().check(&RequestView::read(request.as_der())?);
/// let [finding] = &findings[..] else { panic!("{findings:?}") };
/// assert_eq!((finding.severity(), finding.code()), (Severity::Error, Some(1157)));
/// assert_eq!((finding.field(), finding.value()), ("SANEntries/SANEntry/DNSName", Some("co.uk")));
/// assert!(finding.text(Language::Polish).starts_with("pod tą końcówką"));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    problem: Problem,
    severity: Severity,
    value: Option<String>,
}

impl Finding {
    pub(crate) fn new(severity: Severity, problem: Problem) -> Self {
        Self { problem, severity, value: None }
    }

    pub(crate) fn error(problem: Problem) -> Self {
        Self::new(Severity::Error, problem)
    }

    pub(crate) fn warning(problem: Problem) -> Self {
        Self::new(Severity::Warning, problem)
    }

    pub(crate) fn info(problem: Problem) -> Self {
        Self::new(Severity::Info, problem)
    }

    /// The same about a value.
    pub(crate) fn about(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// What was found.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// How much it matters.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The Partner API's code, where it has one for this.
    pub fn code(&self) -> Option<u16> {
        self.problem.code()
    }

    /// The field it is about, as the Partner API's codes name it.
    pub fn field(&self) -> &'static str {
        self.problem.field()
    }

    /// The datum in question, where there is one.
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// What was found, for people.
    pub fn text(&self, language: Language) -> String {
        match language {
            Language::English => english::text(&self.problem),
            Language::Polish => polish::text(&self.problem),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field())?;
        if let Some(value) = &self.value {
            write!(f, " {value:?}")?;
        }
        write!(f, ": {}", self.text(Language::English))?;
        self.code().map_or(Ok(()), |code| write!(f, " (code {code})"))
    }
}
