//! The CA looks: when it is asked to, when an order comes whose names are proven already, and by itself from
//! time to time.

use jiff::Timestamp;

use super::Service;
use crate::{
    checks::Method,
    names::CertName,
    orders::{Order, OrderKey, next_look, still_looks},
};

/// What is to be looked at, copied out of the book so that it isn't locked meanwhile.
struct Work {
    names: Vec<CertName>,
    /// Nothing is looked for where nothing is left to prove.
    code: Option<String>,
    method: Option<Method>,
}

impl Service {
    /// Looks at the names of all orders whose time has come. Nothing runs in the background: this is called
    /// whenever somebody asks something of the sandbox, and one look stands for all that were missed.
    pub(crate) async fn catch_up(&self, now: Timestamp) {
        let due: Vec<OrderKey> = {
            let mut book = self.settled(now);
            let due = book.looks_due(now);
            let (looks, over) =
                due.into_iter().partition(|key| book.get(*key).is_some_and(|order| still_looks(order, now)));
            let over: Vec<OrderKey> = over;
            for key in over {
                book.change(key, now, |order| order.next_look = None);
            }
            looks
        };
        for key in due {
            self.look(key, now).await;
        }
    }

    /// Looks at the names of an order, unless there is nothing left to find out.
    pub(crate) async fn look(&self, key: OrderKey, now: Timestamp) {
        let work = {
            let book = self.settled(now);
            book.get(key).filter(|order| order.can_be_verified(now)).map(work_on)
        };
        let findings = match &work {
            Some(work) => {
                let code = work.code.as_deref().unwrap_or_default();
                self.checker.check(&work.names, code, work.method).await
            }
            None => Vec::new(),
        };
        self.book().change(key, now, |order| {
            // The world may have moved on meanwhile: what was found counts for the code that was looked for.
            let code = order.verification.as_ref().map(|verification| verification.code.as_str());
            if let Some(work) = &work
                && work.code.as_deref() == code
                && order.can_be_verified(now)
            {
                order.record(&findings, now);
            }
            order.next_look = next_look(order, now);
        });
    }
}

fn work_on(order: &Order) -> Work {
    let verification = order.verification.as_ref();
    Work {
        names: order.names.iter().map(|state| state.name.clone()).collect(),
        code: verification.map(|verification| verification.code.clone()),
        method: verification
            .map(|verification| verification.approver.method)
            .filter(|method| method.is_looked_up()),
    }
}
