//! A service as a state machine: the functional core.
//!
//! [`decide`] says what a command does to a service: which events come of it, and which effect may follow once
//! they are stored. [`apply`] folds an event into the service. [`resume`] says what a service picked up from the
//! store needs next. All three are pure; the worker performs the effects, and brings their outcomes back as
//! commands.
//!
//! An order is placed only as the effect of a decision whose events are stored, never on resuming: whoever picks
//! up a service with an open attempt can't know how far the one before came, and looks first.
//!
#![doc = include_str!("../../docs/states.md")]

mod account;
mod actions;
mod apply;
mod certificate;
mod clock;
mod command;
mod decide;
mod event;
mod notices;
mod resume;
mod state;
#[cfg(test)]
mod tests;

pub use account::{Account, CancellationRequest, ConfigurationLink, Noticed, Running};
pub use actions::{Action, Role, UnknownAction};
pub use apply::{CorruptHistory, apply, replay};
pub(crate) use apply::{replay_after, term_end, utc};
pub use certificate::ServiceCertificate;
pub use clock::{Successor, next_moment, successor, who_must_act};
pub use command::{Candidate, Command, Effect, Placement, Search};
pub use decide::{Decision, NotAllowed, decide};
pub use event::{Actor, Event, HoldReason, RecordedEvent};
pub(crate) use notices::notices;
pub use resume::{Next, resume, resume_order};
pub use state::{
    Attempt, Cancelling, Check, Code, Doubt, DoubtfulOrder, Issuing, Ordering, Refusal, RequestHash, Service,
    State, StateKind, StoredRequest, UnknownState, Validating,
};
