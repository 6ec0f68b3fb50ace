//! Reading, searching, and the watermark.

use cert_lifecycle::StateKind;
use cert_lifecycle::store::{Append, Row, Search};
use csr_tools::PublicKeyHash;

use crate::common::*;

pub(crate) async fn knows_nothing_of_unknown_services(store: AnyStore) {
    create(&store, 1, Some(0)).await;
    assert!(store.history(id(2)).await.unwrap().is_empty());
    assert_eq!(store.summary(id(2)).await.unwrap(), None);
    let claim = cert_lifecycle::store::Claim { id: id(2), token: "a".into(), tries: 0 };
    store.release(&claim, release(None, Some(0))).await.unwrap();
    assert_eq!(store.summary(id(2)).await.unwrap(), None);
}

pub(crate) async fn reads_on_from_any_version_of_a_history(store: AnyStore) {
    create(&store, 1, None).await;
    create(&store, 2, None).await;
    let more: Vec<_> = (1..4).map(resumed).collect();
    store.append(Append { events: more.clone(), ..addition(id(1), 1, None) }).await.unwrap();
    let all = [vec![created()], more].concat();
    for known in 0..=4 {
        let later = store.history_after(id(1), known as u64).await.unwrap();
        assert_eq!(later, all[known..], "after {known}");
    }
    assert_eq!(store.history(id(1)).await.unwrap(), all);
    for unknown in [5, u64::MAX] {
        assert!(store.history_after(id(1), unknown).await.unwrap().is_empty(), "after {unknown}");
    }
    assert!(store.history_after(id(2), 1).await.unwrap().is_empty(), "another's events");
    assert!(store.history_after(id(3), 0).await.unwrap().is_empty(), "an unknown service");
}

/// Ten services of two customers, every third active, with certificates that end ten seconds apart.
async fn ten(store: &AnyStore) {
    for number in 0..10 {
        let row = Row {
            state: if number % 3 == 0 { StateKind::Active } else { StateKind::Validating },
            common_name: (number != 4).then(|| format!("host-{}.example.com", number % 5)),
            serial_number: Some(format!("{number:02x}")),
            not_after: (number != 5).then(|| at(10 * i64::from(number))),
            ..row(if number % 2 == 0 { "even" } else { "odd" })
        };
        let due = (number != 6).then(|| 100 - 10 * i64::from(number));
        store.append(Append { row, ..creation(id(number), due) }).await.unwrap();
    }
}

pub(crate) async fn finds_services_by_what_people_know_of_them(store: AnyStore) {
    ten(&store).await;
    let all = Search::default;
    let of = |customer: &str| Search { customer: Some(customer.into()), ..all() };
    assert_eq!(found(&store, of("odd")).await, [1, 3, 5, 7, 9].map(id));
    assert_eq!(found(&store, of("Odd")).await, []);
    let active = Search { state: Some(StateKind::Active), ..all() };
    assert_eq!(found(&store, active.clone()).await, [0, 3, 6, 9].map(id));
    let named = |name: &str| Search { common_name: Some(name.into()), ..all() };
    assert_eq!(found(&store, named("host-4.example.com")).await, [id(9)]);
    assert_eq!(found(&store, named("host-_.example.com")).await, []);
    let serial = Search { serial_number: Some("07".into()), ..all() };
    assert_eq!(found(&store, serial).await, [id(7)]);
    let odd_and_active = Search { customer: Some("odd".into()), ..active };
    assert_eq!(found(&store, odd_and_active.clone()).await, [3, 9].map(id));
    let soon = Search { expiring: Some(at(0)..at(90)), ..odd_and_active };
    let summaries = store.search(soon).await.unwrap();
    assert_eq!(summaries, [summary(&store, id(3)).await], "the very rows");
}

