//! Webhooks.

use axum::http::StatusCode;
use cert_lifecycle::delivery::WebhookSecret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Access, DELETE, GET, POST};
use crate::call::{Call, Reply};
use crate::problem::Problem;
use crate::route::Route;
use crate::token::{self, Scope};
use crate::webhooks::{Hook, carrier};

/// How many webhooks a host may have.
const MOST: usize = 10;
/// How long an address may be.
const LONGEST: usize = 2048;

/// An address that is to be told of facts.
#[derive(Serialize, Deserialize, JsonSchema)]
struct HookInput {
    /// The address, 2048 characters at most: https, to another network. Where the gateway allows it, also to its own networks, and http on
    /// the same machine.
    #[schemars(length(max = 2048))]
    url: String,
    /// What deliveries are signed with: 32 bytes at least. It is never shown.
    #[schemars(length(min = 32))]
    secret: String,
}

/// A host's webhooks.
#[derive(Serialize, JsonSchema)]
struct Hooks {
    webhooks: Vec<HookView>,
}

/// A webhook.
#[derive(Serialize, JsonSchema)]
struct HookView {
    /// What it is called here.
    id: String,
    /// The address.
    url: String,
    /// The cursor of the last fact that it took.
    delivered_to: String,
}

pub(super) fn routes() -> Vec<Route> {
    let hooks = Access::Scope(Scope::Hooks);
    vec![
        Route::new(GET, "/v1/webhooks", hooks, "List webhooks", list).gives::<Hooks>(200),
        Route::new(POST, "/v1/webhooks", hooks, "Register a webhook", add)
            .takes::<HookInput>()
            .gives::<HookView>(201),
        Route::new(DELETE, "/v1/webhooks/{id}", hooks, "Remove a webhook", remove).gives_nothing(),
    ]
}

async fn list(call: Call) -> Result<Reply, Problem> {
    let hooks: Vec<(String, Hook)> = call.gateway.records.all(Some(&call.caller.host)).await?;
    Reply::ok(&Hooks { webhooks: hooks.into_iter().map(view).collect() })
}

async fn add(call: Call) -> Result<Reply, Problem> {
    let HookInput { url, secret } = call.form()?;
    if WebhookSecret::new(secret.as_str()).is_err() {
        let (english, polish) = ("has 32 bytes at least", "ma co najmniej 32 bajty");
        return Err(Problem::Field { field: "secret".into(), english, polish });
    }
    if url.len() > LONGEST || carrier(&url, &secret, call.gateway.webhooks_inside).is_none() {
        let english = "is no address that facts may go to: https, and not of an inner network unless the gateway allows it";
        let polish =
            "nie jest dozwolonym adresem: https i nie w sieci wewnętrznej, chyba że bramka na to pozwala";
        return Err(Problem::Field { field: "url".into(), english, polish });
    }
    let host = call.caller.host.clone();
    if call.gateway.records.list::<Hook>(Some(&host), MOST).await?.len() == MOST {
        let (english, polish) =
            ("is one too many: a host has 10 webhooks at most", "to już za dużo: host ma najwyżej 10");
        return Err(Problem::Field { field: "url".into(), english, polish });
    }
    let delivered_to = call.gateway.inbox.newest(&host).await?;
    let id: String = token::random().map_err(cert_lifecycle::Error::from)?.chars().take(32).collect();
    let letters = call.may(Scope::Letters).is_ok();
    let hook = Hook { host: host.clone(), url, secret, delivered_to, letters };
    call.gateway.records.add(&id, Some(&host), &hook).await?;
    Reply::json(StatusCode::CREATED, &view((id, hook)))
}

async fn remove(call: Call) -> Result<Reply, Problem> {
    let (records, id) = (&call.gateway.records, call.parameter("id"));
    let hook: Option<Hook> = records.find(id).await?;
    if hook.is_none_or(|hook| hook.host != call.caller.host) {
        return Err(Problem::NotFound);
    }
    records.remove::<Hook>(id).await?;
    Ok(Reply::nothing())
}

fn view((id, hook): (String, Hook)) -> HookView {
    HookView { id, url: hook.url, delivered_to: hook.delivered_to.to_string() }
}
