//! Cuts a document into markup and text.
//!
//! Most of reading an answer is this, and it is a small part of XML: a SOAP document has no document type, and its
//! attributes are few. quick-xml reads attributes and character references; the tests compare the rest with it, event by
//! event.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr3};

use super::error::{DecodeError, DecodeProblem};

/// How deep the service's own documents go.
const USUAL_DEPTH: usize = 8;

/// A piece of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A start tag. One that is empty is followed by an end all the same.
    Start(Tag<'a>),
    /// The end of the innermost open element.
    End,
    /// Text as it stands there, up to the next markup or reference.
    Text(&'a str),
    /// The text of a CDATA section.
    CData(&'a str),
    /// The name in a reference to an entity or a character.
    Reference(&'a str),
    /// The XML declaration.
    Declaration,
    /// The beginning of a document type definition, which is not read.
    DocumentType,
    /// A comment or a processing instruction.
    Aside,
    /// The end of the document.
    Eof,
}

/// The inside of a start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// The element's name, with its prefix.
    pub(super) name: &'a str,
    /// What stands behind the name, unread: attributes, if the tag is well-formed.
    pub(super) attributes: &'a str,
}

/// Reads a document piece by piece. Each end tag has the name of the element that it ends.
pub(super) struct Scanner<'a> {
    /// What was not read yet.
    rest: &'a str,
    /// The names of the open elements, the innermost last.
    open: Vec<&'a str>,
    /// Whether the innermost open element has an empty tag, so that it ends here.
    is_empty: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(document: &'a str) -> Self {
        Self { rest: document, open: Vec::with_capacity(USUAL_DEPTH), is_empty: false }
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> u16 {
        u16::try_from(self.open.len()).unwrap_or(u16::MAX)
    }

    /// The next piece. Inlined, as the commonest piece is, because handing it on costs as much as finding it.
    #[inline(always)]
    pub(super) fn next(&mut self) -> Result<Token<'a>, DecodeError> {
        if self.is_empty {
            self.is_empty = false;
            self.open.pop();
            return Ok(Token::End);
        }
        match self.rest.as_bytes() {
            [] => Ok(Token::Eof),
            [b'<', b'/', ..] => self.end(),
            [b'<', b'!', ..] => self.declared(),
            [b'<', b'?', ..] => self.instruction(),
            [b'<', ..] => self.start(),
            [b'&', ..] => self.reference(),
            text => {
                let end = memchr2(b'<', b'&', text).unwrap_or(text.len());
                self.take(end, 0).map(Token::Text)
            }
        }
    }

    #[inline(always)]
    fn start(&mut self) -> Result<Token<'a>, DecodeError> {
        let inside = self.rest.get(1..).unwrap_or_default();
        let bytes = inside.as_bytes();
        let length = bytes.iter().position(|byte| !is_in_name(*byte)).ok_or_else(cut)?;
        let (name, behind) = split(inside, length)?;
        let (attributes, used) = match behind.as_bytes() {
            [b'>', ..] => ("", 1),
            [b'/', b'>', ..] => {
                self.is_empty = true;
                ("", 2)
            }
            [b'/'] => return Err(cut()),
            [byte, ..] if is_space(char::from(*byte)) => {
                let end = end_of_tag(behind.as_bytes()).ok_or_else(cut)?;
                let (attributes, _) = split(behind, end)?;
                self.is_empty = attributes.ends_with('/');
                (attributes.strip_suffix('/').unwrap_or(attributes), end + 1)
            }
            _ => return Err(malformed("a tag with a letter that no name has")),
        };
        if name.is_empty() {
            return Err(malformed("a tag without a name"));
        }
        self.rest = behind.get(used..).unwrap_or_default();
        self.open.push(name);
        Ok(Token::Start(Tag { name, attributes }))
    }

    fn end(&mut self) -> Result<Token<'a>, DecodeError> {
        let inside = self.rest.get(2..).unwrap_or_default();
        let open = self.open.pop();
        if let Some(behind) = open.and_then(|name| inside.strip_prefix(name)) {
            let rest =
                behind.strip_prefix('>').or_else(|| behind.trim_start_matches(is_space).strip_prefix('>'));
            if let Some(rest) = rest {
                self.rest = rest;
                return Ok(Token::End);
            }
        }
        match (inside.contains('>'), open) {
            (false, _) => Err(cut()),
            (true, Some(name)) => Err(malformed(&format!("another end tag than that of `{name}`"))),
            (true, None) => Err(malformed("an end tag without a start tag")),
        }
    }

    /// What begins with `<!`.
    fn declared(&mut self) -> Result<Token<'a>, DecodeError> {
        const COMMENT: &str = "<!--";
        const CDATA: &str = "<![CDATA[";
        const DOCUMENT_TYPE: &str = "<!DOCTYPE";
        let rest = self.rest;
        if rest.starts_with(COMMENT) {
            self.take_until(COMMENT.len(), "-->").map(|_| Token::Aside)
        } else if rest.starts_with(CDATA) {
            self.take_until(CDATA.len(), "]]>").map(Token::CData)
        } else if rest
            .get(..DOCUMENT_TYPE.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(DOCUMENT_TYPE))
        {
            Ok(Token::DocumentType)
        } else if [COMMENT, CDATA, DOCUMENT_TYPE].iter().any(|whole| whole.starts_with(rest)) {
            Err(cut())
        } else {
            Err(malformed("unknown markup"))
        }
    }

    fn instruction(&mut self) -> Result<Token<'a>, DecodeError> {
        let instruction = self.take_until(2, "?>")?;
        let target = instruction.split(is_space).next().unwrap_or_default();
        if target.is_empty() || !target.bytes().all(is_in_name) {
            return Err(malformed("an instruction without a name"));
        }
        Ok(if target == "xml" { Token::Declaration } else { Token::Aside })
    }

    fn reference(&mut self) -> Result<Token<'a>, DecodeError> {
        let inside = self.rest.get(1..).unwrap_or_default();
        match memchr3(b';', b'<', b'&', inside.as_bytes()) {
            Some(end) if inside.as_bytes().get(end) == Some(&b';') => {
                self.rest = inside;
                self.take(end, 1).map(Token::Reference)
            }
            Some(_) => Err(malformed("a reference without an end")),
            None => Err(cut()),
        }
    }

    /// Takes what stands between an opening of some length and its end.
    fn take_until(&mut self, opening: usize, end: &str) -> Result<&'a str, DecodeError> {
        self.rest = self.rest.get(opening..).ok_or_else(cut)?;
        let at = self.rest.find(end).ok_or_else(cut)?;
        self.take(at, end.len())
    }

    /// Takes some bytes, and leaves out those behind them.
    fn take(&mut self, length: usize, left_out: usize) -> Result<&'a str, DecodeError> {
        let (taken, behind) = split(self.rest, length)?;
        self.rest = behind.get(left_out..).unwrap_or_default();
        Ok(taken)
    }
}

