//! Notices as letters to people, in their language.
//!
//! [`Compose`] is the port, for whoever writes letters of their own; [`StandardTexts`] writes all of them, in Polish and
//! English. Beside them stand the words for what people see of a service: its state, its checks, why it is held.

mod english;
mod files;
mod hold;
mod letter;
mod link;
mod polish;
#[cfg(test)]
mod tests;
mod words;

use cert_domain::{Finding, Findings, Instruction, Language, ProductKind, ServerType};
use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use self::link::InvalidLink;

pub(crate) use self::hold::all as all_reasons;
use self::letter::{Letter, Part};
use self::link::LinkTemplate;
use crate::delivery::{DeliveryId, Header, InvalidHeader, Message};
use crate::{Audience, Notice, NoticeKind, Service};

/// A port to whoever puts notices into words.
///
/// # Guarantees that an implementation gives
/// - The message has the identifier that it is told, so that a second delivery can be recognised.
/// - It says the same at each try, as far as the service has not changed.
/// - A [`LinkToken`](crate::LinkToken) goes to the customer alone, and no private key to anybody.
pub trait Compose: Send + Sync {
    /// The message to deliver. `None`: nobody is to be told, such as when no mailbox is known.
    fn compose(&self, id: DeliveryId, notice: &Notice, service: &Service) -> Option<Message>;
}

/// The texts that come with the crate: subject, plain text and HTML, in Polish and English.
///
/// # Guarantees
/// - Each says what happened and who has to act, and names the certificate (until it has a common name, the product),
///   its serial number where there is one, and dates.
/// - Whatever customers have typed is escaped, and can begin neither a line nor a header.
/// - Customers get the link to their form, and not the reasons for which their service is held: those are the
///   reseller's.
///
/// # Caveats
/// Without a mailbox of the reseller, nobody is told of what only the reseller or the CA can settle.
///
/// ```
/// use cert_lifecycle::compose::StandardTexts;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let texts = StandardTexts::new("Example Hosting")
///     .mailbox("certificates@example.com")
///     .reply_to("help@example.com")?
///     .form_link("https://panel.example.com/ssl/{service}?token={token}")?
///     .service_link("https://panel.example.com/ssl/{service}")?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct StandardTexts {
    reseller: String,
    mailbox: Option<String>,
    reply_to: Option<Header>,
    form_link: Option<LinkTemplate>,
    service_link: Option<LinkTemplate>,
}

impl StandardTexts {
    /// The header that names the kind of notice, for filters.
    pub const KIND_HEADER: &'static str = "X-Certificate-Notice";

    /// Texts signed with the reseller's name.
    #[must_use]
    pub fn new(reseller: impl Into<String>) -> Self {
        Self { reseller: reseller.into(), mailbox: None, reply_to: None, form_link: None, service_link: None }
    }

    /// The reseller's own mailbox, for what customers can do nothing about. Default: none.
    #[must_use]
    pub fn mailbox(mut self, mailbox: impl Into<String>) -> Self {
        self.mailbox = Some(mailbox.into());
        self
    }

    /// Where answers go, if not to the sender.
    ///
    /// # Errors
    /// If it can't stand in a header.
    pub fn reply_to(mut self, mailbox: impl Into<String>) -> Result<Self, InvalidHeader> {
        self.reply_to = Some(Header::new("Reply-To", mailbox)?);
        Ok(self)
    }

    /// The address of the form for whoever has a token: `{token}`, and `{service}` if it is wanted, are filled in. Default:
    /// none; customers are sent to their panel.
    ///
    /// # Errors
    /// If it is no such address, or has no place for the token.
    pub fn form_link(mut self, template: &str) -> Result<Self, InvalidLink> {
        self.form_link = Some(LinkTemplate::with_token(template)?);
        Ok(self)
    }

    /// The address of a service in the customer's panel, where `{service}` is filled in. Default: none.
    ///
    /// # Errors
    /// If it is no such address, or has a place for a token.
    pub fn service_link(mut self, template: &str) -> Result<Self, InvalidLink> {
        self.service_link = Some(LinkTemplate::without_token(template)?);
        Ok(self)
    }
}

impl Compose for StandardTexts {
    fn compose(&self, id: DeliveryId, notice: &Notice, service: &Service) -> Option<Message> {
        let is_for_customer = notice.audience == Audience::Customer;
        let recipient = if is_for_customer { notice.email.as_ref() } else { self.mailbox.as_ref() }?;
        let files = match notice.kind {
            NoticeKind::Issued { .. } | NoticeKind::CertificateSent { .. } => {
                files::of(service, notice.serial_number.as_deref())
            }
            _ => Vec::new(),
        };
        let form_link = match &notice.kind {
            NoticeKind::ConfigurationLink { token, .. } if is_for_customer => {
                self.form_link.as_ref().map(|link| link.fill(notice.service, token.reveal()))
            }
            _ => None,
        };
        let about = About { notice, service, form_link, has_files: !files.is_empty() };
        let letter = self.letter(&about)?;
        let message = Message::new(id, recipient, letter.subject(), letter.text())
            .with_html(letter.html(notice.language.as_str()));
        let message = if is_for_customer { message.for_customer(&notice.customer) } else { message };
        let kind = Header::new(Self::KIND_HEADER, notice.kind.name()).ok();
        let headers = kind.into_iter().chain(self.reply_to.clone());
        let message = headers.fold(message, Message::with_header);
        Some(files.into_iter().fold(message, Message::with_attachment))
    }
}

