//! What every store of the vault's keys promises.

use std::collections::HashSet;
use std::sync::Arc;

use cert_lifecycle::vault::{Encryption, KeyPut, KeyStore, KeySummary, PassphraseId, StoredKey};
use csr_tools::PublicKeyHash;
use futures::future::join_all;
use jiff::SignedDuration;

use crate::common::at;

pub(crate) type AnyKeyStore = Arc<dyn KeyStore>;

fn hash(number: u8) -> PublicKeyHash {
    PublicKeyHash::from_bytes([number; 32])
}

pub(crate) fn key(number: u8, pem: &str) -> StoredKey {
    StoredKey {
        hash: hash(number),
        passphrase_id: PassphraseId::new("2026"),
        kept_at: at(i64::from(number)),
        encrypted_pem: pem.into(),
    }
}

fn encryption(name: &str, pem: &str) -> Encryption {
    Encryption { passphrase_id: PassphraseId::new(name), encrypted_pem: pem.into() }
}

pub(crate) async fn puts_a_key_where_none_is_and_overwrites_nothing(store: AnyKeyStore) {
    assert_eq!(store.get(&hash(1)).await.unwrap(), None);
    assert_eq!(store.put_if_absent(key(1, "first")).await.unwrap(), KeyPut::Put);
    let occupied = KeyPut::Occupied(key(1, "first"));
    assert_eq!(store.put_if_absent(key(1, "first")).await.unwrap(), occupied);
    assert_eq!(store.put_if_absent(key(1, "second")).await.unwrap(), occupied);
    assert_eq!(store.get(&hash(1)).await.unwrap(), Some(key(1, "first")));
    assert_eq!(store.get(&hash(2)).await.unwrap(), None);
}

pub(crate) async fn deletes_a_key_once(store: AnyKeyStore) {
    store.put_if_absent(key(1, "first")).await.unwrap();
    store.put_if_absent(key(2, "second")).await.unwrap();
    assert!(store.delete(&hash(1)).await.unwrap());
    assert!(!store.delete(&hash(1)).await.unwrap());
    assert_eq!(store.get(&hash(1)).await.unwrap(), None);
    assert_eq!(store.get(&hash(2)).await.unwrap(), Some(key(2, "second")));
    assert_eq!(store.put_if_absent(key(1, "third")).await.unwrap(), KeyPut::Put, "there is room again");
}

pub(crate) async fn lists_all_keys_by_their_hashes(store: AnyKeyStore) {
    assert_eq!(store.list().await.unwrap(), []);
    for number in [0xb1, 0x0a, 0x99] {
        store.put_if_absent(key(number, "pem")).await.unwrap();
    }
    let all: Vec<_> = [0x0a, 0x99, 0xb1].map(|number| KeySummary::from(&key(number, "pem"))).into();
    assert_eq!(store.list().await.unwrap(), all);
}

pub(crate) async fn replaces_an_encryption_that_is_as_it_was_seen_and_nothing_else(store: AnyKeyStore) {
    let seen = key(1, "first");
    assert!(!store.re_encrypt(&seen, encryption("2027", "new")).await.unwrap(), "there is none");
    assert_eq!(store.get(&hash(1)).await.unwrap(), None);
    store.put_if_absent(seen.clone()).await.unwrap();
    store.put_if_absent(key(2, "first")).await.unwrap();
    let others = [
        StoredKey { encrypted_pem: "First".into(), ..seen.clone() },
        StoredKey { passphrase_id: PassphraseId::new("2025"), ..seen.clone() },
        StoredKey { kept_at: at(0), ..seen.clone() },
    ];
    for other in others {
        assert!(!store.re_encrypt(&other, encryption("2027", "new")).await.unwrap(), "{other:?}");
        assert_eq!(store.get(&hash(1)).await.unwrap(), Some(seen.clone()));
    }
    assert!(store.re_encrypt(&seen, encryption("2027", "new")).await.unwrap());
    let after = StoredKey { passphrase_id: PassphraseId::new("2027"), ..key(1, "new") };
    assert_eq!(store.get(&hash(1)).await.unwrap(), Some(after.clone()));
    assert_eq!(store.get(&hash(2)).await.unwrap(), Some(key(2, "first")));
    assert!(!store.re_encrypt(&seen, encryption("2028", "newer")).await.unwrap(), "it is another by now");
    assert_eq!(store.get(&hash(1)).await.unwrap(), Some(after));
}

