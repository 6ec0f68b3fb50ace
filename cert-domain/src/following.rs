//! What follows a first order: renewals and reissues.

use csr_tools::{Certificate, SerialNumber};
use serde::{Deserialize, Serialize};

use crate::verification::check_method;
use crate::{
    Configuration, CustomerId, DnsName, Finding, Findings, HashAlgorithm, NameEntry, NameSet, Offer, Problem,
    ProductCode, RequestPem, VerificationMethod, request,
};

/// A field for a serial number, and the codes for what can be wrong with it.
pub(crate) struct SerialNumberField {
    pub(crate) path: &'static str,
    pub(crate) missing: u32,
    pub(crate) too_long: u32,
    pub(crate) not_hexadecimal: u32,
}

impl SerialNumberField {
    /// The number as the CA writes it: hexadecimal, in upper case, without colons and leading zeros.
    pub(crate) fn read(&self, text: &str) -> Result<String, Finding> {
        let text = text.trim();
        let refuse = |code, problem| Err(Finding::new(code, self.path, problem).with_value(text));
        if text.is_empty() {
            return Err(Finding::new(self.missing, self.path, Problem::Missing));
        }
        let digits = text.chars().filter(|c| *c != ':').count();
        if digits > SerialNumber::MAX_DIGITS {
            return refuse(self.too_long, Problem::TooLong { limit: SerialNumber::MAX_DIGITS });
        }
        match text.parse::<SerialNumber>() {
            Ok(number) => Ok(number.to_string()),
            Err(_) => refuse(self.not_hexadecimal, Problem::NotHexadecimal),
        }
    }
}

/// Which certificate is meant: by its serial number, or itself in PEM. One of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[allow(clippy::exhaustive_structs, reason = "a form is filled in field by field")]
pub struct CertificateForm {
    /// The serial number, in hexadecimal.
    pub serial_number: String,
    /// The certificate, PEM.
    pub pem: String,
}

/// A certificate that is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CertificateReference {
    /// The one with this serial number.
    SerialNumber(String),
    /// This one, PEM.
    Certificate(String),
}

impl CertificateForm {
    /// The certificate with a serial number.
    #[must_use]
    pub fn by_serial_number(serial_number: impl Into<String>) -> Self {
        Self { serial_number: serial_number.into(), pem: String::new() }
    }

    /// The serial number, where a form asks for nothing else: as the CA writes it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check_serial_number(&self) -> Result<String, Finding> {
        const SERIAL_NUMBER: SerialNumberField =
            SerialNumberField { path: "serialNumber", missing: 1160, too_long: 1161, not_hexadecimal: 2096 };
        SERIAL_NUMBER.read(&self.serial_number)
    }

    /// The certificate that is meant.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<CertificateReference, Finding> {
        match (self.serial_number.trim().is_empty(), self.pem.trim().is_empty()) {
            (false, true) => self.check_serial_number().map(CertificateReference::SerialNumber),
            (true, false) => match Certificate::from_pem(&self.pem) {
                Ok(certificate) => Ok(CertificateReference::Certificate(certificate.to_pem())),
                Err(_) => Err(Finding::new(1165, "X509Cert", Problem::NotCertificate)),
            },
            _ => Err(Finding::new(1164, "serialNumber", Problem::OneCertificate)),
        }
    }
}

/// What is known of the order that a renewal or a reissue follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs, reason = "hosts and tests make it")]
pub struct Predecessor {
    /// Whose certificate it is.
    pub customer: CustomerId,
    /// The certificate's common name.
    pub common_name: String,
    /// The certificate's names. None for products without names.
    pub names: Option<NameSet>,
    /// How control of the names was proved, if that is known.
    pub method: Option<VerificationMethod>,
}

impl Predecessor {
    /// The order that a customer placed with this configuration.
    #[must_use]
    pub fn of(configuration: &Configuration, customer: &CustomerId) -> Self {
        Self {
            customer: customer.clone(),
            common_name: configuration.common_name().unwrap_or_default().to_owned(),
            names: configuration.names().cloned(),
            method: configuration.method().cloned(),
        }
    }

    /// How the names of an order that follows are to be proved: as its form says, as before, or as the offer says.
    fn next_method(&self, chosen: Option<&VerificationMethod>, offer: &Offer) -> Option<VerificationMethod> {
        let method = chosen.or(self.method.as_ref()).or(offer.default_method.as_ref());
        self.names.as_ref().and(method).cloned()
    }
}

