//! Holds a life that was lived against what was promised: by the history, and by the CA's own lists.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use cert_lifecycle::service::{Event, RecordedEvent};
use cert_lifecycle::{
    CertificateAuthority, CertificateStanding, ListedOrder, OrderDate, OrderKind, OrderQuery, Service,
    StateKind,
};
use certum_sandbox::CallOutcome;
use futures::TryStreamExt;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::world::{Keys, World, utc};
use crate::common::certum;

const DAY: SignedDuration = SignedDuration::from_hours(24);
const SECOND: SignedDuration = SignedDuration::from_secs(1);
/// How long the CA leaves a certificate in force that was replaced by a reissue.
const REPLACED_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);

/// From a moment to another, which does not belong to it.
#[derive(Clone, Copy)]
struct Span {
    from: Timestamp,
    until: Timestamp,
}

/// What a life took.
pub(super) struct Figures {
    purchases: usize,
    reissues: usize,
    pub(super) invoices: usize,
    calls: usize,
    events: usize,
    steps: usize,
    struck: usize,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { purchases, reissues, invoices, calls, events, steps, struck } = self;
        write!(
            f,
            "{purchases} purchases, {reissues} reissues, {invoices} invoices, {calls} calls, {events} events, \
             {steps} steps, {struck} blows"
        )
    }
}

/// Checks everything that was promised.
pub(super) async fn judge(world: &World) -> Figures {
    let calls = world.sandbox.calls();
    let (service, history) = (world.service().await, world.history().await);
    let orders = orders(world).await;
    let carried_out = |operation: &str| {
        let is_one = |call: &&certum_sandbox::Call| {
            call.operation.as_deref() == Some(operation) && call.outcome == CallOutcome::Success
        };
        calls.iter().filter(is_one).count()
    };
    let refused = calls.iter().filter(|call| {
        let operations = ["quickOrder", "renewCertificate", "reissueCertificate"];
        operations.iter().any(|operation| call.operation.as_deref() == Some(operation))
            && matches!(call.outcome, CallOutcome::Refused { .. })
    });
    let refused: Vec<_> = refused.collect();
    assert!(refused.is_empty(), "an order was refused: {refused:?}");

    let purchases = carried_out("quickOrder") + carried_out("renewCertificate");
    let reissues = carried_out("reissueCertificate");
    assert_eq!(intents(&history, |kind| kind != OrderKind::Reissue), purchases, "purchases");
    assert_eq!(intents(&history, |kind| kind == OrderKind::Reissue), reissues, "reissues");
    assert_eq!(orders.iter().filter(|order| !order.is_reissue).count(), purchases, "purchases at the CA");
    assert_eq!(service.stray_orders, [], "strays");

    let now = world.now();
    let owed = owed(world, &history);
    covers(&ours(&service), &owed, "by the store");
    covers(&theirs(&orders), &owed, "by the CA");
    follow_one_another(&orders, now);
    replaced_end_in_time(&service, &orders, now);
    let invoices = invoices_are_one_per_period(world, &history);
    reminders_come_once(world, &history);
    Figures {
        purchases,
        reissues,
        invoices,
        calls: calls.len(),
        events: history.len(),
        steps: world.steps(),
        struck: world.borders.struck(),
    }
}

/// The account's orders as the CA lists them, oldest first, asked by nobody who took part.
async fn orders(world: &World) -> Vec<ListedOrder> {
    let from = "2026-11-01T00:00:00Z".parse().unwrap();
    let query = OrderQuery { by: OrderDate::Placed, from, to: world.now(), with_requestor: false };
    let mut orders: Vec<_> =
        certum(world.sandbox.endpoint().as_str()).orders(query).try_collect().await.unwrap();
    orders.sort_by_key(|order| order.placed_at);
    orders
}

fn intents(history: &[RecordedEvent], is_meant: impl Fn(OrderKind) -> bool) -> usize {
    let is_intent =
        |event: &Event| matches!(event, Event::OrderIntended { attempt } if is_meant(attempt.kind));
    history.iter().filter(|recorded| is_intent(&recorded.event)).count()
}

