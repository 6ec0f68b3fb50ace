//! The log of a service.

mod english;
mod polish;
#[cfg(test)]
pub(super) mod samples;

use cert_domain::Language;
use jiff::Timestamp;
use serde::Serialize;

use crate::service::RecordedEvent;

/// Something that happened to a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct EventView {
    /// When it was stored.
    pub at: Timestamp,
    /// Who asked for it, in the host's words; null where the system itself went on.
    pub actor: Option<String>,
    /// What happened, such as `order_placed`.
    pub kind: &'static str,
    /// The same for people: a sentence.
    pub text: String,
}

impl EventView {
    /// An event in a language. It holds no certificate request, and nothing that opens anything.
    #[must_use]
    pub fn of(recorded: &RecordedEvent, language: Language) -> Self {
        let text = match language {
            Language::English => english::text(&recorded.event),
            _ => polish::text(&recorded.event),
        };
        Self {
            at: recorded.at,
            actor: recorded.by.as_ref().map(ToString::to_string),
            kind: recorded.event.name(),
            text: text.into_owned(),
        }
    }
}
