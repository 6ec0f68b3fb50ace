//! Facts, for hosts that can't be called.

use std::borrow::Cow;

use cert_lifecycle::delivery::{Fact, Message};
use cert_lifecycle::{Notice, ServiceId};
use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{GET, READ, page};
use crate::call::{Call, Reply};
use crate::inbox::MESSAGE;
use crate::problem::Problem;
use crate::route::Route;
use crate::token::Scope;

#[derive(Deserialize, JsonSchema)]
struct After {
    /// The `next` that was answered last. Left out, from the beginning.
    after: Option<u64>,
    /// How many at most: 100 unless said otherwise, never more than 500.
    limit: Option<usize>,
}

/// A page of facts.
#[derive(Serialize, JsonSchema)]
struct FactPage {
    /// What has happened, in an order that never changes.
    facts: Vec<FactView>,
    /// What to ask with next time, whether there is more or not.
    next: String,
}

/// Something that has happened.
#[derive(Serialize)]
struct FactView {
    cursor: String,
    id: String,
    kind: String,
    occurred_at: Timestamp,
    data: Map<String, Value>,
}

impl JsonSchema for FactView {
    fn schema_name() -> Cow<'static, str> {
        "Fact".into()
    }

    fn json_schema(schemas: &mut SchemaGenerator) -> Schema {
        let mut schema = ToldFact::json_schema(schemas).to_value();
        let cursor = "Where it stands: what `after` takes.";
        schema["properties"]["cursor"] = json!({ "type": "string", "description": cursor });
        if let Some(required) = schema["required"].as_array_mut() {
            required.push("cursor".into());
        }
        Schema::try_from(schema).unwrap_or_default()
    }
}

/// Something that has happened, as webhooks are told it.
pub(crate) struct ToldFact;

impl JsonSchema for ToldFact {
    fn schema_name() -> Cow<'static, str> {
        "ToldFact".into()
    }

    /// Each kind has data of its own: those of the notice that has the same name, or a letter.
    fn json_schema(schemas: &mut SchemaGenerator) -> Schema {
        let notice = schemas.subschema_for::<Notice>().to_value();
        let of_kind = |kind: &Value| {
            let data = json!({ "allOf": [notice, { "properties": { "notice": { "const": kind } } }] });
            json!({ "properties": { "kind": { "const": kind }, "data": data } })
        };
        let mut kinds: Vec<Value> = notice_kinds().iter().map(of_kind).collect();
        let letter = schemas.subschema_for::<Letter>().to_value();
        kinds.push(json!({ "properties": { "kind": { "const": MESSAGE }, "data": letter } }));
        json_schema!({
            "type": "object",
            "description": "Something that has happened. There will be more kinds.",
            "required": ["id", "kind", "occurred_at", "data"],
            "properties": {
                "id": { "type": "string", "description": "What identifies it: the same however often it is told." },
                "kind": { "type": "string", "description": "What kind of thing has happened." },
                "occurred_at": { "type": "string", "format": "date-time", "description": "When." },
                "data": { "type": "object", "description": "What there is to say about it." },
            },
            "oneOf": kinds,
        })
    }
}

/// What programs are told, by the names of the notices.
fn notice_kinds() -> Vec<Value> {
    let schema = Notice::json_schema(&mut SchemaGenerator::default()).to_value();
    let branches = schema["oneOf"].as_array().into_iter().flatten();
    let kinds = branches.map(|branch| branch["properties"]["notice"]["const"].clone());
    // Of these people alone are told.
    kinds.filter(|kind| kind != "certificate_sent").collect()
}

/// A letter that the host sends, since there is no mail server here.
#[derive(JsonSchema)]
struct Letter {
    /// The service that it is about.
    #[allow(dead_code, reason = "it is described, and made elsewhere")]
    service: ServiceId,
    #[schemars(flatten)]
    #[allow(dead_code, reason = "it is described, and made elsewhere")]
    message: Message,
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new(GET, "/v1/facts", READ, "What has happened since", list)
            .asks::<After>()
            .gives::<FactPage>(200),
    ]
}

async fn list(call: Call) -> Result<Reply, Problem> {
    let After { after, limit } = call.query()?;
    let (mut after, limit, mut facts) = (after.unwrap_or_default(), page(limit), Vec::new());
    // Whoever may not see letters passes by them: an empty page says that there is nothing more.
    while facts.is_empty() {
        let found = call.gateway.inbox.after(&call.caller.host, after, limit).await?;
        let Some((last, _)) = found.last() else { break };
        after = *last;
        let is_shown = |fact: &Fact| fact.kind != MESSAGE || call.may(Scope::Letters).is_ok();
        facts.extend(found.into_iter().filter(|(_, fact)| is_shown(fact)).map(view));
    }
    Reply::ok(&FactPage { facts, next: after.to_string() })
}

fn view((number, fact): (u64, Fact)) -> FactView {
    let Fact { id, kind, occurred_at, data, .. } = fact;
    let data = match data {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    FactView { cursor: number.to_string(), id: id.to_string(), kind, occurred_at, data }
}
