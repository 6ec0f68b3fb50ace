//! DNS names as certificates hold them.

mod public;

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Serialize};

use crate::{Finding, Problem};

/// A fully qualified DNS name, or a wildcard directly below one: lower case, in ASCII form (A-labels, RFC 5890).
///
/// Names typed in other scripts are converted as UTS #46 says; white space around them and one final dot are
/// dropped.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DnsName(String);

impl DnsName {
    /// The longest name, in ASCII characters (RFC 1035, section 2.3.4, without the final dot).
    const MAX_LENGTH: usize = 253;
    /// The longest label (RFC 1035, section 2.3.4).
    const MAX_LABEL: usize = 63;

    /// The name in ASCII form, a wildcard's with its `*.`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the name stands for every name one label below its base.
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        self.0.starts_with("*.")
    }

    /// The name at which control is proved: a wildcard's after the `*.`, any other itself.
    #[must_use]
    pub fn base(&self) -> &str {
        self.0.strip_prefix("*.").unwrap_or(&self.0)
    }

    /// The name as its owner writes it, with letters beyond ASCII (U-labels, RFC 5890).
    ///
    /// ```
    /// let name: cert_domain::DnsName = "Żółw.pl".parse()?;
    /// assert_eq!((name.as_str(), &*name.unicode()), ("xn--w-uga1v8h.pl", "żółw.pl"));
    /// # Ok::<_, cert_domain::DnsNameError>(())
    /// ```
    #[must_use]
    pub fn unicode(&self) -> String {
        let wildcard = if self.is_wildcard() { "*." } else { "" };
        // What was converted once converts back.
        let (unicode, _) = idna::domain_to_unicode(self.base());
        format!("{wildcard}{unicode}")
    }

    /// Both forms for people, where they differ: `żółw.pl (xn--w-uga1v8h.pl)`.
    #[must_use]
    pub fn shown(&self) -> String {
        let unicode = self.unicode();
        if unicode == self.0 { unicode } else { format!("{unicode} ({})", self.0) }
    }

    /// Whether the name's base is `other`'s base, or lies below it.
    pub(crate) fn lies_within(&self, other: &Self) -> bool {
        self.base()
            .strip_suffix(other.base())
            .is_some_and(|prefix| prefix.is_empty() || prefix.ends_with('.'))
    }

    /// The name with `www.` before it, where that is another name of the same site.
    pub(crate) fn with_www(&self) -> Option<String> {
        (!self.is_wildcard() && !self.0.starts_with("www.")).then(|| format!("www.{}", self.0))
    }

    /// The same name with `www.` put before it, or taken away.
    pub(crate) fn www_twin(&self) -> String {
        self.0.strip_prefix("www.").map_or_else(|| format!("www.{}", self.0), str::to_owned)
    }
}

impl FromStr for DnsName {
    type Err = DnsNameError;

    fn from_str(text: &str) -> Result<Self, DnsNameError> {
        let text = text.trim();
        let text = text.strip_suffix('.').unwrap_or(text);
        if text.is_empty() {
            return Err(DnsNameError::Empty);
        }
        let (wildcard, base) = match text.strip_prefix("*.") {
            Some(base) => ("*.", base),
            None => ("", text),
        };
        if base.contains('*') {
            return Err(DnsNameError::MisplacedWildcard);
        }
        if let Ok(address) = base.parse::<IpAddr>() {
            return Err(DnsNameError::Address(Some(address)));
        }
        let ascii = Uts46::new()
            .to_ascii(base.as_bytes(), AsciiDenyList::STD3, Hyphens::Check, DnsLength::Ignore)
            .map_err(|_| DnsNameError::Malformed)?;
        let labels = || ascii.split('.');
        if labels().any(|label| label.len() > Self::MAX_LABEL) {
            return Err(DnsNameError::LabelTooLong);
        }
        if labels().any(str::is_empty) {
            return Err(DnsNameError::Malformed);
        }
        if labels().count() < 2 {
            return Err(DnsNameError::SingleLabel);
        }
        // No top-level domain is numeric (RFC 3696, section 2): this is a mistyped address.
        if labels().next_back().is_some_and(|label| label.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err(DnsNameError::Address(None));
        }
        let name = format!("{wildcard}{ascii}");
        if name.len() > Self::MAX_LENGTH {
            return Err(DnsNameError::TooLong);
        }
        Ok(Self(name))
    }
}

impl TryFrom<String> for DnsName {
    type Error = DnsNameError;

    fn try_from(text: String) -> Result<Self, DnsNameError> {
        text.parse()
    }
}

impl From<DnsName> for String {
    fn from(name: DnsName) -> Self {
        name.0
    }
}

impl fmt::Display for DnsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no DNS name a certificate could hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DnsNameError {
    /// Nothing was given.
    Empty,
    /// A character, hyphen or dot stands where none may.
    Malformed,
    /// A `*` stands elsewhere than as the whole first label.
    MisplacedWildcard,
    /// A label has more than 63 characters.
    LabelTooLong,
    /// The name has more than 253 characters.
    TooLong,
    /// There is no domain behind it, such as in `localhost`.
    SingleLabel,
    /// It is an IP address, or ends like one.
    Address(Option<IpAddr>),
}

