//! What a customer filled in, checked.

use std::fmt;

use csr_tools::{CertificateRequest, Policy, PublicKeyHash, Severity};
use serde::{Deserialize, Serialize};

use crate::verification::check_method;
use crate::{Contact, ContactForm, Finding, Findings, NameSet, Offer, VerificationMethod};

/// What a customer fills in for a service.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs, reason = "a form is filled in field by field")]
pub struct Form {
    /// The PKCS#10 request, PEM.
    pub csr: String,
    /// The names, the common name first. Left empty, they are taken from the request.
    pub names: Vec<String>,
    /// How control of the names is to be proved. Left empty, as the offer says.
    pub method: Option<VerificationMethod>,
    /// Who orders.
    pub contact: ContactForm,
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { csr: _, names, method, contact: _ } = self;
        f.debug_struct("Form").field("names", names).field("method", method).finish_non_exhaustive()
    }
}

/// A form that an offer takes: what an order is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    request: RequestPem,
    names: NameSet,
    method: VerificationMethod,
    contact: Contact,
}

impl Configuration {
    pub(crate) fn check(form: &Form, offer: &Offer) -> Result<Self, Findings> {
        let mut findings = Findings::new();
        let request = read_request(&form.csr).map_err(|found| findings.extend(found)).ok();
        let names = match &request {
            Some(request) if form.names.is_empty() => {
                NameSet::check(&names_of(request), offer.product.names).map(Some)
            }
            // Without names of its own, and without a readable request, nothing can be said of the names.
            None if form.names.is_empty() => Ok(None),
            _ => NameSet::check(&form.names, offer.product.names).map(Some),
        };
        let names = names.unwrap_or_else(|found| {
            findings.extend(found);
            None
        });
        let method = form.method.clone().unwrap_or_else(|| offer.default_method.clone());
        if let Some(names) = &names {
            findings.extend(check_method(&method, names));
        }
        let contact = Contact::check(&form.contact).map_err(|found| findings.extend(found)).ok();
        match (request, names, contact) {
            (Some(request), Some(names), Some(contact)) if findings.is_empty() => {
                Ok(Self { request: RequestPem::from(&request), names, method, contact })
            }
            _ => Err(findings),
        }
    }

    /// The certificate request.
    #[must_use]
    pub fn request(&self) -> &RequestPem {
        &self.request
    }

    /// The names that the certificate is to hold.
    #[must_use]
    pub fn names(&self) -> &NameSet {
        &self.names
    }

    /// How control of the names is to be proved.
    #[must_use]
    pub fn method(&self) -> &VerificationMethod {
        &self.method
    }

    /// Who orders.
    #[must_use]
    pub fn contact(&self) -> &Contact {
        &self.contact
    }
}

/// A certificate request whose signature was checked when it was taken, as it goes to the CA and to a store.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestPem {
    pem: String,
    #[serde(with = "key_hash")]
    public_key_hash: PublicKeyHash,
}

impl RequestPem {
    /// The request, PEM.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The hash of its public key, which is the key's identity.
    #[must_use]
    pub fn public_key_hash(&self) -> PublicKeyHash {
        self.public_key_hash
    }
}

impl From<&CertificateRequest> for RequestPem {
    fn from(request: &CertificateRequest) -> Self {
        Self { pem: request.to_pem(), public_key_hash: request.public_key_hash() }
    }
}

impl fmt::Debug for RequestPem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pem: _, public_key_hash } = self;
        write!(f, "RequestPem {{ public_key_hash: {public_key_hash}, .. }}")
    }
}

