//! Services that a program has at hand, beside the store that they come from, others who append to it, and what goes wrong
//! on the way.

use std::mem;
use std::sync::{Arc, LazyLock, Mutex};

use async_trait::async_trait;
use cert_domain::Form;
use cert_lifecycle::service::{Event, RecordedEvent, replay};
use cert_lifecycle::store::{Append, AppendError};
use cert_lifecycle::{Certum, Error, Lifecycle, OrderId, Service, ServiceId, SqliteStore, Store, StoreError};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::common::{certum, offer};
use crate::stores::{Obstacle, Obstructed};

/// What becomes of an append.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Fate {
    #[default]
    Stored,
    /// It never reaches the store.
    Lost,
    /// It is stored, and nobody hears of it.
    Unanswered,
    /// Somebody else appends first.
    Overtaken,
}

/// The way between a program and the store.
#[derive(Default)]
struct Way {
    /// What becomes of the next append.
    next: Mutex<Fate>,
    /// After which version each history was read.
    read: Mutex<Vec<u64>>,
}

#[async_trait]
impl Obstacle for Arc<Way> {
    async fn append(&self, store: &SqliteStore, append: Append) -> Result<(), AppendError> {
        let fate = mem::take(&mut *self.next.lock().unwrap());
        match fate {
            Fate::Stored => return store.append(append).await,
            Fate::Lost => {}
            Fate::Unanswered => store.append(append).await?,
            Fate::Overtaken => {
                if let Some(summary) = store.summary(append.id).await? {
                    let order_id =
                        OrderId::from_authority(format!("order-{}-{}", append.id, summary.version));
                    let event = RecordedEvent {
                        at: Timestamp::UNIX_EPOCH,
                        by: None,
                        event: Event::StrayOrder { order_id, placed_at: None },
                    };
                    let (expected_version, events) = (summary.version, vec![event]);
                    store.append(Append { expected_version, events, ..append.clone() }).await?;
                }
                return store.append(append).await;
            }
        }
        Err(StoreError::Unavailable("the line is dead".into()).into())
    }

    async fn history_after(
        &self,
        store: &SqliteStore,
        id: ServiceId,
        version: u64,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read.lock().unwrap().push(version);
        store.history_after(id, version).await
    }
}

/// A program over a store, which may not be the only one.
struct Program {
    lifecycle: Lifecycle,
    way: Arc<Way>,
}

impl Program {
    fn over(store: &SqliteStore, at_hand: usize) -> Self {
        /// Nothing here is asked of it.
        static CA: LazyLock<Certum> = LazyLock::new(|| certum("http://ca.example.com/"));

        let way = Arc::new(Way::default());
        let store = Obstructed { store: store.clone(), obstacle: Arc::clone(&way) };
        let lifecycle = Lifecycle::builder(store, CA.clone()).cache(at_hand).build();
        Self { lifecycle, way }
    }

    /// After which versions histories were read since somebody last asked.
    fn read(&self) -> Vec<u64> {
        mem::take(&mut *self.way.read.lock().unwrap())
    }

    async fn sell(&self) -> ServiceId {
        self.lifecycle.create_service(offer("601"), "customer-7".parse().unwrap()).await.unwrap()
    }

    /// Asks for something. Whether it is possible by now does not matter.
    async fn ask(&self, id: ServiceId, what: usize, fate: Fate) -> Result<(), Error> {
        *self.way.next.lock().unwrap() = fate;
        let asked = match what {
            0 => self.lifecycle.suspend(id).await,
            1 => self.lifecycle.unsuspend(id).await,
            2 => self.lifecycle.request_cancellation(id, "moved away", true).await,
            3 => self.lifecycle.withdraw_cancellation(id).await,
            number => {
                let names = vec![format!("shop-{number}.example.com").as_str().into()];
                self.lifecycle.save_draft(id, &Form { names, ..Form::default() }).await
            }
        };
        *self.way.next.lock().unwrap() = Fate::Stored;
        asked
    }
}

/// A service as its whole history tells it.
async fn told(store: &SqliteStore, id: ServiceId) -> Service {
    replay(id, store.history(id).await.unwrap()).unwrap().unwrap()
}

#[derive(Clone, Debug)]
enum Step {
    Look { program: usize, service: usize },
    Ask { program: usize, service: usize, what: usize, fate: Fate },
}

