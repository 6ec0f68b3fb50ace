//! Messages to deliver.

use cert_lifecycle::store::{Append, Message, MessageId, WaitingMessage};

use crate::common::*;

fn with(append: Append, messages: Vec<Message>) -> Append {
    Append { messages, ..append }
}

pub(crate) async fn hands_out_messages_with_their_events_or_not_at_all(store: AnyStore) {
    let first = with(creation(id(1), None), vec![message("notices", "1", 0)]);
    store.append(first.clone()).await.unwrap();
    assert!(is_conflict(&store.append(first).await));
    let stale = with(addition(id(1), 7, None), vec![message("notices", "2", 0)]);
    assert!(is_conflict(&store.append(stale).await));
    let claims = messages(&store, "notices", "a", 0).await;
    assert_eq!(bodies(&claims), ["1"]);
    assert_eq!(claims[0].id, MessageId { service: id(1), version: 1, number: 0 });
    assert_eq!((claims[0].token.as_str(), claims[0].tries), ("a", 0));
    store.remove_messages(&[claims[0].id]).await.unwrap();
    assert_eq!(messages(&store, "notices", "b", 1_000_000).await, []);
}

pub(crate) async fn hands_out_a_service_s_messages_one_after_the_other(store: AnyStore) {
    let notice = |body: &str| message("notices", body, 0);
    // The second is due before the first, and waits all the same; the tenth comes after the ninth.
    let later = Message { due_at: at(5), ..notice("1") };
    store.append(with(creation(id(1), None), vec![later, notice("2")])).await.unwrap();
    for version in 1..9 {
        let body = (version + 2).to_string();
        store.append(with(addition(id(1), version, None), vec![notice(&body)])).await.unwrap();
    }
    assert_eq!(messages(&store, "notices", "a", 4).await, []);
    for expected in 1..=10 {
        let claims = messages(&store, "notices", "b", 5).await;
        assert_eq!(bodies(&claims), [expected.to_string()]);
        assert_eq!(messages(&store, "notices", "c", 5).await, [], "the first is under way");
        store.remove_messages(&[claims[0].id]).await.unwrap();
    }
    assert_eq!(messages(&store, "notices", "d", 5).await, []);
}

pub(crate) async fn lets_topics_and_services_go_their_own_ways(store: AnyStore) {
    let both = || vec![message("notices", "notice", 0), message("billing", "fact", 0)];
    store.append(with(creation(id(1), None), both())).await.unwrap();
    store.append(with(creation(id(2), None), both())).await.unwrap();
    let facts = messages(&store, "billing", "a", 0).await;
    assert_eq!(bodies(&facts), ["fact", "fact"]);
    assert_eq!(facts.iter().map(|fact| fact.id.service).collect::<Vec<_>>(), [id(1), id(2)]);
    assert_eq!(bodies(&messages(&store, "notices", "b", 0).await), ["notice", "notice"]);
    assert_eq!(messages(&store, "elsewhere", "c", 0).await, []);
}

pub(crate) async fn hands_out_a_message_again_until_it_is_removed(store: AnyStore) {
    store.append(with(creation(id(1), None), vec![message("notices", "1", 0)])).await.unwrap();
    let first = messages(&store, "notices", "a", 0).await;
    assert_eq!(messages(&store, "notices", "b", LEASE - 1).await, []);
    let second = messages(&store, "notices", "b", LEASE).await;
    assert_eq!(second[0].id, first[0].id, "a repetition can be told");
    // Delivered late, by the first, is delivered; twice does no harm.
    store.remove_messages(&[first[0].id]).await.unwrap();
    store.remove_messages(&[second[0].id]).await.unwrap();
    assert_eq!(messages(&store, "notices", "c", 1_000_000).await, []);
}

pub(crate) async fn postpones_a_message_and_those_behind_it(store: AnyStore) {
    let three = vec![message("notices", "1", 0), message("billing", "2", 0), message("notices", "3", 0)];
    store.append(with(creation(id(1), None), three)).await.unwrap();
    let first = messages(&store, "notices", "a", 0).await.remove(0);
    store.postpone_message(&first, at(30)).await.unwrap();
    assert_eq!(messages(&store, "notices", "b", 29).await, []);
    assert_eq!(bodies(&messages(&store, "billing", "c", 0).await), ["2"], "another topic");
    let again = messages(&store, "notices", "d", 30).await.remove(0);
    assert_eq!((again.id, again.tries, again.body.as_str()), (first.id, 1, "1"));
    store.remove_messages(&[again.id]).await.unwrap();
    let behind = messages(&store, "notices", "e", 30).await.remove(0);
    assert_eq!((behind.tries, behind.body.as_str()), (0, "3"));
}

