//! Names that a certificate may hold beside its subject (RFC 5280 §4.2.1.6).

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use crate::asn1::{DerError, Element, Tag};

/// One of the subject's alternative names.
///
/// Texts are as they were sent, in whatever case and however wrong: a name that is no name can be read and
/// told about. Bytes that are not UTF-8 are replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GeneralName<'a> {
    /// A DNS name.
    Dns(Cow<'a, str>),
    /// A mailbox.
    Email(Cow<'a, str>),
    /// An IP address.
    Ip(IpAddr),
    /// A URI.
    Uri(Cow<'a, str>),
    /// Another kind, or an address of a wrong length: its tag, and its contents.
    #[non_exhaustive]
    Other {
        /// The identifier octet.
        tag: u8,
        /// What follows it and the length.
        contents: &'a [u8],
    },
}

/// `rfc822Name`, an IA5String under `[1]`.
pub(crate) const EMAIL: Tag = Tag::context_primitive(1);
/// `dNSName`, an IA5String under `[2]`.
pub(crate) const DNS: Tag = Tag::context_primitive(2);
/// `uniformResourceIdentifier`, an IA5String under `[6]`.
pub(crate) const URI: Tag = Tag::context_primitive(6);
/// `iPAddress`, an OCTET STRING under `[7]`.
pub(crate) const IP: Tag = Tag::context_primitive(7);

impl<'a> GeneralName<'a> {
    pub(crate) fn of(element: &Element<'a>) -> Self {
        let text = || String::from_utf8_lossy(element.content);
        let other = || Self::Other { tag: element.tag.0, contents: element.content };
        match element.tag {
            DNS => Self::Dns(text()),
            EMAIL => Self::Email(text()),
            URI => Self::Uri(text()),
            IP => ip_address(element).map_or_else(other, Self::Ip),
            _ => other(),
        }
    }
}

/// An address, if it has the length of one.
pub(crate) fn ip_address(element: &Element<'_>) -> Option<IpAddr> {
    match (<[u8; 4]>::try_from(element.content), <[u8; 16]>::try_from(element.content)) {
        (Ok(four), _) => Some(four.into()),
        (_, Ok(sixteen)) => Some(sixteen.into()),
        _ => None,
    }
}

/// A name's text, for those who take no other than ASCII.
pub(crate) fn ascii<'a>(element: &Element<'a>) -> Result<&'a str, DerError> {
    let text = str::from_utf8(element.content).ok().filter(|text| text.is_ascii());
    text.ok_or_else(|| element.invalid("a name or address is not in ASCII"))
}

impl fmt::Display for GeneralName<'_> {
    /// As OpenSSL writes it: `DNS:shop.example.com`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(name) => write!(f, "DNS:{name}"),
            Self::Email(mailbox) => write!(f, "email:{mailbox}"),
            Self::Ip(address) => write!(f, "IP Address:{address}"),
            Self::Uri(uri) => write!(f, "URI:{uri}"),
            Self::Other { tag, contents } => write!(f, "tag 0x{tag:02x}, {} bytes", contents.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::{Reader, element};

    fn shown(tag: Tag, contents: &[u8]) -> String {
        let der = element(tag, &[contents]);
        GeneralName::of(&Reader::new(&der, "name").next().unwrap()).to_string()
    }

    #[test]
    fn reads_each_kind() {
        assert_eq!(shown(DNS, b"Shop.example"), "DNS:Shop.example");
        assert_eq!(shown(EMAIL, b"jan@a.example"), "email:jan@a.example");
        assert_eq!(shown(URI, b"urn:x"), "URI:urn:x");
        assert_eq!(shown(IP, &[192, 0, 2, 1]), "IP Address:192.0.2.1");
        assert_eq!(shown(IP, &[0; 16]), "IP Address:::");
    }

    #[test]
    fn keeps_what_is_wrong_or_unknown() {
        assert_eq!(shown(DNS, b"\xb3.example"), "DNS:\u{fffd}.example");
        assert_eq!(shown(IP, &[1; 5]), "tag 0x87, 5 bytes");
        assert_eq!(shown(Tag::context(0), &[]), "tag 0xa0, 0 bytes");
    }
}
