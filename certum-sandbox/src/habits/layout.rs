//! How a document is laid out: all that XML leaves to its writer.

use std::ops::Range;

use certum_api::wire::{SOAP_NAMESPACE, TARGET_NAMESPACE};
use quick_xml::{
    NsReader,
    escape::unescape,
    events::{BytesStart, Event},
    name::ResolveResult,
};

use super::Dice;

/// The prefix of a fault's envelope where others have none. The code of a fault is a qualified name, which has to
/// have one; and zeep looks for the parts of a fault in whatever namespace is the default around them.
const FAULT_PREFIX: &str = "soap";

/// What a fault begins with as the codec writes it. A text can't hold it.
const FAULT: &str = "<soap:Fault>";

/// How many elements are open around the operation element, or a fault: Envelope and Body.
const OPERATION_DEPTH: usize = 2;

/// What comes where a comment is due.
const COMMENT: &str = "<!-- mind the gap -->";

/// What one writer of XML does differently from another.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    declaration: bool,
    /// The prefix of the envelope's namespace; none: it is the default.
    envelope: Option<&'static str>,
    /// The prefix of the operation element's namespace; none: it is the default.
    operation: Option<&'static str>,
    /// Whether the envelope declares the operation's namespace, too, if that has a prefix.
    declares_at_the_top: bool,
    gap: Gap,
    /// In every so manieth gap between elements stands a comment.
    comment_every: Option<usize>,
    /// Every so manieth text is a CDATA section.
    cdata_every: Option<usize>,
    /// `<a/>` for `<a></a>`.
    short_tags: bool,
}

/// What stands between elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    Nothing,
    Newline,
    Spaces(usize),
    Tabs,
    /// As programs from Windows write it.
    CrLf,
}

impl Layout {
    /// As the codec writes.
    pub(super) const PLAIN: Self = Self {
        declaration: true,
        envelope: Some("soap"),
        operation: Some("tns"),
        declares_at_the_top: false,
        gap: Gap::Nothing,
        comment_every: None,
        cdata_every: None,
        short_tags: false,
    };

    pub(super) fn draw(dice: &mut Dice) -> Self {
        Self {
            declaration: dice.flip(),
            envelope: dice.one_of([
                Some("soap"),
                Some("soapenv"),
                Some("SOAP-ENV"),
                Some("S"),
                Some("env"),
                None,
            ]),
            operation: dice.one_of([Some("tns"), Some("ns1"), Some("ns2"), Some("m"), Some("web"), None]),
            declares_at_the_top: dice.flip(),
            gap: dice.one_of([
                Gap::Nothing,
                Gap::Newline,
                Gap::Spaces(2),
                Gap::Spaces(4),
                Gap::Tabs,
                Gap::CrLf,
            ]),
            comment_every: dice.one_of([None, Some(2), Some(5), Some(11)]),
            cdata_every: dice.one_of([None, Some(1), Some(3)]),
            short_tags: dice.flip(),
        }
    }

    /// The same document, laid out this way. `None` if that is how it stands, or if it is none that the codec
    /// writes: whatever this doesn't know, it leaves alone.
    pub(super) fn apply(&self, document: &str) -> Option<String> {
        if *self == Self::PLAIN {
            return None;
        }
        let mut layout = self.clone();
        if document.contains(FAULT) {
            layout.envelope.get_or_insert(FAULT_PREFIX);
        }
        let mut reader = NsReader::from_str(document);
        reader.config_mut().expand_empty_elements = true;
        let mut sheet = Sheet::new(&layout, document.len());
        loop {
            match reader.read_event().ok()? {
                Event::Start(tag) => {
                    let (space, local) = reader.resolver().resolve_element(tag.name());
                    let namespace = match space {
                        ResolveResult::Unbound => Namespace::None,
                        ResolveResult::Bound(name) => Namespace::of(name.into_inner())?,
                        ResolveResult::Unknown(_) => return None,
                    };
                    sheet.open(namespace, local.into_inner(), &tag)?;
                }
                Event::Text(text) => sheet.text.push_str(&text),
                Event::GeneralRef(name) => {
                    sheet.text.push('&');
                    sheet.text.push_str(&name);
                    sheet.text.push(';');
                }
                Event::End(_) => sheet.close()?,
                Event::Decl(_) => {}
                Event::Eof => return sheet.finish(),
                Event::CData(_) | Event::Comment(_) | Event::PI(_) | Event::DocType(_) | Event::Empty(_) => {
                    return None;
                }
            }
        }
    }

