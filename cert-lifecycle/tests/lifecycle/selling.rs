//! A host without a billing system of its own: offers, purchases, invoices, letters.

use cert_domain::{Catalogue, Language, OfferForm, SetupTrigger};
use cert_lifecycle::compose::StandardTexts;
use cert_lifecycle::records::Records;
use cert_lifecycle::sales::{Buyer, Ledger, Mailroom, Offered, SaleError, Sales};
use cert_lifecycle::store::Search;
use cert_lifecycle::{Lifecycle, SqliteStore};
use certum_sandbox::Sandbox;

use crate::common::certum;
use crate::desk::sandbox_with;

const INTENT: &str = "0123456789abcdef";

/// A host with one offer.
struct Host {
    sandbox: Sandbox,
    lifecycle: Lifecycle,
    sales: Sales,
    offer: String,
}

impl Host {
    async fn open(billing: &str, setup: SetupTrigger) -> Self {
        let sandbox = sandbox_with(true).await;
        let store = SqliteStore::in_memory().await.unwrap();
        let clock = sandbox.clock().clone();
        let now = move || clock.now();
        let records = Records::new(store.clone(), now.clone());
        let lifecycle = Lifecycle::builder(store, certum(sandbox.endpoint().as_str()))
            .clock(now.clone())
            .tell_people(StandardTexts::new("Example Hosting"), Mailroom::new(records.clone(), now))
            .tell_programs(Ledger::new(records.clone()))
            .build();
        let sales = Sales::new(lifecycle.clone(), records);
        let mut form: OfferForm = serde_json::from_str(billing).unwrap();
        form.setup = setup;
        let offer = form.check(Catalogue::built_in()).unwrap();
        sales.put_offer(None, &Offered { form, offer, is_sold: true }).await.unwrap();
        let offer = sales.offers().await.unwrap().remove(0).0;
        Self { sandbox, lifecycle, sales, offer }
    }

    async fn yearly(setup: SetupTrigger) -> Self {
        let yearly = r#"{"product":"601","default_method":"dns-txt","billing":"recurring","price":"49.00",
            "currency":"PLN","cycle":"annually"}"#;
        Self::open(yearly, setup).await
    }

    async fn services(&self) -> usize {
        self.lifecycle.search(Search::default()).await.unwrap().len()
    }

    async fn pass_days(&self, days: i64) {
        self.sandbox.advance_clock(jiff::SignedDuration::from_hours(days * 24)).unwrap();
        self.lifecycle.worker().tick().await.unwrap();
    }
}

fn buyer(customer: &str) -> Buyer {
    let email = format!("{customer}@example.com");
    Buyer { customer: customer.parse().unwrap(), email, language: Language::Polish }
}

#[tokio::test]
async fn sells_one_service_and_makes_one_invoice_for_one_intent() {
    let host = Host::yearly(SetupTrigger::AtOrder).await;
    let jan = buyer("jan");
    let bought = host.sales.sell(&host.offer, &jan, INTENT).await.unwrap();
    let again = host.sales.sell(&host.offer, &jan, INTENT).await.unwrap();
    assert!(bought.service.is_some() && bought.service == again.service);
    assert_eq!((host.services().await, host.sales.invoices(None).await.unwrap().len()), (1, 1));
    host.sales.sell(&host.offer, &jan, "another0123456789").await.unwrap();
    assert_eq!((host.services().await, host.sales.invoices(None).await.unwrap().len()), (2, 2));

    let foreign = host.sales.sell(&host.offer, &buyer("anna"), INTENT).await;
    assert!(matches!(foreign, Err(SaleError::ForeignIntent)), "{foreign:?}");
    for intent in ["", "short", "0123456789abcde/", &"0".repeat(129)] {
        let refused = host.sales.sell(&host.offer, &jan, intent).await;
        assert!(matches!(refused, Err(SaleError::ForeignIntent)), "{intent}");
    }
    assert!(host.sales.purchases(Some(&buyer("anna").customer)).await.unwrap().is_empty());
}

