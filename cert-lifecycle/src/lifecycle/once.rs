//! What is done once, however often it is asked for: for programs that keep nothing of their own.

use cert_domain::{Configuration, DnsName, Form, NameEntry, ReissueForm, RenewalForm, RequestPem};
use csr_tools::PublicKeyHash;

use super::{Lifecycle, NewService, key_in_use};
use crate::ServiceId;
use crate::authority::OrderKind;
use crate::error::Error;
use crate::service::Service;

impl Service {
    /// Whether it has a certificate for this key, and no order for it is under way.
    #[must_use]
    pub fn has_certificate_for(&self, key: &PublicKeyHash) -> bool {
        let is_for = |configuration: &Configuration| configuration.request().public_key_hash() == *key;
        let issued = self.certificates.iter().any(|certificate| is_for(&certificate.configuration));
        issued && !self.state.configuration().is_some_and(is_for)
    }

    /// Whether an order for this key is under way, or the service has a certificate for it.
    fn has_ordered_with(&self, key: &PublicKeyHash) -> bool {
        let issued = self.certificates.iter().map(|certificate| &certificate.configuration);
        let mut all = self.state.configuration().into_iter().chain(issued);
        all.any(|configuration| configuration.request().public_key_hash() == *key)
    }

    /// Whether an order of this kind is under way for the key, or was the last that yielded a certificate.
    fn has_followed_with(&self, kind: OrderKind, key: &PublicKeyHash, added: &[NameEntry]) -> bool {
        let ordered = match (self.purpose(), self.state.configuration()) {
            (Some(purpose), Some(configuration)) => Some((purpose.kind(), configuration)),
            _ => self.certificate().map(|newest| (newest.kind, &newest.configuration)),
        };
        ordered.is_some_and(|(of_kind, configuration)| {
            let has = |entry: &NameEntry| match (entry.name.parse::<DnsName>(), configuration.names()) {
                (Ok(name), Some(names)) => names.contains(&name),
                _ => false,
            };
            of_kind == kind && configuration.request().public_key_hash() == *key && added.iter().all(has)
        })
    }
}

impl Lifecycle {
    /// Sells and orders in one. The service is that of the request's key: asked for again with the same request, whether the
    /// first asking came to its end or not, it is the same service, and nothing is bought twice.
    ///
    /// # Errors
    /// Everything that is wrong with the form; that the key was ordered with, for another product, customer or other names
    /// (code 1032, or [`Error::Exists`]). If the store fails.
    pub async fn order_once(&self, new: NewService, form: &Form) -> Result<ServiceId, Error> {
        let configuration = new.offer.check(form).map_err(Error::Findings)?;
        let key = configuration.request().public_key_hash();
        let id = self.create(new.with_reference(&format!("key:{key}"))).await?;
        match self.configure(id, form).await {
            // Only now: what this found before, somebody could have changed since.
            Err(error @ (Error::NotAllowed(_) | Error::Findings(_))) => {
                let service = self.service(id).await?;
                let first = service.certificates.first().map(|certificate| &certificate.configuration);
                let ordered = first.or(service.state.configuration());
                match ordered {
                    Some(ordered) if ordered.names() != configuration.names() => {
                        Err(Error::Findings(key_in_use().into()))
                    }
                    Some(_) if service.has_ordered_with(&key) => Ok(id),
                    _ => Err(error),
                }
            }
            Err(error) => Err(error),
            Ok(()) => Ok(id),
        }
    }

    /// [`reissue`](Self::reissue), once: asked for again with the same request and names, nothing happens.
    ///
    /// # Caveats
    /// A second reissue in a row that keeps its key, and adds no name, can't be told from the first asked for again.
    ///
    /// # Errors
    /// Those of [`reissue`](Self::reissue).
    pub async fn reissue_once(&self, id: ServiceId, form: &ReissueForm) -> Result<(), Error> {
        if self.has_followed(id, OrderKind::Reissue, &form.csr, &form.added).await? {
            return Ok(());
        }
        self.reissue(id, form).await
    }

    /// [`renew`](Self::renew), once: asked for again with the same request, nothing happens.
    ///
    /// # Errors
    /// Those of [`renew`](Self::renew).
    pub async fn renew_once(&self, id: ServiceId, form: &RenewalForm) -> Result<(), Error> {
        if self.has_followed(id, OrderKind::Renewal, &form.csr, &[]).await? {
            return Ok(());
        }
        self.renew(id, form).await
    }

    async fn has_followed(
        &self,
        id: ServiceId,
        kind: OrderKind,
        csr: &str,
        added: &[NameEntry],
    ) -> Result<bool, Error> {
        let service = self.service(id).await?;
        // What is wrong with the request, the order itself says.
        let key = RequestPem::check(csr).ok().map(|request| request.public_key_hash());
        Ok(key.is_some_and(|key| service.has_followed_with(kind, &key, added)))
    }
}
