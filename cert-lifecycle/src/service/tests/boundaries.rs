//! The moments and days at which a rule begins or ends, and turns that no history of the world takes.

use std::sync::Arc;

use cert_domain::{Language, PaidThrough, Threshold, VerificationCode, VerificationMethod};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use sha2::{Digest, Sha256};

use super::super::*;
use super::clock::{catch_up, looked_at_when_due, paid_beyond, with_a_key_to_make};
use super::world::{World, days, decided};
use crate::acceptance::IssuedCertificate;
use crate::authority::CertificateStanding;
use crate::notice::{Audience, Course, Outlook};
use crate::{NewOrder, Terms};

fn on(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).unwrap().timestamp()
}

fn second() -> SignedDuration {
    SignedDuration::from_secs(1)
}

#[test]
fn ends_a_purchase_after_365_days_where_a_year_has_more() {
    let world = World::new();
    for (began, ends) in [
        (date(2026, 11, 21), date(2027, 11, 20)),
        (date(2027, 3, 1), date(2028, 2, 28)),
        (date(2028, 2, 29), date(2029, 2, 27)),
    ] {
        assert_eq!(term_end(&world.offer, on(began)), ends, "{began}");
    }
}

#[test]
fn takes_a_payment_after_the_certificates_end_for_another_purchase() {
    let world = World::new();
    let end = world.certificate().not_after;
    let paid =
        [Event::PaymentReceived { paid_through: PaidThrough::new(date(2028, 11, 20)), period_start: None }];
    let lapses = |name: &str, at| world.after(world.service(name), &paid, at).unwrap().account.lapsed;
    assert!(!lapses("paid", end) && lapses("paid", end + second()));
    assert!(!lapses("renewal placed", end + second()), "an order is under way");
}

#[test]
fn proves_anew_what_was_proved_by_another_code() {
    let world = World::new();
    let after = |name: &str, event: Event| {
        let service = world.after(world.service(name), &[event], world.now).unwrap();
        let State::Validating(validating) = service.state else { panic!("{name}: {:?}", service.state) };
        validating
    };
    let configuration = world.configuration.with_method(VerificationMethod::DnsCname, None).unwrap();
    let changed = after("published", Event::MethodChanged { configuration });
    assert!(changed.resends && changed.published_at.is_none() && changed.check == Check::NotRequested);
    assert!(
        after("placed", Event::EmailRequested).resends && !after("resending", Event::EmailResent).resends
    );
    let published = after("placed", Event::ProofsPublished { instructions: world.instructions() });
    assert!(published.published_at.is_some() && published.check == Check::Requested);
    assert_eq!((published.requests, after("check started", Event::CheckRequested).requests), (1, 2));
    let renewed = || Event::CodeRenewed { code: Some(world.code()) };
    assert!(after("resending", Event::CheckRequested).resends && !after("resending", renewed()).resends);
    for event in [renewed(), Event::CodeLost] {
        let validating = after("published", event.clone());
        assert!(validating.published_at.is_none() && validating.check == Check::NotRequested, "{event:?}");
    }
}

/// Where nothing had to be proved, what was proved before goes on to count.
#[test]
fn counts_a_proof_from_the_acceptance_of_the_order_that_wanted_it() {
    let world = World::new();
    let (later, order_id) = (world.now + days(100), world.their_order_id());
    let proved_at = |code: Option<VerificationCode>, asked: &[Event]| {
        let placed = Event::OrderPlaced { order_id: order_id.clone(), code, adopted: false };
        let events = [&[placed], asked, &[Event::OrderAccepted]].concat();
        let service = world.after(world.service("reissue intended"), &events, later).unwrap();
        let State::Issuing(issuing) = service.state else { panic!("{:?}", service.state) };
        issuing.proved_at
    };
    let before = world.service("active").unwrap().certificates[0].proved_at;
    assert_eq!(proved_at(None, &[]), before);
    assert_eq!(proved_at(None, &[Event::CheckRequested]), later);
    assert_eq!(proved_at(Some(world.code()), &[]), later);
}

