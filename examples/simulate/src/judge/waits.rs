//! What a customer is asked for, and how long he takes for it.

use jiff::{SignedDuration, Timestamp};

use super::Excuse;

/// What only the customer can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A form for a certificate.
    Form,
    /// A request for the next certificate.
    Request,
    /// A proof.
    Proof,
}

impl Part {
    /// What it excuses if it comes late.
    pub(super) fn excuse(self) -> Excuse {
        match self {
            Self::Form => Excuse::Neglected,
            Self::Request => Excuse::RequestLate,
            Self::Proof => Excuse::ProofLate,
        }
    }
}

/// When the service waited for its customer: from when he was told what is wanted until he did it, or it was wanted no more.
#[derive(Clone, Debug, Default)]
pub(super) struct Waits(Vec<Wait>);

#[derive(Clone, Copy, Debug)]
struct Wait {
    part: Part,
    since: Timestamp,
    until: Option<Timestamp>,
}

impl Waits {
    /// How many are remembered.
    const REMEMBERED: usize = 8;

    /// The customer is told what is wanted; told again, nothing begins anew.
    pub(super) fn begin(&mut self, part: Part, now: Timestamp) {
        if self.is_open(part) {
            return;
        }
        if self.0.len() >= Self::REMEMBERED {
            self.0.remove(0);
        }
        self.0.push(Wait { part, since: now, until: None });
    }

    /// He has done it, or it is wanted no more.
    pub(super) fn end(&mut self, parts: &[Part], now: Timestamp) {
        let open = self.0.iter_mut().filter(|wait| parts.contains(&wait.part));
        open.for_each(|wait| wait.until = wait.until.or(Some(now)));
    }

    /// Whether the service waits for something.
    pub(super) fn is_open(&self, part: Part) -> bool {
        self.0.iter().any(|wait| wait.part == part && wait.until.is_none())
    }

    /// How much of a stretch of time the service waited for its customer, and for what last.
    pub(super) fn within(&self, from: Timestamp, until: Timestamp) -> (SignedDuration, Option<Part>) {
        let (mut sum, mut reached, mut last) = (SignedDuration::ZERO, from, None);
        // They are kept in the order in which they began.
        for wait in &self.0 {
            let (begin, end) = (wait.since.max(reached), wait.until.map_or(until, |end| end.min(until)));
            if begin < end {
                sum += end.duration_since(begin);
                (reached, last) = (end, Some(wait.part));
            }
        }
        (sum, last)
    }
}
