//! What people do about certificates: have them followed by others, revoke them, take their files.

use std::fmt;

use cert_domain::{
    CertificateForm, CertificateReference, Configuration, Finding, Predecessor, ReissueForm, RenewalForm,
    RequestPem, RevocationForm, check_recipient,
};
use csr_tools::{Bundle, Certificate, CertificateRequest, PrivateKey, PublicKeyHash};
use jiff::Timestamp;

use super::{Lifecycle, key_in_use};
use crate::ServiceId;
use crate::authority::{CertificateStanding, Purpose};
use crate::error::Error;
use crate::service::{Command, Event, Service, ServiceCertificate, utc};

/// A certificate with everything that can be saved of it.
#[non_exhaustive]
pub struct CertificateFiles {
    /// The files; with the key, if it was asked for.
    pub bundle: Bundle,
    /// The key, if it was asked for.
    pub key: Option<PrivateKey>,
}

impl fmt::Debug for CertificateFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateFiles").field("bundle", &self.bundle).finish_non_exhaustive()
    }
}

impl Lifecycle {
    /// Replaces a certificate under the same purchase, perhaps with more names. The CA revokes the replaced one within 14
    /// days of the new one.
    ///
    /// # Errors
    /// Everything that is wrong with the form, among it a key that was used before (code 1032) and a certificate that is
    /// none of the service's (1159); or another order is under way.
    pub async fn reissue(&self, id: ServiceId, form: &ReissueForm) -> Result<(), Error> {
        let service = self.service(id).await?;
        let replaced = meant(&service, &form.certificate)?;
        let before = Predecessor::of(&replaced.configuration, &service.customer);
        let reissue = form.check(&service.offer, &before).map_err(Error::Findings)?;
        let purpose = Purpose::Reissue {
            serial_number: replaced.certificate.serial_number.clone(),
            added: reissue.added.clone(),
        };
        let configuration = replaced.configuration.reissued(&reissue);
        self.succeed(id, &service, purpose, configuration).await
    }

    /// Buys a certificate for the next term, in the place of one that nears its end. It is the host's to charge for it.
    ///
    /// # Errors
    /// As [`reissue`](Self::reissue); besides another common name (1168) or a product without a renewal (1166).
    pub async fn renew(&self, id: ServiceId, form: &RenewalForm) -> Result<(), Error> {
        let service = self.service(id).await?;
        let followed = meant(&service, &form.certificate)?;
        let before = Predecessor::of(&followed.configuration, &service.customer);
        let renewal = form.check(&service.offer, &service.customer, &before).map_err(Error::Findings)?;
        let serial_number = followed.certificate.serial_number.clone();
        let configuration = followed.configuration.renewed(&renewal);
        self.succeed(id, &service, Purpose::Renewal { serial_number }, configuration).await
    }

    async fn succeed(
        &self,
        id: ServiceId,
        service: &Service,
        purpose: Purpose,
        configuration: Configuration,
    ) -> Result<(), Error> {
        let key = configuration.request().public_key_hash();
        let is_kept = purpose.follows().and_then(|serial| service.certificate_with(serial));
        let keeps_key = matches!(purpose, Purpose::Reissue { .. })
            && is_kept.is_some_and(|before| before.configuration.request().public_key_hash() == key);
        if service.used_keys.contains(&key) && !keeps_key {
            return Err(Error::Findings(key_in_use().into()));
        }
        let command = Command::Succeed { purpose, configuration: Box::new(configuration) };
        self.execute_with(id, command, vec![key], None).await.map(|_| ())
    }

    /// Keeps a request for the next certificate: the next renewal, or a reissue that comes of itself, uses it. Given again,
    /// the last one counts.
    ///
    /// # Errors
    /// What is wrong with the request, among it a key that was used before (code 1032) and another common name (1168).
    pub async fn store_request(&self, id: ServiceId, csr: &str) -> Result<(), Error> {
        let service = self.service(id).await?;
        let request = RequestPem::check(csr).map_err(Error::Findings)?;
        let key = request.public_key_hash();
        if service.used_keys.contains(&key) {
            return Err(Error::Findings(key_in_use().into()));
        }
        if let Some(certificate) = service.certificate() {
            // Everything that a renewal checks about the request.
            let form = RenewalForm {
                certificate: CertificateForm::by_serial_number(&certificate.certificate.serial_number),
                csr: csr.to_owned(),
                ..RenewalForm::default()
            };
            let before = Predecessor::of(&certificate.configuration, &service.customer);
            match form.check(&service.offer, &service.customer, &before) {
                Err(findings) if findings.as_slice().iter().any(|finding| finding.code != 1166) => {
                    return Err(Error::Findings(findings));
                }
                _ => {}
            }
        }
        self.execute_with(id, Command::StoreRequest(request), vec![key], None).await.map(|_| ())
    }