#[test]
fn takes_a_late_reissue_that_reaches_no_further_for_the_end_of_what_was_bought() {
    let world = World::new();
    let first = world.certificate();
    let life = first.not_after.duration_since(first.not_before);
    let term_ends = |age: SignedDuration, not_after: Timestamp| {
        let certificate = IssuedCertificate { not_after, ..world.issued("B2", first.not_before + age) };
        let issued = Event::CertificateIssued { certificate, is_cut_short: None };
        world.after(world.service("reissue issuing"), &[issued], world.now).unwrap().account.term_ends
    };
    let bought = world.service("active").unwrap().account.term_ends;
    let end = first.not_after;
    assert_eq!(term_ends(life / 4 - second(), end), bought, "the CA may have kept the days");
    assert_eq!(term_ends(life / 4, end), Some(utc(end).yesterday().unwrap()));
    assert_eq!(term_ends(life / 2, end - days(1)), Some(utc(end - days(1)).yesterday().unwrap()));
    assert_eq!(term_ends(life / 2, end + days(1)), bought);
}

/// The days of a reissue are fewer because the calendar has fewer by then, and not because nothing more was bought.
#[test]
fn takes_no_reissue_that_the_calendar_shortens_for_the_end_of_what_was_bought() {
    let world = World::new();
    let term_ends = |life| {
        let mut service = world.service("reissue issuing").unwrap();
        let [first] = Arc::make_mut(&mut service.certificates).as_mut_slice() else { panic!("one of them") };
        Arc::make_mut(first).certificate = world.issued("A1", "2027-02-01T12:00:00Z".parse().unwrap());
        service.account.term_ends = Some(date(2028, 1, 31));
        let issued = world.issued("B2", "2027-04-10T12:00:00Z".parse().unwrap());
        let not_after = issued.not_before + days(life) - second();
        let certificate = IssuedCertificate { not_after, ..issued };
        let issued = Event::CertificateIssued { certificate, is_cut_short: None };
        world.after(Some(service), &[issued], world.now).unwrap().account.term_ends
    };
    assert_eq!(term_ends(99), Some(date(2028, 1, 31)));
    assert_eq!(term_ends(98), Some(date(2027, 7, 16)));
}

/// What was decided when the certificate came stays so, whatever the calendar says by the time it is read.
#[test]
fn reads_from_the_event_whether_a_reissue_was_cut_short() {
    let world = World::new();
    let first = world.certificate();
    let half = first.not_before + first.not_after.duration_since(first.not_before) / 2;
    let term_ends = |days_left, is_cut_short| {
        let not_after = half + days(days_left) - second();
        let certificate = IssuedCertificate { not_after, ..world.issued("B2", half) };
        let issued = Event::CertificateIssued { certificate, is_cut_short };
        world.after(world.service("reissue issuing"), &[issued], world.now).unwrap().account.term_ends
    };
    let bought = world.service("active").unwrap().account.term_ends;
    assert_eq!(term_ends(50, Some(false)), bought);
    assert_ne!(term_ends(50, Some(true)), bought);
    assert_eq!(term_ends(50, None), term_ends(50, Some(true)), "before it was noted");
    let fetched = |days_left: i64| {
        let not_after = world.now + days(days_left) - second();
        let certificate = IssuedCertificate { not_after, ..world.issued("B2", world.now) };
        let fetched = Command::RecordCertificate(Some(Ok(certificate)));
        match decided(world.service("reissue issuing").as_ref(), fetched).unwrap().events.as_slice() {
            [Event::CertificateIssued { is_cut_short, .. }] => *is_cut_short,
            events => panic!("{events:?}"),
        }
    };
    assert_eq!((fetched(50), fetched(199)), (Some(true), Some(false)));
}

#[test]
fn counts_what_was_sent_and_what_was_left_unanswered() {
    let world = World::new();
    let ordering = |name: &str| match world.service(name).unwrap().state {
        State::Ordering(ordering) => ordering,
        state => panic!("{name}: {state:?}"),
    };
    for (name, sends, is_taken, is_doubted) in [
        ("intended", 1, false, false),
        ("resent", 2, false, false),
        ("doubted", 2, false, true),
        ("taken", 1, true, false),
    ] {
        let ordering = ordering(name);
        assert_eq!((ordering.sends, ordering.unanswered), (sends, sends), "{name}");
        assert_eq!((ordering.is_taken, ordering.doubt.is_some()), (is_taken, is_doubted), "{name}");
        assert_eq!(ordering.intended_at, world.now, "{name}");
    }
    let taken = world.after(world.service("doubted"), &[Event::OrderIdentifierTaken], world.now).unwrap();
    assert!(matches!(taken.state, State::Ordering(Ordering { is_taken: true, doubt: None, .. })));
}

