//! Orders that follow another: renewals and reissues.

use certum_api::types::{OrganizationInfo, RequestorInfo, ResponseError};
use csr_tools::PublicKey;
use jiff::Timestamp;

use crate::{
    orders::{
        Approver, Book, Check, CheckKind, EmailVerification, NameState, Order, OrderKey, Origin, Standing,
        Verification, next_look,
    },
    service::Service,
    validate::{Findings, SerialCodes, read_certificate_pem, read_serial},
};

/// How both operations call the faults of a serial number.
const SERIAL: SerialCodes = SerialCodes { missing: 1160, too_long: 1161, not_hex: 2096 };

/// Finds the order whose certificate is meant: by its serial number, or by itself.
pub(super) fn find(
    book: &Book,
    serial: Option<&str>,
    certificate: Option<&str>,
    findings: &mut Findings,
) -> Option<OrderKey> {
    match (serial, certificate) {
        (Some(serial), None) => {
            let number = read_serial(serial, SERIAL, findings)?;
            let found = book.of_serial(&number);
            if found.is_none() {
                findings.add_with(1159, serial.trim());
            }
            found.map(|(key, ..)| key)
        }
        (None, Some(text)) => {
            let certificate = read_certificate_pem(text, 1165, findings)?;
            let number = certificate.serial_number().to_string();
            let number = number.to_ascii_lowercase().replace(':', "");
            let found = book.of_serial(number.trim_start_matches('0'));
            // Whoever has it did not get it from this account.
            let found = found.filter(|(_, _, own)| own.issued.der == certificate.as_der());
            if found.is_none() {
                findings.add_with(1170, number);
            }
            found.map(|(key, ..)| key)
        }
        _ => {
            findings.add(1164);
            None
        }
    }
}

/// Whether a certificate made soon could rest on all that was proven for these names.
pub(super) fn are_proven(names: &[NameState], service: &Service, now: Timestamp) -> bool {
    let needed_at = now.checked_add(service.habits.issue_delay).unwrap_or(Timestamp::MAX);
    names.iter().all(|name| name.proof.holds_at(needed_at))
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
    pub(super) hash_algorithm: certum_api::types::HashAlgorithm,
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
        let mut order = Order {
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
            next_look: None,
            issue_delay: service.habits.issue_delay,
            rejected: None,
            certificate: None,
        };
        order.next_look = next_look(&order, now);
        order
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
pub(super) async fn look_if_proven(service: &Service, key: OrderKey, now: Timestamp) {
    let is_proven = {
        let book = service.settled(now);
        book.get(key).is_some_and(|order| !order.names.is_empty() && order.has_all_proofs(now))
    };
    if is_proven {
        service.look(key, now).await;
    }
}

/// Takes the findings about a CSR over, under the codes that this operation has for them.
pub(super) fn take_over(from: Findings, codes: &[(u32, u32)], into: &mut Findings) {
    for error in from.into_errors() {
        let number = error.code.number();
        let number = codes.iter().find(|(usual, _)| *usual == number).map_or(number, |(_, own)| *own);
        match error.value {
            Some(value) => into.add_with(number, value),
            None => into.add(number),
        }
    }
}

/// Everything that was found, unless that is nothing.
pub(super) fn stop_at(findings: Findings) -> Result<(), Vec<ResponseError>> {
    match findings.is_empty() {
        true => Ok(()),
        false => Err(findings.into_errors()),
    }
}
