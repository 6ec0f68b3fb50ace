//! Services: sold, listed, shown.

use cert_domain::{CustomerId, Language, OfferForm};
use cert_lifecycle::store::Search;
use cert_lifecycle::view::{EventView, ServiceView, SummaryView};
use cert_lifecycle::{Action, Error, NewService, Role, ServiceId, StateKind, Summary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Access, GET, POST, READ, WRITE, page, sales};
use crate::call::{Call, Reply};
use crate::owner::{self, Owned};
use crate::problem::Problem;
use crate::route::Route;
use crate::token::Scope;

/// A service that a host sells.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Sale {
    /// The host's own name for it, 1 to 200 characters: the same reference is the same service.
    #[schemars(length(min = 1, max = 200))]
    reference: String,
    /// Who buys it, 1 to 64 characters: nobody else, at any host, is called so. The CA keeps it with each order.
    #[schemars(length(min = 1, max = 64))]
    customer: String,
    /// What is sold.
    offer: OfferForm,
    /// Where notices go to until the form says better.
    email: Option<String>,
    /// The language of notices, if not the offer's.
    language: Option<Language>,
    /// Whether the customer is sent a link to the form.
    invite: Option<bool>,
}

/// A service, with the host's own name for it.
#[derive(Serialize, JsonSchema)]
pub(super) struct ServiceAnswer {
    #[serde(flatten)]
    service: ServiceView,
    /// The host's own name for it.
    reference: String,
}

/// A service in a list, with the host's own name for it.
#[derive(Serialize, JsonSchema)]
struct Listed {
    #[serde(flatten)]
    summary: SummaryView,
    /// The host's own name for it.
    reference: String,
}

