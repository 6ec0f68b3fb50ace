use csr_tools::{KeyAlgorithm, PrivateKey};

use super::*;
use crate::{
    AddressForm, Catalogue, ContactForm, NameEntry, PersonForm, Product, RegistrationForm, SubjectForm,
};

pub(super) fn offer(code: &str) -> Offer {
    let product = Catalogue::built_in().product(&code.parse().unwrap()).unwrap();
    let method = (product.kind == ProductKind::Tls).then_some(VerificationMethod::DnsTxtPrefix);
    Offer::new(product.clone(), method).unwrap()
}

fn contact() -> ContactForm {
    ContactForm {
        first_name: "Jan".into(),
        last_name: "Nowak".into(),
        email: "jan@example.com".into(),
        phone: String::new(),
    }
}

fn csr(attributes: &[(AttributeType, &str)]) -> String {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let mut builder =
        CertificateRequest::builder().common_name("shop.example.com").dns_name("www.shop.example.com");
    for (kind, value) in attributes {
        builder = builder.attribute(*kind, *value);
    }
    builder.sign(&key).unwrap().to_pem()
}

fn form(names: &[&str]) -> Form {
    Form {
        csr: csr(&[]),
        names: names.iter().map(|&name| name.into()).collect(),
        contact: contact(),
        ..Form::default()
    }
}

fn extended() -> SubjectForm {
    SubjectForm {
        organization: "Żółw sp. z o.o.".into(),
        locality: "Łódź".into(),
        country: "PL".into(),
        tax_number: "525-000-00-00".into(),
        registration: RegistrationForm {
            serial_number: "0000123456".into(),
            business_category: "private organization".into(),
            street_address: "Piotrkowska 1".into(),
            postal_code: "90-001".into(),
            locality: "Łódź".into(),
            state: "łódzkie".into(),
            country: "pl".into(),
        },
        ..SubjectForm::default()
    }
}

/// A form that holds what any product asks for.
pub(super) fn filled(product: &Product) -> Form {
    let is_tls = product.kind == ProductKind::Tls;
    let names: &[&str] = match product.names {
        NameRule::None => &[],
        NameRule::Wildcard => &["*.example.com"],
        _ => &["shop.example.com"],
    };
    let subject = SubjectForm {
        common_name: if is_tls { "" } else { "Jan Nowak" }.into(),
        email: "jan@example.com".into(),
        state: "łódzkie".into(),
        ..extended()
    };
    Form { subject, ..form(names) }
}

/// Somebody with everything that is known of a person.
pub(super) fn person() -> PersonForm {
    PersonForm {
        contact: ContactForm { phone: "410-947-6416".into(), ..contact() },
        organization: "ACME".into(),
        job_title: "Administrator".into(),
        address: AddressForm {
            street: "2446 Marie Street".into(),
            second_line: "3rd floor".into(),
            city: "Baltimore".into(),
            state: "Maryland".into(),
            postal_code: "MD 21223".into(),
            country: "us".into(),
            phone: "(410) 947 6417".into(),
        },
    }
}

fn codes(form: &Form, offer: &Offer) -> Vec<u32> {
    let findings = offer.check(form).err().unwrap_or_default();
    findings.into_iter().map(|finding| finding.code).collect()
}

#[test]
fn takes_names_from_the_request_where_the_form_has_none() {
    let configuration = offer("601").check(&form(&[])).unwrap();
    let names: Vec<_> = configuration.names().unwrap().as_slice().iter().map(DnsName::as_str).collect();
    assert_eq!(names, ["shop.example.com", "www.shop.example.com"]);
    assert_eq!(configuration.common_name(), Some("shop.example.com"));
    assert_eq!(configuration.method(), Some(&VerificationMethod::DnsTxtPrefix));
}

#[test]
fn puts_the_forms_common_name_first() {
    let mut both = form(&["www.example.com"]);
    both.subject.common_name = "example.com".into();
    let configuration = offer("601").check(&both).unwrap();
    assert_eq!(configuration.names().unwrap().common_name().as_str(), "example.com");
}

#[test]
fn reports_everything_at_once() {
    let mut bad = form(&["a b.example.com", "*.example.com"]);
    bad.csr = "nonsense".into();
    bad.contact.email = "jan".into();
    assert_eq!(codes(&bad, &offer("931")), [1078, 1008, 1115, 1060]);
    assert_eq!(codes(&Form::default(), &offer("601")), [1002, 1054, 1055, 1053]);
    assert_eq!(
        codes(&form(&["shop.example.com"]), &offer("641")),
        [1016, 1020, 1048, 1095, 2138, 2139, 2142, 1094, 1092, 1093, 2058]
    );
}

#[test]
fn takes_forms_of_every_kind_and_level() {
    for product in Catalogue::built_in().products() {
        let is_tls = product.kind == ProductKind::Tls;
        let filled = filled(product);
        let offer = offer(product.code.as_str());
        let configuration =
            offer.check(&filled).unwrap_or_else(|findings| panic!("{}: {findings}", product.name));
        assert_eq!(configuration.names().is_some(), is_tls, "{}", product.name);
        let stored = serde_json::to_string(&configuration).unwrap();
        assert_eq!(serde_json::from_str::<Configuration>(&stored).unwrap(), configuration);
    }
}

