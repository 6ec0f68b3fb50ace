//! The CSR of an order.

use csr_tools::{
    AttributeType, CertificateRequest, EllipticCurve, EncodedRequest, Finding, Policy, Problem, Profile,
    RequestView, Severity, StringType,
};

use super::{Findings, texts::is_blank};
use crate::products::Product;

/// The codes for a CSR that is not there, and for one that is none.
#[derive(Debug)]
pub(crate) struct CsrCodes {
    missing: u32,
    not_a_request: u32,
}

impl CsrCodes {
    /// Of orders and renewals.
    pub(crate) const ORDERED: Self = Self { missing: 1002, not_a_request: 1078 };
    /// Of `reissueCertificate`, where it may be left out, but not empty.
    pub(crate) const REISSUED: Self = Self { missing: 2097, not_a_request: 2097 };
    /// Of `orderSNICertificate`.
    pub(crate) const SNI: Self = Self { missing: 1194, not_a_request: 1195 };
}

/// Reads a CSR, and checks its key, its signature and how its subject is written. What it says stays out of the
/// findings, but for the subject.
pub(crate) fn read_request(
    pem: &str,
    codes: &CsrCodes,
    product: Option<&Product>,
    findings: &mut Findings,
) -> Option<CertificateRequest> {
    let encoded = decode(pem, codes, findings)?;
    let view = encoded.view().ok()?;
    check(&view, product, |_| false, findings)
}

/// Reads a CSR as far as it can be taken apart.
pub(super) fn decode(pem: &str, codes: &CsrCodes, findings: &mut Findings) -> Option<EncodedRequest> {
    if is_blank(pem) {
        findings.add(codes.missing);
        return None;
    }
    let encoded = EncodedRequest::from_paste(pem).ok().filter(|encoded| encoded.view().is_ok());
    if encoded.is_none() {
        findings.add(codes.not_a_request);
    }
    encoded
}

/// Checks a CSR that could be taken apart. How an attribute is written doesn't matter where the order says it anew.
pub(super) fn check(
    request: &RequestView<'_>,
    product: Option<&Product>,
    is_overridden: impl Fn(AttributeType) -> bool,
    findings: &mut Findings,
) -> Option<CertificateRequest> {
    let mut is_sound = true;
    let (found, verified) = policy(product).read(request);
    for finding in found {
        if finding.severity() != Severity::Error {
            continue;
        }
        if is_about_key(finding.problem()) {
            is_sound = false;
            // Neither the key nor anything made with it is told back.
            add(&finding, None, findings);
        } else if is_about_writing(finding.problem(), &is_overridden) {
            add(&finding, finding.value(), findings);
        }
    }
    if verified.is_none() && is_sound {
        // Signed in a way that nobody here can check.
        findings.add(2125);
    }
    verified
}

/// What this CA takes. The subject's values, and the names, are judged apart: the order may bring others.
fn policy(product: Option<&Product>) -> Policy {
    use EllipticCurve::{P256, P384, P521};
    // The profile that looks neither at host names nor at organizations.
    let policy = Policy::certum().curves([P256, P384, P521]).profile(Profile::Mailbox);
    match product {
        Some(product) if product.is_for_devices() => {
            policy.common_name_type(StringType::Printable).demand_unstructured()
        }
        _ => policy,
    }
}

fn is_about_key(problem: &Problem) -> bool {
    use Problem as P;
    matches!(
        problem,
        P::KeyUnreadable
            | P::KeyTooShort { .. }
            | P::KeyTooLong { .. }
            | P::KeyLength { .. }
            | P::KeyAlgorithm(_)
            | P::ExponentOne
            | P::ExponentEven
            | P::ExponentHuge
            | P::Roca
            | P::ClosePrimes
            | P::SmallFactor(_)
            | P::KeyBlocked
            | P::BadSignature
            | P::WeakSignature(_)
            | P::UncheckedSignature(_)
    )
}

/// Whether it is about the string types, or about an attribute that only a CSR can bring.
fn is_about_writing(problem: &Problem, is_overridden: impl Fn(AttributeType) -> bool) -> bool {
    use AttributeType::{Description, UnstructuredAddress, UnstructuredName};
    match problem {
        Problem::AttributeType { kind, .. } => !is_overridden(*kind),
        Problem::AttributeTooLong { kind, .. } | Problem::AttributeInvalid(kind) => {
            matches!(kind, Description | UnstructuredAddress | UnstructuredName)
        }
        Problem::UnstructuredMissing | Problem::UnstructuredBoth => true,
        _ => false,
    }
}

fn add(finding: &Finding, value: Option<&str>, findings: &mut Findings) {
    match (finding.code().map(u32::from), value) {
        (Some(code), Some(value)) => findings.add_with(code, value),
        (Some(code), None) => findings.add(code),
        // There is no code for it, and so nothing that the CA would say.
        (None, _) => {}
    }
}
