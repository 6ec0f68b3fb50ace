//! What the measurements beside peers have in common: turns in rounds, bounds, records of what was found, and the table
//! made of them. `README.md` says how to run them and how to read the result.

pub mod arguments;
pub mod bench;
pub mod memory;
pub mod peers;
pub mod processor;
pub mod race;
pub mod record;
pub mod table;
pub mod targets;

use std::error::Error;

/// What most functions here answer with: a measurement stops at the first surprise.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;
