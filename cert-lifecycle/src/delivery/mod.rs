//! What carries notices to people and facts to programs.
//!
//! A [`Message`] is for a person, a [`Fact`] for a program; both carry a [`DeliveryId`] that stays the same however
//! often they are sent. [`Deliver`] is the port; `SmtpDelivery` (feature `smtp`) carries messages by mail,
//! `WebhookDelivery` (feature `webhook`) carries both to a web address, signed.

#[cfg(any(feature = "smtp", feature = "webhook"))]
mod loopback;
mod message;
#[cfg(feature = "smtp")]
mod smtp;
#[cfg(feature = "webhook")]
mod webhook;

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::store::MessageId;

pub use self::message::{Attachment, Header, InvalidHeader, Message};
#[cfg(feature = "smtp")]
pub use self::smtp::{SmtpConfigError, SmtpDelivery, SmtpDeliveryBuilder, SmtpSecurity};
#[cfg(feature = "webhook")]
pub use self::webhook::{
    EVENT_ID_HEADER, SIGNATURE_HEADER, SignatureError, TIMESTAMP_HEADER, WeakSecret, WebhookConfigError,
    WebhookDelivery, WebhookDeliveryBuilder, WebhookSecret, verify,
};

/// A port to whatever carries messages, facts, or both.
///
/// # Expected flow
/// Whoever holds an outbox takes what is due, calls [`deliver`](Self::deliver), and stores what became of it:
/// `Delivered` and `Never` end the matter, `Later` sets the next due time.
///
/// # Guarantees that an implementation gives
/// - A call ends within a bounded time.
/// - `Delivered` means that somebody else has taken responsibility: a mail server its message, a receiver its fact.
/// - `Never` means that the same thing will be refused again, as long as nobody changes the thing or its address.
/// - Everything else is `Later`, failures of the adapter's own configuration among it, so that nothing is lost by a
///   mistyped password.
/// - The identifier reaches the receiver unchanged.
///
/// # Caveats
/// An answer can be lost, and what was delivered is delivered again then: at least once, not exactly once. Receivers
/// recognise the second by its identifier.
#[async_trait]
pub trait Deliver<T>: Send + Sync {
    /// Carries one thing, once.
    async fn deliver(&self, what: &T) -> Delivery;
}

/// A function that takes what there is to deliver: for a host that prints it, or hands it on within the program. One
/// that returns nothing has delivered it.
#[async_trait]
impl<T: Sync, R: Into<Delivery>, F: Fn(&T) -> R + Send + Sync> Deliver<T> for F {
    async fn deliver(&self, what: &T) -> Delivery {
        self(what).into()
    }
}

impl From<()> for Delivery {
    fn from((): ()) -> Self {
        Self::Delivered
    }
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "whoever holds an outbox has to know all of them")]
pub enum Delivery {
    /// It has arrived.
    Delivered,
    /// It has not, or nobody knows; it may if it is tried again.
    Later {
        /// Why, in English. It quotes what a peer has said, and no secret.
        reason: String,
        /// How long the peer wants to be left alone, if it has said so.
        wait: Option<SignedDuration>,
    },
    /// It has not, and will not.
    Never {
        /// Why, in English. It quotes what a peer has said, and no secret.
        reason: String,
    },
}

#[cfg(any(feature = "smtp", feature = "webhook"))]
impl Delivery {
    fn later(reason: impl Into<String>) -> Self {
        Self::Later { reason: reason.into(), wait: None }
    }

    fn never(reason: impl Into<String>) -> Self {
        Self::Never { reason: reason.into() }
    }
}

/// What identifies a delivery, over all tries: 1 to 128 letters, digits, `-`, `_` and single dots between them, so
/// that it fits into a mail's Message-ID (RFC 5322, section 3.6.4) and a header of HTTP as it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct DeliveryId(String);

impl DeliveryId {
    const MAX_LENGTH: usize = 128;

    /// The identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DeliveryId {
    type Err = InvalidDeliveryId;

    fn from_str(text: &str) -> Result<Self, InvalidDeliveryId> {
        let is_atom = |atom: &str| {
            !atom.is_empty()
                && atom.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        if text.len() <= Self::MAX_LENGTH && text.split('.').all(is_atom) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidDeliveryId(()))
        }
    }
}

impl TryFrom<String> for DeliveryId {
    type Error = InvalidDeliveryId;

    fn try_from(text: String) -> Result<Self, InvalidDeliveryId> {
        text.parse()
    }
}

impl From<MessageId> for DeliveryId {
    /// The identifier of a message that waits in the outbox: a UUID and two numbers with dots between them, at most 68
    /// characters.
    fn from(id: MessageId) -> Self {
        Self(id.to_string())
    }
}

impl From<DeliveryId> for String {
    fn from(id: DeliveryId) -> Self {
        id.0
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that identifies no delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an identifier has 1 to 128 letters, digits, - and _, and single dots between them")]
pub struct InvalidDeliveryId(());

/// Something that has happened, for a program to act on: an invoice is due, a certificate was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fact {
    /// What identifies it, over all deliveries.
    pub id: DeliveryId,
    /// What kind of thing has happened, such as `invoice_due`.
    pub kind: String,
    /// When it happened, which is not when it is delivered.
    pub occurred_at: Timestamp,
    /// What there is to say about it.
    pub data: serde_json::Value,
}

impl Fact {
    /// A fact.
    #[must_use]
    pub fn new(
        id: DeliveryId,
        kind: impl Into<String>,
        occurred_at: Timestamp,
        data: serde_json::Value,
    ) -> Self {
        Self { id, kind: kind.into(), occurred_at, data }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_identifiers_that_fit_into_mail_and_http_as_they_are() {
        for good in ["a", "notice-7.issued", "A_1", &"x".repeat(128)] {
            assert_eq!(good.parse::<DeliveryId>().unwrap().as_str(), good);
        }
        for bad in ["", ".", "a.", ".a", "a..b", "a b", "a@b", "a\r\nb", "ż", &"x".repeat(129)] {
            assert!(bad.parse::<DeliveryId>().is_err(), "{bad:?}");
            assert!(serde_json::from_value::<DeliveryId>(bad.into()).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn takes_the_identifier_of_every_message() {
        let service = "0193a5c0-0000-7000-8000-000000000007".parse().unwrap();
        for (version, number) in [(1, 0), (u64::MAX, u32::MAX)] {
            let id = MessageId { service, version, number };
            let delivery = DeliveryId::from(id);
            assert_eq!(delivery.as_str().parse(), Ok(delivery.clone()));
            assert_eq!(delivery.as_str().parse(), Ok(id));
        }
    }
}
