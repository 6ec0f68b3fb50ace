//! Golden documents: each operation's request and answer as they stand on the wire, checked both ways.
//!
//! The files are laid out for people, one element a line; what is compared has the white space between
//! elements taken out.

use crate::types::{RequestHeader, ResponseHeader};
use crate::wire::{
    Answer, DecodeProblem, Operation, decode_request, decode_response, encode_request, encode_response,
};
use crate::{Credentials, operations::*, types::*};

/// The document without the white space that stands between elements.
fn compact(document: &str) -> String {
    let mut compact = String::new();
    for line in document.lines() {
        // Only lines that begin with a tag are indented: the others are inside a text.
        if line.trim_start().starts_with('<') {
            compact.push_str(line.trim_start());
        } else {
            compact.push('\n');
            compact.push_str(line);
        }
    }
    compact.replacen("?>", "?>\n", 1)
}

fn header() -> RequestHeader {
    RequestHeader::from(&Credentials::new("reseller", "s3cret & more"))
}

fn answer_header() -> ResponseHeader {
    let mut header = ResponseHeader::new(0);
    header.timestamp = Some("2026-11-21T12:00:00Z".parse().unwrap());
    header
}

/// Checks a request and its answer against their files, in both directions.
pub(super) fn check<O>(request_file: &str, request: &O, response_file: &str, response: &O::Response)
where
    O: Operation + PartialEq + std::fmt::Debug,
    O::Response: PartialEq + std::fmt::Debug,
{
    let request_file = compact(request_file);
    assert_eq!(encode_request(&header(), request).unwrap(), request_file);
    let (read_header, read) = decode_request::<O>(request_file.as_bytes()).unwrap();
    assert_eq!((&read_header, &read), (&header(), request));

    let response_file = compact(response_file);
    assert_eq!(encode_response::<O>(&answer_header(), Some(response)).unwrap(), response_file);
    let Answer::Success { header, response: read } = decode_response::<O>(response_file.as_bytes()).unwrap()
    else {
        panic!("not a success");
    };
    assert_eq!((&header, &read), (&answer_header(), response));
}

/// A successful answer, read.
pub(super) fn answered<O: Operation>(document: &str) -> (ResponseHeader, O::Response) {
    match decode_response::<O>(document.as_bytes()).unwrap() {
        Answer::Success { header, response } => (header, response),
        _ => panic!("not a success"),
    }
}

macro_rules! golden {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/", $name, ".xml"))
    };
}
pub(super) use golden;

fn order_request() -> OrderRequest {
    let csr = "-----BEGIN CERTIFICATE REQUEST-----\nMIH2MIGcAgEAMBsxGTAX\n-----END CERTIFICATE REQUEST-----";
    let mut parameters = OrderParameters::new(csr, "customer-7", "931");
    parameters.language = Some(Language::English);
    parameters.order_id = Some("svc-1-1".into());
    parameters.hash_algorithm = Some(HashAlgorithm::RsaSha256);
    parameters.common_name = Some("shop.example.com".into());
    parameters.organization = Some("Żółw & Spółka <PL>".into());
    parameters.jurisdiction_country = Some("PL".into());
    parameters.shortened_validity_period = Some("2027-01-31".parse().unwrap());
    parameters.given_name = Some("Jan".into());
    parameters.surname = Some("Żółw".into());
    let mut requestor = RequestorInfo::new("jan@example.com", "Jan", "Żółw");
    requestor.phone = Some("+48221234567".into());
    let mut approver = SanApprover::new(ApproverMethod::Admin);
    approver.email_prefix = Some(ApproverEmailPrefix::Hostmaster);
    approver.notification_enabled = Some(true);
    let mut request = OrderRequest::new(parameters, requestor);
    request.san_approver = Some(approver);
    request.organization_info = Some(OrganizationInfo::new("PL5250001009"));
    request.san_entries = vec![SanEntry::new("shop.example.com"), SanEntry::new("www.shop.example.com")];
    request
}

pub(super) fn san_verification() -> SanVerification {
    let mut verification = SanVerification::new(ApproverMethod::DnsTxtPrefix, "0a1b2c");
    verification.fqdns = vec!["shop.example.com".into(), "www.shop.example.com".into()];
    verification
}

#[test]
fn quick_order_matches_its_golden_files() {
    let mut response = QuickOrderResponse::new("svc-1-1");
    response.san_verification = Some(san_verification());
    check(
        golden!("quick_order.request"),
        &QuickOrder::from(order_request()),
        golden!("quick_order.response"),
        &response,
    );
}