    fn prefix(&self, namespace: Namespace) -> Option<&'static str> {
        match namespace {
            Namespace::None => None,
            Namespace::Soap => self.envelope,
            Namespace::Target => self.operation,
        }
    }
}

/// The namespaces of the codec's documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Namespace {
    None,
    Soap,
    Target,
}

impl Namespace {
    fn of(name: &str) -> Option<Self> {
        match name {
            SOAP_NAMESPACE => Some(Self::Soap),
            TARGET_NAMESPACE => Some(Self::Target),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Soap => SOAP_NAMESPACE,
            Self::Target => TARGET_NAMESPACE,
        }
    }
}

/// A document that is being laid out.
struct Sheet<'a> {
    layout: &'a Layout,
    out: String,
    open: Vec<Element>,
    /// The text of the innermost element so far, with its references.
    text: String,
    has_root: bool,
    gaps: usize,
    texts: usize,
}

/// An element whose end tag is still to come.
struct Element {
    /// Where it is written, prefix and all.
    name: Range<usize>,
    /// What names without a prefix belong to in here.
    default: Namespace,
    /// Whether the code of a fault stands in here.
    is_fault_code: bool,
    has_children: bool,
}

impl<'a> Sheet<'a> {
    fn new(layout: &'a Layout, length: usize) -> Self {
        let mut out = String::with_capacity(length + length / 2);
        if layout.declaration {
            out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        }
        Self { layout, out, open: Vec::new(), text: String::new(), has_root: false, gaps: 0, texts: 0 }
    }

    /// Writes a start tag up to its end, which waits for what follows. `None` if it can't be told another way.
    fn open(&mut self, namespace: Namespace, local: &str, tag: &BytesStart<'_>) -> Option<()> {
        // Where the prefixes are declared: the envelope at the root, the operation under Envelope and Body.
        let depth = self.open.len();
        if (depth == 0) != (local == "Envelope")
            || (namespace == Namespace::Target && depth != OPERATION_DEPTH)
        {
            return None;
        }
        self.begin_child()?;
        self.has_root = true;
        let outer = self.open.last().map_or(Namespace::None, |parent| parent.default);
        let prefix = self.layout.prefix(namespace);
        self.out.push('<');
        let start = self.out.len();
        if let Some(prefix) = prefix {
            self.out.push_str(prefix);
            self.out.push(':');
        }
        self.out.push_str(local);
        let name = start..self.out.len();

        let mut default = outer;
        match prefix {
            None if namespace != outer => {
                self.declare(None, namespace);
                default = namespace;
            }
            Some(prefix) if depth == 0 => self.declare(Some(prefix), namespace),
            _ => {}
        }
        let declares_operation = match self.layout.declares_at_the_top {
            true => depth == 0,
            false => namespace == Namespace::Target,
        };
        if let Some(prefix) = self.layout.operation.filter(|_| declares_operation) {
            self.declare(Some(prefix), Namespace::Target);
        }
        let is_fault_code = local == "faultcode" && namespace == Namespace::None;
        self.copy_attributes(tag)?;
        self.open.push(Element { name, default, is_fault_code, has_children: false });
        Some(())
    }

    fn declare(&mut self, prefix: Option<&str>, namespace: Namespace) {
        let (colon, prefix) = prefix.map_or(("", ""), |prefix| (":", prefix));
        for part in [" xmlns", colon, prefix, "=\"", namespace.name(), "\""] {
            self.out.push_str(part);
        }
    }

