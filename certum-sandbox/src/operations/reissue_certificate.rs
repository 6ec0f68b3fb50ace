//! `reissueCertificate`: another certificate under the same purchase.

use certum_api::operations::{ReissueCertificate, ReissueCertificateResponse};
use csr_tools::PublicKey;
use jiff::Timestamp;

use super::{
    Refused, Serve, Served,
    followers::{self, Follower},
    orders,
};
use crate::{
    names::CertName,
    orders::{Book, NameState, Order, OrderKey, Origin, Worth},
    products::{self, Product},
    service::Service,
    validate::{self, CsrCodes, Findings},
};

impl Serve for ReissueCertificate {
    /// Without a CSR the key stays. Proofs that are young enough go on to count; added names are new ones.
    async fn serve(self, service: &Service) -> Result<Served<ReissueCertificateResponse>, Refused> {
        let (response, key) = reissue(&self, service)?;
        followers::look_if_proven(service, key).await;
        Ok(response.into())
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        None
    }

    fn made_order_id(response: &ReissueCertificateResponse) -> Option<String> {
        Some(response.order_id.clone())
    }
}

fn reissue(
    request: &ReissueCertificate,
    service: &Service,
) -> Result<(ReissueCertificateResponse, OrderKey), Refused> {
    let mut findings = Findings::default();
    let (serial, certificate) = (request.serial_number.as_deref(), request.x509_cert.as_deref());
    let named = validate::read_named(serial, certificate, &mut findings);
    // A certificate stays with its order and product: what is read with that in mind is read without the lock.
    let product = named.as_ref().and_then(|named| {
        let (book, _) = service.settled();
        book.of_serial(&named.serial).map(|(_, order, _)| order.product)
    });
    let new_key = read_key(request, product, &mut findings);
    let method = validate::wanted_method(request.san_approver.as_ref());
    let added = validate::read_added_entries(&request.san_entries, method, &mut findings);
    let (mut book, now) = service.settled();
    let key = named.and_then(|named| followers::find(&book, named, &mut findings));
    let found = key.and_then(|key| Some((key, book.get(key)?)));
    let before = found.map(|(_, order)| order);
    validate::check_user_agent(request.user_agent.as_deref(), &mut findings);
    if let Some((key, order)) = found {
        check_state(&book, key, order, now, &mut findings);
    }
    let hash_algorithm =
        before.map(|order| followers::hash_algorithm(request.hash_algorithm.as_ref(), order, &mut findings));
    let public_key = match new_key {
        Some(key) => {
            if before.is_none_or(|order| order.public_key != key) {
                validate::check_key(&key.hash(), &book, now, &mut findings);
            }
            Some(key)
        }
        None => before.map(|order| order.public_key.clone()),
    };
    let names = put_together(added, before, &mut findings);
    let kept = before.map(|order| order.names.as_slice()).unwrap_or_default();
    let approver = match &request.san_approver {
        // Nothing is added, and what is there has to be proven again: that has a code of its own.
        None if !followers::are_proven(kept, service, now) => {
            findings.add(2188);
            None
        }
        wanted => followers::approver(wanted.as_ref(), &names, service, now, &mut findings),
    };
    findings.stop()?;
    let (Some((key, before)), Some(public_key), Some(hash_algorithm)) = (found, public_key, hash_algorithm)
    else {
        return Err(orders::refuse(1138).into());
    };
    let follower = Follower {
        id: service.id_of_reissue(before, &book),
        origin: Origin::Reissue(key),
        public_key,
        names,
        approver,
        last_day: before.last_day,
        hash_algorithm,
        paid_until: before.paid_until,
    };
    let order = follower.into_order(before, service, now);
    let mut response = ReissueCertificateResponse::new(order.id.as_str());
    response.san_verification = orders::san_verification(&order);
    let key = book.place(order, &service.random);
    Ok((response, key))
}

/// Whether the certificate can be replaced at all.
fn check_state(book: &Book, key: OrderKey, order: &Order, now: Timestamp, findings: &mut Findings) {
    validate::check_supported(order.product, order.product.code != products::SNI_CODE, findings);
    validate::check_reissuable(order.product, findings);
    let Some(certificate) = &order.certificate else { return };
    let serial = certificate.issued.serial.as_str();
    validate::check_not_over(certificate.issued.not_after, 2093, now, findings);
    if book.is_replaced(key, now) {
        findings.add_with(2126, serial);
    } else if certificate.worth(now) != Worth::Valid || order.paid_until.is_some_and(|end| end <= now) {
        // Revoked, or at the end of what was paid for.
        findings.add_with(2094, serial);
    }
}

/// The key of the CSR, if there is one.
fn read_key(
    request: &ReissueCertificate,
    product: Option<&'static Product>,
    findings: &mut Findings,
) -> Option<PublicKey> {
    let csr = request.csr.as_ref()?;
    let csr = validate::read_request(csr.as_str(), &CsrCodes::REISSUED, product, findings)?;
    Some(csr.public_key().clone())
}

/// The names that stay, and those that come in.
fn put_together(added: Vec<CertName>, before: Option<&Order>, findings: &mut Findings) -> Vec<NameState> {
    let Some(before) = before else { return added.into_iter().map(NameState::new).collect() };
    let issued: Vec<_> = before.names.iter().map(|state| state.name.clone()).collect();
    validate::check_added(&added, &issued, findings);
    let new = added.into_iter().filter(|name| !issued.contains(name)).map(NameState::new);
    let names: Vec<NameState> = before.names.iter().map(NameState::carried).chain(new).collect();
    if names.len() > issued.len() {
        let common_name = issued.iter().find(|name| name.as_str() == before.subject.common_name);
        let names: Vec<_> = names.iter().map(|state| state.name.clone()).collect();
        validate::check_against_product(before.product, common_name, &names, findings);
    }
    names
}
