//! Checks that several texts share.

use crate::{Finding, Problem};

/// A field of a form: its path in the Partner API, and the codes for what can be wrong with it.
pub(crate) struct Field {
    pub(crate) path: &'static str,
    /// `None` for a field that may be left empty.
    pub(crate) missing: Option<u32>,
    pub(crate) too_long: u32,
    /// The most characters it may have.
    pub(crate) limit: usize,
}

impl Field {
    /// The text without surrounding white space, neither missing nor too long.
    pub(crate) fn required(&self, text: &str) -> Result<String, Finding> {
        let text = self.optional(text)?;
        match self.missing {
            Some(code) if text.is_none() => Err(Finding::new(code, self.path, Problem::Missing)),
            _ => Ok(text.unwrap_or_default()),
        }
    }

    /// The same where blank means absent.
    pub(crate) fn optional(&self, text: &str) -> Result<Option<String>, Finding> {
        let text = text.trim();
        if text.chars().count() > self.limit {
            let problem = Problem::TooLong { limit: self.limit };
            return Err(Finding::new(self.too_long, self.path, problem).with_value(text));
        }
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }
}

/// Whether a text can be put into the identifiers of the Partner API, which take none of these.
pub(crate) fn has_forbidden_identifier_character(text: &str) -> bool {
    text.contains(['"', '&', '\'', '<', '>']) || text.chars().any(char::is_control)
}

/// Whether a text says anything: a letter or a digit at least, and not only that there is nothing to say (Baseline
/// Requirements, 7.1.4.2: no metadata such as `.`, `-` and a blank).
pub(crate) fn says_something(text: &str) -> bool {
    const FILLERS: &[&str] =
        &["n/a", "na", "none", "null", "nil", "brak", "nie dotyczy", "unknown", "undefined"];
    text.chars().any(char::is_alphanumeric)
        && !text.contains(|c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER)
        && !FILLERS.contains(&text.trim().to_lowercase().as_str())
}

/// Whether a text has the shape of an e-mail address (RFC 5321, section 4.1.2) that people use: no quoted local
/// part, no address literal. Letters beyond ASCII are taken (RFC 6531).
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let local_part = !local.is_empty()
        && local.len() <= 64
        && local.split('.').all(|atom| {
            !atom.is_empty() && atom.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c))
        });
    // What reading a name makes up for, a mail server does not.
    let is_untidy = domain.ends_with('.') || domain.contains(char::is_whitespace);
    let domain = domain.parse::<crate::DnsName>();
    local_part && !is_untidy && domain.is_ok_and(|domain| !domain.is_wildcard())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_when_a_text_says_nothing() {
        for good in ["Żółw sp. z o.o.", "3M", "C", "Nana", "1&1"] {
            assert!(says_something(good), "{good}");
        }
        for bad in ["-", ".", "N/A", "Brak", "a\u{7}b", "a\u{fffd}"] {
            assert!(!says_something(bad), "{bad:?}");
        }
    }
}
