//! A namespace-aware pull reader over a document in memory.

use std::borrow::Cow;

use quick_xml::events::BytesRef;
use quick_xml::events::attributes::Attributes;

use super::error::{DecodeError, DecodeProblem};
use super::namespaces::{Namespaces, Space, malformed};
use super::scanner::{Scanner, Tag, Token, is_space, with_line_ends};

/// The deepest nesting of elements that is read. The service's own documents need 8.
pub const MAX_DEPTH: u16 = 32;

/// The start tag of an element that is being read.
pub struct Start<'a> {
    local_name: &'a str,
    attributes: &'a str,
    space: Space,
    nil: bool,
}

impl<'a> Start<'a> {
    /// The element's name without its prefix.
    pub(crate) fn local_name(&self) -> &'a str {
        self.local_name
    }

    pub(crate) fn space(&self) -> Space {
        self.space
    }

    /// Whether the element is marked `xsi:nil`, which means absent.
    pub(crate) fn is_nil(&self) -> bool {
        self.nil
    }

    /// The element's name where the protocol's own elements stand: unqualified as the schema says, or
    /// qualified with the target namespace, as peers with a default namespace write it. Elements of other
    /// namespaces have no name here, and are read over as unknown.
    pub(crate) fn field_name(&self) -> Option<&'a str> {
        matches!(self.space, Space::None | Space::Target).then_some(self.local_name)
    }

    /// An unqualified attribute of type `xs:boolean`; absent or unreadable means `false`.
    pub(crate) fn flag(&self, attribute: &str) -> bool {
        // Duplicates and the like were found when the tag was read.
        Attributes::new(self.attributes, 0)
            .flatten()
            .find(|found| found.key.into_inner() == attribute)
            .is_some_and(|found| matches!(found.value.trim(), "true" | "1"))
    }
}

/// Reads one document, element by element, without copying its text where that can be helped.
pub struct Reader<'a> {
    tokens: Scanner<'a>,
    namespaces: Namespaces<'a>,
}

impl<'a> Reader<'a> {
    /// A reader at the beginning of `document`.
    ///
    /// # Errors
    /// If the bytes are not UTF-8, the one encoding that the service uses.
    pub fn new(document: &'a [u8]) -> Result<Self, DecodeError> {
        let text = std::str::from_utf8(document).map_err(|_| DecodeError::new(DecodeProblem::NotUtf8))?;
        Ok(Self {
            tokens: Scanner::new(text.strip_prefix('\u{feff}').unwrap_or(text)),
            namespaces: Namespaces::default(),
        })
    }

