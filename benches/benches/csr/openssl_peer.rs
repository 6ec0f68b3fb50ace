//! OpenSSL's C library, through its usual binding. The binding hands out extensions without looking into them, so
//! that the single names are not part of its work; and it has the key decoded already, so that its size is asked for
//! instead of its bytes. Both spare it what the others do.

use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Private};
use openssl::pkey_ctx::PkeyCtx;
use openssl::x509::X509Req;
use x509_cert::der::Decode as _;
use x509_cert::ext::Extension;

use crate::documents::Extracted;
use crate::x509_cert_peer;

/// The common name, how many extensions there are, and the size of the key.
type Spared = (Option<String>, usize, u32);

/// Checks that what the library hands out is what is expected: the names lie in the extensions, and the key can be written.
pub(crate) fn hold_against(pem: &str, expected: &Extracted) {
    let (common_name, names, key) = expected;
    let request = X509Req::from_pem(pem.as_bytes()).unwrap();
    let extensions = request.extensions().unwrap();
    let extensions = extensions.iter().map(|extension| extension.to_der().unwrap());
    let extensions: Vec<_> = extensions.map(|der| Extension::from_der(&der).unwrap()).collect();
    assert_eq!(&x509_cert_peer::dns_names(&extensions), names);
    let public_key = request.public_key().unwrap();
    assert_eq!(&public_key.public_key_to_der().unwrap(), key);
    assert_eq!(extract(pem), (common_name.clone(), extensions.len(), public_key.bits()));
}

pub(crate) fn extract(pem: &str) -> Spared {
    let request = X509Req::from_pem(pem.as_bytes()).unwrap();
    let name = request.subject_name().entries_by_nid(Nid::COMMONNAME).last();
    let name = name.map(|entry| entry.data().to_string().unwrap());
    (name, request.extensions().unwrap().len(), request.public_key().unwrap().bits())
}

pub(crate) fn generate_rsa_2048() -> PKey<Private> {
    let mut context = PkeyCtx::new_id(Id::RSA).unwrap();
    context.keygen_init().unwrap();
    context.set_rsa_keygen_bits(2048).unwrap();
    context.keygen().unwrap()
}

pub(crate) fn generate_p256() -> PKey<Private> {
    PKey::ec_gen("P-256").unwrap()
}

pub(crate) fn verify(pem: &str) -> bool {
    let request = X509Req::from_pem(pem.as_bytes()).unwrap();
    request.verify(&request.public_key().unwrap()).unwrap()
}