/// A page of services.
#[derive(Serialize, JsonSchema)]
struct ServicePage {
    /// The services; there may be fewer than asked for, and more on the next page.
    services: Vec<Listed>,
    /// Where the next page begins; null where this is the last.
    next: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct Which {
    /// Where they stand.
    state: Option<StateKind>,
    /// Whose.
    customer: Option<String>,
    /// The host's own name.
    reference: Option<String>,
    /// The beginning of a common name, or exactly a customer, a serial number or an order.
    text: Option<String>,
    /// One of the DNS names.
    name: Option<String>,
    /// Where the page begins: the `next` of the one before.
    cursor: Option<ServiceId>,
    /// How many at most: 100 unless said otherwise, never more than 500.
    limit: Option<usize>,
}

/// What is said to open the form of a service.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Link {
    /// The token of the link.
    token: String,
    /// The customer who is logged in at the host, if somebody is.
    customer: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct Part {
    /// Where the page begins: the `next` of the one before.
    cursor: Option<usize>,
    /// How many at most: 100 unless said otherwise, never more than 500.
    limit: Option<usize>,
}

/// A page of what happened to a service.
#[derive(Serialize, JsonSchema)]
struct EventPage {
    /// What happened, the oldest first.
    events: Vec<EventView>,
    /// Where the next page begins; null where this is the last.
    next: Option<usize>,
}

pub(super) fn routes() -> Vec<Route> {
    let billing = Access::Scope(Scope::Billing);
    vec![
        Route::new(POST, "/v1/services", WRITE, "Sell a service", create)
            .takes::<Sale>()
            .gives::<ServiceAnswer>(201)
            .gives::<ServiceAnswer>(200),
        Route::new(GET, "/v1/services", READ, "List services", list)
            .asks::<Which>()
            .gives::<ServicePage>(200),
        Route::new(GET, "/v1/services/{id}", READ, "Show a service", show).gives::<ServiceAnswer>(200),
        Route::new(POST, "/v1/services/{id}/work", WRITE, "Work on a service now", work)
            .gives::<ServiceAnswer>(200),
        Route::new(POST, "/v1/services/{id}/link", READ, "Whether a link opens the form", open_link)
            .takes::<Link>()
            .gives_nothing(),
        Route::new(GET, "/v1/services/{id}/events", READ, "What happened to a service", events)
            .asks::<Part>()
            .gives::<EventPage>(200),
        Route::new(
            POST,
            "/v1/services/{id}/due-date",
            billing,
            "Ask for the due date that fits the certificate",
            due_date,
        )
        .gives_nothing(),
    ]
}

/// A service as the caller is shown it.
pub(super) async fn shown(
    call: &Call,
    id: ServiceId,
    owned: &Owned,
    role: Role,
) -> Result<ServiceAnswer, Problem> {
    let mut service = call.gateway.lifecycle.view(id, role, call.language).await?;
    // Files are read by routes of their own, which serve whatever the menu says.
    service.actions.retain(|offered| offered.action != Action::Files);
    Ok(ServiceAnswer { service, reference: owned.reference.clone() })
}

async fn create(call: Call) -> Result<Reply, Problem> {
    let sale: Sale = call.form()?;
    let reference = sale.reference.as_str();
    if !owner::is_reference(reference) {
        let (english, polish) = ("has 1 to 200 characters", "ma od 1 do 200 znaków");
        return Err(Problem::Field { field: "reference".into(), english, polish });
    }
    let customer: CustomerId =
        sale.customer.parse().map_err(|finding| Problem::Named("customer", finding))?;
    let offer = sales::offer(&sale.offer, "offer.")?;
    let (records, host) = (&call.gateway.records, &call.caller.host);
    let id = owner::service_for(records, host, reference).await?;
    let was_there = match call.gateway.lifecycle.summary(id).await {
        Ok(_) => true,
        Err(Error::NotFound(_)) => false,
        Err(error) => return Err(error.into()),
    };
    if !owner::serve(records, host, customer.as_str()).await? {
        return Err(Problem::CustomerTaken);
    }
    let owned = owner::own(records, id, host, reference).await?;
    // The reference may have been given to another service meanwhile.
    if owner::service_for(records, host, reference).await? != id {
        return Err(Error::Busy(id).into());
    }
    let mut new = NewService::new(offer, customer);
    new.id = Some(id);
    new.email = sale.email.filter(|email| !email.trim().is_empty());
    new.language = sale.language;
    new.invites = sale.invite.unwrap_or_default();
    let created = call.lifecycle().create(new).await;
    created.map_err(|error| Problem::of_form(error, |finding| sales::field_of(finding, "offer.")))?;
    let status = if was_there { axum::http::StatusCode::OK } else { axum::http::StatusCode::CREATED };
    Reply::json(status, &shown(&call, id, &owned, call.role).await?)
}

async fn show(call: Call) -> Result<Reply, Problem> {
    let (id, owned) = call.service().await?;
    Reply::ok(&shown(&call, id, &owned, call.role).await?)
}

async fn work(call: Call) -> Result<Reply, Problem> {
    let (id, owned) = call.service().await?;
    let version = call.gateway.lifecycle.summary(id).await?.version;
    if call.gateway.asked.may_work_on(id, version, call.gateway.clock.now()) {
        call.lifecycle().attend(id, 0).await?;
    }
    Reply::ok(&shown(&call, id, &owned, call.role).await?)
}

async fn open_link(call: Call) -> Result<Reply, Problem> {
    let (id, _) = call.service().await?;
    let Link { token, customer } = call.form()?;
    let customer = customer.map(|customer| customer.parse::<CustomerId>()).transpose();
    let customer = customer.map_err(|finding| Problem::Named("customer", finding))?;
    call.gateway.lifecycle.open_link(id, &token, customer.as_ref()).await?;
    Ok(Reply::nothing())
}

async fn events(call: Call) -> Result<Reply, Problem> {
    let (id, _) = call.service().await?;
    let Part { cursor, limit } = call.query()?;
    let (from, limit) = (cursor.unwrap_or_default(), page(limit));
    let history = call.gateway.lifecycle.history(id).await?;
    if history.is_empty() {
        return Err(Problem::NotFound);
    }
    let shown = history.iter().skip(from).take(limit);
    let events: Vec<_> = shown.map(|event| EventView::of(event, call.language)).collect();
    let next = from.saturating_add(limit);
    Reply::ok(&EventPage { events, next: (next < history.len()).then_some(next) })
}

async fn due_date(call: Call) -> Result<Reply, Problem> {
    let (id, _) = call.service().await?;
    call.lifecycle().propose_due_date(id).await?;
    Ok(Reply::nothing())
}

async fn list(call: Call) -> Result<Reply, Problem> {
    let which: Which = call.query()?;
    let (found, next) = match &which.reference {
        Some(reference) => (by_reference(&call, reference, &which).await?, None),
        None => by_search(&call, &which).await?,
    };
    let view = |(owned, summary): (Owned, Summary)| Listed {
        summary: SummaryView::of(&summary, call.language),
        reference: owned.reference,
    };
    let services = found.into_iter().map(view).collect();
    Reply::ok(&ServicePage { services, next: next.map(|id| id.to_string()) })
}

type Found = Vec<(Owned, Summary)>;

async fn by_reference(call: &Call, reference: &str, which: &Which) -> Result<Found, Problem> {
    if which.text.is_some() || which.name.is_some() {
        return Err(Problem::Unreadable("a reference goes with neither text nor name".into()));
    }
    let id = owner::service_for(&call.gateway.records, &call.caller.host, reference).await?;
    let owned = match call.owned(id).await {
        Ok((_, owned)) => owned,
        Err(Problem::NotFound) => return Ok(Vec::new()),
        Err(problem) => return Err(problem),
    };
    let summary = summary(call, id).await?.filter(|summary| {
        let row = &summary.row;
        which.state.is_none_or(|state| row.state == state)
            && which.customer.as_ref().is_none_or(|customer| row.customer == *customer)
    });
    Ok(summary.map(|summary| (owned, summary)).into_iter().collect())
}

/// Those of the host. No other host's is looked at, so that neither a page nor its end tells of one.
async fn by_search(call: &Call, which: &Which) -> Result<(Found, Option<ServiceId>), Problem> {
    let limit = page(which.limit);
    let search = Search {
        customer: which.customer.clone(),
        state: which.state,
        name: which.name.clone(),
        text: which.text.clone(),
        recorded: Some(owner::recorded(&call.caller.host)),
        after: which.cursor,
        limit,
        ..Search::default()
    };
    let rows = call.gateway.lifecycle.search(search).await?;
    let next = (rows.len() == limit).then(|| rows.last().map(|row| row.id)).flatten();
    let mut found = Vec::new();
    for summary in rows {
        // It may have been taken from the host meanwhile.
        if let Some(owned) = owner::find(&call.gateway.records, summary.id).await? {
            found.push((owned, summary));
        }
    }
    Ok((found, next))
}

/// A service's row; none for one that a host has named, and nobody created.
async fn summary(call: &Call, id: ServiceId) -> Result<Option<Summary>, Problem> {
    match call.gateway.lifecycle.summary(id).await {
        Ok(summary) => Ok(Some(summary)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
