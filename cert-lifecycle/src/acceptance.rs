//! Whether what the CA issued is what was ordered.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use cert_domain::Configuration;
use csr_tools::{Bundle, BundleError, Certificate, CertificateError, ChainError, Issuers, PrivateKey};
use jiff::Timestamp;
use lru::LruCache;
use serde::{Deserialize, Serialize};

use crate::authority::FetchedCertificate;

/// A certificate that was held against its order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IssuedCertificate {
    /// The certificate, PEM.
    pub pem: String,
    /// The certificates above it, PEM, from its issuer upwards. A service's certificates share them, where they are the
    /// same.
    pub chain: Arc<[String]>,
    /// The serial number, in hexadecimal as the CA writes it.
    pub serial_number: String,
    /// The first moment of its validity.
    pub not_before: Timestamp,
    /// The last moment of its validity.
    pub not_after: Timestamp,
    /// The DNS names in it.
    pub names: Vec<String>,
}

impl IssuedCertificate {
    /// It and those above it.
    ///
    /// # Errors
    /// If one of them can't be read, which was checked when it was accepted.
    pub fn certificates(&self) -> Result<Vec<Certificate>, CertificateError> {
        std::iter::once(&self.pem).chain(self.chain.iter()).map(Certificate::from_pem).collect()
    }

    /// Its files, with the key if there is one; `None` if it can't be read, which was checked when it was accepted.
    ///
    /// # Errors
    /// If the key is another's.
    pub(crate) fn bundle(&self, key: Option<&PrivateKey>) -> Option<Result<Bundle, BundleError>> {
        let leaf = Certificate::from_pem(&self.pem).ok()?;
        let issuers = self.chain.iter().map(Certificate::from_pem).collect::<Result<Vec<_>, _>>().ok()?;
        Some(Bundle::new(&leaf, &issuers, key))
    }
}

/// Something about a certificate that is not as ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "flaw", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Flaw {
    /// It, or one above it, can't be read.
    Unreadable {
        /// Why not.
        problem: String,
    },
    /// It is for another key than the request's.
    OtherKey,
    /// Names that were ordered are not in it.
    NamesMissing {
        /// These names.
        names: Vec<String>,
    },
    /// Names are in it that nobody ordered.
    NamesUnasked {
        /// These names.
        names: Vec<String>,
    },
    /// Its time has not come. One whose time is over was issued all the same: whoever comes too late has to know of it.
    NotInForce {
        /// The first moment of its validity.
        not_before: Timestamp,
        /// The last moment of its validity.
        not_after: Timestamp,
    },
    /// None of the certificates that came with it issued it.
    NoIssuer,
    /// It may issue certificates itself.
    Authority,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { problem } => write!(f, "it can't be read: {problem}"),
            Self::OtherKey => f.write_str("it is for another key than the request's"),
            Self::NamesMissing { names } => write!(f, "it lacks {}", names.join(", ")),
            Self::NamesUnasked { names } => write!(f, "nobody ordered {}", names.join(", ")),
            Self::NotInForce { not_before, not_after } => {
                write!(f, "it is valid from {not_before} to {not_after}")
            }
            Self::NoIssuer => f.write_str("none of the certificates that came with it issued it"),
            Self::Authority => f.write_str("it may issue certificates itself"),
        }
    }
}

/// Everything about a certificate that is not as ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Flaws(Vec<Flaw>);

impl Flaws {
    /// The flaws.
    #[must_use]
    pub fn as_slice(&self) -> &[Flaw] {
        &self.0
    }

    /// Whether all of them may be gone at another look: an answer that was incomplete, a clock that was wrong.
    pub(crate) fn may_pass(&self) -> bool {
        let passing =
            |flaw: &Flaw| matches!(flaw, Flaw::Unreadable { .. } | Flaw::NotInForce { .. } | Flaw::NoIssuer);
        self.0.iter().all(passing)
    }
}

impl fmt::Display for Flaws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, flaw) in self.0.iter().enumerate() {
            let separator = if position > 0 { "; " } else { "" };
            write!(f, "{separator}{flaw}")?;
        }
        Ok(())
    }
}

/// Holds a certificate against what was ordered: key, names, validity, issuer.
///
/// # Errors
/// Everything that is not as ordered.
pub fn accept(
    configuration: &Configuration,
    fetched: &FetchedCertificate,
    now: Timestamp,
) -> Result<IssuedCertificate, Flaws> {
    accept_from(&KnownIssuers::new(), configuration, fetched, now)
}

