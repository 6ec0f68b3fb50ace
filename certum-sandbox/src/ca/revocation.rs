//! What is revoked, and the list that says so (RFC 5280, section 5).

use certum_api::types::RevocationReason;
use der::{
    Encode,
    asn1::{ObjectIdentifier, Uint},
};
use jiff::{SignedDuration, Timestamp};
use x509_cert::ext::pkix::{CrlNumber, CrlReason};

use super::{
    IssueError,
    encoding::{extension, generalized_time, integer, plain_extension, sequence, tagged, time},
    issuer::Issuer,
    profile::signed_by,
};

/// How long a list may be used: ten days at most are allowed (Baseline Requirements, 7.2).
const LIST_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// `INTEGER 1`: version 2.
const VERSION_2: [u8; 3] = [0x02, 0x01, 0x01];

/// A certificate that must not be used any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Revoked {
    /// Hexadecimal, as it was issued.
    pub(crate) serial: String,
    pub(crate) at: Timestamp,
    pub(crate) reason: RevocationReason,
    /// Since when nobody should have trusted it, if that is known.
    pub(crate) invalid_since: Option<Timestamp>,
}

/// How a certificate stands, by its serial number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    Good,
    Revoked {
        at: Timestamp,
        reason: RevocationReason,
    },
    /// There is no such certificate.
    Unknown,
}

/// A full list of one issuer.
pub(super) fn list(
    issuer: &Issuer,
    revoked: &[Revoked],
    this_update: Timestamp,
    number: u64,
) -> Result<Vec<u8>, IssueError> {
    let entries = revoked.iter().map(entry).collect::<Result<Vec<_>, _>>()?.concat();
    // An empty list of entries is none at all (5.1.2.6).
    let entries = if entries.is_empty() { entries } else { sequence(&[&entries])? };
    let number = CrlNumber(Uint::new(&number.to_be_bytes())?);
    let signed_by = extension(false, &signed_by(&issuer.key_identifier))?;
    let extensions = [signed_by, extension(false, &number)?].concat();
    issuer.signer.seal(&sequence(&[
        &VERSION_2,
        issuer.signer.algorithm(),
        &issuer.name,
        &time(this_update)?,
        &time(this_update.checked_add(LIST_LIFE)?)?,
        &entries,
        &tagged(0, &[&sequence(&[&extensions])?])?,
    ])?)
}

fn entry(revoked: &Revoked) -> Result<Vec<u8>, IssueError> {
    let serial = u128::from_str_radix(&revoked.serial, 16)
        .map_err(|_| IssueError(format!("{} is no serial number", revoked.serial)))?;
    let reason = reason(&revoked.reason).map(|reason| extension(false, &reason)).transpose()?;
    let since = revoked.invalid_since.map(invalidity_date).transpose()?;
    let extensions = [reason, since].into_iter().flatten().collect::<Vec<_>>().concat();
    // No extensions are none at all, too.
    let extensions = if extensions.is_empty() { extensions } else { sequence(&[&extensions])? };
    Ok(sequence(&[&integer(&serial.to_be_bytes())?, &time(revoked.at)?, &extensions])?)
}

/// RFC 5280, section 5.3.2.
fn invalidity_date(since: Timestamp) -> Result<Vec<u8>, IssueError> {
    const INVALIDITY_DATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.24");
    Ok(plain_extension(INVALIDITY_DATE, &generalized_time(since)?)?)
}

/// `CRLReason` in DER, for OCSP answers.
pub(super) fn reason_der(given: &RevocationReason) -> Result<Option<Vec<u8>>, IssueError> {
    Ok(reason(given).map(|reason| reason.to_der()).transpose()?)
}

/// None where none is given: that is said by silence (RFC 5280, section 5.3.1).
fn reason(given: &RevocationReason) -> Option<CrlReason> {
    match given {
        RevocationReason::KeyCompromise => Some(CrlReason::KeyCompromise),
        RevocationReason::AffiliationChanged => Some(CrlReason::AffiliationChanged),
        RevocationReason::CessationOfOperation => Some(CrlReason::CessationOfOperation),
        RevocationReason::Superseded => Some(CrlReason::Superseded),
        RevocationReason::PrivilegeWithdrawn => Some(CrlReason::PrivilegeWithdrawn),
        _ => None,
    }
}
