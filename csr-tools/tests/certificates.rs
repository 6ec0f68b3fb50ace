//! Our view of the certificates of `tests/corpus/certificates` is OpenSSL's, and containers by others open
//! here.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the lints spare #[test] functions, not their helpers"
)]

mod tools;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use csr_tools::{
    Certificate, CertificateProfile, EllipticCurve, NameView, Pkcs12, Pkcs12Error, PublicKeyAlgorithm,
    SignatureAlgorithm,
};
use tools::{Workshop, purpose_words, words};

/// The files of one directory of the corpus, in order.
fn corpus(directory: &str) -> Vec<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/certificates").join(directory);
    let mut files: Vec<_> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn name(path: &Path) -> &str {
    path.file_stem().unwrap().to_str().unwrap()
}

/// Every certificate of the corpus that is meant to be read.
fn certificates() -> Vec<PathBuf> {
    ["openssl", "keytool", "certtool", "cryptography"].into_iter().flat_map(corpus).collect()
}

/// Each of them, read here and printed by OpenSSL: once for all tests.
static VIEWS: LazyLock<Vec<(PathBuf, Certificate, Printed)>> = LazyLock::new(|| {
    let shop = Workshop::new();
    let view = |path: PathBuf| {
        let pem = fs::read(&path).unwrap();
        let certificate = Certificate::from_pem(&pem).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let printed = Printed::of(&shop, &pem);
        (path, certificate, printed)
    };
    certificates().into_iter().map(view).collect()
});

/// What `openssl x509` prints of one certificate.
struct Printed {
    pem: String,
    fields: String,
    text: String,
}

impl Printed {
    fn of(shop: &Workshop, pem: &[u8]) -> Self {
        let fields = "x509 -serial -dates -dateopt iso_8601 -sha256 -fingerprint -subject -issuer \
                      -nameopt sep_multiline,oid,utf8";
        let fields = shop.openssl_reading(fields, pem);
        let (fields, pem_again) = fields.split_at(fields.find("-----BEGIN").unwrap());
        Self {
            pem: pem_again.to_owned(),
            fields: fields.to_owned(),
            text: shop.openssl_reading("x509 -noout -text -certopt no_sigdump -nameopt utf8", pem),
        }
    }

    /// The value of a line `key=value`.
    fn field(&self, key: &str) -> &str {
        let prefix = format!("{key}=");
        self.fields.lines().find_map(|line| line.strip_prefix(&prefix)).unwrap()
    }

    /// The attributes of a name, as identifier and value.
    fn name(&self, key: &str) -> Vec<(String, String)> {
        let lines = self.fields.lines().skip_while(|line| *line != format!("{key}=")).skip(1);
        let lines = lines.take_while(|line| line.starts_with(' '));
        let attributes = lines.map(str::trim_start).flat_map(|line| line.split(" + "));
        attributes
            .filter(|attribute| !attribute.is_empty())
            .map(|attribute| attribute.split_once('=').unwrap())
            .map(|(a, b)| (a.into(), b.into()))
            .collect()
    }

    /// The lines of an extension, without its title.
    fn extension(&self, title: &str) -> Vec<&str> {
        const INDENT: &str = "                ";
        let mut lines = self.text.lines().skip_while(|line| !line.trim_start().starts_with(title));
        lines.next();
        lines.take_while(|line| line.starts_with(INDENT)).map(str::trim).collect()
    }

    /// The one value after this label, anywhere in the text.
    fn after(&self, label: &str) -> Option<&str> {
        self.text.lines().find_map(|line| line.trim_start().strip_prefix(label)).map(str::trim)
    }

    /// The alternative names of one kind.
    fn names(&self, kind: &str) -> Vec<String> {
        let lines = self.extension("X509v3 Subject Alternative Name:");
        let names = lines.iter().flat_map(|line| line.split(", "));
        names.filter_map(|name| name.strip_prefix(kind)).map(str::to_owned).collect()
    }

    /// The addresses after this label in an extension.
    fn urls(&self, title: &str, label: &str) -> Vec<String> {
        // Before "Reasons:" OpenSSL 3.0 forgets the line break.
        let lines = self.extension(title).into_iter();
        let lines = lines.map(|line| line.split("                Reasons:").next().unwrap());
        lines.filter_map(|line| line.strip_prefix(label)).map(str::to_owned).collect()
    }
}

