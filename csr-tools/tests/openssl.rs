//! What we write opens in OpenSSL, and what OpenSSL writes reads the same here.
//!
//! OpenSSL 3 is an oracle by others: where our code stands on both sides, its mistakes would cancel out. A
//! machine without the `openssl` program fails these tests; it doesn't skip them.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the lints spare #[test] functions, not their helpers"
)]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use csr_tools::{
    ArtefactKind, Bundle, Certificate, CertificateRequest, EllipticCurve, KeyAlgorithm, KeyEncryption,
    KeyError, PrivateKey, PublicKey, PublicKeyAlgorithm, PublicKeyHash, RequestError, SignatureAlgorithm,
    SignatureError, SigningKey,
};
use tempfile::TempDir;

/// A directory in which OpenSSL works.
struct Workshop(TempDir);

impl Workshop {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        fs::write(self.path(name), contents).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    fn run(&self, arguments: &str) -> Output {
        Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(self.0.path())
            .output()
            .expect("these tests need the openssl program, version 3")
    }

    /// Runs `openssl` with these arguments, which must succeed, and returns what it printed.
    fn openssl(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments}: {errors}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Whether OpenSSL accepts the request's signature. It ends with 0 either way, and says so on the error
    /// output.
    fn accepts_request(&self, arguments: &str) -> bool {
        let output = self.run(&format!("req {arguments} -verify -noout"));
        String::from_utf8_lossy(&output.stderr).contains("verify OK")
    }

    /// Makes a request with a new key, as a customer would, in `r.csr`.
    fn request(&self, options: &str) -> Vec<u8> {
        self.openssl(&format!(
            "req -new {options} -nodes -subj /C=PL/O=Sklep/CN=Shop.example.com \
             -addext subjectAltName=DNS:Shop.example.com,DNS:*.example.com,IP:192.0.2.1 \
             -addext keyUsage=digitalSignature -keyout k.pem -out r.csr"
        ));
        self.read("r.csr")
    }
}

fn key_and_request(algorithm: KeyAlgorithm) -> (PrivateKey, CertificateRequest) {
    let key = PrivateKey::generate(algorithm).unwrap();
    let names = ["shop.example.com", "*.example.com", "xn--w-uga1v8h.pl"];
    let request = CertificateRequest::builder().common_name(names[0]).dns_names(names).sign(&key).unwrap();
    (key, request)
}

#[test]
fn our_requests_verify_in_openssl_and_show_their_names() {
    let shop = Workshop::new();
    for algorithm in KeyAlgorithm::ALL {
        let (_, request) = key_and_request(*algorithm);
        shop.write("r.csr", request.to_pem());
        assert!(shop.accepts_request("-in r.csr"));
        let text = shop.openssl("req -in r.csr -noout -text");
        assert!(text.contains("DNS:shop.example.com, DNS:*.example.com, DNS:xn--w-uga1v8h.pl"), "{text}");
        let subject = shop.openssl("req -in r.csr -noout -subject -nameopt RFC2253,show_type");
        assert_eq!(subject.trim(), "subject=CN=UTF8STRING:shop.example.com");
    }
}

#[test]
fn a_request_without_a_common_name_verifies_and_its_names_are_critical() {
    let shop = Workshop::new();
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    shop.write("r.csr", CertificateRequest::builder().dns_name("a.example").sign(&key).unwrap().to_pem());
    assert!(shop.accepts_request("-in r.csr"));
    let text = shop.openssl("req -in r.csr -noout -text");
    assert!(text.contains("X509v3 Subject Alternative Name: critical"), "{text}");
}

