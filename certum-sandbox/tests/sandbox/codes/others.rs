//! Everything that can be wrong with the other operations.
//!
//! In fields and values `{serial}` and `{pem}` are those of the certificate that is there, `{over}` and `{over-date}` serial number and last day of one that is not valid any more.

use super::requests::{HOST, Request, Row, about, get_certificate, host_csr, long, long_email};

pub(super) fn rows() -> Vec<Row> {
    [orders(), verifications(), followers(), revocations(), lists(), documents(), gatherings(), changes()]
        .into_iter()
        .flatten()
        .collect()
}

fn orders() -> Vec<Row> {
    let serial = |text: &str| get_certificate(&format!("<serialNumber>{text}</serialNumber>"));
    let option = |part: &str| {
        let option = format!("<orderOption><{part}>maybe</{part}></orderOption>");
        about("getOrderByOrderID", "issued").add("", &option)
    };
    vec![
        Request::new("getOrderState", "", String::new()).gets(1011),
        serial(&long(65)).gets(1161).telling(&long(65)),
        get_certificate("").gets(1162),
        get_certificate("<orderID>a</orderID><serialNumber>1</serialNumber>").gets(1163),
        serial("xyz").gets(2096).telling("xyz"),
        Request::new("cancelOrder", "", String::new()).gets(2053),
        Request::new("cancelOrder", "", "<cancelParameters><note>n</note></cancelParameters>".to_owned())
            .gets(2055),
        Request::new("getProductList", "", "<hashAlgorithm>maybe</hashAlgorithm>".to_owned())
            .gets(2091)
            .telling("maybe"),
        option("certificateDetails").gets(2127).telling("maybe"),
        option("orderDetails").gets(2128).telling("maybe"),
        option("orderStatus").gets(2129).telling("maybe"),
    ]
}

fn verifications() -> Vec<Row> {
    let fresh = |approver: &str| {
        about("addSanVerification", "open").add("", &format!("<SANApprover>{approver}</SANApprover>"))
    };
    let code = |code: &str| Request::new("performSanVerification", "", format!("<code>{code}</code>"));
    vec![
        fresh("<approverMethod>ADMIN</approverMethod>").gets(1038),
        fresh("").gets(1040),
        code("").gets(1182),
        // A code is a secret.
        code(&long(256)).gets(1183),
        about("addEmailVerification", "open").gets(2163).telling("931"),
    ]
}

fn renewal() -> Request {
    let fields = format!(
        "<SANApprover><approverMethod>DNS_TXT_PREFIX</approverMethod></SANApprover><CSR>{}</CSR>\
         <customer>customer-1</customer><productCode>936</productCode><serialNumber>{{serial}}</serialNumber>",
        host_csr()
    );
    Request::new("renewCertificate", "", fields)
}

fn reissue() -> Request {
    let fields = format!("<serialNumber>{{serial}}</serialNumber><CSR>{}</CSR>", host_csr());
    Request::new("reissueCertificate", "", fields)
}

fn followers() -> Vec<Row> {
    let maybe = "<verificationNotificationEnabled>maybe</verificationNotificationEnabled>";
    let added = format!("<SANEntries><SANEntry><DNSName>{HOST}</DNSName></SANEntry></SANEntries>");
    let approver = "<SANApprover><approverMethod>DNS_TXT</approverMethod></SANApprover>";
    vec![
        renewal().set("serialNumber", "{over}").set("productCode", "606").gets(1044).telling("{over-date}"),
        renewal().set("serialNumber", "").gets(1160),
        reissue().lacks(1164, "serialNumber"),
        reissue().set("X509Cert", "{pem}").gets(1164),
        reissue().cut("serialNumber").set("X509Cert", "text").gets(1165),
        renewal().wrong(1166, "productCode", "931"),
        renewal().wrong(1167, "productCode", "606"),
        renewal().set("CSR", &crate::support::csr("b.example.com")).gets(1168).telling("b.example.com"),
        renewal().wrong(1169, "customer", "customer-2"),
        renewal().add("SANApprover", maybe).gets(2061).telling("maybe"),
        // Its proof is as old as the certificate, too.
        reissue().set("serialNumber", "{over}").gets(2093).telling("{over-date}").besides(&[2188]),
        reissue().set("CSR", "text").gets(2097),
        reissue().add("", &added).add("", approver).gets(2130).telling(HOST),
        renewal().lacks(2157, "approverMethod"),
    ]
}

fn revocation() -> Request {
    let fields = "<revokeCertificateParameters><keyCompromitationDate>{today}</keyCompromitationDate>\
                  <revocationReason>KEYCOMPROMISE</revocationReason><serialNumber>{serial}</serialNumber>\
                  </revokeCertificateParameters>";
    Request::new("revokeCertificate", "revokeCertificateParameters", fields.to_owned())
}

fn revocations() -> Vec<Row> {
    let date = "keyCompromitationDate";
    vec![
        revocation().lacks(1131, "revokeCertificateParameters"),
        revocation().lacks(1132, "serialNumber"),
        revocation().wrong(1134, "serialNumber", &long(65)),
        revocation().cut(date).wrong(1135, "revocationReason", "BOREDOM"),
        revocation().wrong(1140, date, "yesterday"),
        revocation().wrong(1141, date, "2020-01-01"),
        revocation().wrong(1141, date, "2040-01-01"),
        revocation().wrong(1142, "note", &long(251)),
        revocation().wrong(1146, "serialNumber", "xyz"),
        revocation().set("revocationReason", "UNSPECIFIED").gets(2104).telling("{today}"),
    ]
}

