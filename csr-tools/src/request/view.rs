//! A request taken apart where it lies.

use std::fmt;

use aws_lc_rs::digest;

use super::extension::RequestedExtension;
use crate::asn1::{DerError, Element, Oid, Reader, Tag, oids};
use crate::general_name::GeneralName;
use crate::key::{PublicKeyHash, PublicKeyView};
use crate::name::NameView;
use crate::signature::{self, SignatureAlgorithm, SignatureError};

const PART: &str = "certificate request";
const ATTRIBUTES_PART: &str = "list of attributes";

/// A certificate request taken apart, its signature unverified.
///
/// Reading is apart from verifying, so that a request with a broken signature, a weak key or a wrong string
/// can be shown, and told what is wrong with it. It borrows: nothing is copied, and every part is the bytes
/// that were sent. Unknown attributes and extensions, Microsoft's among them, are kept.
///
/// ```
/// use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey, RequestView};
///
/// let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?;
/// let request = CertificateRequest::builder().dns_name("shop.example.com").sign(&key)?;
///
/// let view = RequestView::read(request.as_der())?;
/// let names: Vec<String> = view.names().map(|name| name.to_string()).collect();
/// assert_eq!(names, ["DNS:shop.example.com"]);
/// assert_eq!(view.public_key()?.algorithm().to_string(), "EC, P-256");
/// view.verify()?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct RequestView<'a> {
    der: &'a [u8],
    /// The CertificationRequestInfo as it was sent, which the signature covers.
    signed: &'a [u8],
    subject: NameView<'a>,
    spki: &'a [u8],
    public_key: Result<PublicKeyView<'a>, DerError>,
    attributes: Option<Element<'a>>,
    signature_algorithm: SignatureAlgorithm,
    signature: &'a [u8],
}

impl<'a> RequestView<'a> {
    /// Walks a CertificationRequest (RFC 2986 §4).
    ///
    /// # Errors
    /// [`DerError`] if it is not one, or if something follows it. A public key that cannot be read is no
    /// error here, but in [`public_key`](Self::public_key).
    pub fn read(der: &'a [u8]) -> Result<Self, DerError> {
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
        if let Some(attributes) = &attributes {
            check_attributes(attributes)?;
        }

        Ok(Self {
            der,
            signed: signed.encoded,
            subject: NameView::read(&subject)?,
            spki: public_key.encoded,
            public_key: PublicKeyView::read(public_key.encoded),
            attributes,
            signature_algorithm: SignatureAlgorithm::from_identifier(&signature_algorithm)?,
            signature: signature.bit_string_bytes()?,
        })
    }

    /// The whole request in DER.
    pub fn as_der(&self) -> &'a [u8] {
        self.der
    }

    /// The subject.
    pub fn subject(&self) -> NameView<'a> {
        self.subject
    }

    /// The subject's alternative names, in the order of the request.
    pub fn names(&self) -> impl Iterator<Item = GeneralName<'a>> + use<'a> {
        self.name_elements().map(|name| GeneralName::of(&name))
    }

    /// The same, undecoded.
    pub(super) fn name_elements(&self) -> impl Iterator<Item = Element<'a>> + use<'a> {
        self.extensions().filter_map(|extension| extension.names()).flatten()
    }

    /// The key that the certificate is requested for.
    ///
    /// # Errors
    /// [`DerError`] if it cannot be read. An unknown algorithm is no error.
    pub fn public_key(&self) -> Result<&PublicKeyView<'a>, DerError> {
        self.public_key.as_ref().map_err(Clone::clone)
    }

    /// The identity of that key: its SHA-256, whether it can be read or not.
    pub fn public_key_hash(&self) -> PublicKeyHash {
        PublicKeyHash::of_spki(self.spki)
    }

    /// The algorithm of the request's own signature.
    pub fn signature_algorithm(&self) -> SignatureAlgorithm {
        self.signature_algorithm
    }

    /// The attributes, known and unknown. Their values stay as they were sent.
    pub fn attributes(&self) -> impl Iterator<Item = RequestAttribute<'a>> + use<'a> {
        let list = self.attributes.map(|list| list.reader(ATTRIBUTES_PART).elements());
        list.into_iter().flatten().filter_map(|attribute| RequestAttribute::read(&attribute).ok())
    }

    /// The extensions that the request asks for, by either of the two attributes that hold them.
    pub fn extensions(&self) -> impl Iterator<Item = RequestedExtension<'a>> + use<'a> {
        let lists = self.attributes().filter(RequestAttribute::holds_extensions);
        lists
            .flat_map(|attribute| attribute.values.reader(ATTRIBUTES_PART).elements())
            .flat_map(|list| list.reader(ATTRIBUTES_PART).elements())
            .filter_map(|extension| RequestedExtension::read_outside(&extension).ok())
    }

    /// Whether the request holds a challenge password (RFC 2985 §5.4.1). Public CAs have no use for it, and
    /// it is a secret that anybody can read: it is told about, and not shown.
    pub fn has_challenge_password(&self) -> bool {
        self.attributes().any(|attribute| attribute.oid == oids::CHALLENGE_PASSWORD)
    }

    /// The SHA-256 of the whole request.
    pub fn sha256_fingerprint(&self) -> [u8; 32] {
        fixed(&digest::digest(&digest::SHA256, self.der))
    }

    /// The SHA-1 of the whole request, which other tools show. It protects nothing.
    pub fn sha1_fingerprint(&self) -> [u8; 20] {
        fixed(&digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, self.der))
    }

    /// Checks that the key in the request signed it as it is.
    ///
    /// # Errors
    /// [`SignatureError`]. A key that cannot be read has signed nothing.
    pub fn verify(&self) -> Result<(), SignatureError> {
        let key = self.public_key.as_ref().map_err(|_| SignatureError::Invalid)?;
        signature::verify_with(
            key.algorithm(),
            key.key_bytes(),
            self.signature_algorithm,
            self.signed,
            self.signature,
        )
    }
}

