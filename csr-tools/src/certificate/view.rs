//! What a certificate says beyond its names and its key.

use std::net::IpAddr;

use super::{Certificate, CertificateProfile, Fingerprint, KeyIdentifier};
use crate::asn1::Oid;
use crate::extension::{ExtendedKeyUse, KeyUsage};
use crate::key::PrivateKey;
use crate::name::NameView;
use crate::request::CertificateRequest;

impl Certificate {
    /// The subject's name, attribute by attribute.
    pub fn subject(&self) -> NameView<'_> {
        self.subject.view(&self.der)
    }

    /// The issuer's name, attribute by attribute.
    pub fn issuer(&self) -> NameView<'_> {
        self.issuer.view(&self.der)
    }

    /// The IP addresses of the subject alternative names.
    pub fn ip_addresses(&self) -> &[IpAddr] {
        &self.extensions.names.ip
    }

    /// The e-mail addresses of the subject alternative names.
    pub fn email_addresses(&self) -> &[String] {
        &self.extensions.names.email
    }

    /// The URIs of the subject alternative names.
    pub fn uris(&self) -> &[String] {
        &self.extensions.names.uri
    }

    /// How many CAs may follow this one on the way to a leaf, if its basic constraints limit it.
    pub fn path_length(&self) -> Option<u32> {
        self.extensions.path_length
    }

    /// What the key may be used for. A certificate without this extension limits nothing.
    pub fn key_usage(&self) -> Option<KeyUsage> {
        self.extensions.key_usage
    }

    /// The purposes that the key may serve. A certificate without this extension limits nothing.
    pub fn extended_key_usage(&self) -> Option<&[ExtendedKeyUse]> {
        self.extensions.extended_key_usage.as_deref()
    }

    /// The CA's name for this certificate's key.
    pub fn subject_key_identifier(&self) -> Option<&KeyIdentifier> {
        self.extensions.subject_key_identifier.as_ref()
    }

    /// The CA's name for its own key that signed this certificate.
    pub fn authority_key_identifier(&self) -> Option<&KeyIdentifier> {
        self.extensions.authority_key_identifier.as_ref()
    }

    /// The policies under which the certificate was issued.
    pub fn policies(&self) -> &[Oid] {
        &self.extensions.policies
    }

    /// What the certificate is for and how its subject was validated, by the first of its policies that the
    /// CA/Browser Forum reserved. Certificates of private CAs have none.
    pub fn profile(&self) -> Option<CertificateProfile> {
        self.policies().iter().find_map(|policy| CertificateProfile::from_policy(*policy))
    }

    /// Where to ask by OCSP whether the certificate is revoked.
    pub fn ocsp_urls(&self) -> &[String] {
        &self.extensions.ocsp_urls
    }

    /// Where the issuer's certificate is to be had.
    pub fn issuer_urls(&self) -> &[String] {
        &self.extensions.issuer_urls
    }

    /// Where the revocation lists are to be had.
    pub fn revocation_list_urls(&self) -> &[String] {
        &self.extensions.revocation_list_urls
    }

    /// The SHA-256 of the certificate.
    pub fn sha256_fingerprint(&self) -> Fingerprint {
        Fingerprint::sha256(&self.der)
    }

    /// The SHA-1 of the certificate, which older panels show. It identifies and proves nothing.
    pub fn sha1_fingerprint(&self) -> Fingerprint {
        Fingerprint::sha1(&self.der)
    }

    /// Whether the certificate is a leaf: that of a server, a person or a program, not that of a CA.
    pub fn is_leaf(&self) -> bool {
        !self.is_ca()
    }

    /// Whether the certificate was valid at this time, in seconds since the Unix epoch. Both ends are
    /// inclusive.
    pub fn is_valid_at(&self, unix_seconds: i64) -> bool {
        (self.not_before..=self.not_after).contains(&unix_seconds)
    }

    /// Whether this is the private key of the certificate.
    pub fn matches_key(&self, key: &PrivateKey) -> bool {
        self.public_key_hash() == key.public_key_hash()
    }

    /// Whether the certificate is for the key that made this request. What the CA certified about it is
    /// another question.
    pub fn matches_request(&self, request: &CertificateRequest) -> bool {
        self.public_key_hash() == request.public_key_hash()
    }
}
