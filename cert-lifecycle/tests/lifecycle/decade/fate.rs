//! What befalls a worker: nothing, a death at each border between it and the rest of the world, or the loss of answers.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use cert_domain::Instruction;
use cert_lifecycle::delivery::{Deliver, Delivery, Fact};
use cert_lifecycle::service::Event;
use cert_lifecycle::store::{Append, AppendError, Claim, ClaimRequest, MessageClaim, MessageId, Release};
use cert_lifecycle::vault::{
    Encryption, KeyPut, KeyStore, KeyStoreError, KeySummary, MemoryKeyStore, StoredKey,
};
use cert_lifecycle::{ProofPublisher, PublishError, SqliteStore, Store, StoreError};
use certum_sandbox::{DnsRecord, Fault, FaultKind, FaultPlan, FaultPoint, Sandbox};
use csr_tools::PublicKeyHash;
use tokio::sync::Notify;

use crate::common::{AtBorder, follow};
use crate::stores::Obstacle;

/// What befalls the worker, for each certificate anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing.
    Spared,
    /// It dies at each border once: before and after each call, each change of the store, each proof, key and delivery.
    Dies,
    /// The first answer of each kind of call is lost: for one certificate once the call was carried out, for the next
    /// before that.
    HearsNothing,
}

/// The borders between a worker and the rest of the world.
pub(super) struct Borders {
    fate: Fate,
    sandbox: Arc<Sandbox>,
    /// Whether it is the worker that comes along, and not the host or the customer.
    is_on_duty: AtomicBool,
    /// How many certificates were stored.
    certificates: AtomicU64,
    /// Where the fate has struck, and for which certificate.
    struck_at: Mutex<BTreeSet<(u64, String)>>,
    struck: AtomicUsize,
    died: Notify,
}

impl Borders {
    pub(super) fn new(fate: Fate, sandbox: Arc<Sandbox>) -> Arc<Self> {
        Arc::new(Self {
            fate,
            sandbox,
            is_on_duty: AtomicBool::new(false),
            certificates: AtomicU64::new(0),
            struck_at: Mutex::default(),
            struck: AtomicUsize::new(0),
            died: Notify::new(),
        })
    }

    /// Lets a worker work until it is done, or dies. Says whether it is done.
    pub(super) async fn watch(&self, work: impl Future<Output = ()>) -> bool {
        self.is_on_duty.store(true, Ordering::SeqCst);
        let is_done = tokio::select! {
            biased;
            () = self.died.notified() => false,
            () = work => true,
        };
        self.is_on_duty.store(false, Ordering::SeqCst);
        is_done
    }

    /// How often the fate has struck.
    pub(super) fn struck(&self) -> usize {
        self.struck.load(Ordering::SeqCst)
    }

    /// What happens around a call of the CA.
    pub(super) fn around_calls(self: &Arc<Self>) -> AtBorder {
        let borders = Arc::clone(self);
        Box::new(move |border| {
            let (borders, border) = (Arc::clone(&borders), border.to_owned());
            Box::pin(async move {
                borders.lose_the_answer(&border);
                borders.pass(&border).await;
            })
        })
    }

    /// A worker that dies here never gets past.
    async fn pass(&self, border: &str) {
        if self.fate == Fate::Dies && self.strikes(border) {
            self.died.notify_one();
            std::future::pending::<()>().await;
        }
    }

    fn lose_the_answer(&self, border: &str) {
        if self.fate == Fate::HearsNothing && border.starts_with("before") && self.strikes(border) {
            let is_carried_out = self.certificates.load(Ordering::SeqCst).is_multiple_of(2);
            let point = if is_carried_out { FaultPoint::AfterCommit } else { FaultPoint::BeforeCommit };
            self.sandbox.set_faults(FaultPlan::new().with(Fault::new("*", FaultKind::Drop, point).times(1)));
        }
    }

    /// Whether the worker comes along here for the first time since the last certificate.
    fn strikes(&self, border: &str) -> bool {
        let certificate = self.certificates.load(Ordering::SeqCst);
        let is_first = self.is_on_duty.load(Ordering::SeqCst)
            && self.struck_at.lock().unwrap().insert((certificate, border.to_owned()));
        if is_first {
            self.struck.fetch_add(1, Ordering::SeqCst);
        }
        is_first
    }
}

/// Borders around the store.
pub(super) struct AroundStore(pub(super) Arc<Borders>);

