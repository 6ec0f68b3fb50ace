//! What goes wrong, by kind, and when.

use clap::ValueEnum;
use jiff::{SignedDuration, Timestamp};

use crate::Settings;
use crate::dice::{Dice, Purpose};
use crate::machine::Machine;

/// A kind of fault, by which it can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
#[non_exhaustive]
pub enum FaultKind {
    /// Calls get lost before the CA carries them out.
    LostBefore,
    /// Answers get lost once it has.
    LostAfter,
    /// HTTP 500, before or after it.
    Http500,
    /// A SOAP fault, before or after it.
    SoapFault,
    /// An answer that nobody can read.
    Garbage,
    /// An answer that breaks off.
    Half,
    /// A call that the CA holds until its caller gives up after minutes; half of them it carries out then.
    Held,
    /// A call that arrives long after its caller has given up.
    Late,
    /// The CA takes long for everything, for hours.
    Slow,
    /// The CA refuses everything, for hours.
    Refusing,
    /// The CA can't be reached, for hours.
    Outage,
    /// Officers of the CA take long.
    Officers,
    /// Officers reject orders.
    Rejection,
    /// The CA revokes certificates by itself.
    AuthorityRevokes,
    /// Workers die at a border, with what they were doing.
    Deaths,
    /// A worker's death takes its whole program along, one of 250: it begins again with nothing in memory.
    Restarts,
    /// Single operations of the store fail.
    StoreErrors,
    /// The store can't be reached, for minutes to hours.
    StoreDown,
    /// The reseller's clock is off, and jumps.
    Clock,
    /// No worker runs, for days.
    Idle,
    /// The host hears facts twice.
    HostTwice,
    /// The host can't be reached, for hours.
    HostDown,
    /// What is published is seen later.
    DnsLag,
}

/// Spans of time that don't overlap, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spans(Vec<(Timestamp, Timestamp)>);

impl Spans {
    fn index(&self, now: Timestamp) -> usize {
        self.0.partition_point(|(_, until)| *until <= now)
    }

    /// Whether one of them has begun, and not ended.
    pub(crate) fn cover(&self, now: Timestamp) -> bool {
        self.0.get(self.index(now)).is_some_and(|(from, _)| *from <= now)
    }

    /// When the one that covers this moment ends, or the next one begins.
    pub(crate) fn next_border(&self, now: Timestamp) -> Option<Timestamp> {
        let (from, until) = self.0.get(self.index(now))?;
        Some(if *from > now { *from } else { *until })
    }
}

/// What comes over a shop, whatever is done there. It is drawn before anything happens, so that it is the same for each
/// choice of services.
#[derive(Debug)]
pub(crate) struct Weather {
    /// The CA can't be reached.
    pub(crate) outages: Spans,
    /// The CA takes long.
    pub(crate) slow: Spans,
    /// The CA refuses everything.
    pub(crate) refusing: Spans,
    /// No worker runs.
    pub(crate) idle: Spans,
    /// The store can't be reached.
    pub(crate) store_down: Spans,
    /// The host can't be reached.
    pub(crate) host_down: Spans,
    /// From when on the clock of each of the reseller's machines is ahead of the CA's by how much.
    skews: [Vec<(Timestamp, SignedDuration)>; Machine::ALL.len()],
}

impl Weather {
    pub(crate) fn draw(settings: &Settings, shop: u32) -> Self {
        let mut dice = Dice::new(settings.seed, Purpose::Weather, shop);
        let mut spans = |kind, every_days, shortest: i64, longest: i64| {
            // Each kind has dice of its own: left out, it changes none of the others.
            let mut dice = Dice::new(dice.bits(), Purpose::Weather, kind as u32);
            draw_spans(settings, kind, every_days, &mut dice, (shortest, longest))
        };
        let outages = spans(FaultKind::Outage, 20, 30, 18 * 60);
        let slow = spans(FaultKind::Slow, 20, 60, 6 * 60);
        let refusing = spans(FaultKind::Refusing, 45, 20, 4 * 60);
        let idle = spans(FaultKind::Idle, 90, 12 * 60, 14 * 24 * 60);
        let store_down = spans(FaultKind::StoreDown, 40, 1, 2 * 60);
        let host_down = spans(FaultKind::HostDown, 40, 30, 24 * 60);
        let skews = Machine::ALL.map(|machine| {
            draw_skews(settings, &idle, &mut Dice::new(dice.bits(), Purpose::Weather, machine as u32))
        });
        Self { outages, slow, refusing, idle, store_down, host_down, skews }
    }

    /// How far a machine's clock is ahead of the CA's.
    pub(crate) fn skew(&self, machine: Machine, now: Timestamp) -> SignedDuration {
        let [host, first, second] = &self.skews;
        let skews = match machine {
            Machine::Host => host,
            Machine::First => first,
            Machine::Second => second,
        };
        let index = skews.partition_point(|(from, _)| *from <= now);
        let current = index.checked_sub(1).and_then(|index| skews.get(index));
        current.map_or(SignedDuration::ZERO, |(_, skew)| *skew)
    }

    /// How far the workers' clock is ahead of the CA's that is so most.
    pub(crate) fn workers_skew(&self, now: Timestamp) -> SignedDuration {
        self.skew(Machine::First, now).max(self.skew(Machine::Second, now))
    }

