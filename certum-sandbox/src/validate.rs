//! What the CA finds wrong with a request: everything at once, each with its code.

mod approver;
mod cancellation;
mod certificates;
mod countries;
mod documents;
mod lists;
mod names;
mod product;
mod renewal;
mod request;
mod requestor;
mod revocation;
mod sni;
mod subject;
mod texts;

use certum_api::{
    ErrorCode,
    types::{HashAlgorithm, OrderParameters, OrderRequest, OrganizationInfo, RequestorInfo, ResponseError},
};
use csr_tools::{CertificateRequest, PublicKeyHash, RequestView};
use jiff::{Timestamp, civil::Date};

pub(crate) use self::{
    approver::{ApproverCodes, read_approver, wanted_method},
    cancellation::check_cancellation,
    certificates::{SerialCodes, read_named, read_serial},
    documents::check_documents,
    lists::{check_days_left, check_range, read_page},
    names::{check_added, check_against_product, read_added_entries},
    product::read_renewal,
    renewal::{check_not_over, check_reissuable, check_same_customer, check_same_name, check_supported},
    request::{CsrCodes, read_request},
    requestor::RequestorCodes,
    revocation::{check_compromise_date, check_revocation},
    sni::{SniDraft, read_sni_change, read_sni_order},
    subject::requested_text,
    texts::{
        ABSENT, check_asked_id, check_customer, check_hash_algorithm, check_revocation_contact,
        check_user_agent, is_longer,
    },
};
use crate::{
    names::CertName,
    orders::{Approver, Book},
    products::Product,
    subject::Subject,
};

/// What was found wrong, in the order of the request.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<ResponseError>);

/// An order that the CA would take.
pub(crate) struct Draft {
    /// None: the CA chooses.
    pub(crate) id: Option<String>,
    pub(crate) customer: String,
    pub(crate) product: &'static Product,
    pub(crate) request: CertificateRequest,
    pub(crate) subject: Subject,
    /// With which of the CA's keys the certificate is signed.
    pub(crate) hash_algorithm: HashAlgorithm,
    /// None for products without host names.
    pub(crate) names: Vec<CertName>,
    /// None for products without host names.
    pub(crate) approver: Option<Approver>,
    pub(crate) requestor: RequestorInfo,
    pub(crate) organization: Option<OrganizationInfo>,
    pub(crate) last_day: Option<Date>,
}

/// For which names, and by whose leave: nothing of it for products without host names.
#[derive(Default)]
struct Hosts {
    names: Vec<CertName>,
    approver: Option<Approver>,
}

impl Findings {
    pub(crate) fn add(&mut self, code: u32) {
        self.0.push(ResponseError::new(ErrorCode::new(code)));
    }

