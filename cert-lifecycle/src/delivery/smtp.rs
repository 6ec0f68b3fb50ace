//! Messages by mail.

mod mail;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::{Error as SmtpError, extension::ClientId};
use tokio::time::timeout;

use super::loopback::is_loopback;
use super::{Deliver, Delivery, Message};
use crate::{Clock, SystemClock};

/// How long a whole delivery may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// How long the end of a connection may take, after that.
const FAREWELL_TIMEOUT: Duration = Duration::from_secs(1);

/// The longest reason, with all that it quotes of the server.
const MAX_REASON: usize = 200;

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SmtpSecurity {
    /// TLS from the first byte, usually at port 465 (RFC 8314 prefers it).
    Tls,
    /// TLS after `STARTTLS`, usually at port 587. A server that doesn't offer it gets nothing.
    StartTls,
    /// None. Only for servers on this machine.
    None,
}

impl SmtpSecurity {
    fn default_port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

/// Sends messages through a mail server.
///
/// # Expected flow
/// [`builder`](Self::builder), then [`deliver`](Deliver::deliver) for each message.
///
/// # Guarantees
/// - Nothing is sent to another machine without TLS and a certificate that verifies; there is no switch for that.
/// - The Message-ID is made of the message's identifier alone, and so are the boundaries between its parts: a second
///   delivery differs from the first by its date at most, and mailboxes can tell.
/// - A 5xx about the recipient or the content is `Never`. Whatever concerns this sender (the connection, the
///   certificate, the password, the sender's address) is `Later`: the message is not to blame.
/// - The password is shown by no `Debug` and no reason.
///
/// # Assumptions
/// The server delivers, or says later to the sender's mailbox that it could not. That is not seen here.
///
/// # Caveats
/// One connection per message, closed after it. Recipients whose address isn't ASCII are refused.
#[derive(Clone)]
pub struct SmtpDelivery {
    host: String,
    port: u16,
    security: Security,
    sender: Mailbox,
    hello: ClientId,
    credentials: Option<Credentials>,
    timeout: Duration,
    clock: Arc<dyn Clock>,
}

#[derive(Clone)]
enum Security {
    Tls(TlsParameters),
    StartTls(TlsParameters),
    None,
}

impl SmtpDelivery {
    /// Settings for a server, and a sender such as `Certificates <noreply@example.com>`.
    #[must_use]
    pub fn builder(
        host: impl Into<String>,
        security: SmtpSecurity,
        sender: impl Into<String>,
    ) -> SmtpDeliveryBuilder {
        SmtpDeliveryBuilder {
            host: host.into(),
            port: security.default_port(),
            security,
            sender: sender.into(),
            credentials: None,
            roots: Vec::new(),
            timeout: TIMEOUT,
            clock: Arc::new(SystemClock),
        }
    }

    /// Greets the server, protects the connection, and logs in.
    async fn connect(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let server = (self.host.as_str(), self.port);
        let tls = match &self.security {
            Security::Tls(parameters) => Some(parameters.clone()),
            Security::StartTls(_) | Security::None => None,
        };
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.timeout), &self.hello, tls, None).await?;
        if let Security::StartTls(parameters) = &self.security {
            connection.starttls(parameters.clone(), &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await?;
        }
        Ok(connection)
    }

    async fn send(&self, mail: &mail::Mail) -> Delivery {
        let mut connection = None;
        let attempt = async {
            match self.connect().await {
                Ok(connected) => self.hand_over(connection.insert(connected), mail).await,
                Err(error) => Delivery::later(describe("the mail server can't be used", &error)),
            }
        };
        let outcome = timeout(self.timeout, attempt).await.unwrap_or_else(|_| {
            Delivery::later(format!("the mail server took longer than {} s", self.timeout.as_secs()))
        });
        // The outcome is known: a server that is slow to say goodbye doesn't change it.
        if let Some(mut connection) = connection {
            let _ = timeout(FAREWELL_TIMEOUT, connection.abort()).await;
        }
        outcome
    }

    async fn hand_over(&self, connection: &mut AsyncSmtpConnection, mail: &mail::Mail) -> Delivery {
        let sender = self.sender.email.clone();
        if let Err(error) = connection.command(Mail::new(Some(sender), Vec::new())).await {
            return Delivery::later(describe("the mail server does not take the sender", &error));
        }
        if let Err(error) = connection.command(Rcpt::new(mail.recipient.clone(), Vec::new())).await {
            return refusal("the mail server does not take the recipient", &error);
        }
        if let Err(error) = connection.command(Data).await {
            return refusal("the mail server does not take the message", &error);
        }
        match connection.message(&mail.content).await {
            Ok(_) => Delivery::Delivered,
            Err(error) => refusal("the mail server does not take the message", &error),
        }
    }
}

