//! The description of all routes, as OpenAPI 3.1 has it.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use cert_lifecycle::delivery::{EVENT_ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::call::Manner;
use crate::problem::ProblemDocument;
use crate::route::{Access, Content, Route};
use crate::routes::facts::ToldFact;
use crate::serve::verb;

/// Schemas of what is sent to us, and of what we send: the same form may be left half empty on its way here alone.
struct Schemas {
    inputs: SchemaGenerator,
    outputs: SchemaGenerator,
}

/// What the names of schemas end with that are for what is sent to us.
const INPUT: &str = "Input";

/// Where services are sold, and where each stands.
const SERVICES: &str = "/v1/services";
const ONE_SERVICE: &str = "/v1/services/{id}";

/// The document.
pub(crate) fn document(routes: &[Route]) -> Value {
    let settings = || {
        let mut settings = SchemaSettings::draft2020_12();
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
        settings
    };
    let mut schemas = Schemas {
        inputs: settings().for_deserialize().into_generator(),
        outputs: settings().for_serialize().into_generator(),
    };
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let links = links(routes);
    for route in routes {
        let operation = operation(route, &links, &mut schemas);
        paths.entry(&route.path).or_default().insert(verb(&route.method), operation);
    }
    let problem = of::<ProblemDocument>(&mut schemas.outputs);
    let told = of::<ToldFact>(&mut schemas.outputs);
    let mut components = Map::new();
    for (name, schema) in schemas.outputs.take_definitions(true) {
        components.insert(name, schema);
    }
    for (name, mut schema) in schemas.inputs.take_definitions(true) {
        close(&mut schema);
        rename(&mut schema);
        components.insert(format!("{name}{INPUT}"), schema);
    }
    let refusal = |headers: Value| {
        let content = json!({ "application/problem+json": { "schema": problem } });
        json!({ "description": "It came to nothing.", "headers": headers, "content": content })
    };
    let wait = "In how many seconds to try again.";
    let responses = json!({
        "Problem": refusal(json!({})),
        "Unauthorized": refusal(json!({
            "WWW-Authenticate": header("What is wanted: `Bearer`.", true),
        })),
        "Conflict": refusal(json!({ "Retry-After": header(wait, false) })),
        "Unavailable": refusal(json!({ "Retry-After": header(wait, true) })),
    });
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Certum reseller gateway",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Services, orders and certificates for hosts that aren't Rust",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "webhooks": { "fact": { "post": webhook(&told) } },
        "components": {
            "schemas": components,
            "responses": responses,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
        "security": [{ "token": [] }],
    });
    plain(&mut document);
    document
}

/// What can be done with a service that was sold.
fn links(routes: &[Route]) -> Value {
    let of_service = routes.iter().filter(|route| route.path.starts_with(ONE_SERVICE));
    let link = |route: &Route| {
        let id = operation_id(route);
        (id.clone(), json!({ "operationId": id, "parameters": { "id": "$response.body#/id" } }))
    };
    Value::Object(of_service.map(link).collect())
}

fn operation(route: &Route, links: &Value, schemas: &mut Schemas) -> Value {
    let mut parameters: Vec<Value> = route.parameters().map(|name| path_parameter(route, name)).collect();
    if route.access != Access::Open {
        parameters.extend(query_parameters(&of::<Manner>(&mut inline())));
    }
    parameters.push(json!({
        "name": "Accept-Language", "in": "header", "required": false,
        "description": "The language of texts, where the query says none: `pl` or `en`.",
        "schema": { "type": "string" },
    }));
    if let Some(query) = &route.query {
        let schema = query(&mut inline());
        parameters.extend(query_parameters(schema.as_value()));
    }
    if route.is_write() {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": route.wants_key,
            "description": "The same request under the same key is carried out once.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
        }));
    }
    let mut responses = Map::new();
    for (status, content) in &route.gives {
        let mut response = response(*status, content, schemas);
        if route.is_write() {
            let text = "`true` where it is the answer that the key was given before.";
            response["headers"]["Idempotent-Replayed"] = header(text, false);
        }
        if route.method == Method::POST && route.path == SERVICES {
            response["links"] = links.clone();
        }
        responses.insert(status.to_string(), response);
    }
    for status in problems(route) {
        let kind = match status {
            401 => "Unauthorized",
            409 => "Conflict",
            503 => "Unavailable",
            _ => "Problem",
        };
        responses.insert(status.to_string(), json!({ "$ref": format!("#/components/responses/{kind}") }));
    }
    let mut operation = json!({
        "operationId": operation_id(route),
        "summary": route.summary,
        "parameters": parameters,
        "responses": responses,
    });
    if let Some(scope) = scope(route.access) {
        operation["description"] = scope.into();
    }
    match route.access {
        Access::Open => operation["security"] = json!([]),
        Access::Token => {}
        Access::Scope(scope) => operation["security"] = json!([{ "token": [scope.as_str()] }]),
    }
    if let Some(takes) = &route.takes {
        let mut schema = takes(&mut schemas.inputs).to_value();
        rename(&mut schema);
        operation["requestBody"] =
            json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    }
    operation
}

