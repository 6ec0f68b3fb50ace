//! Answers to "does this certificate still hold?" (RFC 6960), signed with the issuer's own key.

use aws_lc_rs::digest;
use der::{
    Decode, Encode, Sequence, Tag,
    asn1::{AnyRef, Int, OctetString},
    oid::db::{
        rfc5912::ID_SHA_1, rfc5912::ID_SHA_256, rfc6960::ID_PKIX_OCSP_BASIC, rfc6960::ID_PKIX_OCSP_NONCE,
    },
};
use jiff::{SignedDuration, Timestamp};
use x509_cert::{ext::Extension, spki::AlgorithmIdentifierOwned};

use super::{
    Authority, IssueError, IssuerId, Standing,
    encoding::{generalized_time, sequence, tagged, wrap},
    issuer::Issuer,
    revocation::reason_der,
};
use crate::random::to_hex;

/// How long an answer may be used: eight hours at least, ten days at most (Baseline Requirements, 4.9.10).
const ANSWER_LIFE: SignedDuration = SignedDuration::from_hours(4 * 24);

/// The longest nonce that has to be echoed (RFC 9654, section 2.1).
const MAX_NONCE: usize = 128;

#[derive(Sequence)]
struct OcspRequest<'a> {
    content: Content,
    /// Who asks doesn't matter: the answer is for everybody.
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    signature: Option<AnyRef<'a>>,
}

#[derive(Sequence)]
struct Content {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    version: Option<u8>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    requestor: Option<der::Any>,
    questions: Vec<Question>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Vec<Extension>>,
}

#[derive(Sequence)]
struct Question {
    certificate: CertificateId,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Vec<Extension>>,
}

#[derive(Sequence)]
struct CertificateId {
    hash_algorithm: AlgorithmIdentifierOwned,
    issuer_name_hash: OctetString,
    issuer_key_hash: OctetString,
    serial: Int,
}

/// Why there is no answer (RFC 6960, section 4.2.1); the numbers are those on the wire.
#[derive(Debug, Clone, Copy)]
enum Refusal {
    MalformedRequest = 1,
    InternalError = 2,
    /// Not about a certificate of one of our issuers.
    Unauthorized = 6,
}

impl From<IssueError> for Refusal {
    fn from(error: IssueError) -> Self {
        tracing::error!(%error, "an OCSP answer could not be made");
        Self::InternalError
    }
}

impl From<der::Error> for Refusal {
    fn from(error: der::Error) -> Self {
        IssueError::from(error).into()
    }
}

/// Answers one request: with how the certificates stand, or with why that isn't told.
pub(super) fn answer(
    authority: &Authority,
    request: &[u8],
    look_up: impl Fn(IssuerId, &str) -> Standing,
    now: Timestamp,
) -> Vec<u8> {
    match try_answer(authority, request, look_up, now) {
        Ok(answer) => answer,
        // An OCSPResponse with a status and nothing else.
        Err(refusal) => vec![0x30, 0x03, 0x0a, 0x01, refusal as u8],
    }
}

fn try_answer(
    authority: &Authority,
    request: &[u8],
    look_up: impl Fn(IssuerId, &str) -> Standing,
    now: Timestamp,
) -> Result<Vec<u8>, Refusal> {
    let request = OcspRequest::from_der(request).map_err(|_| Refusal::MalformedRequest)?.content;
    let nonce = nonce(request.extensions.as_deref().unwrap_or_default())?;
    let first = request.questions.first().ok_or(Refusal::MalformedRequest)?;
    let (id, issuer) = find_issuer(authority, &first.certificate).ok_or(Refusal::Unauthorized)?;
    let mut answers = Vec::with_capacity(request.questions.len());
    for question in &request.questions {
        // One answer has one signature, which is worth nothing for what another issuer has signed.
        if !names(&question.certificate, issuer) {
            return Err(Refusal::Unauthorized);
        }
        let serial = serial_text(&question.certificate.serial);
        answers.push(single(&question.certificate, &look_up(id, &serial), now)?);
    }
    let key_hash = issuer.key_identifier.0.to_der()?;
    let extensions = match nonce {
        Some(nonce) => tagged(1, &[&sequence(&[&nonce.to_der()?])?])?,
        None => Vec::new(),
    };
    let data = sequence(&[
        &tagged(2, &[&key_hash])?,
        &generalized_time(now)?,
        &sequence(&[&answers.concat()])?,
        &extensions,
    ])?;
    let signed = wrap(Tag::OctetString, &[&issuer.signer.seal(&data)?])?;
    let basic = sequence(&[&ID_PKIX_OCSP_BASIC.to_der()?, &signed])?;
    const SUCCESSFUL: [u8; 3] = [0x0a, 0x01, 0x00];
    Ok(sequence(&[&SUCCESSFUL, &tagged(0, &[&basic])?])?)
}

