//! What the certificates say beyond names, keys and dates: the Baseline Requirements of the CA/Browser Forum
//! for TLS (7.1.2), S/MIME (7.1.2.3) and code signing (7.1.2).

use der::{
    asn1::{Ia5String, ObjectIdentifier},
    flagset::FlagSet,
    oid::db::rfc5280::{
        ID_AD_CA_ISSUERS, ID_AD_OCSP, ID_KP_CODE_SIGNING, ID_KP_EMAIL_PROTECTION, ID_KP_SERVER_AUTH,
    },
};
use url::Url;
use x509_cert::ext::pkix::{
    AccessDescription, AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, BasicConstraints,
    CertificatePolicies, CrlDistributionPoints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName,
    SubjectKeyIdentifier,
    certpolicy::PolicyInformation,
    crl::dp::DistributionPoint,
    name::{DistributionPointName, GeneralName},
};

use super::{IssueError, encoding::extension, issuer::Facts};
use crate::{
    names::CertName,
    products::{Kind, Level},
};

/// The policies that the CA/Browser Forum has reserved. S/MIME certificates are of the strict generation.
pub(super) mod policy {
    use der::asn1::ObjectIdentifier;

    const fn oid(dotted: &str) -> ObjectIdentifier {
        ObjectIdentifier::new_unwrap(dotted)
    }

    pub(in crate::ca) const DV: ObjectIdentifier = oid("2.23.140.1.2.1");
    pub(in crate::ca) const OV: ObjectIdentifier = oid("2.23.140.1.2.2");
    pub(in crate::ca) const EV: ObjectIdentifier = oid("2.23.140.1.1");
    pub(in crate::ca) const SMIME_MAILBOX: ObjectIdentifier = oid("2.23.140.1.5.1.3");
    pub(in crate::ca) const SMIME_ORGANIZATION: ObjectIdentifier = oid("2.23.140.1.5.2.3");
    pub(in crate::ca) const SMIME_INDIVIDUAL: ObjectIdentifier = oid("2.23.140.1.5.4.3");
    pub(in crate::ca) const CODE_SIGNING: ObjectIdentifier = oid("2.23.140.1.4.1");
    pub(in crate::ca) const EV_CODE_SIGNING: ObjectIdentifier = oid("2.23.140.1.3");
}

/// Where an issuer's certificate, its revocation list and its responder are found.
pub(super) struct Pointers {
    certificate: String,
    list: String,
    responder: String,
}

impl Pointers {
    /// For the issuer whose files go by this name.
    pub(super) fn new(base: &Url, issuer: &str) -> Self {
        let base = base.as_str().trim_end_matches('/');
        Self {
            certificate: format!("{base}/pki/{issuer}.cer"),
            list: format!("{base}/pki/{issuer}.crl"),
            responder: format!("{base}/ocsp"),
        }
    }
}

/// What all certificates of one issuer have in common.
pub(super) fn from_issuer(
    issuer_key: &SubjectKeyIdentifier,
    pointers: &Pointers,
) -> Result<Vec<u8>, IssueError> {
    let access = |access_method, location: &str| -> der::Result<AccessDescription> {
        Ok(AccessDescription { access_method, access_location: uri(location)? })
    };
    let access = AuthorityInfoAccessSyntax(vec![
        access(ID_AD_OCSP, &pointers.responder)?,
        access(ID_AD_CA_ISSUERS, &pointers.certificate)?,
    ]);
    let list = CrlDistributionPoints(vec![DistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(vec![uri(&pointers.list)?])),
        reasons: None,
        crl_issuer: None,
    }]);
    let signed_by = extension(false, &signed_by(issuer_key))?;
    Ok([signed_by, extension(false, &access)?, extension(false, &list)?].concat())
}

/// Names the issuer by its key alone (Baseline Requirements, 7.1.2.11.1).
pub(super) fn signed_by(issuer_key: &SubjectKeyIdentifier) -> AuthorityKeyIdentifier {
    AuthorityKeyIdentifier { key_identifier: Some(issuer_key.0.clone()), ..AuthorityKeyIdentifier::default() }
}

/// Of a CA certificate. `from_root` is what the root's certificates have in common; none for the root itself.
pub(super) fn of_authority(
    facts: &Facts,
    key: &SubjectKeyIdentifier,
    from_root: Option<&[u8]>,
) -> Result<Vec<u8>, IssueError> {
    // Nothing below an intermediate but subscribers.
    let constraints = BasicConstraints { ca: true, path_len_constraint: from_root.map(|_| 0) };
    // OCSP answers carry the issuer's own signature (Baseline Requirements, 7.1.2.10.7).
    let usage = KeyUsage(KeyUsages::DigitalSignature | KeyUsages::KeyCertSign | KeyUsages::CRLSign);
    let mut all = [extension(true, &constraints)?, extension(true, &usage)?, extension(false, key)?].concat();
    match from_root {
        Some(from_root) => all.extend_from_slice(from_root),
        None => all.extend(extension(false, &signed_by(key))?),
    }
    if let Some(purpose) = facts.purpose {
        all.extend(extension(false, &ExtendedKeyUsage(vec![purpose]))?);
    }
    if !facts.policies.is_empty() {
        all.extend(extension(false, &policies(facts.policies))?);
    }
    Ok(all)
}

