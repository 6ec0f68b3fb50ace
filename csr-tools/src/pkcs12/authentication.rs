//! The MAC over a file (RFC 7292 §4, MacData), which tells a wrong password from the right one.

use aws_lc_rs::{digest, hmac};
use zeroize::Zeroizing;

use super::derive::{Budget, Use, derive, wide_password};
use super::encryption::{LEGACY_ITERATIONS, MODERN_ITERATIONS, integer, iterations};
use super::{Pkcs12Error, Pkcs12Form, oids};
use crate::asn1::{Element, Oid, Tag, element};
use crate::random::{Randomness, draw};

const PART: &str = "integrity check";

/// A digest by the names that its three uses have.
#[derive(Clone, Copy)]
struct Hash {
    oid: Oid,
    digest: &'static digest::Algorithm,
    hmac: hmac::Algorithm,
}

const SHA1: Hash = Hash {
    oid: oids::SHA1,
    digest: &digest::SHA1_FOR_LEGACY_USE_ONLY,
    hmac: hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
};
const SHA256: Hash = Hash { oid: oids::SHA256, digest: &digest::SHA256, hmac: hmac::HMAC_SHA256 };
const SHA384: Hash = Hash { oid: oids::SHA384, digest: &digest::SHA384, hmac: hmac::HMAC_SHA384 };
const SHA512: Hash = Hash { oid: oids::SHA512, digest: &digest::SHA512, hmac: hmac::HMAC_SHA512 };

impl Hash {
    fn key(&self, password: &str, salt: &[u8], iterations: u32) -> hmac::Key {
        let mut key = Zeroizing::new(vec![0; self.digest.output_len()]);
        derive(self.digest, Use::Mac, &wide_password(password), salt, iterations, &mut key);
        hmac::Key::new(self.hmac, &key)
    }
}

/// Writes the MacData over these contents.
pub(super) fn write(
    form: Pkcs12Form,
    password: &str,
    contents: &[u8],
    randomness: &dyn Randomness,
) -> Result<Vec<u8>, Pkcs12Error> {
    let (hash, iterations) = match form {
        Pkcs12Form::Modern => (SHA256, MODERN_ITERATIONS),
        Pkcs12Form::Legacy => (SHA1, LEGACY_ITERATIONS),
    };
    let salt: [u8; 16] = draw(randomness)?;
    let tag = hmac::sign(&hash.key(password, &salt, iterations), contents);
    let identifier = element(Tag::SEQUENCE, &[&element(Tag::OID, &[hash.oid.as_bytes()]), &[0x05, 0x00]]);
    let digest = element(Tag::SEQUENCE, &[&identifier, &element(Tag::OCTET_STRING, &[tag.as_ref()])]);
    Ok(element(Tag::SEQUENCE, &[&digest, &element(Tag::OCTET_STRING, &[&salt]), &integer(iterations)]))
}

/// Checks the MacData over these contents.
pub(super) fn check(
    mac_data: &Element<'_>,
    password: &str,
    contents: &[u8],
    budget: &mut Budget,
) -> Result<(), Pkcs12Error> {
    let mut fields = mac_data.reader(PART);
    let mut digest_info = fields.expect(Tag::SEQUENCE)?.reader(PART);
    let salt = fields.expect(Tag::OCTET_STRING)?.content;
    let iterations = fields.optional(Tag::INTEGER)?.map_or(Ok(1), |integer| iterations(&integer))?;
    fields.finish()?;

    let identifier = digest_info.expect(Tag::SEQUENCE)?;
    let tag = digest_info.expect(Tag::OCTET_STRING)?.content;
    digest_info.finish()?;
    let oid = Oid::from_element(&identifier.reader(PART).expect(Tag::OID)?)?;
    let known = [SHA1, SHA256, SHA384, SHA512].into_iter().find(|hash| hash.oid == oid);
    let hash = known.ok_or(Pkcs12Error::UnsupportedAlgorithm(oid))?;

    let digests = if hash.digest.block_len() > 64 { 3 } else { 1 };
    budget.spend(iterations, digests)?;
    hmac::verify(&hash.key(password, salt, iterations), contents, tag).map_err(|_| Pkcs12Error::WrongPassword)
}
