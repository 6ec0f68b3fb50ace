//! Putting certificates in order.

use std::collections::VecDeque;

use super::{Chain, ChainError, Issuers};
use crate::certificate::{Certificate, NotIssuedBy};

/// The most signatures that are checked for one heap. Only namesakes cost more than one each; a heap made to
/// waste time must not.
const MAX_SIGNATURE_CHECKS: usize = 256;

/// Different certificates, and which issued which.
pub(super) struct Heap<'a> {
    certificates: Vec<&'a Certificate>,
    /// For each certificate, who issued it.
    issuers: Vec<Vec<usize>>,
    /// How many signatures were checked to find that out.
    checks: usize,
}

impl<'a> Heap<'a> {
    pub(super) fn new(heap: impl Iterator<Item = &'a Certificate>) -> Result<Self, ChainError> {
        let mut certificates: Vec<&Certificate> = Vec::new();
        for certificate in heap {
            if !certificates.iter().any(|known| known.as_der() == certificate.as_der()) {
                certificates.push(certificate);
            }
            if certificates.len() > Chain::MAX_CERTIFICATES {
                return Err(ChainError::TooManyCertificates { count: certificates.len() });
            }
        }
        let mut checks = 0;
        let issuers = certificates.iter().map(|one| issuers(one, &certificates, &mut checks)).collect();
        Ok(Self { issuers: Result::from_iter::<Vec<_>>(issuers)?, certificates, checks })
    }

    /// The same heap as of the leaf and what is known, the leaf first. Who issued what of that is not found out again.
    pub(super) fn above(leaf: &'a Certificate, known: &'a Issuers) -> Result<Self, ChainError> {
        let is_known = known.certificates.iter().any(|one| one.as_der() == leaf.as_der());
        // A CA may have issued some of the others itself.
        if is_known || leaf.is_ca() {
            return Self::new(std::iter::once(leaf).chain(&known.certificates));
        }
        let certificates: Vec<_> = std::iter::once(leaf).chain(&known.certificates).collect();
        if certificates.len() > Chain::MAX_CERTIFICATES {
            return Err(ChainError::TooManyCertificates { count: certificates.len() });
        }
        let mut checks = known.checks;
        let mut all = vec![issuers(leaf, &certificates, &mut checks)?];
        // Each stands one place further on, behind the leaf.
        all.extend(known.issuers.iter().map(|issuers| issuers.iter().map(|index| index + 1).collect()));
        Ok(Self { certificates, issuers: all, checks })
    }

    /// What is worth keeping for other leaves.
    pub(super) fn into_issuers(self) -> Issuers {
        let Self { certificates, issuers, checks } = self;
        Issuers { certificates: certificates.into_iter().cloned().collect(), issuers, checks }
    }

    /// Finds the leaf: that which is no CA's, else the CA that issued no other.
    pub(super) fn leaf(&self) -> Result<usize, ChainError> {
        let all = 0..self.certificates.len();
        let mut leaves: Vec<usize> =
            all.clone().filter(|index| self.certificates[*index].is_leaf()).collect();
        if leaves.is_empty() {
            let issued_another = |index: &usize| {
                let mut others = self.issuers.iter().enumerate();
                others.any(|(other, issuers)| other != *index && issuers.contains(index))
            };
            leaves = all.filter(|index| !issued_another(index)).collect();
        }
        match leaves[..] {
            [leaf] => Ok(leaf),
            [] if self.certificates.is_empty() => Err(ChainError::NoCertificate),
            [] => Err(ChainError::NoLeaf),
            _ => Err(ChainError::SeveralLeaves { count: leaves.len() }),
        }
    }

    /// Goes up from the leaf, breadth first: the first root that is met is the nearest; without one, the last
    /// certificate to come a step further is at the end of the longest way.
    pub(super) fn chain_from(&self, leaf: usize) -> Result<Chain, ChainError> {
        let mut steps: Vec<Option<Step>> = vec![None; self.certificates.len()];
        steps[leaf] = Some(Step { below: leaf, height: 0 });
        let mut queue = VecDeque::from([leaf]);
        let (mut top, mut height_of_top, mut root) = (leaf, 0, None);
        while let Some(index) = queue.pop_front() {
            let height = steps[index].as_ref().map_or(0, |step| step.height);
            if height > height_of_top {
                (top, height_of_top) = (index, height);
            }
            if root.is_none() && index != leaf && self.is_root(index) {
                root = Some(index);
            }
            for issuer in &self.issuers[index] {
                if steps[*issuer].is_none() {
                    steps[*issuer] = Some(Step { below: index, height: height + 1 });
                    queue.push_back(*issuer);
                }
            }
        }

        let mut upwards = Vec::new();
        let mut index = root.unwrap_or(top);
        while index != leaf {
            upwards.push(index);
            index = steps[index].as_ref().map_or(leaf, |step| step.below);
        }
        upwards.reverse();
        let root = root.and_then(|_| upwards.pop());

        let take = |index: usize| self.certificates[index].clone();
        let is_related = |index: &usize| {
            let same = |other: usize| is_twin(self.certificates[*index], self.certificates[other]);
            (0..steps.len()).any(|other| steps[other].is_some() && (other == *index || same(other)))
        };
        let unrelated = (0..self.certificates.len()).filter(|index| !is_related(index)).map(take).collect();
        Ok(Chain {
            leaf: take(leaf),
            intermediates: upwards.into_iter().map(take).collect(),
            root: root.map(take),
            unrelated,
        })
    }

    /// Whether the certificate signed itself.
    fn is_root(&self, index: usize) -> bool {
        self.issuers[index].contains(&index)
    }
}

/// How a certificate was come to on the way up.
#[derive(Clone)]
struct Step {
    below: usize,
    height: usize,
}

/// Finds the issuers of a certificate. The name is compared first, so that few signatures are checked.
fn issuers(
    certificate: &Certificate,
    candidates: &[&Certificate],
    checks: &mut usize,
) -> Result<Vec<usize>, ChainError> {
    let mut found = Vec::new();
    for (index, candidate) in candidates.iter().enumerate() {
        match certificate.is_issued_by(candidate) {
            Ok(()) => found.push(index),
            Err(NotIssuedBy::OtherName | NotIssuedBy::NotACa) => continue,
            Err(NotIssuedBy::Signature(_)) => {}
        }
        *checks += 1;
        if *checks > MAX_SIGNATURE_CHECKS {
            return Err(ChainError::TooManyNamesakes);
        }
    }
    Ok(found)
}

/// Whether both are certificates of one CA: of the same name and key, under different issuers or dates.
fn is_twin(one: &Certificate, other: &Certificate) -> bool {
    one.is_ca()
        && other.is_ca()
        && one.subject_der() == other.subject_der()
        && one.public_key() == other.public_key()
}
