//! The operations, one file each: request, response, tests.

mod add_email_verification;
mod add_san_verification;
mod cancel_order;
mod get_certificate;
mod get_documents_list;
mod get_email_verification;
mod get_expiring_certificates;
mod get_modified_orders;
mod get_order_by_order_id;
mod get_order_state;
mod get_orders_by_date_range;
mod get_product_list;
mod get_san_verification_state;
mod modify_sni_certificate;
mod order_sni_certificate;
mod perform_san_verification;
mod quick_order;
mod reissue_certificate;
mod renew_certificate;
mod revoke_certificate;
mod validate_order_parameters;
mod verify_order;

use crate::wire::OperationSchema;

pub use add_email_verification::{AddEmailVerification, AddEmailVerificationResponse};
pub use add_san_verification::{AddSanVerification, AddSanVerificationResponse};
pub use cancel_order::{CancelOrder, CancelOrderResponse, CancelParameters};
pub use get_certificate::{GetCertificate, GetCertificateResponse};
pub use get_documents_list::{GetDocumentsList, GetDocumentsListResponse};
pub use get_email_verification::{GetEmailVerification, GetEmailVerificationResponse};
pub use get_expiring_certificates::{
    ExpiringCertificate, GetExpiringCertificates, GetExpiringCertificatesResponse,
};
pub use get_modified_orders::{GetModifiedOrders, GetModifiedOrdersResponse};
pub use get_order_by_order_id::{GetOrderByOrderId, GetOrderByOrderIdResponse};
pub use get_order_state::{GetOrderState, GetOrderStateResponse};
pub use get_orders_by_date_range::{GetOrdersByDateRange, GetOrdersByDateRangeResponse};
pub use get_product_list::{GetProductList, GetProductListResponse};
pub use get_san_verification_state::{GetSanVerificationState, GetSanVerificationStateResponse};
pub use modify_sni_certificate::{ModifySniCertificate, ModifySniCertificateResponse};
pub use order_sni_certificate::{OrderSniCertificate, OrderSniCertificateResponse, OrderSniParameters};
pub use perform_san_verification::{PerformSanVerification, PerformSanVerificationResponse};
pub use quick_order::{QuickOrder, QuickOrderResponse};
pub use reissue_certificate::{ReissueCertificate, ReissueCertificateResponse};
pub use renew_certificate::{RenewCertificate, RenewCertificateResponse};
pub use revoke_certificate::{RevokeCertificate, RevokeCertificateParameters, RevokeCertificateResponse};
pub use validate_order_parameters::{ParsedCsr, ValidateOrderParameters, ValidateOrderParametersResponse};
pub use verify_order::{VerifyOrder, VerifyOrderParameters, VerifyOrderResponse};

/// What the documents of each operation look like.
pub const OPERATIONS: &[OperationSchema] = &[
    OperationSchema::of::<ValidateOrderParameters>(),
    OperationSchema::of::<QuickOrder>(),
    OperationSchema::of::<RenewCertificate>(),
    OperationSchema::of::<ReissueCertificate>(),
    OperationSchema::of::<RevokeCertificate>(),
    OperationSchema::of::<CancelOrder>(),
    OperationSchema::of::<GetCertificate>(),
    OperationSchema::of::<GetOrderByOrderId>(),
    OperationSchema::of::<GetOrderState>(),
    OperationSchema::of::<GetOrdersByDateRange>(),
    OperationSchema::of::<GetModifiedOrders>(),
    OperationSchema::of::<GetExpiringCertificates>(),
    OperationSchema::of::<GetProductList>(),
    OperationSchema::of::<AddSanVerification>(),
    OperationSchema::of::<PerformSanVerification>(),
    OperationSchema::of::<GetSanVerificationState>(),
    OperationSchema::of::<AddEmailVerification>(),
    OperationSchema::of::<GetEmailVerification>(),
    OperationSchema::of::<VerifyOrder>(),
    OperationSchema::of::<GetDocumentsList>(),
    OperationSchema::of::<OrderSniCertificate>(),
    OperationSchema::of::<ModifySniCertificate>(),
];

/// Ties a request to its name on the wire, its effect and its response.
macro_rules! operation {
    ($request:ident = $name:literal, $effect:ident, $response:ident) => {
        impl $crate::wire::Operation for $request {
            const NAME: &'static str = $name;
            const RESPONSE_NAME: &'static str = concat!($name, "Response");
            const EFFECT: $crate::types::Effect = $crate::types::Effect::$effect;
            type Response = $response;
        }
    };
}
pub(crate) use operation;

/// A request that is an order request and nothing more: the schema extends the type, so its fields stand in the
/// operation element itself.
macro_rules! extends_order_request {
    ($(#[$meta:meta])* pub struct $request:ident;) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $request {
            /// What the order says.
            pub order: OrderRequest,
        }

        impl From<OrderRequest> for $request {
            fn from(order: OrderRequest) -> Self {
                Self { order }
            }
        }

        impl $crate::wire::Record for $request {
            const FIELDS: &'static [$crate::wire::Field] = OrderRequest::FIELDS;

            fn read_fields(
                start: &$crate::wire::Start<'_>,
                reader: &mut $crate::wire::Reader<'_>,
            ) -> Result<Self, $crate::wire::DecodeError> {
                OrderRequest::read_fields(start, reader).map(Self::from)
            }

            fn write_fields(
                &self,
                writer: &mut $crate::wire::Writer,
            ) -> Result<(), $crate::wire::EncodeError> {
                self.order.write_fields(writer)
            }
        }
    };
}
pub(crate) use extends_order_request;

/// The two lists of orders between two moments: they differ in what the moments are about.
macro_rules! orders_in_range {
    ($(#[$asks:meta])* pub struct $request:ident = $name:literal answered by $response:ident;) => {
        $crate::wire::record! {
            $(#[$asks])*
            /// Too wide a range is refused (code 1154), and so is a page past the last (1155).
            pub struct $request {
                /// From when.
                required from_date: jiff::Timestamp = "fromDate",
                /// Which parts of each order to tell.
                optional order_option: $crate::types::OrderOption = "orderOption",
                /// Which page, from 1 to 100; the first, if left out.
                optional page_number: u32 = "pageNumber",
                /// Until when.
                required to_date: jiff::Timestamp = "toDate",
            }
        }

        $crate::wire::record! {
            /// A page of orders. The answer's header says how many pages there are.
            pub struct $response {
                /// The orders of this page.
                list orders: $crate::types::Order = "orders" / "Order",
            }
        }

        $crate::operations::operation!($request = $name, Read, $response);
    };
}
pub(crate) use orders_in_range;

#[cfg(test)]
mod golden;
