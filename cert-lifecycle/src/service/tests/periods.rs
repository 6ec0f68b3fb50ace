//! What is paid for, and what is asked for.

use std::sync::Arc;

use cert_domain::{Billing, BillingCycle, Currency, Money, Offer, PaidThrough};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};

use super::super::*;
use super::clock::{catch_up, looked_at_every};
use super::world::{World, days, decided};
use crate::notice::InvoiceDue;
use crate::{InvoiceTerms, Terms};

fn pay(service: Service, period_start: Option<Date>, paid_on: Date) -> Service {
    let decision = decided(Some(&service), Command::ReceivePayment { period_start, paid_on }).unwrap();
    assert_eq!(decision.effect, None);
    let id = service.id;
    decision.events.into_iter().fold(service, |service, event| {
        assert!(matches!(event, Event::PaymentReceived { .. }));
        apply(id, Some(service), RecordedEvent { at: World::new().now, by: None, event }).unwrap()
    })
}

fn paid_through(service: &Service) -> Option<Date> {
    service.account.paid_through.map(PaidThrough::date)
}

fn invoices(told: &[(Timestamp, Event)]) -> Vec<(Timestamp, InvoiceDue)> {
    told.iter()
        .filter_map(|(at, event)| match event {
            Event::InvoiceRaised { invoice } => Some((*at, *invoice)),
            _ => None,
        })
        .collect()
}

#[test]
fn asks_for_each_period_once_though_nobody_pays() {
    let world = World::new();
    for step in [1, 10, 90] {
        let service = world.service("paid").unwrap();
        let span = (world.now, world.now + days(3 * 365));
        let told = invoices(&looked_at_every(days(step), service, &Terms::default(), span));
        let [(at, invoice)] = told.as_slice() else { panic!("every {step} days: {told:?}") };
        assert_eq!(invoice.period_start, date(2027, 11, 21));
        assert_eq!(invoice.period_end.date(), date(2028, 11, 20));
        assert_eq!(invoice.price, Money::new(12_990, Currency::PLN));
        assert_eq!(invoice.pay_by, utc(*at + days(10)));
        assert!(utc(*at) >= date(2027, 10, 22) && *at < world.now + days(335 + step), "{at}");
    }
}

#[test]
fn asks_for_the_next_period_once_this_one_is_paid() {
    let world = World::new();
    let mut service = world.service("paid").unwrap();
    let mut starts = Vec::new();
    let mut now = world.now;
    for _ in 0..5 * 365 {
        let (after, events) = catch_up(service, &Terms::default(), now);
        service = after;
        for event in events {
            if let Event::InvoiceRaised { invoice } = event {
                starts.push(invoice.period_start);
                service = pay(service, Some(invoice.period_start), utc(now));
            }
        }
        now += days(1);
    }
    let years: Vec<_> = (2027..=2031).map(|year| date(year, 11, 21)).collect();
    assert_eq!(starts, years, "one for each period");
}

