//! What can be wrong, in words.

mod english;
mod polish;

use cert_domain::Language;
use serde::Serialize;

/// The longest value that is shown, in characters, and the most values of one kind.
const MAX_SHOWN: usize = 120;
const MAX_VALUES: usize = 5;

/// One thing that would keep the CA from issuing. What strangers have published is shown cut and without control
/// characters; frontends still escape it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Problem {
    /// There is no such domain.
    NoSuchDomain {
        /// The domain.
        domain: String,
    },
    /// The record is not there.
    NoRecord {
        /// `TXT` or `CNAME`.
        kind: &'static str,
        /// Where it should be.
        name: String,
    },
    /// A record is there, and says something else.
    OtherValue {
        /// `TXT` or `CNAME`.
        kind: &'static str,
        /// Where it is.
        name: String,
        /// What it says; some, if there are many.
        found: Vec<String>,
        /// What it should say.
        wanted: String,
    },
    /// The right record stands at a wrong name.
    WrongPlace {
        /// Where it is.
        found_at: String,
        /// Where it should be.
        wanted_at: String,
        /// Whether the domain's name was put at the end once more: most DNS panels do that by themselves.
        is_doubled: bool,
    },
    /// The code is there, in a record of the other kind.
    WrongKind {
        /// Where it is.
        name: String,
        /// `TXT` or `CNAME`.
        found: &'static str,
        /// `TXT` or `CNAME`.
        wanted: &'static str,
    },
    /// The name is an alias of another, so that its own records don't count (RFC 1034, section 3.6.2).
    CnameInTheWay {
        /// The name.
        name: String,
        /// What it points to.
        target: String,
    },
    /// DNS did not answer in time.
    DnsTimeout {
        /// The name that was asked for.
        name: String,
    },
    /// DNS did not answer as it should.
    DnsFailed {
        /// The name that was asked for.
        name: String,
        /// What it said.
        reason: String,
    },
    /// A file can't prove a wildcard (Partner API, code 2186).
    FileForWildcard,
    /// The web server's name has no address.
    NoAddress {
        /// The host.
        host: String,
    },
    /// The web server's name has an address that the CA can't reach.
    NotPublic {
        /// The host.
        host: String,
        /// Its address.
        address: String,
    },
    /// The web server refuses connections.
    Refused {
        /// The host.
        host: String,
    },
    /// The web server did not answer in time.
    WebTimeout {
        /// The host.
        host: String,
    },
    /// The web server's answer broke off, or is none.
    WebFailed {
        /// The host.
        host: String,
        /// What happened.
        reason: String,
    },
    /// The file's address leads elsewhere, often from `http` to `https`. The CA doesn't follow.
    Redirect {
        /// The file's address.
        url: String,
        /// The status.
        status: u16,
        /// Where it leads.
        location: String,
    },
    /// The web server has no such file, or doesn't give it.
    Status {
        /// The file's address.
        url: String,
        /// The status.
        status: u16,
    },
    /// A web page comes in place of the file.
    HtmlPage {
        /// The file's address.
        url: String,
    },
    /// The file holds something else.
    OtherText {
        /// The file's address.
        url: String,
        /// What it holds.
        found: String,
        /// What it should hold.
        wanted: String,
    },
    /// The domain's CAA records don't let this CA issue (RFC 8659).
    CaaForbids {
        /// Where the records are.
        at: String,
        /// Whether they are about wildcards alone.
        is_wildcard_rule: bool,
        /// Whom they let issue; nobody, if it is empty.
        allowed: Vec<String>,
    },
    /// They let it, but not by this method (RFC 8657).
    CaaMethod {
        /// Where the records are.
        at: String,
        /// By which they let it.
        allowed: String,
    },
    /// They let it, but for an account that is not known to be the reseller's (RFC 8657).
    CaaAccount {
        /// Where the records are.
        at: String,
        /// The account.
        account: String,
    },
    /// A record says that whoever doesn't know its property must not issue, and nobody does.
    CaaCritical {
        /// Where the record is.
        at: String,
        /// The property.
        tag: String,
    },
    /// They let it, with a parameter that is there twice, so that nothing satisfies it.
    CaaTwice {
        /// Where the records are.
        at: String,
        /// The parameter.
        parameter: &'static str,
    },
    /// Nobody can say whether there are CAA records, and that forbids too.
    CaaUnanswered {
        /// Where they were looked for.
        at: String,
        /// What happened.
        reason: String,
    },
    /// Not all places see the same: something was changed a short while ago, or name servers differ.
    ViewsDiffer {
        /// From where all is well.
        well_from: Vec<String>,
        /// From where it is not.
        ill_from: Vec<String>,
    },
}

impl Problem {
    /// What is wrong and what to do about it, in one or two sentences.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match language {
            Language::English => english::text(self),
            _ => polish::text(self),
        }
    }
}

/// A stranger's text in one line of a sane length.
pub(super) fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut characters = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut cut: String = characters.by_ref().take(MAX_SHOWN).collect();
    if characters.next().is_some() {
        cut.push('…');
    }
    cut
}

/// Some of several texts.
pub(super) fn some_shown<T: AsRef<[u8]>>(texts: &[T]) -> Vec<String> {
    texts.iter().take(MAX_VALUES).map(|text| shown(text.as_ref())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_a_strangers_text_cut_and_in_one_line() {
        assert_eq!(shown(b" a\r\nb\x1b[31m "), "a  b [31m");
        assert_eq!(shown("ż".repeat(500).as_bytes()).chars().count(), MAX_SHOWN + 1);
        assert_eq!(shown(&[0xff, b'a']), "\u{fffd}a");
        assert_eq!(some_shown(&vec!["x"; 50]).len(), MAX_VALUES);
    }
}
