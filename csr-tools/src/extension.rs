//! Extensions of requests and certificates (RFC 5280 §4.2).

#[cfg(test)]
use crate::asn1::element;
use crate::asn1::{DerError, Element, Reader, Tag, oids};

/// What this crate reads from a list of extensions. Unknown ones are passed over, critical or not: whether to
/// rely on a certificate is the relying party's question, and this crate only describes it.
#[derive(Debug, Default)]
pub(crate) struct Extensions {
    /// DNS names of the subject, lower-cased, in their order.
    pub(crate) dns_names: Vec<String>,
    /// `cA` of the basic constraints.
    pub(crate) is_ca: bool,
}

impl Extensions {
    /// Adds a list of extensions. A request may hold several.
    pub(crate) fn read(&mut self, list: &Element<'_>) -> Result<(), DerError> {
        const PART: &str = "list of extensions";
        let mut list = list.reader(PART);
        while !list.is_empty() {
            let mut extension = list.expect(Tag::SEQUENCE)?.reader(PART);
            let oid = extension.expect(Tag::OID)?;
            extension.optional(Tag::BOOLEAN)?;
            let value = extension.expect(Tag::OCTET_STRING)?;
            extension.finish()?;
            if oid.content == oids::SUBJECT_ALT_NAME.as_bytes() {
                self.read_alternative_names(value.reader("list of alternative names"))?;
            } else if oid.content == oids::BASIC_CONSTRAINTS.as_bytes() {
                self.read_basic_constraints(value.reader("basic constraints"))?;
            }
        }
        Ok(())
    }

    fn read_alternative_names(&mut self, mut value: Reader<'_>) -> Result<(), DerError> {
        let mut names = value.expect(Tag::SEQUENCE)?.reader("list of alternative names");
        value.finish()?;
        while !names.is_empty() {
            let name = names.next()?;
            if name.tag == DNS_NAME {
                let text = str::from_utf8(name.content).ok().filter(|text| text.is_ascii());
                let text = text.ok_or_else(|| name.invalid("a DNS name is not in ASCII"))?;
                self.dns_names.push(text.to_ascii_lowercase());
            }
        }
        Ok(())
    }

    fn read_basic_constraints(&mut self, mut value: Reader<'_>) -> Result<(), DerError> {
        let mut fields = value.expect(Tag::SEQUENCE)?.reader("basic constraints");
        value.finish()?;
        // DER leaves the default, FALSE, out, but some write it.
        self.is_ca = fields.optional(Tag::BOOLEAN)?.is_some_and(|flag| flag.content != [0]);
        Ok(())
    }
}

/// `dNSName` of GeneralName, an IA5String under `[2]`.
const DNS_NAME: Tag = Tag::context_primitive(2);

#[cfg(test)]
/// Writes a list of extensions that holds the names as the subject's alternative names.
pub(crate) fn write_extensions<'a>(dns_names: impl Iterator<Item = &'a str>, critical: bool) -> Vec<u8> {
    let names: Vec<u8> = dns_names.flat_map(|name| element(DNS_NAME, &[name.as_bytes()])).collect();
    let oid = element(Tag::OID, &[oids::SUBJECT_ALT_NAME.as_bytes()]);
    let flag = if critical { element(Tag::BOOLEAN, &[&[0xff]]) } else { Vec::new() };
    let value = element(Tag::OCTET_STRING, &[&element(Tag::SEQUENCE, &[&names])]);
    element(Tag::SEQUENCE, &[&element(Tag::SEQUENCE, &[&oid, &flag, &value])])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(der: &[u8]) -> Result<Extensions, DerError> {
        let mut extensions = Extensions::default();
        extensions.read(&Reader::new(der, "extensions").next()?)?;
        Ok(extensions)
    }

    #[test]
    fn reads_the_names_it_writes() {
        for critical in [false, true] {
            let der = write_extensions(["b.example", "a.example"].into_iter(), critical);
            assert_eq!(read(&der).unwrap().dns_names, ["b.example", "a.example"]);
        }
    }

    #[test]
    fn lower_cases_names_and_passes_over_other_kinds() {
        let names =
            [&element(DNS_NAME, &[b"Shop.Example"])[..], &element(Tag(0x87), &[&[10, 0, 0, 1]])].concat();
        let oid = element(Tag::OID, &[oids::SUBJECT_ALT_NAME.as_bytes()]);
        let value = element(Tag::OCTET_STRING, &[&element(Tag::SEQUENCE, &[&names])]);
        let unknown = element(Tag::SEQUENCE, &[&element(Tag::OID, &[&[0x2a, 3]]), &[0x04, 1, 0xff]]);
        let der = element(Tag::SEQUENCE, &[&unknown, &element(Tag::SEQUENCE, &[&oid, &value])]);
        assert_eq!(read(&der).unwrap().dns_names, ["shop.example"]);
    }

    #[test]
    fn refuses_a_name_that_is_not_ascii() {
        let der = write_extensions(["żółw.example"].into_iter(), false);
        assert!(read(&der).unwrap_err().to_string().ends_with("a DNS name is not in ASCII"));
    }
}
