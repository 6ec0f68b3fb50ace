//! The certificates, judged by others.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use certum_sandbox::DnsRecord;
use csr_tools::CertificateRequest;
use jiff::SignedDuration;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject};

use super::support::{Order, World, start_time};

/// Runs openssl, without which these tests prove nothing.
pub(crate) fn openssl(arguments: &[&str], input: &[u8]) -> (bool, String) {
    use std::io::Write;
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the openssl program is needed");
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

pub(crate) fn openssl_csr(key: &str, common_name: &str) -> String {
    let directory = tempfile::tempdir().unwrap();
    let key_file = directory.path().join("key.pem");
    let subject = format!("/CN={common_name}");
    let arguments = ["req", "-new", "-newkey", key, "-nodes", "-subj", &subject, "-keyout", path(&key_file)];
    let (success, text) = openssl(&arguments, b"");
    assert!(success, "{text}");
    let begin = text.find("-----BEGIN CERTIFICATE REQUEST").unwrap();
    let end = text.find("-----END CERTIFICATE REQUEST-----").unwrap();
    format!("{}-----END CERTIFICATE REQUEST-----\n", &text[begin..end])
}

/// Any DER as a PEM request, valid or not: openssl's base64 is not ours.
pub(crate) fn openssl_pem(der: &[u8]) -> String {
    let (success, base64) = openssl(&["base64"], der);
    assert!(success);
    format!("-----BEGIN CERTIFICATE REQUEST-----\n{base64}-----END CERTIFICATE REQUEST-----\n")
}

pub(crate) fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

pub(crate) async fn issue(world: &World, order: &Order) -> String {
    let code = world.order(order).await;
    for name in &order.names {
        let domain = name.trim_start_matches("*.");
        world.sandbox.publish_dns(DnsRecord::txt(&format!("_certum.{domain}"), &code).unwrap());
    }
    assert!(world.perform(&code).await.is_success());
    world.certificate(order.id).await
}

/// Root and intermediate, apart.
pub(crate) fn split_roots(pem: &str) -> (String, String) {
    let cut = pem[1..].find("-----BEGIN").unwrap() + 1;
    (pem[..cut].to_owned(), pem[cut..].to_owned())
}

fn openssl_accepts(world: &World, leaf: &str, at: i64) -> (bool, String) {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let (root, intermediate) = split_roots(&world.sandbox.roots_pem());
    let (root, intermediate, leaf) =
        (file("root.pem", &root), file("intermediate.pem", &intermediate), file("leaf.pem", leaf));
    let at = at.to_string();
    let arguments = [
        "verify",
        "-x509_strict",
        "-purpose",
        "sslserver",
        "-attime",
        &at,
        "-CAfile",
        path(&root),
        "-untrusted",
        path(&intermediate),
        path(&leaf),
    ];
    openssl(&arguments, b"")
}

#[tokio::test]
async fn openssl_accepts_the_chain_while_it_is_valid() {
    let world = World::start().await;
    let leaf =
        issue(&world, &Order::new("order-1", "931", &["a.example.com", "b.example.com"], "DNS_TXT_PREFIX"))
            .await;
    let now = start_time().as_second();
    let day = 24 * 60 * 60;
    for (at, expected) in
        [(now, true), (now + 199 * day - 2, true), (now + 199 * day, false), (now - 1, false)]
    {
        let (accepted, text) = openssl_accepts(&world, &leaf, at);
        assert_eq!(accepted, expected, "{at}: {text}");
    }
}

#[tokio::test]
async fn webpki_accepts_the_chain_for_the_names_ordered_and_no_others() {
    let world = World::start().await;
    let order = Order::new("order-1", "741", &["*.example.com", "example.com"], "DNS_TXT_PREFIX");
    let leaf = CertificateDer::from_pem_slice(issue(&world, &order).await.as_bytes()).unwrap();
    let roots: Vec<_> = CertificateDer::pem_slice_iter(world.sandbox.roots_pem().as_bytes())
        .collect::<Result<_, _>>()
        .unwrap();
    let anchor = webpki::anchor_from_trusted_cert(&roots[0]).unwrap();
    let leaf = webpki::EndEntityCert::try_from(&leaf).unwrap();
    let now = UnixTime::since_unix_epoch(Duration::from_secs(start_time().as_second().try_into().unwrap()));
    leaf.verify_for_usage(
        webpki::ALL_VERIFICATION_ALGS,
        &[anchor],
        &roots[1..],
        now,
        webpki::KeyUsage::server_auth(),
        None,
        None,
    )
    .unwrap();
    let holds =
        |name: &str| leaf.verify_is_valid_for_subject_name(&ServerName::try_from(name).unwrap()).is_ok();
    assert!(holds("example.com") && holds("a.example.com"));
    assert!(!holds("a.b.example.com") && !holds("example.org"));
}

#[tokio::test]
async fn a_certificate_holds_the_very_key_of_its_request() {
    let world = World::start().await;
    for (id, key) in [("order-1", "rsa:2048"), ("order-2", "rsa:3072")] {
        let mut order = Order::new(id, "601", &["a.example.com"], "DNS_TXT_PREFIX");
        order.csr = openssl_csr(key, "a.example.com");
        let leaf = issue(&world, &order).await;
        let asked = CertificateRequest::from_pem(&order.csr).unwrap();
        let got = csr_tools::Certificate::from_pem(&leaf).unwrap();
        assert_eq!(got.public_key().as_der(), asked.public_key().as_der());
        let (accepted, text) = openssl_accepts(&world, &leaf, start_time().as_second());
        assert!(accepted, "{text}");
    }
}

#[tokio::test]
async fn a_certificate_says_what_the_baseline_requirements_ask_for() {
    let world = World::start().await;
    let leaf =
        issue(&world, &Order::new("order-1", "601", &["example.com", "www.example.com"], "DNS_TXT_PREFIX"))
            .await;
    let (success, text) = openssl(&["x509", "-noout", "-text"], leaf.as_bytes());
    assert!(success);
    let base = world.sandbox.control_url().join("/").unwrap();
    for expected in [
        "Version: 3",
        "Signature Algorithm: ecdsa-with-SHA256",
        "Issuer: C = PL, O = Certum Sandbox, CN = Certum Sandbox DV TLS ECC CA",
        "Subject: CN = example.com\n",
        "X509v3 Basic Constraints: critical\n                CA:FALSE",
        "X509v3 Key Usage: critical\n                Digital Signature\n",
        "X509v3 Extended Key Usage: \n                TLS Web Server Authentication\n",
        "X509v3 Subject Alternative Name: \n                DNS:example.com, DNS:www.example.com\n",
        "Policy: 2.23.140.1.2.1",
        "X509v3 Authority Key Identifier",
        &format!("OCSP - URI:{base}ocsp\n"),
        &format!("CA Issuers - URI:{base}pki/dv-tls-ecc.cer\n"),
        &format!("Full Name:\n                  URI:{base}pki/dv-tls-ecc.crl\n"),
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    assert!(!text.contains("X509v3 Subject Key Identifier"), "{text}");
    let issuer = world.http.get(base.join("pki/dv-tls-ecc.cer").unwrap()).send().await.unwrap();
    let issuer = issuer.bytes().await.unwrap();
    let (_, intermediate) = split_roots(&world.sandbox.roots_pem());
    assert_eq!(CertificateDer::from_pem_slice(intermediate.as_bytes()).unwrap().as_ref(), &issuer[..]);
}

/// Everything that a certificate refers to is there; the responder answers whoever asks it nothing in its own
/// words.
#[tokio::test]
async fn no_certificate_points_at_what_is_not_served() {
    let world = World::start().await;
    let leaf = issue(&world, &Order::new("order-1", "601", &["example.com"], "DNS_TXT_PREFIX")).await;
    let (root, intermediate) = split_roots(&world.sandbox.roots_pem());
    let mut pointers = Vec::new();
    for certificate in [root, intermediate, leaf] {
        let (success, text) = openssl(&["x509", "-noout", "-text"], certificate.as_bytes());
        assert!(success);
        for (kind, url) in text.lines().filter_map(|line| line.split_once("URI:")) {
            let request = match kind.contains("OCSP") {
                true => world.http.post(url.trim()),
                false => world.http.get(url.trim()),
            };
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), 200, "{url}");
            pointers.push(response.headers()["content-type"].to_str().unwrap().to_owned());
        }
    }
    let each = ["application/ocsp-response", "application/pkix-cert", "application/pkix-crl"];
    assert_eq!(pointers, [each, each].concat(), "of the intermediate and of the leaf, to their issuers");
}

