//! What an account may order.

use super::HashAlgorithm;
use crate::wire::record;

record! {
    /// A product as the CA lists it.
    pub struct Product {
        /// The product's code.
        optional code: u64 = "code",
        /// What kind of product it is, in the CA's words.
        optional kind: String = "type",
        /// How long its certificates are valid. The sources give no unit.
        optional validity_period: i64 = "validityPeriod",
        /// Whether the CA writes to the customer before a certificate expires.
        optional certificate_notification_enabled: bool = "certificateNotificationEnabled",
        /// The algorithms that the CA signs it with, if they were asked for.
        list supported_hash_algorithms: HashAlgorithm = "supportedHashAlgorithms" / "hashAlgorithm",
    }
}
