//! Writing a document into a string.

use super::error::EncodeError;

/// How many bytes of a text are looked at together.
const BLOCK: usize = 32;

/// Collects a document. What comes out is well-formed: names are constants, and texts are escaped.
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
}

impl Writer {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes) }
    }

    pub(crate) fn into_string(self) -> String {
        self.out
    }

    /// Markup that the protocol fixes, such as the envelope.
    pub(crate) fn markup(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    pub(crate) fn open(&mut self, name: &str) {
        self.open_with(name, None);
    }

    pub(crate) fn open_with(&mut self, name: &str, flag: Option<(&str, bool)>) {
        self.out.push('<');
        self.out.push_str(name);
        if let Some((attribute, value)) = flag {
            self.out.push(' ');
            self.out.push_str(attribute);
            self.out.push_str(if value { "=\"true\"" } else { "=\"false\"" });
        }
        self.out.push('>');
    }

    pub(crate) fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    pub(crate) fn text_element(&mut self, name: &str, text: &str) -> Result<(), EncodeError> {
        self.open(name);
        self.text(text).map_err(|error| error.within(name))?;
        self.close(name);
        Ok(())
    }

    pub(crate) fn text(&mut self, text: &str) -> Result<(), EncodeError> {
        let mut rest = text;
        while let Some(at) = find_careful(rest) {
            let (plain, special) = rest.split_at(at);
            self.out.push_str(plain);
            let mut characters = special.chars();
            match characters.next() {
                Some('&') => self.out.push_str("&amp;"),
                Some('<') => self.out.push_str("&lt;"),
                Some('>') => self.out.push_str("&gt;"),
                // A bare carriage return would reach the reader as a line feed (XML 1.0, section 2.11).
                Some('\r') => self.out.push_str("&#13;"),
                Some(other) => return Err(EncodeError::illegal(other)),
                None => {}
            }
            rest = characters.as_str();
        }
        self.out.push_str(rest);
        Ok(())
    }
}

/// The first character that can't be written as it stands.
fn find_careful(text: &str) -> Option<usize> {
    // Nearly all texts are long and plain: whole blocks are passed over at once, which compilers make fast.
    let is_plain = |block: &&[u8]| !block.iter().fold(false, |found, byte| found | may_need_care(*byte));
    let mut plain = text.as_bytes().chunks(BLOCK).take_while(is_plain).count() * BLOCK;
    // A block may end inside a character.
    while !text.is_char_boundary(plain.min(text.len())) {
        plain -= 1;
    }
    let rest = text.get(plain..)?;
    rest.find(needs_care).map(|at| plain + at)
}

/// Bytes that begin a character which may need care: U+FFFE and U+FFFF begin with EF.
fn may_need_care(byte: u8) -> bool {
    (byte < b' ') & (byte != b'\t') & (byte != b'\n') | matches!(byte, b'&' | b'<' | b'>' | 0xEF)
}

/// Characters to escape, and those that XML 1.0 (section 2.2) can't carry at all.
fn needs_care(character: char) -> bool {
    match character {
        '&' | '<' | '>' | '\r' => true,
        '\t' | '\n' => false,
        '\u{fffe}' | '\u{ffff}' => true,
        other => other < ' ',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Result<String, EncodeError> {
        let mut writer = Writer::default();
        writer.text_element("a", text)?;
        Ok(writer.into_string())
    }

    #[test]
    fn escapes_markup_and_carriage_returns() {
        assert_eq!(written("a<b>&\"c'\r\n\té").unwrap(), "<a>a&lt;b&gt;&amp;\"c'&#13;\n\té</a>");
    }

    #[test]
    fn finds_what_to_escape_anywhere_in_a_long_text() {
        let long = "ź=-".repeat(2 * BLOCK);
        for (at, _) in long.char_indices() {
            let (before, behind) = long.split_at(at);
            assert_eq!(
                written(&format!("{before}&{behind}")).unwrap(),
                format!("<a>{before}&amp;{behind}</a>")
            );
            let error = written(&format!("{before}\u{fffe}{behind}")).unwrap_err();
            assert_eq!(error.character(), '\u{fffe}');
        }
        assert_eq!(written(&"\u{fefe}".repeat(BLOCK)).unwrap().len(), 3 * BLOCK + 7);
    }

    #[test]
    fn refuses_characters_that_xml_forbids_and_names_the_element() {
        for character in ['\0', '\u{1b}', '\u{ffff}'] {
            let error = written(&format!("x{character}y")).unwrap_err();
            assert_eq!(error.character(), character);
            assert_eq!(error.path().to_string(), "a");
        }
        assert_eq!(
            written("\u{1b}").unwrap_err().to_string(),
            "a: the character U+001B can't be written in XML"
        );
    }
}
