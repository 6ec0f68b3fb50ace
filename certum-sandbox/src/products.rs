//! What the sandbox sells.

use certum_api::types::HashAlgorithm;

/// A product of the catalogue, as far as the sandbox needs to know it.
///
/// Its own table, apart from anything a reseller keeps: the sandbox stands for the other side, and a mistake
/// in one table must not hide the same mistake in the other.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Product {
    pub(crate) code: &'static str,
    /// The code that renews it; none: the product cannot be renewed.
    pub(crate) renewal: Option<&'static str>,
    pub(crate) title: &'static str,
    pub(crate) kind: Kind,
    pub(crate) level: Level,
    pub(crate) names: NamesAllowed,
    pub(crate) term: Term,
}

/// What a certificate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Tls,
    Smime,
    CodeSigning,
}

/// Whose identity stands behind a certificate, and how far it was looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Level {
    /// A domain, nobody's name.
    Domain,
    /// A mailbox, nobody's name.
    Mailbox,
    /// A person.
    Individual,
    /// An organization.
    Organization,
    /// An organization, by the stricter rules for extended validation.
    Extended,
}

/// Which names one certificate of a product may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NamesAllowed {
    /// None: it is not for hosts.
    None,
    /// The common name and its `www.` form (or, where the common name is that form, the bare name).
    Single,
    /// One wildcard, and the bare name under it.
    Wildcard,
    /// As many as [`MAX_NAMES`], wildcards not among them.
    Multi,
}

/// How long a certificate of a product lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Term {
    /// As long as the calendar of the trade lets it (see [`crate::ca::calendar`]).
    Calendar,
    /// This many days.
    Days(i64),
}

/// The most names of a multi-domain order. The real limit is not published; a hundred was the largest
/// package sold.
pub(crate) const MAX_NAMES: usize = 100;

/// What one pays for, although a TLS certificate of that length is no longer made.
pub(crate) const YEAR: i64 = 365;

/// The code of the certificates that gather the names of others. The real one is not known: this number is the
/// sandbox's own, and no other product has it.
pub(crate) const SNI_CODE: &str = "991";

/// The code of the certificates for network devices, whose CSR names the device in a way of its own. The catalogue
/// has none, although the codes about such requests are known (1031, 2175 to 2182): the number is the sandbox's own.
pub(crate) const DEVICE_CODE: &str = "992";

macro_rules! catalogue {
    ($($code:literal $(=> $renewal:literal)?, $title:literal, $kind:ident $level:ident $names:ident $term:expr;)+) => {
        &[$(Product {
            code: $code,
            renewal: catalogue!(@renewal $($renewal)?),
            title: $title,
            kind: Kind::$kind,
            level: Level::$level,
            names: NamesAllowed::$names,
            term: $term,
        }),+]
    };
    (@renewal) => { None };
    (@renewal $renewal:literal) => { Some($renewal) };
}

use Term::{Calendar, Days};

/// What is on sale.
const PRODUCTS: &[Product] = catalogue! {
    "601" => "606", "Commercial SSL", Tls Domain Single Calendar;
    "741" => "746", "Commercial SSL Wildcard", Tls Domain Wildcard Calendar;
    "931" => "936", "Commercial SSL MultiDomain", Tls Domain Multi Calendar;
    "631" => "636", "Trusted SSL", Tls Organization Single Calendar;
    "681" => "686", "Trusted SSL Wildcard", Tls Organization Wildcard Calendar;
    "921" => "926", "Trusted SSL MultiDomain", Tls Organization Multi Calendar;
    "641" => "646", "Premium EV SSL", Tls Extended Single Calendar;
    "981" => "986", "Premium EV SSL MultiDomain", Tls Extended Multi Calendar;
    "691", "Test SSL", Tls Domain Single Days(30);
    "731", "S/MIME Basic ID", Smime Mailbox None Days(YEAR);
    "711", "S/MIME Professional ID", Smime Individual None Days(YEAR);
    "721", "S/MIME Enterprise ID", Smime Organization None Days(YEAR);
    "791", "S/MIME Test ID", Smime Mailbox None Days(90);
    "841", "Standard Code Signing", CodeSigning Organization None Days(YEAR);
    "851", "EV Code Signing", CodeSigning Extended None Days(YEAR);
    "821", "Open Source Code Signing", CodeSigning Individual None Days(YEAR);
    "992", "VPN Device SSL", Tls Domain Single Calendar;
};

