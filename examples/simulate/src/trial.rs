//! A run that is judged.

use std::collections::BTreeMap;

use crate::judge::{Judge, Verdict};
use crate::seen::Line;
use crate::{Failure, FaultKind, Remark, Settings, Watch, run};

/// What came of a run that was judged.
#[derive(Debug)]
#[non_exhaustive]
pub struct Trial {
    /// The hash of all events that were stored.
    pub hash: String,
    /// What the judges of all shops say together.
    pub verdict: Verdict,
    /// How often each kind of fault has struck.
    pub struck: BTreeMap<FaultKind, u64>,
    /// What people could not do although they meant well.
    pub remarks: Vec<Remark>,
}

impl Watch for Judge {
    fn see(&mut self, line: &Line<'_>) {
        Self::see(self, line);
    }
}

impl Trial {
    /// How often people could not do what they meant to, by kind.
    #[must_use]
    pub fn remarks_by_kind(&self) -> BTreeMap<&str, u64> {
        let mut kinds = BTreeMap::new();
        for remark in &self.remarks {
            *kinds.entry(remark.kind.as_str()).or_default() += 1;
        }
        kinds
    }
}

/// Runs what the settings ask for, and judges it.
///
/// # Errors
/// If there is no run.
pub fn judged(settings: &Settings) -> Result<Trial, Failure> {
    let ran = run(settings, |_| Judge::new())?;
    let mut verdict = Verdict::default();
    for judge in ran.watches {
        verdict.merge(judge.end());
    }
    Ok(Trial { hash: ran.hash, verdict, struck: ran.struck, remarks: ran.remarks })
}
