//! The files that a certificate's owner installs.

mod archive;
mod artefact;
mod error;
mod file_name;
mod read_back;
mod server;

pub use artefact::{Artefact, ArtefactKind};
pub use error::BundleError;
pub use server::{PanelFields, Server};

use zeroize::Zeroizing;

use crate::certificate::{Certificate, NotIssuedBy};
use crate::chain::Chain;
use crate::key::{KeyError, PrivateKey};
use crate::pem;
use crate::pkcs7;
use crate::pkcs12::Pkcs12Writer;
use crate::request::CertificateRequest;
use read_back::read_back;

/// A certificate with its chain and, where it is known, its key, as files ready to be written.
///
/// Nothing is written here; each [`Artefact`] says its name, its bytes and whether it is a secret.
///
/// # Guarantees
/// The chain leads from the leaf upwards, each link verified, without the root, whatever order the issuers
/// came in. The key is the leaf's. Every artefact was read back from its own bytes.
///
/// ```
/// use csr_tools::{ArtefactKind, Bundle, Certificate, Server};
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
///
/// let nginx = bundle.for_server(Server::Nginx, None)?;
/// assert_eq!(nginx[0].kind(), ArtefactKind::FullChain);
/// let archive = bundle.archive(&nginx)?;
/// assert_eq!(archive.file_name(), "shop.example.com.zip");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Bundle {
    chain: Chain,
    stem: String,
    artefacts: Vec<Artefact>,
    request: Option<Artefact>,
}

impl Bundle {
    /// Puts the files together. `issuers` may come in any order and may hold the root, which is left out of
    /// the chain, the leaf itself, and the same CA under several issuers; without any there is no chain file.
    ///
    /// # Errors
    /// [`BundleError`] if the key is not the leaf's, or if the issuers do not make a chain from the leaf.
    pub fn new(
        leaf: &Certificate,
        issuers: &[Certificate],
        key: Option<&PrivateKey>,
    ) -> Result<Self, BundleError> {
        if key.is_some_and(|key| !leaf.matches_key(key)) {
            return Err(BundleError::KeyMismatch);
        }
        let chain = chain(leaf, issuers)?;
        let stem = file_name::stem(leaf);
        let mut artefacts = Vec::with_capacity(5);

        if let Some(key) = key {
            artefacts.push(Artefact::new(ArtefactKind::PrivateKey, &stem, key.to_pkcs8_pem()?.as_bytes()));
        }
        artefacts.push(Artefact::new(ArtefactKind::Certificate, &stem, leaf.to_pem().as_bytes()));
        // Each block ends with its newline, so that joining leaves exactly one between two.
        let chain_pem: String = chain.intermediates().iter().map(Certificate::to_pem).collect();
        if !chain_pem.is_empty() {
            artefacts.push(Artefact::new(ArtefactKind::Chain, &stem, chain_pem.as_bytes()));
        }
        artefacts.push(Artefact::new(ArtefactKind::FullChain, &stem, chain.to_pem().as_bytes()));
        artefacts.push(Artefact::new(ArtefactKind::CertificateDer, &stem, leaf.as_der()));

        for artefact in &artefacts {
            read_back(artefact, &chain)?;
        }
        Ok(Self { chain, stem, artefacts, request: None })
    }

    /// Adds the request that the certificate was issued for, to be handed out with the rest.
    ///
    /// # Errors
    /// [`BundleError::RequestMismatch`] if it is for another key.
    pub fn with_request(mut self, request: &CertificateRequest) -> Result<Self, BundleError> {
        if !self.chain.leaf().matches_request(request) {
            return Err(BundleError::RequestMismatch);
        }
        let artefact = Artefact::new(ArtefactKind::Request, &self.stem, request.to_pem().as_bytes());
        read_back(&artefact, &self.chain)?;
        self.request = Some(artefact);
        Ok(self)
    }

    /// The certificates in order.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// The files that most servers take: key (if given), certificate, chain (if any), full chain, DER. Those
    /// of one server are those of [`for_server`](Self::for_server).
    pub fn artefacts(&self) -> &[Artefact] {
        &self.artefacts
    }

