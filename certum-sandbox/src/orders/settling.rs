//! What happens by itself, in the order of its dates.

use jiff::Timestamp;

use super::{Book, Certificate, Due, Order, OrderKey, Origin, Rejection};
use crate::ca::Issued;

impl Book {
    /// Lets everything happen that was to happen by now, in the order of its dates.
    ///
    /// Certificates are made when somebody looks, and dated when they were due: nothing runs in the
    /// background, and a clock that jumped over the moment leads to the same certificate.
    pub(crate) fn settle(
        &mut self,
        now: Timestamp,
        issue: impl Fn(&Order, Timestamp, Timestamp) -> Result<Issued, String>,
    ) {
        while let Some((at, key)) = self.agenda.first().copied().filter(|(at, _)| *at <= now) {
            self.agenda.pop_first();
            let Some(entry) = self.orders.get_mut(&key) else { continue };
            entry.place.turn_at = None;
            match entry.order.due(at) {
                Some(Due::Certificate { not_before, not_after }) => {
                    match self.make(key, |order| issue(order, not_before, not_after)) {
                        Ok(issued) => self.enroll(key, issued, at),
                        Err(reason) => self.refuse(key, at, reason),
                    }
                }
                Some(Due::Rejection(rejection)) => self.refuse(key, at, rejection.reason),
                None => self.index(key, at),
            }
        }
    }

    fn make(
        &self,
        key: OrderKey,
        issue: impl FnOnce(&Order) -> Result<Issued, String>,
    ) -> Result<Issued, String> {
        let order = self.get(key).ok_or("there is no such order")?;
        // It may have become known while the order waited.
        match self.is_compromised(&order.public_key.hash()) {
            true => Err("the key is known to others".to_owned()),
            false => issue(order),
        }
    }

    fn refuse(&mut self, key: OrderKey, at: Timestamp, reason: String) {
        tracing::info!(reason, "rejected an order");
        self.change(key, at, |order| order.rejected = Some(Rejection::by_authority(at, reason)));
    }

    /// `at` is the moment of issue, of which the certificate says whole seconds alone.
    fn enroll(&mut self, key: OrderKey, issued: Issued, at: Timestamp) {
        let (serial, not_before, not_after) = (issued.serial.clone(), issued.not_before, issued.not_after);
        tracing::debug!(serial, "issued a certificate");
        self.serials.insert(serial.trim_start_matches('0').to_owned(), key);
        self.by_expiry.insert((not_after, key));
        let origin = self.change(key, at, |order| {
            order.paid_until = Some(order.paid_from(not_before));
            order.certificate = Some(Certificate::new(issued));
            order.next_look = None;
            order.origin
        });
        if let Some(Origin::Reissue(replaced)) = origin {
            self.change(replaced, at, |order| {
                if let Some(certificate) = &mut order.certificate {
                    certificate.supersede(at);
                }
            });
        }
    }
}