    /// Revokes a certificate: for good, and at once. The worker asks the CA until it says yes or no. Left empty, the serial
    /// number is the newest certificate's.
    ///
    /// # Errors
    /// Everything that is wrong with the form; a certificate that is none of the service's is
    /// [`Error::NoCertificate`].
    pub async fn revoke(&self, id: ServiceId, form: &RevocationForm) -> Result<(), Error> {
        let service = self.service(id).await?;
        let mut form = form.clone();
        if form.serial_number.trim().is_empty() {
            let newest = service.certificate().ok_or(Error::NoCertificate)?;
            form.serial_number = newest.certificate.serial_number.clone();
        }
        let named = form.serial_number.parse::<csr_tools::SerialNumber>().ok();
        let certificate = named.and_then(|serial| service.certificate_with(&serial.to_string()));
        let first =
            certificate.map_or(Timestamp::UNIX_EPOCH, |certificate| certificate.certificate.not_before);
        let revocation = form.check(utc(first), utc(self.parts.now())).map_err(Error::Findings)?;
        if certificate.is_none() {
            return Err(Error::NoCertificate);
        }
        self.execute(id, Command::Revoke(revocation)).await
    }

    /// Sends a certificate's files to somebody, the newest certificate's if none is named, to the customer's own mailbox
    /// if no other is given. Never a key.
    ///
    /// # Errors
    /// If there is no such certificate, or no mailbox is known ([`Error::NoCertificate`]); or what is given is no address.
    pub async fn send_certificate(
        &self,
        id: ServiceId,
        serial_number: Option<&str>,
        email: Option<&str>,
    ) -> Result<(), Error> {
        let service = self.service(id).await?;
        let certificate = certificate(&service, serial_number)?;
        let serial_number = certificate.certificate.serial_number.clone();
        let email = email.or_else(|| service.mailbox()).ok_or(Error::NoCertificate)?;
        let email = check_recipient(email).map_err(|finding| Error::Findings(finding.into()))?;
        self.execute(id, Command::SendCertificate { serial_number, email }).await
    }

    /// The files of a certificate, the newest if none is named, without the key.
    ///
    /// # Errors
    /// If there is no such certificate.
    pub async fn files(&self, id: ServiceId, serial_number: Option<&str>) -> Result<CertificateFiles, Error> {
        let service = self.service(id).await?;
        let bundle = bundle(certificate(&service, serial_number)?, None)?;
        Ok(CertificateFiles { bundle, key: None })
    }

    /// The files of a certificate with the key that the vault keeps for it. The history says that it was used.
    ///
    /// # Errors
    /// If there is no such certificate; [`Error::NoKey`] if no key is kept.
    pub async fn files_with_key(
        &self,
        id: ServiceId,
        serial_number: Option<&str>,
    ) -> Result<CertificateFiles, Error> {
        let service = self.service(id).await?;
        let certificate = certificate(&service, serial_number)?;
        let key = self.open_key(id, certificate).await?;
        let bundle = bundle(certificate, Some(&key))?;
        Ok(CertificateFiles { bundle, key: Some(key) })
    }

    /// The key that the vault keeps for a certificate, the newest if none is named. It stays kept, and the history says that
    /// it was used: for whoever puts it in a safe place before [`take_key`](Self::take_key) has it kept no longer.
    ///
    /// # Errors
    /// Those of [`files_with_key`](Self::files_with_key).
    pub async fn kept_key(&self, id: ServiceId, serial_number: Option<&str>) -> Result<PrivateKey, Error> {
        let service = self.service(id).await?;
        self.open_key(id, certificate(&service, serial_number)?).await
    }

    async fn open_key(&self, id: ServiceId, certificate: &ServiceCertificate) -> Result<PrivateKey, Error> {
        let vault = self.parts.vault.as_ref().ok_or(Error::NoKey)?;
        let hash = certificate.configuration.request().public_key_hash();
        let opened = vault.open(&hash, self.actor_name()).await.map_err(no_key)?;
        self.record_key(id, opened.record).await?;
        Ok(opened.key)
    }

