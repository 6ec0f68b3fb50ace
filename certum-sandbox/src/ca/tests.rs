//! Certificates of every kind, lists and answers, judged by others: pkilint, which CAs check theirs with, openssl,
//! and rustls-webpki.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the lints spare #[test] functions, not their helpers"
)]

mod linters;
mod openssl;
mod samples;