/// A renewal, as a customer fills it in: a certificate for the next term, with a new request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[allow(clippy::exhaustive_structs, reason = "a form is filled in field by field")]
pub struct RenewalForm {
    /// The certificate to renew.
    pub certificate: CertificateForm,
    /// The new request, PEM.
    pub csr: String,
    /// How control of the names is to be proved. Left empty, as before; if that is not known, as the offer says.
    pub method: Option<VerificationMethod>,
    /// Whether the CA sends verification messages itself. Left empty, as before; with another method, where it is a message.
    pub send_messages: Option<bool>,
    /// The algorithm to sign with. Left empty, as before.
    pub hash_algorithm: Option<HashAlgorithm>,
    /// The mailbox that is told of a revocation. Left empty, as before.
    pub revocation_contact: String,
}

/// A renewal that the CA takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Renewal {
    /// The certificate to renew.
    pub certificate: CertificateReference,
    /// The code to order by.
    pub product: ProductCode,
    /// Whom it is for: the same customer as before.
    pub customer: CustomerId,
    /// The new request.
    pub request: RequestPem,
    /// How control of the names is to be proved.
    pub method: Option<VerificationMethod>,
    /// Whether the CA sends verification messages itself. None if nobody said.
    pub send_messages: Option<bool>,
    /// The algorithm to sign with.
    pub hash_algorithm: Option<HashAlgorithm>,
    /// The mailbox that is told of a revocation.
    pub revocation_contact: Option<String>,
}

impl RenewalForm {
    /// The renewal that the form asks for.
    ///
    /// # Errors
    /// Everything that is wrong with it: among it another common name than before (code 1168), or another customer
    /// (1169).
    pub fn check(
        &self,
        offer: &Offer,
        customer: &CustomerId,
        before: &Predecessor,
    ) -> Result<Renewal, Findings> {
        let mut findings = Findings::new();
        let certificate = findings.keep(self.certificate.check());
        let product = findings.keep(offer.product.renewal().cloned());
        if *customer != before.customer {
            findings
                .push(Finding::new(1169, "customer", Problem::OtherCustomer).with_value(customer.as_str()));
        }
        let request = findings.keep_all(request::read(&self.csr, |_| false));
        if let Some(name) = request.as_ref().and_then(|request| request.common_name())
            && !is_same_name(name, &before.common_name)
        {
            let problem = Problem::OtherCommonName { renewed: before.common_name.clone() };
            findings.push(Finding::new(1168, "commonName", problem).with_value(name));
        }
        let method = before.next_method(self.method.as_ref(), offer);
        if let (Some(method), Some(names)) = (&method, &before.names) {
            findings.extend(check_method(method, names));
        }
        findings.extend(wrong_hash(offer, self.hash_algorithm));
        let revocation_contact = findings.keep(crate::people::revocation_contact(&self.revocation_contact));
        match (certificate, product, request, revocation_contact) {
            (Some(certificate), Some(product), Some(request), Some(revocation_contact))
                if findings.is_empty() =>
            {
                Ok(Renewal {
                    certificate,
                    product,
                    customer: customer.clone(),
                    request: RequestPem::from(&request),
                    method,
                    send_messages: self.send_messages,
                    hash_algorithm: self.hash_algorithm,
                    revocation_contact,
                })
            }
            _ => Err(findings),
        }
    }
}

/// A reissue, as a customer fills it in: another certificate for what is paid, perhaps with more names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[allow(clippy::exhaustive_structs, reason = "a form is filled in field by field")]
pub struct ReissueForm {
    /// The certificate to replace.
    pub certificate: CertificateForm,
    /// The new request, PEM.
    pub csr: String,
    /// The names to add; may be left empty.
    pub added: Vec<NameEntry>,
    /// How control of the names is to be proved. Left empty, as before; if that is not known, as the offer says.
    pub method: Option<VerificationMethod>,
    /// Whether the CA sends verification messages itself. Left empty, as before; with another method, where it is a message.
    pub send_messages: Option<bool>,
    /// The algorithm to sign with. Left empty, as before.
    pub hash_algorithm: Option<HashAlgorithm>,
}

/// A reissue that the CA takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reissue {
    /// The certificate to replace.
    pub certificate: CertificateReference,
    /// The new request.
    pub request: RequestPem,
    /// All names of the new certificate. None for products without names.
    pub names: Option<NameSet>,
    /// Those of them that are new.
    pub added: Vec<DnsName>,
    /// How control of the names is to be proved.
    pub method: Option<VerificationMethod>,
    /// Whether the CA sends verification messages itself. None if nobody said.
    pub send_messages: Option<bool>,
    /// The algorithm to sign with.
    pub hash_algorithm: Option<HashAlgorithm>,
}

