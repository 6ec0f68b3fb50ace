//! Certificates that the CA has revoked before the service knew of it.

use super::super::*;
use super::world::{World, days, decided};
use crate::authority::{CertificateStanding, ListedCertificate, OrderProgress};
use crate::{IssuedCertificate, ListedOrder};

const REVOKED: CertificateStanding = CertificateStanding::Revoked { at: None };

fn events(service: &Service, command: Command) -> Vec<Event> {
    decided(Some(service), command).unwrap().events
}

/// A certificate that the service knows nothing of, as the CA lists it.
fn revoked(world: &World) -> ListedCertificate {
    let IssuedCertificate { serial_number, not_before, not_after, pem: certificate, .. } =
        world.issued("C3", world.now);
    ListedCertificate { serial_number, standing: REVOKED, not_before, not_after, certificate }
}

/// The CA takes no order that follows what it has revoked. Whatever the reseller settles, it stays so.
#[test]
fn gives_up_an_order_that_follows_what_is_revoked() {
    let world = World::new();
    let blocked = |name: &str, is_known: bool| {
        let service = world.service(name).unwrap();
        let serial_number = service.purpose().unwrap().follows().unwrap().to_owned();
        let revoked = Event::CertificateStanding { serial_number, standing: REVOKED };
        let told = if is_known { vec![revoked] } else { Vec::new() };
        let service = world.after(Some(service), &told, world.now).unwrap();
        let (_, attempt) = service.open_attempt().unwrap();
        let placement = Placement::Blocked(world.findings());
        let command = Command::RecordPlacement { order_id: attempt.order_id.clone(), placement };
        events(&service, command).remove(0)
    };
    for kind in ["renewal", "reissue"] {
        let [intended, resent] = ["intended", "resent"].map(|step| format!("{kind} {step}"));
        assert!(matches!(blocked(&intended, false), Event::Held { .. }), "{kind}: nobody knows yet");
        assert!(matches!(blocked(&intended, true), Event::OrderRefused { .. }), "{kind}");
        // An earlier call may have been taken before.
        assert!(matches!(blocked(&resent, true), Event::OrderRefusalDoubted { .. }), "{kind}");
    }
}

/// The list of changes tells of it once, and is not read again when the certificate is fetched.
#[test]
fn remembers_that_a_certificate_was_revoked_before_it_was_fetched() {
    let world = World::new();
    for (name, order_id) in [
        ("placed", world.order_id()),
        ("issuing", world.order_id()),
        ("renewal issuing", world.their_order_id()),
    ] {
        let service = world.service(name).unwrap();
        let order = world.listed(&order_id, OrderProgress::Issued);
        let listed = ListedOrder { certificate: Some(revoked(&world)), ..order };
        let listed = Command::RecordListed(Box::new(listed));
        let told = events(&service, listed.clone());
        let unseen = Event::RevokedUnseen { serial_number: "C3".into(), at: None };
        assert_eq!(told.last(), Some(&unseen), "{name}");

        let issuing = world.after(Some(service), &told, world.now).unwrap();
        assert_eq!(events(&issuing, listed), [], "{name}: told once");
        let fetched = Command::RecordCertificate(Some(Ok(world.issued("C3", world.now))));
        let told = events(&issuing, fetched);
        let standing = Event::CertificateStanding { serial_number: "C3".into(), standing: REVOKED };
        assert_eq!(told.last(), Some(&standing), "{name}");
        let issued = world.after(Some(issuing), &told, world.now).unwrap();
        assert_eq!(issued.certificate().unwrap().standing, REVOKED, "{name}");
        assert!(issued.takes_form(), "{name}");
        assert!(issued.revoked_unseen.is_empty(), "{name}");
    }
}

/// Its answer was lost, and the list of changes could not say whose it is.
#[test]
fn remembers_that_what_a_search_finds_is_revoked() {
    let world = World::new();
    let service = world.service("renewal resent").unwrap();
    let mut candidate = world.candidate("CA-2", OrderProgress::Issued);
    candidate.order.certificate = Some(revoked(&world));
    let (_, attempt) = service.open_attempt().unwrap();
    let search = Command::RecordSearch {
        order_id: attempt.order_id.clone(),
        candidates: vec![candidate],
        seen_version: service.version,
        began_at: world.now,
    };
    let told = events(&service, search);
    assert!(matches!(told[0], Event::OrderPlaced { adopted: true, .. }), "{told:?}");
    assert_eq!(told.last(), Some(&Event::RevokedUnseen { serial_number: "C3".into(), at: None }));
}

/// An order whose answer was lost may be listed under an identifier that it shares, before anybody knows that it is there.
#[test]
fn remembers_what_is_revoked_of_an_order_that_is_not_known_to_be_there() {
    let world = World::new();
    let listed = |name: &str, order_id| {
        let order = world.listed(&order_id, OrderProgress::Issued);
        let listed = ListedOrder { certificate: Some(revoked(&world)), ..order };
        events(&world.service(name).unwrap(), Command::RecordListed(Box::new(listed)))
    };
    let unseen = Event::RevokedUnseen { serial_number: "C3".into(), at: None };
    assert_eq!(listed("reissue resent", world.order_id()), [unseen]);
    assert_eq!(listed("active", world.order_id()), [], "nothing is awaited");
    assert_eq!(listed("renewal issuing", world.order_id()), [], "another order is");
}

#[test]
fn stores_where_a_certificate_stands_once_and_a_revocation_for_good() {
    let world = World::new();
    let told = |name: &str, standing| events(&world.service(name).unwrap(), world.listed_with(standing));
    let standing = |standing| Event::CertificateStanding { serial_number: "A1".into(), standing };
    assert_eq!(told("active", CertificateStanding::Valid), []);
    assert_eq!(told("active", REVOKED), [standing(REVOKED)]);
    for later in [REVOKED, CertificateStanding::Revoked { at: Some(world.now + days(1)) }] {
        assert_eq!(told("revoked", later), [], "that the CA dates it otherwise is no news");
    }
    assert_eq!(told("revoked", CertificateStanding::Valid), [], "what is revoked stays so");
}