#[tokio::test]
async fn the_chain_is_of_the_algorithm_that_was_ordered() {
    let world = World::start().await;
    let base = world.sandbox.control_url().join("/pki/").unwrap();
    let status =
        async |file: &str| world.http.get(base.join(file).unwrap()).send().await.unwrap().status().as_u16();
    assert_eq!((status("dv-tls-rsa.cer").await, status("dv-tls-rsa.crl").await), (404, 404));
    let mut order = Order::new("order-1", "601", &["example.com"], "DNS_TXT_PREFIX");
    order.extra = "<hashAlgorithm>RSA-SHA256</hashAlgorithm>".to_owned();
    let leaf = issue(&world, &order).await;
    assert_eq!((status("dv-tls-rsa.cer").await, status("dv-tls-rsa.crl").await), (200, 200));

    let answer = world.call("getCertificate", "<orderID>order-1</orderID>").await;
    let bundle = answer.text("caBundle").unwrap();
    let chain: Vec<_> = super::support::all(&bundle, "X509Cert")
        .iter()
        .map(|pem| CertificateDer::from_pem_slice(pem.as_bytes()).unwrap())
        .collect();
    let told: Vec<_> = CertificateDer::pem_slice_iter(world.sandbox.roots_pem().as_bytes())
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!((chain.len(), told.len()), (2, 3));
    assert_eq!((&chain[0], &chain[1]), (&told[2], &told[0]));
    let (_, text) = openssl(&["x509", "-noout", "-text"], leaf.as_bytes());
    assert!(text.contains("Signature Algorithm: sha256WithRSAEncryption"), "{text}");
    let (accepted, text) = openssl_accepts(&world, &leaf, start_time().as_second());
    assert!(accepted, "{text}");
}

