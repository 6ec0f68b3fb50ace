//! Purchases of the account that were reissued and renewed before they are imported.

use cert_domain::{Mode, RevocationForm, SubjectForm};
use cert_lifecycle::{ImportDecision, ImportPlan, Lifecycle, MemoryStore, Service, ServiceId};
use jiff::{SignedDuration, Timestamp};

use crate::account::{beginning, decisions, newcomer, now, plan};
use crate::common::{NAME, Shop, certum, form, lifecycle};
use crate::desk::{Desk, any_offer, full_form, reissue_of, renewal_of, sandbox_with, yearly};

async fn desk(reissue_keeps_order_id: bool) -> Desk {
    Desk::with(sandbox_with(reissue_keeps_order_id).await, |builder| builder).await
}

impl Desk {
    async fn reissued(&self, id: ServiceId) -> Service {
        let service = self.service(id).await;
        self.lifecycle.reissue(id, &reissue_of(&service)).await.unwrap();
        self.work().await;
        self.finish(id).await
    }

    async fn renewed(&self, id: ServiceId) -> Service {
        let service = self.service(id).await;
        self.lifecycle.renew(id, &renewal_of(&service)).await.unwrap();
        self.work().await;
        self.finish(id).await
    }
}

/// The one service that comes of an import.
async fn imported(lifecycle: &Lifecycle, planned: &ImportPlan) -> Service {
    let report = lifecycle.import(planned).await.unwrap();
    let [id] = report.taken[..] else { panic!("{report:?}") };
    lifecycle.service(id).await.unwrap()
}

fn serial_numbers(plan: &ImportPlan) -> Vec<&str> {
    plan.items.iter().filter_map(|item| item.serial_number.as_deref()).collect()
}

fn newest(service: &Service) -> &str {
    &service.certificate().unwrap().certificate.serial_number
}

#[tokio::test]
async fn takes_the_reissue_in_force_with_the_term_of_what_it_reissues() {
    for keeps in [true, false] {
        let desk = desk(keeps).await;
        let (id, first) = desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
        desk.pass_days(30).await;
        desk.reissued(id).await;
        desk.pass_days(30).await;
        let ours = desk.reissued(id).await;
        desk.pass_days(1).await;

        let other = newcomer(&desk);
        let planned = plan(&other, now(&desk)).await;
        assert_eq!(decisions(&planned), ["take"], "{keeps}");
        let item = &planned.items[0];
        assert_eq!(item.order_id, first.certificate().unwrap().order_id, "{keeps}");
        assert_eq!(item.serial_number.as_deref(), Some(newest(&ours)), "{keeps}");
        let theirs = imported(&other, &planned).await;
        assert_eq!(newest(&theirs), newest(&ours), "{keeps}");
        assert_eq!(theirs.account.term_ends, first.account.term_ends, "{keeps}");
    }
}

/// What was reissued is no purchase of its own, though a later range holds nothing else of it.
#[tokio::test]
async fn owns_what_was_reissued_with_the_reissue() {
    let desk = desk(false).await;
    let (id, _) = desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
    let before = now(&desk);
    desk.pass_days(1).await;
    desk.reissued(id).await;
    let other = newcomer(&desk);
    let earlier = plan(&other, before).await;
    assert_eq!(decisions(&earlier), ["take"]);
    imported(&other, &plan(&other, now(&desk)).await).await;
    assert_eq!(decisions(&plan(&other, before).await), ["owned"]);
    let report = other.import(&earlier).await.unwrap();
    assert_eq!((report.taken.len(), report.owned.len()), (0, 1));
}

/// What a CA has sold is of its mode, so that it is renewed there.
#[tokio::test]
async fn takes_purchases_in_the_mode_of_the_ca_that_has_them() {
    let desk = desk(false).await;
    desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
    let clock = desk.sandbox.clock().clone();
    let authority = certum(desk.sandbox.endpoint().as_str()).in_mode(Mode::Production);
    let other = lifecycle(MemoryStore::new(), authority, clock);
    let service = imported(&other, &plan(&other, now(&desk)).await).await;
    assert_eq!(service.offer.mode, Mode::Production);
}

/// Of one customer and product, the names tell what was reissued; where there are none, the mailbox.
#[tokio::test]
async fn knows_which_of_several_purchases_was_reissued() {
    let desk = desk(false).await;
    let multi = |names: &[&str]| form(names, "dns");
    let (both, _) = desk.enrol(any_offer("931"), &multi(&["a.example.com", "b.example.com"])).await;
    desk.pass(60).await;
    let (other, _) = desk.enrol(any_offer("931"), &multi(&["c.example.com"])).await;
    desk.pass(60).await;
    let (one, _) = desk.enrol(any_offer("931"), &multi(&["a.example.com"])).await;
    desk.pass(60).await;
    let mail = full_form("Jan Nowak", &[]);
    let (jan, _) = desk.enrol(any_offer("711"), &mail).await;
    desk.pass(60).await;
    let subject = SubjectForm { email: "anna@example.com".into(), ..full_form("Anna Nowak", &[]).subject };
    let (anna, _) =
        desk.enrol(any_offer("711"), &cert_domain::Form { subject, ..full_form("Anna Nowak", &[]) }).await;
    desk.pass(60).await;
    let both = desk.reissued(both).await;
    desk.pass(60).await;
    let jan = desk.reissued(jan).await;

    let (other, one, anna) = (desk.service(other).await, desk.service(one).await, desk.service(anna).await);
    let newcomer = newcomer(&desk);
    let planned = plan(&newcomer, now(&desk)).await;
    assert_eq!(decisions(&planned), ["take"; 5]);
    let expected = [&both, &other, &one, &jan, &anna].map(newest);
    assert_eq!(serial_numbers(&planned), expected);
}

