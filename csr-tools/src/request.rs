//! Certificate requests (PKCS#10, RFC 2986).

mod build;
mod encoded;
mod error;
mod extension;
mod repair;
mod strict;
mod view;

pub use build::{AttributeProblem, BuildError, RequestBuilder};
pub use encoded::EncodedRequest;
pub use error::RequestError;
pub use extension::{KnownExtension, RequestedExtension};
pub use view::{RequestAttribute, RequestView};

use std::{borrow::Cow, fmt};

use crate::asn1::DerError;
use crate::general_name;
use crate::key::{PublicKey, PublicKeyHash};
use crate::pem;
use crate::signature::{SignatureAlgorithm, SignatureError};

const LABEL: &str = "CERTIFICATE REQUEST";

/// A certificate request whose own signature has been verified.
///
/// It keeps the bytes it was read from: the signature covers them as they are, and the CA gets what the
/// customer made.
///
/// ```
/// use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
///
/// let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?;
/// let request = CertificateRequest::builder()
///     .common_name("shop.example.com")
///     .dns_names(["shop.example.com", "www.shop.example.com"])
///     .sign(&key)?;
///
/// let read = CertificateRequest::from_pem(request.to_pem())?;
/// assert_eq!(read.common_name(), Some("shop.example.com"));
/// assert_eq!(read.dns_names(), ["shop.example.com", "www.shop.example.com"]);
/// assert_eq!(read.public_key_hash(), key.public_key_hash());
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct CertificateRequest {
    der: Vec<u8>,
    common_name: Option<String>,
    dns_names: Vec<String>,
    public_key: PublicKey,
    signature_algorithm: SignatureAlgorithm,
}

impl CertificateRequest {
    /// Starts a new request.
    pub fn builder() -> RequestBuilder {
        RequestBuilder::default()
    }

    /// Reads the one request in what somebody pasted, and verifies its signature.
    ///
    /// [`EncodedRequest`] lists what is read beside clean PEM.
    ///
    /// # Errors
    /// [`RequestError`]. A text with a private key in it is refused whatever else it holds, so that somebody
    /// is told.
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Self, RequestError> {
        EncodedRequest::from_paste(pem)?.verify()
    }

    /// Reads a request in DER and verifies its signature.
    ///
    /// Unknown attributes and extensions are passed over. Attributes in any order are accepted, although DER
    /// wants them sorted: not all tools sort, and the signature holds all the same.
    ///
    /// # Errors
    /// [`RequestError`], which names the input if it is something else.
    pub fn from_der(der: impl Into<Vec<u8>>) -> Result<Self, RequestError> {
        EncodedRequest::from_der(der).verify()
    }

    /// The request that a view is of, by what came of [verifying](RequestView::verify) that very view.
    pub(crate) fn of_verified(
        view: &RequestView<'_>,
        verified: Result<(), SignatureError>,
    ) -> Result<Self, RequestError> {
        verified?;
        let public_key = view.public_key().map_err(|_| SignatureError::Invalid)?;
        let common_name = view.subject().common_name().map(|name| name.value()).transpose()?;
        Ok(Self {
            der: view.as_der().to_vec(),
            common_name: common_name.map(Cow::into_owned),
            dns_names: dns_names(view)?,
            public_key: PublicKey::from(*public_key),
            signature_algorithm: view.signature_algorithm(),
        })
    }

    /// The request in DER, byte for byte as it was read.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The request in PEM with 64 columns, as the Partner API takes it.
    pub fn to_pem(&self) -> String {
        pem::encode_public(LABEL, &self.der)
    }

    /// The subject's common name. Of several, the last and most specific.
    pub fn common_name(&self) -> Option<&str> {
        self.common_name.as_deref()
    }

    /// The DNS names of the requested subject alternative names, lower-cased, in the order of the request.
    pub fn dns_names(&self) -> &[String] {
        &self.dns_names
    }

