//! The messages that the CA would have sent.

use jiff::Timestamp;

use super::order::Order;
use crate::{
    checks::Method,
    random::{Purpose, Randomness},
};

/// Messages in the order of their sending.
#[derive(Default)]
pub(crate) struct Inbox {
    mails: Vec<StoredMail>,
}

/// A message that asks its reader to approve a domain. It has no `Debug`: who knows its token can approve.
#[derive(Clone)]
pub(crate) struct StoredMail {
    pub(crate) id: u64,
    pub(crate) order_id: String,
    pub(crate) to: String,
    /// The domain whose control a click proves.
    pub(crate) domain: String,
    /// The code of the verification that it belongs to.
    pub(crate) code: String,
    /// What makes its link unguessable. Not the code: the account knows that one, and the click has to prove
    /// that somebody read this message.
    pub(crate) token: String,
    pub(crate) sent_at: Timestamp,
    pub(crate) approved_at: Option<Timestamp>,
}

impl Inbox {
    /// Sends what an order's verification asks for: one message to each approver.
    pub(super) fn announce(&mut self, order: &Order, random: &Randomness) {
        let verification = &order.verification;
        let Some(mailbox) = verification.approver.mailbox.as_ref() else { return };
        if verification.approver.method != Method::Admin {
            return;
        }
        let names: Vec<_> = order.names.iter().map(|state| state.name.clone()).collect();
        for (to, domain) in mailbox.addresses(&names) {
            let id = self.mails.len() as u64 + 1;
            self.mails.push(StoredMail {
                id,
                order_id: order.id.clone(),
                to,
                domain,
                code: verification.code.clone(),
                token: random.hex::<16>(Purpose::Codes),
                sent_at: verification.given_at,
                approved_at: None,
            });
        }
    }

    pub(crate) fn all(&self) -> &[StoredMail] {
        &self.mails
    }

    pub(crate) fn get(&self, id: u64) -> Option<&StoredMail> {
        self.mails.iter().find(|mail| mail.id == id)
    }

    /// The message whose link ends in this token.
    pub(crate) fn by_token(&self, token: &str) -> Option<&StoredMail> {
        self.mails.iter().find(|mail| mail.token == token)
    }

    pub(crate) fn mark_approved(&mut self, id: u64, at: Timestamp) {
        if let Some(mail) = self.mails.iter_mut().find(|mail| mail.id == id) {
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
        inbox.announce(&order(&["a.example", "b.example"]), &Randomness::from_seed(1));
        let [first, second] = inbox.all() else { panic!("not two messages") };
        assert_eq!((first.to.as_str(), second.to.as_str()), ("admin@a.example", "admin@b.example"));
        assert_ne!(first.token, second.token);
        let (id, token) = (first.id, first.token.clone());
        assert_eq!(inbox.by_token(&token).map(|mail| mail.id), Some(id));
        inbox.mark_approved(id, at("2026-11-21T13:00:00Z"));
        inbox.mark_approved(id, at("2026-11-21T14:00:00Z"));
        assert_eq!(inbox.get(id).unwrap().approved_at, Some(at("2026-11-21T13:00:00Z")));
    }
}
