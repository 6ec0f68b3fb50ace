//! What the gateway does all the time, in tasks of their own: when one of them ends, nothing goes on as if it had not.

use std::future::Future;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long what is under way may take once it is time to stop. Whoever started the gateway waits some ten seconds, and kills it.
const TO_THE_END: Duration = Duration::from_secs(8);

/// Tasks that go on until they are told to stop.
pub(crate) struct Tasks {
    stop: watch::Sender<bool>,
    tasks: JoinSet<&'static str>,
}

impl Tasks {
    pub(crate) fn new() -> Self {
        Self { stop: watch::Sender::new(false), tasks: JoinSet::new() }
    }

    /// Begins one, which is given what tells it to stop.
    pub(crate) fn begin<F>(&mut self, name: &'static str, task: impl FnOnce(Stop) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let task = task(Stop(self.stop.subscribe()));
        self.tasks.spawn(async move {
            task.await;
            name
        });
    }

    /// Has them go on until `stop` completes, and waits for what they have under way then.
    ///
    /// # Errors
    /// If one of them ends before: then the others are stopped as well.
    pub(crate) async fn run(mut self, stop: impl Future<Output = ()>) -> Result<()> {
        let ended = tokio::select! {
            () = stop => None,
            ended = self.tasks.join_next() => ended,
        };
        self.stop.send_replace(true);
        let finish = async { while self.tasks.join_next().await.is_some() {} };
        if timeout(TO_THE_END, finish).await.is_err() {
            tracing::warn!("stopped in the middle of something");
        }
        match ended {
            None => Ok(()),
            Some(Ok(name)) => bail!("{name} has ended"),
            Some(Err(error)) => bail!("something that goes on for ever has ended: {error}"),
        }
    }
}

/// What tells a task to stop.
#[derive(Clone)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Completes when it is time to stop.
    pub(crate) async fn told(mut self) {
        // Nobody is left to say so: it is time, too.
        let _ = self.0.wait_for(|is_time| *is_time).await;
    }

    /// Goes on with something until it is time to stop.
    pub(crate) async fn or(self, what: impl Future<Output = ()>) {
        tokio::select! {
            () = what => {}
            () = self.told() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test]
    async fn fails_when_a_task_ends_by_itself_and_stops_the_others() {
        for ends_by_panic in [false, true] {
            let (told, mut heard) = tokio::sync::mpsc::channel(1);
            let mut tasks = Tasks::new();
            tasks.begin("the other", |stop| async move {
                stop.told().await;
                told.send(()).await.unwrap();
            });
            tasks.begin("the one", move |_| async move { assert!(!ends_by_panic, "on purpose") });
            let error = tasks.run(pending()).await.unwrap_err().to_string();
            assert!(error.contains("has ended"), "{error}");
            assert!(heard.recv().await.is_some(), "it was told to stop");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waits_for_what_is_under_way_but_not_for_ever() {
        let (told, mut heard) = tokio::sync::mpsc::channel(1);
        let mut tasks = Tasks::new();
        tasks.begin("one that finishes", |stop| async move {
            stop.told().await;
            tokio::time::sleep(TO_THE_END / 2).await;
            told.send(()).await.unwrap();
        });
        tasks.begin("one that never does", |_| pending());
        tasks.run(ready(())).await.unwrap();
        assert!(heard.recv().await.is_some());
    }
}
