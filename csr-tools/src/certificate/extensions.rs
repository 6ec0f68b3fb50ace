//! The extensions of a certificate (RFC 5280 §4.2).

use std::net::IpAddr;

use super::KeyIdentifier;
use crate::asn1::{DerError, Element, Oid, Reader, Tag, oids};
use crate::extension::{self, BasicConstraints, ExtendedKeyUse, Extension, KeyUsage, only, sequence};
use crate::general_name::{DNS, EMAIL, IP, URI, ascii, ip_address};

/// What this crate reads from a certificate's extensions. Unknown ones are passed over, critical or not:
/// whether to rely on a certificate is for [`Chain::verify`](crate::Chain::verify).
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct Extensions {
    pub(super) names: AlternativeNames,
    pub(super) is_ca: bool,
    pub(super) path_length: Option<u32>,
    pub(super) key_usage: Option<KeyUsage>,
    pub(super) extended_key_usage: Option<Vec<ExtendedKeyUse>>,
    pub(super) subject_key_identifier: Option<KeyIdentifier>,
    pub(super) authority_key_identifier: Option<KeyIdentifier>,
    pub(super) policies: Vec<Oid>,
    pub(super) ocsp_urls: Vec<String>,
    pub(super) issuer_urls: Vec<String>,
    pub(super) revocation_list_urls: Vec<String>,
}

/// The subject's alternative names, by kind.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct AlternativeNames {
    pub(super) dns: Vec<String>,
    pub(super) ip: Vec<IpAddr>,
    pub(super) email: Vec<String>,
    pub(super) uri: Vec<String>,
}

impl Extensions {
    /// Reads the list. An extension may stand in it once (RFC 5280 §4.2).
    pub(super) fn read(list: &Element<'_>) -> Result<Self, DerError> {
        const PART: &str = "list of extensions";
        let mut extensions = Self::default();
        let mut seen = Vec::new();
        let mut list = list.reader(PART);
        while !list.is_empty() {
            let Extension { oid, value, .. } = Extension::read(&list.expect(Tag::SEQUENCE)?)?;
            extensions.read_one(&oid, &value, &mut seen)?;
        }
        Ok(extensions)
    }

    fn read_one<'a>(
        &mut self,
        oid: &Element<'a>,
        value: &Element<'a>,
        seen: &mut Vec<&'a [u8]>,
    ) -> Result<(), DerError> {
        let is = |known: Oid| oid.content == known.as_bytes();
        if is(oids::SUBJECT_ALT_NAME) {
            self.names = AlternativeNames::read(extension::alternative_names(value)?)?;
        } else if is(oids::BASIC_CONSTRAINTS) {
            let BasicConstraints { is_ca, path_length } = BasicConstraints::read(value)?;
            (self.is_ca, self.path_length) = (is_ca, path_length);
        } else if is(oids::KEY_USAGE) {
            self.key_usage = Some(extension::key_usage(value)?);
        } else if is(oids::EXTENDED_KEY_USAGE) {
            self.extended_key_usage = Some(extension::extended_key_usage(value)?);
        } else if is(oids::SUBJECT_KEY_IDENTIFIER) {
            let identifier = only(value, Tag::OCTET_STRING, "subject key identifier")?;
            self.subject_key_identifier = Some(KeyIdentifier::new(identifier.content));
        } else if is(oids::AUTHORITY_KEY_IDENTIFIER) {
            let mut fields = sequence(value, "authority key identifier")?;
            let identifier = fields.optional(Tag::context_primitive(0))?;
            self.authority_key_identifier =
                identifier.map(|identifier| KeyIdentifier::new(identifier.content));
        } else if is(oids::CERTIFICATE_POLICIES) {
            self.policies = policies(sequence(value, "list of policies")?)?;
        } else if is(oids::AUTHORITY_INFORMATION_ACCESS) {
            self.read_access(sequence(value, "list of access points")?)?;
        } else if is(oids::CRL_DISTRIBUTION_POINTS) {
            self.revocation_list_urls = revocation_list_urls(sequence(value, "list of revocation lists")?)?;
        } else {
            return Ok(());
        }
        if seen.contains(&oid.content) {
            return Err(oid.invalid("an extension stands there twice"));
        }
        seen.push(oid.content);
        Ok(())
    }

    fn read_access(&mut self, mut list: Reader<'_>) -> Result<(), DerError> {
        while !list.is_empty() {
            let mut fields = list.expect(Tag::SEQUENCE)?.reader("list of access points");
            let method = fields.expect(Tag::OID)?;
            let location = fields.next()?;
            fields.finish()?;
            if location.tag != URI {
                continue;
            }
            if method.content == oids::OCSP.as_bytes() {
                self.ocsp_urls.push(ascii(&location)?.to_owned());
            } else if method.content == oids::CA_ISSUERS.as_bytes() {
                self.issuer_urls.push(ascii(&location)?.to_owned());
            }
        }
        Ok(())
    }
}

