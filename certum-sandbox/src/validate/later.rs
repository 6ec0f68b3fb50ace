use super::Findings;
use certum_api::operations::{ModifySniCertificate, OrderSniCertificate, VerifyOrderParameters};
pub(crate) fn check_documents(_: &VerifyOrderParameters, _: &mut Findings) {}
pub(crate) fn check_sni_order(_: &OrderSniCertificate, _: &mut Findings) {}
pub(crate) fn check_sni_change(r: &ModifySniCertificate, _: &mut Findings) -> Option<String> {
    r.serial_number.as_deref().map(|s| s.to_ascii_lowercase())
}
use crate::products::Product;
use certum_api::types::HashAlgorithm;
use csr_tools::CertificateRequest;
pub(crate) fn check_user_agent(a: Option<&str>, f: &mut Findings) {
    if let Some(a) = a.filter(|a| super::is_longer(a, 255)) {
        f.add_with(1089, a)
    }
}
pub(crate) fn check_revocation_contact(c: Option<&str>, login: &str, f: &mut Findings) {
    if c == Some(login) {
        f.add_with(2172, login)
    }
}
pub(crate) fn check_hash_algorithm(a: Option<&HashAlgorithm>, _: Option<&Product>, f: &mut Findings) {
    if let Some(HashAlgorithm::Unknown(a)) = a {
        f.add_with(2090, a.as_str())
    }
}
pub(crate) fn read_csr(pem: &str, _: Option<&Product>, f: &mut Findings) -> Option<CertificateRequest> {
    super::request::read(pem, f)
}
pub(crate) fn read_product_code<'a>(code: &'a str, f: &mut Findings) -> Option<&'a str> {
    if code.is_empty() {
        f.add(1014);
        None
    } else {
        Some(code)
    }
}
