//! Which orders of an account are one purchase, and which purchase renews which.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use cert_domain::Offer;
use csr_tools::Certificate;
use jiff::Timestamp;

use crate::authority::{CertificateStanding, ListedCertificate, ListedOrder};

/// The purchases that a list of orders tells of, as they were placed.
pub(super) fn purchases(mut listed: Vec<ListedOrder>, offers: &[Offer]) -> Vec<Purchase<'_>> {
    listed.sort_by_key(|order| order.placed_at);
    let mut purchases: Vec<Purchase<'_>> = Vec::new();
    let mut alike: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    let mut renewed = BTreeSet::new();
    for orders in by_identifier(listed) {
        let mut orders = orders.into_iter();
        let Some(first) = orders.next() else { continue };
        let mut purchase = Purchase::new(first, orders.collect(), offers);
        let numbers = alike.entry(purchase.kin()).or_default();
        if purchase.first.is_reissue {
            let reissued = followed(&purchases, numbers.iter().copied(), &purchase);
            if let Some(reissued) = reissued.and_then(|number| purchases.get_mut(number)) {
                reissued.add(purchase);
                continue;
            }
        } else if purchase.is_renewal() {
            // A certificate is renewed once.
            let open = numbers.iter().copied().filter(|number| !renewed.contains(number));
            purchase.renews = followed(&purchases, open, &purchase);
            renewed.extend(purchase.renews);
        }
        numbers.push(purchases.len());
        purchases.push(purchase);
    }
    purchases
}

/// An order, and its reissues.
pub(super) struct Purchase<'a> {
    /// The order that it began with: a reissue where what it reissues is not known.
    pub(super) first: ListedOrder,
    /// What it is sold as.
    pub(super) offer: Option<&'a Offer>,
    /// The number of the purchase that it renews.
    pub(super) renews: Option<usize>,
    /// The orders after the first, as they were placed.
    later: Vec<ListedOrder>,
    /// What its orders were issued for, as they were placed.
    certified: Vec<Certified>,
}

impl<'a> Purchase<'a> {
    fn new(first: ListedOrder, later: Vec<ListedOrder>, offers: &'a [Offer]) -> Self {
        let certified = iter::once(&first).chain(&later).filter_map(Certified::of).collect();
        Self { offer: offer_of(&first.product, offers), renews: None, certified, first, later }
    }

    /// Its orders, as they were placed.
    pub(super) fn orders(&self) -> impl DoubleEndedIterator<Item = &ListedOrder> {
        iter::once(&self.first).chain(&self.later)
    }

    /// Those of its orders that have a certificate.
    pub(super) fn issued(&self) -> impl DoubleEndedIterator<Item = (&ListedOrder, &ListedCertificate)> {
        self.orders().filter_map(|order| Some((order, order.certificate.as_ref()?)))
    }

    /// Its newest certificate that is in force.
    pub(super) fn in_force(&self, now: Timestamp) -> Option<(&ListedOrder, &ListedCertificate)> {
        let is_in_force = |listed: &ListedCertificate| {
            listed.standing == CertificateStanding::Valid && listed.not_after > now
        };
        self.issued().rev().find(|(_, listed)| is_in_force(listed))
    }

    /// Whose it is, and of which product: only what has both in common can follow each other. A first order, a renewal
    /// and their reissues may be listed under either code of a product.
    fn kin(&self) -> (String, String) {
        let product = self.offer.map_or(self.first.product.as_str(), |offer| offer.product.code.as_str());
        (self.first.customer.clone(), product.to_owned())
    }

    fn is_renewal(&self) -> bool {
        self.offer.is_some_and(|offer| offer.product.code.as_str() != self.first.product)
    }

    /// Takes in a reissue.
    fn add(&mut self, reissue: Self) {
        self.later.push(reissue.first);
        self.later.extend(reissue.later);
        self.later.sort_by_key(|order| order.placed_at);
        self.certified.extend(reissue.certified);
        self.certified.sort_by_key(|certified| certified.placed_at);
    }
}

/// What an order was issued for, as far as it tells one purchase from another.
struct Certified {
    placed_at: Timestamp,
    not_after: Timestamp,
    hosts: BTreeSet<String>,
    /// The common name and the mailboxes: they tell apart what has no hosts.
    others: (Option<String>, Vec<String>),
}

impl Certified {
    fn of(order: &ListedOrder) -> Option<Self> {
        let listed = order.certificate.as_ref()?;
        let leaf = Certificate::from_pem_or_base64(&listed.certificate).ok()?;
        Some(Self {
            placed_at: order.placed_at,
            not_after: listed.not_after,
            hosts: leaf.dns_names().iter().map(|host| host.to_ascii_lowercase()).collect(),
            others: (leaf.common_name().map(str::to_owned), leaf.email_addresses().to_vec()),
        })
    }

    /// Whether the CA can have issued this as what follows the other: a reissue may add names, and neither drops any.
    fn can_follow(&self, other: &Self) -> bool {
        let is_same = if other.hosts.is_empty() {
            self.hosts.is_empty() && self.others == other.others
        } else {
            other.hosts.is_subset(&self.hosts)
        };
        // The CA neither reissues nor renews what is over.
        is_same && other.not_after > self.placed_at
    }
}

/// The purchase among the numbered ones that another reissues or renews: the one with the most names; of these the newest is
/// reissued, and the one that ends first is renewed.
fn followed(
    purchases: &[Purchase<'_>],
    numbers: impl Iterator<Item = usize>,
    follower: &Purchase<'_>,
) -> Option<usize> {
    // What is not sold is not known by both of its codes.
    let follows = follower.offer.and(follower.certified.first())?;
    let candidates = numbers.filter_map(|number| {
        let certified = &purchases.get(number)?.certified;
        let before = certified.iter().rev().find(|before| before.placed_at <= follows.placed_at)?;
        let rank = match follower.first.is_reissue {
            true => before.placed_at.as_second(),
            false => -before.not_after.as_second(),
        };
        follows.can_follow(before).then_some((before.hosts.len(), rank, number))
    });
    candidates.max().map(|(_, _, number)| number)
}

/// The orders that share an identifier together, by the first of them.
fn by_identifier(listed: Vec<ListedOrder>) -> impl Iterator<Item = Vec<ListedOrder>> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut together: BTreeMap<usize, Vec<ListedOrder>> = BTreeMap::new();
    for (place, order) in listed.into_iter().enumerate() {
        let place = *places.entry(order.order_id.as_str().to_owned()).or_insert(place);
        together.entry(place).or_default().push(order);
    }
    together.into_values()
}

/// What an order is sold as, by either code of the product.
fn offer_of<'a>(product: &str, offers: &'a [Offer]) -> Option<&'a Offer> {
    let is_first = |offer: &&Offer| offer.product.code.as_str() == product;
    let is_renewal =
        |offer: &&Offer| offer.product.renewal_code.as_ref().is_some_and(|code| code.as_str() == product);
    offers.iter().find(is_first).or_else(|| offers.iter().find(is_renewal))
}
