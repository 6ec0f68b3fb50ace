//! What came of a run, for people and for programs.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

use clap::ValueEnum;
use serde::Serialize;

use crate::FaultKind;
use crate::judge::{Guarantee, POLLED_EVERY_MINUTES, Verdict};

/// A verdict, and what it is about.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs, reason = "whoever ran it makes it")]
pub struct Report<'a> {
    /// The command that runs the same again.
    pub command: &'a str,
    /// The hash of everything that was stored.
    pub hash: &'a str,
    /// What came of it.
    pub verdict: &'a Verdict,
    /// How often each kind of fault has struck.
    pub struck: &'a BTreeMap<FaultKind, u64>,
    /// How often people could not do what they meant to, by kind.
    pub remarks: &'a BTreeMap<&'a str, u64>,
}

/// What polls an order, or reads the list of changes instead.
const LOOKS: [&str; 3] = ["getModifiedOrders", "getOrderByOrderID", "getOrderState"];

/// How many breaches are written out for people.
const TOLD: usize = 10;

/// The report as programs read it.
#[derive(Serialize)]
struct Json<'a> {
    command: &'a str,
    hash: &'a str,
    holds: bool,
    calls_per_certificate: Option<f64>,
    calls_per_certificate_without_fault: Option<f64>,
    polling_calls_per_certificate: Option<f64>,
    polled_every_minutes: u64,
    struck: BTreeMap<&'static str, u64>,
    remarks: &'a BTreeMap<&'a str, u64>,
    #[serde(flatten)]
    verdict: &'a Verdict,
}