impl StandardTexts {
    /// The whole letter: greeting, what happened, what to do, the data, and who writes.
    fn letter(&self, about: &About<'_>) -> Option<Letter> {
        let (body, labels) = match about.notice.language {
            Language::English => (english::body(about)?, &english::LABELS),
            _ => (polish::body(about)?, &polish::LABELS),
        };
        let mut parts = Vec::new();
        if about.is_for_customer() {
            parts.push(Part::Paragraph(labels.greeting.to_owned()));
        }
        parts.push(Part::Paragraph(body.statement));
        parts.extend(body.details);
        parts.push(Part::Paragraph(body.action));
        parts.push(Part::Table(about.data(labels)));
        if let (true, Some(link)) = (about.is_for_customer(), &self.service_link) {
            parts.push(Part::Paragraph(labels.service_link.to_owned()));
            parts.push(Part::Link(link.fill(about.notice.service, "")));
        }
        parts.push(Part::Paragraph(self.reseller.clone()));
        Some(Letter::new(body.subject, parts))
    }
}

/// What a letter is about.
struct About<'a> {
    notice: &'a Notice,
    service: &'a Service,
    /// The address of the form, for the customer alone.
    form_link: Option<String>,
    /// Whether files come with the letter.
    has_files: bool,
}

impl About<'_> {
    fn is_for_customer(&self) -> bool {
        self.notice.audience == Audience::Customer
    }

    /// The words for whoever reads it.
    fn choose<'w>(&self, customer: &'w str, reseller: &'w str) -> &'w str {
        if self.is_for_customer() { customer } else { reseller }
    }

    /// The host name of a certificate for one; persons and products are not spoken of as places.
    fn host(&self) -> Option<&str> {
        let is_host = self.service.offer.product.kind == ProductKind::Tls;
        self.notice.common_name.as_deref().filter(|_| is_host)
    }

    /// The certificate's name, or the product's while it has none.
    fn name(&self) -> &str {
        self.notice.common_name.as_deref().unwrap_or(&self.notice.title)
    }

    /// The server that the certificate was ordered for.
    fn server(&self) -> ServerType {
        let held = files::held(self.service, self.notice.serial_number.as_deref());
        held.map(|held| held.configuration.server()).unwrap_or_default()
    }

    /// What identifies the certificate, in rows.
    fn data(&self, labels: &Labels) -> Vec<(&'static str, String)> {
        let notice = self.notice;
        let customer = (!self.is_for_customer()).then(|| notice.customer.clone());
        let rows = [
            (labels.product, Some(notice.title.clone())),
            (labels.common_name, notice.common_name.clone()),
            (labels.serial_number, notice.serial_number.clone()),
            (labels.occurred_at, Some(moment(notice.occurred_at))),
            (labels.service, Some(notice.service.to_string())),
            (labels.customer, customer),
        ];
        rows.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
    }
}

/// What one kind of notice says, in one language.
struct Body {
    subject: String,
    /// What happened.
    statement: String,
    details: Vec<Part>,
    /// What to do, or who does it.
    action: String,
}

impl Body {
    fn new(subject: String, statement: String, action: impl Into<String>) -> Self {
        Self { subject, statement, details: Vec::new(), action: action.into() }
    }

    fn with_details(self, details: Vec<Part>) -> Self {
        Self { details, ..self }
    }
}

/// The words that stand in every letter of a language.
struct Labels {
    greeting: &'static str,
    product: &'static str,
    common_name: &'static str,
    serial_number: &'static str,
    occurred_at: &'static str,
    service: &'static str,
    customer: &'static str,
    service_link: &'static str,
}

/// How much the customer has to do for the proof.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Task {
    Publish,
    AnswerMessage,
    Nothing,
}

impl Task {
    fn of(instructions: &[Instruction]) -> Self {
        match instructions.first() {
            Some(Instruction::Message { .. }) => Self::AnswerMessage,
            Some(_) => Self::Publish,
            None => Self::Nothing,
        }
    }
}

/// A moment as people read it, in UTC and to the minute.
pub(crate) fn moment(at: Timestamp) -> String {
    TimeZone::UTC.to_datetime(at).strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// Its day.
pub(crate) fn day(at: Timestamp) -> String {
    TimeZone::UTC.to_datetime(at).date().to_string()
}

/// A text of the reader's language.
pub(crate) fn in_language<T>(language: Language, english: T, polish: T) -> T {
    match language {
        Language::English => english,
        _ => polish,
    }
}

/// Everything that is wrong, a line each.
fn reasons(findings: &Findings, language: Language) -> Part {
    Part::List(findings.as_slice().iter().map(|finding| reason(finding, language)).collect())
}

fn reason(finding: &Finding, language: Language) -> String {
    let quoted = |value: &String| {
        let (open, close) = in_language(language, ("“", "”"), ("„", "”"));
        format!(" {open}{value}{close}")
    };
    let value = finding.value.as_ref().map(quoted).unwrap_or_default();
    let code = match finding.code {
        Finding::NO_CODE => String::new(),
        code => format!(" ({} {code})", in_language(language, "code", "kod")),
    };
    format!("{}{value}: {}{code}", finding.field, finding.text(language))
}
