//! What is sold, what somebody has bought, bills and letters.

use axum::extract::Path;
use axum::response::{Html, IntoResponse, Redirect};
use cert_lifecycle::sales::{Offered, Sales};
use cert_lifecycle::store::Search;
use cert_lifecycle::view::{OfferView, SummaryView};
use cert_lifecycle::{Error, ServiceId};
use serde_json::json;

use super::{Answer, App};
use crate::people::Role;
use crate::problem::Problem;
use crate::visitor::{Post, Visitor};
use crate::web::access::Customer;

type Page = Result<Html<String>, Problem>;

pub(super) async fn offers(shop: App, visitor: Visitor) -> Page {
    let mut cards = Vec::new();
    // As the reseller entered them.
    for (key, Offered { offer, .. }) in
        shop.sales.offers().await?.into_iter().rev().filter(|(_, one)| one.is_sold)
    {
        let view = OfferView::of(&offer, visitor.language);
        cards.push(json!({ "key": key, "intent": shop.random()?, "names": offer.product.names, "of": view }));
    }
    shop.page("client/shop.html", &visitor, json!({ "offers": cards }))
}

pub(super) async fn order(shop: App, Customer(user): Customer, post: Post) -> Result<Redirect, Problem> {
    let (offer, intent) = (post.fields.get("offer"), post.fields.get("intent"));
    let sold = shop.sales.acting_for(user.as_actor()).sell(offer, &user.as_buyer(), intent).await?;
    let page = sold.service.map(|id| format!("/services/{id}/configure?said=bought"));
    Ok(Redirect::to(page.as_deref().unwrap_or("/services?said=ordered")))
}

pub(super) async fn services(shop: App, visitor: Visitor, Customer(user): Customer) -> Page {
    let search =
        Search { customer: Some(user.customer.to_string()), limit: Sales::MOST, ..Search::default() };
    let found = shop.lifecycle.search(search).await?;
    let services: Vec<_> = found.iter().map(|found| SummaryView::of(found, visitor.language)).collect();
    let bought = shop.sales.purchases(Some(&user.customer)).await?;
    let waiting = bought.iter().map(|(_, bought)| bought).filter(|bought| bought.service.is_none());
    let waiting =
        waiting.map(|bought| json!([OfferView::of(&bought.offer, visitor.language), bought.bought_on]));
    let content = json!({ "services": services, "waiting": waiting.collect::<Vec<_>>() });
    shop.page("client/services.html", &visitor, content)
}

/// Opens the form by the link of an invitation.
pub(super) async fn invitation(
    shop: App,
    visitor: Visitor,
    Customer(user): Customer,
    Path(id): Path<String>,
) -> Answer {
    let id: ServiceId = id.parse().map_err(|_| Error::LinkInvalid)?;
    shop.lifecycle.open_link(id, visitor.query.get("token"), Some(&user.customer)).await?;
    Ok(Redirect::to(&format!("/services/{id}/configure")).into_response())
}

pub(super) async fn invoices(shop: App, visitor: Visitor, Customer(user): Customer) -> Page {
    let found = shop.sales.invoices(Some(&user.customer)).await?;
    let lines = found.into_iter().map(|(key, invoice)| {
        let is_late = invoice.is_late(shop.today());
        json!({ "key": key, "price": invoice.price.to_string(), "is_late": is_late, "of": invoice })
    });
    let may_pay = shop.sandbox.is_some() || user.role == Role::Admin;
    let content = json!({ "invoices": lines.collect::<Vec<_>>(), "may_pay": may_pay });
    shop.page("client/invoices.html", &visitor, content)
}

/// Nothing is paid here: that an invoice was paid is taken for granted in a demonstration, and an administrator's word.
pub(super) async fn pay(shop: App, Customer(user): Customer, Path(key): Path<String>, _: Post) -> Answer {
    let is_own = shop.sales.invoice(&key).await?.customer == user.customer.as_str();
    if !(user.role == Role::Admin || is_own && shop.sandbox.is_some()) {
        return Err(Problem::NotFound);
    }
    shop.sales.acting_for(user.as_actor()).pay(&key).await?;
    Ok(Redirect::to("/invoices?said=my-paid").into_response())
}

pub(super) async fn letters(shop: App, visitor: Visitor, Customer(user): Customer) -> Page {
    let letters = shop.sales.letters(Some(&user.customer)).await?;
    shop.page("client/letters.html", &visitor, json!({ "letters": letters }))
}
