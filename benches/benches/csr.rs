//! Requests: reading them, checking their signatures, and making keys; beside the crates and the C library that do
//! the same. `README.md` says how to run it and how to read the result.

#![expect(clippy::unwrap_used, reason = "a measurement of what fails is none")]

use std::hint::black_box;
use std::time::Duration;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::signature::{self, KeyPair as _, UnparsedPublicKey, VerificationAlgorithm};
use criterion::{Criterion, criterion_group, criterion_main};
use csr_tools::{CertificateRequest, EncodedRequest, GeneralName, KeyAlgorithm, PrivateKey, SigningKey as _};

const NAMES: [&str; 5] =
    ["shop.example.com", "www.example.com", "mail.example.com", "api.example.com", "*.cdn.example.com"];

fn request(key: &PrivateKey) -> String {
    CertificateRequest::builder().common_name(NAMES[0]).dns_names(NAMES).sign(key).unwrap().to_pem()
}

/// What every peer takes out of a request, as owned values: common name, DNS names, key.
type Extracted = (Option<String>, Vec<String>, Vec<u8>);

mod csr_tools_peer {
    use super::*;

    pub(super) fn extract(encoded: &EncodedRequest) -> Extracted {
        let view = encoded.view().unwrap();
        let common_name = view.subject().common_name().map(|name| name.value().unwrap().into_owned());
        let names = view.names().filter_map(|name| match name {
            GeneralName::Dns(name) => Some(name.into_owned()),
            _ => None,
        });
        (common_name, names.collect(), view.public_key().unwrap().as_der().to_vec())
    }
}

mod x509_parser_peer {
    use x509_parser::certification_request::X509CertificationRequest;
    use x509_parser::extensions::{GeneralName, ParsedExtension};
    use x509_parser::pem::parse_x509_pem;
    use x509_parser::prelude::FromDer as _;

    use super::Extracted;

    pub(super) fn extract(pem: &str) -> Extracted {
        let (_, pem) = parse_x509_pem(pem.as_bytes()).unwrap();
        let (_, request) = X509CertificationRequest::from_der(&pem.contents).unwrap();
        let info = &request.certification_request_info;
        let common_name =
            info.subject.iter_common_name().last().map(|name| name.as_str().unwrap().to_owned());
        let mut names = Vec::new();
        for extension in request.requested_extensions().into_iter().flatten() {
            let ParsedExtension::SubjectAlternativeName(list) = extension else { continue };
            names.extend(list.general_names.iter().filter_map(|name| match name {
                GeneralName::DNSName(name) => Some((*name).to_owned()),
                _ => None,
            }));
        }
        (common_name, names, info.subject_pki.raw.to_vec())
    }
}

mod x509_cert_peer {
    use x509_cert::der::asn1::ObjectIdentifier;
    use x509_cert::der::{Decode as _, DecodePem as _, Encode as _};
    use x509_cert::ext::Extensions;
    use x509_cert::ext::pkix::SubjectAltName;
    use x509_cert::ext::pkix::name::GeneralName;
    use x509_cert::request::CertReq;

    use super::Extracted;

    const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
    const EXTENSION_REQUEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.14");
    const ALTERNATIVE_NAMES: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");

    pub(super) fn extract(pem: &str) -> Extracted {
        let request = CertReq::from_pem(pem).unwrap();
        let attributes = request.info.subject.iter_rdn().flat_map(|name| name.iter());
        let common_name = attributes
            .filter(|attribute| attribute.oid == COMMON_NAME)
            .last()
            .map(|attribute| str::from_utf8(attribute.value.value()).unwrap().to_owned());
        let mut names = Vec::new();
        for attribute in request.info.attributes.iter().filter(|one| one.oid == EXTENSION_REQUEST) {
            for value in attribute.values.iter() {
                let extensions: Extensions = value.decode_as().unwrap();
                for extension in extensions.iter().filter(|one| one.extn_id == ALTERNATIVE_NAMES) {
                    let list = SubjectAltName::from_der(extension.extn_value.as_bytes()).unwrap();
                    names.extend(list.0.iter().filter_map(|name| match name {
                        GeneralName::DnsName(name) => Some(name.as_str().to_owned()),
                        _ => None,
                    }));
                }
            }
        }
        (common_name, names, request.info.public_key.to_der().unwrap())
    }
}

/// OpenSSL's C library, through its usual binding. The binding hands out extensions without looking into them, so
/// that the single names are not part of its work; and it has the key decoded already, so that its size is asked for
/// instead of its bytes. Both spare it what the others do.
#[cfg(feature = "openssl-peer")]
mod openssl_peer {
    use openssl::nid::Nid;
    use openssl::pkey::{Id, PKey, Private};
    use openssl::pkey_ctx::PkeyCtx;
    use openssl::x509::X509Req;

