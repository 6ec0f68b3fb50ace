//! Who orders.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::{Field, is_email};
use crate::{Country, Finding, Findings, PhoneNumber, Problem};

/// A contact as a customer fills it in.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
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

impl ContactForm {
    /// Somebody without a telephone number.
    #[must_use]
    pub fn new(
        first_name: impl Into<String>,
        last_name: impl Into<String>,
        email: impl Into<String>,
    ) -> Self {
        Self {
            first_name: first_name.into(),
            last_name: last_name.into(),
            email: email.into(),
            phone: String::new(),
        }
    }
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
    pub phone: Option<PhoneNumber>,
}

/// The fields of a person, by the paths under which somebody asks for one.
pub(super) struct PersonFields {
    email: Field,
    email_malformed: u32,
    first_name: Field,
    last_name: Field,
    phone: Field,
}

impl PersonFields {
    /// The requestor's.
    const REQUESTOR: Self = Self {
        email: Field { path: "requestorInfo/email", missing: Some(1053), too_long: 1081, limit: 255 },
        email_malformed: 1060,
        first_name: Field {
            path: "requestorInfo/firstName",
            missing: Some(1054),
            too_long: 1072,
            limit: 255,
        },
        last_name: Field { path: "requestorInfo/lastName", missing: Some(1055), too_long: 1065, limit: 255 },
        phone: Field { path: "requestorInfo/phone", missing: None, too_long: 1066, limit: 32 },
    };

    /// The fields of a contact that the CA never sees.
    pub(super) const fn unseen(
        email: &'static str,
        first_name: &'static str,
        last_name: &'static str,
        phone: &'static str,
    ) -> Self {
        const NONE: u32 = Finding::NO_CODE;
        Self {
            email: Field { path: email, missing: Some(NONE), too_long: NONE, limit: 255 },
            email_malformed: NONE,
            first_name: Field { path: first_name, missing: Some(NONE), too_long: NONE, limit: 255 },
            last_name: Field { path: last_name, missing: Some(NONE), too_long: NONE, limit: 255 },
            phone: Field { path: phone, missing: None, too_long: NONE, limit: 32 },
        }
    }

    pub(super) fn check(&self, form: &ContactForm, country: Country) -> Result<Contact, Findings> {
        let mut findings = Findings::new();
        let first_name = findings.keep(self.first_name.required(&form.first_name));
        let last_name = findings.keep(self.last_name.required(&form.last_name));
        let email = self.email.required(&form.email).and_then(|email| {
            let finding = || Finding::new(self.email_malformed, self.email.path, Problem::NotEmail);
            if is_email(&email) { Ok(email) } else { Err(finding().with_value(email)) }
        });
        let email = findings.keep(email);
        let phone = findings.keep(phone(&self.phone, &form.phone, country));
        match (first_name, last_name, email, phone) {
            (Some(first_name), Some(last_name), Some(email), Some(phone)) => {
                Ok(Contact { first_name, last_name, email, phone })
            }
            _ => Err(findings),
        }
    }
}

impl Contact {
    /// The contact of a form. Phone numbers without `+` are those of this country.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn check(form: &ContactForm, country: Country) -> Result<Self, Findings> {
        PersonFields::REQUESTOR.check(form, country)
    }
}

impl From<&Contact> for ContactForm {
    fn from(contact: &Contact) -> Self {
        Self {
            first_name: contact.first_name.clone(),
            last_name: contact.last_name.clone(),
            email: contact.email.clone(),
            phone: contact.phone.as_ref().map(|phone| phone.as_str().to_owned()).unwrap_or_default(),
        }
    }
}

/// A phone number of a form, which may be left empty.
pub(super) fn phone(field: &Field, text: &str, country: Country) -> Result<Option<PhoneNumber>, Finding> {
    let number = field.optional(text)?.map(|text| {
        PhoneNumber::read(&text, country)
            .map_err(|problem| Finding::new(Finding::NO_CODE, field.path, problem).with_value(text))
    });
    number.transpose()
}

/// The mailbox that is told of a revocation, which may be left empty.
pub(crate) fn revocation_contact(text: &str) -> Result<Option<String>, Finding> {
    const PATH: &str = "orderParameters/revocationContactEmail";
    // The Partner API's one code about its form stands for its length too.
    let field = Field { path: PATH, missing: None, too_long: 2173, limit: 255 };
    match field.optional(text)? {
        Some(email) if !is_email(&email) => {
            Err(Finding::new(2173, PATH, Problem::NotEmail).with_value(email))
        }
        email => Ok(email),
    }
}

/// The mailbox that a certificate is to be sent to.
///
/// ```
/// assert_eq!(cert_domain::check_recipient(" jan@example.com ").unwrap(), "jan@example.com");
/// assert_eq!(cert_domain::check_recipient("jan").unwrap_err().form_field().as_deref(), Some("email"));
/// ```
///
/// # Errors
/// What is wrong with it. The CA never sees it: the finding has no code.
pub fn check_recipient(email: &str) -> Result<String, Finding> {
    const FIELD: Field = Field {
        path: "recipient/email",
        missing: Some(Finding::NO_CODE),
        too_long: Finding::NO_CODE,
        limit: 255,
    };
    let email = FIELD.required(email)?;
    if is_email(&email) {
        Ok(email)
    } else {
        Err(Finding::new(Finding::NO_CODE, FIELD.path, Problem::NotEmail).with_value(email))
    }
}

impl fmt::Debug for ContactForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first_name: _, last_name: _, email: _, phone: _ } = self;
        f.debug_struct("ContactForm").finish_non_exhaustive()
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Personal data stays out of logs.
        let Self { first_name: _, last_name: _, email: _, phone: _ } = self;
        f.debug_struct("Contact").finish_non_exhaustive()
    }
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

    fn check(form: &ContactForm) -> Result<Contact, Findings> {
        Contact::check(form, Country::POLAND)
    }

    fn codes(form: &ContactForm) -> Vec<u32> {
        check(form).unwrap_err().into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn trims_and_leaves_out_what_is_blank() {
        let contact = check(&form()).unwrap();
        assert_eq!((contact.first_name.as_str(), contact.phone), ("Jan", None));
    }

    #[test]
    fn makes_phone_numbers_international() {
        let contact = check(&ContactForm { phone: "600 700 800".into(), ..form() }).unwrap();
        assert_eq!(contact.phone.unwrap().as_str(), "+48600700800");
        assert_eq!(codes(&ContactForm { phone: "call me".into(), ..form() }), [Finding::NO_CODE]);
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
            "jan@ example.com",
            "jan@example.com.",
            "jan@*.example.com",
            &format!("{}@example.com", "j".repeat(65)),
        ] {
            assert_eq!(codes(&ContactForm { email: email.into(), ..form() }), [1060], "{email}");
        }
        assert_eq!(revocation_contact("jan").unwrap_err().code, 2173);
        assert_eq!(revocation_contact(" "), Ok(None));
    }

    #[test]
    fn keeps_personal_data_out_of_debug_output() {
        assert_eq!(format!("{:?}", check(&form()).unwrap()), "Contact { .. }");
        assert_eq!(format!("{:?}", form()), "ContactForm { .. }");
    }

    #[test]
    fn sends_certificates_to_mailboxes_alone() {
        assert_eq!(check_recipient(" jan@example.com "), Ok("jan@example.com".into()));
        for wrong in ["", "jan", "jan nowak@example.com"] {
            assert_eq!(check_recipient(wrong).unwrap_err().field, "recipient/email", "{wrong}");
        }
    }
}
