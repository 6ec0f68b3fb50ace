//! From what people paste to the DER in it.

use std::mem;

use super::{RequestError, RequestView, repair, strict};
use crate::content::Content;
use crate::pem::{self, CutOff, PemError};

/// A request's DER, as it was found in a file or a paste. It is neither verified nor judged.
///
/// People paste requests out of mails, terminals and web forms. What is unambiguous is read:
///
/// - PEM with either label, a byte order mark, CRLF, indents, blank lines, lines of any length, text around
///   it, and [explanatory headers](https://www.rfc-editor.org/rfc/rfc1421);
/// - PEM whose END line, or whose dashes, were lost, if the DER in it is whole;
/// - base64 or base64url without any PEM around it;
/// - text in UTF-16, HTML, quoted-printable, a JSON string, or a quoted mail;
/// - DER.
///
/// ```
/// use csr_tools::{CertificateRequest, EncodedRequest, KeyAlgorithm, PrivateKey};
///
/// let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?;
/// let request = CertificateRequest::builder().dns_name("shop.example.com").sign(&key)?;
/// let mail = format!("Hello,\r\n> {}", request.to_pem().replace('\n', "\r\n> "));
///
/// let encoded = EncodedRequest::from_paste(&mail)?;
/// assert_eq!(encoded.as_der(), request.as_der());
/// assert_eq!(encoded.to_pem(), request.to_pem());
/// assert_eq!(encoded.view()?.names().count(), 1);
/// assert!(EncodedRequest::from_strict_pem(&mail).is_err());
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct EncodedRequest {
    der: Vec<u8>,
}

impl EncodedRequest {
    /// Finds the one request in what somebody pasted or uploaded.
    ///
    /// # Errors
    /// [`RequestError`], which says what the input looks like, and where it stops being readable. A text with
    /// a private key in it is refused whatever else it holds, so that somebody is told.
    pub fn from_paste(input: impl AsRef<[u8]>) -> Result<Self, RequestError> {
        let input = input.as_ref();
        if is_der(input) {
            return Ok(Self { der: input.to_vec() });
        }
        match from_text(input) {
            Err(error) if may_be_repaired(&error) => repair::read(input, &error),
            other => other,
        }
    }

    /// Reads a request in PEM as software exchanges it: what RFC 7468 §3 calls the strict form, with the
    /// label of its §7, and nothing before or after.
    ///
    /// # Errors
    /// [`RequestError`]
    pub fn from_strict_pem(pem: impl AsRef<[u8]>) -> Result<Self, RequestError> {
        strict::decode(pem.as_ref()).map(|der| Self { der })
    }

    /// Takes DER as it is.
    pub fn from_der(der: impl Into<Vec<u8>>) -> Self {
        Self { der: der.into() }
    }

    /// The request in DER.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The same in PEM, whatever it was found in.
    pub fn to_pem(&self) -> String {
        pem::encode_public(super::LABEL, &self.der)
    }

    /// Takes the request apart.
    ///
    /// # Errors
    /// [`RequestError`], which names the input if it is something else.
    pub fn view(&self) -> Result<RequestView<'_>, RequestError> {
        RequestView::read(&self.der).map_err(|error| match Content::from_der(&self.der) {
            Content::PrivateKey => RequestError::PrivateKey,
            Content::CertificateRequest | Content::Other => error.into(),
            other => RequestError::NotARequest(other),
        })
    }
}

impl std::fmt::Debug for EncodedRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EncodedRequest({} bytes)", self.der.len())
    }
}

/// Whether bytes are DER and not text: a SEQUENCE with a long length, whose second byte no ASCII has.
fn is_der(input: &[u8]) -> bool {
    matches!(input, [0x30, second, ..] if *second >= 0x80)
}

/// Finds the one request in text that has PEM blocks.
pub(super) fn from_text(text: &[u8]) -> Result<EncodedRequest, RequestError> {
    let blocks = match pem::blocks(text) {
        Ok(blocks) => blocks,
        Err(error) => return without_end(text, error),
    };
    if blocks.iter().any(|block| block.content() == Content::PrivateKey) {
        return Err(RequestError::PrivateKey);
    }
    let mut requests = blocks.iter().filter(|block| block.content() == Content::CertificateRequest);
    match (requests.next(), requests.count()) {
        (Some(request), 0) => Ok(EncodedRequest { der: request.decode_public()? }),
        (Some(_), more) => Err(RequestError::SeveralRequests { count: 1 + more }),
        (None, _) => {
            Err(blocks.first().map_or(RequestError::NoPemBlock, |block| not_a_request(block.content())))
        }
    }
}

pub(super) fn not_a_request(content: Content) -> RequestError {
    match content {
        Content::PrivateKey => RequestError::PrivateKey,
        other => RequestError::NotARequest(other),
    }
}

/// Reads a block without an END line by the length in its DER, if it is a request and alone.
fn without_end(text: &[u8], error: PemError) -> Result<EncodedRequest, RequestError> {
    let Some((label, body)) = pem::unterminated(text) else { return Err(error.into()) };
    match Content::from_label(label) {
        Content::CertificateRequest => {}
        Content::PrivateKey => return Err(RequestError::PrivateKey),
        _ => return Err(error.into()),
    }
    // The paste may hold a key all the same, before the request.
    if text.windows(PRIVATE_KEY.len()).any(|window| window == PRIVATE_KEY) {
        return Err(RequestError::PrivateKey);
    }
    match pem::decode_by_length(body) {
        Some(Ok(mut der)) => Ok(EncodedRequest { der: mem::take(&mut *der) }),
        Some(Err(CutOff { actual, expected })) => Err(RequestError::CutOff { actual, expected }),
        None => Err(error.into()),
    }
}

/// The end of every private key's BEGIN line.
pub(super) const PRIVATE_KEY: &[u8] = b" PRIVATE KEY-----";

/// Whether a text might read better after repairs. Those that are clearly something else do not.
fn may_be_repaired(error: &RequestError) -> bool {
    matches!(error, RequestError::NoPemBlock | RequestError::Pem(_) | RequestError::CutOff { .. })
}
