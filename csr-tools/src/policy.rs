//! Checking a request against what a CA takes.

mod address;
mod blocklist;
mod extension;
mod host;
mod key;
mod subject;
mod weak_rsa;

pub use blocklist::{BlocklistError, KeyBlocklist, PublicKeyBlocklist};

use std::fmt;
use std::sync::Arc;

use crate::asn1::StringType;
use crate::finding::{Finding, Problem, Severity};
use crate::key::EllipticCurve;
use crate::request::{CertificateRequest, EncodedRequest, RequestView};
use crate::signature::SignatureError;

/// What a certificate is to be for, which decides what its subject must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Profile {
    /// A TLS server, by its domain alone.
    #[default]
    DomainValidated,
    /// A TLS server of an organization.
    OrganizationValidated,
    /// A TLS server of an organization, with its entry in a register.
    ExtendedValidation,
    /// A mailbox.
    Mailbox,
    /// Software.
    CodeSigning,
}

impl Profile {
    fn is_tls(self) -> bool {
        matches!(self, Self::DomainValidated | Self::OrganizationValidated | Self::ExtendedValidation)
    }
}

/// Which wildcards a product takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum WildcardRule {
    /// Any or none.
    #[default]
    Allowed,
    /// None.
    Forbidden,
    /// The common name, or one of the names, is one.
    Demanded,
}

/// What a CA takes. Start with [`certum`](Self::certum), and narrow it to a product.
///
/// One call finds everything that can be said of a request without asking the CA, whether its signature
/// holds or not. Rules that a CA may bend are knobs; what nobody may bend is not.
///
/// ```
/// use csr_tools::{Policy, Profile, WildcardRule};
///
/// let policy = Policy::certum()
///     .profile(Profile::OrganizationValidated)
///     .wildcards(WildcardRule::Forbidden)
///     .most_names(1);
/// let findings = policy.check_paste("-----BEGIN CERTIFICATE-----");
/// assert_eq!(findings[0].code(), Some(1078));
/// ```
#[derive(Clone)]
pub struct Policy {
    profile: Profile,
    rsa_bits: (usize, usize),
    curves: Vec<EllipticCurve>,
    string_types: Severity,
    common_name_type: StringType,
    wildcards: WildcardRule,
    most_wildcards: Option<usize>,
    most_names: Option<usize>,
    reserved_names: Severity,
    demands_unstructured: bool,
    blocklist: Option<Arc<dyn KeyBlocklist>>,
}

impl Policy {
    /// What Certum takes for a TLS server's certificate, as far as its Partner API's codes and the Baseline
    /// Requirements say.
    ///
    /// RSA from 2048 to 8192 bits, P-256 and P-384; the string types of the codes 1024 to 1030, 1126 to 1129,
    /// 2141, 2144, 2177, 2178 and 2183; any number of names.
    pub fn certum() -> Self {
        Self {
            profile: Profile::DomainValidated,
            rsa_bits: (2048, 8192),
            curves: vec![EllipticCurve::P256, EllipticCurve::P384],
            string_types: Severity::Error,
            common_name_type: StringType::Utf8,
            wildcards: WildcardRule::Allowed,
            most_wildcards: None,
            most_names: None,
            reserved_names: Severity::Error,
            demands_unstructured: false,
            blocklist: None,
        }
    }

    /// Sets what the certificate is to be for.
    ///
    /// An order can bring the subject's attributes by itself. Set a profile beyond
    /// [`DomainValidated`](Profile::DomainValidated) where the request has to bring them.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Sets the sizes of RSA keys.
    #[must_use]
    pub fn rsa_bits(mut self, least: usize, most: usize) -> Self {
        self.rsa_bits = (least, most);
        self
    }

    /// Sets the curves.
    #[must_use]
    pub fn curves(mut self, curves: impl IntoIterator<Item = EllipticCurve>) -> Self {
        self.curves = curves.into_iter().collect();
        self
    }

