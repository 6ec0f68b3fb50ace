//! Orders that follow another: renewals and reissues.

use certum_api::types::{HashAlgorithm, OrganizationInfo, RequestorInfo, SanApprover};
use csr_tools::PublicKey;
use jiff::Timestamp;

use crate::{
    orders::{
        Approver, Book, Check, CheckKind, EmailVerification, NameState, Order, OrderKey, Origin, Standing,
        Verification,
    },
    service::Service,
    validate::{ApproverCodes, Findings, Named, check_hash_algorithm, read_approver},
};

/// Finds the order whose certificate is meant: by its serial number, or by itself.
pub(super) fn find(book: &Book, named: Named, findings: &mut Findings) -> Option<OrderKey> {
    let found = book.of_serial(&named.serial);
    match named.der {
        None if found.is_none() => findings.add_with(1159, named.serial),
        // Whoever has it did not get it from this account.
        Some(der) if found.is_none_or(|(_, _, certificate)| certificate.issued.der != der) => {
            findings.add_with(1170, named.serial);
            return None;
        }
        _ => {}
    }
    found.map(|(key, ..)| key)
}

/// Whether a certificate made soon could rest on all that was proven for these names.
pub(super) fn are_proven(names: &[NameState], service: &Service, now: Timestamp) -> bool {
    let needed_at = now.checked_add(service.habits.issue_delay).unwrap_or(Timestamp::MAX);
    names.iter().all(|name| name.proof.holds_at(needed_at))
}

/// With which of the CA's keys a certificate is signed that follows another: as before, unless asked otherwise.
pub(super) fn hash_algorithm(
    wanted: Option<&HashAlgorithm>,
    before: &Order,
    findings: &mut Findings,
) -> HashAlgorithm {
    match wanted {
        None => before.hash_algorithm.clone(),
        wanted => check_hash_algorithm(wanted, before.product, findings),
    }
}

/// How the names are proven that are not: nobody needs to be named where all are.
pub(super) fn approver(
    wanted: Option<&SanApprover>,
    names: &[NameState],
    service: &Service,
    now: Timestamp,
    findings: &mut Findings,
) -> Option<Approver> {
    if wanted.is_none() && are_proven(names, service, now) {
        return None;
    }
    let names: Vec<_> = names.iter().map(|state| state.name.clone()).collect();
    read_approver(wanted, &names, &ApproverCodes::FOLLOWING, findings)
}

/// What differs between an order and the one that it follows.
pub(super) struct Follower {
    pub(super) id: String,
    pub(super) origin: Origin,
    pub(super) public_key: PublicKey,
    pub(super) names: Vec<NameState>,
    /// How the names are proven that are not yet.
    pub(super) approver: Option<Approver>,
    pub(super) last_day: Option<jiff::civil::Date>,
    pub(super) hash_algorithm: HashAlgorithm,
    pub(super) paid_until: Option<Timestamp>,
}

impl Follower {
    /// The order, with everything that it takes over from its predecessor.
    pub(super) fn into_order(self, before: &Order, service: &Service, now: Timestamp) -> Order {
        let needs_proof = !are_proven(&self.names, service, now);
        let approver = self.approver.filter(|_| needs_proof);
        let checks: Vec<Check> = before.checks.iter().map(|check| check.carried(now)).collect();
        let requestor: RequestorInfo = before.requestor.clone();
        let organization: Option<OrganizationInfo> = before.organization.clone();
        Order {
            id: self.id,
            placed_at: now,
            origin: self.origin,
            customer: before.customer.clone(),
            product: before.product,
            requestor,
            organization,
            public_key: self.public_key,
            subject: before.subject.clone(),
            hash_algorithm: self.hash_algorithm,
            last_day: self.last_day,
            paid_until: self.paid_until,
            names: self.names,
            verification: approver.map(|approver| Verification {
                code: service.new_code(approver.method),
                approver,
                given_at: now,
            }),
            email: email(&checks, before, now),
            checks,
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
}

/// The mailbox goes on as proven, or is asked once more.
fn email(checks: &[Check], before: &Order, now: Timestamp) -> Option<EmailVerification> {
    let former = before.email.clone()?;
    let check = checks.iter().find(|check| check.kind == CheckKind::Email)?;
    Some(match check.standing {
        Standing::Required => EmailVerification::sent(former.email, now),
        _ => former,
    })
}

/// Lets the CA look at an order where nothing is left for the customer to do.
pub(super) async fn look_if_proven(service: &Service, key: OrderKey) {
    let is_proven = {
        let (book, now) = service.settled();
        book.get(key).is_some_and(|order| !order.names.is_empty() && order.has_all_proofs(now))
    };
    if is_proven {
        service.look(key).await;
    }
}
