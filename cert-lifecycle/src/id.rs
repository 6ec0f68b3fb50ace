//! Identifiers.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Entropy, EntropyError};

/// A service's identifier: a version 7 UUID, unique across installations that share an account.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ServiceId(Uuid);

impl ServiceId {
    pub(crate) fn new(now: Timestamp, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut random = [0; 10];
        entropy.fill(&mut random)?;
        let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
        Ok(Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()))
    }

    /// The identifier that derives from a name of the host's, such as `whmcs:1234`: the same for the same name, and for no
    /// other (RFC 9562, version 8, over SHA-256).
    #[must_use]
    pub fn for_reference(reference: &str) -> Self {
        let hash = Sha256::new().chain_update("certum-reseller-service:").chain_update(reference).finalize();
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(hash).for_each(|(byte, hashed)| *byte = hashed);
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }

    #[cfg(feature = "postgres")]
    pub(crate) const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    #[cfg(feature = "postgres")]
    pub(crate) const fn uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for ServiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ServiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServiceId({})", self.0)
    }
}

impl FromStr for ServiceId {
    type Err = InvalidServiceId;

    fn from_str(text: &str) -> Result<Self, InvalidServiceId> {
        Uuid::try_parse(text).map(Self).map_err(|_| InvalidServiceId(()))
    }
}

impl TryFrom<String> for ServiceId {
    type Error = InvalidServiceId;

    fn try_from(text: String) -> Result<Self, InvalidServiceId> {
        text.parse()
    }
}

impl From<ServiceId> for String {
    fn from(id: ServiceId) -> Self {
        id.to_string()
    }
}

/// A text that is no service's identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a service's identifier is a UUID")]
pub struct InvalidServiceId(());

/// An order's identifier at the CA, chosen by us: at most 50 characters, none of `" & ' < >`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct OrderId(String);

impl OrderId {
    /// The identifier of a service's order, derived from the service and the number of the attempt, so that it is
    /// known before the call and the same after a crash. 32 hexadecimal digits, a hyphen and a number: within the
    /// 50 characters that the CA takes.
    pub(crate) fn for_attempt(service: ServiceId, attempt: u32) -> Self {
        Self(format!("{}-{attempt}", service.0.simple()))
    }

    /// An identifier as the CA tells it.
    #[must_use]
    pub fn from_authority(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Zeros;

    impl Entropy for Zeros {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
            bytes.fill(0);
            Ok(())
        }
    }

    #[test]
    fn derives_order_identifiers_that_the_ca_takes() {
        let service = ServiceId::new("2026-11-21T12:00:00Z".parse().unwrap(), &Zeros).unwrap();
        assert_eq!(service.to_string().parse(), Ok(service));
        let order = OrderId::for_attempt(service, u32::MAX);
        assert!(order.as_str().len() <= 50, "{order}");
        assert!(order.as_str().chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
        assert_ne!(order, OrderId::for_attempt(service, 1));
    }

    #[test]
    fn derives_one_service_from_one_name_of_the_host() {
        let service = ServiceId::for_reference("whmcs:1234");
        assert_eq!(service, ServiceId::for_reference("whmcs:1234"));
        assert_ne!(service, ServiceId::for_reference("whmcs:1235"));
        assert_eq!(service.0.get_version_num(), 8);
    }
}
