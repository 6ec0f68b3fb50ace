//! The sandbox as its owner holds it.

mod builder;

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use certum_api::types::RevocationReason;
use jiff::{SignedDuration, Timestamp};
use url::Url;

pub use self::builder::SandboxBuilder;
use crate::{
    calls::Call,
    clock::{ClockError, SandboxClock},
    dns::{DnsRecord, DnsServer},
    error::{ControlError, InvalidInput},
    faults::FaultPlan,
    http::{self, Listener},
    service::{Books, Info, Mail, Service, VerificationDecision},
};

/// A running sandbox: a certificate authority of its own, reached over real sockets on this machine, or in the same
/// process alone.
///
/// # Expected flow
/// [`builder`](Self::builder), [`start`](SandboxBuilder::start), calls to [`endpoint`](Self::endpoint) by
/// whatever client, [`shutdown`](Self::shutdown). For years of business in virtual time:
/// [`in_process`](SandboxBuilder::in_process), calls by [`exchange`](Self::exchange), what became of them by
/// [`books`](Self::books), and [`forget_ended`](Self::forget_ended) now and then.
///
/// # Guarantees
/// Two sandboxes in one process share nothing. A call that was read from a socket is carried out even if its
/// caller goes away. Dropping the handle closes the sockets and forgets everything.
///
/// # Assumptions
/// A tokio runtime with time and IO enabled runs for as long as the handle of one with sockets lives.
///
/// # Caveats
/// State is in memory only: orders and messages stay there until the end, or until they are
/// [forgotten](Self::forget_ended). The record of calls is bounded, see
/// [`call_limit`](SandboxBuilder::call_limit). Whoever reaches the listener can control the sandbox: keep it on
/// a loopback address.
pub struct Sandbox {
    service: Arc<Service>,
    /// None in the same process.
    sockets: Option<Sockets>,
}

/// What listens for a sandbox.
struct Sockets {
    listener: Listener,
    _dns: DnsServer,
}

/// What a call is answered with. Its `Debug` leaves out the document, which may hold a code.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The document.
    pub body: Bytes,
}

impl Sandbox {
    /// Starts with the defaults: loopback, any free port, the machine's clock.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// Carries out a call in the same process, however the sandbox was started: the document is answered as if it had been posted to
    /// [`endpoint`](Self::endpoint). None is a connection that is closed without an answer, which only a fault plan does.
    ///
    /// # Faults
    /// The plan strikes as over sockets, and the record of calls says so. A body that comes slowly comes at once here. A
    /// delay is waited for with tokio's timer, in real time. Whoever wants others, such as half an answer or a request
    /// that arrives late, makes them around this.
    ///
    /// # Cancellation
    /// Without delays, and with the sandbox's own records and files to look at, it never waits, so that it can't be
    /// cut short. Otherwise, dropping the future ends the call where it waits: what has been carried out by then stays.
    ///
    /// # Example
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let sandbox = certum_sandbox::Sandbox::builder().in_process()?;
    /// let answer = sandbox.exchange(b"<nonsense/>").await.ok_or("no answer")?;
    /// assert_eq!(answer.status, 500);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub async fn exchange(&self, document: &[u8]) -> Option<Answer> {
        let sent = http::exchange(&self.service, document).await?;
        Some(Answer { status: sent.status.as_u16(), body: sent.body })
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

    /// Takes a file away again; a host without files has no address by them.
    pub fn withdraw_http(&self, host: &str, path: &str) -> Result<(), ControlError> {
        self.service.withdraw_http(host, path)
    }

    /// The messages that the CA would have sent, oldest first.
    pub fn mail(&self) -> Vec<Mail> {
        self.service.mail()
    }

    /// Those about one order, and about all others under its identifier.
    pub fn mail_about(&self, order_id: &str) -> Vec<Mail> {
        self.service.mail_about(order_id)
    }

    /// Clicks the link in a message. CAA is looked up before anything is noted.
    pub async fn approve_mail(&self, id: u64) -> Result<(), ControlError> {
        self.service.approve_mail(id).await
    }

    /// The CA refuses an order that has no certificate yet. The state of its names tells that it was done here.
    pub fn reject_order(&self, order_id: &str) -> Result<(), ControlError> {
        self.service.reject_order(order_id)
    }

    /// The CA revokes a certificate that should not have been issued, or must not go on: from now on, and as long as
    /// its [revocations take](SandboxBuilder::revocation_delay). `handle` is the certificate's serial number or its
    /// order's identifier, by which the newest certificate is meant. Lists and states show it like one that the account
    /// asked for. Of a compromised key none is ever certified again.
    pub fn revoke_by_authority(&self, handle: &str, reason: RevocationReason) -> Result<(), ControlError> {
        self.service.revoke_by_authority(handle, reason)
    }

    /// What the CA's books say of the orders that have changed since `after`, and of those alone: 0 for all there are,
    /// then the [`cursor`](Books::cursor) of the books that were read last.
    pub fn books(&self, after: u64) -> Books {
        self.service.books(after)
    }

    /// Forgets the orders that ended before that moment, because they were refused or cancelled, or because their
    /// certificates expired or were revoked, and with them their codes, the messages about them and the record of calls
    /// about them. Says how many orders that were.
    ///
    /// What memory is left of them are the hashes of keys that were certified, which stay refused (1032). What follows a
    /// forgotten order goes on. Nothing else knows it any more: its identifier is free again, lists don't tell it,
    /// nothing can be renewed from it, and revocation lists and OCSP answers are silent about its certificate.
    pub fn forget_ended(&self, before: Timestamp) -> usize {
        self.service.forget_ended(before)
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
        if let Some(sockets) = self.sockets {
            sockets.listener.stop().await;
        }
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").field("info", &self.info()).finish_non_exhaustive()
    }
}
