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
        let Some(known) = self.lock().and_then(|mut at_hand| at_hand.get(&id).cloned()) else {
            let service = replay(id, self.store.history(id).await?)?;
            service.iter().for_each(|service| self.keep(service));
            return Ok(service);
        };
        let news = self.store.history_after(id, known.version).await?;
        if news.is_empty() {
            return Ok(Some(known));
        }
        // What can't follow may be our mistake, not the store's: the next one who asks reads all of it.
        let service = replay_after(known, news).inspect_err(|_| self.forget(id))?;
        self.keep(&service);
        Ok(Some(service))
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
