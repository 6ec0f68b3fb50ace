//! All that one sandbox consists of, apart from its sockets.

mod control;
mod revocations;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use certum_api::types::{AuthToken, Credentials};
use jiff::{SignedDuration, Timestamp};
use url::Url;

pub use self::control::{Info, Mail};
use crate::{
    ca::{Authority, IssueError, LeafRequest, SERIAL_BYTES},
    calls::CallLog,
    checks::{Checker, Method},
    clock::SandboxClock,
    dns::DnsTable,
    faults::Faults,
    orders::{Book, Due},
    random::{Purpose, Randomness},
    web::WebFiles,
};

/// The state of a sandbox and the rules that change it. Its listeners and its owner share it.
pub(crate) struct Service {
    pub(crate) credentials: Credentials,
    pub(crate) clock: SandboxClock,
    pub(crate) random: Randomness,
    pub(crate) issue_delay: SignedDuration,
    pub(crate) authority: Authority,
    pub(crate) checker: Checker,
    pub(crate) dns: Arc<DnsTable>,
    pub(crate) files: WebFiles,
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

    /// The book, with the order's certificate in it if that is due by now, or its rejection if it came to that.
    ///
    /// Certificates are made when somebody looks, and dated when they were due: nothing runs in the
    /// background, and a clock that jumped over the moment leads to the same certificate.
    pub(crate) fn settled(
        &self,
        order_id: &str,
        now: Timestamp,
    ) -> Result<MutexGuard<'_, Book>, IssueFailure> {
        let mut book = self.book();
        let Some(order) = book.order_mut(order_id) else { return Ok(book) };
        let (not_before, not_after) = match order.due(now) {
            Some(Due::Certificate { not_before, not_after }) => (not_before, not_after),
            Some(Due::Rejection(rejection)) => {
                tracing::info!(order_id, reason = rejection.reason, "rejected an order");
                order.rejected = Some(rejection);
                return Ok(book);
            }
            None => return Ok(book),
        };
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
        })?;
        tracing::debug!(serial = issued.serial, "issued a certificate");
        let serial = issued.serial.clone();
        order.issued = Some(issued);
        book.index_serial(serial, order_id.to_owned());
        Ok(book)
    }
}

/// A certificate was due, and could not be made.
pub(crate) struct IssueFailure(pub(crate) IssueError);

impl From<IssueError> for IssueFailure {
    fn from(error: IssueError) -> Self {
        Self(error)
    }
}