#[test]
fn reads_requests_of_every_supported_kind_made_by_openssl() {
    use EllipticCurve::{P256, P384, P521};
    use PublicKeyAlgorithm::{Ed25519, EllipticCurve as Ec};

    let shop = Workshop::new();
    let pss = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest";
    let ec = |curve: &str, digest: &str| format!("-newkey ec -pkeyopt ec_paramgen_curve:{curve} -{digest}");
    for (options, key, signature) in [
        ("-newkey rsa:2048".to_owned(), None, SignatureAlgorithm::RsaPkcs1Sha256),
        ("-newkey rsa:3072 -sha384".to_owned(), None, SignatureAlgorithm::RsaPkcs1Sha384),
        ("-newkey rsa:2048 -sha512".to_owned(), None, SignatureAlgorithm::RsaPkcs1Sha512),
        (format!("-newkey rsa:2048 -sha256 {pss}"), None, SignatureAlgorithm::RsaPssSha256),
        (format!("-newkey rsa:2048 -sha384 {pss}"), None, SignatureAlgorithm::RsaPssSha384),
        (format!("-newkey rsa:2048 -sha512 {pss}"), None, SignatureAlgorithm::RsaPssSha512),
        (ec("P-256", "sha256"), Some(Ec(P256)), SignatureAlgorithm::EcdsaSha256),
        (ec("P-256", "sha384"), Some(Ec(P256)), SignatureAlgorithm::EcdsaSha384),
        (ec("P-256", "sha512"), Some(Ec(P256)), SignatureAlgorithm::EcdsaSha512),
        (ec("P-384", "sha256"), Some(Ec(P384)), SignatureAlgorithm::EcdsaSha256),
        (ec("P-384", "sha384"), Some(Ec(P384)), SignatureAlgorithm::EcdsaSha384),
        (ec("P-384", "sha512"), Some(Ec(P384)), SignatureAlgorithm::EcdsaSha512),
        (ec("P-521", "sha256"), Some(Ec(P521)), SignatureAlgorithm::EcdsaSha256),
        (ec("P-521", "sha384"), Some(Ec(P521)), SignatureAlgorithm::EcdsaSha384),
        (ec("P-521", "sha512"), Some(Ec(P521)), SignatureAlgorithm::EcdsaSha512),
        ("-newkey ed25519".to_owned(), Some(Ed25519), SignatureAlgorithm::Ed25519),
    ] {
        let request = CertificateRequest::from_pem(shop.request(&options)).expect(&options);
        assert_eq!(request.common_name(), Some("Shop.example.com"), "{options}");
        assert_eq!(request.dns_names(), ["shop.example.com", "*.example.com"], "{options}");
        assert_eq!(request.signature_algorithm(), signature, "{options}");
        match key {
            Some(key) => assert_eq!(request.public_key().algorithm(), key, "{options}"),
            None => assert!(matches!(request.public_key().algorithm(), PublicKeyAlgorithm::Rsa { .. })),
        }
        shop.openssl("pkey -in k.pem -pubout -outform DER -out k.pub");
        assert_eq!(request.public_key().as_der(), shop.read("k.pub"), "{options}");
    }
}

#[test]
fn reads_older_labels_der_and_the_text_form() {
    let shop = Workshop::new();
    let request = CertificateRequest::from_pem(shop.request("-newkey rsa:2048")).unwrap();
    shop.openssl("req -in r.csr -newhdr -text -out new.csr");
    let new = String::from_utf8(shop.read("new.csr")).unwrap();
    assert!(
        new.contains("-----BEGIN NEW CERTIFICATE REQUEST-----") && new.starts_with("Certificate Request")
    );
    assert_eq!(CertificateRequest::from_pem(new).unwrap(), request);

    shop.openssl("req -in r.csr -outform DER -out r.der");
    assert_eq!(CertificateRequest::from_der(shop.read("r.der")).unwrap(), request);
    assert_eq!(request.to_pem().as_bytes(), shop.read("r.csr"));
}

