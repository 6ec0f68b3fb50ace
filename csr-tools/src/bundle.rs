//! The files that a certificate's owner installs.

mod artefact;
mod file_name;

pub use artefact::{Artefact, ArtefactKind};

use crate::certificate::{Certificate, CertificateError, NotIssuedBy};
use crate::key::{KeyError, PrivateKey};

/// A certificate with its chain and, where it is known, its key, as files ready to be written.
///
/// Nothing is written here; each [`Artefact`] says its name, its bytes and whether it is a secret.
///
/// # Guarantees
/// The chain leads from the leaf upwards, each link verified, without the root, whatever order the issuers
/// came in. The key is the leaf's. Every artefact was read back from its own bytes.
///
/// ```
/// use csr_tools::{ArtefactKind, Bundle, Certificate};
///
/// # let leaf = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/leaf.pem"));
/// # let ca_bundle = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/ca-bundle.pem"));
/// let leaf = Certificate::from_pem(leaf)?;
/// let issuers = Certificate::chain_from_pem(ca_bundle)?;
/// let bundle = Bundle::new(&leaf, &issuers, None)?;
///
/// let names: Vec<_> = bundle.artefacts().iter().map(|artefact| artefact.file_name()).collect();
/// assert_eq!(names, [
///     "shop.example.com.crt",
///     "shop.example.com.ca-bundle",
///     "shop.example.com.fullchain.pem",
///     "shop.example.com.cer",
/// ]);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Bundle {
    artefacts: Vec<Artefact>,
}

impl Bundle {
    /// Puts the files together. `issuers` may come in any order and may hold the root, which is left out, and
    /// the leaf itself; without any there is no chain file.
    ///
    /// # Errors
    /// [`BundleError`] if the key is not the leaf's, or if the issuers do not make a chain from the leaf.
    pub fn new(
        leaf: &Certificate,
        issuers: &[Certificate],
        key: Option<&PrivateKey>,
    ) -> Result<Self, BundleError> {
        if key.is_some_and(|key| key.public_key_hash() != leaf.public_key_hash()) {
            return Err(BundleError::KeyMismatch);
        }
        let chain = chain(leaf, issuers)?;
        let stem = file_name::stem(leaf);
        let mut artefacts = Vec::with_capacity(5);

        if let Some(key) = key {
            artefacts.push(Artefact::new(ArtefactKind::PrivateKey, &stem, key.to_pkcs8_pem()?.as_bytes()));
        }
        let leaf_pem = leaf.to_pem();
        artefacts.push(Artefact::new(ArtefactKind::Certificate, &stem, leaf_pem.as_bytes()));
        // Each block ends with its newline, so that joining leaves exactly one between two.
        let chain_pem: String = chain.iter().map(|certificate| certificate.to_pem()).collect();
        if !chain.is_empty() {
            artefacts.push(Artefact::new(ArtefactKind::Chain, &stem, chain_pem.as_bytes()));
        }
        let full_chain = leaf_pem + &chain_pem;
        artefacts.push(Artefact::new(ArtefactKind::FullChain, &stem, full_chain.as_bytes()));
        artefacts.push(Artefact::new(ArtefactKind::CertificateDer, &stem, leaf.as_der()));

        for artefact in &artefacts {
            read_back(artefact, leaf, &chain)?;
        }
        Ok(Self { artefacts })
    }

    /// The files: key (if given), certificate, chain (if any), full chain, DER.
    pub fn artefacts(&self) -> &[Artefact] {
        &self.artefacts
    }

    /// The one file of this kind.
    pub fn artefact(&self, kind: ArtefactKind) -> Option<&Artefact> {
        self.artefacts.iter().find(|artefact| artefact.kind() == kind)
    }

    /// Hands the files over.
    pub fn into_artefacts(self) -> Vec<Artefact> {
        self.artefacts
    }
}

