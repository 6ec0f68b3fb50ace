//! The reseller's logic: a service from order to certificate, bought exactly once.
//!
//! A frontend calls [`Lifecycle`]; a [`Worker`] does what takes time. Between them stand a [`Store`] and a
//! [`CertificateAuthority`], both ports: SQLite and Certum's Partner API come with the crate.
//!
//! # Buying exactly once
//!
//! 1. The intent is stored: the number of the attempt, the order's identifier, which derives from the service and
//!    that number, and a hash of what is ordered.
//! 2. The order is placed.
//! 3. A clear yes or no becomes an event. Anything else, from a time-out to a crash of this very program, leaves the
//!    attempt open.
//! 4. Whoever picks up a service with an open attempt looks the order up by its identifier. If the CA has it, it is
//!    adopted; if the CA says clearly that it has none, the same order is placed again under the same identifier,
//!    which the CA refuses should the first one still arrive. A refusal that a call still under way may have caused is
//!    doubted for half an hour, and counts if no order was found by then.
//!
//! Renewals and reissues have identifiers of the CA's choice. They are looked for among the account's orders since the
//! intent, by customer, product, names and public key, and the CA refuses a second one for the same key.
//!
//! So one intent buys one order, and an order whose answer was lost is found. An order that the CA took although the
//! service no longer waits for it stands among its [stray orders](Service::stray_orders).
//!
//! # Ports around it
//!
//! Notices wait in the store's outbox. An [`Outbox`] takes them out, has them put into words by a [`compose::Compose`], and
//! hands them, and facts for programs, to a [`delivery`]. Private keys that the system keeps live in a [`vault`]. A
//! [`ProofPublisher`] puts proofs of control where they belong, and `precheck` (a feature) sees whether they are there
//! before the CA looks. What a host keeps for itself stands beside the services, as [`records`].
//!
//! # Features
//!
//! - `certum` (default): the adapter to Certum's Partner API.
//! - `precheck`: the look at DNS and web servers before the CA is asked.
//! - `schema`: JSON schemas of views, forms, notices and messages.
//! - `smtp`: notices by mail.
//! - `sqlite` (default): the embedded store.
//! - `postgres`: the store for workers on several machines.
//! - `tls` (default): TLS for the adapter.
//! - `webhook`: signed facts and notices to a web address.

mod acceptance;
mod authority;
mod blame;
#[cfg(feature = "certum")]
mod certum;
mod clock;
pub mod compose;
pub mod delivery;
mod draft;
mod error;
mod id;
#[cfg(any(feature = "precheck", feature = "webhook"))]
mod internet;
mod lifecycle;
mod notice;
mod observe;
mod outbox;
mod perform;
mod policy;
#[cfg(feature = "precheck")]
pub mod precheck;
mod publisher;
pub mod records;
pub mod sales;
#[cfg(feature = "schema")]
mod schema;
pub mod service;
mod services;
pub mod store;
mod terms;
mod turns;
pub mod vault;
pub mod view;
mod worker;

pub use acceptance::{Flaw, Flaws, IssuedCertificate, accept};
pub use authority::{
    Approver, AuthorityError, Cancellation, CertificateAuthority, CertificateStanding, Changes, CheckKind,
    EmailState, FetchedCertificate, FoundOrder, ListedCertificate, ListedOrder, NameState, NewOrder,
    OrderCheck, OrderDate, OrderKind, OrderProgress, OrderQuery, OrderReport, PlacedOrder, Proof, Purpose,
    Requestor,
};
pub use blame::Blame;
#[cfg(feature = "certum")]
pub use certum::Certum;
pub use clock::{Clock, Entropy, EntropyError, SystemClock, SystemEntropy};
pub use draft::DraftOrder;
pub use error::Error;
pub use id::{InvalidServiceId, OrderId, ServiceId};
pub use lifecycle::{
    Acted, ActedView, Ahead, AheadKind, Attendance, CertificateFiles, Drift, DriftReport, FormFinding,
    GeneratedRequest, Health, ImportDecision, ImportItem, ImportPlan, ImportReport, InputProblem,
    InvalidInput, Lifecycle, LifecycleBuilder, NewService, Overview, Patience, SaidBy, SecondOpinion, Seen,
    Standstill, SyncReport, Trouble, Validation, read_form,
};
pub use notice::{Audience, Course, InvoiceDue, LinkToken, Notice, NoticeKind, Outlook};
pub use observe::{Observation, Observe};
pub use outbox::{Deliveries, Outbox, OutboxPolicy};
pub use policy::{Backoff, WorkerPolicy};
pub use publisher::{MemoryPublisher, ProofPublisher, PublishError};
pub use service::{Action, Role, Service, State, StateKind, UnknownAction, Validating};
#[cfg(feature = "sqlite")]
pub use store::SqliteStore;
pub use store::{MemoryStore, Store, StoreError, Summary};
#[cfg(feature = "postgres")]
pub use store::{PostgresOptions, PostgresStore};
pub use terms::{InvoiceTerms, Terms};
pub use worker::Worker;

/// The README's example, compiled.
#[cfg(all(doctest, feature = "certum", feature = "sqlite"))]
#[doc = include_str!("../../README.md")]
pub struct Readme;
