//! The form that a configuration came from.

use super::Configuration;
use crate::{AddressForm, ContactForm, DnsName, Form, NameEntry, PersonForm, SubjectForm, TechnicalContact};

impl Configuration {
    /// A form that comes to this configuration again, for whoever wants to change something in it. The names stand in it
    /// one by one, and phone numbers in their international form. An order that was placed elsewhere leaves the request
    /// empty, and what certificates don't tell.
    #[must_use]
    pub fn to_form(&self) -> Form {
        let names = self.names().into_iter().flat_map(|names| names.as_slice());
        let address = self.organization_address().map(AddressForm::from).unwrap_or_default();
        let is_shared = self.technical().is_some() && self.technical() == self.administrative();
        let technical = self.technical().filter(|_| !is_shared).map(PersonForm::from);
        Form {
            server: self.server(),
            key: self.key(),
            csr: self.request().pem().to_owned(),
            hash_algorithm: self.hash_algorithm(),
            subject: SubjectForm { address, ..SubjectForm::from(self.subject()) },
            contact: ContactForm::from(self.contact()),
            administrative: self.administrative().map(PersonForm::from).unwrap_or_default(),
            technical: TechnicalContact {
                same_as_administrative: is_shared,
                person: technical.unwrap_or_default(),
            },
            revocation_contact: self.revocation_contact().unwrap_or_default().to_owned(),
            phone_country: String::new(),
            names: names.map(DnsName::as_str).map(NameEntry::from).collect(),
            method: self.method().cloned(),
            send_messages: Some(self.send_messages()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{filled, offer, person};
    use super::*;
    use crate::{Catalogue, HashAlgorithm, KeyChoice, Mailbox, ServerType, VerificationMethod};

    #[track_caller]
    fn comes_back(form: &Form, code: &str) {
        let offer = offer(code);
        let configuration = offer.check(form).unwrap();
        assert_eq!(offer.check(&configuration.to_form()).unwrap(), configuration, "{}", offer.product.name);
    }

    #[test]
    fn comes_to_the_same_again_for_every_product() {
        for product in Catalogue::built_in().products() {
            comes_back(&filled(product), product.code.as_str());
        }
    }

    #[test]
    fn comes_to_the_same_again_with_all_that_may_be_filled_in() {
        let mut form = filled(&offer("931").product);
        form.server = ServerType::Tomcat;
        form.key = KeyChoice::Generate { algorithm: csr_tools::KeyAlgorithm::EcdsaP256, keep: true };
        form.hash_algorithm = Some(HashAlgorithm::RsaSha256);
        form.contact.phone = "030 901820".into();
        form.phone_country = "DE".into();
        form.administrative = person();
        form.technical.person = PersonForm { job_title: "Admin".into(), ..person() };
        form.revocation_contact = "security@example.com".into();
        form.names = vec![NameEntry { name: "żółw.example.com".into(), www: true }, "example.org".into()];
        form.method = Some(VerificationMethod::Email(Mailbox::Postmaster));
        form.send_messages = Some(false);
        comes_back(&form, "931");
        form.technical.same_as_administrative = true;
        comes_back(&form, "931");
        let configuration = offer("931").check(&form).unwrap();
        assert!(configuration.to_form().technical.same_as_administrative);
        form.subject.address = person().address;
        comes_back(&form, "931");
    }

    #[test]
    fn comes_to_the_same_again_where_the_request_said_the_names() {
        let form = Form { names: Vec::new(), ..filled(&offer("601").product) };
        assert!(!offer("601").check(&form).unwrap().to_form().names.is_empty());
        comes_back(&form, "601");
    }
}
