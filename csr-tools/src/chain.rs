//! Chains of certificates.

mod error;
mod order;
mod verify;

pub use error::{ChainError, VerifyError};
pub use verify::Purpose;

use crate::certificate::Certificate;

/// A leaf and the CAs above it, in order: every certificate was issued by the next, its signature verified.
///
/// Order is not trust: whoever makes a heap of certificates can make a root as well.
/// [`verify`](Self::verify) asks whether the chain leads to a root that is trusted.
///
/// ```
/// use csr_tools::{Certificate, Chain, Purpose};
///
/// # let leaf = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/leaf.pem"));
/// # let ca_bundle = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/ca-bundle.pem"));
/// # let roots = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/root.pem"));
/// # let now = 1_893_456_000;
/// let heap = Certificate::chain_from_pem(ca_bundle.to_owned() + leaf)?;
/// let chain = Chain::order(&heap)?;
/// assert_eq!(chain.leaf().common_name(), Some("shop.example.com"));
/// assert_eq!(chain.intermediates().len(), 1);
///
/// let roots = Certificate::chain_from_pem(roots)?;
/// chain.verify(&roots, Purpose::TlsServer, now)?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    leaf: Certificate,
    intermediates: Vec<Certificate>,
    root: Option<Certificate>,
    unrelated: Vec<Certificate>,
}

impl Chain {
    /// The most certificates that are put in order at once. Real heaps have a handful.
    pub const MAX_CERTIFICATES: usize = 64;

    /// Orders a heap of certificates that has one leaf in it.
    ///
    /// The leaf is the one certificate that is not a CA's or, if all are, the one CA that issued none of the
    /// others. Certificates may be there twice, and CAs several times under different issuers.
    ///
    /// Of several ways up, the shortest to a root in the heap is taken; without a root, the one that leads
    /// furthest. If none of the heap issued a certificate, the chain ends there: a missing CA is no error
    /// here.
    ///
    /// # Errors
    /// [`ChainError`] if there is no certificate or no clear leaf, or if the heap is far larger than real
    /// ones.
    pub fn order(heap: &[Certificate]) -> Result<Self, ChainError> {
        let heap = order::Heap::new(heap.iter())?;
        let leaf = heap.leaf()?;
        heap.chain_from(leaf)
    }

    /// Orders a heap as the chain of this leaf, which may stand in the heap or not.
    ///
    /// # Errors
    /// [`ChainError`] if the heap is far larger than real ones.
    pub fn of_leaf(leaf: &Certificate, heap: &[Certificate]) -> Result<Self, ChainError> {
        order::Heap::new(std::iter::once(leaf).chain(heap))?.chain_from(0)
    }

    /// The certificate at the lower end.
    pub fn leaf(&self) -> &Certificate {
        &self.leaf
    }

    /// The CAs above the leaf, its issuer first, without the root.
    pub fn intermediates(&self) -> &[Certificate] {
        &self.intermediates
    }

    /// The root, if the heap had it.
    pub fn root(&self) -> Option<&Certificate> {
        self.root.as_ref()
    }

    /// What a server sends: the leaf, then the intermediates.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        std::iter::once(&self.leaf).chain(&self.intermediates)
    }

    /// What of the heap has no place above the leaf at all. Twins of the chain's CAs and other ways up are
    /// not among them.
    pub fn unrelated(&self) -> &[Certificate] {
        &self.unrelated
    }

    /// What a server sends, in PEM, with exactly one newline between two blocks.
    pub fn to_pem(&self) -> String {
        self.certificates().map(Certificate::to_pem).collect()
    }
}

/// Certificates of CAs that were put in order once, for the chains of many leaves.
///
/// # Guarantees
/// A chain is the one that [`Chain::of_leaf`] would make of the same certificates. What they signed for each other was
/// verified when they were put in order, of these very bytes; the leaf's signature is verified for each chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuers {
    certificates: Vec<Certificate>,
    /// For each certificate, who issued it.
    issuers: Vec<Vec<usize>>,
    /// How many signatures were checked to find that out.
    checks: usize,
}

impl Issuers {
    /// Puts certificates in order, whatever they are.
    ///
    /// # Errors
    /// [`ChainError`] if the heap is far larger than real ones.
    pub fn new(heap: &[Certificate]) -> Result<Self, ChainError> {
        order::Heap::new(heap.iter()).map(order::Heap::into_issuers)
    }

