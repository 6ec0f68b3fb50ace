//! Making requests.

mod attribute;
mod structure;

pub use attribute::AttributeProblem;

use std::net::IpAddr;

use super::{CertificateRequest, RequestError};
use crate::dns_name::{self, DnsNameProblem};
use crate::key::{SigningError, SigningKey};
use crate::mailbox::{self, MailboxProblem};
use crate::name::AttributeType;
use crate::signature::SignatureError;

/// Makes a [`CertificateRequest`]; start with [`CertificateRequest::builder`].
///
/// The subject's attributes are written in the order in which they are given, each in the ASN.1 string type
/// that Certum demands ([`AttributeType::string_type`]). The common name is not added to the DNS names by
/// itself: name it in both, as CAs demand of a server certificate.
///
/// ```
/// use csr_tools::{AttributeType, CertificateRequest, KeyAlgorithm, PrivateKey};
///
/// let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?;
/// let request = CertificateRequest::builder()
///     .attribute(AttributeType::Country, "PL")
///     .attribute(AttributeType::Locality, "Łódź")
///     .attribute(AttributeType::Organization, "Sklep Żółw sp. z o.o.")
///     .common_name("shop.example.com")
///     .dns_names(["shop.example.com", "*.shop.example.com"])
///     .sign(&key)?;
/// assert_eq!(request.common_name(), Some("shop.example.com"));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct RequestBuilder {
    attributes: Vec<(AttributeType, String)>,
    dns_names: Vec<String>,
    ip_addresses: Vec<IpAddr>,
    emails: Vec<String>,
}

impl RequestBuilder {
    /// Sets the subject's common name, of 1 to 64 characters.
    #[must_use]
    pub fn common_name(mut self, common_name: impl Into<String>) -> Self {
        self.attributes.retain(|(kind, _)| *kind != AttributeType::CommonName);
        self.attribute(AttributeType::CommonName, common_name)
    }

    /// Adds an attribute to the subject, after those that are there. Some may stand more than once, as
    /// organizational units do.
    #[must_use]
    pub fn attribute(mut self, kind: AttributeType, value: impl Into<String>) -> Self {
        self.attributes.push((kind, value.into()));
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

    /// Adds an IP address.
    #[must_use]
    pub fn ip_address(mut self, address: impl Into<IpAddr>) -> Self {
        self.ip_addresses.push(address.into());
        self
    }

    /// Adds a mailbox to the alternative names, as S/MIME certificates have it.
    #[must_use]
    pub fn email(mut self, mailbox: impl Into<String>) -> Self {
        self.emails.push(mailbox.into());
        self
    }

    /// Signs the request and reads it back.
    ///
    /// # Errors
    /// [`BuildError`] if a name cannot stand in a request, or if the key could not sign or made a wrong
    /// signature.
    pub fn sign(&self, key: &dyn SigningKey) -> Result<CertificateRequest, BuildError> {
        for (kind, value) in &self.attributes {
            attribute::check(*kind, value)
                .map_err(|problem| BuildError::InvalidAttribute { kind: *kind, problem })?;
        }
        let checked = Self {
            attributes: self.attributes.clone(),
            dns_names: self.checked_dns_names()?,
            ip_addresses: each_once(&self.ip_addresses),
            emails: self.checked_emails()?,
        };
        if checked.attributes.is_empty() && checked.has_no_names() {
            return Err(BuildError::NoName);
        }
        CertificateRequest::from_der(structure::sign(&checked, key)?).map_err(BuildError::ReadBack)
    }

    fn has_no_names(&self) -> bool {
        self.dns_names.is_empty() && self.ip_addresses.is_empty() && self.emails.is_empty()
    }

    /// The names in lower case, each once.
    fn checked_dns_names(&self) -> Result<Vec<String>, BuildError> {
        let check = |name: &String| {
            dns_name::normalize(name)
                .map_err(|problem| BuildError::InvalidDnsName { name: name.clone(), problem })
        };
        self.dns_names.iter().map(check).collect::<Result<Vec<_>, _>>().map(|names| each_once(&names))
    }

    fn checked_emails(&self) -> Result<Vec<String>, BuildError> {
        for mailbox in &self.emails {
            mailbox::check(mailbox)
                .map_err(|problem| BuildError::InvalidEmail { mailbox: mailbox.clone(), problem })?;
        }
        Ok(each_once(&self.emails))
    }
}

/// The values in their order, without those that are there already.
fn each_once<T: Clone + Eq + std::hash::Hash>(values: &[T]) -> Vec<T> {
    let mut seen = std::collections::HashSet::with_capacity(values.len());
    values.iter().filter(|value| seen.insert(*value)).cloned().collect()
}

/// Why a request could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Neither an attribute of the subject nor a name was given.
    #[error("a certificate request needs a subject or a DNS name")]
    NoName,