    /// The key that the certificate is requested for, and that signed the request.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The identity of that key.
    pub fn public_key_hash(&self) -> PublicKeyHash {
        self.public_key.hash()
    }

    /// The algorithm of the request's own signature.
    pub fn signature_algorithm(&self) -> SignatureAlgorithm {
        self.signature_algorithm
    }
}

impl fmt::Debug for CertificateRequest {
    /// Leaves out the body: requests end up in logs by way of the structures that hold them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { der: _, common_name, dns_names, public_key, signature_algorithm } = self;
        f.debug_struct("CertificateRequest")
            .field("common_name", common_name)
            .field("dns_names", dns_names)
            .field("public_key", public_key)
            .field("signature_algorithm", signature_algorithm)
            .finish_non_exhaustive()
    }
}

impl EncodedRequest {
    /// Verifies the request's signature.
    ///
    /// # Errors
    /// [`RequestError`], which names the input if it is something else.
    pub fn verify(self) -> Result<CertificateRequest, RequestError> {
        let view = self.view()?;
        CertificateRequest::of_verified(&view, view.verify())
    }
}

/// The DNS names in lower case.
fn dns_names(view: &RequestView<'_>) -> Result<Vec<String>, DerError> {
    let names = view.name_elements().filter(|name| name.tag == general_name::DNS);
    names.map(|name| general_name::ascii(&name).map(str::to_ascii_lowercase)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::{Tag, bit_string, element, oids};
    use crate::content::Content;
    use crate::key::{KeyAlgorithm, PrivateKey, SigningKey as _};
    use crate::name::write_name;
    use crate::test_data as data;

    fn request() -> CertificateRequest {
        CertificateRequest::builder().dns_name("shop.example.com").sign(&data::leaf_key()).unwrap()
    }

    fn reading(text: &str) -> RequestError {
        CertificateRequest::from_pem(text).unwrap_err()
    }

    /// A request that our builder would not make: with these attributes, and signed all the same.
    fn signed_with_attributes(attributes: Option<&[u8]>) -> Vec<u8> {
        let key = data::leaf_key();
        let attributes = attributes.map(|list| element(Tag::context(0), &[list])).unwrap_or_default();
        let fields =
            [&[0x02, 1, 0][..], &write_name(Some("a.example")), key.public_key().as_der(), &attributes];
        let info = element(Tag::SEQUENCE, &fields);
        let signature = bit_string(&key.sign(&info).unwrap());
        element(Tag::SEQUENCE, &[&info, &key.signature_algorithm().identifier().unwrap(), &signature])
    }

    fn attribute(oid: &[u8], value: &[u8]) -> Vec<u8> {
        element(Tag::SEQUENCE, &[&element(Tag::OID, &[oid]), &element(Tag::SET, &[value])])
    }

    #[test]
    fn reads_the_older_label_and_untidy_text() {
        let request = request();
        let pem = request
            .to_pem()
            .replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")
            .replace('\n', "\r\n  ");
        assert_eq!(
            CertificateRequest::from_pem(format!("\u{feff}\r\nplease:\r\n{pem}\r\nthanks")).unwrap(),
            request
        );
        assert_eq!(request.as_der(), CertificateRequest::from_der(request.as_der()).unwrap().as_der());
    }

    #[test]
    fn reads_attributes_in_any_order_and_unknown_ones() {
        let names = [&b"b.example"[..], b"a.example"].map(|name| element(general_name::DNS, &[name]));
        let names = element(Tag::SEQUENCE, &[&names.concat()]);
        let oid = element(Tag::OID, &[oids::SUBJECT_ALT_NAME.as_bytes()]);
        let names = element(Tag::SEQUENCE, &[&oid, &element(Tag::OCTET_STRING, &[&names])]);
        let names = element(Tag::SEQUENCE, &[&names]);
        let password = attribute(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 7], &[0x13, 1, b'x']);
        let unknown = attribute(&[0x2a, 3, 4], &[0x30, 0]);
        for oid in [oids::EXTENSION_REQUEST, oids::MICROSOFT_CERT_EXTENSIONS] {
            let extensions = attribute(oid.as_bytes(), &names);
            for list in [
                [&extensions, &password, &unknown],
                [&unknown, &extensions, &password],
                [&password, &unknown, &extensions],
            ] {
                let list: Vec<u8> = list.into_iter().flatten().copied().collect();
                let der = signed_with_attributes(Some(&list));
                let request = CertificateRequest::from_der(der.clone()).unwrap();
                assert_eq!(request.dns_names(), ["b.example", "a.example"]);
                assert_eq!(request.as_der(), der);
            }
        }
    }

    #[test]
    fn reads_requests_without_attributes() {
        for attributes in [None, Some(&[][..])] {
            let request = CertificateRequest::from_der(signed_with_attributes(attributes)).unwrap();
            assert_eq!(request.common_name(), Some("a.example"));
            assert!(request.dns_names().is_empty());
        }
    }

    #[test]
    fn says_what_other_input_is() {
        let key = data::leaf_key().to_pkcs8_pem().unwrap();
        let both = key.to_string() + &request().to_pem();
        for (text, error) in [
            ("127.0.0.1 localhost", RequestError::NoPemBlock),
            ("", RequestError::NoPemBlock),
            (data::LEAF, RequestError::NotARequest(Content::Certificate)),
            (&key, RequestError::PrivateKey),
            (&both, RequestError::PrivateKey),
            (&(request().to_pem() + &request().to_pem()), RequestError::SeveralRequests { count: 2 }),
        ] {
            assert_eq!(reading(text), error);
        }
    }

    #[test]
    fn says_what_other_input_is_under_a_wrong_label() {
        let relabelled = |label: &str, text: &str| text.replace(label, LABEL);
        let key = data::leaf_key().to_pkcs8_pem().unwrap();
        assert_eq!(reading(&relabelled("PRIVATE KEY", &key)), RequestError::PrivateKey);
        assert_eq!(
            reading(&relabelled("CERTIFICATE", data::LEAF)),
            RequestError::NotARequest(Content::Certificate)
        );
        let public_key = pem::encode(LABEL, data::leaf_key().public_key().as_der());
        assert_eq!(reading(&public_key), RequestError::NotARequest(Content::PublicKey));
    }

    #[test]
    fn refuses_trailing_data() {
        let mut der = request().as_der().to_vec();
        der.push(0);
        let error = CertificateRequest::from_der(der).unwrap_err();
        assert!(error.to_string().ends_with("1 bytes too many"), "{error}");
    }

    #[test]
    fn says_how_much_of_a_cut_off_request_is_there() {
        let der = request().as_der().to_vec();
        let error = CertificateRequest::from_der(&der[..100]).unwrap_err();
        assert!(error.to_string().ends_with(&format!("cut off after 100 of {} bytes", der.len())), "{error}");
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_refused() {
        let der = request().as_der().to_vec();
        for index in 0..der.len() {
            assert!(CertificateRequest::from_der(&der[..index]).is_err(), "cut at {index}");
            let mut changed = der.clone();
            changed[index] ^= 0x01;
            assert!(CertificateRequest::from_der(changed).is_err(), "changed at {index}");
        }
    }

    #[test]
    fn refuses_a_signature_of_another_key() {
        let other = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let mut der = request().as_der().to_vec();
        let own = data::leaf_key().public_key().as_der().to_vec();
        let start = der.windows(own.len()).position(|window| window == own).unwrap();
        der[start..start + own.len()].copy_from_slice(other.public_key().as_der());
        assert_eq!(CertificateRequest::from_der(der), Err(SignatureError::Invalid.into()));
    }

    #[test]
    fn shows_no_body_when_debugged() {
        let request = request();
        let shown = format!("{request:?}");
        assert!(shown.contains("shop.example.com") && shown.contains(&request.public_key_hash().to_string()));
        assert!(shown.len() < 400, "{shown}");
    }
}
