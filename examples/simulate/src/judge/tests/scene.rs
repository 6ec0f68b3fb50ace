//! Tells a judge a life line by line.

use std::sync::OnceLock;

use cert_domain::{Catalogue, Configuration, ContactForm, Form, KeyChoice, Life, Offer, VerificationMethod};
use cert_lifecycle::delivery::Fact;
use cert_lifecycle::service::{Event, RecordedEvent};
use cert_lifecycle::{OrderKind, Terms};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::super::times::DAY;
use super::super::{Judge, Verdict, notices};
use crate::seen::{BookedCertificate, BookedOrder, BookedStanding, Deed, Line, Number, Seen, Wish};

/// The service that a life is about.
const SERVICE: Number = Number(0);
/// Another one.
const OTHER: Number = Number(1);

pub(super) struct Scene {
    judge: Judge,
    at: Timestamp,
    who: Number,
    version: u64,
    terms: Terms,
    orders: Vec<BookedOrder>,
    last_told: Option<Fact>,
}

/// A certificate is revoked, as the store says it.
pub(super) fn standing(serial: &str) -> Value {
    json!({"event": "certificate_standing", "serial_number": serial, "standing": {"revoked": {"at": null}}})
}

impl Scene {
    fn begins() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    /// Two services are wanted: the one that it is about, and one that only has a key.
    pub(super) fn begin() -> Self {
        Self::begin_with(|_| {})
    }

    /// So they are, and something is otherwise with the first.
    pub(super) fn begin_with(change: impl Fn(&mut Wish)) -> Self {
        let mut scene = Self {
            judge: Judge::new(),
            at: Self::begins(),
            who: SERVICE,
            version: 0,
            terms: Terms::default(),
            orders: Vec::new(),
            last_told: None,
        };
        let terms = scene.terms.clone();
        scene.see(Seen::Begun { terms: &terms });
        for number in [SERVICE, OTHER] {
            let mut wish = Wish {
                product: "601".into(),
                is_recurring: true,
                price: 4_900,
                months: 12,
                sort: "ordinary",
                is_published_for: false,
                keeps_keys: true,
                customer: "customer".into(),
                names: vec!["shop.example.com".into()],
            };
            if number == SERVICE {
                change(&mut wish);
            } else {
                wish.is_recurring = false;
            }
            scene.see(Seen::Wanted { number, wish });
        }
        scene.other(|scene| {
            scene.configure();
            scene.intend(OrderKind::New);
            scene.book(OrderKind::New, "another's", None, "another's");
            scene.place("another's", false);
            scene.tell("verification_needed");
        });
        scene
    }

    fn see(&mut self, seen: Seen<'_>) {
        self.judge.see(&Line { at: self.at, seen });
    }

    /// Something is about the other service.
    pub(super) fn other(&mut self, what: impl Fn(&mut Self)) {
        self.who = OTHER;
        what(self);
        self.who = SERVICE;
    }

    /// Time passes in which workers work, in turns of an hour.
    pub(super) fn work(&mut self, time: SignedDuration) {
        let until = self.at + time;
        while self.at < until {
            self.at = until.min(self.at + SignedDuration::from_hours(1));
            self.see(Seen::Ticked);
        }
    }

    /// Time passes in which workers work, and come to no end.
    pub(super) fn toil(&mut self, time: SignedDuration) {
        self.at += time;
        self.see(Seen::Reachable(true));
    }

    /// Time passes in which none does.
    pub(super) fn rest(&mut self, time: SignedDuration) {
        self.see(Seen::Working(false));
        self.at += time;
        self.see(Seen::Working(true));
    }

    pub(super) fn day(&self) -> i64 {
        self.at.duration_since(Self::begins()).as_hours() / 24
    }

    pub(super) fn until_day(&mut self, day: i64) {
        self.until(Self::begins() + SignedDuration::from_hours(24 * day));
    }

    pub(super) fn until(&mut self, at: Timestamp) {
        self.work(at.duration_since(self.at));
    }

    pub(super) fn done(&mut self, deed: Deed) {
        self.see(Seen::Done { number: self.who, deed });
    }

    /// An event is stored, and the host told of it.
    pub(super) fn stored(&mut self, event: Value) {
        let data = event.get("invoice").cloned().unwrap_or_default();
        let event: Event = serde_json::from_value(event).unwrap();
        let kind = notices::told_of(&event);
        self.append(event);
        if let Some(kind) = kind {
            self.tell_with(kind, data);
        }
    }

    /// A caller hears that the CA refuses what was begun.
    pub(super) fn refuse(&mut self) {
        self.see(Seen::Refused { number: self.who });
    }