#[test]
fn dates_an_intent_by_its_storing_and_a_call_by_its_last_sending() {
    let world = World::new();
    let [stored, again] = [1, 2].map(|hours| world.now + SignedDuration::from_hours(hours));
    let intended = Event::OrderIntended { attempt: world.attempt() };
    let intended = world.after(world.service("configured"), &[intended], stored);
    let resent = world.after(intended.clone(), &[Event::OrderNotFound], again);
    for (service, sent) in [(intended, stored), (resent, again)] {
        let Some(State::Ordering(ordering)) = service.map(|service| service.state) else {
            panic!("it is open")
        };
        assert_eq!((ordering.intended_at, ordering.sent_at), (stored, sent));
    }
}

#[test]
fn forgets_what_was_to_be_cancelled_or_doubted_once_that_is_settled() {
    let world = World::new();
    let after =
        |name: &str, event: Event| world.after(world.service(name), &[event], world.now).unwrap().state;
    let cancelling = |state: State| match state {
        State::Validating(validating) => validating.cancelling.is_some(),
        State::Issuing(issuing) => issuing.cancelling.is_some(),
        other => panic!("{other:?}"),
    };
    for name in ["placed", "issuing"] {
        assert!(cancelling(after(name, Event::OrderCancelling { replaces: false })), "{name}");
    }
    for name in ["cancelling", "cancelling in issuing"] {
        assert!(!cancelling(after(name, Event::CancellingRefused)), "{name}: the CA has issued it");
    }
    let reason = HoldReason::CertificateUnacceptable { flaws: world.passing_flaws() };
    let held = world.after(world.service("certificate doubted"), &[Event::Held { reason }], world.now);
    let resumed = world.after(held, &[Event::Resumed], world.now).unwrap();
    let State::Issuing(issuing) = resumed.state else { panic!("{:?}", resumed.state) };
    assert_eq!(issuing.doubtful_since, None, "the CA is given as much time again");
}

#[test]
fn keeps_to_whom_and_in_which_language_it_was_sold() {
    let world = World::new();
    let sold = |email: Option<&str>, language| {
        let (mut offer, customer) = (Box::new(world.offer.clone()), world.customer.clone());
        offer.language = Language::Polish;
        let created = Event::Created { offer, customer, email: email.map(str::to_owned), language };
        let service = world.replay(&[created]).unwrap();
        (service.email, service.language)
    };
    let english = Some(Language::English);
    assert_eq!(sold(Some("jan@example.com"), english), (Some("jan@example.com".into()), Language::English));
    assert_eq!(sold(None, None), (None, Language::Polish), "the offer's");
}

#[test]
fn relies_on_a_certificate_from_its_first_second_to_its_last_or_its_revocation() {
    let world = World::new();
    let mut held = ServiceCertificate::clone(&world.service("active").unwrap().certificates[0]);
    let (from, end) = (held.certificate.not_before, held.certificate.not_after);
    for (moment, is_in_force) in
        [(from - second(), false), (from, true), (end, true), (end + second(), false)]
    {
        assert_eq!(held.is_in_force(moment), is_in_force, "{moment}");
    }
    held.standing = CertificateStanding::Revoked { at: Some(from + days(7)) };
    assert!(held.is_in_force(from + days(7) - second()) && !held.is_in_force(from + days(7)));
    held.standing = CertificateStanding::Revoked { at: None };
    assert!(!held.is_in_force(from));
}

#[test]
fn ends_at_once_or_with_the_period_as_somebody_has_settled() {
    let world = World::new();
    let outlook = |service: &Service| successor(service, &Terms::default()).unwrap().outlook;
    let ending = |mut service: Service, at_end_of_period| {
        service.cancellation = Some(CancellationRequest { reason: String::new(), at_end_of_period });
        outlook(&service)
    };
    let active = || world.service("active").unwrap();
    assert_eq!(outlook(&world.service("terminated").unwrap()), Outlook::Ends);
    assert_eq!(ending(active(), false), Outlook::Ends);
    assert_eq!(ending(active(), true), Outlook::Automatic, "what is bought is reissued to its end");
    let beyond = || paid_beyond(&world, true);
    assert_eq!((outlook(&beyond()), ending(beyond(), true)), (Outlook::Automatic, Outlook::Ends));
}

