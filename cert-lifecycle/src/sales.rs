//! What a host sells, to whom, and what it costs them: for hosts without a billing system of their own.
//!
//! Offers, purchases, invoices and letters, kept as [records](crate::records::Records) beside the services. A host that has
//! them elsewhere has no use for this module: it calls [`Lifecycle::create_at`] and [`Lifecycle::receive_payment`] itself.

mod invoice;
mod letter;

use cert_domain::{Billing, CustomerId, Language, Offer, OfferForm, SetupTrigger};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use invoice::{Invoice, Ledger};
pub use letter::{Letter, Mailroom};

use crate::records::{Kept, Records};
use crate::service::Actor;
use crate::store::StoreError;
use crate::{Error, Lifecycle, NewService, ServiceId};

/// Sells offers, sets services up, and takes note of payments.
///
/// # Expected flow
/// The lifecycle [tells programs](crate::LifecycleBuilder::tell_programs) by a [`Ledger`] over the same records. A page
/// with an offer carries a fresh intent; whoever orders [`sell`](Self::sell)s with it. Payments are told by
/// [`pay`](Self::pay).
///
/// # Guarantees
/// - One intent sells one service, and makes one first invoice, however often it comes.
/// - A service is set up at the moment that its offer says, once.
/// - One invoice for each service and period; paying one twice counts once, whatever dies in between.
///
/// # Caveats
/// Prices are those of the moment of the sale; [`Lifecycle::change_offer`] changes a service's.
#[derive(Clone)]
pub struct Sales {
    lifecycle: Lifecycle,
    records: Records,
}

/// An offer as a shop keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs, reason = "hosts make it")]
pub struct Offered {
    /// The settings, as they were filled in.
    pub form: OfferForm,
    /// What they make.
    pub offer: Offer,
    /// Whether customers find it in the shop.
    pub is_sold: bool,
}

impl Kept for Offered {
    const KIND: &'static str = "offer";
}

/// Who buys.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs, reason = "hosts make it")]
pub struct Buyer {
    /// The customer whose service it becomes.
    pub customer: CustomerId,
    /// Where notices go to until the form says better.
    pub email: String,
    /// The language of notices.
    pub language: Language,
}

/// That somebody bought an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Purchase {
    /// What was bought.
    pub offer: Offer,
    /// Who bought it.
    pub customer: CustomerId,
    /// Where notices go to.
    pub email: String,
    /// The language of notices.
    pub language: Language,
    /// When it was bought.
    pub bought_on: Date,
    /// The service, once it is set up.
    pub service: Option<ServiceId>,
}

impl Kept for Purchase {
    const KIND: &'static str = "purchase";
}

