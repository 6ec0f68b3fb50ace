//! The parameters of a revocation.

use certum_api::{operations::RevokeCertificateParameters, types::RevocationReason};
use jiff::civil::Date;

use super::{
    Findings,
    certificates::{SerialCodes, read_serial},
    texts::{check_note, is_blank},
};

const MAX_NOTE: usize = 250;

/// Checks what can be told without the certificate, and reads which one it is. A date that is none is found when
/// the request is read (1140).
pub(crate) fn check_revocation(
    parameters: &RevokeCertificateParameters,
    findings: &mut Findings,
) -> Option<String> {
    let RevokeCertificateParameters { key_compromise_date, note, reason, serial_number, .. } = parameters;
    let says_more = key_compromise_date.is_some() || note.is_some() || reason.is_some();
    if is_blank(serial_number) && !says_more {
        // One finding for what is missing altogether.
        findings.add(1131);
        return None;
    }
    let serial = read_serial(serial_number, &SerialCodes::REVOKED, findings);
    check_note(note.as_deref(), MAX_NOTE, 1142, findings);
    if let Some(RevocationReason::Unknown(other)) = reason {
        findings.add_with(1135, other.as_str());
    }
    if let Some(date) = key_compromise_date
        && *reason != Some(RevocationReason::KeyCompromise)
    {
        findings.add_with(2104, date.to_string());
    }
    serial
}

/// Checks since when the key is not the customer's alone: not before there was a certificate, nor after today.
pub(crate) fn check_compromise_date(
    date: Option<Date>,
    first_day: Date,
    today: Date,
    findings: &mut Findings,
) {
    if let Some(date) = date.filter(|date| !(first_day..=today).contains(date)) {
        findings.add_with(1141, date.to_string());
    }
}