#[tokio::test]
async fn the_answer_tells_what_the_certificate_says_and_serves_both_handles() {
    let world = World::start().await;
    issue(&world, &Order::new("order-1", "691", &["example.com"], "DNS_TXT_PREFIX")).await;
    let answer = world.call("getCertificate", "<orderID>order-1</orderID>").await;
    let serial = answer.text("serialNumber").unwrap();
    assert_eq!((serial.len(), answer.text("certificateStatus").as_deref()), (32, Some("VALID")));
    assert_eq!(answer.text("startDate").as_deref(), Some("2026-11-21T12:00:00Z"));
    assert_eq!(answer.text("endDate").as_deref(), Some("2026-12-21T11:59:59Z"));
    assert_eq!(answer.text("subjectName").as_deref(), Some("CN=example.com"));
    let bundle = answer.text("caBundle").unwrap();
    assert_eq!(bundle.matches("BEGIN CERTIFICATE").count(), 2);
    let leaf = super::support::inner(&answer.text("certificateDetails").unwrap(), "X509Cert").unwrap();
    let (_, told) = openssl(&["x509", "-noout", "-serial"], leaf.as_bytes());
    assert_eq!(told.trim(), format!("serial={}", serial.to_uppercase()));
    let by_serial = format!("<serialNumber>00{}</serialNumber>", serial.to_uppercase());
    assert_eq!(world.call("getCertificate", &by_serial).await.text("X509Cert"), answer.text("X509Cert"));
}

#[tokio::test]
async fn a_certificate_lives_as_long_as_the_calendar_of_its_day_says() {
    let world = World::start().await;
    world.sandbox.advance_clock(SignedDuration::from_hours(3 * 366 * 24)).unwrap();
    issue(&world, &Order::new("order-1", "601", &["example.com"], "DNS_TXT_PREFIX")).await;
    let answer = world.call("getCertificate", "<orderID>order-1</orderID>").await;
    let date = |element| answer.text(element).unwrap().parse::<jiff::Timestamp>().unwrap();
    let lifetime = date("endDate").duration_since(date("startDate"));
    assert_eq!(lifetime, SignedDuration::from_hours(46 * 24) - SignedDuration::from_secs(1));
    // The chain still holds then.
    let leaf = world.certificate("order-1").await;
    let (accepted, text) = openssl_accepts(&world, &leaf, world.sandbox.clock().now().as_second());
    assert!(accepted, "{text}");
}
