//! What a receiver can check: who has sent a body, and when.

use std::fmt;

use aws_lc_rs::hmac;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::HeaderMap;
use zeroize::Zeroizing;

/// The header with the identifier of what is delivered.
pub const EVENT_ID_HEADER: &str = "x-event-id";
/// The header with the time of the try, in seconds since 1970.
pub const TIMESTAMP_HEADER: &str = "x-event-timestamp";
/// The header with the signatures.
pub const SIGNATURE_HEADER: &str = "x-event-signature";

/// What stands before a signature of this version.
const VERSION: &str = "v1=";

/// The most signatures that are looked at: each costs a pass over the body.
const MAX_SIGNATURES: usize = 8;

/// A secret that sender and receiver share: wiped when it is dropped, and never shown.
#[derive(Clone)]
pub struct WebhookSecret(Zeroizing<Vec<u8>>);

impl WebhookSecret {
    /// The fewest bytes: what RFC 2104, section 3, asks for HMAC with SHA-256.
    pub const MIN_LENGTH: usize = 32;

    /// Takes a secret: its bytes are the key, as they are.
    ///
    /// # Errors
    /// If it has fewer than [`MIN_LENGTH`](Self::MIN_LENGTH) bytes.
    pub fn new(secret: impl Into<Vec<u8>>) -> Result<Self, WeakSecret> {
        let secret = Zeroizing::new(secret.into());
        if secret.len() < Self::MIN_LENGTH { Err(WeakSecret(())) } else { Ok(Self(secret)) }
    }

    fn key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &self.0)
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

/// A secret that is too short to sign with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a secret has at least {} bytes", WebhookSecret::MIN_LENGTH)]
pub struct WeakSecret(());

/// The value of the signature's header: one signature for each secret.
pub(super) fn sign(secrets: &[WebhookSecret], timestamp: i64, body: &[u8]) -> String {
    let signed = signed(&timestamp.to_string(), body);
    let signatures: Vec<String> = secrets
        .iter()
        .map(|secret| {
            let tag = hmac::sign(&secret.key(), &signed);
            let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{VERSION}{hex}")
        })
        .collect();
    signatures.join(",")
}

/// Checks, on the receiver's side, that a body comes from whoever knows one of the secrets, and was sent within the
/// window around now.
///
/// The comparison takes the same time whatever the signature. Within the window a copy of a request passes again:
/// whoever acts on it remembers the identifiers in the bodies for at least as long. Five minutes are a usual window.
///
/// # Errors
/// [`SignatureError`].
pub fn verify(
    secrets: &[WebhookSecret],
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
    window: SignedDuration,
) -> Result<(), SignatureError> {
    let timestamp = only(headers, TIMESTAMP_HEADER)?;
    let sent_at: i64 = timestamp.parse().map_err(|_| SignatureError::Malformed)?;
    let sent_at = Timestamp::from_second(sent_at).map_err(|_| SignatureError::Malformed)?;
    let signatures = only(headers, SIGNATURE_HEADER)?;
    // Before the time: a stranger learns nothing about our clock.
    let signed = signed(timestamp, body);
    let mut tags = Vec::new();
    for signature in signatures.split(',').map(str::trim).take(MAX_SIGNATURES) {
        // Signatures of other versions may stand beside ours.
        if let Some(hex) = signature.strip_prefix(VERSION) {
            tags.push(decode(hex).ok_or(SignatureError::Malformed)?);
        }
    }
    let keys: Vec<hmac::Key> = secrets.iter().map(WebhookSecret::key).collect();
    let is_ours = |tag: &Vec<u8>| keys.iter().any(|key| hmac::verify(key, &signed, tag).is_ok());
    if !tags.iter().any(is_ours) {
        return Err(SignatureError::Wrong);
    }
    if now.duration_since(sent_at).abs() > window { Err(SignatureError::OutsideWindow) } else { Ok(()) }
}

/// What is signed. The timestamp has digits alone, so that the first dot ends it.
fn signed(timestamp: &str, body: &[u8]) -> Vec<u8> {
    [timestamp.as_bytes(), b".", body].concat()
}

/// The value of a header that must be there once: of two, the sender and we might mean different ones.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, SignatureError> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().map_err(|_| SignatureError::Malformed),
        (None, _) => Err(SignatureError::Missing),
        (Some(_), Some(_)) => Err(SignatureError::Malformed),
    }
}

fn decode(hex: &str) -> Option<Vec<u8>> {
    let (pairs, []) = hex.as_bytes().as_chunks::<2>() else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

/// Why a request is not to be acted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The timestamp or the signature is not there.
    #[error("the request is not signed")]
    Missing,
    /// They are there, and can't be read.
    #[error("the request's signature can't be read")]
    Malformed,
    /// Nobody who knows a secret has signed this.
    #[error("the request's signature is wrong")]
    Wrong,
    /// It was sent long ago, or in the future: somebody sends it again, or a clock is wrong.
    #[error("the request was sent at another time")]
    OutsideWindow,
}
