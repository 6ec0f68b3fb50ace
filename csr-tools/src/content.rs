//! Naming what was given instead of what was asked for.

use std::fmt;

use crate::asn1::{Element, Reader, Tag};

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
    /// A PKCS#12 container, as `.pfx` and `.p12` files are. It may hold a private key.
    Pkcs12,
    /// A Java keystore in Java's own form. It may hold a private key.
    JavaKeystore,
    /// A certificate revocation list.
    RevocationList,
    /// A public key of SSH.
    SshPublicKey,
    /// The readable text of a request, without the PEM block that software reads.
    RequestText,
    /// A web page.
    WebPage,
    /// A ZIP archive.
    ZipArchive,
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

    /// Judges text and files that are neither PEM nor DER, by their first bytes.
    pub(crate) fn from_text(text: &[u8]) -> Self {
        /// First words of web pages are looked for here, in either case.
        const HEAD: usize = 64;
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start();
        let head = text[..text.len().min(HEAD)].to_ascii_lowercase();
        let starts = |start: &[u8]| head.starts_with(start);
        if starts(b"ssh-") || starts(b"ecdsa-sha2-") {
            Self::SshPublicKey
        } else if starts(b"putty-user-key-file") {
            Self::PrivateKey
        } else if starts(b"certificate request:") {
            Self::RequestText
        } else if starts(b"<!doctype") || starts(b"<html") {
            Self::WebPage
        } else if starts(b"pk\x03\x04") {
            Self::ZipArchive
        } else if starts(&[0xfe, 0xed, 0xfe, 0xed]) || starts(&[0xce, 0xce, 0xce, 0xce]) {
            Self::JavaKeystore
        } else {
            Self::Other
        }
    }

    /// Judges by the first fields of the DER, which tell the structures of this crate apart.
    pub(crate) fn from_der(der: &[u8]) -> Self {
        let Ok(mut outer) = Reader::whole_sequence(der, "input") else { return Self::Other };
        let Ok(first) = outer.next() else { return Self::Other };
        match first.tag {
            // PKCS#12 has version 3, and PKCS#8, PKCS#1 and SEC 1 have 0 or 1.
            Tag::INTEGER if first.content == [3] => Self::Pkcs12,
            Tag::INTEGER => Self::PrivateKey,
            // ContentInfo starts with its type.
            Tag::OID => Self::Pkcs7,
            Tag::SEQUENCE => {
                let mut inner = first.reader("input");
                let follows = outer.peek();
                match (inner.next().map(|field| field.tag), inner.peek()) {
                    // TBSCertificate: [0] version, or a serial number and then the signature's algorithm.
                    (Ok(tag), _) if tag == Tag::context(0) => Self::Certificate,
                    // A version or a serial number, then either an algorithm or a name.
                    (Ok(Tag::INTEGER), Some(Tag::SEQUENCE)) => Self::from_second_sequence(inner),
                    // SubjectPublicKeyInfo and EncryptedPrivateKeyInfo: the algorithm, then the key.
                    (Ok(Tag::OID), _) if follows == Some(Tag::BIT_STRING) => Self::PublicKey,
                    (Ok(Tag::OID), _) if follows == Some(Tag::OCTET_STRING) => Self::PrivateKey,
                    _ => Self::Other,
                }
            }
            _ => Self::Other,
        }
    }

    /// Tells a request, whose subject comes second, from a list or an old certificate, whose signature's
    /// algorithm does.
    fn from_second_sequence(mut fields: Reader<'_>) -> Self {
        let starts_with_oid = |field: Element<'_>| field.reader("input").peek() == Some(Tag::OID);
        if !fields.next().is_ok_and(starts_with_oid) {
            return Self::CertificateRequest;
        }
        // The issuer, and then a date in a list, or a SEQUENCE of two in a certificate.
        match (fields.next(), fields.peek()) {
            (Ok(_), Some(Tag::UTC_TIME | Tag::GENERALIZED_TIME)) => Self::RevocationList,
            (Ok(_), Some(Tag::SEQUENCE)) => Self::Certificate,
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
            Self::Pkcs12 => "a PKCS#12 container (.pfx, .p12), which may hold a private key",
            Self::JavaKeystore => "a Java keystore, which may hold a private key",
            Self::RevocationList => "a revocation list",
            Self::SshPublicKey => "a public key of SSH",
            Self::RequestText => "the readable text of a request, without its PEM block",
            Self::WebPage => "a web page",
            Self::ZipArchive => "a ZIP archive",
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
    fn names_text_and_files_of_other_kinds() {
        for (text, content) in [
            (&b"ssh-rsa AAAAB3NzaC1yc2E"[..], Content::SshPublicKey),
            (b"PuTTY-User-Key-File-3: ssh-rsa", Content::PrivateKey),
            (b"Certificate Request:\n    Data:\n", Content::RequestText),
            (b"\xef\xbb\xbf\n<!DOCTYPE html>", Content::WebPage),
            (b"PK\x03\x04\x14", Content::ZipArchive),
            (&[0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2], Content::JavaKeystore),
            (b"shop.example.com", Content::Other),
        ] {
            assert_eq!(Content::from_text(text), content);
        }
    }

    #[test]
    fn does_not_guess_at_noise() {
        for der in [&[][..], &[0x30, 0], b"127.0.0.1 localhost", &[0x30, 2, 0x30, 0]] {
            assert_eq!(Content::from_der(der), Content::Other);
        }
    }
}