/// Orders the issuers into a chain from the leaf upwards, without roots: clients have those already.
fn chain<'a>(leaf: &Certificate, issuers: &'a [Certificate]) -> Result<Vec<&'a Certificate>, BundleError> {
    let others = issuers.iter().filter(|issuer| *issuer != leaf);
    let (roots, mut left): (Vec<_>, Vec<_>) = others.partition(|issuer| issuer.is_self_issued());

    let mut chain: Vec<&Certificate> = Vec::with_capacity(left.len());
    while !left.is_empty() {
        match find_issuer(chain.last().copied().unwrap_or(leaf), &left) {
            Ok(issuer) => {
                chain.push(issuer);
                // The same CA again, given twice or certified by several others: one is enough.
                left.retain(|other| {
                    other.subject_der() != issuer.subject_der() || other.public_key() != issuer.public_key()
                });
            }
            Err(NotIssuedBy::OtherName) if !chain.is_empty() => break,
            Err(mismatch) => return Err(BundleError::BrokenChain(mismatch)),
        }
    }
    if let Some(stray) = left.first() {
        return Err(BundleError::UnrelatedCertificate {
            common_name: stray.common_name().map(str::to_owned),
        });
    }
    // A root may be below the top as well, where a CA was certified by an older one besides.
    let reaches_root = |certificate: &Certificate| find_issuer(certificate, &roots).is_ok();
    if !roots.is_empty() && !reaches_root(leaf) && !chain.iter().any(|link| reaches_root(link)) {
        return Err(BundleError::BrokenChain(NotIssuedBy::OtherName));
    }
    Ok(chain)
}

/// Finds who issued the certificate. Of several with the right name, as after a CA changed its key, the
/// signature tells which; if it is none of them, the error is that of the last.
fn find_issuer<'a>(
    certificate: &Certificate,
    candidates: &[&'a Certificate],
) -> Result<&'a Certificate, NotIssuedBy> {
    let mut mismatch = NotIssuedBy::OtherName;
    for candidate in candidates {
        match certificate.is_issued_by(candidate) {
            Ok(()) => return Ok(candidate),
            Err(NotIssuedBy::OtherName) => {}
            Err(other) => mismatch = other,
        }
    }
    Err(mismatch)
}

/// Reads an artefact as its user will, and compares it with what went in.
fn read_back(artefact: &Artefact, leaf: &Certificate, chain: &[&Certificate]) -> Result<(), BundleError> {
    let contents = artefact.contents();
    let same = match artefact.kind() {
        ArtefactKind::PrivateKey => {
            PrivateKey::from_pkcs8_pem(contents)?.public_key_hash() == leaf.public_key_hash()
        }
        ArtefactKind::Certificate => Certificate::from_pem(contents)? == *leaf,
        ArtefactKind::Chain => Certificate::chain_from_pem(contents)?.iter().eq(chain.iter().copied()),
        ArtefactKind::FullChain => {
            let whole = std::iter::once(leaf).chain(chain.iter().copied());
            Certificate::chain_from_pem(contents)?.iter().eq(whole)
        }
        ArtefactKind::CertificateDer => Certificate::from_der(contents)? == *leaf,
    };
    if same { Ok(()) } else { Err(BundleError::ReadBack(artefact.kind())) }
}