    pub(super) fn stored_untold(&mut self, event: Value) {
        self.append(serde_json::from_value(event).unwrap());
    }

    fn append(&mut self, event: Event) {
        self.version += 1;
        let events = [RecordedEvent { at: self.at, by: None, event }];
        self.see(Seen::Stored { number: self.who, version: self.version, events: &events });
    }

    /// The host is told something, which has the newest version in its identifier and a number of its own.
    pub(super) fn tell(&mut self, kind: &str) {
        self.tell_with(kind, json!({}));
    }

    /// The host is told something of a certificate.
    pub(super) fn tell_of(&mut self, kind: &str, serial: &str) {
        self.tell_with(kind, json!({"serial_number": serial}));
    }

    fn tell_with(&mut self, kind: &str, data: Value) {
        let number = match &self.last_told {
            Some(last) => last.id.as_str().rsplit('.').next().unwrap().parse::<u32>().unwrap() + 1,
            None => 0,
        };
        let id = format!("0193a5c0-0000-7000-8000-000000000007.{}.{number}", self.version);
        let fact = Fact::new(id.parse().unwrap(), kind, self.at, data);
        self.see(Seen::Told { number: self.who, fact: &fact });
        self.last_told = Some(fact);
    }

    /// The host is told the last fact again.
    pub(super) fn tell_again(&mut self) {
        let fact = self.last_told.clone().unwrap();
        self.see(Seen::Told { number: self.who, fact: &fact });
    }

    /// A period is paid for.
    pub(super) fn pay(&mut self, paid_through: &str) {
        let period_start = self.at.to_zoned(jiff::tz::TimeZone::UTC).date();
        self.done(Deed::Paid { period_start, paid_on: period_start, amount: 4_900 });
        self.stored(json!({"event": "payment_received", "paid_through": paid_through}));
    }

    pub(super) fn configure(&mut self) {
        self.done(Deed::Configured);
        self.append(Event::Configured { configuration: configuration() });
    }

    /// A successor is begun, and nobody asked for it.
    pub(super) fn succeed(&mut self, kind: OrderKind) {
        self.succeed_by(kind, true);
    }

    pub(super) fn succeed_by(&mut self, kind: OrderKind, of_itself: bool) {
        let purpose = match kind {
            OrderKind::New => json!({"purpose": "new"}),
            OrderKind::Renewal => json!({"purpose": "renewal", "serial_number": "c"}),
            _ => json!({"purpose": "reissue", "serial_number": "c", "added": []}),
        };
        let configuration = serde_json::to_value(configuration()).unwrap();
        self.stored(json!({
            "event": "successor_begun", "purpose": purpose, "configuration": configuration, "of_itself": of_itself,
        }));
    }

    pub(super) fn intend(&mut self, kind: OrderKind) {
        self.stored(json!({
            "event": "order_intended",
            "attempt": {"number": 1, "kind": kind, "order_id": "x", "request_hash": "x"},
        }));
    }

    /// The CA has an order, and perhaps a certificate for so many days.
    pub(super) fn book(&mut self, kind: OrderKind, name: &str, days: Option<i64>, key: &str) {
        self.book_with(kind, name, days, key, |_| {});
    }

    /// So it has, and something is otherwise with it.
    pub(super) fn book_with(
        &mut self,
        kind: OrderKind,
        name: &str,
        days: Option<i64>,
        key: &str,
        change: impl Fn(&mut BookedOrder),
    ) {
        let certificate = days.map(|days| BookedCertificate {
            serial_number: name.into(),
            not_before: self.at,
            not_after: self.at + DAY * i32::try_from(days).unwrap() - SignedDuration::from_secs(1),
            revoked_at: None,
        });
        let entry = self.orders.len() as u64;
        let mut order = BookedOrder {
            entry,
            follows: (kind != OrderKind::New).then(|| entry.saturating_sub(1)),
            order_id: name.into(),
            kind,
            product: "601".into(),
            customer: "customer".into(),
            names: vec!["shop.example.com".into()],
            key: key.into(),
            placed_at: self.at,
            standing: if days.is_some() { BookedStanding::Issued } else { BookedStanding::Waiting },
            awaits_officers: false,
            certificate,
        };
        change(&mut order);
        self.orders.push(order.clone());
        self.see(Seen::Booked { number: Some(self.who), order });
    }

    /// The CA has everything but what officers have to decide; or they have decided.
    pub(super) fn await_officers(&mut self, name: &str, awaits: bool) {
        self.change(name, |order| order.awaits_officers = awaits);
    }

