//! All operations as one trait, so that what stands on top of it can be tested without a network.

use async_trait::async_trait;

use crate::error::Error;
use crate::operations::*;
use crate::types::ResponseHeader;

/// A successful answer with its header, which says where in a row of pages it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reply<T> {
    /// The answer's header.
    pub header: ResponseHeader,
    /// The answer's own fields.
    pub response: T,
}

impl<T> Reply<T> {
    /// An answer with its header.
    #[must_use]
    pub fn new(header: ResponseHeader, response: T) -> Self {
        Self { header, response }
    }
}

/// Declares the trait, and implements it for the client.
macro_rules! partner_api {
    (
        $(#[$meta:meta])*
        pub trait $trait:ident {
            $( $(#[$fn_meta:meta])* $call:ident fn $name:ident($request:ident) -> $response:ty; )+
        }
    ) => {
        $(#[$meta])*
        #[async_trait]
        pub trait $trait: Send + Sync {
            $( $(#[$fn_meta])* async fn $name(&self, request: &$request) -> Result<$response, Error>; )+
        }

        #[cfg(feature = "client")]
        #[async_trait]
        impl $trait for crate::Client {
            $(
                async fn $name(&self, request: &$request) -> Result<$response, Error> {
                    self.$call(request).await
                }
            )+
        }

        #[async_trait]
        impl<P: $trait + ?Sized> $trait for std::sync::Arc<P> {
            $(
                async fn $name(&self, request: &$request) -> Result<$response, Error> {
                    (**self).$name(request).await
                }
            )+
        }
    };
}

partner_api! {
    /// The Partner API: one method for each operation.
    ///
    /// The client implements it over HTTP. What is built on it can take an `Arc<dyn PartnerApi>`, and be tested with
    /// a stand-in:
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use certum_api::operations::{CancelOrder, CancelOrderResponse};
    /// use certum_api::{Effect, Error, ErrorCode, ErrorKind, PartnerApi, Refusal};
    /// use certum_api::types::{ResponseError, ResponseHeader};
    ///
    /// /// Cancels an order. That it is cancelled already is as good.
    /// async fn cancel(api: Arc<dyn PartnerApi>, order_id: &str) -> Result<(), Error> {
    ///     match api.cancel_order(&CancelOrder::by_order_id(order_id)).await {
    ///         Err(error) if !error.has_code(ErrorCode::ALREADY_CANCELLED) => Err(error),
    ///         _ => Ok(()),
    ///     }
    /// }
    ///
    /// /// What a stand-in answers to a second cancellation.
    /// fn cancelled_already() -> Result<CancelOrderResponse, Error> {
    ///     let mut header = ResponseHeader::new(ResponseHeader::ERRORS);
    ///     header.errors = vec![ResponseError::new(ErrorCode::ALREADY_CANCELLED)];
    ///     let refusal = ErrorKind::Refused(Refusal::new(header));
    ///     Err(Error::new("cancelOrder", Effect::Termination, refusal))
    /// }
    /// # assert!(cancelled_already().unwrap_err().has_code(ErrorCode::new(1151)));
    /// # let _ = cancel;
    /// ```
    ///
    /// # Errors
    /// Each method answers with an error that holds every code that the CA reported, and says through
    /// [`Error::retry`] whether the call may be made again.
    pub trait PartnerApi {
        /// Checks an order without placing it.
        call fn validate_order_parameters(ValidateOrderParameters) -> ValidateOrderParametersResponse;
        /// Places a new order.
        call fn quick_order(QuickOrder) -> QuickOrderResponse;
        /// Orders a certificate that follows another.
        call fn renew_certificate(RenewCertificate) -> RenewCertificateResponse;
        /// Replaces a certificate under the same purchase.
        call fn reissue_certificate(ReissueCertificate) -> ReissueCertificateResponse;
        /// Ends a certificate before its time.
        call fn revoke_certificate(RevokeCertificate) -> RevokeCertificateResponse;
        /// Ends an order that has no certificate yet.
        call fn cancel_order(CancelOrder) -> CancelOrderResponse;
        /// A certificate and those above it.
        call fn get_certificate(GetCertificate) -> GetCertificateResponse;
        /// What the CA knows of an order.
        call fn get_order_by_order_id(GetOrderByOrderId) -> GetOrderByOrderIdResponse;
        /// Where an order stands, and what it still needs.
        call fn get_order_state(GetOrderState) -> GetOrderStateResponse;
        /// A page of the orders placed in a range of time; [`pages`](crate::pages) tells them all.
        call_for_reply fn get_orders_by_date_range(GetOrdersByDateRange) -> Reply<GetOrdersByDateRangeResponse>;
        /// A page of the orders whose state changed in a range of time.
        call_for_reply fn get_modified_orders(GetModifiedOrders) -> Reply<GetModifiedOrdersResponse>;
        /// A page of the certificates that end soon.
        call_for_reply fn get_expiring_certificates(GetExpiringCertificates) -> Reply<GetExpiringCertificatesResponse>;
        /// What the account may order.
        call fn get_product_list(GetProductList) -> GetProductListResponse;
        /// A fresh code for the proof of names, by the same method or another.
        call fn add_san_verification(AddSanVerification) -> AddSanVerificationResponse;
        /// Asks the CA to look for the code now.
        call fn perform_san_verification(PerformSanVerification) -> PerformSanVerificationResponse;
        /// How far the proof of each name has come.
        call fn get_san_verification_state(GetSanVerificationState) -> GetSanVerificationStateResponse;
        /// Sends the e-mail verification again.
        call fn add_email_verification(AddEmailVerification) -> AddEmailVerificationResponse;
        /// How far the proof of an e-mail address has come.
        call fn get_email_verification(GetEmailVerification) -> GetEmailVerificationResponse;
        /// Hands in notes and documents.
        call fn verify_order(VerifyOrder) -> VerifyOrderResponse;
        /// Which documents were handed in.
        call fn get_documents_list(GetDocumentsList) -> GetDocumentsListResponse;
        /// One certificate for the names of several.
        call fn order_sni_certificate(OrderSniCertificate) -> OrderSniCertificateResponse;
        /// Changes which names an SNI certificate holds.
        call fn modify_sni_certificate(ModifySniCertificate) -> ModifySniCertificateResponse;
    }
}
