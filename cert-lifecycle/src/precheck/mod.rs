//! The look from our side before the CA is asked: is the proof where the CA will look for it, and does CAA let it
//! issue?
//!
//! The CA says little about why a look of its own failed, and looks again when it likes. What [`precheck`] finds are
//! [`Problem`]s in words that a customer can act on.

mod caa;
mod lookups;
mod network;
mod problem;
mod proof;
#[cfg(test)]
mod tests;

use cert_domain::{DnsName, Instruction, NameSet, VerificationCode, VerificationMethod, instructions};
use futures::future::{join, join_all};
use futures::{StreamExt as _, stream};
use serde::Serialize;

pub use self::lookups::{Answer, CaaRecord, FetchError, LookupError, ProofLookups, WebAnswer};
pub use self::network::{NetworkLookups, ResolverError};
pub use self::problem::Problem;

/// How many names are looked at side by side from one place.
const SIDE_BY_SIDE: usize = 8;

/// What is asked.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Question<'a> {
    /// The order's names.
    pub names: &'a NameSet,
    /// How control of them is to be proved.
    pub method: &'a VerificationMethod,
    /// The CA's code. Without it, before the order, CAA alone is looked at.
    pub code: Option<&'a VerificationCode>,
    /// The reseller's account at the CA as CAA records name it, if that is known.
    pub account_uri: Option<&'a str>,
}

impl<'a> Question<'a> {
    /// What is asked before there is an order.
    #[must_use]
    pub fn new(names: &'a NameSet, method: &'a VerificationMethod) -> Self {
        Self { names, method, code: None, account_uri: None }
    }

    /// What is asked once the CA has told its code.
    #[must_use]
    pub fn with_code(mut self, code: &'a VerificationCode) -> Self {
        self.code = Some(code);
        self
    }

    /// The same for an account that CAA records may name.
    #[must_use]
    pub fn with_account_uri(mut self, uri: &'a str) -> Self {
        self.account_uri = Some(uri);
        self
    }

    /// What proves a name: for methods that cover the names below a name, at the topmost name over it.
    fn instruction(&self, name: &DnsName) -> Option<Instruction> {
        let name = if covers_names_below(self.method) { self.topmost(name) } else { name };
        self.own_instruction(name)
    }

    /// What proves a name by itself.
    fn own_instruction(&self, name: &DnsName) -> Option<Instruction> {
        let alone = NameSet::try_from(vec![name.clone()]).ok()?;
        instructions(&alone, self.method, self.code).into_iter().next()
    }

    fn topmost(&self, name: &'a DnsName) -> &'a DnsName
    where
        Self: 'a,
    {
        let over = self.names.as_slice().iter().filter(|other| lies_within(name, other.base()));
        over.min_by_key(|other| other.base().len()).unwrap_or(name)
    }
}

fn covers_names_below(method: &VerificationMethod) -> bool {
    *method != VerificationMethod::File
}

fn lies_within(name: &DnsName, base: &str) -> bool {
    name.base().strip_suffix(base).is_some_and(|prefix| prefix.is_empty() || prefix.ends_with('.'))
}

/// What was found about a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NameReport {
    /// The name.
    pub name: DnsName,
    /// What has to be done for it, if anything can be said.
    pub instruction: Option<Instruction>,
    /// What was seen, from each place.
    pub views: Vec<View>,
}

/// What was seen of a name from one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct View {
    /// From where.
    pub from: String,
    /// What would keep the CA from issuing; empty if it can.
    pub problems: Vec<Problem>,
}

