//! The certificate authority: a root, intermediates for what is sold, and the certificates under them.

pub(crate) mod calendar;
mod certificate;
mod encoding;
mod issuer;
mod name;
mod ocsp;
mod profile;
mod revocation;
mod signer;
#[cfg(test)]
mod tests;

use std::sync::{Mutex, OnceLock, PoisonError};

use certum_api::types::HashAlgorithm;
use csr_tools::{PublicKey, PublicKeyAlgorithm};
use der::{
    Decode,
    pem::{self, LineEnding},
};
use jiff::{SignedDuration, Timestamp};
use url::Url;
use x509_cert::{ext::pkix::SubjectKeyIdentifier, spki::SubjectPublicKeyInfoRef};

use self::{certificate::Content, issuer::Issuer, name::DistinguishedName, profile::Subscriber};
pub(crate) use self::{
    issuer::{IssuerId, IssuerKeys},
    revocation::{Revoked, Standing},
};
use crate::{
    names::CertName,
    products::{Kind, Level},
    random::to_hex,
    subject::Subject,
};

/// CA certificates begin a little before the sandbox does, for the sake of clocks that are behind.
const BACKDATE: SignedDuration = SignedDuration::from_hours(24);

/// Bytes of randomness in a serial number; the Baseline Requirements ask for eight at least.
pub(crate) const SERIAL_BYTES: usize = 16;

/// A hierarchy of its own for each sandbox.
///
/// Root and the intermediate of the commonest product are made at the start; the others when their first
/// certificate is: keys of RSA take their time, and most sandboxes live for one test.
///
/// Its keys come from the crypto library's own randomness, not from the sandbox's seed: csr-tools makes no
/// predictable keys, not even for tests. So certificates of one seed differ from run to run in issuer key and
/// signature, and in nothing else.
pub(crate) struct Authority {
    base: Url,
    keys: IssuerKeys,
    not_before: Timestamp,
    root: Issuer,
    intermediates: [OnceLock<Issuer>; IssuerId::ALL.len()],
    /// Held while an intermediate is made, so that there is one of each.
    making: Mutex<()>,
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
    /// Whom it names, as RFC 4514 writes it.
    pub(crate) subject_name: String,
    pub(crate) issuer: IssuerId,
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

/// Why a certificate, a list or an answer could not be made.
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
impl IssueCause for pem::Error {}
impl IssueCause for csr_tools::KeyError {}
impl IssueCause for csr_tools::SigningError {}
impl IssueCause for csr_tools::SignatureError {}
impl IssueCause for jiff::Error {}

impl Authority {
    /// Makes the root, and one intermediate, valid from `now`. `base` is where the listener is reached:
    /// certificates say that their issuer's certificate, list and responder are found there.
    pub(crate) fn new(base: &Url, keys: IssuerKeys, now: Timestamp) -> Result<Self, IssueError> {
        let not_before = now.checked_sub(BACKDATE)?;
        let authority = Self {
            base: base.clone(),
            keys,
            not_before,
            root: Issuer::root(base, keys, not_before)?,
            intermediates: Default::default(),
            making: Mutex::new(()),
        };
        authority.issuer(IssuerId::DvEcc)?;
        Ok(authority)
    }

    /// Makes a certificate over exactly the public key that was asked for.
    pub(crate) fn issue(&self, request: &LeafRequest<'_>) -> Result<Issued, IssueError> {
        let id = IssuerId::of(request.kind, request.level, request.hash_algorithm);
        let issuer = self.issuer(id)?;
        if request.not_after > issuer.not_after {
            return Err(IssueError("the CA's own certificate ends before this one would".to_owned()));
        }
        let public_key = request.public_key.as_der();
        let key = SubjectKeyIdentifier::try_from(SubjectPublicKeyInfoRef::from_der(public_key)?)?;
        let subject = DistinguishedName::of_subscriber(request.kind, request.level, request.subject);
        let profile = Subscriber {
            kind: request.kind,
            level: request.level,
            names: request.names,
            mailbox: name::mailbox(request.subject),
            is_rsa: matches!(request.public_key.algorithm(), PublicKeyAlgorithm::Rsa { .. }),
            has_subject: !subject.is_empty(),
        };
        let mut extensions = profile.extensions(&key)?;
        extensions.extend_from_slice(&issuer.common_extensions);
        let serial = positive(request.serial);
        let der = certificate::make(
            &Content {
                serial: &serial,
                issuer: &issuer.name,
                not_before: request.not_before,
                not_after: request.not_after,
                subject: &subject.to_der()?,
                public_key,
                extensions: &extensions,
            },
            &issuer.signer,
        )?;
        let whole_seconds = |at: Timestamp| Timestamp::from_second(at.as_second());
        Ok(Issued {
            serial: to_hex(&serial),
            not_before: whole_seconds(request.not_before)?,
            not_after: whole_seconds(request.not_after)?,
            pem: to_pem(&der)?,
            der,
            subject_name: subject.to_text(),
            issuer: id,
        })
    }

