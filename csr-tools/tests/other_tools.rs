//! Our requests open in the tools that customers have: OpenSSL, Java's keytool and GnuTLS' certtool.
//!
//! OpenSSL must be there. A machine without keytool or certtool says so in one line, and goes without.

#![expect(clippy::unwrap_used, reason = "the lints spare #[test] functions, not their helpers")]

use std::io::ErrorKind;
use std::io::Write as _;
use std::process::{Command, Output};

use csr_tools::{AttributeType, CertificateRequest, KeyAlgorithm, KeyEncryption, PrivateKey, PublicKeyHash};

/// Runs a program that may be missing.
fn run(program: &str, arguments: &[&str]) -> Option<Output> {
    match Command::new(program).args(arguments).output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            // Straight to standard error, past what the test harness keeps to itself.
            let _ = writeln!(std::io::stderr(), "skipped: this machine has no {program}");
            None
        }
        output => Some(output.unwrap()),
    }
}

fn text(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// A request with everything that a request of ours can have.
fn full_request(algorithm: KeyAlgorithm) -> (PrivateKey, CertificateRequest) {
    let key = PrivateKey::generate(algorithm).unwrap();
    let mut builder = CertificateRequest::builder();
    for kind in AttributeType::all().filter(|kind| *kind != AttributeType::CommonName) {
        builder = builder.attribute(
            kind,
            match kind {
                AttributeType::Country | AttributeType::JurisdictionCountry => "PL",
                AttributeType::EmailAddress => "jan@kwiaty.pl",
                AttributeType::Organization => "Żółty Żółw sp. z o.o.",
                AttributeType::DomainComponent => "kwiaty",
                AttributeType::PostalCode => "00-950",
                _ => "Value",
            },
        );
    }
    let request = builder
        .common_name("kwiaty.pl")
        .dns_names(["kwiaty.pl", "*.kwiaty.pl"])
        .ip_address([1, 1, 1, 1])
        .ip_address([0x2a00, 0x1450, 0, 0, 0, 0, 0, 1])
        .email("jan@kwiaty.pl")
        .sign(&key)
        .unwrap();
    (key, request)
}

#[test]
fn our_requests_open_in_openssl() {
    let work = tempfile::tempdir().unwrap();
    for algorithm in KeyAlgorithm::ALL {
        let (key, request) = full_request(*algorithm);
        let path = work.path().join("r.pem");
        std::fs::write(&path, request.to_pem()).unwrap();
        let names = "utf8,show_type,sep_multiline,space_eq,sname";
        let path = path.to_str().unwrap();
        let arguments = ["req", "-noout", "-text", "-verify", "-nameopt", names, "-in", path];
        let output = run("openssl", &arguments).expect("these tests need the openssl program, version 3");
        assert!(String::from_utf8_lossy(&output.stderr).contains("verify OK"));
        let shown = text(&output);
        for line in [
            "C = PRINTABLESTRING:PL",
            "O = UTF8STRING:Żółty Żółw sp. z o.o.",
            "postalCode = PRINTABLESTRING:00-950",
            "jurisdictionC = PRINTABLESTRING:PL",
            "businessCategory = UTF8STRING:Value",
            "serialNumber = UTF8STRING:Value",
            "emailAddress = IA5STRING:jan@kwiaty.pl",
            "unstructuredName = PRINTABLESTRING:Value",
            "CN = UTF8STRING:kwiaty.pl",
            "DNS:kwiaty.pl, DNS:*.kwiaty.pl, IP Address:1.1.1.1, IP Address:2A00:1450:0:0:0:0:0:1, email:jan@kwiaty.pl",
        ] {
            assert!(shown.contains(line), "{line}\n{shown}");
        }
        assert_eq!(request.public_key_hash(), key.public_key_hash());
    }
}

#[test]
fn our_requests_open_in_keytool() {
    let work = tempfile::tempdir().unwrap();
    let path = work.path().join("r.pem");
    for algorithm in [KeyAlgorithm::EcdsaP384, KeyAlgorithm::Rsa3072] {
        let (_, request) = full_request(algorithm);
        std::fs::write(&path, request.to_pem()).unwrap();
        let arguments = [
            "-J-Dfile.encoding=UTF-8",
            "-J-Duser.language=en",
            "-printcertreq",
            "-file",
            path.to_str().unwrap(),
        ];
        let Some(output) = run("keytool", &arguments) else { return };
        let shown = text(&output);
        for part in
            ["CN=kwiaty.pl", "DNSName: *.kwiaty.pl", "IPAddress: 1.1.1.1", "RFC822Name: jan@kwiaty.pl"]
        {
            assert!(shown.contains(part), "{part}\n{shown}");
        }
    }
}

#[test]
fn our_requests_open_in_certtool() {
    let work = tempfile::tempdir().unwrap();
    let path = work.path().join("r.pem");
    for algorithm in KeyAlgorithm::ALL {
        let (key, request) = full_request(*algorithm);
        std::fs::write(&path, request.to_pem()).unwrap();
        let Some(output) = run("certtool", &["--crq-info", "--infile", path.to_str().unwrap()]) else {
            return;
        };
        let shown = text(&output);
        for part in [
            "Self signature: verified",
            "O=Żółty Żółw sp. z o.o.",
            "DNSname: *.kwiaty.pl",
            "IPAddress: 2a00:1450::1",
            "RFC822Name: jan@kwiaty.pl",
        ] {
            assert!(shown.contains(part), "{part}\n{shown}");
        }
        // GnuTLS' identifier of a public key is the hash that we identify keys by.
        let id = shown.lines().map(str::trim).find_map(|line| line.strip_prefix("sha256:")).unwrap();
        assert_eq!(id.parse::<PublicKeyHash>().unwrap(), key.public_key_hash());
    }
}

#[test]
fn our_keys_open_in_certtool() {
    let work = tempfile::tempdir().unwrap();
    let path = work.path().join("k.pem");
    for algorithm in KeyAlgorithm::ALL {
        let key = PrivateKey::generate(*algorithm).unwrap();
        let encrypted = key.to_encrypted_pkcs8_pem("secret", KeyEncryption::Pbkdf2);
        let stored = if *algorithm == KeyAlgorithm::EcdsaP256 {
            encrypted.unwrap().into_bytes()
        } else {
            key.to_pkcs8_pem().unwrap().as_bytes().to_vec()
        };
        std::fs::write(&path, stored).unwrap();
        let arguments =
            ["--load-privkey", path.to_str().unwrap(), "--password", "secret", "--pubkey-info", "--outder"];
        let Some(output) = run("certtool", &arguments) else { return };
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.stdout, key.public_key().as_der());
    }
}
