//! Internationalized names: how they look, and whether they deceive.

use unicode_security::{
    GeneralSecurityProfile as _, RestrictionLevel, RestrictionLevelDetection as _, skeleton,
};

use crate::finding::{Finding, Place, Problem};

/// The A-label form of a name that was given in other letters.
pub(super) fn ascii(name: &str) -> Option<String> {
    let (wildcard, base) = name.strip_prefix("*.").map_or(("", name), |base| ("*.", base));
    let ascii = idna::domain_to_ascii_strict(base).ok()?;
    Some(format!("{wildcard}{ascii}"))
}

/// What there is to say of the A-labels in a name.
pub(super) fn check(place: Place, name: &str) -> Vec<Finding> {
    let base = name.strip_prefix("*.").unwrap_or(name);
    if !base.split('.').any(|label| label.starts_with("xn--")) {
        return Vec::new();
    }
    let (unicode, outcome) = idna::domain_to_unicode(base);
    // One that encodes back to something else would be another name in a browser.
    if outcome.is_err() || ascii(&unicode).as_deref() != Some(base) {
        return vec![Finding::error(Problem::BadInternationalName(place))];
    }
    let mut findings = vec![Finding::info(Problem::InternationalName { unicode: unicode.clone() })];
    let labels = || unicode.split('.').filter(|label| !label.is_ascii());
    if labels().any(mixes_scripts) {
        findings.push(Finding::warning(Problem::MixedScripts { unicode }));
    } else if labels().any(looks_latin) {
        findings.push(Finding::warning(Problem::LooksLatin { unicode }));
    }
    findings
}

/// Whether a label mixes more than browsers allow (UTS #39 §5.2, "highly restrictive"): one script, or one of
/// the mixtures with Latin that are written in East Asia.
fn mixes_scripts(label: &str) -> bool {
    // Hyphens and digits are no identifiers, but belong to all scripts.
    let letters: String = label.chars().filter(|c| c.identifier_allowed() && c.is_alphabetic()).collect();
    letters.detect_restriction_level() > RestrictionLevel::HighlyRestrictive
}

/// Whether a label in another script looks like ASCII all over (UTS #39 §4).
fn looks_latin(label: &str) -> bool {
    skeleton(label).all(|c| c.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(unicode: &str) -> Vec<Problem> {
        let name = ascii(unicode).unwrap();
        check(Place::AlternativeNames, &name).iter().map(|finding| finding.problem().clone()).collect()
    }

    fn shown(unicode: &str) -> Problem {
        Problem::InternationalName { unicode: unicode.to_owned() }
    }

    #[test]
    fn shows_honest_names() {
        for name in
            ["żółw.pl", "пример.рф", "例え.jp", "日本語-2.jp", "straße.de", "ελλάδα.gr", "東京タワー.jp"]
        {
            assert_eq!(problems(name), [shown(name)], "{name}");
        }
        assert_eq!(problems("plain.pl"), []);
        assert_eq!(ascii("*.żółw.pl").as_deref(), Some("*.xn--w-uga1v8h.pl"));
    }

    #[test]
    fn flags_names_that_deceive() {
        // The first letter but one is Cyrillic.
        let mixed = "p\u{430}ypal.com";
        assert_eq!(problems(mixed), [shown(mixed), Problem::MixedScripts { unicode: mixed.to_owned() }]);
        // All letters are Cyrillic.
        let latin = "\u{430}\u{440}\u{440}\u{4cf}\u{435}.com";
        assert_eq!(problems(latin), [shown(latin), Problem::LooksLatin { unicode: latin.to_owned() }]);
    }

    #[test]
    fn refuses_labels_that_do_not_decode_or_are_not_canonical() {
        // The last holds capital letters.
        for name in ["xn--a.com", "xn--99999999.com", "xn--abc-.com", "xn--w-0ea44auh.pl"] {
            let found = check(Place::AlternativeNames, &name.to_lowercase());
            assert_eq!(found[0].problem(), &Problem::BadInternationalName(Place::AlternativeNames), "{name}");
        }
    }
}