/// The same, by issuers that may have come before.
pub(crate) fn accept_from(
    known: &KnownIssuers,
    configuration: &Configuration,
    fetched: &FetchedCertificate,
    now: Timestamp,
) -> Result<IssuedCertificate, Flaws> {
    /// How far the CA's clock may be ahead of ours.
    const SKEW_SECONDS: i64 = 300;

    let leaf = read(&fetched.certificate)?;
    let issuers = known.read(&fetched.chain)?;
    let not_before = timestamp(leaf.not_before())?;
    let not_after = timestamp(leaf.not_after())?;

    let mut flaws = Vec::new();
    if leaf.public_key_hash() != configuration.request().public_key_hash() {
        flaws.push(Flaw::OtherKey);
    }
    let ordered = configuration.names();
    let missing = ordered.map(|names| names.missing_from(leaf.dns_names())).unwrap_or_default();
    if !missing.is_empty() {
        flaws.push(Flaw::NamesMissing { names: missing.into_iter().map(ToString::to_string).collect() });
    }
    let is_asked = |name: &String| ordered.is_some_and(|names| names.implies(name));
    let unasked = leaf.dns_names().iter().filter(|name| !is_asked(name));
    let unasked: Vec<_> = unasked.cloned().collect();
    if !unasked.is_empty() {
        flaws.push(Flaw::NamesUnasked { names: unasked });
    }
    if leaf.not_before() > now.as_second().saturating_add(SKEW_SECONDS) {
        flaws.push(Flaw::NotInForce { not_before, not_after });
    }
    if leaf.is_ca() {
        flaws.push(Flaw::Authority);
    }
    let chain = issuers.chain_of(&leaf).map_err(out_of_order)?;
    let above: Vec<_> = chain.intermediates().iter().chain(chain.root()).collect();
    if above.is_empty() {
        flaws.push(Flaw::NoIssuer);
    }
    if !flaws.is_empty() {
        return Err(Flaws(flaws));
    }
    Ok(IssuedCertificate {
        pem: leaf.to_pem(),
        chain: above.into_iter().map(Certificate::to_pem).collect(),
        serial_number: leaf.serial_number().to_string(),
        not_before,
        not_after,
        names: leaf.dns_names().to_vec(),
    })
}

/// The certificates that came above others, read and put in order. A CA has few issuers: what they signed for each other is
/// verified once, so long as they come in the very same words.
pub(crate) struct KnownIssuers(Mutex<LruCache<Vec<String>, Arc<Issuers>>>);

impl KnownIssuers {
    /// More than a CA has in use for one reseller.
    const MOST: NonZeroUsize = NonZeroUsize::MIN.saturating_add(15);

    pub(crate) fn new() -> Self {
        Self(Mutex::new(LruCache::new(Self::MOST)))
    }

    fn read(&self, chain: &[String]) -> Result<Arc<Issuers>, Flaws> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(issuers) = known().get(chain) {
            return Ok(Arc::clone(issuers));
        }
        let certificates = chain.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let issuers = Arc::new(Issuers::new(&certificates).map_err(out_of_order)?);
        known().put(chain.to_vec(), Arc::clone(&issuers));
        Ok(issuers)
    }
}

fn read(text: &String) -> Result<Certificate, Flaws> {
    Certificate::from_pem_or_base64(text)
        .map_err(|error| Flaws(vec![Flaw::Unreadable { problem: error.to_string() }]))
}

fn out_of_order(error: ChainError) -> Flaws {
    Flaws(vec![Flaw::Unreadable { problem: error.to_string() }])
}

fn timestamp(seconds: i64) -> Result<Timestamp, Flaws> {
    Timestamp::from_second(seconds)
        .map_err(|error| Flaws(vec![Flaw::Unreadable { problem: error.to_string() }]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERMEDIATE: &str = include_str!("../../csr-tools/tests/data/intermediate.pem");
    const ROOT: &str = include_str!("../../csr-tools/tests/data/root.pem");

    #[test]
    fn knows_issuers_again_only_by_the_very_same_words() {
        let known = KnownIssuers::new();
        let chain = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let first = known.read(&chain(&[INTERMEDIATE, ROOT])).unwrap();
        assert!(Arc::ptr_eq(&first, &known.read(&chain(&[INTERMEDIATE, ROOT])).unwrap()));
        for other in [&[ROOT, INTERMEDIATE][..], &[INTERMEDIATE], &[INTERMEDIATE, &format!("{ROOT}\n")]] {
            assert!(!Arc::ptr_eq(&first, &known.read(&chain(other)).unwrap()), "{other:?}");
        }
    }

    #[test]
    fn finds_what_is_wrong_with_issuers_each_time() {
        let known = KnownIssuers::new();
        let chain = [INTERMEDIATE.to_owned(), "no certificate".to_owned()];
        let flaws = known.read(&chain).unwrap_err();
        assert!(matches!(flaws.as_slice(), [Flaw::Unreadable { .. }]), "{flaws}");
        assert_eq!(known.read(&chain).unwrap_err(), flaws);
    }
}
