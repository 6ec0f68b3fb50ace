//! The same write, asked for again.
//!
//! # Guarantees
//! - The same request under the same key gets the answer that it got before; another request under it gets none.
//! - Of two that come at the same time, one is carried out.
//! - What was done and [noted](Once::note) is not done again, though its answer never came to be.
//! - What is kept opens to nobody but who has the token and the key: an answer may hold a private key.
//!
//! # Assumptions
//! The clocks of gateways that share a database differ by less than the [`LEASE`].
//!
//! # Caveats
//! A gateway that dies in the middle leaves its mark. Once the [`LEASE`] is over, whoever asks again has done again what was
//! not noted: what may not happen twice is the engine's to know, by references, public keys, periods and states. One that
//! was away for so long, and goes on, does so beside whoever took over; the mark is no longer its own.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cert_lifecycle::records::{Kept, Records};
use cert_lifecycle::{Clock, Error, StoreError, SystemClock};
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::call::Reply;
use crate::problem::Problem;
use crate::token::{self, hex};

/// How long a write is taken for under way unless whoever works on it says so again.
const LEASE: Duration = Duration::from_secs(9);
/// How long an answer is kept.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(48);

/// A write under a key, as it is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Write {
    /// What was asked, under the token: a stranger can't guess at it.
    fingerprint: String,
    stage: Stage,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    /// Somebody works on it, until then; and what he has done by now.
    Running { holder: String, until: Timestamp, done: Option<String> },
    /// It was answered.
    Answered { sealed: String },
    /// It was refused, and nothing was done: the key is free.
    Refused,
}

impl Kept for Write {
    const KIND: &'static str = "gateway_write";
}

/// What is sealed of a write: none is taken for another.
const DONE: &str = "done";
const ANSWER: &str = "answer";

/// A key, under somebody's token, in one call.
pub(crate) struct Key {
    secret: hmac::Key,
    text: String,
    kept_under: String,
    fingerprint: String,
    /// Which call it is.
    holder: String,
}

/// How a write begins.
pub(crate) enum Beginning {
    /// It is to be carried out, but for what was done already.
    Fresh(Once),
    /// It was, and this was answered.
    Before(Reply),
}

/// What a call does once, whatever fails after it. Without a key, nobody can ask for the same again.
#[derive(Clone, Default)]
pub(crate) struct Once {
    key: Option<(Arc<Key>, Records)>,
    /// What was done before, sealed.
    done: Option<String>,
}

impl Once {
    pub(crate) fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// What was done before.
    pub(crate) fn before<T: DeserializeOwned>(&self) -> Result<Option<T>, Problem> {
        let (Some((key, _)), Some(sealed)) = (&self.key, &self.done) else { return Ok(None) };
        key.unseal(DONE, sealed).map(Some)
    }

    /// Notes what is done: whoever asks again finds it as what was done before.
    pub(crate) async fn note<T: Serialize>(&self, done: &T) -> Result<(), Problem> {
        let Some((key, records)) = &self.key else { return Ok(()) };
        let sealed = Some(key.seal(DONE, done)?);
        let is_mine = key.set_done(records, &sealed).await?;
        if is_mine { Ok(()) } else { Err(Problem::InProgress) }
    }

    /// Takes back what was noted, since it was not done after all.
    pub(crate) async fn forget(&self) -> Result<(), Problem> {
        let Some((key, records)) = &self.key else { return Ok(()) };
        key.set_done(records, &None).await?;
        Ok(())
    }

    /// Does something, unless it was done before, and says what came of it.
    pub(crate) async fn carry_out<T: Serialize + DeserializeOwned>(
        &self,
        act: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        if let Some(before) = self.before()? {
            return Ok(before);
        }
        let done = act.await?;
        if self.note(&done).await.is_err() {
            // It is done all the same, and the answer may still be kept.
            tracing::warn!("what was done can't be noted");
        }
        Ok(done)
    }
}

