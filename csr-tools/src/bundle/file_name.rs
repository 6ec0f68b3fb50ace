//! File names from certificates.

use crate::certificate::Certificate;

/// The most characters of a name that are kept, so that no file system's limit (255) is met.
const LONGEST_STEM: usize = 120;

/// The file name without its extension: from the common name, else the first DNS name, else the serial
/// number.
pub(super) fn stem(certificate: &Certificate) -> String {
    let name = certificate.common_name().or_else(|| certificate.dns_names().first().map(String::as_str));
    match name.map(safe).filter(|name| !name.is_empty()) {
        Some(name) => name,
        None => format!("certificate-{:x}", certificate.serial_number()),
    }
}

/// Lower case, with every character that a shell, a file system or a web server might take amiss replaced by
/// `_`.
///
/// A certificate's name is input from outside: it must not climb out of a directory or hide its file.
fn safe(name: &str) -> String {
    let name = match name.strip_prefix("*.") {
        Some(parent) => format!("_wildcard.{parent}"),
        None => name.to_owned(),
    };
    name.chars()
        .take(LONGEST_STEM)
        .enumerate()
        .map(|(index, char)| match char.to_ascii_lowercase() {
            plain @ ('a'..='z' | '0'..='9' | '_') => plain,
            inner @ ('.' | '-') if index > 0 => inner,
            _ => '_',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_host_names_readable() {
        assert_eq!(safe("Shop.Example.com"), "shop.example.com");
        assert_eq!(safe("*.example.com"), "_wildcard.example.com");
        assert_eq!(safe("xn--w-uga1v8h.pl"), "xn--w-uga1v8h.pl");
    }

    #[test]
    fn disarms_names_that_are_not_host_names() {
        assert_eq!(safe("../../etc/passwd"), "_._.._etc_passwd");
        assert_eq!(safe(".bashrc"), "_bashrc");
        assert_eq!(safe("-rf"), "_rf");
        assert_eq!(safe("Jan Żółw; rm"), "jan____w__rm");
        assert_eq!(safe(&"a".repeat(500)).len(), LONGEST_STEM);
    }
}
