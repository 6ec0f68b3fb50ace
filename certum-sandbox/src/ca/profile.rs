//! What the certificates say beyond names, keys and dates (CA/Browser Forum Baseline Requirements, 7.1.2).

use der::{
    asn1::{Ia5String, ObjectIdentifier},
    oid::db::rfc5280::{ID_AD_CA_ISSUERS, ID_KP_SERVER_AUTH},
};
use url::Url;
use x509_cert::{
    TbsCertificate,
    builder::{self, profile::BuilderProfile},
    ext::{
        Extension, ToExtension,
        pkix::{
            AccessDescription, AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, BasicConstraints,
            CertificatePolicies, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName, SubjectKeyIdentifier,
            certpolicy::PolicyInformation, name::GeneralName,
        },
    },
    name::Name,
    spki::SubjectPublicKeyInfoRef,
};

use super::{DV_POLICY, IssueError};

/// Where an issuer's certificate is found.
///
/// No revocation list is made, so that none is named: whoever checks revocation would take a list that can't be
/// fetched for an outage, or refuse the certificate.
pub(super) struct Publication {
    certificate: String,
}

impl Publication {
    /// For the issuer whose files go by this name.
    pub(super) fn new(base: &Url, issuer: &str) -> Self {
        let base = base.as_str().trim_end_matches('/');
        Self { certificate: format!("{base}/pki/{issuer}.cer") }
    }

    fn extensions(&self, to: &mut Extensions<'_>) -> builder::Result<()> {
        to.add(&AuthorityInfoAccessSyntax(vec![AccessDescription {
            access_method: ID_AD_CA_ISSUERS,
            access_location: uri(&self.certificate)?,
        }]))
    }
}

/// A root, or an intermediate for TLS.
///
/// Subjects are given as strings of RFC 4514, which begin at the end: in the certificate the country is first.
pub(super) struct Authority {
    subject: Name,
    /// None: it is its own issuer.
    issuer: Option<(Name, Publication)>,
}

impl Authority {
    pub(super) fn root(subject: &str) -> Result<Self, IssueError> {
        Ok(Self { subject: subject.parse()?, issuer: None })
    }

    pub(super) fn intermediate(
        subject: &str,
        issuer: Name,
        publication: Publication,
    ) -> Result<Self, IssueError> {
        Ok(Self { subject: subject.parse()?, issuer: Some((issuer, publication)) })
    }
}

impl BuilderProfile for Authority {
    fn get_issuer(&self, subject: &Name) -> Name {
        self.issuer.as_ref().map_or_else(|| subject.clone(), |(issuer, _)| issuer.clone())
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        subject_key: SubjectPublicKeyInfoRef<'_>,
        issuer_key: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        let mut extensions = Extensions::of(tbs);
        // Nothing below the intermediate but subscribers.
        let path_len_constraint = self.issuer.is_some().then_some(0);
        extensions.add(&BasicConstraints { ca: true, path_len_constraint })?;
        extensions.add(&KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign))?;
        extensions.add_key_identifiers(subject_key, issuer_key)?;
        if let Some((_, publication)) = &self.issuer {
            extensions.add(&ExtendedKeyUsage(vec![ID_KP_SERVER_AUTH]))?;
            extensions.add(&policies(DV_POLICY))?;
            publication.extensions(&mut extensions)?;
        }
        Ok(extensions.done)
    }
}

/// A domain-validated TLS certificate.
pub(super) struct Subscriber<'a> {
    pub(super) issuer: Name,
    pub(super) common_name: &'a str,
    pub(super) names: Vec<&'a str>,
    pub(super) is_rsa: bool,
    pub(super) publication: &'a Publication,
}

impl BuilderProfile for Subscriber<'_> {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        // A validated host name holds nothing that the string form of a name would read as syntax; the
        // certificate of an impossible name is one without a subject, whose names stand in the extension.
        format!("CN={}", self.common_name).parse().unwrap_or_default()
    }

    fn build_extensions(
        &self,
        subject_key: SubjectPublicKeyInfoRef<'_>,
        issuer_key: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        let mut extensions = Extensions::of(tbs);
        extensions.add(&BasicConstraints { ca: false, path_len_constraint: None })?;
        // RSA keys may still be used to carry a key across (TLS 1.2); others can only sign.
        extensions.add(&KeyUsage(match self.is_rsa {
            true => KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment,
            false => KeyUsages::DigitalSignature.into(),
        }))?;
        // Servers alone: browsers' root programs no longer let a TLS hierarchy vouch for clients.
        extensions.add(&ExtendedKeyUsage(vec![ID_KP_SERVER_AUTH]))?;
        extensions.add_key_identifiers(subject_key, issuer_key)?;
        let names = self.names.iter().map(|name| Ok(GeneralName::DnsName(Ia5String::new(name)?)));
        extensions.add(&SubjectAltName(names.collect::<der::Result<_>>()?))?;
        extensions.add(&policies(DV_POLICY))?;
        self.publication.extensions(&mut extensions)?;
        Ok(extensions.done)
    }
}

/// Extensions in the making.
struct Extensions<'a> {
    subject: &'a Name,
    done: Vec<Extension>,
}

impl<'a> Extensions<'a> {
    fn of(tbs: &'a TbsCertificate) -> Self {
        Self { subject: tbs.subject(), done: Vec::new() }
    }

    fn add<'e, E>(&mut self, extension: &'e E) -> builder::Result<()>
    where
        &'e E: ToExtension<Error = der::Error>,
    {
        let extension = extension.to_extension(self.subject, &self.done)?;
        self.done.push(extension);
        Ok(())
    }

    fn add_key_identifiers(
        &mut self,
        subject_key: SubjectPublicKeyInfoRef<'_>,
        issuer_key: SubjectPublicKeyInfoRef<'_>,
    ) -> builder::Result<()> {
        self.add(&SubjectKeyIdentifier::try_from(subject_key)?)?;
        let issuer = SubjectKeyIdentifier::try_from(issuer_key)?;
        self.add(&AuthorityKeyIdentifier { key_identifier: Some(issuer.0), ..Default::default() })
    }
}

fn policies(policy: ObjectIdentifier) -> CertificatePolicies {
    CertificatePolicies(vec![PolicyInformation { policy_identifier: policy, policy_qualifiers: None }])
}

fn uri(text: &str) -> builder::Result<GeneralName> {
    Ok(GeneralName::UniformResourceIdentifier(Ia5String::new(text)?))
}
