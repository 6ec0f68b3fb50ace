//! What is signed, and by whom.

use csr_tools::{KeyAlgorithm, PrivateKey, PublicKey, SigningKey};

use super::{
    IssueError,
    encoding::{bit_string, sequence},
};

/// A key of the CA, with the name of its algorithm at hand.
pub(super) struct Signer {
    key: PrivateKey,
    /// AlgorithmIdentifier in DER.
    algorithm: Vec<u8>,
}

impl Signer {
    pub(super) fn generate(algorithm: KeyAlgorithm) -> Result<Self, IssueError> {
        let key = PrivateKey::generate(algorithm)?;
        let algorithm = key.signature_algorithm().identifier()?;
        Ok(Self { key, algorithm })
    }

    pub(super) fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    pub(super) fn algorithm(&self) -> &[u8] {
        &self.algorithm
    }

    /// Content, algorithm and signature: the common form of certificates, revocation lists and OCSP answers.
    pub(super) fn seal(&self, content: &[u8]) -> Result<Vec<u8>, IssueError> {
        let signature = self.key.sign(content)?;
        Ok(sequence(&[content, &self.algorithm, &bit_string(&signature)?])?)
    }
}