    /// With the datum in question, which must not be a secret.
    pub(crate) fn add_with(&mut self, code: u32, value: impl Into<String>) {
        let mut error = ResponseError::new(ErrorCode::new(code));
        error.value = Some(texts::told(value.into()));
        self.0.push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Everything that was found, unless that is nothing.
    pub(crate) fn stop(self) -> Result<(), Vec<ResponseError>> {
        match self.is_empty() {
            true => Ok(()),
            false => Err(self.into_errors()),
        }
    }

    pub(crate) fn into_errors(self) -> Vec<ResponseError> {
        self.0
    }
}

/// A single reason to refuse.
pub(crate) fn refusal(code: u32, value: impl Into<String>) -> Vec<ResponseError> {
    let mut findings = Findings::default();
    findings.add_with(code, value);
    findings.into_errors()
}

/// Checks an order, for placing it and for merely asking alike.
///
/// `book` is what the account has already: it tells taken identifiers and used keys.
pub(crate) fn validate(
    order: &OrderRequest,
    login: &str,
    now: Timestamp,
    book: &Book,
) -> Result<Draft, Vec<ResponseError>> {
    let mut findings = Findings::default();
    let parameters = &order.order_parameters;
    let encoded = if texts::is_blank_order(parameters) {
        // One finding for what is missing altogether, instead of one for each of its parts.
        findings.add(1010);
        None
    } else {
        texts::check_parameters(parameters, login, &mut findings);
        request::decode(parameters.csr.as_str(), &CsrCodes::ORDERED, &mut findings)
    };
    let view = encoded.as_ref().and_then(|encoded| encoded.view().ok());
    let view = view.as_ref();
    let product = product::read_product(&parameters.product_code, &mut findings);
    let request = view.and_then(|view| {
        request::check(view, product, |kind| subject::is_given(kind, parameters), &mut findings)
    });
    let hash_algorithm = read_hash_algorithm(parameters, product, &mut findings);
    let mut subject = subject::read(parameters, view, &mut findings);
    if let (Some(product), Some(_)) = (product, view) {
        subject::check_demanded(product, &mut subject, &mut findings);
    }
    requestor::check_requestor(&order.requestor_info, &RequestorCodes::ORDERED, &mut findings);
    let shows_organization = product.is_some_and(Product::shows_organization);
    requestor::check_organization(order.organization_info.as_ref(), shows_organization, &mut findings);
    check_last_day(parameters.shortened_validity_period, product, now, &mut findings);
    let hosts = read_names(order, product, view, &mut subject, &mut findings);

    let id = parameters.order_id.clone();
    if let Some(id) = id.as_deref().filter(|id| book.is_taken(id)) {
        findings.add_with(1012, id);
    }
    if let Some(request) = &request {
        check_key(&request.public_key_hash(), book, now, &mut findings);
    }
    match (product, request) {
        (Some(product), Some(request)) if findings.is_empty() => Ok(Draft {
            id,
            customer: parameters.customer.clone(),
            product,
            request,
            subject,
            hash_algorithm,
            names: hosts.names,
            approver: hosts.approver,
            requestor: order.requestor_info.clone(),
            organization: order.organization_info.clone(),
            last_day: parameters.shortened_validity_period,
        }),
        _ => Err(findings.into_errors()),
    }
}

/// Checks that a key is new to the account. One that is known to others is refused as such (Baseline Requirements,
/// 6.1.1.3), although it is in use as well.
pub(crate) fn check_key(key: &PublicKeyHash, book: &Book, now: Timestamp, findings: &mut Findings) {
    if book.is_compromised(key) {
        findings.add(1063);
    } else if book.uses_key(key, now) {
        findings.add(1032);
    }
}

fn read_hash_algorithm(
    parameters: &OrderParameters,
    product: Option<&Product>,
    findings: &mut Findings,
) -> HashAlgorithm {
    let wanted = parameters.hash_algorithm.as_ref();
    match (product, wanted) {
        (Some(product), _) => check_hash_algorithm(wanted, product, findings),
        (None, Some(wanted)) => {
            texts::is_known_algorithm(wanted, findings);
            wanted.clone()
        }
        // An order without a product comes to nothing.
        (None, None) => HashAlgorithm::EccSha256,
    }
}

/// Reads whom or what the certificate is for, and puts the common name into the subject.
///
/// A product without host names knows neither names nor an approver. Whether the real service passes over them is
/// not known; it has a code for unexpected elements (1172), and whoever sends them has mistaken the product.
fn read_names(
    order: &OrderRequest,
    product: Option<&'static Product>,
    request: Option<&RequestView<'_>>,
    subject: &mut Subject,
    findings: &mut Findings,
) -> Hosts {
    let common_name = subject::common_name(&order.order_parameters, request);
    let (common_name, was_read) = (common_name.as_deref(), request.is_some());
    if let Some(product) = product.filter(|product| !product.has_names()) {
        if order.san_approver.is_some() {
            findings.add_with(1172, "SANApprover");
        }
        if !order.san_entries.is_empty() {
            findings.add_with(1172, "SANEntries");
        }
        if let Some(name) = subject::read_name(common_name, was_read, product, subject, findings) {
            subject.common_name = name;
        }
        return Hosts::default();
    }
    let common_name = names::read_common_name(common_name, was_read, findings);
    let method = wanted_method(order.san_approver.as_ref());
    let names = names::read_entries(&order.san_entries, method, findings);
    if let Some(product) = product {
        check_against_product(product, common_name.as_ref(), &names, findings);
    }
    let approver = read_approver(order.san_approver.as_ref(), &names, &ApproverCodes::ORDERED, findings);
    if let Some(common_name) = common_name {
        subject.common_name = common_name.as_str().to_owned();
    }
    Hosts { names, approver }
}

/// Checks the last day that a customer wants.
pub(crate) fn check_last_day(
    last_day: Option<Date>,
    product: Option<&Product>,
    now: Timestamp,
    findings: &mut Findings,
) {
    let Some(last_day) = last_day else { return };
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    if last_day < today {
        findings.add_with(2185, last_day.to_string());
    } else if let Some(product) = product
        && (last_day - today).get_days() as i64 > product.longest_days()
    {
        findings.add_with(1069, last_day.to_string());
    }
}

#[cfg(test)]
mod tests {
    use certum_api::types::{OrderParameters, SanApprover, SanEntry};
    use csr_tools::{KeyAlgorithm, PrivateKey};

    use super::*;

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
        match validate(order, "login", now, &Book::default()) {
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
        let shortened =
            |date: &str| codes(|o| o.order_parameters.shortened_validity_period = date.parse().ok());
        assert_eq!(shortened("2026-11-20"), [2185]);
        assert_eq!(shortened("2026-11-21"), NONE);
        assert_eq!(shortened("2027-11-21"), NONE);
        assert_eq!(shortened("2027-11-22"), [1069]);
    }

    #[test]
    fn each_faulty_name_is_told() {
        let names = |names: &[&str]| {
            codes(|o| o.san_entries = names.iter().map(|name| SanEntry::new(*name)).collect())
        };
        assert_eq!(names(&[]), [1007]);
        assert_eq!(names(&["a.example", "10.0.0.1", "com", "a_b.example"]), [1148, 1157, 1008]);
        assert_eq!(names(&["a.example", "A.EXAMPLE"]), NONE);
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
        let draft = validate(&order, "login", Timestamp::UNIX_EPOCH, &Book::default()).ok().unwrap();
        assert_eq!(draft.subject.common_name, "jan@example.com");
        assert_eq!(draft.subject.email.as_deref(), Some("jan@example.com"));
        assert_eq!(draft.hash_algorithm, HashAlgorithm::RsaSha256);
        assert!(draft.approver.is_none() && draft.names.is_empty());
        // A person's name is no address.
        order.order_parameters.product_code = "711".into();
        order.order_parameters.country = Some("PL".into());
        assert_eq!(codes_of(&order), [1015]);
    }
}
