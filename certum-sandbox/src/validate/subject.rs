//! The subject of an order: what its fields say and, where they are silent, the CSR.

use certum_api::types::OrderParameters;
use csr_tools::{AttributeType, DerError, GeneralName, RequestView};

use super::{
    Findings,
    countries::is_country,
    texts::{is_email, is_longer, is_odd},
};
use crate::{
    names::CertName,
    products::{Kind, Level, Product},
    subject::Subject,
};

/// The longest common name (X.520, upper bound).
pub(super) const MAX_COMMON_NAME: usize = 64;

/// An attribute: where an order says it, where it is kept, and what the Partner API says of it.
struct Rule {
    kind: AttributeType,
    given: fn(&OrderParameters) -> &Option<String>,
    kept: fn(&mut Subject) -> &mut Option<String>,
    longest: usize,
    too_long: u32,
    invalid: u32,
    is_valid: fn(&str) -> bool,
}

macro_rules! rules {
    ($($kind:ident $field:ident $longest:literal, $too_long:literal $invalid:literal $is_valid:ident;)+) => {
        &[$(Rule {
            kind: AttributeType::$kind,
            given: |parameters| &parameters.$field,
            kept: |subject| &mut subject.$field,
            longest: $longest,
            too_long: $too_long,
            invalid: $invalid,
            is_valid: $is_valid,
        }),+]
    };
}

/// The lengths are the Partner API's. What is valid can be written as the certificate has to write it: mailboxes,
/// numbers and countries have fewer characters there than a request. What a country of the subject may be is told by the CA alone (1119), whatever
/// is wrong with it. For given name and surname there are no codes: they are left out where they say nothing.
#[rustfmt::skip]
const RULES: &[Rule] = rules! {
    EmailAddress email 255, 1106 1022 is_mailbox;
    Organization organization 255, 1102 2168 says_something;
    OrganizationalUnit organizational_unit 64, 1103 2167 says_something;
    StreetAddress street_address 64, 2140 2169 says_something;
    Locality locality 128, 1104 2166 is_place;
    State state 128, 1105 2156 is_place;
    PostalCode postal_code 40, 2143 2154 is_postal_code;
    Country country 2, 1119 1119 is_country;
    SerialNumber serial_number 64, 1100 2164 is_register_number;
    BusinessCategory business_category 64, 2137 2137 is_business_category;
    JurisdictionLocality jurisdiction_locality 128, 1098 2165 is_place;
    JurisdictionState jurisdiction_state 128, 1097 2155 is_place;
    JurisdictionCountry jurisdiction_country 2, 1096 1099 is_country;
};

/// The order's own word on an attribute, which counts before the CSR's. A blank one says nothing.
pub(super) fn is_given(kind: AttributeType, parameters: &OrderParameters) -> bool {
    let given = match kind {
        AttributeType::CommonName => &parameters.common_name,
        AttributeType::GivenName => &parameters.given_name,
        AttributeType::Surname => &parameters.surname,
        _ => match RULES.iter().find(|rule| rule.kind == kind) {
            Some(rule) => (rule.given)(parameters),
            None => return false,
        },
    };
    said(given.as_deref()).is_some()
}

/// Puts the subject together, and checks each value. The common name is left empty: it is a host name for some
/// products, and read where the names are.
pub(super) fn read(
    parameters: &OrderParameters,
    request: Option<&RequestView<'_>>,
    findings: &mut Findings,
) -> Subject {
    let mut subject = Subject::default();
    for rule in RULES {
        let value = match said((rule.given)(parameters).as_deref()) {
            Some(given) => Some(given.to_owned()),
            None => requested(request, rule, findings),
        };
        if let Some(text) = &value {
            if is_longer(text, rule.longest) {
                findings.add_with(rule.too_long, text.as_str());
            } else if !(rule.is_valid)(text) {
                findings.add_with(rule.invalid, text);
            }
        }
        *(rule.kept)(&mut subject) = value;
    }
    let name = |given: &Option<String>, kind| {
        let name = said(given.as_deref()).map(str::to_owned).or_else(|| text_of(request?, kind).ok()?);
        name.filter(|name| says_something(name))
    };
    subject.given_name = name(&parameters.given_name, AttributeType::GivenName);
    subject.surname = name(&parameters.surname, AttributeType::Surname);
    subject
}