/// Seconds since the epoch of `2026-11-21 22:36:01Z`, counted day by day.
fn unix_seconds(time: &str) -> i64 {
    let numbers: Vec<i64> =
        time.trim_end_matches('Z').split(['-', ' ', ':']).map(|n| n.parse().unwrap()).collect();
    let &[year, month, day, hour, minute, second] = &numbers[..] else { panic!("{time}") };
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let february = if leap(year) { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30];
    let days = (1970..year).map(|year| if leap(year) { 366 } else { 365 }).sum::<i64>()
        + months.iter().zip(1..month).map(|(days, _)| days).sum::<i64>()
        + day
        - 1;
    ((days * 24 + hour) * 60 + minute) * 60 + second
}

fn attributes(name: NameView<'_>) -> Vec<(String, String)> {
    let pairs = name.attributes();
    pairs.map(|attribute| (attribute.oid().to_string(), attribute.value().unwrap().into_owned())).collect()
}

fn lower(names: &[String]) -> Vec<String> {
    names.iter().map(|name| name.to_ascii_lowercase()).collect()
}

#[test]
fn the_corpus_is_as_large_as_promised() {
    assert!(certificates().len() >= 40, "{}", certificates().len());
}

#[test]
fn names_serial_dates_and_fingerprints_are_openssls() {
    for (path, certificate, printed) in &*VIEWS {
        let at = path.display();
        assert_eq!(certificate.serial_number(), &printed.field("serial").parse().unwrap(), "{at}");
        assert_eq!(certificate.not_before(), unix_seconds(printed.field("notBefore")), "{at}");
        assert_eq!(certificate.not_after(), unix_seconds(printed.field("notAfter")), "{at}");
        assert_eq!(attributes(certificate.subject()), printed.name("subject"), "{at}");
        assert_eq!(attributes(certificate.issuer()), printed.name("issuer"), "{at}");
        let fingerprint = certificate.sha256_fingerprint().to_string();
        assert_eq!(fingerprint, printed.field("sha256 Fingerprint"), "{at}");
        assert_eq!(certificate.to_pem(), printed.pem, "{at}");
    }
}

#[test]
fn the_older_fingerprint_is_openssls() {
    let shop = Workshop::new();
    let (_, certificate, printed) = &VIEWS[0];
    let theirs = shop.openssl_reading("x509 -noout -fingerprint -sha1", printed.pem.as_bytes());
    assert_eq!(theirs.trim().split_once('=').unwrap().1, certificate.sha1_fingerprint().to_string());
}

#[test]
fn names_are_shown_as_openssl_shows_them() {
    let shop = Workshop::new();
    // In which order attributes of one relative name stand is nobody's rule (RFC 4514 §2.2).
    for (path, certificate, printed) in VIEWS.iter().filter(|(path, ..)| name(path) != "name-multiple") {
        let options = "dn_rev,sep_comma_plus,sname,utf8,esc_2253,esc_ctrl";
        let theirs = format!("x509 -noout -subject -nameopt {options}");
        let theirs = shop.openssl_reading(&theirs, printed.pem.as_bytes());
        let theirs = theirs.trim_end_matches('\n').strip_prefix("subject=").unwrap();
        assert_eq!(certificate.subject().to_string(), theirs, "{}", path.display());
    }
}

#[test]
fn alternative_names_and_addresses_are_openssls() {
    for (path, certificate, printed) in &*VIEWS {
        let at = path.display();
        assert_eq!(certificate.dns_names(), lower(&printed.names("DNS:")), "{at}");
        assert_eq!(certificate.email_addresses(), printed.names("email:"), "{at}");
        assert_eq!(certificate.uris(), printed.names("URI:"), "{at}");
        let addresses: Vec<std::net::IpAddr> =
            printed.names("IP Address:").iter().map(|address| address.parse().unwrap()).collect();
        assert_eq!(certificate.ip_addresses(), addresses, "{at}");
        let access = "Authority Information Access:";
        assert_eq!(certificate.ocsp_urls(), printed.urls(access, "OCSP - URI:"), "{at}");
        assert_eq!(certificate.issuer_urls(), printed.urls(access, "CA Issuers - URI:"), "{at}");
        let lists = printed.urls("X509v3 CRL Distribution Points:", "URI:");
        assert_eq!(certificate.revocation_list_urls(), lists, "{at}");
        let policies = printed.urls("X509v3 Certificate Policies:", "Policy: ");
        let ours: Vec<String> = certificate.policies().iter().map(ToString::to_string).collect();
        let named = |policy: &String| policy.replace("X509v3 Any Policy", "2.5.29.32.0");
        assert_eq!(ours, policies.iter().map(named).collect::<Vec<_>>(), "{at}");
    }
}