impl fmt::Debug for RequestView<'_> {
    /// Leaves out the body and the values of attributes, which may be passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestView")
            .field("subject", &self.subject)
            .field("names", &self.names().collect::<Vec<_>>())
            .field("public_key", &self.public_key)
            .field("signature_algorithm", &self.signature_algorithm)
            .finish_non_exhaustive()
    }
}

/// An attribute of a request (RFC 2986 §4.1).
#[derive(Clone, Copy)]
pub struct RequestAttribute<'a> {
    oid: Oid,
    values: Element<'a>,
}

impl<'a> RequestAttribute<'a> {
    fn read(attribute: &Element<'a>) -> Result<Self, DerError> {
        let mut fields = attribute.reader(ATTRIBUTES_PART);
        let oid = Oid::from_element(&fields.expect(Tag::OID)?)?;
        let values = fields.expect(Tag::SET)?;
        fields.finish()?;
        Ok(Self { oid, values })
    }

    fn holds_extensions(&self) -> bool {
        self.oid == oids::EXTENSION_REQUEST || self.oid == oids::MICROSOFT_CERT_EXTENSIONS
    }

    /// The object identifier of its kind.
    pub fn oid(&self) -> Oid {
        self.oid
    }

    /// Its values in DER. One may be a secret: see [`RequestView::has_challenge_password`].
    pub fn values(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.values.reader(ATTRIBUTES_PART).elements().map(|value| value.encoded)
    }
}

impl fmt::Debug for RequestAttribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { oid, values: _ } = self;
        f.debug_struct("RequestAttribute").field("oid", oid).finish_non_exhaustive()
    }
}

/// Walks the attributes once, so that they can be listed without errors.
fn check_attributes(attributes: &Element<'_>) -> Result<(), DerError> {
    let mut attributes = attributes.reader(ATTRIBUTES_PART);
    while !attributes.is_empty() {
        let attribute = RequestAttribute::read(&attributes.expect(Tag::SEQUENCE)?)?;
        let mut values = attribute.values.reader(ATTRIBUTES_PART);
        while !values.is_empty() {
            let value = values.next()?;
            if attribute.holds_extensions() {
                check_extensions(&value)?;
            }
        }
    }
    Ok(())
}

fn check_extensions(list: &Element<'_>) -> Result<(), DerError> {
    if list.tag != Tag::SEQUENCE {
        return Err(list.invalid("a list of extensions is not a sequence"));
    }
    let mut extensions = list.reader("list of extensions");
    while !extensions.is_empty() {
        RequestedExtension::read(&extensions.expect(Tag::SEQUENCE)?)?;
    }
    Ok(())
}

fn fixed<const LENGTH: usize>(digest: &digest::Digest) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    bytes.copy_from_slice(digest.as_ref());
    bytes
}
