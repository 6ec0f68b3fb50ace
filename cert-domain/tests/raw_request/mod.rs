//! Requests that no library makes: DER put together by hand. Their signatures are wrong, and that is found besides.

use base64::prelude::{BASE64_STANDARD, Engine as _};

pub(crate) const UTF8: u8 = 0x0c;
pub(crate) const PRINTABLE: u8 = 0x13;
const IA5: u8 = 0x16;

/// The string types that the CA demands, the attributes' object identifiers, and their names.
pub(crate) const KINDS: &[(u8, &[u8], &str)] = &[
    (UTF8, &[0x55, 4, 3], "commonName"),
    (UTF8, &[0x55, 4, 5], "serialNumber"),
    (PRINTABLE, &[0x55, 4, 6], "country"),
    (UTF8, &[0x55, 4, 7], "locality"),
    (UTF8, &[0x55, 4, 8], "state"),
    (UTF8, &[0x55, 4, 9], "streetAddress"),
    (UTF8, &[0x55, 4, 10], "organization"),
    (UTF8, &[0x55, 4, 11], "organizationalUnit"),
    (UTF8, &[0x55, 4, 13], "description"),
    (PRINTABLE, &[0x55, 4, 17], "postalCode"),
    (IA5, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1], "emailAddress"),
    (PRINTABLE, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 2], "unstructuredName"),
    (PRINTABLE, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 8], "unstructuredAddress"),
    (UTF8, &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 0x3c, 2, 1, 1], "joiln"),
    (UTF8, &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 0x3c, 2, 1, 2], "joisopn"),
    (PRINTABLE, &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 0x3c, 2, 1, 3], "joisocn"),
];

/// An attribute of a subject, as it is written.
pub(crate) struct Attribute {
    oid: &'static [u8],
    string_type: u8,
    value: String,
}

impl Attribute {
    /// Every attribute, in this string type and with this value.
    pub(crate) fn every(string_type: u8, value: &str) -> Vec<Self> {
        let attribute =
            |(_, oid, _): &(u8, &'static [u8], &str)| Self { oid, string_type, value: value.into() };
        KINDS.iter().map(attribute).collect()
    }
}

/// A PKCS#10 request.
pub(crate) struct RawRequest {
    subject: Vec<Attribute>,
    public_key: Vec<u8>,
}

impl RawRequest {
    /// A request with these attributes.
    pub(crate) fn with(subject: Vec<Attribute>) -> Self {
        Self { subject, ..Self::rsa(2048, 65_537) }
    }

    /// A request for an RSA key of so many bits, of which nobody knows the factors.
    pub(crate) fn rsa(bits: usize, exponent: u32) -> Self {
        let mut modulus = vec![0xa5_u8; bits.div_ceil(8)];
        modulus[0] = match bits % 8 {
            0 => 0xff,
            rest => (1 << rest) - 1,
        };
        *modulus.last_mut().unwrap() |= 1;
        // Positive numbers begin with a zero bit.
        modulus.insert(0, 0);
        let mut exponent: Vec<u8> =
            exponent.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
        exponent.insert(0, 0);
        let exponent = if exponent[1] < 0x80 { exponent[1..].to_vec() } else { exponent };
        let key = tlv(0x30, &[tlv(2, &modulus), tlv(2, &exponent)].concat());
        Self { subject: Vec::new(), public_key: public_key(&key) }
    }

    /// A request whose RSA key is none.
    pub(crate) fn unreadable_key() -> Self {
        Self { subject: Vec::new(), public_key: public_key(&[0x30, 0x03, 0x02, 0x01]) }
    }

    /// The request in PEM.
    pub(crate) fn pem(&self) -> String {
        let attribute = |attribute: &Attribute| {
            let value = tlv(attribute.string_type, attribute.value.as_bytes());
            tlv(0x31, &tlv(0x30, &[tlv(6, attribute.oid), value].concat()))
        };
        let subject: Vec<u8> = self.subject.iter().flat_map(attribute).collect();
        let info = [tlv(2, &[0]), tlv(0x30, &subject), self.public_key.clone(), tlv(0xa0, &[])].concat();
        let algorithm = tlv(0x30, &[tlv(6, SHA256_WITH_RSA), tlv(5, &[])].concat());
        let signature = tlv(3, &[&[0][..], &[1; 256]].concat());
        let der = tlv(0x30, &[tlv(0x30, &info), algorithm, signature].concat());
        let body = BASE64_STANDARD.encode(der);
        let lines: Vec<&str> =
            body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let lines = lines.join("\n");
        format!("-----BEGIN CERTIFICATE REQUEST-----\n{lines}\n-----END CERTIFICATE REQUEST-----\n")
    }
}

const SHA256_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];

fn public_key(key: &[u8]) -> Vec<u8> {
    let algorithm = tlv(0x30, &[tlv(6, RSA), tlv(5, &[])].concat());
    tlv(0x30, &[algorithm, tlv(3, &[&[0], key].concat())].concat())
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut encoded = vec![tag];
    match length {
        0..0x80 => encoded.push(length as u8),
        0x80..0x100 => encoded.extend([0x81, length as u8]),
        _ => encoded.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    encoded.extend_from_slice(content);
    encoded
}