impl NameReport {
    /// Whether all is well, from everywhere. For a proof by message that means CAA alone.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.views.iter().all(|view| view.problems.is_empty())
    }

    /// All that is wrong, each once, and whether places differ.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = Vec::new();
        for problem in self.views.iter().flat_map(|view| &view.problems) {
            if !problems.contains(problem) {
                problems.push(problem.clone());
            }
        }
        let (well, ill): (Vec<&View>, Vec<&View>) =
            self.views.iter().partition(|view| view.problems.is_empty());
        if !well.is_empty() && !ill.is_empty() {
            let names = |views: Vec<&View>| views.into_iter().map(|view| view.from.clone()).collect();
            problems.push(Problem::ViewsDiffer { well_from: names(well), ill_from: names(ill) });
        }
        problems
    }
}

/// Looks at all names from all places, and says about each what the CA would find. In the order of the names; the
/// views in that of the places.
///
/// A name under another one of the order needs no proof of its own, except for files. Silence of the domain's name
/// servers about CAA is a problem, as it forbids the CA to issue.
///
/// Time goes by with the number of questions: a few for each name, eight names side by side. A name whose servers are
/// silent takes some seconds.
pub async fn precheck(question: &Question<'_>, from: &[&dyn ProofLookups]) -> Vec<NameReport> {
    let views = join_all(from.iter().map(|lookups| look(question, *lookups))).await;
    let names = question.names.as_slice().iter().enumerate();
    names
        .map(|(index, name)| NameReport {
            name: name.clone(),
            instruction: question.instruction(name),
            views: from
                .iter()
                .zip(&views)
                .map(|(lookups, seen)| View {
                    from: lookups.vantage_point().to_owned(),
                    problems: seen.get(index).cloned().unwrap_or_default(),
                })
                .collect(),
        })
        .collect()
}

/// The problems of each name, as seen from one place.
async fn look(question: &Question<'_>, lookups: &dyn ProofLookups) -> Vec<Vec<Problem>> {
    let names = question.names.as_slice();
    // Made before any is awaited: a closure that is called between would keep this from moving to another thread.
    let proofs: Vec<_> = names.iter().map(|name| prove(question, lookups, name)).collect();
    let caa: Vec<_> = names.iter().map(|name| authorize(question, lookups, name)).collect();
    let proofs = stream::iter(proofs).buffered(SIDE_BY_SIDE);
    let caa = stream::iter(caa).buffered(SIDE_BY_SIDE);
    let (proofs, caa): (Vec<_>, Vec<_>) = join(proofs.collect(), caa.collect()).await;
    let is_proved = |name: &DnsName| {
        let mut over = names.iter().zip(&proofs).filter(|(other, _)| lies_within(name, other.base()));
        over.any(|(_, proof)| proof.is_ok())
    };
    let problem_of = |name: &DnsName| {
        let topmost = question.topmost(name);
        let found = names.iter().zip(&proofs).find(|(other, _)| *other == topmost);
        found.and_then(|(_, proof)| proof.clone().err()).unwrap_or_default()
    };
    names
        .iter()
        .zip(proofs.iter().zip(caa))
        .map(|(name, (proof, caa))| {
            let mut problems = match proof {
                Ok(()) => Vec::new(),
                Err(own) if !covers_names_below(question.method) => own.clone(),
                Err(_) if is_proved(name) => Vec::new(),
                Err(_) => problem_of(name),
            };
            problems.extend(caa.err());
            problems
        })
        .collect()
}

async fn prove(
    question: &Question<'_>,
    lookups: &dyn ProofLookups,
    name: &DnsName,
) -> Result<(), Vec<Problem>> {
    if name.is_wildcard() && *question.method == VerificationMethod::File {
        return Err(vec![Problem::FileForWildcard]);
    }
    match (question.code, question.own_instruction(name)) {
        (Some(code), Some(instruction)) => proof::check(lookups, &instruction, code.as_str()).await,
        _ => Ok(()),
    }
}

async fn authorize(
    question: &Question<'_>,
    lookups: &dyn ProofLookups,
    name: &DnsName,
) -> Result<(), Problem> {
    let intent = caa::Intent {
        is_wildcard: name.is_wildcard(),
        method: question.method,
        account: question.account_uri,
    };
    caa::check(lookups, name.base(), intent).await
}
