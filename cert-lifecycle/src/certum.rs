//! The adapter to Certum's Partner API: the only part of this crate that knows it.

mod answer;
mod error;
mod request;

use std::time::Duration;

use async_trait::async_trait;
use cert_domain::{Evidence, Findings, ListedProduct, Mode, Revocation, VerificationCode};
use certum_api::operations::{
    AddEmailVerification, AddSanVerification, CancelOrder, GetCertificate, GetEmailVerification,
    GetModifiedOrders, GetOrderByOrderId, GetOrderState, GetOrdersByDateRange, GetProductList,
    GetSanVerificationState, PerformSanVerification, QuickOrder, ValidateOrderParameters,
};
use certum_api::types::{Order, SanVerification};
use certum_api::{Client, Error, ErrorCode, pages};
use futures::stream::{BoxStream, Stream, StreamExt, TryStreamExt, try_unfold};
use jiff::Timestamp;

use crate::OrderId;
use crate::authority::{
    Approver, AuthorityError, Cancellation, CertificateAuthority, Changes, EmailState, FetchedCertificate,
    FoundOrder, ListedOrder, NameState, NewOrder, OrderDate, OrderQuery, OrderReport, PlacedOrder, Purpose,
};
use crate::draft::DraftOrder;
pub(crate) use error::is_clear_no;
use error::{is_unknown_order, translate};

/// Certum, through its Partner API.
///
/// # Guarantees
/// Placing an order ends within twenty minutes, whatever the client's [`total_timeout`](Client::total_timeout): nothing is sent
/// for it later. The client's usual bound is two minutes.
///
/// # Caveats
/// With a client whose calls may take longer than that, orders are placed on a tokio runtime with time enabled.
#[derive(Clone, Debug)]
pub struct Certum {
    client: Client,
    mode: Option<Mode>,
    /// How long placing an order takes at most.
    longest_placement: Duration,
}

/// With what it takes the CA to carry out what it was sent, less than the half hour for which an order is not looked for.
const LONGEST_PLACEMENT: Duration = Duration::from_secs(20 * 60);

/// Codes that only this adapter minds.
mod code {
    use certum_api::ErrorCode;

    /// The order has a certificate, or is about to: it can only be revoked.
    pub(super) const TOO_LATE_TO_CANCEL: ErrorCode = ErrorCode::new(1136);
    /// The order had a certificate, which has expired.
    pub(super) const TOO_LATE_AND_EXPIRED: ErrorCode = ErrorCode::new(1137);
    /// The certificate is being revoked.
    pub(super) const REVOCATION_UNDER_WAY: ErrorCode = ErrorCode::new(1143);
    /// The certificate is revoked.
    pub(super) const ALREADY_REVOKED: ErrorCode = ErrorCode::new(1145);
    /// No such certificate.
    pub(super) const CERTIFICATE_NOT_FOUND: ErrorCode = ErrorCode::new(1159);
    /// The method is the one that the order has.
    pub(super) const SAME_METHOD: ErrorCode = ErrorCode::new(1173);
}

impl Certum {
    /// Certum, as a client reaches it.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client, mode: None, longest_placement: LONGEST_PLACEMENT }
    }

    /// The same, known as Certum's test service or as the one that sells: offers of the other mode are refused.
    #[must_use]
    pub fn in_mode(mut self, mode: Mode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// All that the CA has under an identifier, oldest first: an order and its reissues may share one. Whoever ordered is
    /// named, too.
    ///
    /// # Errors
    /// If there is no such order, or the CA could not be asked.
    pub async fn orders_with_id(&self, order_id: &OrderId) -> Result<Vec<ListedOrder>, AuthorityError> {
        let mut request = GetOrderByOrderId::new(order_id.as_str());
        request.order_option = Some(request::option(true, true));
        let response = self.client.call(&request).await.map_err(translate)?;
        response.orders.into_iter().map(answer::listed_order).collect()
    }

    async fn place(&self, order: &NewOrder) -> Result<(String, Option<SanVerification>), Error> {
        match &order.purpose {
            Purpose::New => {
                let answer = self.client.call(&QuickOrder::from(request::order(order))).await;
                answer.map(|response| (response.order_id, response.san_verification))
            }
            Purpose::Renewal { serial_number } => {
                let answer = self.client.call(&request::renewal(order, serial_number)).await;
                answer.map(|response| (response.order_id, response.san_verification))
            }
            Purpose::Reissue { serial_number, added } => {
                let answer = self.client.call(&request::reissue(order, serial_number, added)).await;
                answer.map(|response| (response.order_id, response.san_verification))
            }
        }
    }

    /// Asks for a fresh code.
    async fn fresh_code(&self, request: &AddSanVerification) -> Result<Option<SanVerification>, Error> {
        self.client.call(request).await.map(|response| response.san_verification)
    }
}

