//! Reads any bytes as the answer to each of the operations. What can be read as one reads the same after being written.
#![no_main]

mod operations;

use std::fmt::Debug;

use certum_api::operations::*;
use certum_api::wire::{Answer, Operation, decode_response, encode_response};
use libfuzzer_sys::fuzz_target;

use self::operations::each_operation;

fuzz_target!(|input: &[u8]| {
    macro_rules! check {
        ($($operation:ident),* $(,)?) => {
            $(check::<$operation>(input);)*
        };
    }
    each_operation!(check);
});

fn check<O: Operation<Response: Debug + PartialEq>>(input: &[u8]) {
    let Ok(Answer::Success { header, response }) = decode_response::<O>(input) else { return };
    // A character reference can name a character that can't be written.
    if let Ok(document) = encode_response::<O>(&header, Some(&response)) {
        let again = decode_response::<O>(document.as_bytes());
        assert_eq!(again, Ok(Answer::Success { header, response }));
    }
}
