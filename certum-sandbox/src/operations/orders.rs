//! What several operations share: finding an order, and telling about it.

use certum_api::types::{CertificateDetails, CertificateStatus, OrderStatus, ResponseError, SanVerification};

use crate::{
    ca::Issued,
    orders::{Mailbox, Order, Status, wire_method},
    validate::{Findings, is_longer, refusal},
};

/// The longest order identifier.
const MAX_ORDER_ID: usize = 50;

/// How the names of a certificate are told in one string.
const NAME_SEPARATOR: &str = ", ";

/// Checks the form of an identifier that is asked about.
pub(super) fn check_order_id(order_id: &str) -> Result<(), Vec<ResponseError>> {
    if order_id.trim().is_empty() {
        let mut findings = Findings::default();
        findings.add(1011);
        return Err(findings.into_errors());
    }
    match is_longer(order_id, MAX_ORDER_ID) {
        true => Err(refusal(1079, order_id)),
        false => Ok(()),
    }
}

/// The code with which the names of an order are proven.
pub(super) fn san_verification(order: &Order) -> SanVerification {
    let verification = &order.verification;
    let mut told =
        SanVerification::new(wire_method(verification.approver.method), verification.code.as_str());
    let names: Vec<_> = order.names.iter().map(|state| state.name.clone()).collect();
    // The element holds one address, so that of several only the first can be told.
    told.approver_email = verification
        .approver
        .mailbox
        .as_ref()
        .and_then(|mailbox: &Mailbox| mailbox.addresses(&names).into_iter().next())
        .map(|(address, _)| address);
    told.fqdns = names.iter().map(|name| name.as_str().to_owned()).collect();
    told
}

pub(super) fn wire_status(status: Status) -> OrderStatus {
    match status {
        Status::Awaiting => OrderStatus::Awaiting,
        Status::Verification => OrderStatus::Verification,
        Status::Accepted => OrderStatus::Accepted,
        Status::Enrolled => OrderStatus::Enrolled,
        Status::Rejected => OrderStatus::Rejected,
    }
}

pub(super) fn certificate_details(order: &Order, issued: &Issued) -> CertificateDetails {
    let mut details = CertificateDetails::new(
        // There is no word for an expired certificate.
        CertificateStatus::Valid,
        order.subject.common_name.as_str(),
        issued.not_after,
        issued.serial.as_str(),
        issued.not_before,
        issued.subject_name.as_str(),
        issued.pem.as_str(),
    );
    let names: Vec<&str> = order.names.iter().map(|state| state.name.as_str()).collect();
    details.dns_names = Some(names.join(NAME_SEPARATOR));
    details
}