#[async_trait]
impl CertificateAuthority for Certum {
    fn mode(&self) -> Option<Mode> {
        self.mode
    }

    async fn check_order(&self, order: &NewOrder) -> Result<(), AuthorityError> {
        // The service knows of no such check for orders that follow another.
        if order.purpose != Purpose::New {
            return Ok(());
        }
        let request = ValidateOrderParameters::from(request::order(order));
        self.client.call(&request).await.map(|_| ()).map_err(translate)
    }

    async fn check_draft(&self, draft: &DraftOrder) -> Result<Option<Findings>, AuthorityError> {
        let request = ValidateOrderParameters::from(request::draft(draft));
        match self.client.call(&request).await.map_err(translate) {
            Ok(_) => Ok(Some(Findings::new())),
            Err(AuthorityError::Refused(findings) | AuthorityError::Blocked(findings)) => Ok(Some(findings)),
            Err(error) => Err(error),
        }
    }

    async fn place_order(&self, order: &NewOrder) -> Result<PlacedOrder, AuthorityError> {
        let placed = self.place(order);
        let placed = if self.client.total_timeout() <= self.longest_placement {
            placed.await
        } else {
            let placed = tokio::time::timeout(self.longest_placement, placed).await;
            placed.map_err(|elapsed| AuthorityError::UnknownOutcome(Box::new(elapsed)))?
        };
        match placed {
            Ok((order_id, verification)) => Ok(PlacedOrder {
                order_id: answer::order_id(&order_id),
                code: verification.and_then(answer::code),
            }),
            Err(error) if error.has_code(ErrorCode::ORDER_ID_TAKEN) => Err(AuthorityError::OrderIdTaken),
            Err(error) => Err(translate(error)),
        }
    }

    async fn find_order(&self, order_id: &OrderId) -> Result<Option<FoundOrder>, AuthorityError> {
        let mut request = GetOrderByOrderId::new(order_id.as_str());
        request.order_option = Some(request::option(false, false));
        match self.client.call(&request).await {
            Ok(response) => {
                let found = response.orders.into_iter().rev().find_map(|order| order.order_status);
                let found = found.ok_or_else(answer::no_order)?;
                Ok(Some(answer::found_order(&found)))
            }
            Err(error) if is_unknown_order(&error) => Ok(None),
            Err(error) => Err(translate(error)),
        }
    }

