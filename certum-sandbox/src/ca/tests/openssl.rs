//! openssl's opinion, and rustls-webpki's.

use std::process::{Command, Stdio};

use certum_api::types::{HashAlgorithm, RevocationReason};
use csr_tools::{Certificate, KeyAlgorithm};
use tempfile::TempDir;

use super::samples::{SOLD, authority, issue, key, now, revoked, shared};
use crate::{
    ca::{Authority, IssuerId, Revoked, Standing},
    products::{Kind, Level},
};

/// A directory in which openssl works.
struct Workshop(TempDir);

impl Workshop {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        std::fs::write(self.0.path().join(name), contents).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.path().join(name)).unwrap()
    }

    /// Whether it succeeds, and what it prints.
    fn openssl(&self, arguments: &str) -> (bool, String) {
        let mut command = Command::new("openssl");
        command.args(arguments.split_whitespace()).current_dir(self.0.path()).stdin(Stdio::null());
        let output = command.output().expect("the openssl program is needed");
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).into_owned())
    }

    fn succeeds(&self, arguments: &str) -> String {
        let (success, text) = self.openssl(arguments);
        assert!(success, "openssl {arguments}: {text}");
        text
    }
}

/// A request as openssl makes it, with a nonce unless told otherwise.
pub(super) fn ocsp_request(authority: &Authority, issuer: IssuerId, serial: &str, more: &[&str]) -> Vec<u8> {
    let workshop = Workshop::new();
    write_chain(&workshop, authority, issuer);
    let more = more.join(" ");
    workshop.succeeds(&format!("ocsp {more} -issuer issuer.pem -serial 0x{serial} -reqout request.der"));
    workshop.read("request.der")
}

fn write_chain(workshop: &Workshop, authority: &Authority, issuer: IssuerId) {
    let chain = authority.chain_pem(issuer);
    workshop.write("issuer.pem", &chain[0]);
    workshop.write("root.pem", chain.last().unwrap());
}

#[test]
fn openssl_accepts_each_kind_for_its_purpose_and_no_other() {
    let authority = shared();
    for (kind, level, _) in SOLD {
        for algorithm in [HashAlgorithm::EccSha256, HashAlgorithm::RsaSha256] {
            let issued = issue(authority, kind, level, &algorithm, KeyAlgorithm::Rsa3072);
            let workshop = Workshop::new();
            write_chain(&workshop, authority, issued.issuer);
            workshop.write("leaf.pem", &issued.pem);
            let verify = |purpose: &str| {
                let at = now().as_second();
                let options = format!("-x509_strict -purpose {purpose} -attime {at}");
                workshop.openssl(&format!("verify {options} -CAfile root.pem -untrusted issuer.pem leaf.pem"))
            };
            for (purpose, expected) in [
                ("any", true),
                ("sslserver", kind == Kind::Tls),
                ("sslclient", false),
                ("smimesign", kind == Kind::Smime),
                ("smimeencrypt", kind == Kind::Smime),
            ] {
                let (accepted, text) = verify(purpose);
                assert_eq!(accepted, expected, "{kind:?} {level:?} {purpose}: {text}");
            }
            let text = workshop.succeeds("x509 -in leaf.pem -noout -ext extendedKeyUsage");
            assert_eq!(text.contains("Code Signing"), kind == Kind::CodeSigning, "{text}");
        }
    }
}

#[test]
fn a_signature_over_a_message_verifies_with_the_certificate_for_mail() {
    let authority = shared();
    let (algorithm, key_algorithm) = (HashAlgorithm::RsaSha256, KeyAlgorithm::Rsa3072);
    let issued = issue(authority, Kind::Smime, Level::Individual, &algorithm, key_algorithm);
    let workshop = Workshop::new();
    write_chain(&workshop, authority, issued.issuer);
    workshop.write("leaf.pem", &issued.pem);
    workshop.write("key.pem", key(key_algorithm).to_pkcs8_pem().unwrap().as_bytes());
    workshop.write("message.txt", "hello\n");
    workshop.succeeds(
        "cms -sign -in message.txt -signer leaf.pem -inkey key.pem -certfile issuer.pem -out signed.eml",
    );
    let at = now().as_second();
    workshop
        .succeeds(&format!("cms -verify -in signed.eml -CAfile root.pem -attime {at} -purpose smimesign"));
}

#[test]
fn the_subject_is_told_as_others_print_it() {
    let authority = shared();
    for (kind, level, _) in SOLD {
        let issued = issue(authority, kind, level, &HashAlgorithm::RsaSha256, KeyAlgorithm::EcdsaP256);
        let workshop = Workshop::new();
        workshop.write("leaf.pem", &issued.pem);
        let printed = workshop.succeeds("x509 -in leaf.pem -noout -subject -nameopt RFC2253,-esc_msb,utf8");
        let told = issued.subject_name.replace("E=", "emailAddress=").replace("STREET=", "street=");
        assert_eq!(printed.trim(), format!("subject={told}"));
    }
}

