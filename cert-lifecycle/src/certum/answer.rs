//! What comes from the Partner API.

use cert_domain::{HashAlgorithm, ListedProduct, VerificationCode};
use certum_api::types::{
    CertificateDetails, CertificateStatus, EmailVerification, Order, OrderStatus, OrderStatusDetails,
    OrderVerification, OrderVerificationState, OrderVerificationType, Product, RequestorInfo,
    SanVerification, SanVerificationState, SanVerificationStatus,
};
use csr_tools::SerialNumber;

use crate::OrderId;
use crate::authority::{
    AuthorityError, CertificateStanding, CheckKind, EmailState, FoundOrder, ListedCertificate, ListedOrder,
    NameState, OrderCheck, OrderProgress, Proof, Requestor,
};

/// A text without the white space that a peer's layout may put around it.
fn text(told: &str) -> String {
    told.trim().to_owned()
}

/// An order's identifier.
pub(super) fn order_id(told: &str) -> OrderId {
    OrderId::from_authority(told.trim())
}

/// A code, unless it is blank.
pub(super) fn code(verification: SanVerification) -> Option<VerificationCode> {
    let code = verification.code.trim();
    (!code.is_empty()).then(|| VerificationCode::new(code))
}

/// How far the proof of a name has come.
pub(super) fn name_state(state: SanVerificationState) -> NameState {
    NameState {
        name: text(&state.fqdn),
        proof: match state.manual.state {
            SanVerificationStatus::Required => Proof::Required,
            SanVerificationStatus::Failed => Proof::Failed,
            SanVerificationStatus::Verified => Proof::Verified,
            other => Proof::Unknown(other.as_str().to_owned()),
        },
        valid_until: state.manual.expire_date,
        info: state.manual.info,
        blocked_by: state
            .system
            .iter()
            .flat_map(|system| &system.methods)
            .map(|method| method.as_str().to_owned())
            .collect(),
    }
}

/// Where an order stands.
pub(super) fn progress(status: &OrderStatus) -> OrderProgress {
    match status {
        OrderStatus::Awaiting | OrderStatus::Verification => OrderProgress::Validating,
        OrderStatus::Accepted => OrderProgress::Accepted,
        OrderStatus::Enrolled => OrderProgress::Issued,
        OrderStatus::Rejected => OrderProgress::Rejected,
        other => OrderProgress::Unknown(other.as_str().to_owned()),
    }
}

/// An answer about an order that holds none: it is neither "there is none" nor an order, and nothing follows from it.
pub(super) fn no_order() -> AuthorityError {
    AuthorityError::Unavailable("the CA's answer holds no order".into())
}

/// An order that was looked up.
pub(super) fn found_order(found: &OrderStatusDetails) -> FoundOrder {
    FoundOrder {
        order_id: order_id(&found.order_id),
        customer: text(&found.customer),
        product: text(&found.product_code),
        progress: progress(&found.status),
    }
}

/// An order of a list.
pub(super) fn listed_order(order: Order) -> Result<ListedOrder, AuthorityError> {
    let status = order.order_status.ok_or_else(no_order)?;
    let FoundOrder { order_id, customer, product, progress } = found_order(&status);
    Ok(ListedOrder {
        order_id,
        is_reissue: order.reissue,
        customer,
        product,
        placed_at: status.order_date,
        progress,
        certificate: order.certificate_details.map(listed_certificate),
        requestor: order.order_details.map(|details| requestor(details.requestor_info)),
    })
}

fn listed_certificate(details: CertificateDetails) -> ListedCertificate {
    ListedCertificate {
        serial_number: serial_number(&details.serial_number),
        standing: match details.status {
            CertificateStatus::Valid => CertificateStanding::Valid,
            CertificateStatus::Revoking => CertificateStanding::Revoking,
            CertificateStatus::Revoked => CertificateStanding::Revoked { at: details.revoked_date },
            other => CertificateStanding::Unknown(other.as_str().to_owned()),
        },
        not_before: details.start_date,
        not_after: details.end_date,
        certificate: details.x509_cert,
    }
}

/// A serial number in the one way in which this crate writes it. What is none stays as it came.
fn serial_number(told: &str) -> String {
    let told = text(told);
    told.parse::<SerialNumber>().map_or(told, |number| number.to_string())
}

fn requestor(info: RequestorInfo) -> Requestor {
    Requestor {
        first_name: text(&info.first_name),
        last_name: text(&info.last_name),
        email: text(&info.email),
        phone: info.phone.as_deref().map(text),
    }
}

/// One of the CA's verifications of an order.
pub(super) fn check(verification: OrderVerification) -> OrderCheck {
    OrderCheck {
        kind: match verification.kind {
            OrderVerificationType::Email => CheckKind::Email,
            OrderVerificationType::System | OrderVerificationType::Internal => CheckKind::System,
            OrderVerificationType::Domain => CheckKind::Domain,
            OrderVerificationType::Product => CheckKind::Product,
            OrderVerificationType::ExtendedValidation => CheckKind::ExtendedValidation,
            OrderVerificationType::Organization => CheckKind::Organization,
            OrderVerificationType::Applicant => CheckKind::Applicant,
            OrderVerificationType::Authorization => CheckKind::Authorization,
            other => CheckKind::Unknown(other.as_str().to_owned()),
        },
        proof: match verification.state {
            OrderVerificationState::NotRequired => Proof::NotRequired,
            OrderVerificationState::Required => Proof::Required,
            OrderVerificationState::Failed => Proof::Failed,
            OrderVerificationState::Verified => Proof::Verified,
            other => Proof::Unknown(other.as_str().to_owned()),
        },
        valid_until: verification.expire_date,
    }
}

/// How far the verification of a mailbox has come.
pub(super) fn email_state(verification: EmailVerification) -> EmailState {
    EmailState {
        email: text(&verification.email),
        verified: verification.verified,
        sent_at: verification.send_date,
        link_valid_until: verification.verification_link_validity_date,
    }
}

/// A product of the CA's list. Without a code nobody can order it.
pub(super) fn product(product: Product) -> Option<ListedProduct> {
    let mut listed = ListedProduct::new(product.code?.to_string().parse().ok()?);
    listed.type_text = product.kind.as_deref().map(text);
    listed.validity_days = product.validity_period.and_then(|days| days.try_into().ok());
    // What this version doesn't know it can't ask for.
    let known = |word: &str| word.parse::<HashAlgorithm>().ok();
    listed.hash_algorithms =
        product.supported_hash_algorithms.iter().filter_map(|algorithm| known(algorithm.as_str())).collect();
    Some(listed)
}
