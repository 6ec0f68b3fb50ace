//! Keeping in step with the CA by its list of changes.

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{Change, Lifecycle, Parts};
use crate::authority::{Changes, ListedOrder, OrderProgress};
use crate::error::Error;
use crate::observe::Observation;
use crate::service::{Command, Decision, Service, State, decide};
use crate::store::AppendError;

/// What reading the CA's changes came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SyncReport {
    /// How many orders were listed.
    pub listed: u64,
    /// How many of them said something new.
    pub news: u64,
    /// How many of them belong to no service.
    pub unknown: u64,
}

/// The watermark's name: everything that changed before it is in the store.
pub(super) const WATERMARK: &str = "changes";
/// How far the reading begins before the watermark: an order may be dated before one that was read.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);
/// How far back the first reading goes.
const FIRST: SignedDuration = SignedDuration::from_hours(24);

/// How far a reading has come.
struct Reading {
    /// The watermark, as it was last seen in the store.
    seen: Option<String>,
    /// What changed before this was read.
    from: Timestamp,
    report: SyncReport,
}

fn moment(watermark: Option<&str>) -> Option<Timestamp> {
    watermark.and_then(|text| text.parse().ok())
}

impl Lifecycle {
    /// Reads what has changed at the CA since the last time, now. A worker does this by itself.
    ///
    /// # Errors
    /// If the CA could not be asked, or the store fails. What was read by then is stored, and the next reading goes on there.
    pub async fn synchronize(&self) -> Result<SyncReport, Error> {
        self.parts.synchronize().await
    }
}

impl Parts {
    /// Reads the changes since the watermark. It moves once what is told by an answer is stored, and not before.
    pub(crate) fn synchronize(&self) -> BoxFuture<'_, Result<SyncReport, Error>> {
        self.read_changes().boxed()
    }

    async fn read_changes(&self) -> Result<SyncReport, Error> {
        let seen = self.store.watermark(WATERMARK).await?;
        let now = self.now();
        let back = |moment: Timestamp, by| moment.checked_sub(by).unwrap_or(Timestamp::UNIX_EPOCH);
        let from = moment(seen.as_deref());
        let from = from.map_or_else(|| back(now, FIRST), |mark| back(mark.min(now), OVERLAP));
        let mut reading = Reading { seen, from, report: SyncReport::default() };
        loop {
            let before = reading.from;
            match self.read_on(&mut reading, now).await {
                Ok(()) => break,
                // It goes on at once where it was, for as long as each time brings it further.
                Err(Error::Authority(error)) if reading.from > before => {
                    tracing::debug!(error = %error, "goes on reading changes");
                }
                Err(error) => return Err(error),
            }
        }
        self.move_to(&mut reading, now, |mark| mark != now).await?;
        let Reading { report, .. } = reading;
        self.observe(Observation::Synchronized { listed: report.listed, news: report.news });
        Ok(report)
    }

    async fn read_on(&self, reading: &mut Reading, to: Timestamp) -> Result<(), Error> {
        let mut parts = self.authority.changes(reading.from, to);
        while let Some(part) = parts.next().await {
            let Changes { orders, through } = part?;
            for order in orders {
                self.take_in_listed(order, &mut reading.report).await?;
            }
            reading.from = reading.from.max(through);
            if through < to {
                self.move_to(reading, through, |mark| mark < through).await?;
            }
        }
        Ok(())
    }

    /// Moves the watermark, from wherever another reading may have moved it meanwhile, if it is to be moved from there.
    async fn move_to(
        &self,
        reading: &mut Reading,
        to: Timestamp,
        is_wanted: impl Fn(Timestamp) -> bool + Send,
    ) -> Result<(), Error> {
        const MAX_RACES: usize = 8;
        let text = to.to_string();
        for _ in 0..MAX_RACES {
            if !moment(reading.seen.as_deref()).is_none_or(&is_wanted) {
                break;
            }
            if self.store.move_watermark(WATERMARK, reading.seen.as_deref(), &text).await? {
                reading.seen = Some(text);
                break;
            }
            reading.seen = self.store.watermark(WATERMARK).await?;
        }
        Ok(())
    }

    /// Takes in an order that was listed, whosesoever it is.
    async fn take_in_listed(&self, order: ListedOrder, report: &mut SyncReport) -> Result<(), Error> {
        report.listed += 1;
        let Some(id) = self.store.service_of_order(&order.order_id).await? else {
            report.unknown += 1;
            return Ok(());
        };
        match self.take_in(id, order).await {
            Ok(is_news) => report.news += u64::from(is_news),
            // One service that can't be read, or is busy, keeps no other waiting: its own turn finds out.
            Err(error @ (Error::Corrupt(_) | Error::Busy(_) | Error::OrderTaken(_))) => {
                tracing::error!(service = %id, %error, "could not take in what the CA lists");
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Takes in what a list says of a service's order. Says whether it was news.
    async fn take_in(&self, id: crate::ServiceId, order: ListedOrder) -> Result<bool, Error> {
        const MAX_RACES: usize = 8;
        let is_issued = order.progress == OrderProgress::Issued;
        let order_id = order.order_id.clone();
        let serial_number = order.certificate.as_ref().map(|listed| listed.serial_number.clone());
        let command = Command::RecordListed(Box::new(order));
        for _ in 0..MAX_RACES {
            let Some(service) = self.load(id).await? else { return Ok(false) };
            let decided = decide(Some(&service), command.clone(), self.now(), &self.terms);
            let Decision { events, .. } = decided?;
            // The certificate that a service waits for is there: it is fetched with the service's next turn. An order and its
            // reissue may share an identifier.
            let awaits = |service: &Service| {
                let is_had = |serial_number: &String| service.certificate_with(serial_number).is_some();
                is_issued
                    && !serial_number.as_ref().is_some_and(is_had)
                    && matches!(&service.state, State::Issuing(issuing) if issuing.order_id == order_id)
            };
            let stored = if !events.is_empty() {
                match self.store_events(id, Some(service), events, Change::default()).await {
                    Ok(Some(after)) if awaits(&after) => self.wake_up(&after).await.map(|()| true),
                    stored => stored.map(|_| true),
                }
            } else if awaits(&service) {
                self.wake_up(&service).await.map(|()| true)
            } else {
                return Ok(false);
            };
            match stored {
                Ok(news) => {
                    self.wake.notify_one();
                    return Ok(news);
                }
                Err(AppendError::Conflict) => {}
                Err(AppendError::Store(error)) => return Err(error.into()),
                Err(AppendError::KeyTaken | AppendError::OrderTaken) => return Err(Error::OrderTaken(id)),
            }
        }
        Err(Error::Busy(id))
    }
}
