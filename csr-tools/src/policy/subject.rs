//! Findings about the subject's attributes.

use std::net::IpAddr;

use super::{Policy, Profile};
use crate::asn1::StringType;
use crate::dns_name;
use crate::finding::{Finding, Problem};
use crate::general_name::GeneralName;
use crate::mailbox;
use crate::name::{AttributeType, NameAttribute};
use crate::request::RequestView;

pub(super) fn check(policy: &Policy, request: &RequestView<'_>, findings: &mut Vec<Finding>) {
    for attribute in request.subject().attributes() {
        findings.extend(check_type(policy, &attribute));
        findings.extend(check_value(&attribute));
    }
    findings.extend(missing(policy.profile, request).map(Finding::error));
    let has = |kind| request.subject().all(kind).next().is_some();
    match (has(AttributeType::UnstructuredName), has(AttributeType::UnstructuredAddress)) {
        (true, true) => findings.push(Finding::error(Problem::UnstructuredBoth)),
        (false, false) if policy.demands_unstructured => {
            findings.push(Finding::error(Problem::UnstructuredMissing));
        }
        _ => {}
    }
}

/// The string type, where Certum has a code for it.
fn check_type(policy: &Policy, attribute: &NameAttribute<'_>) -> Option<Finding> {
    let kind = attribute.kind();
    let wanted = if kind == AttributeType::CommonName { policy.common_name_type } else { kind.string_type() };
    let found = attribute.string_type();
    let problem = Problem::AttributeType { kind, found, wanted };
    (found != wanted && problem.code().is_some()).then(|| {
        let finding = Finding::new(policy.string_types, problem);
        attribute.value().into_iter().fold(finding, |finding, value| finding.about(value))
    })
}

fn check_value(attribute: &NameAttribute<'_>) -> Option<Finding> {
    let kind = attribute.kind();
    let invalid = || Finding::error(Problem::AttributeInvalid(kind));
    let Ok(value) = attribute.value() else { return Some(invalid()) };

    let length = value.chars().count();
    // What a PrintableString may not hold does occur in one.
    let misfits = attribute.string_type() == StringType::Printable && !StringType::Printable.holds(&value);
    let problem = match kind.longest() {
        Some(limit) if length > limit && !is_country(kind) => {
            Problem::AttributeTooLong { kind, length, limit }
        }
        _ if value.contains(char::is_control) || value.contains('\u{fffd}') || misfits => {
            Problem::AttributeInvalid(kind)
        }
        _ if kind == AttributeType::BusinessCategory && !BUSINESS_CATEGORIES.contains(&&*value) => {
            Problem::BusinessCategory
        }
        _ if is_filler(&value) || !has_form(kind, &value) => Problem::AttributeInvalid(kind),
        _ => return None,
    };
    Some(Finding::error(problem).about(value))
}

/// The values that Certum's Partner API takes, which are those of the EV Guidelines §7.1.4.2.3.
const BUSINESS_CATEGORIES: [&str; 4] =
    ["Private Organization", "Government Entity", "Business Entity", "Non-Commercial Entity"];

/// Whether a value only says that there is none (Baseline Requirements §7.1.4.2: "no metadata").
fn is_filler(value: &str) -> bool {
    const WORDS: [&str; 5] = ["n/a", "na", "none", "null", "brak"];
    !value.contains(char::is_alphanumeric) || WORDS.contains(&&*value.trim().to_ascii_lowercase())
}

fn is_country(kind: AttributeType) -> bool {
    matches!(kind, AttributeType::Country | AttributeType::JurisdictionCountry)
}

/// Whether a value has the form that its attribute's values have.
fn has_form(kind: AttributeType, value: &str) -> bool {
    match kind {
        AttributeType::Country | AttributeType::JurisdictionCountry => {
            value.len() == 2 && value.bytes().all(|byte| byte.is_ascii_uppercase())
        }
        AttributeType::EmailAddress => mailbox::check(value).is_ok(),
        AttributeType::UnstructuredName => dns_name::normalize(value).is_ok(),
        AttributeType::UnstructuredAddress => value.parse::<IpAddr>().is_ok(),
        _ => true,
    }
}

/// What the profile demands and the subject lacks.
fn missing(profile: Profile, request: &RequestView<'_>) -> impl Iterator<Item = Problem> {
    use AttributeType as A;

    let demanded: &[A] = match profile {
        Profile::DomainValidated => &[A::CommonName],
        Profile::OrganizationValidated => &[A::CommonName, A::Organization, A::Country],
        Profile::ExtendedValidation => &[
            A::CommonName,
            A::Organization,
            A::Country,
            A::SerialNumber,
            A::BusinessCategory,
            A::StreetAddress,
            A::PostalCode,
            A::JurisdictionLocality,
            A::JurisdictionState,
            A::JurisdictionCountry,
        ],
        Profile::Mailbox => &[A::CommonName, A::EmailAddress],
        Profile::CodeSigning => &[A::CommonName, A::Organization, A::Country, A::EmailAddress],
    };
    let subject = request.subject();
    let has = move |kind| subject.all(kind).next().is_some();
    let has_mailbox = request.names().any(|name| matches!(name, GeneralName::Email(_)));
    let attributes = demanded
        .iter()
        .filter(move |kind| !(has(**kind) || (**kind == A::EmailAddress && has_mailbox)))
        .map(|kind| Problem::AttributeMissing(*kind));
    let demands_place = matches!(profile, Profile::OrganizationValidated | Profile::ExtendedValidation);
    let lacks_place = demands_place && !has(A::Locality) && !has(A::State);
    attributes.chain(lacks_place.then_some(Problem::LocalityOrStateMissing))
}
