//! Who orders, for whom, and whom to ask.

mod contact;
mod demand;
mod field;
mod person;
mod subject;

pub use contact::{Contact, ContactForm, check_recipient};
pub use demand::Demand;
pub use field::SubjectField;
pub(crate) use person::Role;
pub use person::{AddressForm, Person, PersonForm, PostalAddress, TechnicalContact};
pub use subject::{BusinessCategory, RegistrationForm, Subject, SubjectForm};

pub(crate) use contact::revocation_contact;
