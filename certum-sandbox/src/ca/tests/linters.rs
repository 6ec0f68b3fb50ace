//! pkilint's opinion.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use certum_api::types::{HashAlgorithm, RevocationReason};
use csr_tools::KeyAlgorithm;

use super::{
    openssl,
    samples::{SOLD, issue, issue_to, long_subject, now, revoked, shared},
};
use crate::{
    ca::{IssuerId, Standing},
    products::Kind,
};

/// A directory of samples with a table that says what each is.
struct Samples {
    directory: tempfile::TempDir,
    table: String,
}

impl Samples {
    fn add(&mut self, name: &str, linter: &str, kind: &str, der: &[u8]) {
        std::fs::write(self.directory.path().join(name), der).unwrap();
        self.table.push_str(&format!("{name}\t{linter}\t{kind}\n"));
    }
}

fn one_of_everything() -> Samples {
    let mut samples = Samples { directory: tempfile::tempdir().unwrap(), table: String::new() };
    let authority = shared();
    let algorithms = [("ecc", HashAlgorithm::EccSha256), ("rsa", HashAlgorithm::RsaSha256)];
    let keys = [("ecc", KeyAlgorithm::EcdsaP256), ("rsa", KeyAlgorithm::Rsa3072)];
    for (kind, level, lint_type) in SOLD {
        let linter = match kind {
            Kind::Tls => "serverauth",
            Kind::Smime => "smime",
            Kind::CodeSigning => "pkix",
        };
        let (_, algorithm) = &algorithms[usize::from(kind != Kind::Tls)];
        let long = long_subject(kind, level);
        let issued = issue_to(&long, authority, kind, level, algorithm, KeyAlgorithm::EcdsaP256);
        samples.add(&format!("{kind:?}-{level:?}-long.cer"), linter, lint_type, &issued.der);
        for (signed, algorithm) in &algorithms[usize::from(kind != Kind::Tls)..] {
            for (key_name, key) in keys {
                let issued = issue(authority, kind, level, algorithm, key);
                let name = format!("{kind:?}-{level:?}-{signed}-signs-{key_name}.cer");
                samples.add(&name, linter, lint_type, &issued.der);
            }
        }
    }
    for id in IssuerId::ALL {
        let lint_type = match id {
            IssuerId::Root => "ROOT-CA",
            IssuerId::Smime | IssuerId::CodeSigning => "NON-TLS-CA",
            _ => "INTERNAL-UNCONSTRAINED-TLS-CA",
        };
        let der = authority.certificate_der(id).expect("all were used above");
        samples.add(&format!("{}.cer", id.slug()), "serverauth", lint_type, der);
        let (list_type, revoked) = match id {
            IssuerId::Root => ("ARL", Vec::new()),
            _ => ("CRL", revoked()),
        };
        let list = authority.crl(id, &revoked, now()).unwrap().unwrap();
        samples.add(&format!("{}.crl", id.slug()), "crl", list_type, &list);
    }
    for (name, standing) in [
        ("good", Standing::Good),
        ("unknown", Standing::Unknown),
        ("revoked", Standing::Revoked { at: now(), reason: RevocationReason::KeyCompromise }),
    ] {
        let request = openssl::ocsp_request(authority, IssuerId::DvEcc, "40aa", &[]);
        let answer = authority.ocsp(&request, |_, _| standing.clone(), now());
        samples.add(&format!("{name}.ocsp"), "ocsp", "", &answer);
    }
    samples
}

#[test]
fn the_linters_of_the_trade_find_nothing() {
    let samples = one_of_everything();
    std::fs::write(samples.directory.path().join("samples.tsv"), &samples.table).unwrap();
    let has_pkilint = Command::new("python3")
        .args(["-c", "import pkilint"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !has_pkilint {
        let _ = writeln!(std::io::stderr(), "skipped: pkilint is not installed (PyPI: pkilint)");
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/linters/lint.py");
    let output = Command::new("python3").arg(script).arg(samples.directory.path()).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&text));
}
