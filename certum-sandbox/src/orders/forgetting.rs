//! What is over can be forgotten, so that years fit into memory.

use jiff::Timestamp;

use super::{Book, Entry, OrderKey, Origin, between};

impl Book {
    /// Forgets the orders that ended before that moment, and answers with their identifiers. What is left of them are the keys
    /// that were certified: no other order may have them.
    pub(crate) fn forget_ended(&mut self, before: Timestamp) -> Vec<String> {
        let mut ended = between(&self.by_end, Timestamp::MIN, before);
        ended.retain(|key| self.orders.get(key).is_some_and(|entry| entry.place.end_at < Some(before)));
        let mut forgotten = Vec::with_capacity(ended.len());
        for key in ended {
            if let Some(entry) = self.orders.remove(&key) {
                self.strike_out(key, &entry);
                forgotten.push(entry.order.id);
            }
        }
        forgotten
    }

    /// Takes an order out of all indexes.
    fn strike_out(&mut self, key: OrderKey, entry: &Entry) {
        let Entry { order, place, codes } = entry;
        for (index, at) in [
            (&mut self.by_placement, Some(order.placed_at)),
            (&mut self.by_expiry, order.certificate.as_ref().map(|certificate| certificate.issued.not_after)),
            (&mut self.by_change, place.changed_at),
            (&mut self.agenda, place.turn_at),
            (&mut self.looks, place.look_at),
            (&mut self.by_end, place.end_at),
        ] {
            if let Some(at) = at {
                index.remove(&(at, key));
            }
        }
        self.by_sequence.remove(&place.sequence);
        for code in codes {
            self.codes.remove(code);
        }
        if let Some(keys) = self.ids.get_mut(&order.id) {
            keys.retain(|other| *other != key);
            if keys.is_empty() {
                self.ids.remove(&order.id);
            }
        }
        let public_key = order.public_key.hash();
        if let Some(keys) = self.keys.get_mut(&public_key) {
            keys.retain(|other| *other != key);
            if keys.is_empty() {
                self.keys.remove(&public_key);
            }
        }
        match &order.certificate {
            Some(certificate) => {
                self.serials.remove(certificate.issued.serial.trim_start_matches('0'));
                self.used_keys.insert(public_key);
            }
            None => {
                if let Origin::Reissue(replaced) = order.origin
                    && self.successors.get(&replaced) == Some(&key)
                {
                    self.successors.remove(&replaced);
                }
            }
        }
        self.successors.remove(&key);
        self.inbox.forget(key);
    }
}
