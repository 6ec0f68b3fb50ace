//! Every finding about a key, a signature, a subject and its names, with what is nearly one.

#![expect(clippy::unwrap_used, reason = "the lints spare #[test] functions, not their helpers")]

use csr_tools::{
    AttributeType, CertificateRequest, EncodedRequest, Finding, KeyAlgorithm, Language, Place, Policy,
    PrivateKey, Problem, Profile, PublicKeyBlocklist, RequestBuilder, RequestView, Severity, StringType,
    WildcardRule,
};

fn weak_key(name: &str) -> Vec<Finding> {
    let path = format!("{}/tests/corpus/weak-keys/{name}.pem", env!("CARGO_MANIFEST_DIR"));
    Policy::certum().check_paste(std::fs::read(path).unwrap())
}

fn check(policy: &Policy, builder: &RequestBuilder) -> Vec<Finding> {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let request = builder.sign(&key).unwrap();
    policy.check(&RequestView::read(request.as_der()).unwrap())
}

fn codes(findings: &[Finding]) -> Vec<u16> {
    findings.iter().filter_map(Finding::code).collect()
}

/// A builder with a name that nothing is to be said of.
fn builder() -> RequestBuilder {
    CertificateRequest::builder().common_name("kwiaty.pl").dns_name("kwiaty.pl")
}

#[test]
fn reads_a_request_beside_its_findings_only_if_its_signature_holds() {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let request = builder().sign(&key).unwrap();
    let (findings, read) = Policy::certum().read_paste(request.to_pem());
    assert_eq!((findings, read), (vec![], Some(request.clone())));

    let mut forged = request.as_der().to_vec();
    *forged.last_mut().unwrap() ^= 1;
    let (findings, read) = Policy::certum().read_paste(&forged);
    let problems: Vec<_> = findings.iter().map(Finding::problem).collect();
    assert_eq!((problems, read), (vec![&Problem::BadSignature], None));
    assert_eq!(findings, Policy::certum().check_paste(&forged));
    assert_eq!(findings, Policy::certum().check(&RequestView::read(&forged).unwrap()));
}

#[test]
fn each_weak_key_is_found_and_its_near_miss_is_not() {
    for name in
        ["sound-2048", "roca-near-miss", "close-primes-near-miss", "small-factor-near-miss", "bits-2056"]
    {
        assert_eq!(weak_key(name), [], "{name}");
    }
    for (name, problem, code) in [
        ("exponent-1", Problem::ExponentOne, 1063),
        ("exponent-even", Problem::ExponentEven, 1063),
        ("exponent-huge", Problem::ExponentHuge, 1063),
        ("exponent-small", Problem::ExponentSmall, 1063),
        ("roca-2048", Problem::Roca, 1063),
        ("close-primes", Problem::ClosePrimes, 1063),
        ("close-primes-40-rounds", Problem::ClosePrimes, 1063),
        ("small-factor-3", Problem::SmallFactor(3), 1063),
        ("small-factor-751", Problem::SmallFactor(751), 1063),
        ("bits-1024", Problem::KeyTooShort { bits: 1024, least: 2048 }, 1000),
        ("bits-2047", Problem::KeyTooShort { bits: 2047, least: 2048 }, 1000),
        ("bits-2050", Problem::KeyLength { bits: 2050 }, 2109),
    ] {
        let findings = weak_key(name);
        let [finding] = &findings[..] else { panic!("{name}: {findings:?}") };
        assert_eq!((finding.problem(), finding.code()), (&problem, Some(code)), "{name}");
        assert_eq!(finding.field(), "CSR public key");
        let severity = if name == "exponent-small" { Severity::Warning } else { Severity::Error };
        assert_eq!(finding.severity(), severity, "{name}");
    }
    // A near miss of a huge exponent: allowed, but our library does not calculate with it.
    let findings = weak_key("exponent-256-bits");
    let [finding] = &findings[..] else { panic!("{findings:?}") };
    assert!(matches!(finding.problem(), Problem::UncheckedSignature(_)));
    assert_eq!(finding.severity(), Severity::Warning);
}

