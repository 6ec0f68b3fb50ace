//! Texts as PostgreSQL can keep them: it knows no NUL.

use std::borrow::Cow;

use crate::store::StoreError;

/// A text without NUL: each becomes a backslash and a zero, and each backslash two. Different texts stay different, and
/// few texts look other than they are.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    if text.contains(['\\', '\0']) {
        Cow::Owned(text.replace('\\', "\\\\").replace('\0', "\\0"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text that was escaped.
pub(super) fn unescape(text: String) -> Result<String, StoreError> {
    if !text.contains('\\') {
        return Ok(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        plain.push(match character {
            '\\' => match characters.next() {
                Some('\\') => '\\',
                Some('0') => '\0',
                _ => {
                    return Err(StoreError::Corrupt(
                        "a text with a backslash that stands for nothing".into(),
                    ));
                }
            },
            other => other,
        });
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn can_round_trip_any_text_without_a_nul_in_between() {
        for text in ["", "plain", "\0", "\\", "\\0", "\\\\0\0\\", "zażółć"] {
            let escaped = escape(text);
            assert!(!escaped.contains('\0'), "{text:?}");
            assert_eq!(unescape(escaped.into_owned()).unwrap(), text);
        }
        for wrong in ["\\", "\\n", "a\\"] {
            assert!(unescape(wrong.into()).is_err(), "{wrong:?}");
        }
    }
}
