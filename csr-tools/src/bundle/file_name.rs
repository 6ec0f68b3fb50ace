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

/// The same, with a number if the name is taken: two CAs may differ only in what is made safe.
pub(super) fn unused_stem(certificate: &Certificate, taken: &[String]) -> String {
    let stem = stem(certificate);
    let numbered = (2..).map(|number| format!("{stem}-{number}"));
    let mut candidates = std::iter::once(stem.clone()).chain(numbered);
    candidates.find(|candidate| !taken.contains(candidate)).unwrap_or(stem)
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
    let safe: String = name
        .chars()
        .take(LONGEST_STEM)
        .enumerate()
        .map(|(index, char)| match char.to_ascii_lowercase() {
            plain @ ('a'..='z' | '0'..='9' | '_') => plain,
            inner @ ('.' | '-') if index > 0 => inner,
            _ => '_',
        })
        .collect();
    if is_device(&safe) { format!("_{safe}") } else { safe }
}

/// Whether Windows takes the name for a device, whatever follows its first dot.
fn is_device(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or(name);
    match first.strip_prefix("com").or(first.strip_prefix("lpt")) {
        Some(number) => number.len() == 1 && number.bytes().all(|digit| digit.is_ascii_digit()),
        None => matches!(first, "con" | "prn" | "aux" | "nul"),
    }
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

    #[test]
    fn keeps_clear_of_windows_devices() {
        for name in ["con", "nul.example.com", "COM1.example.com"] {
            assert_eq!(safe(name), format!("_{}", name.to_lowercase()));
        }
        assert_eq!(safe("console.com"), "console.com");
    }

    #[test]
    fn numbers_a_name_that_is_taken() {
        let leaf = crate::test_data::leaf();
        let taken = ["shop.example.com".to_owned(), "shop.example.com-2".to_owned()];
        assert_eq!(unused_stem(&leaf, &taken), "shop.example.com-3");
        assert_eq!(unused_stem(&leaf, &[]), "shop.example.com");
    }
}
