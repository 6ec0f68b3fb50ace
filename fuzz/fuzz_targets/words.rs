//! Reads single texts: names, numbers, amounts, codes, identifiers. What is read reads the same from its own text.
#![no_main]

use std::fmt::{Debug, Display};
use std::str::FromStr;

use cert_domain::{
    BusinessCategory, Country, Currency, CustomerId, DnsName, DocumentKind, HashAlgorithm, Language, Life,
    Money, NameRule, NameSet, PhoneNumber, ProductCode, Reminders, RevocationReason, Threshold,
    VerificationMethod, check_recipient, instructions,
};
use cert_lifecycle::{Action, ServiceId, StateKind};
use csr_tools::{KeyAlgorithm, PublicKeyBlocklist, PublicKeyHash, SerialNumber};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = PublicKeyBlocklist::read(data);
    let Ok(text) = str::from_utf8(data) else { return };
    same::<BusinessCategory>(text);
    same::<Currency>(text);
    same::<CustomerId>(text);
    same::<DnsName>(text);
    same::<HashAlgorithm>(text);
    same::<KeyAlgorithm>(text);
    same::<Language>(text);
    same::<ProductCode>(text);
    same::<PublicKeyHash>(text);
    same::<RevocationReason>(text);
    same::<SerialNumber>(text);
    same::<ServiceId>(text);
    same::<VerificationMethod>(text);
    named(text, Country::as_str);
    named(text, DocumentKind::as_str);
    named(text, Action::as_str);
    named(text, StateKind::as_str);
    if let Ok(number) = PhoneNumber::read(text, Country::POLAND) {
        assert_eq!(PhoneNumber::read(number.as_str(), "US".parse().unwrap()), Ok(number));
    }
    for code in ["PLN", "JPY", "KWD"] {
        let currency: Currency = code.parse().unwrap();
        if let Ok(amount) = Money::read(text, currency) {
            let written = amount.to_string();
            assert_eq!(Money::read(written.strip_suffix(code).unwrap(), currency), Ok(amount));
        }
    }
    if let Ok(recipient) = check_recipient(text) {
        assert_eq!(check_recipient(&recipient), Ok(recipient));
    }
    names(text);
    thresholds(text);
});

fn same<T: FromStr + Display + Debug + PartialEq>(text: &str) {
    if let Ok(read) = text.parse::<T>() {
        assert!(read.to_string().parse::<T>().is_ok_and(|again| again == read), "{read:?}");
    }
}

fn named<T: FromStr + Copy + Debug + PartialEq>(text: &str, name: fn(T) -> &'static str) {
    if let Ok(read) = text.parse::<T>() {
        assert!(name(read).parse::<T>().is_ok_and(|again| again == read), "{read:?}");
    }
}

/// A list of names, and how they are proved.
fn names(text: &str) {
    let lines: Vec<&str> = text.lines().collect();
    let Ok(set) = NameSet::check(&lines, NameRule::Multi { limit: None }) else { return };
    assert!(set.as_slice().iter().all(|name| set.implies(name.as_str()) && !name.shown().is_empty()));
    assert!(set.change_to(&set).is_empty());
    for method in VerificationMethod::ALL {
        let _ = instructions(&set, method, None);
    }
}

/// Thresholds as they are stored: their moments lie within the life.
fn thresholds(text: &str) {
    let Ok(reminders) = serde_json::from_str::<Reminders>(text) else { return };
    let moment = |text: &str| text.parse().unwrap();
    let life = Life::new(moment("2026-11-22T00:00:00Z"), moment("2027-06-10T00:00:00Z"));
    let is_within = |one: &Threshold| (life.from..=life.until).contains(&one.moment(life));
    assert!(reminders.thresholds().iter().all(is_within));
    let _ = (reminders.crossed(life, &[], life.until), reminders.next(life, life.from));
}