#[test]
fn constraints_uses_and_key_identifiers_are_openssls() {
    for (path, certificate, printed) in &*VIEWS {
        let at = path.display();
        let constraints = printed.extension("X509v3 Basic Constraints:").concat();
        assert_eq!(certificate.is_ca(), constraints.contains("CA:TRUE"), "{at}");
        let length = constraints.split_once("pathlen:").map(|(_, length)| length.parse().unwrap());
        assert_eq!(certificate.path_length(), length, "{at}");

        let ours: Vec<_> =
            certificate.key_usage().into_iter().flat_map(|usage| usage.iter()).map(words).collect();
        assert_eq!(ours.join(", "), printed.extension("X509v3 Key Usage:").concat(), "{at}");
        let ours: Vec<_> = certificate
            .extended_key_usage()
            .unwrap_or_default()
            .iter()
            .map(|purpose| purpose_words(*purpose))
            .collect();
        assert_eq!(ours.join(", "), printed.extension("X509v3 Extended Key Usage:").concat(), "{at}");

        let own = certificate.subject_key_identifier().map(ToString::to_string).unwrap_or_default();
        assert_eq!(own, printed.extension("X509v3 Subject Key Identifier:").concat(), "{at}");
        let above = certificate.authority_key_identifier().map(ToString::to_string).unwrap_or_default();
        let theirs = printed.extension("X509v3 Authority Key Identifier:");
        let theirs = theirs.first().map_or("", |line| line.trim_start_matches("keyid:"));
        assert_eq!(above, theirs, "{at}");
    }
}

#[test]
fn keys_and_signature_algorithms_are_openssls() {
    for (path, certificate, printed) in &*VIEWS {
        let at = path.display();
        let key = printed.after("Public Key Algorithm:").unwrap();
        match certificate.public_key().algorithm() {
            PublicKeyAlgorithm::Rsa { bits, .. } => {
                assert_eq!(key, "rsaEncryption", "{at}");
                assert_eq!(printed.after("Public-Key:").unwrap(), format!("({bits} bit)"), "{at}");
            }
            PublicKeyAlgorithm::EllipticCurve(curve) => {
                assert_eq!(key, "id-ecPublicKey", "{at}");
                let named = match curve {
                    EllipticCurve::P256 => "prime256v1",
                    EllipticCurve::P384 => "secp384r1",
                    EllipticCurve::P521 => "secp521r1",
                    EllipticCurve::Other(oid) if oid.to_string() == "1.3.132.0.33" => "secp224r1",
                    EllipticCurve::Other(_) => "secp256k1",
                    _ => panic!("a curve that these tests don't know"),
                };
                assert_eq!(printed.after("ASN1 OID:"), Some(named), "{at}");
            }
            PublicKeyAlgorithm::Ed25519 => assert_eq!(key, "ED25519", "{at}"),
            _ => assert!(["ED448", "rsassaPss"].contains(&key), "{at}: {key}"),
        }
        let named = match certificate.signature_algorithm() {
            SignatureAlgorithm::RsaPkcs1Sha256 => "sha256WithRSAEncryption",
            SignatureAlgorithm::RsaPkcs1Sha384 => "sha384WithRSAEncryption",
            SignatureAlgorithm::RsaPkcs1Sha512 => "sha512WithRSAEncryption",
            SignatureAlgorithm::EcdsaSha256 => "ecdsa-with-SHA256",
            SignatureAlgorithm::EcdsaSha384 => "ecdsa-with-SHA384",
            SignatureAlgorithm::EcdsaSha512 => "ecdsa-with-SHA512",
            SignatureAlgorithm::Ed25519 => "ED25519",
            SignatureAlgorithm::RsaPssSha256
            | SignatureAlgorithm::RsaPssSha384
            | SignatureAlgorithm::RsaPssSha512 => "rsassaPss",
            SignatureAlgorithm::Other(oid) => match &*oid.to_string() {
                "1.2.840.113549.1.1.4" => "md5WithRSAEncryption",
                "1.2.840.113549.1.1.5" => "sha1WithRSAEncryption",
                "1.2.840.113549.1.1.10" => "rsassaPss",
                "2.16.840.1.101.3.4.3.10" => "ecdsa_with_SHA3-256",
                other => panic!("{at}: {other}"),
            },
            _ => panic!("an algorithm that these tests don't know"),
        };
        assert_eq!(printed.after("Signature Algorithm:"), Some(named), "{at}");
    }
}

