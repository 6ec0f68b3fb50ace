//! Writing an order and reading an answer.

#![allow(missing_docs, clippy::expect_used, reason = "a benchmark stops at the first surprise")]

use std::hint::black_box;

use certum_api::Credentials;
use certum_api::operations::{GetOrderByOrderId, GetOrderByOrderIdResponse, QuickOrder};
use certum_api::types::{
    CertificateDetails, CertificateStatus, Order, OrderParameters, OrderRequest, RequestHeader,
    RequestorInfo, ResponseHeader, SanEntry,
};
use certum_api::wire::{decode_response, encode_request, encode_response};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// As long as a certificate's PEM.
const PEM_LENGTH: usize = 2400;

fn encode(criterion: &mut Criterion) {
    let header = RequestHeader::from(&Credentials::new("reseller", "password"));
    let parameters = OrderParameters::new("A".repeat(PEM_LENGTH), "customer-7", "931");
    let mut order = OrderRequest::new(parameters, RequestorInfo::new("jan@example.com", "Jan", "Nowak"));
    order.san_entries = (0..10).map(|number| SanEntry::new(format!("host-{number}.example.com"))).collect();
    let order = QuickOrder::from(order);
    criterion.bench_function("encode an order of ten names", |bencher| {
        bencher.iter(|| encode_request(black_box(&header), black_box(&order)).expect("writable"));
    });
}

fn decode(criterion: &mut Criterion) {
    let now = "2026-11-21T12:00:00Z".parse::<certum_api::Timestamp>().expect("a time");
    let order = || {
        let mut order = Order::new();
        let details = CertificateDetails::new(
            CertificateStatus::Valid,
            "shop.example.com",
            now,
            "782D878E4DAD219994E7AB628D8337DE",
            now,
            "CN=shop.example.com",
            "A".repeat(PEM_LENGTH),
        );
        order.certificate_details = Some(details);
        order
    };
    let mut response = GetOrderByOrderIdResponse::new();
    response.orders = std::iter::repeat_with(order).take(100).collect();
    let document = encode_response::<GetOrderByOrderId>(&ResponseHeader::new(0), Some(&response));
    let document = document.expect("writable");
    let mut group = criterion.benchmark_group("wire");
    group.throughput(Throughput::Bytes(document.len() as u64));
    group.bench_function("decode a page of 100 orders", |bencher| {
        bencher
            .iter(|| decode_response::<GetOrderByOrderId>(black_box(document.as_bytes())).expect("readable"));
    });
    group.finish();
}

criterion_group!(benches, encode, decode);
criterion_main!(benches);
