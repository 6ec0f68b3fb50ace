//! Who is told what because of an event.

use cert_domain::{Form, Instruction, Language, PaidThrough, VerificationCode};
use jiff::civil::date;

use super::super::*;
use super::world::{World, days, form};
use crate::Terms;
use crate::authority::{CertificateStanding, NameState, Proof};
use crate::notice::{Audience, Course, InvoiceDue, LinkToken, Notice, NoticeKind, Outlook};

use Audience::{Authority, Customer, Reseller};

/// What is told because of an event after a history.
fn told(world: &World, before: &str, event: Event, terms: &Terms) -> Vec<Notice> {
    let before = world.service(before);
    let after = world.after(before.clone(), std::slice::from_ref(&event), world.now).unwrap();
    let token = LinkToken::new([7; 32]);
    notices(before.as_ref(), &event, &after, world.now, Some(&token), terms)
}

fn names(told: &[Notice]) -> Vec<(Audience, &'static str)> {
    told.iter().map(|notice| (notice.audience, notice.kind.name())).collect()
}

/// A history, an event after it, and who is told what.
type Row = (&'static str, Event, &'static [(Audience, &'static str)]);

#[test]
fn tells_each_event_to_whom_it_concerns() {
    let world = World::new();
    let findings = world.findings();
    let serial_number = || "A1".to_owned();
    let revoked = CertificateStanding::Revoked { at: None };
    let standing = |standing| Event::CertificateStanding { serial_number: serial_number(), standing };
    let link = ConfigurationLink { digest: "01".into(), expires_at: world.now };
    let price = cert_domain::Money::new(12_990, cert_domain::Currency::PLN);
    let (start, end) = (date(2027, 11, 21), PaidThrough::new(date(2028, 11, 20)));
    let invoice = InvoiceDue::new(start, end, cert_domain::BillingMode::Recurring, price, start);
    let reminded =
        Event::Reminded { settled: Vec::new(), outlook: Outlook::Automatic, course: Course::Reissue };
    let request = CancellationRequest { reason: "moved away".into(), at_end_of_period: true };
    let issued =
        || Event::CertificateIssued { certificate: world.issued("D4", world.now), is_cut_short: None };
    let sent = Event::CertificateSent { serial_number: serial_number(), email: "anna@example.com".into() };
    let refused = || Event::OrderRefused { findings: findings.clone() };
    let not_revoked = Event::RevocationRefused { serial_number: serial_number(), findings: findings.clone() };
    let stray = || Event::StrayOrder { order_id: world.their_order_id(), placed_at: None };
    let stalled = |who| Event::Stalled { who };
    let rows: Vec<Row> = vec![
        ("awaiting configuration", Event::LinkMade { link }, &[(Customer, "configuration_link")]),
        ("intended", refused(), &[(Customer, "order_refused")]),
        ("renewal intended", refused(), &[(Reseller, "order_refused")]),
        ("placed", Event::OrderRejected, &[(Customer, "order_rejected")]),
        ("intended", world.placed(), &[(Customer, "verification_needed")]),
        ("mailbox intended", world.placed(), &[(Customer, "verification_needed")]),
        ("issuing", issued(), &[(Customer, "issued")]),
        ("renewal issuing", issued(), &[(Customer, "issued")]),
        ("reissue issuing", issued(), &[(Customer, "issued"), (Customer, "replaced_certificate_ends")]),
        ("active", sent, &[(Customer, "certificate_sent")]),
        ("active", standing(revoked), &[(Customer, "revoked")]),
        ("active", standing(CertificateStanding::Revoking), &[]),
        ("revoking", Event::CertificateRevoked { serial_number: serial_number() }, &[(Customer, "revoked")]),
        ("revoking", not_revoked, &[(Reseller, "revocation_refused")]),
        ("paid", Event::InvoiceRaised { invoice }, &[(Customer, "invoice_due")]),
        ("paid", Event::DueDateProposed { due_on: start }, &[(Reseller, "due_date_proposed")]),
        ("active", reminded, &[(Customer, "successor_coming")]),
        ("active", Event::RequestMissed { course: Course::Renewal }, &[(Customer, "request_needed")]),
        ("active", Event::ProofEnding { valid_until: world.now }, &[(Customer, "proof_expiring")]),
        ("active", Event::Expired, &[(Customer, "expired")]),
        ("placed", stalled(Customer), &[(Customer, "stuck")]),
        ("issuing", stalled(Authority), &[(Authority, "stuck")]),
        ("intended", Event::Held { reason: HoldReason::NoClearAnswer }, &[(Reseller, "held")]),
        ("active", stray(), &[(Reseller, "stray_order")]),
        ("rejected", stray(), &[(Reseller, "stray_order")]),
        ("placed", stray(), &[(Reseller, "stray_order")]),
        ("intended", stray(), &[(Reseller, "stray_order")]),
        // The service is held for it, or the reseller is just letting it go.
        ("configured", stray(), &[]),
        ("held", stray(), &[]),
        ("abandoned", Event::DoubtLasts { order_id: world.order_id() }, &[(Reseller, "stuck")]),
        ("paid", Event::CancellationRequested { request }, &[(Reseller, "cancellation_requested")]),
        // Nobody is told what they have just done, or what is a matter of the system's.
        ("configured", Event::OrderIntended { attempt: world.attempt() }, &[]),
        ("intended", Event::OrderNotFound, &[]),
        ("intended", Event::OrderAbandoned, &[]),
        ("cancelling", Event::OrderCancelled, &[]),
        ("placed", Event::CheckRequested, &[]),
        ("placed", Event::OrderAccepted, &[]),
        ("active", Event::RunningChanged { running: Running::Suspended }, &[]),
        ("active", Event::RevocationRequested { revocation: world.revocation() }, &[]),
        ("paid", Event::PaymentReceived { paid_through: end, period_start: None }, &[]),
    ];
    for (before, event, expected) in rows {
        let name = format!("{before}: {event:?}");
        assert_eq!(names(&told(&world, before, event, &Terms::default())), expected, "{name}");
    }
}

#[test]
fn says_enough_to_be_understood_alone() {
    let world = World::new();
    let told = told(&world, "active", Event::Expired, &Terms::default());
    let [notice] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(notice.title, "Commercial SSL");
    assert_eq!(notice.common_name.as_deref(), Some("shop.example.com"));
    assert_eq!(notice.serial_number.as_deref(), Some("A1"));
    assert_eq!(notice.email.as_deref(), Some("jan@example.com"));
    assert_eq!((notice.language, notice.occurred_at), (Language::Polish, world.now));
    assert_eq!(notice.kind, NoticeKind::Expired { not_after: world.certificate().not_after });
}

/// Whoever is not a customer has a mailbox that the program knows.
#[test]
fn writes_to_no_customer_what_only_the_reseller_can_settle() {
    let world = World::new();
    let event = Event::Held { reason: HoldReason::NoClearAnswer };
    let told = told(&world, "intended", event, &Terms::default());
    assert!(told.iter().all(|notice| notice.email.is_none()) && told.len() == 1);
}

#[test]
fn says_what_to_publish_and_says_it_again_with_each_fresh_code() {
    let world = World::new();
    let instructions = |before: &str, event: Event, terms: &Terms| {
        let told = told(&world, before, event, terms);
        match told.as_slice() {
            [] => None,
            [Notice { kind: NoticeKind::VerificationNeeded { instructions, .. }, .. }] => {
                Some(instructions.clone())
            }
            other => panic!("{other:?}"),
        }
    };
    let by_hand = Terms::default();
    assert_eq!(instructions("intended", world.placed(), &by_hand), Some(world.instructions()));
    let adopted = Event::OrderPlaced { order_id: world.order_id(), code: None, adopted: true };
    assert_eq!(instructions("intended", adopted, &by_hand), None, "not yet: the code was lost");
    let fresh = || Event::CodeRenewed { code: Some(VerificationCode::new("fresh")) };
    let expected = Instruction::TxtRecord { name: "_certum.shop.example.com".into(), value: "fresh".into() };
    assert_eq!(instructions("adopted", fresh(), &by_hand), Some(vec![expected]));

    // Where the system publishes, the customer is told only what is left for him to do.
    let publishing = Terms { publishes: true, ..Terms::default() };
    assert_eq!(instructions("intended", world.placed(), &publishing), None);
    let published = Event::ProofsPublished { instructions: world.instructions() };
    assert_eq!(instructions("placed", published, &publishing), None);
    let left = Event::ProofsPublished { instructions: Vec::new() };
    assert_eq!(instructions("placed", left, &publishing), Some(world.instructions()));
}

/// He published one record for both names, and has to be told of another: the CA knows the one name already, and looks below it.
#[test]
fn says_it_again_when_the_ca_looks_elsewhere() {
    let world = World::new();
    let reported = |states: [Proof; 2]| {
        let told = ["shop.example.com", "www.shop.example.com"].into_iter().zip(states);
        let name = world.names().remove(0);
        let names = told.map(|(told, proof)| NameState { name: told.into(), proof, ..name.clone() });
        Event::NamesReported { names: names.collect() }
    };
    let form = Form { names: vec!["shop.example.com".into(), "www.shop.example.com".into()], ..form() };
    let both = world.offer.check(&form).unwrap();
    let wanted = |history: &str, states| {
        let mut before = world.service(history).unwrap();
        let State::Validating(validating) = &mut before.state else { panic!("{history}") };
        validating.configuration = both.clone();
        let event = reported(states);
        let after = world.after(Some(before.clone()), std::slice::from_ref(&event), world.now).unwrap();
        let told = notices(Some(&before), &event, &after, world.now, None, &Terms::default());
        told.into_iter().map(|notice| notice.kind).collect::<Vec<_>>()
    };
    let name = "_certum.www.shop.example.com".to_owned();
    let instructions = vec![Instruction::TxtRecord { name, value: "c0de".into() }];
    let elsewhere = NoticeKind::VerificationNeeded { course: Course::New, instructions };
    assert_eq!(wanted("placed", [Proof::Verified, Proof::Failed]), [elsewhere]);
    assert_eq!(wanted("placed", [Proof::Failed, Proof::Failed]), []);
    assert_eq!(wanted("placed", [Proof::Verified, Proof::Verified]), []);
    assert_eq!(wanted("published", [Proof::Verified, Proof::Failed]), [], "the system publishes it");
}

/// A CA that forgets each code that it gave is not given one proof after the other for ever.
#[test]
fn leaves_to_the_customer_what_was_published_in_vain_again_and_again() {
    let world = World::new();
    let publishing = Terms { publishes: true, ..Terms::default() };
    let mut service = world.service("placed").unwrap();
    let mut published = 0;
    while let Next::Perform(Effect::Publish { instructions, .. }) = resume(&service, &publishing, world.now) {
        published += 1;
        assert!(published < 20, "for ever");
        let fresh = Event::CodeRenewed { code: Some(VerificationCode::new(format!("code-{published}"))) };
        let events =
            [Event::ProofsPublished { instructions }, Event::CodeLost, Event::ProofsWithdrawn, fresh.clone()];
        let before = world.after(Some(service), &events[..3], world.now);
        service = world.after(before.clone(), &events[3..], world.now).unwrap();
        let told = notices(before.as_ref(), &fresh, &service, world.now, None, &publishing);
        let is_left =
            !matches!(resume(&service, &publishing, world.now), Next::Perform(Effect::Publish { .. }));
        assert_eq!(is_left, names(&told) == [(Customer, "verification_needed")], "one of the two acts");
    }
    assert_eq!(published, 5);
}

#[test]
fn dates_what_a_notice_is_about() {
    let world = World::new();
    let issued = Event::CertificateIssued { certificate: world.issued("D4", world.now), is_cut_short: None };
    let told_of = told(&world, "reissue issuing", issued, &Terms::default());
    let [issued, replaced] = told_of.as_slice() else { panic!("{told_of:?}") };
    let not_after = world.certificate().not_after;
    assert_eq!(issued.kind, NoticeKind::Issued { course: Course::Reissue, not_after });
    assert_eq!(issued.serial_number.as_deref(), Some("D4"));
    assert_eq!(replaced.kind, NoticeKind::ReplacedCertificateEnds { by: world.now + days(14) });
    assert_eq!(replaced.serial_number.as_deref(), Some("A1"));
}

#[test]
fn sends_a_certificate_to_the_mailbox_that_was_named() {
    let world = World::new();
    let sent = Event::CertificateSent { serial_number: "A1".into(), email: "anna@example.com".into() };
    let told = told(&world, "renewed", sent, &Terms::default());
    assert_eq!(told[0].email.as_deref(), Some("anna@example.com"));
    assert_eq!(told[0].serial_number.as_deref(), Some("A1"), "not the newest");
    assert!(told[0].kind.is_for_people(), "programs would take it for another certificate");
}

#[test]
fn gives_the_token_of_a_link_with_the_link_alone() {
    let world = World::new();
    let link = ConfigurationLink { digest: "01".into(), expires_at: world.now };
    let after = world.service("link made").unwrap();
    let event = Event::LinkMade { link };
    let none = notices(None, &event, &after, world.now, None, &Terms::default());
    assert_eq!(none, [], "without a token there is nothing to tell");
    let expired = told(&world, "active", Event::Expired, &Terms::default());
    assert!(!serde_json::to_string(&expired).unwrap().contains("0707"));
}
