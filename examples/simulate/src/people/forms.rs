//! Forms and requests, right ones and wrong ones.

use cert_domain::{ContactForm, Form, KeyChoice, NameRule, ProductKind, RegistrationForm, SubjectForm};
use cert_lifecycle::{Error, Service};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};

use super::{Failed, Outcome, Scene};
use crate::life::Life;
use crate::seen::Deed;

/// A key that nobody should use: a request for RSA with 1024 bits.
const WEAK: &str = include_str!("weak.pem");

impl Scene<'_> {
    /// Hands in the form: some get it wrong first.
    pub(super) async fn fill_in(&mut self, service: &Service) -> Result<Outcome, Failed> {
        let id = self.customer.id;
        let life = &self.customer.life;
        let offer = &service.offer;
        let mut form = form(life, offer.product.names, offer.product.kind);
        if self.customer.mistakes > 0 {
            self.customer.mistakes -= 1;
            form.csr = self.wrong_request();
            return match self.lifecycle.configure(id, &form).await {
                Err(Error::Findings(_)) => Ok(Outcome::Later(self.customer.dice.minutes(5, 20 * 60))),
                Err(error) => Err(error.into()),
                Ok(()) => Ok(Outcome::Done),
            };
        }
        if life.keeps_keys {
            form.key = KeyChoice::Generate { algorithm: KeyAlgorithm::EcdsaP256, keep: true };
            form.csr = self.lifecycle.generate_request(id, &form).await?.csr;
        } else {
            form.csr = request(common_name(life, offer.product.names)).unwrap_or_default();
        }
        self.done(Deed::Configured);
        self.lifecycle.configure(id, &form).await?;
        Ok(Outcome::Done)
    }

    /// Brings a request for the next certificate.
    pub(super) async fn bring(&mut self) -> Result<Outcome, Failed> {
        let service = self.service().await?;
        let has_one = service.stored_request.is_some();
        if has_one || service.certificates.is_empty() || !self.customer.stays || service.takes_form() {
            return Ok(Outcome::Done);
        }
        if self.customer.mistakes > 0 {
            self.customer.mistakes -= 1;
            let wrong = self.wrong_request();
            return match self.lifecycle.store_request(self.customer.id, &wrong).await {
                Err(Error::Findings(_)) => Ok(Outcome::Later(self.customer.dice.minutes(5, 600))),
                Err(error) => Err(error.into()),
                Ok(()) => Ok(Outcome::Done),
            };
        }
        let Some(common_name) = service.common_name().map(str::to_owned) else { return Ok(Outcome::Done) };
        let Some(csr) = request(common_name) else { return Ok(Outcome::Done) };
        self.done(Deed::BroughtRequest);
        self.lifecycle.store_request(self.customer.id, &csr).await?;
        Ok(Outcome::Done)
    }

    /// A request that nobody should take.
    fn wrong_request(&mut self) -> String {
        match self.customer.dice.below(4) {
            0 => "-----BEGIN CERTIFICATE REQUEST-----\nbm90IGEgcmVxdWVzdA==\n-----END CERTIFICATE REQUEST-----\n".to_owned(),
            1 => WEAK.to_owned(),
            2 => "please call me back".to_owned(),
            _ => String::new(),
        }
    }
}

/// What a life's certificate is called.
pub(super) fn common_name(life: &Life, rule: NameRule) -> String {
    let names = life.names(rule);
    let first = names.into_iter().next().map(|entry| entry.name);
    first.unwrap_or_else(|| format!("Jan Nowak s{}", life.number.0))
}

/// A request for a fresh key.
pub(super) fn request(common_name: String) -> Option<String> {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).ok()?;
    CertificateRequest::builder().common_name(common_name).sign(&key).ok().map(|request| request.to_pem())
}

/// A form that holds what any product asks for.
fn form(life: &Life, rule: NameRule, kind: ProductKind) -> Form {
    let number = life.number.0;
    let mailbox = format!("jan@s{number}.example.com");
    let contact = ContactForm {
        first_name: "Jan".into(),
        last_name: "Nowak".into(),
        email: mailbox.clone(),
        phone: "+48 22 123 45 67".into(),
    };
    let registration = RegistrationForm {
        serial_number: "0000123456".into(),
        business_category: "Private Organization".into(),
        street_address: "Piotrkowska 1".into(),
        postal_code: "90-001".into(),
        locality: "Łódź".into(),
        state: "łódzkie".into(),
        country: "PL".into(),
    };
    let is_host = kind == ProductKind::Tls;
    let subject = SubjectForm {
        common_name: if is_host { String::new() } else { common_name(life, rule) },
        email: mailbox,
        organization: format!("s{number} sp. z o.o."),
        locality: "Łódź".into(),
        state: "łódzkie".into(),
        country: "PL".into(),
        tax_number: "525-000-00-00".into(),
        registration,
        ..SubjectForm::default()
    };
    Form {
        subject,
        contact,
        names: life.names(rule),
        method: is_host.then(|| life.method.clone()),
        ..Form::default()
    }
}
