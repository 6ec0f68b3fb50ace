//! csr-tools' keys under x509-cert's builder.

use csr_tools::{PrivateKey, SigningKey};
use der::{Decode, Document, asn1::BitString};
use signature::Keypair;
use x509_cert::{
    Certificate,
    builder::{Builder, CertificateBuilder, profile::BuilderProfile},
    serial_number::SerialNumber,
    spki::{
        self, AlgorithmIdentifierOwned, DynSignatureAlgorithmIdentifier, EncodePublicKey,
        SubjectPublicKeyInfoOwned,
    },
    time::Validity,
};

use super::IssueError;

/// Builds and signs one certificate.
pub(super) fn sign<P: BuilderProfile>(
    profile: P,
    serial: SerialNumber,
    validity: Validity,
    subject_key: SubjectPublicKeyInfoOwned,
    issuer_key: &PrivateKey,
) -> Result<Certificate, IssueError> {
    let signer = Signer(issuer_key);
    let mut builder = CertificateBuilder::new(profile, serial, validity, subject_key)?;
    let message = builder.finalize(&signer)?;
    let signature = BitString::from_bytes(&issuer_key.sign(&message)?)?;
    Ok(builder.assemble(signature, &signer)?)
}

/// What the builder asks of a signer: its public key and its algorithm.
struct Signer<'a>(&'a PrivateKey);

/// A public key in DER.
#[derive(Clone)]
struct IssuerKey(Vec<u8>);

impl Keypair for Signer<'_> {
    type VerifyingKey = IssuerKey;

    fn verifying_key(&self) -> IssuerKey {
        IssuerKey(self.0.public_key().as_der().to_vec())
    }
}

impl EncodePublicKey for IssuerKey {
    fn to_public_key_der(&self) -> spki::Result<Document> {
        Ok(Document::from_der(&self.0)?)
    }
}

impl DynSignatureAlgorithmIdentifier for Signer<'_> {
    fn signature_algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        let identifier = self.0.signature_algorithm().identifier();
        let identifier = identifier.map_err(|_| spki::Error::AlgorithmParametersMissing)?;
        Ok(AlgorithmIdentifierOwned::from_der(&identifier)?)
    }
}
