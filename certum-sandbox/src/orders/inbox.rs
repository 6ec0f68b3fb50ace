//! The messages that the CA would have sent.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::{Order, OrderKey};
use crate::{
    checks::Method,
    random::{Purpose, Randomness},
};

/// Messages in the order of their sending.
#[derive(Default)]
pub(crate) struct Inbox {
    mails: BTreeMap<u64, StoredMail>,
    /// How many were ever sent, which is the number of the newest.
    sent: u64,
    tokens: HashMap<String, u64>,
    by_order: HashMap<OrderKey, Vec<u64>>,
}

/// A message. It has no `Debug`: who knows its token can approve.
#[derive(Clone)]
pub(crate) struct StoredMail {
    pub(crate) id: u64,
    pub(crate) order: OrderKey,
    pub(crate) order_id: String,
    pub(crate) to: String,
    pub(crate) letter: Letter,
    pub(crate) sent_at: Timestamp,
    pub(crate) approved_at: Option<Timestamp>,
}

/// What a message is about.
#[derive(Clone)]
pub(crate) enum Letter {
    /// Asks whoever reads the mail of a domain whether its certificate is wanted.
    Domain {
        /// The domain whose control a click proves.
        domain: String,
        /// The code of the verification that it belongs to.
        code: String,
        /// What makes its link unguessable. Not the code: the account knows that one, and the click has to
        /// prove that somebody read this message.
        token: String,
    },
    /// Asks the owner of a mailbox whether a certificate for it is wanted.
    Mailbox { token: String },
    /// Tells the customer what to publish.
    Instruction { method: Method, code: String },
}

impl Letter {
    /// What its link ends in, if it has one.
    pub(crate) fn token(&self) -> Option<&str> {
        match self {
            Self::Domain { token, .. } | Self::Mailbox { token } => Some(token),
            Self::Instruction { .. } => None,
        }
    }
}

impl StoredMail {
    /// What its reader is asked about: a domain, or their own mailbox.
    pub(crate) fn subject(&self) -> &str {
        match &self.letter {
            Letter::Domain { domain, .. } => domain,
            Letter::Mailbox { .. } | Letter::Instruction { .. } => &self.to,
        }
    }
}

impl Inbox {
    /// Sends what the verification of an order's names asks for: a message to each approver, or to the customer
    /// what to publish, if that was wanted.
    pub(super) fn announce(&mut self, key: OrderKey, order: &Order, random: &Randomness) {
        let Some(verification) = &order.verification else { return };
        let (approver, at) = (&verification.approver, verification.given_at);
        match &approver.mailbox {
            Some(mailbox) if approver.method == Method::Admin => {
                let names: Vec<_> = order.names.iter().map(|state| state.name.clone()).collect();
                for (to, domain) in mailbox.addresses(&names) {
                    let token = random.hex::<16>(Purpose::Codes);
                    self.send(
                        key,
                        order,
                        to,
                        Letter::Domain { domain, code: verification.code.clone(), token },
                        at,
                    );
                }
            }
            _ if approver.notifies && approver.method != Method::Admin => {
                let letter = Letter::Instruction { method: approver.method, code: verification.code.clone() };
                self.send(key, order, order.requestor.email.clone(), letter, at);
            }
            _ => {}
        }
    }

    /// Asks the mailbox that a certificate is for.
    pub(super) fn ask_mailbox(&mut self, key: OrderKey, order: &Order, random: &Randomness) {
        if let Some(email) = order.email.as_ref().filter(|email| email.verified_at.is_none()) {
            let token = random.hex::<16>(Purpose::Codes);
            self.send(key, order, email.email.clone(), Letter::Mailbox { token }, email.sent_at);
        }
    }

    fn send(&mut self, key: OrderKey, order: &Order, to: String, letter: Letter, sent_at: Timestamp) {
        self.sent += 1;
        let id = self.sent;
        if let Some(token) = letter.token() {
            self.tokens.insert(token.to_owned(), id);
        }
        self.by_order.entry(key).or_default().push(id);
        let order_id = order.id.clone();
        let mail = StoredMail { id, order: key, order_id, to, letter, sent_at, approved_at: None };
        self.mails.insert(id, mail);
    }

    /// Forgets the messages about an order.
    pub(super) fn forget(&mut self, key: OrderKey) {
        for id in self.by_order.remove(&key).into_iter().flatten() {
            if let Some(token) = self.mails.remove(&id).as_ref().and_then(|mail| mail.letter.token()) {
                self.tokens.remove(token);
            }
        }
    }

    /// The oldest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &StoredMail> {
        self.mails.values()
    }

    /// Those about an order, the oldest first.
    pub(crate) fn about(&self, key: OrderKey) -> impl Iterator<Item = &StoredMail> {
        self.by_order.get(&key).into_iter().flatten().filter_map(|id| self.mails.get(id))
    }

    pub(crate) fn get(&self, id: u64) -> Option<&StoredMail> {
        self.mails.get(&id)
    }

    /// The message whose link ends in this token.
    pub(crate) fn by_token(&self, token: &str) -> Option<&StoredMail> {
        self.mails.get(self.tokens.get(token)?)
    }

    pub(crate) fn mark_approved(&mut self, id: u64, at: Timestamp) {
        if let Some(mail) = self.mails.get_mut(&id) {
            mail.approved_at.get_or_insert(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::order::tests::{at, order};

    #[test]
    fn each_message_has_a_link_of_its_own_and_a_click_counts_once() {
        let mut inbox = Inbox::default();
        let order = order(&["a.example", "b.example"]);
        inbox.announce(OrderKey::FIRST, &order, &Randomness::from_seed(1));
        let [first, second] = inbox.all().collect::<Vec<_>>()[..] else { panic!("not two messages") };
        assert_eq!((first.to.as_str(), second.to.as_str()), ("admin@a.example", "admin@b.example"));
        assert_ne!(first.letter.token(), second.letter.token());
        let (id, token) = (first.id, first.letter.token().unwrap().to_owned());
        assert_eq!(inbox.by_token(&token).map(|mail| mail.id), Some(id));
        inbox.mark_approved(id, at("2026-11-21T13:00:00Z"));
        inbox.mark_approved(id, at("2026-11-21T14:00:00Z"));
        assert_eq!(inbox.get(id).unwrap().approved_at, Some(at("2026-11-21T13:00:00Z")));
    }
}
