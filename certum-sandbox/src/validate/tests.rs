//! Orders, and what is found wrong with them.

use std::collections::HashSet;

use certum_api::types::{OrderParameters, SanApprover, SanEntry};
use csr_tools::{KeyAlgorithm, PrivateKey};

use super::*;
use crate::{
    ca::{Authority, IssuerKeys, LeafRequest, SERIAL_BYTES},
    products::{self, NamesAllowed},
};

const NONE: [u32; 0] = [];

/// An order that is right.
fn order() -> OrderRequest {
    let mut order = nameless_order("601");
    order.san_entries.push(SanEntry::new("a.example"));
    order.san_approver = Some(SanApprover::new("FILE"));
    order
}

/// The same without anything about hosts but the CSR's common name.
fn nameless_order(product: &str) -> OrderRequest {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let csr = CertificateRequest::builder().common_name("a.example").sign(&key).unwrap().to_pem();
    OrderRequest::new(
        OrderParameters::new(csr, "customer", product),
        RequestorInfo::new("jan@example.com", "Jan", "Nowak"),
    )
}

fn codes(change: impl FnOnce(&mut OrderRequest)) -> Vec<u32> {
    let mut order = order();
    change(&mut order);
    codes_of(&order)
}

fn codes_of(order: &OrderRequest) -> Vec<u32> {
    let now = "2026-11-21T12:00:00Z".parse().unwrap();
    match read_order(order, "login", now).check(&Book::default(), now) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(|error| error.code.number()).collect(),
    }
}

#[test]
fn takes_an_order_that_is_right() {
    assert_eq!(codes(|_| {}), NONE);
}

#[test]
fn each_plain_field_has_its_codes() {
    let long = |length| Some("x".repeat(length));
    assert_eq!(codes(|o| o.order_parameters.customer = "x".repeat(65)), [1077]);
    assert_eq!(codes(|o| o.order_parameters.customer = "a<b".into()), [1156]);
    assert_eq!(codes(|o| o.order_parameters.customer = "login".into()), [1023]);
    assert_eq!(codes(|o| o.order_parameters.customer = " ".into()), [1076]);
    assert_eq!(codes(|o| o.order_parameters.order_id = Some(" x".into())), [1013]);
    assert_eq!(codes(|o| o.order_parameters.order_id = long(51)), [1079]);
    assert_eq!(codes(|o| o.order_parameters.language = Some("pol".into())), [1088]);
    assert_eq!(codes(|o| o.order_parameters.user_agent = long(256)), [1089]);
    assert_eq!(codes(|o| o.order_parameters.hash_algorithm = Some("RSA-SHA1".into())), [2124]);
    assert_eq!(codes(|o| o.order_parameters.revocation_contact_email = Some(" ".into())), NONE);
    assert_eq!(codes(|o| o.order_parameters.organizational_unit = long(65)), [1103]);
    assert_eq!(codes(|o| o.order_parameters.email = Some("nobody".into())), [1022]);
    assert_eq!(codes(|o| o.order_parameters.revocation_contact_email = Some("login".into())), [2172]);
    assert_eq!(codes(|o| o.order_parameters.revocation_contact_email = Some("x".into())), [2173]);
    assert_eq!(codes(|o| o.requestor_info.phone = long(33)), [1066]);
    assert_eq!(codes(|o| o.requestor_info.first_name = "x".repeat(256)), [1072]);
    assert_eq!(codes(|o| o.organization_info = Some(OrganizationInfo::new(""))), [1048]);
    assert_eq!(codes(|o| o.organization_info = Some(OrganizationInfo::new("1".repeat(33)))), [1083]);
}

#[test]
fn a_shortened_end_lies_between_today_and_the_end_of_the_product() {
    let shortened = |date: &str| codes(|o| o.order_parameters.shortened_validity_period = date.parse().ok());
    assert_eq!(shortened("2026-11-20"), [2185]);
    assert_eq!(shortened("2026-11-21"), NONE);
    assert_eq!(shortened("2027-11-21"), NONE);
    assert_eq!(shortened("2027-11-22"), [1069]);
}

