//! The other side of the load on PostgreSQL: a CA that is little more than its book, in a process that nobody kills. It
//! answers questions of a line each, and loses an answer now and then.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::Outcome;

/// The CA's book, and how it answers.
pub(crate) struct Office {
    /// The certificate, and those above it, in base64: all services have the same request, so one does for all.
    certificate: String,
    /// How long it takes to answer.
    answers_after: Duration,
    book: Mutex<Book>,
}

/// What the CA knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Book {
    /// Whom each order is for, and the product.
    pub(crate) orders: BTreeMap<String, String>,
    /// How often an order was refused because its identifier was taken.
    pub(crate) refused: usize,
    /// How often somebody looked for an order.
    pub(crate) looks: usize,
    /// How many orders were taken whose answer was lost.
    pub(crate) lost: usize,
    /// Of how many answers to an order one is lost; 0: of none.
    pub(crate) loses_one_of: usize,
}

/// What comes of a question.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Line(String),
    /// It was done, and the line goes dead.
    Lost,
}

impl Book {
    /// An identifier is taken once, as Certum has it.
    pub(crate) fn place(&mut self, order: &str, whose: &str) -> Answer {
        if self.orders.contains_key(order) {
            self.refused += 1;
            return Answer::Line("taken".into());
        }
        self.orders.insert(order.to_owned(), whose.to_owned());
        if self.loses_one_of > 0 && self.orders.len().is_multiple_of(self.loses_one_of) {
            self.lost += 1;
            return Answer::Lost;
        }
        Answer::Line(format!("placed {order}-code"))
    }

    fn find(&mut self, order: &str) -> Answer {
        self.looks += 1;
        let whose = self.orders.get(order);
        Answer::Line(whose.map_or_else(|| "none".into(), |whose| format!("found {whose}")))
    }
}

impl Office {
    /// Opens at an address of its own, which it tells.
    pub(crate) async fn open(certificate: String, answers_after: Duration) -> Outcome<(Arc<Self>, String)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let office = Arc::new(Self { certificate, answers_after, book: Mutex::default() });
        let opened = Arc::clone(&office);
        tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                let office = Arc::clone(&opened);
                // A caller that was killed has hung up: nothing is left to be done for it.
                tokio::spawn(async move { office.serve(caller).await.ok() });
            }
        });
        Ok((office, address))
    }

    pub(crate) fn book(&self) -> Book {
        self.book.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on one of so many answers to an order is lost.
    pub(crate) fn lose_one_of(&self, answers: usize) {
        self.book.lock().unwrap_or_else(PoisonError::into_inner).loses_one_of = answers;
    }

    async fn serve(&self, caller: TcpStream) -> Outcome<()> {
        caller.set_nodelay(true)?;
        let mut caller = BufReader::new(caller);
        let mut question = String::new();
        while caller.read_line(&mut question).await? > 0 {
            let Answer::Line(answer) = self.answer(question.trim_end()) else { return Ok(()) };
            if !self.answers_after.is_zero() {
                tokio::time::sleep(self.answers_after).await;
            }
            caller.write_all(format!("{answer}\n").as_bytes()).await?;
            question.clear();
        }
        Ok(())
    }

    fn answer(&self, question: &str) -> Answer {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        let (verb, rest) = question.split_once(' ').unwrap_or((question, ""));
        match (verb, rest.split_once(' ')) {
            ("place", Some((order, whose))) => book.place(order, whose),
            ("find", _) => book.find(rest),
            ("certificate", _) => Answer::Line(self.certificate.clone()),
            ("check", _) => Answer::Line("begun".into()),
            ("report", _) => Answer::Line("issued".into()),
            _ => Answer::Line("what?".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_an_identifier_once_and_remembers_what_it_lost() {
        let mut book = Book { loses_one_of: 2, ..Book::default() };
        assert_eq!(book.place("a-1", "customer-1 601"), Answer::Line("placed a-1-code".into()));
        assert_eq!(book.place("a-1", "customer-1 601"), Answer::Line("taken".into()));
        assert_eq!(book.place("b-1", "customer-2 601"), Answer::Lost);
        assert_eq!(book.find("b-1"), Answer::Line("found customer-2 601".into()));
        assert_eq!(book.find("c-1"), Answer::Line("none".into()));
        assert_eq!((book.orders.len(), book.refused, book.lost, book.looks), (2, 1, 1, 2));
    }
}
