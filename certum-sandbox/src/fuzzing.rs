//! The sandbox without its sockets, for fuzz targets.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};

use certum_api::wire;

use crate::{
    Habits, Sandbox, SandboxClock, StartError, dns::DnsTable, http, orders::Book, random::Randomness,
    service::Service,
};

/// What its codes and identifiers follow from.
const SEED: u64 = 0;

/// A sandbox of which documents can be asked, and nothing else.
pub struct Socketless {
    service: Service,
}

impl Socketless {
    /// With this account, and plain habits.
    pub fn new(user: &str, password: &str, clock: SandboxClock) -> Result<Self, StartError> {
        // Nobody listens here.
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
        let builder = Sandbox::builder().credentials(user, password).clock(clock).seed(SEED);
        Ok(Self { service: builder.assemble(nowhere, None, Arc::new(DnsTable::default()))? })
    }

    /// Forgets all that it was ever asked: the account is empty, and its next order is given the code of the first.
    /// The keys of the CA stay, which take their time.
    pub fn forget(&mut self) {
        self.service.book = Mutex::new(Book::default());
        self.service.random = Randomness::from_seed(SEED);
    }

    /// The document that a document posted to it is answered with.
    pub async fn answer(&self, document: &[u8]) -> String {
        http::reply(&self.service, &wire::operation_name(document), document).await.document
    }
}

/// An answer in the layout of a sandbox with this seed.
pub fn lay_out(seed: u64, document: String) -> String {
    Habits::from_seed(seed).lay_out(document)
}