    /// The one file of this kind, among [`artefacts`](Self::artefacts).
    pub fn artefact(&self, kind: ArtefactKind) -> Option<&Artefact> {
        self.artefacts.iter().find(|artefact| artefact.kind() == kind)
    }

    /// Hands the files over.
    pub fn into_artefacts(self) -> Vec<Artefact> {
        self.artefacts
    }

    /// The certificates, the root among them if it was given, in one PKCS#7 container in DER (`.p7b`), which
    /// Windows installs as a whole.
    ///
    /// # Errors
    /// [`BundleError`] if it does not read back.
    pub fn pkcs7(&self) -> Result<Artefact, BundleError> {
        self.checked(ArtefactKind::Pkcs7, &self.pkcs7_der())
    }

    /// The same in PEM.
    ///
    /// # Errors
    /// [`BundleError`] if it does not read back.
    pub fn pkcs7_pem(&self) -> Result<Artefact, BundleError> {
        let pem = pem::encode(pkcs7::LABEL, &self.pkcs7_der());
        self.checked(ArtefactKind::Pkcs7Pem, pem.as_bytes())
    }

    /// The key with its certificate and chain in a PKCS#12 file, with the extension that Windows expects
    /// (`.pfx`).
    ///
    /// # Errors
    /// [`BundleError::NoKey`] without a key; else if the file cannot be written or does not read back.
    pub fn pfx(&self, writer: &Pkcs12Writer<'_>) -> Result<Artefact, BundleError> {
        self.pkcs12(ArtefactKind::Pfx, writer)
    }

    /// The same with the extension that Java expects of a keystore (`.p12`).
    ///
    /// # Errors
    /// [`BundleError::NoKey`] without a key; else if the file cannot be written or does not read back.
    pub fn keystore(&self, writer: &Pkcs12Writer<'_>) -> Result<Artefact, BundleError> {
        self.pkcs12(ArtefactKind::Keystore, writer)
    }

    fn pkcs12(&self, kind: ArtefactKind, writer: &Pkcs12Writer<'_>) -> Result<Artefact, BundleError> {
        let key = self.artefact(ArtefactKind::PrivateKey).ok_or(BundleError::NoKey)?;
        let blocks = pem::blocks(key.contents()).map_err(KeyError::from)?;
        let block = blocks.first().ok_or(BundleError::NoKey)?;
        let pkcs8: Zeroizing<Vec<u8>> = block.decode().map_err(KeyError::from)?;
        let file = writer.write_pkcs8(&pkcs8, self.chain.leaf(), self.chain.intermediates())?;
        read_back::pkcs12(kind, &file, writer, &self.chain)?;
        Ok(Artefact::new(kind, &self.stem, &file))
    }

    fn pkcs7_der(&self) -> Vec<u8> {
        pkcs7::write(self.chain.certificates().chain(self.chain.root()))
    }

    /// An artefact that was read back.
    fn checked(&self, kind: ArtefactKind, contents: &[u8]) -> Result<Artefact, BundleError> {
        let artefact = Artefact::new(kind, &self.stem, contents);
        read_back(&artefact, &self.chain)?;
        Ok(artefact)
    }
}

/// Orders the issuers into a chain from the leaf upwards. What has no place in it is an error here: the CA
/// sent something else than it should have.
fn chain(leaf: &Certificate, issuers: &[Certificate]) -> Result<Chain, BundleError> {
    let chain = Chain::of_leaf(leaf, issuers)?;
    let Some(stray) = chain.unrelated().first() else { return Ok(chain) };
    if !chain.intermediates().is_empty() || chain.root().is_some() {
        let common_name = stray.common_name().map(str::to_owned);
        return Err(BundleError::UnrelatedCertificate { common_name });
    }
    // A wrong signature says more than another name.
    let why = |issuer| leaf.is_issued_by(issuer).err().filter(|why| *why != NotIssuedBy::OtherName);
    Err(BundleError::BrokenChain(issuers.iter().find_map(why).unwrap_or(NotIssuedBy::OtherName)))
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