/// The text of a piece of text or CDATA: every line end is `\n` (XML 1.0, section 2.11).
pub(super) fn with_line_ends(text: &str) -> Cow<'_, str> {
    match memchr(b'\r', text.as_bytes()) {
        None => Cow::Borrowed(text),
        Some(_) => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
    }
}

/// Where a tag ends: at the first `>` outside of quotes.
fn end_of_tag(tag: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = tag.get(at..)?;
        let found = memchr3(b'>', b'"', b'\'', rest)?;
        let quote = *rest.get(found)?;
        if quote == b'>' {
            return Some(at + found);
        }
        at += found + 1;
        at += memchr(quote, tag.get(at..)?)? + 1;
    }
}

/// The letters of names, as far as they matter here: those past ASCII are taken as they come.
fn is_in_name(byte: u8) -> bool {
    IN_NAMES.get(usize::from(byte)).copied().unwrap_or(false)
}

const IN_NAMES: [bool; 256] = {
    let mut found = [false; 256];
    let mut byte = 0;
    while byte < found.len() {
        let letter = byte as u8;
        found[byte] = letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'-' | b'.' | b':' | 0x80..);
        byte += 1;
    }
    found
};

/// White space, as XML has it.
pub(super) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

/// Both sides of a place that was found to be between two characters.
fn split(text: &str, at: usize) -> Result<(&str, &str), DecodeError> {
    text.split_at_checked(at).ok_or_else(|| malformed("markup inside a character"))
}

fn cut() -> DecodeError {
    DecodeError::new(DecodeProblem::Truncated)
}

