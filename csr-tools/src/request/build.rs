//! Making requests.

use super::{CertificateRequest, RequestError};
use crate::asn1::{Tag, bit_string, element, oids};
use crate::dns_name::{self, DnsNameProblem};
use crate::extension::write_extensions;
use crate::key::{SigningError, SigningKey};
use crate::name::write_name;
use crate::signature::SignatureError;

/// The longest common name (`ub-common-name`, RFC 5280 §A.1).
const LONGEST_COMMON_NAME: usize = 64;

/// Makes a [`CertificateRequest`]; start with [`CertificateRequest::builder`].
///
/// The common name is not added to the DNS names by itself: name it in both, as CAs demand of a server
/// certificate.
#[derive(Debug, Clone, Default)]
pub struct RequestBuilder {
    common_name: Option<String>,
    dns_names: Vec<String>,
}

impl RequestBuilder {
    /// Sets the subject's common name, of 1 to 64 characters.
    #[must_use]
    pub fn common_name(mut self, common_name: impl Into<String>) -> Self {
        self.common_name = Some(common_name.into());
        self
    }

    /// Adds a DNS name. Its left-most label may be `*`; an internationalized name comes in its A-label form
    /// (`xn--…`).
    #[must_use]
    pub fn dns_name(mut self, name: impl Into<String>) -> Self {
        self.dns_names.push(name.into());
        self
    }

    /// Adds several DNS names. A name that is there already is not added again.
    #[must_use]
    pub fn dns_names(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.dns_names.extend(names.into_iter().map(Into::into));
        self
    }

    /// Signs the request and reads it back.
    ///
    /// # Errors
    /// [`BuildError`] if a name cannot stand in a request, or if the key could not sign or made a wrong
    /// signature.
    pub fn sign(&self, key: &dyn SigningKey) -> Result<CertificateRequest, BuildError> {
        let common_name = self.common_name.as_deref().map(check_common_name).transpose()?;
        let dns_names = self.checked_dns_names()?;
        if common_name.is_none() && dns_names.is_empty() {
            return Err(BuildError::NoName);
        }
        let identifier = key.signature_algorithm().identifier()?;

        let info = element(
            Tag::SEQUENCE,
            &[
                &element(Tag::INTEGER, &[&[0]]),
                &write_name(common_name),
                key.public_key().as_der(),
                &element(Tag::context(0), &[&attributes(&dns_names, common_name.is_none())]),
            ],
        );
        let signature = key.sign(&info)?;
        let der = element(Tag::SEQUENCE, &[&info, &identifier, &bit_string(&signature)]);
        CertificateRequest::from_der(der).map_err(BuildError::ReadBack)
    }

    /// The names in lower case, each once.
    fn checked_dns_names(&self) -> Result<Vec<String>, BuildError> {
        let mut names: Vec<String> = Vec::with_capacity(self.dns_names.len());
        for name in &self.dns_names {
            let normalized = dns_name::normalize(name)
                .map_err(|problem| BuildError::InvalidDnsName { name: name.clone(), problem })?;
            if !names.contains(&normalized) {
                names.push(normalized);
            }
        }
        Ok(names)
    }
}

fn check_common_name(name: &str) -> Result<&str, BuildError> {
    match name.chars().count() {
        0 => Err(BuildError::EmptyCommonName),
        length if length > LONGEST_COMMON_NAME => Err(BuildError::CommonNameTooLong { length }),
        _ if name.contains(char::is_control) => Err(BuildError::ControlCharacterInCommonName),
        _ => Ok(name),
    }
}

/// The attributes: the extension request (RFC 2985 §5.4.2), or nothing.
fn attributes(dns_names: &[String], subject_is_empty: bool) -> Vec<u8> {
    if dns_names.is_empty() {
        return Vec::new();
    }
    // RFC 5280 §4.2.1.6: without a subject, the alternative names are critical.
    let extensions = write_extensions(dns_names.iter().map(String::as_str), subject_is_empty);
    let oid = element(Tag::OID, &[oids::EXTENSION_REQUEST.as_bytes()]);
    element(Tag::SEQUENCE, &[&oid, &element(Tag::SET, &[&extensions])])
}