impl Report<'_> {
    /// As one line of JSON.
    ///
    /// # Errors
    /// Never, as far as is known.
    pub fn json(&self) -> serde_json::Result<String> {
        let figures = &self.verdict.figures;
        serde_json::to_string(&Json {
            command: self.command,
            hash: self.hash,
            holds: self.verdict.holds(),
            calls_per_certificate: self.per_certificate(figures.all_calls()),
            calls_per_certificate_without_fault: self.per_certificate(figures.calls_without_fault()),
            polling_calls_per_certificate: self.per_certificate(self.polling_calls()),
            polled_every_minutes: POLLED_EVERY_MINUTES,
            struck: self.struck.iter().map(|(kind, times)| (kind.as_str(), *times)).collect(),
            remarks: self.remarks,
            verdict: self.verdict,
        })
    }

    /// All calls, with looks at each open order in the place of those that there were.
    fn polling_calls(&self) -> u64 {
        let figures = &self.verdict.figures;
        let looks = LOOKS.iter().filter_map(|look| figures.calls.get(*look)).sum();
        figures.all_calls().saturating_sub(looks) + figures.polling_calls
    }

    fn per_certificate(&self, calls: u64) -> Option<f64> {
        #[allow(clippy::cast_precision_loss, reason = "a ratio for people")]
        let ratio = |calls: u64, certificates: u64| calls as f64 / certificates as f64;
        let certificates = self.verdict.figures.certificates;
        (certificates > 0).then(|| (ratio(calls, certificates) * 100.0).round() / 100.0)
    }

    fn calls(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figures = &self.verdict.figures;
        let hit: u64 = figures.faults.values().sum();
        row(f, "calls", &format!("{}, {} of them hit by a fault", number(figures.all_calls()), number(hit)))?;
        let mut calls: Vec<_> = figures.calls.iter().collect();
        calls.sort_by_key(|(operation, count)| (Reverse(**count), *operation));
        for (operation, count) in calls {
            row(f, &format!("  {operation}"), &number(*count))?;
        }
        let per =
            |calls| self.per_certificate(calls).map_or_else(|| "-".to_owned(), |ratio| ratio.to_string());
        row(f, "calls per certificate", &per(figures.all_calls()))?;
        row(f, "  those without a fault", &per(figures.calls_without_fault()))?;
        row(
            f,
            "  polling instead",
            &format!(
                "{} (each open order as often as the list was read, and all other calls)",
                per(self.polling_calls())
            ),
        )
    }

    /// Every kind of fault, with those that never struck.
    fn faults(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        row(f, "faults that struck", &number(self.struck.values().sum()))?;
        for kind in FaultKind::value_variants() {
            let times = self.struck.get(kind).copied().unwrap_or_default();
            row(f, &format!("  {}", kind.as_str()), &number(times))?;
        }
        Ok(())
    }

    fn excuses(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (excuse, excused) in &self.verdict.excuses {
            let days = excused.seconds / 86_400;
            let what = format!(
                "{} services, {} days; at most {} days (service {})",
                number(excused.services),
                number(days),
                number(excused.longest_seconds / 86_400),
                excused.longest_service
            );
            row(f, &format!("excused: {}", excuse.as_str()), &what)?;
        }
        Ok(())
    }

    fn promises(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for guarantee in Guarantee::ALL {
            row(f, guarantee.breach(), &number(self.verdict.count(guarantee)))?;
        }
        row(f, "gap-seconds", &number(self.verdict.figures.gap_seconds))
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { command, hash, verdict, .. } = self;
        let figures = &verdict.figures;
        writeln!(f, "{command}")?;
        let sorts = figures.sorts.iter().map(|(sort, count)| format!("{} {sort}", number(*count)));
        let sorts: Vec<_> = sorts.collect();
        row(f, "services", &format!("{}: {}", number(figures.services), sorts.join(", ")))?;
        row(f, "purchases", &number(figures.purchases))?;
        row(f, "reissues", &number(figures.reissues))?;
        row(f, "certificates", &number(figures.certificates))?;
        row(f, "orders that ended", &number(figures.ended_orders))?;
        for (why, count) in &figures.uncertified {
            row(f, &format!("never certified: {why}"), &number(*count))?;
        }
        row(f, "refused orders", &number(figures.refusals))?;
        row(f, "holds", &number(figures.holds))?;
        row(f, "strays", &number(figures.strays))?;
        row(f, "stalls", &number(figures.stalls))?;
        row(f, "adopted orders", &number(figures.adoptions))?;
        row(f, "invoices", &number(figures.invoices))?;
        row(f, "reminders", &number(figures.reminders))?;
        row(f, "facts", &format!("{}, {} again", number(figures.facts), number(figures.facts_again)))?;
        row(f, "days covered", &number(figures.covered_seconds / 86_400))?;
        self.calls(f)?;
        self.faults(f)?;
        row(f, "events", &format!("{} in {} turns", number(figures.events), number(figures.ticks)))?;
        row(f, "hash", hash)?;
        for (kind, count) in self.remarks {
            row(f, &format!("could not {kind}"), &number(*count))?;
        }
        self.excuses(f)?;
        self.promises(f)?;
        for breach in verdict.first.iter().take(TOLD) {
            writeln!(f, "  {}", breach)?;
        }
        writeln!(f, "{}", if verdict.holds() { "holds" } else { "BROKEN" })
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, what: &str) -> fmt::Result {
    writeln!(f, "{name:<36}{what}")
}

/// A number with its thousands apart.
fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Judge;

    #[test]
    fn sets_thousands_apart() {
        for (count, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(number(count), text);
        }
    }

    #[test]
    fn says_that_an_empty_run_holds_and_names_every_promise() {
        let verdict = Judge::new().end();
        let struck = BTreeMap::from([(FaultKind::HostTwice, 1_234)]);
        let remarks = BTreeMap::from([("pay: customer", 2)]);
        let command = "simulate --services 1";
        let report = Report { command, hash: "00", verdict: &verdict, struck: &struck, remarks: &remarks };
        let text = report.to_string();
        assert!(text.contains("\n  host-twice                        1,234\n"), "{text}");
        assert!(text.contains("\n  dns-lag                           0\n"), "{text}");
        assert!(text.contains("\ncould not pay: customer             2\n"), "{text}");
        assert!(text.starts_with("simulate --services 1\n") && text.ends_with("holds\n"), "{text}");
        for guarantee in Guarantee::ALL {
            assert!(text.contains(guarantee.breach()), "{text}");
        }
        let json: serde_json::Value = serde_json::from_str(&report.json().unwrap()).unwrap();
        assert_eq!((&json["holds"], &json["figures"]["purchases"]), (&true.into(), &0.into()));
        assert_eq!(json["calls_per_certificate"], serde_json::Value::Null);
        assert_eq!(json["struck"]["host-twice"], 1_234);
    }
}
