//! Certificates of every kind, lists and answers, judged by others: pkilint, which CAs check theirs with,
//! openssl, and rustls-webpki.

mod linters;
mod openssl;
mod samples;
