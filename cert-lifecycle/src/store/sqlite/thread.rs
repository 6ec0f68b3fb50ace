//! A thread that owns the connection, so that no statement blocks the async runtime.
//!
//! What came in while the thread was busy is done together: the reads at once, the writes in one transaction. If one of them
//! fails, all are done again, each in a savepoint of its own, which is slower. That changes nothing for those who asked: all
//! of them are still waiting, so that no order among them is promised, and the writers are told once the transaction has
//! reached the disk.

use std::sync::mpsc;
use std::{iter, thread};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use crate::store::StoreError;

type Read = Box<dyn FnOnce(&Connection) + Send>;

enum Job {
    Read(Read),
    Write(Box<dyn Write>),
}

#[derive(Clone, Debug)]
pub(super) struct DatabaseThread {
    jobs: mpsc::Sender<Job>,
}

impl DatabaseThread {
    /// The most jobs that are done together: whoever is first waits for the last.
    const MOST_TOGETHER: usize = 128;

    /// Starts the thread, which opens its connection first. It ends when the last job sent before the drop is done.
    pub(super) async fn start(
        open: impl FnOnce() -> Result<Connection, StoreError> + Send + 'static,
    ) -> Result<Self, StoreError> {
        let (jobs, inbox) = mpsc::channel();
        let (reply, opened) = oneshot::channel();
        thread::Builder::new()
            .name("certificate-store".to_owned())
            .spawn(move || match open() {
                Ok(mut connection) => {
                    let _ = reply.send(Ok(()));
                    Self::serve(&mut connection, &inbox);
                }
                Err(error) => {
                    let _ = reply.send(Err(error));
                }
            })
            .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        opened.await.map_err(|_| gone())??;
        Ok(Self { jobs })
    }

    fn serve(connection: &mut Connection, inbox: &mpsc::Receiver<Job>) {
        while let Ok(first) = inbox.recv() {
            let mut writes = Vec::new();
            for job in iter::once(first).chain(inbox.try_iter()).take(Self::MOST_TOGETHER) {
                match job {
                    Job::Read(read) => read(connection),
                    Job::Write(write) => writes.push(write),
                }
            }
            if writes.is_empty() {
                continue;
            }
            let failure = carry_out(connection, &mut writes).err().map(|error| error.to_string());
            writes.into_iter().for_each(|write| write.answer(failure.as_deref()));
        }
    }

    /// Reads.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, outcome) = oneshot::channel();
        let read = Box::new(move |connection: &Connection| {
            // Nobody may wait any more.
            let _ = reply.send(work(connection));
        });
        self.jobs.send(Job::Read(read)).map_err(|_| gone())?;
        outcome.await.map_err(|_| gone())?
    }

    /// Writes: nothing if `work` fails. It may be done twice, of which only the last counts. What was sent is carried out even if the caller stops waiting.
    pub(super) async fn write<T, E>(
        &self,
        work: impl Fn(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, outcome) = oneshot::channel();
        let write = Box::new(Work { work, outcome: None, reply });
        self.jobs.send(Job::Write(write)).map_err(|_| gone())?;
        outcome.await.map_err(|_| gone())?
    }
}

fn gone() -> StoreError {
    StoreError::Unavailable("the store's thread has ended".into())
}

/// Something to write, and whoever waits for it.
trait Write: Send {
    /// Writes. Whether to keep what was written.
    fn perform(&mut self, connection: &Connection) -> bool;

    /// Tells how it came out; `failure` is what befell the transaction.
    fn answer(self: Box<Self>, failure: Option<&str>);
}

struct Work<T, E, F> {
    work: F,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Write for Work<T, E, F>
where
    T: Send,
    E: From<StoreError> + Send,
    F: Fn(&Connection) -> Result<T, E> + Send,
{
    fn perform(&mut self, connection: &Connection) -> bool {
        let outcome = (self.work)(connection);
        let is_done = outcome.is_ok();
        self.outcome = Some(outcome);
        is_done
    }

    fn answer(self: Box<Self>, failure: Option<&str>) {
        let outcome = match (self.outcome, failure) {
            // What went wrong by itself says more than what befell the others because of it.
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(done)), None) => Ok(done),
            (_, failure) => {
                let failure = failure.unwrap_or("not carried out").to_owned();
                Err(StoreError::Unavailable(failure.into()).into())
            }
        };
        // Nobody may wait any more: what was done stands all the same.
        let _ = self.reply.send(outcome);
    }
}

/// Everything that succeeds, in one transaction. A transaction that takes the write lock at once: one begun by reading
/// could be refused it later.
fn carry_out(connection: &mut Connection, writes: &mut [Box<dyn Write>]) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if writes.iter_mut().all(|write| write.perform(&transaction)) {
        return transaction.commit();
    }
    transaction.rollback()?;
    if writes.len() == 1 {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let run = |sql| transaction.prepare_cached(sql)?.execute([]);
    for write in writes {
        run("SAVEPOINT one")?;
        if !write.perform(&transaction) {
            run("ROLLBACK TO one")?;
        }
        run("RELEASE one")?;
    }
    transaction.commit()
}
