//! A database full of services that wait to be ordered: copies of one that a customer has filled in.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cert_domain::Instruction;
use cert_lifecycle::{
    Backoff, Certum, Lifecycle, PostgresStore, ProofPublisher, PublishError, ServiceId, StateKind,
    WorkerPolicy,
};
use certum_api::{Client, Credentials, Environment};
use certum_sandbox::{DnsRecord, Sandbox};

use super::server::Server;
use crate::{Outcome, shop};

/// When services are due that nobody has asked for: long after all of this.
pub(crate) const LATE: i64 = 4_000_000_000_000;

const CUSTOMER: &str = "customer-of-the-template";

/// The service that all others are copies of, and the certificate that its request leads to.
pub(crate) struct Template {
    id: ServiceId,
    /// The certificate and those above it, in base64.
    pub(crate) certificate: String,
}

struct Names(Arc<Sandbox>);

#[async_trait]
impl ProofPublisher for Names {
    async fn publish(&self, instruction: &Instruction) -> Result<(), PublishError> {
        let (name, value) = instruction.txt_record().ok_or(PublishError::Unsupported)?;
        self.0.publish_dns(DnsRecord::txt(name, value).map_err(|_| PublishError::Unsupported)?);
        Ok(())
    }
    async fn withdraw(&self, _: &Instruction) -> Result<(), PublishError> {
        Ok(())
    }
}

impl Template {
    /// Has a customer fill in a form and the sandbox issue the certificate, in a database that has no other service yet.
    pub(crate) async fn make(store: PostgresStore, seed: u64) -> Outcome<Self> {
        let builder = Sandbox::builder().seed(seed).credentials("reseller", "sandbox");
        let sandbox = Arc::new(builder.issue_delay(jiff::SignedDuration::ZERO).start().await?);
        let endpoint = Environment::Custom(sandbox.endpoint());
        let client = Client::builder(endpoint, Credentials::new("reseller", "sandbox")).build()?;
        let mut policy = WorkerPolicy::default();
        policy.poll = Backoff::new(Duration::from_millis(20), Duration::from_millis(100));
        let lifecycle = Lifecycle::builder(store, Certum::new(client))
            .policy(policy)
            .publisher(Names(Arc::clone(&sandbox)))
            .build();
        let id = lifecycle.create_service(shop::offer()?, CUSTOMER.parse()?).await?;
        lifecycle.configure(id, &shop::form(&shop::name(0))?).await?;
        for _ in 0..500 {
            lifecycle.worker().tick().await?;
            let service = lifecycle.service(id).await?;
            if let (StateKind::Active, Some(certificate)) = (service.state.kind(), service.certificate()) {
                let issued = &certificate.certificate;
                let all: Vec<_> =
                    std::iter::once(&issued.pem).chain(issued.chain.iter()).map(|pem| bare(pem)).collect();
                return Ok(Self { id, certificate: all.join(" ") });
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err("the template got no certificate".into())
    }

    /// So many copies, as they were when the form was filled in. Each has a customer and, for all that the store's ledger
    /// knows, a key of its own.
    pub(crate) fn copy(&self, server: &Server, schema: &str, services: u64) -> Outcome<()> {
        let template = self.id;
        let number = id("n");
        let last = services.checked_sub(1).ok_or("no services")?;
        server.run(&format!(
            "SET session_replication_role = replica; -- the copies refer to what is there
             INSERT INTO {schema}.services (id, version, state, customer, product, common_name, stray_orders, due_at)
             SELECT {number}, 2, 'ordering', 'customer-' || n, product, common_name, 0, {LATE} + n::bigint
             FROM generate_series(0, {last}) AS n, public.services WHERE id = '{template}';
             INSERT INTO {schema}.events (service_id, version, at, actor, body)
             SELECT {number}, version, at, actor, replace(body, '{CUSTOMER}', 'customer-' || n)
             FROM generate_series(0, {last}) AS n, public.events WHERE service_id = '{template}' AND version <= 2;
             INSERT INTO {schema}.public_keys (hash, service_id)
             SELECT lpad(to_hex(n), 64, '0'), {number} FROM generate_series(0, {last}) AS n;
             -- As many orders as there would be: PostgreSQL reads small tables through.
             INSERT INTO {schema}.orders (id, service_id)
             SELECT 'order-of-before-' || n, '{template}' FROM generate_series(0, {last}) AS n;
             INSERT INTO {schema}.names (service_id, name)
             SELECT {number}, name FROM generate_series(0, {last}) AS n, public.names
             WHERE service_id = '{template}'"
        ));
        server.run("VACUUM ANALYZE");
        server.run("CHECKPOINT");
        Ok(())
    }
}

/// PEM without its lines.
fn bare(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with('-')).collect()
}

/// The identifier of the copy of a number, in SQL.
pub(crate) fn id(number: &str) -> String {
    format!("('0193a5c0-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid")
}

/// The same, as the beginning of its orders' identifiers.
pub(crate) fn simple_id(number: u64) -> String {
    format!("0193a5c0000070008000{number:012x}")
}