#[test]
fn each_faulty_name_is_told() {
    let names =
        |names: &[&str]| codes(|o| o.san_entries = names.iter().map(|name| SanEntry::new(*name)).collect());
    assert_eq!(names(&[]), [1007]);
    assert_eq!(names(&["a.example", "10.0.0.1", "com", "a_b.example"]), [1148, 1157, 1008]);
    assert_eq!(names(&["a.example", "A.EXAMPLE"]), NONE);
    assert_eq!(names(&["a.example"; 1000]), NONE);
}

#[test]
fn of_a_list_that_is_far_too_long_only_the_length_is_told() {
    let mut order = order();
    order.order_parameters.product_code = "931".into();
    order.san_entries = (0..1001).map(|number| SanEntry::new(format!("a_b.{number}"))).collect();
    let now = "2026-11-21T12:00:00Z".parse().unwrap();
    let errors = read_order(&order, "login", now).check(&Book::default(), now).err().unwrap();
    let told: Vec<_> = errors.iter().map(|error| (error.code.number(), error.value.as_deref())).collect();
    assert_eq!(told, [(1107, Some("1001"))]);
}

#[test]
fn no_more_is_told_than_anybody_reads() {
    let mut findings = Findings::default();
    (0..5000).for_each(|_| findings.add(1008));
    (0..5000).for_each(|number| findings.add_with(1008, number.to_string()));
    assert_eq!(findings.into_errors().len(), 1000);
}

#[test]
fn a_common_name_that_is_none_is_told_once() {
    let named = |name: String| codes(|o| o.order_parameters.common_name = Some(name));
    assert_eq!(named("x".repeat(65)), [1101]);
    assert_eq!(named("not a name".into()), [2051]);
    assert_eq!(named(" ".into()), NONE, "a blank one leaves the CSR's in force");
}

#[test]
fn an_organization_is_named_in_full_by_the_order_or_the_csr() {
    let mut order = order();
    order.order_parameters.product_code = "631".into();
    assert_eq!(codes_of(&order), [1016, 1020, 2058, 1048]);
    order.order_parameters.organization = Some("Żółw sp. z o.o.".into());
    order.order_parameters.country = Some("PL".into());
    order.order_parameters.locality = Some("Łódź".into());
    order.organization_info = Some(OrganizationInfo::new("PL5250001009"));
    assert_eq!(codes_of(&order), NONE);
    order.order_parameters.product_code = "641".into();
    assert_eq!(codes_of(&order), [1095, 2138, 2139, 2142, 1094, 1092, 1093]);
}

#[test]
fn a_product_without_hosts_knows_neither_names_nor_an_approver() {
    let mut order = nameless_order("731");
    assert_eq!(codes_of(&order), [1021]);
    order.order_parameters.email = Some("jan@example.com".into());
    assert_eq!(codes_of(&order), NONE);
    order.san_approver = Some(SanApprover::new("DNS"));
    order.san_entries.push(SanEntry::new("a.example"));
    assert_eq!(codes_of(&order), [1172, 1172]);
}

#[test]
fn a_mailbox_is_its_own_name() {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let csr = CertificateRequest::builder().email("jan@example.com").sign(&key).unwrap().to_pem();
    let mut order = nameless_order("731");
    order.order_parameters.csr = csr.into();
    let draft = read_order(&order, "login", Timestamp::UNIX_EPOCH)
        .check(&Book::default(), Timestamp::UNIX_EPOCH)
        .ok()
        .unwrap();
    assert_eq!(draft.subject.common_name, "jan@example.com");
    assert_eq!(draft.subject.email.as_deref(), Some("jan@example.com"));
    assert_eq!(draft.hash_algorithm, HashAlgorithm::RsaSha256);
    assert!(draft.approver.is_none() && draft.names.is_empty());
    // A person's name is no address.
    order.order_parameters.product_code = "711".into();
    order.order_parameters.country = Some("PL".into());
    assert_eq!(codes_of(&order), [1015]);
}

