//! What a run is like.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};

use crate::faults::FaultKind;
use crate::planted::Plant;

/// Years of a reseller's business in virtual time, while everything goes wrong: prints what was counted, and exits with 1
/// if a promise was broken.
#[derive(Clone, Debug, Parser)]
#[command(name = "simulate", version)]
#[non_exhaustive]
pub struct Settings {
    /// How many services are sold
    #[arg(long, default_value_t = 500)]
    pub services: u32,
    /// For how many years
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=30))]
    pub years: u8,
    /// How much goes wrong
    #[arg(long, value_enum, default_value_t = Faults::Heavy)]
    pub faults: Faults,
    /// What everything follows from
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Where services are kept
    #[arg(long, value_enum, default_value_t = StoreKind::Memory)]
    pub store: StoreKind,
    /// The address of an empty PostgreSQL database, for the store of that name; {shop} in it stands for a shop's number
    #[arg(long, required_if_eq("store", "postgres"))]
    pub database_url: Option<String>,
    /// Where SQLite's files are put, and removed from at the end; on a disk that takes long to write, a directory in memory
    /// is faster
    #[arg(long)]
    pub directory: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Draw coverage and calls over time into this file, as SVG
    #[arg(long)]
    pub picture: Option<PathBuf>,
    /// Live the lives of these services alone, by their numbers
    #[arg(long, value_delimiter = ',')]
    pub only: Vec<u32>,
    /// Leave out a kind of fault
    #[arg(long, value_enum, value_delimiter = ',')]
    pub without: Vec<FaultKind>,
    /// Stop on this day
    #[arg(long)]
    pub until: Option<Date>,
    /// Print everything that is seen, in the order in which it happens: for few services
    #[arg(long)]
    pub story: bool,
    /// Don't look for a shorter run that fails, too
    #[arg(long)]
    pub no_shrink: bool,
    /// Plant a mistake, to see whether it is found
    #[arg(long, value_enum, hide = true)]
    pub plant: Option<Plant>,
}

/// How much goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(clippy::exhaustive_enums, reason = "there are three")]
pub enum Faults {
    /// Nothing but what customers do wrong.
    None,
    /// Each fault at a tenth.
    Light,
    /// Each fault.
    Heavy,
}

/// Where services are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(clippy::exhaustive_enums, reason = "there are three")]
pub enum StoreKind {
    /// In memory.
    Memory,
    /// In a file for each shop.
    Sqlite,
    /// In a PostgreSQL database for each shop.
    Postgres,
}

impl Settings {
    /// The day on which every world begins.
    pub const FIRST_DAY: Date = date(2026, 11, 22);
    /// The most services of a shop: a reseller's account, with a CA, a store and a clock of its own. Two shops with all that
    /// comes of them in ten years fit into 500 MiB.
    const MOST_PER_SHOP: u32 = 250;

    /// A run of the given size, with the settings that the flags begin with.
    #[must_use]
    pub fn new(services: u32, years: u8, faults: Faults, seed: u64) -> Self {
        Self {
            services,
            years,
            faults,
            seed,
            store: StoreKind::Memory,
            database_url: None,
            directory: None,
            json: false,
            picture: None,
            only: Vec::new(),
            without: Vec::new(),
            until: None,
            story: false,
            no_shrink: false,
            plant: None,
        }
    }

    /// The command that runs the same again, as far as it decides what happens.
    #[must_use]
    pub fn command(&self) -> String {
        let Self { services, years, seed, only, without, .. } = self;
        let name = |value: Option<clap::builder::PossibleValue>| {
            value.map(|value| value.get_name().to_owned()).unwrap_or_default()
        };
        let (faults, store) = (name(self.faults.to_possible_value()), name(self.store.to_possible_value()));
        let mut command = format!(
            "simulate --services {services} --years {years} --faults {faults} --seed {seed} --store {store}"
        );
        if !only.is_empty() {
            let numbers: Vec<_> = only.iter().map(u32::to_string).collect();
            command += &format!(" --only {}", numbers.join(","));
        }
        if !without.is_empty() {
            let kinds: Vec<_> = without.iter().map(|kind| kind.as_str()).collect();
            command += &format!(" --without {}", kinds.join(","));
        }
        if self.plant.is_some() {
            let plant = self.plant.and_then(|plant| plant.to_possible_value());
            command += &format!(" --plant {}", name(plant));
        }
        if let Some(until) = self.until {
            command += &format!(" --until {until}");
        }
        command
    }

    /// The first moment of the world.
    #[must_use]
    pub fn begins(&self) -> Timestamp {
        start_of(Self::FIRST_DAY)
    }

    /// The moment at which it ends.
    #[must_use]
    pub fn ends(&self) -> Timestamp {
        let whole = Self::FIRST_DAY.saturating_add(i32::from(self.years).years());
        start_of(self.until.map_or(whole, |until| until.min(whole)))
    }

    /// How long the whole world lasts, whether or not this run stops before.
    pub(crate) fn length(&self) -> SignedDuration {
        start_of(Self::FIRST_DAY.saturating_add(i32::from(self.years).years())).duration_since(self.begins())
    }

    /// How many shops share the services: the number of services alone decides.
    #[must_use]
    pub fn shops(&self) -> u32 {
        self.services.div_ceil(Self::MOST_PER_SHOP).max(1)
    }

    /// The numbers of the services of a shop that are lived.
    pub(crate) fn services_of(&self, shop: u32) -> Vec<u32> {
        let shops = self.shops();
        let is_lived = |number: &u32| self.only.is_empty() || self.only.contains(number);
        // Customers with several services have them in one shop: see `Life::customer`.
        (0..self.services).filter(|number| (number / 4) % shops == shop).filter(is_lived).collect()
    }

    /// How often a fault strikes, of the times that it would under heavy faults, in thousandths.
    pub(crate) fn share(&self, kind: FaultKind) -> u32 {
        match self.faults {
            _ if self.without.contains(&kind) => 0,
            Faults::None => 0,
            Faults::Light => 100,
            Faults::Heavy => 1000,
        }
    }
}

fn start_of(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |start| start.timestamp())
}