    /// The certificates above a subscriber's, its issuer's first.
    pub(crate) fn chain_pem(&self, issuer: IssuerId) -> Vec<String> {
        let intermediate = self.find(issuer).filter(|_| issuer != IssuerId::Root);
        intermediate.into_iter().chain([&self.root]).map(|issuer| issuer.pem.clone()).collect()
    }

    /// The root, and the intermediates that were made so far.
    pub(crate) fn certificates_pem(&self) -> String {
        self.made().map(|(_, issuer)| issuer.pem.as_str()).collect()
    }

    /// The certificate of an issuer in DER, if it was made.
    pub(crate) fn certificate_der(&self, issuer: IssuerId) -> Option<&[u8]> {
        self.find(issuer).map(|issuer| issuer.der.as_slice())
    }

    /// Whether this is the serial number of one of the CA's own certificates.
    pub(crate) fn is_own_serial(&self, serial: &str) -> bool {
        self.made().any(|(_, issuer)| issuer.serial == serial)
    }

    /// A full revocation list of an issuer in DER, with a number of its own; none if the issuer was not made:
    /// it has no certificates.
    pub(crate) fn crl(
        &self,
        issuer: IssuerId,
        revoked: &[Revoked],
        this_update: Timestamp,
    ) -> Option<Result<Vec<u8>, IssueError>> {
        let issuer = self.find(issuer)?;
        Some(revocation::list(issuer, revoked, this_update, issuer.next_list()))
    }

    /// The answer to an OCSP request, both in DER. `look_up` is given an issuer and a serial number in
    /// lower-case hexadecimal.
    pub(crate) fn ocsp(
        &self,
        request: &[u8],
        look_up: impl Fn(IssuerId, &str) -> Standing,
        now: Timestamp,
    ) -> Vec<u8> {
        ocsp::answer(self, request, look_up, now)
    }

    /// What was made so far, the root first.
    fn made(&self) -> impl Iterator<Item = (IssuerId, &Issuer)> {
        IssuerId::ALL.into_iter().filter_map(|id| Some((id, self.find(id)?)))
    }

    fn find(&self, id: IssuerId) -> Option<&Issuer> {
        match id {
            IssuerId::Root => Some(&self.root),
            _ => self.intermediates.get(id as usize)?.get(),
        }
    }

    /// The issuer, made if it wasn't yet.
    fn issuer(&self, id: IssuerId) -> Result<&Issuer, IssueError> {
        if let Some(issuer) = self.find(id) {
            return Ok(issuer);
        }
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        // Somebody else was faster.
        if let Some(issuer) = self.find(id) {
            return Ok(issuer);
        }
        let place =
            self.intermediates.get(id as usize).ok_or_else(|| IssueError("no such issuer".to_owned()))?;
        let made = Issuer::below(&self.root, id, self.keys, &self.base, self.not_before)?;
        Ok(place.get_or_init(|| made))
    }
}

/// Of full length: the top bits are fixed, so that the number is positive, the other 126 are as given.
fn positive(mut serial: [u8; SERIAL_BYTES]) -> [u8; SERIAL_BYTES] {
    serial[0] = (serial[0] & 0x3f) | 0x40;
    serial
}

fn to_pem(der: &[u8]) -> Result<String, IssueError> {
    Ok(pem::encode_string("CERTIFICATE", LineEnding::LF, der)?)
}