#[test]
fn a_key_in_the_blocklist_is_found() {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let other = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let list = format!("# found in a firmware\n{} router\n", key.public_key_hash());
    let policy = Policy::certum().blocklist(PublicKeyBlocklist::read(list.as_bytes()).unwrap());
    for (key, expected) in [(key, &[1063][..]), (other, &[])] {
        let request = builder().sign(&key).unwrap();
        assert_eq!(codes(&policy.check(&RequestView::read(request.as_der()).unwrap())), expected);
    }
}

#[test]
fn a_key_beyond_the_policy_is_found() {
    let key = PrivateKey::generate(KeyAlgorithm::Rsa2048).unwrap();
    let request = builder().sign(&key).unwrap();
    let with = |policy: Policy| codes(&policy.check(&RequestView::read(request.as_der()).unwrap()));
    assert_eq!(with(Policy::certum()), []);
    assert_eq!(with(Policy::certum().rsa_bits(3072, 4096)), [1000]);
    assert_eq!(with(Policy::certum().rsa_bits(1024, 2040)), [1150]);
    assert_eq!(codes(&check(&Policy::certum().curves([]), &builder())), [1001]);
}

#[test]
fn a_signature_that_does_not_fit_is_found() {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let mut der = builder().sign(&key).unwrap().as_der().to_vec();
    let position = der.windows(6).position(|window| window == b"kwiaty").unwrap();
    der[position] = b'c';
    let findings = Policy::certum().check_paste(&der);
    assert_eq!(findings[0].problem(), &Problem::BadSignature);
    assert_eq!((findings[0].code(), findings[0].field()), (Some(2125), "CSR"));
}

/// What there is to say of a request in the corpus, by its name.
fn corpus(name: &str) -> Vec<Finding> {
    let path = format!("{}/tests/corpus/requests/{name}.pem", env!("CARGO_MANIFEST_DIR"));
    Policy::certum().check_paste(std::fs::read(path).unwrap())
}

#[test]
fn a_signature_with_a_broken_digest_is_found() {
    for (name, digest) in
        [("openssl-rsa2048-md5", "MD5"), ("openssl-rsa2048-sha1", "SHA-1"), ("openssl-p256-sha1", "SHA-1")]
    {
        let findings = corpus(name);
        let found = findings.iter().find(|finding| *finding.problem() == Problem::WeakSignature(digest));
        assert_eq!(found.map(|found| (found.code(), found.severity())), Some((Some(2125), Severity::Error)));
    }
    for name in ["openssl-rsa2048-sha512", "openssl-p256"] {
        assert!(!codes(&corpus(name)).contains(&2125), "{name}");
    }
}

#[test]
fn a_key_that_the_ca_does_not_take_is_found() {
    for name in ["openssl-p521", "openssl-ed25519"] {
        let findings = corpus(name);
        let found = findings.iter().find(|finding| finding.code() == Some(1001));
        assert!(found.is_some_and(|found| matches!(found.problem(), Problem::KeyAlgorithm(_))), "{name}");
    }
    for name in ["openssl-p256", "openssl-p384"] {
        assert!(!codes(&corpus(name)).contains(&1001), "{name}");
    }
}

#[test]
fn a_request_for_a_ca_is_found() {
    let found = |name| corpus(name).iter().any(|one| *one.problem() == Problem::CertificateAuthority);
    assert!(found("cryptography-ca"));
    assert!(!found("openssl-extensions") && !found("cryptography-usages"));
}

#[test]
fn a_paste_without_a_request_is_one_finding() {
    for (paste, code, english, polish) in [
        ("  \n", 1002, "there is no certificate request", "brak żądania certyfikatu (CSR)"),
        (
            include_str!("data/leaf.key"),
            1078,
            "this is a private key: never send it to anybody; a certificate request is wanted",
            "to jest klucz prywatny: nigdy nikomu go nie wysyłaj; potrzebne jest żądanie certyfikatu",
        ),
        (
            include_str!("data/leaf.pem"),
            1078,
            "this is a certificate, not a certificate request",
            "to jest certyfikat, a nie żądanie certyfikatu",
        ),
    ] {
        let findings = Policy::certum().check_paste(paste);
        let [finding] = &findings[..] else { panic!("{findings:?}") };
        assert_eq!((finding.code(), finding.field()), (Some(code), "orderParameters/CSR"));
        assert_eq!(finding.text(Language::English), english);
        assert_eq!(finding.text(Language::Polish), polish);
    }
}

