//! What the measuring programs are told on their command lines, and what the one is told that runs them all.

use std::path::PathBuf;

use crate::Outcome;
use crate::bench::Bench;
use crate::peers;

/// What to measure, how, and with which interpreters.
#[derive(Debug)]
#[non_exhaustive]
pub struct Arguments {
    /// The names of what is wanted; everything, if there are none.
    pub wanted: Vec<String>,
    /// PHP's interpreter.
    pub php: PathBuf,
    /// The interpreter of a Python that has the peers.
    pub python: PathBuf,
    /// Where records go, if anywhere.
    pub results: Option<PathBuf>,
    /// Whether criterion measures, instead of a race.
    pub criterion: bool,
}

impl Arguments {
    /// Reads what a program was given. What may be wanted is known beforehand.
    ///
    /// # Errors
    /// An option without its value, or a name that isn't known.
    pub fn read(arguments: impl IntoIterator<Item = String>, known: &[&str]) -> Outcome<Self> {
        let mut read = Self {
            wanted: Vec::new(),
            php: PathBuf::from("php"),
            python: peers::directory().join(".venv/bin/python"),
            results: None,
            criterion: false,
        };
        let mut rest = arguments.into_iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                // Cargo says so to every benchmark.
                "--bench" => {}
                "--php" => read.php = rest.next().ok_or("--php PROGRAM")?.into(),
                "--python" => read.python = rest.next().ok_or("--python PROGRAM")?.into(),
                "--results" => read.results = Some(rest.next().ok_or("--results FILE")?.into()),
                "--criterion" => read.criterion = true,
                name if known.contains(&name) => read.wanted.push(argument),
                name => return Err(format!("no measurement {name}; there are {}", known.join(", ")).into()),
            }
        }
        Ok(read)
    }

    /// Whether something is to be measured.
    #[must_use]
    pub fn wants(&self, name: &str) -> bool {
        self.wanted.is_empty() || self.wanted.iter().any(|wanted| wanted == name)
    }

    /// The bench of an area, as these arguments ask for it.
    #[must_use]
    pub fn bench(&self, area: &'static str) -> Bench {
        Bench::new(area, self.results.clone(), self.criterion)
    }
}

/// What the program is told that runs the measuring programs.
#[derive(Debug)]
#[non_exhaustive]
pub struct ProofArguments {
    /// Whether nothing is measured: the table is that of the last time.
    pub is_last: bool,
    /// Whether it ends badly if a target is missed or was not measured.
    pub is_strict: bool,
    /// What to measure, and with which interpreters.
    pub measured: Arguments,
}

impl ProofArguments {
    /// Reads what the program was given. The areas are known beforehand.
    ///
    /// # Errors
    /// An option without its value, a name that isn't known, and what could only be passed over in silence: the table is
    /// made of records that have their place, and criterion keeps none.
    pub fn read(arguments: impl IntoIterator<Item = String>, areas: &[&str]) -> Outcome<Self> {
        let (mut is_last, mut is_strict) = (false, false);
        let rest = arguments.into_iter().filter(|argument| match argument.as_str() {
            "--last" => {
                is_last = true;
                false
            }
            "--strict" => {
                is_strict = true;
                false
            }
            _ => true,
        });
        let measured = Arguments::read(rest, areas)?;
        if measured.criterion || measured.results.is_some() {
            return Err(
                "--criterion and --results are for a benchmark by itself: cargo bench --bench …".into()
            );
        }
        if is_last && !measured.wanted.is_empty() {
            return Err(format!("--last measures nothing: not {} either", measured.wanted.join(", ")).into());
        }
        Ok(Self { is_last, is_strict, measured })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Outcome<Arguments> {
        Arguments::read(line.split_whitespace().map(str::to_owned), &["decode", "encode"])
    }

    #[test]
    fn wants_everything_when_nothing_is_named_and_else_what_is_named() {
        assert!(read("--bench").unwrap().wants("encode"));
        let named = read("decode --php /opt/php").unwrap();
        assert!(named.wants("decode") && !named.wants("encode"));
        assert_eq!(named.php, PathBuf::from("/opt/php"));
    }

    #[test]
    fn refuses_names_that_it_does_not_know() {
        assert!(read("decoed").unwrap_err().to_string().contains("decode, encode"));
    }
    fn proof(line: &str) -> Outcome<ProofArguments> {
        ProofArguments::read(line.split_whitespace().map(str::to_owned), &["csr", "wire"])
    }

    #[test]
    fn tells_the_last_table_or_measures_some_areas() {
        let last = proof("--last --strict").unwrap();
        assert!(last.is_last && last.is_strict && last.measured.wants("csr"));
        let some = proof("csr --python /opt/python").unwrap();
        assert!(
            !some.is_last && !some.is_strict && some.measured.wants("csr") && !some.measured.wants("wire")
        );
        assert_eq!(some.measured.python, PathBuf::from("/opt/python"));
    }

    #[test]
    fn refuses_what_a_table_of_all_could_only_pass_over() {
        for line in ["--criterion", "csr --criterion", "--results here.jsonl", "--last csr"] {
            assert!(proof(line).is_err(), "{line}");
        }
    }
}
