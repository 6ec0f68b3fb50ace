//! What every call stands on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use cert_domain::Mode;
use cert_lifecycle::records::Records;
use cert_lifecycle::{Clock, Lifecycle, ServiceId};
use jiff::{SignedDuration, Timestamp};

use crate::inbox::Inbox;
use crate::metrics::Metrics;

/// The gateway.
pub(crate) struct Gateway {
    pub(crate) lifecycle: Lifecycle,
    /// Tokens, owners, answers, facts, webhooks, by the clock on the wall.
    pub(crate) records: Records,
    /// Which of the CA's services is behind it, if that is known.
    pub(crate) mode: Option<Mode>,
    pub(crate) inbox: Inbox,
    pub(crate) metrics: Arc<Metrics>,
    /// The description of all routes.
    pub(crate) document: String,
    pub(crate) asked: Asked,
    /// The clock of the services, which a sandbox can move on.
    pub(crate) clock: Arc<dyn Clock>,
    /// Whether webhooks may be on this machine and in inner networks.
    pub(crate) webhooks_inside: bool,
}

/// How long an answer of the CA is taken for the one that it would give now.
const FRESH: Duration = Duration::from_secs(5);
/// How long a service is not worked on again at somebody's wish while nothing happens to it.
const PAUSE: SignedDuration = SignedDuration::from_secs(1);

/// What hosts asked for just now, so that none of them can have the CA asked without end.
#[derive(Default)]
pub(crate) struct Asked {
    /// Whether the CA answered. Those who ask at the same time wait for the same answer.
    authority: tokio::sync::Mutex<Option<(Instant, bool)>>,
    /// When services were worked on, and their versions.
    turns: Mutex<HashMap<ServiceId, (Timestamp, u64)>>,
}

impl Asked {
    /// Whether the CA answers, or answered a moment ago.
    pub(crate) async fn authority_answers(&self, lifecycle: &Lifecycle) -> bool {
        let mut known = self.authority.lock().await;
        if let Some((at, answers)) = *known
            && at.elapsed() < FRESH
        {
            return answers;
        }
        let answers = lifecycle.authority_answers().await;
        *known = Some((Instant::now(), answers));
        answers
    }

    /// Whether it is time to work on a service that has a version: not right after somebody did, and nothing came of it.
    pub(crate) fn may_work_on(&self, id: ServiceId, version: u64, now: Timestamp) -> bool {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.retain(|_, (at, _)| now.duration_since(*at).abs() < PAUSE);
        if turns.get(&id).is_some_and(|(_, known)| *known == version) {
            return false;
        }
        turns.insert(id, (now, version));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn works_on_a_service_again_once_something_has_happened_to_it_or_time_has_passed() {
        let (asked, id) = (Asked::default(), ServiceId::for_reference("whmcs:1"));
        let at = |milliseconds: i64| Timestamp::from_millisecond(1_800_000_000_000 + milliseconds).unwrap();
        assert!(asked.may_work_on(id, 3, at(0)));
        assert!(!asked.may_work_on(id, 3, at(999)), "nothing has happened since");
        assert!(asked.may_work_on(ServiceId::for_reference("whmcs:2"), 3, at(999)));
        assert!(asked.may_work_on(id, 4, at(999)));
        assert!(!asked.may_work_on(id, 4, at(1998)));
        assert!(asked.may_work_on(id, 4, at(1999)));
        assert!(asked.may_work_on(id, 4, at(-9000)), "the clock was set back");
    }
}