#[tokio::test]
async fn sells_nothing_that_is_not_offered() {
    let host = Host::yearly(SetupTrigger::AtOrder).await;
    let unknown = host.sales.sell("nothing", &buyer("jan"), INTENT).await;
    assert!(matches!(unknown, Err(SaleError::NotOffered)));
    let mut offered = host.sales.offer(&host.offer).await.unwrap();
    offered.is_sold = false;
    host.sales.put_offer(Some(&host.offer), &offered).await.unwrap();
    let withdrawn = host.sales.sell(&host.offer, &buyer("jan"), INTENT).await;
    assert!(matches!(withdrawn, Err(SaleError::NotOffered)));
    assert!(matches!(host.sales.put_offer(Some("nothing"), &offered).await, Err(SaleError::NotOffered)));
    assert_eq!(host.services().await, 0);
}

#[tokio::test]
async fn sets_a_service_up_with_its_first_payment_and_counts_that_payment_once() {
    let host = Host::yearly(SetupTrigger::AtFirstPayment).await;
    let bought = host.sales.sell(&host.offer, &buyer("jan"), INTENT).await.unwrap();
    assert_eq!((bought.service, host.services().await), (None, 0));
    let (key, _) = host.sales.invoices(None).await.unwrap().remove(0);
    let paid = host.sales.pay(&key).await.unwrap();
    host.pass_days(3).await;
    assert_eq!(host.sales.pay(&key).await.unwrap(), paid, "paid once is paid");
    let service = host.lifecycle.service(paid.service.unwrap()).await.unwrap();
    assert_eq!(service.account.paid_through.unwrap().date(), paid.period_end.unwrap());
    assert_eq!(host.services().await, 1);
}

#[tokio::test]
async fn waits_for_somebody_to_accept_and_does_not_forget_what_was_paid_before() {
    for setup in [SetupTrigger::WhenAccepted, SetupTrigger::Never] {
        let host = Host::yearly(setup).await;
        host.sales.sell(&host.offer, &buyer("jan"), INTENT).await.unwrap();
        let (key, _) = host.sales.invoices(None).await.unwrap().remove(0);
        let paid = host.sales.pay(&key).await.unwrap();
        assert_eq!((paid.service, host.services().await), (None, 0));
        let accepted = host.sales.accept(INTENT).await.unwrap();
        assert_eq!(host.sales.accept(INTENT).await.unwrap().service, accepted.service);
        let service = host.lifecycle.service(accepted.service.unwrap()).await.unwrap();
        assert_eq!(service.account.paid_through.map(|paid| paid.date()), paid.period_end);
        assert_eq!(host.services().await, 1);
    }
}

#[tokio::test]
async fn makes_one_invoice_for_each_further_period_and_leaves_letters() {
    let host = Host::yearly(SetupTrigger::AtOrder).await;
    host.sales.sell(&host.offer, &buyer("jan"), INTENT).await.unwrap();
    let (first, _) = host.sales.invoices(None).await.unwrap().remove(0);
    host.sales.pay(&first).await.unwrap();
    for _ in 0..40 {
        host.pass_days(10).await;
        host.lifecycle.deliver_due().await.unwrap();
    }
    let invoices = host.sales.invoices(Some(&buyer("jan").customer)).await.unwrap();
    assert_eq!(invoices.len(), 2, "{invoices:?}");
    let (_, next) = &invoices[0];
    assert_eq!(next.price.to_string(), "49.00 PLN");
    assert!(next.paid_on.is_none() && next.period_start > invoices[1].1.period_start);
    let letters = host.sales.letters(Some(&buyer("jan").customer)).await.unwrap();
    assert!(
        letters.iter().any(|letter| letter.text.contains("49.00 PLN") || letter.text.contains("49,00")),
        "{:?}",
        letters[0].text
    );
    assert!(letters.windows(2).all(|pair| pair[0].at >= pair[1].at), "the newest comes first");
    assert!(host.sales.letters(Some(&buyer("anna").customer)).await.unwrap().is_empty());
}

#[tokio::test]
async fn forgets_no_purchase_that_waits_however_many_there_are() {
    let host = Host::yearly(SetupTrigger::WhenAccepted).await;
    for number in 0..Sales::MOST + 3 {
        host.sales.sell(&host.offer, &buyer("jan"), &format!("intent{number:010}")).await.unwrap();
    }
    assert_eq!(host.sales.waiting().await.unwrap().len(), Sales::MOST + 3);
    assert_eq!(host.sales.unpaid().await.unwrap().len(), Sales::MOST + 3);
    assert_eq!(host.sales.invoices(None).await.unwrap().len(), Sales::MOST);
}