fn lists() -> Vec<Row> {
    let list = |operation| {
        let fields = "<fromDate>2026-11-21T00:00:00Z</fromDate><toDate>2026-11-22T00:00:00Z</toDate>";
        Request::new(operation, "", fields.to_owned())
    };
    let placed = || list("getOrdersByDateRange");
    let modified = || list("getModifiedOrders");
    let ending = || {
        let fields = "<validityDaysLeft>30</validityDaysLeft>";
        Request::new("getExpiringCertificates", "", fields.to_owned())
    };
    vec![
        placed().wrong(1110, "fromDate", "yesterday"),
        modified().lacks(1110, "fromDate"),
        modified().wrong(1111, "toDate", "tomorrow"),
        placed().wrong(1153, "pageNumber", "101"),
        modified().wrong(1153, "pageNumber", "last"),
        ending().wrong(1153, "pageNumber", "0"),
        ending().wrong(2052, "validityDaysLeft", "0"),
        ending().lacks(2052, "validityDaysLeft"),
        placed().wrong(2057, "toDate", "2026-11-20T00:00:00Z"),
        modified().wrong(2057, "toDate", "2026-11-20T00:00:00Z"),
    ]
}

fn papers() -> Request {
    let fields = "<verifyOrderParameters><note>n</note><orderID>open</orderID><documents><document>\
                  <description>d</description><type>APPLICANT</type><files><file>\
                  <fileName>a.pdf</fileName><content>aGVsbG8=</content></file></files></document></documents>\
                  </verifyOrderParameters>";
    Request::new("verifyOrder", "verifyOrderParameters", fields.to_owned())
}

fn documents() -> Vec<Row> {
    // Base64 makes four characters of three bytes.
    let too_large = "AAAA".repeat((30 << 20) / 3 + 1);
    vec![
        papers().lacks(2049, "note"),
        papers().wrong(2050, "note", &long(228)),
        papers().lacks(2055, "orderID"),
        papers().lacks(2063, "document"),
        papers().lacks(2064, "type"),
        papers().lacks(2065, "description"),
        papers().lacks(2066, "files"),
        papers().lacks(2067, "file"),
        papers().lacks(2068, "fileName"),
        papers().lacks(2069, "content"),
        papers().set("content", "no base64!").gets(2070).telling("a.pdf"),
        papers().wrong(2081, "fileName", "a/b.pdf"),
        papers().wrong(2082, "fileName", "ab"),
        papers().wrong(2082, "fileName", &long(256)),
        papers().wrong(2083, "type", "SELFIE"),
        papers().set("content", &too_large).gets(2085).telling("a.pdf"),
        papers().wrong(2170, "description", &long(1001)),
    ]
}

fn gathering() -> Request {
    let fields = format!(
        "<orderSNIParameters><CSR>{}</CSR><language>pl</language></orderSNIParameters>\
         <serialNumbers><serialNumber>{{serial}}</serialNumber></serialNumbers><requestorInfo>\
         <email>jan@example.com</email><firstName>Jan</firstName><lastName>Nowak</lastName>\
         <phone>+48221234567</phone></requestorInfo>",
        host_csr()
    );
    Request::new("orderSNICertificate", "", fields)
}

fn gatherings() -> Vec<Row> {
    let serial = "serialNumber";
    vec![
        gathering().lacks(1194, "CSR"),
        gathering().set("CSR", "text").gets(1195),
        gathering().wrong(1196, "language", "pol"),
        gathering().lacks(1197, "orderSNIParameters"),
        gathering().lacks(1198, "serialNumbers"),
        gathering().lacks(1199, serial),
        gathering().set(serial, "").gets(2000),
        gathering().wrong(2001, serial, &long(65)),
        gathering().wrong(2002, serial, "xyz"),
        gathering().lacks(2006, "requestorInfo"),
        gathering().lacks(2010, "email"),
        gathering().lacks(2011, "firstName"),
        gathering().lacks(2012, "lastName"),
        gathering().lacks(2013, "phone"),
        gathering().wrong(2016, "email", "nobody"),
        gathering().wrong(2020, "lastName", &long(256)),
        gathering().wrong(2021, "phone", &long(256)),
        gathering().wrong(2024, "firstName", &long(256)),
        gathering().wrong(2026, "email", &long_email()),
    ]
}

fn changes() -> Vec<Row> {
    let change = |added: &str, removed: &str| {
        let list =
            |name: &str, serial: &str| format!("<{name}><serialNumber>{serial}</serialNumber></{name}>");
        let fields = format!(
            "<serialNumber>{{serial}}</serialNumber>{}{}",
            list("addSerialNumbers", added),
            list("removeSerialNumbers", removed)
        );
        Request::new("modifySNICertificate", "", fields)
    };
    let right = || change("0a", "0b");
    vec![
        right().lacks(2027, "serialNumber"),
        right().set("serialNumber", "").gets(2028),
        right().wrong(2029, "serialNumber", &long(65)),
        right().wrong(2030, "serialNumber", "xyz"),
        right().cut("serialNumber").set("X509Cert", "text").gets(2033),
        right().cut("serialNumber").set("X509Cert", "").gets(2034),
        right().set("addSerialNumbers", "").gets(2035),
        change("", "0b").gets(2036),
        change(&long(65), "0b").gets(2037).telling(&long(65)),
        change("xyz", "0b").gets(2038).telling("xyz"),
        right().set("removeSerialNumbers", "").gets(2039),
        change("0a", "").gets(2040),
        change("0a", &long(65)).gets(2041).telling(&long(65)),
        change("0a", "xyz").gets(2042).telling("xyz"),
        change("0a", "0A").gets(2043).telling("0a"),
    ]
}
