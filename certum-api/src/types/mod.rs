//! Types that several operations share.

mod approver;
mod credentials;
mod document;
mod effect;
mod email_verification;
mod header;
mod order;
mod order_request;
mod product;
mod revocation;
mod serial_numbers;
mod verification;

pub use approver::{ApproverEmailPrefix, ApproverMethod, SanApprover};
pub use credentials::{AuthToken, Credentials, Password};
pub use document::{Document, DocumentFile, DocumentFiles, DocumentType, Documents, FileContent};
pub use effect::Effect;
pub use email_verification::EmailVerification;
pub use header::{RequestHeader, ResponseError, ResponseHeader};
pub use order::{
    CertificateDetails, CertificateStatus, Order, OrderDetails, OrderOption, OrderStatus, OrderStatusDetails,
    OrganizationInfo, RequestorInfo,
};
pub use order_request::{Csr, HashAlgorithm, Language, OrderParameters, OrderRequest, SanEntry};
pub use product::Product;
pub use revocation::RevocationReason;
pub use serial_numbers::SerialNumbers;
pub use verification::{
    ManualVerification, OrderVerification, OrderVerificationState, OrderVerificationType, SanVerification,
    SanVerificationState, SanVerificationStatus, SystemVerification, SystemVerificationMethod,
};
