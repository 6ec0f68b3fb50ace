//! The sandbox as its owner holds it.

mod builder;

use std::net::SocketAddr;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use url::Url;

pub use self::builder::SandboxBuilder;
use crate::{
    calls::Call,
    clock::{ClockError, SandboxClock},
    dns::{DnsRecord, DnsServer},
    error::{ControlError, InvalidInput},
    faults::FaultPlan,
    http::Listener,
    service::{Info, Mail, Service, VerificationDecision},
};

/// A running sandbox: a certificate authority of its own, reached over real sockets on this machine.
///
/// # Expected flow
/// [`builder`](Self::builder), [`start`](SandboxBuilder::start), calls to [`endpoint`](Self::endpoint) by
/// whatever client, [`shutdown`](Self::shutdown).
///
/// # Guarantees
/// Two sandboxes in one process share nothing. A call that has been read is carried out even if its caller
/// goes away. Dropping the handle closes the sockets and forgets everything.
///
/// # Assumptions
/// A tokio runtime with time and IO enabled runs for as long as the handle lives.
///
/// # Caveats
/// State is in memory only: orders and messages stay there until the end. The record of calls is bounded, see
/// [`call_limit`](SandboxBuilder::call_limit). Whoever reaches the listener can control the sandbox: keep it on
/// a loopback address.
pub struct Sandbox {
    service: Arc<Service>,
    listener: Listener,
    _dns: DnsServer,
}

impl Sandbox {
    /// Starts with the defaults: loopback, any free port, the machine's clock.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// Where SOAP calls are posted.
    pub fn endpoint(&self) -> Url {
        self.service.info().endpoint
    }

    /// The root of the control API; it ends in a slash.
    pub fn control_url(&self) -> Url {
        self.service.info().control
    }

    /// Its DNS server, over UDP and TCP.
    pub fn dns_addr(&self) -> SocketAddr {
        self.service.dns_address
    }

    /// The same as `GET /control/info`.
    pub fn info(&self) -> Info {
        self.service.info()
    }

    /// The root in PEM, and after it the intermediates that were made so far.
    pub fn roots_pem(&self) -> String {
        self.service.roots_pem()
    }

    /// Its clock. A clone of the handle moves with it.
    pub fn clock(&self) -> &SandboxClock {
        &self.service.clock
    }

    /// Lets time pass: shorthand for [`SandboxClock::advance`].
    pub fn advance_clock(&self, by: SignedDuration) -> Result<Timestamp, ClockError> {
        self.service.advance_clock(by)
    }

    /// Adds a record to its DNS server.
    pub fn publish_dns(&self, record: DnsRecord) {
        self.service.publish_dns(record);
    }

    /// Takes a record away again.
    pub fn withdraw_dns(&self, record: &DnsRecord) -> Result<(), ControlError> {
        self.service.withdraw_dns(record)
    }

    /// Publishes a file on a host, which gets an address by that if it has none.
    pub fn publish_http(&self, host: &str, path: &str, body: &str) -> Result<(), InvalidInput> {
        self.service.publish_http(host, path, body)
    }

    /// The messages that the CA would have sent, oldest first.
    pub fn mail(&self) -> Vec<Mail> {
        self.service.mail()
    }

    /// Clicks the link in a message. CAA is looked up before anything is noted.
    pub async fn approve_mail(&self, id: u64) -> Result<(), ControlError> {
        self.service.approve_mail(id).await
    }

    /// The CA refuses an order that has no certificate yet. The state of its names tells that it was done here.
    pub fn reject_order(&self, order_id: &str) -> Result<(), ControlError> {
        self.service.reject_order(order_id)
    }

    /// Decides about an order what an officer of the CA would. What is left to look at is looked at then.
    pub async fn decide_verification(
        &self,
        order_id: &str,
        decision: VerificationDecision,
    ) -> Result<(), ControlError> {
        self.service.decide(order_id, decision).await
    }

    /// Does for an order what its customer, the owners of mailboxes and the officers would: publishes every proof, follows
    /// every link, decides every check. Nobody is told to look; whoever ordered asks for that.
    pub async fn satisfy(&self, order_id: &str) -> Result<(), ControlError> {
        self.service.satisfy(order_id).await
    }

    /// Puts a fault plan in the place of the former.
    pub fn set_faults(&self, plan: FaultPlan) {
        self.service.faults.set(plan);
    }

    /// The SOAP calls so far, in the order of arrival: all of them, or as many of the newest as the
    /// [`call_limit`](SandboxBuilder::call_limit) lets it keep.
    pub fn calls(&self) -> Vec<Call> {
        self.service.calls.all()
    }

    /// Stops accepting calls, lets those under way finish for a moment, and closes everything.
    pub async fn shutdown(self) {
        self.listener.stop().await;
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").field("info", &self.info()).finish_non_exhaustive()
    }
}
