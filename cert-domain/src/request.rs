//! Certificate requests, as customers bring them.

use std::fmt;
use std::sync::Arc;

use csr_tools::{AttributeType, CertificateRequest, Policy, Profile, PublicKeyHash, Severity};
use serde::{Deserialize, Serialize};

use crate::{Finding, Findings, Problem};

/// A certificate request whose signature was checked when it was taken, as it goes to the CA and to a store.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestPem {
    pem: Arc<str>,
    #[serde(with = "key_hash")]
    public_key_hash: PublicKeyHash,
}

impl RequestPem {
    /// Reads a request as somebody pasted it: its key can be certified, its signature holds, and nothing that it says
    /// would be refused by the CA. The findings are those of an order: `orderParameters/CSR`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn check(paste: &str) -> Result<Self, Findings> {
        read(paste, |_| false).map(|request| Self::from(&request))
    }

    /// What is known of a request that nobody here has seen: its key, by the certificate that came of it.
    pub(crate) fn of_key(public_key_hash: PublicKeyHash) -> Self {
        Self { pem: Arc::default(), public_key_hash }
    }

    /// The request, PEM. Empty for an order that was placed elsewhere.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The hash of its public key, which is the key's identity.
    #[must_use]
    pub fn public_key_hash(&self) -> PublicKeyHash {
        self.public_key_hash
    }
}

impl From<&CertificateRequest> for RequestPem {
    fn from(request: &CertificateRequest) -> Self {
        Self { pem: request.to_pem().into(), public_key_hash: request.public_key_hash() }
    }
}

impl fmt::Debug for RequestPem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pem: _, public_key_hash } = self;
        write!(f, "RequestPem {{ public_key_hash: {public_key_hash}, .. }}")
    }
}

mod key_hash {
    use csr_tools::PublicKeyHash;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(hash: &PublicKeyHash, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(hash)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PublicKeyHash, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// The longest request that is read. One with an RSA key of 8192 bits and a hundred names has a tenth of it.
pub(crate) const MAX_CSR_BYTES: usize = 64 * 1024;

const CSR: &str = "orderParameters/CSR";

/// The request of a form, if its key can be certified and its signature holds. What it says of the subject matters only
/// where the order does not say it anew: `is_given` tells where it does. Its names never matter.
pub(crate) fn read(
    paste: &str,
    is_given: impl Fn(AttributeType) -> bool,
) -> Result<CertificateRequest, Findings> {
    if paste.trim().is_empty() || paste.len() > MAX_CSR_BYTES {
        return Err(unreadable(paste));
    }
    let (found, request) = policy().read_paste(paste);
    let counts = |finding: &&csr_tools::Finding| {
        finding.severity() == Severity::Error && is_of_interest(finding.problem(), &is_given)
    };
    let findings: Findings = found.iter().filter(counts).map(translate).collect();
    if !findings.is_empty() {
        return Err(findings);
    }
    request.ok_or_else(|| unreadable(paste))
}

/// What keeps a text from being read as a request.
pub(crate) fn unreadable(paste: &str) -> Findings {
    if paste.trim().is_empty() {
        return Finding::new(1002, CSR, Problem::Missing).into();
    }
    if paste.len() > MAX_CSR_BYTES {
        return Finding::new(1078, CSR, Problem::RequestTooLong { limit: MAX_CSR_BYTES }).into();
    }
    let found = policy().check_paste(paste);
    let unread = found.iter().find(|finding| matches!(finding.problem(), csr_tools::Problem::Unreadable(_)));
    let stated =
        || Finding::stated(1078, CSR, "is not a certificate request", "to nie jest żądanie certyfikatu");
    unread.map_or_else(stated, translate).into()
}

/// The profile that looks neither at host names nor at organizations: the order says both.
fn policy() -> Policy {
    Policy::certum().profile(Profile::Mailbox)
}

/// Whether what was found about a request counts for an order.
fn is_of_interest(problem: &csr_tools::Problem, is_given: impl Fn(AttributeType) -> bool) -> bool {
    use csr_tools::Problem as P;
    match problem {
        P::AttributeType { kind, .. } | P::AttributeTooLong { kind, .. } | P::AttributeInvalid(kind) => {
            !is_given(*kind)
        }
        P::BusinessCategory => !is_given(AttributeType::BusinessCategory),
        // The order brings what it needs.
        P::AttributeMissing(_) | P::LocalityOrStateMissing => false,
        _ => true,
    }
}

fn translate(finding: &csr_tools::Finding) -> Finding {
    let text = |language| finding.text(language);
    let stated = Finding::stated(
        finding.code().map_or(1078, u32::from),
        finding.field(),
        text(csr_tools::Language::English),
        text(csr_tools::Language::Polish),
    );
    match (finding.problem(), finding.value()) {
        // Nothing that a key or a signature is made of is told back.
        (
            csr_tools::Problem::AttributeType { .. } | csr_tools::Problem::AttributeTooLong { .. },
            Some(value),
        ) => stated.with_value(value),
        _ => stated,
    }
}