impl ReissueForm {
    /// The reissue that the form asks for.
    ///
    /// # Errors
    /// Everything that is wrong with it: among it names that the certificate has already (code 2130), and names where
    /// the offer adds none (2163).
    pub fn check(&self, offer: &Offer, before: &Predecessor) -> Result<Reissue, Findings> {
        let mut findings = Findings::new();
        let certificate = findings.keep(self.certificate.check());
        let request = findings.keep_all(request::read(&self.csr, |_| false).map_err(as_reissued));
        let entries = self.added.iter().filter(|entry| !entry.name.trim().is_empty());
        let added: Vec<String> = entries.flat_map(with_www).collect();
        let names = match &before.names {
            _ if !added.is_empty() && !offer.can_add_names() => {
                findings.push(Finding::new(2163, "SANEntries", Problem::NamesNotAddable));
                None
            }
            Some(names) if !added.is_empty() => {
                findings.keep_all(names.with_added(&added, offer.name_limits()))
            }
            names => names.clone(),
        };
        let method = before.next_method(self.method.as_ref(), offer);
        if let (Some(method), Some(names)) = (&method, &names) {
            findings.extend(check_method(method, names));
        }
        findings.extend(wrong_hash(offer, self.hash_algorithm));
        match (certificate, request) {
            (Some(certificate), Some(request)) if findings.is_empty() => {
                let change = before.names.as_ref().zip(names.as_ref()).map(|(old, new)| old.change_to(new));
                Ok(Reissue {
                    certificate,
                    request: RequestPem::from(&request),
                    added: change.map(|change| change.added).unwrap_or_default(),
                    names,
                    method,
                    send_messages: self.send_messages,
                    hash_algorithm: self.hash_algorithm,
                })
            }
            _ => Err(findings),
        }
    }
}

fn with_www(entry: &NameEntry) -> Vec<String> {
    let www = entry.name.parse::<DnsName>().ok().filter(|_| entry.www).and_then(|name| name.with_www());
    std::iter::once(entry.name.clone()).chain(www).collect()
}

fn wrong_hash(offer: &Offer, algorithm: Option<HashAlgorithm>) -> Option<Finding> {
    offer.product.check_hash(algorithm?).err()
}

fn is_same_name(one: &str, other: &str) -> bool {
    match (one.parse::<DnsName>(), other.parse::<DnsName>()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one.trim() == other.trim(),
    }
}

/// Of reissues the Partner API says by one code that there is no request, whatever there is.
fn as_reissued(findings: Findings) -> Findings {
    const CSR: &str = "reissueCertificate/CSR";
    let translate = |finding: Finding| match finding.code {
        1002 | 1078 => Finding { code: 2097, field: CSR.into(), ..finding },
        _ => finding,
    };
    findings.into_iter().map(translate).collect()
}