impl AlternativeNames {
    /// GeneralNames. Kinds that no Certum product has (directory names, registered identifiers, Microsoft's
    /// user names) are passed over.
    fn read(mut list: Reader<'_>) -> Result<Self, DerError> {
        let mut names = Self::default();
        while !list.is_empty() {
            let name = list.next()?;
            match name.tag {
                DNS => names.dns.push(ascii(&name)?.to_ascii_lowercase()),
                EMAIL => names.email.push(ascii(&name)?.to_owned()),
                URI => names.uri.push(ascii(&name)?.to_owned()),
                IP => names.ip.push(
                    ip_address(&name)
                        .ok_or_else(|| name.invalid("an IP address has neither 4 nor 16 bytes"))?,
                ),
                _ => {}
            }
        }
        Ok(names)
    }
}

/// The identifiers of PolicyInformation; qualifiers, which point to documents, are passed over.
fn policies(mut list: Reader<'_>) -> Result<Vec<Oid>, DerError> {
    let mut policies = Vec::new();
    while !list.is_empty() {
        let mut fields = list.expect(Tag::SEQUENCE)?.reader("list of policies");
        policies.push(Oid::from_element(&fields.expect(Tag::OID)?)?);
    }
    Ok(policies)
}

/// The addresses of CRLDistributionPoints (RFC 5280 §4.2.1.13) that are full names and URIs.
fn revocation_list_urls(mut list: Reader<'_>) -> Result<Vec<String>, DerError> {
    const PART: &str = "list of revocation lists";
    let mut urls = Vec::new();
    while !list.is_empty() {
        let mut point = list.expect(Tag::SEQUENCE)?.reader(PART);
        let Some(name) = point.optional(Tag::context(0))? else { continue };
        let Some(full_name) = name.reader(PART).optional(Tag::context(0))? else { continue };
        let mut names = full_name.reader(PART);
        while !names.is_empty() {
            let name = names.next()?;
            if name.tag == URI {
                urls.push(ascii(&name)?.to_owned());
            }
        }
    }
    Ok(urls)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::element;

    fn extension(oid: Oid, value: &[u8]) -> Vec<u8> {
        let oid = element(Tag::OID, &[oid.as_bytes()]);
        element(Tag::SEQUENCE, &[&oid, &element(Tag::OCTET_STRING, &[value])])
    }

    fn read(extensions: &[&[u8]]) -> Result<Extensions, DerError> {
        Extensions::read(&Reader::new(&element(Tag::SEQUENCE, extensions), "extensions").next()?)
    }

    #[test]
    fn sorts_alternative_names_by_kind_and_passes_over_unknown_ones() {
        let names = element(
            Tag::SEQUENCE,
            &[
                &element(DNS, &[b"Shop.Example"]),
                &element(IP, &[&[192, 0, 2, 1]]),
                &element(IP, &[&[0; 16]]),
                &element(EMAIL, &[b"Jan@example.com"]),
                &element(URI, &[b"https://example.com/"]),
                &element(Tag::context(4), &[&[0x30, 0]]),
            ],
        );
        let read = read(&[&extension(oids::SUBJECT_ALT_NAME, &names)]).unwrap().names;
        assert_eq!((read.dns, read.email), (vec!["shop.example".into()], vec!["Jan@example.com".into()]));
        assert_eq!(read.ip, [IpAddr::from([192, 0, 2, 1]), IpAddr::from([0_u8; 16])]);
        assert_eq!(read.uri, ["https://example.com/"]);
    }

    #[test]
    fn passes_over_unknown_extensions_even_twice() {
        let unknown = extension(Oid::constant("1.2.3"), &[0xff]);
        assert!(read(&[&unknown, &unknown]).is_ok());
    }

    #[test]
    fn refuses_a_known_extension_twice() {
        let constraints = extension(oids::BASIC_CONSTRAINTS, &[0x30, 0]);
        let error = read(&[&constraints, &constraints]).err().unwrap().to_string();
        assert!(error.ends_with("an extension stands there twice"), "{error}");
    }

    #[test]
    fn refuses_malformed_values() {
        let names = |name: &[u8]| element(Tag::SEQUENCE, &[name]);
        for (oid, value) in [
            (oids::SUBJECT_ALT_NAME, names(&element(IP, &[&[1, 2, 3]]))),
            (oids::SUBJECT_ALT_NAME, names(&element(DNS, &["ż".as_bytes()]))),
            (oids::BASIC_CONSTRAINTS, vec![0x30, 0, 0]),
            (oids::BASIC_CONSTRAINTS, names(&[0x02, 5, 1, 0, 0, 0, 0])),
            (oids::KEY_USAGE, vec![0x30, 0]),
            (oids::CERTIFICATE_POLICIES, names(&[0x02, 1, 1])),
        ] {
            assert!(read(&[&extension(oid, &value)]).is_err(), "{oid} {value:02x?}");
        }
    }
}