    /// The next child of the current element, or `None` once its end tag was read.
    pub(crate) fn next_child(&mut self) -> Result<Option<Start<'a>>, DecodeError> {
        loop {
            match self.tokens.next()? {
                Token::Start(tag) => return self.open(tag).map(Some),
                Token::End => {
                    self.namespaces.leave(self.tokens.depth());
                    return Ok(None);
                }
                Token::Eof if self.tokens.depth() == 0 => return Ok(None),
                other => self.pass_over(other)?,
            }
        }
    }

    /// The next child of the current element, with the text before it added to `text`.
    pub(crate) fn next_mixed(&mut self, text: &mut String) -> Result<Option<Start<'a>>, DecodeError> {
        loop {
            match self.tokens.next()? {
                Token::Start(tag) => return self.open(tag).map(Some),
                Token::End => {
                    self.namespaces.leave(self.tokens.depth());
                    return Ok(None);
                }
                Token::Text(piece) => text.push_str(&with_line_ends(piece)),
                Token::CData(piece) => text.push_str(&with_line_ends(piece)),
                Token::Reference(name) => text.push(referenced(name)?),
                other => self.pass_over(other)?,
            }
        }
    }

    /// The text of the current element, read through its end tag. Line ends become `\n`, as XML says.
    pub(crate) fn text(&mut self) -> Result<Cow<'a, str>, DecodeError> {
        let mut text = Cow::Borrowed("");
        let append = |text: &mut Cow<'a, str>, piece: Cow<'a, str>| {
            if text.is_empty() {
                *text = piece;
            } else {
                text.to_mut().push_str(&piece);
            }
        };
        loop {
            match self.tokens.next()? {
                Token::Text(piece) => append(&mut text, with_line_ends(piece)),
                Token::CData(piece) => append(&mut text, with_line_ends(piece)),
                Token::Reference(name) => text.to_mut().push(referenced(name)?),
                Token::End => {
                    self.namespaces.leave(self.tokens.depth());
                    return Ok(text);
                }
                Token::Start(_) => return Err(DecodeError::new(DecodeProblem::UnexpectedChild)),
                other => self.pass_over(other)?,
            }
        }
    }

    /// Reads over the rest of the current element, whatever it holds.
    pub(crate) fn skip(&mut self) -> Result<(), DecodeError> {
        let outside = self.tokens.depth().saturating_sub(1);
        while self.tokens.depth() > outside {
            match self.tokens.next()? {
                Token::Start(tag) => {
                    self.open(tag)?;
                }
                Token::End => self.namespaces.leave(self.tokens.depth()),
                Token::DocumentType => return Err(DecodeError::new(DecodeProblem::DocumentType)),
                Token::Eof => return Err(DecodeError::new(DecodeProblem::Truncated)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Checks that nothing of substance follows the root element.
    pub(crate) fn finish(&mut self) -> Result<(), DecodeError> {
        match self.next_child() {
            Ok(None) => Ok(()),
            Ok(Some(_)) => Err(DecodeError::new(DecodeProblem::TrailingContent)),
            Err(error) if *error.problem() == DecodeProblem::UnexpectedText => {
                Err(DecodeError::new(DecodeProblem::TrailingContent))
            }
            Err(error) => Err(error),
        }
    }

    /// Reads a start tag. Inlined, because handing the tag on costs as much as reading it.
    #[inline(always)]
    fn open(&mut self, tag: Tag<'a>) -> Result<Start<'a>, DecodeError> {
        let depth = self.tokens.depth();
        if depth > MAX_DEPTH {
            return Err(DecodeError::new(DecodeProblem::TooDeep));
        }
        let Tag { name, attributes } = tag;
        // Most tags declare nothing.
        let nil = !attributes.is_empty() && self.namespaces.declare(attributes, depth)?;
        let (local_name, space) = match name.split_once(':') {
            None => (name, self.namespaces.unprefixed()),
            Some((prefix, local_name)) => (local_name, self.namespaces.resolve(prefix)?),
        };
        Ok(Start { local_name, attributes, space, nil })
    }

    /// What may stand anywhere without meaning, and what may stand nowhere.
    fn pass_over(&self, token: Token<'a>) -> Result<(), DecodeError> {
        let problem = match token {
            Token::Aside => return Ok(()),
            Token::Declaration if self.tokens.depth() == 0 => return Ok(()),
            Token::Text(text) if text.chars().all(is_space) => return Ok(()),
            Token::DocumentType => DecodeProblem::DocumentType,
            Token::Eof => DecodeProblem::Truncated,
            _ => DecodeProblem::UnexpectedText,
        };
        Err(DecodeError::new(problem))
    }
}

/// The character that a reference stands for.
fn referenced(name: &str) -> Result<char, DecodeError> {
    match BytesRef::new(name).resolve_char_ref().map_err(malformed)? {
        Some(character) => Ok(character),
        None => predefined_entity(name).ok_or_else(|| DecodeError::new(DecodeProblem::UnknownEntity)),
    }
}

/// The five entities of XML 1.0 (section 4.6).
fn predefined_entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::namespaces::MAX_DECLARATIONS;
    use super::super::{SOAP_NAMESPACE, TARGET_NAMESPACE, XSI_NAMESPACE};
    use super::*;

    fn read_root_text(document: &str) -> Result<String, DecodeError> {
        let mut reader = Reader::new(document.as_bytes())?;
        reader.next_child()?.ok_or_else(|| DecodeError::new(DecodeProblem::Missing))?;
        let text = reader.text()?.into_owned();
        reader.finish()?;
        Ok(text)
    }

    fn problem(document: &str) -> DecodeProblem {
        read_root_text(document).expect_err("refused").problem().clone()
    }

    #[test]
    fn joins_text_that_comments_cdata_and_references_split() {
        let text = read_root_text("<a>one<!-- c --> &amp; <![CDATA[<two>]]>&#x21;&lt;<?p q?>three</a>");
        assert_eq!(text.unwrap(), "one & <two>!<three");
    }

    #[test]
    fn reads_an_empty_tag_as_empty_text() {
        assert_eq!(read_root_text("<a/>").unwrap(), "");
        assert_eq!(read_root_text("<a></a>").unwrap(), "");
    }

    #[test]
    fn normalizes_line_ends() {
        assert_eq!(read_root_text("<a>x\r\ny\rz</a>").unwrap(), "x\ny\nz");
    }

    #[test]
    fn reads_a_document_with_a_byte_order_mark() {
        assert_eq!(read_root_text("\u{feff}<?xml version=\"1.0\"?><a>x</a>").unwrap(), "x");
    }

    #[test]
    fn refuses_what_a_soap_peer_must_not_send() {
        assert_eq!(
            problem("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"),
            DecodeProblem::DocumentType,
            "document type"
        );
        assert_eq!(problem("<a>&e;</a>"), DecodeProblem::UnknownEntity, "entity");
        assert_eq!(problem("<n:a/>"), DecodeProblem::UndeclaredPrefix, "prefix");
        assert_eq!(problem("<n:a xmlns:n=''/>"), DecodeProblem::UndeclaredPrefix, "prefix of nothing");
        assert_eq!(problem("<:a/>"), DecodeProblem::UndeclaredPrefix, "empty prefix");
        assert!(
            matches!(problem("<a xmlns:xmlns='urn:a'/>"), DecodeProblem::Malformed(_)),
            "reserved prefix"
        );
        assert_eq!(problem("<a>x</a><b/>"), DecodeProblem::TrailingContent, "second root");
        assert_eq!(problem("<a>x</a>x"), DecodeProblem::TrailingContent, "trailing text");
        assert_eq!(problem("<a>x<b/></a>"), DecodeProblem::UnexpectedChild, "child");
        assert!(matches!(problem("<a>x</b>"), DecodeProblem::Malformed(_)), "mismatched end tag");
    }

    #[test]
    fn says_that_a_cut_document_is_cut() {
        let document = "<a>text<![CDATA[more]]><!--c--></a>";
        for end in 3..document.len() - 1 {
            let problem = problem(&document[..end]);
            assert!(
                matches!(problem, DecodeProblem::Truncated | DecodeProblem::Malformed(_)),
                "cut at {end}: {problem:?}"
            );
        }
    }

    #[test]
    fn refuses_nesting_past_the_bound() {
        let depth = usize::from(MAX_DEPTH) + 1;
        let document = "<a>".repeat(depth) + &"</a>".repeat(depth);
        let mut reader = Reader::new(document.as_bytes()).unwrap();
        reader.next_child().unwrap();
        assert_eq!(*reader.skip().unwrap_err().problem(), DecodeProblem::TooDeep);
    }

    #[test]
    fn forgets_a_declaration_at_the_end_of_its_element() {
        let document = format!("<a><b xmlns='{TARGET_NAMESPACE}'><c/></b><c/></a>");
        let mut reader = Reader::new(document.as_bytes()).unwrap();
        reader.next_child().unwrap();
        let b = reader.next_child().unwrap().unwrap();
        assert_eq!(b.space(), Space::Target);
        let inner = reader.next_child().unwrap().unwrap();
        assert_eq!(inner.space(), Space::Target);
        reader.skip().unwrap();
        assert!(reader.next_child().unwrap().is_none());
        assert_eq!(reader.next_child().unwrap().unwrap().space(), Space::None);
    }

    #[test]
    fn takes_the_innermost_declaration_of_a_prefix() {
        let document = format!(
            "<n:a xmlns:n='{SOAP_NAMESPACE}'><n:b xmlns:n='{TARGET_NAMESPACE}'/><n:c/><xml:d/>\
             <e i:nil='true' xmlns:i='{XSI_NAMESPACE}'/><f nil='true'/></n:a>"
        );
        let mut reader = Reader::new(document.as_bytes()).unwrap();
        let mut found = vec![reader.next_child().unwrap().unwrap().space()];
        let mut nil = Vec::new();
        while let Some(child) = reader.next_child().unwrap() {
            found.push(child.space());
            nil.push(child.is_nil());
            reader.skip().unwrap();
        }
        let (soap, target, other, none) = (Space::Soap, Space::Target, Space::Other, Space::None);
        assert_eq!(found, [soap, target, soap, other, none, none]);
        assert_eq!(nil, [false, false, false, true, false]);
    }

    #[test]
    fn refuses_more_declarations_than_anybody_needs() {
        let declared =
            |count| (0..count).map(|number| format!(" xmlns:n{number}='urn:n'")).collect::<String>();
        let root = |count| read_root_text(&format!("<a{}/>", declared(count)));
        assert!(root(MAX_DECLARATIONS).is_ok());
        assert!(root(MAX_DECLARATIONS + 1).is_err());
    }
}
