//! Findings and the fields of forms.

use serde_json::Value;

use super::*;
use crate::{Problem, VerificationMethod};

fn finding(code: u32, path: &str, value: &str) -> Finding {
    let finding = Finding::new(code, path.to_owned(), Problem::Missing);
    if value.is_empty() { finding } else { finding.with_value(value) }
}

/// The paths of all that can be filled in.
fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    let inside = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| leaves(value, &inside(name), found)),
        _ => found.push(path.to_owned()),
    }
}

/// What is chosen from a list, or a box: there is nothing to find about it.
const CHOSEN: &[&str] = &["server", "key.choice", "technical.same_as_administrative"];

#[test]
fn knows_the_fields_of_the_form_by_the_names_that_serde_gives_them() {
    let mut named = Vec::new();
    leaves(&serde_json::to_value(Form::default()).unwrap(), "", &mut named);
    named.retain(|field| !CHOSEN.contains(&field.as_str()));
    named.sort_unstable();
    let mut known = FIELDS.to_vec();
    known.sort_unstable();
    assert_eq!(named, known);
}

#[test]
fn has_a_place_in_the_form_for_each_field_of_the_subject() {
    for &field in SubjectField::ALL {
        let wrong = finding(0, field.path(), "");
        assert_eq!(wrong.form_field().as_deref(), Some(field.form_field()));
        let mut form = Form::default();
        *form.subject.value_mut(field) = "filled in".into();
        let pointer = format!("/{}", field.form_field().replace('.', "/"));
        assert_eq!(serde_json::to_value(form).unwrap().pointer(&pointer), Some(&Value::from("filled in")));
    }
}

#[test]
fn tells_the_line_of_a_name_however_it_was_written() {
    let lines =
        ["a.example.com".into(), NameEntry { name: " Żółw.example.com ".into(), www: true }, "a b".into()];
    let form = Form { names: lines.to_vec(), ..Form::default() };
    let line = |name: &str| form.field_of(&finding(1008, "SANEntries/SANEntry/DNSName", name)).unwrap();
    assert_eq!(line("A.example.com"), "names.0.name");
    assert_eq!(line("żółw.example.com"), "names.1.name");
    assert_eq!(line("xn--w-uga1v8h.example.com"), "names.1.name");
    assert_eq!(line("www.xn--w-uga1v8h.example.com"), "names.1.name");
    assert_eq!(line("a b"), "names.2.name");
    assert_eq!((line("other.example.com"), line("")), ("names".into(), "names".into()));
}

#[test]
fn tells_the_common_name_from_the_names() {
    let wrong = finding(1101, "orderParameters/commonName", "a.example.com");
    let mut form = Form { names: vec!["a.example.com".into()], ..Form::default() };
    assert_eq!(form.field_of(&wrong).as_deref(), Some("names.0.name"));
    form.subject.common_name = "a.example.com".into();
    assert_eq!(form.field_of(&wrong).as_deref(), Some("subject.common_name"));
    form.names.clear();
    let wrong = finding(1008, "SANEntries/SANEntry/DNSName", "a.example.com");
    assert_eq!(form.field_of(&wrong).as_deref(), Some("subject.common_name"));
}

#[test]
fn reads_the_paths_of_every_form() {
    let field = |code, path| finding(code, path, "").form_field().map(Cow::into_owned).unwrap_or_default();
    assert_eq!(field(1024, "CSR commonName"), "csr");
    assert_eq!(field(2097, "reissueCertificate/CSR"), "csr");
    assert_eq!(field(1168, "commonName"), "csr");
    assert_eq!(field(1015, "commonName"), "subject.common_name");
    assert_eq!(field(1160, "serialNumber"), "certificate.serial_number");
    assert_eq!(field(1095, "serialNumber (subject)"), "subject.registration.serial_number");
    assert_eq!(field(1100, "orderParameters/serialNumber"), "subject.registration.serial_number");
    assert_eq!(field(1160, "revokeCertificateParameters/serialNumber"), "serial_number");
    assert_eq!(field(1135, "revokeCertificateParameters/revocationReason"), "reason");
    assert_eq!(field(2104, "revokeCertificateParameters/keyCompromitationDate"), "compromised_on");
    assert_eq!(field(2104, "keyCompromitationDate"), "compromised_on");
    assert_eq!(field(0, "administrativeContact/address/postalCode"), "administrative.address.postal_code");
    assert_eq!(field(0, "technicalContact/email"), "technical.person.contact.email");
    assert_eq!(field(0, "organization/address/phone"), "subject.address.phone");
    assert_eq!(field(1172, "validateOrderParameters/requestorInfo/firstName"), "contact.first_name");
    for (path, expected) in [
        ("approverMethod", "method"),
        ("SANApprover", "method"),
        ("SANApprover/approverEmailPrefix", "method"),
        ("orderParameters/verificationNotificationEnabled", "send_messages"),
        ("renewCertificate verificationNotificationEnabled", "send_messages"),
        ("recipient/email", "email"),
        ("locality, state", "subject.locality"),
        ("verifyOrderParameters/documents/document", "documents"),
        ("serialNumber", "certificate.serial_number"),
    ] {
        assert_eq!(field(0, path), expected, "{path}");
    }
    assert_eq!(field(1075, "productCode"), "");
    assert_eq!(field(0, "administrativeContact/shoeSize"), "");
}

#[test]
fn tells_only_fields_that_a_form_has() {
    let wrong = finding(1160, "serialNumber", "");
    assert_eq!(Form::default().field_of(&wrong), None);
    let reissue = ReissueForm { added: vec!["b.example.com".into()], ..ReissueForm::default() };
    assert_eq!(reissue.field_of(&wrong).as_deref(), Some("certificate.serial_number"));
    let name = finding(2130, "SANEntries/SANEntry/DNSName", "b.example.com");
    assert_eq!(reissue.field_of(&name).as_deref(), Some("added.0.name"));
    assert_eq!(reissue.field_of(&finding(2163, "SANEntries", "")).as_deref(), Some("added"));
    assert_eq!(reissue.field_of(&finding(1053, "requestorInfo/email", "")), None);
    let messages = finding(2059, "orderParameters/verificationNotificationEnabled", "");
    assert_eq!(reissue.field_of(&messages).as_deref(), Some("send_messages"));
}

#[test]
fn orders_findings_as_the_form_asks() {
    let form = Form {
        names: vec!["a.example.com".into(), "b.example.com".into()],
        method: Some(VerificationMethod::File),
        ..Form::default()
    };
    let expected = [
        finding(1002, "orderParameters/CSR", ""),
        finding(1016, "organization", ""),
        finding(1053, "requestorInfo/email", ""),
        finding(1107, "SANEntries", ""),
        finding(1008, "SANEntries/SANEntry/DNSName", "a.example.com"),
        finding(1008, "SANEntries/SANEntry/DNSName", "b.example.com"),
        finding(1042, "SANApprover/approverMethod", ""),
        finding(1075, "productCode", ""),
    ];
    let mut found = expected.clone();
    found.reverse();
    found.sort_by_key(|finding| form.place_of(finding));
    assert_eq!(found, expected);
}
