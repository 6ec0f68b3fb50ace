//! What a CA promises of a certificate, by its policies.

use std::fmt;

use crate::asn1::{Oid, oids};

/// What a certificate is for and how its subject was validated, by the policy identifiers that the CA/Browser
/// Forum reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CertificateProfile {
    /// A TLS server, by the TLS Baseline Requirements §7.1.6.1 or the EV Guidelines.
    Server(ServerValidation),
    /// Mail, by the S/MIME Baseline Requirements §7.1.6.1.
    Smime(SmimeValidation, SmimeGeneration),
    /// Programs, by the Code Signing Baseline Requirements §7.1.6.1.
    #[non_exhaustive]
    CodeSigning {
        /// Whether by its rules for extended validation.
        extended_validation: bool,
    },
    /// A time-stamping service, by the same requirements.
    TimeStamping,
}

/// How the subject of a server certificate was validated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServerValidation {
    /// Control of the domain only (DV).
    Domain,
    /// An organization (OV).
    Organization,
    /// A natural person (IV).
    Individual,
    /// An organization, by the EV Guidelines (EV).
    Extended,
}

/// How the subject of a mail certificate was validated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SmimeValidation {
    /// Control of the mailbox only.
    Mailbox,
    /// An organization.
    Organization,
    /// A person, by the organization that they belong to.
    Sponsor,
    /// A natural person.
    Individual,
}

/// The set of rules that a mail certificate follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SmimeGeneration {
    /// The oldest rules, which were phased out.
    Legacy,
    /// Mail and other purposes besides.
    Multipurpose,
    /// Mail only.
    Strict,
}

impl CertificateProfile {
    /// The profile that a policy identifier stands for.
    pub(super) fn from_policy(oid: Oid) -> Option<Self> {
        use SmimeGeneration::{Legacy, Multipurpose, Strict};
        use SmimeValidation::{Individual, Mailbox, Organization, Sponsor};

        Some(match oid {
            _ if oid == oids::EXTENDED_VALIDATION => Self::Server(ServerValidation::Extended),
            _ if oid == oids::DOMAIN_VALIDATED => Self::Server(ServerValidation::Domain),
            _ if oid == oids::ORGANIZATION_VALIDATED => Self::Server(ServerValidation::Organization),
            _ if oid == oids::INDIVIDUAL_VALIDATED => Self::Server(ServerValidation::Individual),
            _ if oid == oids::EXTENDED_VALIDATION_CODE_SIGNING => {
                Self::CodeSigning { extended_validation: true }
            }
            _ if oid == oids::CODE_SIGNING_BASELINE => Self::CodeSigning { extended_validation: false },
            _ if oid == oids::TIME_STAMPING_BASELINE => Self::TimeStamping,
            _ if oid == oids::SMIME_MAILBOX_LEGACY => Self::Smime(Mailbox, Legacy),
            _ if oid == oids::SMIME_MAILBOX_MULTIPURPOSE => Self::Smime(Mailbox, Multipurpose),
            _ if oid == oids::SMIME_MAILBOX_STRICT => Self::Smime(Mailbox, Strict),
            _ if oid == oids::SMIME_ORGANIZATION_LEGACY => Self::Smime(Organization, Legacy),
            _ if oid == oids::SMIME_ORGANIZATION_MULTIPURPOSE => Self::Smime(Organization, Multipurpose),
            _ if oid == oids::SMIME_ORGANIZATION_STRICT => Self::Smime(Organization, Strict),
            _ if oid == oids::SMIME_SPONSOR_LEGACY => Self::Smime(Sponsor, Legacy),
            _ if oid == oids::SMIME_SPONSOR_MULTIPURPOSE => Self::Smime(Sponsor, Multipurpose),
            _ if oid == oids::SMIME_SPONSOR_STRICT => Self::Smime(Sponsor, Strict),
            _ if oid == oids::SMIME_INDIVIDUAL_LEGACY => Self::Smime(Individual, Legacy),
            _ if oid == oids::SMIME_INDIVIDUAL_MULTIPURPOSE => Self::Smime(Individual, Multipurpose),
            _ if oid == oids::SMIME_INDIVIDUAL_STRICT => Self::Smime(Individual, Strict),
            _ => return None,
        })
    }
}

impl fmt::Display for CertificateProfile {
    /// In the words of the trade, as in `server, DV`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(validation) => write!(f, "server, {validation}"),
            Self::Smime(validation, generation) => write!(f, "S/MIME, {validation}, {generation}"),
            Self::CodeSigning { extended_validation: true } => f.write_str("code signing, EV"),
            Self::CodeSigning { extended_validation: false } => f.write_str("code signing"),
            Self::TimeStamping => f.write_str("time-stamping"),
        }
    }
}

impl fmt::Display for ServerValidation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Domain => "DV",
            Self::Organization => "OV",
            Self::Individual => "IV",
            Self::Extended => "EV",
        })
    }
}

impl fmt::Display for SmimeValidation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mailbox => "mailbox",
            Self::Organization => "organization",
            Self::Sponsor => "sponsor",
            Self::Individual => "individual",
        })
    }
}

impl fmt::Display for SmimeGeneration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Legacy => "legacy",
            Self::Multipurpose => "multipurpose",
            Self::Strict => "strict",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_policies_of_each_trade() {
        for (oid, shown) in [
            (oids::DOMAIN_VALIDATED, "server, DV"),
            (oids::EXTENDED_VALIDATION, "server, EV"),
            (oids::SMIME_SPONSOR_MULTIPURPOSE, "S/MIME, sponsor, multipurpose"),
            (oids::CODE_SIGNING_BASELINE, "code signing"),
            (oids::EXTENDED_VALIDATION_CODE_SIGNING, "code signing, EV"),
        ] {
            assert_eq!(CertificateProfile::from_policy(oid).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn a_cas_own_policy_says_nothing() {
        assert_eq!(CertificateProfile::from_policy(Oid::constant("1.2.616.1.113527.2.5.1.1")), None);
    }
}