/// A service whose newest certificate ends ten days before what was bought, paid through a day.
fn short(world: &World, request: bool, paid_through: Date) -> Service {
    let mut service = paid_beyond(world, request);
    service.account.paid_through = Some(PaidThrough::new(paid_through));
    let newest = Arc::make_mut(&mut service.certificates).last_mut().unwrap();
    Arc::make_mut(newest).certificate.not_after = on(date(2027, 11, 11)) - second();
    service
}

#[test]
fn reissues_nothing_for_days_that_the_next_purchase_covers_in_time() {
    let world = World::new();
    let course = |request, paid_through| {
        successor(&short(&world, request, paid_through), &Terms::default()).unwrap().course
    };
    assert_eq!(course(true, date(2028, 11, 20)), Course::Renewal);
    assert_eq!(course(false, date(2028, 11, 20)), Course::Reissue, "the purchase waits for a request");
    assert_eq!(course(true, date(2027, 11, 20)), Course::Reissue, "the purchase waits for a payment");
}

#[test]
fn buys_at_once_what_a_request_came_late_for_rather_than_reissue_for_its_last_days() {
    let world = World::new();
    let terms = Terms::default();
    let renewal_from = on(date(2027, 11, 20) - i64::from(terms.renewal_days).days());
    let late = |request, paid_through, changed_at| {
        let mut service = Service { changed_at, ..short(&world, request, paid_through) };
        let newest = Arc::make_mut(&mut service.certificates).last_mut().unwrap();
        Arc::make_mut(newest).certificate.not_after = renewal_from + days(2);
        service
    };
    let next = |service: &Service| successor(service, &terms).unwrap();
    let paid = date(2028, 11, 20);
    let early = renewal_from - second();
    assert_eq!(next(&late(true, paid, renewal_from)).course, Course::Renewal);
    assert_eq!(next(&late(true, paid, early)).course, Course::Reissue, "there is time for both");
    assert_eq!(next(&late(false, paid, renewal_from)).course, Course::Reissue, "a request is missing");
    assert_eq!(next(&late(true, date(2027, 11, 20), renewal_from)).course, Course::Reissue, "a payment is");
    let mut refused = late(true, paid, renewal_from);
    refused.refusal = Some(Refusal { findings: world.findings(), at: renewal_from });
    assert_eq!(next(&refused).course, Course::Reissue, "what is bought is covered, whatever the CA refuses");
    let mut over = late(true, paid, renewal_from + days(3));
    over.noticed.expired = true;
    assert_eq!(next(&over).outlook, Outlook::ByHand, "nothing that is told afterwards buys by itself");
}

/// When the next purchase begins where so many days are paid beyond the last.
fn begin_at_if_paid(world: &World, terms: &Terms, days_beyond: i64) -> Option<Timestamp> {
    let mut service = paid_beyond(world, true);
    let bought = service.account.term_ends.unwrap();
    service.account.paid_through = Some(PaidThrough::new(bought + days_beyond.days()));
    successor(&service, terms).unwrap().begin_at
}

#[test]
fn buys_late_what_is_left_of_a_period_and_early_once_the_next_is_paid() {
    let world = World::new();
    let terms = Terms::default();
    let begins = |days_beyond| begin_at_if_paid(&world, &terms, days_beyond);
    let early = i64::from(terms.renewal_days);
    let late = i64::from(terms.windows.spare_days + terms.windows.check_days);
    let ends = date(2027, 11, 20);
    assert_eq!(begins(2 * early), Some(on(ends - late.days())));
    assert_eq!(begins(2 * early + 1), Some(on(ends - early.days())));
}

/// A leap year has a day more than what the CA sells: nobody buys another year for it.
#[test]
fn buys_nothing_for_the_days_that_are_spared() {
    let world = World::new();
    let terms = Terms::default();
    let begins = |days_beyond| begin_at_if_paid(&world, &terms, days_beyond).is_some();
    let spared = i64::from(terms.spared_days);
    assert!(!begins(spared) && begins(spared + 1));
}

/// Nobody is there to make the key that the next certificate is to have.
#[test]
fn tells_of_a_successor_that_should_have_begun_a_day_ago() {
    let world = World::new();
    let (service, making, begin_at) = with_a_key_to_make(&world);
    let (service, _) = catch_up(service, &making, begin_at);
    let stalls =
        |now| catch_up(service.clone(), &making, now).1.contains(&Event::Stalled { who: Audience::Reseller });
    assert!(!stalls(begin_at + days(1) - second()) && stalls(begin_at + days(1)));
}

