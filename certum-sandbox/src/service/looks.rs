//! The CA looks: when it is asked to, when an order comes whose names are proven already, and by itself from
//! time to time.

use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::Service;
use crate::{
    checks::{Checker, Finding, Method, Question},
    orders::{Order, OrderKey, next_look, still_looks},
};

/// What is to be looked at, copied out of the book so that it isn't locked meanwhile.
struct Work {
    questions: Vec<Question>,
    /// Nothing is looked for where nothing is left to prove.
    code: Option<String>,
    method: Option<Method>,
}

/// How many orders are looked at side by side.
const SIDE_BY_SIDE: usize = 32;

/// How long a call waits for looks that it has not asked for. Look-ups that get no answer would hold up everybody.
const PATIENCE: Duration = Duration::from_secs(3);

impl Service {
    /// Looks at the names of all orders whose time has come. Nothing runs in the background: this is called
    /// whenever somebody asks something of the sandbox, and one look stands for all that were missed.
    ///
    /// A look belongs to whoever found it due. One that takes too long is given up, until the next is due.
    pub(crate) async fn catch_up(&self) {
        let due = self.claim_looks();
        if due.is_empty() {
            return;
        }
        if self.checker.may_wait() {
            return self.look_side_by_side(due).await;
        }
        for (key, work) in due {
            let findings = work.look(&self.checker).await;
            self.record(key, &work, &findings);
        }
    }

    async fn look_side_by_side(&self, due: Vec<(OrderKey, Work)>) {
        let mut due = due.into_iter();
        let mut under_way: JoinSet<(OrderKey, Work, Vec<Finding>)> = JoinSet::new();
        let looks = async {
            loop {
                while under_way.len() < SIDE_BY_SIDE
                    && let Some((key, work)) = due.next()
                {
                    let checker = self.checker.clone();
                    under_way.spawn(async move {
                        let findings = work.look(&checker).await;
                        (key, work, findings)
                    });
                }
                match under_way.join_next().await {
                    None => return,
                    Some(Ok((key, work, findings))) => self.record(key, &work, &findings),
                    Some(Err(error)) => tracing::error!(%error, "a look failed"),
                }
            }
        };
        if tokio::time::timeout(PATIENCE, looks).await.is_err() {
            tracing::warn!("looks at domains take too long, and are given up");
        }
    }

    /// Takes the looks that are due, so that nobody else does.
    fn claim_looks(&self) -> Vec<(OrderKey, Work)> {
        let (mut book, now) = self.settled();
        let mut claimed = Vec::new();
        for key in book.looks_due(now) {
            let work = book.change(key, now, |order| {
                // What the CA missed long ago it does not make up for.
                let work = still_looks(order, now).then(|| work_on(order, now));
                order.next_look = next_look(order, now);
                work
            });
            claimed.extend(work.flatten().map(|work| (key, work)));
        }
        claimed
    }

    /// Looks at the names of an order, unless there is nothing left to find out.
    pub(crate) async fn look(&self, key: OrderKey) {
        let work = {
            let (book, now) = self.settled();
            book.get(key).filter(|order| order.can_be_verified(now)).map(|order| work_on(order, now))
        };
        if let Some(work) = work {
            let findings = work.look(&self.checker).await;
            self.record(key, &work, &findings);
        }
    }

    /// Notes what a look found, at the moment at which it is known.
    fn record(&self, key: OrderKey, work: &Work, findings: &[Finding]) {
        let (mut book, now) = self.settled();
        book.change(key, now, |order| {
            // The world may have moved on meanwhile: what was found counts for the code that was looked for.
            let code = order.verification.as_ref().map(|verification| verification.code.as_str());
            if work.code.as_deref() == code && order.can_be_verified(now) {
                order.record(findings, now);
            }
            order.next_look = next_look(order, now);
        });
    }
}

impl Work {
    async fn look(&self, checker: &Checker) -> Vec<Finding> {
        checker.check(&self.questions, self.code.as_deref().unwrap_or_default(), self.method).await
    }
}

fn work_on(order: &Order, now: Timestamp) -> Work {
    let verification = order.verification.as_ref();
    Work {
        questions: order.questions(now),
        code: verification.map(|verification| verification.code.clone()),
        method: verification
            .map(|verification| verification.approver.method)
            .filter(|method| method.is_looked_up()),
    }
}
