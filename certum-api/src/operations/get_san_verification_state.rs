//! `getSanVerificationState`: how far the proof of each name has come.

use super::operation;
use crate::types::SanVerificationState;
use crate::wire::record;

record! {
    /// Asks how far the proof of each name has come.
    pub struct GetSanVerificationState {
        /// The order's identifier.
        required order_id: String = "orderID",
    }
}

record! {
    /// How far the proofs have come.
    pub struct GetSanVerificationStateResponse {
        /// One state per name.
        list san_verifications: SanVerificationState = "sanVerifications" / "sanVerification",
    }
}

operation!(GetSanVerificationState = "getSanVerificationState", Read, GetSanVerificationStateResponse);
