//! Orders and verifies any heap of certificates. The order must not depend on how the heap lay, and what was
//! put in order must stay so.
#![no_main]

use csr_tools::{Certificate, Chain, Purpose};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(mut heap) = Certificate::chain_from_pem(data) else { return };
    let Ok(chain) = Chain::order(&heap) else { return };
    for purpose in [Purpose::TlsServer, Purpose::EmailProtection, Purpose::CodeSigning] {
        let verdict = chain.verify(&heap, purpose, 1_893_456_000);
        assert!(verdict.is_err() || chain.leaf().is_valid_at(1_893_456_000));
    }
    let again: Vec<Certificate> = chain.certificates().chain(chain.root()).cloned().collect();
    assert_eq!(
        Chain::order(&again).unwrap().certificates().collect::<Vec<_>>(),
        chain.certificates().collect::<Vec<_>>()
    );
    heap.reverse();
    assert_eq!(Chain::order(&heap).unwrap().leaf(), chain.leaf());
});
