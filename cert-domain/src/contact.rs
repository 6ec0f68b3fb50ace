//! Who orders.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::Field;
use crate::{Finding, Findings};

/// A contact as a customer fills it in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs, reason = "a form is filled in field by field")]
pub struct ContactForm {
    /// First name, at most 255 characters.
    pub first_name: String,
    /// Last name, at most 255 characters.
    pub last_name: String,
    /// E-mail address, at most 255 characters.
    pub email: String,
    /// Phone number, at most 32 characters; may be left empty.
    pub phone: String,
}

/// The person who orders: the Partner API's requestor.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Contact {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// Phone number.
    pub phone: Option<String>,
}

impl Contact {
    const EMAIL: Field =
        Field { path: "requestorInfo/email", missing: Some(1053), too_long: 1081, limit: 255 };
    const FIRST_NAME: Field =
        Field { path: "requestorInfo/firstName", missing: Some(1054), too_long: 1072, limit: 255 };
    const LAST_NAME: Field =
        Field { path: "requestorInfo/lastName", missing: Some(1055), too_long: 1065, limit: 255 };
    const PHONE: Field = Field { path: "requestorInfo/phone", missing: None, too_long: 1066, limit: 32 };
    const EMAIL_MALFORMED: u32 = 1060;

    /// The contact of a form.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn check(form: &ContactForm) -> Result<Self, Findings> {
        let mut findings = Findings::new();
        let email = Self::EMAIL.required(&form.email).and_then(|email| {
            if is_email(&email) {
                Ok(email)
            } else {
                let problem = "is not an e-mail address";
                Err(Finding::new(Self::EMAIL_MALFORMED, Self::EMAIL.path, problem).with_value(email))
            }
        });
        let first_name = findings.keep(Self::FIRST_NAME.required(&form.first_name));
        let last_name = findings.keep(Self::LAST_NAME.required(&form.last_name));
        let email = findings.keep(email);
        let phone = findings.keep(Self::PHONE.optional(&form.phone));
        match (first_name, last_name, email, phone) {
            (Some(first_name), Some(last_name), Some(email), Some(phone)) => {
                Ok(Self { first_name, last_name, email, phone })
            }
            _ => Err(findings),
        }
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Personal data stays out of logs.
        let Self { first_name: _, last_name: _, email: _, phone: _ } = self;
        f.debug_struct("Contact").finish_non_exhaustive()
    }
}

/// Whether a text has the shape of an e-mail address (RFC 5321, section 4.1.2) that people use: no quoted local
/// part, no address literal.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let local_part = !local.is_empty()
        && local.len() <= 64
        && local.split('.').all(|atom| {
            !atom.is_empty() && atom.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c))
        });
    let domain = domain.parse::<crate::DnsName>();
    local_part && domain.is_ok_and(|domain| !domain.is_wildcard())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> ContactForm {
        ContactForm {
            first_name: " Jan ".into(),
            last_name: "Żółw".into(),
            email: "jan.zolw+certum@example.com".into(),
            phone: String::new(),
        }
    }

    fn codes(form: &ContactForm) -> Vec<u32> {
        Contact::check(form).unwrap_err().into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn trims_and_leaves_out_what_is_blank() {
        let contact = Contact::check(&form()).unwrap();
        assert_eq!((contact.first_name.as_str(), contact.phone), ("Jan", None));
    }

    #[test]
    fn reports_everything_at_once() {
        assert_eq!(codes(&ContactForm::default()), [1054, 1055, 1053]);
        let long = "x".repeat(256);
        let form = ContactForm {
            first_name: long.clone(),
            last_name: long.clone(),
            email: long,
            phone: "1".repeat(33),
        };
        assert_eq!(codes(&form), [1072, 1065, 1081, 1066]);
    }

    #[test]
    fn refuses_addresses_that_are_none() {
        for email in [
            "jan",
            "jan@",
            "@example.com",
            "jan@example",
            "a b@example.com",
            "jan@a@example.com",
            ".j@example.com",
        ] {
            assert_eq!(codes(&ContactForm { email: email.into(), ..form() }), [1060], "{email}");
        }
    }

    #[test]
    fn keeps_personal_data_out_of_debug_output() {
        assert_eq!(format!("{:?}", Contact::check(&form()).unwrap()), "Contact { .. }");
    }
}