pub(crate) async fn ignores_who_postpones_a_message_of_others(store: AnyStore) {
    let two = vec![message("notices", "1", 0), message("notices", "2", 0)];
    store.append(with(creation(id(1), None), two)).await.unwrap();
    let slow = messages(&store, "notices", "a", 0).await.remove(0);
    let quick = messages(&store, "notices", "b", LEASE).await.remove(0);
    store.postpone_message(&slow, at(1_000)).await.unwrap();
    assert_eq!(messages(&store, "notices", "c", LEASE).await, [], "the second lease still runs");
    store.remove_messages(&[quick.id]).await.unwrap();
    store.postpone_message(&quick, at(1_000)).await.unwrap();
    let next = messages(&store, "notices", "d", LEASE).await;
    assert_eq!((bodies(&next), next[0].tries), (vec!["2"], 0));
}

pub(crate) async fn hands_out_the_messages_first_that_waited_longest(store: AnyStore) {
    for (number, due) in [(1, 3), (2, 1), (3, 2)] {
        let notice = message("notices", &number.to_string(), due);
        store.append(with(creation(id(number), None), vec![notice])).await.unwrap();
    }
    let two = store.claim_messages("notices", request("a", 10, 2)).await.unwrap();
    assert_eq!(bodies(&two), ["2", "3"]);
    assert_eq!(bodies(&messages(&store, "notices", "b", 10).await), ["1"]);
}

pub(crate) async fn lists_what_waits_a_page_at_a_time(store: AnyStore) {
    assert_eq!(store.messages(None, None, 10).await.unwrap(), []);
    let both = || vec![message("notices", "notice", 0), message("billing", "fact", 0)];
    let mut all = Vec::new();
    // The second service's come first, and the tenth event after the ninth.
    for number in [2, 1] {
        store.append(with(creation(id(number), None), both())).await.unwrap();
        for version in 1..10 {
            store.append(with(addition(id(number), version, None), both())).await.unwrap();
        }
        for version in 1..=10 {
            all.extend([0, 1].map(|place| MessageId { service: id(number), version, number: place }));
        }
    }
    all.sort_unstable();
    let notices: Vec<_> = all.iter().copied().filter(|id| id.number == 0).collect();
    for (topic, expected) in [(None, all), (Some("notices"), notices)] {
        let mut after = None;
        for page in expected.chunks(3) {
            let found = store.messages(topic, after, 3).await.unwrap();
            assert_eq!(found.iter().map(|message| message.id).collect::<Vec<_>>(), page, "{topic:?}");
            assert!(topic.is_none_or(|topic| found.iter().all(|message| message.topic == topic)));
            after = found.last().map(|message| message.id);
        }
        assert_eq!(store.messages(topic, after, 3).await.unwrap(), [], "{topic:?}");
    }
    assert_eq!(store.messages(Some("elsewhere"), None, 10).await.unwrap(), []);
}

pub(crate) async fn lists_what_waits_as_it_stands(store: AnyStore) {
    let two = vec![message("notices", "1", 0), message("notices", "2", 5)];
    store.append(with(creation(id(1), None), two)).await.unwrap();
    let waiting = |number, due, tries| WaitingMessage {
        id: MessageId { service: id(1), version: 1, number },
        topic: "notices".into(),
        due_at: at(due),
        tries,
    };
    assert_eq!(store.messages(None, None, 10).await.unwrap(), [waiting(0, 0, 0), waiting(1, 5, 0)]);
    // Somebody delivers it: it waits until it is removed.
    let claim = messages(&store, "notices", "a", 0).await.remove(0);
    assert_eq!(store.messages(None, None, 10).await.unwrap(), [waiting(0, 0, 0), waiting(1, 5, 0)]);
    store.postpone_message(&claim, at(30)).await.unwrap();
    assert_eq!(store.messages(None, None, 10).await.unwrap(), [waiting(0, 30, 1), waiting(1, 30, 0)]);
    store.remove_messages(&[claim.id]).await.unwrap();
    assert_eq!(store.messages(None, None, 10).await.unwrap(), [waiting(1, 30, 0)]);
}
