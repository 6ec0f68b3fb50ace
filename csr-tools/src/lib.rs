//! Keys, certificate requests, certificates and bundles, without IO, async or a clock.
//!
//! This is the desk at which a customer's paste lands and from which the finished files leave:
//!
//! 1. [`PrivateKey`] makes, reads and writes keys. [`SigningKey`] is the port for keys that live elsewhere,
//!    as in an HSM.
//! 2. [`EncodedRequest`] finds a PKCS#10 request in whatever a customer pastes, [`RequestView`] takes it apart,
//!    and [`CertificateRequest`] is one whose signature has been verified, or a new one.
//! 3. [`Policy`] finds everything that keeps a CA from certifying a request, before money is spent: [`Finding`]s
//!    with the Partner API's codes, in English and Polish.
//! 4. [`Certificate`] describes a certificate and checks that one issued another.
//! 5. [`Chain`] puts certificates in order and verifies them against trusted roots, at a time that is given.
//! 6. [`Bundle`] turns a certificate, its chain and its key into the files that servers take, among them
//!    PKCS#12 ([`Pkcs12Writer`]), PKCS#7 and archives. [`Pkcs12`] reads such files.
//!
//! A key pair is known everywhere by its [`PublicKeyHash`]: key, request and certificate belong together if
//! it is equal.
//!
//! What is read keeps its own bytes. Signatures are verified over them, and they are what is sent on:
//! re-encoding would change requests whose attributes are not in DER's order, and make their signatures
//! wrong.
//!
//! Errors are one per concern, with one sentence for the person at the desk: what is wrong, and what the
//! input looks like if it is something else. They quote neither the input nor a secret. Private keys wipe
//! themselves and show nothing.
//!
//! ```
//! use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
//!
//! let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?;
//! let request = CertificateRequest::builder()
//!     .common_name("shop.example.com")
//!     .dns_name("shop.example.com")
//!     .sign(&key)?;
//! assert!(request.to_pem().starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"));
//!
//! let error = CertificateRequest::from_pem(&*key.to_pkcs8_pem()?).unwrap_err();
//! assert!(error.to_string().starts_with("this is a private key: never send it"));
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod asn1;
mod bundle;
mod certificate;
mod chain;
mod content;
mod dns_name;
mod extension;
mod finding;
mod general_name;
mod key;
mod mailbox;
mod name;
mod pem;
mod pkcs12;
mod pkcs7;
mod policy;
mod random;
mod request;
mod signature;
#[cfg(test)]
mod test_data;

pub use asn1::{DerError, Oid, StringType};
pub use bundle::{Artefact, ArtefactKind, Bundle, BundleError, PanelFields, Server};
pub use certificate::{
    Certificate, CertificateError, CertificateProfile, Fingerprint, KeyIdentifier, NotIssuedBy,
    ParseSerialNumberError, SerialNumber, ServerValidation, SmimeGeneration, SmimeValidation,
};
pub use chain::{Chain, ChainError, Issuers, Purpose, VerifyError};
pub use content::Content;
pub use dns_name::DnsNameProblem;
pub use extension::{ExtendedKeyUse, KeyUsage, KeyUse};
pub use finding::{Finding, Language, Place, Problem, Severity};
pub use general_name::GeneralName;
pub use key::{
    EllipticCurve, KeyAlgorithm, KeyEncryption, KeyError, ParsePublicKeyHashError, PrivateKey, PublicKey,
    PublicKeyAlgorithm, PublicKeyHash, PublicKeyView, RsaNumbers, SigningError, SigningKey,
    UnknownKeyAlgorithm,
};
pub use mailbox::MailboxProblem;
pub use name::{AttributeType, NameAttribute, NameView};
pub use pem::PemError;
pub use pkcs12::{Pkcs12, Pkcs12Error, Pkcs12Form, Pkcs12Writer};
pub use policy::{BlocklistError, KeyBlocklist, Policy, Profile, PublicKeyBlocklist, WildcardRule};
pub use random::{Randomness, RandomnessError, SystemRandomness};
pub use request::{
    AttributeProblem, BuildError, CertificateRequest, EncodedRequest, KnownExtension, RequestAttribute,
    RequestBuilder, RequestError, RequestView, RequestedExtension,
};
pub use signature::{SignatureAlgorithm, SignatureError};
