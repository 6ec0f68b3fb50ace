//! What several operations share: finding an order, and telling about it.

use certum_api::types::{
    CertificateDetails, CertificateStatus, Order as WireOrder, OrderDetails, OrderOption, OrderStatus,
    OrderStatusDetails, ResponseError, SanVerification,
};
use jiff::Timestamp;

use crate::{
    orders::{Book, Certificate, Mailbox, NameState, Order, OrderKey, Origin, Status, Worth, wire_method},
    service::Service,
    validate::{Findings, check_asked_id, refusal},
};

/// How the names of a certificate are told in one string.
const NAME_SEPARATOR: &str = ", ";

/// Checks the form of an identifier that is asked about.
pub(super) fn check_order_id(order_id: &str) -> Result<(), Vec<ResponseError>> {
    let mut findings = Findings::default();
    check_asked_id(order_id, 1011, &mut findings);
    findings.stop()
}

/// The newest order of that identifier.
pub(super) fn find<'a>(book: &'a Book, order_id: &str) -> Result<(OrderKey, &'a Order), Vec<ResponseError>> {
    book.newest(order_id).ok_or_else(|| refusal(1033, order_id))
}

/// One code without a datum.
pub(super) fn refuse(code: u32) -> Vec<ResponseError> {
    let mut findings = Findings::default();
    findings.add(code);
    findings.into_errors()
}

/// The code with which the names of an order are proven, if there is one.
pub(super) fn san_verification(order: &Order) -> Option<SanVerification> {
    let verification = order.verification.as_ref()?;
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
    Some(told)
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

/// An order in the parts that are asked for. Without an option all parts come.
pub(super) fn tell(
    service: &Service,
    order: &Order,
    option: Option<&OrderOption>,
    now: Timestamp,
) -> WireOrder {
    let wants =
        |part: fn(&OrderOption) -> Option<bool>| option.is_none_or(|option| part(option) == Some(true));
    let mut told = WireOrder::new();
    told.reissue = matches!(order.origin, Origin::Reissue(_));
    if wants(|option| option.certificate_details) {
        let certificate = order.certificate.as_ref();
        told.certificate_details =
            certificate.map(|certificate| certificate_details(service, order, certificate, now));
    }
    if wants(|option| option.order_details) {
        let mut details = OrderDetails::new(order.requestor.clone());
        details.organization_info = order.organization.clone();
        told.order_details = Some(details);
    }
    if wants(|option| option.order_status) {
        told.order_status = Some(status_details(order, now));
    }
    told
}

fn status_details(order: &Order, now: Timestamp) -> OrderStatusDetails {
    let code = match order.origin {
        Origin::Renewal(_) => order.product.renewal.unwrap_or(order.product.code),
        Origin::New | Origin::Reissue(_) => order.product.code,
    };
    let mut status = OrderStatusDetails::new(
        order.customer.as_str(),
        order.placed_at,
        order.id.as_str(),
        wire_status(order.status(now)),
        code,
    );
    status.serial_number = order.certificate.as_ref().map(|certificate| certificate.issued.serial.clone());
    status
}

pub(super) fn certificate_details(
    service: &Service,
    order: &Order,
    certificate: &Certificate,
    now: Timestamp,
) -> CertificateDetails {
    let issued = &certificate.issued;
    let (status, revoked_at) = match certificate.worth(now) {
        // There is no word for an expired certificate.
        Worth::Valid => (CertificateStatus::Valid, None),
        Worth::Revoking => (CertificateStatus::Revoking, None),
        Worth::Revoked { at } => (CertificateStatus::Revoked, Some(at)),
    };
    let mut details = CertificateDetails::new(
        status,
        order.subject.common_name.as_str(),
        issued.not_after,
        issued.serial.as_str(),
        issued.not_before,
        issued.subject_name.as_str(),
        service.habits.certificate_text.write(&issued.pem),
    );
    details.revoked_date = revoked_at.filter(|_| service.habits.tells_optional);
    let names: Vec<&str> = order.names.iter().map(|state: &NameState| state.name.as_str()).collect();
    details.dns_names =
        (!names.is_empty() && service.habits.tells_optional).then(|| names.join(NAME_SEPARATOR));
    details
}
