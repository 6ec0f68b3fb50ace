//! One file of a bundle.

use std::fmt;

use zeroize::Zeroizing;

/// What a file of a bundle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ArtefactKind {
    /// The private key, as unencrypted PKCS#8 in PEM.
    PrivateKey,
    /// The leaf certificate in PEM.
    Certificate,
    /// The intermediates in PEM, the leaf's issuer first.
    Chain,
    /// The leaf, then the intermediates, in PEM.
    FullChain,
    /// The leaf certificate in DER.
    CertificateDer,
}

impl ArtefactKind {
    /// The end of the file's name, which is what servers' manuals and panels call it.
    const fn extension(self) -> &'static str {
        match self {
            Self::PrivateKey => ".key",
            Self::Certificate => ".crt",
            Self::Chain => ".ca-bundle",
            Self::FullChain => ".fullchain.pem",
            Self::CertificateDer => ".cer",
        }
    }
}

impl fmt::Display for ArtefactKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PrivateKey => "private key",
            Self::Certificate => "certificate",
            Self::Chain => "chain",
            Self::FullChain => "full chain",
            Self::CertificateDer => "DER certificate",
        })
    }
}

/// One file of a bundle: a name that is safe on every file system, and its bytes, which wipe themselves.
pub struct Artefact {
    kind: ArtefactKind,
    file_name: String,
    contents: Zeroizing<Vec<u8>>,
}

impl Artefact {
    pub(super) fn new(kind: ArtefactKind, stem: &str, contents: &[u8]) -> Self {
        let file_name = format!("{stem}{}", kind.extension());
        Self { kind, file_name, contents: Zeroizing::new(contents.to_vec()) }
    }

    /// What the file is.
    pub fn kind(&self) -> ArtefactKind {
        self.kind
    }

    /// The file's name, without a directory.
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// The file's bytes.
    pub fn contents(&self) -> &[u8] {
        &self.contents
    }

    /// Whether only its owner may read the file: write it with mode 0600, and never to a log.
    pub fn is_secret(&self) -> bool {
        self.kind == ArtefactKind::PrivateKey
    }
}

impl fmt::Debug for Artefact {
    /// Leaves out the contents, which may be a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, file_name, contents } = self;
        f.debug_struct("Artefact")
            .field("kind", kind)
            .field("file_name", file_name)
            .field("length", &contents.len())
            .finish_non_exhaustive()
    }
}