    /// Sets how much a wrong string type matters: an error, unless the order brings the attributes by itself.
    #[must_use]
    pub fn string_types(mut self, severity: Severity) -> Self {
        self.string_types = severity;
        self
    }

    /// Sets the string type of the common name: some products want a PrintableString (code 1031).
    #[must_use]
    pub fn common_name_type(mut self, string_type: StringType) -> Self {
        self.common_name_type = string_type;
        self
    }

    /// Sets which wildcards are taken.
    #[must_use]
    pub fn wildcards(mut self, rule: WildcardRule) -> Self {
        self.wildcards = rule;
        self
    }

    /// Sets how many wildcards are taken.
    #[must_use]
    pub fn most_wildcards(mut self, most: usize) -> Self {
        self.most_wildcards = Some(most);
        self
    }

    /// Sets how many names are taken, the common name among them.
    #[must_use]
    pub fn most_names(mut self, most: usize) -> Self {
        self.most_names = Some(most);
        self
    }

    /// Sets how much a private address, or an internal, reserved or unknown name matters. In public it is an
    /// error; in a test network it need not be.
    #[must_use]
    pub fn reserved_names(mut self, severity: Severity) -> Self {
        self.reserved_names = severity;
        self
    }

    /// Demands one of the unstructured name and the unstructured address, as products for network devices
    /// do.
    #[must_use]
    pub fn demand_unstructured(mut self) -> Self {
        self.demands_unstructured = true;
        self
    }

    /// Sets the list of keys that are known to be compromised.
    #[must_use]
    pub fn blocklist(mut self, blocklist: impl KeyBlocklist + 'static) -> Self {
        self.blocklist = Some(Arc::new(blocklist));
        self
    }

    /// Finds everything that can be said of a request: its key first, then signature, subject and names.
    pub fn check(&self, request: &RequestView<'_>) -> Vec<Finding> {
        self.find(request, &request.verify())
    }

    /// Finds the same, and reads the request if its signature holds. The signature is verified once for both.
    pub fn read(&self, request: &RequestView<'_>) -> (Vec<Finding>, Option<CertificateRequest>) {
        let verified = request.verify();
        let findings = self.find(request, &verified);
        (findings, CertificateRequest::of_verified(request, verified).ok())
    }

    /// What there is to find, by what came of verifying the signature.
    fn find(&self, request: &RequestView<'_>, verified: &Result<(), SignatureError>) -> Vec<Finding> {
        let mut findings = Vec::new();
        key::check(self, request, verified, &mut findings);
        subject::check(self, request, &mut findings);
        if self.profile.is_tls() {
            host::check(self, request, &mut findings);
        }
        findings.extend(extension::check(self.profile, request));
        if request.has_challenge_password() {
            findings.push(Finding::info(Problem::ChallengePassword));
        }
        findings
    }

    /// The same as [`check`](Self::check) for what somebody pasted. If there is no request in it, that is the one finding.
    pub fn check_paste(&self, input: impl AsRef<[u8]>) -> Vec<Finding> {
        self.read_paste(input).0
    }

    /// The same as [`read`](Self::read) for what somebody pasted.
    pub fn read_paste(&self, input: impl AsRef<[u8]>) -> (Vec<Finding>, Option<CertificateRequest>) {
        let input = input.as_ref();
        if input.trim_ascii().is_empty() {
            return (vec![Finding::error(Problem::Missing)], None);
        }
        let unreadable = |error| (vec![Finding::error(Problem::Unreadable(error))], None);
        let encoded = match EncodedRequest::from_paste(input) {
            Ok(encoded) => encoded,
            Err(error) => return unreadable(error),
        };
        match encoded.view() {
            Ok(view) => self.read(&view),
            Err(error) => unreadable(error),
        }
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("profile", &self.profile)
            .field("rsa_bits", &self.rsa_bits)
            .field("curves", &self.curves)
            .field("wildcards", &self.wildcards)
            .field("most_names", &self.most_names)
            .field("has_blocklist", &self.blocklist.is_some())
            .finish_non_exhaustive()
    }
}
