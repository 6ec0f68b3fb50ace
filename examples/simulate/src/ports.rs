//! The ports of the lifecycle, with a border around each: whoever comes along waits for his turn, and may die.

mod keys;
mod names;
mod store;
mod told;
mod wire;

pub(crate) use self::keys::AroundKeys;
pub(crate) use self::names::{NameServers, number_in, publish, put, take_back};
pub(crate) use self::store::AroundStore;
pub(crate) use self::told::Ear;
pub(crate) use self::wire::{Wire, deliver_late};
