//! Every code of the Partner API that a request alone shows: provoked here, or out of reach of our types.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the lints spare #[test] functions, not their helpers"
)]

mod raw_request;

use std::collections::{BTreeMap, BTreeSet};

use cert_domain::{
    AddressForm, BusinessCategory, Catalogue, CertificateForm, ContactForm, Country, CustomerId,
    DocumentFile, DocumentForm, EvidenceForm, Finding, Findings, Form, HashAlgorithm, Language, NameRule,
    NameSet, Offer, PersonForm, Predecessor, ProductCode, ProductKind, ReissueForm, RenewalForm, RequestPem,
    RevocationForm, SubjectField, SubjectForm, TechnicalContact, VerificationMethod,
};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
use jiff::civil::date;
use raw_request::{Attribute, RawRequest};

/// All codes that are marked "local" in the facts about the Partner API.
const LOCAL: &str = "1000 1001 1002 1007 1008 1009 1010 1011 1013 1014 1015 1016 1019 1020 1021 1022 1023 1024 1025 1026 \
    1027 1028 1029 1030 1031 1037 1038 1040 1042 1043 1044 1045 1046 1048 1049 1053 1054 1055 1059 1060 \
    1063 1065 1066 1069 1072 1076 1077 1078 1079 1080 1081 1083 1084 1085 1087 1088 1089 1090 1092 1093 \
    1094 1095 1096 1097 1098 1099 1100 1101 1102 1103 1104 1105 1106 1107 1108 1110 1111 1115 1116 1117 \
    1118 1126 1127 1128 1129 1131 1132 1134 1135 1140 1141 1142 1146 1147 1148 1150 1152 1153 1156 1157 \
    1160 1161 1162 1163 1164 1165 1166 1167 1168 1169 1181 1182 1183 1194 1195 1196 1197 1198 1199 2000 \
    2001 2002 2006 2010 2011 2012 2013 2016 2020 2021 2024 2025 2026 2027 2028 2029 2030 2033 2034 2035 \
    2036 2037 2038 2039 2040 2041 2042 2043 2049 2050 2051 2052 2053 2055 2057 2058 2059 2061 2063 2064 \
    2065 2066 2067 2068 2069 2070 2081 2082 2083 2085 2088 2090 2091 2093 2095 2096 2097 2104 2109 2124 \
    2125 2127 2128 2129 2130 2137 2138 2139 2140 2141 2142 2143 2144 2154 2155 2156 2157 2158 2159 2160 \
    2162 2163 2164 2165 2166 2167 2168 2169 2170 2171 2172 2173 2175 2176 2177 2178 2179 2180 2181 2182 \
    2183 2184 2185 2186 2187";

/// The codes that nothing of this crate can say, and why.
const OUT_OF_REACH: &[(&str, &str)] = &[
    ("a part of the request that the adapter always writes", "1009 1010 1131 2053"),
    ("orders are named by the lifecycle: derived, never typed in", "1011 1013 1043 1079 2055"),
    (
        "one method proves all names of an order: there is no name without, and 1040 says that none is chosen",
        "1147 1152 2157 2162",
    ),
    (
        "a mailbox is an enum of the five prefixes: there is no address to type in",
        "1037 1038 1087 2158 2159 2160",
    ),
    ("no form shortens a certificate or dates it", "1044 1069 2093 2185 2187"),
    ("the common name is the first name of a set", "1045"),
    ("the account's credentials are the client's", "1084 1090"),
    ("the adapter says what it is", "1089"),
    ("lists are asked for by the lifecycle, between moments and page by page", "1110 1111 1153 2052 2057"),
    ("the adapter asks for a certificate by its order alone", "1162 1163"),
    ("a renewal's code is the product's own", "1167"),
    ("verification codes come from the CA", "1182 1183"),
    (
        "certificates for shared servers (SNI) are not sold: no product of the catalogue is one, and no form asks for one",
        "1194 1195 1196 1197 1198 1199 2000 2001 2002 2006 2010 2011 2012 2013 2016 2020 2021 2024 2025 2026 2027 2028 \
         2029 2030 2033 2034 2035 2036 2037 2038 2039 2040 2041 2042 2043",
    ),
    ("a boolean is one", "2059 2061 2091 2127 2128 2129"),
    (
        "a document's list of files is there, and 2067 says that it is empty; documents themselves may be none",
        "2063 2066",
    ),
    ("the adapter encodes what a file holds", "2070"),
    ("an address is no name, whatever proves it (1008)", "2171"),
    ("no product of the catalogue is for network devices", "1031 2175"),
];