    /// An attribute of the subject that cannot stand in a certificate.
    #[error("the subject's {kind} cannot be written: {problem}")]
    InvalidAttribute {
        /// Which.
        kind: AttributeType,
        /// What is wrong with it.
        problem: AttributeProblem,
    },

    /// A DNS name that cannot stand in a certificate.
    #[error("{name:?} is not a valid DNS name: {problem}")]
    InvalidDnsName {
        /// The name as it was given.
        name: String,
        /// What is wrong with it.
        problem: DnsNameProblem,
    },

    /// A mailbox that cannot stand in a certificate.
    #[error("{mailbox:?} is not an e-mail address: {problem}")]
    InvalidEmail {
        /// The mailbox as it was given.
        mailbox: String,
        /// What is wrong with it.
        problem: MailboxProblem,
    },

    /// The request could not be encoded.
    #[error("the request cannot be written in DER")]
    Encoding(#[source] der::Error),

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
    use crate::RequestView;
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
        let problem = |kind, value: &str| match build(&CertificateRequest::builder().attribute(kind, value)) {
            Err(BuildError::InvalidAttribute { problem, .. }) => problem.to_string(),
            other => panic!("{other:?}"),
        };
        assert!(matches!(build(&CertificateRequest::builder()), Err(BuildError::NoName)));
        for (kind, value, expected) in [
            (AttributeType::CommonName, "", "it is empty"),
            (AttributeType::CommonName, "a\nb", "it holds a control character"),
            (AttributeType::CommonName, &"ż".repeat(65), "it has 65 characters: 64 are allowed"),
            (AttributeType::Country, "Polska", "it has 6 characters: 2 are allowed"),
            (AttributeType::Country, "pl", "a country has two capital letters, as ISO 3166 gives them"),
            (AttributeType::PostalCode, "00–950", "it holds a character that PrintableString does not have"),
            (AttributeType::EmailAddress, "jan@żółw.pl", "it holds a character that IA5String does not have"),
        ] {
            assert_eq!(problem(kind, value), expected);
        }
        assert!(build(&CertificateRequest::builder().common_name("ż".repeat(64))).is_ok());

        let error = build(&CertificateRequest::builder().dns_name("żółw.pl")).unwrap_err().to_string();
        assert!(
            error.starts_with("\"żółw.pl\" is not a valid DNS name") && error.contains("xn--"),
            "{error}"
        );
        let error = build(&CertificateRequest::builder().email("jan")).unwrap_err().to_string();
        assert_eq!(error, "\"jan\" is not an e-mail address: there is no @ in it");
    }

    #[test]
    fn writes_every_attribute_in_the_type_that_certum_demands() {
        let mut builder = CertificateRequest::builder();
        for kind in AttributeType::all() {
            let value = match kind {
                AttributeType::Country | AttributeType::JurisdictionCountry => "PL",
                AttributeType::EmailAddress => "jan@example.com",
                _ => "Value",
            };
            builder = builder.attribute(kind, value);
        }
        let request = build(&builder).unwrap();
        let view = RequestView::read(request.as_der()).unwrap();
        let written: Vec<_> =
            view.subject().attributes().map(|written| (written.kind(), written.string_type())).collect();
        let expected: Vec<_> = AttributeType::all().map(|kind| (kind, kind.string_type())).collect();
        assert_eq!(written, expected);
        assert_eq!(view.subject().as_der().len(), 2 + 2 + view.subject().as_der()[4..].len());
    }

    #[test]
    fn writes_names_of_each_kind_once() {
        let builder = CertificateRequest::builder()
            .email("jan@example.com")
            .ip_address([192, 0, 2, 1])
            .ip_address([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1])
            .ip_address([192, 0, 2, 1])
            .dns_name("a.example");
        let request = build(&builder).unwrap();
        let view = RequestView::read(request.as_der()).unwrap();
        let names: Vec<String> = view.names().map(|name| name.to_string()).collect();
        assert_eq!(
            names,
            ["DNS:a.example", "IP Address:192.0.2.1", "IP Address:2001:db8::1", "email:jan@example.com"]
        );
        assert_eq!(view.public_key().unwrap().as_der(), data::leaf_key().public_key().as_der());
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
