//! Elements of which nothing is known beforehand.

use std::fmt;

use super::error::{DecodeError, EncodeError};
use super::reader::Reader;
use super::writer::Writer;

/// An element as it came: its name without prefix, its text and its children. Attributes and namespaces are not
/// kept. `Debug` shows the names alone: nobody knows what the texts are.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RawElement {
    name: String,
    /// The text in it, without that of its children and without white space around it.
    pub text: String,
    /// The elements in it.
    pub children: Vec<Self>,
}

impl RawElement {
    /// An empty element, or `None` if `name` can't be one's name. Letters, digits, `_`, `-` and `.` can, where the
    /// first is a letter or `_`.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let mut characters = name.chars();
        let first = characters.next()?;
        let good = (first.is_ascii_alphabetic() || first == '_')
            && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
        good.then(|| Self { name: name.to_owned(), text: String::new(), children: Vec::new() })
    }

    /// The element's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The children with a name.
    pub fn find<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Reads the rest of the current element. The reader bounds how deep that goes.
    pub(crate) fn read_all(reader: &mut Reader<'_>) -> Result<(Vec<Self>, String), DecodeError> {
        let mut children = Vec::new();
        let mut text = String::new();
        while let Some(start) = reader.next_mixed(&mut text)? {
            let name = start.local_name().to_owned();
            let (inner, inner_text) = Self::read_all(reader).map_err(|error| error.within(&name))?;
            children.push(Self { name, text: inner_text.trim().to_owned(), children: inner });
        }
        Ok((children, text))
    }

    pub(crate) fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        if self.children.is_empty() {
            return writer.text_element(&self.name, &self.text);
        }
        writer.open(&self.name);
        let mut write = || {
            writer.text(&self.text)?;
            self.children.iter().try_for_each(|child| child.write(writer))
        };
        write().map_err(|error| error.within(&self.name))?;
        writer.close(&self.name);
        Ok(())
    }
}

impl fmt::Debug for RawElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawElement")
            .field("name", &self.name)
            .field("children", &self.children)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_only_what_can_be_a_name() {
        assert!(["a", "_b-1.c"].iter().all(|name| RawElement::new(name).is_some()));
        assert!(["", "1a", "a b", "a>", "a:b"].iter().all(|name| RawElement::new(name).is_none()));
    }
}
