//! The CSR of an order.

use csr_tools::{CertificateRequest, EllipticCurve, PublicKeyAlgorithm, RequestError, SignatureError};

use super::Findings;

/// The shortest RSA key that may be in a certificate (Baseline Requirements, 6.1.5), and the longest taken.
const RSA_MIN_BITS: usize = 2048;
const RSA_MAX_BITS: usize = 8192;

/// Reads the CSR, checks its signature and its key. What it says stays out of the findings.
pub(super) fn read(pem: &str, findings: &mut Findings) -> Option<CertificateRequest> {
    if pem.trim().is_empty() {
        findings.add(1002);
        return None;
    }
    let request = match CertificateRequest::from_pem(pem) {
        Ok(request) => request,
        Err(RequestError::Signature(error)) => {
            findings.add(match error {
                SignatureError::UnsupportedKey(_) => 1001,
                SignatureError::UnsupportedRsaSize { bits } if bits < RSA_MIN_BITS => 1000,
                SignatureError::UnsupportedRsaSize { .. } => 1150,
                _ => 2125,
            });
            return None;
        }
        Err(_) => {
            findings.add(1078);
            return None;
        }
    };
    let fault = match request.public_key().algorithm() {
        PublicKeyAlgorithm::Rsa { bits, .. } if bits < RSA_MIN_BITS => Some(1000),
        PublicKeyAlgorithm::Rsa { bits, .. } if bits > RSA_MAX_BITS => Some(1150),
        // Baseline Requirements, 6.1.5: the modulus' size is a multiple of eight.
        PublicKeyAlgorithm::Rsa { bits, .. } if bits % 8 != 0 => Some(2109),
        PublicKeyAlgorithm::Rsa { .. }
        | PublicKeyAlgorithm::EllipticCurve(
            EllipticCurve::P256 | EllipticCurve::P384 | EllipticCurve::P521,
        ) => None,
        _ => Some(1001),
    };
    if let Some(code) = fault {
        findings.add(code);
    }
    Some(request)
}