#[test]
fn refuses_signatures_and_keys_that_are_too_weak_and_names_them() {
    let shop = Workshop::new();
    for (options, expected) in [
        (
            "-newkey rsa:2048 -sha1",
            "the signature algorithm 1.2.840.113549.1.1.5 (SHA-1 with RSA) is not supported",
        ),
        (
            "-newkey rsa:2048 -md5",
            "the signature algorithm 1.2.840.113549.1.1.4 (MD5 with RSA) is not supported",
        ),
        ("-newkey rsa:1024", "an RSA key of 1024 bits is not supported: 2048 to 8192 bits are"),
        (
            "-newkey ec -pkeyopt ec_paramgen_curve:secp256k1",
            "keys of this kind are not supported: EC, 1.3.132.0.10",
        ),
    ] {
        let error = CertificateRequest::from_pem(shop.request(options)).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_tampered_request_is_refused_here_and_there() {
    let shop = Workshop::new();
    let (_, request) = key_and_request(KeyAlgorithm::Rsa2048);
    let mut der = request.as_der().to_vec();
    let name = der.windows(4).position(|window| window == b"shop").unwrap();
    der[name] = b'c';
    shop.write("r.der", &der);
    assert!(!shop.accepts_request("-inform DER -in r.der"));
    let error = CertificateRequest::from_der(der).unwrap_err();
    assert_eq!(error, RequestError::Signature(SignatureError::Invalid));
}

/// One element of DER, by hand.
fn tlv(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let contents = contents.concat();
    let length = u16::try_from(contents.len()).unwrap().to_be_bytes();
    let header = match length {
        [0, short] if short < 0x80 => vec![tag, short],
        [0, long] => vec![tag, 0x81, long],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [header, contents].concat()
}

#[test]
fn attributes_in_either_order_verify_here_and_there() {
    let shop = Workshop::new();
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let oid = |last: u8| tlv(0x06, &[&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, last]]);
    let password = tlv(0x30, &[&oid(7), &tlv(0x31, &[&tlv(0x13, &[b"secret"])])]);
    let names = tlv(0x04, &[&tlv(0x30, &[&tlv(0x82, &[b"a.example"])])]);
    let extension = tlv(0x30, &[&tlv(0x06, &[&[0x55, 0x1d, 0x11]]), &names]);
    let extensions = tlv(0x30, &[&oid(14), &tlv(0x31, &[&tlv(0x30, &[&extension])])]);
    // DER sorts by the encoding: of the two orders, one is wrong, and both are in the wild.
    for attributes in [[&password, &extensions], [&extensions, &password]] {
        let info = tlv(
            0x30,
            &[
                &[0x02, 1, 0],
                &[0x30, 0],
                key.public_key().as_der(),
                &tlv(0xa0, &attributes.map(Vec::as_slice)),
            ],
        );
        let signature = tlv(0x03, &[&[0], &key.sign(&info).unwrap()]);
        let der = tlv(0x30, &[&info, &key.signature_algorithm().identifier().unwrap(), &signature]);
        shop.write("r.der", &der);
        assert!(shop.accepts_request("-inform DER -in r.der"));
        let request = CertificateRequest::from_der(der.clone()).unwrap();
        assert_eq!((request.dns_names(), request.as_der()), (&["a.example".to_owned()][..], &der[..]));
    }
}

#[test]
fn our_keys_open_in_openssl() {
    let shop = Workshop::new();
    for (algorithm, text) in [
        (KeyAlgorithm::EcdsaP256, "NIST CURVE: P-256"),
        (KeyAlgorithm::EcdsaP384, "NIST CURVE: P-384"),
        (KeyAlgorithm::Rsa2048, "2048 bit"),
        (KeyAlgorithm::Rsa3072, "3072 bit"),
        (KeyAlgorithm::Rsa4096, "4096 bit"),
    ] {
        let key = PrivateKey::generate(algorithm).unwrap();
        shop.write("k.pem", key.to_pkcs8_pem().unwrap().as_bytes());
        assert!(shop.openssl("pkey -in k.pem -check -noout -text_pub").contains(text));
        shop.openssl("pkey -in k.pem -pubout -outform DER -out k.pub");
        assert_eq!(key.public_key().as_der(), shop.read("k.pub"));
        // Its bytes are what OpenSSL would write.
        shop.openssl("pkey -in k.pem -out k2.pem");
        assert_eq!(key.to_pkcs8_pem().unwrap().as_bytes(), shop.read("k2.pem"));
    }
}

#[test]
fn our_encrypted_keys_open_in_openssl_with_their_password_alone() {
    let shop = Workshop::new();
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    for (encryption, kdf) in [
        (KeyEncryption::Scrypt, "scrypt"),
        (KeyEncryption::QuickScrypt, "scrypt"),
        (KeyEncryption::Pbkdf2, "PBKDF2"),
    ] {
        shop.write("k.pem", key.to_encrypted_pkcs8_pem("secret", encryption).unwrap());
        shop.openssl("pkey -in k.pem -passin pass:secret -pubout -outform DER -out k.pub");
        assert_eq!(key.public_key().as_der(), shop.read("k.pub"));
        assert!(!shop.run("pkey -in k.pem -passin pass:other -noout").status.success());
        let structure = shop.openssl("asn1parse -in k.pem -inform PEM");
        assert!(structure.contains(kdf) && structure.contains("aes-256-cbc"), "{structure}");
        shop.write("k.der", key.to_encrypted_pkcs8_der("secret", encryption).unwrap());
        shop.openssl("pkey -inform DER -in k.der -passin pass:secret -noout");
    }
}

#[test]
fn keys_of_openssl_open_here_and_have_the_hash_that_openssl_computes() {
    let shop = Workshop::new();
    for (options, algorithm) in [
        ("-algorithm EC -pkeyopt ec_paramgen_curve:P-256", KeyAlgorithm::EcdsaP256),
        ("-algorithm RSA -pkeyopt rsa_keygen_bits:2048", KeyAlgorithm::Rsa2048),
    ] {
        shop.openssl(&format!("genpkey {options} -out k.pem"));
        let key = PrivateKey::from_pkcs8_pem(shop.read("k.pem")).unwrap();
        assert_eq!(key.algorithm(), algorithm);
        shop.openssl("pkey -in k.pem -pubout -outform DER -out k.pub");
        let digest = shop.openssl("dgst -sha256 -r k.pub");
        let hash: PublicKeyHash = digest.split_whitespace().next().unwrap().parse().unwrap();
        assert_eq!(key.public_key_hash(), hash);
        assert_eq!(PublicKey::from_der(&shop.read("k.pub")).unwrap().hash(), hash);
        shop.openssl("pkcs8 -topk8 -nocrypt -in k.pem -outform DER -out k.der");
        assert_eq!(PrivateKey::from_pkcs8_der(&shop.read("k.der")).unwrap().public_key_hash(), hash);
    }
}

#[test]
fn keys_that_are_not_loaded_are_named() {
    let shop = Workshop::new();
    let reading = |name: &str| PrivateKey::from_pkcs8_pem(shop.read(name)).unwrap_err();
    let der = |arguments: &str| {
        shop.openssl(&format!("{arguments} -outform DER -out out.der"));
        PrivateKey::from_pkcs8_der(&shop.read("out.der")).unwrap_err()
    };
    shop.openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.pem");
    shop.openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2432 -out rsa.pem");
    assert_eq!(reading("rsa.pem"), KeyError::UnsupportedRsaSize { bits: 2432 });
    for name in ["ec", "rsa"] {
        shop.openssl(&format!("pkey -in {name}.pem -traditional -out old.pem"));
        assert_eq!(reading("old.pem"), KeyError::NotPkcs8);
        assert_eq!(der(&format!("pkey -in {name}.pem -traditional")), KeyError::NotPkcs8);
        shop.openssl(&format!("pkcs8 -topk8 -in {name}.pem -passout pass:secret -out encrypted.pem"));
        assert_eq!(reading("encrypted.pem"), KeyError::Encrypted);
        assert_eq!(der(&format!("pkcs8 -topk8 -in {name}.pem -passout pass:secret")), KeyError::Encrypted);
    }
}

/// A CA that sets exact dates, which only `openssl ca` can.
const CA: &str = "
[ca]
default_ca = ca_default
[ca_default]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha384
policy = any
copy_extensions = copy
unique_subject = no
[any]
countryName = optional
organizationName = optional
commonName = supplied
";

#[test]
fn certificates_of_openssl_read_the_same() {
    let shop = Workshop::new();
    shop.write("ca.cnf", CA);
    shop.write("index.txt", "");
    shop.write("serial", "0A1B2C3D4E5F60718293A4B5C6D7E8F9");
    shop.openssl(
        "req -x509 -newkey rsa:3072 -nodes -subj /CN=Root -days 9000 -keyout root.key -out root.pem",
    );
    shop.request("-newkey rsa:2048");
    shop.openssl(
        "ca -batch -notext -config ca.cnf -cert root.pem -keyfile root.key -in r.csr -out c.pem \
         -startdate 491231235959Z -enddate 20550615123045Z",
    );

    let certificate = Certificate::from_pem(shop.read("c.pem")).unwrap();
    let serial = shop.openssl("x509 -in c.pem -noout -serial");
    let serial = serial.trim().strip_prefix("serial=").unwrap();
    assert_eq!(*certificate.serial_number(), serial.parse().unwrap());
    assert_eq!(certificate.serial_number().to_string(), serial.trim_start_matches('0'));
    assert_eq!((certificate.not_before(), certificate.not_after()), (2_524_607_999, 2_696_675_445));
    assert_eq!(certificate.common_name(), Some("Shop.example.com"));
    assert_eq!(certificate.dns_names(), ["shop.example.com", "*.example.com"]);
    assert_eq!(certificate.signature_algorithm(), SignatureAlgorithm::RsaPkcs1Sha384);
    let request = CertificateRequest::from_pem(shop.read("r.csr")).unwrap();
    assert_eq!(certificate.public_key(), request.public_key());
    assert_eq!(certificate.to_pem().as_bytes(), shop.read("c.pem"));

    let root = Certificate::from_pem(shop.read("root.pem")).unwrap();
    certificate.is_issued_by(&root).unwrap();
    root.is_issued_by(&root).unwrap();
}

#[test]
fn openssl_takes_the_files_of_a_bundle() {
    let data = |name: &str| fs::read(format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let shop = Workshop::new();
    let leaf = Certificate::from_pem(data("leaf.pem")).unwrap();
    let key = PrivateKey::from_pkcs8_pem(data("leaf.key")).unwrap();
    let issuers = Certificate::chain_from_pem(data("ca-bundle.pem")).unwrap();
    let bundle = Bundle::new(&leaf, &issuers, Some(&key)).unwrap();
    for artefact in bundle.artefacts() {
        shop.write(artefact.file_name(), artefact.contents());
    }
    shop.write("root.pem", data("root.pem"));

    let name = |kind| bundle.artefact(kind).unwrap().file_name();
    let (certificate, chain) = (name(ArtefactKind::Certificate), name(ArtefactKind::Chain));
    shop.openssl(&format!("verify -x509_strict -CAfile root.pem -untrusted {chain} {certificate}"));
    let full_chain = name(ArtefactKind::FullChain);
    shop.openssl(&format!("verify -CAfile root.pem -untrusted {full_chain} {full_chain}"));
    let public_key = shop.openssl(&format!("pkey -in {} -pubout", name(ArtefactKind::PrivateKey)));
    let der = name(ArtefactKind::CertificateDer);
    assert_eq!(shop.openssl(&format!("x509 -inform DER -in {der} -noout -pubkey")), public_key);
}
