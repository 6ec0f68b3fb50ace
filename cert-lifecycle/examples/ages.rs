//! What services of every age cost: the engine's and the store's time for each event and each certificate, year by year.
//!
//! `cargo run --release -p cert-lifecycle --example ages -- 100 10` lets a hundred services live for ten years, against a
//! sandbox in the same process whose time is left out, as is that of the client that asks it. A third number says how many
//! services the lifecycle has at hand: with 0, what it costs to read all of a service's history each time.

use std::cell::Cell;
use std::error::Error;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use cert_domain::{
    Billing, BillingCycle, Catalogue, ContactForm, Currency, Evidence, Form, Instruction, KeyChoice,
    Language, ListedProduct, Money, Offer, Revocation, VerificationCode, VerificationMethod,
};
use cert_lifecycle::compose::StandardTexts;
use cert_lifecycle::delivery::{Deliver, Delivery, Fact, Message};
use cert_lifecycle::vault::{KeyVault, MemoryKeyStore, Passphrase, PassphraseId, SinglePassphrase};
use cert_lifecycle::{
    Approver, AuthorityError, Cancellation, CertificateAuthority, Certum, EmailState, FetchedCertificate,
    FoundOrder, Lifecycle, ListedOrder, MemoryStore, NameState, NewOrder, NewService, OrderId, OrderQuery,
    OrderReport, PlacedOrder, ProofPublisher, PublishError, ServiceId,
};
use certum_api::{
    Client, Credentials, Environment, Transport, TransportAnswer, TransportError, TransportRequest,
};
use certum_sandbox::{DnsRecord, Sandbox, SandboxClock};
use csr_tools::{KeyAlgorithm, KeyEncryption};
use futures::Stream;
use futures::stream::BoxStream;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

type Answer<T> = Result<T, AuthorityError>;

thread_local! {
    /// What this thread has worked for others.
    static OTHERS: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// How long this thread has worked.
#[cfg(unix)]
fn worked() -> Duration {
    use rustix::time::{ClockId, clock_gettime};

    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// How long this thread has been there: what it has worked is not told everywhere.
#[cfg(not(unix))]
fn worked() -> Duration {
    use std::sync::OnceLock;
    use std::time::Instant;

    static BEGAN: OnceLock<Instant> = OnceLock::new();
    BEGAN.get_or_init(Instant::now).elapsed()
}

/// Somebody else's work, which is left out.
struct Other<F>(F);

fn other<T>(work: impl FnOnce() -> T) -> T {
    let began = worked();
    let done = work();
    OTHERS.set(OTHERS.get() + (worked() - began));
    done
}

impl<F: Future + Unpin> Future for Other<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        other(|| Pin::new(&mut self.0).poll(context))
    }
}

impl<S: Stream + Unpin> Stream for Other<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        other(|| Pin::new(&mut self.0).poll_next(context))
    }
}

/// How long this thread works on something, without what it does for others meanwhile, nor what other tasks do.
async fn measured<T>(work: impl Future<Output = T>, whole: &mut Duration) -> T {
    let mut work = pin!(work);
    std::future::poll_fn(|context| {
        let (began, others) = (worked(), OTHERS.get());
        let polled = work.as_mut().poll(context);
        *whole += (worked() - began).saturating_sub(OTHERS.get() - others);
        polled
    })
    .await
}

/// The client's way to a sandbox in the same process.
struct InProcess(Arc<Sandbox>);

#[async_trait]
impl Transport for InProcess {
    async fn post(&self, request: TransportRequest<'_>) -> Result<TransportAnswer, TransportError> {
        match self.0.exchange(&request.document).await {
            Some(answer) => Ok(TransportAnswer::new(answer.status, answer.body)),
            None => Err(TransportError::Unknown("the connection was closed".into())),
        }
    }
}

/// The CA, whose time and whose client's is left out.
struct Ca(Certum);

