//! Invoices, payments and due dates, through years of virtual time.

use cert_domain::{Billing, Currency, Form, Money, Offer};
use cert_lifecycle::{
    Error, InvoiceTerms, LifecycleBuilder, OrderKind, Service, ServiceId, State, StateKind, Terms,
};
use csr_tools::CertificateRequest;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::common::{NAME, form};
use crate::desk::{
    Desk, any_offer, codes, csr, generated, reissue_of, renewal_of, sandbox_with, vault, yearly,
};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

impl Desk {
    fn today(&self) -> Date {
        TimeZone::UTC.to_datetime(self.sandbox.clock().now()).date()
    }

    /// Lives through days until one of them, and proves control of names whenever that is asked for.
    async fn live_until(&self, id: ServiceId, last: &str) {
        while self.today() < day(last) {
            self.pass_days(1).await;
            for _ in 0..5 {
                if let State::Validating(validating) = self.service(id).await.state
                    && !validating.instructions().is_empty()
                {
                    self.prove(id).await;
                }
                self.pass(120).await;
            }
        }
    }
}

/// A service that is sold on the day that the clock begins, paid where it costs something.
async fn sold(
    offer: Offer,
    form: &Form,
    set_up: impl FnOnce(LifecycleBuilder) -> LifecycleBuilder,
) -> (Desk, ServiceId, Service) {
    let desk = Desk::with(sandbox_with(true).await, set_up).await;
    let id = desk.sell_offer(offer, form).await;
    desk.lifecycle.receive_payment(id, None, day("2026-11-21")).await.unwrap();
    desk.settle(id).await;
    let service = desk.finish(id).await;
    (desk, id, service)
}

fn paid_through(service: &Service) -> Option<Date> {
    service.account.paid_through.map(|paid| paid.date())
}

fn renewals(service: &Service) -> usize {
    service.certificates.iter().filter(|certificate| certificate.kind == OrderKind::Renewal).count()
}

#[tokio::test]
async fn asks_for_one_invoice_for_each_period() {
    let (desk, id, service) = sold(yearly("601"), &form(&[NAME], "dns"), |builder| builder).await;
    assert_eq!(paid_through(&service), Some(day("2027-11-20")));
    desk.live_until(id, "2027-10-21").await;
    assert_eq!(desk.told(id, "invoice_due").len(), 0);
    desk.live_until(id, "2027-11-10").await;
    let told = desk.told(id, "invoice_due");
    assert_eq!(told.len(), 1);
    let invoice = &told[0];
    assert_eq!(invoice["period_start"], "2027-11-21");
    assert_eq!(invoice["period_end"], "2028-11-20");
    assert_eq!(invoice["pay_by"], "2027-11-01");
    assert_eq!(invoice["price"]["minor_units"], 12_990);

    // The same payment told twice counts once, and asks for no second invoice.
    for _ in 0..2 {
        let paid_on = desk.today();
        desk.lifecycle.receive_payment(id, Some(day("2027-11-21")), paid_on).await.unwrap();
        desk.work().await;
    }
    assert_eq!(paid_through(&desk.service(id).await), Some(day("2028-11-20")));
    assert_eq!(desk.told(id, "invoice_due").len(), 1);
}

/// Days on which nobody worked lose no invoice, and an unpaid one is not asked for again.
#[tokio::test]
async fn loses_no_invoice_and_repeats_none_when_days_are_skipped() {
    let (desk, id, _) = sold(yearly("601"), &form(&[NAME], "dns"), |builder| builder).await;
    desk.live_until(id, "2027-10-10").await;
    desk.pass_days(25).await;
    for _ in 0..60 {
        desk.pass_days(3).await;
    }
    assert_eq!(desk.told(id, "invoice_due").len(), 1);
}

#[tokio::test]
async fn asks_for_invoices_as_late_as_the_reseller_wants() {
    let mut terms = Terms::default();
    terms.invoices = InvoiceTerms::WHMCS;
    let (desk, id, _) = sold(yearly("601"), &form(&[NAME], "dns"), |builder| builder.terms(terms)).await;
    desk.live_until(id, "2027-11-13").await;
    assert_eq!(desk.told(id, "invoice_due").len(), 0);
    desk.live_until(id, "2027-11-15").await;
    assert_eq!(desk.told(id, "invoice_due").len(), 1);
}

