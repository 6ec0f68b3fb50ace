//! Requests that others made say here what OpenSSL says of them.
//!
//! `corpus/README.md` tells where they come from. A machine without the `openssl` program fails these tests.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the lints spare #[test] functions, not their helpers"
)]

mod tools;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use csr_tools::{
    CertificateRequest, EncodedRequest, GeneralName, KnownExtension, Policy, Problem, PublicKeyAlgorithm,
    RequestView, SignatureError, StringType,
};
use tools::{purpose_words, words};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/requests")
}

/// The requests whose names start so, with their names.
fn requests(starts: impl Fn(&str) -> bool) -> Vec<(String, PathBuf)> {
    let mut found: Vec<_> = fs::read_dir(corpus())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), path))
        .filter(|(name, _)| starts(name))
        .collect();
    found.sort();
    found
}

fn openssl(path: &Path, arguments: &str) -> (String, String) {
    let form = if path.extension().is_some_and(|extension| extension == "der") { "DER" } else { "PEM" };
    let output = Command::new("openssl")
        .args(["req", "-inform", form, "-in"])
        .arg(path)
        .args(arguments.split_whitespace())
        .output()
        .expect("these tests need the openssl program, version 3");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}: {}", path.display(), text(&output.stderr));
    (text(&output.stdout), text(&output.stderr))
}

/// What `openssl req -text` says, in lines.
struct Told(Vec<String>);

impl Told {
    fn of(path: &Path) -> Self {
        let names = "-nameopt utf8,show_type,sep_multiline,space_eq,sname";
        Self(openssl(path, &format!("-noout -text {names}")).0.lines().map(str::to_owned).collect())
    }

    /// What follows these words, in the first line that has them.
    fn after(&self, words: &str) -> Option<&str> {
        self.0.iter().find_map(|line| line.split_once(words)).map(|(_, after)| after.trim())
    }

    /// Attribute by attribute.
    fn subject(&self) -> Vec<String> {
        let lines = self.0.iter().skip_while(|line| line.trim() != "Subject:").skip(1);
        let lines = lines.take_while(|line| line.trim() != "Subject Public Key Info:");
        // One line holds what stands side by side.
        let parts = lines.flat_map(|line| line.trim().split(" + emailAddress = IA5STRING:").enumerate());
        parts
            .map(
                |(index, part)| {
                    if index == 0 { part.to_owned() } else { format!("emailAddress = IA5STRING:{part}") }
                },
            )
            .filter(|part| !part.is_empty())
            .collect()
    }

    /// The alternative names of the kinds that we show as OpenSSL does, and how many others there are.
    fn names(&self) -> (Vec<String>, usize) {
        let Some(line) = self.0.iter().position(|line| line.contains("Subject Alternative Name:")) else {
            return (Vec::new(), 0);
        };
        let (mut shown, mut others) = (Vec::new(), 0);
        for name in self.0[line + 1].trim().split(", ") {
            match name.split_once(':') {
                Some(("IP Address", address)) => {
                    let address: std::net::IpAddr = address.parse().unwrap();
                    shown.push(format!("IP Address:{address}"));
                }
                Some(("DNS" | "email" | "URI", _)) => shown.push(name.to_owned()),
                _ => others += 1,
            }
        }
        (shown, others)
    }

    /// The values in the line after the one with these words.
    fn values(&self, words: &str) -> Option<Vec<&str>> {
        let line = self.0.iter().position(|line| line.contains(words))?;
        Some(self.0[line + 1].trim().split(", ").collect())
    }

    fn signature(&self) -> String {
        let algorithm = self.after("Signature Algorithm: ").unwrap();
        match algorithm {
            "rsassaPss" => {
                let digest = self.after("Hash Algorithm: ").unwrap();
                format!("rsassaPss {digest} {}", self.after("Salt Length: ").unwrap())
            }
            other => other.to_owned(),
        }
    }
}