/// Why a request could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Neither a common name nor a DNS name was given.
    #[error("a certificate request needs a common name or a DNS name")]
    NoName,

    /// The common name is empty.
    #[error("the common name is empty")]
    EmptyCommonName,

    /// The common name is longer than certificates allow.
    #[error("the common name has {length} characters: {LONGEST_COMMON_NAME} are allowed")]
    CommonNameTooLong {
        /// Its length in characters.
        length: usize,
    },

    /// The common name has a line break or another control character in it.
    #[error("the common name holds a control character")]
    ControlCharacterInCommonName,

    /// A DNS name that cannot stand in a certificate.
    #[error("{name:?} is not a valid DNS name: {problem}")]
    InvalidDnsName {
        /// The name as it was given.
        name: String,
        /// What is wrong with it.
        problem: DnsNameProblem,
    },

    /// The key signs with an algorithm that this crate cannot write.
    #[error(transparent)]
    SignatureAlgorithm(#[from] SignatureError),

    /// The key could not sign.
    #[error(transparent)]
    Signing(#[from] SigningError),

    /// The finished request was not accepted: the key's signature or public half is wrong.
    #[error("the request that was made does not read back")]
    ReadBack(#[source] RequestError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{KeyAlgorithm, PrivateKey, PublicKey};
    use crate::signature::SignatureAlgorithm;
    use crate::test_data as data;

    fn build(builder: &RequestBuilder) -> Result<CertificateRequest, BuildError> {
        builder.sign(&data::leaf_key())
    }

    #[test]
    fn writes_each_name_once_and_in_lower_case() {
        let builder =
            CertificateRequest::builder().dns_names(["B.example", "a.example"]).dns_name("b.EXAMPLE");
        let request = build(&builder).unwrap();
        assert_eq!(request.dns_names(), ["b.example", "a.example"]);
        assert_eq!(request.common_name(), None);
    }

    #[test]
    fn writes_the_common_name_as_utf8_string() {
        let request = build(&CertificateRequest::builder().common_name("a.example")).unwrap();
        let utf8_string = [&[0x0c, 9][..], b"a.example"].concat();
        assert!(request.as_der().windows(utf8_string.len()).any(|window| window == utf8_string));
    }

    #[test]
    fn refuses_names_that_cannot_be_certified() {
        let common_name = |name: &str| build(&CertificateRequest::builder().common_name(name)).unwrap_err();
        assert!(matches!(build(&CertificateRequest::builder()), Err(BuildError::NoName)));
        assert!(matches!(common_name(""), BuildError::EmptyCommonName));
        assert!(matches!(common_name("a\nb"), BuildError::ControlCharacterInCommonName));
        assert!(matches!(common_name(&"ż".repeat(65)), BuildError::CommonNameTooLong { length: 65 }));
        assert!(build(&CertificateRequest::builder().common_name("ż".repeat(64))).is_ok());

        let error = build(&CertificateRequest::builder().dns_name("żółw.pl")).unwrap_err().to_string();
        assert!(
            error.starts_with("\"żółw.pl\" is not a valid DNS name") && error.contains("xn--"),
            "{error}"
        );
    }

    #[test]
    fn writes_as_many_names_as_asked_for() {
        let names: Vec<String> = (0..500).map(|index| format!("host-{index}.example.com")).collect();
        assert_eq!(build(&CertificateRequest::builder().dns_names(&names)).unwrap().dns_names(), names);
    }

    /// A key in a device that does not do as it should.
    struct FaultyKey {
        public_key: PublicKey,
        signer: PrivateKey,
        broken: bool,
    }

    impl SigningKey for FaultyKey {
        fn public_key(&self) -> &PublicKey {
            &self.public_key
        }

        fn signature_algorithm(&self) -> SignatureAlgorithm {
            self.signer.signature_algorithm()
        }

        fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
            if self.broken {
                Err(SigningError::new("the token was pulled out"))
            } else {
                self.signer.sign(message)
            }
        }
    }

    #[test]
    fn hands_out_nothing_that_a_faulty_key_signed() {
        let signer = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let mut key = FaultyKey { public_key: data::leaf().public_key().clone(), signer, broken: false };
        let builder = CertificateRequest::builder().dns_name("a.example");
        let error = builder.sign(&key).unwrap_err();
        assert!(matches!(error, BuildError::ReadBack(RequestError::Signature(SignatureError::Invalid))));

        key.broken = true;
        assert!(matches!(builder.sign(&key), Err(BuildError::Signing(_))));
    }
}