impl Key {
    /// A key for a request, if it is one: 1 to 255 printable characters.
    pub(crate) fn new(token: &str, text: &str, request: &[&[u8]]) -> Result<Self, Problem> {
        let is_key = (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_key {
            return Err(Problem::Unreadable("Idempotency-Key has 1 to 255 printable characters".into()));
        }
        let secret = hmac::Key::new(hmac::HMAC_SHA256, token.as_bytes());
        let mut digest = hmac::Context::with_key(&secret);
        digest.update(b"request");
        for part in request {
            digest.update(&part.len().to_be_bytes());
            digest.update(part);
        }
        let fingerprint = hex(digest.sign().as_ref());
        let kept_under = hex(hmac::sign(&secret, format!("key {text}").as_bytes()).as_ref());
        let holder = token::random().map_err(Error::from)?;
        Ok(Self { secret, text: text.to_owned(), kept_under, fingerprint, holder })
    }

    pub(crate) async fn begin(self: &Arc<Self>, records: &Records) -> Result<Beginning, Problem> {
        let fresh = |done| Beginning::Fresh(Once { key: Some((Arc::clone(self), records.clone())), done });
        loop {
            let now = SystemClock::default().now();
            let end = now.saturating_add(KEPT_FOR).unwrap_or(Timestamp::MAX);
            if records.add_until(&self.kept_under, &self.running(None), end).await? {
                return Ok(fresh(None));
            }
            // It may have expired since.
            let Some(found) = records.find::<Write>(&self.kept_under).await? else { continue };
            if found.stage != Stage::Refused && found.fingerprint != self.fingerprint {
                return Err(Problem::KeyReused);
            }
            let done = match &found.stage {
                Stage::Answered { sealed } => return self.unseal(ANSWER, sealed).map(Beginning::Before),
                Stage::Running { until, .. } if now < *until => return Err(Problem::InProgress),
                Stage::Running { done, .. } => done.clone(),
                Stage::Refused => None,
            };
            // Of all who find that nobody works on it any longer, one takes it over.
            let mine = self.running(done.clone());
            let mut is_mine = false;
            let take = |write: &mut Write| {
                is_mine = *write == found;
                if is_mine {
                    *write = mine.clone();
                }
            };
            records.change(&self.kept_under, take).await?;
            if is_mine {
                return Ok(fresh(done));
            }
        }
    }

    /// Says for ever that somebody works on it.
    pub(crate) async fn go_on(&self, records: &Records) -> Infallible {
        loop {
            tokio::time::sleep(LEASE / 3).await;
            let go_on = |stage: &mut Stage| {
                if let Stage::Running { until, .. } = stage {
                    *until = lease();
                }
            };
            if let Err(error) = self.change(records, go_on).await {
                tracing::warn!(%error, "nobody is told that a write is under way");
            }
        }
    }

    /// Keeps an answer. One that refused is not kept, if nothing was done: the key is free again. After any other failure the
    /// same may be asked for again at once, and what was done is not done again.
    pub(crate) async fn end(
        &self,
        records: &Records,
        answer: Result<&Reply, &Problem>,
    ) -> Result<(), Problem> {
        let answered = answer.ok().map(|reply| self.seal(ANSWER, reply)).transpose()?;
        let is_refused = answer.is_err_and(Problem::is_refusal);
        let end = |stage: &mut Stage| match (&answered, &mut *stage) {
            (Some(sealed), _) => *stage = Stage::Answered { sealed: sealed.clone() },
            (None, Stage::Running { done: None, .. }) if is_refused => *stage = Stage::Refused,
            (None, Stage::Running { until, .. }) => *until = Timestamp::UNIX_EPOCH,
            _ => {}
        };
        self.insist(records, end).await?;
        Ok(())
    }

    async fn set_done(&self, records: &Records, sealed: &Option<String>) -> Result<bool, StoreError> {
        let set = |stage: &mut Stage| {
            if let Stage::Running { done, .. } = stage {
                done.clone_from(sealed);
            }
        };
        self.insist(records, set).await
    }

    /// [`change`](Self::change), though the database can't be reached for a moment.
    async fn insist(
        &self,
        records: &Records,
        mut change: impl FnMut(&mut Stage) + Send,
    ) -> Result<bool, StoreError> {
        const TRIES: u32 = 5;
        let mut tried = 0;
        loop {
            tried += 1;
            match self.change(records, &mut change).await {
                Err(StoreError::Unavailable(_)) if tried < TRIES => {
                    tokio::time::sleep(Duration::from_millis(100) * tried).await;
                }
                done => return done,
            }
        }
    }

    /// Changes the mark, unless another call has taken it over. Says whether it is still this one's.
    async fn change(
        &self,
        records: &Records,
        mut change: impl FnMut(&mut Stage) + Send,
    ) -> Result<bool, StoreError> {
        let mut is_mine = false;
        let change = |write: &mut Write| {
            is_mine = matches!(&write.stage, Stage::Running { holder, .. } if *holder == self.holder);
            if is_mine {
                change(&mut write.stage);
            }
        };
        records.change(&self.kept_under, change).await?;
        Ok(is_mine)
    }

    /// That this call works on it now.
    fn running(&self, done: Option<String>) -> Write {
        let stage = Stage::Running { holder: self.holder.clone(), until: lease(), done };
        Write { fingerprint: self.fingerprint.clone(), stage }
    }

    fn sealing_key(&self, what: &str) -> Result<RandomizedNonceKey, Problem> {
        let key = hmac::sign(&self.secret, format!("{what} {}", self.text).as_bytes());
        RandomizedNonceKey::new(&AES_256_GCM, key.as_ref()).map_err(|_| unsealable())
    }

    fn seal(&self, what: &str, value: &impl Serialize) -> Result<String, Problem> {
        let mut bytes = serde_json::to_vec(value).map_err(|_| unsealable())?;
        let sealed = self.sealing_key(what)?.seal_in_place_append_tag(Aad::empty(), &mut bytes);
        let nonce = sealed.map_err(|_| unsealable())?;
        bytes.extend_from_slice(nonce.as_ref());
        Ok(BASE64_STANDARD.encode(bytes))
    }

    fn unseal<T: DeserializeOwned>(&self, what: &str, sealed: &str) -> Result<T, Problem> {
        let bytes = BASE64_STANDARD.decode(sealed).map_err(|_| unsealable())?;
        let (bytes, nonce) =
            bytes.split_last_chunk::<{ aws_lc_rs::aead::NONCE_LEN }>().ok_or_else(unsealable)?;
        let mut bytes = bytes.to_vec();
        let opened = self.sealing_key(what)?;
        let opened = opened
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::empty(), &mut bytes)
            .map_err(|_| unsealable())?;
        serde_json::from_slice(opened).map_err(|_| unsealable())
    }
}