pub(crate) async fn keeps_texts_as_they_are_and_times_to_the_millisecond(store: AnyKeyStore) {
    for (number, text) in
        (1..).zip(["", "a\0b \\0 \\", "line\nline\n", "'; DROP TABLE private_keys; --", "zażółć"])
    {
        let fine = at(0) + SignedDuration::from_nanos(1_999_999);
        let put = StoredKey { passphrase_id: PassphraseId::new(text), kept_at: fine, ..key(number, text) };
        store.put_if_absent(put.clone()).await.unwrap();
        let kept = StoredKey { kept_at: at(0) + SignedDuration::from_millis(1), ..put };
        assert_eq!(store.get(&hash(number)).await.unwrap(), Some(kept.clone()), "{text:?}");
        assert!(store.re_encrypt(&kept, encryption(text, text)).await.unwrap(), "{text:?}");
        assert!(store.list().await.unwrap().contains(&KeySummary::from(&kept)), "{text:?}");
    }
}

/// Of many who do something at once, how many it worked for.
async fn many<F: Future<Output = bool> + Send + 'static>(task: impl Fn(u8) -> F) -> usize {
    let done = join_all((0..MANY).map(|number| tokio::spawn(task(number)))).await;
    done.into_iter().filter(|done| *done.as_ref().unwrap()).count()
}

const MANY: u8 = 16;

pub(crate) async fn lets_one_of_many_put_replace_or_delete_a_key(store: AnyKeyStore) {
    for _ in 0..8 {
        let put = many(|number| {
            let (store, mine) = (store.clone(), key(1, &number.to_string()));
            async move { store.put_if_absent(mine).await.unwrap() == KeyPut::Put }
        });
        assert_eq!(put.await, 1);
        let seen = store.get(&hash(1)).await.unwrap().unwrap();
        let replaced = many(|number| {
            let (store, seen) = (store.clone(), seen.clone());
            let mine = encryption("2027", &format!("new {number}"));
            async move { store.re_encrypt(&seen, mine).await.unwrap() }
        });
        assert_eq!(replaced.await, 1);
        let deleted = many(|_| {
            let store = store.clone();
            async move { store.delete(&hash(1)).await.unwrap() }
        });
        assert_eq!(deleted.await, 1);
    }
    let put = many(|number| {
        let store = store.clone();
        async move { store.put_if_absent(key(number, "pem")).await.unwrap() == KeyPut::Put }
    });
    assert_eq!(put.await, usize::from(MANY));
    let all: HashSet<_> = store.list().await.unwrap().into_iter().map(|summary| summary.hash).collect();
    assert_eq!(all, (0..MANY).map(hash).collect());
}

/// Asks everything of the stores of keys that `$open` opens; `None` if there is none on this machine.
macro_rules! keys_conformance {
    ($open:path) => {
        $crate::keys::keys_conformance! { $open =>
            puts_a_key_where_none_is_and_overwrites_nothing,
            deletes_a_key_once,
            lists_all_keys_by_their_hashes,
            replaces_an_encryption_that_is_as_it_was_seen_and_nothing_else,
            keeps_texts_as_they_are_and_times_to_the_millisecond,
            lets_one_of_many_put_replace_or_delete_a_key,
        }
    };
    ($open:path => $($promise:ident,)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $promise() {
                if let Some(store) = $open().await {
                    $crate::keys::$promise(store).await;
                }
            }
        )+
    };
}
pub(crate) use keys_conformance;
