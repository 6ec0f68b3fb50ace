//! The heaps of `tests/corpus/certificates/chains`: put in order here, verified here and by OpenSSL.

#![expect(clippy::unwrap_used, reason = "the lints spare #[test] functions, not their helpers")]

mod tools;

use std::fs;

use csr_tools::{Certificate, Chain, Purpose, VerifyError};
use tools::Workshop;

/// 1 January 2030, when all of the corpus is valid but what is meant not to be.
const AT: i64 = 1_893_456_000;

fn corpus(name: &str) -> Vec<Certificate> {
    let path = format!("{}/tests/corpus/certificates/chains/{name}", env!("CARGO_MANIFEST_DIR"));
    Certificate::chain_from_pem(fs::read(path).unwrap()).unwrap()
}

fn heap(name: &str) -> Vec<Certificate> {
    corpus(&format!("{name}.pem"))
}

fn roots() -> Vec<Certificate> {
    corpus("root.crt")
}

/// What OpenSSL says of the chain as we put it in order.
fn openssl_accepts(chain: &Chain, roots: &[Certificate], purpose: Purpose) -> bool {
    let shop = Workshop::new();
    let pem = |list: &[Certificate]| list.iter().map(Certificate::to_pem).collect::<String>();
    shop.write("leaf.pem", chain.leaf().to_pem());
    shop.write("roots.pem", pem(roots));
    // Version 3.0 knows no purpose for programs.
    let purpose = match purpose {
        Purpose::TlsServer => "sslserver",
        Purpose::EmailProtection => "smimesign",
        _ => "any",
    };
    let mut options = format!("verify -attime {AT} -purpose {purpose} -CAfile roots.pem");
    if !chain.intermediates().is_empty() {
        shop.write("chain.pem", pem(chain.intermediates()));
        options += " -untrusted chain.pem";
    }
    shop.openssl_accepts(&format!("{options} leaf.pem"))
}

fn common_names(chain: &[Certificate]) -> Vec<&str> {
    chain.iter().map(|one| one.common_name().unwrap()).collect()
}

#[test]
fn heaps_come_out_in_one_order_that_openssl_accepts() {
    for (name, intermediates, has_root) in [
        ("four", &["Below", "Above"][..], true),
        ("no-root", &["Below", "Above"], false),
        ("doubled", &["Below", "Above"], true),
        ("strays", &["Below", "Above"], true),
        ("twin", &["Below", "Above"], true),
        ("crossed-with-root", &["Below", "Above"], true),
        ("crossed-with-both", &["Below", "Above"], true),
        // Without a root, the way that leads furthest: to where older programs' trust begins.
        ("crossed-without-root", &["Below", "Above", "Test root"], false),
    ] {
        let mut heap = heap(name);
        for turn in 0..heap.len() {
            heap.rotate_left(1);
            let chain = Chain::order(&heap).unwrap();
            assert_eq!(common_names(chain.intermediates()), intermediates, "{name}, turned by {turn}");
            assert_eq!(chain.root().is_some(), has_root, "{name}");
            assert_eq!(chain.verify(&roots(), Purpose::TlsServer, AT), Ok(()), "{name}");
        }
        let chain = Chain::order(&heap).unwrap();
        assert!(openssl_accepts(&chain, &roots(), Purpose::TlsServer), "{name}");
    }
}

#[test]
fn a_cross_certificate_leads_to_the_older_root_too() {
    let chain = Chain::order(&heap("crossed-without-root")).unwrap();
    let older = corpus("other.crt");
    assert_eq!(chain.verify(&older, Purpose::TlsServer, AT), Ok(()));
    assert!(openssl_accepts(&chain, &older, Purpose::TlsServer));

    let chain = Chain::order(&heap("crossed-with-root")).unwrap();
    assert_eq!(chain.verify(&older, Purpose::TlsServer, AT), Err(VerifyError::NoTrustedRoot));
    assert!(!openssl_accepts(&chain, &older, Purpose::TlsServer));
}

