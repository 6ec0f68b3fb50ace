//! Calls to a CA, counted and timed on their way.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use cert_domain::{Evidence, Findings, ListedProduct, Mode, Revocation, VerificationCode};
use cert_lifecycle::{
    Approver, AuthorityError, Cancellation, CertificateAuthority, DraftOrder, EmailState, FetchedCertificate,
    FoundOrder, ListedOrder, NameState, NewOrder, OrderId, OrderQuery, OrderReport, PlacedOrder,
};
use futures::stream::BoxStream;

/// What was counted.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    in_flight: AtomicUsize,
    most_in_flight: AtomicUsize,
    /// How long each call took, in microseconds.
    took: Mutex<Vec<u64>>,
}

impl Gauge {
    async fn call<T>(&self, call: impl Future<Output = T>) -> T {
        let in_flight = self.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
        self.most_in_flight.fetch_max(in_flight, Ordering::Relaxed);
        let begun = Instant::now();
        let answer = call.await;
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
        let took = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.took.lock().unwrap_or_else(PoisonError::into_inner).push(took);
        answer
    }

    pub(crate) fn most_in_flight(&self) -> usize {
        self.most_in_flight.load(Ordering::Relaxed)
    }

    /// How long each call took, in microseconds.
    pub(crate) fn took(&self) -> Vec<u64> {
        self.took.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A CA whose calls are counted, but for its lists.
pub(crate) struct Gauged<A> {
    pub(crate) authority: A,
    pub(crate) gauge: Arc<Gauge>,
}

#[async_trait]
impl<A: CertificateAuthority> CertificateAuthority for Gauged<A> {
    fn mode(&self) -> Option<Mode> {
        self.authority.mode()
    }
    async fn check_order(&self, order: &NewOrder) -> Result<(), AuthorityError> {
        self.gauge.call(self.authority.check_order(order)).await
    }
    async fn check_draft(&self, draft: &DraftOrder) -> Result<Option<Findings>, AuthorityError> {
        self.gauge.call(self.authority.check_draft(draft)).await
    }
    async fn place_order(&self, order: &NewOrder) -> Result<PlacedOrder, AuthorityError> {
        self.gauge.call(self.authority.place_order(order)).await
    }
    async fn find_order(&self, order_id: &OrderId) -> Result<Option<FoundOrder>, AuthorityError> {
        self.gauge.call(self.authority.find_order(order_id)).await
    }
    fn orders(&self, query: OrderQuery) -> BoxStream<'_, Result<ListedOrder, AuthorityError>> {
        self.authority.orders(query)
    }
    async fn renew_code(
        &self,
        order_id: &OrderId,
        approver: Option<&Approver>,
    ) -> Result<Option<VerificationCode>, AuthorityError> {
        self.gauge.call(self.authority.renew_code(order_id, approver)).await
    }
    async fn start_check(&self, code: &VerificationCode) -> Result<(), AuthorityError> {
        self.gauge.call(self.authority.start_check(code)).await
    }
    async fn order_report(&self, order_id: &OrderId) -> Result<OrderReport, AuthorityError> {
        self.gauge.call(self.authority.order_report(order_id)).await
    }
    async fn name_states(&self, order_id: &OrderId) -> Result<Vec<NameState>, AuthorityError> {
        self.gauge.call(self.authority.name_states(order_id)).await
    }
    async fn resend_email(&self, order_id: &OrderId) -> Result<(), AuthorityError> {
        self.gauge.call(self.authority.resend_email(order_id)).await
    }
    async fn email_state(&self, order_id: &OrderId) -> Result<Option<EmailState>, AuthorityError> {
        self.gauge.call(self.authority.email_state(order_id)).await
    }
    async fn submit_evidence(&self, order_id: &OrderId, evidence: &Evidence) -> Result<(), AuthorityError> {
        self.gauge.call(self.authority.submit_evidence(order_id, evidence)).await
    }
    async fn certificate(&self, order_id: &OrderId) -> Result<Option<FetchedCertificate>, AuthorityError> {
        self.gauge.call(self.authority.certificate(order_id)).await
    }
    async fn cancel_order(&self, order_id: &OrderId) -> Result<Cancellation, AuthorityError> {
        self.gauge.call(self.authority.cancel_order(order_id)).await
    }
    async fn revoke(&self, revocation: &Revocation) -> Result<(), AuthorityError> {
        self.gauge.call(self.authority.revoke(revocation)).await
    }
    async fn products(&self) -> Result<Vec<ListedProduct>, AuthorityError> {
        self.gauge.call(self.authority.products()).await
    }
}