#[async_trait]
impl CertificateAuthority for Ca {
    async fn place_order(&self, order: &NewOrder) -> Answer<PlacedOrder> {
        Other(self.0.place_order(order)).await
    }
    async fn find_order(&self, order_id: &OrderId) -> Answer<Option<FoundOrder>> {
        Other(self.0.find_order(order_id)).await
    }
    async fn check_order(&self, order: &NewOrder) -> Answer<()> {
        Other(self.0.check_order(order)).await
    }
    fn orders(&self, query: OrderQuery) -> BoxStream<'_, Answer<ListedOrder>> {
        Box::pin(Other(self.0.orders(query)))
    }
    async fn renew_code(
        &self,
        order_id: &OrderId,
        approver: Option<&Approver>,
    ) -> Answer<Option<VerificationCode>> {
        Other(self.0.renew_code(order_id, approver)).await
    }
    async fn start_check(&self, code: &VerificationCode) -> Answer<()> {
        Other(self.0.start_check(code)).await
    }
    async fn order_report(&self, order_id: &OrderId) -> Answer<OrderReport> {
        Other(self.0.order_report(order_id)).await
    }
    async fn name_states(&self, order_id: &OrderId) -> Answer<Vec<NameState>> {
        Other(self.0.name_states(order_id)).await
    }
    async fn resend_email(&self, order_id: &OrderId) -> Answer<()> {
        Other(self.0.resend_email(order_id)).await
    }
    async fn email_state(&self, order_id: &OrderId) -> Answer<Option<EmailState>> {
        Other(self.0.email_state(order_id)).await
    }
    async fn submit_evidence(&self, order_id: &OrderId, evidence: &Evidence) -> Answer<()> {
        Other(self.0.submit_evidence(order_id, evidence)).await
    }
    async fn certificate(&self, order_id: &OrderId) -> Answer<Option<FetchedCertificate>> {
        Other(self.0.certificate(order_id)).await
    }
    async fn cancel_order(&self, order_id: &OrderId) -> Answer<Cancellation> {
        Other(self.0.cancel_order(order_id)).await
    }
    async fn revoke(&self, revocation: &Revocation) -> Answer<()> {
        Other(self.0.revoke(revocation)).await
    }
    async fn products(&self) -> Answer<Vec<ListedProduct>> {
        Other(self.0.products()).await
    }
}

struct NameServer(Arc<Sandbox>);

#[async_trait]
impl ProofPublisher for NameServer {
    async fn publish(&self, instruction: &Instruction) -> Result<(), PublishError> {
        let (name, value) = instruction.txt_record().ok_or(PublishError::Unsupported)?;
        let record = DnsRecord::txt(name, value).map_err(|_| PublishError::Unsupported)?;
        other(|| self.0.publish_dns(record));
        Ok(())
    }
    async fn withdraw(&self, _: &Instruction) -> Result<(), PublishError> {
        Ok(())
    }
}

/// The host, which pays each invoice five days later.
#[derive(Clone, Default)]
struct Host(Arc<Mutex<Vec<(ServiceId, Date, Timestamp)>>>);

#[async_trait]
impl Deliver<Fact> for Host {
    async fn deliver(&self, fact: &Fact) -> Delivery {
        let date = |field: &str| fact.data.get(field)?.as_str()?.parse().ok();
        if let (true, Some(service), Some(from)) = (
            fact.kind == "invoice_due",
            fact.data.get("service").and_then(|id| id.as_str()?.parse().ok()),
            date("period_start"),
        ) {
            let pays_at = fact.occurred_at + SignedDuration::from_hours(5 * 24);
            self.0.lock().unwrap_or_else(|broken| broken.into_inner()).push((service, from, pays_at));
        }
        Delivery::Delivered
    }
}

/// A reseller's shop, and what its engine has cost so far.
struct Shop {
    sandbox: Arc<Sandbox>,
    lifecycle: Lifecycle,
    host: Host,
    services: Vec<ServiceId>,
    /// In ticks that had something to do.
    engine: Duration,
    /// In those that had not, and how many these were.
    idle: (Duration, u32),
}

/// How many events and certificates the services have.
#[derive(Clone, Copy, Default)]
struct Count {
    events: u64,
    certificates: u64,
}

impl Shop {
    fn open(at_hand: usize) -> Result<Self, Box<dyn Error>> {
        let clock = SandboxClock::fixed("2026-11-21T12:00:00Z".parse()?);
        let builder = Sandbox::builder().clock(clock.clone()).quick_issuers().call_limit(0);
        let sandbox = Arc::new(builder.in_process()?);
        let environment = Environment::Custom(sandbox.endpoint());
        let client = Client::builder(environment, Credentials::new("reseller", "sandbox"))
            .transport(InProcess(Arc::clone(&sandbox)))
            .total_timeout(Duration::MAX)
            .build()?;
        let now = move || clock.now();
        let passphrase =
            SinglePassphrase::new(PassphraseId::new("1"), Passphrase::new("correct horse battery")?);
        let vault = KeyVault::new(MemoryKeyStore::new(), passphrase, now.clone())
            .with_encryption(KeyEncryption::QuickScrypt);
        let host = Host::default();
        let lifecycle = Lifecycle::builder(MemoryStore::new(), Ca(Certum::new(client)))
            .clock(now)
            .cache(at_hand)
            .vault(vault)
            .publisher(NameServer(Arc::clone(&sandbox)))
            .tell_programs(host.clone())
            .tell_people(StandardTexts::new("Example Hosting"), |_: &Message| {})
            .build();
        let (services, engine, idle) = (Vec::new(), Duration::ZERO, (Duration::ZERO, 0));
        Ok(Self { sandbox, lifecycle, host, services, engine, idle })
    }

