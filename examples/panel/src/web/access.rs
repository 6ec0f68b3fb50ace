//! Who may see and do what: a page that asks for one of these is served to nobody else.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, Path};
use axum::http::request::Parts;
use cert_lifecycle::{Action, Lifecycle, Role, Service, ServiceId};

use crate::people::{self, User};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::visitor::Visitor;

/// Somebody who is logged in.
pub(crate) struct Customer(pub(crate) User);

impl FromRequestParts<Arc<Shop>> for Customer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shop: &Arc<Shop>) -> Result<Self, Problem> {
        let visitor = Visitor::from_request_parts(parts, shop).await?;
        visitor.user.map(Self).ok_or(Problem::LoginNeeded)
    }
}

/// Where a request comes from.
pub(crate) struct Sender(pub(crate) IpAddr);

impl FromRequestParts<Arc<Shop>> for Sender {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shop: &Arc<Shop>) -> Result<Self, Problem> {
        let peer = ConnectInfo::<SocketAddr>::from_request_parts(parts, shop).await;
        // What the proxy has seen itself stands last; before it, anybody may have written anything.
        let told = parts.headers.get("x-forwarded-for").filter(|_| shop.is_behind_proxy);
        let told = told.and_then(|told| told.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
        told.or(peer.ok().map(|ConnectInfo(peer)| peer.ip())).map(Self).ok_or(Problem::Unreadable)
    }
}

/// An administrator. Others are not told that there is such a page.
pub(crate) struct Admin(pub(crate) User);

impl FromRequestParts<Arc<Shop>> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shop: &Arc<Shop>) -> Result<Self, Problem> {
        let Customer(user) = Customer::from_request_parts(parts, shop).await?;
        if user.role == people::Role::Admin { Ok(Self(user)) } else { Err(Problem::NotFound) }
    }
}

/// The service that a page is about, for its customer or an administrator. Others are not told that there is one.
pub(crate) struct Owned {
    pub(crate) id: ServiceId,
    pub(crate) service: Service,
    pub(crate) user: User,
    pub(crate) role: Role,
    /// The services, with this user as the one who asks.
    pub(crate) lifecycle: Lifecycle,
}

impl Owned {
    /// Refuses what menus don't show.
    pub(crate) async fn may(&self, action: Action) -> Result<(), Problem> {
        let offered = self.lifecycle.actions(self.id, self.role).await?;
        if offered.contains(&action) { Ok(()) } else { Err(Problem::NotPossible) }
    }
}

impl FromRequestParts<Arc<Shop>> for Owned {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shop: &Arc<Shop>) -> Result<Self, Problem> {
        let Customer(user) = Customer::from_request_parts(parts, shop).await?;
        let path = Path::<HashMap<String, String>>::from_request_parts(parts, shop).await;
        let id = path.ok().and_then(|Path(parts)| parts.get("id")?.parse().ok());
        let id: ServiceId = id.ok_or(Problem::NotFound)?;
        let service = shop.lifecycle.service(id).await?;
        let role = match user.role {
            people::Role::Admin => Role::Reseller,
            people::Role::Customer if user.customer == service.customer => Role::Customer,
            people::Role::Customer => return Err(Problem::NotFound),
        };
        let lifecycle = shop.lifecycle.acting_for(user.as_actor());
        Ok(Self { id, service, user, role, lifecycle })
    }
}
