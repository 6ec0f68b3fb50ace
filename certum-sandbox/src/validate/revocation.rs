//! What a revocation says, apart from the certificate it is about.

use certum_api::{operations::RevokeCertificateParameters, types::RevocationReason};

use super::{Findings, SerialCodes, is_longer, read_serial};

/// The longest note.
const MAX_NOTE: usize = 250;

const SERIAL: SerialCodes = SerialCodes { missing: 1132, too_long: 1134, not_hex: 1146 };

/// Checks everything that the request alone shows, and returns the serial number.
pub(crate) fn check_revocation(
    parameters: &RevokeCertificateParameters,
    findings: &mut Findings,
) -> Option<String> {
    if *parameters == RevokeCertificateParameters::new("") {
        // One finding for what is missing altogether.
        findings.add(1131);
        return None;
    }
    let serial = read_serial(&parameters.serial_number, SERIAL, findings);
    if let Some(RevocationReason::Unknown(reason)) = &parameters.reason {
        findings.add_with(1135, reason.as_str());
    }
    if let Some(date) = parameters.key_compromise_date
        && parameters.reason != Some(RevocationReason::KeyCompromise)
    {
        findings.add_with(2104, date.to_string());
    }
    if let Some(note) = parameters.note.as_deref().filter(|note| is_longer(note, MAX_NOTE)) {
        findings.add_with(1142, note);
    }
    serial
}
