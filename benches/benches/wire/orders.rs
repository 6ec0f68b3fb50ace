//! How many orders a sandbox carries out: order, proof, check, certificate. Client and sandbox share the machine.

use std::sync::Arc;
use std::time::{Duration, Instant};

use certum_api::operations::{GetCertificate, PerformSanVerification, QuickOrder};
use certum_api::types::{
    ApproverMethod, OrderParameters, OrderRequest, RequestorInfo, SanApprover, SanEntry,
};
use certum_api::{Client, Credentials, Environment};
use certum_sandbox::{DnsRecord, Sandbox};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};

use certum_benches::Outcome;
use certum_benches::bench::Bench;
use certum_benches::record::{Figures, Measured, Unit};

/// How many orders are carried out for each number of clients.
const ORDERS: usize = 2000;

/// Measures one client after another, and several at a time.
pub(crate) fn measure(bench: &Bench) -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for clients in [1, 4, 16] {
        let took = runtime.block_on(carry_out(clients))?;
        let rate = ORDERS as f64 / took.as_secs_f64();
        let about = format!(
            "sandbox: quickOrder, proof in the DNS, performSanVerification, getCertificate; {clients} at a time"
        );
        let figures = vec![Figures::new("certum-sandbox", vec![rate])];
        bench.measured(Measured::new(&format!("sandbox-{clients}"), &about, Unit::PerSecond, figures))?;
    }
    Ok(())
}

/// Has a fresh sandbox carry out the orders, shared among so many clients, and tells how long it took.
async fn carry_out(clients: usize) -> Outcome<Duration> {
    let sandbox = Arc::new(Sandbox::builder().start().await?);
    let orders = (0..ORDERS).map(prepare).collect::<Outcome<Vec<_>>>()?;
    let endpoint = Environment::Custom(sandbox.endpoint());
    let client = Client::builder(endpoint, Credentials::new("reseller", "sandbox")).build()?;
    let started = Instant::now();
    let mut tasks = Vec::new();
    for orders in orders.chunks(ORDERS.div_ceil(clients)) {
        let (sandbox, client, orders) = (Arc::clone(&sandbox), client.clone(), orders.to_vec());
        tasks.push(tokio::spawn(async move {
            for order in &orders {
                certify(&sandbox, &client, order).await?;
            }
            Outcome::Ok(())
        }));
    }
    for task in tasks {
        task.await??;
    }
    Ok(started.elapsed())
}

/// An order of one name under a key of its own.
fn prepare(number: usize) -> Outcome<QuickOrder> {
    let name = format!("shop-{number}.example.com");
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?;
    let csr = CertificateRequest::builder().common_name(&name).sign(&key)?.to_pem();
    let parameters = OrderParameters::new(csr, "customer-7", "601");
    let mut order = OrderRequest::new(parameters, RequestorInfo::new("jan@example.com", "Jan", "Nowak"));
    order.san_approver = Some(SanApprover::new(ApproverMethod::DnsTxtPrefix));
    order.san_entries = vec![SanEntry::new(name)];
    Ok(QuickOrder::from(order))
}

async fn certify(sandbox: &Sandbox, client: &Client, order: &QuickOrder) -> Outcome<()> {
    let placed = client.call(order).await?;
    let verification = placed.san_verification.ok_or("nothing to prove")?;
    for name in &verification.fqdns {
        sandbox.publish_dns(DnsRecord::txt(&format!("_certum.{name}"), &verification.code)?);
    }
    client.call(&PerformSanVerification::new(verification.code)).await?;
    let issued = client.call(&GetCertificate::by_order_id(placed.order_id)).await?;
    issued.certificate_details.map(|_| ()).ok_or_else(|| "no certificate".into())
}
