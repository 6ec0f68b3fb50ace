//! The host's ear: what it is told, sometimes twice, and not while it can't be reached.

use std::sync::Arc;

use async_trait::async_trait;
use cert_lifecycle::ServiceId;
use cert_lifecycle::delivery::{Deliver, Delivery, Fact};

use crate::FaultKind;
use crate::seen::Seen;
use crate::world::World;

#[derive(Clone)]
pub(crate) struct Ear(pub(crate) Arc<World>);

#[async_trait]
impl Deliver<Fact> for Ear {
    async fn deliver(&self, fact: &Fact) -> Delivery {
        /// How often the host's word that it has heard gets lost, in millionths.
        const ODDS: u64 = 10_000;

        let world = &self.0;
        world.stage.pass().await;
        if world.weather.host_down.cover(world.now()) {
            world.struck(FaultKind::HostDown);
            return Delivery::Later { reason: "the host can't be reached".to_owned(), wait: None };
        }
        let service = fact.data.get("service").and_then(|service| service.as_str());
        let number =
            service.and_then(|service| service.parse::<ServiceId>().ok()).and_then(|id| world.number(id));
        let Some(number) = number else {
            return Delivery::Never { reason: "no service of that name was sold".to_owned() };
        };
        world.see(Seen::Told { number, fact });
        let odds = ODDS * u64::from(world.settings.share(FaultKind::HostTwice)) / 1000;
        let is_unheard = {
            let mut state = world.lock();
            state.inbox.push((number, fact.clone()));
            state.around.of(Some(number)).ppm(odds)
        };
        world.stage.pass().await;
        if is_unheard {
            world.struck(FaultKind::HostTwice);
            return Delivery::Later { reason: "the host did not say".to_owned(), wait: None };
        }
        Delivery::Delivered
    }
}
