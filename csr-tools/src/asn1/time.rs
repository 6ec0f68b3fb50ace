//! Certificate times as seconds since the Unix epoch.

use super::{DerError, Element, Tag};

/// Reads a Time as RFC 5280 §4.1.2.5 allows it: UTCTime or GeneralizedTime, in UTC, with seconds and no
/// fraction.
pub(crate) fn unix_seconds(element: &Element<'_>) -> Result<i64, DerError> {
    let parsed = match element.tag {
        // Two digits: 50 to 99 are in the last century.
        Tag::UTC_TIME => digits(element.content, 2).and_then(|(year, rest)| {
            let year = if year < 50 { 2000 + year } else { 1900 + year };
            since_epoch(year, rest)
        }),
        Tag::GENERALIZED_TIME => digits(element.content, 4).and_then(|(year, rest)| since_epoch(year, rest)),
        _ => return Err(element.invalid("a time is neither UTCTime nor GeneralizedTime")),
    };
    parsed.ok_or_else(|| element.invalid("a time is malformed"))
}

/// Takes `count` decimal digits off the front.
fn digits(text: &[u8], count: usize) -> Option<(i64, &[u8])> {
    let (head, rest) = text.split_at_checked(count)?;
    let number = head
        .iter()
        .try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0')))?;
    Some((number, rest))
}

/// Reads `MMDDHHMMSSZ` in the given year.
fn since_epoch(year: i64, rest: &[u8]) -> Option<i64> {
    let (month, rest) = digits(rest, 2)?;
    let (day, rest) = digits(rest, 2)?;
    let (hour, rest) = digits(rest, 2)?;
    let (minute, rest) = digits(rest, 2)?;
    let (second, rest) = digits(rest, 2)?;
    let in_range =
        (1..=days_in_month(year, month)?).contains(&day) && hour < 24 && minute < 60 && second < 60;
    (in_range && rest == b"Z")
        .then(|| ((days_since_epoch(year, month, day) * 24 + hour) * 60 + minute) * 60 + second)
}

fn days_in_month(year: i64, month: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 => Some(if leap { 29 } else { 28 }),
        _ => None,
    }
}

/// Days of the proleptic Gregorian calendar, for years from 0 on.
///
/// The year is taken to start in March, so that the leap day is its last, and the months' lengths follow one
/// formula.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    /// From 1 March of year 0 to 1 January 1970.
    const EPOCH: i64 = 719_468;
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + day_of_year - EPOCH
}

#[cfg(test)]
mod tests {
    use super::super::Reader;
    use super::*;

    fn read(tag: u8, text: &str) -> Result<i64, DerError> {
        let mut der = vec![tag, text.len() as u8];
        der.extend_from_slice(text.as_bytes());
        unix_seconds(&Reader::new(&der, "validity").next()?)
    }

    #[test]
    fn reads_both_forms() {
        // Compared with `date -u -d '…' +%s`.
        assert_eq!(read(0x17, "700101000000Z").unwrap(), 0);
        assert_eq!(read(0x17, "000229120000Z").unwrap(), 951_825_600);
        assert_eq!(read(0x17, "491231235959Z").unwrap(), 2_524_607_999);
        assert_eq!(read(0x17, "500101000000Z").unwrap(), -631_152_000);
        assert_eq!(read(0x18, "20500101000000Z").unwrap(), 2_524_608_000);
        assert_eq!(read(0x18, "99991231235959Z").unwrap(), 253_402_300_799);
    }

    #[test]
    fn refuses_what_rfc_5280_does_not_allow() {
        for text in [
            "7001010000Z",
            "700101000000+0000",
            "700101000000",
            "701301000000Z",
            "700230000000Z",
            "700101240000Z",
            "70010100000xZ",
            "",
        ] {
            assert!(read(0x17, text).is_err(), "{text}");
        }
        assert!(read(0x18, "20500101000000.5Z").is_err());
        assert!(read(0x0c, "700101000000Z").is_err());
    }
}