    /// The chain of a leaf, which may be one of the certificates or not.
    ///
    /// # Errors
    /// [`ChainError`] if the heap is far larger than real ones.
    pub fn chain_of(&self, leaf: &Certificate) -> Result<Chain, ChainError> {
        order::Heap::above(leaf, self)?.chain_from(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_data as data;

    #[test]
    fn orders_a_heap_however_it_lies() {
        let (leaf, intermediate, root) = (data::leaf(), data::intermediate(), data::root());
        let ordered = Chain::order(&[root.clone(), leaf.clone(), intermediate.clone()]).unwrap();
        assert_eq!(Chain::order(&[intermediate.clone(), root.clone(), leaf.clone()]), Ok(ordered.clone()));
        let doubled = [leaf.clone(), root.clone(), leaf.clone(), intermediate.clone(), root.clone()];
        assert_eq!(Chain::order(&doubled), Ok(ordered.clone()));
        assert_eq!(Chain::of_leaf(&leaf, &doubled), Ok(ordered.clone()));
        assert_eq!((ordered.leaf(), ordered.intermediates()), (&leaf, &[intermediate.clone()][..]));
        assert_eq!((ordered.root(), ordered.unrelated()), (Some(&root), &[][..]));
        assert_eq!(ordered.to_pem(), leaf.to_pem() + &intermediate.to_pem());
    }

    #[test]
    fn makes_the_same_chains_of_issuers_that_are_known() {
        let (leaf, intermediate, root) = (data::leaf(), data::intermediate(), data::root());
        let heaps = [
            vec![],
            vec![root.clone()],
            vec![intermediate.clone()],
            vec![root.clone(), intermediate.clone(), root.clone()],
            vec![intermediate.clone(), leaf.clone(), root.clone()],
        ];
        for heap in heaps {
            let issuers = Issuers::new(&heap).unwrap();
            for leaf in [&leaf, &intermediate, &root] {
                assert_eq!(issuers.chain_of(leaf), Chain::of_leaf(leaf, &heap), "{leaf:?} of {heap:?}");
            }
        }
    }

    #[test]
    fn verifies_each_leaf_under_issuers_that_are_known() {
        let issuers = Issuers::new(&[data::intermediate(), data::root()]).unwrap();
        assert_eq!(issuers.chain_of(&data::leaf()).unwrap().intermediates(), [data::intermediate()]);
        let mut forged = data::leaf().as_der().to_vec();
        let last = forged.len() - 1;
        forged[last] ^= 1;
        let chain = issuers.chain_of(&Certificate::from_der(forged).unwrap()).unwrap();
        assert_eq!((chain.intermediates(), chain.root()), (&[][..], None));
    }

    #[test]
    fn does_without_a_root_and_without_any_issuer() {
        let (leaf, intermediate) = (data::leaf(), data::intermediate());
        let chain = Chain::order(&[intermediate.clone(), leaf.clone()]).unwrap();
        assert_eq!((chain.intermediates(), chain.root()), (&[intermediate][..], None));

        let chain = Chain::order(&[data::root(), leaf]).unwrap();
        assert_eq!((chain.intermediates(), chain.root()), (&[][..], None));
        assert_eq!(chain.unrelated(), [data::root()]);
    }

    #[test]
    fn takes_the_lowest_ca_for_the_leaf_where_all_are_cas() {
        let chain = Chain::order(&[data::root(), data::intermediate()]).unwrap();
        assert_eq!((chain.leaf(), chain.root()), (&data::intermediate(), Some(&data::root())));
        assert_eq!(Chain::order(&[data::root()]).unwrap().leaf(), &data::root());
    }

    #[test]
    fn refuses_heaps_without_a_clear_leaf() {
        assert_eq!(Chain::order(&[]), Err(ChainError::NoCertificate));
        let mut other = data::leaf().as_der().to_vec();
        let last = other.len() - 1;
        other[last] ^= 1;
        let other = Certificate::from_der(other).unwrap();
        assert_eq!(Chain::order(&[data::leaf(), other]), Err(ChainError::SeveralLeaves { count: 2 }));
    }
}
