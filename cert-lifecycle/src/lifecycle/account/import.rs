//! Taking over orders that were placed elsewhere.

mod purchases;

use std::collections::BTreeSet;

use cert_domain::{Configuration, Contact, ContactForm, Country, CustomerId, Offer};
use csr_tools::Certificate;
use futures::StreamExt;
use jiff::Timestamp;
use serde::Serialize;

use self::purchases::{Purchase, purchases};
use crate::acceptance::IssuedCertificate;
use crate::authority::{FetchedCertificate, ListedCertificate, ListedOrder, OrderDate, OrderQuery};
use crate::error::Error;
use crate::lifecycle::{Change, Lifecycle};
use crate::service::{Command, Event, decide};
use crate::store::AppendError;
use crate::{OrderId, ServiceId};

/// What an import would do, and does not do until it is asked to.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ImportPlan {
    /// One for each purchase that the account has in the range, oldest first. A reissue belongs to what it reissues; a
    /// renewal is a purchase of its own.
    pub items: Vec<ImportItem>,
}

/// A purchase of the account.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ImportItem {
    /// The order that it began with. Its reissues may have identifiers of their own.
    pub order_id: OrderId,
    /// Whose it is.
    pub customer: String,
    /// The code that it was ordered by.
    pub product: String,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// The serial number of its newest certificate in force, or of its newest if none is.
    pub serial_number: Option<String>,
    /// What is to become of it.
    pub decision: ImportDecision,
}

/// What is to become of a purchase.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ImportDecision {
    /// It becomes a service: the event that says so.
    Take(Box<Event>),
    /// A service has it.
    Owned(ServiceId),
    /// It has no certificate, so that there is nothing to go on from.
    NotIssued,
    /// Its certificate is over or revoked.
    Over,
    /// It was renewed, and the renewal is what goes on.
    Superseded,
    /// Nothing that is on sale has its product.
    NoOffer,
    /// What the CA tells of it does not make a service, in English.
    Unusable(String),
}

/// What an import came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ImportReport {
    /// The services that were made.
    pub taken: Vec<ServiceId>,
    /// The orders that somebody else took meanwhile.
    pub owned: Vec<OrderId>,
}

impl Lifecycle {
    /// Looks at the account's orders of a stretch of time, and says what would become of each purchase. `offers` are what
    /// is on sale: the first one counts whose product has the code of the order, for a first order or for a renewal. Nothing
    /// is stored.
    ///
    /// # Caveats
    /// The CA does not say which order a reissue or a renewal follows. It is taken to be the one of the same customer and
    /// product whose names are all among its own, and which was in force then: with the most names; of these the newest is
    /// reissued, and the one that ends first is renewed. So the range should begin before the oldest purchase that is still
    /// in force: a reissue without what it reissues is not taken.
    ///
    /// # Errors
    /// If the CA could not be asked, or the store fails.
    pub async fn plan_import(
        &self,
        from: Timestamp,
        to: Timestamp,
        offers: &[Offer],
    ) -> Result<ImportPlan, Error> {
        let query = OrderQuery { by: OrderDate::Placed, from, to, with_requestor: true };
        let mut listed = Vec::new();
        let mut orders = self.parts.authority.orders(query);
        while let Some(order) = orders.next().await {
            listed.push(order?);
        }
        let mut items = Vec::new();
        let mut superseded = BTreeSet::new();
        // From the newest on: what becomes of a renewal decides about what it renews.
        for (number, purchase) in purchases(listed, offers).iter().enumerate().rev() {
            let decision = self.decide_import(purchase, superseded.contains(&number)).await?;
            let goes_on = matches!(
                decision,
                ImportDecision::Take(_) | ImportDecision::Owned(_) | ImportDecision::Superseded
            );
            superseded.extend(purchase.renews.filter(|_| goes_on));
            let first = &purchase.first;
            let certificate = purchase.in_force(self.parts.now()).or_else(|| purchase.issued().next_back());
            items.push(ImportItem {
                order_id: first.order_id.clone(),
                customer: first.customer.clone(),
                product: first.product.clone(),
                placed_at: first.placed_at,
                serial_number: certificate.map(|(_, certificate)| certificate.serial_number.clone()),
                decision,
            });
        }
        items.reverse();
        Ok(ImportPlan { items })
    }

