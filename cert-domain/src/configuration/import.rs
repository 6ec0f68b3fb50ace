//! Orders that were placed elsewhere.

use std::sync::Arc;

use csr_tools::Certificate;

use super::{Configuration, Details, sends_messages};
use crate::verification::check_method;
use crate::{
    Contact, Findings, KeyChoice, NameRule, NameSet, Offer, Problem, RequestPem, ServerType, Subject,
};

impl Configuration {
    /// What a certificate tells of the order that it came from, for an order that was placed elsewhere: names, subject and
    /// key. The names are held against the product, not against the offer's limit: they are certified already. The method
    /// is the offer's; the request is empty.
    ///
    /// # Errors
    /// Everything that keeps the certificate from being one of the offer's product.
    pub fn of_certificate(
        offer: &Offer,
        certificate: &Certificate,
        contact: Contact,
    ) -> Result<Self, Findings> {
        let mut findings = Findings::new();
        let product = &offer.product;
        let hosts = certificate.dns_names();
        let names = if product.names == NameRule::None {
            findings.extend(hosts.iter().map(|host| crate::name::entry(Problem::NoDomainNames, host)));
            None
        } else {
            let common_name = certificate.common_name().into_iter();
            let all: Vec<_> = common_name.chain(hosts.iter().map(String::as_str)).collect();
            findings.keep_all(NameSet::check(&all, product.names))
        };
        let method = names.as_ref().and(offer.default_method.clone());
        if let (Some(method), Some(names)) = (&method, &names) {
            findings.extend(check_method(method, names));
        }
        if !findings.is_empty() {
            return Err(findings);
        }
        let details = Details {
            server: ServerType::default(),
            key: KeyChoice::Request,
            hash_algorithm: None,
            subject: Subject::of_certificate(certificate, product.kind, product.level),
            contact,
            administrative: None,
            technical: None,
            organization_address: None,
            revocation_contact: None,
        };
        Ok(Self {
            request: RequestPem::of_key(certificate.public_key_hash()),
            send_messages: sends_messages(None, method.as_ref()),
            names,
            method,
            details: Arc::new(details),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::offer;
    use super::*;
    use crate::{ContactForm, Country, DnsName, SubjectField, VerificationMethod};

    fn import(code: &str, pem: &str) -> Result<Configuration, Findings> {
        let contact = ContactForm {
            first_name: "Jan".into(),
            last_name: "Nowak".into(),
            email: "jan@example.com".into(),
            phone: String::new(),
        };
        let contact = Contact::check(&contact, Country::POLAND).unwrap();
        Configuration::of_certificate(&offer(code), &Certificate::from_pem(pem).unwrap(), contact)
    }

    fn codes(code: &str, pem: &str) -> Vec<u32> {
        import(code, pem).unwrap_err().into_iter().map(|finding| finding.code).collect()
    }

    fn names(configuration: &Configuration) -> Vec<&str> {
        configuration.names().unwrap().as_slice().iter().map(DnsName::as_str).collect()
    }

    const WILDCARD: &str = include_str!("../../tests/certificates/wildcard.pem");
    const ORGANIZATION: &str = include_str!("../../tests/certificates/organization.pem");
    const MAILBOX: &str = include_str!("../../tests/certificates/mailbox.pem");
    const BARE: &str = include_str!("../../tests/certificates/bare.pem");
    const SEVERAL: &str = include_str!("../../tests/certificates/several.pem");

    #[test]
    fn reads_names_and_key_and_takes_the_rest_from_the_offer() {
        let configuration = import("741", WILDCARD).unwrap();
        assert_eq!(names(&configuration), ["*.example.com", "example.com"]);
        assert_eq!(configuration.method(), Some(&VerificationMethod::DnsTxtPrefix));
        let certificate = Certificate::from_pem(WILDCARD).unwrap();
        assert_eq!(configuration.request().public_key_hash(), certificate.public_key_hash());
        assert_eq!((configuration.request().pem(), configuration.subject().is_empty()), ("", true));
        // Younger certificates have no common name.
        assert_eq!(names(&import("601", BARE).unwrap()), ["shop.example.com", "www.shop.example.com"]);
    }

    #[test]
    fn reads_of_the_subject_what_a_form_of_the_product_takes() {
        let configuration = import("631", ORGANIZATION).unwrap();
        let said: Vec<_> = configuration.subject().iter().collect();
        let expected = [
            (SubjectField::Organization, "Żółw sp. z o.o."),
            (SubjectField::State, "łódzkie"),
            (SubjectField::Country, "PL"),
        ];
        assert_eq!(said, expected);
        let mailbox = import("711", MAILBOX).unwrap();
        assert_eq!(mailbox.subject().get(SubjectField::Email), Some("jan@example.com"));
        assert_eq!((mailbox.common_name(), mailbox.method()), (Some("Jan Nowak"), None));
    }

    #[test]
    fn refuses_certificates_that_are_none_of_the_product() {
        assert_eq!(codes("601", WILDCARD), [1115]);
        assert_eq!(codes("741", BARE), [1118, 1118]);
        assert_eq!(codes("731", BARE), [2163, 2163]);
        assert_eq!(codes("601", MAILBOX), [1008]);
    }

    #[test]
    fn minds_no_limit_that_came_after_the_certificate() {
        let mut narrow = offer("931");
        narrow.domains_limit = 1;
        let certificate = Certificate::from_pem(SEVERAL).unwrap();
        let contact = import("931", SEVERAL).unwrap().contact().clone();
        assert!(NameSet::check(certificate.dns_names(), narrow.name_limits()).is_err());
        assert!(Configuration::of_certificate(&narrow, &certificate, contact).is_ok());
    }
}
