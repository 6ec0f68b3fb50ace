//! The account's user name and password.

use std::fmt;

use zeroize::Zeroizing;

use crate::wire::{DecodeError, Element, EncodeError, Reader, Start, Type, Writer, record};

/// A password. It prints as `[redacted]`, and its memory is wiped when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// The password in the clear, for whoever has to compare or send it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Password {
    fn from(text: T) -> Self {
        Self(Zeroizing::new(text.into()))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Element for Password {
    const TYPE: Type = Type::Simple("string");

    fn read(start: &Start<'_>, reader: &mut Reader<'_>) -> Result<Option<Self>, DecodeError> {
        Ok(String::read(start, reader)?.map(Self::from))
    }

    fn write(&self, name: &'static str, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.text_element(name, self.expose())
    }
}

record! {
    /// The credentials as they stand in a request: the password comes first.
    pub struct AuthToken {
        /// The account's password.
        required password: Password = "password",
        /// The account's login.
        required user_name: String = "userName",
    }
}

/// The reseller account that calls are made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    user_name: String,
    password: Password,
}

impl Credentials {
    /// Credentials of a reseller account.
    #[must_use]
    pub fn new(user_name: impl Into<String>, password: impl Into<Password>) -> Self {
        Self { user_name: user_name.into(), password: password.into() }
    }

    /// The account's login. A customer may not be named like it (code 1023).
    #[must_use]
    pub fn user_name(&self) -> &str {
        &self.user_name
    }

    /// The password of the account.
    #[must_use]
    pub fn password(&self) -> &Password {
        &self.password
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_no_password() {
        let credentials = Credentials::new("reseller", "s3cret");
        assert_eq!(
            format!("{credentials:?}"),
            "Credentials { user_name: \"reseller\", password: [redacted] }"
        );
        assert!(!format!("{:?}", AuthToken::new("s3cret", "reseller")).contains("s3cret"));
    }
}