impl DnsNameError {
    /// What is wrong.
    #[must_use]
    pub fn problem(self) -> Problem {
        match self {
            Self::Empty => Problem::NameEmpty,
            Self::Malformed => Problem::NameMalformed,
            Self::MisplacedWildcard => Problem::WildcardMisplaced,
            Self::LabelTooLong => Problem::LabelTooLong,
            Self::TooLong => Problem::TooLong { limit: DnsName::MAX_LENGTH },
            Self::SingleLabel => Problem::SingleLabel,
            Self::Address(address) => address.map_or(Problem::Address, public::problem_of_address),
        }
    }

    /// The finding about a name in a list of names.
    pub(crate) fn finding(self, text: &str) -> Finding {
        entry(self.problem(), text)
    }
}

impl fmt::Display for DnsNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem().fmt(f)
    }
}

impl std::error::Error for DnsNameError {}

/// The finding about a name in a list of names.
pub(crate) fn entry(problem: Problem, name: &str) -> Finding {
    let code = match problem {
        Problem::NameEmpty => 2095,
        Problem::LabelTooLong => 2088,
        Problem::TooLong { .. } => 1085,
        Problem::PrivateAddress => 1148,
        Problem::PublicSuffix => 1157,
        Problem::NoWildcard => 1115,
        Problem::WildcardWanted => 1118,
        Problem::OneWildcard => 1046,
        Problem::OneName => 1107,
        Problem::NoDomainNames => 2163,
        Problem::NameAlreadyIn => 2130,
        _ => 1008,
    };
    Finding::new(code, "SANEntries/SANEntry/DNSName", problem).with_value(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> DnsName {
        text.parse().unwrap()
    }

    #[test]
    fn normalizes_case_white_space_and_scripts() {
        assert_eq!(name(" Shop.Example.COM. ").as_str(), "shop.example.com");
        assert_eq!(name("żółw.pl").as_str(), "xn--w-uga1v8h.pl");
        assert_eq!(name("*.Żółw.pl").as_str(), "*.xn--w-uga1v8h.pl");
    }

    #[test]
    fn shows_both_forms_of_an_internationalized_name() {
        assert_eq!(name("*.żółw.pl").shown(), "*.żółw.pl (*.xn--w-uga1v8h.pl)");
        assert_eq!(name("xn--w-uga1v8h.pl"), name("ŻÓŁW.pl"));
        assert_eq!(name("shop.example.com").shown(), "shop.example.com");
        // An A-label that no letters stand behind.
        assert!("xn--a-b-.pl".parse::<DnsName>().is_err());
    }

    #[test]
    fn refuses_what_is_no_name_and_says_why() {
        use DnsNameError::*;
        let long_label = format!("{}.example.com", "a".repeat(64));
        let long = format!("{}com", "abcdefgh.".repeat(28));
        for (text, error) in [
            ("", Empty),
            (" . ", Empty),
            ("shop example.com", Malformed),
            ("shop_1.example.com", Malformed),
            ("-shop.example.com", Malformed),
            ("shop..example.com", Malformed),
            ("http://example.com/", Malformed),
            ("jan@example.com", Malformed),
            ("shop.*.example.com", MisplacedWildcard),
            ("w*.example.com", MisplacedWildcard),
            ("*.*.example.com", MisplacedWildcard),
            ("*", MisplacedWildcard),
            ("localhost", SingleLabel),
            ("*.com", SingleLabel),
            ("192.0.2.1", Address("192.0.2.1".parse().ok())),
            ("2001:db8::1", Address("2001:db8::1".parse().ok())),
            ("shop.300.300", Address(None)),
            (long_label.as_str(), LabelTooLong),
            (long.as_str(), TooLong),
        ] {
            assert_eq!(text.parse::<DnsName>(), Err(error), "{text:?}");
            assert_eq!(error.to_string(), error.problem().to_string());
        }
    }

    #[test]
    fn takes_the_longest_labels_and_names_that_there_are() {
        let label = format!("{}.example.com", "a".repeat(DnsName::MAX_LABEL));
        let longest = format!("{}.example.com", "abcdefgh.".repeat(26) + "abcdefg");
        assert_eq!(longest.len(), DnsName::MAX_LENGTH);
        for text in [label, longest] {
            assert_eq!(name(&text).as_str(), text);
        }
    }

    #[test]
    fn knows_which_names_lie_within_others() {
        assert!(name("www.example.com").lies_within(&name("example.com")));
        assert!(name("*.example.com").lies_within(&name("example.com")));
        assert!(name("example.com").lies_within(&name("*.example.com")));
        assert!(!name("example.com").lies_within(&name("www.example.com")));
        assert!(!name("badexample.com").lies_within(&name("example.com")));
    }
}