#[test]
fn keeps_of_an_extended_form_what_the_certificate_says() {
    let filled = Form { subject: extended(), ..form(&["shop.example.com"]) };
    let configuration = offer("641").check(&filled).unwrap();
    let subject = configuration.subject();
    assert_eq!(subject.get(SubjectField::BusinessCategory), Some("Private Organization"));
    assert_eq!(subject.get(SubjectField::JurisdictionCountry), Some("PL"));
    assert!(offer("601").check(&filled).unwrap().subject().is_empty());
}

#[test]
fn refuses_names_where_the_product_has_none() {
    let mut mailbox = form(&["shop.example.com"]);
    mailbox.subject.email = "jan@example.com".into();
    assert_eq!(codes(&mailbox, &offer("731")), [2163]);
}

#[test]
fn refuses_a_file_as_proof_of_a_wildcard() {
    let file = Form { method: Some(VerificationMethod::File), ..form(&["*.example.com"]) };
    assert_eq!(codes(&file, &offer("741")), [2186]);
    assert!(offer("741").check(&form(&["*.example.com"])).is_ok());
}

#[test]
fn refuses_keys_that_no_public_ca_certifies() {
    for (csr, code) in [
        (include_str!("../../tests/requests/rsa-1024.pem"), 1000),
        (include_str!("../../tests/requests/p-521.pem"), 1001),
        (include_str!("../../tests/requests/ed25519.pem"), 1001),
    ] {
        assert_eq!(codes(&Form { csr: csr.into(), ..form(&["shop.example.com"]) }, &offer("601")), [code]);
    }
}

#[test]
fn reads_no_request_longer_than_any_real_one() {
    let problem = |bytes: usize, csr: &str| {
        let csr = csr.to_owned() + &"-".repeat(bytes.saturating_sub(csr.len()));
        let findings = offer("601").check(&Form { csr, ..form(&["shop.example.com"]) }).err();
        findings.map(|findings| findings.as_slice()[0].problem.clone())
    };
    let most = request::MAX_CSR_BYTES;
    assert_eq!(problem(most + 1, "nonsense"), Some(Problem::RequestTooLong { limit: most }));
    assert_eq!(problem(most + 1, &csr(&[])), Some(Problem::RequestTooLong { limit: most }));
    assert!(!matches!(problem(most, "nonsense"), None | Some(Problem::RequestTooLong { .. })));
    assert_eq!(problem(most, &(csr(&[]) + "\n")), None);
}

#[test]
fn minds_what_a_request_says_only_where_the_order_says_nothing() {
    let numbers = csr(&[(AttributeType::Locality, "-")]);
    let domain = Form { csr: numbers.clone(), ..form(&["shop.example.com"]) };
    assert_eq!(codes(&domain, &offer("601")), [2166]);
    let organization = Form { csr: numbers, subject: extended(), ..form(&["shop.example.com"]) };
    assert_eq!(codes(&organization, &offer("631")), [0u32; 0]);
    let category = csr(&[(AttributeType::BusinessCategory, "shop")]);
    let domain = Form { csr: category.clone(), ..form(&["shop.example.com"]) };
    assert_eq!(codes(&domain, &offer("601")), [2137]);
    let extended_validation = Form { csr: category, subject: extended(), ..form(&["shop.example.com"]) };
    assert_eq!(codes(&extended_validation, &offer("641")), [0u32; 0]);
    let silent = SubjectForm { locality: String::new(), state: "łódzkie".into(), ..extended() };
    let silent = Form { subject: silent, ..organization };
    assert_eq!(codes(&silent, &offer("631")), [2166]);
}

#[test]
fn checks_a_step_without_the_other() {
    let offer = offer("601");
    let first = Form { csr: csr(&[]), contact: contact(), ..Form::default() };
    assert_eq!(offer.check_step(&first, Step::Certificate), Ok(()));
    let second = Form { names: vec!["a b".into()], ..Form::default() };
    let findings = offer.check_step(&second, Step::Names).unwrap_err();
    assert_eq!(findings.as_slice().iter().map(|finding| finding.code).collect::<Vec<_>>(), [1008]);
    let findings = offer.check_step(&Form::default(), Step::Names).unwrap_err();
    assert_eq!(findings.as_slice()[0].code, 1007);
}

#[test]
fn looks_for_a_request_where_none_is_to_be_made() {
    let key = KeyChoice::Generate { algorithm: KeyAlgorithm::EcdsaP256, keep: false };
    for (key, csr, expected) in [
        (KeyChoice::Request, String::new(), &[1002][..]),
        (KeyChoice::Request, "nonsense".into(), &[1078]),
        (key, String::new(), &[]),
        (key, "nonsense".into(), &[1078]),
    ] {
        let form = Form { key, csr, contact: contact(), ..Form::default() };
        let findings = offer("601").check_step(&form, Step::Certificate).err().unwrap_or_default();
        let found: Vec<u32> = findings.into_iter().map(|finding| finding.code).collect();
        assert_eq!(found, expected, "{key:?}");
    }
}

