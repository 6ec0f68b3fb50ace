//! What differs between the store and the account at the CA.

use std::collections::BTreeMap;

use futures::StreamExt;
use jiff::Timestamp;

use crate::authority::{CertificateStanding, ListedOrder, OrderDate, OrderProgress, OrderQuery};
use crate::error::Error;
use crate::lifecycle::Lifecycle;
use crate::service::{Service, State};
use crate::store::Search;
use crate::{OrderId, ServiceId, StateKind};

/// What differs between the store and the account at the CA, in both directions. Nothing is changed by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DriftReport {
    /// What differs.
    pub drifts: Vec<Drift>,
    /// How many orders of the CA were compared.
    pub orders: u64,
    /// How many services were compared.
    pub services: u64,
}

/// Something that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Drift {
    /// The CA has an order that belongs to no service.
    Orphan {
        /// The order.
        order_id: OrderId,
        /// Whose it is.
        customer: String,
        /// The code that it was ordered by.
        product: String,
        /// Where it stands.
        progress: OrderProgress,
    },
    /// A service has an order that the CA does not know.
    Missing {
        /// The service.
        service: ServiceId,
        /// The order.
        order_id: OrderId,
    },
    /// The CA has more orders for a service than it asked for.
    Duplicate {
        /// The service.
        service: ServiceId,
        /// Those that nobody waits for.
        order_ids: Vec<OrderId>,
    },
    /// An order stands elsewhere at the CA.
    Progress {
        /// The service.
        service: ServiceId,
        /// The order.
        order_id: OrderId,
        /// Where the service stands.
        ours: StateKind,
        /// Where the order stands at the CA.
        theirs: OrderProgress,
    },
    /// A certificate stands elsewhere at the CA.
    Certificate {
        /// The service.
        service: ServiceId,
        /// The certificate.
        serial_number: String,
        /// Where it stands here; nothing if the service does not have it.
        ours: Option<CertificateStanding>,
        /// Where it stands at the CA.
        theirs: CertificateStanding,
    },
}

impl Lifecycle {
    /// Compares the store with the account's orders of a stretch of time, and the orders of all services created in it
    /// with the account. Costs the CA pages of orders, and a call for each order that no page holds.
    ///
    /// # Errors
    /// If the CA could not be asked, or the store fails.
    pub async fn drift(&self, from: Timestamp, to: Timestamp) -> Result<DriftReport, Error> {
        let mut report = DriftReport::default();
        let query = OrderQuery { by: OrderDate::Placed, from, to, with_requestor: false };
        let mut seen: BTreeMap<String, ()> = BTreeMap::new();
        let mut orders = self.parts.authority.orders(query);
        while let Some(order) = orders.next().await {
            let order = order?;
            report.orders += 1;
            seen.insert(order.order_id.as_str().to_owned(), ());
            match self.parts.store.service_of_order(&order.order_id).await? {
                Some(id) => {
                    if let Some(service) = self.parts.load(id).await? {
                        compare(&service, &order, &mut report.drifts);
                    }
                }
                None if order.progress == OrderProgress::Rejected => {}
                None => report.drifts.push(Drift::Orphan {
                    order_id: order.order_id,
                    customer: order.customer,
                    product: order.product,
                    progress: order.progress,
                }),
            }
        }
        drop(orders);
        let mut after = None;
        loop {
            let page = self.parts.store.search(Search { after, ..Search::default() }).await?;
            let Some(last) = page.last() else { return Ok(report) };
            after = Some(last.id);
            for summary in page {
                let Some(service) = self.parts.load(summary.id).await? else { continue };
                if service.created_at < from || service.created_at > to {
                    continue;
                }
                report.services += 1;
                self.find_at_the_ca(&service, &seen, &mut report.drifts).await?;
            }
        }
    }

    /// Whether the CA has the orders of a service, and no more of them.
    async fn find_at_the_ca(
        &self,
        service: &Service,
        seen: &BTreeMap<String, ()>,
        drifts: &mut Vec<Drift>,
    ) -> Result<(), Error> {
        let current = match &service.state {
            State::Validating(validating) => Some(&validating.order_id),
            State::Issuing(issuing) => Some(&issuing.order_id),
            _ => None,
        };
        let issued = service.certificates.iter().map(|certificate| &certificate.order_id);
        let mut known: Vec<_> = current.into_iter().chain(issued).collect();
        known.dedup();
        for order_id in known {
            if !seen.contains_key(order_id.as_str())
                && self.parts.authority.find_order(order_id).await?.is_none()
            {
                drifts.push(Drift::Missing { service: service.id, order_id: order_id.clone() });
            }
        }
        if !service.stray_orders.is_empty() {
            let order_ids = service.stray_orders.clone();
            drifts.push(Drift::Duplicate { service: service.id, order_ids });
        }
        Ok(())
    }
}

fn compare(service: &Service, order: &ListedOrder, drifts: &mut Vec<Drift>) {
    let Some(listed) = &order.certificate else {
        let is_current = service.state.order_id() == Some(&order.order_id);
        let agrees = match (&service.state, &order.progress) {
            (State::Validating(_), progress) => *progress == OrderProgress::Validating,
            (State::Issuing(_), progress) => *progress == OrderProgress::Accepted,
            (State::Rejected { .. }, progress) => *progress == OrderProgress::Rejected,
            _ => true,
        };
        if is_current && !agrees {
            drifts.push(Drift::Progress {
                service: service.id,
                order_id: order.order_id.clone(),
                ours: service.state.kind(),
                theirs: order.progress.clone(),
            });
        }
        return;
    };
    let ours = service.certificate_with(&listed.serial_number).map(|certificate| &certificate.standing);
    let agrees = match (ours, &listed.standing) {
        // That the two date it otherwise is no difference.
        (Some(CertificateStanding::Revoked { .. }), CertificateStanding::Revoked { .. }) => true,
        (ours, theirs) => ours == Some(theirs),
    };
    if !agrees {
        drifts.push(Drift::Certificate {
            service: service.id,
            serial_number: listed.serial_number.clone(),
            ours: ours.cloned(),
            theirs: listed.standing.clone(),
        });
    }
}
