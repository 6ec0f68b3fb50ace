//! What is read and checked: a request with five names for each kind of key.

use std::fs;
use std::path::Path;

use certum_benches::Outcome;
use csr_tools::{CertificateRequest, EncodedRequest, GeneralName, KeyAlgorithm, PrivateKey};
use x509_cert::der::{DecodePem as _, Encode as _};
use x509_cert::request::CertReq;

const NAMES: [&str; 5] =
    ["shop.example.com", "www.example.com", "mail.example.com", "api.example.com", "*.cdn.example.com"];

/// What every peer takes out of a request, as owned values: common name, DNS names, key.
pub(crate) type Extracted = (Option<String>, Vec<String>, Vec<u8>);

/// A request, and the parts that the check of its signature is about.
pub(crate) struct Request {
    /// What a customer pastes.
    pub(crate) pem: String,
    /// The key, as DER.
    pub(crate) key: Vec<u8>,
    /// What was signed.
    pub(crate) message: Vec<u8>,
    /// The signature of that.
    pub(crate) signature: Vec<u8>,
}

impl Request {
    fn new(algorithm: KeyAlgorithm) -> Outcome<Self> {
        let key = PrivateKey::generate(algorithm)?;
        let request = CertificateRequest::builder().common_name(NAMES[0]).dns_names(NAMES).sign(&key)?;
        let pem = request.to_pem();
        let parts = CertReq::from_pem(&pem)?;
        let key = parts.info.public_key.to_der()?;
        Ok(Self { key, message: parts.info.to_der()?, signature: parts.signature.raw_bytes().to_vec(), pem })
    }

    /// Puts into a directory what the peers read.
    fn write(&self, directory: &Path, name: &str) -> Outcome<()> {
        fs::write(directory.join(format!("{name}.pem")), &self.pem)?;
        fs::write(directory.join(format!("{name}.message")), &self.message)?;
        fs::write(directory.join(format!("{name}.signature")), &self.signature)?;
        Ok(())
    }
}

/// The requests.
pub(crate) struct Documents {
    pub(crate) rsa_2048: Request,
    pub(crate) p256: Request,
}

impl Documents {
    pub(crate) fn new() -> Outcome<Self> {
        Ok(Self {
            rsa_2048: Request::new(KeyAlgorithm::Rsa2048)?,
            p256: Request::new(KeyAlgorithm::EcdsaP256)?,
        })
    }

    pub(crate) fn write_for_peers(&self, directory: &Path) -> Outcome<()> {
        self.rsa_2048.write(directory, "rsa-2048")?;
        self.p256.write(directory, "p256")
    }

    /// What is to be taken out of the request that is decoded.
    pub(crate) fn expected(&self) -> Extracted {
        (Some(NAMES[0].to_owned()), NAMES.map(str::to_owned).to_vec(), self.p256.key.clone())
    }
}

/// What csr-tools takes out of a request.
pub(crate) fn extract(encoded: &EncodedRequest) -> Extracted {
    let view = encoded.view().unwrap();
    let common_name = view.subject().common_name().map(|name| name.value().unwrap().into_owned());
    let names = view.names().filter_map(|name| match name {
        GeneralName::Dns(name) => Some(name.into_owned()),
        _ => None,
    });
    (common_name, names.collect(), view.public_key().unwrap().as_der().to_vec())
}
