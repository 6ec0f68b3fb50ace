//! Serial numbers.

use std::fmt;
use std::str::FromStr;

/// The serial number of a certificate.
///
/// It is shown as Certum writes it, in upper-case hexadecimal without leading zeros; `{:x}` gives lower case.
/// It reads either case, leading zeros, and colons between bytes as browsers show them.
///
/// ```
/// use csr_tools::SerialNumber;
///
/// let serial: SerialNumber = "782d878e4dad219994e7ab628d8337de".parse()?;
/// assert_eq!(serial, "0078:2D:87:8E:4D:AD:21:99:94:E7:AB:62:8D:83:37:DE".parse()?);
/// assert_eq!(serial.to_string(), "782D878E4DAD219994E7AB628D8337DE");
/// # Ok::<_, csr_tools::ParseSerialNumberError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SerialNumber {
    /// Big-endian, without leading zero bytes.
    bytes: Box<[u8]>,
}

impl SerialNumber {
    /// The most hexadecimal digits that are read, which is the Partner API's limit. RFC 5280 §4.1.2.2 allows
    /// 40.
    pub const MAX_DIGITS: usize = 64;

    /// Takes the bytes of a certificate's INTEGER, big-endian. Leading zeros do not count.
    ///
    /// Serial numbers are positive; a negative one, which only a faulty CA makes, is taken as the bytes it
    /// is.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        Self { bytes: bytes[zeros..].into() }
    }

    /// The number's bytes, big-endian, without leading zeros. Zero has none.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::UpperHex for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, rest)) = self.bytes.split_first() else { return f.write_str("0") };
        write!(f, "{first:X}")?;
        rest.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::LowerHex for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format!("{self:X}").to_ascii_lowercase())
    }
}

impl fmt::Display for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::UpperHex::fmt(self, f)
    }
}

impl fmt::Debug for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SerialNumber({self})")
    }
}

impl FromStr for SerialNumber {
    type Err = ParseSerialNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: Option<Vec<u8>> = text
            .chars()
            .filter(|char| *char != ':')
            .map(|char| char.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect();
        let digits = digits.filter(|digits| (1..=Self::MAX_DIGITS).contains(&digits.len()));
        let digits = digits.ok_or(ParseSerialNumberError(()))?;
        // Pairs from the right: an odd number of digits starts with half a byte.
        let bytes: Vec<u8> = digits
            .rchunks(2)
            .rev()
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
            .collect();
        Ok(Self::from_bytes(&bytes))
    }
}

/// A text that is no serial number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a serial number has 1 to {max} hexadecimal digits", max = SerialNumber::MAX_DIGITS)]
pub struct ParseSerialNumberError(());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_no_leading_zero_and_reads_any() {
        for (text, shown) in [("0a1b", "A1B"), ("A1B", "A1B"), ("000", "0"), ("0", "0"), ("00ff00", "FF00")] {
            assert_eq!(text.parse::<SerialNumber>().unwrap().to_string(), shown);
        }
        assert_eq!(format!("{:x}", SerialNumber::from_bytes(&[0, 0x0a, 0xbc])), "abc");
    }

    #[test]
    fn the_same_number_is_equal_however_it_is_written() {
        let serial = SerialNumber::from_bytes(&[0, 0xde, 0xad]);
        assert_eq!("dead".parse(), Ok(serial.clone()));
        assert_eq!("00:DE:AD".parse(), Ok(serial));
    }

    #[test]
    fn refuses_what_is_not_hexadecimal() {
        for text in ["", ":", "0x1", "12 34", "xyz", "-1", &"1".repeat(65)] {
            assert!(text.parse::<SerialNumber>().is_err(), "{text}");
        }
    }
}
