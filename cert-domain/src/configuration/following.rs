//! The configurations of orders that follow a first one, and of the same order anew.

use std::sync::Arc;

use csr_tools::RequestBuilder;

use super::{Configuration, request_for, sends_messages};
use crate::verification::{APPROVER_METHOD, check_method};
use crate::{
    Finding, Findings, HashAlgorithm, KeyChoice, Problem, Reissue, Renewal, RequestPem, VerificationMethod,
};

impl Configuration {
    /// The configuration of a renewal: what the renewal says, and otherwise all as before.
    #[must_use]
    pub fn renewed(&self, renewal: &Renewal) -> Self {
        let method = renewal.method.as_ref();
        let mut next = self.followed(&renewal.request, method, renewal.send_messages, renewal.hash_algorithm);
        if let Some(mailbox) = &renewal.revocation_contact {
            Arc::make_mut(&mut next.details).revocation_contact = Some(mailbox.clone());
        }
        next
    }

    /// The configuration of a reissue: its names, what else it says, and otherwise all as before.
    #[must_use]
    pub fn reissued(&self, reissue: &Reissue) -> Self {
        let method = reissue.method.as_ref();
        let mut next = self.followed(&reissue.request, method, reissue.send_messages, reissue.hash_algorithm);
        next.names.clone_from(&reissue.names);
        next
    }

    /// The same with another way to prove the names. Left empty, the CA sends messages where the method is one.
    ///
    /// # Errors
    /// That the method can't prove the names (code 2186), or that there are none (2163).
    pub fn with_method(
        &self,
        method: VerificationMethod,
        send_messages: Option<bool>,
    ) -> Result<Self, Findings> {
        let Some(names) = &self.names else {
            return Err(Finding::new(2163, APPROVER_METHOD, Problem::NoDomainNames).into());
        };
        let findings = check_method(&method, names);
        if !findings.is_empty() {
            return Err(findings);
        }
        let send_messages = sends_messages(send_messages, Some(&method));
        Ok(Self { method: Some(method), send_messages, ..self.clone() })
    }

    /// The same with another request, whose key the same side made.
    #[must_use]
    pub fn with_request(&self, request: RequestPem) -> Self {
        Self { request, ..self.clone() }
    }

    /// The same with another request that the customer brought. If it is for another key, that key is the customer's own.
    #[must_use]
    pub fn with_brought_request(&self, request: RequestPem) -> Self {
        let is_other = request.public_key_hash() != self.request.public_key_hash();
        let mut next = self.with_request(request);
        if is_other {
            Arc::make_mut(&mut next.details).key = KeyChoice::Request;
        }
        next
    }

    /// The request for the same data, for another key to sign.
    #[must_use]
    pub fn request_to_sign(&self) -> RequestBuilder {
        request_for(self.subject(), self.names())
    }

