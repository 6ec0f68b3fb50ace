//! The panel's colours can be told apart, in light and in dark.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests stop at the first surprise"
)]

use std::collections::BTreeMap;

/// What is read: 4.5 to 1 at least (WCAG 2.2, 1.4.3).
const TEXTS: &[(&str, &[&str])] = &[
    ("text", &["ground", "raised", "sunken"]),
    ("soft", &["ground", "raised", "sunken"]),
    ("brand", &["ground", "raised", "sunken"]),
    ("brand-strong", &["raised", "brand-soft"]),
    ("on-brand", &["brand", "brand-strong"]),
    ("good", &["ground", "raised", "good-soft"]),
    ("bad", &["ground", "raised", "sunken", "bad-soft"]),
    ("warn", &["warn-soft"]),
    ("info", &["info-soft"]),
];
/// The borders of fields: 3 to 1 at least (1.4.11).
const BORDERS: &[(&str, &[&str])] = &[("line-strong", &["ground", "raised"]), ("bad", &["raised"])];

/// The colours of a theme: those of the first `:root`, and for the dark one what the second says otherwise.
fn colours(is_dark: bool) -> BTreeMap<String, [f64; 3]> {
    let css = include_str!("../static/panel.css");
    let roots: Vec<_> = css.split(":root {").skip(1).map(|root| root.split('}').next().unwrap()).collect();
    let mut colours = BTreeMap::new();
    for root in &roots[..if is_dark { 2 } else { 1 }] {
        for line in root.split(';') {
            let Some((name, value)) = line.split_once(':') else { continue };
            let Some(digits) = value.trim().strip_prefix('#') else { continue };
            let channel = |at: usize| f64::from(u8::from_str_radix(&digits[at..at + 2], 16).unwrap()) / 255.0;
            let name = name.trim().trim_start_matches("--").to_owned();
            colours.insert(name, [channel(0), channel(2), channel(4)]);
        }
    }
    colours
}

/// By WCAG's definition of relative luminance.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let luminance = |colour: [f64; 3]| {
        let linear = colour.map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_text_and_border_stands_out_from_its_ground() {
    for is_dark in [false, true] {
        let colours = colours(is_dark);
        for (pairs, least) in [(TEXTS, 4.5), (BORDERS, 3.0)] {
            for (front, grounds) in pairs {
                for ground in *grounds {
                    let found = contrast(colours[*front], colours[*ground]);
                    assert!(found >= least, "{front} on {ground}, dark {is_dark}: {found:.2}");
                }
            }
        }
    }
}
