//! What a reseller looks at first: what needs somebody, what comes next, and whether all is well.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tokio::time::timeout;

use super::Lifecycle;
use super::synchronizing::WATERMARK;
use crate::StateKind;
use crate::error::Error;
use crate::store::{Search, StoreError, Summary};

/// What needs somebody, and what comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Overview {
    /// When it was so.
    pub at: Timestamp,
    /// How many services stand in each state.
    pub counts: Vec<(StateKind, u64)>,
    /// Those that only the reseller can go on with.
    pub held: Vec<Summary>,
    /// Those for which the CA has orders that nobody waits for.
    pub stray: Vec<Summary>,
    /// Those that failed three times in a row, or more often. A service that waits for its customer is none of them.
    pub stuck: Vec<Summary>,
    /// What comes within the days that were asked for, the next first. What should have happened already comes before.
    pub ahead: Vec<Ahead>,
    /// Whether everything was looked at. Of many thousands, only the first are.
    pub is_whole: bool,
}

/// Something that comes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ahead {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: AheadKind,
    /// The service.
    pub service: Summary,
}

/// What comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AheadKind {
    /// A worker goes on with the service.
    Due,
    /// The certificate in force ends.
    Expires,
}

/// How the system fares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Health {
    /// Whether the CA answers.
    pub authority: bool,
    /// Up to when the CA's list of changes has been read; nothing before the first time.
    pub synchronized_to: Option<Timestamp>,
    /// How many services wait for a worker that should have come already.
    pub overdue: usize,
    /// Since when the first of them waits.
    pub overdue_since: Option<Timestamp>,
    /// When a worker is needed next, within a year.
    pub next_due: Option<Timestamp>,
    /// How many messages wait in the outbox. More than a few thousand are not counted, here as with services.
    pub messages: usize,
    /// Since when the first of them could have been delivered.
    pub messages_since: Option<Timestamp>,
}

/// How many services are looked at for one line of an overview.
const MOST: usize = 5000;
/// From so many fruitless tries on, somebody should look.
const STUCK: u32 = 3;
/// How long the CA may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

impl Lifecycle {
    /// What needs somebody now, and what comes within so many days. It reads through the services: for pages that people look
    /// at, not for metrics.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn overview(&self, days: u16) -> Result<Overview, Error> {
        let now = self.parts.now();
        let end = later(now, days);
        let held = self.rows(Search { state: Some(StateKind::Held), ..Search::default() }).await?;
        let all = self.rows(Search::default()).await?;
        let due = Search { due: Some(Timestamp::UNIX_EPOCH..end), ..Search::default() };
        let due = self.rows(due).await?;
        let expiring = self.rows(Search { expiring: Some(now..end), ..Search::default() }).await?;
        let is_whole = [&held, &all, &due, &expiring].iter().all(|rows| rows.len() < MOST);
        let stray = all.iter().filter(|row| row.row.stray_orders > 0).cloned().collect();
        let stuck = all.into_iter().filter(|row| row.note.is_some() && row.tries >= STUCK).collect();
        let due = due.into_iter().map(|row| (row.due_at, AheadKind::Due, row));
        let expiring = expiring.into_iter().map(|row| (row.row.not_after, AheadKind::Expires, row));
        let ahead = |(at, kind, service): (Option<_>, _, _)| Some(Ahead { at: at?, kind, service });
        let mut ahead: Vec<_> = due.chain(expiring).filter_map(ahead).collect();
        ahead.sort_unstable_by_key(|ahead| (ahead.at, ahead.kind, ahead.service.id));
        let counts = self.parts.store.counts().await?;
        Ok(Overview { at: now, counts, held, stray, stuck, ahead, is_whole })
    }

    /// How the system fares. Asks the CA something that costs nothing.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn health(&self) -> Result<Health, Error> {
        let now = self.parts.now();
        let store = &self.parts.store;
        let mark = store.watermark(WATERMARK).await?;
        let overdue =
            self.rows(Search { due: Some(Timestamp::UNIX_EPOCH..now), ..Search::default() }).await?;
        let coming = Search { due: Some(now..later(now, 366)), ..Search::default() };
        let coming = self.rows(coming).await?;
        let messages = store.messages(None, None, MOST).await?;
        let first = |rows: &[Summary]| rows.iter().filter_map(|row| row.due_at).min();
        Ok(Health {
            authority: self.authority_answers().await,
            synchronized_to: mark.and_then(|mark| mark.parse().ok()),
            overdue: overdue.len(),
            overdue_since: first(&overdue),
            next_due: first(&coming),
            messages: messages.len(),
            messages_since: messages.iter().map(|message| message.due_at).min(),
        })
    }

    /// Whether the CA answers: asks it something that costs nothing.
    pub async fn authority_answers(&self) -> bool {
        let answer = timeout(PATIENCE, self.parts.authority.products()).await;
        matches!(answer, Ok(Ok(_)))
    }

    /// The services that a search matches, page by page, as many as are looked at.
    async fn rows(&self, mut search: Search) -> Result<Vec<Summary>, StoreError> {
        let mut found = Vec::new();
        search.limit = 1000;
        while found.len() < MOST {
            let page = self.parts.store.search(search.clone()).await?;
            search.after = page.last().map(|last| last.id);
            let is_last = page.len() < search.limit;
            found.extend(page);
            if is_last {
                break;
            }
        }
        Ok(found)
    }
}

fn later(now: Timestamp, days: u16) -> Timestamp {
    now.checked_add(SignedDuration::from_hours(i64::from(days) * 24)).unwrap_or(Timestamp::MAX)
}
