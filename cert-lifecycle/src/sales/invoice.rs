//! Invoices: one for each purchase, one for each further period.

use async_trait::async_trait;
use cert_domain::{Billing, Money, PaidThrough};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::Purchase;
use crate::delivery::{Deliver, Delivery, Fact};
use crate::records::{Kept, Records};
use crate::{InvoiceDue, InvoiceTerms, Notice, NoticeKind, ServiceId};

/// What somebody is to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Invoice {
    /// Who pays.
    pub customer: String,
    /// What for.
    pub title: String,
    /// The common name, where there is one.
    pub common_name: Option<String>,
    /// The service, once it is set up.
    pub service: Option<ServiceId>,
    /// The purchase that it is the first invoice of.
    pub purchase: Option<String>,
    /// When it was made.
    pub issued_on: Date,
    /// The first day of the period that it pays for.
    pub period_start: Date,
    /// The last day of that period; nothing for what is paid once.
    pub period_end: Option<Date>,
    /// The price.
    pub price: Money,
    /// The last day to pay.
    pub pay_by: Date,
    /// When it was paid.
    pub paid_on: Option<Date>,
}

impl Kept for Invoice {
    const KIND: &'static str = "invoice";
}

impl Invoice {
    pub(super) fn first(purchase: &str, of: &Purchase, price: Money) -> Self {
        let period_end = match of.offer.billing {
            Billing::Recurring { cycle, .. } => Some(PaidThrough::first(of.bought_on, cycle.term()).date()),
            _ => None,
        };
        Self {
            customer: of.customer.to_string(),
            title: of.offer.display_name().to_owned(),
            common_name: None,
            service: of.service,
            purchase: Some(purchase.to_owned()),
            issued_on: of.bought_on,
            period_start: of.bought_on,
            period_end,
            price,
            pay_by: of.bought_on.saturating_add(i64::from(InvoiceTerms::HOSTING.pay_days).days()),
            paid_on: None,
        }
    }

    fn for_period(notice: &Notice, due: InvoiceDue) -> Self {
        Self {
            customer: notice.customer.clone(),
            title: notice.title.clone(),
            common_name: notice.common_name.clone(),
            service: Some(notice.service),
            purchase: None,
            issued_on: notice.occurred_at.to_zoned(TimeZone::UTC).date(),
            period_start: due.period_start,
            period_end: Some(due.period_end.date()),
            price: due.price,
            pay_by: due.pay_by,
            paid_on: None,
        }
    }

    /// Whether it is not paid, and its last day is over.
    #[must_use]
    pub fn is_late(&self, today: Date) -> bool {
        self.paid_on.is_none() && self.pay_by < today
    }

    /// One for each purchase, or service and period; keys grow with time.
    #[must_use]
    pub fn key(&self) -> String {
        let service = || self.service.map(|service| service.to_string()).unwrap_or_default();
        format!("{}-{}", self.period_start, self.purchase.clone().unwrap_or_else(service))
    }
}

/// Makes an invoice of each that is due: what a lifecycle [tells](crate::LifecycleBuilder::tell_programs). Told twice, there is
/// one.
#[derive(Clone, Debug)]
pub struct Ledger {
    records: Records,
}

impl Ledger {
    /// A ledger among a host's records.
    #[must_use]
    pub fn new(records: Records) -> Self {
        Self { records }
    }
}

#[async_trait]
impl Deliver<Fact> for Ledger {
    async fn deliver(&self, fact: &Fact) -> Delivery {
        // Not all facts are notices as people get them: one for a form lacks the form's token.
        if fact.kind != "invoice_due" {
            return Delivery::Delivered;
        }
        let notice = match serde_json::from_value::<Notice>(fact.data.clone()) {
            Ok(notice) => notice,
            Err(error) => return Delivery::Never { reason: error.to_string() },
        };
        let NoticeKind::InvoiceDue(due) = notice.kind else { return Delivery::Delivered };
        let invoice = Invoice::for_period(&notice, due);
        match self.records.add(&invoice.key(), Some(&invoice.customer), &invoice).await {
            Ok(_) => Delivery::Delivered,
            Err(error) => Delivery::Later { reason: error.to_string(), wait: None },
        }
    }
}
