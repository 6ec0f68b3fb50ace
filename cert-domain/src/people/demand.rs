//! What each kind and level of product wants to know.

use serde::{Deserialize, Serialize};

use super::SubjectField;
use crate::{ProductKind, ValidationLevel};

/// Whether a product wants a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Demand {
    /// It must be filled in.
    Needed,
    /// Either of locality and state must be filled in.
    EitherPlace,
    /// It may be filled in.
    Welcome,
    /// The certificate has no place for it: what is filled in is left out.
    Unused,
}

impl Demand {
    /// What products of a kind and level want with a field.
    ///
    /// An organization is named with where it is (Baseline Requirements, 7.1.2.7.4), by its number at the tax office
    /// for the CA to look it up, and for EV with its register (EV Guidelines, 7.1.4.2), of which the CA wants all
    /// three parts. Units have had no place in TLS certificates since 2022 (ballot SC-47).
    #[must_use]
    pub fn of(kind: ProductKind, level: ValidationLevel, field: SubjectField) -> Self {
        use SubjectField as F;
        use ValidationLevel as L;

        let names_organization = matches!(level, L::Organization | L::Extended);
        match (kind, field) {
            (_, F::SerialNumber | F::BusinessCategory | F::StreetAddress | F::PostalCode)
            | (_, F::JurisdictionLocality | F::JurisdictionState | F::JurisdictionCountry) => {
                if level == L::Extended { Self::Needed } else { Self::Unused }
            }
            (_, F::Organization | F::TaxNumber) => {
                if names_organization {
                    Self::Needed
                } else {
                    Self::Unused
                }
            }
            (ProductKind::Tls, F::Locality | F::State) if names_organization => Self::EitherPlace,
            (ProductKind::Tls, F::Country) if names_organization => Self::Needed,
            (ProductKind::Tls, _) => Self::Unused,

            (_, F::Email) => Self::Needed,
            // A mailbox's name is its address, unless it has another.
            (_, F::CommonName) => {
                if level == L::Mailbox {
                    Self::Welcome
                } else {
                    Self::Needed
                }
            }
            (_, F::GivenName | F::Surname) => {
                if level == L::Individual {
                    Self::Welcome
                } else {
                    Self::Unused
                }
            }
            (_, F::OrganizationalUnit) => {
                if names_organization {
                    Self::Welcome
                } else {
                    Self::Unused
                }
            }
            (ProductKind::Smime, F::Country) if level == L::Mailbox => Self::Unused,
            (_, F::Country) => Self::Needed,
            // The Partner API has a code for a missing state alone (1019) besides the one for both (2058).
            (ProductKind::CodeSigning, F::State) => Self::Needed,
            (ProductKind::Smime, F::Locality | F::State) if level == L::Mailbox => Self::Unused,
            (_, F::Locality | F::State) => Self::Welcome,
        }
    }

    /// The code for a needed field that is missing. For the country there are two: one for hosts, one for the others.
    pub(super) fn missing_code(kind: ProductKind, field: SubjectField) -> u32 {
        use SubjectField as F;
        match field {
            F::CommonName => 1015,
            F::Email => 1021,
            F::Organization => 1016,
            F::State => 1019,
            F::Country if kind == ProductKind::Tls => 1020,
            F::Country => 1059,
            F::TaxNumber => 1048,
            F::SerialNumber => 1095,
            F::BusinessCategory => 2138,
            F::StreetAddress => 2139,
            F::PostalCode => 2142,
            F::JurisdictionLocality => 1094,
            F::JurisdictionState => 1092,
            F::JurisdictionCountry => 1093,
            F::Locality => 2058,
            F::GivenName | F::Surname | F::OrganizationalUnit => crate::Finding::NO_CODE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wants_of_each_level_what_its_certificates_show() {
        use ProductKind::{CodeSigning, Smime, Tls};
        use SubjectField as F;
        use ValidationLevel::{Domain, Extended, Individual, Mailbox, Organization};
        let needed = |kind, level| -> Vec<F> {
            let is_needed = |field: &F| Demand::of(kind, level, *field) == Demand::Needed;
            F::ALL.iter().copied().filter(is_needed).collect()
        };
        assert_eq!(needed(Tls, Domain), []);
        assert_eq!(needed(Tls, Organization), [F::Organization, F::Country, F::TaxNumber]);
        assert_eq!(needed(Tls, Extended).len(), 10);
        assert_eq!(needed(Smime, Mailbox), [F::Email]);
        assert_eq!(needed(Smime, Individual), [F::CommonName, F::Email, F::Country]);
        assert_eq!(
            needed(Smime, Organization),
            [F::CommonName, F::Email, F::Organization, F::Country, F::TaxNumber]
        );
        assert_eq!(
            needed(CodeSigning, Organization),
            [F::CommonName, F::Email, F::Organization, F::State, F::Country, F::TaxNumber]
        );
        assert_eq!(needed(CodeSigning, Extended).len(), 13);
    }

    #[test]
    fn welcomes_what_certificates_of_people_and_mailboxes_can_show() {
        use ProductKind::Smime;
        use SubjectField as F;
        use ValidationLevel::{Individual, Mailbox, Organization};
        for (level, field, demand) in [
            (Mailbox, F::CommonName, Demand::Welcome),
            (Mailbox, F::GivenName, Demand::Unused),
            (Mailbox, F::Country, Demand::Unused),
            (Mailbox, F::Locality, Demand::Unused),
            (Individual, F::GivenName, Demand::Welcome),
            (Individual, F::Locality, Demand::Welcome),
            (Individual, F::OrganizationalUnit, Demand::Unused),
            (Organization, F::Surname, Demand::Unused),
            (Organization, F::State, Demand::Welcome),
            (Organization, F::OrganizationalUnit, Demand::Welcome),
        ] {
            assert_eq!(Demand::of(Smime, level, field), demand, "{level:?} {field}");
        }
    }
}