/// An order of the product that says all that any product wants to know.
fn talkative_order(product: &Product) -> OrderRequest {
    let some = |text: &str| Some(text.to_owned());
    let mut order = nameless_order(product.code);
    if product.has_names() {
        let names = match product.names {
            NamesAllowed::Wildcard => "*.a.example",
            _ => "a.example",
        };
        order.order_parameters.common_name = some(names);
        order.san_entries.push(SanEntry::new(names));
        order.san_approver = Some(SanApprover::new("DNS"));
    }
    order.organization_info = Some(OrganizationInfo::new("PL5250001009"));
    let parameters = &mut order.order_parameters;
    parameters.email = some("jan@example.com");
    parameters.organization = some("Sklep");
    parameters.locality = some("Łódź");
    parameters.state = some("łódzkie");
    parameters.country = some("PL");
    parameters.street_address = some("ul. Piotrkowska 1");
    parameters.postal_code = some("90-001");
    parameters.serial_number = some("0000012345");
    parameters.business_category = some("Private Organization");
    parameters.jurisdiction_locality = some("Łódź");
    parameters.jurisdiction_state = some("łódzkie");
    parameters.jurisdiction_country = some("PL");
    order
}

#[test]
fn a_certificate_can_be_made_of_whatever_is_taken() {
    let fields: [fn(&mut OrderParameters) -> &mut Option<String>; 16] = [
        |order| &mut order.common_name,
        |order| &mut order.email,
        |order| &mut order.given_name,
        |order| &mut order.surname,
        |order| &mut order.organization,
        |order| &mut order.organizational_unit,
        |order| &mut order.street_address,
        |order| &mut order.locality,
        |order| &mut order.state,
        |order| &mut order.country,
        |order| &mut order.postal_code,
        |order| &mut order.serial_number,
        |order| &mut order.business_category,
        |order| &mut order.jurisdiction_locality,
        |order| &mut order.jurisdiction_state,
        |order| &mut order.jurisdiction_country,
    ];
    let values: Vec<String> =
        ["AB_12", "KRS 0001@x", "Nr ż1", "12*3", "żółw@example.com", "o'neil&sons@example.com"]
            .into_iter()
            .chain([
                "jan@żółw.example",
                "pl",
                "ŁŁ",
                "DE",
                "90-001",
                "日本 1",
                "a\u{300}b",
                "1",
                "(1) A-B, c/d: e=f?",
            ])
            .map(str::to_owned)
            .chain(["x".repeat(64), "ż1".repeat(60), "ż".repeat(255), "x".repeat(70_000)])
            .collect();
    let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
    let authority =
        Authority::new(&url::Url::parse("http://127.0.0.1:8080/").unwrap(), IssuerKeys::OfEachKind, now)
            .unwrap();
    let mut seen = HashSet::new();
    for product in products::all().iter().filter(|product| !product.is_for_devices()) {
        if !seen.insert((product.kind, product.level)) {
            continue;
        }
        let right = talkative_order(product);
        assert_eq!(codes_of(&right), NONE, "{}", product.code);
        for field in fields {
            for value in &values {
                let mut order = right.clone();
                *field(&mut order.order_parameters) = Some(value.clone());
                let Ok(draft) = read_order(&order, "login", now).check(&Book::default(), now) else {
                    continue;
                };
                let made = authority.issue(&LeafRequest {
                    kind: product.kind,
                    level: product.level,
                    hash_algorithm: &draft.hash_algorithm,
                    subject: &draft.subject,
                    names: &draft.names,
                    public_key: draft.request.public_key(),
                    not_before: now,
                    not_after: now,
                    serial: [1; SERIAL_BYTES],
                });
                assert!(made.is_ok(), "{} {value}: {:?}", product.code, made.err());
            }
        }
    }
}
