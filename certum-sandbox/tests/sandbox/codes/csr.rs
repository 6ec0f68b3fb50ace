//! Certificate requests that no tool makes any more: DER by hand.

use csr_tools::{KeyAlgorithm, PrivateKey, SigningKey};
use der::asn1::ObjectIdentifier;

use crate::certificates::openssl_pem;

pub(super) const UTF8: u8 = 0x0c;
pub(super) const PRINTABLE: u8 = 0x13;

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OID: u8 = 0x06;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;

pub(super) const COMMON_NAME: &str = "2.5.4.3";
pub(super) const UNSTRUCTURED_NAME: &str = "1.2.840.113549.1.9.2";
pub(super) const UNSTRUCTURED_ADDRESS: &str = "1.2.840.113549.1.9.8";
pub(super) const DESCRIPTION: &str = "2.5.4.13";

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len();
    let mut der = vec![tag];
    match length {
        0..0x80 => der.push(length as u8),
        0x80..0x100 => der.extend([0x81, length as u8]),
        _ => der.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    der.extend(content);
    der
}

fn oid(text: &str) -> Vec<u8> {
    tlv(OID, &[ObjectIdentifier::new_unwrap(text).as_bytes()])
}

fn bit_string(bytes: &[u8]) -> Vec<u8> {
    tlv(BIT_STRING, &[&[0], bytes])
}

fn info(subject: &[(&str, u8, &str)], key: &[u8]) -> Vec<u8> {
    let names: Vec<u8> = subject
        .iter()
        .flat_map(|(kind, tag, text)| {
            let attribute = tlv(SEQUENCE, &[&oid(kind), &tlv(*tag, &[text.as_bytes()])]);
            tlv(SET, &[&attribute])
        })
        .collect();
    tlv(SEQUENCE, &[&[INTEGER, 1, 0], &tlv(SEQUENCE, &[&names]), key, &[0xa0, 0]])
}

/// A request whose subject has these attributes, each in the string type of its tag.
pub(super) fn with_subject(subject: &[(&str, u8, &str)]) -> String {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let info = info(subject, key.public_key().as_der());
    let signature = bit_string(&key.sign(&info).unwrap());
    openssl_pem(&tlv(SEQUENCE, &[&info, &key.signature_algorithm().identifier().unwrap(), &signature]))
}

/// The same with the host's common name as it ought to be, and one more.
pub(super) fn with_attribute(kind: &str, tag: u8, text: &str) -> String {
    with_subject(&[(COMMON_NAME, UTF8, super::requests::HOST), (kind, tag, text)])
}

/// A request with these bits for an RSA key, and a signature that nothing made.
fn with_rsa(key: &[u8]) -> String {
    let algorithm = |last: &str| tlv(SEQUENCE, &[&oid(last), &[0x05, 0]]);
    let spki = tlv(SEQUENCE, &[&algorithm("1.2.840.113549.1.1.1"), &bit_string(key)]);
    let info = info(&[(COMMON_NAME, UTF8, super::requests::HOST)], &spki);
    openssl_pem(&tlv(SEQUENCE, &[&info, &algorithm("1.2.840.113549.1.1.11"), &bit_string(&[0x5a; 256])]))
}

/// A key that is no RSA key.
pub(super) fn with_unreadable_key() -> String {
    with_rsa(&[0x04, 2, 1, 2])
}

/// A key of a modulus 2^(8·`bytes`-1) + `low`, which has no small factor, and this exponent.
pub(super) fn with_numbers(bytes: usize, low: u8, exponent: u8) -> String {
    let mut modulus = vec![0; bytes + 1];
    modulus[1] = 0x80;
    modulus[bytes] = low;
    with_rsa(&tlv(SEQUENCE, &[&tlv(INTEGER, &[&modulus]), &[INTEGER, 1, exponent]]))
}
