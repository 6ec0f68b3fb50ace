//! Reads PKCS#7 and PKCS#12 files. The fuzzer would never guess a MAC: the target puts one over what the fuzzer
//! makes up, so that it gets to the parts inside.
#![no_main]

use csr_tools::{Certificate, Pkcs12};
use hmac::{Hmac, KeyInit, Mac};
use libfuzzer_sys::fuzz_target;
use pkcs12::kdf::{Pkcs12KeyType, derive_key_utf8};
use sha1::Sha1;

fuzz_target!(|data: &[u8]| {
    if let Ok(certificates) = Certificate::all_from_pkcs7(data) {
        assert!(certificates.iter().all(|one| Certificate::from_der(one.as_der()).as_ref() == Ok(one)));
    }
    let _ = Pkcs12::from_der(data, "secret");
    let Ok(file) = Pkcs12::from_der(&authenticated(data), "secret") else { return };
    assert!(file.key().is_none_or(|key| key.to_pkcs8_pem().is_ok()));
});

/// A PKCS#12 file (RFC 7292 §4) with these contents and a right MAC.
fn authenticated(contents: &[u8]) -> Vec<u8> {
    const DATA: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
    const SHA1: &[u8] = &[0x30, 9, 6, 5, 0x2b, 0x0e, 3, 2, 0x1a, 5, 0];
    let key = derive_key_utf8::<Sha1>("secret", b"saltsalt", Pkcs12KeyType::Mac, 1, 20).unwrap();
    let tag = Hmac::<Sha1>::new_from_slice(&key).unwrap().chain_update(contents).finalize().into_bytes();
    let data = element(0x30, &[DATA, &element(0xa0, &[&element(4, &[contents])])]);
    let mac = element(0x30, &[&element(0x30, &[SHA1, &element(4, &[&tag])]), &element(4, &[b"saltsalt"])]);
    element(0x30, &[&[2, 1, 3], &data, &mac])
}

fn element(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let contents = contents.concat();
    let length = contents.len().to_be_bytes();
    let length: &[u8] = match contents.len() {
        0..0x80 => &length[7..],
        0x80..0x100 => &[0x81, length[7]],
        0x100..0x1_0000 => &[0x82, length[6], length[7]],
        _ => &[0x83, length[5], length[6], length[7]],
    };
    [&[tag], length, &contents].concat()
}