/// Why a bundle could not be put together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// The private key belongs to another certificate.
    #[error("the private key is not the certificate's: their public keys differ")]
    KeyMismatch,

    /// None of the issuers issued the leaf, or a signature in the chain is wrong.
    #[error("the certificates do not make a chain: {0}")]
    BrokenChain(NotIssuedBy),

    /// One of the issuers has no place in the chain.
    #[error("a certificate does not belong to the chain: {}", common_name.as_deref().unwrap_or("nameless"))]
    UnrelatedCertificate {
        /// Its common name.
        common_name: Option<String>,
    },

    /// The private key could not be written or read back.
    #[error(transparent)]
    Key(#[from] KeyError),

    /// A certificate did not read back.
    #[error(transparent)]
    Certificate(#[from] CertificateError),

    /// An artefact read back as something else.
    #[error("the {0} file does not read back as what was written")]
    ReadBack(ArtefactKind),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::KeyAlgorithm;
    use crate::signature::SignatureError;
    use crate::test_data as data;

    fn text(bundle: &Bundle, kind: ArtefactKind) -> &str {
        str::from_utf8(bundle.artefact(kind).unwrap().contents()).unwrap()
    }

    #[test]
    fn orders_any_heap_of_issuers_and_leaves_the_root_out() {
        let (leaf, intermediate, root) = (data::leaf(), data::intermediate(), data::root());
        let chain_file = intermediate.to_pem();
        for issuers in [
            vec![intermediate.clone()],
            vec![intermediate.clone(), root.clone()],
            vec![root, intermediate.clone(), leaf.clone(), intermediate],
        ] {
            let bundle = Bundle::new(&leaf, &issuers, None).unwrap();
            assert_eq!(text(&bundle, ArtefactKind::Chain), chain_file);
            let full_chain = text(&bundle, ArtefactKind::FullChain);
            assert_eq!(full_chain, leaf.to_pem() + &chain_file);
            assert!(full_chain.contains("-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n"));
        }
    }

    #[test]
    fn marks_the_key_and_nothing_else_as_secret() {
        let bundle = Bundle::new(&data::leaf(), &[data::intermediate()], Some(&data::leaf_key())).unwrap();
        let secrets: Vec<_> =
            bundle.artefacts().iter().filter(|artefact| artefact.is_secret()).map(Artefact::kind).collect();
        assert_eq!(secrets, [ArtefactKind::PrivateKey]);
        assert_eq!(bundle.artefacts().len(), 5);
        let shown = format!("{bundle:?}");
        assert!(!shown.contains("BEGIN") && shown.contains("shop.example.com.key"), "{shown}");
    }

    #[test]
    fn has_no_chain_file_without_issuers() {
        let bundle = Bundle::new(&data::leaf(), &[], None).unwrap();
        assert!(bundle.artefact(ArtefactKind::Chain).is_none());
        assert_eq!(text(&bundle, ArtefactKind::FullChain), data::leaf().to_pem());
    }

    #[test]
    fn refuses_the_key_of_another_certificate() {
        let other = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let error = Bundle::new(&data::leaf(), &[data::intermediate()], Some(&other)).unwrap_err();
        assert_eq!(error, BundleError::KeyMismatch);
    }

    #[test]
    fn refuses_issuers_that_do_not_make_a_chain() {
        let error = Bundle::new(&data::leaf(), &[data::root()], None).unwrap_err();
        assert_eq!(error, BundleError::BrokenChain(NotIssuedBy::OtherName));

        let error = Bundle::new(&data::leaf(), &[data::root(), data::leaf()], None).unwrap_err();
        assert_eq!(error, BundleError::BrokenChain(NotIssuedBy::OtherName));

        let error = Bundle::new(&data::intermediate(), &[data::leaf()], None).unwrap_err();
        assert_eq!(error, BundleError::BrokenChain(NotIssuedBy::OtherName));
    }

    #[test]
    fn refuses_a_certificate_that_has_no_place_in_the_chain() {
        let mut stray = data::intermediate().as_der().to_vec();
        let name = b"Test intermediate";
        let subject = stray.windows(name.len()).rposition(|window| window == name).unwrap();
        stray[subject..subject + 4].copy_from_slice(b"Best");
        let stray = Certificate::from_der(stray).unwrap();

        let error = Bundle::new(&data::leaf(), &[data::intermediate(), stray], None).unwrap_err();
        assert_eq!(error.to_string(), "a certificate does not belong to the chain: Best intermediate");
    }

    #[test]
    fn refuses_a_namesake_of_the_issuer() {
        let mut forged = data::intermediate().as_der().to_vec();
        let key = data::intermediate().public_key().as_der().to_vec();
        let start = forged.windows(key.len()).position(|window| window == key).unwrap();
        forged[start..start + key.len()].copy_from_slice(data::root().public_key().as_der());
        let forged = Certificate::from_der(forged).unwrap();

        let error = Bundle::new(&data::leaf(), &[forged], None).unwrap_err();
        assert_eq!(error, BundleError::BrokenChain(SignatureError::Invalid.into()));
    }
}