#[tokio::test]
async fn never_asks_for_an_invoice_for_what_is_free_or_paid_once() {
    let price = Money::new(12_990, "PLN".parse::<Currency>().unwrap());
    for billing in [Billing::Free, Billing::OneTime { price }] {
        let mut offer = any_offer("601");
        offer.billing = billing;
        let (desk, id, _) = sold(offer, &form(&[NAME], "dns"), |builder| builder).await;
        desk.live_until(id, "2028-01-10").await;
        assert_eq!(desk.told(id, "invoice_due").len(), 0, "{billing:?}");
        assert_eq!(desk.told(id, "due_date_proposed").len(), 0, "{billing:?}");
        assert_eq!(desk.carried_out("renewCertificate"), 0, "{billing:?}");
        assert_eq!(desk.told(id, "expired").len(), 1, "{billing:?}");
        assert_eq!(paid_through(&desk.service(id).await), None, "{billing:?}");
        assert!(matches!(desk.lifecycle.propose_due_date(id).await, Err(Error::NotAllowed(_))));
        let ended = desk.lifecycle.request_cancellation(id, "moved", true).await;
        assert!(matches!(ended, Err(Error::NotAllowed(_))), "{ended:?}");
    }
}

/// The renewal takes the request that the customer stored, and the certificate lasts a term more.
#[tokio::test]
async fn renews_with_the_stored_request_once_it_is_paid() {
    let (desk, id, _) = sold(yearly("601"), &form(&[NAME], "dns"), |builder| builder).await;
    desk.live_until(id, "2027-11-01").await;
    let request = csr(NAME);
    desk.lifecycle.store_request(id, &request).await.unwrap();
    desk.live_until(id, "2027-11-03").await;
    assert_eq!(desk.carried_out("renewCertificate"), 0, "nobody has paid");
    desk.lifecycle.receive_payment(id, Some(day("2027-11-21")), desk.today()).await.unwrap();
    desk.live_until(id, "2027-11-05").await;
    let service = desk.service(id).await;
    assert_eq!((service.state.kind(), renewals(&service)), (StateKind::Active, 1));
    let newest = service.certificate().unwrap();
    let key = CertificateRequest::from_pem(&request).unwrap().public_key_hash();
    assert_eq!(newest.configuration.request().public_key_hash(), key);
    assert_eq!(service.stored_request, None);
    assert_eq!(desk.told(id, "request_needed").len(), 0);
    // What was paid is not moved by what the CA sells.
    assert_eq!(paid_through(&service), Some(day("2028-11-20")));
    desk.live_until(id, "2027-12-20").await;
    assert_eq!(desk.carried_out("renewCertificate"), 1);
}

#[tokio::test]
async fn asks_for_a_request_where_a_paid_renewal_has_none() {
    let (desk, id, _) = sold(yearly("601"), &form(&[NAME], "dns"), |builder| builder).await;
    desk.live_until(id, "2027-11-01").await;
    assert_eq!(desk.told(id, "request_needed").len(), 0);
    desk.lifecycle.receive_payment(id, Some(day("2027-11-21")), desk.today()).await.unwrap();
    desk.live_until(id, "2027-11-05").await;
    let told = desk.told(id, "request_needed");
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["course"], &told[0]["common_name"]), (&"renewal".into(), &NAME.into()));
    assert_eq!(desk.carried_out("renewCertificate"), 0);

    desk.lifecycle.store_request(id, &csr(NAME)).await.unwrap();
    desk.live_until(id, "2027-11-07").await;
    assert_eq!(renewals(&desk.service(id).await), 1);
    assert_eq!(desk.told(id, "request_needed").len(), 1);
}