    pub(super) fn extract(pem: &str) -> (Option<String>, usize, u32) {
        let request = X509Req::from_pem(pem.as_bytes()).unwrap();
        let name = request.subject_name().entries_by_nid(Nid::COMMONNAME).last();
        let name = name.map(|entry| entry.data().to_string().unwrap());
        (name, request.extensions().unwrap().len(), request.public_key().unwrap().bits())
    }

    pub(super) fn generate_rsa_2048() -> PKey<Private> {
        let mut context = PkeyCtx::new_id(Id::RSA).unwrap();
        context.keygen_init().unwrap();
        context.set_rsa_keygen_bits(2048).unwrap();
        context.keygen().unwrap()
    }

    pub(super) fn generate_p256() -> PKey<Private> {
        PKey::ec_gen("P-256").unwrap()
    }

    pub(super) fn verify(pem: &str) -> bool {
        let request = X509Req::from_pem(pem.as_bytes()).unwrap();
        request.verify(&request.public_key().unwrap()).unwrap()
    }
}

/// From PEM to names and key.
fn decode(criterion: &mut Criterion) {
    let pem = request(&PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap());
    let ours = || csr_tools_peer::extract(&EncodedRequest::from_paste(black_box(&pem)).unwrap());
    let expected: Extracted = ours();
    assert_eq!((expected.0.as_deref(), &expected.1[..]), (Some(NAMES[0]), &NAMES.map(str::to_owned)[..]));
    assert_eq!(x509_parser_peer::extract(&pem), expected);
    assert_eq!(x509_cert_peer::extract(&pem), expected);

    let mut group = criterion.benchmark_group("decode");
    group.bench_function("csr-tools", |bencher| bencher.iter(ours));
    group.bench_function("csr-tools-strict", |bencher| {
        bencher.iter(|| csr_tools_peer::extract(&EncodedRequest::from_strict_pem(black_box(&pem)).unwrap()));
    });
    group
        .bench_function("x509-parser", |bencher| bencher.iter(|| x509_parser_peer::extract(black_box(&pem))));
    group.bench_function("x509-cert", |bencher| bencher.iter(|| x509_cert_peer::extract(black_box(&pem))));
    #[cfg(feature = "openssl-peer")]
    group.bench_function("openssl", |bencher| bencher.iter(|| openssl_peer::extract(black_box(&pem))));
    group.finish();
}

/// The same with the check of the request's signature.
fn verify(criterion: &mut Criterion) {
    let kinds: [(_, _, &dyn VerificationAlgorithm); 2] = [
        ("verify-rsa-2048", KeyAlgorithm::Rsa2048, &signature::RSA_PKCS1_2048_8192_SHA256),
        ("verify-p256", KeyAlgorithm::EcdsaP256, &signature::ECDSA_P256_SHA256_ASN1),
    ];
    for (name, algorithm, check) in kinds {
        let key = PrivateKey::generate(algorithm).unwrap();
        let pem = request(&key);
        let mut group = criterion.benchmark_group(name);
        group.bench_function("csr-tools", |bencher| {
            bencher.iter(|| CertificateRequest::from_pem(black_box(&pem)).unwrap());
        });
        // The bare check, of as many bytes, with the key as the library wants it.
        let message = vec![7; 420];
        let signed = key.sign(&message).unwrap();
        let spki = key.public_key().as_der();
        group.bench_function("aws-lc-rs", |bencher| {
            bencher
                .iter(|| UnparsedPublicKey::new(check, black_box(spki)).verify(&message, &signed).unwrap());
        });
        #[cfg(feature = "openssl-peer")]
        group.bench_function("openssl", |bencher| bencher.iter(|| openssl_peer::verify(black_box(&pem))));
        group.finish();
    }
}

/// Making keys. A prime is found by luck: RSA needs many samples to be comparable.
fn generate(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("generate-rsa-2048");
    group.sample_size(60).measurement_time(Duration::from_secs(15));
    group.bench_function("csr-tools", |bencher| {
        bencher.iter(|| PrivateKey::generate(KeyAlgorithm::Rsa2048).unwrap());
    });
    group.bench_function("aws-lc-rs", |bencher| {
        bencher.iter(|| aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap());
    });
    #[cfg(feature = "openssl-peer")]
    group.bench_function("openssl", |bencher| bencher.iter(openssl_peer::generate_rsa_2048));
    group.finish();

    let mut group = criterion.benchmark_group("generate-p256");
    group.bench_function("csr-tools", |bencher| {
        bencher.iter(|| PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap());
    });
    group.bench_function("aws-lc-rs", |bencher| {
        bencher.iter(|| {
            let kind = &signature::ECDSA_P256_SHA256_ASN1_SIGNING;
            let pair = signature::EcdsaKeyPair::generate(kind).unwrap();
            let spki: aws_lc_rs::encoding::PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
            spki.as_ref().len()
        });
    });
    #[cfg(feature = "openssl-peer")]
    group.bench_function("openssl", |bencher| bencher.iter(openssl_peer::generate_p256));
    group.finish();
}

criterion_group!(benches, decode, verify, generate);
criterion_main!(benches);
