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
#[cfg(test)]
mod tests;
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
    certificates::{Named, SerialCodes, read_named, read_serial},
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

/// The most entries of a list that are looked at: many more than any product or certificate can have.
const MOST_ITEMS: usize = 1000;

/// The most findings that are told.
const MOST_FINDINGS: usize = 1000;

/// What was found wrong, in the order of the request. What is past all patience is left out.
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
        self.push(ResponseError::new(ErrorCode::new(code)));
    }

    /// With the datum in question, which must not be a secret.
    pub(crate) fn add_with(&mut self, code: u32, value: impl Into<String>) {
        let mut error = ResponseError::new(ErrorCode::new(code));
        error.value = Some(texts::told(value.into()));
        self.push(error);
    }

    fn push(&mut self, error: ResponseError) {
        if self.0.len() < MOST_FINDINGS {
            self.0.push(error);
        }
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

/// An order that was read, and what is wrong with it whatever else the account has.
pub(crate) struct ReadOrder {
    findings: Findings,
    id: Option<String>,
    key: Option<PublicKeyHash>,
    /// Only where enough of it could be read. It is good if nothing was found.
    draft: Option<Draft>,
}

impl ReadOrder {
    /// Checks the order against what the account has already: taken identifiers and used keys.
    pub(crate) fn check(self, book: &Book, now: Timestamp) -> Result<Draft, Vec<ResponseError>> {
        let Self { mut findings, id, key, draft } = self;
        if let Some(id) = id.as_deref().filter(|id| book.is_taken(id)) {
            findings.add_with(1012, id);
        }
        if let Some(key) = &key {
            check_key(key, book, now, &mut findings);
        }
        draft.filter(|_| findings.is_empty()).ok_or_else(|| findings.into_errors())
    }
}

/// Reads an order, for placing it and for merely asking alike. This is most of the work, and needs no book: nobody
/// else has to wait for it.
pub(crate) fn read_order(order: &OrderRequest, login: &str, now: Timestamp) -> ReadOrder {
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
    let key = request.as_ref().map(CertificateRequest::public_key_hash);
    let draft = product.zip(request).map(|(product, request)| Draft {
        id: id.clone(),
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
    });
    ReadOrder { findings, id, key, draft }
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