#[test]
fn strays_are_told_from_other_ways_up() {
    let strays = Chain::order(&heap("strays")).unwrap();
    assert_eq!(common_names(strays.unrelated()), ["Other root", "Test issuing CA"]);
    for name in ["twin", "crossed-with-root", "crossed-with-both", "doubled"] {
        assert!(Chain::order(&heap(name)).unwrap().unrelated().is_empty(), "{name}");
    }
}

#[test]
fn a_gap_ends_the_chain() {
    let chain = Chain::order(&heap("gap")).unwrap();
    assert!(chain.intermediates().is_empty() && chain.root().is_none());
    assert_eq!(common_names(chain.unrelated()), ["Test root", "Above"]);
    assert_eq!(chain.verify(&roots(), Purpose::TlsServer, AT), Err(VerifyError::NoTrustedRoot));
}

#[test]
fn verdicts_are_openssls() {
    use Purpose::{CodeSigning, EmailProtection, TlsServer};
    for (name, purpose, verdict) in [
        ("names-allowed", TlsServer, Ok(())),
        ("names-not-allowed", TlsServer, Err(VerifyError::NameNotAllowed)),
        ("path-too-long", TlsServer, Err(VerifyError::PathTooLong)),
        ("ca-may-not-sign", TlsServer, Err(VerifyError::NotACa)),
        ("ca-for-mail-only", TlsServer, Err(VerifyError::UseNotAllowed)),
        ("ca-expired", TlsServer, Err(VerifyError::CaNotValid)),
        ("expired", TlsServer, Err(VerifyError::Expired { not_after: 1_609_459_200 })),
        ("not-yet", TlsServer, Err(VerifyError::NotYetValid { not_before: 2_493_072_000 })),
        ("unknown-critical", TlsServer, Err(VerifyError::UnknownCriticalExtension)),
        ("self-signed", TlsServer, Err(VerifyError::NoTrustedRoot)),
        ("no-extended-key-usage", TlsServer, Ok(())),
        ("mail", EmailProtection, Ok(())),
        ("mail", TlsServer, Err(VerifyError::UseNotAllowed)),
        ("code", CodeSigning, Ok(())),
        ("code", TlsServer, Err(VerifyError::UseNotAllowed)),
        ("four", EmailProtection, Err(VerifyError::UseNotAllowed)),
    ] {
        let chain = Chain::order(&heap(name)).unwrap();
        assert_eq!(chain.verify(&roots(), purpose, AT), verdict, "{name} for {purpose:?}");
        assert_eq!(openssl_accepts(&chain, &roots(), purpose), verdict.is_ok(), "{name} for {purpose:?}");
    }
}

#[test]
fn is_stricter_than_openssl_where_it_should_be() {
    // SHA-1, which OpenSSL accepts at its lowest level; and programs whose purpose is not named.
    let chain = Chain::order(&heap("sha1")).unwrap();
    assert_eq!(chain.verify(&roots(), Purpose::TlsServer, AT), Err(VerifyError::UnsupportedSignature));
    let chain = Chain::order(&heap("no-extended-key-usage")).unwrap();
    assert_eq!(chain.verify(&roots(), Purpose::CodeSigning, AT), Err(VerifyError::UseNotAllowed));
}

#[test]
fn a_root_out_of_date_is_trusted_no_more() {
    let chain = Chain::order(&heap("names-allowed")).unwrap();
    let end = chain.leaf().not_after();
    let mut roots = roots();
    assert_eq!(chain.verify(&roots, Purpose::TlsServer, end), Ok(()));
    // Only the root is younger than the leaf here.
    roots[0] = corpus("ca-expired.pem").remove(1);
    assert_eq!(chain.verify(&roots, Purpose::TlsServer, end), Err(VerifyError::NoTrustedRoot));
    let old = Chain::order(&heap("ca-expired")).unwrap();
    let own = [old.intermediates()[0].clone()];
    assert_eq!(old.verify(&own, Purpose::TlsServer, AT), Err(VerifyError::CaNotValid));
}