#[cfg(test)]
mod tests {
    use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};

    use super::*;
    use crate::{Catalogue, NameRule};

    fn csr(common_name: &str) -> String {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        CertificateRequest::builder().common_name(common_name).sign(&key).unwrap().to_pem()
    }

    fn offer(code: &str) -> Offer {
        let product = Catalogue::built_in().product(&code.parse().unwrap()).unwrap();
        let mut offer = Offer::new(product.clone(), VerificationMethod::DnsTxt).unwrap();
        offer.allow_more_domains = offer.additional_domains;
        offer
    }

    fn before() -> Predecessor {
        let names = NameSet::check(&["a.example.com"], NameRule::Multi { limit: None }).unwrap();
        let customer = "customer-7".parse().unwrap();
        Predecessor { customer, common_name: "a.example.com".into(), names: Some(names), method: None }
    }

    fn codes<T>(outcome: Result<T, Findings>) -> Vec<u32> {
        outcome.err().unwrap_or_default().into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn renews_under_the_renewal_code_for_the_same_name_and_customer() {
        let form = RenewalForm {
            certificate: CertificateForm::by_serial_number("0a1b"),
            csr: csr("A.example.com"),
            ..RenewalForm::default()
        };
        let renewal = form.check(&offer("931"), &before().customer, &before()).unwrap();
        assert_eq!((renewal.product.as_str(), &renewal.method), ("936", &Some(VerificationMethod::DnsTxt)));
        assert_eq!(renewal.certificate, CertificateReference::SerialNumber("A1B".into()));

        let other = "customer-8".parse().unwrap();
        let form = RenewalForm { csr: csr("b.example.com"), ..RenewalForm::default() };
        assert_eq!(codes(form.check(&offer("651"), &other, &before())), [1164, 1166, 1169, 1168]);
        let form = RenewalForm { certificate: CertificateForm::by_serial_number("0a"), ..form };
        assert_eq!(codes(form.check(&offer("931"), &other, &before())), [1169, 1168]);
    }

    #[test]
    fn reissues_with_names_that_are_new_and_fit() {
        let form = |added: &[&str]| ReissueForm {
            certificate: CertificateForm::by_serial_number("0a1b"),
            csr: csr("a.example.com"),
            added: added.iter().map(|&name| name.into()).collect(),
            ..ReissueForm::default()
        };
        let reissue = form(&["b.example.com", ""]).check(&offer("931"), &before()).unwrap();
        assert_eq!(reissue.names.unwrap().as_slice().len(), 2);
        assert_eq!(reissue.added, ["b.example.com".parse().unwrap()]);
        let same = form(&[]).check(&offer("601"), &before()).unwrap();
        assert_eq!((same.names, same.added), (before().names, Vec::new()));

        assert_eq!(codes(form(&["A.example.com"]).check(&offer("931"), &before())), [2130]);
        assert_eq!(codes(form(&["b.example.com"]).check(&offer("601"), &before())), [2163]);
        let nothing = ReissueForm::default().check(&offer("931"), &before()).unwrap_err();
        assert_eq!(nothing.as_slice()[1].field, "reissueCertificate/CSR");
        assert_eq!(codes(Err::<(), _>(nothing)), [1164, 2097]);
    }

    #[test]
    fn compares_common_names_that_are_no_host_names_as_they_are_written() {
        for (one, other, same) in [
            ("Shop.Example.com", "shop.example.com", true),
            ("Jan Nowak", " Jan Nowak ", true),
            ("Jan Nowak", "Anna Nowak", false),
            ("Jan Nowak", "shop.example.com", false),
        ] {
            assert_eq!(is_same_name(one, other), same, "{one} and {other}");
        }
    }

    #[test]
    fn leaves_the_names_of_a_reissue_alone_where_none_is_added() {
        let names: Vec<_> = (0..5).map(|number| format!("h{number}.example.com")).collect();
        let names = NameSet::check(&names, NameRule::Multi { limit: None }).unwrap();
        let before = Predecessor { names: Some(names), ..before() };
        let form = ReissueForm {
            certificate: CertificateForm::by_serial_number("0a1b"),
            csr: csr("a.example.com"),
            ..ReissueForm::default()
        };
        // A certificate with more names than the product takes by now.
        assert_eq!(form.check(&offer("651"), &before).unwrap().names, before.names);
    }

    #[test]
    fn asks_for_no_algorithm_that_the_product_does_not_have() {
        let mut offer = offer("931");
        offer.product.hash_algorithms = vec![HashAlgorithm::RsaSha256];
        let certificate = CertificateForm::by_serial_number("0a1b");
        for (algorithm, expected) in
            [(HashAlgorithm::RsaSha256, &[][..]), (HashAlgorithm::EccSha256, &[2089])]
        {
            let (certificate, csr) = (certificate.clone(), csr("a.example.com"));
            let form =
                ReissueForm { certificate, csr, hash_algorithm: Some(algorithm), ..ReissueForm::default() };
            assert_eq!(codes(form.check(&offer, &before())), expected, "{algorithm:?}");
        }
    }

    #[test]
    fn knows_a_certificate_by_one_of_two() {
        let check = |serial: &str, pem: &str| {
            let form = CertificateForm { serial_number: serial.into(), pem: pem.into() };
            form.check().map_err(|finding| finding.code)
        };
        assert_eq!(check("", ""), Err(1164));
        assert_eq!(check("0a", "x"), Err(1164));
        assert_eq!(check("xyz", ""), Err(2096));
        assert_eq!(check(&"1".repeat(SerialNumber::MAX_DIGITS + 1), ""), Err(1161));
        assert!(check(&"1".repeat(SerialNumber::MAX_DIGITS), "").is_ok());
        assert_eq!(check("", "x"), Err(1165));
    }
}
