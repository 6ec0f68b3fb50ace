//! `addEmailVerification`: sends the e-mail verification again.

use super::operation;
use crate::wire::record;

record! {
    /// Has the message sent again with which an e-mail address is proved, as S/MIME needs it. Refused while the
    /// former one is still valid (code 1114), and once the order is past it (1113).
    pub struct AddEmailVerification {
        /// The order's identifier.
        required order_id: String = "orderID",
    }
}

record! {
    /// The message is on its way.
    pub struct AddEmailVerificationResponse {}
}

operation!(AddEmailVerification = "addEmailVerification", Verification, AddEmailVerificationResponse);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::golden::{check, golden};

    #[test]
    fn matches_its_golden_files() {
        check(
            golden!("add_email_verification.request"),
            &AddEmailVerification::new("svc-1-1"),
            golden!("add_email_verification.response"),
            &AddEmailVerificationResponse::new(),
        );
    }
}
