//! `performSanVerification`: asks the CA to look for the code now.

use super::operation;
use crate::wire::record;

record! {
    /// Asks the CA to look for the code now. What it found is told by `getSanVerificationState`.
    pub struct PerformSanVerification {
        /// The code.
        required code: String = "code",
    }
}

record! {
    /// The CA looks, or has looked.
    pub struct PerformSanVerificationResponse {}
}

operation!(PerformSanVerification = "performSanVerification", Verification, PerformSanVerificationResponse);
