//! Certificate requests (PKCS#10, RFC 2986).

mod build;
mod error;

pub use build::{BuildError, RequestBuilder};
pub use error::RequestError;

use std::{fmt, mem};

use crate::asn1::{DerError, Element, Reader, Tag, oids};
use crate::content::Content;
use crate::extension::Extensions;
use crate::key::{PublicKey, PublicKeyHash};
use crate::name;
use crate::pem;
use crate::signature::{self, SignatureAlgorithm};

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

    /// Reads the one request in a PEM text and verifies its signature.
    ///
    /// A byte order mark, CRLF, indents, blank lines, any line width, text around the block and the older
    /// label `NEW CERTIFICATE REQUEST` are accepted.
    ///
    /// # Errors
    /// [`RequestError`]. A text with a private key in it is refused whatever else it holds, so that somebody
    /// is told.
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Self, RequestError> {
        let blocks = pem::blocks(pem.as_ref())?;
        if blocks.iter().any(|block| block.content() == Content::PrivateKey) {
            return Err(RequestError::PrivateKey);
        }
        let mut requests = blocks.iter().filter(|block| block.content() == Content::CertificateRequest);
        match (requests.next(), requests.count()) {
            (Some(request), 0) => Self::from_der(mem::take(&mut *request.decode()?)),
            (Some(_), more) => Err(RequestError::SeveralRequests { count: 1 + more }),
            (None, _) => Err(blocks
                .first()
                .map_or(RequestError::NoPemBlock, |block| RequestError::NotARequest(block.content()))),
        }
    }

    /// Reads a request in DER and verifies its signature.
    ///
    /// Unknown attributes and extensions are passed over. Attributes in any order are accepted, although DER
    /// wants them sorted: not all tools sort, and the signature holds all the same.
    ///
    /// # Errors
    /// [`RequestError`], which names the input if it is something else.
    pub fn from_der(der: impl Into<Vec<u8>>) -> Result<Self, RequestError> {
        let der = der.into();
        match View::read(&der) {
            Ok(view) => {
                signature::verify(&view.public_key, view.signature_algorithm, view.signed, view.signature)?;
                let View { common_name, extensions, public_key, signature_algorithm, .. } = view;
                let dns_names = extensions.dns_names;
                Ok(Self { der, common_name, dns_names, public_key, signature_algorithm })
            }
            Err(error) => Err(match Content::from_der(&der) {
                Content::PrivateKey => RequestError::PrivateKey,
                Content::CertificateRequest | Content::Other => error.into(),
                other => RequestError::NotARequest(other),
            }),
        }
    }

    /// The request in DER, byte for byte as it was read.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The request in PEM with 64 columns, as the Partner API takes it.
    pub fn to_pem(&self) -> String {
        mem::take(&mut *pem::encode(LABEL, &self.der))
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

/// A request taken apart, its signature unverified.
struct View<'a> {
    /// The CertificationRequestInfo as it was sent, which the signature covers.
    signed: &'a [u8],
    common_name: Option<String>,
    public_key: PublicKey,
    extensions: Extensions,
    signature_algorithm: SignatureAlgorithm,
    signature: &'a [u8],
}

impl<'a> View<'a> {
    /// Walks a CertificationRequest (RFC 2986 §4).
    fn read(der: &'a [u8]) -> Result<Self, DerError> {
        const PART: &str = "certificate request";
        let mut outer = Reader::whole_sequence(der, PART)?;
        let signed = outer.expect(Tag::SEQUENCE)?;
        let signature_algorithm = outer.expect(Tag::SEQUENCE)?;
        let signature = outer.expect(Tag::BIT_STRING)?;
        outer.finish()?;

        let mut info = signed.reader(PART);
        let version = info.expect(Tag::INTEGER)?;
        if version.content != [0] {
            return Err(version.invalid("the version is not that of PKCS#10"));
        }
        let subject = info.expect(Tag::SEQUENCE)?;
        let public_key = info.expect(Tag::SEQUENCE)?;
        // The attributes may be empty but not missing; some tools leave them out, and nothing is lost.
        let attributes = info.optional(Tag::context(0))?;
        info.finish()?;

        Ok(Self {
            signed: signed.encoded,
            common_name: name::common_name(&subject)?,
            public_key: PublicKey::from_der(public_key.encoded)?,
            extensions: attributes.map(|list| requested_extensions(&list)).transpose()?.unwrap_or_default(),
            signature_algorithm: SignatureAlgorithm::from_identifier(&signature_algorithm)?,
            signature: signature.bit_string_bytes()?,
        })
    }
}

/// The extensions in the attributes (RFC 2985 §5.4.2), by either of the two names that the attribute has.
fn requested_extensions(attributes: &Element<'_>) -> Result<Extensions, DerError> {
    const PART: &str = "list of attributes";
    let mut extensions = Extensions::default();
    let mut attributes = attributes.reader(PART);
    while !attributes.is_empty() {
        let mut attribute = attributes.expect(Tag::SEQUENCE)?.reader(PART);
        let oid = attribute.expect(Tag::OID)?.content;
        if oid == oids::EXTENSION_REQUEST.as_bytes() || oid == oids::MICROSOFT_CERT_EXTENSIONS.as_bytes() {
            let mut values = attribute.expect(Tag::SET)?.reader(PART);
            while !values.is_empty() {
                extensions.read(&values.expect(Tag::SEQUENCE)?)?;
            }
        }
    }
    Ok(extensions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::{bit_string, element};
    use crate::key::{KeyAlgorithm, PrivateKey, SigningKey as _};
    use crate::signature::SignatureError;
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
            [&[0x02, 1, 0][..], &name::write_name(Some("a.example")), key.public_key().as_der(), &attributes];
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
        let names = crate::extension::write_extensions(["b.example", "a.example"].into_iter(), false);
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
