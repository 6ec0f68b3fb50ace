//! A certificate's outer form (RFC 5280, section 4.1).

use jiff::Timestamp;

use super::{
    IssueError,
    encoding::{integer, sequence, tagged, time},
    signer::Signer,
};

/// `[0] 2`: version 3.
const VERSION_3: [u8; 5] = [0xa0, 0x03, 0x02, 0x01, 0x02];

/// What a certificate says; names, key and extensions in DER.
pub(super) struct Content<'a> {
    pub(super) serial: &'a [u8],
    pub(super) issuer: &'a [u8],
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
    pub(super) subject: &'a [u8],
    pub(super) public_key: &'a [u8],
    /// One after the other.
    pub(super) extensions: &'a [u8],
}

pub(super) fn make(content: &Content<'_>, signer: &Signer) -> Result<Vec<u8>, IssueError> {
    let validity = sequence(&[&time(content.not_before)?, &time(content.not_after)?])?;
    let extensions = tagged(3, &[&sequence(&[content.extensions])?])?;
    signer.seal(&sequence(&[
        &VERSION_3,
        &integer(content.serial)?,
        signer.algorithm(),
        content.issuer,
        &validity,
        content.subject,
        content.public_key,
        &extensions,
    ])?)
}