/// One element of DER, by hand.
fn tlv(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let contents = contents.concat();
    let length = u16::try_from(contents.len()).unwrap().to_be_bytes();
    [&[tag, 0x82, length[0], length[1]][..], &contents].concat()
}

/// A request with a wrong signature, whose subject has these attributes in these types.
fn with_attributes(attributes: &[(AttributeType, u8, &[u8])]) -> Vec<Finding> {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let request = builder().sign(&key).unwrap();
    let valid = RequestView::read(request.as_der()).unwrap();
    // An attribute's identifier is at the start of what the builder writes for it.
    let oid = |kind: AttributeType| -> Vec<u8> {
        let arcs: Vec<u32> = kind.oid().to_string().split('.').map(|arc| arc.parse().unwrap()).collect();
        let mut bytes = vec![u8::try_from(arcs[0] * 40 + arcs[1]).unwrap()];
        for arc in &arcs[2..] {
            let mut groups = vec![(arc & 0x7f) as u8];
            let mut rest = arc >> 7;
            while rest > 0 {
                groups.push(0x80 | (rest & 0x7f) as u8);
                rest >>= 7;
            }
            bytes.extend(groups.iter().rev());
        }
        [&[0x06, u8::try_from(bytes.len()).unwrap()][..], &bytes].concat()
    };
    let relative_names = attributes.iter().flat_map(|(kind, tag, value)| {
        // Short forms where lengths are short: what is read is DER.
        let value = short(*tag, value);
        short(0x31, &short(0x30, &[oid(*kind), value].concat()))
    });
    let subject = short(0x30, &relative_names.collect::<Vec<_>>());
    let info =
        short(0x30, &[&[2, 1, 0][..], &subject, valid.public_key().unwrap().as_der(), &[0xa0, 0]].concat());
    let algorithm = [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
    let der = short(0x30, &[&info[..], &algorithm, &short(0x03, &[0, 1])].concat());
    let findings = Policy::certum().check(&RequestView::read(&der).unwrap());
    let unsigned = |finding: &Finding| *finding.problem() != Problem::BadSignature;
    findings.into_iter().filter(unsigned).collect()
}

fn short(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len();
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(byte), _) if byte < 0x80 => [&[tag, byte][..], contents].concat(),
        (Ok(byte), _) => [&[tag, 0x81, byte][..], contents].concat(),
        _ => tlv(tag, &[contents]),
    }
}

const UTF8: u8 = 0x0c;
const PRINTABLE: u8 = 0x13;
const IA5: u8 = 0x16;

#[test]
fn each_string_type_that_certum_demands_is_checked() {
    use AttributeType as A;
    for (kind, wrong, value, code, field) in [
        (A::CommonName, PRINTABLE, "kwiaty.pl", 1024, "CSR commonName"),
        (A::EmailAddress, UTF8, "jan@kwiaty.pl", 1025, "CSR emailAddress"),
        (A::Country, UTF8, "PL", 1026, "CSR country"),
        (A::State, PRINTABLE, "x", 1027, "CSR state"),
        (A::Locality, PRINTABLE, "x", 1028, "CSR locality"),
        (A::OrganizationalUnit, PRINTABLE, "x", 1029, "CSR organizationalUnit"),
        (A::Organization, PRINTABLE, "x", 1030, "CSR organization"),
        (A::SerialNumber, PRINTABLE, "x", 1126, "CSR serialNumber (subject)"),
        (A::JurisdictionLocality, PRINTABLE, "x", 1127, "CSR joiln"),
        (A::JurisdictionCountry, UTF8, "PL", 1128, "CSR joisocn"),
        (A::JurisdictionState, PRINTABLE, "x", 1129, "CSR joisopn"),
        (A::StreetAddress, PRINTABLE, "x", 2141, "CSR streetAddress"),
        (A::PostalCode, UTF8, "x", 2144, "CSR postalCode"),
        (A::UnstructuredName, IA5, "kwiaty.pl", 2177, "CSR unstructuredName"),
        (A::UnstructuredAddress, IA5, "192.0.2.1", 2178, "CSR unstructuredAddress"),
        (A::Description, PRINTABLE, "x", 2183, "CSR description"),
    ] {
        let common_name = (A::CommonName, UTF8, &b"kwiaty.pl"[..]);
        let findings = with_attributes(&[(kind, wrong, value.as_bytes()), common_name]);
        let about_type: Vec<_> = findings
            .iter()
            .filter(|finding| matches!(finding.problem(), Problem::AttributeType { .. }))
            .map(|finding| (finding.code(), finding.field(), finding.value()))
            .collect();
        assert_eq!(about_type, [(Some(code), field, Some(value))], "{kind}");

        let right = match kind.string_type() {
            StringType::Utf8 => UTF8,
            StringType::Printable => PRINTABLE,
            _ => IA5,
        };
        let findings = with_attributes(&[(kind, right, value.as_bytes()), common_name]);
        assert_eq!(codes(&findings), [1007], "{kind}: {findings:?}");
    }
}

