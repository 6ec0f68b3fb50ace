//! The account at the CA against what is kept here.

use std::ops::Range;

use axum::extract::State;
use cert_domain::{Fields, Offer};
use cert_lifecycle::view::{DriftReportView, ImportPlanView};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value as Json, json};

use super::{App, Page, came_of};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::visitor::{Post, Visitor};
use crate::web::access::Admin;

/// How far back a look goes unless somebody says otherwise.
const DAYS: i64 = 90;

/// The days that were asked for, both included, and their moments.
fn period(fields: &Fields, shop: &Shop) -> Result<(Json, Range<Timestamp>), Problem> {
    let day = |name, usual| match fields.get(name) {
        "" => Ok(usual),
        day => day.parse::<Date>().map_err(|_| Problem::Unreadable),
    };
    let to = day("to", shop.today())?.min(shop.today());
    let from = day("from", to.saturating_sub(DAYS.days()))?.min(to);
    let start = |day: Date| day.to_zoned(TimeZone::UTC).map_err(|_| Problem::Unreadable);
    let end = start(to.saturating_add(1.day()))?.timestamp().min(shop.now());
    Ok((json!({ "from": from, "to": to }), start(from)?.timestamp()..end))
}

/// What imports may be made of: what is sold comes first.
async fn offers(shop: &Shop) -> Result<Vec<Offer>, Problem> {
    let mut offers = shop.sales.offers().await?;
    offers.sort_by_key(|(_, offered)| !offered.is_sold);
    Ok(offers.into_iter().map(|(_, offered)| offered.offer).collect())
}

pub(super) async fn plan(_: Admin, State(shop): App, visitor: Visitor) -> Page {
    let (days, range) = period(&visitor.query, &shop)?;
    let mut plan = None;
    if visitor.query.has("from") {
        let made = shop.lifecycle.plan_import(range.start, range.end, &offers(&shop).await?).await?;
        plan = Some(ImportPlanView::of(&made, visitor.language));
    }
    shop.page("admin/import.html", &visitor, json!({ "period": days, "plan": plan }))
}

pub(super) async fn import(Admin(user): Admin, State(shop): App, visitor: Visitor, post: Post) -> Page {
    let (_, range) = period(&post.fields, &shop)?;
    let lifecycle = shop.lifecycle.acting_for(user.as_actor());
    let plan = lifecycle.plan_import(range.start, range.end, &offers(&shop).await?).await?;
    let report = lifecycle.import(&plan).await?;
    let numbers = json!({ "taken": report.taken.len(), "owned": report.owned.len() });
    came_of(&shop, &visitor, "import", &numbers, &json!(report.taken))
}

pub(super) async fn drift(_: Admin, State(shop): App, visitor: Visitor) -> Page {
    let (days, range) = period(&visitor.query, &shop)?;
    let report = shop.lifecycle.drift(range.start, range.end).await?;
    let report = DriftReportView::of(&report, visitor.language);
    shop.page("admin/drift.html", &visitor, json!({ "period": days, "report": report }))
}

pub(super) async fn synchronize(_: Admin, State(shop): App, visitor: Visitor, _: Post) -> Page {
    let came = shop.lifecycle.synchronize().await?;
    came_of(&shop, &visitor, "sync", &json!(came), &Json::Null)
}