#[test]
fn validate_order_parameters_matches_its_golden_files() {
    let mut parsed = ParsedCsr::new();
    parsed.common_name = Some("shop.example.com".into());
    parsed.country = Some("PL".into());
    let mut response = ValidateOrderParametersResponse::new();
    response.parsed_csr = Some(parsed);
    let parameters = OrderParameters::new("csr", "customer-7", "601");
    let order = OrderRequest::new(parameters, RequestorInfo::new("jan@example.com", "Jan", "Nowak"));
    check(
        golden!("validate_order_parameters.request"),
        &ValidateOrderParameters::from(order),
        golden!("validate_order_parameters.response"),
        &response,
    );
}

#[test]
fn get_order_state_matches_its_golden_files() {
    let mut response = GetOrderStateResponse::new(
        "2026-11-21T11:59:00Z".parse::<jiff::Timestamp>().unwrap(),
        OrderStatus::Verification,
    );
    let mut domain = OrderVerification::new(OrderVerificationType::Domain, OrderVerificationState::Verified);
    domain.expire_date = Some("2027-06-08T00:00:00Z".parse().unwrap());
    response.verifications = vec![
        domain,
        // A value of a newer service survives.
        OrderVerification::new(OrderVerificationType::from("POST_QUANTUM"), OrderVerificationState::Required),
    ];
    check(
        golden!("get_order_state.request"),
        &GetOrderState::new("svc-1-1"),
        golden!("get_order_state.response"),
        &response,
    );
}

#[test]
fn get_san_verification_state_matches_its_golden_files() {
    let mut failed = ManualVerification::new(SanVerificationStatus::Failed);
    failed.info = Some("no TXT record at _certum.shop.example.com".into());
    let mut blocked = SanVerificationState::new("shop.example.com", failed);
    let mut system = SystemVerification::new();
    system.methods = vec![SystemVerificationMethod::Caa, SystemVerificationMethod::TopSites];
    blocked.system = vec![system];
    let mut proved = ManualVerification::new(SanVerificationStatus::Verified);
    proved.expire_date = Some("2027-06-08T00:00:00Z".parse().unwrap());
    let mut response = GetSanVerificationStateResponse::new();
    response.san_verifications = vec![blocked, SanVerificationState::new("www.shop.example.com", proved)];
    check(
        golden!("get_san_verification_state.request"),
        &GetSanVerificationState::new("svc-1-1"),
        golden!("get_san_verification_state.response"),
        &response,
    );
}

#[test]
fn perform_san_verification_matches_its_golden_files() {
    check(
        golden!("perform_san_verification.request"),
        &PerformSanVerification::new("0a1b2c"),
        golden!("perform_san_verification.response"),
        &PerformSanVerificationResponse::new(),
    );
}

#[test]
fn add_san_verification_matches_its_golden_files() {
    let mut request = AddSanVerification::new("svc-1-1");
    request.san_approver = Some(SanApprover::new(ApproverMethod::File));
    let mut response = AddSanVerificationResponse::new();
    response.san_verification = Some(san_verification());
    check(
        golden!("add_san_verification.request"),
        &request,
        golden!("add_san_verification.response"),
        &response,
    );
}

fn certificate_details() -> CertificateDetails {
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
    let mut details = CertificateDetails::new(
        CertificateStatus::Valid,
        "shop.example.com",
        at("2027-06-08T11:59:59Z"),
        "782D878E4DAD219994E7AB628D8337DE",
        at("2026-11-21T12:00:00Z"),
        "CN=shop.example.com",
        "MIIB",
    );
    details.dns_names = Some("shop.example.com, www.shop.example.com".into());
    details
}

pub(super) fn order_status() -> OrderStatusDetails {
    let mut status = OrderStatusDetails::new(
        "customer-7",
        "2026-11-21T11:00:00Z".parse::<jiff::Timestamp>().unwrap(),
        "svc-1-1",
        OrderStatus::Enrolled,
        "931",
    );
    status.serial_number = Some("782D878E4DAD219994E7AB628D8337DE".into());
    status
}

