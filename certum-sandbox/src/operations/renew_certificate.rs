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
    service::Service,
    validate::{self, CsrCodes, Findings},
};

impl Serve for RenewCertificate {
    /// The names are those of the former certificate. Proofs that are young enough go on to count.
    async fn serve(self, service: &Service) -> Result<Served<RenewCertificateResponse>, Refused> {
        let (response, key) = renew(&self, service)?;
        followers::look_if_proven(service, key).await;
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
) -> Result<(RenewCertificateResponse, OrderKey), Refused> {
    let mut findings = Findings::default();
    let (serial, certificate) = (request.serial_number.as_deref(), request.x509_cert.as_deref());
    let named = validate::read_named(serial, certificate, &mut findings);
    // The products that want something else of a CSR can't be renewed.
    let csr = validate::read_request(request.csr.as_str(), &CsrCodes::ORDERED, None, &mut findings);
    let (mut book, now) = service.settled();
    let found = named.and_then(|named| followers::find(&book, named, &mut findings));
    let before = found.and_then(|key| book.get(key));
    let renewed = before.map(|order| order.product);
    if let Some(product) = renewed {
        validate::check_supported(product, product.renewal.is_some(), &mut findings);
    }
    let renewed = renewed.filter(|product| product.renewal.is_some());
    let product = validate::read_renewal(&request.product_code, renewed, &mut findings);
    validate::check_customer(&request.customer, service.login(), &mut findings);
    validate::check_user_agent(request.user_agent.as_deref(), &mut findings);
    let contact = request.revocation_contact_email.as_deref();
    validate::check_revocation_contact(contact, service.login(), &mut findings);
    validate::check_last_day(request.shortened_validity_period, product, now, &mut findings);
    if let Some(before) = before {
        validate::check_same_customer(&request.customer, &before.customer, &mut findings);
        if let Some(csr) = &csr {
            validate::check_same_name(csr.common_name(), &before.subject.common_name, &mut findings);
        }
        check_certificate(before, now, &mut findings);
    }
    if let Some(csr) = &csr {
        validate::check_key(&csr.public_key_hash(), &book, now, &mut findings);
    }
    let names: Vec<NameState> =
        before.map(|order| order.names.iter().map(NameState::carried).collect()).unwrap_or_default();
    let hash_algorithm =
        before.map(|order| followers::hash_algorithm(request.hash_algorithm.as_ref(), order, &mut findings));
    let approver = followers::approver(request.san_approver.as_ref(), &names, service, now, &mut findings);
    findings.stop()?;
    let (Some(key), Some(before), Some(csr), Some(hash_algorithm)) = (found, before, csr, hash_algorithm)
    else {
        return Err(orders::refuse(1138).into());
    };
    let follower = Follower {
        id: service.new_order_id(&book),
        origin: Origin::Renewal(key),
        public_key: csr.public_key().clone(),
        names,
        approver,
        last_day: request.shortened_validity_period,
        hash_algorithm,
        paid_until: None,
    };
    let order = follower.into_order(before, service, now);
    let mut response = RenewCertificateResponse::new(order.id.as_str());
    response.san_verification = orders::san_verification(&order);
    let key = book.place(order, &service.random);
    Ok((response, key))
}

/// Whether the certificate can be followed by another.
fn check_certificate(before: &Order, now: Timestamp, findings: &mut Findings) {
    let Some(certificate) = &before.certificate else { return };
    validate::check_not_over(certificate.issued.not_after, 1044, now, findings);
    // There is no code of its own for a certificate that was revoked because something was wrong.
    if certificate.worth(now) != Worth::Valid && !certificate.is_superseded() {
        findings.add(1138);
    }
}
