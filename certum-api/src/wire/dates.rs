//! Dates and times as XML Schema writes them (part 2, sections 3.2.7 and 3.2.9).

use std::borrow::Cow;

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// How many digits of a second are kept.
const FRACTION_DIGITS: usize = 9;

/// The midnight that ends a day, as XML Schema also lets it be written.
const END_OF_DAY: &str = "T24:00:00";

/// Reads a dateTime. One without an offset is taken as UTC, as older notes on the service say; one past the end of
/// the calendar, which people write for "for ever", as its end.
pub(super) fn parse_date_time(text: &str) -> Option<Timestamp> {
    // Nearly all of them.
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    let (local, offset) = split_zone(text)?;
    let local = without_excess_digits(local);
    let (local, next_day) = match local.split_once(END_OF_DAY) {
        None => (local, SignedDuration::ZERO),
        Some((date, rest)) if rest.chars().all(|c| matches!(c, '.' | '0')) => {
            (Cow::Owned(format!("{date}T00:00:00")), SignedDuration::from_hours(24))
        }
        Some(_) => return None,
    };
    let local: DateTime = local.parse().ok()?;
    let at = local.to_zoned(TimeZone::fixed(offset)).map(|zoned| zoned.timestamp());
    Some(at.and_then(|at| at.checked_add(next_day)).unwrap_or(Timestamp::MAX))
}

/// Reads a date. Where it was written doesn't matter: it is the same day on paper.
pub(super) fn parse_date(text: &str) -> Option<Date> {
    text.parse().ok().or_else(|| split_zone(text)?.0.parse().ok())
}

/// What stands before the zone, and the zone; UTC, if there is none.
fn split_zone(text: &str) -> Option<(&str, Offset)> {
    if let Some(before) = text.strip_suffix('Z') {
        return Some((before, Offset::UTC));
    }
    let Some((before, zone)) =
        text.len().checked_sub("+00:00".len()).and_then(|at| text.split_at_checked(at))
    else {
        return Some((text, Offset::UTC));
    };
    let (sign, digits) = match zone.split_at_checked(1) {
        Some(("+", digits)) => (1, digits),
        Some(("-", digits)) if digits.contains(':') => (-1, digits),
        _ => return Some((text, Offset::UTC)),
    };
    let (hours, minutes) = digits.split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    Some((before, Offset::from_seconds(sign * (hours * 60 + minutes) * 60).ok()?))
}

/// The time without digits of a second that nobody keeps.
fn without_excess_digits(text: &str) -> Cow<'_, str> {
    let cut = text.split_once('.').and_then(|(whole, fraction)| {
        let kept = fraction.get(..FRACTION_DIGITS)?;
        fraction.bytes().all(|digit| digit.is_ascii_digit()).then(|| format!("{whole}.{kept}"))
    });
    cut.map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<String> {
        parse_date_time(text).map(|at| at.to_string())
    }

    #[test]
    fn reads_every_way_to_write_a_moment() {
        for (text, expected) in [
            ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"),
            ("2026-11-22T10:00:00", "2026-11-22T10:00:00Z"),
            ("2026-11-22T10:00:00+01:00", "2026-11-22T09:00:00Z"),
            ("2026-11-22T10:00:00-05:30", "2026-11-22T15:30:00Z"),
            ("2026-11-22T10:00:00.5", "2026-11-22T10:00:00.5Z"),
            ("2026-11-22T10:00:00.123456789012+01:00", "2026-11-22T09:00:00.123456789Z"),
            ("2026-11-22T24:00:00Z", "2026-11-23T00:00:00Z"),
            ("2026-12-31T24:00:00.000+01:00", "2026-12-31T23:00:00Z"),
        ] {
            assert_eq!(at(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(parse_date_time("9999-12-31T23:59:59Z"), Some(Timestamp::MAX));
        assert_eq!(parse_date_time("9999-12-31T23:59:59"), Some(Timestamp::MAX));
    }

    #[test]
    fn refuses_what_is_no_moment() {
        for text in
            ["", "now", "2026-13-01T00:00:00Z", "2026-11-22T24:00:01Z", "2026-11-22T10:00:00+1:0", "Z", "ż"]
        {
            assert_eq!(at(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_is_the_same_day_whatever_its_zone() {
        for text in ["2026-11-22", "2026-11-22Z", "2026-11-22+01:00", "2026-11-22-11:00"] {
            assert_eq!(
                parse_date(text).map(|date| date.to_string()).as_deref(),
                Some("2026-11-22"),
                "{text}"
            );
        }
        for text in ["", "22.11.2026", "2026-11-31", "2026-11-22+1"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
