//! Checks that several texts share.

use crate::Finding;

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
            Some(code) if text.is_none() => Err(Finding::new(code, self.path, "is missing")),
            _ => Ok(text.unwrap_or_default()),
        }
    }

    /// The same where blank means absent.
    pub(crate) fn optional(&self, text: &str) -> Result<Option<String>, Finding> {
        let text = text.trim();
        if text.chars().count() > self.limit {
            let problem = format!("is longer than {} characters", self.limit);
            return Err(Finding::new(self.too_long, self.path, problem).with_value(text));
        }
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }
}

/// Whether a text can be put into the identifiers of the Partner API, which take none of these.
pub(crate) fn has_forbidden_identifier_character(text: &str) -> bool {
    text.contains(['"', '&', '\'', '<', '>']) || text.chars().any(char::is_control)
}
