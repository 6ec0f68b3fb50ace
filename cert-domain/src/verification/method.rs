//! The methods by which control of names is proved.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use super::APPROVER_METHOD;
use crate::{DnsName, Finding, Language, Problem};

/// How control of the names of an order is proved (CA/B Baseline Requirements, 3.2.2.4).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum VerificationMethod {
    /// A TXT record at the name.
    DnsTxt,
    /// A TXT record at `_certum` below the name: leaves the name's own records alone.
    DnsTxtPrefix,
    /// A CNAME record at the name.
    DnsCname,
    /// A CNAME record at `_certum` below the name.
    DnsCnamePrefix,
    /// A file on the name's web server.
    File,
    /// A message to a mailbox of the name. Ballot SC-090 phases this out: prefer DNS.
    Email(Mailbox),
}

impl VerificationMethod {
    /// Every method, for menus; the mailbox is the usual one.
    pub const ALL: &[Self] = &[
        Self::DnsTxt,
        Self::DnsTxtPrefix,
        Self::DnsCname,
        Self::DnsCnamePrefix,
        Self::File,
        Self::Email(Mailbox::Admin),
    ];

    /// The last day on which the CA may rely on proofs by e-mail (ballot SC-090, Baseline Requirements 3.2.2.4.4): they
    /// end on 2028-03-15, and have been advised against since 2026-03-15.
    const LAST_DAY_OF_EMAIL: Date = date(2028, 3, 14);

    /// Whether the customer publishes something that the CA then looks for, rather than answering a message.
    #[must_use]
    pub fn is_published(&self) -> bool {
        !matches!(self, Self::Email(_))
    }

    /// Whether it is on its way out: prefer another.
    #[must_use]
    pub fn is_being_phased_out(&self) -> bool {
        self.last_day().is_some()
    }

    /// The last day on which it can be used, if it is on its way out.
    #[must_use]
    pub fn last_day(&self) -> Option<Date> {
        matches!(self, Self::Email(_)).then_some(Self::LAST_DAY_OF_EMAIL)
    }

    /// Whether it can prove control of a name at all: a file can't stand for a wildcard (code 2186).
    #[must_use]
    pub fn can_prove(&self, name: &DnsName) -> bool {
        !(*self == Self::File && name.is_wildcard())
    }

    /// Whether a proof that was given for one name covers another: a record or a message those below it, a file the
    /// exact name alone.
    #[must_use]
    pub fn covers(&self, proved: &DnsName, name: &DnsName) -> bool {
        match self {
            Self::File => proved == name && self.can_prove(name),
            _ => name.lies_within(proved),
        }
    }

    /// The method, for people.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let (english, polish) = match self {
            Self::DnsTxt => ("TXT record at the name", "rekord TXT w domenie"),
            Self::DnsTxtPrefix => ("TXT record at _certum below the name", "rekord TXT w poddomenie _certum"),
            Self::DnsCname => ("CNAME record at the name", "rekord CNAME w domenie"),
            Self::DnsCnamePrefix => {
                ("CNAME record at _certum below the name", "rekord CNAME w poddomenie _certum")
            }
            Self::File => ("file on the web server", "plik na serwerze WWW"),
            Self::Email(mailbox) => {
                return language
                    .choose(format!("message to {mailbox}@"), format!("wiadomość na adres {mailbox}@"));
            }
        };
        language.choose(english, polish).to_owned()
    }
}

impl fmt::Display for VerificationMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DnsTxt => f.write_str("dns-txt"),
            Self::DnsTxtPrefix => f.write_str("dns-txt-prefix"),
            Self::DnsCname => f.write_str("dns-cname"),
            Self::DnsCnamePrefix => f.write_str("dns-cname-prefix"),
            Self::File => f.write_str("file"),
            Self::Email(mailbox) => write!(f, "email:{mailbox}"),
        }
    }
}

impl FromStr for VerificationMethod {
    type Err = UnknownMethod;

    fn from_str(text: &str) -> Result<Self, UnknownMethod> {
        Ok(match text {
            "dns-txt" => Self::DnsTxt,
            // The one that disturbs nothing else in the zone.
            "dns" | "dns-txt-prefix" => Self::DnsTxtPrefix,
            "dns-cname" => Self::DnsCname,
            "dns-cname-prefix" => Self::DnsCnamePrefix,
            "file" => Self::File,
            "email" => Self::Email(Mailbox::default()),
            other => {
                let mailbox = other.strip_prefix("email:").ok_or(UnknownMethod(()))?;
                Self::Email(mailbox.parse().map_err(|_| UnknownMethod(()))?)
            }
        })
    }
}

