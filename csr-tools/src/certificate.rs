//! Certificates (RFC 5280).

mod error;
mod extensions;
mod fingerprint;
mod profile;
mod read;
mod serial;
mod view;

pub use error::{CertificateError, NotIssuedBy};
pub use fingerprint::{Fingerprint, KeyIdentifier};
pub use profile::{CertificateProfile, ServerValidation, SmimeGeneration, SmimeValidation};
pub use serial::{ParseSerialNumberError, SerialNumber};

use std::ops::Range;
use std::{fmt, mem};

use self::extensions::Extensions;
use crate::content::Content;
use crate::dns_name;
use crate::key::{PublicKey, PublicKeyHash};
use crate::name::NamePlace;
use crate::pem;
use crate::signature::{self, SignatureAlgorithm};

const LABEL: &str = "CERTIFICATE";

/// A certificate, described. It keeps the bytes it was read from.
///
/// Reading one says nothing about trust: [`is_issued_by`](Self::is_issued_by) checks one link of a chain,
/// [`Chain::verify`](crate::Chain::verify) all of it.
///
/// ```
/// use csr_tools::Certificate;
///
/// # let pem = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/leaf.pem"));
/// # let issuer_pem = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/intermediate.pem"));
/// let leaf = Certificate::from_pem(pem)?;
/// assert_eq!(leaf.common_name(), Some("shop.example.com"));
/// assert!(leaf.covers("www.shop.example.com"));
///
/// let issuer = Certificate::from_pem(issuer_pem)?;
/// leaf.is_issued_by(&issuer)?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    /// The TBSCertificate as it was issued, which the signature covers.
    signed: Range<usize>,
    signature: Range<usize>,
    signature_algorithm: SignatureAlgorithm,
    serial_number: SerialNumber,
    issuer: NamePlace,
    subject: NamePlace,
    common_name: Option<String>,
    not_before: i64,
    not_after: i64,
    public_key: PublicKey,
    extensions: Extensions,
}

impl Certificate {
    /// Reads the one certificate in a PEM text. Text around the block is ignored.
    ///
    /// # Errors
    /// [`CertificateError`], which says what the text is if it is something else.
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Self, CertificateError> {
        let mut certificates = Self::chain_from_pem(pem)?;
        match (certificates.pop(), certificates.len()) {
            (Some(certificate), 0) => Ok(certificate),
            (_, others) => Err(CertificateError::SeveralCertificates { count: 1 + others }),
        }
    }

    /// Reads all certificates of a PEM text, in their order: at least one, and nothing that is no
    /// certificate.
    ///
    /// # Errors
    /// [`CertificateError`] for the first block that is not a certificate.
    pub fn chain_from_pem(pem: impl AsRef<[u8]>) -> Result<Vec<Self>, CertificateError> {
        let blocks = pem::blocks(pem.as_ref())?;
        if blocks.is_empty() {
            return Err(CertificateError::NoPemBlock);
        }
        blocks
            .iter()
            .map(|block| match block.content() {
                Content::Certificate => Self::from_der(block.decode_public()?),
                other => Err(CertificateError::NotACertificate(other)),
            })
            .collect()
    }

    /// Reads one certificate from PEM or, if there is no PEM block, from bare base64 of any line width. The
    /// Partner API hands out both.
    ///
    /// # Errors
    /// [`CertificateError`], which says what the text is if it is something else.
    pub fn from_pem_or_base64(text: impl AsRef<[u8]>) -> Result<Self, CertificateError> {
        match Self::from_pem(text.as_ref()) {
            Err(CertificateError::NoPemBlock) => {
                let mut der = pem::decode_base64(text.as_ref()).ok_or(CertificateError::NoPemBlock)?;
                if der.is_empty() {
                    return Err(CertificateError::NoPemBlock);
                }
                Self::from_der(mem::take(&mut *der))
            }
            result => result,
        }
    }

    /// The certificate in DER, byte for byte as it was read.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate in PEM with 64 columns.
    pub fn to_pem(&self) -> String {
        pem::encode_public(LABEL, &self.der)
    }

