//! The program as its users run it, and its results as others see them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn quickstart(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quickstart")).current_dir(directory).args(arguments).output().unwrap()
}

fn openssl(directory: &Path, arguments: &[&str]) -> String {
    let output = Command::new("openssl").current_dir(directory).args(arguments).output();
    let output = output.expect("these tests need the openssl program");
    assert!(output.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The object that `--json` prints, which must be all that is printed.
fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

fn file(summary: &Value, ending: &str) -> String {
    let files = summary["files"].as_array().unwrap();
    let found = files.iter().filter_map(Value::as_str).find(|file| file.ends_with(ending));
    found.unwrap_or_else(|| panic!("no file ends with {ending}: {files:?}")).to_owned()
}

fn verify(directory: &Path, summary: &Value) {
    let (root, chain, leaf) =
        (file(summary, "sandbox-root.crt"), file(summary, ".ca-bundle"), file(summary, ".com.crt"));
    let arguments =
        ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", &root, "-untrusted", &chain, &leaf];
    assert_eq!(openssl(directory, &arguments).trim(), format!("{leaf}: OK"));
}

fn make_request(directory: &Path) {
    let arguments = [
        "req",
        "-new",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=shop.example.com",
        "-addext",
        "subjectAltName=DNS:shop.example.com",
        "-keyout",
        "k.pem",
        "-out",
        "r.csr",
    ];
    openssl(directory, &arguments);
}

#[test]
fn leaves_a_bundle_that_openssl_accepts_and_whose_key_fits() {
    let directory = tempfile::tempdir().unwrap();
    let summary = json(&quickstart(directory.path(), &["--json"]));
    verify(directory.path(), &summary);
    let key = file(&summary, ".key");
    let of_key = openssl(directory.path(), &["pkey", "-in", &key, "-pubout"]);
    for certificate in [".com.crt", ".fullchain.pem"] {
        let of_leaf = ["x509", "-in", &file(&summary, certificate), "-pubkey", "-noout"];
        assert_eq!(openssl(directory.path(), &of_leaf), of_key, "{certificate}");
    }
    let der = file(&summary, ".cer");
    let serial = openssl(directory.path(), &["x509", "-inform", "DER", "-in", &der, "-noout", "-serial"]);
    assert_eq!(serial.trim().trim_start_matches("serial="), summary["serial_number"]);
    for field in ["service_id", "order_id", "not_before", "not_after"] {
        assert!(summary[field].as_str().is_some_and(|text| !text.is_empty()), "{field}");
    }
    assert_eq!(summary["names"], serde_json::json!(["shop.example.com"]));
}

#[cfg(unix)]
#[test]
fn lets_only_the_owner_read_the_key() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let summary = json(&quickstart(directory.path(), &["--json", "--out", "deep/down"]));
    let key = directory.path().join(file(&summary, ".key"));
    assert_eq!(fs::metadata(key).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn takes_a_request_made_by_openssl_by_every_method() {
    let directory = tempfile::tempdir().unwrap();
    make_request(directory.path());
    for method in ["file", "dns", "email"] {
        let arguments =
            ["--csr", "r.csr", "--name", "shop.example.com", "--method", method, "--out", method, "--json"];
        let summary = json(&quickstart(directory.path(), &arguments));
        verify(directory.path(), &summary);
        let of_request = openssl(directory.path(), &["req", "-in", "r.csr", "-pubkey", "-noout"]);
        let of_leaf = ["x509", "-in", &file(&summary, ".com.crt"), "-pubkey", "-noout"];
        assert_eq!(openssl(directory.path(), &of_leaf), of_request, "{method}");
        assert!(!summary["files"].to_string().contains(".key"), "a key that was never seen: {method}");
    }
}

#[test]
fn never_overwrites_a_key() {
    let directory = tempfile::tempdir().unwrap();
    let read_keys = |names: &[&str]| {
        names.iter().map(|name| fs::read(directory.path().join(name)).unwrap()).collect::<Vec<_>>()
    };
    let key = "quickstart-out/shop.example.com.key";
    json(&quickstart(directory.path(), &["--json"]));
    let first = read_keys(&[key]).remove(0);
    json(&quickstart(directory.path(), &["--json"]));
    let [kept, second] = &read_keys(&["quickstart-out/previous-1/shop.example.com.key", key])[..] else {
        panic!()
    };
    assert_eq!(*kept, first);
    assert_ne!(*second, first);
}

#[test]
fn prints_what_it_does_and_how_to_check_it() {
    let directory = tempfile::tempdir().unwrap();
    let output = quickstart(directory.path(), &[]);
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    for step in [
        "key ",
        "sandbox ",
        "service ",
        "order ",
        "proof ",
        "issued ",
        "bundle ",
        "The certificate is there.",
    ] {
        assert!(printed.contains(step), "{step:?} is missing in:\n{printed}");
    }
    let command = printed.lines().last().unwrap().trim();
    let arguments: Vec<_> = command.strip_prefix("openssl ").unwrap().split(' ').collect();
    assert!(openssl(directory.path(), &arguments).ends_with(": OK\n"));
}

#[test]
fn answers_nonsense_with_one_sentence_that_names_the_field() {
    let directory = tempfile::tempdir().unwrap();
    make_request(directory.path());
    fs::write(directory.path().join("a-file"), "").unwrap();
    for (arguments, sentence) in [
        (&["--csr", "/etc/hosts"][..], "--csr /etc/hosts: no PEM block found"),
        (&["--csr", "missing.csr"], "--csr missing.csr: No such file"),
        (&["--csr", "k.pem"], "--csr k.pem: this is a private key: never send it"),
        (&["--name", "shop example.com"], "--name \"shop example.com\": is not a valid domain name"),
        (&["--product", "999"], "--product 999: no product has the code 999"),
        (&["--product", "631"], "--product 631: Trusted SSL is not"),
        (&["--method", "pigeon"], "--method pigeon: is none of dns"),
        (
            &["--product", "741", "--name", "*.example.com", "--method", "file"],
            "--method: a file can't prove",
        ),
        (&["--out", "a-file"], "--out a-file: can't be written to"),
        (&["--out", "/proc/none"], "--out /proc/none: can't be written to"),
    ] {
        let output = quickstart(directory.path(), arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {error}");
        assert!(error.starts_with(&format!("error: {sentence}")), "{arguments:?}: {error}");
        assert_eq!(error.lines().count(), 1, "{arguments:?}: {error}");
        assert!(output.stdout.is_empty(), "{arguments:?} got as far as doing something");
    }
    assert!(!directory.path().join("quickstart-out").exists(), "nonsense left something behind");
}

#[test]
fn reports_everything_that_is_wrong_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let arguments = ["--name", "a b.example.com", "--name", "*.example.com", "--method", "file"];
    let output = quickstart(directory.path(), &arguments);
    let error = String::from_utf8(output.stderr).unwrap();
    let fields: Vec<_> = error.lines().filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(fields, ["--name", "--name"], "{error}");
}

#[test]
fn knows_where_it_wrote() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("absolute");
    let summary = json(&quickstart(directory.path(), &["--json", "--out", out.to_str().unwrap()]));
    let files: Vec<PathBuf> = serde_json::from_value(summary["files"].clone()).unwrap();
    assert!(
        files.len() >= 6 && files.iter().all(|file| file.starts_with(&out) && file.is_file()),
        "{files:?}"
    );
}
