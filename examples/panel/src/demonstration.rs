//! A shop to look at: offers, people, services with a past. Only with the sandbox.

use anyhow::{Context, Result};
use cert_domain::{Catalogue, ContactForm, Form, Language, OfferForm};
use cert_lifecycle::sales::Offered;
use cert_lifecycle::{ServiceId, State};
use certum_sandbox::Sandbox;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::people::{Registration, Role, User};
use crate::shop::Shop;

pub(crate) const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What the shop sells and has sold.
#[derive(Deserialize)]
struct Plan {
    offers: Vec<OfferForm>,
    /// The oldest first.
    services: Vec<Sold>,
}

#[derive(Deserialize)]
struct Sold {
    days_ago: i64,
    /// Its place among the offers.
    offer: usize,
    /// What was filled in. A key is made for it.
    form: Form,
    /// Where its past ends.
    until: Until,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Until {
    Draft,
    Ordered,
    Issued,
}

/// When the shop's past begins.
pub(crate) fn beginning(now: Timestamp) -> Timestamp {
    now.checked_sub(DAY * 330).unwrap_or(now)
}

/// Offers, people, and services of theirs, up to today.
pub(crate) async fn furnish(shop: &Shop) -> Result<()> {
    let Some(sandbox) = &shop.sandbox else { return Ok(()) };
    let plan: Plan = serde_json::from_str(include_str!("../demonstration/shop.json"))?;
    for form in plan.offers {
        let offer = form.check(Catalogue::built_in())?;
        shop.sales.put_offer(None, &Offered { form, offer, is_sold: true }).await?;
    }
    let mut offers = shop.sales.offers().await?;
    offers.reverse();
    let customer = person(shop, "Anna", "Nowak", "customer", Role::Customer).await?;
    person(shop, "Jan", "Kowalski", "admin", Role::Admin).await?;
    let neighbour = person(shop, "Piotr", "Zieliński", "neighbour", Role::Customer).await?;
    for (number, sold) in plan.services.into_iter().enumerate() {
        live_until(shop, sandbox, shop.wall_now().checked_sub(DAY * i32::try_from(sold.days_ago)?)?).await?;
        let buyer = if number % 4 == 3 { &neighbour } else { &customer };
        let (offer, _) = offers.get(sold.offer).context("no such offer")?;
        let bought = shop.sales.sell(offer, &buyer.as_buyer(), &shop.random()?).await?;
        let service = bought.service.context("it is set up by hand")?;
        for (key, _) in shop.sales.unpaid().await? {
            shop.sales.pay(&key).await?;
        }
        fill_in(shop, service, sold.form, sold.until).await?;
        if sold.until == Until::Issued {
            see_through(shop, sandbox, service).await?;
        }
    }
    live_until(shop, sandbox, shop.wall_now()).await
}

async fn person(shop: &Shop, first_name: &str, last_name: &str, at: &str, role: Role) -> Result<User> {
    let contact = ContactForm::new(first_name, last_name, format!("{at}@example.com"));
    let new = Registration { contact, password: "demonstration".into() };
    Ok(shop.register(&new, role, Language::English).await??)
}

/// Days pass, and what is due is done.
pub(crate) async fn live_until(shop: &Shop, sandbox: &Sandbox, end: Timestamp) -> Result<()> {
    while let left = end.duration_since(shop.now())
        && left > SignedDuration::from_secs(1)
    {
        sandbox.advance_clock(left.min(DAY * 5))?;
        shop.lifecycle.worker().tick().await?;
    }
    Ok(())
}

async fn fill_in(shop: &Shop, service: ServiceId, mut form: Form, until: Until) -> Result<()> {
    if until == Until::Draft {
        return Ok(shop.lifecycle.save_draft(service, &form).await?);
    }
    form.csr = shop.lifecycle.generate_request(service, &form).await?.csr;
    shop.lifecycle.configure(service, &form).await?;
    shop.lifecycle.worker().tick().await?;
    Ok(())
}

/// Does what customer, mailbox and officers would, until the certificate is there.
async fn see_through(shop: &Shop, sandbox: &Sandbox, service: ServiceId) -> Result<()> {
    for _ in 0..20 {
        let seen = shop.lifecycle.service(service).await?;
        match &seen.state {
            State::Active => return Ok(()),
            State::Validating(validating) => {
                sandbox.satisfy(validating.order_id.as_str()).await?;
                if validating.configuration.method().is_some() {
                    shop.lifecycle.request_check(service).await?;
                }
            }
            _ => {}
        }
        sandbox.advance_clock(SignedDuration::from_mins(2))?;
        shop.lifecycle.worker().tick().await?;
    }
    let note = shop.lifecycle.summary(service).await?.note;
    anyhow::bail!("service {service} came to no certificate: {note:?}")
}
