//! `orderSNICertificate` and `modifySNICertificate`: one certificate for the names of several.

use std::collections::HashSet;

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
    names::CertName,
    orders::{Book, Certificate, NameState, Order, OrderKey, Origin, Worth, checks_of},
    products,
    service::Service,
    subject::Subject,
    validate::{self, Findings, SniDraft, refusal},
};

impl Serve for OrderSniCertificate {
    /// The names are proven by the certificates that they come from, as long as those proofs hold. Serial numbers
    /// that lead nowhere, or to a certificate without names, are told, and the others go on without them.
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
    let SniDraft { request: csr, serials } = validate::read_sni_order(request, &mut findings);
    let (mut book, now) = service.settled();
    if let Some(csr) = &csr {
        validate::check_key(&csr.public_key_hash(), &book, now, &mut findings);
    }
    findings.stop()?;
    let Some(csr) = csr else { return Err(orders::refuse(1138).into()) };
    let mut invalid = Vec::new();
    let mut gathered = Gathered::default();
    let mut members = Vec::new();
    for serial in serials {
        match book.of_serial(&serial) {
            Some((_, order, certificate)) if !order.names.is_empty() => {
                check_member(order, certificate, 2004, now)?;
                gathered.add(&order.names);
                members.push(serial);
            }
            _ => invalid.push(serial),
        }
    }
    let names = gathered.into_names()?;
    let Some(first) = names.first() else { return Err(orders::refuse(2005).into()) };
    let subject = Subject::of_host(first.name.as_str());
    let mut order = new_order(request, service, &book, now, subject, csr.public_key().clone());
    order.names = names;
    order.members = members;
    let mut response = OrderSniCertificateResponse::new(order.id.as_str());
    response.invalid_serial_numbers = invalid;
    let key = book.place(order, &service.random);
    Ok((response, key))
}

impl Serve for ModifySniCertificate {
    /// A new certificate over the same key takes the place of the former, as with a reissue. Certificates to remove
    /// that lead nowhere are told, and the others go on without them.
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
    let change = validate::read_sni_change(request, &mut findings);
    findings.stop()?;
    let (mut book, now) = service.settled();
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
    let Members { serials, names, invalid } =
        change_members(before, change.added, change.removed, &book, now)?;
    let hash_algorithm = request.hash_algorithm.as_ref().unwrap_or(&before.hash_algorithm);
    if serials == before.members && *hash_algorithm == before.hash_algorithm {
        return Err(orders::refuse(2035).into());
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
        hash_algorithm: hash_algorithm.clone(),
        paid_until: before.paid_until,
    };
    let mut order = follower.into_order(before, service, now);
    order.subject = subject;
    order.members = serials;
    let mut response = ModifySniCertificateResponse::new(order.id.as_str());
    response.invalid_serial_numbers = invalid;
    let key = book.place(order, &service.random);
    Ok((response, key))
}

/// Whose names an SNI certificate gathers once it is changed.
struct Members {
    serials: Vec<String>,
    names: Vec<NameState>,
    /// What was to leave, and leads nowhere.
    invalid: Vec<String>,
}

/// Lets members leave and come. A name stays as long as any member brings it.
fn change_members(
    before: &Order,
    added: Vec<String>,
    removed: Vec<String>,
    book: &Book,
    now: Timestamp,
) -> Result<Members, Refused> {
    let members: HashSet<&String> = before.members.iter().collect();
    let (leaving, strangers): (Vec<_>, Vec<_>) =
        removed.into_iter().partition(|serial| members.contains(serial));
    let (invalid, known): (Vec<_>, Vec<_>) =
        strangers.into_iter().partition(|serial| book.of_serial(serial).is_none());
    if let Some(stranger) = known.first() {
        return Err(refusal(2047, stranger.as_str()).into());
    }
    let leaving: HashSet<String> = leaving.into_iter().collect();
    let mut serials: Vec<String> =
        before.members.iter().filter(|serial| !leaving.contains(*serial)).cloned().collect();
    let brought: HashSet<&CertName> = serials
        .iter()
        .filter_map(|serial| book.of_serial(serial))
        .flat_map(|(_, member, _)| member.names.iter().map(|state| &state.name))
        .collect();
    let mut gathered = Gathered::default();
    gathered.add(before.names.iter().filter(|state| brought.contains(&state.name)));
    for serial in added {
        let found = book.of_serial(&serial);
        let (_, member, certificate) = found.ok_or_else(|| refusal(2044, serial.as_str()))?;
        check_member(member, certificate, 2045, now)?;
        if member.names.is_empty() {
            return Err(refusal(2005, serial).into());
        }
        if members.contains(&serial) {
            return Err(refusal(2046, serial).into());
        }
        gathered.add(&member.names);
        serials.push(serial);
    }
    Ok(Members { serials, names: gathered.into_names()?, invalid })
}

/// Names of several certificates, each once.
#[derive(Default)]
struct Gathered {
    names: Vec<NameState>,
    seen: HashSet<CertName>,
}

impl Gathered {
    fn add<'a>(&mut self, states: impl IntoIterator<Item = &'a NameState>) {
        for state in states {
            if self.seen.insert(state.name.clone()) {
                self.names.push(state.carried());
            }
        }
    }

    /// The names, unless there are too many for one certificate.
    fn into_names(self) -> Result<Vec<NameState>, Refused> {
        match self.names.len() {
            0..=products::MAX_NAMES => Ok(self.names),
            count => Err(refusal(1107, count.to_string()).into()),
        }
    }
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
        members: Vec::new(),
    }
}
