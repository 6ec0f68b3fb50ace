//! What every request and every response begins with.

use jiff::Timestamp;

use super::{AuthToken, Credentials};
use crate::error_code::ErrorCode;
use crate::wire::{DecodeError, Element, EncodeError, Reader, Start, Type, Writer, record};

record! {
    /// The header of a request: who asks.
    pub struct RequestHeader {
        /// The account's credentials.
        required auth_token: AuthToken = "authToken",
    }
}

impl From<&Credentials> for RequestHeader {
    fn from(credentials: &Credentials) -> Self {
        Self::new(AuthToken::new(credentials.password().clone(), credentials.user_name()))
    }
}

record! {
    /// The header of a response: how the call ended.
    pub struct ResponseHeader {
        /// The page that this answer holds, from 1, where the operation answers in pages.
        optional current_page: i64 = "currentPage",
        /// What the CA found wrong: everything, not only the first.
        list errors: ResponseError = "errors" / "Error",
        /// How many pages there are.
        optional pages_count: i64 = "pagesCount",
        /// How many records this answer holds.
        optional return_count: i64 = "returnCount",
        /// 0 for success, 1 for errors, 2 or 3 for refused credentials.
        required success_code: i64 = "successCode",
        /// When the CA answered, by its own clock. Nothing rests on it, so an answer without one is read.
        optional timestamp: Timestamp = "timestamp",
    }
}

impl ResponseHeader {
    /// The operation was carried out.
    pub const SUCCESS: i64 = 0;
    /// The operation was not carried out; the errors say why.
    pub const ERRORS: i64 = 1;
    /// The credentials were refused. Sources disagree between 2 and 3; both are read as this.
    pub const CREDENTIALS: i64 = 2;

    /// Whether the operation was carried out.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.success_code == Self::SUCCESS
    }

    /// Whether the CA refused the credentials.
    #[must_use]
    pub fn is_credentials_refused(&self) -> bool {
        matches!(self.success_code, 2 | 3)
    }
}

record! {
    /// One thing that the CA found wrong.
    pub struct ResponseError {
        /// The code, whose meaning is in the table of the Partner API.
        required code: ErrorCode = "errorCode",
        /// The datum in question, where there is one.
        optional value: String = "value",
    }
}

impl Element for ErrorCode {
    const TYPE: Type = Type::Simple("int");

    fn read(start: &Start<'_>, reader: &mut Reader<'_>) -> Result<Option<Self>, DecodeError> {
        Ok(u32::read(start, reader)?.map(Self::new))
    }

    fn write(&self, name: &'static str, writer: &mut Writer) -> Result<(), EncodeError> {
        self.number().write(name, writer)
    }
}
