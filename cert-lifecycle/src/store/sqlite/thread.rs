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
    /// Starts the thread, which opens its connection first. It ends when the last job sent before the drop is done.
    pub(super) async fn start(
        open: impl FnOnce() -> Result<Connection, StoreError> + Send + 'static,
    ) -> Result<Self, StoreError> {
        let (jobs, inbox) = mpsc::channel::<Job>();
        let (reply, opened) = oneshot::channel();
        thread::Builder::new()
            .name("certificate-store".to_owned())
            .spawn(move || match open() {
                Ok(mut connection) => {
                    let _ = reply.send(Ok(()));
                    for job in inbox {
                        job(&mut connection);
                    }
                }
                Err(error) => {
                    let _ = reply.send(Err(error));
                }
            })
            .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        opened.await.map_err(|_| gone())??;
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
        self.jobs.send(job).map_err(|_| gone())?;
        outcome.await.map_err(|_| gone())
    }
}

fn gone() -> StoreError {
    StoreError::Unavailable("the store's thread has ended".into())
}
