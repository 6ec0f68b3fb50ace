//! Small worlds: what happens in them is the same for the same seed, and everything happens.

#![allow(clippy::unwrap_used, reason = "tests may")]

use std::collections::{BTreeMap, BTreeSet};

use cert_lifecycle::service::Event;
use clap::ValueEnum;
use simulate::seen::{Line, Number, Seen};
use simulate::{FaultKind, Faults, Ran, Settings, StoreKind, Watch, run};

/// Remembers the names of what it sees.
#[derive(Default)]
struct Diary {
    events: BTreeMap<Number, Vec<&'static str>>,
    faults: BTreeSet<&'static str>,
    wanted: BTreeSet<Number>,
    over: BTreeSet<Number>,
    lives: BTreeMap<Number, (String, BTreeSet<String>)>,
    booked: usize,
    strangers: usize,
}

impl Watch for Diary {
    fn see(&mut self, line: &Line<'_>) {
        match &line.seen {
            Seen::Wanted { number, wish } => {
                self.lives.insert(*number, (format!("{wish:?}"), BTreeSet::new()));
                assert!(self.wanted.insert(*number), "{number:?} is wanted twice");
            }
            Seen::Stored { number, version, events } => {
                let names = self.events.entry(*number).or_default();
                names.extend(events.iter().map(|recorded| recorded.event.name()));
                assert_eq!(
                    *version,
                    names.len() as u64,
                    "events of {number:?} were told twice, or not at all"
                );
                let is_first = |event: &Event| matches!(event, Event::Created { .. });
                let is_begun = events.iter().any(|recorded| is_first(&recorded.event));
                assert_eq!(is_begun, *version == events.len() as u64);
            }
            Seen::Called { fault: Some(fault), .. } => {
                self.faults.insert(fault);
            }
            Seen::Booked { number, .. } => {
                self.booked += 1;
                self.strangers += usize::from(number.is_none());
            }
            Seen::Done { number, deed } => {
                let (_, deeds) = self.lives.get_mut(number).unwrap();
                // Days differ by what else there is to do.
                let word = format!("{deed:?}");
                deeds.insert(word.split([' ', '(']).next().unwrap().to_owned());
            }
            Seen::Over { number } => {
                assert!(self.over.insert(*number), "{number:?} is over twice");
            }
            _ => {}
        }
    }
}

fn live(settings: &Settings) -> Ran<Diary> {
    run(settings, |_| Diary::default()).unwrap()
}

#[test]
fn leads_to_the_same_events_for_the_same_seed_whatever_the_store() {
    let mut settings = Settings::new(12, 1, Faults::Heavy, 7);
    let (first, second) = (live(&settings), live(&settings));
    assert_eq!(first.hash, second.hash);
    assert_ne!(first.hash, live(&Settings::new(12, 1, Faults::Heavy, 8)).hash);
    settings.store = StoreKind::Sqlite;
    assert_eq!(first.hash, live(&settings).hash, "another store leads to other events");
}

#[test]
fn has_everybody_served_where_nothing_goes_wrong() {
    let ran = live(&Settings::new(24, 1, Faults::None, 3));
    assert!(ran.remarks.is_empty(), "{:?}", ran.remarks);
    let [diary] = &ran.watches[..] else { panic!("more than one shop") };
    assert_eq!(diary.wanted.len(), 24);
    assert_eq!(diary.over, diary.wanted);
    assert_eq!(diary.faults, BTreeSet::new());
    assert_eq!(diary.strangers, 0, "orders of nobody");
    for number in &diary.wanted {
        let events = &diary.events[number];
        assert!(events.contains(&"certificate_issued"), "{number:?}: {events:?}");
    }
}

#[test]
fn has_calls_go_wrong_in_every_way_but_those_that_are_left_out() {
    let mut settings = Settings::new(24, 1, Faults::Heavy, 3);
    settings.without = vec![FaultKind::Late, FaultKind::Refusing];
    let ran = live(&settings);
    let [diary] = &ran.watches[..] else { panic!("more than one shop") };
    let expected =
        ["garbage", "half", "held", "http500", "lost-after", "lost-before", "outage", "slow", "soap-fault"];
    assert_eq!(diary.faults, BTreeSet::from(expected));
}

#[test]
fn has_every_kind_of_fault_strike_where_all_goes_wrong_and_none_where_nothing_does() {
    let heavy = live(&Settings::new(60, 3, Faults::Heavy, 4)).struck;
    let spared: Vec<_> =
        FaultKind::value_variants().iter().filter(|kind| !heavy.contains_key(kind)).collect();
    assert_eq!(spared, [&FaultKind::Late; 0], "{heavy:?}");
    assert_eq!(live(&Settings::new(12, 1, Faults::None, 3)).struck, BTreeMap::new());
}

#[test]
fn refuses_a_world_in_which_nobody_lives_or_that_ends_before_it_begins() {
    let refused = |change: &dyn Fn(&mut Settings)| {
        let mut settings = Settings::new(4, 1, Faults::None, 1);
        change(&mut settings);
        run(&settings, |_| Diary::default()).err().unwrap().to_string()
    };
    assert!(refused(&|settings| settings.services = 0).contains("no service in it"));
    assert!(refused(&|settings| settings.only = vec![1, 4]).contains("no service 4 in it"));
    let early = refused(&|settings| settings.until = Some(Settings::FIRST_DAY));
    assert!(early.contains("begins on 2026-11-22, and can only end after that day"), "{early}");
}

#[test]
fn lives_the_lives_of_some_as_among_all() {
    let settings = Settings::new(24, 1, Faults::None, 3);
    let mut some = settings.clone();
    some.only = vec![5, 17];
    let (all, some) = (live(&settings), live(&some));
    let (all, some) = (&all.watches[0], &some.watches[0]);
    assert_eq!(some.events.len(), 2);
    let issued = |events: &[&str]| events.iter().filter(|name| **name == "certificate_issued").count();
    for (number, events) in &some.events {
        assert_eq!(issued(events), issued(&all.events[number]), "{number:?}");
        // They want the same, under the same names, and do the same.
        assert_eq!(some.lives[number], all.lives[number], "{number:?}");
    }
}
