//! Who orders, and for which organization.

use certum_api::types::{OrganizationInfo, RequestorInfo};

use super::{
    Findings,
    texts::{MAX_TEXT, check_length, is_blank, is_email, is_longer},
};

const MAX_PHONE: usize = 32;
const MAX_TAX_NUMBER: usize = 32;

/// The codes about a requestor, of which the orders of SNI certificates have their own.
#[derive(Debug)]
pub(crate) struct RequestorCodes {
    missing: u32,
    email: EmailCodes,
    first_name: TextCodes,
    last_name: TextCodes,
    phone: PhoneCodes,
}

#[derive(Debug)]
struct EmailCodes {
    text: TextCodes,
    malformed: u32,
}

#[derive(Debug)]
struct TextCodes {
    missing: u32,
    too_long: u32,
}

#[derive(Debug)]
struct PhoneCodes {
    /// None: nobody has to have a phone.
    missing: Option<u32>,
    longest: usize,
    too_long: u32,
}

impl RequestorCodes {
    /// Of `quickOrder` and `validateOrderParameters`.
    pub(crate) const ORDERED: Self = Self {
        missing: 1009,
        email: EmailCodes { text: TextCodes { missing: 1053, too_long: 1081 }, malformed: 1060 },
        first_name: TextCodes { missing: 1054, too_long: 1072 },
        last_name: TextCodes { missing: 1055, too_long: 1065 },
        phone: PhoneCodes { missing: None, longest: MAX_PHONE, too_long: 1066 },
    };
    /// Of `orderSNICertificate`.
    pub(crate) const SNI: Self = Self {
        missing: 2006,
        email: EmailCodes { text: TextCodes { missing: 2010, too_long: 2026 }, malformed: 2016 },
        first_name: TextCodes { missing: 2011, too_long: 2024 },
        last_name: TextCodes { missing: 2012, too_long: 2020 },
        phone: PhoneCodes { missing: Some(2013), longest: MAX_TEXT, too_long: 2021 },
    };
}

pub(crate) fn check_requestor(requestor: &RequestorInfo, codes: &RequestorCodes, findings: &mut Findings) {
    let RequestorInfo { email, first_name, last_name, phone, .. } = requestor;
    if phone.is_none() && [email, first_name, last_name].into_iter().all(|text| is_blank(text)) {
        return findings.add(codes.missing);
    }
    let email_codes = &codes.email;
    if check_text(email, &email_codes.text, findings) && !is_email(email) {
        findings.add_with(email_codes.malformed, email.as_str());
    }
    check_text(first_name, &codes.first_name, findings);
    check_text(last_name, &codes.last_name, findings);
    match (phone.as_deref().filter(|phone| !is_blank(phone)), codes.phone.missing) {
        (None, Some(missing)) => findings.add(missing),
        (phone, _) => check_length(phone, codes.phone.longest, codes.phone.too_long, findings),
    }
}

/// Whether the text is there and short enough.
fn check_text(text: &str, codes: &TextCodes, findings: &mut Findings) -> bool {
    if is_blank(text) {
        findings.add(codes.missing);
    } else if is_longer(text, MAX_TEXT) {
        findings.add_with(codes.too_long, text);
    } else {
        return true;
    }
    false
}

/// The organization behind an order: what is given must be right, and must be given if it is `demanded`.
pub(crate) fn check_organization(
    organization: Option<&OrganizationInfo>,
    demanded: bool,
    findings: &mut Findings,
) {
    let number = organization.map(|organization| organization.tax_identification_number.as_str());
    match number {
        None if demanded => findings.add(1048),
        None => {}
        Some(number) if is_blank(number) => findings.add(1048),
        Some(number) if is_longer(number, MAX_TAX_NUMBER) => findings.add_with(1083, number),
        Some(number) if !is_tax_number(number) => findings.add_with(1048, number),
        Some(_) => {}
    }
}

/// Digits, and what countries put before and between them. No country's check digits are computed: the CA takes
/// orders from all over the world.
fn is_tax_number(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || " -./".contains(c);
    text.chars().all(fits) && text.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_tax_number_of_any_country() {
        for good in ["PL5250001009", "525-000-10-09", "DE 123456789", "12/345/67890"] {
            assert!(is_tax_number(good), "{good}");
        }
        for bad in ["", "none", "525_000", "5250001009\n"] {
            assert!(!is_tax_number(bad), "{bad:?}");
        }
    }
}