    /// The serial number, unique among the issuer's certificates.
    pub fn serial_number(&self) -> &SerialNumber {
        &self.serial_number
    }

    /// The subject's common name. Of several, the last and most specific.
    pub fn common_name(&self) -> Option<&str> {
        self.common_name.as_deref()
    }

    /// The DNS names of the subject alternative names, lower-cased, in the order of the certificate.
    pub fn dns_names(&self) -> &[String] {
        &self.extensions.names.dns
    }

    /// The first second of validity, in seconds since the Unix epoch.
    pub fn not_before(&self) -> i64 {
        self.not_before
    }

    /// The last second of validity (it is inclusive, RFC 5280 §4.1.2.5), in seconds since the Unix epoch.
    pub fn not_after(&self) -> i64 {
        self.not_after
    }

    /// The certified key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The identity of that key: the same as that of the request and of the private key.
    pub fn public_key_hash(&self) -> PublicKeyHash {
        self.public_key.hash()
    }

    /// The algorithm of the issuer's signature.
    pub fn signature_algorithm(&self) -> SignatureAlgorithm {
        self.signature_algorithm
    }

    /// The issuer's name in DER.
    pub fn issuer_der(&self) -> &[u8] {
        self.issuer().as_der()
    }

    /// The subject's name in DER.
    pub fn subject_der(&self) -> &[u8] {
        self.subject().as_der()
    }

    /// Whether issuer and subject have the same name, as in a root.
    pub fn is_self_issued(&self) -> bool {
        self.issuer_der() == self.subject_der()
    }

    /// Whether the certificate may issue others (`cA` of its basic constraints).
    pub fn is_ca(&self) -> bool {
        self.extensions.is_ca
    }

    /// Checks one link of a chain: the issuer is a CA, has the name that this certificate gives for its
    /// issuer, and made its signature.
    ///
    /// Validity, path length and key usage are not looked at. Names are compared byte for byte, as RFC 5280
    /// §4.1.2.6 lets CAs encode them.
    ///
    /// # Errors
    /// [`NotIssuedBy`] with the first of these that fails.
    pub fn is_issued_by(&self, issuer: &Self) -> Result<(), NotIssuedBy> {
        if self.issuer_der() != issuer.subject_der() {
            return Err(NotIssuedBy::OtherName);
        }
        if !issuer.is_ca() {
            return Err(NotIssuedBy::NotACa);
        }
        let (signed, signature) = (&self.der[self.signed.clone()], &self.der[self.signature.clone()]);
        signature::verify(&issuer.public_key, self.signature_algorithm, signed, signature)?;
        Ok(())
    }

    /// Whether the certificate is good for this host name (RFC 9525 §6.3).
    ///
    /// A wildcard stands for exactly one label, the left-most. The common name does not count. An
    /// internationalized name is asked for in its A-label form.
    pub fn covers(&self, dns_name: &str) -> bool {
        self.dns_names().iter().any(|presented| dns_name::covers(presented, dns_name))
    }
}

impl fmt::Debug for Certificate {
    /// Shows what identifies the certificate.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("serial_number", &self.serial_number)
            .field("common_name", &self.common_name)
            .field("dns_names", &self.dns_names())
            .field("not_before", &self.not_before)
            .field("not_after", &self.not_after)
            .field("public_key", &self.public_key)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::SignatureError;
    use crate::test_data as data;

    #[test]
    fn shows_what_the_certificate_says() {
        let leaf = data::leaf();
        assert_eq!(leaf.serial_number().to_string(), "782D878E4DAD219994E7AB628D8337DE");
        assert_eq!(leaf.common_name(), Some("shop.example.com"));
        assert_eq!(leaf.dns_names(), ["shop.example.com", "*.shop.example.com"]);
        // 18,000 days, from a UTCTime to a GeneralizedTime.
        assert_eq!(leaf.not_after() - leaf.not_before(), 18_000 * 86_400);
        assert_eq!(leaf.public_key_hash(), data::leaf_key().public_key_hash());
        assert_eq!(leaf.issuer_der(), data::intermediate().subject_der());
        assert!(!leaf.is_ca() && !leaf.is_self_issued());
        assert!(data::root().is_ca() && data::root().is_self_issued());
    }