#[test]
fn a_list_stops_what_it_names_and_nothing_else() {
    let authority = authority();
    let sell =
        || issue(&authority, Kind::Tls, Level::Domain, &HashAlgorithm::EccSha256, KeyAlgorithm::EcdsaP256);
    let (kept, stopped) = (sell(), sell());
    let revoked = [Revoked {
        serial: stopped.serial.clone(),
        at: now(),
        reason: RevocationReason::Superseded,
        invalid_since: None,
    }];
    let workshop = Workshop::new();
    write_chain(&workshop, &authority, kept.issuer);
    workshop.write("kept.pem", &kept.pem);
    workshop.write("stopped.pem", &stopped.pem);
    workshop.write("root.crl", authority.crl(IssuerId::Root, &[], now()).unwrap().unwrap());
    workshop.write("list.crl", authority.crl(kept.issuer, &revoked, now()).unwrap().unwrap());
    for list in ["root", "list"] {
        workshop.succeeds(&format!("crl -inform DER -in {list}.crl -out {list}.crl.pem"));
    }
    let verify = |leaf: &str| {
        let at = now().as_second();
        workshop.openssl(&format!(
            "verify -crl_check_all -attime {at} -CAfile root.pem -untrusted issuer.pem -CRLfile root.crl.pem \
             -CRLfile list.crl.pem {leaf}.pem"
        ))
    };
    let (accepted, text) = verify("kept");
    assert!(accepted, "{text}");
    let (accepted, text) = verify("stopped");
    assert!(!accepted && text.contains("certificate revoked"), "{text}");
}

#[test]
fn lists_are_numbered_and_say_why() {
    let authority = authority();
    let workshop = Workshop::new();
    write_chain(&workshop, &authority, IssuerId::DvEcc);
    for number in 1..=2 {
        workshop.write("list.crl", authority.crl(IssuerId::DvEcc, &revoked(), now()).unwrap().unwrap());
        let text = workshop.succeeds("crl -inform DER -in list.crl -noout -text -CAfile issuer.pem");
        for expected in [
            "verify OK",
            "Last Update: Nov 21 12:00:00 2026 GMT",
            "Next Update: Nov 28 12:00:00 2026 GMT",
            "Key Compromise",
            "Affiliation Changed",
            "Cessation Of Operation",
            "Superseded",
            "Privilege Withdrawn",
        ] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
        assert!(text.contains(&format!("X509v3 CRL Number: \n                {number}\n")), "{text}");
        assert!(!text.contains("Unspecified"), "{text}");
        assert_eq!(text.matches("Serial Number:").count(), 6, "{text}");
    }
    assert!(authority.crl(IssuerId::EvRsa, &[], now()).is_none(), "nothing refers to it yet");
}

/// What openssl makes of the answer about one certificate.
fn judged(authority: &Authority, issuer: IssuerId, standing: &Standing, more: &[&str]) -> (bool, String) {
    let request = ocsp_request(authority, issuer, "40aa", more);
    let look_up = |asked: IssuerId, serial: &str| {
        assert_eq!((asked, serial), (issuer, "40aa"));
        standing.clone()
    };
    let answer = authority.ocsp(&request, look_up, now());
    let workshop = Workshop::new();
    write_chain(&workshop, authority, issuer);
    workshop.write("request.der", request);
    workshop.write("answer.der", answer);
    // It compares the answer's dates with the machine's clock, and can only be told to be patient.
    let patience = "-validity_period 1000000000";
    let at = now().as_second();
    // Without -no_nonce, it puts a fresh nonce into the request that it reads.
    let digest = more.last().unwrap_or(&"-sha1");
    workshop.openssl(&format!(
        "ocsp -reqin request.der -respin answer.der -resp_text -issuer issuer.pem {digest} -serial 0x40aa \
         -no_nonce -CAfile root.pem -verify_other issuer.pem -attime {at} {patience}"
    ))
}

#[test]
fn openssl_takes_the_responders_word() {
    let authority = shared();
    issue(authority, Kind::Smime, Level::Mailbox, &HashAlgorithm::RsaSha256, KeyAlgorithm::EcdsaP256);
    let at = now() - jiff::SignedDuration::from_hours(1);
    let revoked = Standing::Revoked { at, reason: RevocationReason::KeyCompromise };
    let unspecified = Standing::Revoked { at, reason: RevocationReason::Unspecified };
    for issuer in [IssuerId::DvEcc, IssuerId::Smime] {
        for options in [["-no_nonce", "-sha1"].as_slice(), &["-nonce", "-sha1"], &["-nonce", "-sha256"]] {
            for (standing, expected) in [
                (&Standing::Good, "0x40aa: good"),
                (&Standing::Unknown, "0x40aa: unknown"),
                (&revoked, "Reason: keyCompromise\n\tRevocation Time: Nov 21 11:00:00 2026 GMT"),
                (&unspecified, "0x40aa: revoked"),
            ] {
                let (success, text) = judged(authority, issuer, standing, options);
                assert!(success && text.contains("Response verify OK"), "{options:?} {text}");
                assert!(text.contains(expected), "{options:?} {expected}: {text}");
                assert_eq!(text.contains("OCSP Nonce"), options[0] == "-nonce", "{text}");
                assert_eq!(text.contains("Reason:"), expected.starts_with("Reason:"), "{text}");
            }
        }
    }
}

