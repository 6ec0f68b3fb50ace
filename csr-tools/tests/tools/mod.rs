//! Programs by others, as oracles.
//!
//! `openssl` must be there: a machine without it fails the tests that need it. Java's `keytool` and GnuTLS'
//! `certtool` are heavier; without one, its tests say so in one line and pass.

#![allow(dead_code, reason = "each test program uses its part")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the lints spare #[test] functions, not their helpers"
)]

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use csr_tools::{ExtendedKeyUse, KeyUse};
use tempfile::TempDir;

const OPENSSL_IS_MISSING: &str = "these tests need the openssl program, version 3";

/// A directory in which the programs work.
pub(crate) struct Workshop(TempDir);

impl Workshop {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        fs::write(self.path(name), contents).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// Runs a program with these arguments, or finds that it isn't there.
    fn run(&self, program: &str, arguments: &str, input: &[u8]) -> Option<Output> {
        let mut command = Command::new(program);
        command.args(arguments.split_whitespace()).current_dir(self.0.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = match command.spawn() {
            Err(error) if error.kind() == ErrorKind::NotFound => return None,
            child => child.unwrap(),
        };
        // A program that doesn't read its input closes it early.
        let _ = child.stdin.take().unwrap().write_all(input);
        Some(child.wait_with_output().unwrap())
    }

    /// Runs `openssl`, which must succeed, and returns what it printed.
    pub(crate) fn openssl(&self, arguments: &str) -> String {
        let output = self.run("openssl", arguments, b"").expect(OPENSSL_IS_MISSING);
        printed("openssl", arguments, &output)
    }

    /// The same with something on its standard input.
    pub(crate) fn openssl_reading(&self, arguments: &str, input: &[u8]) -> String {
        let output = self.run("openssl", arguments, input).expect(OPENSSL_IS_MISSING);
        printed("openssl", arguments, &output)
    }

    /// Runs `openssl`, which must succeed, and returns what it noted beside its output.
    pub(crate) fn openssl_notes(&self, arguments: &str) -> String {
        let output = self.run("openssl", arguments, b"").expect(OPENSSL_IS_MISSING);
        printed("openssl", arguments, &output);
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Whether `openssl` succeeds with these arguments.
    pub(crate) fn openssl_accepts(&self, arguments: &str) -> bool {
        let output = self.run("openssl", arguments, b"").expect(OPENSSL_IS_MISSING);
        output.status.success()
    }

    /// Runs a program that need not be there. If it is, it must succeed; if not, that is said once, and there
    /// is nothing to check.
    pub(crate) fn optional(&self, program: &str, arguments: &str) -> Option<String> {
        match self.run(program, arguments, b"") {
            Some(output) => Some(printed(program, arguments, &output)),
            None => {
                // Straight to standard error, past what the test harness keeps to itself.
                let _ = writeln!(std::io::stderr(), "skipped: {program} is not installed");
                None
            }
        }
    }
}

fn printed(program: &str, arguments: &str, output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments}: {errors}{text}");
    text
}

/// OpenSSL's words for it.
pub(crate) fn words(key_use: KeyUse) -> &'static str {
    match key_use {
        KeyUse::DigitalSignature => "Digital Signature",
        KeyUse::ContentCommitment => "Non Repudiation",
        KeyUse::KeyEncipherment => "Key Encipherment",
        KeyUse::DataEncipherment => "Data Encipherment",
        KeyUse::KeyAgreement => "Key Agreement",
        KeyUse::CertificateSigning => "Certificate Sign",
        KeyUse::RevocationListSigning => "CRL Sign",
        KeyUse::EncipherOnly => "Encipher Only",
        KeyUse::DecipherOnly => "Decipher Only",
        _ => panic!("a use that these tests don't know"),
    }
}

/// OpenSSL's words for it.
pub(crate) fn purpose_words(purpose: ExtendedKeyUse) -> &'static str {
    match purpose {
        ExtendedKeyUse::ServerAuth => "TLS Web Server Authentication",
        ExtendedKeyUse::ClientAuth => "TLS Web Client Authentication",
        ExtendedKeyUse::CodeSigning => "Code Signing",
        ExtendedKeyUse::EmailProtection => "E-mail Protection",
        ExtendedKeyUse::TimeStamping => "Time Stamping",
        ExtendedKeyUse::OcspSigning => "OCSP Signing",
        ExtendedKeyUse::Any => "Any Extended Key Usage",
        ExtendedKeyUse::Other(oid) if oid.to_string() == "1.3.6.1.4.1.311.10.3.4" => {
            "Microsoft Encrypted File System"
        }
        ExtendedKeyUse::Other(oid) if oid.to_string() == "1.3.6.1.4.1.311.20.2.2" => {
            "Microsoft Smartcard Login"
        }
        other => panic!("a purpose that these tests don't know: {other:?}"),
    }
}
