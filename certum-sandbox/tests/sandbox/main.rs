//! The sandbox from outside: SOAP written by hand over real sockets, judged by openssl and rustls-webpki.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may stop at the first surprise"
)]

mod books;
mod certificates;
mod codes;
mod control;
mod domain_checks;
mod ending;
mod faults;
mod following;
mod forgetting;
mod habits;
mod in_process;
mod lists;
mod officers;
mod orders;
mod pki;
mod program;
mod protocol;
mod sni;
mod support;
