//! The promises that are kept at each step, by their numbers in the list of them.

use std::sync::Arc;

use cert_domain::Billing;

use super::super::super::*;
use super::super::clock::catch_up;
use super::{Decided, Road, WORLD};
use crate::authority::OrderKind;

impl Road {
    /// 1: the intent is stored before the call; the second call of an attempt follows a look that found nothing, and began
    /// after all that the service has seen.
    pub(super) fn buys_once(&self, decided: &Decided<'_>) {
        let Some(Effect::PlaceOrder(order)) = &decided.decision.effect else { return };
        let (_, attempt) = decided.after.open_attempt().expect("an intent is stored");
        assert_eq!(attempt.order_id, order.order_id);
        assert_eq!(attempt.request_hash, RequestHash::of(order), "the very same order");
        let version = decided.before.version;
        match (decided.decision.events.as_slice(), decided.command) {
            ([Event::OrderIntended { .. }], Command::BeginOrder) => {
                assert!(decided.before.open_attempt().is_none(), "one attempt at a time");
                assert!(decided.before.doubtful_orders.is_empty(), "no doubt is left");
            }
            ([Event::OrderNotFound], Command::RecordLookup { found: None, seen_version, .. }) => {
                assert_eq!(*seen_version, version, "the look is a fresh one");
            }
            ([Event::OrderNotFound], Command::RecordSearch { seen_version, .. }) => {
                assert_eq!(*seen_version, version, "the look is a fresh one");
            }
            other => panic!("places an order because of {other:?}"),
        }
        if let State::Ordering(ordering) = &decided.after.state {
            assert!(!ordering.is_taken && ordering.doubt.is_none());
        }
    }

    /// 3: something new is begun from rest alone.
    pub(super) fn has_one_successor(&self, decided: &Decided<'_>) {
        let begins =
            |event: &&Event| matches!(event, Event::SuccessorBegun { .. } | Event::Configured { .. });
        let begun = decided.decision.events.iter().filter(begins).count();
        let is_at_rest = matches!(
            decided.before.state,
            State::AwaitingConfiguration | State::Active | State::Rejected { .. }
        );
        assert!(begun == 0 || begun == 1 && is_at_rest && decided.before.running == Running::Running);
    }

    /// 4: one invoice for a period, and none for what is not paid by periods.
    pub(super) fn asks_for_a_period_once(&mut self, decided: &Decided<'_>) {
        for event in &decided.decision.events {
            let Event::InvoiceRaised { invoice } = event else { continue };
            assert!(self.invoiced.insert(invoice.period_start), "{invoice:?}: asked for twice");
            assert!(matches!(decided.before.offer.billing, Billing::Recurring { .. }));
            assert!(decided.before.cancellation.is_none());
        }
    }

    /// 5, 6: what is paid moves by payments alone, and forward; payments move nothing else.
    pub(super) fn keeps_the_dates_apart(&self, decided: &Decided<'_>) {
        let (before, after) = (decided.before, decided.after);
        assert!(after.account.paid_through >= before.account.paid_through);
        if matches!(decided.command, Command::ReceivePayment { .. }) {
            assert_eq!(before.certificates, after.certificates);
            assert_eq!(before.account.term_ends, after.account.term_ends);
        } else {
            assert_eq!(before.account.paid_through, after.account.paid_through);
        }
    }

    /// 11: a certified key serves no other order, but for a reissue of its own certificate.
    pub(super) fn uses_no_key_twice(&mut self, decided: &Decided<'_>) {
        for event in &decided.decision.events {
            match event {
                Event::Configured { configuration } => {
                    assert!(!self.certified.contains(&configuration.request().public_key_hash()));
                }
                Event::SuccessorBegun { purpose, configuration, .. } => {
                    let key = configuration.request().public_key_hash();
                    let followed =
                        purpose.follows().and_then(|serial| decided.before.certificate_with(serial));
                    let keeps = purpose.kind() == OrderKind::Reissue
                        && followed.is_some_and(|held| held.configuration.request().public_key_hash() == key);
                    assert!(keeps || !self.certified.contains(&key), "{purpose:?}: a key that was used");
                }
                Event::CertificateIssued { .. } => {
                    let issued = decided.after.certificate().map(|held| &held.configuration);
                    self.certified.extend(issued.map(|held| held.request().public_key_hash()));
                }
                _ => {}
            }
        }
    }

    /// 22, 24: certificates are revoked, and orders cancelled, because somebody wants it; and nothing that was is forgotten.
    pub(super) fn ends_only_what_is_to_end(&self, decided: &Decided<'_>) {
        let (before, after) = (decided.before, decided.after);
        assert_eq!(after.is_revoking, after.certificates.iter().any(|held| held.revoking.is_some()));
        for held in after.certificates.iter() {
            assert!(held.revoking.as_ref().is_none_or(|revocation| self.revocations.contains(revocation)));
        }
        if matches!(decided.command, Command::SetRunning(_)) {
            assert_eq!((&before.state, &decided.decision.effect), (&after.state, &None));
        }
        assert!(after.certificates.len() >= before.certificates.len());
        let same = |(before, after): (&Arc<ServiceCertificate>, &Arc<ServiceCertificate>)| {
            before.certificate == after.certificate
        };
        assert!(before.certificates.iter().zip(after.certificates.iter()).all(same));
        assert!(before.stray_orders.iter().all(|stray| after.stray_orders.contains(stray)));
    }

    /// What holds of a service that somebody looks at again.
    pub(super) fn arrive(&mut self) {
        // 24: the row is what the events say, as they come back from a store.
        let stored = self.history.iter().map(|recorded| {
            let event = serde_json::to_string(&recorded.event).unwrap();
            RecordedEvent { event: serde_json::from_str(&event).unwrap(), ..recorded.clone() }
        });
        assert_eq!(replay(WORLD.id, stored).unwrap().as_ref(), Some(&self.service));
        assert_eq!(self.service.version, self.history.len() as u64);

        // 8, 9: whatever was slept through is caught up with, and nothing is due a second time.
        let (caught_up, _) = catch_up(self.service.clone(), &self.terms, self.now);
        let (_, again) = catch_up(caught_up.clone(), &self.terms, self.now);
        assert_eq!(again, []);
        let Some(held) = caught_up.certificate().filter(|held| held.is_good()) else { return };
        if caught_up.running == Running::Terminated {
            return;
        }
        let life = cert_domain::Life::new(held.certificate.not_before, held.certificate.not_after);
        let is_over = self.now > held.certificate.not_after;
        let crossed = self.terms.reminders.thresholds().iter();
        let missed = crossed
            .filter(|threshold| threshold.is_crossed(life, self.now))
            .find(|threshold| !caught_up.noticed.thresholds.contains(threshold));
        assert!(is_over || missed.is_none(), "{missed:?} was crossed, and nobody told");
        assert_eq!(is_over, caught_up.noticed.expired || self.now == held.certificate.not_after);
    }
}
