//! Making the calls that services need, and saying what to record of them.

use std::fmt;

use cert_domain::{Instruction, KeyChoice};
use csr_tools::{Certificate, KeyAlgorithm};
use futures::{FutureExt, StreamExt};
use jiff::SignedDuration;

use crate::acceptance::accept_from;
use crate::authority::{
    AuthorityError, FetchedCertificate, NewOrder, OrderDate, OrderKind, OrderProgress, OrderQuery,
    OrderReport,
};
use crate::blame::Blame;
use crate::error::Error;
use crate::lifecycle::Parts;
use crate::publisher::PublishError;
use crate::service::{Candidate, Command, Effect, Placement, Search, Service};
use crate::worker::Chain;
use crate::{OrderId, lifecycle, store};

/// A call that did not succeed, and whose outcome is for a later look to find.
#[derive(Debug)]
pub(crate) struct Failure {
    call: &'static str,
    why: String,
    pub(crate) blame: Blame,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.call, self.why)
    }
}

/// Makes a call, and says what to record of it. `tries` is how often in a row nothing came of the service's turns.
pub(crate) async fn perform(
    parts: &Parts,
    service: &Service,
    effect: Effect,
    tries: u32,
) -> Result<Command, Failure> {
    let authority = &parts.authority;
    let call = effect.name();
    let failed =
        |error: AuthorityError| Failure { call, why: Chain(&error).to_string(), blame: error.blame() };
    let broken = |error: Error| Failure { call, why: Chain(&error).to_string(), blame: error.blame() };
    let kept_back = |why: String| Failure { call, why, blame: Blame::Network };
    match effect {
        Effect::PlaceOrder(order) => match parts.other_mode(&service.offer) {
            // What is sold as a trial costs nothing, and what was paid for is no trial.
            Some(_) => {
                Ok(Command::RecordPlacement { order_id: order.order_id, placement: Placement::OtherMode })
            }
            None => place(parts, *order).await.map_err(failed),
        },
        Effect::LookUpOrder { order_id, seen_version } => {
            let found = authority.find_order(&order_id).await.map_err(failed)?;
            Ok(Command::RecordLookup { order_id, found, seen_version })
        }
        Effect::SearchOrder(search) => {
            let candidates = candidates(parts, service, &search).boxed().await;
            let candidates = candidates.map_err(broken)?;
            Ok(Command::RecordSearch {
                order_id: search.order_id,
                candidates,
                seen_version: search.seen_version,
                began_at: search.began_at,
            })
        }
        Effect::RenewCode { order_id, approver, seen_version } => {
            match authority.renew_code(&order_id, approver.as_ref()).await {
                Ok(code) => Ok(Command::RecordCode { code, seen_version }),
                Err(AuthorityError::Refused(_)) => Ok(Command::RecordCodeRefused),
                // What blocks it may pass: that there is no code is not said.
                Err(error) => unless_settled(parts, &order_id, failed(error)).await,
            }
        }
        Effect::ResendEmail(order_id) => match authority.resend_email(&order_id).await {
            // A link that still works needs no other; and what is verified needs none at all.
            Ok(())
            | Err(AuthorityError::Refused(_) | AuthorityError::Blocked(_) | AuthorityError::Unavailable(_)) => {
                Ok(Command::RecordEmailResent)
            }
            Err(error) => unless_settled(parts, &order_id, failed(error)).await,
        },
        Effect::Publish { code, instructions } => {
            let instructions = publish(parts, instructions).boxed().await.map_err(kept_back)?;
            Ok(Command::RecordPublished { code, instructions })
        }
        Effect::Withdraw(instructions) => {
            withdraw(parts, &instructions).boxed().await.map_err(kept_back)?;
            Ok(Command::RecordWithdrawn)
        }
        Effect::StartCheck { order_id, code, request } => {
            parts.see_proofs(service, tries).boxed().await.map_err(kept_back)?;
            match authority.start_check(&code).await {
                // A check that the CA refuses to start has no bearing any more: the order's progress tells.
                Ok(()) | Err(AuthorityError::Refused(_) | AuthorityError::Blocked(_)) => {
                    Ok(Command::RecordCheckStarted { request })
                }
                Err(AuthorityError::CodeUnknown) => Ok(Command::RecordCodeLost(code)),
                Err(error) => unless_settled(parts, &order_id, failed(error)).await,
            }
        }
        Effect::ReadReport(order_id) => {
            authority.order_report(&order_id).await.map(Command::RecordReport).map_err(failed)
        }
        Effect::ReadNames(order_id) => {
            authority.name_states(&order_id).await.map(Command::RecordNames).map_err(failed)
        }
        Effect::FetchCertificate { order_id, configuration, known } => {
            let fetched = authority.certificate(&order_id).await.map_err(failed)?;
            let fetched = fetched.filter(|fetched| !is_known(fetched, &known));
            let now = parts.now();
            let accept = |fetched| accept_from(&parts.issuers, &configuration, &fetched, now);
            Ok(Command::RecordCertificate(fetched.map(accept)))
        }
        Effect::CancelOrder(order_id) => match authority.cancel_order(&order_id).await {
            Ok(cancellation) => Ok(Command::RecordCancellation { order_id, cancellation }),
            Err(error) => unless_settled(parts, &order_id, failed(error)).await,
        },
        Effect::Revoke(revocation) => {
            let serial_number = revocation.serial_number.clone();
            let refusal = match authority.revoke(&revocation).await {
                Ok(()) => None,
                Err(AuthorityError::Refused(findings) | AuthorityError::Blocked(findings)) => Some(findings),
                Err(error) => return Err(failed(error)),
            };
            Ok(Command::RecordRevocation { serial_number, refusal })
        }
        Effect::MakeRequest(configuration) => {
            let made = make_request(parts, &configuration).await;
            made.map(Command::RecordRequest).map_err(broken)
        }
    }
}