/// The common name, by the order or the CSR. What can't be read of it is none.
pub(super) fn common_name(parameters: &OrderParameters, request: Option<&RequestView<'_>>) -> Option<String> {
    let given = said(parameters.common_name.as_deref()).map(str::to_owned);
    given.or_else(|| text_of(request?, AttributeType::CommonName).ok()?)
}

/// What the CSR says of an attribute. What can't be read is wrong by itself. A mailbox may stand among the
/// alternative names instead.
fn requested(request: Option<&RequestView<'_>>, rule: &Rule, findings: &mut Findings) -> Option<String> {
    let request = request?;
    match text_of(request, rule.kind) {
        Ok(None) if rule.kind == AttributeType::EmailAddress => request.names().find_map(mailbox),
        Ok(text) => text,
        Err(_) => {
            findings.add(rule.invalid);
            None
        }
    }
}

/// Of several values the last counts, as of several common names.
fn text_of(request: &RequestView<'_>, kind: AttributeType) -> Result<Option<String>, DerError> {
    let text = request.subject().all(kind).last().map(|attribute| attribute.value()).transpose()?;
    Ok(said(text.as_deref()).map(str::to_owned))
}

/// The same for telling it back. What can't be read or told is passed over.
pub(crate) fn requested_text(request: &RequestView<'_>, kind: AttributeType) -> Option<String> {
    text_of(request, kind).ok()?.filter(|text| !text.contains(is_odd))
}

fn mailbox(name: GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::Email(mailbox) => Some(mailbox.into()),
        _ => None,
    }
}

fn said(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Checks that the subject has what the product's certificates show of it.
pub(super) fn check_demanded(product: &Product, subject: &mut Subject, findings: &mut Findings) {
    for (kind, missing) in demanded(product) {
        let is_missing =
            RULES.iter().find(|rule| rule.kind == *kind).is_some_and(|rule| (rule.kept)(subject).is_none());
        if is_missing {
            findings.add(*missing);
        }
    }
    let shows_place = product.kind == Kind::Tls && product.shows_organization();
    if shows_place && subject.locality.is_none() && subject.state.is_none() {
        findings.add(2058);
    }
}

/// The attributes that a product's certificates show, with the codes for their absence.
///
/// Two codes say that the country is missing: for hosts it is 1020, for the others 1059. And there are two for the
/// place: either of locality and state will do for hosts (2058; Baseline Requirements, 7.1.2.7.4), while for
/// software it has to be the state (1019). An EV certificate shows where the organization is registered, in all
/// three parts: which of them a register has is for people to find out.
fn demanded(product: &Product) -> &'static [(AttributeType, u32)] {
    use AttributeType as A;
    const EMAIL: (A, u32) = (A::EmailAddress, 1021);
    const ORGANIZATION: (A, u32) = (A::Organization, 1016);
    const HOST_COUNTRY: (A, u32) = (A::Country, 1020);
    const COUNTRY: (A, u32) = (A::Country, 1059);
    const STATE: (A, u32) = (A::State, 1019);
    const NUMBER: (A, u32) = (A::SerialNumber, 1095);
    const CATEGORY: (A, u32) = (A::BusinessCategory, 2138);
    const STREET: (A, u32) = (A::StreetAddress, 2139);
    const POSTAL_CODE: (A, u32) = (A::PostalCode, 2142);
    const IN_TOWN: (A, u32) = (A::JurisdictionLocality, 1094);
    const IN_STATE: (A, u32) = (A::JurisdictionState, 1092);
    const IN_COUNTRY: (A, u32) = (A::JurisdictionCountry, 1093);

    match (product.kind, product.level) {
        (Kind::Tls, Level::Organization) => &[ORGANIZATION, HOST_COUNTRY],
        (Kind::Tls, Level::Extended) => &[
            ORGANIZATION,
            HOST_COUNTRY,
            NUMBER,
            CATEGORY,
            STREET,
            POSTAL_CODE,
            IN_TOWN,
            IN_STATE,
            IN_COUNTRY,
        ],
        (Kind::Tls, _) => &[],
        (Kind::Smime, Level::Mailbox | Level::Domain) => &[EMAIL],
        (Kind::Smime, Level::Individual) => &[EMAIL, COUNTRY],
        (Kind::Smime, _) => &[EMAIL, ORGANIZATION, COUNTRY],
        (Kind::CodeSigning, Level::Extended) => {
            &[ORGANIZATION, COUNTRY, STATE, NUMBER, CATEGORY, IN_TOWN, IN_STATE, IN_COUNTRY]
        }
        (Kind::CodeSigning, Level::Organization) => &[ORGANIZATION, COUNTRY, STATE],
        (Kind::CodeSigning, _) => &[COUNTRY, STATE],
    }
}

