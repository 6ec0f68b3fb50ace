//! Writing a document into a string.

use super::error::EncodeError;

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
        while let Some(at) = rest.find(needs_care) {
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
