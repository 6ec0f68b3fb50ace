//! What a test does to a sandbox, and sees of it, besides SOAP. The JSON of `/control/` and the methods of
//! [`Sandbox`](crate::Sandbox) are two doors to this one room.

use std::{fmt, net::SocketAddr};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use url::Url;

use super::Service;
use crate::{
    checks::Finding,
    clock::ClockError,
    dns::DnsRecord,
    error::{ControlError, InvalidInput},
    orders::{Rejection, StoredMail},
};

/// What an order is told that was refused through the control API.
const REJECTED_BY_HAND: &str = "the order was refused through the control API";

/// Where a sandbox is reached, and what time it is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Info {
    /// Where SOAP calls are posted.
    pub endpoint: Url,
    /// The root of the control API.
    pub control: Url,
    /// Its DNS server, over UDP and TCP.
    pub dns: SocketAddr,
    /// Its clock.
    pub now: Timestamp,
    /// Where its root and intermediate certificates are, in PEM. Intermediates are made as they are needed.
    pub roots: Url,
}

/// A message that the CA would have sent.
///
/// Its `Debug` leaves out text and link: who knows the link can approve, and logs have many readers.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Mail {
    /// Its number, from 1.
    pub id: u64,
    /// The order it is about.
    pub order_id: String,
    /// Whom it went to.
    pub to: String,
    /// Its subject line.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// The link in it. Opening it shows a page; the button on the page approves.
    pub approve_url: Url,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// When somebody approved.
    pub approved_at: Option<Timestamp>,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("id", &self.id)
            .field("order_id", &self.order_id)
            .field("to", &self.to)
            .field("subject", &self.subject)
            .field("sent_at", &self.sent_at)
            .field("approved_at", &self.approved_at)
            .finish_non_exhaustive()
    }
}

impl Service {
    pub(crate) fn info(&self) -> Info {
        Info {
            endpoint: self.at("service/PartnerApi.wsdl"),
            control: self.at("control/"),
            dns: self.dns_address,
            now: self.clock.now(),
            roots: self.at("control/roots.pem"),
        }
    }

    /// Root first.
    pub(crate) fn roots_pem(&self) -> String {
        self.authority.certificates_pem()
    }

    pub(crate) fn publish_dns(&self, record: DnsRecord) {
        self.dns.publish(record);
    }

    pub(crate) fn withdraw_dns(&self, record: &DnsRecord) -> Result<(), ControlError> {
        match self.dns.withdraw(record) {
            true => Ok(()),
            false => Err(ControlError::NotFound { what: "record" }),
        }
    }

    pub(crate) fn publish_http(&self, host: &str, path: &str, body: &str) -> Result<(), InvalidInput> {
        let host = self.files.publish(host, path, body)?;
        self.dns.add_web_host(&host);
        Ok(())
    }

    pub(crate) fn mail(&self) -> Vec<Mail> {
        self.book().inbox.all().iter().map(|mail| self.present(mail)).collect()
    }

    /// Clicks the link in a message, by its number.
    pub(crate) async fn approve_mail(&self, id: u64) -> Result<(), ControlError> {
        let mail = self.book().inbox.get(id).cloned();
        self.approve(mail.ok_or(ControlError::NotFound { what: "message" })?).await
    }

    /// What a link shows before anybody approves: the domain and the order.
    pub(crate) fn find_link(&self, token: &str) -> Option<StoredMail> {
        self.book().inbox.by_token(token).cloned()
    }

    /// Approves, as the button behind the link does. A second click changes nothing, and is no error.
    pub(crate) async fn approve(&self, mail: StoredMail) -> Result<(), ControlError> {
        let replaced = || ControlError::Conflict {
            reason: "this message was replaced by a newer one, or its order is closed".to_owned(),
        };
        let names = {
            let book = self.book();
            let order = book.order(&mail.order_id).ok_or(ControlError::NotFound { what: "order" })?;
            if mail.approved_at.is_some() {
                return Ok(());
            }
            if order.verification.code != mail.code || !order.can_be_verified(self.clock.now()) {
                return Err(replaced());
            }
            let names = order.names.iter().map(|state| state.name.clone());
            names.filter(|name| name.is_at_or_below(&mail.domain)).collect::<Vec<_>>()
        };
        let mut findings = self.checker.check(&names, &mail.code, None).await;
        findings.iter_mut().for_each(|finding: &mut Finding| finding.control = Some(Ok(())));
        let now = self.clock.now();
        let mut book = self.book();
        // Somebody else clicked meanwhile.
        if book.inbox.get(mail.id).is_some_and(|mail| mail.approved_at.is_some()) {
            return Ok(());
        }
        let order = book
            .order_mut(&mail.order_id)
            .filter(|order| order.verification.code == mail.code && order.can_be_verified(now))
            .ok_or_else(replaced)?;
        order.record(&findings, now);
        book.inbox.mark_approved(mail.id, now);
        Ok(())
    }

    /// The CA refuses an order that has no certificate yet.
    pub(crate) fn reject_order(&self, order_id: &str) -> Result<(), ControlError> {
        let now = self.clock.now();
        let mut book = self
            .settled(order_id, now)
            .map_err(|failure| ControlError::Conflict { reason: failure.0.to_string() })?;
        let order = book.order_mut(order_id).ok_or(ControlError::NotFound { what: "order" })?;
        if order.issued.is_some() {
            return Err(ControlError::Conflict {
                reason: "the order has its certificate already".to_owned(),
            });
        }
        // Refused twice is refused the first time.
        order.rejected.get_or_insert_with(|| Rejection { at: now, reason: REJECTED_BY_HAND.to_owned() });
        Ok(())
    }

    pub(crate) fn advance_clock(&self, by: SignedDuration) -> Result<Timestamp, ClockError> {
        self.clock.advance(by)
    }

    fn present(&self, mail: &StoredMail) -> Mail {
        let approve_url = self.at(&format!("approve/{}", mail.token));
        Mail {
            id: mail.id,
            order_id: mail.order_id.clone(),
            to: mail.to.clone(),
            subject: format!("Domain verification: {}", mail.domain),
            text: format!(
                "A certificate was ordered for {}.\nTo approve it, open this page and press the button:\n\
                 {approve_url}\n",
                mail.domain
            ),
            approve_url,
            sent_at: mail.sent_at,
            approved_at: mail.approved_at,
        }
    }

    fn at(&self, path: &str) -> Url {
        // The base ends in a slash, so that a relative path can't fail to join.
        self.base.join(path).unwrap_or_else(|_| self.base.clone())
    }
}
