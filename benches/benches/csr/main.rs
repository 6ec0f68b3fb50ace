//! Requests: reading them, checking their signatures, and making keys; beside the crates, the C library and the tool kits
//! of other languages that do the same. `README.md` says how to run it and how to read the result.

#![expect(clippy::unwrap_used, reason = "a measurement of what fails is none")]

mod documents;
mod groups;
#[cfg(feature = "openssl-peer")]
mod openssl_peer;
mod scripts;
mod x509_cert_peer;
mod x509_parser_peer;

use std::env;

use certum_benches::Outcome;
use certum_benches::arguments::Arguments;

use crate::documents::Documents;
use crate::scripts::Scripts;

/// The measurements, in the order in which they are made.
const MEASUREMENTS: [&str; 5] =
    ["decode", "verify-rsa-2048", "verify-p256", "generate-rsa-2048", "generate-p256"];

fn main() -> Outcome<()> {
    let arguments = Arguments::read(env::args().skip(1), &MEASUREMENTS)?;
    let bench = arguments.bench("csr");
    let documents = Documents::new()?;
    #[cfg(feature = "openssl-peer")]
    bench.peer(openssl::version::version())?;
    #[cfg(not(feature = "openssl-peer"))]
    bench.missing("OpenSSL's C library: this was built without the feature openssl-peer")?;
    let mut scripts = Scripts::start(&bench, &arguments, &documents)?;
    for name in MEASUREMENTS.into_iter().filter(|name| arguments.wants(name)) {
        groups::measure(&bench, name, &documents, &mut scripts)?;
    }
    Ok(())
}
