//! What a key may be used for.

use crate::asn1::{DerError, Element, Oid, oids};

/// One bit of the key usage extension (RFC 5280 §4.2.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyUse {
    /// Signatures other than those on certificates and revocation lists, as in TLS.
    DigitalSignature,
    /// Signatures that bind the signer (`nonRepudiation`).
    ContentCommitment,
    /// Encrypting keys, as in RSA key transport.
    KeyEncipherment,
    /// Encrypting data directly.
    DataEncipherment,
    /// Agreeing on a key, as in ECDH.
    KeyAgreement,
    /// Signing certificates.
    CertificateSigning,
    /// Signing revocation lists.
    RevocationListSigning,
    /// In key agreement, encrypting only.
    EncipherOnly,
    /// In key agreement, decrypting only.
    DecipherOnly,
}

impl KeyUse {
    /// Every use, in the order of the bits.
    pub const ALL: &[Self] = &[
        Self::DigitalSignature,
        Self::ContentCommitment,
        Self::KeyEncipherment,
        Self::DataEncipherment,
        Self::KeyAgreement,
        Self::CertificateSigning,
        Self::RevocationListSigning,
        Self::EncipherOnly,
        Self::DecipherOnly,
    ];
}

/// The uses that a certificate allows its key, or that a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyUsage {
    /// The first use is the highest bit.
    bits: u16,
}

impl KeyUsage {
    /// Reads the BIT STRING: its first byte counts the unused bits at the end, trailing zeros are left out.
    pub(super) fn read(element: &Element<'_>) -> Result<Self, DerError> {
        match *element.content {
            [unused @ 0..8, first] => Ok(Self { bits: u16::from(first >> unused << unused) << 8 }),
            [unused @ 0..8, first, second] => {
                Ok(Self { bits: u16::from(first) << 8 | u16::from(second >> unused << unused) })
            }
            [0] => Ok(Self { bits: 0 }),
            _ => Err(element.invalid("the key usage is not a short bit string")),
        }
    }

    /// Whether the key may be used so.
    pub fn allows(self, key_use: KeyUse) -> bool {
        self.bits & (0x8000 >> key_use as u16) != 0
    }

    /// The allowed uses, in the order of the bits.
    pub fn iter(self) -> impl Iterator<Item = KeyUse> {
        KeyUse::ALL.iter().copied().filter(move |key_use| self.allows(*key_use))
    }
}

/// A purpose of the extended key usage extension (RFC 5280 §4.2.1.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExtendedKeyUse {
    /// TLS servers.
    ServerAuth,
    /// TLS clients.
    ClientAuth,
    /// Signing programs.
    CodeSigning,
    /// Signing and encrypting mail (S/MIME).
    EmailProtection,
    /// Time-stamping.
    TimeStamping,
    /// Signing OCSP answers.
    OcspSigning,
    /// Signing documents (RFC 9336).
    DocumentSigning,
    /// Any purpose.
    Any,
    /// One that this crate does not know, as those of Microsoft and Adobe are.
    Other(Oid),
}

impl ExtendedKeyUse {
    const KNOWN: [Self; 8] = [
        Self::ServerAuth,
        Self::ClientAuth,
        Self::CodeSigning,
        Self::EmailProtection,
        Self::TimeStamping,
        Self::OcspSigning,
        Self::DocumentSigning,
        Self::Any,
    ];

    /// The purpose's identifier.
    pub fn oid(self) -> Oid {
        match self {
            Self::ServerAuth => oids::SERVER_AUTH,
            Self::ClientAuth => oids::CLIENT_AUTH,
            Self::CodeSigning => oids::CODE_SIGNING,
            Self::EmailProtection => oids::EMAIL_PROTECTION,
            Self::TimeStamping => oids::TIME_STAMPING,
            Self::OcspSigning => oids::OCSP_SIGNING,
            Self::DocumentSigning => oids::DOCUMENT_SIGNING,
            Self::Any => oids::ANY_EXTENDED_KEY_USAGE,
            Self::Other(oid) => oid,
        }
    }
}

impl From<Oid> for ExtendedKeyUse {
    fn from(oid: Oid) -> Self {
        Self::KNOWN.into_iter().find(|known| known.oid() == oid).unwrap_or(Self::Other(oid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::Reader;

    fn read(der: &[u8]) -> Result<Vec<KeyUse>, DerError> {
        Ok(KeyUsage::read(&Reader::new(der, "key usage").next()?)?.iter().collect())
    }

    #[test]
    fn reads_the_bits_in_their_order() {
        assert_eq!(read(&[3, 2, 5, 0xa0]).unwrap(), [KeyUse::DigitalSignature, KeyUse::KeyEncipherment]);
        assert_eq!(
            read(&[3, 2, 1, 0x06]).unwrap(),
            [KeyUse::CertificateSigning, KeyUse::RevocationListSigning]
        );
        assert_eq!(read(&[3, 3, 7, 0x08, 0x80]).unwrap(), [KeyUse::KeyAgreement, KeyUse::DecipherOnly]);
        assert_eq!(read(&[3, 1, 0]).unwrap(), []);
    }

    #[test]
    fn passes_over_bits_that_are_marked_unused() {
        assert_eq!(read(&[3, 2, 7, 0xff]).unwrap(), [KeyUse::DigitalSignature]);
    }

    #[test]
    fn refuses_what_is_no_short_bit_string() {
        for der in [&[3, 0][..], &[3, 2, 8, 0xff], &[3, 1, 1], &[3, 4, 0, 1, 2, 3]] {
            assert!(read(der).is_err(), "{der:02x?}");
        }
    }

    #[test]
    fn purposes_and_identifiers_are_each_others() {
        for purpose in ExtendedKeyUse::KNOWN {
            assert_eq!(ExtendedKeyUse::from(purpose.oid()), purpose);
        }
        let other = ExtendedKeyUse::from(oids::OCSP);
        assert_eq!((other, other.oid()), (ExtendedKeyUse::Other(oids::OCSP), oids::OCSP));
    }
}