#[tokio::test]
async fn takes_no_reissue_without_what_it_reissues() {
    for keeps in [true, false] {
        let desk = desk(keeps).await;
        let (id, _) = desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
        desk.pass_days(1).await;
        let from: Timestamp = now(&desk);
        desk.reissued(id).await;
        let other = newcomer(&desk);
        let planned = other.plan_import(from, now(&desk), &[any_offer("601")]).await.unwrap();
        let [item] = &planned.items[..] else { panic!("{planned:?}") };
        let ImportDecision::Unusable(why) = &item.decision else { panic!("{item:?}") };
        assert!(why.contains("the order that it reissues is not in the range"), "{why}");
        assert!(other.import(&planned).await.unwrap().taken.is_empty());
    }
}

#[tokio::test]
async fn takes_the_renewal_and_not_what_it_renews() {
    for keeps in [true, false] {
        let desk = desk(keeps).await;
        let (id, first) = desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
        desk.pass_days(10).await;
        desk.renewed(id).await;
        desk.pass_days(10).await;
        desk.renewed(id).await;
        desk.pass_days(10).await;
        let renewed = desk.service(id).await;
        let ours = desk.reissued(id).await;

        let other = newcomer(&desk);
        let planned = plan(&other, now(&desk)).await;
        assert_eq!(decisions(&planned), ["superseded", "superseded", "take"], "{keeps}");
        assert_eq!(planned.items[2].product, "606");
        let theirs = imported(&other, &planned).await;
        assert_eq!(newest(&theirs), newest(&ours), "{keeps}");
        assert_eq!(theirs.account.term_ends, renewed.account.term_ends, "{keeps}");
        assert_ne!(theirs.account.term_ends, first.account.term_ends, "{keeps}");
        let again = plan(&other, now(&desk)).await;
        assert_eq!(decisions(&again), ["superseded", "superseded", "owned"], "{keeps}");
        let unsold = [any_offer("741")];
        let without = newcomer(&desk).plan_import(beginning(), now(&desk), &unsold).await.unwrap();
        assert!(decisions(&without).iter().all(|decision| *decision == "no offer"), "{keeps}: {without:?}");
    }
}

#[tokio::test]
async fn takes_what_was_renewed_where_the_renewal_is_revoked() {
    let desk = desk(true).await;
    let (id, first) = desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
    desk.pass_days(1).await;
    desk.renewed(id).await;
    let why = RevocationForm { reason: "SUPERSEDED".into(), ..RevocationForm::default() };
    desk.lifecycle.revoke(id, &why).await.unwrap();
    desk.pass(600).await;
    let planned = plan(&newcomer(&desk), now(&desk)).await;
    assert_eq!(decisions(&planned), ["take", "over"]);
    assert_eq!(serial_numbers(&planned)[0], newest(&first));
}

/// The same customer's two servers of one name: each purchase has a renewal of its own.
#[tokio::test]
async fn lets_one_renewal_supersede_one_purchase() {
    let desk = desk(true).await;
    let (one, _) = desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
    desk.pass(60).await;
    let (other, _) = desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
    desk.pass(60).await;
    desk.renewed(one).await;
    let planned = plan(&newcomer(&desk), now(&desk)).await;
    assert_eq!(decisions(&planned), ["superseded", "take", "take"]);
    desk.renewed(other).await;
    let planned = plan(&newcomer(&desk), now(&desk)).await;
    assert_eq!(decisions(&planned), ["superseded", "superseded", "take", "take"]);
}

#[tokio::test]
async fn asks_for_invoices_of_what_was_imported_once_a_payment_is_told() {
    let former = desk(true).await;
    former.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
    let Shop { sandbox, .. } = former.shop;
    let desk = Desk::with(sandbox, |builder| builder).await;
    let offers = [yearly("601")];
    let planned = desk.lifecycle.plan_import(beginning(), now(&desk), &offers).await.unwrap();
    let id = imported(&desk.lifecycle, &planned).await.id;
    desk.pass_days(3).await;
    assert_eq!(desk.told(id, "invoice_due").len(), 0, "nobody knows what is paid");

    let period_start = "2025-12-10".parse().unwrap();
    desk.lifecycle.receive_payment(id, Some(period_start), period_start).await.unwrap();
    desk.pass_days(3).await;
    let told = desk.told(id, "invoice_due");
    assert_eq!(told.len(), 1);
    assert_eq!(
        (&told[0]["period_start"], &told[0]["period_end"]),
        (&"2026-12-10".into(), &"2027-12-09".into())
    );
    desk.sandbox.advance_clock(SignedDuration::from_hours(24)).unwrap();
    desk.work().await;
    assert_eq!(desk.told(id, "invoice_due").len(), 1, "asked once");
}