/// The check of 2026 counts for nothing from 2027-03-14 on, by the calendar.
#[test]
fn tells_of_a_proof_that_ends_only_where_that_is_news_to_somebody_who_needs_it() {
    let world = World::new();
    let by_hand = |begin| {
        let mut terms = Terms { keeps_key: false, ..Terms::default() };
        terms.windows.begin = Threshold::Days(begin);
        terms
    };
    let until = on(date(2027, 3, 14));
    let service = || world.service("active").unwrap();
    let tells = |service: Service, terms: &Terms| {
        let told = looked_at_when_due(service, terms, (world.now, world.now + days(198)));
        told.iter().filter(|(_, event)| matches!(event, Event::ProofEnding { .. })).count()
    };
    let needed = by_hand(14);
    assert!(successor(&service(), &needed).unwrap().begin_at.unwrap() > until);
    assert_eq!(tells(service(), &needed), 1);
    assert_eq!(
        tells(service(), &Terms { publishes: true, ..needed.clone() }),
        0,
        "nobody has to do anything"
    );

    let just =
        (80..90).map(by_hand).find(|terms| successor(&service(), terms).unwrap().begin_at == Some(until));
    assert_eq!(tells(service(), &just.unwrap()), 0, "the next is issued while the check counts");
    assert_eq!(tells(service(), &by_hand(100)), 0, "long before");

    let received = |at| {
        let mut service = service();
        let [first] = Arc::make_mut(&mut service.certificates).as_mut_slice() else { panic!("one of them") };
        Arc::make_mut(first).received_at = at;
        tells(service, &needed)
    };
    assert_eq!((received(until - days(14) - second()), received(until - days(14))), (1, 0), "it came late");
}

#[test]
fn keeps_one_copy_of_a_chain_that_stays_the_same() {
    let world = World::new();
    let reissued = |issuer: &str| {
        let certificate =
            IssuedCertificate { chain: [issuer.into()].into(), ..world.issued("B2", world.now) };
        let issued = Event::CertificateIssued { certificate, is_cut_short: None };
        let service = world.after(world.service("reissue issuing"), &[issued], world.now).unwrap();
        let [first, second] = &service.certificates[..] else { panic!("two of them") };
        let is_shared = Arc::ptr_eq(&first.certificate.chain, &second.certificate.chain);
        (second.certificate.chain.to_vec(), is_shared)
    };
    assert_eq!(reissued("intermediate"), (vec!["intermediate".into()], true));
    assert_eq!(reissued("another"), (vec!["another".into()], false));
}

#[test]
fn asks_for_a_payment_before_the_purchase_ends_that_it_is_to_follow() {
    let world = World::new();
    let terms = Terms::default();
    let invoiced = |term_ends: Date| {
        let mut service = world.service("paid").unwrap();
        service.account.term_ends = Some(term_ends);
        let told = looked_at_when_due(service, &terms, (world.now, on(date(2027, 12, 31))));
        told.into_iter().find(|(_, event)| matches!(event, Event::InvoiceRaised { .. })).map(|(at, _)| at)
    };
    let lead = i64::from(terms.invoices.lead_days).days();
    assert_eq!(invoiced(date(2027, 11, 20)), Some(on(date(2027, 11, 21) - lead)));
    assert_eq!(invoiced(date(2027, 11, 10)), Some(on(date(2027, 11, 11) - lead)));
    assert_eq!(invoiced(date(2027, 12, 20)), Some(on(date(2027, 11, 21) - lead)));
}

#[test]
fn reissues_up_to_the_last_second_of_a_certificate_and_no_longer() {
    let world = World::new();
    let terms = Terms::default();
    let end = world.certificate().not_after;
    let refused = |at: Timestamp| {
        let refusal = Some(Refusal { findings: world.findings(), at });
        Service { refusal, ..world.service("active").unwrap() }
    };
    let last = end - terms.pause_after_refusal;
    let (_, told) = catch_up(refused(last - second()), &terms, end - second());
    assert!(told.iter().any(|event| matches!(event, Event::SuccessorBegun { .. })), "{told:?}");
    let (_, told) = catch_up(refused(last - second()), &terms, end);
    assert!(told.iter().all(|event| !matches!(event, Event::SuccessorBegun { .. })), "{told:?}");
    let next = next_moment(&refused(last), &terms, end - second());
    assert_eq!(next, Some(end + second()), "there is nothing to wake up for before the end is told");
}