/// When a certificate is owed: from a day after a payment that began a time of service to the last day that was paid, but
/// for the few days before a lapse that are not worth a purchase.
fn owed(world: &World, history: &[RecordedEvent]) -> Vec<Span> {
    let now = world.now();
    let spared = DAY * i32::from(world.lifecycle.terms().spared_days);
    let mut owed: Vec<Span> = Vec::new();
    for recorded in history {
        let Event::PaymentReceived { paid_through, .. } = &recorded.event else { continue };
        let until = start_of(paid_through.date().tomorrow().unwrap()).min(now);
        match owed.last_mut() {
            Some(last) if recorded.at < last.until => last.until = until,
            _ => owed.push(Span { from: recorded.at + DAY, until }),
        }
    }
    for lapsed in owed.iter_mut().filter(|span| span.until < now) {
        lapsed.until -= spared;
    }
    owed
}

/// When the service had a certificate in force, as the store tells it: never before it was received.
fn ours(service: &Service) -> Vec<Span> {
    let span = |certificate: &std::sync::Arc<cert_lifecycle::service::ServiceCertificate>| Span {
        from: certificate.received_at.max(certificate.certificate.not_before),
        until: end(certificate.certificate.not_after, &certificate.standing),
    };
    service.certificates.iter().map(span).collect()
}

/// When the CA had one in force.
fn theirs(orders: &[ListedOrder]) -> Vec<Span> {
    let certificates = orders.iter().filter_map(|order| order.certificate.as_ref());
    let span = |certificate: &cert_lifecycle::ListedCertificate| Span {
        from: certificate.not_before,
        until: end(certificate.not_after, &certificate.standing),
    };
    certificates.map(span).collect()
}

/// The first moment at which a certificate is of no use.
fn end(not_after: Timestamp, standing: &CertificateStanding) -> Timestamp {
    match standing {
        CertificateStanding::Revoked { at } => at.expect("a date of revocation").min(not_after + SECOND),
        _ => not_after + SECOND,
    }
}

/// At each moment of the spans that are owed, one of the others runs.
fn covers(spans: &[Span], owed: &[Span], by_whom: &str) {
    let mut spans = spans.to_vec();
    spans.sort_by_key(|span| span.from);
    for stretch in owed {
        let mut covered_until = stretch.from;
        for span in spans.iter().filter(|span| span.until > stretch.from) {
            if span.from <= covered_until {
                covered_until = covered_until.max(span.until);
            }
        }
        assert!(covered_until >= stretch.until, "{by_whom}, nothing is in force from {covered_until} on");
    }
}

/// Each order was placed once the one before had its certificate, and none was rejected.
fn follow_one_another(orders: &[ListedOrder], now: Timestamp) {
    let mut free_from = Timestamp::MIN;
    for order in orders {
        assert!(order.placed_at >= free_from, "{} was placed while another was open", order.order_id);
        free_from = match &order.certificate {
            Some(certificate) => certificate.not_before,
            None => now,
        };
    }
}

/// Each certificate that a reissue replaced ended within 14 days of it, for the CA and in the store.
fn replaced_end_in_time(service: &Service, orders: &[ListedOrder], now: Timestamp) {
    let listed = orders.iter().filter_map(|order| order.certificate.as_ref());
    let listed: BTreeMap<_, _> =
        listed.map(|certificate| (certificate.serial_number.as_str(), certificate)).collect();
    assert_eq!(listed.len(), service.certificates.len(), "certificates");
    let mut replaced = 0;
    for pair in service.certificates.windows(2) {
        let [before, after] = pair else { unreachable!() };
        assert_eq!(before.replaced_at.is_some(), after.kind == OrderKind::Reissue);
        let by = after.certificate.not_before + REPLACED_FOR;
        // A day later at the latest, the store has heard of it.
        if after.kind != OrderKind::Reissue || by + DAY > now {
            continue;
        }
        replaced += 1;
        let theirs = listed[before.certificate.serial_number.as_str()];
        let not_after = before.certificate.not_after;
        for (whose, standing) in [("the CA's", &theirs.standing), ("the store's", &before.standing)] {
            assert!(end(not_after, standing) <= by + SECOND, "{whose} is in force after {by}: {standing:?}");
        }
    }
    assert!(replaced > 0, "nothing was replaced");
}

