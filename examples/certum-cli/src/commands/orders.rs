//! `order` and `products`: what is ordered, and what the CA knows of it.

use cert_domain::{Catalogue, RequestPem};
use cert_lifecycle::view::{ListedOrderView, ListedProductView, ValidationView, with};
use cert_lifecycle::{
    Blame, CertificateAuthority, NewService, OrderDate, OrderId, OrderQuery, SecondOpinion,
};
use futures::StreamExt;
use serde_json::json;

use crate::args::Args;
use crate::commands::sale::sale;
use crate::commands::services::{patience, see};
use crate::failure::Failure;
use crate::session::Session;

pub(crate) async fn new(session: &Session<'_>, args: Args<'_>) -> Result<(), Failure> {
    let (offer, customer, form) = sale(session, args)?;
    let lifecycle = session.lifecycle().await?;
    let new = NewService::new(offer, customer).with_language(session.language());
    let id = lifecycle.order_once(new, &form).await?;
    let key = RequestPem::check(&form.csr)?.public_key_hash();
    see(session, &lifecycle, id, patience(args), |service| service.has_certificate_for(&key)).await
}

pub(crate) async fn validate(session: &Session<'_>, args: Args<'_>) -> Result<(), Failure> {
    let (offer, customer, form) = sale(session, args)?;
    let validation = session.passing_lifecycle()?.validate(&customer, &offer, &form).await?;
    session.output.show(&ValidationView::of(&validation, session.language()));
    match validation.authority {
        _ if !validation.findings.is_empty() => Err(Failure::told(Blame::Input)),
        SecondOpinion::Unanswered(error) => Err(error.into()),
        _ => Ok(()),
    }
}

pub(crate) async fn show(session: &Session<'_>, args: Args<'_>) -> Result<(), Failure> {
    let id = OrderId::from_authority(args.text("order"));
    let orders = session.authority()?.orders_with_id(&id).await?;
    let language = session.language();
    let mut views = orders.iter().map(|order| ListedOrderView::of(order, language));
    let none = || Failure::usage("failed-no-order", &[("order", &id)]);
    let order = views.next_back().ok_or_else(none)?;
    session.output.show(&with(order, json!({"earlier": views.collect::<Vec<_>>()})));
    Ok(())
}

pub(crate) async fn list(session: &Session<'_>, args: Args<'_>) -> Result<(), Failure> {
    let by = if args.has("changed") { OrderDate::Changed } else { OrderDate::Placed };
    let query = OrderQuery::of_days(by, args.get("from"), args.get("to"), session.now());
    let authority = session.authority()?;
    let columns = "order_id progress customer product placed_at serial_number standing not_after";
    let (language, mut list) = (session.language(), session.output.list("orders", columns));
    // What is there at once is a page of the CA's.
    let mut pages = authority.orders(query).ready_chunks(1000);
    while let Some(page) = pages.next().await {
        let whole = page.iter().map_while(|order| order.as_ref().ok());
        list.page(&whole.map(|order| ListedOrderView::of(order, language)).collect::<Vec<_>>());
        page.into_iter().collect::<Result<Vec<_>, _>>()?;
    }
    list.end();
    Ok(())
}

/// What the CA sells the account, with what is known of it; with `--all`, also what the account can't order.
pub(crate) async fn products(session: &Session<'_>, args: Args<'_>) -> Result<(), Failure> {
    let catalogue = Catalogue::built_in().merged(&session.authority()?.products().await?);
    let language = session.language();
    let all = args.has("all").then(|| catalogue.products().iter().collect::<Vec<_>>());
    let products = all.unwrap_or_else(|| catalogue.orderable().collect());
    let rows = products.into_iter().map(|product| ListedProductView::of(product, language));
    session.output.rows("products", "code renewal_code name kind level availability", rows);
    Ok(())
}
