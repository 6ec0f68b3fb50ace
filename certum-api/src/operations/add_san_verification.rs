//! `addSanVerification`: a fresh code, by the same method or another.

use super::operation;
use crate::types::{SanApprover, SanVerification};
use crate::wire::record;

record! {
    /// Asks for a fresh code. Without an approver the former method is kept; the same one given again is
    /// refused (code 1173). After a lost answer to `quickOrder` this is the only way to a code.
    pub struct AddSanVerification {
        /// How control of the names is to be proved from now on.
        optional san_approver: SanApprover = "SANApprover",
        /// The order's identifier.
        required order_id: String = "orderID",
    }
}

record! {
    /// The fresh code.
    pub struct AddSanVerificationResponse {
        /// The fresh code; the former one no longer counts.
        optional san_verification: SanVerification = "SANVerification",
    }
}

operation!(AddSanVerification = "addSanVerification", Verification, AddSanVerificationResponse);
