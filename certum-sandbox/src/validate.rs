//! What the CA finds wrong with an order: everything at once, each with its code.

mod approver;
mod handles;
mod later;
mod names;
mod request;
mod revocation;
mod texts;

use certum_api::{
    ErrorCode,
    types::{HashAlgorithm, OrderRequest, OrganizationInfo, RequestorInfo, ResponseError},
};
use csr_tools::CertificateRequest;
use jiff::{Timestamp, civil::Date};

pub(crate) use self::{
    approver::read_approver,
    handles::{SerialCodes, read_certificate_pem, read_serial},
    later::{
        check_documents, check_hash_algorithm, check_revocation_contact, check_sni_change, check_sni_order,
        check_user_agent, read_csr, read_product_code,
    },
    names::read_entries,
    revocation::check_revocation,
    texts::{ABSENT, check_customer, is_longer},
};
use crate::{
    names::CertName,
    orders::{Approver, Book},
    products::{Product, Term},
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
    pub(crate) names: Vec<CertName>,
    /// None for what is not for hosts.
    pub(crate) approver: Option<Approver>,
    pub(crate) requestor: RequestorInfo,
    pub(crate) organization: Option<OrganizationInfo>,
    pub(crate) last_day: Option<Date>,
}

impl Findings {
    pub(crate) fn add(&mut self, code: u32) {
        self.0.push(ResponseError::new(ErrorCode::new(code)));
    }

    /// With the datum in question, which must not be a secret.
    pub(crate) fn add_with(&mut self, code: u32, value: impl Into<String>) {
        let mut error = ResponseError::new(ErrorCode::new(code));
        error.value = Some(value.into());
        self.0.push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
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
    let request = if texts::is_blank_order(parameters) {
        // One finding for what is missing altogether, instead of one for each of its parts.
        findings.add(1010);
        None
    } else {
        texts::check_parameters(parameters, login, &mut findings);
        request::read(parameters.csr.as_str(), &mut findings)
    };
    let product = texts::read_product(&parameters.product_code, &mut findings);
    texts::check_requestor(&order.requestor_info, &mut findings);
    texts::check_organization(order.organization_info.as_ref(), &mut findings);
    check_last_day(parameters.shortened_validity_period, product, now, &mut findings);

    let given_name = parameters.common_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let common_name = given_name.or_else(|| request.as_ref()?.common_name());
    let common_name = names::read_common_name(common_name, request.is_some(), &mut findings);
    let names = read_entries(&order.san_entries, &mut findings);
    if let Some(product) = product {
        names::check_against_product(product, common_name.as_ref(), &names, &mut findings);
    }
    let approver = read_approver(order.san_approver.as_ref(), &names, &mut findings);

    let id = parameters.order_id.clone();
    if let Some(id) = id.as_deref().filter(|id| book.is_taken(id)) {
        findings.add_with(1012, id);
    }
    if request.as_ref().is_some_and(|request| book.uses_key(&request.public_key_hash(), now)) {
        findings.add(1032);
    }
    match (product, request, common_name, approver) {
        (Some(product), Some(request), Some(common_name), Some(approver)) if findings.is_empty() => {
            Ok(Draft {
                id,
                customer: parameters.customer.clone(),
                product,
                request,
                subject: Subject::of_host(common_name.as_str()),
                hash_algorithm: parameters.hash_algorithm.clone().unwrap_or(HashAlgorithm::EccSha256),
                names,
                approver: Some(approver),
                requestor: order.requestor_info.clone(),
                organization: order.organization_info.clone(),
                last_day: parameters.shortened_validity_period,
            })
        }
        _ => Err(findings.into_errors()),
    }
}

/// The longest that a product may be sold for, against which a shortened end is compared.
fn longest_days(product: &Product) -> i64 {
    match product.term {
        // What one pays for, although a certificate of that length is no longer made.
        Term::Calendar => 365,
        Term::Days(days) => days,
    }
}

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
        && (last_day - today).get_days() as i64 > longest_days(product)
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
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let csr = CertificateRequest::builder().common_name("a.example").sign(&key).unwrap().to_pem();
        let mut order = OrderRequest::new(
            OrderParameters::new(csr, "customer", "601"),
            RequestorInfo::new("jan@example.com", "Jan", "Nowak"),
        );
        order.san_entries.push(SanEntry::new("a.example"));
        order.san_approver = Some(SanApprover::new("FILE"));
        order
    }

    fn codes(change: impl FnOnce(&mut OrderRequest)) -> Vec<u32> {
        let mut order = order();
        change(&mut order);
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        match validate(&order, "login", now, &Book::default()) {
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
}