/// Reads the common name of a person, an organization or a mailbox. A mailbox's may be left out: then it is the
/// address.
pub(super) fn read_name(
    text: Option<&str>,
    csr_was_read: bool,
    product: &Product,
    subject: &Subject,
    findings: &mut Findings,
) -> Option<String> {
    let fallback = subject.email.as_deref().filter(|_| product.level == Level::Mailbox);
    let Some(text) = text.or(fallback) else {
        if csr_was_read {
            findings.add(1015);
        }
        return None;
    };
    if is_longer(text, MAX_COMMON_NAME) {
        findings.add_with(1101, text);
    } else if !says_something(text) {
        findings.add_with(2051, text);
    } else {
        return Some(text.to_owned());
    }
    None
}

/// A letter or a digit at least, no control characters, and no word that only says that there is nothing to say
/// (Baseline Requirements, 7.1.4.2: no metadata such as '.', '-' and ' ').
pub(super) fn says_something(text: &str) -> bool {
    const FILLERS: [&str; 6] = ["n/a", "na", "none", "null", "brak", "unknown"];
    !text.contains(is_odd)
        && text.contains(char::is_alphanumeric)
        && !FILLERS.contains(&text.trim().to_lowercase().as_str())
}

/// Towns and regions have letters in their names.
fn is_place(text: &str) -> bool {
    says_something(text) && text.contains(char::is_alphabetic)
}

/// A certificate holds an address in ASCII (IA5String; RFC 5280, section 4.2.1.6), at a host as it could certify it.
fn is_mailbox(text: &str) -> bool {
    let is_host = |domain| CertName::parse(domain).is_ok_and(|name| !name.is_wildcard());
    text.is_ascii() && is_email(text) && text.rsplit_once('@').is_some_and(|(_, domain)| is_host(domain))
}

/// A certificate holds the number as a PrintableString (RFC 5280, appendix A.1).
fn is_register_number(text: &str) -> bool {
    let is_printable = |c: char| c.is_ascii_alphanumeric() || " '()+,-./:=?".contains(c);
    says_something(text) && text.chars().all(is_printable)
}

/// Letters, digits, spaces and hyphens, with a digit at least.
fn is_postal_code(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-');
    text.chars().all(fits) && text.contains(|c: char| c.is_ascii_digit())
}

/// The values that the Partner API takes, which are those of the EV Guidelines (7.1.4.2.3).
fn is_business_category(text: &str) -> bool {
    ["Private Organization", "Government Entity", "Business Entity", "Non-Commercial Entity"].contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_when_a_value_says_nothing() {
        for good in ["Żółw sp. z o.o.", "1&1", "C", "3M", "Nana"] {
            assert!(says_something(good), "{good}");
        }
        for bad in ["-", ".", " ", "N/A", "brak", "a\u{7}b", "a\u{fffd}"] {
            assert!(!says_something(bad), "{bad:?}");
        }
        assert!(is_place("Łódź") && !is_place("90-001") && !is_place("-"));
        assert!(is_postal_code("90-001") && is_postal_code("SW1A 1AA") && is_postal_code("D02 X285"));
        assert!(is_register_number("0000123456") && is_register_number("HRB 12/3 (B)"));
        for bad in ["AB_12", "KRS 0001@x", "Nr ż1", "12*3", "-"] {
            assert!(!is_register_number(bad), "{bad}");
        }
        assert!(is_mailbox("o'neil&sons@example.com") && !is_mailbox("żółw@example.com"));
        assert!(!is_mailbox("jan@a_b.example.com") && !is_mailbox("jan@*.example.com"));
        assert!(!is_postal_code("Łódź") && !is_postal_code("---") && !is_postal_code("none"));
    }

    #[test]
    fn every_demanded_attribute_has_a_rule() {
        for product in crate::products::all() {
            for (kind, _) in demanded(product) {
                assert!(RULES.iter().any(|rule| rule.kind == *kind), "{kind}");
            }
        }
    }
}
