//! The plain fields of an order: presence, length, characters.

use certum_api::types::{HashAlgorithm, OrderParameters, OrganizationInfo, RequestorInfo};

use super::Findings;
use crate::products::{self, Lookup, Product};

/// What identifiers and customers' names may not hold.
const FORBIDDEN: [char; 5] = ['"', '&', '\'', '<', '>'];

const MAX_ORDER_ID: usize = 50;
const MAX_CUSTOMER: usize = 64;
const MAX_PRODUCT_CODE: usize = 3;
const MAX_PHONE: usize = 32;
const MAX_TAX_NUMBER: usize = 32;
/// Names of people, addresses, programs.
const MAX_TEXT: usize = 255;

/// The value that stands for an element that is not there, where the type has no empty value.
pub(crate) const ABSENT: &str = "(absent)";

/// Whether nothing of the order itself was sent.
pub(super) fn is_blank_order(parameters: &OrderParameters) -> bool {
    let OrderParameters { csr, customer, product_code, .. } = parameters;
    let texts @ [csr, customer, product_code] = [csr.as_str(), customer.as_str(), product_code.as_str()];
    texts.into_iter().all(is_blank) && *parameters == OrderParameters::new(csr, customer, product_code)
}

pub(super) fn check_parameters(parameters: &OrderParameters, login: &str, findings: &mut Findings) {
    check_customer(&parameters.customer, login, findings);
    if let Some(id) = &parameters.order_id {
        check_order_id(id, findings);
    }
    if let Some(language) = parameters.language.as_ref().map(|language| language.as_str())
        && is_longer(language, 2)
    {
        findings.add_with(1088, language);
    }
    if let Some(agent) = parameters.user_agent.as_deref().filter(|agent| is_longer(agent, MAX_TEXT)) {
        findings.add_with(1089, agent);
    }
    match &parameters.hash_algorithm {
        Some(HashAlgorithm::Unknown(dead)) if dead == "RSA-SHA1" => findings.add_with(2124, dead.as_str()),
        Some(HashAlgorithm::Unknown(other)) => findings.add_with(2090, other.as_str()),
        _ => {}
    }
    check_subject(parameters, findings);
    if let Some(contact) = parameters.revocation_contact_email.as_deref() {
        if contact == login {
            findings.add_with(2172, contact);
        } else if !is_email(contact) {
            findings.add_with(2173, contact);
        }
    }
}

pub(crate) fn check_customer(customer: &str, login: &str, findings: &mut Findings) {
    if is_blank(customer) {
        return findings.add(1076);
    }
    if is_longer(customer, MAX_CUSTOMER) {
        findings.add_with(1077, customer);
    }
    if customer.contains(FORBIDDEN) {
        findings.add_with(1156, customer);
    }
    if customer == login {
        findings.add_with(1023, customer);
    }
}

/// The identifier that the caller chose.
fn check_order_id(id: &str, findings: &mut Findings) {
    if is_blank(id) || id.chars().any(char::is_control) || id.trim() != id {
        findings.add_with(1013, id.escape_default().to_string());
    }
    if is_longer(id, MAX_ORDER_ID) {
        findings.add_with(1079, id);
    }
    if id.contains(FORBIDDEN) {
        findings.add_with(1043, id);
    }
}

/// The parts of the subject that override the CSR's. A domain-validated certificate will not show them, but a
/// value that could not be right is refused all the same.
fn check_subject(parameters: &OrderParameters, findings: &mut Findings) {
    let p = parameters;
    for (text, longest, code) in [
        (&p.organization, 255, 1102),
        (&p.organizational_unit, 64, 1103),
        (&p.locality, 128, 1104),
        (&p.state, 128, 1105),
        (&p.email, 255, 1106),
        (&p.serial_number, 64, 1100),
        (&p.street_address, 64, 2140),
        (&p.postal_code, 40, 2143),
        (&p.jurisdiction_locality, 128, 1098),
        (&p.jurisdiction_state, 128, 1097),
        (&p.jurisdiction_country, 2, 1096),
    ] {
        if let Some(text) = text.as_deref().filter(|text| is_longer(text, longest)) {
            findings.add_with(code, text);
        }
    }
    if let Some(email) = p.email.as_deref().filter(|email| !is_blank(email) && !is_email(email)) {
        findings.add_with(1022, email);
    }
}

pub(super) fn read_product(code: &str, findings: &mut Findings) -> Option<&'static Product> {
    let code = code.trim();
    if code.is_empty() {
        findings.add(1014);
    } else if is_longer(code, MAX_PRODUCT_CODE) {
        findings.add_with(1080, code);
    } else {
        match products::look_up(code) {
            Lookup::ForIssue(product) => return Some(product),
            Lookup::ForRenewal(_) => findings.add_with(1181, code),
            Lookup::ForSni => findings.add_with(2025, code),
            Lookup::Withdrawn => findings.add_with(1006, code),
            Lookup::Unknown => findings.add_with(1075, code),
        }
    }
    None
}

pub(super) fn check_requestor(requestor: &RequestorInfo, findings: &mut Findings) {
    let RequestorInfo { email, first_name, last_name, phone, .. } = requestor;
    if phone.is_none() && [email, first_name, last_name].into_iter().all(|text| is_blank(text)) {
        return findings.add(1009);
    }
    if is_blank(email) {
        findings.add(1053);
    } else if is_longer(email, MAX_TEXT) {
        findings.add_with(1081, email.as_str());
    } else if !is_email(email) {
        findings.add_with(1060, email.as_str());
    }
    for (name, missing, too_long) in [(first_name, 1054, 1072), (last_name, 1055, 1065)] {
        if is_blank(name) {
            findings.add(missing);
        } else if is_longer(name, MAX_TEXT) {
            findings.add_with(too_long, name.as_str());
        }
    }
    if let Some(phone) = phone.as_deref().filter(|phone| is_longer(phone, MAX_PHONE)) {
        findings.add_with(1066, phone);
    }
}

pub(super) fn check_organization(organization: Option<&OrganizationInfo>, findings: &mut Findings) {
    let Some(organization) = organization else { return };
    let number = organization.tax_identification_number.as_str();
    if is_blank(number) {
        findings.add(1048);
    } else if is_longer(number, MAX_TAX_NUMBER) {
        findings.add_with(1083, number);
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Lengths are in characters, not bytes: Polish letters count once.
pub(crate) fn is_longer(text: &str, longest: usize) -> bool {
    text.chars().count() > longest
}

/// The form of an e-mail address, no more: whether anybody reads it is another matter.
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c);
    !local.is_empty()
        && local.len() <= 64
        && !local.contains(odd)
        && !local.contains('@')
        && domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty() && !label.contains(odd))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_an_address_when_it_sees_one() {
        for good in ["jan@example.com", "jan.nowak+x@mail.example.com", "żółw@example.com"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "jan", "@example.com", "jan@", "jan@localhost", "a b@example.com", "a@b@example.com"]
        {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn counts_characters_and_not_bytes() {
        assert!(!is_longer(&"ż".repeat(64), 64));
        assert!(is_longer(&"ż".repeat(65), 64));
    }
}
