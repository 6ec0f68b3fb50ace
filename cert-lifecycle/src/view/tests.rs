//! What is shown, in both languages, and what is not.

mod events;
#[cfg(feature = "precheck")]
mod looks;
mod reports;
mod services;
