//! How far the proof of an e-mail address has come.

use jiff::Timestamp;

use crate::wire::record;

record! {
    /// How far the proof of an e-mail address has come. `Debug` keeps the address to itself.
    pub redacted struct EmailVerification {
        /// The address.
        required email: String = "email",
        /// Whether it is proved.
        required verified: bool = "verified",
        /// When the message was sent.
        required send_date: Timestamp = "sendDate",
        /// Until when the link in it works.
        required verification_link_validity_date: Timestamp = "verificationLinkValidityDate",
        /// When the address was proved.
        optional verification_date: Timestamp = "verificationDate",
        /// How long the proof counts. The sources give no type, so it is kept as text.
        optional verification_validity: String = "verificationValidity",
    }
}