#[test]
fn a_policy_may_demand_another_type_of_common_name_or_none() {
    let findings = check(&Policy::certum().common_name_type(StringType::Printable), &builder());
    assert_eq!(codes(&findings), [1031]);
    let lenient = Policy::certum().common_name_type(StringType::Printable).string_types(Severity::Info);
    assert_eq!(check(&lenient, &builder())[0].severity(), Severity::Info);
}

#[test]
fn lengths_and_forms_of_attributes_are_checked() {
    use AttributeType as A;
    let long = |length: usize| "x".repeat(length).into_bytes();
    for (kind, longest, code) in [
        (A::CommonName, 64, 1101),
        (A::Organization, 255, 1102),
        (A::OrganizationalUnit, 64, 1103),
        (A::Locality, 128, 1104),
        (A::State, 128, 1105),
        (A::SerialNumber, 64, 1100),
        (A::JurisdictionLocality, 128, 1098),
        (A::JurisdictionState, 128, 1097),
        (A::StreetAddress, 64, 2140),
        (A::PostalCode, 40, 2143),
        (A::Description, 255, 2184),
        (A::UnstructuredName, 64, 2179),
        (A::UnstructuredAddress, 64, 2180),
    ] {
        let tag = if kind.string_type() == StringType::Printable { PRINTABLE } else { UTF8 };
        assert!(codes(&with_attributes(&[(kind, tag, &long(longest + 1))])).contains(&code), "{kind}");
        assert!(!codes(&with_attributes(&[(kind, tag, &long(longest))])).contains(&code), "{kind}");
    }
    for (kind, tag, value, code) in [
        (A::Country, PRINTABLE, &b"POL"[..], 1119),
        (A::Country, PRINTABLE, b"pl", 1119),
        (A::JurisdictionCountry, PRINTABLE, b"P1", 1099),
        (A::EmailAddress, IA5, b"jan", 1022),
        (A::Organization, UTF8, b"-", 2168),
        (A::Organization, UTF8, b"N/A", 2168),
        (A::Organization, UTF8, b"", 2168),
        (A::Organization, UTF8, b"a\tb", 2168),
        (A::Organization, UTF8, b"\xb3\xf3", 2168),
        (A::OrganizationalUnit, UTF8, b".", 2167),
        (A::Locality, UTF8, b"?", 2166),
        (A::State, UTF8, b"none", 2156),
        (A::StreetAddress, UTF8, b"--", 2169),
        (A::PostalCode, PRINTABLE, b"00_950", 2154),
        (A::SerialNumber, UTF8, b"*", 2164),
        (A::JurisdictionLocality, UTF8, b" ", 2165),
        (A::JurisdictionState, UTF8, b" ", 2155),
        (A::BusinessCategory, UTF8, b"Sp. z o.o.", 2137),
        (A::UnstructuredName, PRINTABLE, b"a b", 2181),
        (A::UnstructuredAddress, PRINTABLE, b"192.0.2", 2182),
    ] {
        let findings = with_attributes(&[(kind, tag, value), (A::CommonName, UTF8, b"kwiaty.pl")]);
        assert!(codes(&findings).contains(&code), "{kind} {value:?}: {findings:?}");
    }
    let both =
        [(A::UnstructuredName, PRINTABLE, &b"a.pl"[..]), (A::UnstructuredAddress, PRINTABLE, b"1.1.1.1")];
    assert!(codes(&with_attributes(&both)).contains(&2176));
    assert!(codes(&check(&Policy::certum().demand_unstructured(), &builder())).contains(&2175));
}