#[async_trait]
impl Obstacle for AroundStore {
    async fn append(&self, store: &SqliteStore, append: Append) -> Result<(), AppendError> {
        let is_certificate = |event: &Event| matches!(event, Event::CertificateIssued { .. });
        let certificates = append.events.iter().filter(|recorded| is_certificate(&recorded.event)).count();
        let what = append.events.last().map(|recorded| kind(&recorded.event)).unwrap_or_default();
        self.0.pass(&format!("before storing {what}")).await;
        store.append(append).await?;
        self.0.certificates.fetch_add(certificates as u64, Ordering::SeqCst);
        self.0.pass(&format!("after storing {what}")).await;
        Ok(())
    }
    async fn claim(&self, store: &SqliteStore, claim: ClaimRequest) -> Result<Vec<Claim>, StoreError> {
        let claims = store.claim(claim).await?;
        if !claims.is_empty() {
            self.0.pass("after claiming").await;
        }
        Ok(claims)
    }
    async fn release(&self, store: &SqliteStore, claim: &Claim, release: Release) -> Result<(), StoreError> {
        self.0.pass("before releasing").await;
        store.release(claim, release).await?;
        self.0.pass("after releasing").await;
        Ok(())
    }
    async fn claim_messages(
        &self,
        store: &SqliteStore,
        topic: &str,
        claim: ClaimRequest,
    ) -> Result<Vec<MessageClaim>, StoreError> {
        let claims = store.claim_messages(topic, claim).await?;
        if !claims.is_empty() {
            self.0.pass("after claiming messages").await;
        }
        Ok(claims)
    }
    async fn remove_messages(&self, store: &SqliteStore, ids: &[MessageId]) -> Result<(), StoreError> {
        self.0.pass("before removing messages").await;
        store.remove_messages(ids).await?;
        self.0.pass("after removing messages").await;
        Ok(())
    }
    async fn move_watermark(
        &self,
        store: &SqliteStore,
        name: &str,
        seen: Option<&str>,
        to: &str,
    ) -> Result<bool, StoreError> {
        self.0.pass(&format!("before moving {name}")).await;
        let is_moved = store.move_watermark(name, seen, to).await?;
        self.0.pass(&format!("after moving {name}")).await;
        Ok(is_moved)
    }
}

/// An event's name, as stores have it.
fn kind(event: &Event) -> String {
    let stored = serde_json::to_value(event).unwrap();
    stored["event"].as_str().unwrap().to_owned()
}

/// Publishes in the sandbox's own internet.
pub(super) struct AroundPublisher(pub(super) Arc<Borders>);

#[async_trait]
impl ProofPublisher for AroundPublisher {
    async fn publish(&self, instruction: &Instruction) -> Result<(), PublishError> {
        self.0.pass("before publishing").await;
        follow(&self.0.sandbox, instruction.clone()).await;
        self.0.pass("after publishing").await;
        Ok(())
    }
    async fn withdraw(&self, instruction: &Instruction) -> Result<(), PublishError> {
        let Instruction::TxtRecord { name, value } = instruction else {
            return Err(PublishError::Unsupported);
        };
        self.0.pass("before withdrawing").await;
        // What is gone already is as it should be.
        let _ = self.0.sandbox.withdraw_dns(&DnsRecord::txt(name, value).unwrap());
        self.0.pass("after withdrawing").await;
        Ok(())
    }
}

/// Borders around the keys.
pub(super) struct AroundKeys {
    pub(super) keys: MemoryKeyStore,
    pub(super) borders: Arc<Borders>,
}

#[async_trait]
impl KeyStore for AroundKeys {
    async fn put_if_absent(&self, key: StoredKey) -> Result<KeyPut, KeyStoreError> {
        self.borders.pass("before keeping a key").await;
        let put = self.keys.put_if_absent(key).await?;
        self.borders.pass("after keeping a key").await;
        Ok(put)
    }
    async fn get(&self, hash: &PublicKeyHash) -> Result<Option<StoredKey>, KeyStoreError> {
        self.keys.get(hash).await
    }
    async fn re_encrypt(&self, seen: &StoredKey, by: Encryption) -> Result<bool, KeyStoreError> {
        self.keys.re_encrypt(seen, by).await
    }
    async fn delete(&self, hash: &PublicKeyHash) -> Result<bool, KeyStoreError> {
        self.keys.delete(hash).await
    }
    async fn list(&self) -> Result<Vec<KeySummary>, KeyStoreError> {
        self.keys.list().await
    }
}

/// The host's ear: what it was told, and how often.
pub(super) struct Ear {
    pub(super) heard: Arc<Mutex<Vec<Fact>>>,
    pub(super) borders: Arc<Borders>,
}

#[async_trait]
impl Deliver<Fact> for Ear {
    async fn deliver(&self, fact: &Fact) -> Delivery {
        self.borders.pass("before telling the host").await;
        self.heard.lock().unwrap().push(fact.clone());
        self.borders.pass("after telling the host").await;
        Delivery::Delivered
    }
}
