//! Services as the store tells them, with those at hand that were used last.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;

use crate::ServiceId;
use crate::error::Error;
use crate::service::{Service, replay, replay_after};
use crate::store::Store;

/// Reads services. Of one that is at hand only what is new to it is read, so that the cost does not grow with its age.
///
/// # Guarantees
/// What is read is what the store told when it was asked, whoever appended: what is at hand is never handed out without
/// asking. It is never ahead of the store: it comes from events that were read, or that were appended for certain.
///
/// # Assumptions
/// Events are only ever added, as a [`Store`] promises. Whoever puts an older copy in the place of a store starts its
/// programs anew.
pub(crate) struct Services {
    store: Arc<dyn Store>,
    at_hand: Option<Mutex<LruCache<ServiceId, Service>>>,
}

impl Services {
    /// The services of a store, with so many at hand.
    pub(crate) fn new(store: Arc<dyn Store>, at_hand: usize) -> Self {
        let at_hand = NonZeroUsize::new(at_hand).map(|most| Mutex::new(LruCache::new(most)));
        Self { store, at_hand }
    }

    /// A service as it is now.
    pub(crate) async fn load(&self, id: ServiceId) -> Result<Option<Service>, Error> {
        let known = self.lock().and_then(|mut at_hand| at_hand.get(&id).cloned());
        let service = self.read(id, known).await?;
        service.iter().for_each(|service| self.keep(service));
        Ok(service)
    }

    /// A service as it is now, for whoever looks through many: what is at hand stays what it is.
    pub(crate) async fn peek(&self, id: ServiceId) -> Result<Option<Service>, Error> {
        let known = self.lock().and_then(|at_hand| at_hand.peek(&id).cloned());
        self.read(id, known).await
    }

    async fn read(&self, id: ServiceId, known: Option<Service>) -> Result<Option<Service>, Error> {
        let Some(known) = known else { return Ok(replay(id, self.store.history(id).await?)?) };
        let news = self.store.history_after(id, known.version).await?;
        if news.is_empty() {
            return Ok(Some(known));
        }
        // What can't follow may be our mistake, not the store's: the next one who asks reads all of it.
        Ok(Some(replay_after(known, news).inspect_err(|_| self.forget(id))?))
    }

    /// Has a service at hand as the store has it, unless a later version is.
    pub(crate) fn keep(&self, service: &Service) {
        let Some(mut at_hand) = self.lock() else { return };
        if at_hand.get(&service.id).is_none_or(|known| known.version < service.version) {
            at_hand.put(service.id, service.clone());
        }
    }

    /// Reads all of a service the next time.
    pub(crate) fn forget(&self, id: ServiceId) {
        if let Some(mut at_hand) = self.lock() {
            at_hand.pop(&id);
        }
    }

    fn lock(&self) -> Option<MutexGuard<'_, LruCache<ServiceId, Service>>> {
        // Whatever panicked, an entry is put or taken as a whole.
        Some(self.at_hand.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(all(test, feature = "certum"))]
mod tests {
    use cert_domain::{Catalogue, Offer, VerificationMethod};

    use crate::{Certum, Lifecycle, MemoryStore, SystemClock};

    #[tokio::test]
    async fn keeps_what_is_at_hand_when_others_are_looked_through() {
        let environment = certum_api::Environment::Test;
        let client = certum_api::Client::builder(environment, certum_api::Credentials::new("a", "b"));
        let lifecycle = Lifecycle::builder(MemoryStore::new(), Certum::new(client.build().unwrap()))
            .clock(SystemClock)
            .cache(1)
            .build();
        let product = Catalogue::built_in().product(&"601".parse().unwrap()).unwrap().clone();
        let offer = Offer::new(product, VerificationMethod::DnsTxtPrefix).unwrap();
        let sell = || lifecycle.create_service(offer.clone(), "customer-7".parse().unwrap());
        let (other, used) = (sell().await.unwrap(), sell().await.unwrap());
        let services = &lifecycle.parts.services;
        let at_hand = || services.lock().unwrap().iter().map(|(id, _)| *id).collect::<Vec<_>>();
        services.load(used).await.unwrap();
        assert_eq!(services.peek(other).await.unwrap().unwrap().id, other);
        assert_eq!(at_hand(), [used]);
        services.load(other).await.unwrap();
        assert_eq!(at_hand(), [other]);
    }
}
