//! A sandbox in the same process behind the client, and what each call to it costs.
//!
//! `cargo run --release -p certum-sandbox --example in_process -- 200000` lets so many orders live and end first, so that
//! what grows with the books shows. A seed after it gives the sandbox other habits than the plain ones, and the
//! word `sockets` after that goes over sockets, for comparison.

use std::{
    collections::BTreeMap,
    error::Error,
    time::{Duration, Instant},
};

use certum_api::{
    Client, Credentials, Environment, Transport, TransportAnswer, TransportError, TransportRequest,
    operations::{
        GetCertificate, GetModifiedOrders, GetOrderState, PerformSanVerification, QuickOrder,
        ReissueCertificate,
    },
    types::{ApproverMethod, OrderParameters, OrderRequest, RequestorInfo, SanApprover, SanEntry},
};
use certum_sandbox::{DnsRecord, Sandbox, SandboxClock};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
use jiff::SignedDuration;

/// How many orders are measured.
const MEASURED: usize = 2000;

/// The client's way to a sandbox without sockets.
struct InProcess(std::sync::Arc<Sandbox>);

#[async_trait::async_trait]
impl Transport for InProcess {
    async fn post(&self, request: TransportRequest<'_>) -> Result<TransportAnswer, TransportError> {
        match self.0.exchange(&request.document).await {
            Some(answer) => Ok(TransportAnswer::new(answer.status, answer.body)),
            None => Err(TransportError::Unknown("the connection was closed".into())),
        }
    }
}

/// How long each kind of step took.
#[derive(Default)]
struct Costs(BTreeMap<&'static str, Vec<Duration>>);

impl Costs {
    fn add(&mut self, step: &'static str, since: Instant) {
        self.0.entry(step).or_default().push(since.elapsed());
    }

    /// What a step takes when nothing else wants the processor.
    fn medians(&mut self) -> impl Iterator<Item = (&'static str, Duration)> {
        self.0.iter_mut().filter_map(|(step, times)| {
            times.sort_unstable();
            Some((*step, *times.get(times.len() / 2)?))
        })
    }
}

struct Shop {
    sandbox: std::sync::Arc<Sandbox>,
    client: Client,
    cursor: u64,
    costs: Costs,
}

impl Shop {
    async fn open(seed: u64, over_sockets: bool) -> Result<Self, Box<dyn Error>> {
        let clock = SandboxClock::fixed("2026-11-21T12:00:00Z".parse()?);
        let builder = Sandbox::builder()
            .clock(clock)
            .seed(seed)
            .issue_delay(SignedDuration::ZERO)
            .quick_issuers()
            .call_limit(0);
        let sandbox = std::sync::Arc::new(match over_sockets {
            true => builder.start().await?,
            false => builder.in_process()?,
        });
        let endpoint = Environment::Custom(sandbox.endpoint());
        let mut client =
            Client::builder(endpoint, Credentials::new("reseller", "sandbox")).total_timeout(Duration::MAX);
        if !over_sockets {
            client = client.transport(InProcess(std::sync::Arc::clone(&sandbox)));
        }
        let client = client.build()?;
        Ok(Self { sandbox, client, cursor: 0, costs: Costs::default() })
    }

    /// From the order to the certificate, its successor, and what an auditor reads.
    async fn sell(&mut self, number: usize) -> Result<(), Box<dyn Error>> {
        let Self { sandbox, client, cursor, costs } = self;
        let name = format!("shop-{number}.example.com");
        let (order, other) = (request(&name)?, request(&name)?);
        let mut parameters = OrderParameters::new(order, "customer-1", "601");
        parameters.order_id = Some(format!("order-{number}"));
        let mut order = OrderRequest::new(parameters, RequestorInfo::new("jan@example.com", "Jan", "Nowak"));
        order.san_approver = Some(SanApprover::new(ApproverMethod::DnsTxtPrefix));
        order.san_entries = vec![SanEntry::new(name.as_str())];

        let began = Instant::now();
        let ordered = client.call(&QuickOrder::from(order)).await?;
        costs.add("quickOrder", began);
        let code = ordered.san_verification.ok_or("no code")?.code;

        let began = Instant::now();
        let proof = DnsRecord::txt(&format!("_certum.{name}"), &code)?;
        sandbox.publish_dns(proof.clone());
        costs.add("(publishing)", began);

        let began = Instant::now();
        client.call(&PerformSanVerification::new(code)).await?;
        costs.add("performSanVerification", began);

        let began = Instant::now();
        client.call(&GetOrderState::new(ordered.order_id.as_str())).await?;
        costs.add("getOrderState, first after the proof: issues", began);

        let began = Instant::now();
        client.call(&GetOrderState::new(ordered.order_id.as_str())).await?;
        costs.add("getOrderState", began);

        let began = Instant::now();
        let found = client.call(&GetCertificate::by_order_id(ordered.order_id.as_str())).await?;
        costs.add("getCertificate", began);
        let serial = found.certificate_details.ok_or("no certificate")?.serial_number;

        let began = Instant::now();
        let mut reissue = ReissueCertificate::by_serial_number(serial);
        reissue.csr = Some(other.into());
        client.call(&reissue).await?;
        costs.add("reissueCertificate", began);

        sandbox.withdraw_dns(&proof)?;
        let now = sandbox.advance_clock(SignedDuration::from_mins(5))?;
        let began = Instant::now();
        let since = now - SignedDuration::from_mins(30);
        client.call(&GetModifiedOrders::new(since, now)).await?;
        costs.add("getModifiedOrders, of half an hour", began);

        let began = Instant::now();
        *cursor = sandbox.books(*cursor).cursor;
        costs.add("(books since the last look)", began);
        Ok(())
    }
}

fn request(name: &str) -> Result<String, Box<dyn Error>> {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?;
    Ok(CertificateRequest::builder().common_name(name).sign(&key)?.to_pem())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let argument = |place| std::env::args().nth(place).unwrap_or_else(|| "0".to_owned());
    let before: usize = argument(1).parse()?;
    let mut shop = Shop::open(argument(2).parse()?, argument(3) == "sockets").await?;
    for number in 0..before {
        shop.sell(number).await?;
    }
    shop.costs = Costs::default();
    for number in before..before + MEASURED {
        shop.sell(number).await?;
    }
    println!("after {before} sales, in microseconds:");
    let mut all = Duration::ZERO;
    for (step, median) in shop.costs.medians() {
        println!("{:>8.1}  {step}", median.as_secs_f64() * 1e6);
        all += median;
    }
    println!("{:>8.1}  in all, for each of two certificates", all.as_secs_f64() * 1e6 / 2.0);
    let began = Instant::now();
    let forgotten = shop.sandbox.forget_ended(shop.sandbox.clock().now());
    println!("{forgotten} orders forgotten in {:.1} ms", began.elapsed().as_secs_f64() * 1e3);
    Ok(())
}
