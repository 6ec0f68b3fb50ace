//! Many at once.

use std::collections::HashSet;

use cert_lifecycle::store::{Append, AppendError};
use csr_tools::PublicKeyHash;
use futures::future::join_all;

use crate::common::*;

const MANY: u32 = 16;

/// What a task for each of many numbers comes to.
async fn each<T, F>(task: impl Fn(u32) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    join_all((0..MANY).map(|number| tokio::spawn(task(number))))
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect()
}

pub(crate) async fn lets_one_of_many_appends_to_a_version_through(store: AnyStore) {
    for version in 0..8_u64 {
        let outcomes = each(|number| {
            let store = store.clone();
            let append = if version == 0 { creation(id(1), None) } else { addition(id(1), version, None) };
            let append = Append { row: row(&format!("customer-{number}")), ..append };
            async move { store.append(append).await }
        })
        .await;
        let through: Vec<_> = (0..MANY).zip(&outcomes).filter(|(_, outcome)| outcome.is_ok()).collect();
        assert_eq!(through.len(), 1, "{outcomes:?}");
        assert_eq!(outcomes.iter().filter(|outcome| is_conflict(outcome)).count(), outcomes.len() - 1);
        let summary = summary(&store, id(1)).await;
        assert_eq!(summary.version, version + 1);
        assert_eq!(summary.row.customer, format!("customer-{}", through[0].0), "the row of the one that won");
    }
    assert_eq!(store.history(id(1)).await.unwrap().len(), 8);
}

pub(crate) async fn gives_a_key_to_one_of_many_who_ask_at_once(store: AnyStore) {
    let key = PublicKeyHash::from_bytes([7; 32]);
    let outcomes = each(|number| {
        let store = store.clone();
        async move { store.append(Append { keys: vec![key], ..creation(id(number), None) }).await }
    })
    .await;
    let owner = outcomes.iter().position(Result::is_ok).unwrap();
    let refused = outcomes.iter().filter(|outcome| matches!(outcome, Err(AppendError::KeyTaken)));
    assert_eq!(refused.count(), outcomes.len() - 1, "{outcomes:?}");
    let owner = id(u32::try_from(owner).unwrap());
    assert_eq!(store.service_of_key(&key).await.unwrap(), Some(owner));
    assert_eq!(found(&store, Default::default()).await, [owner]);
}

pub(crate) async fn gives_no_service_to_two_claimers(store: AnyStore) {
    const SERVICES: u32 = 100;
    for number in 0..SERVICES {
        create(&store, number, Some(i64::from(number % 7))).await;
    }
    let claims = each(|number| {
        let store = store.clone();
        async move {
            let mut mine = Vec::new();
            loop {
                let page = claimed(&store, &format!("claimer-{number}"), 10, 3).await;
                if page.is_empty() {
                    return mine;
                }
                mine.extend(page);
            }
        }
    })
    .await;
    let all: Vec<_> = claims.into_iter().flatten().collect();
    let different: HashSet<_> = all.iter().collect();
    assert_eq!(all.len(), different.len(), "one was claimed twice");
    // A claimer may pass over what another is just claiming, and stop: what is left is left to the next.
    let left = claimed(&store, "last", 10, 1000).await;
    assert_eq!(all.len() + left.len(), usize::try_from(SERVICES).unwrap());
    assert!(left.iter().all(|id| !different.contains(id)));
}

pub(crate) async fn gives_no_message_to_two_claimers(store: AnyStore) {
    const SERVICES: u32 = 40;
    for number in 0..SERVICES {
        let notices = ["1", "2", "3"].map(|body| message("notices", body, 0)).to_vec();
        store.append(Append { messages: notices, ..creation(id(number), None) }).await.unwrap();
    }
    let delivered = each(|number| {
        let store = store.clone();
        async move {
            let mut mine = Vec::new();
            loop {
                let request = request(&format!("claimer-{number}"), 0, 3);
                let page = store.claim_messages("notices", request).await.unwrap();
                if page.is_empty() {
                    return mine;
                }
                for claim in page {
                    store.remove_messages(&[claim.id]).await.unwrap();
                    mine.push(claim.id);
                }
            }
        }
    })
    .await;
    let all: Vec<_> = delivered.into_iter().flatten().collect();
    assert_eq!(all.len(), all.iter().collect::<HashSet<_>>().len(), "one was handed out twice");
    let mut rest = 0;
    loop {
        let page = store.claim_messages("notices", request("last", 0, 1000)).await.unwrap();
        if page.is_empty() {
            break;
        }
        rest += page.len();
        let ids: Vec<_> = page.into_iter().map(|claim| claim.id).collect();
        assert!(ids.iter().all(|id| !all.contains(id)));
        store.remove_messages(&ids).await.unwrap();
    }
    assert_eq!(all.len() + rest, 3 * usize::try_from(SERVICES).unwrap());
}

pub(crate) async fn moves_a_watermark_once_for_many_who_saw_the_same(store: AnyStore) {
    for seen in [None, Some("0")] {
        let moved = each(|number| {
            let store = store.clone();
            let to = if seen.is_none() { "0".to_owned() } else { format!("moved-{number}") };
            async move { store.move_watermark("sync", seen, &to).await.unwrap() }
        })
        .await;
        assert_eq!(moved.iter().filter(|moved| **moved).count(), 1, "{seen:?}");
    }
}

pub(crate) async fn loses_nothing_when_much_is_asked_at_once(store: AnyStore) {
    const APPENDS: u64 = 20;
    // Those that fail stand among those that succeed, and none takes another down.
    each(|number| {
        let store = store.clone();
        async move {
            for version in 0..APPENDS {
                let append = addition(id(number), version, Some(i64::from(number)));
                store.append(append.clone()).await.unwrap();
                assert!(is_conflict(&store.append(append).await));
                assert_eq!(store.summary(id(number)).await.unwrap().unwrap().version, version + 1);
            }
        }
    })
    .await;
    for number in 0..MANY {
        assert_eq!(store.history(id(number)).await.unwrap(), vec![resumed(1); 20]);
    }
    assert_eq!(claimed(&store, "a", 100, 100).await, (0..MANY).map(id).collect::<Vec<_>>());
}
