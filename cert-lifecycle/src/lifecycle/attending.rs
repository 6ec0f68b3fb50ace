//! Working on one service while somebody waits.

use std::time::Duration;

use cert_domain::{Findings, Language};
use csr_tools::SerialNumber;
use jiff::Timestamp;

use super::Lifecycle;
use crate::ServiceId;
use crate::blame::Blame;
use crate::error::Error;
use crate::policy::after;
#[cfg(feature = "precheck")]
use crate::service::Check;
use crate::service::{Event, HoldReason, Service, State, StateKind};
use crate::store::{Search, Summary};

/// What came of a turn that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attendance {
    /// When the service needs the next turn; `None`: not until somebody asks something of it.
    pub due_at: Option<Timestamp>,
    /// How often in a row nothing has come of it: for the next turn.
    pub tries: u32,
    /// What could not be done, and is to be tried again.
    pub trouble: Option<Trouble>,
    /// Why nothing has come of the turn, in English, where that is known; no secret. A wait that nobody can shorten is no
    /// trouble.
    pub note: Option<String>,
}

/// Something that could not be done, and is to be tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trouble {
    /// What it was, in English; no secret.
    pub note: String,
    /// Whose part it is.
    pub blame: Blame,
}

/// How long somebody waits for a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    waits: bool,
    at_most: Option<Duration>,
    /// How many turns in a row may come to nothing.
    troubles: u32,
}

impl Patience {
    /// Not at all: what can be done now is done, once whoever is at it has done his part.
    pub const NONE: Self = Self { waits: false, at_most: None, troubles: 1 };
    /// For as long as it takes. Five troubles in a row are taken for an answer.
    pub const ENDLESS: Self = Self { waits: true, at_most: None, troubles: 5 };

    /// For so long at most.
    #[must_use]
    pub const fn at_most(wait: Duration) -> Self {
        Self { at_most: Some(wait), ..Self::ENDLESS }
    }
}

/// How a service was left when somebody stopped waiting for it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Seen {
    /// The service.
    pub service: Service,
    /// Why it does not go on, if it doesn't.
    pub standstill: Option<Standstill>,
    /// Whether it was waited for as long as [`Patience::at_most`] allows, and is not yet as wanted.
    pub is_out_of_time: bool,
}

/// Why a service does not go on by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standstill {
    /// The CA refused the order, and why.
    Refused(Findings),
    /// The CA rejected the order after it had taken it, or it was cancelled.
    Rejected,
    /// The reseller has to settle something.
    Held(HoldReason),
    /// Something could not be done, however often it was tried. It can be gone on with.
    Unable(Trouble),
}

impl Standstill {
    /// Whose part it is.
    #[must_use]
    pub fn blame(&self) -> Blame {
        match self {
            Self::Refused(_)
            | Self::Rejected
            | Self::Held(HoldReason::Blocked { .. } | HoldReason::CertificateUnacceptable { .. }) => {
                Blame::Authority
            }
            Self::Held(HoldReason::OtherMode) => Blame::Caller,
            Self::Held(_) => Blame::UnknownOutcome,
            Self::Unable(trouble) => trouble.blame,
        }
    }

    /// Why, for people; what others say is in English.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let (english, polish) = match self {
            Self::Refused(_) => ("the CA refuses the order", "urząd nie przyjmuje zamówienia"),
            Self::Rejected => (
                "the CA rejected the order, or it was cancelled",
                "urząd odrzucił zamówienie albo zostało ono anulowane",
            ),
            Self::Held(reason) => return reason.text(language),
            Self::Unable(trouble) => return trouble.note.clone(),
        };
        if language == Language::English { english.to_owned() } else { polish.to_owned() }
    }

    /// What the CA found, where it refused an order.
    #[must_use]
    pub fn findings(&self) -> Findings {
        match self {
            Self::Refused(findings) | Self::Held(HoldReason::Blocked { findings }) => findings.clone(),
            _ => Findings::new(),
        }
    }

    /// Why a service that was to come further stands where it stands; nothing while it goes on.
    fn of(service: &Service) -> Option<Self> {
        // Whatever became of an order: the CA is yet to be asked, or asked again.
        if service.certificates.iter().any(|certificate| certificate.revoking.is_some()) {
            return None;
        }
        let refusal = service.refusal.as_ref().map(|refusal| &refusal.findings);
        match &service.state {
            State::Held { reason, .. } => Some(Self::Held(reason.clone())),
            // A successor that came to nothing leaves a refusal, if only an empty one.
            State::Active if refusal.is_none() => None,
            State::AwaitingConfiguration | State::Active | State::Rejected { .. } => {
                let refusal = refusal.filter(|findings| !findings.is_empty());
                Some(refusal.map_or(Self::Rejected, |findings| Self::Refused(findings.clone())))
            }
            State::Ordering(_) | State::Validating(_) | State::Issuing(_) => None,
        }
    }
}

