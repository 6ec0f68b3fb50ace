//! Whether certificates hold, asked over HTTP as others ask.

use std::path::PathBuf;

use jiff::SignedDuration;

use super::{
    certificates::{issue, openssl, path, split_roots},
    support::{Order, World, start_time},
};

/// A certificate and the chain above it, in files.
struct Files {
    directory: tempfile::TempDir,
}

impl Files {
    async fn of_new_certificate(world: &World) -> Self {
        let leaf = issue(world, &Order::new("order-1", "601", &["example.com"], "DNS_TXT_PREFIX")).await;
        let (root, issuer) = split_roots(&world.sandbox.roots_pem());
        let files = Self { directory: tempfile::tempdir().unwrap() };
        for (name, content) in [("leaf.pem", leaf), ("root.pem", root), ("issuer.pem", issuer)] {
            std::fs::write(files.path(name), content).unwrap();
        }
        files
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Runs openssl on these files, beside the sandbox, which may have to answer it. Words with a dot in them
    /// are names of files.
    async fn openssl(&self, arguments: &str) -> (bool, String) {
        let to_argument = |word: &str| match word.ends_with(".pem") || word.ends_with(".der") {
            true => path(&self.path(word)).to_owned(),
            false => word.to_owned(),
        };
        let arguments: Vec<String> = arguments.split_whitespace().map(to_argument).collect();
        let run = move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            openssl(&arguments, b"")
        };
        tokio::task::spawn_blocking(run).await.unwrap()
    }
}

/// openssl compares an answer's dates with the machine's clock, and can only be told to be patient.
const PATIENCE: &str = "-validity_period 1000000000";

#[tokio::test]
async fn the_responder_knows_what_was_issued_and_nothing_else() {
    let world = World::start().await;
    let files = Files::of_new_certificate(&world).await;
    let at = start_time().as_second();
    let url = world.sandbox.control_url().join("/ocsp").unwrap();
    let ask = async |issuer: &str, whom: &str| {
        let trust = format!("-CAfile root.pem -verify_other {issuer} -attime {at} {PATIENCE}");
        let (success, text) =
            files.openssl(&format!("ocsp -url {url} -issuer {issuer} {whom} {trust}")).await;
        assert!(success && text.contains("Response verify OK"), "{text}");
        text
    };
    let (_, serial) = files.openssl("x509 -in leaf.pem -noout -serial").await;
    let by_serial = format!("-serial 0x{}", serial.trim().trim_start_matches("serial="));
    for (issuer, whom, expected) in [
        ("issuer.pem", "-cert leaf.pem", "leaf.pem: good"),
        ("issuer.pem", "-serial 0x4711", "0x4711: unknown"),
        ("root.pem", "-cert issuer.pem", "issuer.pem: good"),
        // A subscriber's certificate is none of the root's.
        ("issuer.pem", &by_serial, ": good"),
        ("root.pem", &by_serial, ": unknown"),
    ] {
        let text = ask(issuer, whom).await;
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

#[tokio::test]
async fn a_revocation_is_told_by_the_responder_and_the_list_from_its_moment_on() {
    let world = World::start().await;
    let files = Files::of_new_certificate(&world).await;
    let (_, serial) = files.openssl("x509 -in leaf.pem -noout -serial").await;
    let serial = serial.trim().trim_start_matches("serial=").to_owned();
    let fields = format!(
        "<revokeCertificateParameters><keyCompromitationDate>2026-11-21</keyCompromitationDate>\
         <revocationReason>KEYCOMPROMISE</revocationReason>\
         <serialNumber>{serial}</serialNumber></revokeCertificateParameters>"
    );
    assert!(world.call("revokeCertificate", &fields).await.is_success());
    let ocsp = world.sandbox.control_url().join("/ocsp").unwrap();
    let list = world.sandbox.control_url().join("/pki/dv-tls-ecc.crl").unwrap();
    let ask = async || {
        let ask = format!("ocsp -url {ocsp} -issuer issuer.pem -cert leaf.pem -noverify {PATIENCE}");
        let (_, standing) = files.openssl(&ask).await;
        let list = world.http.get(list.clone()).send().await.unwrap().bytes().await.unwrap();
        std::fs::write(files.path("list.der"), list).unwrap();
        (standing, files.openssl("crl -inform DER -in list.der -noout -text").await.1)
    };
    let (standing, list) = ask().await;
    assert!(standing.contains("leaf.pem: good") && !list.contains(&serial), "under way: {standing}{list}");
    world.sandbox.advance_clock(SignedDuration::from_mins(5)).unwrap();
    let (standing, list) = ask().await;
    assert!(standing.contains("leaf.pem: revoked"), "{standing}");
    assert!(standing.contains("Reason: keyCompromise"), "{standing}");
    assert!(standing.contains("Nov 21 12:05:00 2026"), "{standing}");
    assert!(
        list.contains(&serial) && list.contains("Key Compromise") && list.contains("Invalidity Date"),
        "{list}"
    );
}

#[tokio::test]
async fn the_responder_takes_questions_in_the_path_too() {
    let world = World::start().await;
    let files = Files::of_new_certificate(&world).await;
    let request = "ocsp -no_nonce -issuer issuer.pem -cert leaf.pem -reqout request.der";
    assert!(files.openssl(request).await.0);
    let (_, base64) = openssl(&["base64", "-A", "-in", path(&files.path("request.der"))], b"");
    let escaped = base64.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    for form in [base64, escaped] {
        let url = format!("{}{form}", world.sandbox.control_url().join("/ocsp/").unwrap());
        let answer = world.http.get(url).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "application/ocsp-response");
        std::fs::write(files.path("answer.der"), answer.bytes().await.unwrap()).unwrap();
        let judge = format!("ocsp -respin answer.der -issuer issuer.pem -cert leaf.pem -noverify {PATIENCE}");
        let (success, text) = files.openssl(&judge).await;
        assert!(success && text.contains("leaf.pem: good"), "{text}");
    }
    let nonsense = world.sandbox.control_url().join("/ocsp/nonsense!").unwrap();
    std::fs::write(
        files.path("answer.der"),
        world.http.get(nonsense).send().await.unwrap().bytes().await.unwrap(),
    )
    .unwrap();
    let (_, text) = files.openssl("ocsp -respin answer.der -noverify").await;
    assert!(text.contains("malformedrequest (1)"), "{text}");
}

#[tokio::test]
async fn the_lists_let_the_chain_pass_until_they_are_too_old() {
    let world = World::start().await;
    let files = Files::of_new_certificate(&world).await;
    for issuer in ["root", "dv-tls-ecc"] {
        let url = world.sandbox.control_url().join(&format!("/pki/{issuer}.crl")).unwrap();
        let list = world.http.get(url).send().await.unwrap().bytes().await.unwrap();
        std::fs::write(files.path("list.der"), list).unwrap();
        let convert = format!("crl -inform DER -in list.der -out {issuer}.pem");
        assert!(files.openssl(&convert.replace("root.pem", "root-list.pem")).await.0);
    }
    let day = 24 * 60 * 60;
    for (days, expected) in [(0, true), (6, true), (8, false)] {
        let at = start_time().as_second() + days * day;
        let verify = format!(
            "verify -crl_check_all -attime {at} -CAfile root.pem -untrusted issuer.pem \
             -CRLfile root-list.pem -CRLfile dv-tls-ecc.pem leaf.pem"
        );
        let (accepted, text) = files.openssl(&verify).await;
        assert_eq!(accepted, expected, "{text}");
    }
}