pub(crate) async fn finds_services_by_any_of_their_names(store: AnyStore) {
    let named = |name: &str| Search { name: Some(name.into()), ..Search::default() };
    let both = names(&["shop.example.com", "WWW.shop.example.com", "www.shop.example.com"]);
    store.append(Append { names: both, ..creation(id(1), None) }).await.unwrap();
    store.append(Append { names: names(&["shop.example.com"]), ..creation(id(2), None) }).await.unwrap();
    assert_eq!(found(&store, named("Shop.Example.com")).await, [1, 2].map(id));
    assert_eq!(found(&store, named("www.shop.example.com")).await, [id(1)]);
    for part in ["example.com", "shop.example", "%.example.com", "shop.example.com "] {
        assert_eq!(found(&store, named(part)).await, [], "{part}");
    }
    let of_others = Search { customer: Some("customer-8".into()), ..named("shop.example.com") };
    assert_eq!(found(&store, of_others).await, []);
    let second_page = Search { after: Some(id(1)), ..named("shop.example.com") };
    assert_eq!(found(&store, second_page).await, [id(2)]);

    store.append(addition(id(1), 1, None)).await.unwrap();
    assert_eq!(found(&store, named("www.shop.example.com")).await, [id(1)], "as before");
    let others = names(&["shop.example.com", "blog.example.com"]);
    store.append(Append { names: others, ..addition(id(1), 2, None) }).await.unwrap();
    assert_eq!(found(&store, named("www.shop.example.com")).await, [], "no longer");
    assert_eq!(found(&store, named("blog.example.com")).await, [id(1)]);
    assert_eq!(found(&store, named("shop.example.com")).await, [1, 2].map(id), "still");
    store.append(Append { names: names(&[]), ..addition(id(1), 3, None) }).await.unwrap();
    assert_eq!(found(&store, named("shop.example.com")).await, [id(2)]);
}

pub(crate) async fn finds_services_by_what_somebody_types(store: AnyStore) {
    let typed = |text: &str| Search { text: Some(text.into()), ..Search::default() };
    let common_names =
        ["shop.example.com", "shop.example.org", "Shop.example.com", "sho", "zażółć.example.com"];
    for (number, common_name) in (1..).zip(common_names) {
        let row = Row {
            common_name: Some(common_name.into()),
            serial_number: Some(format!("{number:02x}")),
            order_id: Some(format!("order-{number}")),
            ..row(&format!("customer-{number}"))
        };
        let orders = vec![order(&format!("order-{number}")), order(&format!("earlier-{number}"))];
        store.append(Append { row, orders, ..creation(id(number), None) }).await.unwrap();
    }
    create(&store, 6, None).await;
    let begins_so = [
        ("sho", &[1, 2, 4][..]),
        ("shop.example.", &[1, 2]),
        ("shop.example.org", &[2]),
        ("shop.example.org.", &[]),
        ("zażółć", &[5]),
        ("zaż\u{10ffff}", &[]),
        ("example.com", &[]),
        ("s_o", &[]),
        ("s%", &[]),
        ("", &[1, 2, 3, 4, 5]),
    ];
    for (text, numbers) in begins_so {
        let ids: Vec<_> = numbers.iter().copied().map(id).collect();
        assert_eq!(found(&store, typed(text)).await, ids, "{text}");
    }
    for text in ["customer-3", "03", "order-3", "earlier-3"] {
        assert_eq!(found(&store, typed(text)).await, [id(3)], "{text}");
        assert_eq!(found(&store, typed(&text[..text.len() - 1])).await, [], "a part of {text}");
    }
    // Known by two things, and found once; narrowed down by the rest of the search.
    let twice = Row { common_name: Some("twice".into()), ..row("twice") };
    store.append(Append { row: twice, orders: vec![order("twice")], ..creation(id(7), None) }).await.unwrap();
    assert_eq!(found(&store, typed("twice")).await, [id(7)]);
    let of_one = Search { customer: Some("customer-2".into()), ..typed("sho") };
    assert_eq!(found(&store, of_one).await, [id(2)]);
    let page = Search { after: Some(id(1)), limit: 1, ..typed("sho") };
    assert_eq!(found(&store, page).await, [id(2)]);
}