#[test]
fn asks_as_early_as_the_reseller_has_settled() {
    let world = World::new();
    let terms = Terms { invoices: InvoiceTerms::WHMCS, ..Terms::default() };
    let span = (world.now, world.now + days(400));
    let told = invoices(&looked_at_every(days(1), world.service("paid").unwrap(), &terms, span));
    let [(at, invoice)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((utc(*at), invoice.pay_by), (date(2027, 11, 14), date(2027, 11, 21)));
}

#[test]
fn asks_nothing_for_what_is_free_or_paid_once_or_ending() {
    let world = World::new();
    let span = (world.now, world.now + days(3 * 365));
    let told = |service| invoices(&looked_at_every(days(5), service, &Terms::default(), span));
    let active = world.service("active").unwrap();
    assert_eq!(told(active.clone()), [], "free");
    let mut once: Offer = world.offer.clone();
    once.billing = Billing::OneTime { price: Money::new(12_990, Currency::PLN) };
    let offer = Box::new(once);
    let once = world.after(Some(active), &[Event::OfferChanged { offer }], world.now).unwrap();
    let paid = pay(once, None, utc(world.now));
    assert_eq!(paid_through(&paid), None);
    assert_eq!(told(paid), []);
    for name in ["ending", "terminated", "recurring and active"] {
        assert_eq!(told(world.service(name).unwrap()), [], "{name}");
    }
}

/// A new price counts from the next period on: nothing that was asked for is asked for anew.
#[test]
fn asks_the_price_of_the_offer_as_it_is() {
    let world = World::new();
    let mut dearer = world.recurring();
    if let Billing::Recurring { price, .. } = &mut dearer.billing {
        *price = Money::new(14_990, Currency::PLN);
    }
    let changed = Event::OfferChanged { offer: Box::new(dearer) };
    let before = world.after(world.service("paid"), std::slice::from_ref(&changed), world.now);
    let due_at = world.now + days(340);
    let (_, told) = catch_up(before.unwrap(), &Terms::default(), due_at);
    let price = told.iter().find_map(|event| match event {
        Event::InvoiceRaised { invoice } => Some(invoice.price),
        _ => None,
    });
    assert_eq!(price, Some(Money::new(14_990, Currency::PLN)));

    let (asked, _) = catch_up(world.service("paid").unwrap(), &Terms::default(), due_at);
    let after = world.after(Some(asked), &[changed], due_at).unwrap();
    let (_, told) = catch_up(after, &Terms::default(), due_at);
    assert!(!told.iter().any(|event| matches!(event, Event::InvoiceRaised { .. })), "{told:?}");
}

#[test]
fn counts_a_payment_that_is_told_twice_once() {
    let world = World::new();
    let first =
        pay(world.service("recurring and active").unwrap(), Some(date(2026, 11, 21)), date(2026, 11, 21));
    assert_eq!(paid_through(&first), Some(date(2027, 11, 20)));
    let again = pay(first.clone(), Some(date(2026, 11, 21)), date(2026, 11, 23));
    assert_eq!(again, first);
    let second = pay(first, Some(date(2027, 11, 21)), date(2027, 11, 1));
    assert_eq!(paid_through(&second), Some(date(2028, 11, 20)));
    assert_eq!(pay(second.clone(), Some(date(2027, 11, 21)), date(2027, 11, 2)), second);
}

#[test]
fn moves_what_is_paid_forward_alone_and_by_payments_alone() {
    let world = World::new();
    for (name, history) in world.histories() {
        let Some(service) = world.replay(&history) else { continue };
        for (command_name, command) in world.commands(Some(&service)) {
            let is_payment = matches!(command, Command::ReceivePayment { .. });
            let Ok(decision) = decided(Some(&service), command) else { continue };
            let after = world.after(Some(service.clone()), &decision.events, world.now).unwrap();
            let (before, after) = (paid_through(&service), paid_through(&after));
            assert!(is_payment || after == before, "{name} × {command_name}");
            assert!(after >= before, "{name} × {command_name}");
        }
    }
}

#[test]
fn pays_for_no_days_without_a_service() {
    let world = World::new();
    let paid = world.service("paid").unwrap();
    let late = pay(paid, Some(date(2027, 11, 21)), date(2028, 1, 10));
    assert_eq!(paid_through(&late), Some(date(2029, 1, 9)));
    assert_eq!(pay(late.clone(), Some(date(2027, 11, 21)), date(2028, 1, 11)), late, "told twice");
}

/// A host's invoices keep their day of the year, where a late payment has moved the days that are paid.
#[test]
fn counts_each_payment_of_a_host_that_keeps_its_dates() {
    let world = World::new();
    let mut service = world.service("recurring and active").unwrap();
    for (start, paid_on, expected) in [
        (date(2026, 11, 21), date(2026, 11, 21), date(2027, 11, 20)),
        (date(2027, 11, 21), date(2027, 12, 9), date(2028, 12, 8)),
        (date(2028, 11, 21), date(2028, 11, 19), date(2029, 12, 8)),
        (date(2029, 11, 21), date(2029, 11, 19), date(2030, 12, 8)),
    ] {
        service = pay(service, Some(start), paid_on);
        assert_eq!(paid_through(&service), Some(expected), "{start}");
        // The same period by our own days, which another part of the host may say.
        let ours = paid_through(&service).unwrap().saturating_sub(1.year()).saturating_add(1.day());
        for again in [start, ours] {
            assert_eq!(pay(service.clone(), Some(again), paid_on), service, "{again}");
        }
    }
    let unasked = pay(service, None, date(2030, 12, 1));
    assert_eq!(
        pay(unasked.clone(), Some(date(2030, 12, 9)), date(2030, 12, 2)),
        unasked,
        "it was told of without its day"
    );
}

/// So it was stored before events said which period was paid: a late payment, and then one by the host's own dates.
#[test]
fn counts_a_payment_after_a_late_one_of_an_older_history() {
    let world = World::new();
    let service = world.service("recurring and active");
    let received = |day| Event::PaymentReceived { paid_through: PaidThrough::new(day), period_start: None };
    let stored = [received(date(2027, 11, 20)), received(date(2028, 12, 8))];
    let service = world.after(service, &stored, world.now).unwrap();
    let paid = pay(service, Some(date(2028, 11, 21)), date(2028, 11, 19));
    assert_eq!(paid_through(&paid), Some(date(2029, 12, 8)));
    assert_eq!(pay(paid.clone(), Some(date(2028, 11, 21)), date(2028, 11, 20)), paid);
}

#[test]
fn counts_a_payment_once_that_is_told_ahead_of_what_is_paid() {
    let world = World::new();
    for start in [date(2027, 11, 21), date(2028, 11, 21), date(2030, 11, 21)] {
        let first = Some(date(2026, 11, 21));
        let paid = pay(world.service("recurring and active").unwrap(), first, date(2026, 11, 21));
        let ahead = pay(paid, Some(start), date(2026, 11, 22));
        assert_eq!(pay(ahead.clone(), Some(start), date(2026, 11, 23)), ahead, "{start}");
    }
}

#[test]
fn counts_payments_before_and_after_a_change_of_the_cycle() {
    let world = World::new();
    let service = world.service("recurring and active").unwrap();
    let cycle = |service: Service, to: BillingCycle| {
        let mut offer = Offer::clone(&service.offer);
        if let Billing::Recurring { cycle, .. } = &mut offer.billing {
            *cycle = to;
        }
        world.after(Some(service), &[Event::OfferChanged { offer: Box::new(offer) }], world.now).unwrap()
    };
    let monthly = cycle(service, BillingCycle::Monthly);
    let monthly = pay(monthly, Some(date(2026, 11, 21)), date(2026, 11, 21));
    let yearly = pay(cycle(monthly, BillingCycle::Annually), Some(date(2026, 12, 21)), date(2026, 12, 20));
    assert_eq!(paid_through(&yearly), Some(date(2027, 12, 20)));
    let monthly = pay(cycle(yearly, BillingCycle::Monthly), Some(date(2027, 12, 21)), date(2027, 12, 20));
    assert_eq!(paid_through(&monthly), Some(date(2028, 1, 20)));
}

/// A due date is told, and moves nothing.
#[test]
fn proposes_a_due_date_by_what_was_bought_and_moves_none() {
    let world = World::new();
    let paid = world.service("paid").unwrap();
    let proposed = decided(Some(&paid), Command::ProposeDueDate).unwrap().events;
    assert_eq!(proposed, [Event::DueDateProposed { due_on: date(2027, 11, 21) }]);
    let after = world.after(Some(paid.clone()), &proposed, world.now).unwrap();
    assert_eq!(after.account, paid.account);
    assert!(decided(world.service("active").as_ref(), Command::ProposeDueDate).is_err(), "nothing is due");
}

#[test]
fn proposes_a_due_date_of_itself_with_a_purchase_alone_and_only_where_the_offer_says_so() {
    let world = World::new();
    let proposes = |name: &str, follows: bool| {
        let mut service = world.service(name).unwrap();
        service.offer = world.recurring().into();
        Arc::make_mut(&mut service.offer).due_date_follows_certificate = follows;
        let certificate = Command::RecordCertificate(Some(Ok(world.issued("C3", world.now))));
        let events = decided(Some(&service), certificate).unwrap().events;
        events.iter().filter(|event| matches!(event, Event::DueDateProposed { .. })).count()
    };
    assert_eq!((proposes("issuing", true), proposes("renewal issuing", true)), (1, 1));
    assert_eq!(proposes("reissue issuing", true), 0, "nothing was bought");
    assert_eq!(proposes("issuing", false), 0);
}

#[test]
fn keeps_the_four_dates_apart() {
    let world = World::new();
    let service = world.service("paid").unwrap();
    let paid = pay(service.clone(), Some(date(2027, 11, 21)), date(2027, 11, 1));
    assert_eq!(
        (&paid.certificates, paid.account.term_ends),
        (&service.certificates, service.account.term_ends)
    );
    let reissued = world.service("reissued").unwrap();
    assert_eq!(reissued.account.term_ends, world.service("active").unwrap().account.term_ends);
    assert_ne!(reissued.account.term_ends, Some(utc(reissued.certificate().unwrap().certificate.not_after)));
}
