//! Which field of our forms each of the CA's codes is about.

use std::collections::BTreeSet;

use cert_domain::Finding;
use certum_api::KNOWN_ERROR_CODES;

use super::*;

/// What no form asks, and why: paths, or how they begin.
const WITHOUT_A_FIELD: &[(&str, &[&str])] = &[
    ("the host says who the customer is", &["customer"]),
    ("the offer says product and language", &["productCode", "language"]),
    ("the lifecycle names orders, and asks for their end", &["orderID", "order", "cancel"]),
    (
        "the adapter writes these parts of a request, and pages",
        &[
            "request",
            "requestHeader/",
            "requestorInfo",
            "orderParameters",
            "revokeCertificateParameters",
            "userAgent",
            "orderOption/",
            "fromDate",
            "toDate",
            "pageNumber",
            "validityDaysLeft",
            "getProductList/",
        ],
    ),
    ("verification codes come from the CA", &["code"]),
    ("no form shortens a certificate or dates it", &["certificate date", "shortened", "validityPeriod"]),
    ("no form asks for a number that officers call", &["organizationInfo/verificationPhoneNumber"]),
    (
        "nothing in a form helps: the product, or the order, is not for this",
        &["operation", "reissueCertificate"],
    ),
    ("operations that nobody calls any more", &["changeApprovers/", "verifyDomain"]),
    ("certificates for shared servers (SNI) are not sold", &["modifySNI", "orderSNI"]),
];

#[test]
fn has_a_field_of_a_form_for_every_code_but_of_what_none_asks() {
    let mut seen = BTreeSet::new();
    for known in KNOWN_ERROR_CODES {
        let finding = Finding::stated(known.code.number(), known.subject, known.english, known.polish);
        if finding.form_field().is_some() {
            continue;
        }
        let beginnings = WITHOUT_A_FIELD.iter().flat_map(|(_, paths)| *paths);
        // The longest that fits, so that none stands in the list for nothing.
        let why = beginnings.filter(|path| known.subject.starts_with(**path)).max_by_key(|path| path.len());
        assert!(why.is_some(), "{} {}: {}", known.code.number(), known.subject, known.condition);
        seen.extend(why);
    }
    let listed: BTreeSet<_> = WITHOUT_A_FIELD.iter().flat_map(|(_, paths)| *paths).collect();
    assert_eq!(listed.difference(&seen).collect::<Vec<_>>(), Vec::<&&&str>::new());
}

/// A text that can't be sent is said by the path that it has in the call.
#[tokio::test]
async fn has_a_field_of_a_form_for_what_cannot_be_sent() {
    let desk = Desk::open().await;
    let offer = offer("631");
    let mut form = form(&offer.product);
    form.subject.organization = "ACME\u{1}".into();
    let order_id = OrderId::from_authority("draft");
    let draft = DraftOrder::new(order_id, &"customer-7".parse().unwrap(), &offer, &form);
    let findings = desk.certum.check_draft(&draft).await.unwrap().unwrap();
    let fields: Vec<_> =
        findings.into_iter().map(|finding| (finding.code, form.field_of(&finding))).collect();
    assert_eq!(fields, [(1172, Some("subject.organization".to_owned()))]);
}
