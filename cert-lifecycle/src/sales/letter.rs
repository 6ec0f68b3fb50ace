//! Letters that a host shows itself.

use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Clock;
use crate::delivery::{Deliver, Delivery, Message};
use crate::records::{Kept, Records};

/// A letter as it was left for somebody. Its text may hold a link that only they should have: `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Letter {
    /// When it was left.
    pub at: Timestamp,
    /// Whose mailbox it is for.
    pub recipient: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// The names of the files that go with it.
    pub files: Vec<String>,
}

impl Kept for Letter {
    const KIND: &'static str = "letter";
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, recipient: _, subject: _, text: _, files } = self;
        f.debug_struct("Letter").field("at", at).field("files", files).finish_non_exhaustive()
    }
}

/// Keeps letters for the customers to be read in the host's own pages, where there is no mail server: whoever owns the
/// service, whatever mailbox the letter is for.
///
/// # Caveats
/// As with any delivery, a letter may be left twice if the program dies just after it was left.
pub struct Mailroom {
    records: Records,
    clock: Box<dyn Clock>,
}

impl Mailroom {
    /// A mailroom among a host's records.
    #[must_use]
    pub fn new(records: Records, clock: impl Clock + 'static) -> Self {
        Self { records, clock: Box::new(clock) }
    }
}

#[async_trait]
impl Deliver<Message> for Mailroom {
    async fn deliver(&self, message: &Message) -> Delivery {
        let at = self.clock.now();
        let letter = Letter {
            at,
            recipient: message.recipient.clone(),
            subject: message.subject.clone(),
            text: message.text.clone(),
            files: message.attachments.iter().map(|file| file.file_name.clone()).collect(),
        };
        let key = format!("{:020}-{}", at.as_millisecond(), message.id);
        match self.records.add(&key, message.customer.as_deref(), &letter).await {
            Ok(_) => Delivery::Delivered,
            Err(error) => Delivery::Later { reason: error.to_string(), wait: None },
        }
    }
}
