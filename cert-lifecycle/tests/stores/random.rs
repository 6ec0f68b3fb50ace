//! Whatever is asked in whatever order: the databases answer as the store in memory does.

use std::sync::Arc;

use cert_lifecycle::store::{Append, AppendError, Claim, MessageClaim, Search};
use cert_lifecycle::{MemoryStore, StateKind};
use csr_tools::PublicKeyHash;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::common::*;

/// Few services, so that what is asked concerns the same ones again and again.
const SERVICES: u32 = 4;

#[derive(Clone, Debug)]
pub(crate) enum Question {
    Append {
        service: u32,
        ahead: i64,
        append: Change,
    },
    Claim {
        token: u8,
        now: i64,
        limit: usize,
    },
    Release {
        claim: usize,
        seen: Option<u64>,
        due: Option<i64>,
    },
    ClaimMessages {
        topic: u8,
        token: u8,
        now: i64,
        limit: usize,
    },
    RemoveMessage {
        claim: usize,
    },
    PostponeMessage {
        claim: usize,
        due: i64,
    },
    Search {
        customer: Option<u8>,
        state: Option<bool>,
        due: Option<(i64, i64)>,
        name: Option<u8>,
        text: Option<u8>,
        after: Option<u32>,
        limit: usize,
    },
    MoveWatermark {
        seen: Option<u8>,
        to: u8,
    },
}

#[derive(Clone, Debug)]
pub(crate) struct Change {
    events: i64,
    due: Option<i64>,
    customer: u8,
    active: bool,
    keys: Vec<u8>,
    orders: Vec<u8>,
    names: Option<Vec<u8>>,
    messages: Vec<(u8, i64)>,
    ends_claim: Option<u8>,
}

fn change() -> impl Strategy<Value = Change> {
    let messages = prop::collection::vec((0..2_u8, 0..20_i64), 0..3);
    let orders = prop::collection::vec(0..6_u8, 0..3);
    let row = (0..3_u8, any::<bool>());
    let names = prop::option::of(prop::collection::vec(0..6_u8, 0..3));
    (
        1..3_i64,
        prop::option::of(0..20_i64),
        row,
        prop::collection::vec(0..4_u8, 0..3),
        orders,
        names,
        messages,
        prop::option::of(0..4_u8),
    )
        .prop_map(|(events, due, (customer, active), keys, orders, names, messages, ends_claim)| {
            Change { events, due, customer, active, keys, orders, names, messages, ends_claim }
        })
}

fn question() -> impl Strategy<Value = Question> {
    let due = || prop::option::of(0..20_i64);
    prop_oneof![
        4 => (0..SERVICES, prop_oneof![9 => Just(0), 1 => -1..2_i64], change())
            .prop_map(|(service, ahead, append)| Question::Append { service, ahead, append }),
        2 => (0..4_u8, 0..100_i64, 0..4_usize)
            .prop_map(|(token, now, limit)| Question::Claim { token, now, limit }),
        2 => (0..8_usize, prop::option::of(0..5_u64), due())
            .prop_map(|(claim, seen, due)| Question::Release { claim, seen, due }),
        2 => (0..2_u8, 0..4_u8, 0..100_i64, 0..4_usize)
            .prop_map(|(topic, token, now, limit)| Question::ClaimMessages { topic, token, now, limit }),
        1 => (0..8_usize).prop_map(|claim| Question::RemoveMessage { claim }),
        1 => (0..8_usize, 0..100_i64).prop_map(|(claim, due)| Question::PostponeMessage { claim, due }),
        1 => (prop::option::of(0..3_u8), prop::option::of(any::<bool>()), prop::option::of((0..20_i64, 0..20_i64)),
              prop::option::of(0..6_u8), prop::option::of(0..6_u8), prop::option::of(0..SERVICES), 0..4_usize)
            .prop_map(|(customer, state, due, name, text, after, limit)| {
                Question::Search { customer, state, due, name, text, after, limit }
            }),
        1 => (prop::option::of(0..3_u8), 0..3_u8).prop_map(|(seen, to)| Question::MoveWatermark { seen, to }),
    ]
}

fn state(active: bool) -> StateKind {
    if active { StateKind::Active } else { StateKind::Held }
}

/// A store under questions, and what it has handed out.
struct Asked {
    store: AnyStore,
    claims: Vec<Claim>,
    messages: Vec<MessageClaim>,
}

impl Asked {
    fn new(store: AnyStore) -> Self {
        Self { store, claims: Vec::new(), messages: Vec::new() }
    }