#[test]
fn the_root_answers_for_the_intermediates_and_for_itself() {
    let authority = authority();
    let intermediate = Certificate::from_pem(&authority.chain_pem(IssuerId::DvEcc)[0]).unwrap();
    let root = authority.chain_pem(IssuerId::Root);
    assert_eq!(root.len(), 1);
    assert_eq!(root[0].as_bytes(), &authority.certificates_pem().as_bytes()[..root[0].len()]);
    let serial = intermediate.serial_number().to_string().to_lowercase();
    assert!(authority.is_own_serial(&serial), "{serial}");
    assert!(!authority.is_own_serial("40aa"));
    let (success, text) = judged(&authority, IssuerId::Root, &Standing::Good, &[]);
    assert!(success && text.contains("Response verify OK"), "{text}");
}

#[test]
fn one_answer_covers_several_certificates_of_one_issuer_alone() {
    let authority = authority();
    let look_up = |_: IssuerId, serial: &str| match serial {
        "40bb" => Standing::Unknown,
        _ => Standing::Good,
    };
    let workshop = Workshop::new();
    write_chain(&workshop, &authority, IssuerId::DvEcc);
    let same = ocsp_request(&authority, IssuerId::DvEcc, "40aa", &["-issuer issuer.pem -serial 0x40bb"]);
    workshop.write("answer.der", authority.ocsp(&same, look_up, now()));
    let text = workshop.succeeds("ocsp -respin answer.der -noverify -resp_text");
    assert!(text.contains("40AA\n    Cert Status: good"), "{text}");
    assert!(text.contains("40BB\n    Cert Status: unknown"), "{text}");
    workshop.succeeds("ocsp -issuer issuer.pem -serial 1 -issuer root.pem -serial 2 -reqout mixed.der");
    workshop.write("answer.der", authority.ocsp(&workshop.read("mixed.der"), look_up, now()));
    assert!(workshop.openssl("ocsp -respin answer.der").1.contains("unauthorized (6)"));
}

#[test]
fn what_is_no_question_of_ours_is_refused_in_a_word() {
    let (authority, other) = (authority(), authority());
    let status = |request: &[u8]| {
        let answer = authority.ocsp(request, |_, _| panic!("nothing is to be looked up"), now());
        let workshop = Workshop::new();
        workshop.write("answer.der", &answer);
        workshop.openssl("ocsp -respin answer.der").1
    };
    let malformed = "malformedrequest (1)";
    assert!(status(b"").contains(malformed));
    assert!(status(b"nonsense").contains(malformed));
    // A request without a question.
    assert!(status(&[0x30, 0x04, 0x30, 0x02, 0x30, 0x00]).contains(malformed));
    let foreign = ocsp_request(&other, IssuerId::DvEcc, "40aa", &[]);
    assert!(status(&foreign).contains("unauthorized (6)"));
    let sha512 = ocsp_request(&authority, IssuerId::DvEcc, "40aa", &["-sha512"]);
    assert!(status(&sha512).contains("unauthorized (6)"));
    let mut cut = ocsp_request(&authority, IssuerId::DvEcc, "40aa", &[]);
    cut.pop();
    assert!(status(&cut).contains(malformed));
}

#[test]
fn webpki_accepts_the_chains_of_all_tls_products() {
    use rustls_pki_types::{CertificateDer, UnixTime};

    let authority = shared();
    let seconds = u64::try_from(now().as_second()).unwrap();
    let at = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
    let root = CertificateDer::from(authority.certificate_der(IssuerId::Root).unwrap());
    let anchor = webpki::anchor_from_trusted_cert(&root).unwrap();
    for (kind, level, _) in SOLD {
        let issued = issue(authority, kind, level, &HashAlgorithm::RsaSha256, KeyAlgorithm::Rsa3072);
        let between = CertificateDer::from(authority.certificate_der(issued.issuer).unwrap());
        let leaf = CertificateDer::from(issued.der.as_slice());
        let leaf = webpki::EndEntityCert::try_from(&leaf).unwrap();
        let algorithms = webpki::ALL_VERIFICATION_ALGS;
        let purpose = webpki::KeyUsage::server_auth();
        let accepted = leaf
            .verify_for_usage(algorithms, std::slice::from_ref(&anchor), &[between], at, purpose, None, None)
            .is_ok();
        assert_eq!(accepted, kind == Kind::Tls, "{kind:?} {level:?}");
    }
}
