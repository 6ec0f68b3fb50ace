//! A message as mail servers take it.

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Part, Mailbox, Message as Email, MultiPart, SinglePart};
use sha2::{Digest as _, Sha256};

use crate::delivery::Message;

/// A mail, ready to be sent.
pub(super) struct Mail {
    pub(super) recipient: Address,
    pub(super) content: Vec<u8>,
}

/// Writes the mail. `Err` is why that can't be done, now or later.
pub(super) fn write(message: &Message, sender: &Mailbox, date: Timestamp) -> Result<Mail, String> {
    let recipient: Mailbox =
        message.recipient.parse().map_err(|_| "the recipient is no mail address".to_owned())?;
    if !recipient.email.to_string().is_ascii() {
        return Err("the recipient's address holds other characters than ASCII".to_owned());
    }
    let address = recipient.email.clone();
    let mut builder = Email::builder()
        .from(sender.clone())
        .to(recipient)
        .subject(message.subject.as_str())
        .date(SystemTime::from(date))
        .message_id(Some(format!("<{}@{}>", message.id, sender.email.domain())));
    // RFC 3834: nobody's absence note shall answer.
    builder = builder.raw_header(raw_header("Auto-Submitted", "auto-generated")?);
    for header in &message.headers {
        builder = builder.raw_header(raw_header(header.name(), header.value())?);
    }
    let text = SinglePart::plain(message.text.clone());
    let text = match &message.html {
        None => Content::Single(text),
        Some(html) => Content::Multi(
            MultiPart::alternative()
                .boundary(boundary(message, "alternative"))
                .singlepart(text)
                .singlepart(SinglePart::html(html.clone())),
        ),
    };
    let built = if message.attachments.is_empty() {
        match text {
            Content::Single(part) => builder.singlepart(part),
            Content::Multi(part) => builder.multipart(part),
        }
    } else {
        let mixed = MultiPart::mixed().boundary(boundary(message, "mixed"));
        let mut mixed = match text {
            Content::Single(part) => mixed.singlepart(part),
            Content::Multi(part) => mixed.multipart(part),
        };
        for attachment in &message.attachments {
            let media_type = ContentType::parse(&attachment.media_type)
                .map_err(|_| format!("{:?} is no media type", attachment.media_type))?;
            mixed = mixed.singlepart(
                Part::new(attachment.file_name.clone()).body(attachment.content.clone(), media_type),
            );
        }
        builder.multipart(mixed)
    };
    let built = built.map_err(|error| format!("the mail can't be written: {error}"))?;
    Ok(Mail { recipient: address, content: built.formatted() })
}

enum Content {
    Single(SinglePart),
    Multi(MultiPart),
}

fn raw_header(name: &str, value: &str) -> Result<HeaderValue, String> {
    let name = HeaderName::new_from_ascii(name.to_owned()).map_err(|_| format!("{name:?} is no header"))?;
    Ok(HeaderValue::new(name, value.to_owned()))
}

/// What stands between parts: the same at each try, and nothing that a text holds by chance.
fn boundary(message: &Message, part: &str) -> String {
    let digest = Sha256::digest(format!("{}/{part}", message.id));
    digest.iter().take(20).map(|byte| format!("{byte:02x}")).collect()
}
