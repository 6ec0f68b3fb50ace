//! `renewCertificate`: an order that follows another when its certificate nears its end.

use certum_api::operations::{RenewCertificate, RenewCertificateResponse};
use jiff::Timestamp;

use super::{
    Refused, Serve, Served,
    followers::{self, Follower},
    orders,
};
use crate::{
    orders::{NameState, Order, OrderKey, Origin, Worth},
    products::{self, Lookup, Product},
    service::Service,
    validate::{self, Findings, read_approver},
};

impl Serve for RenewCertificate {
    /// The names are those of the former certificate. Proofs that are young enough go on to count.
    async fn serve(
        self,
        service: &Service,
        now: Timestamp,
    ) -> Result<Served<RenewCertificateResponse>, Refused> {
        let (response, key) = renew(&self, service, now)?;
        followers::look_if_proven(service, key, now).await;
        Ok(response.into())
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        None
    }

    fn made_order_id(response: &RenewCertificateResponse) -> Option<String> {
        Some(response.order_id.clone())
    }
}

fn renew(
    request: &RenewCertificate,
    service: &Service,
    now: Timestamp,
) -> Result<(RenewCertificateResponse, OrderKey), Refused> {
    let mut findings = Findings::default();
    let mut book = service.settled(now);
    let before =
        followers::find(&book, request.serial_number.as_deref(), request.x509_cert.as_deref(), &mut findings);
    let before = before.and_then(|key| book.get(key));
    let product = read_product(&request.product_code, &mut findings);
    validate::check_customer(&request.customer, service.login(), &mut findings);
    validate::check_user_agent(request.user_agent.as_deref(), &mut findings);
    validate::check_revocation_contact(
        request.revocation_contact_email.as_deref(),
        service.login(),
        &mut findings,
    );
    validate::check_last_day(request.shortened_validity_period, product, now, &mut findings);
    validate::check_hash_algorithm(request.hash_algorithm.as_ref(), product, &mut findings);
    let csr = validate::read_csr(request.csr.as_str(), before.map(|order| order.product), &mut findings);
    if let Some(before) = before {
        check_against(request, before, product, now, &mut findings);
        let name = csr.as_ref().and_then(|csr| csr.common_name());
        if let Some(name) = name.filter(|name| !name.eq_ignore_ascii_case(&before.subject.common_name)) {
            findings.add_with(1168, name);
        }
    }
    if csr.as_ref().is_some_and(|csr| book.uses_key(&csr.public_key_hash(), now)) {
        findings.add(1032);
    }
    let carried: Vec<NameState> =
        before.map(|order| order.names.iter().map(NameState::carried).collect()).unwrap_or_default();
    let names: Vec<_> = carried.iter().map(|state| state.name.clone()).collect();
    let approver = match &request.san_approver {
        None if followers::are_proven(&carried, service, now) => None,
        approver => read_approver(approver.as_ref(), &names, &mut findings),
    };
    followers::stop_at(findings)?;
    let (Some(before), Some(csr)) = (before, csr) else {
        return Err(orders::refuse(1138).into());
    };
    let follower = Follower {
        id: service.new_order_id(&book),
        origin: Origin::Renewal,
        public_key: csr.public_key().clone(),
        names: carried,
        approver,
        last_day: request.shortened_validity_period,
        hash_algorithm: request.hash_algorithm.clone().unwrap_or_else(|| before.hash_algorithm.clone()),
        paid_until: None,
    };
    let order = follower.into_order(before, service, now);
    let mut response = RenewCertificateResponse::new(order.id.as_str());
    response.san_verification = orders::san_verification(&order);
    let key = book.place(order, &service.random);
    Ok((response, key))
}

/// The product that a renewal code renews.
fn read_product(code: &str, findings: &mut Findings) -> Option<&'static Product> {
    let code = validate::read_product_code(code, findings)?;
    match products::look_up(code) {
        Lookup::ForRenewal(product) => return Some(product),
        Lookup::ForIssue(_) => findings.add_with(1166, code),
        Lookup::ForSni => findings.add_with(2025, code),
        Lookup::Withdrawn => findings.add_with(1006, code),
        Lookup::Unknown => findings.add_with(1075, code),
    }
    None
}

/// Whether a renewal fits what it follows.
fn check_against(
    renewal: &RenewCertificate,
    before: &Order,
    product: Option<&Product>,
    now: Timestamp,
    findings: &mut Findings,
) {
    if before.product.renewal.is_none() {
        findings.add_with(2163, before.product.code);
    } else if product.is_some_and(|product| product != before.product) {
        findings.add_with(1167, renewal.product_code.as_str());
    }
    if renewal.customer != before.customer {
        findings.add_with(1169, renewal.customer.as_str());
    }
    if let Some(certificate) = &before.certificate {
        if certificate.has_expired(now) {
            findings.add_with(1044, certificate.issued.not_after.to_string());
        }
        // There is no code of its own for a certificate that was revoked because something was wrong.
        if certificate.worth(now) != Worth::Valid && !certificate.is_superseded() {
            findings.add(1138);
        }
    }
}
