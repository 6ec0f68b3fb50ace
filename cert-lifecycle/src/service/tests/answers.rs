//! What is made of answers that are like others but for one thing.

use cert_domain::{ContactForm, Form, VerificationCode};
use jiff::SignedDuration;

use super::super::*;
use super::world::{World, decided, report, resume};
use crate::authority::{CheckKind, OrderCheck, OrderProgress, OrderReport, Proof};
use crate::notice::Audience;
use crate::{FoundOrder, OrderId, Terms};

fn check(kind: CheckKind, proof: Proof) -> OrderCheck {
    OrderCheck { kind, proof, valid_until: None }
}

fn events(service: &Service, command: Command) -> Vec<Event> {
    decided(Some(service), command).unwrap().events
}

/// Two calls for a code may be under way at a time.
#[test]
fn believes_a_code_that_was_asked_for_with_the_service_as_it_is() {
    let world = World::new();
    let told = |name: &str, versions_ago| {
        let service = world.service(name).unwrap();
        let seen_version = service.version - versions_ago;
        events(&service, Command::RecordCode { code: Some(world.code()), seen_version })
    };
    let renewed = [Event::CodeRenewed { code: Some(world.code()) }];
    assert_eq!((told("resending", 0), told("code lost", 0)), (renewed.to_vec(), renewed.to_vec()));
    assert_eq!((told("resending", 1), told("code lost", 1)), (vec![Event::CodeLost], vec![]));
}

#[test]
fn asks_for_a_message_again_where_somebody_wants_it() {
    let world = World::new();
    let next = resume(&world.service("resending").unwrap());
    assert!(matches!(next, Next::Perform(Effect::RenewCode { .. })), "{next:?}");
    let next = resume(&world.service("mailbox resending").unwrap());
    assert_eq!(next, Next::Perform(Effect::ResendEmail(world.order_id())));
}

/// Answers lag behind what the CA has done.
#[test]
fn proves_anew_only_what_the_ca_wants_proved_for_hours_after_it_accepted_the_order() {
    let world = World::new();
    let service = world.service("issuing").unwrap();
    let told = |progress, minutes| {
        let now = world.now + SignedDuration::from_mins(minutes);
        decide(Some(&service), report(progress), now, &Terms::default()).unwrap().events
    };
    assert_eq!(told(OrderProgress::Validating, 119), []);
    assert_eq!(told(OrderProgress::Validating, 120), [Event::VerificationReopened]);
    assert_eq!(told(OrderProgress::Accepted, 120), []);
}

#[test]
fn waits_for_another_certificate_than_those_it_has() {
    let world = World::new();
    let service = world.service("reissue issuing").unwrap();
    let told = |serial_number: &str| {
        let certificate = world.issued(serial_number, world.now);
        events(&service, Command::RecordCertificate(Some(Ok(certificate))))
    };
    assert_eq!(told("A1"), []);
    assert!(matches!(told("B2")[..], [Event::CertificateIssued { .. }, ..]));
}

#[test]
fn begins_a_history_with_a_sale_or_an_import_and_nothing_else() {
    let world = World::new();
    let (offer, customer) = (Box::new(world.offer.clone()), world.customer.clone());
    let sale = Command::Create { offer, customer, email: None, language: None };
    assert_eq!(decided(None, sale).unwrap().events, [world.created(world.offer.clone())]);
    assert!(decided(None, Command::Advance).is_err());
    let import = |event| decided(None, Command::Import(Box::new(event)));
    assert_eq!(import(world.imported()).unwrap().events, [world.imported()]);
    assert!(import(Event::Expired).is_err());
}

