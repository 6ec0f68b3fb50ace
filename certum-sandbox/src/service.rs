//! All that one sandbox consists of, apart from its sockets.

mod books;
mod control;
mod decision;
mod looks;
mod revocations;
mod satisfying;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use certum_api::types::{AuthToken, Credentials};
use jiff::{SignedDuration, Timestamp};
use url::Url;

pub use self::books::{BookedCertificate, BookedKind, BookedOrder, BookedStanding, Books};
pub use self::control::{Info, Mail};
use self::decision::Decision;
pub use self::decision::VerificationDecision;
use crate::{
    ca::{Authority, LeafRequest, SERIAL_BYTES},
    calls::CallLog,
    checks::{Checker, Method},
    clock::SandboxClock,
    dns::DnsTable,
    faults::Faults,
    habits::Habits,
    orders::{Book, Order},
    random::{Purpose, Randomness},
    web::WebFiles,
};

/// The state of a sandbox and the rules that change it. Its listeners and its owner share it.
pub(crate) struct Service {
    pub(crate) credentials: Credentials,
    pub(crate) clock: SandboxClock,
    pub(crate) random: Randomness,
    pub(crate) habits: Habits,
    /// How long the CA takes to revoke a certificate.
    pub(crate) revocation_takes: SignedDuration,
    pub(crate) authority: Authority,
    pub(crate) checker: Checker,
    pub(crate) dns: Arc<DnsTable>,
    pub(crate) files: Arc<WebFiles>,
    pub(crate) faults: Faults,
    pub(crate) calls: CallLog,
    /// Where the listener is reached, without a path.
    pub(crate) base: Url,
    pub(crate) dns_address: std::net::SocketAddr,
    pub(crate) book: Mutex<Book>,
}

impl Service {
    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn login(&self) -> &str {
        self.credentials.user_name()
    }

    pub(crate) fn credentials_are(&self, token: &AuthToken) -> bool {
        token.user_name == self.credentials.user_name()
            && token.password.expose() == self.credentials.password().expose()
    }

    /// A fresh verification code.
    pub(crate) fn new_code(&self, method: Method) -> String {
        match method.needs_short_code() {
            true => self.random.hex::<16>(Purpose::Codes),
            false => self.random.hex::<32>(Purpose::Codes),
        }
    }

    /// An identifier for an order that came without one.
    pub(crate) fn new_order_id(&self, book: &Book) -> String {
        loop {
            let id = self.random.hex::<8>(Purpose::Orders);
            if !book.is_taken(&id) {
                return id;
            }
        }
    }

    /// The identifier under which an order is told that replaces the certificate of another.
    pub(crate) fn id_of_reissue(&self, before: &Order, book: &Book) -> String {
        match self.habits.reissue_keeps_order_id {
            true => before.id.clone(),
            false => self.new_order_id(book),
        }
    }

    /// The book, with everything in it that happened by now, and the time that is now for as long as it is held.
    /// Who holds it next has a later time or the same.
    pub(crate) fn settled(&self) -> (MutexGuard<'_, Book>, Timestamp) {
        let mut book = self.book();
        let now = book.arrive_at(self.clock.now());
        book.settle(now, |order, not_before, not_after| {
            let names: Vec<_> = order.names.iter().map(|state| state.name.clone()).collect();
            let issued = self.authority.issue(&LeafRequest {
                kind: order.product.kind,
                level: order.product.level,
                hash_algorithm: &order.hash_algorithm,
                subject: &order.subject,
                names: &names,
                public_key: &order.public_key,
                not_before,
                not_after,
                serial: self.random.bytes::<SERIAL_BYTES>(Purpose::Serials),
            });
            issued.map_err(|error| {
                tracing::error!(%error, "a certificate could not be made");
                format!("the certificate could not be made: {error}")
            })
        });
        (book, now)
    }
}
