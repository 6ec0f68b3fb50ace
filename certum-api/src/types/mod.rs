//! Types that several operations share.

mod approver;
mod credentials;
mod effect;
mod header;
mod order;
mod order_request;
mod verification;

pub use approver::{ApproverEmailPrefix, ApproverMethod, SanApprover};
pub use credentials::{AuthToken, Credentials, Password};
pub use effect::Effect;
pub use header::{RequestHeader, ResponseError, ResponseHeader};
pub use order::{
    CertificateDetails, CertificateStatus, Order, OrderDetails, OrderOption, OrderStatus, OrderStatusDetails,
    OrganizationInfo, RequestorInfo,
};
pub use order_request::{Csr, HashAlgorithm, Language, OrderParameters, OrderRequest, SanEntry};
pub use verification::{
    ManualVerification, OrderVerification, OrderVerificationState, OrderVerificationType, SanVerification,
    SanVerificationState, SanVerificationStatus, SystemVerification, SystemVerificationMethod,
};