#[test]
fn writes_to_what_was_ordered_or_else_filled_in_or_else_sold() {
    let world = World::new();
    let known = |email: &str, name: &str| {
        let contact = ContactForm { email: email.into(), ..ContactForm::default() };
        let draft = Form { contact, names: vec![name.into()], ..Form::default() };
        let mut service = world.service("awaiting configuration").unwrap();
        service.email = Some("sold@example.com".into());
        service.draft = Some(draft);
        (service.mailbox().map(str::to_owned), service.common_name().map(str::to_owned))
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(known(" a@example.com ", " a.example.com "), (some("a@example.com"), some("a.example.com")));
    assert_eq!(known(" ", " "), (some("sold@example.com"), None), "nothing is filled in");
    let mut ordered = world.service("placed").unwrap();
    let contact = ContactForm { email: "later@example.com".into(), ..ContactForm::default() };
    ordered.draft = Some(Form { contact, ..Form::default() });
    assert_eq!(
        (ordered.mailbox(), ordered.common_name()),
        (Some("jan@example.com"), Some("shop.example.com"))
    );
}

#[test]
fn publishes_for_the_code_that_counts_and_once() {
    let world = World::new();
    let published = |name: &str, code: &str| {
        let (code, instructions) = (VerificationCode::new(code), world.instructions());
        events(&world.service(name).unwrap(), Command::RecordPublished { code, instructions }).len()
    };
    assert_eq!((published("placed", "c0de"), published("placed", "former")), (1, 0));
    assert_eq!(published("published", "c0de"), 0);
}

#[test]
fn asks_for_no_code_where_a_message_is_the_proof() {
    let world = World::new();
    let lost = |name: &str| resume(&world.after(world.service(name), &[Event::CodeLost], world.now).unwrap());
    assert!(matches!(lost("placed"), Next::Perform(Effect::RenewCode { .. })));
    assert_eq!(lost("mailbox placed"), Next::Poll(Effect::ReadReport(world.order_id())));
}

#[test]
fn stores_what_the_ca_says_of_checks_only_where_something_changed() {
    let world = World::new();
    let known = vec![check(CheckKind::Domain, Proof::Required), check(CheckKind::System, Proof::Required)];
    let reported = Event::ChecksReported { checks: known.clone() };
    let service = world.after(world.service("placed"), &[reported], world.now).unwrap();
    let is_news = |checks: &[OrderCheck]| {
        let report = OrderReport { progress: OrderProgress::Validating, checks: checks.to_vec() };
        !events(&service, Command::RecordReport(report)).is_empty()
    };
    let [domain, system] = known.as_slice() else { panic!("two") };
    assert!(!is_news(&known) && !is_news(&[system.clone(), domain.clone()]));
    assert!(is_news(&known[..1]) && is_news(&[domain.clone(), check(CheckKind::System, Proof::Failed)]));
    assert!(is_news(&[domain.clone(), check(CheckKind::Email, Proof::Required)]));
}

#[test]
fn waits_for_whoever_has_the_next_proof_to_give() {
    use CheckKind::{Applicant, Domain, Email, Organization, System};
    let world = World::new();
    let open = |kind| check(kind, Proof::Required);
    let given = |kind| check(kind, Proof::Verified);
    let who = |name: &str, checks: Vec<OrderCheck>, evidence: bool| {
        let papers = evidence.then(|| Event::EvidenceSubmitted { note: "extract".into(), documents: 1 });
        let reported = Event::ChecksReported { checks };
        let events: Vec<_> = [reported].into_iter().chain(papers).collect();
        who_must_act(&world.after(world.service(name), &events, world.now).unwrap())
    };
    for (name, checks, evidence, expected) in [
        ("placed", vec![], false, Audience::Customer),
        ("placed", vec![open(Domain), open(System)], false, Audience::Customer),
        ("placed", vec![check(Domain, Proof::Failed)], false, Audience::Customer),
        ("placed", vec![given(Domain), open(System)], false, Audience::Authority),
        ("placed", vec![given(Domain), open(Organization)], false, Audience::Customer),
        ("placed", vec![given(Domain), open(Applicant)], false, Audience::Customer),
        ("placed", vec![given(Domain), open(Applicant)], true, Audience::Authority),
        ("placed", vec![given(Domain), open(Email)], true, Audience::Customer),
        ("check requested", vec![open(Domain)], false, Audience::Authority),
        ("check started", vec![open(Domain)], false, Audience::Authority),
        ("mailbox placed", vec![open(Email)], false, Audience::Customer),
        ("mailbox placed", vec![open(Domain)], false, Audience::Authority),
    ] {
        assert_eq!(who(name, checks.clone(), evidence), expected, "{name} {checks:?}");
    }
}

#[test]
fn adopts_what_the_reseller_chose_only_if_it_is_of_the_product() {
    let world = World::new();
    for (name, product, is_adopted) in [
        ("intended", "601", true),
        ("intended", "606", false),
        ("renewal intended", "606", true),
        ("renewal intended", "601", false),
        ("reissue intended", "601", true),
        ("reissue intended", "606", true),
        ("reissue intended", "931", false),
    ] {
        let service = world.service(name).unwrap();
        let adopts = |found: FoundOrder| decided(Some(&service), Command::Adopt(found)).is_ok();
        assert_eq!(adopts(world.found("customer-7", product)), is_adopted, "{name}: {product}");
        assert!(!adopts(world.found("customer-8", product)), "{name}: {product}");
        let over = FoundOrder { progress: OrderProgress::Rejected, ..world.found("customer-7", product) };
        assert!(!adopts(over), "{name}: {product}");
    }
}

#[test]
fn doubts_no_longer_what_turns_out_to_be_somebody_elses() {
    let world = World::new();
    let doubtful = world.service("abandoned").unwrap();
    let settled = [Event::DoubtSettled { order_id: world.order_id() }];
    let foreign = world.lookup(&doubtful, Some(world.found("customer-8", "601")));
    assert_eq!(events(&doubtful, foreign), settled);
    let clear = world.service("awaiting configuration").unwrap();
    let foreign = world.lookup(&clear, Some(world.found("customer-8", "601")));
    assert_eq!(events(&clear, foreign), []);
}

#[test]
fn takes_no_order_for_a_stray_that_the_ca_has_rejected() {
    let world = World::new();
    let doubtful = world.service("abandoned").unwrap();
    let found = |progress| {
        let found = FoundOrder { progress, ..world.found("customer-7", "601") };
        events(&doubtful, world.lookup(&doubtful, Some(found)))
    };
    assert_eq!(found(OrderProgress::Rejected), [Event::DoubtSettled { order_id: world.order_id() }]);
    assert!(matches!(found(OrderProgress::Validating)[..], [Event::StrayOrder { .. }, ..]));
}

/// Several may be the one that is looked for; the search began before somebody else sent the order again.
#[test]
fn sends_nothing_again_for_a_search_that_is_older_than_the_service() {
    let world = World::new();
    let service = world.service("renewal resent").unwrap();
    let two = ["CA-2", "CA-3"].map(|order_id| world.candidate(order_id, OrderProgress::Validating)).to_vec();
    let search = |seen_version| {
        let (order_id, candidates) = (OrderId::for_attempt(world.id, 2), two.clone());
        events(&service, Command::RecordSearch { order_id, candidates, seen_version, began_at: world.now })
    };
    assert_eq!(search(service.version - 1), []);
    assert_eq!(search(service.version), [Event::OrderNotFound]);
}

#[test]
fn takes_a_message_for_sent_again_only_where_somebody_asked_for_it() {
    let world = World::new();
    let resent = |name: &str| events(&world.service(name).unwrap(), Command::RecordEmailResent).len();
    assert_eq!((resent("resending"), resent("placed")), (1, 0));
}

#[test]
fn searches_by_the_code_of_renewals_and_by_either_code_for_reissues() {
    let world = World::new();
    for (name, products) in [("renewal intended", &["606"][..]), ("reissue intended", &["601", "606"])] {
        let next = resume(&world.service(name).unwrap());
        let Next::Perform(Effect::SearchOrder(search)) = &next else { panic!("{next:?}") };
        assert_eq!(search.products, products, "{name}");
        let Next::Perform(effect) = &next else { panic!("{next:?}") };
        assert_eq!(
            (effect.name(), world.look(&world.service("intended").unwrap()).name()),
            ("search order", "look up order")
        );
    }
}

#[test]
fn keeps_what_an_event_says_nothing_of() {
    let world = World::new();
    let after = |name: &str, events: &[Event]| world.after(world.service(name), events, world.now).unwrap();
    let strays = ["CA-8", "CA-9"].map(OrderId::from_authority);
    let strayed = strays.clone().map(|order_id| Event::StrayOrder { order_id, placed_at: None });
    let cancelled = Event::StrayCancelled { order_id: strays[0].clone() };
    assert_eq!(after("active", &[&strayed[..], &[cancelled]].concat()).stray_orders, strays[1..]);

    let begun =
        |configuration| Event::SuccessorBegun { purpose: world.renewal(), configuration, of_itself: false };
    let stored = |request| after("with a request", &[begun(world.configuration.with_request(request))]);
    assert_eq!(stored(world.spare.clone()).stored_request, None, "it is used");
    assert!(stored(world.next.clone()).stored_request.is_some(), "it waits for the next");

    let until = world.now;
    let reported = |kind| {
        let checks = vec![OrderCheck { valid_until: Some(until), ..check(kind, Proof::Verified) }];
        after("placed", &[Event::ChecksReported { checks }]).organization_check.is_some()
    };
    assert!(reported(CheckKind::Organization) && !reported(CheckKind::Domain));

    let State::Issuing(issuing) =
        after("held in issuing", &[Event::OrderCancelling { replaces: true }]).state
    else {
        panic!("it is to be cancelled")
    };
    assert!(issuing.cancelling.is_some_and(|cancelling| cancelling.replaces));
}

#[test]
fn rests_while_nothing_is_due() {
    let world = World::new();
    assert_eq!(resume(&world.service("active").unwrap()), Next::Rest);
    assert_eq!(resume(&world.service("with a kept key").unwrap()), Next::Rest);
}
