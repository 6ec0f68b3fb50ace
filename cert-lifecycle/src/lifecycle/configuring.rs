//! From a sale to a form that was handed in.

use std::fmt;

use cert_domain::{
    CustomerId, Finding, Form, KeyChoice, Language, Offer, SetupTrigger, Step, check_recipient,
};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey, RequestBuilder};
use sha2::{Digest, Sha256};

use super::{Lifecycle, Parts};
use crate::authority::{AuthorityError, NewOrder};
use crate::error::Error;
use crate::notice::LinkToken;
use crate::policy::after;
use crate::service::{Command, ConfigurationLink, decide};
use crate::vault::AuditRecord;
use crate::{OrderId, ServiceId};

/// A service to create.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewService {
    /// Its identifier, where the host has one of its own to derive it from: the same sale is then created once, however
    /// often it is asked for.
    pub id: Option<ServiceId>,
    /// What is sold.
    pub offer: Offer,
    /// Who buys it.
    pub customer: CustomerId,
    /// Where notices go to until the form says better.
    pub email: Option<String>,
    /// The language of notices, if not the offer's.
    pub language: Option<Language>,
    /// Whether the customer is sent a link to the form.
    pub invites: bool,
}

impl NewService {
    /// An offer, sold to a customer.
    #[must_use]
    pub fn new(offer: Offer, customer: CustomerId) -> Self {
        Self { id: None, offer, customer, email: None, language: None, invites: false }
    }

    /// The same under the host's own name for it, such as `whmcs:1234`.
    #[must_use]
    pub fn with_reference(mut self, reference: &str) -> Self {
        self.id = Some(ServiceId::for_reference(reference));
        self
    }

    /// The same with a mailbox for notices.
    #[must_use]
    pub fn with_email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// The same with a language for notices.
    #[must_use]
    pub fn with_language(mut self, language: Language) -> Self {
        self.language = Some(language);
        self
    }

    /// The same, and the customer is sent a link to the form.
    #[must_use]
    pub fn inviting(mut self) -> Self {
        self.invites = true;
        self
    }
}

/// A key that was made for a customer, and the request for it.
#[non_exhaustive]
pub struct GeneratedRequest {
    /// The request, PEM: to be put into the form.
    pub csr: String,
    /// The key, for the customer to save. Nobody keeps it unless the form says so.
    pub key: PrivateKey,
    /// Whether the vault keeps it.
    pub is_kept: bool,
}

impl fmt::Debug for GeneratedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GeneratedRequest").field("is_kept", &self.is_kept).finish_non_exhaustive()
    }
}

impl Lifecycle {
    /// Creates a service that awaits its configuration.
    ///
    /// # Errors
    /// If the store or the source of randomness fails.
    pub async fn create_service(&self, offer: Offer, customer: CustomerId) -> Result<ServiceId, Error> {
        self.create(NewService::new(offer, customer)).await
    }

    /// Creates a service that awaits its configuration. One with an identifier of its own is created once; asked for
    /// again, nothing happens, and no second link is sent.
    ///
    /// # Errors
    /// If the offer is for the CA's other service, test or production. If the mailbox is none. If a service with this identifier was sold to somebody else, or is of another product. If the store or the source of
    /// randomness fails.
    pub async fn create(&self, new: NewService) -> Result<ServiceId, Error> {
        let NewService { id, offer, customer, email, language, invites } = new;
        if let Some(finding) = self.parts.other_mode(&offer) {
            return Err(Error::Findings(finding.into()));
        }
        let email = email.map(|email| check_recipient(&email)).transpose();
        let email = email.map_err(|finding| Error::Findings(finding.into()))?;
        let chosen = id;
        let id = match id {
            Some(id) => id,
            None => ServiceId::new(self.parts.now(), &*self.parts.entropy)?,
        };
        let code = offer.product.code.clone();
        let command = Command::Create { offer: Box::new(offer), customer: customer.clone(), email, language };
        match self.execute(id, command).await {
            Err(Error::Exists(_)) if chosen.is_some() => {
                let service = self.service(id).await?;
                let is_same = service.customer == customer && service.offer.product.code == code;
                if !is_same {
                    return Err(Error::Exists(id));
                }
                // Whoever created it may have died before the link was made.
                if invites && service.link.is_none() && service.version == 1 {
                    self.invite(id).await?;
                }
                Ok(id)
            }
            Err(error) => Err(error),
            Ok(()) => {
                if invites {
                    self.invite(id).await?;
                }
                Ok(id)
            }
        }
    }

