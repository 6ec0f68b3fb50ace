//! What people do about an order that is under way.

use cert_domain::{EvidenceForm, VerificationMethod};

use super::Lifecycle;
use crate::authority::{Cancellation, EmailState, NameState, OrderReport};
use crate::error::Error;
use crate::service::{Command, NotAllowed, Service, State};
use crate::{OrderId, ServiceId};

impl Lifecycle {
    /// The code is published: have the CA look for it.
    ///
    /// # Errors
    /// If the service does not wait for proofs of names.
    pub async fn request_check(&self, id: ServiceId) -> Result<(), Error> {
        self.execute(id, Command::RequestCheck).await
    }

    /// Has the names proved by another method. The CA gives a fresh code, and the former no longer counts.
    ///
    /// # Errors
    /// What is wrong with the method for these names; or the service does not wait for proofs.
    pub async fn change_method(
        &self,
        id: ServiceId,
        method: VerificationMethod,
        send_messages: Option<bool>,
    ) -> Result<(), Error> {
        let service = self.service(id).await?;
        if let State::Validating(validating) = &service.state {
            let changed = validating.configuration.with_method(method.clone(), send_messages);
            changed.map_err(Error::Findings)?;
        }
        self.execute(id, Command::ChangeMethod { method, send_messages }).await
    }

    /// Has the CA give a fresh code by the same method, or write to the mailbox again.
    ///
    /// # Errors
    /// If the service does not wait for proofs.
    pub async fn resend_verification(&self, id: ServiceId) -> Result<(), Error> {
        self.execute(id, Command::ResendVerification).await
    }

    /// Where the order that is under way, or the newest, stands at the CA, and what it wants verified. Asks the CA now.
    ///
    /// # Errors
    /// If there is no order, or the CA could not be asked.
    pub async fn order_report(&self, id: ServiceId) -> Result<OrderReport, Error> {
        let (_, order_id) = self.placed_order(id, "read the order's state").await?;
        let report = self.parts.authority.order_report(&order_id).await?;
        // What was asked anyway may as well be known.
        match self.execute(id, Command::RecordReport(report.clone())).await {
            Ok(()) | Err(Error::NotAllowed(_)) => Ok(report),
            Err(error) => Err(error),
        }
    }

    /// How far the proof of each name has come at the CA. Asks the CA now.
    ///
    /// # Errors
    /// If there is no order, or the CA could not be asked.
    pub async fn name_states(&self, id: ServiceId) -> Result<Vec<NameState>, Error> {
        let (_, order_id) = self.placed_order(id, "read the state of names").await?;
        Ok(self.parts.authority.name_states(&order_id).await?)
    }

    /// How far the verification of the mailbox has come at the CA, where there is one. Asks the CA now.
    ///
    /// # Errors
    /// If there is no order, or the CA could not be asked.
    pub async fn email_state(&self, id: ServiceId) -> Result<Option<EmailState>, Error> {
        let (_, order_id) = self.placed_order(id, "read the state of the mailbox").await?;
        Ok(self.parts.authority.email_state(&order_id).await?)
    }

    /// Sees from our side whether the proofs are where the CA will look for them, and whether CAA lets it issue: in words
    /// that the customer can act on. Nothing is asked of the CA.
    ///
    /// # Errors
    /// If the service does not wait for proofs of names, or has no [`lookups`](crate::LifecycleBuilder::lookups).
    #[cfg(feature = "precheck")]
    pub async fn precheck(&self, id: ServiceId) -> Result<Vec<crate::precheck::NameReport>, Error> {
        let service = self.service(id).await?;
        let reports = match &service.state {
            State::Validating(validating) => self.parts.precheck(validating).await,
            _ => None,
        };
        reports.ok_or(Error::NotAllowed(NotAllowed {
            command: "look at the proofs",
            state: Some(service.state.kind()),
        }))
    }