/// The nonce to echo, if there is one.
fn nonce(extensions: &[Extension]) -> Result<Option<&Extension>, Refusal> {
    let Some(nonce) = extensions.iter().find(|extension| extension.extn_id == ID_PKIX_OCSP_NONCE) else {
        return Ok(None);
    };
    let value = OctetString::from_der(nonce.extn_value.as_bytes()).map_err(|_| Refusal::MalformedRequest)?;
    match (1..=MAX_NONCE).contains(&value.as_bytes().len()) {
        true => Ok(Some(nonce)),
        false => Err(Refusal::MalformedRequest),
    }
}

fn find_issuer<'a>(authority: &'a Authority, id: &CertificateId) -> Option<(IssuerId, &'a Issuer)> {
    authority.made().find(|(_, issuer)| names(id, issuer))
}

fn names(id: &CertificateId, issuer: &Issuer) -> bool {
    let algorithm = match id.hash_algorithm.oid {
        ID_SHA_1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        ID_SHA_256 => &digest::SHA256,
        _ => return false,
    };
    let is = |hash: &OctetString, of: &[u8]| digest::digest(algorithm, of).as_ref() == hash.as_bytes();
    is(&id.issuer_key_hash, &issuer.key_bits) && is(&id.issuer_name_hash, &issuer.name)
}

/// As serial numbers are told elsewhere. A negative one is nobody's.
fn serial_text(serial: &Int) -> String {
    to_hex(match serial.as_bytes() {
        [0, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    })
}

fn single(id: &CertificateId, standing: &Standing, now: Timestamp) -> Result<Vec<u8>, Refusal> {
    const GOOD: [u8; 2] = [0x80, 0x00];
    const UNKNOWN: [u8; 2] = [0x82, 0x00];
    let status = match standing {
        Standing::Good => GOOD.to_vec(),
        Standing::Unknown => UNKNOWN.to_vec(),
        Standing::Revoked { at, reason } => {
            let reason = match reason_der(reason)? {
                Some(reason) => tagged(0, &[&reason])?,
                None => Vec::new(),
            };
            tagged(1, &[&generalized_time(*at)?, &reason])?
        }
    };
    let until = now.checked_add(ANSWER_LIFE).map_err(IssueError::from)?;
    Ok(sequence(&[
        &id.to_der()?,
        &status,
        &generalized_time(now)?,
        &tagged(0, &[&generalized_time(until)?])?,
    ])?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_echoed_if_it_has_a_length_that_it_may_have() {
        let extension = |value: &[u8]| Extension {
            extn_id: ID_PKIX_OCSP_NONCE,
            critical: false,
            extn_value: OctetString::new(value).unwrap(),
        };
        let judge = |length: usize| {
            let value = OctetString::new(vec![7; length]).unwrap().to_der().unwrap();
            nonce(&[extension(&value)]).is_ok_and(|nonce| nonce.is_some())
        };
        assert_eq!([0, 1, 32, 128, 129].map(judge), [false, true, true, true, false]);
        assert!(nonce(&[extension(b"bare")]).is_err());
        assert!(matches!(nonce(&[]), Ok(None)));
    }

    #[test]
    fn a_serial_number_is_told_without_the_zero_that_makes_it_positive() {
        let told = |bytes: &[u8]| serial_text(&Int::new(bytes).unwrap());
        assert_eq!(told(&[0x00, 0xff]), "ff");
        assert_eq!(told(&[0x40, 0x00]), "4000");
        assert_eq!(told(&[0x00]), "00");
    }
}
