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
    products::{self, NamesAllowed},
    service::Service,
    validate::{self, Findings, read_approver},
};

/// What a reissue calls the faults of its CSR.
const CSR_CODES: [(u32, u32); 2] = [(1002, 2097), (1078, 2097)];

impl Serve for ReissueCertificate {
    /// Without a CSR the key stays. Proofs that are young enough go on to count; added names are new ones.
    async fn serve(
        self,
        service: &Service,
        now: Timestamp,
    ) -> Result<Served<ReissueCertificateResponse>, Refused> {
        let (response, key) = reissue(&self, service, now)?;
        followers::look_if_proven(service, key, now).await;
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
    now: Timestamp,
) -> Result<(ReissueCertificateResponse, OrderKey), Refused> {
    let mut findings = Findings::default();
    let mut book = service.settled(now);
    let key =
        followers::find(&book, request.serial_number.as_deref(), request.x509_cert.as_deref(), &mut findings);
    let before = key.and_then(|key| Some((key, book.get(key)?)));
    validate::check_user_agent(request.user_agent.as_deref(), &mut findings);
    let product = before.map(|(_, order)| order.product);
    validate::check_hash_algorithm(request.hash_algorithm.as_ref(), product, &mut findings);
    if let Some((key, order)) = before {
        check_state(&book, key, order, now, &mut findings);
    }
    let public_key = read_key(request, before.map(|(_, order)| order), &book, now, &mut findings);
    let names = read_names(request, before.map(|(_, order)| order), &mut findings);
    let carried = before.map(|(_, order)| order.names.as_slice()).unwrap_or_default();
    let approver = match &request.san_approver {
        None if followers::are_proven(&names, service, now) => None,
        None if !followers::are_proven(carried, service, now) => {
            findings.add(2188);
            None
        }
        approver => {
            let names: Vec<_> = names.iter().map(|state| state.name.clone()).collect();
            read_approver(approver.as_ref(), &names, &mut findings)
        }
    };
    followers::stop_at(findings)?;
    let (Some((key, before)), Some(public_key)) = (before, public_key) else {
        return Err(orders::refuse(1138).into());
    };
    let follower = Follower {
        id: match service.habits.reissue_keeps_order_id {
            true => before.id.clone(),
            false => service.new_order_id(&book),
        },
        origin: Origin::Reissue(key),
        public_key,
        names,
        approver,
        last_day: before.last_day,
        hash_algorithm: request.hash_algorithm.clone().unwrap_or_else(|| before.hash_algorithm.clone()),
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
    if order.product.code == products::SNI_CODE {
        findings.add_with(2163, order.product.code);
    }
    let Some(certificate) = &order.certificate else { return };
    if book.is_replaced(key, now) {
        findings.add_with(2126, certificate.issued.serial.as_str());
    } else if certificate.has_expired(now) {
        findings.add_with(2093, certificate.issued.not_after.to_string());
    } else if certificate.worth(now) != Worth::Valid || order.paid_until.is_some_and(|end| end <= now) {
        findings.add_with(2094, certificate.issued.serial.as_str());
    }
}

/// The key of the CSR, or the one that the certificate has.
fn read_key(
    reissue: &ReissueCertificate,
    before: Option<&Order>,
    book: &Book,
    now: Timestamp,
    findings: &mut Findings,
) -> Option<PublicKey> {
    let Some(csr) = &reissue.csr else { return before.map(|order| order.public_key.clone()) };
    let mut found = Findings::default();
    let request = validate::read_csr(csr.as_str(), before.map(|order| order.product), &mut found);
    followers::take_over(found, &CSR_CODES, findings);
    let key = request?.public_key().clone();
    let is_own = before.is_some_and(|order| order.public_key == key);
    if !is_own && book.uses_key(&key.hash(), now) {
        findings.add(1032);
    }
    Some(key)
}

/// The names that stay, and those that come in.
fn read_names(
    reissue: &ReissueCertificate,
    before: Option<&Order>,
    findings: &mut Findings,
) -> Vec<NameState> {
    let mut names: Vec<NameState> =
        before.map(|order| order.names.iter().map(NameState::carried).collect()).unwrap_or_default();
    if reissue.san_entries.is_empty() {
        return names;
    }
    let added: Vec<CertName> = validate::read_entries(&reissue.san_entries, findings);
    let allowed = before.map(|order| order.product.names);
    for name in added {
        if names.iter().any(|state| state.name == name) {
            findings.add_with(2130, name.as_str());
        } else if allowed.is_some_and(|allowed| allowed != NamesAllowed::Multi) {
            findings.add_with(1107, name.as_str());
        } else if name.is_wildcard() {
            findings.add_with(1115, name.as_str());
        } else {
            names.push(NameState::new(name));
        }
    }
    if names.len() > products::MAX_NAMES {
        findings.add_with(1107, names.len().to_string());
    }
    names
}
