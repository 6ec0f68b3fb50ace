//! What is sold, what was bought, and what is to be paid.

use axum::extract::{Path, State};
use cert_domain::{Catalogue, OfferForm};
use cert_lifecycle::sales::{Invoice, Offered, Purchase};
use cert_lifecycle::view::OfferView;
use serde_json::{Value as Json, json};

use super::{Answer, App, MOST, Page, refused, said};
use crate::page::Mistakes;
use crate::shop::Shop;
use crate::visitor::{Post, Visitor};
use crate::web::access::Admin;

/// In the place of a key, for an offer that is not there yet.
const NEW: &str = "new";

pub(super) async fn offers(_: Admin, State(shop): App, visitor: Visitor) -> Page {
    let offers = shop.sales.offers().await?;
    let view = |offered: &Offered| OfferView::of(&offered.offer, visitor.language);
    let rows: Json = offers.iter().map(|(key, one)| json!([key, view(one), one.is_sold])).collect();
    shop.page("admin/offers.html", &visitor, json!({ "rows": rows }))
}

pub(super) async fn offer(_: Admin, State(shop): App, visitor: Visitor, Path(key): Path<String>) -> Page {
    let (form, is_sold) = if key == NEW {
        (OfferForm { currency: "PLN".into(), ..OfferForm::default() }, true)
    } else {
        let offered = shop.sales.offer(&key).await?;
        (offered.form, offered.is_sold)
    };
    filled_in(&shop, &visitor, &form, is_sold, &Mistakes::default())
}

fn filled_in(shop: &Shop, visitor: &Visitor, form: &OfferForm, is_sold: bool, wrong: &Mistakes) -> Page {
    let choices = form.choices(Catalogue::built_in(), visitor.language);
    let content = json!({ "form": form, "is_sold": is_sold, "mistakes": wrong, "choices": choices });
    shop.page("admin/offer.html", visitor, content)
}

type Key = Path<String>;

pub(super) async fn save(_: Admin, State(shop): App, visitor: Visitor, Path(key): Key, post: Post) -> Answer {
    let form: OfferForm = post.fields.form()?;
    let is_sold = post.fields.has("is_sold?");
    let offer = match form.check(Catalogue::built_in()) {
        Ok(offer) => offer,
        Err(error) => {
            let mut mistakes = Mistakes::default();
            for problem in error.problems() {
                let text = problem.text(visitor.language).into_owned();
                mistakes.add(Some(problem.field().to_owned()), text, None);
            }
            return refused(filled_in(&shop, &visitor, &form, is_sold, &mistakes));
        }
    };
    let offered = Offered { form, offer, is_sold };
    shop.sales.put_offer((key != NEW).then_some(&*key), &offered).await?;
    said("/admin/offers", "offer-saved")
}

pub(super) async fn purchases(_: Admin, State(shop): App, visitor: Visitor) -> Page {
    let waiting = shop.sales.waiting().await?;
    let view = |bought: &Purchase| OfferView::of(&bought.offer, visitor.language);
    let rows: Json = waiting.iter().map(|(key, one)| json!([key, view(one), one])).collect();
    shop.page("admin/purchases.html", &visitor, json!({ "rows": rows }))
}

pub(super) async fn accept(Admin(user): Admin, State(shop): App, post: Post) -> Answer {
    shop.sales.acting_for(user.as_actor()).accept(post.fields.get("purchase")).await?;
    said("/admin/purchases", "purchase-accepted")
}

pub(super) async fn invoices(_: Admin, State(shop): App, visitor: Visitor) -> Page {
    let only_unpaid = visitor.query.get("show") == "unpaid";
    let invoices = if only_unpaid { shop.sales.unpaid().await? } else { shop.sales.invoices(None).await? };
    let priced = |(key, one): (String, Invoice)| json!([key, one, one.price.to_string()]);
    let rows: Json = invoices.into_iter().map(priced).collect();
    let content = json!({ "rows": rows, "today": shop.today(), "only_unpaid": only_unpaid, "most": MOST });
    shop.page("admin/invoices.html", &visitor, content)
}

pub(super) async fn pay(Admin(user): Admin, State(shop): App, post: Post) -> Answer {
    shop.sales.acting_for(user.as_actor()).pay(post.fields.get("invoice")).await?;
    said("/admin/invoices", "marked-paid")
}
