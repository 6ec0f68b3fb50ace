//! The CA's codes of products.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Finding, Problem};

/// A product's code at the CA: one to three digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProductCode(pub(super) String);

impl ProductCode {
    /// The most digits that the Partner API takes (code 1080).
    const MOST_DIGITS: usize = 3;

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProductCode {
    type Err = InvalidProductCode;

    fn from_str(text: &str) -> Result<Self, InvalidProductCode> {
        let digits =
            (1..=Self::MOST_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if digits { Ok(Self(text.to_owned())) } else { Err(InvalidProductCode(())) }
    }
}

impl TryFrom<String> for ProductCode {
    type Error = InvalidProductCode;

    fn try_from(text: String) -> Result<Self, InvalidProductCode> {
        text.parse()
    }
}

impl From<ProductCode> for String {
    fn from(code: ProductCode) -> Self {
        code.0
    }
}

impl fmt::Display for ProductCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no product code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a product code is one to three digits")]
pub struct InvalidProductCode(());

impl InvalidProductCode {
    /// The finding about a text that was to be a product's code.
    #[must_use]
    pub fn finding(self, text: &str) -> Finding {
        let code = match text.trim() {
            "" => 1014,
            text if text.chars().count() > ProductCode::MOST_DIGITS => 1080,
            // Nothing else is a code of a first order.
            _ => 1181,
        };
        let problem = if code == 1014 { Problem::Missing } else { Problem::NotProductCode };
        Finding::new(code, "productCode", problem).with_value(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_codes_that_are_no_codes() {
        for (text, code) in [("", 1014), ("6011", 1080), ("60a", 1181), ("-1", 1181), ("٦٠١", 1181)] {
            let error = text.parse::<ProductCode>().unwrap_err();
            let finding = error.finding(text);
            assert_eq!(finding.code, code, "{text:?}");
            assert_eq!(finding.problem == Problem::Missing, text.is_empty(), "{text:?}");
        }
    }
}
