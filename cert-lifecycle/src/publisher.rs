//! The port to whoever can publish proofs of control in the customer's stead.

use std::error::Error as StdError;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use cert_domain::Instruction;

/// Publishes proofs of control where the reseller runs the customer's DNS or web server, so that nobody has to.
///
/// # Expected flow
/// [`publish`](Self::publish) for each instruction of a service that is validating, then the pre-check until it sees
/// them, then the CA's own look; [`withdraw`](Self::withdraw) once the names are proved, the order has ended, or
/// another code has taken the place of this one.
///
/// # Guarantees that an implementation gives
/// - Both are idempotent: publishing what is there and withdrawing what is not are successes that change nothing. They
///   are called again after a crash, and whenever it is unknown whether a call arrived.
/// - Nothing else is touched: other records at the same name stay, and withdrawing takes away exactly what the
///   instruction says. A file at the path that holds something else is not deleted.
/// - Both end within a bounded time.
///
/// # Assumptions
/// What was published is seen by others after a while, not at once: that is what the pre-check is for.
///
/// # Caveats
/// A message to a mailbox is nothing that can be published; that is `Unsupported`, and so is a name that others run.
#[async_trait]
pub trait ProofPublisher: Send + Sync {
    /// Puts a record or a file where the instruction wants it.
    async fn publish(&self, instruction: &Instruction) -> Result<(), PublishError>;

    /// Takes it away again.
    async fn withdraw(&self, instruction: &Instruction) -> Result<(), PublishError>;
}

/// Why a proof was not published or not withdrawn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// It is not ours to do: the customer has to.
    #[error("this can't be published here")]
    Unsupported,
    /// Something stands there that must not be overwritten, such as an alias. The customer has to look.
    #[error("something else stands in the way: {0}")]
    Conflict(String),
    /// It may work later.
    #[error("it can't be published now")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
}

/// Publishes into memory: a double for tests, and a way for a frontend to see what it would have to do. Clones share
/// what they hold.
#[derive(Clone, Debug, Default)]
pub struct MemoryPublisher {
    published: Arc<Mutex<Vec<Instruction>>>,
}

impl MemoryPublisher {
    /// One that has published nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What is published, in the order in which that was done.
    #[must_use]
    pub fn published(&self) -> Vec<Instruction> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Instruction>> {
        // Each change is a single call: one that panicked has left the list whole.
        self.published.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ProofPublisher for MemoryPublisher {
    async fn publish(&self, instruction: &Instruction) -> Result<(), PublishError> {
        if matches!(instruction, Instruction::Message { .. }) {
            return Err(PublishError::Unsupported);
        }
        let mut published = self.lock();
        if published.contains(instruction) {
            return Ok(());
        }
        // As in DNS and on a web server, there is room for one alias and one file, and for many texts.
        if let Some(other) = published.iter().find(|other| collides(other, instruction)) {
            return Err(PublishError::Conflict(format!("{other:?}")));
        }
        published.push(instruction.clone());
        Ok(())
    }

    async fn withdraw(&self, instruction: &Instruction) -> Result<(), PublishError> {
        if matches!(instruction, Instruction::Message { .. }) {
            return Err(PublishError::Unsupported);
        }
        self.lock().retain(|published| published != instruction);
        Ok(())
    }
}

fn collides(one: &Instruction, other: &Instruction) -> bool {
    use Instruction::{CnameRecord, File, TxtRecord};
    match (one, other) {
        (CnameRecord { name, .. }, CnameRecord { name: other, .. } | TxtRecord { name: other, .. })
        | (TxtRecord { name, .. }, CnameRecord { name: other, .. }) => name.eq_ignore_ascii_case(other),
        (File { host, path, .. }, File { host: other_host, path: other_path, .. }) => {
            host.eq_ignore_ascii_case(other_host) && path == other_path
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn txt(name: &str, value: &str) -> Instruction {
        Instruction::TxtRecord { name: name.into(), value: value.into() }
    }

    fn cname(name: &str, target: &str) -> Instruction {
        Instruction::CnameRecord { name: name.into(), target: target.into() }
    }

    fn file(body: &str) -> Instruction {
        Instruction::File { host: "a.example".into(), path: "/a.txt".into(), body: body.into() }
    }

    #[tokio::test]
    async fn publishing_and_withdrawing_twice_is_as_once() {
        let publisher = MemoryPublisher::new();
        for _ in 0..2 {
            publisher.publish(&txt("a.example", "one")).await.unwrap();
            publisher.publish(&txt("a.example", "two")).await.unwrap();
        }
        assert_eq!(publisher.published(), [txt("a.example", "one"), txt("a.example", "two")]);
        for _ in 0..2 {
            publisher.withdraw(&txt("a.example", "one")).await.unwrap();
        }
        assert_eq!(publisher.published(), [txt("a.example", "two")]);
    }

    #[tokio::test]
    async fn overwrites_nothing_and_withdraws_nothing_else() {
        let publisher = MemoryPublisher::new();
        publisher.publish(&cname("a.example", "one.example")).await.unwrap();
        publisher.publish(&file("one")).await.unwrap();
        for other in [cname("A.example", "two.example"), txt("a.example", "text"), file("two")] {
            let refused = publisher.publish(&other).await.unwrap_err();
            assert!(matches!(refused, PublishError::Conflict(_)), "{refused:?}");
            publisher.withdraw(&other).await.unwrap();
        }
        assert_eq!(publisher.published(), [cname("a.example", "one.example"), file("one")]);
    }

    #[tokio::test]
    async fn a_message_is_nothing_to_publish() {
        let message = Instruction::Message { mailbox: "admin@a.example".into() };
        let refused = MemoryPublisher::new().publish(&message).await.unwrap_err();
        assert!(matches!(refused, PublishError::Unsupported));
    }
}
