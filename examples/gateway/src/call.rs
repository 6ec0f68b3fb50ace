//! A call, and its answer.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::Query;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use cert_domain::Language;
use cert_lifecycle::service::Actor;
use cert_lifecycle::{Lifecycle, Role, ServiceId, read_form};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::gateway::Gateway;
use crate::idempotency::Once;
use crate::owner::{self, Owned};
use crate::problem::Problem;
use crate::token::Scope;

/// Who calls.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) host: String,
    pub(crate) scopes: BTreeSet<Scope>,
    /// The token itself: answers are sealed under it.
    pub(crate) token: String,
}

/// What every call may say besides.
#[derive(Default, Deserialize, JsonSchema)]
pub(crate) struct Manner {
    /// As whom: `reseller` wants the scope `admin`. Left out, as the customer.
    pub(crate) role: Option<Role>,
    /// The language of texts. Left out, what `Accept-Language` prefers, or English.
    pub(crate) language: Option<Language>,
}

/// A call of somebody who may make it.
pub(crate) struct Call {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) caller: Caller,
    pub(crate) uri: Uri,
    /// What the path says, by the names in its template.
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) role: Role,
    pub(crate) language: Language,
    pub(crate) is_json: bool,
    pub(crate) body: Bytes,
    /// What is done once under the call's `Idempotency-Key`.
    pub(crate) once: Once,
}

impl Call {
    /// What the path says under a name.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        let found = self.parameters.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// What the query says.
    pub(crate) fn query<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        read_query(&self.uri)
    }

    /// The body; nothing if it is empty.
    pub(crate) fn input(&self) -> Result<Value, Problem> {
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        if !self.is_json {
            return Err(Problem::NotJson);
        }
        let unreadable = |error: serde_json::Error| {
            Problem::Unreadable(format!("no JSON at line {}, column {}", error.line(), error.column()).into())
        };
        let input = serde_json::from_slice(&self.body).map_err(unreadable)?;
        // Not every database takes it.
        if has_null_character(&input) {
            return Err(Problem::Unreadable("a text has a null character".into()));
        }
        Ok(input)
    }

    /// What a form says that is the body.
    pub(crate) fn form<T: DeserializeOwned + Serialize>(&self) -> Result<T, Problem> {
        Ok(read_form(&self.input()?)?)
    }

    pub(crate) fn may(&self, scope: Scope) -> Result<(), Problem> {
        if self.caller.scopes.contains(&scope) { Ok(()) } else { Err(Problem::Forbidden(scope)) }
    }

    /// The services, with the host as who acts.
    pub(crate) fn lifecycle(&self) -> Lifecycle {
        self.gateway.lifecycle.acting_for(Actor::new(format!("host:{}", self.caller.host)))
    }

    /// The service that the path names, if it is the host's.
    pub(crate) async fn service(&self) -> Result<(ServiceId, Owned), Problem> {
        let id: ServiceId = self.parameter("id").parse().map_err(|_| Problem::NotFound)?;
        self.owned(id).await
    }

    /// A service, if it is the host's.
    pub(crate) async fn owned(&self, id: ServiceId) -> Result<(ServiceId, Owned), Problem> {
        match owner::find(&self.gateway.records, id).await? {
            Some(owned) if owned.host == self.caller.host => Ok((id, owned)),
            _ => Err(Problem::NotFound),
        }
    }
}

pub(crate) fn read_query<T: DeserializeOwned>(uri: &Uri) -> Result<T, Problem> {
    let unreadable = || Problem::Unreadable("the query can't be read".into());
    let has_null = uri.query().is_some_and(|query| query.contains("%00"));
    let Query(query) = Query::try_from_uri(uri).map_err(|_| unreadable())?;
    if has_null { Err(unreadable()) } else { Ok(query) }
}

fn has_null_character(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_null_character),
        Value::Object(fields) => {
            fields.iter().any(|(name, value)| name.contains('\0') || has_null_character(value))
        }
        _ => false,
    }
}

/// What a call is answered with, if it came to something.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) media_type: String,
    /// The name that a file is to be saved under.
    pub(crate) file_name: Option<String>,
    #[serde(with = "base64_text")]
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_vec(value).map_err(|error| Problem::Internal(error.to_string()))?;
        Ok(Self { status: status.as_u16(), media_type: "application/json".to_owned(), file_name: None, body })
    }

    pub(crate) fn ok(value: &impl Serialize) -> Result<Self, Problem> {
        Self::json(StatusCode::OK, value)
    }

    pub(crate) fn nothing() -> Self {
        let status = StatusCode::NO_CONTENT.as_u16();
        Self { status, media_type: String::new(), file_name: None, body: Vec::new() }
    }

    pub(crate) fn file(media_type: &str, file_name: Option<&str>, body: &[u8]) -> Self {
        Self {
            status: StatusCode::OK.as_u16(),
            media_type: media_type.to_owned(),
            file_name: file_name.map(str::to_owned),
            body: body.to_vec(),
        }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, self.body).into_response();
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_TYPE);
        if let (false, Ok(kind)) = (self.media_type.is_empty(), HeaderValue::from_str(&self.media_type)) {
            headers.insert(header::CONTENT_TYPE, kind);
        }
        let disposition = self.file_name.map(|name| format!("attachment; filename=\"{name}\""));
        if let Some(Ok(disposition)) = disposition.map(|text| HeaderValue::from_str(&text)) {
            headers.insert(header::CONTENT_DISPOSITION, disposition);
        }
        response
    }
}

mod base64_text {
    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        BASE64_STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