/// Of a certificate for a subscriber, apart from what comes from its issuer.
pub(super) struct Subscriber<'a> {
    pub(super) kind: Kind,
    pub(super) level: Level,
    pub(super) names: &'a [CertName],
    pub(super) mailbox: Option<&'a str>,
    pub(super) is_rsa: bool,
    pub(super) has_subject: bool,
}

impl Subscriber<'_> {
    pub(super) fn extensions(&self, key: &SubjectKeyIdentifier) -> Result<Vec<u8>, IssueError> {
        let constraints = BasicConstraints { ca: false, path_len_constraint: None };
        let mut all = [
            extension(true, &constraints)?,
            extension(true, &KeyUsage(self.key_usage()))?,
            extension(false, &ExtendedKeyUsage(vec![self.purpose()]))?,
            extension(false, &policies(&[self.policy()]))?,
        ]
        .concat();
        // Of no use in what signs nothing else, and not recommended for TLS (Baseline Requirements,
        // 7.1.2.7.6).
        if self.kind != Kind::Tls {
            all.extend(extension(false, key)?);
        }
        if let Some(names) = self.alternative_names()? {
            // Without a subject it is the only name there is (RFC 5280, section 4.2.1.6).
            all.extend(extension(!self.has_subject, &names)?);
        }
        Ok(all)
    }

    fn key_usage(&self) -> FlagSet<KeyUsages> {
        match (self.kind, self.is_rsa) {
            // Carrying keys across with RSA is a thing of the past, and not recommended for TLS (Baseline
            // Requirements, 7.1.2.7.11).
            (Kind::CodeSigning | Kind::Tls, _) => KeyUsages::DigitalSignature.into(),
            (Kind::Smime, true) => KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment,
            (Kind::Smime, false) => KeyUsages::DigitalSignature | KeyUsages::KeyAgreement,
        }
    }

    /// One alone: browsers' root programs no longer let a TLS hierarchy vouch for clients, and the strict
    /// profile of S/MIME is for mail.
    fn purpose(&self) -> ObjectIdentifier {
        match self.kind {
            Kind::Tls => ID_KP_SERVER_AUTH,
            Kind::Smime => ID_KP_EMAIL_PROTECTION,
            Kind::CodeSigning => ID_KP_CODE_SIGNING,
        }
    }

    fn policy(&self) -> ObjectIdentifier {
        match (self.kind, self.level) {
            (Kind::Tls, Level::Domain | Level::Mailbox) => policy::DV,
            (Kind::Tls, Level::Individual | Level::Organization) => policy::OV,
            (Kind::Tls, Level::Extended) => policy::EV,
            (Kind::Smime, Level::Domain | Level::Mailbox) => policy::SMIME_MAILBOX,
            (Kind::Smime, Level::Individual) => policy::SMIME_INDIVIDUAL,
            (Kind::Smime, Level::Organization | Level::Extended) => policy::SMIME_ORGANIZATION,
            (Kind::CodeSigning, Level::Extended) => policy::EV_CODE_SIGNING,
            (Kind::CodeSigning, _) => policy::CODE_SIGNING,
        }
    }

    fn alternative_names(&self) -> Result<Option<SubjectAltName>, IssueError> {
        Ok(match self.kind {
            Kind::Tls => {
                let names =
                    self.names.iter().map(|name| Ok(GeneralName::DnsName(Ia5String::new(name.as_str())?)));
                Some(SubjectAltName(names.collect::<der::Result<_>>()?))
            }
            Kind::Smime => {
                let mailbox =
                    self.mailbox.ok_or_else(|| IssueError("there is no mailbox to vouch for".to_owned()))?;
                Some(SubjectAltName(vec![GeneralName::Rfc822Name(Ia5String::new(mailbox)?)]))
            }
            Kind::CodeSigning => None,
        })
    }
}

fn policies(all: &[ObjectIdentifier]) -> CertificatePolicies {
    let policy =
        |policy: &ObjectIdentifier| PolicyInformation { policy_identifier: *policy, policy_qualifiers: None };
    CertificatePolicies(all.iter().map(policy).collect())
}

fn uri(text: &str) -> der::Result<GeneralName> {
    Ok(GeneralName::UniformResourceIdentifier(Ia5String::new(text)?))
}
