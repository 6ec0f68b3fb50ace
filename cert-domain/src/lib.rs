//! The rules of reselling certificates: pure data, no IO, no clock.
//!
//! - A [`Catalogue`] of [`Product`]s, merged with what the CA lists, and [`Offer`]s: products as a reseller sells them, by
//!   the settings of an [`OfferForm`].
//! - The customer's [`Form`], in two [`Step`]s, is a draft for as long as it takes. Checked against the offer it becomes
//!   a [`Configuration`], or all [`Findings`] at once, each with the Partner API's code and field, in Polish and English.
//! - What the customer then does to prove control of the names is an [`Instruction`].
//! - What follows: [`RenewalForm`], [`ReissueForm`], [`RevocationForm`], and [`EvidenceForm`] for validation officers.
//! - The [`Calendar`] knows how long certificates and proofs live, [`plan_reissues`] what a paid term takes of them, and
//!   [`Reminders`] when to speak of it. Four dates are four types: [`PaidThrough`], [`NotAfter`],
//!   [`DomainCheckValidUntil`], [`OrganizationCheckValidUntil`].
//!
//! Days and moments are arguments: nothing here knows what time it is.
//!
//! ```
//! use cert_domain::{Catalogue, ContactForm, Form, Instruction, NameEntry, Offer, VerificationCode, VerificationMethod, instructions};
//! use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let product = Catalogue::built_in().product(&"601".parse()?)?;
//! let offer = Offer::new(product.clone(), VerificationMethod::DnsTxtPrefix)?;
//!
//! let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?;
//! let csr = CertificateRequest::builder().common_name("shop.example.com").sign(&key)?;
//! let form = Form {
//!     csr: csr.to_pem(),
//!     names: vec![NameEntry { name: "Shop.Example.com".into(), www: true }],
//!     contact: ContactForm { first_name: "Jan".into(), last_name: "Nowak".into(), email: "jan@example.com".into(), ..Default::default() },
//!     ..Default::default()
//! };
//! let configuration = offer.check(&form)?;
//! let names = configuration.names().ok_or("a TLS product has names")?;
//! assert_eq!(names.as_slice()[1].as_str(), "www.shop.example.com");
//!
//! let code = VerificationCode::new("0a1b2c");
//! assert_eq!(
//!     instructions(names, &VerificationMethod::DnsTxtPrefix, Some(&code)),
//!     [Instruction::TxtRecord { name: "_certum.shop.example.com".into(), value: "0a1b2c".into() }]
//! );
//! # Ok(()) }
//! ```

mod calendar;
mod configuration;
mod country;
mod customer;
mod documents;
mod fields;
mod finding;
mod following;
mod form;
mod language;
mod money;
mod name;
mod name_set;
mod offer;
mod people;
mod phone;
mod product;
mod request;
mod revocation;
#[cfg(feature = "schema")]
mod schema;
mod text;
mod verification;

pub use calendar::{
    Calendar, CertificateLife, Crossed, DomainCheckValidUntil, Era, Life, Lifetimes, NotAfter,
    OrganizationCheckValidUntil, PaidThrough, PlannedReissue, Reminders, Threshold, WindowPolicy,
    next_reissue_after, plan_reissues, plan_reissues_after,
};
pub use configuration::Configuration;
pub use country::{Country, UnknownCountry};
pub use customer::CustomerId;
pub use documents::{Document, DocumentFile, DocumentForm, DocumentKind, Evidence, EvidenceForm};
pub use fields::{Fields, FillError, UnreadableFields, fill};
pub use finding::{Finding, Findings, Problem};
pub use following::{
    CertificateForm, CertificateReference, Predecessor, Reissue, ReissueForm, Renewal, RenewalForm,
};
pub use form::{Form, KeyChoice, ServerType, Step};
pub use language::Language;
pub use money::{Currency, InvalidAmount, Money, UnknownCurrency};
pub use name::{DnsName, DnsNameError};
pub use name_set::{NameChange, NameEntry, NameLimits, NameSet};
pub use offer::{
    Billing, BillingCycle, BillingMode, Mode, Offer, OfferChoices, OfferError, OfferForm, OfferProblem,
    SetupTrigger,
};
pub use people::{
    AddressForm, BusinessCategory, Contact, ContactForm, Demand, Person, PersonForm, PostalAddress,
    RegistrationForm, Subject, SubjectField, SubjectForm, TechnicalContact, check_recipient,
};
pub use phone::PhoneNumber;
pub use product::{
    Availability, Catalogue, HashAlgorithm, InvalidProductCode, ListedProduct, NameRule, Product,
    ProductCode, ProductKind, ProductStatus, Term, UnknownProduct, ValidationLevel,
};
pub use request::RequestPem;
pub use revocation::{Revocation, RevocationForm, RevocationReason};
pub use verification::{
    Instruction, Mailbox, UnknownMailbox, UnknownMethod, VerificationCode, VerificationMethod, WantedProof,
    instructions, wanted_proofs,
};

pub(crate) use following::SerialNumberField;
