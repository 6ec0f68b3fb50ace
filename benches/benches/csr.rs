//! Reading a certificate request, with its signature checked.

#![allow(missing_docs, clippy::expect_used, reason = "a benchmark stops at the first surprise")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};

fn read(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read a PEM request of five names");
    for algorithm in [KeyAlgorithm::Rsa2048, KeyAlgorithm::EcdsaP256] {
        let key = PrivateKey::generate(algorithm).expect("a key");
        let names = ["example.com", "www.example.com", "mail.example.com", "shop.example.com", "example.org"];
        let request = CertificateRequest::builder().common_name(names[0]).dns_names(names).sign(&key);
        let pem = request.expect("a request").to_pem();
        group.bench_function(algorithm.to_string(), |bencher| {
            bencher.iter(|| CertificateRequest::from_pem(black_box(&pem)).expect("readable"));
        });
    }
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