fn type_name(string_type: StringType) -> &'static str {
    match string_type {
        StringType::Utf8 => "UTF8STRING",
        StringType::Printable => "PRINTABLESTRING",
        StringType::Ia5 => "IA5STRING",
        StringType::Teletex => "T61STRING",
        StringType::Bmp => "BMPSTRING",
        _ => "?",
    }
}

/// OpenSSL's name for what we call so; others we show by number.
fn signature_name(shown: &str) -> &str {
    match shown {
        "RSA with SHA-256" => "sha256WithRSAEncryption",
        "RSA with SHA-384" => "sha384WithRSAEncryption",
        "RSA with SHA-512" => "sha512WithRSAEncryption",
        "RSA-PSS with SHA-256" => "rsassaPss sha256 0x20",
        "RSA-PSS with SHA-384" => "rsassaPss sha384 0x30",
        "RSA-PSS with SHA-512" => "rsassaPss sha512 0x40",
        "ECDSA with SHA-256" => "ecdsa-with-SHA256",
        "ECDSA with SHA-384" => "ecdsa-with-SHA384",
        "ECDSA with SHA-512" => "ecdsa-with-SHA512",
        "Ed25519" => "ED25519",
        "1.2.840.113549.1.1.4" => "md5WithRSAEncryption",
        "1.2.840.113549.1.1.5" => "sha1WithRSAEncryption",
        "1.2.840.10045.4.1" => "ecdsa-with-SHA1",
        "1.2.840.113549.1.1.10" => "rsassaPss sha256 0xDE",
        "1.3.101.113" => "ED448",
        "2.16.840.1.101.3.4.3.2" => "dsa_with_SHA256",
        other => other,
    }
}

fn compare(name: &str, path: &Path, view: &RequestView<'_>) {
    let told = Told::of(path);

    let subject: Vec<String> = view
        .subject()
        .attributes()
        .map(|attribute| {
            let (kind, string_type) = (attribute.kind(), type_name(attribute.string_type()));
            format!("{kind} = {string_type}:{}", attribute.value().unwrap())
        })
        .collect();
    assert_eq!(subject, told.subject(), "{name}");

    let (mut names, mut others) = (Vec::new(), 0);
    for found in view.names() {
        match found {
            GeneralName::Dns(_) | GeneralName::Email(_) | GeneralName::Ip(_) | GeneralName::Uri(_) => {
                names.push(found.to_string());
            }
            _ => others += 1,
        }
    }
    assert_eq!((names, others), told.names(), "{name}");

    let key = view.public_key().unwrap();
    let told_bits = told.after("Public-Key: (").map(|bits| bits.split(' ').next().unwrap().parse().unwrap());
    if let (Some(bits), Some(told)) = (key.algorithm().bits(), told_bits) {
        assert_eq!(bits, told, "{name}");
    }
    match key.rsa() {
        Some(numbers) => {
            let exponent = told.after("Exponent: ").unwrap().split(' ').next().unwrap().parse().ok();
            assert_eq!(numbers.small_exponent(), exponent, "{name}");
        }
        None => assert_ne!(told.after("Public Key Algorithm: "), Some("rsaEncryption"), "{name}"),
    }
    if let PublicKeyAlgorithm::EllipticCurve(curve) = key.algorithm()
        && let Some(told) = told.after("NIST CURVE: ")
    {
        let shown = curve.to_string();
        assert!(shown == told || shown == "1.3.132.0.33" && told == "P-224", "{name}: {shown}, {told}");
    }

    let told_usage = told.values("X509v3 Key Usage:").unwrap_or_default();
    let told_is_ca = told.values("X509v3 Basic Constraints:").map(|values| values[0] == "CA:TRUE");
    let told_purposes = told.values("X509v3 Extended Key Usage:").unwrap_or_default();
    let (mut usage, mut purposes, mut is_ca) = (Vec::new(), Vec::new(), None);
    for extension in view.extensions() {
        match extension.known() {
            Some(KnownExtension::KeyUsage(uses)) => usage = uses.iter().map(words).collect(),
            Some(KnownExtension::ExtendedKeyUsage(found)) => {
                purposes = found.into_iter().map(purpose_words).collect();
            }
            Some(KnownExtension::BasicConstraints { is_ca: found, .. }) => is_ca = Some(found),
            _ => {}
        }
    }
    assert_eq!(usage, told_usage, "{name}");
    assert_eq!(purposes, told_purposes, "{name}");
    assert_eq!(is_ca, told_is_ca, "{name}");

    let signature = view.signature_algorithm().to_string();
    assert_eq!(signature_name(&signature), told.signature(), "{name}");
    let password = told.after("challengePassword").is_some();
    assert_eq!(view.has_challenge_password(), password, "{name}");
}

