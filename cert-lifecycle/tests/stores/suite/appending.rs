//! Appending.

use cert_lifecycle::StateKind;
use cert_lifecycle::service::{Actor, RecordedEvent};
use cert_lifecycle::store::{Append, AppendError, Row, Search};
use csr_tools::PublicKeyHash;
use jiff::SignedDuration;

use crate::common::*;

pub(crate) async fn appends_only_to_the_version_that_the_caller_saw(store: AnyStore) {
    let id = id(1);
    let ahead = store.append(addition(id, 1, None)).await;
    assert!(is_conflict(&ahead), "there is no such service: {ahead:?}");
    store.append(creation(id, None)).await.unwrap();
    for expected_version in [0, 2] {
        let outcome = store.append(addition(id, expected_version, None)).await;
        assert!(is_conflict(&outcome), "{expected_version}: {outcome:?}");
    }
    store.append(addition(id, 1, None)).await.unwrap();
    assert!(is_conflict(&store.append(addition(id, 1, None)).await), "behind the store");
    assert_eq!(store.history(id).await.unwrap().len(), 2);
}

pub(crate) async fn keeps_events_in_order_and_the_row_beside_them(store: AnyStore) {
    let first = creation(id(1), Some(10));
    store.append(first.clone()).await.unwrap();
    let row = Row {
        state: StateKind::Active,
        customer: "customer-8".into(),
        product: "931".into(),
        common_name: Some("shop.example.com".into()),
        order_id: Some("order-1".into()),
        serial_number: Some("7f".into()),
        not_after: Some(at(1000)),
        stray_orders: 2,
    };
    let events: Vec<_> = (2..15).map(resumed).collect();
    let second = Append { row: row.clone(), events: events.clone(), ..addition(id(1), 1, None) };
    store.append(second).await.unwrap();
    assert_eq!(store.history(id(1)).await.unwrap(), [first.events, events].concat());
    let summary = summary(&store, id(1)).await;
    assert_eq!((summary.id, summary.version, summary.due_at), (id(1), 14, None));
    assert_eq!(summary.row, row);
    assert_eq!((summary.tries, summary.note), (0, None));
}

pub(crate) async fn keeps_who_asked_for_each_event(store: AnyStore) {
    let by = |actor: &str| RecordedEvent { by: Some(Actor::new(actor)), ..resumed(1) };
    let events = vec![by("customer:7"), resumed(1), by(""), by("a\0b \\ ' zażółć")];
    store.append(creation(id(1), None)).await.unwrap();
    store.append(Append { events: events.clone(), ..addition(id(1), 1, None) }).await.unwrap();
    assert_eq!(store.history(id(1)).await.unwrap(), [vec![created()], events].concat());
}

pub(crate) async fn gives_a_key_to_one_service_for_good_and_stores_nothing_of_a_refused_append(
    store: AnyStore,
) {
    let (key, free) = (PublicKeyHash::from_bytes([7; 32]), PublicKeyHash::from_bytes([8; 32]));
    store.append(Append { keys: vec![key], ..creation(id(1), None) }).await.unwrap();
    let old = Append { names: names(&["old.example.com"]), ..creation(id(2), None) };
    store.append(old).await.unwrap();
    for refused in [creation(id(3), Some(0)), addition(id(2), 1, Some(0))] {
        let refused = Append {
            keys: vec![free, key],
            orders: vec![order("order-1")],
            names: names(&["new.example.com"]),
            messages: vec![message("notices", "{}", 0)],
            ..refused
        };
        let outcome = store.append(refused).await;
        assert!(matches!(outcome, Err(AppendError::KeyTaken)), "{outcome:?}");
    }
    assert!(store.summary(id(3)).await.unwrap().is_none());
    assert!(store.history(id(3)).await.unwrap().is_empty());
    assert_eq!(summary(&store, id(2)).await.version, 1);
    assert_eq!(store.history(id(2)).await.unwrap().len(), 1);
    assert_eq!(claimed(&store, "a", 0, 10).await, []);
    assert_eq!(messages(&store, "notices", "a", 0).await, []);
    assert_eq!(store.service_of_order(&order("order-1")).await.unwrap(), None);
    assert_eq!(store.service_of_key(&free).await.unwrap(), None);
    let named = |name: &str| Search { name: Some(name.into()), ..Search::default() };
    assert_eq!(found(&store, named("old.example.com")).await, [id(2)]);
    assert_eq!(found(&store, named("new.example.com")).await, []);
    // The owner may use it again, beside another, and name it twice.
    store.append(Append { keys: vec![key, free, key], ..addition(id(1), 1, None) }).await.unwrap();
    assert_eq!(store.service_of_key(&free).await.unwrap(), Some(id(1)));
}

