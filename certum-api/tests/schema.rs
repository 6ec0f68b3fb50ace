//! The golden documents against the schema that this crate publishes, judged by xmllint.

#![allow(clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use certum_api::operations::OPERATIONS;
use certum_api::wire;

/// What stands in the SOAP body of each golden file that this crate writes so, in a file of its own. Documents that
/// stand for other stacks are not among them: they break the schema on purpose.
fn payloads(into: &Path) -> Vec<PathBuf> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut found = Vec::new();
    for entry in fs::read_dir(golden).expect("golden files") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_str().expect("a name in UTF-8").to_owned();
        if name.contains("foreign") || name == "fault.xml" {
            continue;
        }
        let document = fs::read_to_string(&path).expect("a golden file");
        let (_, rest) = document.split_once("<soap:Body>").expect("a body");
        let (payload, _) = rest.split_once("</soap:Body>").expect("its end");
        let path = into.join(name);
        fs::write(&path, payload.trim()).expect("a file");
        found.push(path);
    }
    found
}

/// `None`, and a line that says so, if there is no xmllint here.
fn validate(schema: &Path, documents: &[PathBuf]) -> Option<Output> {
    let run = Command::new("xmllint").arg("--noout").arg("--schema").arg(schema).args(documents).output();
    match run {
        Ok(output) => Some(output),
        Err(_) => {
            say_skipped();
            None
        }
    }
}

fn written_schema(into: &Path) -> PathBuf {
    let path = into.join("schema.xsd");
    fs::write(&path, wire::schema()).expect("a file");
    path
}

#[test]
fn every_golden_request_and_response_is_valid() {
    let directory = tempfile::tempdir().expect("a directory");
    let schema = written_schema(directory.path());
    let documents = payloads(directory.path());
    for operation in OPERATIONS {
        for element in [operation.name, operation.response_name] {
            let start = format!("<tns:{element} ");
            let stands = |path: &PathBuf| fs::read_to_string(path).expect("a file").starts_with(&start);
            assert!(documents.iter().any(stands), "no golden file of {element}");
        }
    }
    let Some(output) = validate(&schema, &documents) else { return };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_stands_in_another_order_or_twice_or_not_at_all_is_not_valid() {
    let directory = tempfile::tempdir().expect("a directory");
    let schema = written_schema(directory.path());
    payloads(directory.path());
    let good = fs::read_to_string(directory.path().join("get_order_state.response.xml")).expect("a file");
    let (status, date) =
        ("<orderStatus>VERIFICATION</orderStatus>", "<lastUpdateDate>2026-11-21T11:59:00Z</lastUpdateDate>");
    assert!(good.contains(status) && good.contains(date), "{good}");
    for (number, bad) in [
        good.replace(status, "").replace(date, &format!("{status}{date}")),
        good.replace(status, &format!("{status}{status}")),
        good.replace(status, ""),
        good.replace("2026-11-21T11:59:00Z", "yesterday"),
    ]
    .into_iter()
    .enumerate()
    {
        let path = directory.path().join(format!("bad-{number}.xml"));
        fs::write(&path, bad).expect("a file");
        let Some(output) = validate(&schema, &[path]) else { return };
        assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn the_wsdl_names_every_operation_and_the_address() {
    let wsdl = wire::wsdl("http://127.0.0.1:8080/service/PartnerApi.wsdl?a=1&b=\"2\"");
    assert_eq!(OPERATIONS.len(), 22);
    for operation in OPERATIONS {
        let name = operation.name;
        for part in [
            format!("<wsdl:message name=\"PartnerServicePortType_{name}\">"),
            format!("<wsdl:message name=\"PartnerServicePortType_{name}Response\">"),
            format!("<xs:element name=\"{name}Response\">"),
        ] {
            assert_eq!(wsdl.matches(&part).count(), 1, "{part}");
        }
        assert_eq!(wsdl.matches(&format!("<wsdl:operation name=\"{name}\">")).count(), 2, "{name}");
    }
    assert!(
        wsdl.contains("location=\"http://127.0.0.1:8080/service/PartnerApi.wsdl?a=1&amp;b=&quot;2&quot;\"")
    );
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("service.wsdl");
    fs::write(&path, wsdl).expect("a file");
    match Command::new("xmllint").arg("--noout").arg(&path).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => say_skipped(),
    }
}

/// Straight to standard error, past what the test harness keeps to itself of tests that pass.
fn say_skipped() {
    let _ = writeln!(std::io::stderr(), "skipped: xmllint is not installed (Debian: libxml2-utils)");
}
