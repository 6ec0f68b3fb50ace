//! `revokeCertificate`: ends a certificate before its time.

use jiff::civil::Date;

use super::operation;
use crate::types::RevocationReason;
use crate::wire::record;

record! {
    /// Ends a certificate before its time, for good.
    pub struct RevokeCertificate {
        /// Which, and why.
        required parameters: RevokeCertificateParameters = "revokeCertificateParameters",
    }
}

record! {
    /// Which certificate to revoke, and why.
    pub struct RevokeCertificateParameters {
        /// Since when the key is not the customer's alone: a day between the certificate's first and today, and only
        /// with the reason [`RevocationReason::KeyCompromise`] (code 2104). The spelling on the wire is the
        /// service's own.
        optional key_compromise_date: Date = "keyCompromitationDate",
        /// A note for the CA, at most 250 characters.
        optional note: String = "note",
        /// Why.
        optional reason: RevocationReason = "revocationReason",
        /// The certificate's serial number, hexadecimal.
        required serial_number: String = "serialNumber",
    }
}

impl RevokeCertificate {
    /// Revokes the certificate with a serial number (hexadecimal), for a reason.
    #[must_use]
    pub fn because(serial_number: impl Into<String>, reason: RevocationReason) -> Self {
        let mut parameters = RevokeCertificateParameters::new(serial_number);
        parameters.reason = Some(reason);
        Self { parameters }
    }

    /// Revokes the certificate with a serial number (hexadecimal), whose key others have had since a day.
    #[must_use]
    pub fn compromised_since(serial_number: impl Into<String>, date: Date) -> Self {
        let mut request = Self::because(serial_number, RevocationReason::KeyCompromise);
        request.parameters.key_compromise_date = Some(date);
        request
    }
}

record! {
    /// The certificate is, or is about to be, revoked.
    pub struct RevokeCertificateResponse {}
}

operation!(RevokeCertificate = "revokeCertificate", Termination, RevokeCertificateResponse);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::golden::{check, golden};

    #[test]
    fn matches_its_golden_files() {
        let mut request = RevokeCertificate::compromised_since("782D878E", "2026-11-20".parse().unwrap());
        request.parameters.note = Some("the key was in a public repository".into());
        check(
            golden!("revoke_certificate.request"),
            &request,
            golden!("revoke_certificate.response"),
            &RevokeCertificateResponse::new(),
        );
    }
}
