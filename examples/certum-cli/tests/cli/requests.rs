//! Requests and certificates, without a CA.

use std::fs;

use serde_json::{Value, json};

use crate::common::{NAME, certum, failure, feed, fields, openssl, view};

#[tokio::test]
async fn decodes_what_openssl_made_as_openssl_does() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let new = ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem", "-out", "r.csr"];
    let says = [
        "-subj",
        "/C=PL/O=Shop/CN=shop.example.com",
        "-addext",
        "subjectAltName=DNS:shop.example.com,DNS:www.shop.example.com",
    ];
    openssl(path, &[&new[..], &says].concat());
    let decoded = view(&certum(path, &["csr", "decode", "r.csr", "--json"]).output().await.unwrap());
    let expected =
        ["dns_names", "findings", "key", "signature_algorithm", "signature_valid", "spki_sha256", "subject"];
    assert_eq!(fields(&decoded), expected);
    let subject = openssl(path, &["req", "-in", "r.csr", "-noout", "-subject", "-nameopt", "RFC2253"]);
    assert_eq!(subject.trim(), format!("subject={}", decoded["subject"].as_str().unwrap()));
    assert_eq!(decoded["dns_names"], json!(["shop.example.com", "www.shop.example.com"]));
    assert_eq!(decoded["key"], json!({"algorithm": "RSA", "bits": 2048}));
    assert_eq!(
        (&decoded["signature_algorithm"], &decoded["signature_valid"]),
        (&json!("RSA with SHA-256"), &json!(true))
    );
    openssl(path, &["req", "-in", "r.csr", "-noout", "-pubkey", "-out", "p.pem"]);
    openssl(path, &["pkey", "-pubin", "-in", "p.pem", "-outform", "DER", "-out", "p.der"]);
    let hash = openssl(path, &["dgst", "-sha256", "-r", "p.der"]);
    assert!(hash.starts_with(decoded["spki_sha256"].as_str().unwrap()), "{hash}");

    let input = fs::read(path.join("r.csr")).unwrap();
    assert_eq!(view(&feed(certum(path, &["csr", "decode", "-", "--json"]), &input).await), decoded);
}

#[tokio::test]
async fn makes_requests_that_openssl_verifies_and_overwrites_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let new = [
        "csr",
        "new",
        "--name",
        NAME,
        "--subject",
        "O=Żółw",
        "--key-out",
        "k.pem",
        "--out",
        "r.csr",
        "--json",
    ];
    let made = view(&certum(path, &new).output().await.unwrap());
    assert_eq!(fields(&made), ["csr", "csr_file", "key_file", "spki_sha256"]);
    openssl(path, &["req", "-in", "r.csr", "-verify", "-noout"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(path.join("k.pem")).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let key = fs::read(path.join("k.pem")).unwrap();
    failure(&certum(path, &new).output().await.unwrap(), 2);
    assert_eq!(fs::read(path.join("k.pem")).unwrap(), key);
}

#[tokio::test]
async fn finds_what_a_ca_would_refuse() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    openssl(
        path,
        &[
            "req",
            "-new",
            "-newkey",
            "rsa:1024",
            "-nodes",
            "-subj",
            "/CN=co.uk",
            "-keyout",
            "k.pem",
            "-out",
            "r.csr",
        ],
    );
    let output = certum(path, &["csr", "check", "r.csr", "--json"]).output().await.unwrap();
    assert_eq!(output.status.code(), Some(3), "findings of severity error");
    let checked: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = checked["findings"].as_array().unwrap();
    assert!(findings.iter().any(|found| found["code"] == 1000 && found["severity"] == "error"), "{checked}");
    assert!(
        findings
            .iter()
            .all(|found| fields(found) == ["code", "field", "message", "severity", "severity_text", "value"])
    );
    let decoded = certum(path, &["csr", "decode", "r.csr"]).output().await.unwrap();
    assert!(decoded.status.success(), "to show a bad request is no failure");

    let key =
        feed(certum(path, &["csr", "check", "-", "--json"]), &fs::read(path.join("k.pem")).unwrap()).await;
    assert_eq!(key.status.code(), Some(3));
    let told: Value = serde_json::from_slice(&key.stdout).unwrap();
    assert!(told["findings"][0]["message"].as_str().unwrap().contains("never send it"), "{told}");
}

#[tokio::test]
async fn shows_a_certificate_and_sees_whether_it_is_trusted() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let new =
        ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=shop.example.com", "-days", "10"];
    openssl(
        path,
        &[&new[..], &["-addext", "subjectAltName=DNS:shop.example.com", "-keyout", "k.pem", "-out", "c.pem"]]
            .concat(),
    );
    let shown = view(&certum(path, &["cert", "show", "c.pem", "--json"]).output().await.unwrap());
    let expected =
        ["chain", "common_name", "dns_names", "not_after", "not_before", "serial_number", "spki_sha256"];
    assert_eq!(fields(&shown), expected);
    let serial = openssl(path, &["x509", "-in", "c.pem", "-noout", "-serial"]);
    // OpenSSL writes whole bytes, and so perhaps a zero in front.
    let serial = serial.trim().strip_prefix("serial=").unwrap().trim_start_matches('0');
    assert_eq!(shown["serial_number"], serial);
    let verify = ["cert", "verify", "c.pem", "--roots", "c.pem", "--name", NAME, "--json"];
    let verified = certum(path, &verify).output().await.unwrap();
    assert_eq!(verified.status.code(), Some(3), "a self-signed leaf is a CA's");
    let verified: Value = serde_json::from_slice(&verified.stdout).unwrap();
    assert!(verified["problem"].is_string() && verified["verified"] == false, "{verified}");
}