    #[test]
    fn covers_its_names_and_no_others() {
        let leaf = data::leaf();
        assert!(leaf.covers("SHOP.example.com") && leaf.covers("www.shop.example.com"));
        assert!(
            !leaf.covers("example.com") && !leaf.covers("a.b.shop.example.com") && !leaf.covers("192.0.2.1")
        );
    }

    #[test]
    fn checks_each_part_of_a_link() {
        let (leaf, intermediate, root) = (data::leaf(), data::intermediate(), data::root());
        assert_eq!(leaf.is_issued_by(&intermediate), Ok(()));
        assert_eq!(intermediate.is_issued_by(&root), Ok(()));
        assert_eq!(root.is_issued_by(&root), Ok(()));
        assert_eq!(leaf.is_issued_by(&root), Err(NotIssuedBy::OtherName));

        let mut not_a_ca = intermediate;
        not_a_ca.extensions.is_ca = false;
        assert_eq!(leaf.is_issued_by(&not_a_ca), Err(NotIssuedBy::NotACa));
    }

    #[test]
    fn a_changed_certificate_is_unreadable_or_not_issued() {
        let (leaf, intermediate) = (data::leaf(), data::intermediate());
        for index in 0..leaf.der.len() {
            let mut changed = leaf.der.clone();
            changed[index] ^= 0x01;
            if let Ok(changed) = Certificate::from_der(changed) {
                assert!(changed.is_issued_by(&intermediate).is_err(), "changed at {index}");
            }
        }
    }

    #[test]
    fn names_a_wrong_signature() {
        let mut changed = data::leaf();
        let last = changed.der.len() - 1;
        changed.der[last] ^= 0x01;
        let error = changed.is_issued_by(&data::intermediate());
        assert_eq!(error, Err(NotIssuedBy::Signature(SignatureError::Invalid)));
    }

    #[test]
    fn reads_pem_and_bare_base64_of_any_width() {
        let leaf = data::leaf();
        let pem = leaf.to_pem();
        let bare: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let wide: Vec<&str> = bare.as_bytes().chunks(76).map(|line| str::from_utf8(line).unwrap()).collect();
        for text in [&pem, &bare, &wide.join("\r\n"), &format!("\n  {bare}\n")] {
            assert_eq!(Certificate::from_pem_or_base64(text), Ok(leaf.clone()));
        }
        for text in ["", "not base64!"] {
            assert_eq!(Certificate::from_pem_or_base64(text), Err(CertificateError::NoPemBlock));
        }
    }

    #[test]
    fn says_what_other_input_is() {
        let key = data::leaf_key();
        let request = crate::CertificateRequest::builder().dns_name("a.example").sign(&key).unwrap();
        for (text, error) in [
            ("", CertificateError::NoPemBlock),
            (&key.to_pkcs8_pem().unwrap(), CertificateError::NotACertificate(Content::PrivateKey)),
            (&request.to_pem(), CertificateError::NotACertificate(Content::CertificateRequest)),
            (
                &request.to_pem().replace("CERTIFICATE REQUEST", LABEL),
                CertificateError::NotACertificate(Content::CertificateRequest),
            ),
            (&(data::LEAF.to_owned() + data::LEAF), CertificateError::SeveralCertificates { count: 2 }),
        ] {
            assert_eq!(Certificate::from_pem(text), Err(error));
        }
    }

    #[test]
    fn refuses_trailing_data_and_cuts() {
        let der = data::leaf().der;
        assert!(Certificate::from_der([&der[..], &[0]].concat()).is_err());
        for index in 0..der.len() {
            assert!(Certificate::from_der(&der[..index]).is_err(), "cut at {index}");
        }
    }
}
