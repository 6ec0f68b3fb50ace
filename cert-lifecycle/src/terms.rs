//! What a reseller has settled about time: when customers are told, when successors are begun, when invoices are due.

use cert_domain::{Calendar, Reminders, WindowPolicy};
use jiff::SignedDuration;

/// What a reseller has settled about time. The default suits hosting companies: an invoice 30 days before a period,
/// with ten days to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Terms {
    /// How long certificates and proofs live.
    pub calendar: Calendar,
    /// When a successor is begun.
    pub windows: WindowPolicy,
    /// For how many days before the end of what was bought at the CA the next purchase is begun, if it is paid.
    pub renewal_days: u16,
    /// For how many paid days after the end of what was bought no purchase is made: the day that a leap year adds.
    pub spared_days: u16,
    /// At which shares of a certificate's life customers are reminded of its end.
    pub reminders: Reminders,
    /// When invoices are due.
    pub invoices: InvoiceTerms,
    /// How long nothing may move before somebody is told.
    pub patience: SignedDuration,
    /// How long a link to the form can be used.
    pub link_lasts: SignedDuration,
    /// How long to wait before a successor that the CA refused is ordered again.
    pub pause_after_refusal: SignedDuration,
    /// Whether a reissue that comes of itself may keep the certificate's key where there is no request for a new one.
    pub keeps_key: bool,
    /// Whether the system can make keys, and keep them. A lifecycle with a vault can.
    pub makes_keys: bool,
    /// Whether the system can publish proofs. A lifecycle with a publisher can.
    pub publishes: bool,
}

/// When an invoice is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvoiceTerms {
    /// How many days before a period its invoice is due.
    pub lead_days: u16,
    /// How many days there are to pay it.
    pub pay_days: u16,
}

impl InvoiceTerms {
    /// 30 days before the period, ten to pay: a habit of hosting companies.
    pub const HOSTING: Self = Self { lead_days: 30, pay_days: 10 };
    /// Seven days before the period, as many to pay: what WHMCS does.
    pub const WHMCS: Self = Self { lead_days: 7, pay_days: 7 };

    /// So many days before the period, and so many to pay.
    #[must_use]
    pub const fn new(lead_days: u16, pay_days: u16) -> Self {
        Self { lead_days, pay_days }
    }
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            calendar: Calendar::public_trust(),
            windows: WindowPolicy::default(),
            renewal_days: 30,
            spared_days: 1,
            reminders: Reminders::default(),
            invoices: InvoiceTerms::HOSTING,
            patience: SignedDuration::from_hours(7 * 24),
            link_lasts: SignedDuration::from_hours(14 * 24),
            pause_after_refusal: SignedDuration::from_hours(24),
            keeps_key: true,
            makes_keys: false,
            publishes: false,
        }
    }
}
