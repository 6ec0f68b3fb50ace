//! What the host's billing tells, and what it may do to a service without the CA.

use cert_domain::Offer;
use jiff::civil::Date;

use super::Lifecycle;
use crate::ServiceId;
use crate::error::Error;
use crate::service::{CancellationRequest, Command, Running};

impl Lifecycle {
    /// A period of a recurring service was paid for. What is paid moves forward by one period, and never back; the worker
    /// renews if the next purchase is due, and there is a request for it or a key may be made. Otherwise the customer is
    /// asked for a request.
    ///
    /// `period_start` is that of the [`InvoiceDue`](crate::InvoiceDue), or the first day of the period by the host's own books: the
    /// same payment told twice then counts once. The first payment of a service begins its first period. Without it, each
    /// call counts. Payments are told in the order of their periods: one for a period before the last one that was told passes
    /// for told, and counts for nothing.
    ///
    /// # Errors
    /// If there is no such service, or the store fails. A service that is not recurring takes note of nothing.
    pub async fn receive_payment(
        &self,
        id: ServiceId,
        period_start: Option<Date>,
        paid_on: Date,
    ) -> Result<(), Error> {
        self.execute(id, Command::ReceivePayment { period_start, paid_on }).await
    }

    /// Tells the due date that follows from the newest purchase, as a fact: it moves nothing here.
    ///
    /// # Errors
    /// If the service is not recurring, or has no certificate yet.
    pub async fn propose_due_date(&self, id: ServiceId) -> Result<(), Error> {
        self.execute(id, Command::ProposeDueDate).await
    }

    /// The customer wants the service to end: at once, or at the end of what is paid. Nothing is invoiced or renewed any
    /// more; certificates stay in force.
    ///
    /// # Errors
    /// If the service is not recurring.
    pub async fn request_cancellation(
        &self,
        id: ServiceId,
        reason: &str,
        at_end_of_period: bool,
    ) -> Result<(), Error> {
        let reason = reason.trim().chars().take(1000).collect();
        self.execute(id, Command::RequestCancellation(CancellationRequest { reason, at_end_of_period })).await
    }

    /// The customer has thought better of it.
    ///
    /// # Errors
    /// If there is no such service, or the store fails.
    pub async fn withdraw_cancellation(&self, id: ServiceId) -> Result<(), Error> {
        self.execute(id, Command::WithdrawCancellation).await
    }

    /// Begins nothing new for a service until it goes on again. The CA is not told: certificates stay in force.
    ///
    /// # Errors
    /// If the service has ended.
    pub async fn suspend(&self, id: ServiceId) -> Result<(), Error> {
        self.execute(id, Command::SetRunning(Running::Suspended)).await
    }

    /// Lets a suspended service go on.
    ///
    /// # Errors
    /// If the service has ended.
    pub async fn unsuspend(&self, id: ServiceId) -> Result<(), Error> {
        self.execute(id, Command::SetRunning(Running::Running)).await
    }

    /// Ends a service for good. The CA is not told: certificates stay in force until they end or are revoked by
    /// [`revoke`](Self::revoke).
    ///
    /// # Errors
    /// If there is no such service, or the store fails.
    pub async fn terminate(&self, id: ServiceId) -> Result<(), Error> {
        self.execute(id, Command::SetRunning(Running::Terminated)).await
    }

    /// Sells a service on other terms from now on, such as another price. The product stays.
    ///
    /// # Errors
    /// If the offer is of another product, or for the CA's other service, test or production.
    pub async fn change_offer(&self, id: ServiceId, offer: Offer) -> Result<(), Error> {
        if let Some(finding) = self.parts.other_mode(&offer) {
            return Err(Error::Findings(finding.into()));
        }
        self.execute(id, Command::ChangeOffer(Box::new(offer))).await
    }
}
