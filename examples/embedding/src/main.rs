//! A host that sells a certificate, publishes its proofs, and prints what customers are told: two years in one run.
use cert_domain::*;
use cert_lifecycle::compose::StandardTexts;
use cert_lifecycle::delivery::Message;
use cert_lifecycle::vault::{KeyVault, MemoryKeyStore, Passphrase, PassphraseId, SinglePassphrase};
use cert_lifecycle::{Certum, Lifecycle, NewService, ProofPublisher, PublishError, SqliteStore};
use certum_api::{Client, Credentials, Environment};
use certum_sandbox::{DnsRecord, Sandbox, SandboxClock};
use std::sync::Arc;

struct NameServer(Arc<Sandbox>);

#[async_trait::async_trait]
impl ProofPublisher for NameServer {
    async fn publish(&self, instruction: &Instruction) -> Result<(), PublishError> {
        let (name, value) = instruction.txt_record().ok_or(PublishError::Unsupported)?;
        self.0.publish_dns(DnsRecord::txt(name, value).map_err(|_| PublishError::Unsupported)?);
        Ok(())
    }
    async fn withdraw(&self, _: &Instruction) -> Result<(), PublishError> {
        Ok(()) // An old record harms nobody.
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let clock = SandboxClock::fixed("2026-11-22T12:00:00Z".parse()?);
    let sandbox = Sandbox::builder().clock(clock.clone()).credentials("user", "password").start().await?;
    let (sandbox, now) = (Arc::new(sandbox), move || clock.now());
    let (here, login) = (Environment::Custom(sandbox.endpoint()), Credentials::new("user", "password"));
    let certum = Certum::new(Client::builder(here, login).build()?);
    let passphrase = SinglePassphrase::new(PassphraseId::new("1"), Passphrase::new("correct horse battery")?);
    let lifecycle = Lifecycle::builder(SqliteStore::in_memory().await?, certum)
        .clock(now.clone())
        .vault(KeyVault::new(MemoryKeyStore::new(), passphrase, now.clone()))
        .publisher(NameServer(sandbox.clone()))
        .tell_people(StandardTexts::new("Example Hosting"), move |message: &Message| {
            println!("{} {}", now(), message.subject);
        })
        .build();
    let product = Catalogue::built_in().product(&"601".parse()?)?.clone();
    let yearly = Billing::Recurring { price: Money::new(4900, Currency::PLN), cycle: BillingCycle::Annually };
    let offer = Offer::new(product, VerificationMethod::DnsTxtPrefix)?.with_billing(yearly);
    let key = KeyChoice::Generate { algorithm: csr_tools::KeyAlgorithm::EcdsaP256, keep: true };
    let contact = ContactForm::new("Jan", "Nowak", "jan@example.com");
    let mut form = Form { key, contact, names: vec!["shop.example.com".into()], ..Form::default() };
    let new = NewService::new(offer, "customer-7".parse()?).with_language(Language::English);
    let service = lifecycle.create(new).await?;
    form.csr = lifecycle.generate_request(service, &form).await?.csr;
    lifecycle.configure(service, &form).await?;
    for paid_on in ["2026-11-22", "2027-11-07"] {
        lifecycle.receive_payment(service, None, paid_on.parse()?).await?;
        for _ in 0..350 * 4 {
            lifecycle.worker().tick().await?;
            sandbox.advance_clock(jiff::SignedDuration::from_hours(6))?;
        }
    }
    Ok(())
}