async fn place(parts: &Parts, order: NewOrder) -> Result<Command, AuthorityError> {
    let placement = match parts.authority.place_order(&order).await {
        Ok(placed) => Placement::Placed(placed),
        Err(AuthorityError::Refused(findings)) => Placement::Refused(findings),
        Err(AuthorityError::Blocked(findings)) => Placement::Blocked(findings),
        Err(AuthorityError::OrderIdTaken) => Placement::IdentifierTaken,
        Err(error) => return Err(error),
    };
    Ok(Command::RecordPlacement { order_id: order.order_id, placement })
}

/// Whether a certificate is one that the service has: a reissue may share its identifier with the order before.
fn is_known(fetched: &FetchedCertificate, known: &[String]) -> bool {
    let read = Certificate::from_pem_or_base64(&fetched.certificate);
    read.is_ok_and(|certificate| known.contains(&certificate.serial_number().to_string()))
}

/// The account's orders that may be the one that is looked for: those of the same kind, customer and product since then
/// that no other service has.
async fn candidates(parts: &Parts, service: &Service, search: &Search) -> Result<Vec<Candidate>, Error> {
    /// How far the CA's clock may be behind ours, and ahead of it.
    const SKEW: SignedDuration = SignedDuration::from_mins(10);

    let query = OrderQuery {
        by: OrderDate::Placed,
        from: search.since.checked_sub(SKEW).unwrap_or(search.since),
        to: parts.now().checked_add(SKEW).unwrap_or(search.since),
        with_requestor: false,
    };
    let mut candidates = Vec::new();
    let mut orders = parts.authority.orders(query);
    while let Some(order) = orders.next().await {
        let order = order?;
        if !search.fits(&order) {
            continue;
        }
        let owner = parts.store.service_of_order(&order.order_id).await?;
        // An identifier that an order and its reissues share belongs to the service already.
        let is_free = match owner {
            None => true,
            Some(owner) => owner == service.id && order.is_reissue && !service.is_stray(&order),
        };
        if !is_free {
            continue;
        }
        let leaf =
            order.certificate.as_ref().map(|listed| Certificate::from_pem_or_base64(&listed.certificate));
        let leaf = leaf.and_then(Result::ok);
        let names = match &leaf {
            Some(leaf) => leaf.dns_names().to_vec(),
            None => names_of(parts, &order.order_id).await?,
        };
        let key = leaf.map(|leaf| leaf.public_key_hash());
        candidates.push(Candidate { order, names, is_claimed: false, key });
    }
    let open = candidates.iter().filter(|candidate| candidate.key.is_none());
    let mut products: Vec<_> = open.map(|candidate| candidate.order.product.clone()).collect();
    products.sort_unstable();
    products.dedup();
    if is_claimed(parts, service, search.kind(), &products).await? {
        candidates.iter_mut().for_each(|candidate| candidate.is_claimed = candidate.key.is_none());
    }
    Ok(candidates)
}