    fn orders(&self, query: OrderQuery) -> BoxStream<'_, Result<ListedOrder, AuthorityError>> {
        let option = Some(request::option(true, query.with_requestor));
        match query.by {
            OrderDate::Placed => {
                let mut request = GetOrdersByDateRange::new(query.from, query.to);
                request.order_option = option;
                listed(pages::orders_by_date_range(&self.client, request))
            }
            OrderDate::Changed => {
                let mut request = GetModifiedOrders::new(query.from, query.to);
                request.order_option = option;
                listed(pages::modified_orders(&self.client, request))
            }
        }
    }

    fn changes(&self, from: Timestamp, to: Timestamp) -> BoxStream<'_, Result<Changes, AuthorityError>> {
        let mut request = GetModifiedOrders::new(from, to);
        request.order_option = Some(request::option(true, false));
        let parts = pages::changes(&self.client, request).map_err(translate);
        let told = parts.map_ok(|pages::Changes { orders, through, .. }| {
            // One that can't be told keeps no other waiting: it would stand in the way of all changes after it.
            let listed = |order| match answer::listed_order(order) {
                Ok(order) => Some(order),
                Err(error) => {
                    tracing::error!(%error, "the CA lists a changed order that can't be read");
                    None
                }
            };
            Changes { orders: orders.into_iter().filter_map(listed).collect(), through }
        });
        told.boxed()
    }

    async fn renew_code(
        &self,
        order_id: &OrderId,
        approver: Option<&Approver>,
    ) -> Result<Option<VerificationCode>, AuthorityError> {
        let mut request = AddSanVerification::new(order_id.as_str());
        request.san_approver =
            approver.map(|approver| request::approver(&approver.method, approver.send_messages));
        let mut answer = self.fresh_code(&request).await;
        // An earlier call, whose answer was lost, has changed the method: what is left to ask for is the code.
        if answer.as_ref().is_err_and(|error| error.has_code(code::SAME_METHOD)) {
            request.san_approver = None;
            answer = self.fresh_code(&request).await;
        }
        answer.map(|verification| verification.and_then(answer::code)).map_err(translate)
    }

    async fn start_check(&self, code: &VerificationCode) -> Result<(), AuthorityError> {
        match self.client.call(&PerformSanVerification::new(code.as_str())).await {
            Ok(_) => Ok(()),
            Err(error)
                if error.has_code(ErrorCode::VERIFICATION_CODE_EXPIRED)
                    || error.has_code(ErrorCode::VERIFICATION_CODE_UNKNOWN) =>
            {
                Err(AuthorityError::CodeUnknown)
            }
            Err(error) => Err(translate(error)),
        }
    }

    async fn order_report(&self, order_id: &OrderId) -> Result<OrderReport, AuthorityError> {
        let response = self.client.call(&GetOrderState::new(order_id.as_str())).await.map_err(translate)?;
        Ok(OrderReport {
            progress: answer::progress(&response.order_status),
            checks: response.verifications.into_iter().map(answer::check).collect(),
        })
    }

    async fn name_states(&self, order_id: &OrderId) -> Result<Vec<NameState>, AuthorityError> {
        let request = GetSanVerificationState::new(order_id.as_str());
        let response = self.client.call(&request).await.map_err(translate)?;
        Ok(response.san_verifications.into_iter().map(answer::name_state).collect())
    }

    async fn resend_email(&self, order_id: &OrderId) -> Result<(), AuthorityError> {
        let request = AddEmailVerification::new(order_id.as_str());
        self.client.call(&request).await.map(|_| ()).map_err(translate)
    }

    async fn email_state(&self, order_id: &OrderId) -> Result<Option<EmailState>, AuthorityError> {
        let request = GetEmailVerification::new(order_id.as_str());
        let response = self.client.call(&request).await.map_err(translate)?;
        Ok(response.email_verification.map(answer::email_state))
    }

    async fn submit_evidence(&self, order_id: &OrderId, evidence: &Evidence) -> Result<(), AuthorityError> {
        let request = request::evidence(order_id, evidence);
        self.client.call(&request).await.map(|_| ()).map_err(translate)
    }

    async fn certificate(&self, order_id: &OrderId) -> Result<Option<FetchedCertificate>, AuthorityError> {
        match self.client.call(&GetCertificate::by_order_id(order_id.as_str())).await {
            Ok(response) => Ok(response.certificate_details.map(|details| FetchedCertificate {
                certificate: details.x509_cert,
                chain: response.ca_bundle,
            })),
            Err(error) if error.has_code(code::CERTIFICATE_NOT_FOUND) => Ok(None),
            Err(error) => Err(translate(error)),
        }
    }

    async fn cancel_order(&self, order_id: &OrderId) -> Result<Cancellation, AuthorityError> {
        match self.client.call(&CancelOrder::by_order_id(order_id.as_str())).await {
            Ok(_) => Ok(Cancellation::Cancelled),
            Err(error) if error.has_code(ErrorCode::ALREADY_CANCELLED) => Ok(Cancellation::Cancelled),
            Err(error)
                if error.has_code(code::TOO_LATE_TO_CANCEL) || error.has_code(code::TOO_LATE_AND_EXPIRED) =>
            {
                Ok(Cancellation::TooLate)
            }
            Err(error) => Err(translate(error)),
        }
    }

    async fn revoke(&self, revocation: &Revocation) -> Result<(), AuthorityError> {
        match self.client.call(&request::revocation(revocation)).await {
            Ok(_) => Ok(()),
            Err(error)
                if error.has_code(code::REVOCATION_UNDER_WAY) || error.has_code(code::ALREADY_REVOKED) =>
            {
                Ok(())
            }
            Err(error) => Err(translate(error)),
        }
    }

    async fn products(&self) -> Result<Vec<ListedProduct>, AuthorityError> {
        let mut request = GetProductList::new();
        request.hash_algorithm = Some(true);
        let response = self.client.call(&request).await.map_err(translate)?;
        Ok(response.products.into_iter().filter_map(answer::product).collect())
    }
}

/// The orders of a list, up to the first thing that goes wrong.
fn listed<'a>(
    orders: impl Stream<Item = Result<Order, Error>> + Send + 'a,
) -> BoxStream<'a, Result<ListedOrder, AuthorityError>> {
    try_unfold(Box::pin(orders), async |mut orders| {
        let Some(order) = orders.try_next().await.map_err(translate)? else { return Ok(None) };
        Ok(Some((answer::listed_order(order)?, orders)))
    })
    .boxed()
}

#[cfg(test)]
mod tests;