#[test]
fn each_profile_demands_its_attributes() {
    let check =
        |profile, builder: &RequestBuilder| codes(&check(&Policy::certum().profile(profile), builder));
    let organization = builder()
        .attribute(AttributeType::Organization, "Sklep")
        .attribute(AttributeType::State, "mazowieckie")
        .attribute(AttributeType::Country, "PL");
    let extended = organization
        .clone()
        .attribute(AttributeType::SerialNumber, "0000123456")
        .attribute(AttributeType::BusinessCategory, "Private Organization")
        .attribute(AttributeType::StreetAddress, "Prosta 1")
        .attribute(AttributeType::PostalCode, "00-950")
        .attribute(AttributeType::JurisdictionLocality, "Warszawa")
        .attribute(AttributeType::JurisdictionState, "mazowieckie")
        .attribute(AttributeType::JurisdictionCountry, "PL");
    assert_eq!(check(Profile::DomainValidated, &builder()), []);
    assert_eq!(check(Profile::OrganizationValidated, &builder()), [1016, 1020, 2058]);
    assert_eq!(check(Profile::OrganizationValidated, &organization), []);
    assert_eq!(check(Profile::ExtendedValidation, &organization), [1095, 2138, 2139, 2142, 1094, 1092, 1093]);
    assert_eq!(check(Profile::ExtendedValidation, &extended), []);
    assert_eq!(check(Profile::Mailbox, &builder()), [1021]);
    assert_eq!(check(Profile::Mailbox, &builder().email("jan@kwiaty.pl")), []);
    assert_eq!(check(Profile::CodeSigning, &builder()), [1016, 1020, 1021]);
    let nameless = CertificateRequest::builder().dns_name("kwiaty.pl");
    assert_eq!(check(Profile::DomainValidated, &nameless), [1015]);
}

fn names(policy: &Policy, names: &[&str]) -> Vec<(Option<u16>, Severity)> {
    let builder = CertificateRequest::builder()
        .common_name("kwiaty.pl")
        .dns_name("kwiaty.pl")
        .dns_names(names.iter().copied());
    check(policy, &builder).iter().map(|finding| (finding.code(), finding.severity())).collect()
}

#[test]
fn names_that_nobody_can_own_are_found() {
    let certum = Policy::certum();
    for name in
        ["www.kwiaty.pl", "*.kwiaty.pl", "kwiaty.com.pl", "kwiaty.co.uk", "a.github.io", "kwiaty.xn--p1ai"]
    {
        let findings: Vec<_> =
            names(&certum, &[name]).into_iter().filter(|found| found.1 > Severity::Info).collect();
        assert_eq!(findings, [], "{name}");
    }
    for (name, code, severity) in [
        ("localhost", 1008, Severity::Error),
        ("serwer", 1008, Severity::Error),
        ("kwiaty.local", 1008, Severity::Error),
        ("kwiaty.test", 1008, Severity::Error),
        ("kwiaty.internal", 1008, Severity::Error),
        ("host.home.arpa", 1008, Severity::Error),
        ("shop.example.com", 1008, Severity::Info),
        ("kwiaty.nosuchtop", 1008, Severity::Warning),
        ("com", 1157, Severity::Error),
        ("com.pl", 1157, Severity::Error),
        ("*.com.pl", 1157, Severity::Error),
        ("co.uk", 1157, Severity::Error),
        ("github.io", 1157, Severity::Warning),
    ] {
        assert_eq!(names(&certum, &[name]), [(Some(code), severity)], "{name}");
    }
    let test_network = Policy::certum().reserved_names(Severity::Info);
    assert_eq!(names(&test_network, &["kwiaty.test"]), [(Some(1008), Severity::Info)]);
}