fn is_oracle(name: &str) -> bool {
    !name.starts_with("spoiled-") || name == "spoiled-original.pem"
}

#[test]
fn the_corpus_is_large_enough() {
    assert!(requests(|name| !name.starts_with("spoiled-")).len() >= 60);
    for tool in ["openssl-", "keytool-", "certtool-", "cryptography-", "microsoft-", "spoiled-"] {
        assert!(requests(|name| name.starts_with(tool)).len() >= 5, "{tool}");
    }
}

#[test]
fn every_request_says_here_what_openssl_says_of_it() {
    for (name, path) in requests(is_oracle) {
        let encoded = EncodedRequest::from_paste(fs::read(&path).unwrap()).unwrap();
        let view = encoded.view().expect(&name);
        compare(&name, &path, &view);

        let verifies = openssl(&path, "-noout -verify").1.contains("verify OK");
        match view.verify() {
            Ok(()) => assert!(verifies, "{name}"),
            Err(SignatureError::Invalid) => assert!(!verifies, "{name}"),
            // What we do not check is weak, or not certified by anybody: a finding tells.
            Err(_) => assert!(!Policy::certum().check(&view).is_empty(), "{name}"),
        }
        assert_eq!(CertificateRequest::from_der(view.as_der()).is_ok(), view.verify().is_ok(), "{name}");
    }
}

#[test]
fn the_requests_that_are_not_verified_here_are_known() {
    let unverified: BTreeSet<String> = requests(is_oracle)
        .into_iter()
        .filter(|(_, path)| CertificateRequest::from_pem(fs::read(path).unwrap()).is_err())
        .map(|(name, _)| name.split('.').next().unwrap().to_owned())
        .collect();
    let expected = [
        "cryptography-dsa",
        "keytool-dsa2048",
        "openssl-brainpool",
        "openssl-ed448",
        "openssl-explicit",
        "openssl-p224",
        "openssl-p256-sha1",
        "openssl-pss-key",
        "openssl-pss-longest-salt",
        "openssl-rsa1024",
        "openssl-rsa2047",
        "openssl-rsa2048-md5",
        "openssl-rsa2048-sha1",
        "openssl-secp256k1",
    ];
    assert_eq!(unverified, expected.map(str::to_owned).into());
}

#[test]
fn der_key_and_fingerprints_are_those_that_openssl_computes() {
    let work = tempfile::tempdir().unwrap();
    for name in ["openssl-ev.pem", "microsoft-certreq.pem", "keytool-rsa2048.pem", "certtool-p256.pem"] {
        let path = corpus().join(name);
        let encoded = EncodedRequest::from_paste(fs::read(&path).unwrap()).unwrap();
        let view = encoded.view().unwrap();
        let copy = work.path().join("r.der");
        openssl(&path, &format!("-outform DER -out {}", copy.display()));
        assert_eq!(fs::read(&copy).unwrap(), view.as_der(), "{name}");

        let digest = |algorithm: &str| {
            let output = Command::new("openssl").args(["dgst", algorithm, "-r"]).arg(&copy).output().unwrap();
            String::from_utf8(output.stdout).unwrap().split(' ').next().unwrap().to_owned()
        };
        let shown = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(shown(&view.sha256_fingerprint()), digest("-sha256"), "{name}");
        assert_eq!(shown(&view.sha1_fingerprint()), digest("-sha1"), "{name}");
    }
}

