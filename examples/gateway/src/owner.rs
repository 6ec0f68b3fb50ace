//! Whose a service is, and whose a customer.
//!
//! A service is known to be a host's before it is created: whatever dies in between, no service is nobody's. The other way round
//! a host may own a name for which there is no service yet, which is found by nobody.

use anyhow::{Result, bail};
use cert_lifecycle::records::{Kept, Records};
use cert_lifecycle::store::Recorded;
use cert_lifecycle::{ServiceId, StoreError};
use serde::{Deserialize, Serialize};

use crate::database::Database;
use crate::token::{self, Token};

/// The kind of the records that say whose a service is.
const SERVICES: &str = "gateway_service";

/// Whose a service is, kept under the service.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Owned {
    pub(crate) host: String,
    pub(crate) reference: String,
}

impl Kept for Owned {
    const KIND: &'static str = SERVICES;
}

/// Which service a host's reference means, where it does not follow from the reference.
#[derive(Serialize, Deserialize)]
struct Assigned {
    service: ServiceId,
}

impl Kept for Assigned {
    const KIND: &'static str = "gateway_reference";
}

/// Whose a customer is, kept under the customer. The CA tells renewals apart by customer, product and key, and knows no hosts.
#[derive(Serialize, Deserialize)]
struct Served {
    host: String,
}

impl Kept for Served {
    const KIND: &'static str = "gateway_customer";
}

/// Whether a text can be a host's own name for a service.
pub(crate) fn is_reference(text: &str) -> bool {
    (1..=200).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

/// The service that a host's reference means, whether there is one or not.
pub(crate) async fn service_for(
    records: &Records,
    host: &str,
    reference: &str,
) -> Result<ServiceId, StoreError> {
    let assigned: Option<Assigned> = records.find(&kept_as(host, reference)).await?;
    Ok(assigned.map_or_else(|| created_for(host, reference), |assigned| assigned.service))
}

/// Notes that a service is a host's, and says whose it is.
pub(crate) async fn own(
    records: &Records,
    id: ServiceId,
    host: &str,
    reference: &str,
) -> Result<Owned, StoreError> {
    let owned = Owned { host: host.to_owned(), reference: reference.to_owned() };
    records.add(&id.to_string(), Some(host), &owned).await?;
    Ok(find(records, id).await?.unwrap_or(owned))
}

/// What the rows of a host's services are found by.
pub(crate) fn recorded(host: &str) -> Recorded {
    Recorded { kind: SERVICES.to_owned(), owner: host.to_owned() }
}

pub(crate) async fn find(records: &Records, id: ServiceId) -> Result<Option<Owned>, StoreError> {
    records.find(&id.to_string()).await
}

/// Notes that a customer is a host's, and says whether he is: no other host's customer is called so.
pub(crate) async fn serve(records: &Records, host: &str, customer: &str) -> Result<bool, StoreError> {
    let key = token::hash(customer);
    records.add(&key, Some(host), &Served { host: host.to_owned() }).await?;
    Ok(records.find::<Served>(&key).await?.is_none_or(|served| served.host == host))
}

/// Gives a service that is nobody's to a host.
pub(crate) async fn assign(database: &Database, host: &str, id: ServiceId, reference: &str) -> Result<()> {
    const ANOTHER: &str = "the host has another service with this reference";
    let records = &database.records();
    if !is_reference(reference) {
        bail!("a reference has 1 to 200 characters");
    }
    if records.list::<Token>(Some(host), 1).await?.is_empty() {
        bail!("no host with a token is called so");
    }
    let Some(summary) = database.store().summary(id).await? else { bail!("there is no such service") };
    let is_theirs = |owned: &Owned| owned.host == host && owned.reference == reference;
    if find(records, id).await?.is_some_and(|owned| !is_theirs(&owned)) {
        bail!("the service is somebody's already");
    }
    let created = created_for(host, reference);
    let is_taken =
        find(records, created).await?.is_some() || database.store().summary(created).await?.is_some();
    if created != id && is_taken {
        bail!(ANOTHER);
    }
    if !serve(records, host, &summary.row.customer).await? {
        bail!("another host has a customer who is called {}", summary.row.customer);
    }
    let mut is_new = false;
    if created != id {
        is_new = records.add(&kept_as(host, reference), Some(host), &Assigned { service: id }).await?;
        if service_for(records, host, reference).await? != id {
            bail!(ANOTHER);
        }
    }
    // Whoever creates a service under the reference at this moment looks once more, too, after he has said that it is his.
    let came_between = created != id && find(records, created).await?.is_some();
    if !came_between && is_theirs(&own(records, id, host, reference).await?) {
        return Ok(());
    }
    if is_new {
        records.remove::<Assigned>(&kept_as(host, reference)).await?;
    }
    bail!("somebody took the reference or the service meanwhile");
}

/// Takes a service back that was given to a host: it is nobody's again.
pub(crate) async fn unassign(records: &Records, host: &str, id: ServiceId, reference: &str) -> Result<()> {
    let assigned: Option<Assigned> = records.find(&kept_as(host, reference)).await?;
    if assigned.is_none_or(|assigned| assigned.service != id) {
        bail!("the service was not given to this host under this reference");
    }
    let owned = find(records, id).await?;
    if owned.is_some_and(|owned| owned.host == host && owned.reference == reference) {
        records.remove::<Owned>(&id.to_string()).await?;
    }
    records.remove::<Assigned>(&kept_as(host, reference)).await?;
    Ok(())
}

/// The service that a host creates under a reference.
fn created_for(host: &str, reference: &str) -> ServiceId {
    ServiceId::for_reference(&format!("gateway:{host}:{reference}"))
}

/// A host's reference, as short as the key of a record has to be.
fn kept_as(host: &str, reference: &str) -> String {
    token::hash(&format!("{host}:{reference}"))
}