#[test]
fn says_every_local_code_or_has_no_way_to() {
    let local: BTreeSet<u32> = numbers(LOCAL).collect();
    assert_eq!(local.len(), 225);
    let mut out_of_reach = BTreeSet::new();
    for (reason, codes) in OUT_OF_REACH {
        for code in numbers(codes) {
            assert!(out_of_reach.insert(code), "{code} is out of reach twice: {reason}");
        }
    }
    let provoked: BTreeSet<u32> = provoke().into_keys().filter(|code| local.contains(code)).collect();
    let both: Vec<_> = provoked.intersection(&out_of_reach).collect();
    assert!(both.is_empty(), "said though out of reach: {both:?}");
    let covered = &provoked | &out_of_reach;
    let missing: Vec<_> = local.difference(&covered).collect();
    assert!(missing.is_empty(), "neither said nor out of reach: {missing:?}");
    assert_eq!(covered, local);
}

#[test]
fn says_every_finding_in_polish_and_english() {
    for (code, finding) in provoke() {
        let [english, polish] = [Language::English, Language::Polish].map(|language| finding.text(language));
        assert!(!english.is_empty() && !polish.is_empty(), "{code}");
        assert_ne!(english, polish, "{code}");
        let stored = serde_json::to_string(&finding).unwrap();
        assert_eq!(serde_json::from_str::<Finding>(&stored).unwrap(), finding);
    }
}

/// What no form asks, and why.
const WITHOUT_A_FIELD: &[(&str, &[&str])] = &[
    ("the host says who the customer is", &["orderParameters/customer", "customer"]),
    ("the offer says which product it is", &["productCode"]),
    ("the offer says which language the CA writes in", &["language"]),
];

#[test]
fn finds_nothing_without_a_field_of_a_form_but_what_none_asks() {
    let mut found = Found(provoke_all());
    unseen(&mut found);
    let mut unasked: BTreeSet<&str> = WITHOUT_A_FIELD.iter().flat_map(|(_, paths)| *paths).copied().collect();
    let mut asked = BTreeSet::new();
    for finding in &found.0 {
        let is_unasked = WITHOUT_A_FIELD.iter().any(|(_, paths)| paths.contains(&&*finding.field));
        assert_eq!(finding.form_field().is_none(), is_unasked, "{}: {finding}", finding.field);
        unasked.remove(&*finding.field);
        asked.extend(finding.form_field());
    }
    assert!(unasked.is_empty(), "not found at all: {unasked:?}");
    // All of what forms ask, but for what is chosen from a list and can't be wrong.
    assert!(asked.len() > 70, "{asked:#?}");
}

/// What the CA never sees, and has no codes for.
fn unseen(found: &mut Found) {
    let address = || AddressForm {
        street: long(256),
        second_line: long(256),
        city: long(256),
        state: long(256),
        postal_code: long(256),
        country: "Poland".into(),
        phone: long(33),
    };
    let person = || PersonForm {
        contact: ContactForm {
            first_name: long(256),
            last_name: long(256),
            email: "a".into(),
            phone: long(33),
        },
        organization: long(256),
        job_title: long(256),
        address: address(),
    };
    let form = Form {
        subject: SubjectForm { address: address(), ..SubjectForm::default() },
        administrative: person(),
        technical: TechnicalContact { same_as_administrative: false, person: person() },
        phone_country: "Poland".into(),
        ..Form::default()
    };
    found.all(offer("601").check(&form));
    // An organization without a position.
    let person = PersonForm { organization: "ACME".into(), ..PersonForm::default() };
    found.all(offer("601").check(&Form { administrative: person, ..Form::default() }));
}

fn numbers(text: &str) -> impl Iterator<Item = u32> {
    text.split_whitespace().map(|code| code.parse().unwrap())
}

/// What was found.
#[derive(Default)]
struct Found(Vec<Finding>);

