//! The rules of reselling certificates: pure data, no IO, no clock.
//!
//! A reseller sells an [`Offer`] of a [`Product`]. The customer fills in a [`Form`]; checked against the offer it
//! becomes a [`Configuration`], or all [`Findings`] at once. What the customer then has to publish to prove
//! control of the names is an [`Instruction`].
//!
//! ```
//! use cert_domain::{Catalogue, ContactForm, Form, Instruction, Offer, VerificationCode, VerificationMethod, instructions};
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
//!     names: vec!["Shop.Example.com".into(), "www.shop.example.com".into()],
//!     contact: ContactForm { first_name: "Jan".into(), last_name: "Nowak".into(), email: "jan@example.com".into(), ..Default::default() },
//!     ..Default::default()
//! };
//! let configuration = offer.check(&form)?;
//! assert_eq!(configuration.names().common_name().as_str(), "shop.example.com");
//!
//! let code = VerificationCode::new("0a1b2c");
//! assert_eq!(
//!     instructions(configuration.names(), configuration.method(), Some(&code)),
//!     [Instruction::TxtRecord { name: "_certum.shop.example.com".into(), value: "0a1b2c".into() }]
//! );
//! # Ok(()) }
//! ```

mod configuration;
mod contact;
mod customer;
mod finding;
mod name;
mod name_set;
mod offer;
mod product;
mod text;
mod verification;

pub use configuration::{Configuration, Form, RequestPem};
pub use contact::{Contact, ContactForm};
pub use customer::CustomerId;
pub use finding::{Finding, Findings};
pub use name::{DnsName, DnsNameError};
pub use name_set::NameSet;
pub use offer::{Language, Offer, OfferError};
pub use product::{
    Catalogue, InvalidProductCode, NameRule, Product, ProductCode, ProductKind, ProductStatus,
    UnknownProduct, ValidationLevel,
};
pub use verification::{
    Instruction, Mailbox, UnknownMailbox, UnknownMethod, VerificationCode, VerificationMethod, instructions,
};
