//! Years of a reseller's business in virtual time, while everything goes wrong: what happens, and a judge who watches.

mod agenda;
mod authority;
mod dice;
mod faults;
pub mod judge;
mod life;
mod machine;
mod people;
pub mod picture;
mod planted;
mod ports;
mod record;
pub mod report;
mod run;
pub mod seen;
mod settings;
mod shop;
pub mod shrink;
mod stage;
mod story;
mod trial;
mod world;

pub use faults::FaultKind;
pub use planted::Plant;
pub use run::{Failure, Ran, Remark, Watch, run};
pub use settings::{Faults, Settings, StoreKind};
pub use trial::{Trial, judged};
