//! What the measuring programs are told on their command lines.

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
}
