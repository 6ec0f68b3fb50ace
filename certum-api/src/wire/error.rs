//! What can be wrong with a document, and where in it.

use std::fmt;

/// Where in a document something was wrong: element names from the operation element inwards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ElementPath(Vec<String>);

impl ElementPath {
    fn push_outer(&mut self, element: &str) {
        self.0.push(element.to_owned());
    }
}

impl fmt::Display for ElementPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Collected while the error travels outwards, so the outermost element comes last.
        for (position, element) in self.0.iter().rev().enumerate() {
            if position > 0 {
                f.write_str("/")?;
            }
            f.write_str(element)?;
        }
        Ok(())
    }
}

/// A document that can't be read. Its text names elements, never their content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError(Box<Place>);

/// In a box, so that an answer without an error is small.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    path: ElementPath,
    problem: DecodeProblem,
}

impl DecodeError {
    pub(crate) fn new(problem: DecodeProblem) -> Self {
        Self(Box::new(Place { path: ElementPath::default(), problem }))
    }

    pub(crate) fn within(mut self, element: &str) -> Self {
        self.0.path.push_outer(element);
        self
    }

    /// The element in which reading stopped; empty if that was the document itself.
    #[must_use]
    pub fn path(&self) -> &ElementPath {
        &self.0.path
    }

    /// What was wrong there.
    #[must_use]
    pub fn problem(&self) -> &DecodeProblem {
        &self.0.problem
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.path.0.is_empty() {
            self.0.problem.fmt(f)
        } else {
            write!(f, "{}: {}", self.0.path, self.0.problem)
        }
    }
}

impl std::error::Error for DecodeError {}

/// The ways in which a document can be unreadable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeProblem {
    /// The bytes are not UTF-8.
    #[error("not UTF-8 text")]
    NotUtf8,
    /// The text is not well-formed XML.
    #[error("not well-formed XML: {0}")]
    Malformed(String),
    /// The document ends before its root element does.
    #[error("the document is cut off")]
    Truncated,
    /// Something other than white space, comments and processing instructions follows the root element.
    #[error("content after the end of the document")]
    TrailingContent,
    /// A document type definition: refused unread, as SOAP 1.1 (section 3) demands.
    #[error("a document type definition is not allowed")]
    DocumentType,
    /// An entity other than the five of XML and character references.
    #[error("unknown entity")]
    UnknownEntity,
    /// A prefix that no `xmlns` attribute declares.
    #[error("undeclared namespace prefix")]
    UndeclaredPrefix,
    /// Elements are nested deeper than [`MAX_DEPTH`](crate::wire::MAX_DEPTH).
    #[error("elements are nested too deeply")]
    TooDeep,
    /// Another element than expected, such as something other than a SOAP envelope.
    #[error("expected {expected}")]
    UnexpectedElement {
        /// The element that should stand here.
        expected: &'static str,
    },
    /// Text where only elements may stand.
    #[error("unexpected text between elements")]
    UnexpectedText,
    /// An element where only text may stand.
    #[error("unexpected element inside a text")]
    UnexpectedChild,
    /// A required element is missing, or nil.
    #[error("the element is missing")]
    Missing,
    /// An element that may stand once stands twice.
    #[error("the element stands twice")]
    Duplicate,
    /// A text that is not of the element's type.
    #[error("not {expected}")]
    InvalidValue {
        /// The type that was expected, with its article.
        expected: &'static str,
    },
}

/// A request that XML can't carry, with the element in question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: the character U+{:04X} can't be written in XML", u32::from(*.character))]
pub struct EncodeError {
    path: ElementPath,
    character: char,
}

impl EncodeError {
    pub(crate) fn illegal(character: char) -> Self {
        Self { path: ElementPath::default(), character }
    }

    pub(crate) fn within(mut self, element: &str) -> Self {
        self.path.push_outer(element);
        self
    }

    /// The element whose text holds the character.
    #[must_use]
    pub fn path(&self) -> &ElementPath {
        &self.path
    }

    /// The character that XML 1.0 (section 2.2) forbids.
    #[must_use]
    pub fn character(&self) -> char {
        self.character
    }
}