impl Found {
    fn one<T>(&mut self, outcome: Result<T, Finding>) {
        self.0.push(outcome.err().expect("a finding"));
    }

    fn all<T>(&mut self, outcome: Result<T, Findings>) {
        self.0.extend(outcome.err().expect("findings"));
    }
}

/// What was found, by its code.
fn provoke() -> BTreeMap<u32, Finding> {
    provoke_all().into_iter().map(|finding| (finding.code, finding)).collect()
}

fn provoke_all() -> Vec<Finding> {
    let mut found = Found::default();
    identifiers(&mut found);
    names(&mut found);
    people(&mut found);
    requests(&mut found);
    followers(&mut found);
    documents(&mut found);
    found.0
}

fn offer(code: &str) -> Offer {
    let product = Catalogue::built_in().product(&code.parse().unwrap()).unwrap().clone();
    let method = (product.kind == ProductKind::Tls).then_some(VerificationMethod::DnsTxt);
    Offer::new(product, method).unwrap()
}

fn csr(common_name: &str) -> String {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    CertificateRequest::builder().common_name(common_name).sign(&key).unwrap().to_pem()
}

fn long(length: usize) -> String {
    "x".repeat(length)
}

fn identifiers(found: &mut Found) {
    for text in ["", "a&b", &long(65)] {
        found.one(text.parse::<CustomerId>());
    }
    found.one("login".parse::<CustomerId>().unwrap().differs_from_login("login"));
    for text in ["", "6011", "60a"] {
        found.one(text.parse::<ProductCode>().map_err(|error| error.finding(text)));
    }
    let renewal = Catalogue::built_in().product(&"606".parse().unwrap());
    found.one(renewal.map_err(|error| error.finding()));
    found.one("deutsch".parse::<Language>());
    found.one("MD5".parse::<HashAlgorithm>());
    found.one("RSA-SHA1".parse::<HashAlgorithm>());
    for text in ["", "pigeon", "email:root"] {
        found.one(text.parse::<VerificationMethod>().map_err(|error| error.finding(text)));
    }
}

fn names(found: &mut Found) {
    let multi = NameRule::Multi { limit: Some(2) };
    for name in ["", "a b", "10.0.0.1", "co.uk", &format!("{}.pl", long(64)), &"abcdefgh.".repeat(29)] {
        found.all(NameSet::check(&[name], multi));
    }
    found.all(NameSet::check::<&str>(&[], multi));
    found.all(NameSet::check(&["a.pl", "b.pl", "*.c.pl"], multi));
    found.all(NameSet::check(&["a.pl"], NameRule::Wildcard));
    found.all(NameSet::check(&["*.a.pl", "*.b.pl"], NameRule::Wildcard));
    for (common_name, rule) in
        [("*.a.pl", NameRule::Single), ("a.pl", NameRule::Wildcard), ("a b", NameRule::Single)]
    {
        found.all(NameSet::from_form(common_name, &[], rule));
    }
    let wildcard = Form {
        csr: csr("*.a.pl"),
        contact: ContactForm {
            first_name: "A".into(),
            last_name: "B".into(),
            email: "a@b.pl".into(),
            ..Default::default()
        },
        method: Some(VerificationMethod::File),
        ..Form::default()
    };
    found.all(offer("741").check(&wildcard));
    let mailbox = Form { names: vec!["a.pl".into()], ..Form::default() };
    found.all(offer("731").check(&mailbox));
}

fn people(found: &mut Found) {
    let check = |form: ContactForm| cert_domain::Contact::check(&form, Country::POLAND);
    found.all(check(ContactForm::default()));
    found.all(check(ContactForm {
        first_name: long(256),
        last_name: long(256),
        email: long(256),
        phone: long(33),
    }));
    found.all(check(ContactForm { email: "a".into(), ..ContactForm::default() }));
    found.all(offer("601").check(&Form { revocation_contact: "a".into(), ..Form::default() }));
    let login = Form { revocation_contact: "login@a.pl".into(), ..Form::default() };
    found.one(login.differs_from_login("login@a.pl"));
    found.one("Company".parse::<BusinessCategory>());

    // Every field missing, too long, and saying nothing, at all products that want it.
    for code in ["631", "641", "731", "711", "721", "841", "851"] {
        let offer = offer(code);
        let fills: [fn(SubjectField) -> String; 3] =
            [|_| String::new(), |field| long(field.limit() + 1), |_| "-".to_owned()];
        for fill in fills {
            let mut subject = SubjectForm::default();
            for &field in SubjectField::ALL {
                *subject.value_mut(field) = fill(field);
            }
            found.all(offer.check(&Form { subject, ..Form::default() }));
        }
    }
}