    /// Declarations are made anew; what else there is has no prefix and no quotes in its values.
    fn copy_attributes(&mut self, tag: &BytesStart<'_>) -> Option<()> {
        for attribute in tag.attributes() {
            let attribute = attribute.ok()?;
            if attribute.key.as_namespace_binding().is_some() {
                continue;
            }
            if attribute.key.prefix().is_some() || attribute.value.contains('"') {
                return None;
            }
            let name = attribute.key.into_inner();
            self.out.push_str(&format!(" {name}=\"{}\"", attribute.value));
        }
        Some(())
    }

    /// Ends the parent's start tag, if this is its first child, and leaves a gap.
    fn begin_child(&mut self) -> Option<()> {
        self.blank_text()?;
        if let Some(parent) = self.open.last_mut() {
            if !parent.has_children {
                self.out.push('>');
            }
            parent.has_children = true;
        }
        if !self.out.is_empty() {
            self.gap();
        }
        Some(())
    }

    /// White space before a tag, as deep as that stands.
    fn gap(&mut self) {
        // Outside the root there are no comments: some programs look for the root right after the declaration.
        if !self.open.is_empty() {
            self.gaps += 1;
            if self.layout.comment_every.is_some_and(|every| self.gaps.is_multiple_of(every)) {
                self.white_space();
                self.out.push_str(COMMENT);
            }
        }
        self.white_space();
    }

    fn white_space(&mut self) {
        let depth = self.open.len();
        match self.layout.gap {
            Gap::Nothing => {}
            Gap::Newline => self.out.push('\n'),
            Gap::CrLf => self.out.push_str("\r\n"),
            Gap::Spaces(width) => {
                self.out.push('\n');
                self.out.extend(std::iter::repeat_n(' ', width * depth));
            }
            Gap::Tabs => {
                self.out.push('\n');
                self.out.extend(std::iter::repeat_n('\t', depth));
            }
        }
    }

    /// The document, if it is whole.
    fn finish(self) -> Option<String> {
        (self.open.is_empty() && self.has_root).then_some(self.out)
    }

    /// Writes an element's text and its end tag.
    fn close(&mut self) -> Option<()> {
        let element = self.open.pop()?;
        if element.has_children {
            self.blank_text()?;
            self.gap();
        } else if self.text.is_empty() && self.layout.short_tags {
            self.out.push_str("/>");
            return Some(());
        } else {
            self.out.push('>');
            let mut text = std::mem::take(&mut self.text);
            match element.is_fault_code {
                true => self.write_fault_code(&text),
                false => self.write_text(&text)?,
            }
            // Its room serves the next one.
            text.clear();
            self.text = text;
        }
        self.out.push_str("</");
        self.out.extend_from_within(element.name);
        self.out.push('>');
        Some(())
    }

    /// Between elements there is no text.
    fn blank_text(&mut self) -> Option<()> {
        let is_blank = self.text.trim().is_empty();
        self.text.clear();
        is_blank.then_some(())
    }

    fn write_text(&mut self, text: &str) -> Option<()> {
        let plain = unescape(text).ok()?;
        // Tool kits by others take CDATA for a string, and for nothing else. A carriage return in it would reach
        // the reader as a line feed.
        let is_number = plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let is_string = !is_number && plain != "true" && plain != "false";
        if is_string && !plain.contains("]]>") && !plain.contains('\r') {
            self.texts += 1;
            if self.layout.cdata_every.is_some_and(|every| self.texts.is_multiple_of(every)) {
                self.out.push_str("<![CDATA[");
                self.out.push_str(&plain);
                self.out.push_str("]]>");
                return Some(());
            }
        }
        self.out.push_str(text);
        Some(())
    }

    /// A fault code says by its prefix that it is one of SOAP's own.
    fn write_fault_code(&mut self, code: &str) {
        match (code.strip_prefix("soap:"), self.layout.envelope) {
            (Some(local), Some(prefix)) => self.out.push_str(&format!("{prefix}:{local}")),
            _ => self.out.push_str(code),
        }
    }
}

#[cfg(test)]
mod tests;
