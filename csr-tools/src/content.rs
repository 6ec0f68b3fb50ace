//! Naming what was given instead of what was asked for.

use std::fmt;

use crate::asn1::{Reader, Tag};

/// What a piece of PEM or DER looks like, so that an error can say "this is a certificate" instead of
/// "invalid".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Content {
    /// A PKCS#10 certificate request (RFC 2986).
    CertificateRequest,
    /// An X.509 certificate (RFC 5280).
    Certificate,
    /// A private key, in any of its forms, encrypted or not.
    PrivateKey,
    /// A public key without a request or a certificate around it.
    PublicKey,
    /// A PKCS#7 or CMS container, as `.p7b` files are.
    Pkcs7,
    /// A certificate revocation list.
    RevocationList,
    /// Something else.
    Other,
}

impl Content {
    /// Judges by a PEM label (RFC 7468, and the older ones that OpenSSL and Microsoft write).
    pub(crate) fn from_label(label: &str) -> Self {
        match label {
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Self::CertificateRequest,
            "CERTIFICATE" | "X509 CERTIFICATE" => Self::Certificate,
            "PUBLIC KEY" | "RSA PUBLIC KEY" => Self::PublicKey,
            "PKCS7" | "CMS" => Self::Pkcs7,
            "X509 CRL" => Self::RevocationList,
            _ if label.ends_with("PRIVATE KEY") => Self::PrivateKey,
            _ => Self::Other,
        }
    }

    /// Judges by the first fields of the DER, which tell the structures of this crate apart.
    pub(crate) fn from_der(der: &[u8]) -> Self {
        let Ok(mut outer) = Reader::whole_sequence(der, "input") else { return Self::Other };
        let Ok(first) = outer.next() else { return Self::Other };
        match first.tag {
            // PKCS#8, PKCS#1 and SEC 1 all start with a version.
            Tag::INTEGER => Self::PrivateKey,
            // ContentInfo starts with its type.
            Tag::OID => Self::Pkcs7,
            Tag::SEQUENCE => {
                let mut inner = first.reader("input");
                match (inner.next().map(|field| field.tag), inner.peek()) {
                    // TBSCertificate: [0] version, or a serial number and then the signature's algorithm.
                    (Ok(tag), _) if tag == Tag::context(0) => Self::Certificate,
                    // CertificationRequestInfo: a version, then the subject; the key's algorithm never stands
                    // there.
                    (Ok(Tag::INTEGER), Some(Tag::SEQUENCE)) => Self::CertificateRequest,
                    // SubjectPublicKeyInfo: the algorithm, then the key.
                    (Ok(Tag::OID), _) if outer.peek() == Some(Tag::BIT_STRING) => Self::PublicKey,
                    _ => Self::Other,
                }
            }
            _ => Self::Other,
        }
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CertificateRequest => "a certificate request",
            Self::Certificate => "a certificate",
            Self::PrivateKey => "a private key",
            Self::PublicKey => "a bare public key",
            Self::Pkcs7 => "a PKCS#7 container",
            Self::RevocationList => "a revocation list",
            Self::Other => "data of another kind",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_every_private_key_label_for_a_private_key() {
        for label in ["PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY"] {
            assert_eq!(Content::from_label(label), Content::PrivateKey, "{label}");
        }
    }

    #[test]
    fn does_not_guess_at_noise() {
        for der in [&[][..], &[0x30, 0], b"127.0.0.1 localhost", &[0x30, 2, 0x30, 0]] {
            assert_eq!(Content::from_der(der), Content::Other);
        }
    }
}