impl Lifecycle {
    /// Works on one service now, and on nothing else: for programs that end, such as one that a shell starts. A host runs a
    /// [`worker`](Self::worker).
    ///
    /// # Expected flow
    /// Ask something of the service, then call this with 0 `tries`. Until it stands where it is wanted, call it again
    /// at [`due_at`](Attendance::due_at), with the `tries` that the call before told; or have
    /// [`see_through`](Self::see_through) do all of it.
    ///
    /// # Guarantees
    /// Nothing is bought twice, whoever else works on the service: the service's lease is not waited for, since correctness
    /// does not rest on it, so that the service of a program that was killed can be gone on with at once.
    /// Who works on it by this lifecycle or a clone of it, such as a worker, is waited for, so that the CA is not asked twice;
    /// no longer, though, than a quarter of [`lease`](crate::WorkerPolicy::lease) by the real clock.
    ///
    /// # Caveats
    /// A port that attends to a service while it is called for that service waits as long for itself.
    ///
    /// # Errors
    /// If there is no such service, or the store fails. What the CA says, or does not say, is none: see
    /// [`trouble`](Attendance::trouble) and the service.
    pub async fn attend(&self, id: ServiceId, tries: u32) -> Result<Attendance, Error> {
        self.worker().attend(id, tries).await
    }

    /// Works on one service until it is as wanted, does not go on, or patience is over. `tell` sees it after each turn.
    /// Where there are lookups (feature `precheck`), the CA is asked to look for proofs as soon as they can be seen from here.
    ///
    /// # Guarantees
    /// Those of [`attend`](Self::attend). Whoever waits can be killed, or drop the future: asked again, it goes on.
    ///
    /// # Errors
    /// If there is no such service, or the store fails.
    pub async fn see_through(
        &self,
        id: ServiceId,
        patience: Patience,
        until: impl Fn(&Service) -> bool,
        mut tell: impl FnMut(&Service),
    ) -> Result<Seen, Error> {
        let deadline = patience.at_most.map(|wait| after(self.parts.now(), wait));
        let (mut tries, mut troubles) = (0, 0);
        let mut looks = Looks::default();
        loop {
            let attendance = self.attend(id, tries).await?;
            let service = self.service(id).await?;
            tell(&service);
            tries = attendance.tries;
            let left = |service, standstill| Ok(Seen { service, standstill, is_out_of_time: false });
            if until(&service) {
                return left(service, None);
            }
            let unable = attendance.trouble.map(Standstill::Unable);
            match &unable {
                Some(standstill) => {
                    troubles += 1;
                    if troubles >= patience.troubles || standstill.blame() == Blame::Authority {
                        return left(service, unable);
                    }
                }
                None => {
                    troubles = 0;
                    let standstill = Standstill::of(&service);
                    if standstill.is_some() || !patience.waits {
                        let unclear = unclear(&service, attendance.note);
                        return left(service, standstill.or(unclear));
                    }
                }
            }
            if self.look(id, &mut looks).await? {
                continue;
            }
            let now = self.parts.now();
            if deadline.is_some_and(|deadline| deadline <= now) {
                let standstill = unable.or_else(|| unclear(&service, attendance.note));
                return Ok(Seen { service, standstill, is_out_of_time: true });
            }
            let idle = after(now, self.parts.policy.idle);
            let next = attendance.due_at.into_iter().chain(deadline).min().unwrap_or(idle);
            let wait = Duration::try_from(next.duration_since(now)).unwrap_or_default();
            tokio::time::sleep(wait.min(self.parts.policy.idle)).await;
        }
    }