fn malformed(what: &str) -> DecodeError {
    DecodeError::new(DecodeProblem::Malformed(what.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use quick_xml::events::Event;

    use super::*;

    /// What a scanner makes of a document, or `None` if it refuses it. Both stop at a document type.
    fn ours(document: &str) -> Option<Vec<String>> {
        let mut scanner = Scanner::new(document);
        let mut found = Vec::new();
        loop {
            found.push(match scanner.next().ok()? {
                Token::Start(tag) => format!("<{}>{}", tag.name, tag.attributes),
                Token::End => "end".to_owned(),
                Token::Text(text) => format!("text {}", with_line_ends(text)),
                Token::CData(text) => format!("cdata {}", with_line_ends(text)),
                Token::Reference(name) => format!("&{name}"),
                Token::Declaration => "declaration".to_owned(),
                Token::Aside => "aside".to_owned(),
                Token::DocumentType => return Some(found),
                Token::Eof => return (scanner.depth() == 0).then_some(found),
            });
        }
    }

    /// What quick-xml makes of it.
    fn theirs(document: &str) -> Option<Vec<String>> {
        let mut reader = quick_xml::Reader::from_str(document);
        reader.config_mut().expand_empty_elements = true;
        let (mut found, mut depth) = (Vec::new(), 0);
        loop {
            found.push(match reader.read_event().ok()? {
                Event::Start(tag) => {
                    depth += 1;
                    format!("<{}>{}", tag.name().into_inner(), tag.attributes_raw())
                }
                Event::End(_) => {
                    depth -= 1;
                    "end".to_owned()
                }
                Event::Text(text) => format!("text {}", text.xml10_content()),
                Event::CData(text) => format!("cdata {}", text.xml10_content()),
                Event::GeneralRef(name) => format!("&{}", &*name),
                Event::Decl(_) => "declaration".to_owned(),
                Event::Comment(_) | Event::PI(_) => "aside".to_owned(),
                Event::DocType(_) => return Some(found),
                Event::Eof => return (depth == 0).then_some(found),
                // The reader was told to make two of it.
                Event::Empty(_) => return None,
            });
        }
    }

    fn golden_files() -> Vec<String> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
        let entries = fs::read_dir(directory).unwrap();
        entries.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect()
    }

    /// Every kind of markup, in odd forms.
    const ODD: &str = "<?xml version='1.0'?>\n<!-- - a > -- b --><a:b xmlns:a = \"urn:>\" c='\"/>'\t>t\r\nx\r<e/><e\n/>\
                       <e f='1'/>&amp;&#x21;<![CDATA[ <x> ]] ]]><?p q>?><ś>ć</ś\n></a:b >\n";

    #[test]
    fn finds_the_same_pieces_as_quick_xml() {
        let files = golden_files();
        assert!(files.len() > 40, "{} golden files", files.len());
        for document in files.iter().map(String::as_str).chain([ODD]) {
            let found = ours(document);
            assert!(found.is_some(), "{document}");
            assert_eq!(found, theirs(document), "{document}");
        }
    }

    /// Each piece left out, put in or replaced where it can be: what quick-xml refuses is refused, and what is taken
    /// is taken as the same. Names are checked here, and not there.
    #[test]
    fn takes_nothing_from_a_spoilt_document_that_quick_xml_does_not() {
        let (mut taken, mut refused) = (0, 0);
        for (at, character) in ODD.char_indices() {
            let (before, behind) = ODD.split_at(at);
            let after = &behind[character.len_utf8()..];
            let pieces = [
                "",
                "<",
                ">",
                "/",
                "&",
                ";",
                "!",
                "?",
                "-",
                "]",
                "\"",
                "'",
                "=",
                " ",
                "x",
                "</a:b>",
                "<!DOCTYPE x>",
            ];
            let spoilt = pieces
                .iter()
                .flat_map(|piece| [format!("{before}{piece}{after}"), format!("{before}{piece}{behind}")]);
            for document in spoilt.chain([before.to_owned()]) {
                match ours(&document) {
                    Some(found) => {
                        taken += 1;
                        assert_eq!(Some(found), theirs(&document), "{document}");
                    }
                    None => refused += 1,
                }
            }
        }
        assert!(taken > 1000 && refused > 1000, "{taken} taken, {refused} refused");
    }

    #[test]
    fn refuses_tags_that_are_none() {
        for document in [
            "<>",
            "< a/>",
            "<a<b/>",
            "<a=b/>",
            "<a/b/>",
            "<a\"/>",
            "</a>",
            "<a></b>",
            "<a></a b>",
            "<a>&b</a>",
        ] {
            assert_eq!(ours(document), None, "{document}");
        }
    }
}
