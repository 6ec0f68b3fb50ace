//! What is sold here, and to whom.

use cert_domain::{
    Billing, BillingCycle, Catalogue, ContactForm, Currency, Form, Money, Offer, VerificationMethod,
};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};

use crate::Outcome;

/// A domain-validated certificate, proved by a TXT record.
pub(crate) fn offer() -> Outcome<Offer> {
    let product = Catalogue::built_in().product(&"601".parse()?)?.clone();
    Ok(Offer::new(product, VerificationMethod::DnsTxtPrefix)?)
}

/// The same, year by year.
pub(crate) fn yearly_offer() -> Outcome<Offer> {
    let price = Money::new(4900, Currency::PLN);
    Ok(offer()?.with_billing(Billing::Recurring { price, cycle: BillingCycle::Annually }))
}

/// The name that a customer's certificate is for.
pub(crate) fn name(number: usize) -> String {
    format!("shop-{number}.example.com")
}

/// A form that lacks a request.
pub(crate) fn blank_form(name: &str) -> Form {
    let contact = ContactForm::new("Jan", "Nowak", "jan@example.com");
    Form { contact, names: vec![name.into()], ..Form::default() }
}

/// A form with a request of the customer's own.
pub(crate) fn form(name: &str) -> Outcome<Form> {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?;
    let csr = CertificateRequest::builder().common_name(name).sign(&key)?.to_pem();
    Ok(Form { csr, ..blank_form(name) })
}
