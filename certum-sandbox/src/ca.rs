//! The certificate authority: a root, an intermediate, and the certificates under it.

pub(crate) mod calendar;
mod profile;
mod signer;

use std::time::Duration;

use certum_api::types::HashAlgorithm;
use csr_tools::{KeyAlgorithm, PrivateKey, PublicKey};
use der::{
    Decode, Encode, EncodePem,
    asn1::{GeneralizedTime, ObjectIdentifier},
    pem::LineEnding,
};
use jiff::{SignedDuration, Timestamp};
use url::Url;
use x509_cert::{
    Certificate,
    serial_number::SerialNumber,
    spki::SubjectPublicKeyInfoOwned,
    time::{Time, Validity},
};

use self::{
    profile::{Authority as AuthorityProfile, Publication, Subscriber},
    signer::sign,
};
use crate::{
    names::CertName,
    products::{Kind, Level},
    random::to_hex,
    subject::Subject,
};

/// How long the root lives, and the intermediate: longer than any test in virtual time.
const ROOT_LIFE: SignedDuration = SignedDuration::from_hours(25 * 365 * 24);
const INTERMEDIATE_LIFE: SignedDuration = SignedDuration::from_hours(15 * 365 * 24);

/// CA certificates begin a little before the sandbox does, for the sake of clocks that are behind.
const BACKDATE: SignedDuration = SignedDuration::from_hours(24);

/// A certificate of domain validation, by the CA/Browser Forum.
const DV_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.23.140.1.2.1");

/// Bytes of randomness in a serial number; the Baseline Requirements ask for eight at least.
pub(crate) const SERIAL_BYTES: usize = 16;

/// A hierarchy of its own for each sandbox.
///
/// Its keys come from the crypto library's own randomness, not from the sandbox's seed: csr-tools makes no
/// predictable keys, not even for tests. So certificates of one seed differ from run to run in issuer key and
/// signature, and in nothing else.
pub(crate) struct Authority {
    key: PrivateKey,
    root: CaCertificate,
    intermediate: CaCertificate,
    publication: Publication,
}

/// A certificate of the hierarchy, in the forms it is handed out in.
pub(crate) struct CaCertificate {
    certificate: Certificate,
    pub(crate) der: Vec<u8>,
    pub(crate) pem: String,
}

/// A certificate for a subscriber.
#[derive(Debug, Clone)]
pub(crate) struct Issued {
    /// Lower-case hexadecimal, as it is told on the wire.
    pub(crate) serial: String,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
    pub(crate) pem: String,
    pub(crate) der: Vec<u8>,
}

/// What a certificate is to say.
pub(crate) struct LeafRequest<'a> {
    pub(crate) kind: Kind,
    pub(crate) level: Level,
    /// With which of the CA's keys it is to be signed.
    pub(crate) hash_algorithm: &'a HashAlgorithm,
    pub(crate) subject: &'a Subject,
    /// Host names; none for what is not for hosts.
    pub(crate) names: &'a [CertName],
    pub(crate) public_key: &'a PublicKey,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
    pub(crate) serial: [u8; SERIAL_BYTES],
}

/// Why a certificate could not be made.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct IssueError(String);

