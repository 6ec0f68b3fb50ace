//! What a customer fills in, in two steps.

mod details;

use std::fmt;

use csr_tools::KeyAlgorithm;
use serde::{Deserialize, Serialize};

use crate::{
    ContactForm, Finding, HashAlgorithm, Language, NameEntry, PersonForm, Problem, SubjectForm,
    TechnicalContact, VerificationMethod,
};

/// What a customer fills in for a service. Every field may be left empty, stored and filled in later: a draft is a form.
///
/// The first step asks for server, request or key, algorithm, what the certificate says, and contacts; the second for
/// names and their proof, where the product has names: see [`Step`]. An [`Offer`](crate::Offer) checks one step or all.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[allow(clippy::exhaustive_structs, reason = "a form is filled in field by field")]
pub struct Form {
    /// Step 1: the server that the certificate is for.
    pub server: ServerType,
    /// Step 1: whether the customer brings a request, or has a key generated.
    pub key: KeyChoice,
    /// Step 1: the PKCS#10 request, as it was pasted; or the one that was made with the generated key.
    pub csr: String,
    /// Step 1: the algorithm to sign with. Left empty, the CA's choice.
    pub hash_algorithm: Option<HashAlgorithm>,
    /// Step 1: what the certificate says.
    pub subject: SubjectForm,
    /// Step 1: who orders.
    pub contact: ContactForm,
    /// Step 1: the administrative contact; may be left empty.
    pub administrative: PersonForm,
    /// Step 1: the technical contact; may be left empty.
    pub technical: TechnicalContact,
    /// Step 1: the mailbox that is told of a revocation; may be left empty.
    pub revocation_contact: String,
    /// Step 1: the country of phone numbers that are written without one. Left empty, the subject's, or Poland.
    pub phone_country: String,
    /// Step 2: the names. With neither these nor a common name, they are taken from the request.
    pub names: Vec<NameEntry>,
    /// Step 2: how control of the names is to be proved. Left empty, as the offer says.
    pub method: Option<VerificationMethod>,
    /// Step 2: whether the CA sends verification messages itself. Left empty, it does where the method is e-mail.
    pub send_messages: Option<bool>,
}

impl Form {
    /// Checks that the mailbox which is told of a revocation is not the account's own login. Only the account's holder
    /// can compare.
    ///
    /// # Errors
    /// The finding that it is (code 2172).
    pub fn differs_from_login(&self, login: &str) -> Result<(), Finding> {
        let mailbox = self.revocation_contact.trim();
        if !mailbox.is_empty() && mailbox.eq_ignore_ascii_case(login.trim()) {
            let path = "orderParameters/revocationContactEmail";
            return Err(Finding::new(2172, path, Problem::Login).with_value(mailbox));
        }
        Ok(())
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither the request nor persons belong into logs.
        let Self { server, key, hash_algorithm, names, method, .. } = self;
        f.debug_struct("Form")
            .field("server", server)
            .field("key", key)
            .field("hash_algorithm", hash_algorithm)
            .field("names", names)
            .field("method", method)
            .finish_non_exhaustive()
    }
}

/// Where the key comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "choice", rename_all = "snake_case")]
#[non_exhaustive]
pub enum KeyChoice {
    /// The customer keeps the key, and brings a request.
    #[default]
    Request,
    /// A key is generated for the customer.
    Generate {
        /// The kind of key.
        #[serde(with = "key_algorithm")]
        #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Key"))]
        algorithm: KeyAlgorithm,
        /// Whether the reseller keeps it, encrypted. A box that is not ticked is not sent.
        #[serde(default)]
        keep: bool,
    },
}

mod key_algorithm {
    use csr_tools::KeyAlgorithm;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(
        algorithm: &KeyAlgorithm,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(algorithm)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<KeyAlgorithm, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// The steps of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Step {
    /// Server, request, what the certificate says, contacts.
    Certificate,
    /// Names and their proof.
    Names,
}

impl Step {
    /// Both steps, in their order.
    pub const ALL: &[Self] = &[Self::Certificate, Self::Names];

