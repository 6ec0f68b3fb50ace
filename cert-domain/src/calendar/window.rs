//! When to remind and when to renew: shares of a certificate's life, or days.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// From when to when something is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Life {
    /// The first moment.
    pub from: Timestamp,
    /// The last moment.
    pub until: Timestamp,
}

impl Life {
    /// A life. One that ends before it begins has no length.
    #[must_use]
    pub fn new(from: Timestamp, until: Timestamp) -> Self {
        Self { from, until: until.max(from) }
    }

    /// How long it is.
    #[must_use]
    pub fn length(self) -> SignedDuration {
        self.until.duration_since(self.from)
    }
}

/// How much of a life is left when something is due. Shares suit certificates of 398 days as well as those of 47; days
/// are for those who want them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Threshold {
    /// This many thousandths of the life are left.
    Share(u16),
    /// This many days are left.
    Days(u16),
}

impl Threshold {
    /// The moment of it in a life. It is never before the life begins, and never after it ends.
    #[must_use]
    pub fn moment(self, life: Life) -> Timestamp {
        let left = match self {
            Self::Share(thousandths) => {
                let seconds = i128::from(life.length().as_secs()) * i128::from(thousandths.min(1000)) / 1000;
                SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX))
            }
            Self::Days(days) => SignedDuration::from_hours(i64::from(days) * 24),
        };
        life.until.checked_sub(left).map_or(life.from, |moment| moment.max(life.from))
    }

    /// Whether it has come.
    #[must_use]
    pub fn is_crossed(self, life: Life, now: Timestamp) -> bool {
        self.moment(life) <= now
    }
}

/// The thresholds of a kind of reminder.
///
/// A threshold is due when it has been crossed and nothing was sent for it, whatever the day: one that was crossed on a
/// day when nobody looked is not lost. Of several, the latest alone is sent, and stands for the others.
///
/// ```
/// use cert_domain::{Life, Reminders, Threshold};
///
/// let life = Life::new("2026-11-22T00:00:00Z".parse()?, "2027-06-10T00:00:00Z".parse()?);
/// let reminders = Reminders::new([Threshold::Days(30), Threshold::Days(14), Threshold::Days(3)]);
/// assert!(reminders.crossed(life, &[], "2027-05-01T00:00:00Z".parse()?).is_none());
/// // Nobody looked for three weeks.
/// let crossed = reminders.crossed(life, &[], "2027-06-01T00:00:00Z".parse()?).unwrap();
/// assert_eq!(crossed.threshold, Threshold::Days(14));
/// assert_eq!(crossed.settled, [Threshold::Days(30), Threshold::Days(14)]);
/// assert!(reminders.crossed(life, &crossed.settled, "2027-06-02T00:00:00Z".parse()?).is_none());
/// # Ok::<_, jiff::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reminders(Vec<Threshold>);

/// A reminder that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Crossed {
    /// The threshold to remind of.
    pub threshold: Threshold,
    /// All thresholds that are settled once this reminder is sent: to be stored with the sent ones.
    pub settled: Vec<Threshold>,
}

impl Reminders {
    /// Reminders at these thresholds, in whatever order.
    #[must_use]
    pub fn new(thresholds: impl IntoIterator<Item = Threshold>) -> Self {
        Self(thresholds.into_iter().collect())
    }

    /// The thresholds.
    #[must_use]
    pub fn thresholds(&self) -> &[Threshold] {
        &self.0
    }

    /// The reminder that is due now, if any. `sent` are the thresholds that are settled for this very life. What a life
    /// has behind it needs no reminder of its coming.
    #[must_use]
    pub fn crossed(&self, life: Life, sent: &[Threshold], now: Timestamp) -> Option<Crossed> {
        if now > life.until {
            return None;
        }
        let mut crossed: Vec<Threshold> =
            self.0.iter().copied().filter(|threshold| threshold.is_crossed(life, now)).collect();
        crossed.sort_by_key(|threshold| threshold.moment(life));
        let threshold = *crossed.last()?;
        // A threshold that was sent settles all that come before it.
        (!sent.contains(&threshold)).then_some(Crossed { threshold, settled: crossed })
    }

    /// When the next threshold comes, for a worker to sleep until then.
    #[must_use]
    pub fn next(&self, life: Life, now: Timestamp) -> Option<Timestamp> {
        self.0.iter().map(|threshold| threshold.moment(life)).filter(|moment| *moment > now).min()
    }
}

impl Default for Reminders {
    /// A third, a sixth, a fifteenth and a fiftieth of the life: 66, 33, 13 and 4 days of 199; 15, 8, 3 and 1 of 46.
    fn default() -> Self {
        Self::new([333, 167, 67, 20].map(Threshold::Share))
    }
}

/// When a successor is begun, and when it must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WindowPolicy {
    /// How much of a life is left when the work on its successor begins.
    pub begin: Threshold,
    /// For how many days before the end the successor should be in hand.
    pub spare_days: u16,
    /// How many days a fresh domain check, with a customer to do it, may take.
    pub check_days: u16,
}

