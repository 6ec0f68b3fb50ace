//! The way from a worker process to the office.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use cert_domain::{Evidence, Instruction, ListedProduct, Revocation, VerificationCode};
use cert_lifecycle::{
    Approver, AuthorityError, Cancellation, CertificateAuthority, EmailState, FetchedCertificate, FoundOrder,
    ListedOrder, NameState, NewOrder, OrderId, OrderProgress, OrderQuery, OrderReport, PlacedOrder,
    ProofPublisher, PublishError,
};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// The office, as a worker sees it: a line for each call that is under way.
pub(crate) struct Counter {
    address: String,
    idle: Mutex<Vec<BufReader<TcpStream>>>,
}

/// Nothing of what is asked here comes up in the load.
fn unheard_of() -> AuthorityError {
    AuthorityError::Unavailable("the office does no such thing".into())
}

impl Counter {
    pub(crate) fn at(address: &str) -> Self {
        Self { address: address.to_owned(), idle: Mutex::default() }
    }

    async fn line(&self) -> std::io::Result<BufReader<TcpStream>> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(line) = idle {
            return Ok(line);
        }
        let line = TcpStream::connect(&self.address).await?;
        line.set_nodelay(true)?;
        Ok(BufReader::new(line))
    }

    async fn ask(&self, question: &str) -> std::io::Result<String> {
        let mut line = self.line().await?;
        line.write_all(format!("{question}\n").as_bytes()).await?;
        let mut answer = String::new();
        if line.read_line(&mut answer).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        Ok(answer.trim_end().to_owned())
    }

    /// Asks what may be asked again.
    async fn read(&self, question: &str) -> Result<String, AuthorityError> {
        self.ask(question).await.map_err(|error| AuthorityError::Unavailable(error.into()))
    }
}

#[async_trait]
impl CertificateAuthority for Counter {
    async fn check_order(&self, _: &NewOrder) -> Result<(), AuthorityError> {
        Err(unheard_of())
    }

    async fn place_order(&self, order: &NewOrder) -> Result<PlacedOrder, AuthorityError> {
        let question = format!("place {} {} {}", order.order_id, order.customer, order.product);
        let answer =
            self.ask(&question).await.map_err(|error| AuthorityError::UnknownOutcome(error.into()))?;
        match answer.split_once(' ') {
            Some(("placed", code)) => {
                Ok(PlacedOrder { order_id: order.order_id.clone(), code: Some(VerificationCode::new(code)) })
            }
            _ if answer == "taken" => Err(AuthorityError::OrderIdTaken),
            _ => Err(AuthorityError::UnknownOutcome(answer.into())),
        }
    }

    async fn find_order(&self, order_id: &OrderId) -> Result<Option<FoundOrder>, AuthorityError> {
        let answer = self.read(&format!("find {order_id}")).await?;
        if answer == "none" {
            return Ok(None);
        }
        let found = answer.strip_prefix("found ").and_then(|whose| whose.split_once(' '));
        let (customer, product) = found.ok_or_else(unheard_of)?;
        Ok(Some(FoundOrder {
            order_id: order_id.clone(),
            customer: customer.to_owned(),
            product: product.to_owned(),
            progress: OrderProgress::Issued,
        }))
    }

    fn orders(&self, _: OrderQuery) -> BoxStream<'_, Result<ListedOrder, AuthorityError>> {
        stream::iter([Err(unheard_of())]).boxed()
    }

    async fn renew_code(
        &self,
        _: &OrderId,
        _: Option<&Approver>,
    ) -> Result<Option<VerificationCode>, AuthorityError> {
        Err(unheard_of())
    }

    async fn start_check(&self, code: &VerificationCode) -> Result<(), AuthorityError> {
        self.read(&format!("check {}", code.as_str())).await.map(|_| ())
    }

    async fn order_report(&self, order_id: &OrderId) -> Result<OrderReport, AuthorityError> {
        self.read(&format!("report {order_id}")).await?;
        Ok(OrderReport { progress: OrderProgress::Issued, checks: Vec::new() })
    }

    async fn name_states(&self, _: &OrderId) -> Result<Vec<NameState>, AuthorityError> {
        Err(unheard_of())
    }

    async fn resend_email(&self, _: &OrderId) -> Result<(), AuthorityError> {
        Err(unheard_of())
    }

    async fn email_state(&self, _: &OrderId) -> Result<Option<EmailState>, AuthorityError> {
        Err(unheard_of())
    }

    async fn submit_evidence(&self, _: &OrderId, _: &Evidence) -> Result<(), AuthorityError> {
        Err(unheard_of())
    }

    async fn certificate(&self, order_id: &OrderId) -> Result<Option<FetchedCertificate>, AuthorityError> {
        let answer = self.read(&format!("certificate {order_id}")).await?;
        let mut certificates = answer.split(' ').map(str::to_owned);
        let certificate = certificates.next().ok_or_else(unheard_of)?;
        Ok(Some(FetchedCertificate { certificate, chain: certificates.collect() }))
    }

    async fn cancel_order(&self, _: &OrderId) -> Result<Cancellation, AuthorityError> {
        Err(unheard_of())
    }

    async fn revoke(&self, _: &Revocation) -> Result<(), AuthorityError> {
        Err(unheard_of())
    }

    async fn products(&self) -> Result<Vec<ListedProduct>, AuthorityError> {
        Err(unheard_of())
    }
}

/// The office looks at no proof: it does not matter where one is published.
pub(crate) struct Anywhere;

#[async_trait]
impl ProofPublisher for Anywhere {
    async fn publish(&self, _: &Instruction) -> Result<(), PublishError> {
        Ok(())
    }
    async fn withdraw(&self, _: &Instruction) -> Result<(), PublishError> {
        Ok(())
    }
}