/// One invoice for each period, and the periods follow one another or a payment that came late. None comes long before its
/// period, and none before the period before it is paid for.
fn invoices_are_one_per_period(world: &World, history: &[RecordedEvent]) -> usize {
    let terms = world.lifecycle.terms();
    let ahead = i32::from(terms.invoices.lead_days + 2 * terms.renewal_days);
    let mut raised = BTreeSet::new();
    let mut paid_through: Option<Date> = None;
    for recorded in history {
        match &recorded.event {
            Event::PaymentReceived { paid_through: paid, .. } => paid_through = Some(paid.date()),
            Event::InvoiceRaised { invoice } => {
                assert!(raised.insert(invoice.period_start), "two invoices for {}", invoice.period_start);
                let first = utc(recorded.at).saturating_add(ahead.days());
                assert!(invoice.period_start <= first, "{} is for {}", recorded.at, invoice.period_start);
                assert_eq!(paid_through.and_then(|paid| paid.tomorrow().ok()), Some(invoice.period_start));
            }
            _ => {}
        }
    }
    assert_eq!(told(world, "invoice_due").len(), raised.len(), "invoices that the host was told of");
    raised.len()
}

/// For each certificate, each threshold is settled once, all that were crossed while it was the newest are, and the host
/// is told as often.
fn reminders_come_once(world: &World, history: &[RecordedEvent]) {
    let thresholds = world.lifecycle.terms().reminders.thresholds().to_vec();
    let (mut settled, mut reminders) = (0, 0);
    for recorded in history {
        match &recorded.event {
            Event::CertificateIssued { .. } => settled = 0,
            Event::Reminded { settled: now_settled, .. } => {
                let distinct = thresholds.iter().filter(|threshold| now_settled.contains(threshold)).count();
                assert_eq!(distinct, now_settled.len(), "{now_settled:?}");
                assert!(distinct > settled, "reminded twice of the same at {}", recorded.at);
                settled = distinct;
                reminders += 1;
            }
            _ => {}
        }
    }
    // Where a request has to come from the customer, a reissue that needs none bridges the time: no threshold is reached.
    assert!(reminders > 0 || world.plan.keys == Keys::Customer, "nobody was reminded of anything");
    assert_eq!(told(world, "successor_coming").len(), reminders, "reminders that the host was told of");
}

/// The different facts of a kind that the host was told.
pub(super) fn told(world: &World, kind: &str) -> BTreeSet<String> {
    let heard = world.heard.lock().unwrap();
    heard.iter().filter(|fact| fact.kind == kind).map(|fact| fact.id.as_str().to_owned()).collect()
}

/// Purchases are for keys of their own. Those that the vault made it still has; those of a customer serve until the next
/// request that he brought.
pub(super) async fn keys_are_as_wanted(world: &World, keys: Keys) {
    let service = world.service().await;
    let hash = |index: usize| service.certificates[index].configuration.request().public_key_hash();
    let mut bought = BTreeSet::new();
    for (index, certificate) in service.certificates.iter().enumerate() {
        if certificate.kind != OrderKind::Reissue {
            assert!(bought.insert(hash(index).to_string()), "a key was bought for twice");
        }
    }
    let kept = world.vault.list().await.unwrap();
    let is_kept = |index: usize| kept.iter().any(|kept| kept.hash == hash(index));
    let count = service.certificates.len();
    match keys {
        Keys::Vault => {
            assert!((0..count).all(is_kept), "a key is gone");
            let files = world.lifecycle.files_with_key(world.id, None).await.unwrap();
            assert_eq!(files.key.unwrap().public_key_hash(), hash(count - 1));
        }
        Keys::Customer => {
            assert_eq!(kept, []);
            let reissues = (1..count).filter(|index| service.certificates[*index].kind == OrderKind::Reissue);
            let (kept, changed): (Vec<_>, Vec<_>) =
                reissues.partition(|index| hash(*index) == hash(index - 1));
            assert!(kept.len() > changed.len(), "{} reissues of {count} keep the key", kept.len());
        }
    }
}

/// What people are told of when a service needs them. The last only says that nothing has moved for long.
pub(super) const TROUBLES: [&str; 6] =
    ["held", "expired", "order_refused", "order_rejected", "verification_needed", "stuck"];

/// The service waits for nobody, and nobody was ever told of such troubles.
pub(super) async fn goes_by_itself(world: &World, troubles: &[&str]) {
    let service = world.service().await;
    assert!(!matches!(service.state.kind(), StateKind::Held | StateKind::Rejected), "{:?}", service.state);
    for kind in troubles {
        assert_eq!(told(world, kind), BTreeSet::new(), "{kind}");
    }
}

fn start_of(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).unwrap().timestamp()
}
