//! Plain fields: presence, length, characters.

use certum_api::types::{HashAlgorithm, Language, OrderParameters};

use super::Findings;
use crate::products::Product;

/// What identifiers and customers' names may not hold.
const FORBIDDEN: [char; 5] = ['"', '&', '\'', '<', '>'];

const MAX_ORDER_ID: usize = 50;
const MAX_CUSTOMER: usize = 64;
const MAX_LANGUAGE: usize = 2;
/// Names of people, addresses, programs.
pub(super) const MAX_TEXT: usize = 255;

/// The value that stands for an element that is not there, where the type has no empty value.
pub(crate) const ABSENT: &str = "(absent)";

/// Whether nothing of the order itself was sent.
pub(super) fn is_blank_order(parameters: &OrderParameters) -> bool {
    let OrderParameters { csr, customer, product_code, .. } = parameters;
    let texts @ [csr, customer, product_code] = [csr.as_str(), customer.as_str(), product_code.as_str()];
    texts.into_iter().all(is_blank) && *parameters == OrderParameters::new(csr, customer, product_code)
}

/// The fields of an order that are about the order itself.
pub(super) fn check_parameters(parameters: &OrderParameters, login: &str, findings: &mut Findings) {
    check_customer(&parameters.customer, login, findings);
    if let Some(id) = &parameters.order_id {
        check_order_id(id, findings);
    }
    check_language(parameters.language.as_ref(), 1088, findings);
    check_user_agent(parameters.user_agent.as_deref(), findings);
    check_revocation_contact(parameters.revocation_contact_email.as_deref(), login, findings);
}

/// The reseller's name of the customer.
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
        findings.add_with(1013, id);
    }
    if is_longer(id, MAX_ORDER_ID) {
        findings.add_with(1079, id);
    }
    if id.contains(FORBIDDEN) {
        findings.add_with(1043, id);
    }
}

/// An identifier that is asked about: its form. Two codes say that there is none: 1011 for the operations that
/// take nothing else, and 2055 for `cancelOrder` and `verifyOrder`, where it stands inside the parameters.
pub(crate) fn check_asked_id(id: &str, missing: u32, findings: &mut Findings) {
    if is_blank(id) {
        findings.add(missing);
    } else if is_longer(id, MAX_ORDER_ID) {
        findings.add_with(1079, id);
    }
}

/// The language of the CA's messages: 1088 in an order, 1196 in that of an SNI certificate. Which languages beside
/// Polish and English there are is not known.
pub(crate) fn check_language(language: Option<&Language>, too_long: u32, findings: &mut Findings) {
    check_length(language.map(Language::as_str), MAX_LANGUAGE, too_long, findings);
}

pub(crate) fn check_user_agent(agent: Option<&str>, findings: &mut Findings) {
    check_length(agent, MAX_TEXT, 1089, findings);
}

/// Whom to tell when the certificate is revoked. Blank is nobody.
pub(crate) fn check_revocation_contact(contact: Option<&str>, login: &str, findings: &mut Findings) {
    let Some(contact) = contact.filter(|contact| !is_blank(contact)) else { return };
    if contact == login {
        findings.add_with(2172, contact);
    } else if !is_email(contact) {
        findings.add_with(2173, contact);
    }
}

/// A note for the CA's people.
pub(crate) fn check_note(note: Option<&str>, longest: usize, too_long: u32, findings: &mut Findings) {
    check_length(note, longest, too_long, findings);
}

pub(super) fn check_length(text: Option<&str>, longest: usize, too_long: u32, findings: &mut Findings) {
    if let Some(text) = text.filter(|text| is_longer(text, longest)) {
        findings.add_with(too_long, text);
    }
}

/// With which of the CA's keys the certificate is to be signed: the one that is named, or the product's usual one.
pub(crate) fn check_hash_algorithm(
    wanted: Option<&HashAlgorithm>,
    product: &Product,
    findings: &mut Findings,
) -> HashAlgorithm {
    let usual = product.default_hash_algorithm();
    let Some(wanted) = wanted else { return usual };
    if is_known_algorithm(wanted, findings) && !product.hash_algorithms().contains(wanted) {
        findings.add_with(2089, wanted.as_str());
    }
    wanted.clone()
}

/// The same as far as it can be told without a product.
pub(super) fn is_known_algorithm(wanted: &HashAlgorithm, findings: &mut Findings) -> bool {
    match wanted {
        HashAlgorithm::Unknown(dead) if dead == "RSA-SHA1" => findings.add_with(2124, dead.as_str()),
        HashAlgorithm::Unknown(other) => findings.add_with(2090, other.as_str()),
        _ => return true,
    }
    false
}

/// Characters that no text needs, and of which XML can't carry most (XML 1.0, section 2.2).
pub(super) fn is_odd(c: char) -> bool {
    c.is_control() || ('\u{fffd}'..='\u{ffff}').contains(&c)
}

/// A text as it can be told back.
pub(super) fn told(text: String) -> String {
    if !text.contains(is_odd) {
        return text;
    }
    let mut told = String::with_capacity(text.len());
    for c in text.chars() {
        match is_odd(c) {
            true => told.extend(c.escape_default()),
            false => told.push(c),
        }
    }
    told
}

pub(crate) fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Lengths are in characters, not bytes: Polish letters count once.
pub(crate) fn is_longer(text: &str, longest: usize) -> bool {
    text.chars().count() > longest
}

/// The form of an e-mail address, no more: whether anybody reads it is another matter.
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let odd = |c: char| c.is_whitespace() || is_odd(c) || "<>()[],;:\\\"".contains(c);
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
    fn tells_back_what_xml_cannot_carry_in_another_way() {
        assert_eq!(told("żółw\u{0}\n\u{ffff}".to_owned()), "żółw\\u{0}\\n\\u{ffff}");
        assert_eq!(told("żółw".to_owned()), "żółw");
    }

    #[test]
    fn counts_characters_and_not_bytes() {
        assert!(!is_longer(&"ż".repeat(64), 64));
        assert!(is_longer(&"ż".repeat(65), 64));
    }
}