mod key_hash {
    use csr_tools::PublicKeyHash;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(hash: &PublicKeyHash, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(hash)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PublicKeyHash, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// The longest request that is read. One with an RSA key of 8192 bits and a hundred names has a tenth of it.
const MAX_CSR_BYTES: usize = 64 * 1024;

const CSR: &str = "orderParameters/CSR";
/// What the findings on the key and on the signature are about.
const CSR_PARTS: &[&str] = &[CSR, "CSR", "CSR public key"];

/// The request of a form, if its key can be certified and its signature holds. What it says of the subject is not looked
/// at: the order says it anew.
fn read_request(pem: &str) -> Result<CertificateRequest, Findings> {
    if pem.trim().is_empty() {
        return Err(Finding::new(1002, CSR, "is missing").into());
    }
    if pem.len() > MAX_CSR_BYTES {
        return Err(Finding::new(1078, CSR, format!("is longer than {MAX_CSR_BYTES} bytes")).into());
    }
    let is_about_request = |finding: &csr_tools::Finding| {
        finding.severity() == Severity::Error && CSR_PARTS.contains(&finding.field())
    };
    let findings: Findings = Policy::certum()
        .check_paste(pem)
        .iter()
        .filter(|finding| is_about_request(finding))
        .map(translate)
        .collect();
    if !findings.is_empty() {
        return Err(findings);
    }
    CertificateRequest::from_pem(pem).map_err(|error| Finding::new(1078, CSR, error.to_string()).into())
}

fn translate(finding: &csr_tools::Finding) -> Finding {
    let code = finding.code().map_or(1078, u32::from);
    Finding::new(code, finding.field(), finding.text(csr_tools::Language::English))
}

/// The names in a request: its common name first, then the others.
fn names_of(request: &CertificateRequest) -> Vec<&str> {
    request.common_name().into_iter().chain(request.dns_names().iter().map(String::as_str)).collect()
}

#[cfg(test)]
mod tests {
    use csr_tools::{KeyAlgorithm, PrivateKey};

    use super::*;
    use crate::Catalogue;

    fn offer(code: &str) -> Offer {
        let product = Catalogue::built_in().product(&code.parse().unwrap()).unwrap();
        Offer::new(product.clone(), VerificationMethod::File).unwrap()
    }

    fn form(names: &[&str]) -> Form {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let request = CertificateRequest::builder()
            .common_name("shop.example.com")
            .dns_name("www.shop.example.com")
            .sign(&key)
            .unwrap();
        Form {
            csr: request.to_pem(),
            names: names.iter().map(|&name| name.to_owned()).collect(),
            method: None,
            contact: ContactForm {
                first_name: "Jan".into(),
                last_name: "Nowak".into(),
                email: "jan@example.com".into(),
                phone: String::new(),
            },
        }
    }

    fn codes(form: &Form, offer: &Offer) -> Vec<u32> {
        offer.check(form).unwrap_err().into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn takes_names_from_the_request_where_the_form_has_none() {
        let configuration = offer("601").check(&form(&[])).unwrap();
        let names: Vec<_> = configuration.names().as_slice().iter().map(crate::DnsName::as_str).collect();
        assert_eq!(names, ["shop.example.com", "www.shop.example.com"]);
        assert_eq!(configuration.names().common_name().as_str(), "shop.example.com");
        assert_eq!(*configuration.method(), VerificationMethod::File);
    }

    #[test]
    fn reports_everything_at_once() {
        let mut bad = form(&["a b.example.com", "*.example.com"]);
        bad.csr = "nonsense".into();
        bad.contact.email = "jan".into();
        assert_eq!(codes(&bad, &offer("931")), [1078, 1008, 1115, 1060]);
        assert_eq!(codes(&Form::default(), &offer("601")), [1002, 1054, 1055, 1053]);
    }

    #[test]
    fn refuses_a_file_as_proof_of_a_wildcard() {
        assert_eq!(codes(&form(&["*.example.com"]), &offer("741")), [2186]);
        let dns = Form { method: Some(VerificationMethod::DnsTxt), ..form(&["*.example.com"]) };
        assert!(offer("741").check(&dns).is_ok());
    }

    #[test]
    fn refuses_keys_that_no_public_ca_certifies() {
        for (csr, code) in [
            (include_str!("../tests/requests/rsa-1024.pem"), 1000),
            (include_str!("../tests/requests/p-521.pem"), 1001),
            (include_str!("../tests/requests/ed25519.pem"), 1001),
        ] {
            assert_eq!(
                codes(&Form { csr: csr.into(), ..form(&["shop.example.com"]) }, &offer("601")),
                [code]
            );
        }
    }

    #[test]
    fn reads_no_request_longer_than_any_real_one() {
        let long = "-".repeat(MAX_CSR_BYTES + 1);
        assert_eq!(codes(&Form { csr: long, ..form(&["shop.example.com"]) }, &offer("601")), [1078]);
    }

    #[test]
    fn survives_storage_and_prints_neither_request_nor_person() {
        let configuration = offer("601").check(&form(&[])).unwrap();
        let stored = serde_json::to_string(&configuration).unwrap();
        assert_eq!(serde_json::from_str::<Configuration>(&stored).unwrap(), configuration);
        let printed = format!("{configuration:?}{:?}", form(&[]));
        assert!(!printed.contains("CERTIFICATE") && !printed.contains("jan@"), "{printed}");
    }

    #[test]
    fn refuses_to_offer_what_it_cannot_order() {
        for code in ["631", "641", "731", "841"] {
            let product = Catalogue::built_in().product(&code.parse().unwrap()).unwrap();
            assert!(Offer::new(product.clone(), VerificationMethod::File).is_err(), "{code}");
        }
    }
}