/// The one product that is ordered by `orderSNICertificate` alone.
pub(crate) static SNI: Product = Product {
    code: SNI_CODE,
    renewal: None,
    title: "SNI SSL",
    kind: Kind::Tls,
    level: Level::Domain,
    names: NamesAllowed::Multi,
    term: Calendar,
};

/// Sold before, and refused by now.
const WITHDRAWN: [&str; 17] = [
    "651", "661", "671", "961", "751", "761", "771", "971", "861", "871", "881", "261", "271", "211", "221",
    "231", "241",
];

/// What a product code says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// A code for a first order.
    ForIssue(&'static Product),
    /// A code that renews this product.
    ForRenewal(&'static Product),
    /// A code for [`SNI`].
    ForSni,
    /// Not sold any more.
    Withdrawn,
    /// Not sold to this account.
    Unknown,
}

pub(crate) fn look_up(code: &str) -> Lookup {
    if let Some(product) = PRODUCTS.iter().find(|product| product.code == code) {
        Lookup::ForIssue(product)
    } else if let Some(product) = PRODUCTS.iter().find(|product| product.renewal == Some(code)) {
        Lookup::ForRenewal(product)
    } else if code == SNI_CODE {
        Lookup::ForSni
    } else if WITHDRAWN.contains(&code) {
        Lookup::Withdrawn
    } else {
        Lookup::Unknown
    }
}

/// Everything on sale, in the order of the price list.
pub(crate) fn all() -> &'static [Product] {
    PRODUCTS
}

impl Product {
    /// With which of the CA's keys a certificate of this product may be signed.
    pub(crate) fn hash_algorithms(&self) -> &'static [HashAlgorithm] {
        match self.kind {
            Kind::Tls => &[HashAlgorithm::RsaSha256, HashAlgorithm::EccSha256],
            // Mail clients and code-signing verifiers of old age know RSA only.
            Kind::Smime | Kind::CodeSigning => &[HashAlgorithm::RsaSha256],
        }
    }

    /// The one of them that is taken where the order names none.
    pub(crate) fn default_hash_algorithm(&self) -> HashAlgorithm {
        match self.kind {
            Kind::Tls => HashAlgorithm::EccSha256,
            Kind::Smime | Kind::CodeSigning => HashAlgorithm::RsaSha256,
        }
    }

    /// The longest that it is sold for, in days.
    pub(crate) fn longest_days(&self) -> i64 {
        match self.term {
            Calendar => YEAR,
            Days(days) => days,
        }
    }

    /// Whether the CSR has to name a network device.
    pub(crate) fn is_for_devices(&self) -> bool {
        self.code == DEVICE_CODE
    }

    /// Whether the key lives in SimplySign, the CA's own signing service. Which products do is not published; keys
    /// of code-signing certificates have to live in hardware of that kind.
    pub(crate) fn is_in_simply_sign(&self) -> bool {
        self.kind == Kind::CodeSigning
    }

    /// Whether the certificate shows an organization, which the CA looks up by its tax number.
    pub(crate) fn shows_organization(&self) -> bool {
        matches!(self.level, Level::Organization | Level::Extended)
    }

    /// Whether a certificate of this product says something about hosts.
    pub(crate) fn has_names(&self) -> bool {
        self.names != NamesAllowed::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_codes_for_issue_from_codes_for_renewal() {
        assert!(matches!(look_up("601"), Lookup::ForIssue(product) if product.names == NamesAllowed::Single));
        assert!(matches!(look_up("606"), Lookup::ForRenewal(product) if product.code == "601"));
        assert_eq!(look_up("696"), Lookup::Unknown);
        assert_eq!(look_up("261"), Lookup::Withdrawn);
        assert_eq!(look_up(SNI_CODE), Lookup::ForSni);
        assert!(matches!(look_up(DEVICE_CODE), Lookup::ForIssue(product) if product.is_for_devices()));
    }

    #[test]
    fn no_code_says_two_things() {
        let codes = PRODUCTS.iter().flat_map(|product| [Some(product.code), product.renewal]).flatten();
        let mut codes: Vec<_> = codes.chain(WITHDRAWN).chain([SNI_CODE]).collect();
        codes.sort_unstable();
        assert!(codes.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn takes_an_algorithm_that_it_offers_where_none_is_named() {
        let offers =
            |product: &Product| product.hash_algorithms().contains(&product.default_hash_algorithm());
        assert!(PRODUCTS.iter().all(offers));
    }
}
