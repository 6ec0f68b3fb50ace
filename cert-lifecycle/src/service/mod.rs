//! A service as a state machine: the functional core.
//!
//! [`decide`] says what a command does to a service: which events come of it, and which effect may follow once
//! they are stored. [`apply`] folds an event into the service. [`resume`] says what a service picked up from the
//! store needs next. All three are pure; the worker performs the effects, and brings their outcomes back as
//! commands.
//!
//! An order is placed only as the effect of a decision whose events are stored, never on resuming: whoever picks
//! up a service with an open attempt can't know how far the one before came, and looks first.

mod apply;
mod command;
mod decide;
mod event;
mod resume;
mod state;
#[cfg(test)]
mod tests;

pub use apply::{CorruptHistory, apply, replay};
pub use command::{Command, Effect, Placement};
pub use decide::{Decision, NotAllowed, decide};
pub use event::{Event, HoldReason, RecordedEvent};
pub use resume::{Next, resume};
pub use state::{
    Attempt, Check, Code, Doubt, Issuing, OrderKind, Ordering, RequestHash, Service, ServiceCertificate,
    State, StateKind, UnknownState, Validating,
};
