//! The tool kits of other languages.

use std::fmt::Write as _;

use certum_benches::Outcome;
use certum_benches::arguments::Arguments;
use certum_benches::bench::Bench;
use certum_benches::peers::Peer;
use certum_benches::race::Racer;
use serde::Deserialize;

use crate::documents::Documents;

const PHP: &str = "PHP's openssl functions";
const PYTHON: &str = "Python's cryptography";

/// The tool kits that are here.
pub(crate) struct Scripts {
    php: Option<Peer>,
    python: Option<Peer>,
}

/// What a script takes out of the request that is decoded.
#[derive(Deserialize)]
struct Shown {
    common_name: String,
    /// `None` if it can't read names.
    names: Option<Vec<String>>,
    /// In hexadecimal.
    key: String,
}

impl Scripts {
    /// Starts them, and checks that they read the same as we do.
    pub(crate) fn start(bench: &Bench, arguments: &Arguments, documents: &Documents) -> Outcome<Self> {
        let directory = tempfile::tempdir()?;
        documents.write_for_peers(directory.path())?;
        let (php, python) = (&arguments.php, &arguments.python);
        let mut scripts = Self {
            php: Peer::start(bench, PHP, php, "openssl_functions.php", directory.path())?,
            python: Peer::start(bench, PYTHON, python, "cryptography_requests.py", directory.path())?,
        };
        let (common_name, names, key) = documents.expected();
        let mut hexadecimal = String::new();
        key.iter().try_for_each(|byte| write!(hexadecimal, "{byte:02x}"))?;
        for script in [&mut scripts.php, &mut scripts.python].into_iter().flatten() {
            let shown: Shown = script.show("values")?;
            if Some(shown.common_name) != common_name
                || shown.names.is_some_and(|shown| shown != names)
                || shown.key != hexadecimal
            {
                return Err("a peer reads something else".into());
            }
        }
        Ok(scripts)
    }

    pub(crate) fn join<'a>(&'a mut self, racers: &mut Vec<Racer<'a>>, work: &'static str) {
        for (name, script) in [(PHP, &mut self.php), (PYTHON, &mut self.python)] {
            let Some(script) = script else { continue };
            racers.push(Racer::new(name, move |times| script.run(work, times)));
        }
    }
}
