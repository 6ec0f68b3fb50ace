//! What the CA wants proved, and how far that has come.

use jiff::Timestamp;

use super::ApproverMethod;
use crate::wire::{open_enum, record};

record! {
    /// The code with which control of the order's names is proved. One code covers them all.
    pub struct SanVerification {
        /// How the code is to be shown.
        required method: ApproverMethod = "approverMethod",
        /// The code: 64 hexadecimal digits, as seen in the wild.
        required code: String = "code",
        /// The mailbox that was written to, for [`ApproverMethod::Admin`].
        optional approver_email: String = "approverEmail",
        /// The names that the code covers.
        list fqdns: String = "FQDNs" / "FQDN",
    }
}

open_enum! {
    /// How far the proof of a name has come.
    pub enum SanVerificationStatus {
        /// Not proved yet.
        Required = "REQUIRED",
        /// The CA looked and did not find it.
        Failed = "FAILED",
        /// Proved.
        Verified = "VERIFIED",
    }
}

record! {
    /// The proof that the customer gives.
    pub struct ManualVerification {
        /// How far it has come.
        required state: SanVerificationStatus = "state",
        /// Until when it can be used.
        optional expire_date: Timestamp = "expireDate",
        /// What the CA says about it, such as the reason of a failure.
        optional info: String = "info",
    }
}

open_enum! {
    /// A check that the CA makes by itself.
    pub enum SystemVerificationMethod {
        /// The name is one of the best-known sites.
        TopSites = "TOP_SITES",
        /// The name is listed by PhishTank.
        PhishTank = "PHISHTANK",
        /// A CAA record forbids issuing.
        Caa = "CAA",
        /// The name is listed by Google Safe Browsing.
        GoogleSafeBrowsing = "GOOGLE_SAFE_BROWSING",
        /// A certificate for the name was revoked.
        RevokedCertificate = "REVOKED_CERTIFICATE",
    }
}

record! {
    /// Checks of the CA that failed or block the name.
    pub struct SystemVerification {
        /// The checks.
        repeated methods: SystemVerificationMethod = "method",
    }
}

record! {
    /// How far the proof of one name has come.
    pub struct SanVerificationState {
        /// The name.
        required fqdn: String = "FQDN",
        /// The proof that the customer gives.
        required manual: ManualVerification = "manualVerification",
        /// The checks that the CA makes by itself; those listed failed or block.
        repeated system: SystemVerification = "systemVerification",
    }
}

open_enum! {
    /// What the CA wants proved about an order.
    pub enum OrderVerificationType {
        /// An e-mail address.
        Email = "EMAIL",
        /// The CA's own checks.
        System = "SYSTEM",
        /// The CA's own checks, as older answers call them.
        Internal = "INTERNAL",
        /// Control of the names.
        Domain = "DOMAIN",
        /// The product.
        Product = "PRODUCT",
        /// Extended validation.
        ExtendedValidation = "EXTENDED_VALIDATION",
        /// The organization.
        Organization = "ORGANIZATION",
        /// The applicant's identity.
        Applicant = "APPLICANT",
        /// The applicant's authorization.
        Authorization = "AUTHORIZATION",
    }
}

open_enum! {
    /// How far a verification of an order has come.
    pub enum OrderVerificationState {
        /// The product needs none.
        NotRequired = "NOT_REQUIRED",
        /// Not done yet.
        Required = "REQUIRED",
        /// It failed.
        Failed = "FAILED",
        /// Done.
        Verified = "VERIFIED",
    }
}

record! {
    /// One verification of an order.
    pub struct OrderVerification {
        /// What is verified.
        required kind: OrderVerificationType = "type",
        /// How far it has come.
        required state: OrderVerificationState = "state",
        /// Until when it holds.
        optional expire_date: Timestamp = "expireDate",
    }
}
