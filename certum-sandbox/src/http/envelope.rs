//! What SOAP 1.1 has the receiver of an envelope look at before the call in it.

use certum_api::wire::SOAP_NAMESPACE;
use quick_xml::{
    NsReader,
    events::{BytesStart, Event},
    name::{NamespaceResolver, QName, ResolveResult},
};

use crate::operations::shorten;

/// The actor that is whoever comes next (SOAP 1.1, section 4.2.2): us, as is one that is not named.
const NEXT_ACTOR: &str = "http://schemas.xmlsoap.org/soap/actor/next";

/// Why a document is answered with a fault whatever it asks for.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Misunderstood {
    #[error("the envelope is not one of SOAP 1.1, which is what is spoken here")]
    Version,
    #[error("the header's entry {0} must be understood, and is not")]
    Header(String),
}

impl Misunderstood {
    /// The code of its fault (SOAP 1.1, section 4.4.1).
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Version => "soap:VersionMismatch",
            Self::Header(_) => "soap:MustUnderstand",
        }
    }
}

/// Looks at the envelope and its header. What can't be read is no business of this: the codec says what is wrong.
pub(super) fn check(document: &[u8]) -> Result<(), Misunderstood> {
    let Ok(text) = std::str::from_utf8(document) else { return Ok(()) };
    let mut reader = NsReader::from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
    reader.config_mut().expand_empty_elements = true;
    let mut depth = 0_usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                let is_soap = is_soap(reader.resolver().resolve_element(tag.name()).0);
                match (depth, tag.local_name().into_inner()) {
                    (0, "Envelope") if !is_soap => return Err(Misunderstood::Version),
                    (0, "Envelope") => {}
                    (1, "Header") if is_soap => {}
                    // Only entries of the header are deeper than this when it comes to them.
                    (0 | 1, _) => return Ok(()),
                    (2, name) if must_be_understood(&tag, reader.resolver()) => {
                        return Err(Misunderstood::Header(shorten(name).to_owned()));
                    }
                    _ => {}
                }
                depth += 1;
            }
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Eof | Event::DocType(_)) | Err(_) => return Ok(()),
            Ok(_) => {}
        }
    }
}

/// Whether a header's entry is one that we must understand. There is none that we do.
fn must_be_understood(entry: &BytesStart<'_>, namespaces: &NamespaceResolver) -> bool {
    let attribute = |name: &str| {
        let is_named = |key: QName<'_>| {
            key.local_name().into_inner() == name && is_soap(namespaces.resolve_attribute(key).0)
        };
        let found = entry.attributes().flatten().find(|attribute| is_named(attribute.key));
        found.map(|attribute| attribute.value.trim().to_owned())
    };
    // The specification knows "1" and "0"; "true" means no harm, and no less.
    matches!(attribute("mustUnderstand").as_deref(), Some("1" | "true"))
        && attribute("actor").is_none_or(|actor| actor.is_empty() || actor == NEXT_ACTOR)
}

fn is_soap(namespace: ResolveResult<'_>) -> bool {
    matches!(namespace, ResolveResult::Bound(name) if name.into_inner() == SOAP_NAMESPACE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOAP: &str = "xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'";

    fn with_header(entries: &str) -> Result<(), Misunderstood> {
        check(format!("<s:Envelope {SOAP}><s:Header>{entries}</s:Header><s:Body/></s:Envelope>").as_bytes())
    }

    #[test]
    fn an_envelope_of_another_version_is_one() {
        for namespace in [" xmlns='http://www.w3.org/2003/05/soap-envelope'", " xmlns='urn:other'", ""] {
            let document = format!("\u{feff}<?xml version='1.0'?><!-- c --><Envelope{namespace}/>");
            assert_eq!(check(document.as_bytes()), Err(Misunderstood::Version), "{document}");
        }
        for other in ["<html/>", "", "x", "<!DOCTYPE Envelope><Envelope/>", "<s:Envelope"] {
            assert_eq!(check(other.as_bytes()), Ok(()), "{other}");
        }
    }

    #[test]
    fn an_entry_that_must_be_understood_is_not() {
        for entry in [
            "<a:x xmlns:a='urn:a' s:mustUnderstand='1'/>",
            "<fine/><x s:mustUnderstand=' 1 ' s:actor=''><y/></x>",
            "<x s:mustUnderstand='true' s:actor='http://schemas.xmlsoap.org/soap/actor/next'/>",
        ] {
            assert_eq!(with_header(entry), Err(Misunderstood::Header("x".to_owned())), "{entry}");
        }
    }

    #[test]
    fn other_entries_are_read_over() {
        for entry in [
            "<x/>",
            "<x s:mustUnderstand='0'/>",
            "<x mustUnderstand='1'/>",
            "<x s:mustUnderstand='1' s:actor='urn:somebody-else'/>",
            "<x><y s:mustUnderstand='1'/></x>",
        ] {
            assert_eq!(with_header(entry), Ok(()), "{entry}");
        }
        let in_body = format!("<s:Envelope {SOAP}><s:Body><x s:mustUnderstand='1'/></s:Body></s:Envelope>");
        assert_eq!(check(in_body.as_bytes()), Ok(()));
    }
}
