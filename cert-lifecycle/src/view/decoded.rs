//! Requests and certificates that belong to no service: what a file holds, or what somebody pasted.

use cert_domain::Language;
use csr_tools::{Certificate, EncodedRequest, Finding, GeneralName, Policy, RequestView, Severity};
use jiff::Timestamp;
use serde::Serialize;

use super::KeyView;
use crate::compose::in_language;

/// What was pasted for a request: what it says, if it is one, and what a CA would make of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PastedRequestView {
    /// What it says. Of what is no request, these fields are not there.
    #[serde(flatten)]
    pub request: Option<DecodedRequestView>,
    /// Everything that a CA might not like.
    pub findings: Vec<RequestFindingView>,
}

/// What a request says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DecodedRequestView {
    /// The subject.
    pub subject: String,
    /// The DNS names that are asked for.
    pub dns_names: Vec<String>,
    /// The key that it is for, if it can be read.
    pub key: Option<KeyView>,
    /// What it is signed with.
    pub signature_algorithm: String,
    /// Whether the signature is its key's.
    pub signature_valid: bool,
    /// The SHA-256 hash of the public key, in hexadecimal.
    pub spki_sha256: String,
}

/// Something that a CA might not like about a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RequestFindingView {
    /// The Partner API's code, if it has one.
    pub code: Option<u16>,
    /// The field of the Partner API.
    pub field: String,
    /// How bad it is: `info`, `warning` or `error`.
    pub severity: &'static str,
    /// The same for people.
    pub severity_text: &'static str,
    /// The datum in question, where there is one.
    pub value: Option<String>,
    /// What is wrong.
    pub message: String,
}

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DecodedCertificateView {
    /// The serial number, in hexadecimal.
    pub serial_number: String,
    /// The common name.
    pub common_name: Option<String>,
    /// The DNS names in it.
    pub dns_names: Vec<String>,
    /// The first moment of its validity.
    pub not_before: Option<Timestamp>,
    /// The last moment of its validity.
    pub not_after: Option<Timestamp>,
    /// The SHA-256 hash of the public key, in hexadecimal.
    pub spki_sha256: String,
}

impl PastedRequestView {
    /// What was pasted, under a policy, in a language.
    #[must_use]
    pub fn of(input: &[u8], policy: &Policy, language: Language) -> Self {
        let encoded = EncodedRequest::from_paste(input).ok();
        let request = encoded.as_ref().and_then(|encoded| encoded.view().ok());
        let findings = policy.check_paste(input);
        Self {
            request: request.map(|request| DecodedRequestView::of(&request)),
            findings: findings.iter().map(|finding| RequestFindingView::of(finding, language)).collect(),
        }
    }

    /// Whether a CA would take it.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity != "error")
    }
}

impl DecodedRequestView {
    /// A request.
    #[must_use]
    pub fn of(request: &RequestView<'_>) -> Self {
        let names = request.names().filter_map(|name| match name {
            GeneralName::Dns(host) => Some(host.into_owned()),
            _ => None,
        });
        Self {
            subject: request.subject().to_string(),
            dns_names: names.collect(),
            key: request.public_key().ok().map(|key| KeyView::from(key.algorithm())),
            signature_algorithm: request.signature_algorithm().to_string(),
            signature_valid: request.verify().is_ok(),
            spki_sha256: request.public_key_hash().to_string(),
        }
    }
}

impl RequestFindingView {
    /// A finding in a language.
    #[must_use]
    pub fn of(finding: &Finding, language: Language) -> Self {
        let (severity, english, polish) = match finding.severity() {
            Severity::Info => ("info", "information", "informacja"),
            Severity::Warning => ("warning", "warning", "ostrzeżenie"),
            _ => ("error", "error", "błąd"),
        };
        let spoken = in_language(language, csr_tools::Language::English, csr_tools::Language::Polish);
        Self {
            code: finding.code(),
            field: finding.field().to_owned(),
            severity,
            severity_text: in_language(language, english, polish),
            value: finding.value().map(str::to_owned),
            message: finding.text(spoken),
        }
    }
}

impl From<&Certificate> for DecodedCertificateView {
    fn from(certificate: &Certificate) -> Self {
        let moment = |seconds| Timestamp::from_second(seconds).ok();
        Self {
            serial_number: certificate.serial_number().to_string(),
            common_name: certificate.common_name().map(str::to_owned),
            dns_names: certificate.dns_names().to_vec(),
            not_before: moment(certificate.not_before()),
            not_after: moment(certificate.not_after()),
            spki_sha256: certificate.public_key_hash().to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
    use serde_json::{json, to_value};

    use super::*;

    fn pasted(input: &[u8], language: Language) -> PastedRequestView {
        PastedRequestView::of(input, &Policy::certum(), language)
    }

    #[test]
    fn shows_what_a_request_says_and_what_is_wrong_with_it() {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let request =
            CertificateRequest::builder().common_name("co.uk").dns_name("co.uk").sign(&key).unwrap();
        let [english, polish] = [Language::English, Language::Polish]
            .map(|language| to_value(pasted(request.to_pem().as_bytes(), language)).unwrap());
        assert_eq!((&english["subject"], &english["dns_names"]), (&json!("CN=co.uk"), &json!(["co.uk"])));
        assert_eq!(english["key"], json!({"algorithm": "EC", "bits": 256}));
        assert_eq!(english["signature_valid"], true);
        assert_eq!(english["spki_sha256"], request.public_key_hash().to_string());
        let [found, told] = [&english, &polish].map(|view| {
            let findings = view["findings"].as_array().unwrap();
            findings.iter().find(|finding| finding["severity"] == "error").unwrap().clone()
        });
        assert_eq!((&found["severity_text"], &told["severity_text"]), (&json!("error"), &json!("błąd")));
        assert_ne!(found["message"], told["message"]);
        assert!(!pasted(request.to_pem().as_bytes(), Language::English).is_good());
    }

    #[test]
    fn has_nothing_but_findings_of_what_is_no_request() {
        let view = pasted(b"no request", Language::English);
        assert!(view.request.is_none() && !view.is_good());
        let view = to_value(view).unwrap();
        assert_eq!(view.as_object().unwrap().keys().collect::<Vec<_>>(), ["findings"]);
    }
}
