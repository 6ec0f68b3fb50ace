//! Claiming and releasing.

use cert_lifecycle::store::Append;

use crate::common::*;

pub(crate) async fn claims_what_is_due_once_until_the_lease_ends(store: AnyStore) {
    let due = create(&store, 1, Some(10)).await;
    create(&store, 2, Some(500)).await;
    create(&store, 3, None).await;
    assert_eq!(claimed(&store, "a", 9, 10).await, []);
    assert_eq!(store.next_due().await.unwrap(), Some(at(10)));
    assert_eq!(claimed(&store, "b", 10, 10).await, [due]);
    assert_eq!(claimed(&store, "c", 10, 10).await, [], "claimed by another");
    assert_eq!(store.next_due().await.unwrap(), Some(at(10 + LEASE)), "the end of the lease");
    assert_eq!(claimed(&store, "d", 9 + LEASE, 10).await, []);
    assert_eq!(claimed(&store, "e", 10 + LEASE, 10).await, [due], "the lease has ended");
}

pub(crate) async fn claims_those_first_that_waited_longest_and_no_more_than_asked_for(store: AnyStore) {
    // Neither the order of their creation nor that of their identifiers.
    for (number, due) in [(5, 3), (1, 5), (4, 1), (2, 4), (3, 2), (7, 3), (6, 3)] {
        create(&store, number, Some(due)).await;
    }
    assert_eq!(claimed(&store, "a", 10, 0).await, []);
    assert_eq!(claimed(&store, "b", 10, 3).await, [id(4), id(3), id(5)]);
    assert_eq!(claimed(&store, "c", 10, 3).await, [id(6), id(7), id(2)]);
    assert_eq!(claimed(&store, "d", 10, 3).await, [id(1)]);
    create(&store, 8, Some(11)).await;
    let after_the_leases = claimed(&store, "e", 11 + LEASE, 2).await;
    assert_eq!(after_the_leases, [id(8), id(1)], "since 11 seconds, and since the lease's end");
}

pub(crate) async fn releases_with_what_the_holder_learned(store: AnyStore) {
    let id = create(&store, 1, Some(0)).await;
    let first = claim(&store, "a", 0, 1).await.remove(0);
    assert_eq!(first.tries, 0);
    store.release(&first, release(Some(1), Some(20))).await.unwrap();
    let summary = summary(&store, id).await;
    assert_eq!((summary.due_at, summary.tries, summary.note.as_deref()), (Some(at(20)), 3, Some("why")));
    assert_eq!(claim(&store, "b", 19, 1).await, []);
    let again = claim(&store, "c", 20, 1).await.remove(0);
    assert_eq!(again.tries, 3);
    store.release(&again, release(Some(1), None)).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), None);
    assert_eq!(claim(&store, "d", 1_000_000, 1).await, []);
}

pub(crate) async fn releases_without_having_seen_the_service(store: AnyStore) {
    let id = create(&store, 1, Some(0)).await;
    let held = claim(&store, "a", 0, 1).await.remove(0);
    store.append(addition(id, 1, Some(5))).await.unwrap();
    store.release(&held, release(None, Some(30))).await.unwrap();
    let summary = summary(&store, id).await;
    assert_eq!((summary.due_at, summary.tries, summary.version), (Some(at(30)), 3, 2));
}

pub(crate) async fn keeps_what_others_asked_for_during_a_claim(store: AnyStore) {
    let id = create(&store, 1, Some(0)).await;
    let held = claim(&store, "a", 0, 1).await.remove(0);
    store.append(addition(id, 1, Some(5))).await.unwrap();
    assert_eq!(claimed(&store, "b", 5, 1).await, [], "still claimed");
    store.release(&held, release(Some(1), None)).await.unwrap();
    assert_eq!(claimed(&store, "c", 5, 1).await, [id]);
}

pub(crate) async fn ignores_the_release_of_a_claim_that_another_has_taken_over(store: AnyStore) {
    let id = create(&store, 1, Some(0)).await;
    let slow = claim(&store, "a", 0, 1).await.remove(0);
    assert_eq!(claimed(&store, "b", LEASE, 1).await, [id]);
    store.release(&slow, release(Some(1), Some(61))).await.unwrap();
    assert_eq!(claimed(&store, "c", LEASE + 1, 1).await, [], "the second lease still runs");
    assert_eq!(summary(&store, id).await.tries, 0);
}

pub(crate) async fn ends_a_claim_together_with_an_append(store: AnyStore) {
    let id = create(&store, 1, Some(0)).await;
    let held = claim(&store, "a", 0, 1).await.remove(0);
    let last = Append { ends_claim: Some(held.token.clone()), ..addition(id, 1, Some(5)) };
    store.append(last).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(at(5)));
    // There is nothing left to release.
    store.release(&held, release(None, Some(30))).await.unwrap();
    assert_eq!(claimed(&store, "b", 5, 1).await, [id]);
}

pub(crate) async fn ends_no_claim_of_others_with_an_append(store: AnyStore) {
    let id = create(&store, 1, Some(0)).await;
    assert_eq!(claimed(&store, "a", 0, 1).await, [id]);
    let other = Append { ends_claim: Some("b".into()), ..addition(id, 1, Some(5)) };
    store.append(other).await.unwrap();
    assert_eq!(claimed(&store, "c", 5, 1).await, []);
}

pub(crate) async fn rests_when_nothing_is_due(store: AnyStore) {
    assert_eq!(store.next_due().await.unwrap(), None);
    assert_eq!(claimed(&store, "a", 0, 10).await, []);
    create(&store, 1, None).await;
    assert_eq!(store.next_due().await.unwrap(), None);
    assert_eq!(claimed(&store, "a", 1_000_000, 10).await, []);
}