/// A key that was made and kept is followed by another, which the vault has before anybody orders.
#[tokio::test]
async fn renews_with_a_key_of_its_own_where_it_keeps_keys() {
    let sandbox = sandbox_with(true).await;
    let vault = vault(sandbox.clock());
    let desk = Desk::with(sandbox, |builder| builder.vault(vault.clone())).await;
    let id = desk.lifecycle.create_service(yearly("601"), "customer-7".parse().unwrap()).await.unwrap();
    let mut form = Form { csr: String::new(), key: generated(true), ..form(&[NAME], "dns") };
    form.csr = desk.lifecycle.generate_request(id, &form).await.unwrap().csr;
    desk.lifecycle.configure(id, &form).await.unwrap();
    desk.lifecycle.receive_payment(id, None, desk.today()).await.unwrap();
    desk.settle(id).await;
    desk.finish(id).await;
    desk.live_until(id, "2027-11-01").await;
    desk.lifecycle.receive_payment(id, Some(day("2027-11-21")), desk.today()).await.unwrap();
    desk.live_until(id, "2027-11-05").await;
    let service = desk.service(id).await;
    assert_eq!(renewals(&service), 1);
    let mut keys: Vec<_> =
        service.certificates.iter().map(|held| held.configuration.request().public_key_hash()).collect();
    let files = desk.lifecycle.files_with_key(id, None).await.unwrap();
    assert_eq!(Some(&files.key.unwrap().public_key_hash()), keys.last());
    keys.sort_unstable_by_key(ToString::to_string);
    let certificates = keys.len();
    keys.dedup();
    assert_eq!(keys.len(), certificates, "a key served twice");
    assert_eq!(vault.list().await.unwrap().len(), certificates);
}

#[tokio::test]
async fn proposes_the_due_date_of_each_purchase_once() {
    let mut offer = yearly("601");
    offer.due_date_follows_certificate = true;
    let (desk, id, service) = sold(offer, &form(&[NAME], "dns"), |builder| builder).await;
    let dates = || -> Vec<_> {
        desk.told(id, "due_date_proposed")
            .iter()
            .map(|fact| fact["due_on"].as_str().unwrap().to_owned())
            .collect()
    };
    desk.work().await;
    assert_eq!(dates(), ["2027-11-21"]);
    desk.lifecycle.reissue(id, &reissue_of(&service)).await.unwrap();
    desk.work().await;
    desk.finish(id).await;
    desk.work().await;
    assert_eq!(dates().len(), 1, "a reissue is no purchase");
    // Programs alone are told: it is no matter for people.
    assert!(!desk.letters.all().iter().any(|letter| letter.text.contains("2027-11-21")));

    desk.live_until(id, "2027-11-10").await;
    desk.lifecycle.store_request(id, &csr(NAME)).await.unwrap();
    desk.lifecycle.receive_payment(id, Some(day("2027-11-21")), desk.today()).await.unwrap();
    desk.live_until(id, "2027-11-14").await;
    let renewed = dates();
    assert_eq!(renewed.len(), 2, "{renewed:?}");
    // It is a proposal: what is paid stays what it is.
    assert_eq!(paid_through(&desk.service(id).await), Some(day("2028-11-20")));
    desk.lifecycle.propose_due_date(id).await.unwrap();
    desk.work().await;
    assert_eq!(dates()[2], renewed[1]);
}

#[tokio::test]
async fn suspends_and_ends_services_without_a_word_to_the_ca() {
    let (desk, id, service) = sold(yearly("601"), &form(&[NAME], "dns"), |builder| builder).await;
    let calls = desk.sandbox.calls().len();
    desk.lifecycle.store_request(id, &csr(NAME)).await.unwrap();
    desk.lifecycle.suspend(id).await.unwrap();
    desk.live_until(id, "2027-05-20").await;
    assert_eq!(desk.sandbox.calls().len(), calls, "a reissue was begun");
    assert_eq!(desk.service(id).await.certificates, service.certificates);

    desk.lifecycle.unsuspend(id).await.unwrap();
    desk.live_until(id, "2027-05-25").await;
    assert_eq!(desk.carried_out("reissueCertificate"), 1);

    let calls = desk.sandbox.calls().len();
    desk.lifecycle.terminate(id).await.unwrap();
    let events = desk.lifecycle.history(id).await.unwrap().len();
    desk.live_until(id, "2028-01-10").await;
    assert_eq!(desk.sandbox.calls().len(), calls);
    assert_eq!(desk.lifecycle.history(id).await.unwrap().len(), events, "somebody was told something");
    assert!(matches!(desk.lifecycle.unsuspend(id).await, Err(Error::NotAllowed(_))));
    let reissue = desk.lifecycle.reissue(id, &reissue_of(&desk.service(id).await)).await;
    assert!(matches!(reissue, Err(Error::NotAllowed(_))), "{reissue:?}");
    for operation in ["revokeCertificate", "cancelOrder"] {
        assert_eq!(desk.carried_out(operation), 0);
    }
}