    /// Creates a service if its offer says that this is the moment for it: as soon as it is ordered, paid, or accepted by
    /// hand.
    ///
    /// # Errors
    /// Those of [`create`](Self::create).
    pub async fn create_at(&self, moment: SetupTrigger, new: NewService) -> Result<Option<ServiceId>, Error> {
        if new.offer.setup == moment { self.create(new).await.map(Some) } else { Ok(None) }
    }

    /// Makes a new link that opens the form, and tells the customer; a former link opens it no longer.
    ///
    /// # Errors
    /// If the service takes no form. If the store or the source of randomness fails.
    pub async fn invite(&self, id: ServiceId) -> Result<LinkToken, Error> {
        let mut random = [0; 32];
        self.parts.entropy.fill(&mut random)?;
        let token = LinkToken::new(random);
        let lasts = std::time::Duration::try_from(self.parts.terms.link_lasts).unwrap_or_default();
        let link =
            ConfigurationLink { digest: digest(token.reveal()), expires_at: after(self.parts.now(), lasts) };
        self.execute_with(id, Command::MakeLink(link), Vec::new(), Some(token.clone())).await?;
        Ok(token)
    }

    /// Whether a token opens the form of a service, for the customer who is logged in, if somebody is.
    ///
    /// # Errors
    /// [`Error::LinkInvalid`] if it does not: it is another one, it is too old, the form was handed in, or the service is
    /// another customer's. They are not told apart.
    pub async fn open_link(
        &self,
        id: ServiceId,
        token: &str,
        customer: Option<&CustomerId>,
    ) -> Result<(), Error> {
        let service = match self.service(id).await {
            Ok(service) => service,
            Err(Error::NotFound(_)) => return Err(Error::LinkInvalid),
            Err(error) => return Err(error),
        };
        let now = self.parts.now();
        // Digests are compared, so that the time it takes says nothing of the token.
        let opens =
            service.link.as_ref().is_some_and(|link| link.digest == digest(token) && now < link.expires_at);
        let is_owner = customer.is_none_or(|customer| *customer == service.customer);
        if opens && is_owner { Ok(()) } else { Err(Error::LinkInvalid) }
    }

    /// Keeps what was filled in so far, to be gone on with later.
    ///
    /// # Errors
    /// If the service takes no form.
    pub async fn save_draft(&self, id: ServiceId, form: &Form) -> Result<(), Error> {
        self.execute(id, Command::SaveDraft(Box::new(form.clone()))).await
    }

    /// The form as it was left: the draft, or what was handed in last.
    ///
    /// # Errors
    /// If there is no such service, or the store fails.
    pub async fn draft(&self, id: ServiceId) -> Result<Form, Error> {
        let service = self.service(id).await?;
        let last = service.certificate().map(|certificate| &certificate.configuration);
        let known = service.state.configuration().or(last).map(|known| known.to_form());
        Ok(service.draft.or(known).unwrap_or_default())
    }