#[test]
fn asks_for_names_where_neither_form_nor_request_says_any() {
    let named = |names: &[&str]| Form { csr: String::new(), ..form(names) };
    let mut common_name = named(&[]);
    common_name.subject.common_name = "example.com".into();
    for (code, form, expected) in [
        ("601", named(&[]), &[1007][..]),
        ("601", named(&[" "]), &[1007]),
        ("601", named(&["example.com"]), &[]),
        ("601", common_name, &[]),
        ("601", form(&[]), &[]),
        ("601", named(&["a b"]), &[1008]),
        ("731", named(&[]), &[]),
    ] {
        let findings = offer(code).check_step(&form, Step::Names).err().unwrap_or_default();
        let found: Vec<u32> = findings.into_iter().map(|finding| finding.code).collect();
        assert_eq!(found, expected, "{code} {:?}", form.names);
    }
}

#[test]
fn makes_requests_without_names_for_products_without_names_alone() {
    let filled = |code: &str| Form { names: Vec::new(), ..filled(&offer(code).product) };
    let refused = offer("601").request_to_sign(&filled("601")).unwrap_err();
    assert_eq!(refused.as_slice().iter().map(|finding| finding.code).collect::<Vec<_>>(), [1007]);
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let request = offer("731").request_to_sign(&filled("731")).unwrap().sign(&key).unwrap();
    assert!(request.dns_names().is_empty());
}

#[test]
fn wants_a_method_where_neither_customer_nor_offer_chose_one() {
    let undecided = Offer { default_method: None, ..offer("601") };
    assert_eq!(codes(&form(&["example.com"]), &undecided), [1040]);
}

#[test]
fn makes_the_request_that_a_generated_key_signs() {
    let offer = offer("631");
    let mut chosen = Form {
        key: KeyChoice::Generate { algorithm: KeyAlgorithm::EcdsaP256, keep: true },
        subject: extended(),
        contact: contact(),
        names: vec![NameEntry { name: "example.com".into(), www: true }],
        ..Form::default()
    };
    assert_eq!(offer.check_step(&chosen, Step::Certificate), Ok(()));
    assert_eq!(codes(&chosen, &offer), [1002]);
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let request = offer.request_to_sign(&chosen).unwrap().sign(&key).unwrap();
    assert_eq!(request.dns_names(), ["example.com", "www.example.com"]);
    chosen.csr = request.to_pem();
    let configuration = offer.check(&chosen).unwrap();
    assert_eq!(configuration.request().public_key_hash(), key.public_key_hash());
}

#[test]
fn says_of_a_shared_contact_what_is_wrong_once() {
    let mut shared = form(&["shop.example.com"]);
    shared.administrative.contact = ContactForm { email: "anna".into(), ..contact() };
    shared.technical.same_as_administrative = true;
    let findings = offer("601").check(&shared).unwrap_err();
    assert_eq!(findings.as_slice().len(), 1);
    assert_eq!(findings.as_slice()[0].field, "administrativeContact/email");
    shared.administrative.contact.email = "anna@example.com".into();
    let configuration = offer("601").check(&shared).unwrap();
    assert_eq!(configuration.technical(), configuration.administrative());
}

#[test]
fn reads_phone_numbers_in_the_customers_country() {
    let mut german = form(&["shop.example.com"]);
    german.contact.phone = "030 901820".into();
    german.phone_country = "DE".into();
    let phone = offer("601").check(&german).unwrap().contact().phone.clone().unwrap();
    assert_eq!(phone.as_str(), "+4930901820");
    german.phone_country = "Germany".into();
    assert_eq!(codes(&german, &offer("601")), [Finding::NO_CODE]);
}

#[test]
fn has_the_ca_send_messages_where_there_are_any() {
    let sends = |method: &str, choice| {
        let chosen = Form {
            method: Some(method.parse().unwrap()),
            send_messages: choice,
            ..form(&["shop.example.com"])
        };
        offer("601").check(&chosen).unwrap().send_messages()
    };
    assert!(sends("email", None) && !sends("dns", None));
    assert!(!sends("email", Some(false)) && sends("dns", Some(true)));
}

#[test]
fn survives_storage_and_prints_neither_request_nor_person() {
    let configuration = offer("601").check(&form(&[])).unwrap();
    let stored = serde_json::to_string(&configuration).unwrap();
    assert_eq!(serde_json::from_str::<Configuration>(&stored).unwrap(), configuration);
    let printed = format!("{configuration:?}{:?}", form(&[]));
    assert!(printed.contains(&configuration.request().public_key_hash().to_string()), "{printed}");
    assert!(!printed.contains("CERTIFICATE") && !printed.contains("jan@"), "{printed}");
}