#[tokio::test]
async fn invoices_nothing_more_once_the_customer_wants_to_go() {
    let (desk, id, _) = sold(yearly("601"), &form(&[NAME], "dns"), |builder| builder).await;
    desk.lifecycle.store_request(id, &csr(NAME)).await.unwrap();
    desk.lifecycle.request_cancellation(id, " we move elsewhere ", true).await.unwrap();
    desk.live_until(id, "2027-12-10").await;
    let told = desk.told(id, "cancellation_requested");
    assert_eq!(told.len(), 1);
    assert_eq!(
        (&told[0]["reason"], &told[0]["at_end_of_period"]),
        (&"we move elsewhere".into(), &true.into())
    );
    assert_eq!(desk.told(id, "invoice_due").len(), 0);
    assert_eq!(desk.carried_out("renewCertificate") + desk.carried_out("revokeCertificate"), 0);
    // Until the end of what is paid, the certificate was there.
    let service = desk.service(id).await;
    assert!(service.certificates.len() > 1);
    let last = service.certificate().unwrap().certificate.not_after;
    assert!(TimeZone::UTC.to_datetime(last).date() >= day("2027-11-20"));
}

#[tokio::test]
async fn goes_on_where_the_customer_thinks_better_of_it() {
    let (desk, id, _) = sold(yearly("601"), &form(&[NAME], "dns"), |builder| builder).await;
    desk.lifecycle.request_cancellation(id, "a mistake", false).await.unwrap();
    desk.live_until(id, "2027-05-10").await;
    assert_eq!(desk.carried_out("reissueCertificate"), 0, "it is to end at once");
    desk.lifecycle.withdraw_cancellation(id).await.unwrap();
    desk.live_until(id, "2027-11-10").await;
    assert!(desk.carried_out("reissueCertificate") > 0);
    assert_eq!(desk.told(id, "invoice_due").len(), 1);
}

/// Each threshold before the end once, then that it is over. Where weeks are skipped, one reminder stands for several.
#[tokio::test]
async fn reminds_of_the_end_by_thresholds_and_says_once_that_it_came() {
    for (hours, reminders) in [(6, 4), (25 * 24, 1)] {
        let desk = Desk::open().await;
        let (id, service) = desk.enrol(any_offer("691"), &form(&[NAME], "dns")).await;
        for _ in 0..(60 * 24 / hours) {
            desk.pass(hours * 60 * 60).await;
        }
        let serial_number = &service.certificate().unwrap().certificate.serial_number;
        let coming = desk.told(id, "successor_coming");
        assert_eq!(coming.len(), reminders, "{hours}");
        let expired = desk.told(id, "expired");
        assert_eq!(expired.len(), 1, "{hours}");
        for fact in coming.iter().chain(&expired) {
            assert_eq!(fact["serial_number"], serial_number.as_str());
        }
    }
}

/// What the reseller now asks for it counts from the next invoice on; the product stays.
#[tokio::test]
async fn invoices_at_the_price_of_the_day() {
    let (desk, id, _) = sold(yearly("601"), &form(&[NAME], "dns"), |builder| builder).await;
    let Billing::Recurring { price, cycle } = yearly("601").billing else { unreachable!() };
    let mut dearer = yearly("601");
    let price = Money::new(price.minor_units() + 1_000, price.currency());
    dearer.billing = Billing::Recurring { price, cycle };
    desk.lifecycle.change_offer(id, dearer).await.unwrap();
    let other = desk.lifecycle.change_offer(id, yearly("741")).await;
    assert!(matches!(other, Err(Error::NotAllowed(_))), "{other:?}");
    desk.live_until(id, "2027-11-01").await;
    assert_eq!(desk.told(id, "invoice_due")[0]["price"]["minor_units"], 13_990);
}

/// A service that is renewed by hand costs what the host charges for: none of it is paid here.
#[tokio::test]
async fn renews_by_hand_what_is_paid_once() {
    let (desk, id, service) = sold(any_offer("601"), &form(&[NAME], "dns"), |builder| builder).await;
    let mut hidden = any_offer("601");
    hidden.hide_renew = true;
    assert!(service.offer.can_renew_by_hand());
    assert!(!yearly("601").can_renew_by_hand() && !hidden.can_renew_by_hand());
    desk.lifecycle.renew(id, &renewal_of(&service)).await.unwrap();
    desk.work().await;
    let service = desk.finish(id).await;
    assert_eq!(renewals(&service), 1);
    let mut renewal = renewal_of(&service);
    renewal.csr.clear();
    assert_eq!(codes(desk.lifecycle.renew(id, &renewal).await), [1002]);
}
