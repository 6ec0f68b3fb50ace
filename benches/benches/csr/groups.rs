//! The measurements: who takes part in each.

use std::hint::black_box;
use std::time::Duration;

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rsa::{self, KeySize};
use aws_lc_rs::signature::{self, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey, VerificationAlgorithm};
use certum_benches::Outcome;
use certum_benches::bench::Bench;
use certum_benches::processor::timed;
use certum_benches::race::{Racer, TURN};
#[cfg(feature = "openssl-peer")]
use certum_benches::targets::OPENSSL;
use certum_benches::targets::{AWS_LC, STRICT, X509_PARSER};
use csr_tools::{CertificateRequest, EncodedRequest, KeyAlgorithm, PrivateKey};

use crate::documents::{Documents, Request, extract};
#[cfg(feature = "openssl-peer")]
use crate::openssl_peer;
use crate::scripts::Scripts;
use crate::{x509_cert_peer, x509_parser_peer};

const OURS: &str = "csr-tools";

/// A prime is found by luck, which a turn has to even out.
const PRIMES: Duration = Duration::from_secs(1);

pub(crate) fn measure(
    bench: &Bench,
    name: &'static str,
    documents: &Documents,
    scripts: &mut Scripts,
) -> Outcome<()> {
    let Documents { rsa_2048, p256 } = documents;
    let (about, turn, mut racers) = match name {
        "decode" => ("a PEM request with five names → owned values", TURN, decode(documents)),
        "verify-rsa-2048" => {
            ("the same with the check of its signature, RSA 2048", TURN, verify_rsa_2048(rsa_2048))
        }
        "verify-p256" => ("the same with the check of its signature, P-256", TURN, verify_p256(p256)),
        "generate-rsa-2048" => ("a new key, RSA 2048", PRIMES, generate_rsa_2048()),
        _ => ("a new key, P-256", TURN, generate_p256()),
    };
    scripts.join(&mut racers, name);
    bench.race(name, about, turn, &mut racers)
}

/// Somebody who does a work again and again, in this process.
fn racer<'a, T>(name: &'static str, mut work: impl FnMut() -> T + 'a) -> Racer<'a> {
    Racer::new(name, move |times| {
        timed(times, || {
            black_box(work());
            Ok(())
        })
    })
}

/// From PEM to names and key.
fn decode(documents: &Documents) -> Vec<Racer<'_>> {
    let (pem, expected) = (&documents.p256.pem, documents.expected());
    let forgiving = move || extract(&EncodedRequest::from_paste(black_box(pem)).unwrap());
    let strict = move || extract(&EncodedRequest::from_strict_pem(black_box(pem)).unwrap());
    assert_eq!(forgiving(), expected);
    assert_eq!(strict(), expected);
    assert_eq!(x509_parser_peer::extract(pem), expected);
    assert_eq!(x509_cert_peer::extract(pem), expected);
    #[cfg(feature = "openssl-peer")]
    openssl_peer::hold_against(pem, &expected);
    vec![
        racer(OURS, forgiving),
        racer(STRICT, strict),
        racer(X509_PARSER, move || x509_parser_peer::extract(black_box(pem))),
        racer("x509-cert", move || x509_cert_peer::extract(black_box(pem))),
        #[cfg(feature = "openssl-peer")]
        racer(OPENSSL, move || openssl_peer::extract(black_box(pem))),
    ]
}

fn verify_rsa_2048(request: &Request) -> Vec<Racer<'_>> {
    verify(request, &signature::RSA_PKCS1_2048_8192_SHA256)
}

fn verify_p256(request: &Request) -> Vec<Racer<'_>> {
    verify(request, &signature::ECDSA_P256_SHA256_ASN1)
}

/// The same with the check of the request's signature; and that check alone, with everything at hand.
fn verify<'a>(request: &'a Request, algorithm: &'static dyn VerificationAlgorithm) -> Vec<Racer<'a>> {
    let Request { pem, key, message, signature } = request;
    vec![
        racer(OURS, move || CertificateRequest::from_pem(black_box(pem)).unwrap()),
        racer(AWS_LC, move || {
            UnparsedPublicKey::new(algorithm, black_box(key)).verify(message, signature).unwrap();
        }),
        #[cfg(feature = "openssl-peer")]
        racer(OPENSSL, move || assert!(openssl_peer::verify(black_box(pem)))),
    ]
}

/// A key with its public half.
fn generate_rsa_2048<'a>() -> Vec<Racer<'a>> {
    vec![
        racer(OURS, || PrivateKey::generate(KeyAlgorithm::Rsa2048).unwrap()),
        racer(AWS_LC, || rsa::KeyPair::generate(KeySize::Rsa2048).unwrap()),
        #[cfg(feature = "openssl-peer")]
        racer(OPENSSL, openssl_peer::generate_rsa_2048),
    ]
}

fn generate_p256<'a>() -> Vec<Racer<'a>> {
    vec![
        racer(OURS, || PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap()),
        racer(AWS_LC, || {
            let pair = EcdsaKeyPair::generate(&signature::ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
            let spki: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
            spki.as_ref().len()
        }),
        #[cfg(feature = "openssl-peer")]
        racer(OPENSSL, openssl_peer::generate_p256),
    ]
}
