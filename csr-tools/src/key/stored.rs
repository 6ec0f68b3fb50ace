//! The forms in which private keys are stored.

use zeroize::Zeroizing;

use super::{EllipticCurve, KeyError, PublicKeyAlgorithm};
use crate::asn1::{Element, Oid, Reader, Tag, oids};
use crate::content::Content;
use crate::pem::{self, Block};

const PART: &str = "private key";

/// What a private key's DER turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// EncryptedPrivateKeyInfo (RFC 5958 §3).
    Encrypted,
    /// PrivateKeyInfo (RFC 5208 §5) with an RSA key.
    Pkcs8Rsa,
    /// PrivateKeyInfo with a key on this curve.
    Pkcs8Ec(EllipticCurve),
    /// RSAPrivateKey (RFC 8017 §A.1.2).
    Pkcs1,
    /// ECPrivateKey (RFC 5915 §3).
    Sec1(EllipticCurve),
}

/// Reads as much of the DER as tells its form, so that keys of other kinds are refused by name.
pub(super) fn form(der: &[u8]) -> Result<Form, KeyError> {
    let mut fields = Reader::whole_sequence(der, PART)?;
    if fields.peek() != Some(Tag::INTEGER) {
        let head = fields.next()?;
        let is_algorithm = head.tag == Tag::SEQUENCE && head.reader(PART).peek() == Some(Tag::OID);
        let encrypted = is_algorithm && fields.peek() == Some(Tag::OCTET_STRING);
        return if encrypted { Ok(Form::Encrypted) } else { Err(KeyError::NotAKey(Content::from_der(der))) };
    }
    if Content::from_der(der) != Content::PrivateKey {
        return Err(KeyError::NotAKey(Content::from_der(der)));
    }
    fields.expect(Tag::INTEGER)?;
    match fields.peek() {
        Some(Tag::INTEGER) => Ok(Form::Pkcs1),
        Some(Tag::OCTET_STRING) => sec1_curve(fields).map(Form::Sec1),
        _ => pkcs8(&fields.expect(Tag::SEQUENCE)?),
    }
}

fn pkcs8(identifier: &Element<'_>) -> Result<Form, KeyError> {
    let mut identifier = identifier.reader("private key's algorithm");
    let oid = Oid::from_element(&identifier.expect(Tag::OID)?)?;
    if oid == oids::RSA_ENCRYPTION {
        return Ok(Form::Pkcs8Rsa);
    }
    if oid == oids::EC_PUBLIC_KEY
        && let Some(curve) = identifier.optional(Tag::OID)?
    {
        let curve = Oid::from_element(&curve)?;
        return Ok(Form::Pkcs8Ec(curve.into()));
    }
    Err(KeyError::UnsupportedAlgorithm(if oid == oids::ED25519 {
        PublicKeyAlgorithm::Ed25519
    } else {
        PublicKeyAlgorithm::Other(oid)
    }))
}

/// The curve of an ECPrivateKey: by its name, or by the key's length where the name is left out.
fn sec1_curve(mut fields: Reader<'_>) -> Result<EllipticCurve, KeyError> {
    let key = fields.expect(Tag::OCTET_STRING)?;
    if let Some(parameters) = fields.optional(Tag::context(0))? {
        let curve = Oid::from_element(&parameters.reader(PART).expect(Tag::OID)?)?;
        return Ok(curve.into());
    }
    match key.content.len() {
        32 => Ok(EllipticCurve::P256),
        48 => Ok(EllipticCurve::P384),
        _ => Err(KeyError::UnsupportedAlgorithm(PublicKeyAlgorithm::Other(oids::EC_PUBLIC_KEY))),
    }
}

/// The one private key in PEM text.
pub(super) fn only_block(text: &[u8]) -> Result<Block<'_>, KeyError> {
    let blocks = pem::blocks(text)?;
    let mut keys = blocks.iter().filter(|block| block.content() == Content::PrivateKey);
    let Some(key) = keys.next() else {
        return Err(blocks.first().map_or(KeyError::NoPemBlock, |block| KeyError::NotAKey(block.content())));
    };
    if keys.next().is_some() {
        return Err(KeyError::SeveralKeys);
    }
    Ok(*key)
}

/// The DER of the one private key in PEM text, or in DER. The buffer wipes itself.
pub(super) fn der(input: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    // The second byte is a long length, which no text has, or the right one.
    if matches!(input, [0x30, second, ..] if *second > 0x80 || usize::from(*second) + 2 == input.len()) {
        return Ok(Zeroizing::new(input.to_vec()));
    }
    let block = match only_block(input) {
        Err(KeyError::NoPemBlock) => {
            return Err(match Content::from_text(input) {
                Content::Other => KeyError::NoPemBlock,
                Content::PrivateKey => KeyError::NotPkcs8,
                other => KeyError::NotAKey(other),
            });
        }
        other => other?,
    };
    // OpenSSL's old way, which derives the key with one round of MD5.
    if block.has_header("Proc-Type: 4,ENCRYPTED") {
        return Err(KeyError::UnsupportedEncryption);
    }
    if block.label == "OPENSSH PRIVATE KEY" {
        return Err(KeyError::NotPkcs8);
    }
    Ok(block.decode()?)
}