impl<E: std::error::Error> From<E> for IssueError
where
    E: IssueCause,
{
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Marks the errors of the libraries that a certificate is made with.
trait IssueCause {}
impl IssueCause for der::Error {}
impl IssueCause for x509_cert::builder::Error {}
impl IssueCause for csr_tools::KeyError {}
impl IssueCause for csr_tools::SigningError {}
impl IssueCause for jiff::Error {}

impl Authority {
    /// Makes root and intermediate, valid from `now`. `base` is where the listener is reached: certificates
    /// say that their issuer's certificate is found there.
    pub(crate) fn new(base: &Url, now: Timestamp) -> Result<Self, IssueError> {
        let not_before = now.checked_sub(BACKDATE)?;
        let (root_key, key) =
            (PrivateKey::generate(KeyAlgorithm::EcdsaP256)?, PrivateKey::generate(KeyAlgorithm::EcdsaP256)?);
        let root_profile = AuthorityProfile::root("CN=Certum Sandbox Root CA,O=Certum Sandbox,C=PL")?;
        let root = sign(
            root_profile,
            // The keys are fresh, so that serial numbers of one are unique under each.
            SerialNumber::new(&[1])?,
            validity(not_before, not_before.checked_add(ROOT_LIFE)?)?,
            to_spki(root_key.public_key())?,
            &root_key,
        )?;
        let root_publication = Publication::new(base, "root");
        let intermediate_profile = AuthorityProfile::intermediate(
            "CN=Certum Sandbox DV TLS CA,O=Certum Sandbox,C=PL",
            root.tbs_certificate().subject().clone(),
            root_publication,
        )?;
        let intermediate = sign(
            intermediate_profile,
            SerialNumber::new(&[2])?,
            validity(not_before, not_before.checked_add(INTERMEDIATE_LIFE)?)?,
            to_spki(key.public_key())?,
            &root_key,
        )?;
        Ok(Self {
            key,
            root: CaCertificate::new(root)?,
            intermediate: CaCertificate::new(intermediate)?,
            publication: Publication::new(base, "intermediate"),
        })
    }

    pub(crate) fn root(&self) -> &CaCertificate {
        &self.root
    }

    pub(crate) fn intermediate(&self) -> &CaCertificate {
        &self.intermediate
    }

    /// Makes a certificate over exactly the public key that was asked for.
    pub(crate) fn issue(&self, request: &LeafRequest<'_>) -> Result<Issued, IssueError> {
        let validity = validity(request.not_before, request.not_after)?;
        let public_key = to_spki(request.public_key)?;
        // A certificate over a re-encoded key would be one over another key, as far as hashes can tell.
        if public_key.to_der()? != request.public_key.as_der() {
            return Err(IssueError("the public key is not in DER".to_owned()));
        }
        let mut serial = request.serial;
        // Positive, and of full length: the top bits are fixed, the other 126 are random.
        serial[0] = (serial[0] & 0x3f) | 0x40;
        let profile = Subscriber {
            issuer: self.intermediate.certificate.tbs_certificate().subject().clone(),
            common_name: &request.subject.common_name,
            names: request.names.iter().map(CertName::as_str).collect(),
            is_rsa: matches!(request.public_key.algorithm(), csr_tools::PublicKeyAlgorithm::Rsa { .. }),
            publication: &self.publication,
        };
        let certificate = sign(profile, SerialNumber::new(&serial)?, validity, public_key, &self.key)?;
        let pem = certificate.to_pem(LineEnding::LF)?;
        let whole_seconds = |at: Timestamp| Timestamp::from_second(at.as_second());
        Ok(Issued {
            serial: to_hex(&serial),
            not_before: whole_seconds(request.not_before)?,
            not_after: whole_seconds(request.not_after)?,
            pem,
            der: certificate.to_der()?,
        })
    }
}

impl CaCertificate {
    fn new(certificate: Certificate) -> Result<Self, IssueError> {
        Ok(Self { der: certificate.to_der()?, pem: certificate.to_pem(LineEnding::LF)?, certificate })
    }
}

fn to_spki(key: &PublicKey) -> Result<SubjectPublicKeyInfoOwned, IssueError> {
    Ok(SubjectPublicKeyInfoOwned::from_der(key.as_der())?)
}

fn validity(not_before: Timestamp, not_after: Timestamp) -> Result<Validity, IssueError> {
    let time = |at: Timestamp| -> Result<Time, IssueError> {
        let seconds =
            u64::try_from(at.as_second()).map_err(|_| IssueError("a date before 1970".to_owned()))?;
        // The builder writes UTCTime where RFC 5280 asks for it.
        Ok(Time::GeneralTime(GeneralizedTime::from_unix_duration(Duration::from_secs(seconds))?))
    };
    Ok(Validity::new(time(not_before)?, time(not_after)?))
}
