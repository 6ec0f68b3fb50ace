//! Digests and key identifiers, which people compare by eye.

use std::fmt;

use aws_lc_rs::digest;

/// A digest of a whole certificate, shown as OpenSSL and browsers do: upper-case hexadecimal with colons.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Fingerprint(Box<[u8]>);

impl Fingerprint {
    pub(super) fn sha256(der: &[u8]) -> Self {
        Self(digest::digest(&digest::SHA256, der).as_ref().into())
    }

    pub(super) fn sha1(der: &[u8]) -> Self {
        Self(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, der).as_ref().into())
    }

    /// The digest's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_bytes(f, &self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// A CA's own short name for a key (RFC 5280 §4.2.1.1, §4.2.1.2): often, but not always, the SHA-1 of it.
///
/// A certificate's authority key identifier is its issuer's subject key identifier. It helps to find the
/// issuer and proves nothing.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct KeyIdentifier(Box<[u8]>);

impl KeyIdentifier {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// The identifier's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for KeyIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_bytes(f, &self.0)
    }
}

impl fmt::Debug for KeyIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyIdentifier({self})")
    }
}

fn write_bytes(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    for (index, byte) in bytes.iter().enumerate() {
        write!(f, "{}{byte:02X}", if index == 0 { "" } else { ":" })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_bytes_as_openssl_does() {
        assert_eq!(KeyIdentifier::new(&[0x0a, 0xff, 0x00]).to_string(), "0A:FF:00");
        // The digests of no bytes at all, which any `sha1sum </dev/null` shows.
        assert!(Fingerprint::sha1(b"").to_string().starts_with("DA:39:A3:EE"));
        assert!(Fingerprint::sha256(b"").to_string().starts_with("E3:B0:C4:42"));
    }
}
