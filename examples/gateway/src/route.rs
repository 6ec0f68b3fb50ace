//! A route: what is called, by whom, with what, and what comes of it.

use std::future::Future;
use std::sync::Arc;

use axum::http::Method;
use futures::FutureExt;
use futures::future::BoxFuture;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::call::{Call, Reply};
use crate::problem::Problem;
use crate::token::Scope;

/// The largest body of most calls. A request with a thousand names is below it.
const MOST: usize = 64 * 1024;

/// Who may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody.
    Open,
    /// Whoever has a token.
    Token,
    /// Whoever has a token with this scope.
    Scope(Scope),
}

/// Something whose schema is asked for once all routes are known.
pub(crate) type SchemaOf = Arc<dyn Fn(&mut SchemaGenerator) -> Schema + Send + Sync>;

type Handler = Arc<dyn Fn(Call) -> BoxFuture<'static, Result<Reply, Problem>> + Send + Sync>;

/// What comes of a call.
#[derive(Clone)]
pub(crate) enum Content {
    Nothing,
    Json(SchemaOf),
    /// A text or a file of these media types.
    Bytes(&'static [&'static str]),
}

/// Something that can be called.
#[derive(Clone)]
pub(crate) struct Route {
    pub(crate) method: Method,
    /// With the names of parameters in braces.
    pub(crate) path: String,
    pub(crate) access: Access,
    pub(crate) summary: String,
    pub(crate) query: Option<SchemaOf>,
    pub(crate) takes: Option<SchemaOf>,
    pub(crate) gives: Vec<(u16, Content)>,
    /// How large a body may be.
    pub(crate) most: usize,
    /// Whether it is refused without an `Idempotency-Key`.
    pub(crate) wants_key: bool,
    pub(crate) handler: Handler,
}

impl Route {
    pub(crate) fn new<F, R>(
        method: Method,
        path: impl Into<String>,
        access: Access,
        summary: impl Into<String>,
        handler: F,
    ) -> Self
    where
        F: Fn(Call) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Reply, Problem>> + Send + 'static,
    {
        Self {
            method,
            path: path.into(),
            access,
            summary: summary.into(),
            query: None,
            takes: None,
            gives: Vec::new(),
            most: MOST,
            wants_key: false,
            handler: Arc::new(move |call| handler(call).boxed()),
        }
    }

    /// The same with a query.
    pub(crate) fn asks<T: JsonSchema>(self) -> Self {
        Self { query: Some(schema_of::<T>()), ..self }
    }

    /// The same with a body.
    pub(crate) fn takes<T: JsonSchema>(self) -> Self {
        Self { takes: Some(schema_of::<T>()), ..self }
    }

    /// The same with a body, if something is known of it.
    pub(crate) fn takes_what(self, takes: Option<SchemaOf>) -> Self {
        Self { takes, ..self }
    }

    /// The same with bodies that may be as large.
    pub(crate) fn at_most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// The same, described as refused without an `Idempotency-Key`: that is for the handler to do, once it is known whose the
    /// thing is.
    pub(crate) fn wants_key(self) -> Self {
        Self { wants_key: true, ..self }
    }

    /// The same with an answer.
    pub(crate) fn gives<T: JsonSchema>(self, status: u16) -> Self {
        self.with(status, Content::Json(schema_of::<T>()))
    }

    /// The same with an answer that has no body.
    pub(crate) fn gives_nothing(self) -> Self {
        self.with(204, Content::Nothing)
    }

    /// The same with an answer that is no JSON.
    pub(crate) fn gives_bytes(self, media_types: &'static [&'static str]) -> Self {
        self.with(200, Content::Bytes(media_types))
    }

    fn with(mut self, status: u16, content: Content) -> Self {
        self.gives.push((status, content));
        self
    }

    /// Whether it may change something, so that it takes an `Idempotency-Key`.
    pub(crate) fn is_write(&self) -> bool {
        self.method != Method::GET
    }

    /// The names of the path's parameters.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}

pub(crate) fn schema_of<T: JsonSchema>() -> SchemaOf {
    Arc::new(|schemas| schemas.subschema_for::<T>())
}
