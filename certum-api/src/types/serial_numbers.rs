//! Several certificates, by their serial numbers.

use crate::wire::record;

record! {
    /// Serial numbers of certificates, hexadecimal.
    pub struct SerialNumbers {
        /// One after another; at least one.
        repeated items: String = "serialNumber",
    }
}

impl<T: Into<String>> FromIterator<T> for SerialNumbers {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self { items: items.into_iter().map(Into::into).collect() }
    }
}