/// Why something was not sold, or not paid.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SaleError {
    /// The caller's part: there is no such offer, or it is sold no longer.
    #[error("nothing is offered under this name")]
    NotOffered,
    /// The caller's part: there is no such purchase or invoice.
    #[error("there is no such purchase or invoice")]
    NotFound,
    /// The caller's part: an intent has 16 to 128 letters and digits, and is nobody else's.
    #[error("this is no intent of this buyer")]
    ForeignIntent,
    /// The caller's part: the purchase is set up once it is paid, and not before.
    #[error("the purchase waits for its payment")]
    AwaitsPayment,
    /// The service was not set up, or took no note of a payment.
    #[error(transparent)]
    Lifecycle(#[from] Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Sales {
    /// The most that a list holds.
    pub const MOST: usize = 500;

    /// Sales of a lifecycle's services, kept among a host's records.
    #[must_use]
    pub fn new(lifecycle: Lifecycle, records: Records) -> Self {
        Self { lifecycle, records }
    }

    /// The same sales, with somebody who acts: the services' histories say so.
    #[must_use]
    pub fn acting_for(&self, actor: Actor) -> Self {
        Self { lifecycle: self.lifecycle.acting_for(actor), records: self.records.clone() }
    }

    /// All offers, the newest first.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn offers(&self) -> Result<Vec<(String, Offered)>, SaleError> {
        Ok(self.records.list(None, Self::MOST).await?)
    }

    /// An offer.
    ///
    /// # Errors
    /// [`SaleError::NotOffered`] if there is none under the key.
    pub async fn offer(&self, key: &str) -> Result<Offered, SaleError> {
        self.records.find(key).await?.ok_or(SaleError::NotOffered)
    }

    /// Adds an offer, or changes one. Services that were sold stay as they are.
    ///
    /// # Errors
    /// [`SaleError::NotOffered`] if there is none under the key.
    pub async fn put_offer(&self, key: Option<&str>, offered: &Offered) -> Result<(), SaleError> {
        let Some(key) = key else {
            // Keys that begin with the moment stand in the order in which offers were made.
            let now = self.lifecycle.parts.now().as_millisecond();
            for number in 0_u32.. {
                if self.records.add(&format!("{now:020}-{number}"), None, offered).await? {
                    break;
                }
            }
            return Ok(());
        };
        let changed = self.records.change(key, |kept: &mut Offered| *kept = offered.clone()).await?;
        changed.map(|_| ()).ok_or(SaleError::NotOffered)
    }

    /// Sells an offer, once for each intent: 16 to 128 random letters and digits, which the page carried.
    ///
    /// # Errors
    /// [`SaleError::NotOffered`]; [`SaleError::ForeignIntent`] if the intent is none, or somebody else's.
    pub async fn sell(&self, key: &str, buyer: &Buyer, intent: &str) -> Result<Purchase, SaleError> {
        let is_intent =
            (16..=128).contains(&intent.len()) && intent.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_intent {
            return Err(SaleError::ForeignIntent);
        }
        let offered = self.offer(key).await?;
        if !offered.is_sold {
            return Err(SaleError::NotOffered);
        }
        let purchase = Purchase {
            offer: offered.offer,
            customer: buyer.customer.clone(),
            email: buyer.email.clone(),
            language: buyer.language,
            bought_on: self.lifecycle.parts.today(),
            service: None,
        };
        self.records.add(intent, Some(buyer.customer.as_str()), &purchase).await?;
        let purchase = self.purchase(intent).await?;
        if purchase.customer != buyer.customer {
            return Err(SaleError::ForeignIntent);
        }
        let purchase = self.set_up(SetupTrigger::AtOrder, intent, purchase).await?;
        if let Some(price) = purchase.offer.billing.price() {
            let invoice = Invoice::first(intent, &purchase, price);
            self.records.add(&invoice.key(), Some(buyer.customer.as_str()), &invoice).await?;
        }
        Ok(purchase)
    }

    /// What somebody has bought, or all have: the newest first.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn purchases(
        &self,
        customer: Option<&CustomerId>,
    ) -> Result<Vec<(String, Purchase)>, SaleError> {
        let mut purchases: Vec<(String, Purchase)> =
            self.records.all(customer.map(CustomerId::as_str)).await?;
        purchases.sort_by_key(|(_, purchase)| std::cmp::Reverse(purchase.bought_on));
        Ok(purchases)
    }

    /// What was bought, and is not set up yet.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn waiting(&self) -> Result<Vec<(String, Purchase)>, SaleError> {
        let mut purchases = self.purchases(None).await?;
        purchases.retain(|(_, purchase)| purchase.service.is_none());
        Ok(purchases)
    }

    /// Somebody has accepted a purchase that waits for it. One that should have been set up when it was ordered, and was not,
    /// is accepted likewise.
    ///
    /// # Errors
    /// [`SaleError::NotFound`]; [`SaleError::AwaitsPayment`]; or the service can't be created.
    pub async fn accept(&self, key: &str) -> Result<Purchase, SaleError> {
        let purchase = self.purchase(key).await?;
        match purchase.offer.setup {
            SetupTrigger::AtFirstPayment if purchase.service.is_none() => Err(SaleError::AwaitsPayment),
            moment => self.set_up(moment, key, purchase).await,
        }
    }

    /// What somebody has to pay or has paid, or all: the newest first, at most [`MOST`](Self::MOST).
    ///
    /// # Errors
    /// If the store fails.
    pub async fn invoices(&self, customer: Option<&CustomerId>) -> Result<Vec<(String, Invoice)>, SaleError> {
        Ok(self.records.list(customer.map(CustomerId::as_str), Self::MOST).await?)
    }

    /// All invoices that are not paid.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn unpaid(&self) -> Result<Vec<(String, Invoice)>, SaleError> {
        let mut invoices: Vec<(String, Invoice)> = self.records.all(None).await?;
        invoices.retain(|(_, invoice)| invoice.paid_on.is_none());
        Ok(invoices)
    }

    /// All invoices that are not paid, and whose last day is over.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn late(&self) -> Result<Vec<(String, Invoice)>, SaleError> {
        let (mut invoices, today) = (self.unpaid().await?, self.lifecycle.parts.today());
        invoices.retain(|(_, invoice)| invoice.is_late(today));
        Ok(invoices)
    }

    /// An invoice.
    ///
    /// # Errors
    /// [`SaleError::NotFound`] if there is none under the key.
    pub async fn invoice(&self, key: &str) -> Result<Invoice, SaleError> {
        self.records.find(key).await?.ok_or(SaleError::NotFound)
    }

    /// Takes note that an invoice was paid. It can be told again: the service counts a period once.
    ///
    /// # Errors
    /// [`SaleError::NotFound`] if there is none under the key; or the service takes no note.
    pub async fn pay(&self, key: &str) -> Result<Invoice, SaleError> {
        let invoice = self.invoice(key).await?;
        let paid_on = invoice.paid_on.unwrap_or_else(|| self.lifecycle.parts.today());
        let service = match &invoice.purchase {
            Some(bought) => {
                let purchase = self.purchase(bought).await?;
                self.set_up(SetupTrigger::AtFirstPayment, bought, purchase).await?.service
            }
            None => invoice.service,
        };
        if let Some(service) = service {
            self.lifecycle.receive_payment(service, Some(invoice.period_start), paid_on).await?;
        }
        let paid = |kept: &mut Invoice| (kept.service, kept.paid_on) = (service, Some(paid_on));
        self.records.change(key, paid).await?.ok_or(SaleError::NotFound)
    }

    /// Letters about a customer's services, or all, the reseller's own among them: the newest first, at most
    /// [`MOST`](Self::MOST).
    ///
    /// # Errors
    /// If the store fails.
    pub async fn letters(&self, customer: Option<&CustomerId>) -> Result<Vec<Letter>, SaleError> {
        let found = self.records.list(customer.map(CustomerId::as_str), Self::MOST).await?;
        Ok(found.into_iter().map(|(_, letter)| letter).collect())
    }

    async fn purchase(&self, key: &str) -> Result<Purchase, SaleError> {
        self.records.find(key).await?.ok_or(SaleError::NotFound)
    }

    /// Sets a purchase up if this is the moment for it, once.
    async fn set_up(
        &self,
        moment: SetupTrigger,
        key: &str,
        mut purchase: Purchase,
    ) -> Result<Purchase, SaleError> {
        let was_set_up = purchase.service.is_some();
        if !was_set_up {
            let new = NewService::new(purchase.offer.clone(), purchase.customer.clone())
                .with_reference(&format!("sale:{key}"))
                .with_email(&purchase.email)
                .with_language(purchase.language)
                .inviting();
            purchase.service = self.lifecycle.create_at(moment, new).await?;
        }
        // Paid before it was accepted: the first period begins with the payment. Told again, it counts once.
        if let Some(service) = purchase.service
            && matches!(purchase.offer.billing, Billing::Recurring { .. })
            && let Some(price) = purchase.offer.billing.price()
            && let key = Invoice::first(key, &purchase, price).key()
            && let Some(Invoice { paid_on: Some(paid_on), period_start, .. }) =
                self.records.find(&key).await?
        {
            self.lifecycle.receive_payment(service, Some(period_start), paid_on).await?;
        }
        if let (Some(service), false) = (purchase.service, was_set_up) {
            self.records.change(key, |kept: &mut Purchase| kept.service = Some(service)).await?;
        }
        Ok(purchase)
    }
}