/// What a request says counts where the order is silent: a mailbox's order, of which nothing is filled in.
fn requests(found: &mut Found) {
    let mut check = |csr: String| found.all(offer("731").check(&Form { csr, ..Form::default() }));
    check(String::new());
    check("nonsense".into());
    for (wanted, _, _) in raw_request::KINDS {
        let wrong = if *wanted == raw_request::UTF8 { raw_request::PRINTABLE } else { raw_request::UTF8 };
        check(RawRequest::with(Attribute::every(wrong, "10.0.0.1")).pem());
        check(RawRequest::with(Attribute::every(wrong, &long(300))).pem());
        check(RawRequest::with(Attribute::every(wrong, "-")).pem());
    }
    for (bits, exponent) in [(1024, 65_537), (2050, 65_537), (8200, 65_537), (2048, 1)] {
        check(RawRequest::rsa(bits, exponent).pem());
    }
    check(RawRequest::unreadable_key().pem());
    check(include_str!("requests/p-521.pem").into());
}

fn followers(found: &mut Found) {
    let certificate =
        |serial: &str, pem: &str| CertificateForm { serial_number: serial.into(), pem: pem.into() }.check();
    found.one(certificate("", ""));
    found.one(certificate("xyz", ""));
    found.one(certificate(&long(65), ""));
    found.one(certificate("", "nonsense"));
    // A serial number alone, and blank, is one that is missing.
    found.one(CertificateForm::default().check_serial_number());
    let names = NameSet::check(&["a.pl"], NameRule::Single).unwrap();
    let before = Predecessor {
        customer: "c".parse().unwrap(),
        common_name: "a.pl".into(),
        names: Some(names),
        method: None,
    };
    let renewal = RenewalForm { csr: csr("b.pl"), ..RenewalForm::default() };
    found.all(renewal.check(&offer("651"), &"d".parse().unwrap(), &before));
    found.all(ReissueForm::default().check(&offer("601"), &before));
    let mut more = offer("931");
    more.allow_more_domains = true;
    let reissue = ReissueForm { added: vec!["a.pl".into()], ..ReissueForm::default() };
    found.all(reissue.check(&more, &before));

    let (first, today) = (date(2026, 1, 1), date(2026, 11, 22));
    let mut revoke = |serial: &str, reason: &str, day: &str, note: &str| {
        let form = RevocationForm {
            serial_number: serial.into(),
            reason: reason.into(),
            compromised_on: day.into(),
            note: note.into(),
        };
        found.all(form.check(first, today));
    };
    revoke("", "", "soon", &long(251));
    revoke("xyz", "KEYCOMPROMISE", "2027-01-01", "");
    revoke(&long(65), "SUPERSEDED", "2026-02-01", "");
}

fn documents(found: &mut Found) {
    let file = |name: &str, bytes: usize| DocumentFile { name: name.into(), content: vec![0; bytes] };
    let documents = vec![
        DocumentForm::default(),
        DocumentForm {
            kind: "PASSPORT".into(),
            description: long(1001),
            files: vec![file("", 0), file("a", 1), file("a:b.pdf", 1), file("a.pdf", 30 * 1024 * 1024 + 1)],
        },
    ];
    found.all(EvidenceForm { note: String::new(), documents }.check());
    found.all(EvidenceForm { note: long(228), documents: Vec::new() }.check());
}

#[test]
fn tells_back_what_a_request_says_of_its_subject() {
    let said = long(300);
    let request = RawRequest::with(Attribute::every(raw_request::UTF8, &said)).pem();
    let findings = RequestPem::check(&request).unwrap_err();
    let locality = findings.as_slice().iter().find(|finding| finding.code == 1104).unwrap();
    assert_eq!(locality.value.as_ref(), Some(&said));
}