    /// Checks one step of the form, without storing it.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub async fn check_step(&self, id: ServiceId, form: &Form, step: Step) -> Result<(), Error> {
        let service = self.service(id).await?;
        service.offer.check_step(form, step).map_err(Error::Findings)
    }

    /// Makes a key and a request for what the form says. If the form wants the key kept, and there is a vault, it is kept
    /// before anybody sees it.
    ///
    /// # Errors
    /// Everything that is wrong with the form; or the vault failed.
    pub async fn generate_request(&self, id: ServiceId, form: &Form) -> Result<GeneratedRequest, Error> {
        let service = self.service(id).await?;
        let builder = service.offer.request_to_sign(form).map_err(Error::Findings)?;
        let (algorithm, keep) = match form.key {
            KeyChoice::Generate { algorithm, keep } => (algorithm, keep),
            _ => (KeyAlgorithm::Rsa2048, false),
        };
        let (key, request) = make_request(builder, algorithm)?;
        let is_kept = match &self.parts.vault {
            Some(vault) if keep => {
                let record = vault.keep(&key, self.actor_name()).await?;
                self.record_key(id, record).await?;
                true
            }
            _ => false,
        };
        Ok(GeneratedRequest { csr: request.to_pem(), key, is_kept })
    }

    /// Checks a form without storing it: first here, then, if nothing was found, at the CA.
    ///
    /// # Errors
    /// Everything that is wrong with the form; or the CA could not be asked.
    pub async fn check_form(&self, id: ServiceId, form: &Form) -> Result<(), Error> {
        let service = self.service(id).await?;
        let configuration = service.offer.check(form).map_err(Error::Findings)?;
        // Asked of a service that takes no form, the CA would be asked about an order that nobody can place.
        let command = Command::Configure(configuration.clone());
        decide(Some(&service), command, self.parts.now(), &self.parts.terms)?;
        let order_id = OrderId::for_attempt(id, service.attempts.saturating_add(1));
        let order = NewOrder::new(order_id, &service.customer, &service.offer, &configuration);
        self.parts.authority.check_order(&order).await.map_err(|error| match error {
            AuthorityError::Refused(findings) | AuthorityError::Blocked(findings) => {
                Error::Findings(findings)
            }
            other => Error::Authority(other),
        })
    }

    /// Takes what the customer filled in; the worker orders next.
    ///
    /// # Errors
    /// Everything that is wrong with the form, among it a key that serves another service; or the service is
    /// configured already.
    pub async fn configure(&self, id: ServiceId, form: &Form) -> Result<(), Error> {
        let service = self.service(id).await?;
        let configuration = service.offer.check(form).map_err(Error::Findings)?;
        let key = configuration.request().public_key_hash();
        if service.used_keys.contains(&key) {
            return Err(Error::Findings(super::key_in_use().into()));
        }
        self.execute_with(id, Command::Configure(configuration), vec![key], None).await.map(|_| ())
    }

    pub(super) fn actor_name(&self) -> &str {
        self.actor.as_ref().map_or("system", |actor| actor.as_str())
    }

    pub(super) async fn record_key(&self, id: ServiceId, record: AuditRecord) -> Result<(), Error> {
        self.execute(id, Command::RecordKey(record)).await
    }
}

impl Parts {
    /// That an offer is for the CA's other service, if it is.
    pub(crate) fn other_mode(&self, offer: &Offer) -> Option<Finding> {
        let english = "this offer is for the CA's other service: test or production";
        let polish = "ta oferta dotyczy drugiej usługi urzędu: testowej albo produkcyjnej";
        let is_other = self.authority.mode().is_some_and(|mode| mode != offer.mode);
        is_other.then(|| Finding::stated(Finding::NO_CODE, "mode", english, polish))
    }
}

/// A fresh key, and a request for it.
pub(crate) fn make_request(
    builder: RequestBuilder,
    algorithm: KeyAlgorithm,
) -> Result<(PrivateKey, CertificateRequest), Error> {
    let key = PrivateKey::generate(algorithm).map_err(Error::Key)?;
    let request = builder.sign(&key).map_err(Error::Request)?;
    Ok((key, request))
}

fn digest(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
