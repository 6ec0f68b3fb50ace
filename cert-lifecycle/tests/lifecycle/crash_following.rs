//! A process that dies on the way to a reissue or a renewal. A real process, killed for real.

use std::path::Path;

use cert_lifecycle::{Service, ServiceId, SqliteStore, StateKind};
use certum_sandbox::{CallOutcome, Sandbox};
use jiff::SignedDuration;

use crate::common::{Shop, certum, form};
use crate::crash::life;
use crate::desk::{any_offer, reissue_of, renewal_of, sandbox_with};

/// Which successor is under way.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// With a name to prove; the CA names the order as the one before, or anew.
    Reissue {
        keeps_order_id: bool,
    },
    Renewal,
}

impl Way {
    const ALL: [Self; 3] =
        [Self::Reissue { keeps_order_id: true }, Self::Reissue { keeps_order_id: false }, Self::Renewal];

    fn operation(self) -> &'static str {
        match self {
            Self::Reissue { .. } => "reissueCertificate",
            Self::Renewal => "renewCertificate",
        }
    }
}

/// A service with a certificate and a successor that is to be ordered, in a database that other processes can open.
async fn begun(directory: &Path, way: Way) -> (Shop, ServiceId) {
    let sandbox = sandbox_with(!matches!(way, Way::Reissue { keeps_order_id: false })).await;
    let authority = certum(sandbox.endpoint().as_str());
    let store = SqliteStore::open(directory.join("services.db")).await.unwrap();
    let shop = Shop::with(sandbox, store, authority);
    let mut offer = any_offer("931");
    offer.allow_more_domains = true;
    let id = shop.lifecycle.create_service(offer, "customer-7".parse().unwrap()).await.unwrap();
    shop.lifecycle.configure(id, &form(&["a.example.com"], "dns")).await.unwrap();
    shop.prove_when_told(id).await;
    let service = shop.finish(id).await;
    match way {
        Way::Reissue { .. } => {
            let mut reissue = reissue_of(&service);
            reissue.added = vec!["b.example.org".into()];
            shop.lifecycle.reissue(id, &reissue).await.unwrap();
        }
        Way::Renewal => shop.lifecycle.renew(id, &renewal_of(&service)).await.unwrap(),
    }
    (shop, id)
}

fn purchases(sandbox: &Sandbox, operation: &str) -> usize {
    let calls = sandbox.calls().into_iter();
    calls
        .filter(|call| call.operation.as_deref() == Some(operation) && call.outcome == CallOutcome::Success)
        .count()
}

/// Goes on after the crash, and checks that there is one successor.
async fn recover(shop: &Shop, id: ServiceId, way: Way, circumstances: &str) {
    // The lease of the dead ends.
    shop.pass(60 * 60).await;
    if let Way::Reissue { .. } = way {
        shop.prove_when_told(id).await;
    }
    let has_successor =
        |service: &Service| service.state.kind() == StateKind::Active && service.certificates.len() == 2;
    let service = shop.until(id, has_successor).await;
    assert_eq!(purchases(&shop.sandbox, way.operation()), 1, "{way:?} {circumstances}");
    assert!(service.stray_orders.is_empty(), "{way:?} {circumstances}");
}

#[tokio::test]
async fn finds_one_successor_wherever_the_process_died() {
    for way in Way::ALL {
        let mut deaths = Vec::new();
        for die_at in 1.. {
            let directory = tempfile::tempdir().unwrap();
            let (shop, id) = begun(directory.path(), way).await;
            let Some(death) = life(&shop, directory.path(), &die_at.to_string()).await else { break };
            recover(&shop, id, way, &death).await;
            deaths.push(death);
        }
        for death in
            ["after storing the intent", "before placing", "after placing", "before storing the order"]
        {
            assert!(deaths.iter().any(|known| known == death), "nobody died {death}: {deaths:?}");
        }
    }
}

/// The second life finds an intent of unknown outcome, and dies too: with the order placed, and without.
#[tokio::test]
async fn finds_one_successor_wherever_the_process_died_again() {
    for way in Way::ALL {
        let mut deaths = Vec::new();
        for first_death in ["before placing", "after placing"] {
            for die_at in 1.. {
                let directory = tempfile::tempdir().unwrap();
                let (shop, id) = begun(directory.path(), way).await;
                assert_eq!(life(&shop, directory.path(), first_death).await.as_deref(), Some(first_death));
                shop.sandbox.advance_clock(SignedDuration::from_hours(1)).unwrap();
                let Some(death) = life(&shop, directory.path(), &die_at.to_string()).await else { break };
                recover(&shop, id, way, &format!("{first_death}, then {death}")).await;
                deaths.push(death);
            }
        }
        for death in [
            "before listing",
            "after listing",
            "after storing that there is no order",
            "after placing",
            "before storing the order",
        ] {
            assert!(deaths.iter().any(|known| known == death), "nobody died {death}: {deaths:?}");
        }
    }
}
