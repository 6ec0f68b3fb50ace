//! A message for a person.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::DeliveryId;

/// A message for a person, such as "your certificate is here".
///
/// # Caveats
/// It is stored and sent as it is, over servers of others: a private key never belongs in it. Its text may hold a
/// link that only the recipient should have, so that `Debug` shows none of the text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Message {
    /// What identifies it, over all tries.
    pub id: DeliveryId,
    /// Whom it is for: `jan@example.com`, or `Jan Nowak <jan@example.com>`. A delivery that can't read it refuses it.
    pub recipient: String,
    /// Whose service it is about; nothing where it is not for the customer. A host that shows letters itself shows them to
    /// nobody else: who has a mailbox is not proved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// The subject.
    pub subject: String,
    /// The text, for every reader.
    pub text: String,
    /// The same as HTML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// The files that come with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Further headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Header>,
}

impl Message {
    /// A message of plain text.
    #[must_use]
    pub fn new(
        id: DeliveryId,
        recipient: impl Into<String>,
        subject: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            id,
            recipient: recipient.into(),
            customer: None,
            subject: subject.into(),
            text: text.into(),
            html: None,
            attachments: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// The same about a service of a customer, for that customer.
    #[must_use]
    pub fn for_customer(mut self, customer: impl Into<String>) -> Self {
        self.customer = Some(customer.into());
        self
    }

    /// The same with its text as HTML besides.
    #[must_use]
    pub fn with_html(mut self, html: impl Into<String>) -> Self {
        self.html = Some(html.into());
        self
    }

    /// The same with one more file.
    #[must_use]
    pub fn with_attachment(mut self, attachment: Attachment) -> Self {
        self.attachments.push(attachment);
        self
    }

    /// The same with one more header.
    #[must_use]
    pub fn with_header(mut self, header: Header) -> Self {
        self.headers.push(header);
        self
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("id", &self.id)
            .field("recipient", &self.recipient)
            .field("subject", &self.subject)
            .field("attachments", &self.attachments)
            .finish_non_exhaustive()
    }
}

/// A file that comes with a message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(clippy::exhaustive_structs, reason = "whoever writes messages makes it")]
pub struct Attachment {
    /// Its name.
    pub file_name: String,
    /// Its media type, such as `application/x-pem-file`.
    pub media_type: String,
    /// What it holds; base64 where it is serialised.
    #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub content: Vec<u8>,
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ({} bytes)", self.file_name, self.content.len())
    }
}

fn to_base64<S: Serializer>(content: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&BASE64_STANDARD.encode(content))
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    BASE64_STANDARD.decode(text).map_err(de::Error::custom)
}

/// A header of a message beyond those that every message has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "(String, String)", into = "(String, String)")]
pub struct Header {
    name: String,
    value: String,
}

impl Header {
    /// Headers that deliveries write themselves, from the message's other fields.
    const RESERVED: [&str; 11] = [
        "auto-submitted",
        "bcc",
        "cc",
        "date",
        "from",
        "message-id",
        "mime-version",
        "return-path",
        "sender",
        "subject",
        "to",
    ];
    /// The longest name and value: a line of a message has room for both (RFC 5322, section 2.1.1).
    const MAX_LENGTH: usize = 900;

    /// Takes a header whose name is a token and whose value is one line.
    ///
    /// # Errors
    /// If it is not, or if the header is one that follows from the message's other fields.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Result<Self, InvalidHeader> {
        let (name, value) = (name.into(), value.into());
        let is_token =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let lower = name.to_ascii_lowercase();
        let is_reserved = Self::RESERVED.contains(&lower.as_str()) || lower.starts_with("content-");
        if !is_token || is_reserved {
            return Err(InvalidHeader::Name);
        }
        if value.chars().any(char::is_control) || name.len() + value.len() > Self::MAX_LENGTH {
            return Err(InvalidHeader::Value);
        }
        Ok(Self { name, value })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its value.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl TryFrom<(String, String)> for Header {
    type Error = InvalidHeader;

    fn try_from((name, value): (String, String)) -> Result<Self, InvalidHeader> {
        Self::new(name, value)
    }
}

impl From<Header> for (String, String) {
    fn from(header: Header) -> Self {
        (header.name, header.value)
    }
}

/// What is no header that a message may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidHeader {
    /// The name holds other characters than letters, digits and `-`, or is one that deliveries write themselves.
    #[error("this can't be the name of a further header")]
    Name,
    /// The value has several lines, control characters, or is too long.
    #[error("this can't be the value of a header")]
    Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_headers_that_would_smuggle_in_others_or_replace_ours() {
        assert!(Header::new("Reply-To", "help@example.com").is_ok());
        for name in ["", "X Y", "X:", "X\r\nBcc", "from", "MESSAGE-ID", "Bcc", "Content-Type", "żółw"] {
            assert_eq!(Header::new(name, "x").unwrap_err(), InvalidHeader::Name, "{name}");
        }
        for value in ["a\r\nBcc: x@example.com", "a\nb", "a\0", &"x".repeat(900)] {
            assert_eq!(Header::new("X-Y", value).unwrap_err(), InvalidHeader::Value, "{value}");
        }
        let stored = r#"["X-Y","a\nBcc: x"]"#;
        assert!(serde_json::from_str::<Header>(stored).is_err());
    }

    #[test]
    fn is_the_same_after_being_stored() {
        let attachment = Attachment {
            file_name: "a.crt".into(),
            media_type: "application/x-x509-ca-cert".into(),
            content: vec![0, 255, 10],
        };
        let message = Message::new("m-1".parse().unwrap(), "jan@example.com", "Zażółć", "text")
            .with_html("<p>text</p>")
            .with_attachment(attachment)
            .with_header(Header::new("Reply-To", "help@example.com").unwrap());
        let stored = serde_json::to_string(&message).unwrap();
        assert!(stored.contains(r#""content":"AP8K""#), "{stored}");
        assert_eq!(serde_json::from_str::<Message>(&stored).unwrap(), message);
    }

    #[test]
    fn shows_none_of_the_text() {
        let message =
            Message::new("m-1".parse().unwrap(), "jan@example.com", "subject", "https://a/?token=s3cret")
                .with_html("<a href='https://a/?token=s3cret'>");
        assert!(!format!("{message:?}").contains("s3cret"));
    }
}
