//! What a test does to a sandbox, and sees of it, besides SOAP. The JSON of `/control/` and the methods of
//! [`Sandbox`](crate::Sandbox) are two doors to this one room.

use std::{fmt, net::SocketAddr};

use certum_api::types::RevocationReason;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use url::Url;

use super::{Decision, Service, VerificationDecision};
use crate::{
    checks::Finding,
    clock::ClockError,
    dns::DnsRecord,
    error::{ControlError, InvalidInput},
    orders::{
        Certificate, CheckKind, Letter, Order, OrderKey, Rejection, Standing, StoredMail, Worth, wire_method,
    },
};

/// What an order is told that was refused through the control API.
const REJECTED_BY_HAND: &str = "the order was refused through the control API";

/// Where a sandbox is reached, and what time it is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Info {
    /// Where SOAP calls are posted.
    pub endpoint: Url,
    /// Where the description of the service is, for SOAP tool kits.
    pub wsdl: Url,
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
    /// The link in it, if it asks for anything. Opening it shows a page; the button on the page approves.
    pub approve_url: Option<Url>,
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
            wsdl: self.at("service/PartnerApi.wsdl"),
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
        self.files.publish(host, path, body, |host| self.dns.add_web_host(host))
    }

    pub(crate) fn withdraw_http(&self, host: &str, path: &str) -> Result<(), ControlError> {
        let withdrawn = self.files.withdraw(host, path, |host| self.dns.remove_web_host(host));
        withdrawn.ok_or(ControlError::NotFound { what: "file" })
    }

    pub(crate) fn mail(&self) -> Vec<Mail> {
        self.book().inbox.all().map(|mail| self.present(mail)).collect()
    }

    pub(crate) fn mail_about(&self, order_id: &str) -> Vec<Mail> {
        let book = self.book();
        let mut about: Vec<&StoredMail> =
            book.keys_of(order_id).iter().flat_map(|key| book.inbox.about(*key)).collect();
        about.sort_unstable_by_key(|mail| mail.id);
        about.into_iter().map(|mail| self.present(mail)).collect()
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
        if mail.approved_at.is_some() {
            return Ok(());
        }
        match &mail.letter {
            Letter::Domain { domain, code, .. } => self.approve_domain(&mail, domain, code).await,
            Letter::Mailbox { .. } => self.approve_mailbox(&mail),
            Letter::Instruction { .. } => {
                Err(conflict("this message asks for nothing that a click could give"))
            }
        }
    }

    async fn approve_domain(&self, mail: &StoredMail, domain: &str, code: &str) -> Result<(), ControlError> {
        let replaced = || conflict("this message was replaced by a newer one, or its order is closed");
        let questions: Vec<_> = {
            let (book, now) = self.settled();
            let order = book.get(mail.order).ok_or(ControlError::NotFound { what: "order" })?;
            if !order.has_code(code) || !order.can_be_verified(now) {
                return Err(replaced());
            }
            let questions = order.questions(now).into_iter();
            questions.filter(|question| question.name.is_at_or_below(domain)).collect()
        };
        let mut findings = self.checker.check(&questions, code, None).await;
        findings.iter_mut().for_each(|finding: &mut Finding| finding.control = Some(Ok(())));
        let (mut book, now) = self.settled();
        // Somebody else clicked meanwhile.
        if book.inbox.get(mail.id).is_some_and(|mail| mail.approved_at.is_some()) {
            return Ok(());
        }
        let is_open = |order: &&Order| order.has_code(code) && order.can_be_verified(now);
        book.get(mail.order).filter(is_open).ok_or_else(replaced)?;
        book.change(mail.order, now, |order| order.record(&findings, now));
        book.inbox.mark_approved(mail.id, now);
        Ok(())
    }

    fn approve_mailbox(&self, mail: &StoredMail) -> Result<(), ControlError> {
        let (mut book, now) = self.settled();
        let order = book.get(mail.order).ok_or(ControlError::NotFound { what: "order" })?;
        let email = order.email.as_ref().filter(|email| order.is_open() && email.verified_at.is_none());
        let email = email.ok_or_else(|| conflict("the mailbox is proven already, or its order is closed"))?;
        if email.sent_at != mail.sent_at || now > email.link_valid_until() {
            return Err(conflict("the link has expired, or a newer message has replaced this one"));
        }
        book.change(mail.order, now, |order| {
            if let Some(email) = &mut order.email {
                email.verified_at = Some(now);
            }
            order.settle_check(CheckKind::Email, Standing::Verified { at: now });
        });
        book.inbox.mark_approved(mail.id, now);
        Ok(())
    }

    /// Decides about an order what an officer of the CA would.
    pub(crate) async fn decide(
        &self,
        order_id: &str,
        decision: VerificationDecision,
    ) -> Result<(), ControlError> {
        self.catch_up().await;
        let (key, is_domain) = {
            let (mut book, now) = self.settled();
            let (key, order) = book.newest(order_id).ok_or(ControlError::NotFound { what: "order" })?;
            if !order.is_open() {
                return Err(conflict("the order has its certificate, or is closed"));
            }
            let decision = Decision::read(order, decision, now)?;
            let is_domain = matches!(decision, Decision::Names(true));
            book.change(key, now, |order| decision.carry_out(order, now));
            (key, is_domain)
        };
        // The officer vouches for the names, but not for what CAA says.
        if is_domain {
            self.look(key).await;
        }
        Ok(())
    }

    /// The CA refuses an order that has no certificate yet.
    pub(crate) fn reject_order(&self, order_id: &str) -> Result<(), ControlError> {
        let (mut book, now) = self.settled();
        let (key, order) = book.newest(order_id).ok_or(ControlError::NotFound { what: "order" })?;
        if order.certificate.is_some() {
            return Err(conflict("the order has its certificate already"));
        }
        // Refused twice is refused the first time.
        book.change(key, now, |order| {
            order.rejected.get_or_insert_with(|| Rejection::by_authority(now, REJECTED_BY_HAND.to_owned()));
        });
        Ok(())
    }

    /// The CA revokes a certificate by itself. It is named by its serial number, or by its order.
    pub(crate) fn revoke_by_authority(
        &self,
        handle: &str,
        reason: RevocationReason,
    ) -> Result<(), ControlError> {
        let (mut book, now) = self.settled();
        let serial = handle.to_ascii_lowercase();
        let by_order = book.keys_of(handle).iter().rev().copied();
        let by_serial = book.of_serial(serial.trim_start_matches('0')).map(|(key, ..)| key);
        let issued = |key: &OrderKey| book.get(*key).is_some_and(|order| order.certificate.is_some());
        let found = by_order.chain(by_serial).find(issued);
        let key = found.ok_or(ControlError::NotFound { what: "certificate" })?;
        let certificate = book.get(key).and_then(|order| order.certificate.as_ref());
        let can_end = |certificate: &Certificate| {
            certificate.worth(now) == Worth::Valid && !certificate.has_expired(now)
        };
        if !certificate.is_some_and(can_end) {
            return Err(conflict("the certificate is revoked already, or over"));
        }
        book.revoke(key, now, self.revocation_takes, reason, None);
        Ok(())
    }

    pub(crate) fn advance_clock(&self, by: SignedDuration) -> Result<Timestamp, ClockError> {
        self.clock.advance(by)
    }

    fn present(&self, mail: &StoredMail) -> Mail {
        let approve_url = mail.letter.token().map(|token| self.at(&format!("approve/{token}")));
        let link = approve_url.as_ref().map(Url::as_str).unwrap_or_default();
        let (subject, text) = match &mail.letter {
            Letter::Domain { domain, .. } => (
                format!("Domain verification: {domain}"),
                format!(
                    "A certificate was ordered for {domain}.\nTo approve it, open this page and press the \
                     button:\n{link}\n"
                ),
            ),
            Letter::Mailbox { .. } => (
                format!("E-mail verification: {}", mail.to),
                format!(
                    "A certificate was ordered for the mailbox {}.\nTo approve it, open this page and press \
                     the button:\n{link}\n",
                    mail.to
                ),
            ),
            Letter::Instruction { method, code } => (
                format!("Domain verification of order {}", mail.order_id),
                format!("Please publish this code ({}): {code}\n", wire_method(*method).as_str()),
            ),
        };
        Mail {
            id: mail.id,
            order_id: mail.order_id.clone(),
            to: mail.to.clone(),
            subject,
            text,
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

fn conflict(reason: &str) -> ControlError {
    ControlError::Conflict { reason: reason.to_owned() }
}
