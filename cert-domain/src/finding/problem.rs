//! Everything that can be wrong with an input.

use std::borrow::Cow;
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{english, polish};
use crate::{Country, Language};

/// What is wrong with a field. Programs decide by this and by the code; the text is for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields say what the variant's line says")]
pub enum Problem {
    /// The CA, or another library, says so in its own words.
    Stated { english: String, polish: String },

    /// Nothing was given.
    Missing,
    /// More characters than fit.
    TooLong { limit: usize },
    /// A character that identifiers of the Partner API can't hold.
    ForbiddenCharacter,
    /// No language of the CA's messages.
    UnknownLanguage,
    /// The account's own login.
    Login,

    /// No e-mail address.
    NotEmail,
    /// No phone number, by the habits of this country.
    NotPhone { country: Country },
    /// No country of ISO 3166.
    UnknownCountry,
    /// Blank in other words: a filler, or control characters.
    SaysNothing,
    /// No postal code.
    NotPostalCode,
    /// No number that a tax office gives.
    NotTaxNumber,
    /// None of the four categories.
    UnknownBusinessCategory,
    /// Neither a locality nor a state.
    LocalityOrState,
    /// An organization without the person's position in it.
    JobTitle,

    /// A paste that no request is as long as.
    RequestTooLong { limit: usize },
    /// A key that is still to be made.
    KeyNotMade,
    /// No algorithm that anybody knows.
    UnknownHash,
    /// An algorithm that nobody uses any more.
    DeadHash,
    /// An algorithm that the product does not have.
    HashNotTaken,

    /// An empty line where a name should be.
    NameEmpty,
    /// No DNS name.
    NameMalformed,
    /// A `*` elsewhere than as the whole first label.
    WildcardMisplaced,
    /// A label with more than 63 characters.
    LabelTooLong,
    /// A name of one label.
    SingleLabel,
    /// An IP address.
    Address,
    /// An IP address that nobody owns in public.
    PrivateAddress,
    /// A name that nobody can own in public.
    ReservedName,
    /// An ending under which anybody registers domains.
    PublicSuffix,
    /// No names at all.
    NoNames,
    /// More names than anybody can order.
    TooManyNames { count: usize, limit: usize },
    /// More domains than the offer allows.
    TooManyDomains { count: usize, limit: usize },
    /// A second name, where there may be one.
    OneName,
    /// A wildcard where there may be none.
    NoWildcard,
    /// No wildcard where there must be one.
    WildcardWanted,
    /// A second wildcard.
    OneWildcard,
    /// Names for a product that has none.
    NoDomainNames,
    /// A common name that is too long.
    CommonNameTooLong { limit: usize },

    /// No method of proof, and the offer has none.
    NoMethod,
    /// A text that names no method.
    UnknownMethod,
    /// A text that names no mailbox which may approve.
    UnknownMailbox,
    /// A file for a wildcard.
    FileForWildcard { name: String },

    /// A product's code that is none.
    NotProductCode,
    /// A product that nobody knows.
    UnknownProduct,
    /// A code for renewals, in a first order.
    RenewalCode,
    /// A product without a known code for renewals.
    NoRenewalCode,

    /// Not hexadecimal.
    NotHexadecimal,
    /// Neither or both of two, one of which is wanted.
    OneCertificate,
    /// No certificate in PEM.
    NotCertificate,
    /// Another common name than the one that is renewed.
    OtherCommonName { renewed: String },
    /// Another customer than the one whose certificate is renewed.
    OtherCustomer,
    /// A name that the certificate has already.
    NameAlreadyIn,
    /// Names to add to a product that takes one.
    NamesNotAddable,

    /// No reason that is known.
    UnknownReason,
    /// No date.
    NotDate,
    /// A date outside of these.
    DateOutside { first: Date, last: Date },
    /// A date of compromise, without a compromise.
    DateWithoutCompromise,

    /// No kind of document.
    UnknownDocumentKind,
    /// A file name that is too short or too long.
    FileNameLength { least: usize, most: usize },
    /// A file name with a character that some systems refuse.
    FileNameCharacter,
    /// A file that is too large.
    FileTooLarge { mebibytes: usize },
}

impl Problem {
    /// What is wrong, for people.
    #[must_use]
    pub fn text(&self, language: Language) -> Cow<'_, str> {
        match language {
            Language::English => english::text(self),
            Language::Polish => polish::text(self),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::English))
    }
}
