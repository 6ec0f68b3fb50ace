//! What is done once, however often it is asked for: for programs that keep nothing of their own.

use cert_domain::{
    CertificateForm, Configuration, DnsName, Form, HashAlgorithm, NameEntry, ReissueForm, RenewalForm,
    RequestPem,
};
use csr_tools::PublicKeyHash;
use serde_json::{Value, json};

use super::acting::{mean_newest, means_newest};
use super::{Acted, Lifecycle, NewService, key_in_use, read_form};
use crate::authority::OrderKind;
use crate::error::Error;
use crate::service::Service;
use crate::{Action, Role, ServiceId};

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
    fn has_followed_with(&self, kind: OrderKind, key: &PublicKeyHash, asked: &Asked<'_>) -> bool {
        let ordered = match (self.purpose(), self.state.configuration()) {
            (Some(purpose), Some(configuration)) => Some((purpose.kind(), configuration)),
            _ => self.certificate().map(|newest| (newest.kind, &newest.configuration)),
        };
        ordered.is_some_and(|(of_kind, configuration)| {
            let has = |entry: &NameEntry| match (entry.name.parse::<DnsName>(), configuration.names()) {
                (Ok(name), Some(names)) => names.contains(&name),
                _ => false,
            };
            // The method may have been changed since; what is signed with stays.
            let is_signed_so =
                asked.hash_algorithm.is_none_or(|said| configuration.hash_algorithm() == Some(said));
            let is_for_key = configuration.request().public_key_hash() == *key;
            of_kind == kind && is_for_key && is_signed_so && asked.added.iter().all(has)
        })
    }
}

/// What tells a renewal or a reissue from others.
struct Asked<'a> {
    csr: &'a str,
    added: &'a [NameEntry],
    hash_algorithm: Option<HashAlgorithm>,
}

impl<'a> Asked<'a> {
    fn reissue(form: &'a ReissueForm) -> Self {
        Self { csr: &form.csr, added: &form.added, hash_algorithm: form.hash_algorithm }
    }

    fn renewal(form: &'a RenewalForm) -> Self {
        Self { csr: &form.csr, added: &[], hash_algorithm: form.hash_algorithm }
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
        self.order_with(id, form, &configuration).await?;
        Ok(id)
    }

    /// [`configure`](Self::configure), once: asked for again with the same request and names, nothing happens.
    ///
    /// # Errors
    /// Those of [`configure`](Self::configure).
    pub async fn configure_once(&self, id: ServiceId, form: &Form) -> Result<(), Error> {
        let configuration = self.service(id).await?.offer.check(form).map_err(Error::Findings)?;
        self.order_with(id, form, &configuration).await
    }

    /// Configures a service, unless it was first ordered with this very configuration.
    async fn order_with(
        &self,
        id: ServiceId,
        form: &Form,
        configuration: &Configuration,
    ) -> Result<(), Error> {
        let error = match self.configure(id, form).await {
            Err(error @ (Error::NotAllowed(_) | Error::Findings(_))) => error,
            done => return done,
        };
        // Only now: what this found before, somebody could have changed since.
        let service = self.service(id).await?;
        let first = service.certificates.first().map(|certificate| &certificate.configuration);
        let Some(ordered) = first.or(service.state.configuration()) else { return Err(error) };
        if !service.has_ordered_with(&configuration.request().public_key_hash()) {
            return Err(error);
        }
        if ordered.names() == configuration.names() {
            Ok(())
        } else {
            Err(Error::Findings(key_in_use().into()))
        }
    }

    /// [`reissue`](Self::reissue), once: asked for again with the same request and names, nothing happens.
    ///
    /// # Caveats
    /// A second reissue in a row that keeps its key and its algorithm, and adds no name, can't be told from the first asked for
    /// again, also where the system made that one by itself.
    ///
    /// # Errors
    /// Those of [`reissue`](Self::reissue).
    pub async fn reissue_once(&self, id: ServiceId, form: &ReissueForm) -> Result<(), Error> {
        if has_followed(&self.service(id).await?, OrderKind::Reissue, &Asked::reissue(form)) {
            return Ok(());
        }
        self.reissue(id, form).await
    }

    /// [`renew`](Self::renew), once: asked for again with the same request, nothing happens.
    ///
    /// # Errors
    /// Those of [`renew`](Self::renew).
    pub async fn renew_once(&self, id: ServiceId, form: &RenewalForm) -> Result<(), Error> {
        if has_followed(&self.service(id).await?, OrderKind::Renewal, &Asked::renewal(form)) {
            return Ok(());
        }
        self.renew(id, form).await
    }

    /// [`act`](Self::act), once: a renewal or a reissue that is asked for again with the same request is done already,
    /// whatever the menu offers by then.
    ///
    /// # Caveats
    /// As of [`reissue_once`](Self::reissue_once), where a reissue does not say which certificate it is to replace. One that does
    /// is another reissue, as long as that certificate is the newest.
    ///
    /// # Errors
    /// Those of [`act`](Self::act).
    pub async fn act_once(
        &self,
        id: ServiceId,
        role: Role,
        action: Action,
        input: &Value,
    ) -> Result<Acted, Error> {
        let (mut reissue, renewal);
        let (kind, asked, named) = match action {
            Action::Reissue => {
                reissue = read_form::<ReissueForm>(input)?;
                let service = self.service(id).await?;
                // Whoever asks again means the certificate of then, not the one that came of it.
                if means_newest(&reissue.certificate)
                    && has_followed(&service, OrderKind::Reissue, &Asked::reissue(&reissue))
                {
                    return Ok(Acted::Done);
                }
                mean_newest(&mut reissue.certificate, &service);
                let CertificateForm { serial_number, pem } = &reissue.certificate;
                let mut named = input.clone();
                named["certificate"] = json!({"serial_number": serial_number, "pem": pem});
                (OrderKind::Reissue, Asked::reissue(&reissue), named)
            }
            Action::Renew => {
                renewal = read_form::<RenewalForm>(input)?;
                (OrderKind::Renewal, Asked::renewal(&renewal), input.clone())
            }
            _ => return self.act(id, role, action, input).await,
        };
        match self.act(id, role, action, &named).await {
            Err(error @ (Error::NotOffered { .. } | Error::NotAllowed(_) | Error::Findings(_))) => {
                let service = self.service(id).await?;
                if has_followed(&service, kind, &asked) { Ok(Acted::Done) } else { Err(error) }
            }
            done => done,
        }
    }
}

/// Whether the last order was of this kind, and for this request.
fn has_followed(service: &Service, kind: OrderKind, asked: &Asked<'_>) -> bool {
    // What is wrong with the request, the order itself says.
    let key = RequestPem::check(asked.csr).ok().map(|request| request.public_key_hash());
    key.is_some_and(|key| service.has_followed_with(kind, &key, asked))
}
