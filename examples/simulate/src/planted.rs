//! Mistakes of other systems, planted at the borders of this one to see whether the judge names them.
//!
//! A judge who never finds anything may be blind. Each of these is a habit that peers have paid for; none is in the engine, so
//! that they are made around it, by a hidden flag (`--plant`).
//!
//! - `resend`: an order without a clear answer is sent again at once, by a layer that knows nothing of intents. What masks it for
//!   new orders is the identifier, which is ours and the same: the CA says that it is taken, and the engine looks. Renewals and
//!   reissues have none. If the first call was carried out, the CA refuses the second for the key, and that passes for a clear no:
//!   the first order is lost, and with another key a second is bought.
//! - `watermark`: the place up to which changes were read moves when they are read, and not once they are stored. A death, or a
//!   page that fails, loses them. What masks it for open orders is that they are looked at now and then; that a certificate was
//!   revoked is told by the list of changes alone.
//! - `reminder`: the host reminds people if as many days are left as a threshold says, and not once it was crossed. A day without
//!   a worker loses the reminder. What masks it is a worker that runs each day.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use cert_domain::{Life, Reminders};
use cert_lifecycle::delivery::{Deliver, Delivery, Fact};
use cert_lifecycle::{Store, StoreError};
use certum_api::{TransportAnswer, TransportError};
use clap::ValueEnum;
use jiff::Timestamp;

use crate::ports::Ear;

/// A mistake to plant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[non_exhaustive]
pub enum Plant {
    /// Orders are sent again without looking.
    Resend,
    /// The place up to which changes were read moves before they are stored.
    Watermark,
    /// Reminders go out on the very day or not at all.
    Reminder,
}

/// Whether a call is sent again at once: a purchase whose outcome is not clear.
pub(crate) fn sends_again(operation: &str, answer: &Result<TransportAnswer, TransportError>) -> bool {
    let is_clear = match answer {
        Ok(answer) => answer.status == 200 && answer.body.trim_ascii_end().ends_with(b"Envelope>"),
        Err(_) => false,
    };
    is_an_order(operation) && !is_clear
}

/// Whether a call buys something.
pub(crate) fn is_an_order(operation: &str) -> bool {
    ["quickOrder", "renewCertificate", "reissueCertificate"].contains(&operation)
}

/// Tells how far changes were read, and says at once that they are read up to now.
pub(crate) async fn watermark(
    store: &dyn Store,
    name: &str,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    let seen = store.watermark(name).await?;
    if name == "changes" {
        store.move_watermark(name, seen.as_deref(), &now.to_string()).await?;
    }
    Ok(seen)
}

/// A host that reminds people on the very day that a threshold is crossed.
#[derive(Clone)]
pub(crate) struct OnTheDay {
    ear: Ear,
    reminders: Reminders,
    /// Certificates, by their serial numbers: known to the host, whichever machine tells him.
    lives: Arc<Mutex<BTreeMap<String, Life>>>,
}

impl OnTheDay {
    pub(crate) fn new(ear: Ear, reminders: Reminders) -> Self {
        Self { ear, reminders, lives: Arc::default() }
    }

    fn is_lost(&self, fact: &Fact) -> bool {
        let field = |name: &str| fact.data.get(name).and_then(|value| value.as_str());
        let (Some(serial_number), Some(not_after)) = (field("serial_number"), field("not_after")) else {
            return false;
        };
        let mut lives = self.lives.lock().unwrap_or_else(PoisonError::into_inner);
        if let ("issued", Ok(not_after)) = (fact.kind.as_str(), not_after.parse()) {
            lives.insert(serial_number.to_owned(), Life::new(fact.occurred_at, not_after));
        }
        let Some(life) = lives.get(serial_number).filter(|_| fact.kind == "successor_coming") else {
            return false;
        };
        let days_left = |at: Timestamp| life.until.duration_since(at).as_hours() / 24;
        let mut moments = self.reminders.thresholds().iter().map(|threshold| threshold.moment(*life));
        moments.all(|moment| days_left(moment) != days_left(self.ear.0.now()))
    }
}

#[async_trait]
impl Deliver<Fact> for OnTheDay {
    async fn deliver(&self, fact: &Fact) -> Delivery {
        if self.is_lost(fact) { Delivery::Delivered } else { self.ear.deliver(fact).await }
    }
}
