//! What has to be done to prove control of names.

use serde::{Deserialize, Serialize};

use super::VerificationMethod;
use crate::{DnsName, Language, NameSet};

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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

impl Instruction {
    /// Name and text of the TXT record to publish, if it is one.
    #[must_use]
    pub fn txt_record(&self) -> Option<(&str, &str)> {
        match self {
            Self::TxtRecord { name, value } => Some((name, value)),
            _ => None,
        }
    }
}

/// A name whose proof is wanted, and the names that the proof covers, itself among them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WantedProof {
    /// The name to prove control of.
    pub name: DnsName,
    /// The names that are proved with it.
    pub covers: Vec<DnsName>,
}

/// The proofs that a method takes for a set of names, in the order of [`instructions`]. Names that the method can't prove
/// are in none of them.
#[must_use]
pub fn wanted_proofs(names: &NameSet, method: &VerificationMethod) -> Vec<WantedProof> {
    let wanted: Vec<&DnsName> = match method {
        VerificationMethod::File => names.as_slice().iter().collect(),
        _ => names.topmost().collect(),
    };
    let covers = |proved: &DnsName| {
        names.as_slice().iter().filter(|name| method.covers(proved, name)).cloned().collect::<Vec<_>>()
    };
    wanted
        .into_iter()
        .map(|name| WantedProof { name: name.clone(), covers: covers(name) })
        .filter(|proof| !proof.covers.is_empty())
        .collect()
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

impl Instruction {
    /// What to do, for people.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match language {
            Language::English => match self {
                Self::TxtRecord { name, value } => {
                    format!("Publish a TXT record at {name} with the text {value}.")
                }
                Self::CnameRecord { name, target } => {
                    format!("Publish a CNAME record at {name} that points to {target}.")
                }
                Self::File { host, path, body } => {
                    format!("Serve a file at http://{host}{path} that holds {body} and nothing else.")
                }
                Self::Message { mailbox } => format!("Follow the link in the message to {mailbox}."),
            },
            Language::Polish => match self {
                Self::TxtRecord { name, value } => format!("Dodaj rekord TXT dla {name} o treści {value}."),
                Self::CnameRecord { name, target } => {
                    format!("Dodaj rekord CNAME dla {name} wskazujący na {target}.")
                }
                Self::File { host, path, body } => {
                    format!("Umieść pod adresem http://{host}{path} plik zawierający tylko {body}.")
                }
                Self::Message { mailbox } => format!("Kliknij odnośnik w wiadomości wysłanej na {mailbox}."),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NameRule;
    use crate::verification::Mailbox;

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
        assert_eq!(txt("shop.example.com").txt_record(), Some(("shop.example.com", "c0de")));
        assert_eq!(cname("shop.example.com").txt_record(), None);
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
    fn tells_which_names_each_proof_covers() {
        let shop = names(&["example.com", "www.example.com", "example.org"]);
        let told = |method| -> Vec<(String, usize)> {
            let proofs = wanted_proofs(&shop, &method).into_iter();
            proofs.map(|proof| (proof.name.to_string(), proof.covers.len())).collect()
        };
        assert_eq!(told(VerificationMethod::DnsTxt), [("example.com".into(), 2), ("example.org".into(), 1)]);
        assert_eq!(told(VerificationMethod::File).len(), 3);
        assert_eq!(wanted_proofs(&wildcard("*.example.com"), &VerificationMethod::File), []);
    }

    #[test]
    fn says_what_to_do_in_both_languages() {
        for instruction in
            [txt("a"), cname("a"), file("a"), Instruction::Message { mailbox: "admin@a".into() }]
        {
            let [english, polish] =
                [Language::English, Language::Polish].map(|language| instruction.text(language));
            assert_ne!(english, polish);
            assert!(english.contains('a') && polish.ends_with('.'));
        }
    }
}
