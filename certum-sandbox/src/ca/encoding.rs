//! DER, put together from parts that are DER already.
//!
//! What a certificate shares with all others of its issuer is encoded once, and a subscriber's key goes in
//! byte for byte: a certificate over a re-encoded key would be one over another key, as far as hashes can
//! tell.

use std::time::Duration;

use der::{
    DateTime, Encode, Header, Length, Tag, TagNumber,
    asn1::{GeneralizedTime, ObjectIdentifier, UintRef},
    oid::AssociatedOid,
};
use jiff::Timestamp;
use x509_cert::time::Time;

use super::IssueError;

/// TRUE, where it is not the default.
const TRUE: [u8; 3] = [0x01, 0x01, 0xff];

/// One element around all the parts.
pub(super) fn wrap(tag: Tag, parts: &[&[u8]]) -> der::Result<Vec<u8>> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(length + 8);
    Header::new(tag, Length::try_from(length)?).encode_to_vec(&mut out)?;
    parts.iter().for_each(|part| out.extend_from_slice(part));
    Ok(out)
}

pub(super) fn sequence(parts: &[&[u8]]) -> der::Result<Vec<u8>> {
    wrap(Tag::Sequence, parts)
}

/// `[number] { parts }`: an explicit tag, or an implicit one of what is constructed.
pub(super) fn tagged(number: u32, parts: &[&[u8]]) -> der::Result<Vec<u8>> {
    wrap(Tag::ContextSpecific { constructed: true, number: TagNumber(number) }, parts)
}

/// A BIT STRING of whole bytes.
pub(super) fn bit_string(bytes: &[u8]) -> der::Result<Vec<u8>> {
    wrap(Tag::BitString, &[&[0], bytes])
}

/// A positive INTEGER.
pub(super) fn integer(bytes: &[u8]) -> der::Result<Vec<u8>> {
    UintRef::new(bytes)?.to_der()
}

/// An extension of certificates, lists or answers (RFC 5280, section 4.1).
pub(super) fn extension<E: AssociatedOid + Encode>(critical: bool, value: &E) -> der::Result<Vec<u8>> {
    let critical: &[u8] = if critical { &TRUE } else { &[] };
    sequence(&[&E::OID.to_der()?, critical, &wrap(Tag::OctetString, &[&value.to_der()?])?])
}

/// The same of a type that x509-cert does not have: its value in DER.
pub(super) fn plain_extension(oid: ObjectIdentifier, value: &[u8]) -> der::Result<Vec<u8>> {
    sequence(&[&oid.to_der()?, &wrap(Tag::OctetString, &[value])?])
}

/// UTCTime up to 2049, GeneralizedTime from then on (RFC 5280, section 4.1.2.5).
pub(super) fn time(at: Timestamp) -> Result<Vec<u8>, IssueError> {
    Ok(Time::from(date_time(at)?).to_der()?)
}

/// GeneralizedTime whatever the year (RFC 6960, section 4.2.2.1).
pub(super) fn generalized_time(at: Timestamp) -> Result<Vec<u8>, IssueError> {
    Ok(GeneralizedTime::from_date_time(date_time(at)?).to_der()?)
}

fn date_time(at: Timestamp) -> Result<DateTime, IssueError> {
    let seconds = u64::try_from(at.as_second()).map_err(|_| IssueError("a date before 1970".to_owned()))?;
    Ok(DateTime::from_unix_duration(Duration::from_secs(seconds))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_change_their_type_in_2050_for_certificates_alone() {
        let tags = |at: &str| {
            let at = at.parse().unwrap();
            (time(at).unwrap()[0], generalized_time(at).unwrap()[0])
        };
        assert_eq!(tags("2049-12-31T23:59:59Z"), (0x17, 0x18));
        assert_eq!(tags("2050-01-01T00:00:00Z"), (0x18, 0x18));
        assert!(time("1969-12-31T23:59:59Z".parse().unwrap()).is_err());
    }

    #[test]
    fn a_number_whose_top_bit_is_set_stays_positive() {
        assert_eq!(integer(&[0x80]).unwrap(), [2, 2, 0, 0x80]);
        assert_eq!(integer(&[0x00, 0x7f]).unwrap(), [2, 1, 0x7f]);
    }
}
