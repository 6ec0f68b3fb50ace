//! A thread that owns the connection, so that no statement blocks the async runtime, and each transaction crosses
//! threads once.

use std::sync::mpsc;
use std::thread;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::store::StoreError;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

#[derive(Debug)]
pub(super) struct DatabaseThread {
    jobs: mpsc::Sender<Job>,
}

impl DatabaseThread {
    /// The thread ends when the last job sent before the drop is done.
    pub(super) fn start(mut connection: Connection) -> Result<Self, StoreError> {
        let (jobs, inbox) = mpsc::channel::<Job>();
        thread::Builder::new()
            .name("certificate-store".to_owned())
            .spawn(move || {
                for job in inbox {
                    job(&mut connection);
                }
            })
            .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        Ok(Self { jobs })
    }

    /// Runs a job on the thread. A job that was sent is carried out even if the caller stops waiting.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, outcome) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // Nobody waits any more: what was done stands all the same.
            let _ = reply.send(job(connection));
        });
        let gone = || StoreError::Unavailable("the store's thread has ended".into());
        self.jobs.send(job).map_err(|_| gone())?;
        outcome.await.map_err(|_| gone())
    }
}
