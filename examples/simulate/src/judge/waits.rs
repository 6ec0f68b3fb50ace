//! What people are asked for, and how long they take for it.

use jiff::Timestamp;

use super::Excuse;
use super::times::Span;

/// What only people can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A form for a certificate.
    Form,
    /// A request for the next certificate.
    Request,
    /// A proof.
    Proof,
    /// A decision of the CA's officers.
    Decision,
}

impl Part {
    /// What it excuses if it comes late.
    pub(super) fn excuse(self) -> Excuse {
        match self {
            Self::Form => Excuse::Neglected,
            Self::Request => Excuse::RequestLate,
            Self::Proof => Excuse::ProofLate,
            Self::Decision => Excuse::OfficersLate,
        }
    }
}

/// When the service waited for its customer, or for officers: from when they were told what is wanted until they did it, or it was
/// wanted no more.
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

    /// They are told what is wanted; told again, nothing begins anew.
    pub(super) fn begin(&mut self, part: Part, now: Timestamp) {
        if self.is_open(part) {
            return;
        }
        if self.0.len() >= Self::REMEMBERED {
            self.0.remove(0);
        }
        self.0.push(Wait { part, since: now, until: None });
    }

    /// They have done it, or it is wanted no more.
    pub(super) fn end(&mut self, parts: &[Part], now: Timestamp) {
        let open = self.0.iter_mut().filter(|wait| parts.contains(&wait.part));
        open.for_each(|wait| wait.until = wait.until.or(Some(now)));
    }

    /// Nothing is waited for any more, and what ended before a moment is forgotten.
    pub(super) fn close(&mut self, now: Timestamp, since: Timestamp) {
        for wait in &mut self.0 {
            wait.until = wait.until.or(Some(now));
        }
        self.0.retain(|wait| wait.until.is_some_and(|until| until > since));
    }

    /// Whether the service waits for something.
    pub(super) fn is_open(&self, part: Part) -> bool {
        self.0.iter().any(|wait| wait.part == part && wait.until.is_none())
    }

    /// In which parts of a stretch of time the service waited, none twice, and for what last.
    pub(super) fn within(&self, from: Timestamp, until: Timestamp) -> (Vec<Span>, Option<Part>) {
        let (mut parts, mut reached, mut last) = (Vec::new(), from, None);
        // They are kept in the order in which they began.
        for wait in &self.0 {
            let (begin, end) = (wait.since.max(reached), wait.until.map_or(until, |end| end.min(until)));
            if begin < end {
                parts.push((begin, end));
                (reached, last) = (end, Some(wait.part));
            }
        }
        (parts, last)
    }
}
