//! What menus show, held against what is decided.

use std::collections::BTreeSet;
use std::sync::Arc;

use cert_domain::{Language, VerificationMethod};
use jiff::Timestamp;

use super::super::*;
use super::world::{World, days, decided, offer_with_title, request};
use crate::OrderId;
use crate::authority::Purpose;

/// The commands that an action may become, of which one at least has to be taken. None for what asks the CA or the vault
/// and nobody else.
fn commands(world: &World, service: &Service, action: Action) -> Vec<Command> {
    let fresh = || world.configuration.with_request(request());
    let newest =
        || service.certificate().map_or("A1".to_owned(), |held| held.certificate.serial_number.clone());
    let succeed = |purpose| Command::Succeed { purpose, configuration: Box::new(fresh()) };
    let running = |running| vec![Command::SetRunning(running)];
    let reason = |reason: &str| CancellationRequest { reason: reason.into(), at_end_of_period: false };
    match action {
        Action::Configure => vec![Command::Configure(fresh())],
        Action::RequestCheck => vec![Command::RequestCheck],
        Action::ChangeMethod => {
            vec![Command::ChangeMethod { method: VerificationMethod::DnsCname, send_messages: None }]
        }
        Action::ResendVerification => vec![Command::ResendVerification],
        Action::SubmitEvidence => vec![Command::RecordEvidence { note: "extract".into(), documents: 1 }],
        Action::CancelOrder => vec![Command::CancelOrder { replaces: false }],
        Action::ReplaceOrder => vec![Command::CancelOrder { replaces: true }],
        Action::Reissue => vec![succeed(Purpose::Reissue { serial_number: newest(), added: Vec::new() })],
        Action::Renew => vec![succeed(Purpose::Renewal { serial_number: newest() })],
        Action::StoreRequest => vec![Command::StoreRequest(request())],
        Action::Revoke => {
            let mut revocation = world.revocation();
            revocation.serial_number = newest();
            vec![Command::Revoke(revocation)]
        }
        Action::SendCertificate => {
            vec![Command::SendCertificate { serial_number: newest(), email: "anna@example.com".into() }]
        }
        Action::RequestCancellation => vec![Command::RequestCancellation(reason("moved away"))],
        Action::WithdrawCancellation => vec![Command::WithdrawCancellation],
        Action::ReceivePayment => {
            vec![Command::ReceivePayment { period_start: None, paid_on: utc(world.now) }]
        }
        Action::ResendConfiguration => {
            let link = ConfigurationLink { digest: "01".into(), expires_at: world.now };
            vec![Command::MakeLink(link)]
        }
        Action::Resume => vec![Command::Resume],
        Action::AbandonOrder => vec![Command::Abandon],
        Action::AdoptOrder => ["601", "606", service.offer.product.code.as_str()]
            .map(|product| Command::Adopt(world.found("customer-7", product)))
            .into(),
        Action::CancelStrayOrder => {
            let stray = service.stray_orders.first().cloned();
            vec![Command::RecordStrayCancelled(stray.unwrap_or_else(|| OrderId::from_authority("CA-9")))]
        }
        Action::Suspend => running(Running::Suspended),
        Action::Unsuspend => running(Running::Running),
        Action::Terminate => running(Running::Terminated),
        Action::ChangeOffer => vec![Command::ChangeOffer(Box::new(offer_with_title(&service.offer)))],
        Action::OrderReport
        | Action::NameStates
        | Action::EmailState
        | Action::Files
        | Action::TakeKey
        | Action::PurgeKeys => Vec::new(),
    }
}

/// Whether an action would change something.
fn is_taken(world: &World, service: &Service, action: Action) -> bool {
    let changes = |command| decided(Some(service), command).is_ok_and(|decision| !decision.events.is_empty());
    commands(world, service, action).into_iter().any(changes)
}

/// Why menus leave out what would be taken.
fn why_left_out(service: &Service, action: Action) -> Option<&'static str> {
    let newest = service.certificate();
    match action {
        Action::SubmitEvidence if !matches!(service.state.suspended(), State::Validating(_)) => {
            Some("nothing is to be proved; an answer about documents may come late")
        }
        Action::StoreRequest if newest.is_none() && service.state.configuration().is_none() => {
            Some("nothing was ordered that another certificate could follow")
        }
        Action::RequestCancellation if service.cancellation.is_some() => {
            Some("it was asked for; in other words it may be asked for again")
        }
        Action::Renew | Action::Reissue if newest.is_some_and(|newest| !newest.is_good()) => {
            Some("the CA follows no certificate that is revoked")
        }
        Action::Renew if service.offer.product.renewal_code.is_none() => {
            Some("the CA has no code to renew the product by")
        }
        _ => None,
    }
}

fn services(world: &World) -> Vec<(&'static str, Service)> {
    let histories = world.histories().into_iter();
    histories.filter_map(|(name, events)| Some((name, world.replay(&events)?))).collect()
}

