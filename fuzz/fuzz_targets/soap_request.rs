//! Hands any bytes to a sandbox that has one order, as a call. Each gets an answer, and the answer is one to what was
//! asked, however it is laid out; what is read as a request reads the same after being written.
#![no_main]

mod operations;

use std::fmt::Debug;
use std::sync::{LazyLock, Mutex};

use certum_api::operations::*;
use certum_api::wire::{Answer, Operation, decode_request, decode_response, encode_request, operation_name};
use certum_sandbox::SandboxClock;
use certum_sandbox::fuzzing::{Socketless, lay_out};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};

use self::operations::each_operation;

/// The account of the golden requests, at the time of the golden answers.
static SANDBOX: LazyLock<Mutex<(Runtime, Socketless)>> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let clock = SandboxClock::fixed("2026-11-21T12:00:00Z".parse().unwrap());
    let sandbox = runtime.block_on(async { Socketless::new("reseller", "s3cret & more", clock) });
    Mutex::new((runtime, sandbox.unwrap()))
});

/// What is there to ask about: an order with the identifier of the golden requests.
const ORDER: &[u8] = include_bytes!("order.xml");

fuzz_target!(|input: &[u8]| {
    let mut sandbox = SANDBOX.lock().unwrap();
    let (runtime, sandbox) = &mut *sandbox;
    // One input's orders are no concern of the next.
    sandbox.forget();
    let placed = runtime.block_on(sandbox.answer(ORDER));
    assert!(is_taken(&placed), "{placed}");
    let answer = runtime.block_on(sandbox.answer(input));
    macro_rules! check {
        ($($operation:ident),* $(,)?) => {
            match operation_name(input).as_deref() {
                $(Ok($operation::NAME) => check::<$operation>(input, &answer),)*
                // Only a fault can be the answer, and that is the same for every operation.
                _ => check_answer::<QuickOrder>(input, &answer),
            }
        };
    }
    each_operation!(check)
});

fn is_taken(placed: &str) -> bool {
    matches!(decode_response::<QuickOrder>(placed.as_bytes()), Ok(Answer::Success { .. }))
}

fn check<O>(input: &[u8], answer: &str)
where
    O: Operation<Response: Debug + PartialEq> + Debug + PartialEq,
{
    check_answer::<O>(input, answer);
    if let Ok((header, operation)) = decode_request::<O>(input) {
        // A character reference can name a character that can't be written.
        if let Ok(document) = encode_request(&header, &operation) {
            assert_eq!(decode_request::<O>(document.as_bytes()), Ok((header, operation)));
        }
    }
}

fn check_answer<O: Operation<Response: Debug + PartialEq>>(input: &[u8], answer: &str) {
    let plain = decode_response::<O>(answer.as_bytes()).unwrap();
    let seed = input.iter().fold(1, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(u64::from(*byte)));
    let laid_out = lay_out(seed, answer.to_owned());
    let laid_out = decode_response::<O>(laid_out.as_bytes()).unwrap();
    match (&plain, &laid_out) {
        // The prefix in its code is that of the envelope.
        (Answer::Fault(plain), Answer::Fault(laid_out)) => assert_eq!(plain.text, laid_out.text),
        _ => assert_eq!(plain, laid_out),
    }
}