fn step() -> impl Strategy<Value = Step> {
    let fate = prop_oneof![
        6 => Just(Fate::Stored),
        1 => Just(Fate::Lost),
        1 => Just(Fate::Unanswered),
        1 => Just(Fate::Overtaken),
    ];
    prop_oneof![
        (0..3_usize, 0..3_usize).prop_map(|(program, service)| Step::Look { program, service }),
        (0..3_usize, 0..3_usize, 0..8_usize, fate).prop_map(|(program, service, what, fate)| Step::Ask {
            program,
            service,
            what,
            fate
        }),
    ]
}

async fn walk(steps: &[Step]) {
    let store = SqliteStore::in_memory().await.unwrap();
    // One that has to let go of a service for each that it takes up, one with room for all, and one without any.
    let programs = [1, 3, 0].map(|at_hand| Program::over(&store, at_hand));
    let mut services = Vec::new();
    for program in &programs {
        services.push(program.sell().await);
    }
    for step in steps {
        match *step {
            Step::Look { program, service } => {
                let id = services[service];
                let seen = programs[program].lifecycle.service(id).await.unwrap();
                assert_eq!(seen, told(&store, id).await);
            }
            Step::Ask { program, service, what, fate } => {
                match programs[program].ask(services[service], what, fate).await {
                    Ok(()) | Err(Error::NotAllowed(_) | Error::Store(_)) => {}
                    Err(error) => panic!("{error:?}"),
                }
            }
        }
    }
    for (program, id) in programs.iter().flat_map(|program| services.iter().map(move |id| (program, *id))) {
        assert_eq!(program.lifecycle.service(id).await.unwrap(), told(&store, id).await);
    }
}

#[test]
fn tells_what_the_store_tells_whoever_appends_and_whatever_gets_lost() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let config = Config { cases: 100, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&prop::collection::vec(step(), 1..60), |steps| {
            runtime.block_on(walk(&steps));
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn reads_what_is_new_alone() {
    let store = SqliteStore::in_memory().await.unwrap();
    let (here, there) = (Program::over(&store, 8), Program::over(&store, 8));
    let id = here.sell().await;
    here.ask(id, 0, Fate::Stored).await.unwrap();
    here.read();
    here.ask(id, 1, Fate::Stored).await.unwrap();
    here.lifecycle.service(id).await.unwrap();
    assert_eq!(here.read(), [2, 3], "its own are known");
    there.lifecycle.service(id).await.unwrap();
    there.ask(id, 0, Fate::Stored).await.unwrap();
    assert_eq!(there.read(), [0, 3]);
    for after in [3, 4] {
        assert_eq!(here.lifecycle.service(id).await.unwrap().version, 4);
        assert_eq!(here.read(), [after]);
    }
}

#[tokio::test]
async fn reads_all_of_a_service_once_others_were_used_since() {
    let store = SqliteStore::in_memory().await.unwrap();
    for (at_hand, expected) in [(0, [0, 0, 0]), (1, [1, 0, 0]), (2, [1, 1, 1])] {
        let program = Program::over(&store, at_hand);
        let (other, id) = (program.sell().await, program.sell().await);
        program.read();
        for asked in [id, other, id] {
            program.lifecycle.service(asked).await.unwrap();
        }
        assert_eq!(program.read(), expected, "{at_hand} at hand");
    }
}

#[tokio::test]
async fn reads_all_of_a_service_again_when_an_append_did_not_succeed() {
    let store = SqliteStore::in_memory().await.unwrap();
    let program = Program::over(&store, 8);
    let id = program.sell().await;
    for (fate, version) in [(Fate::Lost, 1), (Fate::Unanswered, 2)] {
        assert!(matches!(program.ask(id, 0, fate).await, Err(Error::Store(_))), "{fate:?}");
        program.read();
        let service = program.lifecycle.service(id).await.unwrap();
        assert_eq!((service.version, program.read()), (version, vec![0]), "{fate:?}");
    }
    // Another was faster: what was asked for is decided again, on all that happened.
    program.ask(id, 1, Fate::Overtaken).await.unwrap();
    assert_eq!((told(&store, id).await.version, program.read()), (4, vec![2, 0]));
}