#[test]
fn get_order_by_order_id_matches_its_golden_files() {
    let mut request = GetOrderByOrderId::new("svc-1-1");
    request.order_option = Some(OrderOption::everything());
    let mut original = Order::new();
    original.order_status = Some(order_status());
    original.order_details = Some(OrderDetails::new(RequestorInfo::new("jan@example.com", "Jan", "Nowak")));
    let mut reissue = Order::new();
    reissue.reissue = true;
    reissue.certificate_details = Some(certificate_details());
    let mut response = GetOrderByOrderIdResponse::new();
    response.orders = vec![original, reissue];
    check(
        golden!("get_order_by_order_id.request"),
        &request,
        golden!("get_order_by_order_id.response"),
        &response,
    );
}

#[test]
fn get_certificate_matches_its_golden_files() {
    let mut response = GetCertificateResponse::new();
    response.certificate_details = Some(certificate_details());
    response.ca_bundle = vec!["MIIC".into(), "MIID".into()];
    check(
        golden!("get_certificate.request"),
        &GetCertificate::by_order_id("svc-1-1"),
        golden!("get_certificate.response"),
        &response,
    );
}

/// What other SOAP stacks write: prefixes, default namespaces, headers, comments, `xsi:nil`, odd white space.
#[test]
fn reads_an_answer_as_other_stacks_write_it() {
    let document = golden!("quick_order.response.foreign");
    let Answer::Success { header, response } = decode_response::<QuickOrder>(document.as_bytes()).unwrap()
    else {
        panic!("not a success");
    };
    assert_eq!(header.timestamp.unwrap().to_string(), "2026-11-21T11:00:00.123Z");
    assert_eq!(header.current_page, None);
    assert_eq!(response.order_id, "svc-1-1");
    let verification = response.san_verification.unwrap();
    assert_eq!(verification.method, ApproverMethod::DnsTxtPrefix);
    assert_eq!(verification.approver_email, None);
    assert_eq!(verification.fqdns, ["shop.example.com"]);
}

#[test]
fn reads_every_error_of_a_refusal() {
    let document = golden!("quick_order.refusal");
    let Answer::Failure(header) = decode_response::<QuickOrder>(document.as_bytes()).unwrap() else {
        panic!("not a failure");
    };
    let codes: Vec<u32> = header.errors.iter().map(|error| error.code.number()).collect();
    assert_eq!(codes, [1008, 1076, 9999]);
    assert_eq!(header.errors[0].value.as_deref(), Some("shop example.com"));
}

#[test]
fn reads_a_fault() {
    let document = golden!("fault");
    let Answer::Fault(fault) = decode_response::<QuickOrder>(document.as_bytes()).unwrap() else {
        panic!("not a fault");
    };
    assert_eq!((fault.code.as_str(), fault.text.as_str()), ("soap:Server", "try again"));
}

#[test]
fn names_the_element_that_is_wrong() {
    let good = compact(golden!("get_order_state.response"));
    let problem = |document: &str| {
        let error = decode_response::<GetOrderState>(document.as_bytes()).unwrap_err();
        (error.path().to_string(), error.problem().clone())
    };
    assert_eq!(
        problem(&good.replace("<orderStatus>VERIFICATION</orderStatus>", "")),
        ("getOrderStateResponse/orderStatus".into(), DecodeProblem::Missing)
    );
    assert_eq!(
        problem(&good.replace("<orderStatus>VERIFICATION", "<orderStatus>A</orderStatus><orderStatus>B")),
        ("getOrderStateResponse/orderStatus".into(), DecodeProblem::Duplicate)
    );
    assert_eq!(
        problem(&good.replace("2027-06-08T00:00:00Z", "tomorrow")),
        (
            "getOrderStateResponse/verifications/verification/expireDate".into(),
            DecodeProblem::InvalidValue { expected: "a dateTime" }
        )
    );
    assert_eq!(
        problem(&good.replace("getOrderStateResponse", "getOrderStatusResponse")),
        (String::new(), DecodeProblem::UnexpectedElement { expected: "getOrderStateResponse" })
    );
    assert_eq!(
        problem(&good.replace("webservice.api.muc.unizeto.pl", "elsewhere.example.com")),
        (String::new(), DecodeProblem::UnexpectedElement { expected: "getOrderStateResponse" })
    );
}

#[test]
fn refuses_an_answer_cut_off_anywhere() {
    let document = compact(golden!("get_order_by_order_id.response"));
    for end in 0..document.len() {
        let cut = decode_response::<GetOrderByOrderId>(&document.as_bytes()[..end]);
        assert!(cut.is_err(), "accepted the first {end} bytes");
    }
}
