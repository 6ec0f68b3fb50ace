//! The sandbox in the place of the CA: its time, its mail, its officers.

use axum::extract::State;
use cert_domain::Fields;
use cert_lifecycle::store::SearchForm;
use cert_lifecycle::view::SummaryView;
use certum_sandbox::{ControlError, DnsRecord, DnsRecordType, InvalidInput, Sandbox, VerificationDecision};
use serde_json::json;

use super::{Answer, App, Page, refused, said};
use crate::demonstration::{DAY, live_until};
use crate::page::Mistakes;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::visitor::{Post, Visitor};
use crate::web::access::Admin;

/// How many letters, calls and orders the page shows.
const NEWEST: usize = 25;
const MOST_DAYS: i32 = 90;

pub(super) async fn page(_: Admin, State(shop): App, visitor: Visitor) -> Page {
    shown(&shop, &visitor, &Mistakes::default()).await
}

async fn shown(shop: &Shop, visitor: &Visitor, mistakes: &Mistakes) -> Page {
    let sandbox = shop.sandbox.as_ref().ok_or(Problem::NotFound)?;
    let (mail, calls) = (sandbox.mail(), sandbox.calls());
    let validating = SearchForm { state: "validating".into(), ..SearchForm::default() };
    let orders = shop.lifecycle.search(validating.search(shop.now(), NEWEST)).await?;
    let content = json!({
        "now": shop.now(),
        "orders": orders.iter().map(|row| SummaryView::of(row, visitor.language)).collect::<Vec<_>>(),
        "mistakes": mistakes,
        "mail": mail.iter().rev().take(NEWEST).collect::<Vec<_>>(),
        "calls": calls.iter().rev().take(NEWEST).collect::<Vec<_>>(),
    });
    shop.page("admin/sandbox.html", visitor, content)
}

pub(super) async fn act(_: Admin, State(shop): App, visitor: Visitor, post: Post) -> Answer {
    let sandbox = shop.sandbox.as_ref().ok_or(Problem::NotFound)?;
    let fields = &post.fields;
    let (act, order_id) = (fields.get("act"), fields.get("order_id"));
    // Why not, and the field that it is about.
    let because = |field| move |error: ControlError| (field, error.to_string());
    let done = match act {
        "advance" => {
            let days: i32 = fields.get("days").parse().map_err(|_| Problem::Unreadable)?;
            let end = shop.now().checked_add(DAY * days.clamp(0, MOST_DAYS)).unwrap_or(shop.now());
            live_until(&shop, sandbox, end).await.map_err(|_| Problem::NotPossible)?;
            Ok(())
        }
        "approve" => {
            let mail = fields.get("mail").parse().map_err(|_| Problem::Unreadable)?;
            sandbox.approve_mail(mail).await.map_err(because("mail"))
        }
        "publish" => publish(sandbox, fields).map_err(|error| (error.field, error.reason)),
        "decide" => {
            let (kind, state) = (fields.get("kind").into(), fields.get("state").into());
            let decision = VerificationDecision::new(kind, state);
            sandbox.decide_verification(order_id, decision).await.map_err(because("order_id"))
        }
        "reject" => sandbox.reject_order(order_id).map_err(because("order_id")),
        _ => return Err(Problem::Unreadable),
    };
    let Err((field, reason)) = done else { return said("/admin/sandbox", &format!("sandbox-{act}")) };
    let mut mistakes = Mistakes::default();
    mistakes.add(Some(field.to_owned()), reason, None);
    refused(shown(&shop, &visitor, &mistakes).await)
}

fn publish(sandbox: &Sandbox, fields: &Fields) -> Result<(), InvalidInput> {
    // The page offers no other type.
    let kind = serde_json::from_value(json!(fields.get("type"))).unwrap_or(DnsRecordType::Txt);
    sandbox.publish_dns(DnsRecord::new(fields.get("name"), kind, fields.get("value"))?);
    Ok(())
}