    /// Hands in documents for the order that is under way. They go to the CA now, and are not stored.
    ///
    /// # Errors
    /// What is wrong with them; or the CA did not take them. Handed in again, the CA has them twice, which harms nobody.
    pub async fn submit_evidence(&self, id: ServiceId, form: &EvidenceForm) -> Result<(), Error> {
        let evidence = form.check().map_err(Error::Findings)?;
        let (_, order_id) = self.placed_order(id, "hand in documents").await?;
        self.parts.authority.submit_evidence(&order_id, &evidence).await?;
        let documents = u32::try_from(evidence.documents.len()).unwrap_or(u32::MAX);
        self.execute(id, Command::RecordEvidence { note: evidence.note, documents }).await
    }

    /// Cancels the order that is under way, and has no certificate yet. The worker asks the CA; if the certificate is
    /// issued by then, it is taken after all.
    ///
    /// # Errors
    /// If no order is placed.
    pub async fn cancel_order(&self, id: ServiceId) -> Result<(), Error> {
        self.execute(id, Command::CancelOrder { replaces: false }).await
    }

    /// Cancels the order that is under way, so that the customer orders anew under the same service: a mistyped name is no
    /// dead end. The form comes back as it was filled in.
    ///
    /// # Errors
    /// If no order is placed.
    pub async fn replace_order(&self, id: ServiceId) -> Result<(), Error> {
        self.execute(id, Command::CancelOrder { replaces: true }).await
    }

    /// What a held service waited for is settled: goes on from where it stood. An order of unknown outcome is looked up
    /// again before anything else.
    ///
    /// # Errors
    /// If the service is not held.
    pub async fn resume(&self, id: ServiceId) -> Result<(), Error> {
        self.execute(id, Command::Resume).await
    }

    /// Gives up an attempt to order; the customer fills in the form again. The order is looked for once more half an hour after
    /// it was last sent, since until then it may arrive; no other is placed before. One that is found is a stray.
    ///
    /// # Errors
    /// If no attempt is open.
    pub async fn abandon_order(&self, id: ServiceId) -> Result<(), Error> {
        self.execute(id, Command::Abandon).await
    }

    /// Takes an order at the CA for the one whose answer was lost, where the engine could not tell which one it is
    /// ([`SeveralOrders`](crate::service::HoldReason::SeveralOrders)) and the reseller can.
    ///
    /// # Errors
    /// If no attempt is open, the CA has no such order, or it is another customer's, of another product, or over. An order
    /// of another service is [`Error::OrderTaken`].
    pub async fn adopt_order(&self, id: ServiceId, order_id: &OrderId) -> Result<(), Error> {
        let service = self.service(id).await?;
        let not_allowed = NotAllowed { command: "adopt an order", state: Some(service.state.kind()) };
        let found = self.parts.authority.find_order(order_id).await?;
        let found = found.ok_or(Error::NotAllowed(not_allowed))?;
        self.execute(id, Command::Adopt(found)).await
    }

    /// Cancels an order that the CA has for a service, and that the service does not wait for. Asks the CA now.
    ///
    /// # Errors
    /// If it is none of the service's [stray orders](Service::stray_orders), shares its identifier with a reissue that is
    /// under way, which the CA would cancel in its place, has a certificate already, which can only be revoked, or the CA did
    /// not cancel it.
    pub async fn cancel_stray_order(&self, id: ServiceId, order_id: &OrderId) -> Result<(), Error> {
        let service = self.service(id).await?;
        let state = Some(service.state.kind());
        let not_allowed = NotAllowed { command: "cancel a stray order", state };
        if !service.may_cancel_stray(order_id) {
            return Err(Error::NotAllowed(not_allowed));
        }
        match self.parts.authority.cancel_order(order_id).await? {
            Cancellation::Cancelled => {
                self.execute(id, Command::RecordStrayCancelled(order_id.clone())).await
            }
            Cancellation::TooLate => Err(Error::NotAllowed(not_allowed)),
        }
    }

    /// The order that is under way, or else the newest.
    async fn placed_order(&self, id: ServiceId, command: &'static str) -> Result<(Service, OrderId), Error> {
        let service = self.service(id).await?;
        let current = match service.state.suspended() {
            State::Ordering(_) => None,
            state => state.order_id(),
        };
        let order_id = current.or(service.certificate().map(|certificate| &certificate.order_id)).cloned();
        match order_id {
            Some(order_id) => Ok((service, order_id)),
            None => Err(Error::NotAllowed(NotAllowed { command, state: Some(service.state.kind()) })),
        }
    }
}