#[test]
fn offers_exactly_what_is_taken_and_changes_something() {
    let world = World::new();
    let (mut wrong, mut left_out) = (Vec::new(), BTreeSet::new());
    for (name, service) in services(&world) {
        let offered = service.actions(Role::Reseller, world.now);
        for &action in Action::ALL {
            let is_offered = offered.contains(&action);
            if commands(&world, &service, action).is_empty() {
                continue;
            }
            match (is_offered, is_taken(&world, &service, action)) {
                (false, true) => match why_left_out(&service, action) {
                    Some(why) => drop(left_out.insert(why)),
                    None => wrong.push(format!("{name}: {action:?} is left out")),
                },
                (true, false) => wrong.push(format!("{name}: {action:?} would be refused")),
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(left_out.len(), 5, "each reason is met: {left_out:#?}");
}

#[test]
fn offers_each_action_somewhere_and_none_everywhere_but_the_offer() {
    let world = World::new();
    let services = services(&world);
    for &action in Action::ALL {
        let count = services
            .iter()
            .filter(|(_, service)| service.actions(Role::Reseller, world.now).contains(&action))
            .count();
        assert!(count > 0, "{action:?} is offered nowhere");
        assert_eq!(count == services.len(), action == Action::ChangeOffer, "{action:?}");
    }
}

/// What the manual's second list has, and the first has not.
const RESELLERS: &[Action] = &[
    Action::CancelOrder,
    Action::ReplaceOrder,
    Action::PurgeKeys,
    Action::ReceivePayment,
    Action::ResendConfiguration,
    Action::Resume,
    Action::AbandonOrder,
    Action::AdoptOrder,
    Action::CancelStrayOrder,
    Action::Suspend,
    Action::Unsuspend,
    Action::Terminate,
    Action::ChangeOffer,
];

#[test]
fn offers_customers_what_is_theirs_and_resellers_that_and_more() {
    let world = World::new();
    for (name, service) in services(&world) {
        let reseller = service.actions(Role::Reseller, world.now);
        let by_hand = service.offer.can_renew_by_hand();
        let expected: Vec<_> = reseller
            .iter()
            .filter(|action| !RESELLERS.contains(action) && (by_hand || **action != Action::Renew))
            .copied()
            .collect();
        assert_eq!(service.actions(Role::Customer, world.now), expected, "{name}");
    }
}

#[test]
fn hides_the_renewal_from_customers_where_the_offer_says_so() {
    let world = World::new();
    let mut service = world.service("active").unwrap();
    let offers = |service: &Service, role| service.actions(role, world.now).contains(&Action::Renew);
    assert!(offers(&service, Role::Customer));
    Arc::make_mut(&mut service.offer).hide_renew = true;
    assert!(!offers(&service, Role::Customer) && offers(&service, Role::Reseller));
    service.offer = world.recurring().into();
    assert!(!offers(&service, Role::Customer) && offers(&service, Role::Reseller));
    Arc::make_mut(&mut service.offer).product.renewal_code = None;
    assert!(!offers(&service, Role::Reseller));
}

#[test]
fn offers_nothing_that_the_ca_refuses_for_what_is_over() {
    let world = World::new();
    let service = world.service("active").unwrap();
    let over = [Action::Renew, Action::Reissue, Action::Revoke];
    let offered = |now: Timestamp| {
        let actions = service.actions(Role::Reseller, now);
        over.map(|action| actions.contains(&action))
    };
    let end = service.certificate().unwrap().certificate.not_after;
    assert_eq!(offered(end), [true; 3]);
    assert_eq!(offered(end + days(1)), [false; 3]);
}

#[test]
fn offers_kept_keys_where_there_may_be_some() {
    let world = World::new();
    let of = |name| world.service(name).unwrap().actions(Role::Reseller, world.now);
    assert!(of("with a kept key").contains(&Action::TakeKey));
    assert!(of("with a kept key").contains(&Action::PurgeKeys));
    assert!(!of("active").contains(&Action::TakeKey) && !of("active").contains(&Action::PurgeKeys));
}

#[test]
fn shows_what_the_ca_can_be_asked_once_it_has_an_order() {
    let world = World::new();
    let asks = |name| {
        let actions = world.service(name).unwrap().actions(Role::Customer, world.now);
        [Action::OrderReport, Action::NameStates, Action::EmailState].map(|action| actions.contains(&action))
    };
    assert_eq!(asks("intended"), [false; 3]);
    assert_eq!(asks("placed"), [true, true, false]);
    assert_eq!(asks("renewal intended"), [true, true, false]);
    assert_eq!(asks("mailbox placed"), [true, false, true]);
}

#[test]
fn names_each_action_once_for_programs_and_in_both_languages() {
    let mut names = BTreeSet::new();
    for &action in Action::ALL {
        assert_eq!(serde_json::to_string(&action).unwrap(), format!("\"{}\"", action.as_str()));
        assert_eq!(action.as_str().parse(), Ok(action));
        let texts = [Language::English, Language::Polish].map(|language| action.text(language));
        for text in [action.as_str()].into_iter().chain(texts) {
            assert!(!text.is_empty() && names.insert(text), "{action:?}: {text}");
        }
    }
    let irreversible: Vec<_> = Action::ALL.iter().filter(|action| action.is_irreversible()).collect();
    assert_eq!(irreversible.len(), 9, "{irreversible:?}");
    assert!("Revoke".parse::<Action>().is_err() && "".parse::<Action>().is_err());
}
