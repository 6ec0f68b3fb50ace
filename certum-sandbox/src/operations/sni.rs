//! `orderSNICertificate` and `modifySNICertificate`: one certificate for the names of several.

use certum_api::operations::{
    ModifySniCertificate, ModifySniCertificateResponse, OrderSniCertificate, OrderSniCertificateResponse,
};
use csr_tools::PublicKey;
use jiff::Timestamp;

use super::{
    Refused, Serve, Served,
    followers::{self, Follower},
    orders,
};
use crate::{
    orders::{Book, Certificate, NameState, Order, OrderKey, Origin, Worth, checks_of},
    products,
    service::Service,
    subject::Subject,
    validate::{self, Findings, SniDraft, refusal},
};

impl Serve for OrderSniCertificate {
    /// The names are proven by the certificates that they come from, as long as those proofs hold. Serial numbers
    /// that lead nowhere are told, and the others go on without them.
    async fn serve(self, service: &Service) -> Result<Served<OrderSniCertificateResponse>, Refused> {
        let (response, key) = order(&self, service)?;
        followers::look_if_proven(service, key).await;
        Ok(response.into())
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        None
    }

    fn made_order_id(response: &OrderSniCertificateResponse) -> Option<String> {
        Some(response.order_id.clone())
    }
}

fn order(
    request: &OrderSniCertificate,
    service: &Service,
) -> Result<(OrderSniCertificateResponse, OrderKey), Refused> {
    let mut findings = Findings::default();
    let (mut book, now) = service.settled();
    let SniDraft { request: csr, serials } = validate::read_sni_order(request, &mut findings);
    if let Some(csr) = &csr {
        validate::check_key(&csr.public_key_hash(), &book, now, &mut findings);
    }
    findings.stop()?;
    let Some(csr) = csr else { return Err(orders::refuse(1138).into()) };
    let mut invalid = Vec::new();
    let mut names = Vec::new();
    for serial in serials {
        match book.of_serial(&serial) {
            None => invalid.push(serial),
            Some((_, order, certificate)) => {
                check_member(order, certificate, 2004, now)?;
                gather(&mut names, order);
            }
        }
    }
    let Some(first) = names.first() else { return Err(orders::refuse(2005).into()) };
    let subject = Subject::of_host(first.name.as_str());
    let mut order = new_order(request, service, &book, now, subject, csr.public_key().clone());
    order.names = names;
    let mut response = OrderSniCertificateResponse::new(order.id.as_str());
    response.invalid_serial_numbers = invalid;
    let key = book.place(order, &service.random);
    Ok((response, key))
}

impl Serve for ModifySniCertificate {
    /// A new certificate over the same key takes the place of the former, as with a reissue.
    async fn serve(self, service: &Service) -> Result<Served<ModifySniCertificateResponse>, Refused> {
        let (response, key) = modify(&self, service)?;
        followers::look_if_proven(service, key).await;
        Ok(response.into())
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        None
    }

    fn made_order_id(response: &ModifySniCertificateResponse) -> Option<String> {
        Some(response.order_id.clone())
    }
}

fn modify(
    request: &ModifySniCertificate,
    service: &Service,
) -> Result<(ModifySniCertificateResponse, OrderKey), Refused> {
    let mut findings = Findings::default();
    let (mut book, now) = service.settled();
    let change = validate::read_sni_change(request, &mut findings);
    findings.stop()?;
    let Some(named) = change.named else { return Err(orders::refuse(1138).into()) };
    let serial = named.serial.as_str();
    let found = book.of_serial(serial);
    let (key, before, certificate) = found.ok_or_else(|| refusal(2031, serial))?;
    if before.product.code != products::SNI_CODE {
        return Err(refusal(2032, serial).into());
    }
    if book.is_replaced(key, now) {
        return Err(refusal(2126, serial).into());
    }
    check_alive(certificate, now)?;
    let mut names: Vec<NameState> = before.names.iter().map(NameState::carried).collect();
    let mut invalid = Vec::new();
    for serial in change.removed {
        let Some((_, member, _)) = book.of_serial(&serial) else {
            invalid.push(serial);
            continue;
        };
        if !holds_all(&names, member) {
            return Err(refusal(2047, serial).into());
        }
        names.retain(|own| !member.names.iter().any(|state| state.name == own.name));
    }
    for serial in change.added {
        let found = book.of_serial(&serial);
        let (_, member, certificate) = found.ok_or_else(|| refusal(2044, serial.as_str()))?;
        check_member(member, certificate, 2045, now)?;
        if holds_all(&names, member) {
            return Err(refusal(2046, serial).into());
        }
        gather(&mut names, member);
    }
    let Some(first) = names.first() else { return Err(orders::refuse(2048).into()) };
    let subject = Subject::of_host(first.name.as_str());
    let follower = Follower {
        id: service.id_of_reissue(before, &book),
        origin: Origin::Reissue(key),
        public_key: before.public_key.clone(),
        names,
        approver: None,
        last_day: None,
        hash_algorithm: request.hash_algorithm.clone().unwrap_or_else(|| before.hash_algorithm.clone()),
        paid_until: before.paid_until,
    };
    let mut order = follower.into_order(before, service, now);
    order.subject = subject;
    let mut response = ModifySniCertificateResponse::new(order.id.as_str());
    response.invalid_serial_numbers = invalid;
    let key = book.place(order, &service.random);
    Ok((response, key))
}

fn holds_all(names: &[NameState], member: &Order) -> bool {
    member.names.iter().all(|state| names.iter().any(|own| own.name == state.name))
}

fn check_alive(certificate: &Certificate, now: Timestamp) -> Result<(), Refused> {
    match certificate.worth(now) == Worth::Valid && !certificate.has_expired(now) {
        true => Ok(()),
        false => Err(refusal(2003, certificate.issued.serial.as_str()).into()),
    }
}

/// Whether the names of a certificate can go into another one.
fn check_member(
    order: &Order,
    certificate: &Certificate,
    is_sni: u32,
    now: Timestamp,
) -> Result<(), Refused> {
    if order.product.code == products::SNI_CODE {
        return Err(refusal(is_sni, certificate.issued.serial.as_str()).into());
    }
    check_alive(certificate, now)
}

fn gather(names: &mut Vec<NameState>, order: &Order) {
    for state in &order.names {
        if !names.iter().any(|own| own.name == state.name) {
            names.push(state.carried());
        }
    }
}

fn new_order(
    request: &OrderSniCertificate,
    service: &Service,
    book: &Book,
    now: Timestamp,
    subject: Subject,
    public_key: PublicKey,
) -> Order {
    let parameters = &request.parameters;
    Order {
        id: service.new_order_id(book),
        placed_at: now,
        origin: Origin::New,
        // The request names no customer.
        customer: service.login().to_owned(),
        product: &products::SNI,
        requestor: request.requestor_info.clone(),
        organization: request.organization_info.clone(),
        public_key,
        subject,
        hash_algorithm: parameters
            .hash_algorithm
            .clone()
            .unwrap_or_else(|| products::SNI.default_hash_algorithm()),
        last_day: None,
        paid_until: None,
        names: Vec::new(),
        verification: None,
        checks: checks_of(&products::SNI),
        email: None,
        blocked: None,
        documents: Vec::new(),
        noted_at: None,
        decided_at: None,
        next_look: None,
        issue_delay: service.habits.issue_delay,
        rejected: None,
        certificate: None,
    }
}