    async fn sell(&mut self, number: usize) -> Result<(), Box<dyn Error>> {
        let product = Catalogue::built_in().product(&"601".parse()?)?.clone();
        let yearly =
            Billing::Recurring { price: Money::new(12_900, Currency::PLN), cycle: BillingCycle::Annually };
        let offer = Offer::new(product, VerificationMethod::DnsTxtPrefix)?.with_billing(yearly);
        let customer = format!("customer-{number}").parse()?;
        let id =
            self.lifecycle.create(NewService::new(offer, customer).with_language(Language::English)).await?;
        let mut form = Form {
            key: KeyChoice::Generate { algorithm: KeyAlgorithm::EcdsaP256, keep: true },
            contact: ContactForm::new("Jan", "Nowak", "jan@example.com"),
            names: vec![format!("shop-{number}.example.com").into()],
            ..Form::default()
        };
        self.lifecycle.receive_payment(id, None, self.today()).await?;
        form.csr = self.lifecycle.generate_request(id, &form).await?.csr;
        self.lifecycle.configure(id, &form).await?;
        self.services.push(id);
        Ok(())
    }

    /// Lets time pass, pays what is to be paid, and works on what is due.
    async fn live(&mut self, until: Timestamp) -> Result<(), Box<dyn Error>> {
        let worker = self.lifecycle.worker();
        while self.sandbox.clock().now() < until {
            let now = self.sandbox.advance_clock(SignedDuration::from_hours(3))?;
            let open = std::mem::take(&mut *self.host.0.lock().unwrap_or_else(|broken| broken.into_inner()));
            let (due, later): (Vec<_>, Vec<_>) =
                open.into_iter().partition(|(_, _, pays_at)| *pays_at <= now);
            self.host.0.lock().unwrap_or_else(|broken| broken.into_inner()).extend(later);
            for (id, from, _) in due {
                let paid_on = self.today();
                measured(self.lifecycle.receive_payment(id, Some(from), paid_on), &mut self.engine).await?;
            }
            let mut cost = Duration::ZERO;
            if measured(worker.tick(), &mut cost).await? > 0 {
                self.engine += cost;
            } else {
                self.idle = (self.idle.0 + cost, self.idle.1 + 1);
            }
        }
        Ok(())
    }

    async fn count(&self) -> Result<Count, Box<dyn Error>> {
        let mut count = Count::default();
        for id in &self.services {
            let service = self.lifecycle.service(*id).await?;
            count.events += service.version;
            count.certificates += service.certificates.len() as u64;
        }
        Ok(count)
    }

    fn today(&self) -> Date {
        jiff::tz::TimeZone::UTC.to_datetime(self.sandbox.clock().now()).date()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = |or: i64| arguments.next().map_or(Ok(or), |number| number.parse::<i64>());
    let (services, years, at_hand) = (argument(100)?, argument(10)?, argument(4096)?);
    let mut shop = Shop::open(usize::try_from(at_hand)?)?;
    let began = shop.sandbox.clock().now();
    for number in 0..usize::try_from(services)? {
        shop.sell(number).await?;
    }
    println!("{services} services; the engine's and the store's processor time, in microseconds:");
    println!("year   certificates   events   per certificate   per event   per idle tick");
    let mut before = shop.count().await?;
    for year in 1..=years {
        (shop.engine, shop.idle) = (Duration::ZERO, (Duration::ZERO, 0));
        shop.live(began + SignedDuration::from_hours(365 * 24 * year)).await?;
        let after = shop.count().await?;
        let (certificates, events) = (after.certificates - before.certificates, after.events - before.events);
        let micros = |whole: Duration, count: f64| match count {
            0.0 => "-".to_owned(),
            count => format!("{:.1}", whole.as_secs_f64() * 1e6 / count),
        };
        println!(
            "{year:>4}   {certificates:>12}   {events:>6}   {:>15}   {:>9}   {:>13}",
            micros(shop.engine, certificates as f64),
            micros(shop.engine, events as f64),
            micros(shop.idle.0, f64::from(shop.idle.1)),
        );
        before = after;
    }
    Ok(())
}