pub(crate) async fn gives_an_order_to_one_service_for_good_and_stores_nothing_of_a_refused_append(
    store: AnyStore,
) {
    let key = PublicKeyHash::from_bytes([7; 32]);
    let orders = |ids: &[&str]| ids.iter().map(|id| order(id)).collect();
    store.append(Append { orders: orders(&["order-1", "order-2"]), ..creation(id(1), None) }).await.unwrap();
    store
        .append(Append { orders: orders(&["order-2", "order-3"]), ..addition(id(1), 1, None) })
        .await
        .unwrap();
    let refused =
        Append { keys: vec![key], orders: orders(&["order-4", "order-1"]), ..creation(id(2), Some(0)) };
    let outcome = store.append(refused).await;
    assert!(matches!(outcome, Err(AppendError::OrderTaken)), "{outcome:?}");
    assert!(store.summary(id(2)).await.unwrap().is_none());
    assert_eq!(store.service_of_order(&order("order-4")).await.unwrap(), None);
    assert_eq!(store.service_of_key(&key).await.unwrap(), None);
}

pub(crate) async fn forgets_earlier_tries_once_something_came_of_one(store: AnyStore) {
    let id = create(&store, 1, Some(0)).await;
    let claim = claim(&store, "a", 0, 1).await.remove(0);
    store.release(&claim, release(Some(1), Some(5))).await.unwrap();
    assert_eq!(summary(&store, id).await.tries, 3);
    store.append(addition(id, 1, Some(6))).await.unwrap();
    let summary = summary(&store, id).await;
    assert_eq!((summary.tries, summary.note, summary.due_at), (0, None, Some(at(6))));
}

pub(crate) async fn keeps_texts_as_they_are(store: AnyStore) {
    let texts = [
        "",
        " ",
        "zażółć gęślą jaźń",
        "'; DROP TABLE services; --",
        "a\0b",
        "\\0 \\ \\\\ \\",
        "NULL",
        "\u{feff}\u{202e}\u{10ffff}",
        "line\r\nline\t",
        "$1 ?1 :id %s {}",
    ];
    for (number, text) in (1..).zip(texts) {
        let mut row = row(text);
        row.product = text.into();
        row.common_name = Some(text.into());
        row.order_id = Some(text.into());
        row.serial_number = Some(text.into());
        let (orders, names) = (vec![order(text)], names(&[text]));
        let messages = vec![message(text, text, 0)];
        let append = Append { row: row.clone(), orders, names, messages, ..creation(id(number), Some(0)) };
        store.append(append).await.unwrap();
        let claim = claim(&store, text, 0, 1).await.remove(0);
        assert_eq!((claim.id, claim.token.as_str()), (id(number), text));
        let release = cert_lifecycle::store::Release { note: Some(text.into()), ..release(None, None) };
        store.release(&claim, release).await.unwrap();
        let summary = summary(&store, id(number)).await;
        assert_eq!((summary.row, summary.note.as_deref()), (row, Some(text)), "{text:?}");
        assert_eq!(bodies(&crate::common::messages(&store, text, text, 0).await), [text]);
        assert_eq!(store.service_of_order(&order(text)).await.unwrap(), Some(id(number)));
        let search = Search { customer: Some(text.into()), ..Default::default() };
        assert_eq!(found(&store, search).await, [id(number)], "{text:?}");
        let named = Search { name: Some(text.into()), ..Default::default() };
        assert_eq!(found(&store, named).await, [id(number)], "{text:?}");
        let known_by = Search { text: Some(text.into()), ..Default::default() };
        assert!(found(&store, known_by).await.contains(&id(number)), "{text:?}");
        assert!(store.move_watermark(text, None, text).await.unwrap());
        assert!(store.move_watermark(text, Some(text), text).await.unwrap());
        assert_eq!(store.watermark(text).await.unwrap().as_deref(), Some(text));
    }
}

pub(crate) async fn keeps_times_to_the_millisecond(store: AnyStore) {
    let fine = |seconds| at(seconds) + SignedDuration::from_nanos(1_999_999);
    let coarse = |seconds| at(seconds) + SignedDuration::from_millis(1);
    let mut append = Append { due_at: Some(fine(0)), ..creation(id(1), None) };
    append.events = vec![RecordedEvent { at: fine(1), ..created() }];
    append.row.not_after = Some(fine(2));
    append.messages = vec![cert_lifecycle::store::Message { due_at: fine(3), ..message("notices", "{}", 0) }];
    store.append(append).await.unwrap();
    assert_eq!(store.history(id(1)).await.unwrap()[0].at, coarse(1));
    let summary = summary(&store, id(1)).await;
    assert_eq!((summary.due_at, summary.row.not_after), (Some(coarse(0)), Some(coarse(2))));
    assert_eq!(store.next_due().await.unwrap(), Some(coarse(0)));
    let mut request = request("a", 0, 1);
    request.now = coarse(0);
    assert_eq!(store.claim(request.clone()).await.unwrap().len(), 1);
    request.now = coarse(3);
    assert_eq!(store.claim_messages("notices", request).await.unwrap().len(), 1);
}

pub(crate) async fn refuses_messages_without_an_event(store: AnyStore) {
    let first = Append { messages: vec![message("notices", "1", 0)], ..creation(id(1), None) };
    store.append(first).await.unwrap();
    let second =
        Append { events: Vec::new(), messages: vec![message("notices", "2", 0)], ..addition(id(1), 1, None) };
    assert!(store.append(second).await.is_err(), "it would take the first one's place");
    assert_eq!(bodies(&messages(&store, "notices", "a", 0).await), ["1"]);
}
