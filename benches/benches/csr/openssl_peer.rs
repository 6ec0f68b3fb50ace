//! OpenSSL's C library, through its usual binding. The binding hands out extensions without looking into them, so
//! that the single names are not part of its work; and it has the key decoded already, so that its size is asked for
//! instead of its bytes. Both spare it what the others do.

use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Private};
use openssl::pkey_ctx::PkeyCtx;
use openssl::x509::X509Req;

pub(crate) fn extract(pem: &str) -> (Option<String>, usize, u32) {
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
