//! Everything that can be wrong with an order.

use super::{
    csr::{self, COMMON_NAME, DESCRIPTION, PRINTABLE, UNSTRUCTURED_ADDRESS, UNSTRUCTURED_NAME, UTF8},
    requests::{
        HOST, Row, device, extended, hosts, long, long_email, mail, mailed, order, organization, software,
        with_csr,
    },
};
use crate::certificates::{openssl_csr, openssl_pem};

pub(super) fn rows() -> Vec<Row> {
    [fields(), requestor(), subjects(), names(), approvers(), requests(), written(), devices()]
        .into_iter()
        .flatten()
        .collect()
}

fn fields() -> Vec<Row> {
    let parameters = |field, text| order().set(field, text);
    vec![
        order().lacks(1010, "orderParameters").besides(&[1014]),
        order().wrong(1013, "orderID", " x"),
        order().lacks(1014, "productCode"),
        order().wrong(1023, "customer", "reseller"),
        order().wrong(1043, "orderID", "a&b"),
        order().wrong(1069, "shortenedValidityPeriod", "2040-01-01"),
        order().lacks(1076, "customer"),
        order().wrong(1077, "customer", &long(65)),
        order().wrong(1079, "orderID", &long(51)),
        order().wrong(1080, "productCode", "6011"),
        order().wrong(1088, "language", "pol"),
        order().wrong(1089, "userAgent", &long(256)),
        order().wrong(1156, "customer", "a<b"),
        order().wrong(1181, "productCode", "606"),
        order().wrong(2025, "productCode", "991"),
        order().wrong(2090, "hashAlgorithm", "MD5"),
        order().wrong(2124, "hashAlgorithm", "RSA-SHA1"),
        order().wrong(2172, "revocationContactEmail", "reseller"),
        order().wrong(2173, "revocationContactEmail", "nobody"),
        order().wrong(2185, "shortenedValidityPeriod", "2020-01-01"),
        parameters("validityPeriod", "").gets(2187),
    ]
}

fn requestor() -> Vec<Row> {
    let tax = "taxIdentificationNumber";
    vec![
        order().lacks(1009, "requestorInfo"),
        order().lacks(1053, "email"),
        order().lacks(1054, "firstName"),
        order().lacks(1055, "lastName"),
        order().wrong(1060, "email", "nobody"),
        order().wrong(1065, "lastName", &long(256)),
        order().add("requestorInfo", &format!("<phone>{}</phone>", long(33))).gets(1066).telling(&long(33)),
        order().wrong(1072, "firstName", &long(256)),
        order().wrong(1081, "email", &long_email()),
        organization().wrong(1048, tax, "none"),
        organization().lacks(1048, "organizationInfo"),
        organization().wrong(1083, tax, &"1".repeat(33)),
    ]
}

fn subjects() -> Vec<Row> {
    vec![
        with_csr(&csr::with_subject(&[(DESCRIPTION, UTF8, "nameless")])).gets(1015),
        organization().lacks(1016, "organization"),
        software().lacks(1019, "state"),
        organization().lacks(1020, "country"),
        mail().lacks(1021, "email"),
        mail().wrong(1022, "email", "nobody"),
        software().lacks(1059, "country"),
        extended().lacks(1092, "joisopn"),
        extended().lacks(1093, "joisocn"),
        extended().lacks(1094, "joiln"),
        extended().lacks(1095, "serialNumber"),
        extended().wrong(1096, "joisocn", "POL"),
        extended().wrong(1097, "joisopn", &long(129)),
        extended().wrong(1098, "joiln", &long(129)),
        extended().wrong(1099, "joisocn", "XX"),
        extended().wrong(1100, "serialNumber", &long(65)),
        order().wrong(1101, "commonName", &long(65)),
        organization().wrong(1102, "organization", &long(256)),
        organization().wrong(1103, "organizationalUnit", &long(65)),
        organization().wrong(1104, "locality", &long(129)),
        organization().wrong(1105, "state", &long(129)),
        mail().wrong(1106, "email", &long_email()),
        order().wrong(2051, "commonName", "not a name"),
        software().wrong(2051, "commonName", "n/a"),
        organization().lacks(2058, "locality"),
        extended().wrong(2137, "businessCategory", "Club"),
        extended().lacks(2138, "businessCategory"),
        extended().lacks(2139, "streetAddress"),
        extended().wrong(2140, "streetAddress", &long(65)),
        extended().lacks(2142, "postalCode"),
        extended().wrong(2143, "postalCode", &"1".repeat(41)),
        extended().wrong(2154, "postalCode", "-"),
        extended().wrong(2155, "joisopn", "1"),
        organization().wrong(2156, "state", "N/A"),
        extended().wrong(2164, "serialNumber", "-"),
        extended().wrong(2165, "joiln", "."),
        organization().wrong(2166, "locality", "90-001"),
        organization().wrong(2167, "organizationalUnit", "-"),
        organization().wrong(2168, "organization", "brak"),
        extended().wrong(2169, "streetAddress", "---"),
    ]
}