    /// The answer, in a form that can be compared.
    async fn ask(&mut self, question: &Question) -> String {
        match question.clone() {
            Question::Append { service, ahead, append } => {
                let version =
                    self.store.summary(id(service)).await.unwrap().map_or(0, |summary| summary.version);
                let expected_version = version.saturating_add_signed(ahead);
                let mut row = row(&format!("customer-{}", append.customer));
                row.state = state(append.active);
                row.common_name =
                    append.names.iter().flatten().next().map(|number| format!("{number}-{service}"));
                let messages = append.messages.iter().enumerate();
                let append = Append {
                    id: id(service),
                    expected_version,
                    events: (0..append.events).map(resumed).collect(),
                    row,
                    due_at: append.due.map(at),
                    keys: append.keys.iter().map(|byte| PublicKeyHash::from_bytes([*byte; 32])).collect(),
                    orders: append.orders.iter().map(|number| order(&format!("order-{number}"))).collect(),
                    names: append
                        .names
                        .map(|names| names.iter().map(|number| format!("{number}.example.com")).collect()),
                    messages: messages
                        .map(|(number, (topic, due))| {
                            message(&topic.to_string(), &format!("{service} {version} {number}"), *due)
                        })
                        .collect(),
                    ends_claim: append.ends_claim.map(|token| token.to_string()),
                };
                match self.store.append(append).await {
                    Ok(()) => "appended".into(),
                    Err(
                        refusal @ (AppendError::Conflict | AppendError::KeyTaken | AppendError::OrderTaken),
                    ) => refusal.to_string(),
                    Err(other) => panic!("{other:?}"),
                }
            }
            Question::Claim { token, now, limit } => {
                let claims = claim(&self.store, &token.to_string(), now, limit).await;
                self.claims.extend(claims.clone());
                format!("{claims:?}")
            }
            Question::Release { claim, seen, due } => {
                if let Some(claim) = self.claims.iter().rev().nth(claim) {
                    self.store.release(claim, release(seen, due)).await.unwrap();
                }
                "released".into()
            }
            Question::ClaimMessages { topic, token, now, limit } => {
                let request = request(&token.to_string(), now, limit);
                let claims = self.store.claim_messages(&topic.to_string(), request).await.unwrap();
                self.messages.extend(claims.clone());
                format!("{claims:?}")
            }
            Question::RemoveMessage { claim } => {
                if let Some(claim) = self.messages.iter().rev().nth(claim) {
                    self.store.remove_messages(&[claim.id]).await.unwrap();
                }
                "removed".into()
            }
            Question::PostponeMessage { claim, due } => {
                if let Some(claim) = self.messages.iter().rev().nth(claim) {
                    self.store.postpone_message(claim, at(due)).await.unwrap();
                }
                "postponed".into()
            }
            Question::Search { customer, state: active, due, name, text, after, limit } => {
                let search = Search {
                    customer: customer.map(|number| format!("customer-{number}")),
                    state: active.map(state),
                    due: due.map(|(from, to)| at(from)..at(to)),
                    name: name.map(|number| format!("{number}.example.com")),
                    // Some are the beginning of a common name, some are an order.
                    text: text.map(|number| match number {
                        0..3 => format!("{number}-"),
                        _ => format!("order-{number}"),
                    }),
                    after: after.map(id),
                    limit,
                    ..Search::default()
                };
                format!("{:?}", self.store.search(search).await.unwrap())
            }
            Question::MoveWatermark { seen, to } => {
                let seen = seen.map(|seen| seen.to_string());
                let moved = self.store.move_watermark("sync", seen.as_deref(), &to.to_string()).await;
                format!("{:?}", moved.unwrap())
            }
        }
    }

    /// All that can be read.
    async fn everything(&self) -> String {
        let mut told = format!("{:?} {:?}", self.store.next_due().await, self.store.watermark("sync").await);
        for number in 0..SERVICES {
            let history = self.store.history(id(number)).await.unwrap();
            let summary = self.store.summary(id(number)).await.unwrap();
            told.push_str(&format!("\n{summary:?} {history:?}"));
        }
        for number in 0..6 {
            let key = PublicKeyHash::from_bytes([number; 32]);
            let order = order(&format!("order-{number}"));
            let owners = (self.store.service_of_key(&key).await, self.store.service_of_order(&order).await);
            told.push_str(&format!("\n{owners:?}"));
        }
        told
    }
}

/// Asks both stores the same, and holds their answers against each other.
pub(crate) async fn compare(store: AnyStore, questions: &[Question]) {
    let mut theirs = Asked::new(store);
    let mut ours = Asked::new(Arc::new(MemoryStore::new()));
    for question in questions {
        assert_eq!(theirs.ask(question).await, ours.ask(question).await, "{question:?}");
    }
    assert_eq!(theirs.everything().await, ours.everything().await);
}

/// Comes up with questions, and shortens those that fail.
pub(crate) fn check(cases: u32, ask: impl Fn(&[Question])) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let questions = prop::collection::vec(question(), 1..60);
    TestRunner::new(config)
        .run(&questions, |questions| {
            ask(&questions);
            Ok(())
        })
        .unwrap();
}

#[cfg(feature = "sqlite")]
#[test]
fn answers_as_the_store_in_memory_does() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    check(200, |questions| {
        runtime.block_on(async {
            let store = cert_lifecycle::SqliteStore::in_memory().await.unwrap();
            compare(Arc::new(store), questions).await;
        });
    });
}
