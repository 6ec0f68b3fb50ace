//! Private keys that others wrote open here, and are the keys that OpenSSL sees in them.
//!
//! `corpus/README.md` tells where they come from. A machine without the `openssl` program fails these tests.

#![expect(clippy::expect_used, reason = "the lints spare #[test] functions, not their helpers")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use csr_tools::{Content, KeyAlgorithm, KeyError, PrivateKey, PublicKeyAlgorithm, SigningKey as _};

const PASSWORD: &str = "secret";

fn keys() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/keys")
}

/// The SubjectPublicKeyInfo that OpenSSL computes.
fn public_key(path: &Path) -> Vec<u8> {
    let output = Command::new("openssl")
        .args(["pkey", "-passin", "pass:secret", "-pubout", "-outform", "DER", "-in"])
        .arg(path)
        .output()
        .expect("these tests need the openssl program, version 3");
    assert!(output.status.success(), "{}: {}", path.display(), String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn algorithm(name: &str) -> Option<KeyAlgorithm> {
    let known = [
        ("p256", KeyAlgorithm::EcdsaP256),
        ("p384", KeyAlgorithm::EcdsaP384),
        ("rsa2048", KeyAlgorithm::Rsa2048),
        ("rsa3072", KeyAlgorithm::Rsa3072),
        ("rsa4096", KeyAlgorithm::Rsa4096),
    ];
    known.into_iter().find(|(word, _)| name.contains(word)).map(|(_, algorithm)| algorithm)
}

#[test]
fn every_form_opens_and_is_the_key_that_openssl_sees() {
    let mut count = 0;
    for entry in fs::read_dir(keys()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.starts_with("refused-") {
            continue;
        }
        let stored = fs::read(&path).unwrap();
        let key = PrivateKey::read_encrypted(&stored, PASSWORD).expect(name);
        assert_eq!(key.public_key().as_der(), public_key(&path), "{name}");
        if let Some(algorithm) = algorithm(name) {
            assert_eq!(key.algorithm(), algorithm, "{name}");
        }

        let without = PrivateKey::read(&stored);
        assert_eq!(without.is_err(), name.contains("encrypted"), "{name}");
        if name.contains("encrypted") {
            assert_eq!(without.unwrap_err(), KeyError::Encrypted, "{name}");
        }
        // What it is written as reads back, and signs as the key it was.
        let again = PrivateKey::from_pkcs8_der(&key.to_pkcs8_der().unwrap()).unwrap();
        assert_eq!(again.public_key_hash(), key.public_key_hash(), "{name}");
        key.sign(b"message").unwrap();
        count += 1;
    }
    assert!(count >= 25, "{count}");
}

#[test]
fn what_is_refused_is_named() {
    let read = |name: &str| {
        PrivateKey::read_encrypted(fs::read(keys().join(name)).unwrap(), PASSWORD).expect_err(name)
    };
    for (name, error) in [
        ("refused-ed25519.pem", KeyError::UnsupportedAlgorithm(PublicKeyAlgorithm::Ed25519)),
        ("refused-legacy-encryption.pem", KeyError::UnsupportedEncryption),
        ("refused-pbes1.pem", KeyError::UnsupportedEncryption),
        ("refused-public.pem", KeyError::NotAKey(Content::PublicKey)),
        ("refused-store.p12", KeyError::NotAKey(Content::Pkcs12)),
        ("refused-openssh.pem", KeyError::NotPkcs8),
        ("refused-rounds.der", KeyError::ExcessiveWork),
        ("refused-scrypt-n.der", KeyError::ExcessiveWork),
        ("refused-scrypt-r.der", KeyError::ExcessiveWork),
        ("refused-two.pem", KeyError::SeveralKeys),
    ] {
        assert_eq!(read(name), error, "{name}");
    }
    for (name, text) in [
        ("refused-p521.pem", "private keys of this kind are not supported: EC, P-521"),
        ("refused-secp256k1.pem", "private keys of this kind are not supported: EC, 1.3.132.0.10"),
        ("refused-rsapss.pem", "private keys of this kind are not supported: 1.2.840.113549.1.1.10"),
        ("refused-cut-off.pem", "the PEM block \"PRIVATE KEY\" is cut off: its END line is missing"),
    ] {
        assert_eq!(read(name).to_string(), text);
    }
    // The library refuses so short a key before we see how short it is.
    let short = read("refused-rsa1024.pem");
    assert!(matches!(short, KeyError::Rejected | KeyError::UnsupportedRsaSize { bits: 1024 }), "{short}");
}

#[test]
fn a_wrong_password_opens_nothing() {
    for name in
        ["openssl-encrypted-aes-256-cbc.pem", "openssl-encrypted-des3.pem", "certtool-encrypted-aes-128.pem"]
    {
        let stored = fs::read(keys().join(name)).unwrap();
        for wrong in ["", "Secret", "secret "] {
            let error = PrivateKey::read_encrypted(&stored, wrong).unwrap_err();
            assert_eq!(error, KeyError::WrongPassword, "{name} {wrong:?}");
        }
    }
}

#[test]
fn errors_and_debugging_show_nothing_of_a_key() {
    for entry in fs::read_dir(keys()).unwrap() {
        let path = entry.unwrap().path();
        let stored = fs::read(&path).unwrap();
        let shown = match PrivateKey::read_encrypted(&stored, "wrong") {
            Ok(key) => format!("{key:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(shown.len() < 300, "{}: {shown}", path.display());
        let text = String::from_utf8_lossy(&stored);
        for line in text.lines().filter(|line| line.len() > 20 && !line.starts_with('-')) {
            assert!(!shown.contains(line), "{}", path.display());
        }
    }
}