    /// Hands out the key that the vault keeps for a certificate, once: it is kept no longer. The history says so.
    ///
    /// # Errors
    /// If there is no such certificate; [`Error::NoKey`] if no key is kept, or was handed out before.
    pub async fn take_key(&self, id: ServiceId, serial_number: Option<&str>) -> Result<PrivateKey, Error> {
        let service = self.service(id).await?;
        let certificate = certificate(&service, serial_number)?;
        let vault = self.parts.vault.as_ref().ok_or(Error::NoKey)?;
        let hash = certificate.configuration.request().public_key_hash();
        let opened = vault.take_out(&hash, self.actor_name()).await.map_err(no_key)?;
        if let Err(error) = self.record_key(id, opened.record).await {
            // Not handed out unseen, and not lost either. That it was kept again is no more than was known before.
            let _kept = vault.keep(&opened.key, self.actor_name()).await?;
            return Err(error);
        }
        Ok(opened.key)
    }

    /// Whether the vault has the key of one of a service's certificates.
    pub(super) async fn holds_key(&self, service: &Service) -> Result<bool, Error> {
        let Some(vault) = &self.parts.vault else { return Ok(false) };
        for held in service.certificates.iter().rev() {
            if vault.holds(&held.configuration.request().public_key_hash()).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Deletes the keys of a service that nobody needs any more: of certificates that are over or revoked, and of orders
    /// that came to nothing. Says how many.
    ///
    /// # Errors
    /// If the vault or the store fails. What was deleted until then is in the history.
    pub async fn purge_keys(&self, id: ServiceId) -> Result<usize, Error> {
        let vault = self.parts.vault.as_ref().ok_or(Error::NoKey)?;
        let history = self.history(id).await?;
        let service = self.service(id).await?;
        let now = self.parts.now();
        let needed = |hash: &PublicKeyHash| {
            let ordered = service.state.configuration().map(Configuration::request);
            let stored = service.stored_request.as_ref().map(|stored| &stored.request);
            let live = service.certificates.iter().filter(|certificate| {
                let is_revoked = matches!(certificate.standing, CertificateStanding::Revoked { .. });
                !is_revoked && now <= certificate.certificate.not_after
            });
            let live = live.map(|certificate| certificate.configuration.request());
            ordered.into_iter().chain(stored).chain(live).any(|request| request.public_key_hash() == *hash)
        };
        let mut hashes: Vec<_> = history.iter().filter_map(|recorded| key_of(&recorded.event)).collect();
        hashes.sort_unstable_by_key(|hash| *hash.as_bytes());
        hashes.dedup();
        let mut purged = 0;
        for hash in hashes.into_iter().filter(|hash| !needed(hash)) {
            if let Some(record) = vault.purge(&hash, self.actor_name()).await? {
                self.record_key(id, record).await?;
                purged += 1;
            }
        }
        Ok(purged)
    }
}

/// The key that an event brought to a service. One that was made for a form that was not handed in yet is none of them.
fn key_of(event: &Event) -> Option<PublicKeyHash> {
    let request = match event {
        Event::Configured { configuration } | Event::SuccessorBegun { configuration, .. } => {
            configuration.request()
        }
        Event::RequestStored { request, .. } => request,
        _ => return None,
    };
    Some(request.public_key_hash())
}

fn no_key(error: crate::vault::KeyVaultError) -> Error {
    match error {
        crate::vault::KeyVaultError::NotKept(_) => Error::NoKey,
        other => Error::Vault(other),
    }
}

fn certificate<'a>(
    service: &'a Service,
    serial_number: Option<&str>,
) -> Result<&'a ServiceCertificate, Error> {
    let found = match serial_number {
        Some(serial_number) => service.certificate_with(serial_number),
        None => service.certificate(),
    };
    found.ok_or(Error::NoCertificate)
}

/// The certificate that a form means. Left empty, the newest.
fn meant<'a>(service: &'a Service, form: &CertificateForm) -> Result<&'a ServiceCertificate, Error> {
    let serial_number = match form.check().map_err(|finding| Error::Findings(finding.into()))? {
        CertificateReference::SerialNumber(serial_number) => serial_number,
        CertificateReference::Certificate(pem) => {
            Certificate::from_pem(&pem).map(|read| read.serial_number().to_string()).unwrap_or_default()
        }
        _ => String::new(),
    };
    service.certificate_with(&serial_number).ok_or_else(|| {
        let english = "none of this service's certificates has this serial number";
        let polish = "żaden certyfikat tej usługi nie ma tego numeru seryjnego";
        let finding = Finding::stated(1159, "serialNumber", english, polish).with_value(&serial_number);
        Error::Findings(finding.into())
    })
}

fn bundle(held: &ServiceCertificate, key: Option<&PrivateKey>) -> Result<Bundle, Error> {
    let bundle = held.certificate.bundle(key).ok_or(Error::NoCertificate)??;
    // An order that was placed elsewhere has no request to add.
    match CertificateRequest::from_pem(held.configuration.request().pem()) {
        Ok(request) => Ok(bundle.with_request(&request)?),
        Err(_) => Ok(bundle),
    }
}
