//! A name of an order: whether control of it is proven, and whether CAA lets the CA issue for it.

use jiff::{SignedDuration, Timestamp};

use crate::{
    ca::calendar,
    checks::{Finding, Method, Question},
    names::CertName,
};

/// A name of an order, and what is known about it.
#[derive(Debug, Clone)]
pub(crate) struct NameState {
    pub(crate) name: CertName,
    pub(crate) proof: Proof,
    pub(crate) caa: Caa,
}

/// Whether control of a name is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Proof {
    Required,
    /// Looked for in vain, so many times since the code was given.
    Failed {
        at: Timestamp,
        reason: String,
        tries: u32,
    },
    /// By the way that CAA may insist on.
    Verified {
        at: Timestamp,
        by: Method,
    },
}

/// Whether CAA lets the CA issue for a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caa {
    Unchecked,
    Allowed { at: Timestamp },
    Blocked { at: Timestamp, reason: String },
}

impl NameState {
    pub(crate) fn new(name: CertName) -> Self {
        Self { name, proof: Proof::Required, caa: Caa::Unchecked }
    }

    /// The name in an order that follows another: a proof is taken along, what CAA said is not.
    pub(crate) fn carried(&self) -> Self {
        let proof = match &self.proof {
            verified @ Proof::Verified { .. } => verified.clone(),
            Proof::Required | Proof::Failed { .. } => Proof::Required,
        };
        Self { name: self.name.clone(), proof, caa: Caa::Unchecked }
    }

    /// What the CA asks about it when it looks: a proof that holds was given in its own way.
    pub(super) fn question(&self, now: Timestamp) -> Question {
        let proven_by = match self.proof {
            Proof::Verified { by, .. } if self.proof.holds_at(now) => Some(by),
            _ => None,
        };
        Question { name: self.name.clone(), proven_by }
    }

    /// Since when nothing stands in the way of this name.
    pub(super) fn cleared_at(&self) -> Option<Timestamp> {
        match (&self.proof, &self.caa) {
            (Proof::Verified { at: proven, .. }, Caa::Allowed { at: allowed }) => Some(*proven.max(allowed)),
            _ => None,
        }
    }

    pub(super) fn last_change(&self) -> Option<Timestamp> {
        let proof = match &self.proof {
            Proof::Required => None,
            Proof::Failed { at, .. } | Proof::Verified { at, .. } => Some(*at),
        };
        let caa = match &self.caa {
            Caa::Unchecked => None,
            Caa::Allowed { at } | Caa::Blocked { at, .. } => Some(*at),
        };
        proof.max(caa)
    }

    /// Notes what a look found. A proof is never taken back by a later one: it was there once. Only one that
    /// is too old to be used (at `needed_at`) gives way to what is found now.
    pub(super) fn record(&mut self, finding: &Finding, at: Timestamp, needed_at: Timestamp) {
        match &finding.control {
            _ if self.proof.holds_at(needed_at) => {}
            Some(Ok(())) => self.proof = Proof::Verified { at, by: finding.by },
            Some(Err(reason)) => {
                let before = match self.proof {
                    Proof::Failed { tries, .. } => tries,
                    _ => 0,
                };
                self.proof = Proof::Failed { at, reason: reason.clone(), tries: before.saturating_add(1) };
            }
            None => {}
        }
        self.caa = match (&finding.caa, &self.caa) {
            // Allowed before: since then.
            (Ok(()), Caa::Allowed { at }) => Caa::Allowed { at: *at },
            (Ok(()), _) => Caa::Allowed { at },
            (Err(reason), _) => Caa::Blocked { at, reason: reason.clone() },
        };
    }
}

impl Proof {
    /// Until when it can be used.
    pub(crate) fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::Verified { at, .. } => at.checked_add(days(calendar::reuse_days(*at))).ok(),
            _ => None,
        }
    }

    /// Whether a certificate made at that moment can rest on it.
    pub(crate) fn holds_at(&self, moment: Timestamp) -> bool {
        // One that would expire past the end of the calendar never does.
        matches!(self, Self::Verified { .. }) && self.expires_at().is_none_or(|end| moment <= end)
    }
}

/// So many times 24 hours.
pub(crate) fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(days.saturating_mul(24))
}