    /// Works on every service that waits for the CA, or has yet to look there for an order that was given up, one turn each: for
    /// programs that are started from time to time. Says which of them stand elsewhere now.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn attend_waiting(&self) -> Result<Vec<Summary>, Error> {
        let mut waiting = Vec::new();
        for state in [StateKind::Ordering, StateKind::Validating, StateKind::Issuing] {
            waiting.extend(self.all_in(state).await?);
        }
        let now = self.parts.now();
        for state in [StateKind::AwaitingConfiguration, StateKind::Active] {
            for summary in self.all_in(state).await? {
                let is_due = summary.due_at.is_some_and(|due_at| due_at <= now);
                if is_due && self.has_doubt(summary.id).await? {
                    waiting.push(summary);
                }
            }
        }
        let mut moved = Vec::new();
        for before in waiting {
            self.attend(before.id, 0).await?;
            let after = self.summary(before.id).await?;
            moved.extend((after.row.state != before.row.state).then_some(after));
        }
        Ok(moved)
    }

    async fn all_in(&self, state: StateKind) -> Result<Vec<Summary>, Error> {
        let mut search = Search { state: Some(state), ..Search::default() };
        let mut all = Vec::new();
        loop {
            let page = self.search(search.clone()).await?;
            let Some(last) = page.last() else { return Ok(all) };
            search.after = Some(last.id);
            all.extend(page);
        }
    }

    async fn has_doubt(&self, id: ServiceId) -> Result<bool, Error> {
        let service = self.parts.services.peek(id).await?;
        Ok(service.is_some_and(|service| !service.doubtful_orders.is_empty()))
    }

    /// Why the CA did not revoke a certificate when it was last asked to; nothing if it did, or was not asked.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn refused_revocation(
        &self,
        id: ServiceId,
        serial_number: &str,
    ) -> Result<Option<Findings>, Error> {
        let named = serial_number.parse::<SerialNumber>().map(|number| number.to_string());
        let is_this = |of: &String| named.as_ref() == Ok(of);
        let last = self.history(id).await?.into_iter().rev().find_map(|recorded| match recorded.event {
            Event::RevocationRefused { serial_number, findings } if is_this(&serial_number) => {
                Some(Some(findings))
            }
            Event::RevocationRequested { revocation } if is_this(&revocation.serial_number) => Some(None),
            _ => None,
        });
        Ok(last.flatten())
    }

    /// Sees whether the proofs are where the CA will look for them, and if they are, has the CA look. Says whether it was
    /// asked to. The call itself is made with the service's next turn.
    ///
    /// # Errors
    /// Those of [`precheck`](Self::precheck), and of [`request_check`](Self::request_check).
    #[cfg(feature = "precheck")]
    pub async fn request_check_once_seen(&self, id: ServiceId) -> Result<bool, Error> {
        if let State::Validating(validating) = &self.service(id).await?.state {
            let is_looking = matches!(validating.check, Check::Requested | Check::Started);
            if is_looking || !validating.is_published() {
                return Ok(false);
            }
        }
        let seen = self.precheck(id).await?.iter().all(crate::precheck::NameReport::is_ready);
        if seen {
            self.request_check(id).await?;
        }
        Ok(seen)
    }

    /// Has the CA look once the proofs can be seen, again and again while it does not see them: each time after a longer wait.
    #[cfg(feature = "precheck")]
    async fn look(&self, id: ServiceId, looks: &mut Looks) -> Result<bool, Error> {
        let now = self.parts.now();
        if looks.next.is_some_and(|next| now < next) {
            return Ok(false);
        }
        match self.request_check_once_seen(id).await {
            Ok(false) | Err(Error::NotAllowed(_)) => Ok(false),
            Ok(true) => {
                looks.done += 1;
                looks.next = Some(after(now, self.parts.policy.poll.delay(looks.done)));
                Ok(true)
            }
            Err(error) => Err(error),
        }
    }

    #[cfg(not(feature = "precheck"))]
    #[allow(clippy::unused_async, reason = "with the feature, it waits")]
    async fn look(&self, _id: ServiceId, _looks: &mut Looks) -> Result<bool, Error> {
        Ok(false)
    }
}

/// How often the CA was asked to look.
#[derive(Default)]
#[cfg_attr(not(feature = "precheck"), allow(dead_code, reason = "nobody looks"))]
struct Looks {
    done: u32,
    next: Option<Timestamp>,
}

/// An order that nobody waits for longer, and of which nobody knows what became, with what the last turn came to.
fn unclear(service: &Service, note: Option<String>) -> Option<Standstill> {
    let note = note.unwrap_or_else(|| "the CA gives no clear answer to the order".to_owned());
    let trouble = Trouble { note, blame: Blame::UnknownOutcome };
    matches!(service.state, State::Ordering(_)).then_some(Standstill::Unable(trouble))
}

#[cfg(test)]
mod tests {
    use cert_domain::{Finding, RevocationForm, ServerType};
    use jiff::civil::date;

    use super::*;
    use crate::notice::samples::{certificate_of, service};
    use crate::service::Refusal;

    #[test]
    fn takes_an_active_service_for_rejected_only_after_a_refusal_and_while_nothing_is_being_revoked() {
        let mut active = Service { state: State::Active, ..service(ServerType::Nginx) };
        assert_eq!(Standstill::of(&active), None, "nothing was refused");
        active.refusal = Some(Refusal { findings: Findings::new(), at: active.since });
        assert_eq!(Standstill::of(&active), Some(Standstill::Rejected));
        let findings = Findings::from(Finding::stated(1012, "orderID", "taken", "zajęty"));
        active.refusal = Some(Refusal { findings: findings.clone(), at: active.since });
        assert_eq!(Standstill::of(&active), Some(Standstill::Refused(findings)));

        let revocation = RevocationForm {
            serial_number: active.certificates[0].certificate.serial_number.clone(),
            reason: "superseded".into(),
            ..RevocationForm::default()
        };
        let day = date(2026, 11, 21);
        certificate_of(&mut active).revoking = Some(revocation.check(day, day).unwrap());
        assert_eq!(Standstill::of(&active), None, "the CA is yet to revoke it");
    }
}