    /// A certificate is issued for an order that waited.
    pub(super) fn certify(&mut self, name: &str, days: i32) {
        let at = self.at;
        self.change(name, |order| {
            order.standing = BookedStanding::Issued;
            order.certificate = Some(BookedCertificate {
                serial_number: name.into(),
                not_before: at,
                not_after: at + DAY * days - SignedDuration::from_secs(1),
                revoked_at: None,
            });
        });
    }

    /// An order comes to nothing.
    pub(super) fn end(&mut self, name: &str, standing: BookedStanding) {
        self.change(name, |order| order.standing = standing);
    }

    /// A certificate is revoked in some days.
    pub(super) fn revoke(&mut self, name: &str, days: i32) {
        let at = self.at + DAY * days;
        self.change(name, |order| order.certificate.as_mut().unwrap().revoked_at = Some(at));
    }

    fn change(&mut self, name: &str, change: impl FnOnce(&mut BookedOrder)) {
        let order = self.orders.iter_mut().find(|order| order.order_id == name).unwrap();
        change(order);
        let order = order.clone();
        self.see(Seen::Booked { number: Some(self.who), order });
    }

    /// The store learns of an order: as the one that it waits for, or as one that nobody does.
    pub(super) fn place(&mut self, name: &str, is_stray: bool) {
        if is_stray {
            self.stored(json!({"event": "stray_order", "order_id": name}));
        } else {
            self.stored(json!({"event": "order_placed", "order_id": name, "code": null, "adopted": false}));
        }
    }

    /// The store gets a certificate.
    pub(super) fn issue(&mut self, name: &str, days: i64) {
        let order = self.orders.iter().find(|order| order.order_id == name).unwrap();
        let issued = order.certificate.clone().unwrap();
        assert_eq!(issued.not_after.duration_since(issued.not_before).as_hours() / 24, days - 1);
        self.stored(json!({
            "event": "certificate_issued",
            "certificate": {
                "pem": "", "chain": [], "serial_number": name, "names": [],
                "not_before": issued.not_before, "not_after": issued.not_after,
            },
        }));
    }

    /// What was begun is ordered, issued, and in the store at once.
    pub(super) fn order(&mut self, kind: OrderKind, name: &str, days: i64, key: &str) {
        self.intend(kind);
        self.book(kind, name, Some(days), key);
        self.place(name, false);
        self.issue(name, days);
    }

    /// A successor is begun, and ordered.
    pub(super) fn follow(&mut self, kind: OrderKind, name: &str, days: i64, key: &str) {
        self.succeed(kind);
        self.order(kind, name, days, key);
    }

    /// When the first threshold before the end of a certificate is crossed.
    pub(super) fn moment_of_reminder(&self, name: &str) -> Timestamp {
        let order = self.orders.iter().find(|order| order.order_id == name).unwrap();
        let issued = order.certificate.as_ref().unwrap();
        self.terms.reminders.thresholds()[0].moment(Life::new(issued.not_before, issued.not_after))
    }

    pub(super) fn remind(&mut self) {
        self.stored(json!({
            "event": "reminded", "settled": [{"share": 333}], "outlook": "when_paid", "course": "renewal",
        }));
    }

    pub(super) fn invoice(&mut self, price: u64) {
        self.stored(json!({
            "event": "invoice_raised",
            "invoice": {
                "period_start": "2027-11-22", "period_end": "2028-11-21", "billing": "recurring",
                "price": {"minor_units": price, "currency": "PLN"}, "pay_by": "2027-11-02",
            },
        }));
    }

    pub(super) fn end_of_run(self) -> Verdict {
        self.judge.end()
    }
}

/// Something to order, whatever it is.
fn configuration() -> Configuration {
    static CONFIGURATION: OnceLock<Configuration> = OnceLock::new();
    let make = || {
        let product = Catalogue::built_in().product(&"601".parse().unwrap()).unwrap();
        let offer = Offer::new(product.clone(), VerificationMethod::DnsTxtPrefix).unwrap();
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let request = CertificateRequest::builder().common_name("shop.example.com").sign(&key).unwrap();
        let contact = ContactForm::new("Jan", "Nowak", "jan@example.com");
        let names = vec!["shop.example.com".into()];
        let key = KeyChoice::Generate { algorithm: KeyAlgorithm::EcdsaP256, keep: true };
        offer.check(&Form { key, csr: request.to_pem(), names, contact, ..Form::default() }).unwrap()
    };
    CONFIGURATION.get_or_init(make).clone()
}
