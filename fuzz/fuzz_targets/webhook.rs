//! Reads the headers that a webhook's receiver is handed: a time and signatures, a line each, and a body. Nobody passes who
//! does not know the secret; whoever does passes within the window, and then alone.
#![no_main]

use cert_lifecycle::delivery::{SIGNATURE_HEADER, SignatureError, TIMESTAMP_HEADER, WebhookSecret, verify};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use libfuzzer_sys::fuzz_target;
use reqwest::header::{HeaderMap, HeaderValue};
use sha2::Sha256;

const SECRET: &[u8] = b"thirty-two bytes that nobody has";
const WINDOW: SignedDuration = SignedDuration::from_mins(5);

fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(3, |byte| *byte == b'\n');
    let [Some(time), Some(signatures), Some(body)] = [parts.next(), parts.next(), parts.next()] else {
        return;
    };
    let secrets = [WebhookSecret::new(SECRET).unwrap()];
    let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    let Some(forged) = headers(time, signatures) else { return };
    assert!(verify(&secrets, &forged, body, now, WINDOW).is_err());

    let signed = [time, b".", body].concat();
    let tag = Hmac::<Sha256>::new_from_slice(SECRET).unwrap().chain_update(signed).finalize().into_bytes();
    let hex: String = tag.iter().map(|byte| format!("{byte:02x}")).collect();
    let headers = headers(time, format!("v1={hex}").as_bytes()).unwrap();
    let sent_at = str::from_utf8(time).ok().and_then(|time| time.parse().ok());
    let sent_at = sent_at.and_then(|seconds| Timestamp::from_second(seconds).ok());
    let expected = match sent_at {
        None => Err(SignatureError::Malformed),
        Some(sent_at) if now.duration_since(sent_at).abs() > WINDOW => Err(SignatureError::OutsideWindow),
        Some(_) => Ok(()),
    };
    assert_eq!(verify(&secrets, &headers, body, now, WINDOW), expected);
});

fn headers(time: &[u8], signatures: &[u8]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert(TIMESTAMP_HEADER, HeaderValue::from_bytes(time).ok()?);
    headers.insert(SIGNATURE_HEADER, HeaderValue::from_bytes(signatures).ok()?);
    Some(headers)
}
