//! What leaves the system because of what happened to a service: notices, facts for billing.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::ServiceId;

/// Something to deliver, stored together with the events that it tells of. Its body may hold a link that only one person
/// should have: `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "workers make it")]
pub struct Message {
    /// Who is to deliver it. The topics of a service don't wait for each other.
    pub topic: String,
    /// What it says; JSON, which stores don't look into.
    pub body: String,
    /// Not to be delivered before.
    pub due_at: Timestamp,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { topic, body: _, due_at } = self;
        f.debug_struct("Message").field("topic", topic).field("due_at", due_at).finish_non_exhaustive()
    }
}

/// A message's identifier: the same at each delivery, and no other message's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_structs, reason = "stores make it")]
pub struct MessageId {
    /// The service that it is about.
    pub service: ServiceId,
    /// How many events the service had after the append that brought it.
    pub version: u64,
    /// Its place among the messages of that append, from 0.
    pub number: u32,
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.service, self.version, self.number)
    }
}

impl Serialize for MessageId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for MessageId {
    type Err = InvalidMessageId;

    fn from_str(text: &str) -> Result<Self, InvalidMessageId> {
        let mut parts = text.split('.');
        let (Some(service), Some(version), Some(number), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(InvalidMessageId(()));
        };
        let invalid = InvalidMessageId(());
        Ok(Self {
            service: service.parse().map_err(|_| invalid)?,
            version: version.parse().map_err(|_| invalid)?,
            number: number.parse().map_err(|_| invalid)?,
        })
    }
}

/// A text that is no message's identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a message's identifier is a service's identifier and two numbers")]
pub struct InvalidMessageId(());

/// A message that is ours to deliver until the lease ends. `Debug` shows none of its body.
#[derive(Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "stores make it")]
pub struct MessageClaim {
    /// The message.
    pub id: MessageId,
    /// The name of the claim.
    pub token: String,
    /// What it says.
    pub body: String,
    /// How often it was postponed.
    pub tries: u32,
}

impl fmt::Debug for MessageClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, token, body: _, tries } = self;
        f.debug_struct("MessageClaim")
            .field("id", id)
            .field("token", token)
            .field("tries", tries)
            .finish_non_exhaustive()
    }
}

/// A message that waits in the outbox, without its body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(clippy::exhaustive_structs, reason = "stores make it")]
pub struct WaitingMessage {
    /// The message.
    pub id: MessageId,
    /// Who is to deliver it.
    pub topic: String,
    /// Not to be delivered before.
    pub due_at: Timestamp,
    /// How often it was postponed.
    pub tries: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_nothing_of_what_a_message_says() {
        let body = || "s3cret".to_owned();
        let id = MessageId {
            service: "0193a5c0-0000-7000-8000-000000000007".parse().unwrap(),
            version: 1,
            number: 0,
        };
        let message = Message { topic: "notice".into(), body: body(), due_at: Timestamp::UNIX_EPOCH };
        let claim = MessageClaim { id, token: "t".into(), body: body(), tries: 0 };
        for shown in [format!("{message:?}"), format!("{claim:?}")] {
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }

    #[test]
    fn reads_the_identifiers_that_it_writes_and_no_others() {
        let service = "0193a5c0-0000-7000-8000-000000000007".parse().unwrap();
        let id = MessageId { service, version: 12, number: 3 };
        let text = "0193a5c0-0000-7000-8000-000000000007.12.3";
        assert_eq!(id.to_string(), text);
        assert_eq!(text.parse(), Ok(id));
        for wrong in ["", "7.12.3", &text[..38], &format!("{text}.1"), &format!("{text}x")] {
            assert_eq!(wrong.parse::<MessageId>(), Err(InvalidMessageId(())), "{wrong}");
        }
    }
}