    /// What the step asks for, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, polish) = match self {
            Self::Certificate => ("certificate and contacts", "certyfikat i dane kontaktowe"),
            Self::Names => ("domains and their verification", "domeny i ich weryfikacja"),
        };
        language.choose(english, polish)
    }
}

/// The server that a certificate is for: what its files look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ServerType {
    /// Apache.
    Apache,
    /// nginx.
    Nginx,
    /// HAProxy.
    HaProxy,
    /// Caddy.
    Caddy,
    /// IIS and Windows.
    Iis,
    /// Tomcat and Java.
    Tomcat,
    /// cPanel, Plesk or DirectAdmin.
    ControlPanel,
    /// Another one, or none.
    #[default]
    Other,
}

impl ServerType {
    /// Every one, for menus.
    pub const ALL: &[Self] = &[
        Self::Apache,
        Self::Nginx,
        Self::HaProxy,
        Self::Caddy,
        Self::Iis,
        Self::Tomcat,
        Self::ControlPanel,
        Self::Other,
    ];

    /// What it is called, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        match self {
            Self::Apache => "Apache",
            Self::Nginx => "nginx",
            Self::HaProxy => "HAProxy",
            Self::Caddy => "Caddy",
            Self::Iis => "IIS, Windows",
            Self::Tomcat => "Tomcat, Java",
            Self::ControlPanel => "cPanel, Plesk, DirectAdmin",
            Self::Other => language.choose("Other (not listed)", "Inny (spoza listy)"),
        }
    }

    /// The server that bundles are made for.
    #[must_use]
    pub fn bundle(self) -> csr_tools::Server {
        match self {
            Self::Apache => csr_tools::Server::Apache,
            Self::Nginx => csr_tools::Server::Nginx,
            Self::HaProxy => csr_tools::Server::HaProxy,
            Self::Caddy => csr_tools::Server::Caddy,
            Self::Iis => csr_tools::Server::Iis,
            Self::Tomcat => csr_tools::Server::Tomcat,
            Self::ControlPanel => csr_tools::Server::ControlPanel,
            Self::Other => csr_tools::Server::Plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_draft_that_survives_storage_however_little_is_filled_in() {
        let empty: Form = serde_json::from_str("{}").unwrap();
        assert_eq!(empty, Form::default());
        let begun: Form = serde_json::from_str(
            r#"{"key":{"choice":"generate","algorithm":"rsa-2048","keep":true},
                "names":[{"name":"example.com","www":true}],"technical":{"same_as_administrative":true}}"#,
        )
        .unwrap();
        assert_eq!(begun.key, KeyChoice::Generate { algorithm: KeyAlgorithm::Rsa2048, keep: true });
        assert!(begun.names[0].www && begun.technical.same_as_administrative);
        let stored = serde_json::to_string(&begun).unwrap();
        assert_eq!(serde_json::from_str::<Form>(&stored).unwrap(), begun);
    }

    #[test]
    fn knows_a_bundle_for_each_server() {
        let bundles: Vec<_> = ServerType::ALL.iter().map(|server| server.bundle()).collect();
        assert_eq!(bundles, csr_tools::Server::ALL);
    }

    #[test]
    fn keeps_the_login_from_being_told_of_revocations() {
        let form = |mailbox: &str| Form { revocation_contact: mailbox.into(), ..Form::default() };
        assert_eq!(form(" Shop@example.com").differs_from_login("shop@example.com ").unwrap_err().code, 2172);
        assert_eq!(form("jan@example.com").differs_from_login("shop@example.com"), Ok(()));
        assert_eq!(form("").differs_from_login(""), Ok(()));
    }

    #[test]
    fn prints_what_is_nobodys_secret() {
        let form = Form { names: vec!["shop.example.com".into()], csr: "s3cret".into(), ..Form::default() };
        let printed = format!("{form:?}");
        assert!(printed.contains("shop.example.com") && !printed.contains("s3cret"), "{printed}");
    }
}
