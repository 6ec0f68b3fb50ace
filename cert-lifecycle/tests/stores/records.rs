//! What every store of a host's records promises.

use std::sync::Arc;

use cert_lifecycle::Store;
use cert_lifecycle::records::{Record, RecordQuery, RecordStore};
use cert_lifecycle::store::{Recorded, Search};
use futures::future::join_all;
use jiff::SignedDuration;

use crate::common::{AnyStore, at, create, found, id};

/// A store of services that keeps records, too.
pub(crate) trait WholeStore: RecordStore + Store {}

impl<S: RecordStore + Store> WholeStore for S {}

pub(crate) type AnyRecordStore = Arc<dyn WholeStore>;

fn offer(key: &str) -> Record {
    Record::new("offer", key, format!(r#"{{"name":"{key}"}}"#))
}

async fn get(store: &AnyRecordStore, key: &str) -> Option<Record> {
    store.record("offer", key, at(0)).await.unwrap()
}

async fn put(store: &AnyRecordStore, record: Record) -> Option<Record> {
    store.put_record(record, at(0)).await.unwrap()
}

async fn keys(store: &AnyRecordStore, query: RecordQuery) -> Vec<String> {
    store.records(query, at(0)).await.unwrap().into_iter().map(|record| record.key).collect()
}

pub(crate) async fn puts_a_record_only_over_the_version_that_its_writer_read(store: AnyRecordStore) {
    assert_eq!(get(&store, "basic").await, None);
    assert_eq!(put(&store, Record { version: 1, ..offer("basic") }).await, None, "there is none yet");
    assert_eq!(get(&store, "basic").await, None);
    let first = put(&store, offer("basic").with_owner("shop").expiring_at(at(9))).await.unwrap();
    let expected = Record { version: 1, ..offer("basic").with_owner("shop").expiring_at(at(9)) };
    assert_eq!(first, expected);
    assert_eq!(get(&store, "basic").await, Some(expected));
    assert_eq!(put(&store, offer("basic")).await, None, "there is one already");
    for version in [2, u64::MAX] {
        assert_eq!(put(&store, Record { version, ..offer("basic") }).await, None, "nobody read {version}");
    }
    assert_eq!(get(&store, "basic").await, Some(first.clone()));

    // Owner and expiry are replaced together with the body.
    let change = Record { owner: None, expires_at: None, body: "[2]".into(), ..first.clone() };
    let second = put(&store, change.clone()).await.unwrap();
    assert_eq!(second, Record { version: 2, ..change });
    assert_eq!(get(&store, "basic").await, Some(second.clone()));
    assert_eq!(put(&store, first).await, None, "it was read before");
    assert_eq!(put(&store, second).await.unwrap().version, 3);
}

pub(crate) async fn keeps_kinds_apart(store: AnyRecordStore) {
    let customer = Record::new("customer", "basic", "{}");
    let offer = put(&store, offer("basic")).await.unwrap();
    let customer = put(&store, customer).await.unwrap();
    assert_eq!(get(&store, "basic").await, Some(offer));
    assert_eq!(store.record("customer", "basic", at(0)).await.unwrap(), Some(customer.clone()));
    assert_eq!(store.records(RecordQuery::of("customer"), at(0)).await.unwrap(), [customer]);
    assert_eq!(keys(&store, RecordQuery::of("custom")).await, [""; 0]);
    assert!(store.remove_record("offer", "basic").await.unwrap());
    assert_eq!(keys(&store, RecordQuery::of("customer")).await, ["basic"]);
}

pub(crate) async fn removes_a_record_once_and_counts_anew_after_it(store: AnyRecordStore) {
    assert!(!store.remove_record("offer", "basic").await.unwrap());
    let first = put(&store, offer("basic")).await.unwrap();
    put(&store, offer("other")).await.unwrap();
    let second = put(&store, first).await.unwrap();
    assert!(store.remove_record("offer", "basic").await.unwrap());
    assert!(!store.remove_record("offer", "basic").await.unwrap());
    assert_eq!(get(&store, "basic").await, None);
    assert_eq!(keys(&store, RecordQuery::of("offer")).await, ["other"]);
    assert_eq!(put(&store, second).await, None, "what was read is gone");
    assert_eq!(put(&store, offer("basic")).await.unwrap().version, 1);
}

pub(crate) async fn finds_a_record_until_the_moment_at_which_it_expires(store: AnyRecordStore) {
    let before = |seconds| at(seconds) - SignedDuration::from_millis(1);
    let short = put(&store, offer("short").expiring_at(at(10))).await.unwrap();
    let long = put(&store, offer("long").expiring_at(at(20))).await.unwrap();
    let lasting = put(&store, offer("lasting")).await.unwrap();
    let found = |now| {
        let store = store.clone();
        async move {
            let listed = store.records(RecordQuery::of("offer"), now).await.unwrap();
            for record in [&short, &long, &lasting] {
                let by_key = store.record("offer", &record.key, now).await.unwrap();
                assert_eq!(by_key.as_ref(), listed.iter().find(|listed| listed.key == record.key));
                assert!(by_key.is_none_or(|by_key| by_key == *record));
            }
            listed.into_iter().map(|record| record.key).collect::<Vec<_>>()
        }
    };
    assert_eq!(found.clone()(before(10)).await, ["lasting", "long", "short"]);
    assert_eq!(found.clone()(at(10)).await, ["lasting", "long"]);
    assert_eq!(found.clone()(before(20)).await, ["lasting", "long"]);
    assert_eq!(found(at(20)).await, ["lasting"]);
}

pub(crate) async fn puts_a_new_record_over_one_that_has_expired(store: AnyRecordStore) {
    let first = put(&store, offer("basic").with_owner("old").expiring_at(at(10))).await.unwrap();
    let first = put(&store, first).await.unwrap();
    let new = offer("basic").expiring_at(at(30));
    let just_before = at(10) - SignedDuration::from_millis(1);
    assert_eq!(store.put_record(new.clone(), just_before).await.unwrap(), None, "it is still there");
    assert_eq!(store.put_record(first.clone(), at(10)).await.unwrap(), None, "it is there no more");
    let put = store.put_record(new.clone(), at(10)).await.unwrap().unwrap();
    assert_eq!(put, Record { version: 1, ..new });
    assert_eq!(store.record("offer", "basic", at(10)).await.unwrap(), Some(put));
    // Whoever read the one before has another version in hand.
    assert_eq!(store.put_record(first, at(10)).await.unwrap(), None);
}

pub(crate) async fn forgets_what_has_expired_and_nothing_else(store: AnyRecordStore) {
    for (key, expires) in [("a", 10), ("b", 11), ("c", 11), ("d", 12)] {
        put(&store, offer(key).expiring_at(at(expires))).await.unwrap();
    }
    let session = Record::new("session", "a", "{}").expiring_at(at(11));
    put(&store, session).await.unwrap();
    put(&store, offer("lasting")).await.unwrap();
    assert_eq!(store.forget_expired(at(9)).await.unwrap(), 0);
    assert_eq!(store.forget_expired(at(11)).await.unwrap(), 4);
    assert_eq!(store.forget_expired(at(11)).await.unwrap(), 0);
    assert_eq!(
        keys(&store, RecordQuery::of("offer")).await,
        ["d", "lasting"],
        "at a time before all expired"
    );
    assert!(!store.remove_record("offer", "a").await.unwrap());
    assert_eq!(put(&store, offer("a")).await.unwrap().version, 1);
}

pub(crate) async fn removes_what_has_expired_but_is_not_forgotten(store: AnyRecordStore) {
    put(&store, offer("basic").expiring_at(at(-1))).await.unwrap();
    assert_eq!(get(&store, "basic").await, None);
    assert!(store.remove_record("offer", "basic").await.unwrap());
    assert_eq!(store.forget_expired(at(0)).await.unwrap(), 0);
}

/// Keys in the order of their bytes, which is no language's.
const SORTED: [&str; 9] = ["", "a\0", "a!", "a\\", "a]", "b", "ż", "日本", "🔑"];

pub(crate) async fn lists_records_in_the_order_of_their_keys_both_ways(store: AnyRecordStore) {
    for key in [3, 0, 7, 1, 8, 5, 2, 6, 4].map(|place| SORTED[place]) {
        put(&store, offer(key)).await.unwrap();
    }
    let upward = RecordQuery::of("offer");
    let downward = RecordQuery { newest_first: true, ..upward.clone() };
    let reversed: Vec<_> = SORTED.iter().rev().copied().collect();
    assert_eq!(keys(&store, upward.clone()).await, SORTED);
    assert_eq!(keys(&store, downward.clone()).await, reversed);
    for (query, expected) in [(upward, SORTED.to_vec()), (downward, reversed)] {
        let mut after = None;
        for page in expected.chunks(2) {
            let found = keys(&store, RecordQuery { after, limit: 2, ..query.clone() }).await;
            assert_eq!(found, page);
            after = found.last().cloned();
        }
        assert_eq!(keys(&store, RecordQuery { after, limit: 2, ..query.clone() }).await, [""; 0]);
        // A key that is not there is a place all the same.
        let after = RecordQuery { after: Some("az".into()), ..query.clone() };
        assert_eq!(keys(&store, after.clone()).await[0], if query.newest_first { "a]" } else { "b" });
        assert_eq!(keys(&store, RecordQuery { limit: 0, ..query }).await, [""; 0]);
    }
}

pub(crate) async fn lists_the_records_of_an_owner(store: AnyRecordStore) {
    for number in 0..9 {
        let record = offer(&number.to_string());
        let record = match number % 3 {
            0 => record.with_owner("anna"),
            1 => record.with_owner("Anna"),
            _ => record,
        };
        put(&store, record).await.unwrap();
    }
    let of = |owner: &str| RecordQuery { owner: Some(owner.into()), ..RecordQuery::of("offer") };
    assert_eq!(keys(&store, of("anna")).await, ["0", "3", "6"]);
    assert_eq!(keys(&store, of("Anna")).await, ["1", "4", "7"]);
    assert_eq!(keys(&store, of("")).await, [""; 0], "nobody is no owner");
    assert_eq!(keys(&store, RecordQuery { after: Some("0".into()), limit: 1, ..of("anna") }).await, ["3"]);
    let newest = RecordQuery { newest_first: true, after: Some("6".into()), ..of("anna") };
    assert_eq!(keys(&store, newest).await, ["3", "0"]);
    assert_eq!(keys(&store, RecordQuery { kind: "customer".into(), ..of("anna") }).await, [""; 0]);
    // Who gives something away has it no more.
    let mut record = get(&store, "3").await.unwrap();
    record.owner = Some("Anna".into());
    put(&store, record).await.unwrap();
    assert_eq!(keys(&store, of("anna")).await, ["0", "6"]);
    assert_eq!(keys(&store, of("Anna")).await, ["1", "3", "4", "7"]);
}

pub(crate) async fn fills_pages_although_records_between_have_expired(store: AnyRecordStore) {
    for number in 0..6 {
        let record = offer(&number.to_string());
        put(&store, if number % 2 == 0 { record.expiring_at(at(-1)) } else { record }).await.unwrap();
    }
    assert_eq!(keys(&store, RecordQuery { limit: 2, ..RecordQuery::of("offer") }).await, ["1", "3"]);
}

pub(crate) async fn keeps_texts_as_they_are_and_times_to_the_millisecond(store: AnyRecordStore) {
    let big = format!(r#"{{"text":"{}"}}"#, "zażółć \\ ".repeat(100_000));
    assert!(big.len() > 1_000_000);
    for text in ["", "a\0b \\0 \\", "line\nline\n", "'; DROP TABLE records; --", "zażółć gęślą jaźń 🔑"]
    {
        let fine = at(0) + SignedDuration::from_nanos(1_999_999);
        let record = Record::new(text, text, text).with_owner(text).expiring_at(fine);
        let kept = store.put_record(record.clone(), at(0)).await.unwrap().unwrap();
        let expires_at = Some(at(0) + SignedDuration::from_millis(1));
        assert_eq!(kept, Record { expires_at, version: 1, ..record });
        assert_eq!(store.record(text, text, at(0)).await.unwrap(), Some(kept.clone()), "{text:?}");
        let query = RecordQuery { owner: Some(text.into()), ..RecordQuery::of(text) };
        assert_eq!(store.records(query, at(0)).await.unwrap(), std::slice::from_ref(&kept), "{text:?}");
        let changed = store.put_record(Record { body: big.clone(), ..kept }, at(0)).await.unwrap().unwrap();
        let read = store.record(text, text, at(0)).await.unwrap().unwrap();
        assert!(read == changed && read.body == big, "{text:?}");
        assert!(store.remove_record(text, text).await.unwrap(), "{text:?}");
    }
}

/// What came of many who each put a record of the same key at once, with themselves as the owner.
async fn race(store: &AnyRecordStore, record: Record) -> Vec<Record> {
    let put = |number: u32| {
        let (store, record) = (store.clone(), record.clone().with_owner(number.to_string()));
        tokio::spawn(async move { store.put_record(record, at(0)).await.unwrap() })
    };
    let outcomes = join_all((0..16).map(put)).await;
    outcomes.into_iter().filter_map(Result::unwrap).collect()
}

pub(crate) async fn lets_one_of_many_writers_of_a_version_through(store: AnyRecordStore) {
    let mut record = offer("basic");
    for version in 1..=8 {
        let through = race(&store, record).await;
        assert_eq!(through.len(), 1, "version {version}");
        assert_eq!(through[0].version, version);
        record = get(&store, "basic").await.unwrap();
        assert_eq!(record, through[0], "the one that got through");
    }
    // As many want the place of one that has expired.
    put(&store, Record { expires_at: Some(at(-1)), ..record }).await.unwrap();
    let through = race(&store, offer("basic")).await;
    assert_eq!(through.len(), 1);
    assert_eq!(get(&store, "basic").await.as_ref(), through.first());
}

pub(crate) async fn finds_the_services_that_an_owner_has_a_record_of(store: AnyRecordStore) {
    let services: AnyStore = store.clone();
    for number in 0..6 {
        create(&services, number, Some(i64::from(number))).await;
        let owner = if number % 2 == 0 { "even" } else { "odd" };
        let record =
            |kind: &str, owner: &str| Record::new(kind, id(number).to_string(), "{}").with_owner(owner);
        put(&store, record("owner", owner)).await.unwrap();
        put(&store, record("another", "odd")).await.unwrap();
    }
    put(&store, Record::new("owner", id(7).to_string(), "{}").with_owner("odd")).await.unwrap();
    create(&services, 8, None).await;
    let of = |owner: &str| {
        let recorded = Recorded { kind: "owner".into(), owner: owner.into() };
        Search { recorded: Some(recorded), ..Search::default() }
    };
    assert_eq!(found(&services, of("odd")).await, [1, 3, 5].map(id));
    assert_eq!(found(&services, of("nobody")).await, []);
    let page = Search { after: Some(id(1)), limit: 1, ..of("odd") };
    assert_eq!(found(&services, page).await, [id(3)]);
    let due = Search { due: Some(at(2)..at(6)), customer: Some("customer-7".into()), ..of("odd") };
    assert_eq!(found(&services, due).await, [3, 5].map(id));
    assert_eq!(found(&services, Search { customer: Some("other".into()), ..of("odd") }).await, []);
}

/// Asks everything of the stores of records that `$open` opens; `None` if there is none on this machine.
macro_rules! records_conformance {
    ($open:ident) => {
        $crate::records::records_conformance! { $open =>
            puts_a_record_only_over_the_version_that_its_writer_read,
            keeps_kinds_apart,
            removes_a_record_once_and_counts_anew_after_it,
            finds_a_record_until_the_moment_at_which_it_expires,
            puts_a_new_record_over_one_that_has_expired,
            forgets_what_has_expired_and_nothing_else,
            removes_what_has_expired_but_is_not_forgotten,
            lists_records_in_the_order_of_their_keys_both_ways,
            lists_the_records_of_an_owner,
            fills_pages_although_records_between_have_expired,
            keeps_texts_as_they_are_and_times_to_the_millisecond,
            lets_one_of_many_writers_of_a_version_through,
            finds_the_services_that_an_owner_has_a_record_of,
        }
    };
    ($open:ident => $($promise:ident,)+) => {
        // Some promises are the vault's, too, by the same name.
        mod records {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $promise() {
                    if let Some(store) = super::$open().await {
                        $crate::records::$promise(store).await;
                    }
                }
            )+
        }
    };
}
pub(crate) use records_conformance;
