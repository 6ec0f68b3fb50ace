//! Who works on which service by one lifecycle.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

use crate::ServiceId;

/// The services that a lifecycle works on right now.
///
/// Two who work on one service buy nothing twice, but each doubts what the other learnt: calls go out twice, and a code that
/// the customer was told may be replaced. Between processes the lease of a worker keeps that rare. Somebody who
/// [attends](crate::Lifecycle::attend) to a service waits for no lease, but for whoever works on it by the same lifecycle.
#[derive(Default)]
pub(crate) struct Turns {
    services: Mutex<HashSet<ServiceId>>,
    ended: Notify,
}

/// A turn at a service, for as long as this is kept.
pub(crate) struct InTurn<'a> {
    turns: &'a Turns,
    /// None if patience ran out.
    service: Option<ServiceId>,
    follows_another: bool,
}

impl InTurn<'_> {
    /// Whether another turn at the service ended while this one was waited for.
    pub(crate) fn follows_another(&self) -> bool {
        self.follows_another
    }
}

impl Turns {
    /// Waits until nobody else works on a service, but not for ever: a turn may be neither gone on with nor dropped.
    pub(crate) async fn begin(&self, service: ServiceId, patience: Duration) -> InTurn<'_> {
        let is_free = self.services().insert(service);
        let follows_another = !is_free && timeout(patience, self.wait(service)).await.is_ok();
        InTurn { turns: self, service: (is_free || follows_another).then_some(service), follows_another }
    }

    async fn wait(&self, service: ServiceId) {
        loop {
            let mut ended = std::pin::pin!(self.ended.notified());
            // Before the look, so that a turn that ends right after it is heard of.
            ended.as_mut().enable();
            if self.services().insert(service) {
                return;
            }
            ended.await;
        }
    }

    fn services(&self) -> MutexGuard<'_, HashSet<ServiceId>> {
        self.services.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InTurn<'_> {
    fn drop(&mut self) {
        if let Some(service) = self.service {
            self.turns.services().remove(&service);
            self.turns.ended.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    #[tokio::test]
    async fn lets_one_at_a_service_at_a_time_and_others_at_others() {
        let turns = Turns::default();
        let [mine, other] = ["whmcs:1", "whmcs:2"].map(ServiceId::for_reference);
        let first = turns.begin(mine, LONG).now_or_never().unwrap();
        assert!(turns.begin(other, LONG).now_or_never().is_some());
        let mut second = std::pin::pin!(turns.begin(mine, LONG));
        assert!(second.as_mut().now_or_never().is_none());
        drop(first);
        let second = second.now_or_never().unwrap();
        assert!(second.follows_another());
        assert!(turns.begin(mine, LONG).now_or_never().is_none());
        drop(second);
        assert!(turns.begin(mine, LONG).now_or_never().is_some());
    }

    #[tokio::test]
    async fn waits_for_nobody_for_ever_and_ends_no_turn_but_its_own() {
        let turns = Turns::default();
        let service = ServiceId::for_reference("whmcs:1");
        let forgotten = turns.begin(service, LONG).await;
        let impatient = turns.begin(service, Duration::ZERO).await;
        assert!(!impatient.follows_another());
        drop(impatient);
        assert!(
            turns.begin(service, LONG).now_or_never().is_none(),
            "whoever gave up ended the other's turn"
        );
        drop(forgotten);
        assert!(turns.begin(service, LONG).now_or_never().is_some());
    }
}