fn header(description: &str, is_required: bool) -> Value {
    json!({ "description": description, "required": is_required, "schema": { "type": "string" } })
}

/// How a host is told of a fact, at the address that it registered.
fn webhook(told: &Value) -> Value {
    let parameter = |name: &str, description: &str| json!({ "name": name, "in": "header", "required": true, "description": description, "schema": { "type": "string" } });
    let answer = |description: &str| json!({ "description": description });
    json!({
        "operationId": "told_fact",
        "summary": "Something has happened to one of the host's services",
        "security": [],
        "parameters": [
            parameter(EVENT_ID_HEADER, "The fact's `id`. It is not signed: take that of the body."),
            parameter(TIMESTAMP_HEADER, "When it was sent: seconds since 1970."),
            parameter(SIGNATURE_HEADER, "`v1=` and HMAC-SHA-256, hexadecimal, over the timestamp, a dot and the body; perhaps several, with commas between them."),
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": told } } },
        "responses": {
            "2XX": answer("The fact is taken."),
            "408": answer("It comes again."),
            "429": answer("It comes again."),
            "4XX": answer("The fact is refused, and passed by."),
            "5XX": answer("It comes again."),
        },
    })
}

fn scope(access: Access) -> Option<String> {
    match access {
        Access::Open => None,
        Access::Token => Some("Wants a token.".to_owned()),
        Access::Scope(scope) => Some(format!("Wants the scope `{scope}`.")),
    }
}

/// The statuses of problems that a route can end in.
fn problems(route: &Route) -> Vec<u16> {
    let mut all = vec![400, 500, 503];
    if route.access != Access::Open {
        all.extend([401, 403]);
    }
    if route.parameters().next().is_some() {
        all.extend([404, 409]);
    }
    if route.is_write() {
        all.extend([404, 409, 413, 415, 422, 502]);
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn path_parameter(route: &Route, name: &str) -> Value {
    let schema = match name {
        "id" if route.path.starts_with(ONE_SERVICE) => json!({ "type": "string", "format": "uuid" }),
        _ => json!({ "type": "string", "minLength": 1, "pattern": "^[^/]+$" }),
    };
    json!({ "name": name, "in": "path", "required": true, "schema": schema })
}

/// The properties of a schema as parameters of a query.
fn query_parameters(schema: &Value) -> Vec<Value> {
    let required = |name: &str| {
        schema["required"].as_array().is_some_and(|names| names.iter().any(|known| known == name))
    };
    let properties = schema["properties"].as_object().into_iter().flatten();
    let parameter = |(name, schema): (&String, &Value)| {
        let mut schema = schema.clone();
        let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        json!({
            "name": name, "in": "query", "required": required(name),
            "description": description.unwrap_or_default(), "schema": without_null(schema),
        })
    };
    properties.map(parameter).collect()
}

/// A query can leave something out, and never say `null`.
fn without_null(mut schema: Value) -> Value {
    if let Some(kinds) = schema["type"].as_array() {
        let kinds: Vec<_> = kinds.iter().filter(|kind| *kind != "null").cloned().collect();
        schema["type"] = kinds.first().cloned().unwrap_or_default();
    }
    let any = schema["anyOf"].as_array().map(|any| {
        let mut kinds = any.iter().filter(|kind| kind["type"] != "null").cloned();
        kinds.next().unwrap_or_default()
    });
    if let Some(fields) = schema.as_object_mut() {
        fields.remove("default");
    }
    any.unwrap_or(schema)
}

fn response(status: u16, content: &Content, schemas: &mut Schemas) -> Value {
    let known = StatusCode::from_u16(status).ok();
    let description = known.and_then(|status| status.canonical_reason()).unwrap_or_default();
    match content {
        Content::Nothing => json!({ "description": description }),
        Content::Json(schema) => {
            let schema = schema(&mut schemas.outputs);
            json!({ "description": description, "content": { "application/json": { "schema": schema } } })
        }
        Content::Bytes(kinds) => {
            let content: Map<String, Value> =
                kinds.iter().map(|kind| ((*kind).to_owned(), json!({ "schema": {} }))).collect();
            let name = "The name to save it under, where it is a file.";
            let headers = json!({ "Content-Disposition": header(name, false) });
            json!({ "description": description, "headers": headers, "content": content })
        }
    }
}

fn operation_id(route: &Route) -> String {
    let parts = route.path.split('/').filter(|part| !part.is_empty() && *part != "v1");
    let words = parts.map(|part| part.trim_matches(['{', '}']).replace(['-', '.'], "_"));
    let words: Vec<_> = [verb(&route.method)].into_iter().chain(words).collect();
    words.join("_")
}

fn of<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Value {
    schemas.subschema_for::<T>().to_value()
}

/// Schemas that stand in their place, as those of a query's parameters do.
fn inline() -> SchemaGenerator {
    let mut settings = SchemaSettings::draft2020_12().for_deserialize();
    settings.inline_subschemas = true;
    settings.into_generator()
}

/// Fields that a form does not have are refused.
fn close(schema: &mut Value) {
    if let Value::Object(fields) = schema {
        if fields.contains_key("properties") && !fields.contains_key("additionalProperties") {
            fields.insert("additionalProperties".to_owned(), false.into());
        }
        fields.values_mut().for_each(close);
    } else if let Value::Array(items) = schema {
        items.iter_mut().for_each(close);
    }
}

/// Has references lead to the schemas of what is sent to us.
fn rename(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(to)) = fields.get_mut("$ref") {
                to.push_str(INPUT);
            }
            fields.values_mut().for_each(rename);
        }
        Value::Array(items) => items.iter_mut().for_each(rename),
        _ => {}
    }
}