#[async_trait]
impl Deliver<Message> for SmtpDelivery {
    async fn deliver(&self, message: &Message) -> Delivery {
        let mail = match mail::write(message, &self.sender, self.clock.now()) {
            Ok(mail) => mail,
            Err(reason) => return Delivery::never(reason),
        };
        self.send(&mail).await
    }
}

fn refusal(what: &str, error: &SmtpError) -> Delivery {
    let reason = describe(what, error);
    if error.is_permanent() { Delivery::never(reason) } else { Delivery::later(reason) }
}

/// What has happened and what the server has said to that, in one line of a sane length.
fn describe(what: &str, error: &SmtpError) -> String {
    let text = format!("{what}: {error}");
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_REASON).collect()
}

impl fmt::Debug for SmtpDelivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpDelivery")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("sender", &self.sender.to_string())
            .finish_non_exhaustive()
    }
}

/// Settings of an [`SmtpDelivery`].
#[derive(Clone)]
pub struct SmtpDeliveryBuilder {
    host: String,
    port: u16,
    security: SmtpSecurity,
    sender: String,
    credentials: Option<Credentials>,
    roots: Vec<Vec<u8>>,
    timeout: Duration,
    clock: Arc<dyn Clock>,
}

impl SmtpDeliveryBuilder {
    /// Where the server listens. Default: 465, 587 or 25, as the security has it.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The account at the server. Default: none.
    #[must_use]
    pub fn credentials(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.credentials = Some(Credentials::new(user.into(), password.into()));
        self
    }

    /// One more root to trust, in PEM, beside those of the system.
    #[must_use]
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// How long a delivery may take, from the connection to the last answer. Default: a minute.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// What dates the messages. Default: the system's clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Checks the settings. Nothing is connected yet.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn build(self) -> Result<SmtpDelivery, SmtpConfigError> {
        let sender: Mailbox = self.sender.parse().map_err(|_| SmtpConfigError::Sender)?;
        if !sender.email.to_string().is_ascii() {
            return Err(SmtpConfigError::Sender);
        }
        let security = match self.security {
            SmtpSecurity::Tls => Security::Tls(tls(&self.host, &self.roots)?),
            SmtpSecurity::StartTls => Security::StartTls(tls(&self.host, &self.roots)?),
            SmtpSecurity::None if is_loopback(&self.host) => Security::None,
            SmtpSecurity::None => return Err(SmtpConfigError::Unprotected),
        };
        Ok(SmtpDelivery {
            hello: ClientId::Domain(sender.email.domain().to_owned()),
            host: self.host,
            port: self.port,
            security,
            sender,
            credentials: self.credentials,
            timeout: self.timeout,
            clock: self.clock,
        })
    }
}

impl fmt::Debug for SmtpDeliveryBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpDeliveryBuilder")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("sender", &self.sender)
            .finish_non_exhaustive()
    }
}

fn tls(host: &str, roots: &[Vec<u8>]) -> Result<TlsParameters, SmtpConfigError> {
    let mut builder = TlsParameters::builder(host.to_owned());
    for pem in roots {
        // The library takes a text without certificates for none at all.
        if !String::from_utf8_lossy(pem).contains("-----BEGIN CERTIFICATE-----") {
            return Err(SmtpConfigError::Root);
        }
        let root = Certificate::from_pem(pem).map_err(|_| SmtpConfigError::Root)?;
        builder = builder.add_root_certificate(root);
    }
    builder.build_rustls().map_err(|_| SmtpConfigError::Tls)
}

/// What is wrong with the settings of an [`SmtpDelivery`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SmtpConfigError {
    /// The sender can't be read.
    #[error("the sender is no mail address")]
    Sender,
    /// TLS is switched off for another machine.
    #[error("mail goes to another machine over TLS alone")]
    Unprotected,
    /// A root certificate can't be read.
    #[error("a root certificate is not PEM")]
    Root,
    /// TLS can't be set up.
    #[error("TLS can't be set up for this mail server")]
    Tls,
}