    /// Does what a plan says. Done twice, nothing is taken twice: a service's identifier derives from the order's.
    ///
    /// # Caveats
    /// The CA does not know what customers have paid. A service whose offer is recurring asks for no invoice, and renews
    /// nothing, until [`receive_payment`](Self::receive_payment) with `Some(period_start)` says which period is paid for:
    /// the present one, with its first day.
    ///
    /// # Errors
    /// If the store fails. What was taken until then stays taken.
    pub async fn import(&self, plan: &ImportPlan) -> Result<ImportReport, Error> {
        let mut report = ImportReport::default();
        for item in &plan.items {
            let ImportDecision::Take(event) = &item.decision else { continue };
            let id = ServiceId::for_reference(&format!("order:{}", item.order_id));
            let decided = decide(None, Command::Import(event.clone()), self.parts.now(), &self.parts.terms)?;
            let Event::Imported { configuration, .. } = &**event else { continue };
            let keys = vec![configuration.request().public_key_hash()];
            // The order that was reissued is the service's, too: no other import may take it for a purchase of its own.
            let orders = vec![item.order_id.clone()];
            let change = Change { by: self.actor.clone(), keys, orders, token: None };
            match self.parts.store_events(id, None, decided.events, change).await {
                Ok(_) => report.taken.push(id),
                Err(AppendError::Store(error)) => return Err(error.into()),
                Err(AppendError::Conflict | AppendError::KeyTaken | AppendError::OrderTaken) => {
                    report.owned.push(item.order_id.clone());
                }
            }
        }
        self.parts.wake.notify_one();
        Ok(report)
    }

    async fn decide_import(
        &self,
        purchase: &Purchase<'_>,
        is_superseded: bool,
    ) -> Result<ImportDecision, Error> {
        for order in purchase.orders().rev() {
            if let Some(id) = self.parts.store.service_of_order(&order.order_id).await? {
                return Ok(ImportDecision::Owned(id));
            }
        }
        let Some((_, first)) = purchase.issued().next() else { return Ok(ImportDecision::NotIssued) };
        let Some((order, listed)) = purchase.in_force(self.parts.now()) else {
            return Ok(ImportDecision::Over);
        };
        if is_superseded {
            return Ok(ImportDecision::Superseded);
        }
        let Some(offer) = purchase.offer else { return Ok(ImportDecision::NoOffer) };
        if purchase.first.is_reissue {
            let why = "it is a reissue, and the order that it reissues is not in the range";
            return Ok(ImportDecision::Unusable(why.to_owned()));
        }
        let fetched = self.parts.authority.certificate(&order.order_id).await?;
        // What this CA has sold is of its mode, whatever the offers say.
        let mut offer = offer.clone();
        offer.mode = self.parts.authority.mode().unwrap_or(offer.mode);
        let began = (purchase.first.placed_at, first.not_before);
        Ok(match imported(offer, order, listed, fetched, began) {
            Ok(event) => ImportDecision::Take(Box::new(event)),
            Err(why) => ImportDecision::Unusable(why),
        })
    }
}

fn imported(
    offer: Offer,
    order: &ListedOrder,
    listed: &ListedCertificate,
    fetched: Option<FetchedCertificate>,
    (placed_at, began_at): (Timestamp, Timestamp),
) -> Result<Event, String> {
    let leaf = Certificate::from_pem_or_base64(&listed.certificate).map_err(|error| error.to_string())?;
    let customer: CustomerId = order.customer.parse().map_err(|_| "the customer's name can't be used")?;
    let contact = contact(order)?;
    let configuration =
        Configuration::of_certificate(&offer, &leaf, contact).map_err(|findings| findings.to_string())?;
    let chain = fetched.map(|fetched| fetched.chain).unwrap_or_default();
    let read = |text: &String| Certificate::from_pem_or_base64(text).map(|above| above.to_pem());
    let chain = chain.iter().map(read).collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?;
    let term_ends = crate::service::term_end(&offer, began_at);
    Ok(Event::Imported {
        offer: Box::new(offer),
        customer,
        order_id: order.order_id.clone(),
        configuration: Box::new(configuration),
        certificate: Box::new(IssuedCertificate {
            pem: leaf.to_pem(),
            chain: chain.into(),
            serial_number: leaf.serial_number().to_string(),
            not_before: listed.not_before,
            not_after: listed.not_after,
            names: leaf.dns_names().to_vec(),
        }),
        standing: listed.standing.clone(),
        placed_at,
        term_ends,
    })
}

fn contact(order: &ListedOrder) -> Result<Contact, String> {
    let requestor = order.requestor.as_ref().ok_or("the CA does not tell who ordered")?;
    let form = ContactForm {
        first_name: requestor.first_name.clone(),
        last_name: requestor.last_name.clone(),
        email: requestor.email.clone(),
        phone: requestor.phone.clone().unwrap_or_default(),
    };
    let found = Contact::check(&form, Country::POLAND);
    // A telephone number that can't be read is no reason to leave a certificate without reminders.
    let without_phone = ContactForm { phone: String::new(), ..form };
    found
        .or_else(|_| Contact::check(&without_phone, Country::POLAND))
        .map_err(|findings| findings.to_string())
}