impl TryFrom<String> for VerificationMethod {
    type Error = UnknownMethod;

    fn try_from(text: String) -> Result<Self, UnknownMethod> {
        text.parse()
    }
}

impl From<VerificationMethod> for String {
    fn from(method: VerificationMethod) -> Self {
        method.to_string()
    }
}

/// A text that names no method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "is none of dns, dns-txt, dns-txt-prefix, dns-cname, dns-cname-prefix, file, email, \
     email:<admin|administrator|postmaster|hostmaster|webmaster>"
)]
pub struct UnknownMethod(());

impl UnknownMethod {
    /// The finding about a text that was to be a method: it is missing (1040), none (1042), or a mailbox that may not
    /// approve (1108).
    #[must_use]
    pub fn finding(self, text: &str) -> Finding {
        let text = text.trim();
        let (code, path, problem) = match text {
            "" => (1040, APPROVER_METHOD, Problem::Missing),
            _ if text.starts_with("email:") => {
                (1108, "SANApprover/approverEmailPrefix", Problem::UnknownMailbox)
            }
            _ => (1042, APPROVER_METHOD, Problem::UnknownMethod),
        };
        Finding::new(code, path, problem).with_value(text)
    }
}

/// The mailboxes of a domain that may approve a certificate (Baseline Requirements, 3.2.2.4.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Mailbox {
    /// `admin@`
    #[default]
    Admin,
    /// `administrator@`
    Administrator,
    /// `postmaster@`
    Postmaster,
    /// `hostmaster@`
    Hostmaster,
    /// `webmaster@`
    Webmaster,
}

impl Mailbox {
    /// Every mailbox, for menus.
    pub const ALL: &[Self] =
        &[Self::Admin, Self::Administrator, Self::Postmaster, Self::Hostmaster, Self::Webmaster];

    /// The part before the `@`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Administrator => "administrator",
            Self::Postmaster => "postmaster",
            Self::Hostmaster => "hostmaster",
            Self::Webmaster => "webmaster",
        }
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Mailbox {
    type Err = UnknownMailbox;

    fn from_str(text: &str) -> Result<Self, UnknownMailbox> {
        Self::ALL.iter().copied().find(|mailbox| mailbox.as_str() == text).ok_or(UnknownMailbox(()))
    }
}

/// A text that names no mailbox which may approve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is none of admin, administrator, postmaster, hostmaster, webmaster")]
pub struct UnknownMailbox(());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_every_method_it_prints() {
        for method in VerificationMethod::ALL {
            assert_eq!(method.to_string().parse::<VerificationMethod>().as_ref(), Ok(method));
        }
        assert_eq!("email:webmaster".parse(), Ok(VerificationMethod::Email(Mailbox::Webmaster)));
        assert_eq!("dns".parse(), Ok(VerificationMethod::DnsTxtPrefix));
        assert_eq!("email".parse(), Ok(VerificationMethod::Email(Mailbox::Admin)));
        let code = |text: &str| text.parse::<VerificationMethod>().unwrap_err().finding(text).code;
        assert_eq!((code("email:root"), code("pigeon"), code("")), (1108, 1042, 1040));
    }

    #[test]
    fn knows_which_proof_covers_which_name() {
        let name = |text: &str| text.parse::<DnsName>().unwrap();
        let cases = [
            ("example.com", "example.com", true, true),
            ("example.com", "www.example.com", true, false),
            ("example.com", "*.example.com", true, false),
            ("*.example.com", "a.example.com", true, false),
            ("*.example.com", "*.example.com", true, false),
            ("www.example.com", "example.com", false, false),
            ("example.com", "badexample.com", false, false),
        ];
        for (proved, covered, by_record, by_file) in cases {
            for method in VerificationMethod::ALL {
                let expected = if *method == VerificationMethod::File { by_file } else { by_record };
                assert_eq!(
                    method.covers(&name(proved), &name(covered)),
                    expected,
                    "{method}: {proved} {covered}"
                );
            }
        }
    }

    #[test]
    fn warns_of_proofs_by_email_alone() {
        for method in VerificationMethod::ALL {
            assert_eq!(method.is_being_phased_out(), !method.is_published(), "{method}");
        }
        let email = VerificationMethod::Email(Mailbox::Admin);
        assert_eq!(email.last_day(), Some(date(2028, 3, 14)));
    }
}
