//! How control of names is proved.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Finding, Findings, NameSet};

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
    /// Whether the customer publishes something that the CA then looks for, rather than answering a message.
    #[must_use]
    pub fn is_published(&self) -> bool {
        !matches!(self, Self::Email(_))
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
        [Self::Admin, Self::Administrator, Self::Postmaster, Self::Hostmaster, Self::Webmaster]
            .into_iter()
            .find(|mailbox| mailbox.as_str() == text)
            .ok_or(UnknownMailbox(()))
    }
}

/// A text that names no mailbox which may approve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is none of admin, administrator, postmaster, hostmaster, webmaster")]
pub struct UnknownMailbox(());

/// The code with which the CA wants control of an order's names proved: one for all of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VerificationCode(String);

impl VerificationCode {
    /// A code as the CA told it.
    #[must_use]
    pub fn new(code: impl Into<String>) -> Self {
        Self(code.into())
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One thing to do for the proof of a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Instruction {
    /// Publish a TXT record.
    TxtRecord {
        /// Its name.
        name: String,
        /// Its text.
        value: String,
    },
    /// Publish a CNAME record.
    CnameRecord {
        /// Its name.
        name: String,
        /// What it points to.
        target: String,
    },
    /// Serve a file over plain HTTP.
    File {
        /// The host that serves it.
        host: String,
        /// The path on that host, from the root.
        path: String,
        /// What it holds.
        body: String,
    },
    /// Follow the link in the CA's message.
    Message {
        /// The mailbox that it was sent to.
        mailbox: String,
    },
}

/// What has to be done to prove control of the names, once each. A proof by DNS or e-mail covers the names below
/// it; a file proves the exact name alone. Without a code only messages can be answered.
///
/// The places and contents are Certum's: see the Partner API's facts on domain control.
#[must_use]
pub fn instructions(
    names: &NameSet,
    method: &VerificationMethod,
    code: Option<&VerificationCode>,
) -> Vec<Instruction> {
    const FILE_PATH: &str = "/.well-known/pki-validation/certum.txt";
    const PREFIX: &str = "_certum.";

    let topmost = names.topmost().map(|name| name.base());
    if let VerificationMethod::Email(mailbox) = method {
        return topmost.map(|name| Instruction::Message { mailbox: format!("{mailbox}@{name}") }).collect();
    }
    let Some(code) = code.map(VerificationCode::as_str) else { return Vec::new() };
    let txt = |name: String| Instruction::TxtRecord { name, value: code.to_owned() };
    let cname = |name: String| Instruction::CnameRecord { name, target: format!("{code}.certum.pl") };
    match method {
        VerificationMethod::DnsTxt => topmost.map(|name| txt(name.to_owned())).collect(),
        VerificationMethod::DnsTxtPrefix => topmost.map(|name| txt(format!("{PREFIX}{name}"))).collect(),
        VerificationMethod::DnsCname => topmost.map(|name| cname(name.to_owned())).collect(),
        VerificationMethod::DnsCnamePrefix => topmost.map(|name| cname(format!("{PREFIX}{name}"))).collect(),
        VerificationMethod::File => names
            .as_slice()
            .iter()
            .map(|name| Instruction::File {
                host: name.base().to_owned(),
                path: FILE_PATH.to_owned(),
                body: format!("{code}-certum.pl"),
            })
            .collect(),
        VerificationMethod::Email(_) => Vec::new(),
    }
}

/// Which names a method can't prove.
pub(crate) fn check_method(method: &VerificationMethod, names: &NameSet) -> Findings {
    if *method != VerificationMethod::File {
        return Findings::new();
    }
    let wildcards = names.as_slice().iter().filter(|name| name.is_wildcard());
    wildcards
        .map(|name| {
            let problem = format!("a file can't prove the wildcard {name}: choose a DNS record");
            Finding::new(2186, "SANApprover/approverMethod", problem)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NameRule;

    fn names(names: &[&str]) -> NameSet {
        NameSet::check(names, NameRule::Multi { limit: None }).unwrap()
    }

    fn wildcard(name: &str) -> NameSet {
        NameSet::check(&[name], NameRule::Wildcard).unwrap()
    }

    fn txt(name: &str) -> Instruction {
        Instruction::TxtRecord { name: name.into(), value: "c0de".into() }
    }

    fn cname(name: &str) -> Instruction {
        Instruction::CnameRecord { name: name.into(), target: "c0de.certum.pl".into() }
    }

    fn file(host: &str) -> Instruction {
        Instruction::File {
            host: host.into(),
            path: "/.well-known/pki-validation/certum.txt".into(),
            body: "c0de-certum.pl".into(),
        }
    }

    fn told(names: &NameSet, method: VerificationMethod) -> Vec<Instruction> {
        instructions(names, &method, Some(&VerificationCode::new("c0de")))
    }

    #[test]
    fn tells_the_exact_record_file_or_mailbox() {
        let shop = names(&["shop.example.com", "www.shop.example.com"]);
        assert_eq!(told(&shop, VerificationMethod::DnsTxt), [txt("shop.example.com")]);
        assert_eq!(told(&shop, VerificationMethod::DnsTxtPrefix), [txt("_certum.shop.example.com")]);
        assert_eq!(told(&shop, VerificationMethod::DnsCname), [cname("shop.example.com")]);
        assert_eq!(told(&shop, VerificationMethod::DnsCnamePrefix), [cname("_certum.shop.example.com")]);
        assert_eq!(
            told(&shop, VerificationMethod::File),
            [file("shop.example.com"), file("www.shop.example.com")]
        );
        assert_eq!(
            told(&shop, VerificationMethod::Email(Mailbox::Hostmaster)),
            [Instruction::Message { mailbox: "hostmaster@shop.example.com".into() }]
        );
    }

    #[test]
    fn proves_a_wildcard_at_the_name_after_it() {
        let any = wildcard("*.example.com");
        assert_eq!(told(&any, VerificationMethod::DnsTxtPrefix), [txt("_certum.example.com")]);
        assert_eq!(
            told(&any, VerificationMethod::Email(Mailbox::Admin)),
            [Instruction::Message { mailbox: "admin@example.com".into() }]
        );
    }

    #[test]
    fn tells_nothing_to_publish_without_a_code() {
        assert_eq!(instructions(&names(&["example.com"]), &VerificationMethod::File, None), []);
        let email = VerificationMethod::Email(Mailbox::Admin);
        assert_eq!(instructions(&names(&["example.com"]), &email, None).len(), 1);
    }

    #[test]
    fn reads_back_every_method_it_prints() {
        let methods =
            ["dns-txt", "dns-txt-prefix", "dns-cname", "dns-cname-prefix", "file", "email:webmaster"];
        for text in methods {
            assert_eq!(text.parse::<VerificationMethod>().unwrap().to_string(), text);
        }
        assert_eq!("dns".parse(), Ok(VerificationMethod::DnsTxtPrefix));
        assert_eq!("email".parse(), Ok(VerificationMethod::Email(Mailbox::Admin)));
        assert!("email:root".parse::<VerificationMethod>().is_err());
    }
}
