//! Why a certificate is revoked.

use crate::wire::open_enum;

open_enum! {
    /// Why a certificate is revoked (RFC 5280, section 5.3.1).
    pub enum RevocationReason {
        /// None is given.
        Unspecified = "UNSPECIFIED",
        /// Somebody else has, or may have, the private key.
        KeyCompromise = "KEYCOMPROMISE",
        /// The subject's data have changed.
        AffiliationChanged = "AFFILIATIONCHANGED",
        /// The names are no longer the subscriber's, or the service has ended.
        CessationOfOperation = "CESSATIONOFOPERATION",
        /// Another certificate has taken its place.
        Superseded = "SUPERSEDED",
        /// The right to it was withdrawn; only older versions of the service name this one.
        PrivilegeWithdrawn = "PRIVILEGEWITHDRAWN",
    }
}