pub(crate) async fn finds_services_by_time(store: AnyStore) {
    ten(&store).await;
    let all = Search::default;
    let expiring = |from, to| Search { expiring: Some(at(from)..at(to)), ..all() };
    assert_eq!(found(&store, expiring(20, 40)).await, [2, 3].map(id), "from the start on, before the end");
    assert_eq!(found(&store, expiring(40, 61)).await, [4, 6].map(id));
    assert_eq!(found(&store, expiring(20, 20)).await, []);
    assert_eq!(found(&store, expiring(40, 20)).await, []);
    let due = |from, to| Search { due: Some(at(from)..at(to)), ..all() };
    assert_eq!(found(&store, due(30, 61)).await, [4, 5, 7].map(id));
    assert_eq!(claimed(&store, "a", 30, 10).await, [9, 8, 7].map(id));
    assert_eq!(found(&store, due(30, 61)).await, [4, 5, 7].map(id), "claimed or not");
    let both = Search { expiring: Some(at(0)..at(50)), ..due(60, 81) };
    assert_eq!(found(&store, both).await, [2, 3, 4].map(id));
    let page = Search { after: Some(id(2)), limit: 2, ..expiring(0, 80) };
    assert_eq!(found(&store, page).await, [3, 4].map(id));
}

pub(crate) async fn pages_through_all_services(store: AnyStore) {
    ten(&store).await;
    let mut pages = Vec::new();
    let mut search = Search { limit: 4, ..Search::default() };
    loop {
        let page = found(&store, search.clone()).await;
        search.after = page.last().copied();
        pages.push(page.len());
        if page.len() < search.limit {
            break;
        }
    }
    assert_eq!(pages, [4, 4, 2]);
    assert_eq!(found(&store, Search::default()).await, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(id));
    assert_eq!(found(&store, Search { limit: 0, ..Search::default() }).await, []);
    let rest = Search { customer: Some("even".into()), after: Some(id(4)), ..Search::default() };
    assert_eq!(found(&store, rest).await, [6, 8].map(id));
}

pub(crate) async fn counts_the_services_of_every_state(store: AnyStore) {
    let counted = |active, validating| {
        let count = |state: &StateKind| match state {
            StateKind::Active => active,
            StateKind::Validating => validating,
            _ => 0,
        };
        StateKind::ALL.iter().map(|state| (*state, count(state))).collect::<Vec<_>>()
    };
    assert_eq!(store.counts().await.unwrap(), counted(0, 0));
    ten(&store).await;
    assert_eq!(store.counts().await.unwrap(), counted(4, 6));
    let row = Row { state: StateKind::Active, ..row("odd") };
    store.append(Append { row, ..addition(id(1), 1, None) }).await.unwrap();
    assert_eq!(store.counts().await.unwrap(), counted(5, 5), "it stands elsewhere now");
}

pub(crate) async fn tells_whose_an_order_and_a_key_are(store: AnyStore) {
    let key = |byte| PublicKeyHash::from_bytes([byte; 32]);
    let first = Append { keys: vec![key(1)], orders: vec![order("order-1")], ..creation(id(1), None) };
    store.append(first).await.unwrap();
    let second = Append { keys: vec![key(2)], orders: vec![order("order-2")], ..addition(id(1), 1, None) };
    store.append(second).await.unwrap();
    for (number, owner) in [(1, Some(id(1))), (2, Some(id(1))), (3, None)] {
        let order = order(&format!("order-{number}"));
        assert_eq!(store.service_of_order(&order).await.unwrap(), owner, "{number}");
        assert_eq!(store.service_of_key(&key(number)).await.unwrap(), owner, "{number}");
    }
}

pub(crate) async fn moves_a_watermark_from_where_it_was_seen(store: AnyStore) {
    assert_eq!(store.watermark("sync").await.unwrap(), None);
    assert!(!store.move_watermark("sync", Some("1"), "2").await.unwrap(), "there is none yet");
    assert!(store.move_watermark("sync", None, "1").await.unwrap());
    assert!(!store.move_watermark("sync", None, "2").await.unwrap(), "there is one");
    assert!(!store.move_watermark("sync", Some("0"), "2").await.unwrap(), "elsewhere");
    assert_eq!(store.watermark("sync").await.unwrap().as_deref(), Some("1"));
    assert!(store.move_watermark("sync", Some("1"), "2").await.unwrap());
    assert_eq!(store.watermark("sync").await.unwrap().as_deref(), Some("2"));
    assert_eq!(store.watermark("other").await.unwrap(), None);
}
