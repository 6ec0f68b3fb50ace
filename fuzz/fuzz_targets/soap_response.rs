//! What is read as an answer reads the same after being written.
#![no_main]

use certum_api::operations::GetOrderByOrderId;
use certum_api::wire::{Answer, decode_response, encode_response};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    if let Ok(Answer::Success { header, response }) = decode_response::<GetOrderByOrderId>(input) {
        // A character reference can name a character that can't be written.
        if let Ok(document) = encode_response::<GetOrderByOrderId>(&header, Some(&response)) {
            let again = decode_response::<GetOrderByOrderId>(document.as_bytes());
            assert_eq!(again, Ok(Answer::Success { header, response }));
        }
    }
});