/// Descriptions without the links of the code's own documentation.
fn plain(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(text)) = fields.get_mut("description") {
                *text = without_links(text);
            }
            fields.values_mut().for_each(plain);
        }
        Value::Array(items) => items.iter_mut().for_each(plain),
        _ => {}
    }
}

fn without_links(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[') {
        let Some((label, after)) = link.split_once(']') else { break };
        plain.push_str(before);
        plain.push_str(label);
        let target = after.strip_prefix('(').and_then(|target| target.split_once(')'));
        rest = target.map_or(after, |(_, after)| after);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn describes_each_route_once_and_nothing_else() {
        let routes = crate::routes::all();
        let document = document(&routes);
        let mut described = Vec::new();
        for (path, operations) in document["paths"].as_object().unwrap() {
            described.extend(operations.as_object().unwrap().keys().map(|method| format!("{method} {path}")));
        }
        let mut served: Vec<_> =
            routes.iter().map(|route| format!("{} {}", verb(&route.method), route.path)).collect();
        described.sort();
        served.sort();
        assert_eq!(described, served);
    }

    #[test]
    fn leads_each_reference_to_a_schema() {
        fn references(value: &Value, found: &mut Vec<String>) {
            match value {
                Value::Object(fields) => {
                    found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
                    fields.values().for_each(|value| references(value, found));
                }
                Value::Array(items) => items.iter().for_each(|value| references(value, found)),
                _ => {}
            }
        }
        let (document, mut found) = (document(&crate::routes::all()), Vec::new());
        references(&document, &mut found);
        assert!(found.len() > 100, "{}", found.len());
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }

    #[test]
    fn says_what_each_kind_of_fact_has() {
        let document = document(&crate::routes::all());
        let schemas = &document["components"]["schemas"];
        for name in ["Fact", "ToldFact"] {
            let kinds = schemas[name]["oneOf"].as_array().unwrap().iter();
            let kinds: Vec<_> =
                kinds.map(|kind| kind["properties"]["kind"]["const"].as_str().unwrap()).collect();
            assert!(kinds.contains(&"invoice_due") && kinds.contains(&"message"), "{kinds:?}");
            assert!(!kinds.contains(&"certificate_sent"), "{kinds:?}");
        }
        assert!(schemas["InvoiceDue"]["properties"]["period_start"].is_object());
        assert!(!schemas["Notice"].to_string().contains("\"token\""));
        let told = &document["webhooks"]["fact"]["post"]["requestBody"]["content"]["application/json"];
        assert_eq!(told["schema"]["$ref"], "#/components/schemas/ToldFact");
    }

    #[test]
    fn leaves_links_of_the_code_out_of_descriptions() {
        assert_eq!(without_links("see [`Form`](crate::Form) and [`Offer`]."), "see `Form` and `Offer`.");
        assert_eq!(without_links("a [ that is not closed"), "a [ that is not closed");
    }
}