impl WindowPolicy {
    /// Begin with so much of a life left.
    #[must_use]
    pub fn begin_at(mut self, begin: Threshold) -> Self {
        self.begin = begin;
        self
    }

    /// How many days before the end of a life of so many days the work on its successor begins: at least a check before
    /// the successor should be in hand, and never so early that a life spends most of itself waiting for the next.
    #[must_use]
    pub fn lead_days(self, life_days: u16) -> u16 {
        let wanted = match self.begin {
            Threshold::Share(thousandths) => {
                u32::from(life_days).saturating_mul(u32::from(thousandths.min(1000))).div_ceil(1000)
            }
            Threshold::Days(days) => u32::from(days),
        };
        let most = longest_lead(life_days);
        let wanted = u16::try_from(wanted).unwrap_or(u16::MAX);
        wanted.min(most).max(self.least_lead_days(life_days))
    }

    /// How many days before the end of a life of so many days the work on its successor has to begin: a check before
    /// the successor should be in hand.
    #[must_use]
    pub fn least_lead_days(self, life_days: u16) -> u16 {
        self.spare_days.saturating_add(self.check_days).min(longest_lead(life_days))
    }
}

/// Two thirds of a life.
fn longest_lead(life_days: u16) -> u16 {
    let days = u32::from(life_days) * 2 / 3;
    u16::try_from(days.max(1)).unwrap_or(u16::MAX)
}

impl Default for WindowPolicy {
    /// A third of the life, three days to spare, and a week for a check.
    fn default() -> Self {
        Self { begin: Threshold::Share(333), spare_days: 3, check_days: 7 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn life(days: i64) -> Life {
        let from = at("2027-01-01T00:00:00Z");
        Life::new(from, from + SignedDuration::from_hours(days * 24))
    }

    #[test]
    fn crosses_a_share_of_any_life() {
        let days_left = |days| {
            let life = life(days);
            let moment = Threshold::Share(250).moment(life);
            life.until.duration_since(moment).as_hours() / 24
        };
        assert_eq!((days_left(400), days_left(200), days_left(100), days_left(48)), (100, 50, 25, 12));
        // Longer than the life itself.
        assert_eq!(Threshold::Days(90).moment(life(46)), life(46).from);
        assert_eq!(Threshold::Share(2000).moment(life(46)), life(46).from);
    }

    #[test]
    fn sends_each_reminder_once_though_days_are_skipped() {
        let reminders = Reminders::default();
        for step in [1, 2, 5, 17, 40] {
            let life = life(199);
            let mut sent = Vec::new();
            let mut reminded = Vec::new();
            for day in (0..199).step_by(step) {
                let now = life.from + SignedDuration::from_hours(day * 24);
                if let Some(crossed) = reminders.crossed(life, &sent, now) {
                    assert!(!reminded.contains(&crossed.threshold), "twice, every {step} days");
                    reminded.push(crossed.threshold);
                    sent = crossed.settled;
                }
            }
            let last = life.until - SignedDuration::from_hours(1);
            if let Some(crossed) = reminders.crossed(life, &sent, last) {
                sent = crossed.settled;
            }
            assert_eq!(sent.len(), 4, "every {step} days");
            assert!(step > 1 || reminded.len() == 4);
        }
    }

    #[test]
    fn reminds_of_nothing_that_is_over() {
        let life = life(46);
        assert_eq!(Reminders::default().crossed(life, &[], life.until + SignedDuration::from_secs(1)), None);
        assert_eq!(Reminders::new([]).crossed(life, &[], life.until), None);
    }

    #[test]
    fn knows_when_to_look_again() {
        let life = life(100);
        let reminders = Reminders::new([Threshold::Days(10), Threshold::Days(30)]);
        assert_eq!(reminders.next(life, life.from), Some(at("2027-03-12T00:00:00Z")));
        assert_eq!(reminders.next(life, life.until), None);
    }

    #[test]
    fn begins_early_enough_for_a_check_and_never_at_once() {
        let policy = WindowPolicy::default();
        assert_eq!((policy.lead_days(199), policy.lead_days(99), policy.lead_days(46)), (67, 33, 16));
        assert_eq!(policy.lead_days(20), 10);
        assert_eq!(policy.begin_at(Threshold::Days(60)).lead_days(46), 30);
        assert_eq!(policy.lead_days(1), 1);
    }

    #[test]
    fn reminds_at_the_last_moment_and_never_twice_at_one() {
        let life = life(100);
        let reminders = Reminders::new([Threshold::Days(10), Threshold::Days(0)]);
        assert_eq!(reminders.thresholds(), [Threshold::Days(10), Threshold::Days(0)]);
        assert_eq!(reminders.crossed(life, &[], life.until).unwrap().threshold, Threshold::Days(0));
        // At the moment of a threshold the next one is awaited.
        assert_eq!(reminders.next(life, Threshold::Days(10).moment(life)), Some(life.until));
    }
}