    /// When something begins or ends next that whoever works should see.
    pub(crate) fn next_border(&self, now: Timestamp) -> Option<Timestamp> {
        let spans = [&self.outages, &self.refusing, &self.idle, &self.store_down];
        spans.into_iter().filter_map(|spans| spans.next_border(now)).min()
    }
}

/// Spans of `shortest` to `longest` minutes, most of them nearer to the shortest.
fn draw_spans(
    settings: &Settings,
    kind: FaultKind,
    every_days: i64,
    dice: &mut Dice,
    (shortest, longest): (i64, i64),
) -> Spans {
    let share = i64::from(settings.share(kind));
    let mut spans = Vec::new();
    if share == 0 {
        return Spans(spans);
    }
    let (mut at, end) = (settings.begins(), settings.begins().saturating_add(settings.length()));
    let Ok(end) = end else { return Spans(spans) };
    let gap = every_days * 24 * 60 * 1000 / share;
    loop {
        let from = at.checked_add(dice.minutes(60, 2 * gap));
        let Some(from) = from.ok().filter(|from| *from < end) else { return Spans(spans) };
        let most = dice.between(shortest.unsigned_abs(), longest.unsigned_abs()).cast_signed();
        let Ok(until) = from.checked_add(dice.minutes(shortest, most)) else { return Spans(spans) };
        spans.push((from, until));
        at = until;
    }
}

/// How far a clock of the reseller's is off at most.
pub(crate) const MOST_SKEW: SignedDuration = SignedDuration::from_mins(8);

/// How late a call can arrive. The engine doubts for half an hour, by the clock of whichever machine looks: two of them can be
/// sixteen minutes apart, and slow calls take another one to go out.
pub(crate) const LATEST: SignedDuration = SignedDuration::from_mins(12);

/// A machine's clock is set anew every other week, and always when workers begin again after days.
fn draw_skews(settings: &Settings, idle: &Spans, dice: &mut Dice) -> Vec<(Timestamp, SignedDuration)> {
    const MOST_SECONDS: i64 = MOST_SKEW.as_secs();
    let share = i64::from(settings.share(FaultKind::Clock));
    let mut skews = Vec::new();
    if share == 0 {
        return skews;
    }
    let (mut at, gap) = (settings.begins(), 14 * 24 * 60 * 1000 / share);
    let Ok(end) = at.checked_add(settings.length()) else { return skews };
    while at < end {
        skews.push((at, dice.seconds(0, 2 * MOST_SECONDS) - SignedDuration::from_secs(MOST_SECONDS)));
        let Ok(next) = at.checked_add(dice.minutes(60, 2 * gap)) else { return skews };
        at = next;
    }
    let restarts = idle.0.iter().map(|(_, until)| *until);
    let restarts: Vec<_> = restarts
        .map(|at| (at, dice.seconds(0, 2 * MOST_SECONDS) - SignedDuration::from_secs(MOST_SECONDS)))
        .collect();
    skews.extend(restarts);
    skews.sort_by_key(|(at, _)| *at);
    skews
}

/// What befalls a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Strike {
    pub(crate) kind: FaultKind,
    /// Whether the CA carries the call out first.
    pub(crate) is_carried_out: bool,
}

/// What befalls a call, if anything: the odds are millionths, under heavy faults.
pub(crate) fn strike(settings: &Settings, dice: &mut Dice) -> Option<Strike> {
    const ODDS: [(FaultKind, u64); 8] = [
        (FaultKind::LostBefore, 12_000),
        (FaultKind::LostAfter, 15_000),
        (FaultKind::Http500, 6_000),
        (FaultKind::SoapFault, 6_000),
        (FaultKind::Garbage, 4_000),
        (FaultKind::Half, 4_000),
        (FaultKind::Held, 6_000),
        (FaultKind::Late, 6_000),
    ];
    let mut throw = dice.below(1_000_000);
    let is_carried_out = dice.percent(50);
    for (kind, odds) in ODDS {
        let odds = odds * u64::from(settings.share(kind)) / 1000;
        if throw < odds {
            let is_carried_out = match kind {
                FaultKind::LostBefore | FaultKind::Late => false,
                FaultKind::LostAfter | FaultKind::Half => true,
                _ => is_carried_out,
            };
            return Some(Strike { kind, is_carried_out });
        }
        throw -= odds;
    }
    None
}

impl FaultKind {
    /// Its name, as the flags have it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LostBefore => "lost-before",
            Self::LostAfter => "lost-after",
            Self::Http500 => "http500",
            Self::SoapFault => "soap-fault",
            Self::Garbage => "garbage",
            Self::Half => "half",
            Self::Held => "held",
            Self::Late => "late",
            Self::Slow => "slow",
            Self::Refusing => "refusing",
            Self::Outage => "outage",
            Self::Officers => "officers",
            Self::Rejection => "rejection",
            Self::AuthorityRevokes => "authority-revokes",
            Self::Deaths => "deaths",
            Self::Restarts => "restarts",
            Self::StoreErrors => "store-errors",
            Self::StoreDown => "store-down",
            Self::Clock => "clock",
            Self::Idle => "idle",
            Self::HostTwice => "host-twice",
            Self::HostDown => "host-down",
            Self::DnsLag => "dns-lag",
        }
    }
}