#[test]
fn profiles_are_told_by_their_policies() {
    let profile = |name: &str| {
        let path = corpus("openssl").into_iter().find(|path| path.ends_with(format!("{name}.pem"))).unwrap();
        Certificate::from_pem(fs::read(path).unwrap())
            .unwrap()
            .profile()
            .as_ref()
            .map(CertificateProfile::to_string)
    };
    for (name, expected) in [
        ("profile-dv", "server, DV"),
        ("profile-ov", "server, OV"),
        ("profile-iv", "server, IV"),
        ("profile-ev", "server, EV"),
        ("profile-smime", "S/MIME, mailbox, multipurpose"),
        ("profile-smime-sponsor", "S/MIME, sponsor, strict"),
        ("profile-code", "code signing"),
        ("profile-ev-code", "code signing, EV"),
        ("profile-time-stamping", "time-stamping"),
    ] {
        assert_eq!(profile(name).as_deref(), Some(expected), "{name}");
    }
    assert_eq!(profile("version-1"), None);
}

#[test]
fn spoiled_copies_are_refused_and_untidy_ones_are_read() {
    let root = Certificate::from_pem(
        fs::read(corpus("cryptography").pop().unwrap().with_file_name("root.pem")).unwrap(),
    );
    let (root, mut seen) = (root.unwrap(), [0; 3]);
    for path in corpus("spoiled") {
        let contents = fs::read(&path).unwrap();
        let read = match path.extension().unwrap().to_str() {
            Some("der") => Certificate::from_der(contents),
            _ => Certificate::from_pem_or_base64(contents),
        };
        let kinds = ["unreadable-", "wrong-signature-", "untidy-"];
        let kind = kinds.iter().position(|kind| name(&path).starts_with(kind)).unwrap();
        seen[kind] += 1;
        match kind {
            0 => assert!(read.is_err(), "{}", path.display()),
            1 => assert!(read.unwrap().is_issued_by(&root).is_err(), "{}", path.display()),
            _ => assert_eq!(read.unwrap().is_issued_by(&root), Ok(()), "{}", path.display()),
        }
    }
    assert_eq!(seen, [16, 5, 4]);
}

#[test]
fn pkcs12_files_by_others_open_here() {
    let mut opened = 0;
    for path in corpus("pkcs12") {
        let read = Pkcs12::from_der(&fs::read(&path).unwrap(), "secret");
        match name(&path) {
            "unsupported-rc2" => assert_eq!(
                read.unwrap_err().to_string(),
                "the PKCS#12 file uses the algorithm 1.2.840.113549.1.12.1.6, which is not supported"
            ),
            "unsupported-no-mac" => assert_eq!(read.unwrap_err(), Pkcs12Error::NoMac),
            "openssl-no-key" => {
                let read = read.unwrap();
                assert!(read.key().is_none() && read.certificates().len() == 2);
            }
            name => {
                let read = read.unwrap_or_else(|error| panic!("{name}: {error}"));
                let leaf = read.certificates().iter().find(|one| one.is_leaf()).unwrap();
                assert!(leaf.matches_key(read.key().unwrap()), "{name}");
                opened += 1;
            }
        }
        let wrong = Pkcs12::from_der(&fs::read(&path).unwrap(), "Secret").unwrap_err();
        assert!([Pkcs12Error::WrongPassword, Pkcs12Error::NoMac].contains(&wrong), "{}", path.display());
    }
    assert_eq!(opened, 10);
}

#[test]
fn pkcs7_containers_by_others_open_here() {
    let shop = Workshop::new();
    for path in corpus("pkcs7") {
        let contents = fs::read(&path).unwrap();
        let read = Certificate::all_from_pkcs7(&contents).unwrap();
        let form = if contents.starts_with(b"-----") { "PEM" } else { "DER" };
        let printed = shop.openssl_reading(&format!("pkcs7 -inform {form} -print_certs"), &contents);
        assert_eq!(read, Certificate::chain_from_pem(printed).unwrap(), "{}", path.display());
    }
}