/// Whether another service of the customer may wait for an order of this kind that is listed by one of these codes.
async fn is_claimed(
    parts: &Parts,
    service: &Service,
    kind: OrderKind,
    products: &[String],
) -> Result<bool, Error> {
    let mut after = None;
    while !products.is_empty() {
        let customer = Some(service.customer.to_string());
        let page = parts.store.search(store::Search { customer, after, ..store::Search::default() }).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for summary in page.iter().filter(|other| other.id != service.id) {
            let Some(other) = parts.services.peek(summary.id).await? else { continue };
            if products.iter().any(|product| other.may_await(kind, product)) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

async fn names_of(parts: &Parts, order_id: &OrderId) -> Result<Vec<String>, Error> {
    match parts.authority.name_states(order_id).await {
        Ok(names) => Ok(names.into_iter().map(|state| state.name).collect()),
        // The CA tells no names of products without any.
        Err(AuthorityError::Refused(_) | AuthorityError::Blocked(_)) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// A verification that can't be got on with may no longer be needed: the order may be further, or over.
async fn unless_settled(parts: &Parts, order_id: &OrderId, failure: Failure) -> Result<Command, Failure> {
    match parts.authority.order_report(order_id).await {
        Ok(report) if is_settled(&report) => Ok(Command::RecordReport(report)),
        _ => Err(failure),
    }
}

fn is_settled(report: &OrderReport) -> bool {
    matches!(report.progress, OrderProgress::Accepted | OrderProgress::Issued | OrderProgress::Rejected)
}

/// Publishes what can be published, or nothing: where the customer has to do a part, he does all of it.
async fn publish(parts: &Parts, instructions: Vec<Instruction>) -> Result<Vec<Instruction>, String> {
    let Some(publisher) = &parts.publisher else { return Ok(Vec::new()) };
    for (done, instruction) in instructions.iter().enumerate() {
        match publisher.publish(instruction).await {
            Ok(()) => {}
            Err(PublishError::Unavailable(error)) => return Err(Chain(&*error).to_string()),
            Err(error) => {
                tracing::warn!(%error, "leaves a proof to the customer");
                withdraw(parts, instructions.get(..done).unwrap_or_default()).await?;
                return Ok(Vec::new());
            }
        }
    }
    Ok(instructions)
}

/// Takes back what was published. What can't be taken back here is nothing to wait for.
async fn withdraw(parts: &Parts, instructions: &[Instruction]) -> Result<(), String> {
    let Some(publisher) = &parts.publisher else { return Ok(()) };
    for instruction in instructions {
        match publisher.withdraw(instruction).await {
            Ok(()) => {}
            Err(PublishError::Unavailable(error)) => return Err(Chain(&*error).to_string()),
            Err(error) => tracing::warn!(%error, "leaves a proof where it is"),
        }
    }
    Ok(())
}

/// Makes a key like the last, keeps it, and makes a request for the same again.
async fn make_request(
    parts: &Parts,
    configuration: &cert_domain::Configuration,
) -> Result<cert_domain::RequestPem, Error> {
    let vault = parts.vault.as_ref().ok_or(Error::NoKey)?;
    let algorithm = match configuration.key() {
        KeyChoice::Generate { algorithm, .. } => algorithm,
        _ => KeyAlgorithm::Rsa2048,
    };
    let (key, request) = lifecycle::make_request(configuration.request_to_sign(), algorithm)?;
    // Kept before anybody knows of it: a certificate without its key would be worth nothing.
    let record = vault.keep(&key, "system").await?;
    tracing::info!(key = %record.key, "made a key for the next certificate");
    Ok(cert_domain::RequestPem::from(&request))
}

#[cfg(feature = "precheck")]
impl Parts {
    /// What we see of an order's proofs; nothing without a way to look.
    pub(crate) async fn precheck(
        &self,
        validating: &crate::Validating,
    ) -> Option<Vec<crate::precheck::NameReport>> {
        use crate::precheck::{Question, precheck};
        let lookups = self.lookups.as_ref()?;
        let names = validating.configuration.names()?;
        let method = validating.configuration.method()?;
        let mut question = Question::new(names, method);
        if let crate::service::Code::Known(code) = &validating.code {
            question = question.with_code(code);
        }
        Some(precheck(&question, &[&**lookups]).await)
    }

    /// Before the CA is asked to look for what we have published: whether it can be seen. After some tries the CA is asked
    /// in any case, since it may see what we don't.
    async fn see_proofs(&self, service: &Service, tries: u32) -> Result<(), String> {
        const PATIENCE: u32 = 6;
        let crate::State::Validating(validating) = &service.state else { return Ok(()) };
        if service.published.is_empty() || tries >= PATIENCE {
            return Ok(());
        }
        let Some(reports) = self.precheck(validating).await else { return Ok(()) };
        let problems: Vec<_> = reports.iter().flat_map(|report| report.problems()).collect();
        match problems.first() {
            None => Ok(()),
            Some(problem) => Err(problem.text(cert_domain::Language::English)),
        }
    }
}

#[cfg(not(feature = "precheck"))]
impl Parts {
    #[allow(clippy::unused_async, reason = "with the feature, it waits")]
    async fn see_proofs(&self, _service: &Service, _tries: u32) -> Result<(), String> {
        Ok(())
    }
}
