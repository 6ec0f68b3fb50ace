//! What the CA wants to know about an order besides control of its names.

use certum_api::types::{OrderVerificationType, SystemVerificationMethod};
use jiff::Timestamp;

use super::names::days;
use crate::products::{Kind, Level, Product};

/// How long the CA may rely on what it found out about an organization or a person (ballot SC-081v3, from
/// 2026-03-15).
const REUSE_DAYS: i64 = 398;

/// One thing that an officer of the CA, or the owner of a mailbox, has to settle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Check {
    pub(crate) kind: CheckKind,
    pub(crate) standing: Standing,
}

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CheckKind {
    /// That the mailbox is read by the customer.
    Email,
    /// That the organization exists.
    Organization,
    /// That the person exists, and is who they say.
    Applicant,
    /// That the person may act for the organization.
    Authorization,
    /// What the guidelines for extended validation ask for besides.
    ExtendedValidation,
}

/// How far a check has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Required,
    /// Somebody decided that it isn't needed.
    NotRequired {
        at: Timestamp,
    },
    Failed {
        at: Timestamp,
    },
    Verified {
        at: Timestamp,
    },
}

/// A block by one of the CA's own lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SystemBlock {
    pub(crate) method: SystemVerificationMethod,
    pub(crate) at: Timestamp,
}

/// What a product asks for.
pub(crate) fn checks_of(product: &Product) -> Vec<Check> {
    use CheckKind::{Applicant, Authorization, Email, ExtendedValidation, Organization};
    let kinds: &[CheckKind] = match (product.kind, product.level) {
        (Kind::Tls | Kind::CodeSigning, Level::Domain | Level::Mailbox) => &[],
        (Kind::Smime, Level::Domain | Level::Mailbox) => &[Email],
        (Kind::Smime, Level::Individual) => &[Email, Applicant],
        (Kind::Smime, Level::Organization | Level::Extended) => {
            &[Email, Organization, Applicant, Authorization]
        }
        (Kind::Tls | Kind::CodeSigning, Level::Individual) => &[Applicant],
        (Kind::Tls | Kind::CodeSigning, Level::Organization) => &[Organization, Applicant],
        (Kind::Tls | Kind::CodeSigning, Level::Extended) => {
            &[Organization, Applicant, Authorization, ExtendedValidation]
        }
    };
    kinds.iter().map(|kind| Check { kind: *kind, standing: Standing::Required }).collect()
}

impl Check {
    /// Since when it no longer stands in the way.
    pub(super) fn cleared_at(&self) -> Option<Timestamp> {
        match self.standing {
            Standing::Verified { at } | Standing::NotRequired { at } => Some(at),
            Standing::Required | Standing::Failed { .. } => None,
        }
    }

    /// Whether an officer has to decide: a mailbox speaks for itself.
    pub(crate) fn awaits_officer(&self) -> bool {
        self.kind != CheckKind::Email && self.standing == Standing::Required
    }

    pub(super) fn last_change(&self) -> Option<Timestamp> {
        match self.standing {
            Standing::Required => None,
            Standing::NotRequired { at } | Standing::Failed { at } | Standing::Verified { at } => Some(at),
        }
    }

    /// Until when another order of the same customer can rest on it.
    pub(crate) fn expires_at(&self) -> Option<Timestamp> {
        match self.standing {
            Standing::Verified { at } => at.checked_add(days(REUSE_DAYS)).ok(),
            _ => None,
        }
    }

    /// The check in an order that follows another, placed at that moment.
    pub(crate) fn carried(&self, now: Timestamp) -> Self {
        let holds = self.expires_at().is_some_and(|end| now <= end);
        let standing = if holds { self.standing } else { Standing::Required };
        Self { kind: self.kind, standing }
    }
}

impl CheckKind {
    pub(crate) const ALL: [Self; 5] =
        [Self::Email, Self::Organization, Self::Applicant, Self::Authorization, Self::ExtendedValidation];

    /// The word of the Partner API.
    pub(crate) fn wire(self) -> OrderVerificationType {
        match self {
            Self::Email => OrderVerificationType::Email,
            Self::Organization => OrderVerificationType::Organization,
            Self::Applicant => OrderVerificationType::Applicant,
            Self::Authorization => OrderVerificationType::Authorization,
            Self::ExtendedValidation => OrderVerificationType::ExtendedValidation,
        }
    }
}