#[test]
fn addresses_that_nobody_owns_are_found() {
    for (address, expected) in [("10.0.0.1", &[1148][..]), ("2001:db8::1", &[1148]), ("1.1.1.1", &[])] {
        let address: std::net::IpAddr = address.parse().unwrap();
        assert_eq!(codes(&check(&Policy::certum(), &builder().ip_address(address))), expected);
        let alone = CertificateRequest::builder().common_name(address.to_string()).ip_address(address);
        assert_eq!(codes(&check(&Policy::certum(), &alone)), expected);
    }
}

#[test]
fn rules_of_the_product_are_checked() {
    let error = |code| (Some(code), Severity::Error);
    let forbidden = Policy::certum().wildcards(WildcardRule::Forbidden);
    assert_eq!(names(&forbidden, &["*.kwiaty.pl"]), [error(1115)]);
    let wildcard = CertificateRequest::builder().common_name("*.kwiaty.pl");
    assert_eq!(codes(&check(&forbidden, &wildcard)), [1116, 1007]);
    let demanded = Policy::certum().wildcards(WildcardRule::Demanded);
    assert_eq!(names(&demanded, &["www.kwiaty.pl"]), [error(1118)]);
    assert_eq!(names(&demanded, &["*.kwiaty.pl"]), []);
    let unlisted = CertificateRequest::builder().common_name("kwiaty.pl");
    assert_eq!(codes(&check(&demanded, &unlisted)), [1007, 1117]);
    assert_eq!(codes(&check(&demanded, &wildcard)), [1007]);
    let few = Policy::certum().most_names(2).most_wildcards(1);
    assert_eq!(names(&few, &["*.kwiaty.pl"]), []);
    assert_eq!(names(&few, &["*.kwiaty.pl", "*.a.kwiaty.pl"]), [error(1107), error(1046)]);
}

#[test]
fn common_name_and_alternative_names_are_compared() {
    let other = CertificateRequest::builder().common_name("kwiaty.pl").dns_name("www.kwiaty.pl");
    assert_eq!(codes(&check(&Policy::certum(), &other)), [1045]);
    let upper = CertificateRequest::builder().common_name("KWIATY.pl").dns_name("kwiaty.pl");
    assert_eq!(check(&Policy::certum(), &upper), []);
    for (name, place, code) in
        [("Jan Nowak", Place::CommonName, 2051), ("kwiaty_1.pl", Place::CommonName, 2051)]
    {
        let findings = check(&Policy::certum(), &CertificateRequest::builder().common_name(name));
        assert!(matches!(findings[0].problem(), Problem::NotAName { place: found, .. } if *found == place));
        assert_eq!(codes(&findings), [code, 1007], "{name}");
    }
    let mail = check(&Policy::certum(), &builder().email("jan@kwiaty.pl"));
    assert!(matches!(&mail[..], [one] if *one.problem() == Problem::NameKind && one.code().is_none()));
}

#[test]
fn international_names_are_shown_and_given() {
    let request = builder().dns_name("xn--w-uga1v8h.pl");
    let findings = check(&Policy::certum(), &request);
    let [finding] = &findings[..] else { panic!("{findings:?}") };
    assert_eq!((finding.severity(), finding.value()), (Severity::Info, Some("xn--w-uga1v8h.pl")));
    assert_eq!(finding.text(Language::English), "this is the internationalized name żółw.pl");

    let findings = check(&Policy::certum(), &CertificateRequest::builder().common_name("żółw.pl"));
    let shown = findings[0].to_string();
    assert!(shown.contains("Write xn--w-uga1v8h.pl") && shown.ends_with("(code 2051)"), "{shown}");
}

#[test]
fn all_is_found_at_once_and_told_in_both_languages() {
    let request = include_bytes!("corpus/weak-keys/bits-1024.pem");
    let encoded = EncodedRequest::from_paste(request).unwrap();
    let policy = Policy::certum()
        .profile(Profile::ExtendedValidation)
        .wildcards(WildcardRule::Demanded)
        .demand_unstructured();
    let findings = policy.check(&encoded.view().unwrap());
    assert!(findings.len() > 10, "{findings:?}");
    for finding in findings {
        let (english, polish) = (finding.text(Language::English), finding.text(Language::Polish));
        assert!(!english.is_empty() && !polish.is_empty() && english != polish, "{finding}");
    }
}