fn unsealable() -> Problem {
    Problem::Internal("what is kept of a write can't be sealed or opened".to_owned())
}

/// Until when somebody works on a write who says so now.
fn lease() -> Timestamp {
    SystemClock::default().now().saturating_add(LEASE).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use cert_lifecycle::MemoryStore;

    use super::*;

    fn records() -> Records {
        Records::new(MemoryStore::new(), SystemClock::default())
    }

    /// A call under a key.
    fn key(token: &str, text: &str, body: &str) -> Arc<Key> {
        Arc::new(Key::new(token, text, &[b"POST", b"/v1/services", body.as_bytes()]).unwrap())
    }

    fn call() -> Arc<Key> {
        key("token", "key", "body")
    }

    async fn fresh(key: &Arc<Key>, records: &Records) -> Once {
        match key.begin(records).await {
            Ok(Beginning::Fresh(once)) => once,
            Ok(Beginning::Before(_)) => panic!("it is not carried out"),
            Err(problem) => panic!("{problem:?}"),
        }
    }

    /// As a gateway leaves it that died, or was away, for some time.
    async fn abandon(key: &Key, records: &Records) {
        let long_ago = |write: &mut Write| match &mut write.stage {
            Stage::Running { until, .. } => *until = Timestamp::UNIX_EPOCH,
            _ => panic!("nobody works on it"),
        };
        records.change(&key.kept_under, long_ago).await.unwrap().unwrap();
    }

    fn answer() -> Reply {
        Reply::ok(&"s3cret").unwrap()
    }

    #[tokio::test]
    async fn is_begun_by_one_and_answered_to_all() {
        let (records, first) = (records(), call());
        fresh(&first, &records).await;
        assert!(matches!(call().begin(&records).await, Err(Problem::InProgress)));
        first.end(&records, Ok(&answer())).await.unwrap();
        let Ok(Beginning::Before(before)) = call().begin(&records).await else { panic!("it is begun again") };
        assert_eq!((before.status, before.body), (200, b"\"s3cret\"".to_vec()));
        let kept: Write = records.find(&first.kept_under).await.unwrap().unwrap();
        assert!(!serde_json::to_string(&kept).unwrap().contains("s3cret"));
    }

    #[tokio::test]
    async fn is_another_write_with_another_body_and_another_key_with_another_token() {
        let records = records();
        fresh(&call(), &records).await;
        let other = key("token", "key", "other").begin(&records).await;
        assert!(matches!(other, Err(Problem::KeyReused)));
        fresh(&key("other", "key", "other"), &records).await;
    }

    #[tokio::test]
    async fn is_begun_again_by_one_of_those_who_ask_once_its_gateway_has_died() {
        let (records, died) = (records(), call());
        fresh(&died, &records).await;
        abandon(&died, &records).await;
        let second = call();
        fresh(&second, &records).await;
        assert!(
            matches!(call().begin(&records).await, Err(Problem::InProgress)),
            "it is not taken over twice"
        );
        second.end(&records, Err(&Problem::NotFound)).await.unwrap();
        fresh(&key("token", "key", "other"), &records).await;
    }

    #[tokio::test]
    async fn is_gone_on_with_where_it_stood_when_what_was_done_could_not_be_answered() {
        for problem in [Problem::TimedOut, Problem::Internal("lost".to_owned()), Problem::NotFound] {
            let (records, first) = (records(), call());
            let once = fresh(&first, &records).await;
            assert!(once.before::<String>().unwrap().is_none());
            assert_eq!(once.carry_out(async { Ok("s3cret".to_owned()) }).await.unwrap(), "s3cret");
            let kept: Write = records.find(&first.kept_under).await.unwrap().unwrap();
            assert!(!serde_json::to_string(&kept).unwrap().contains("s3cret"));
            first.end(&records, Err(&problem)).await.unwrap();
            let other = key("token", "key", "other").begin(&records).await;
            assert!(matches!(other, Err(Problem::KeyReused)), "{problem:?}");
            let second = call();
            let again = fresh(&second, &records).await;
            let done = again.carry_out(async { Err::<String, _>(Problem::NotFound) }).await;
            assert_eq!(done.unwrap(), "s3cret", "{problem:?}");
            again.forget().await.unwrap();
            second.end(&records, Err(&Problem::NotFound)).await.unwrap();
            assert!(fresh(&call(), &records).await.before::<String>().unwrap().is_none());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn leaves_the_mark_to_whoever_took_it_over() {
        let (records, away, other) = (records(), call(), call());
        let once = fresh(&away, &records).await;
        abandon(&away, &records).await;
        fresh(&other, &records).await;
        let marked = async || records.find::<Write>(&other.kept_under).await.unwrap();
        let theirs = marked().await;
        // Whoever was away for so long works on, says so, notes what it did, and fails or ends.
        tokio::select! {
            never = away.go_on(&records) => match never {},
            () = tokio::time::sleep(LEASE) => {}
        }
        assert!(matches!(once.note(&"done").await, Err(Problem::InProgress)));
        away.end(&records, Err(&Problem::NotFound)).await.unwrap();
        away.end(&records, Ok(&answer())).await.unwrap();
        assert!(marked().await == theirs);
        other.end(&records, Ok(&Reply::ok(&"other").unwrap())).await.unwrap();
        away.end(&records, Ok(&answer())).await.unwrap();
        let Ok(Beginning::Before(before)) = call().begin(&records).await else { panic!("it is begun again") };
        assert_eq!(before.body, b"\"other\"");
    }

    #[tokio::test(start_paused = true)]
    async fn stays_with_whoever_works_on_it() {
        let (records, first) = (records(), call());
        fresh(&first, &records).await;
        abandon(&first, &records).await;
        tokio::select! {
            never = first.go_on(&records) => match never {},
            () = tokio::time::sleep(Duration::from_secs(60)) => {}
        }
        assert!(matches!(call().begin(&records).await, Err(Problem::InProgress)));
    }
}
