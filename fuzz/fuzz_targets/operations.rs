//! All operations of the Partner API.

/// Hands their names to a macro.
macro_rules! each_operation {
    ($then:ident) => {
        $then! {
            AddEmailVerification,
            AddSanVerification,
            CancelOrder,
            GetCertificate,
            GetDocumentsList,
            GetEmailVerification,
            GetExpiringCertificates,
            GetModifiedOrders,
            GetOrderByOrderId,
            GetOrderState,
            GetOrdersByDateRange,
            GetProductList,
            GetSanVerificationState,
            ModifySniCertificate,
            OrderSniCertificate,
            PerformSanVerification,
            QuickOrder,
            ReissueCertificate,
            RenewCertificate,
            RevokeCertificate,
            ValidateOrderParameters,
            VerifyOrder,
        }
    };
}

pub(crate) use each_operation;
