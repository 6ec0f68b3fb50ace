//! `getEmailVerification`: how far the proof of an e-mail address has come.

use super::operation;
use crate::types::EmailVerification;
use crate::wire::record;

record! {
    /// Asks how far the proof of an order's e-mail address has come.
    pub struct GetEmailVerification {
        /// The order's identifier.
        required order_id: String = "orderID",
    }
}

record! {
    /// How far it has come.
    pub struct GetEmailVerificationResponse {
        /// The proof, if the order needs one.
        optional email_verification: EmailVerification = "emailVerification",
    }
}

operation!(GetEmailVerification = "getEmailVerification", Read, GetEmailVerificationResponse);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::golden::{answered, check, golden};

    #[test]
    fn matches_its_golden_files() {
        let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
        let mut verification = EmailVerification::new(
            "jan@example.com",
            true,
            at("2026-11-20T09:00:00Z"),
            at("2026-11-27T09:00:00Z"),
        );
        verification.verification_date = Some(at("2026-11-20T09:05:00Z"));
        verification.verification_validity = Some("2027-11-20".into());
        let mut response = GetEmailVerificationResponse::new();
        response.email_verification = Some(verification);
        check(
            golden!("get_email_verification.request"),
            &GetEmailVerification::new("svc-1-1"),
            golden!("get_email_verification.response"),
            &response,
        );
    }

    #[test]
    fn reads_dates_without_a_time_and_a_proof_not_given_yet() {
        let document = golden!("get_email_verification.response.foreign");
        let verification = answered::<GetEmailVerification>(document).1.email_verification.unwrap();
        assert!(!verification.verified);
        assert_eq!(verification.send_date.to_string(), "2026-11-20T00:00:00Z");
        assert_eq!(verification.verification_date, None);
    }
}
