//! Reading a file as its user will, and comparing it with what went in.

use super::{Artefact, ArtefactKind, BundleError};
use crate::certificate::{Certificate, CertificateError};
use crate::chain::Chain;
use crate::key::PrivateKey;
use crate::pkcs12::{Pkcs12, Pkcs12Writer};
use crate::request::CertificateRequest;

/// Reads an artefact back. PKCS#12 files and archives have their own.
pub(super) fn read_back(artefact: &Artefact, chain: &Chain) -> Result<(), BundleError> {
    let contents = artefact.contents();
    let leaf = chain.leaf();
    let is_leafs_key = || PrivateKey::from_pkcs8_pem(contents).map(|key| leaf.matches_key(&key));
    let same = match artefact.kind() {
        ArtefactKind::PrivateKey => is_leafs_key()?,
        ArtefactKind::Certificate => Certificate::from_pem(contents)? == *leaf,
        ArtefactKind::CertificateDer => Certificate::from_der(contents)? == *leaf,
        ArtefactKind::Chain => Certificate::chain_from_pem(contents)? == chain.intermediates(),
        ArtefactKind::FullChain => Certificate::chain_from_pem(contents)?.iter().eq(chain.certificates()),
        ArtefactKind::FullChainWithKey => {
            // The certificates run to the key, which is read as the server does: as the one key in the file.
            let key = contents.windows(KEY.len()).position(|window| window == KEY).unwrap_or(0);
            Certificate::chain_from_pem(&contents[..key])?.iter().eq(chain.certificates()) && is_leafs_key()?
        }
        ArtefactKind::Intermediate => chain.intermediates().contains(&Certificate::from_pem(contents)?),
        ArtefactKind::IntermediateDer => chain.intermediates().contains(&from_der(contents)?),
        ArtefactKind::Root => chain.root() == Some(&Certificate::from_pem(contents)?),
        ArtefactKind::RootDer => chain.root() == Some(&from_der(contents)?),
        ArtefactKind::Request => {
            CertificateRequest::from_pem(contents).is_ok_and(|request| leaf.matches_request(&request))
        }
        ArtefactKind::Pkcs7 | ArtefactKind::Pkcs7Pem => {
            let all = chain.certificates().chain(chain.root());
            Certificate::all_from_pkcs7(contents)?.iter().eq(all)
        }
        ArtefactKind::Pfx | ArtefactKind::Keystore | ArtefactKind::Archive => false,
    };
    if same { Ok(()) } else { Err(BundleError::ReadBack(artefact.kind())) }
}

const KEY: &[u8] = b"-----BEGIN PRIVATE KEY-----";

fn from_der(der: &[u8]) -> Result<Certificate, CertificateError> {
    Certificate::from_der(der)
}

/// Opens a PKCS#12 file with the password that it was written with.
pub(super) fn pkcs12(
    kind: ArtefactKind,
    file: &[u8],
    writer: &Pkcs12Writer<'_>,
    chain: &Chain,
) -> Result<(), BundleError> {
    let read = Pkcs12::from_der(file, writer.password())?;
    let same = read.key().is_some_and(|key| chain.leaf().matches_key(key))
        && read.certificates().iter().eq(chain.certificates());
    if same { Ok(()) } else { Err(BundleError::ReadBack(kind)) }
}