fn names() -> Vec<Row> {
    let label = format!("{}.example.com", long(64));
    let name = format!("{}example.com", "abcdefg.".repeat(32));
    vec![
        order().lacks(1007, "SANEntries"),
        order().wrong(1008, "DNSName", "a b"),
        hosts("931", &[HOST]).wrong(1045, "commonName", "b.example.com"),
        hosts("741", &["*.example.com", "*.example.org"]).gets(1046).telling("*.example.org"),
        order().wrong(1085, "DNSName", &name),
        hosts("601", &[HOST, "b.example.com"]).gets(1107).telling("b.example.com"),
        hosts("931", &[HOST, "*.example.org"]).gets(1115).telling("*.example.org"),
        hosts("931", &["*.example.com"]).gets(1116).telling("*.example.com").besides(&[1115]),
        hosts("741", &["example.com", "*.example.com"]).gets(1117).telling("example.com"),
        hosts("741", &["*.example.com"]).wrong(1118, "DNSName", "example.com").besides(&[1045]),
        order().wrong(1148, "DNSName", "10.0.0.1"),
        order().wrong(1157, "DNSName", "co.uk"),
        order().wrong(1157, "DNSName", "*.co.uk"),
        order().wrong(2088, "DNSName", &label),
        order().set("DNSName", "").gets(2095),
        order().wrong(2171, "DNSName", "8.8.8.8"),
    ]
}

fn approvers() -> Vec<Row> {
    let both = "<approverEmailPrefix>ADMIN</approverEmailPrefix>";
    let maybe = "<verificationNotificationEnabled>maybe</verificationNotificationEnabled>";
    let address = "approverEmail";
    vec![
        mailed(address, "nobody").gets(1037).telling("nobody"),
        order().wrong(1042, "approverMethod", "PIGEON"),
        mailed(address, &long_email()).gets(1087).telling(&long_email()),
        mailed("approverEmailPrefix", "ROOT").gets(1108).telling("ROOT"),
        mailed(address, "admin@example.org").gets(1147).telling(HOST),
        order().lacks(1152, "approverMethod"),
        order().add("SANApprover", maybe).gets(2059).telling("maybe"),
        mailed(address, "admin@example.com").add("SANApprover", both).gets(2158),
        order().set("approverMethod", "ADMIN").gets(2159),
        mailed(address, "").gets(2160),
        order().lacks(2162, "SANApprover"),
        hosts("741", &["*.example.com"]).set("approverMethod", "FILE").gets(2186).telling("*.example.com"),
    ]
}

fn requests() -> Vec<Row> {
    let mut changed =
        csr_tools::CertificateRequest::from_pem(super::requests::host_csr()).unwrap().as_der().to_vec();
    // One bit of the signature, which stands at the end.
    *changed.last_mut().unwrap() ^= 1;
    vec![
        with_csr(&openssl_csr("rsa:1024", HOST)).gets(1000),
        with_csr(&openssl_csr("ed25519", HOST)).gets(1001),
        order().lacks(1002, "CSR"),
        with_csr(&csr::with_unreadable_key()).gets(1049),
        with_csr(&csr::with_numbers(256, 3, 2)).gets(1063),
        with_csr("text").gets(1078),
        with_csr(&csr::with_numbers(1125, 0x17, 3)).gets(1150),
        with_csr(&openssl_csr("rsa:2052", HOST)).gets(2109),
        with_csr(&openssl_pem(&changed)).gets(2125),
    ]
}

/// Each attribute of a CSR in a string type that is not its own.
fn written() -> Vec<Row> {
    let written = |code, kind, tag, text: &str| {
        with_csr(&csr::with_attribute(kind, tag, text)).gets(code).telling(text)
    };
    vec![
        with_csr(&csr::with_subject(&[(COMMON_NAME, PRINTABLE, HOST)])).gets(1024).telling(HOST),
        written(1025, "1.2.840.113549.1.9.1", UTF8, "jan@example.com"),
        written(1026, "2.5.4.6", UTF8, "PL"),
        written(1027, "2.5.4.8", PRINTABLE, "mazowieckie"),
        written(1028, "2.5.4.7", PRINTABLE, "Warszawa"),
        written(1029, "2.5.4.11", PRINTABLE, "IT"),
        written(1030, "2.5.4.10", PRINTABLE, "Sklep"),
        written(1126, "2.5.4.5", PRINTABLE, "0000012345"),
        written(1127, "1.3.6.1.4.1.311.60.2.1.1", PRINTABLE, "Warszawa"),
        written(1128, "1.3.6.1.4.1.311.60.2.1.3", UTF8, "PL"),
        written(1129, "1.3.6.1.4.1.311.60.2.1.2", PRINTABLE, "mazowieckie"),
        written(2141, "2.5.4.9", PRINTABLE, "ul. Prosta 1"),
        written(2144, "2.5.4.17", UTF8, "00-001"),
        written(2183, DESCRIPTION, PRINTABLE, "a shop"),
        written(2184, DESCRIPTION, UTF8, &long(256)),
    ]
}

fn devices() -> Vec<Row> {
    let name = (COMMON_NAME, PRINTABLE, HOST);
    let long_name = format!("{}.example.com", "a.".repeat(30));
    let long_address = format!("{}1", "0:".repeat(33));
    let called =
        |code, tag, text: &str| device(&[name, (UNSTRUCTURED_NAME, tag, text)]).gets(code).telling(text);
    let addressed =
        |code, tag, text: &str| device(&[name, (UNSTRUCTURED_ADDRESS, tag, text)]).gets(code).telling(text);
    let both = [name, (UNSTRUCTURED_NAME, PRINTABLE, HOST), (UNSTRUCTURED_ADDRESS, PRINTABLE, "1.1.1.1")];
    vec![
        device(&[(COMMON_NAME, UTF8, HOST), (UNSTRUCTURED_NAME, PRINTABLE, HOST)]).gets(1031).telling(HOST),
        device(&[name]).gets(2175),
        device(&both).gets(2176),
        called(2177, UTF8, "router.example.com"),
        addressed(2178, UTF8, "1.1.1.1"),
        called(2179, PRINTABLE, &long_name),
        addressed(2180, PRINTABLE, &long_address),
        called(2181, PRINTABLE, "no name"),
        addressed(2182, PRINTABLE, "1.2.3"),
    ]
}