    fn followed(
        &self,
        request: &RequestPem,
        method: Option<&VerificationMethod>,
        send_messages: Option<bool>,
        hash_algorithm: Option<HashAlgorithm>,
    ) -> Self {
        let mut next = self.with_brought_request(request.clone());
        if let Some(method) = method
            && (Some(method) != self.method() || send_messages.is_some())
        {
            next.method = Some(method.clone());
            next.send_messages = sends_messages(send_messages, Some(method));
        }
        if hash_algorithm.is_some() {
            Arc::make_mut(&mut next.details).hash_algorithm = hash_algorithm;
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use csr_tools::{KeyAlgorithm, PrivateKey};

    use super::super::tests::{filled, offer};
    use super::*;
    use crate::{
        Catalogue, CertificateForm, CustomerId, Form, Mailbox, NameEntry, Predecessor, ReissueForm,
        RenewalForm,
    };

    fn customer() -> CustomerId {
        "customer-7".parse().unwrap()
    }

    fn request(configuration: &Configuration) -> String {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        configuration.request_to_sign().sign(&key).unwrap().to_pem()
    }

    fn renewal(first: &Configuration) -> RenewalForm {
        let certificate = CertificateForm::by_serial_number("0a1b");
        RenewalForm { certificate, csr: request(first), ..RenewalForm::default() }
    }

    fn reissue(first: &Configuration) -> ReissueForm {
        let certificate = CertificateForm::by_serial_number("0a1b");
        ReissueForm { certificate, csr: request(first), ..ReissueForm::default() }
    }

    #[test]
    fn follows_orders_of_every_product_with_nothing_but_another_key() {
        for product in Catalogue::built_in().products() {
            let offer = offer(product.code.as_str());
            let first = offer.check(&filled(product)).unwrap();
            let before = Predecessor::of(&first, &customer());
            let form = reissue(&first);
            let reissued =
                form.check(&offer, &before).unwrap_or_else(|found| panic!("{}: {found}", product.name));
            let second = first.reissued(&reissued);
            assert_eq!(second, first.with_request(reissued.request), "{}", product.name);
            assert_ne!(second.request().public_key_hash(), first.request().public_key_hash());
            if product.renewal_code.is_some() {
                let renewed = renewal(&first).check(&offer, &customer(), &before).unwrap();
                assert_eq!(first.renewed(&renewed), first.with_request(renewed.request), "{}", product.name);
            }
        }
    }

    #[test]
    fn takes_over_what_a_form_says_anew() {
        let mut multi = offer("931");
        multi.allow_more_domains = true;
        let first = multi.check(&filled(&multi.product)).unwrap();
        let before = Predecessor::of(&first, &customer());
        let mailbox = VerificationMethod::Email(Mailbox::Webmaster);
        let added = ReissueForm {
            added: vec![NameEntry { name: "example.org".into(), www: true }],
            method: Some(mailbox.clone()),
            hash_algorithm: Some(HashAlgorithm::EccSha256),
            ..reissue(&first)
        };
        let second = first.reissued(&added.check(&multi, &before).unwrap());
        assert_eq!(second.names().unwrap().as_slice().len(), first.names().unwrap().as_slice().len() + 2);
        assert_eq!((second.method(), second.send_messages()), (Some(&mailbox), true));
        assert_eq!(second.hash_algorithm(), Some(HashAlgorithm::EccSha256));
        assert_eq!(second.contact(), first.contact());

        // What is not said again stays, whatever the offer says.
        let before = Predecessor::of(&second, &customer());
        let form = RenewalForm { revocation_contact: "soc@example.com".into(), ..renewal(&second) };
        let third = second.renewed(&form.check(&multi, &customer(), &before).unwrap());
        assert_eq!((third.method(), third.send_messages()), (Some(&mailbox), true));
        assert_eq!(third.hash_algorithm(), Some(HashAlgorithm::EccSha256));
        assert_eq!(third.revocation_contact(), Some("soc@example.com"));
        assert_eq!(third.names(), second.names());
    }

    #[test]
    fn keeps_the_choice_of_messages_with_the_method_it_was_made_for() {
        let form = Form { send_messages: Some(true), ..filled(&offer("601").product) };
        let first = offer("601").check(&form).unwrap();
        let before = Predecessor::of(&first, &customer());
        let method = |method| {
            let form = RenewalForm { method, ..renewal(&first) };
            first.renewed(&form.check(&offer("601"), &customer(), &before).unwrap()).send_messages()
        };
        assert!(method(None) && method(first.method().cloned()));
        assert!(!method(Some(VerificationMethod::DnsCname)));
    }

    #[test]
    fn has_the_ca_send_messages_as_the_form_of_what_follows_says() {
        let multi = offer("931");
        let first = multi.check(&filled(&multi.product)).unwrap();
        let before = Predecessor::of(&first, &customer());
        let mailbox = VerificationMethod::Email(Mailbox::Webmaster);
        for (method, send_messages) in [(None, true), (None, false), (Some(mailbox), false)] {
            let renewed =
                RenewalForm { method: method.clone(), send_messages: Some(send_messages), ..renewal(&first) };
            let reissued = ReissueForm { method, send_messages: Some(send_messages), ..reissue(&first) };
            let renewed = first.renewed(&renewed.check(&multi, &customer(), &before).unwrap());
            let reissued = first.reissued(&reissued.check(&multi, &before).unwrap());
            assert_eq!([renewed.send_messages(), reissued.send_messages()], [send_messages; 2]);
        }
    }

    #[test]
    fn changes_the_method_where_it_can_prove_the_names() {
        let wildcard = offer("741").check(&filled(&offer("741").product)).unwrap();
        let codes = |outcome: Result<Configuration, Findings>| -> Vec<u32> {
            outcome.unwrap_err().into_iter().map(|finding| finding.code).collect()
        };
        assert_eq!(codes(wildcard.with_method(VerificationMethod::File, None)), [2186]);
        let changed = wildcard.with_method(VerificationMethod::DnsCname, Some(true)).unwrap();
        assert_eq!((changed.method(), changed.send_messages()), (Some(&VerificationMethod::DnsCname), true));
        let message = wildcard.with_method(VerificationMethod::Email(Mailbox::Admin), None).unwrap();
        assert!(message.send_messages());
        let mailbox = offer("731").check(&filled(&offer("731").product)).unwrap();
        assert_eq!(codes(mailbox.with_method(VerificationMethod::DnsTxt, None)), [2163]);
    }

    #[test]
    fn takes_another_key_that_the_customer_brings_for_the_customers_own() {
        let key = KeyChoice::Generate { algorithm: KeyAlgorithm::EcdsaP256, keep: true };
        let first = offer("601").check(&Form { key, ..filled(&offer("601").product) }).unwrap();
        let other = RequestPem::check(&request(&first)).unwrap();
        assert_eq!(first.with_brought_request(first.request().clone()).details.key, key);
        assert_eq!(first.with_request(other.clone()).details.key, key);
        assert_eq!(first.with_brought_request(other).details.key, KeyChoice::Request);
    }
}