#[test]
fn tells_of_paid_days_that_no_certificate_covers() {
    let world = World::new();
    let end = world.certificate().not_after;
    let by_hand = Terms { keeps_key: false, ..Terms::default() };
    let stalls = |service: Service, until: Timestamp| -> Vec<Timestamp> {
        let told = looked_at_when_due(service, &by_hand, (world.now, until));
        told.into_iter()
            .filter(|(_, event)| matches!(event, Event::Stalled { .. }))
            .map(|(at, _)| at)
            .collect()
    };
    let (day, month) = (days(1), end + days(30));
    for name in ["active", "paid", "suspended"] {
        assert_eq!(stalls(world.service(name).unwrap(), month), [end + day], "{name}");
    }
    assert_eq!(stalls(world.service("recurring and active").unwrap(), month), [], "nothing is paid");
    let mut over = world.service("active").unwrap();
    over.account.term_ends = utc(end).yesterday().ok();
    assert_eq!(stalls(over, month), [], "all that was bought is covered");
    let mut stopped = world.service("active").unwrap();
    stopped.keeps_back = true;
    assert_eq!(stalls(stopped, month), [], "somebody has stopped it, and knows");
    let mut leaving = world.service("active").unwrap();
    leaving.cancellation = Some(CancellationRequest { reason: String::new(), at_end_of_period: false });
    assert_eq!(stalls(leaving, month), [], "nothing is to follow");
    let suspended =
        looked_at_when_due(world.service("suspended").unwrap(), &Terms::default(), (world.now, end));
    assert!(suspended.iter().all(|(_, event)| !matches!(event, Event::Stalled { .. })), "{suspended:?}");
}

#[test]
fn publishes_nothing_where_a_message_is_the_proof() {
    let world = World::new();
    for (name, is_published) in [("placed", true), ("mailbox placed", false)] {
        let State::Validating(validating) = world.service(name).unwrap().state else { panic!("{name}") };
        assert_eq!(validating.is_published(), is_published, "{name}");
        assert_eq!(validating.is_to_be_published(), is_published, "{name}");
        assert_eq!(validating.is_answer_awaited(), !is_published, "{name}");
    }
}

/// An attempt that is open while a program is replaced by its next version is held against the hash that the former wrote.
#[test]
fn hashes_what_a_plain_order_says_and_nothing_of_what_it_leaves_open() {
    let world = World::new();
    let order = NewOrder::new(world.order_id(), &world.customer, &world.offer, &world.configuration);
    let (order_id, pem) = (world.order_id(), world.configuration.request().pem());
    let subject = [order_id.as_str(), "customer-7", "601", "pl", pem, "dns-txt-prefix"];
    let contact = ["jan@example.com", "Jan", "Nowak", "", "shop.example.com"];
    let mut hash = Sha256::new();
    for field in ["1"].into_iter().chain(subject).chain(contact) {
        hash.update((field.len() as u64).to_be_bytes());
        hash.update(field);
    }
    let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(serde_json::to_value(RequestHash::of(&order)).unwrap(), serde_json::Value::from(hex));
}

#[test]
fn shows_actions_and_reasons_in_words() {
    let world = World::new();
    for action in Action::ALL {
        assert_eq!(action.to_string(), action.as_str());
        assert_eq!(action.as_str().parse(), Ok(*action));
    }
    let order_id = world.order_id();
    let reasons = [
        HoldReason::Blocked { findings: world.findings() },
        HoldReason::OtherMode,
        HoldReason::NoClearAnswer,
        HoldReason::StrayOrder { order_id: order_id.clone() },
        HoldReason::SeveralOrders { order_ids: vec![order_id.clone()] },
        HoldReason::ForeignOrder { order_id },
        HoldReason::RequestChanged,
        HoldReason::CertificateUnacceptable { flaws: world.flaws() },
    ];
    let shown: std::collections::BTreeSet<_> = reasons.iter().map(ToString::to_string).collect();
    assert_eq!(shown.len(), reasons.len());
    let actor = Actor::new("customer:7");
    assert_eq!((actor.as_str(), actor.to_string().as_str()), ("customer:7", "customer:7"));
}
