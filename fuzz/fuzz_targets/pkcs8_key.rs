//! Reads private keys out of any bytes and any text; what was read must survive being written, and no error
//! may quote it.
#![no_main]

use csr_tools::PrivateKey;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let reads = [PrivateKey::from_pkcs8_der(data), PrivateKey::from_pkcs8_pem(data), PrivateKey::read(data)];
    for read in reads {
        match read {
            Ok(key) => {
                let pem = key.to_pkcs8_pem().unwrap();
                let again = PrivateKey::from_pkcs8_pem(pem.as_bytes()).unwrap();
                assert_eq!(again.public_key_hash(), key.public_key_hash());
            }
            Err(error) => assert!(error.to_string().len() < 200),
        }
    }
});