#[test]
fn unknown_attributes_and_extensions_are_kept() {
    let read = |name: &str| EncodedRequest::from_paste(fs::read(corpus().join(name)).unwrap()).unwrap();
    let request = read("microsoft-certreq.pem");
    let view = request.view().unwrap();
    let attributes: Vec<String> = view.attributes().map(|attribute| attribute.oid().to_string()).collect();
    for oid in ["1.3.6.1.4.1.311.13.2.3", "1.3.6.1.4.1.311.21.20", "1.3.6.1.4.1.311.13.2.2"] {
        assert!(attributes.iter().any(|found| found == oid), "{attributes:?}");
    }
    assert_eq!(view.attributes().flat_map(|attribute| attribute.values().collect::<Vec<_>>()).count(), 4);
    let extensions: Vec<String> = view
        .extensions()
        .map(|extension| extension.name().map_or(extension.oid().to_string(), str::to_owned))
        .collect();
    let expected =
        ["keyUsage", "extendedKeyUsage", "1.3.6.1.4.1.311.21.10", "subjectAltName", "1.2.840.113549.1.9.15"];
    assert_eq!(extensions, expected);
    assert!(view.extensions().next().unwrap().is_critical());

    // Two attributes with extensions: the names are in one, and both are listed.
    let request = read("microsoft-both-attributes.pem");
    let view = request.view().unwrap();
    assert_eq!((view.extensions().count(), view.names().count()), (6, 2));

    let request = read("openssl-challenge-password.pem");
    assert!(!format!("{:?}", request.view().unwrap()).contains("hunter22"));
}

#[test]
fn the_same_request_is_read_from_every_mangled_copy() {
    let original = fs::read(corpus().join("spoiled-original.pem")).unwrap();
    let original = CertificateRequest::from_pem(original).unwrap();
    let copies = requests(|name| name.starts_with("spoiled-same-"));
    assert!(copies.len() >= 10);
    for (name, path) in copies {
        let copy = fs::read(path).unwrap();
        assert_eq!(CertificateRequest::from_pem(&copy).expect(&name), original, "{name}");
        assert!(EncodedRequest::from_strict_pem(&copy).is_err(), "{name}");
    }
}

#[test]
fn spoiled_requests_are_readable_where_they_can_be() {
    let findings = |name: &str| Policy::certum().check_paste(fs::read(corpus().join(name)).unwrap());
    for (name, problem) in [
        ("spoiled-signature.pem", Problem::BadSignature),
        ("spoiled-changed-name.pem", Problem::BadSignature),
        ("spoiled-negative-modulus.pem", Problem::KeyUnreadable),
    ] {
        let findings = findings(name);
        assert!(findings.iter().any(|finding| *finding.problem() == problem), "{name}: {findings:?}");
    }
}

#[test]
fn spoiled_requests_are_told_what_is_wrong_with_them() {
    for (name, start) in [
        ("spoiled-cut-off.pem", "the certificate request is cut off after "),
        ("spoiled-cut-off-inside.pem", "the certificate request cannot be read at byte 0: cut off after "),
        ("spoiled-cut-off.der", "the certificate request cannot be read at byte 0: cut off after "),
        ("spoiled-trailing.der", "the certificate request cannot be read at byte "),
        ("spoiled-version.pem", "the certificate request cannot be read at byte 8: the version"),
        (
            "spoiled-character.pem",
            "the PEM block \"CERTIFICATE REQUEST\" does not hold valid base64: look at line 4",
        ),
        ("spoiled-two.pem", "there are 2 certificate requests in one paste"),
        (
            "spoiled-indefinite.der",
            "the certificate request cannot be read at byte 0: a length is not in DER's form",
        ),
        ("spoiled-names.pem", "the list of alternative names cannot be read at byte "),
        ("spoiled-certificate.pem", "this is a certificate, not"),
        ("spoiled-certificate-relabelled.pem", "this is a certificate, not"),
        ("spoiled-key-inside.pem", "this is a private key: never send it"),
    ] {
        let error = CertificateRequest::from_pem(fs::read(corpus().join(name)).unwrap()).expect_err(name);
        assert!(error.to_string().starts_with(start), "{name}: {error}");
    }
}
