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
    /// The leaf, then the intermediates, then the private key, in PEM.
    FullChainWithKey,
    /// One certificate of the chain in PEM.
    Intermediate,
    /// One certificate of the chain in DER.
    IntermediateDer,
    /// The root in PEM.
    Root,
    /// The root in DER.
    RootDer,
    /// The certificate request in PEM.
    Request,
    /// The certificates in a PKCS#7 container, in DER.
    Pkcs7,
    /// The certificates in a PKCS#7 container, in PEM.
    Pkcs7Pem,
    /// Key, leaf and intermediates in a PKCS#12 file for Windows.
    Pfx,
    /// Key, leaf and intermediates in a PKCS#12 file for Java.
    Keystore,
    /// An archive of other files.
    Archive,
}

impl ArtefactKind {
    /// The end of the file's name, which is what servers' manuals and panels call it.
    const fn extension(self) -> &'static str {
        match self {
            Self::PrivateKey => ".key",
            Self::Certificate | Self::Intermediate | Self::Root => ".crt",
            Self::Chain => ".ca-bundle",
            Self::FullChain => ".fullchain.pem",
            Self::CertificateDer | Self::IntermediateDer | Self::RootDer => ".cer",
            Self::FullChainWithKey => ".pem",
            Self::Request => ".csr",
            Self::Pkcs7 => ".p7b",
            Self::Pkcs7Pem => ".pem.p7b",
            Self::Pfx => ".pfx",
            Self::Keystore => ".p12",
            Self::Archive => ".zip",
        }
    }

    /// Whether such a file always has the private key in it.
    const fn holds_key(self) -> bool {
        matches!(self, Self::PrivateKey | Self::FullChainWithKey | Self::Pfx | Self::Keystore)
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
            Self::FullChainWithKey => "full chain with key",
            Self::Intermediate => "intermediate certificate",
            Self::IntermediateDer => "DER intermediate certificate",
            Self::Root => "root certificate",
            Self::RootDer => "DER root certificate",
            Self::Request => "certificate request",
            Self::Pkcs7 => "PKCS#7",
            Self::Pkcs7Pem => "PEM PKCS#7",
            Self::Pfx => "PFX",
            Self::Keystore => "keystore",
            Self::Archive => "archive",
        })
    }
}

/// One file of a bundle: a name that is safe on every file system, and its bytes, which wipe themselves.
#[derive(Clone)]
pub struct Artefact {
    kind: ArtefactKind,
    file_name: String,
    contents: Zeroizing<Vec<u8>>,
    secret: bool,
}

impl Artefact {
    pub(super) fn new(kind: ArtefactKind, stem: &str, contents: &[u8]) -> Self {
        let file_name = format!("{stem}{}", kind.extension());
        Self { kind, file_name, contents: Zeroizing::new(contents.to_vec()), secret: kind.holds_key() }
    }

    /// An archive is as secret as what is in it.
    pub(super) fn archive(stem: &str, contents: Zeroizing<Vec<u8>>, secret: bool) -> Self {
        let kind = ArtefactKind::Archive;
        Self { kind, file_name: format!("{stem}{}", kind.extension()), contents, secret }
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
        self.secret
    }
}

impl fmt::Debug for Artefact {
    /// Leaves out the contents, which may be a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, file_name, contents, secret } = self;
        f.debug_struct("Artefact")
            .field("kind", kind)
            .field("file_name", file_name)
            .field("length", &contents.len())
            .field("secret", secret)
            .finish_non_exhaustive()
    }
}
