//! One order: its facts, and what follows from them.

use certum_api::types::{HashAlgorithm, OrganizationInfo, RequestorInfo};
use csr_tools::PublicKey;
use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{
    Approver, Caa, Certificate, Check, CheckKind, EmailVerification, NameState, OrderKey, Proof, Standing,
    StoredDocument, SystemBlock, names::days,
};
use crate::{
    ca::calendar,
    checks::{Finding, Question},
    products::{Product, Term},
    subject::Subject,
};

/// An order. Its status is not stored but computed from these facts, so that it can't contradict them. It has
/// no `Debug`: it holds a code, and whom the certificate is for.
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) placed_at: Timestamp,
    pub(crate) origin: Origin,
    pub(crate) customer: String,
    pub(crate) product: &'static Product,
    pub(crate) requestor: RequestorInfo,
    pub(crate) organization: Option<OrganizationInfo>,
    pub(crate) public_key: PublicKey,
    pub(crate) subject: Subject,
    pub(crate) hash_algorithm: HashAlgorithm,
    /// The last day that the customer wants, where that is earlier than the product's.
    pub(crate) last_day: Option<Date>,
    /// Until when the customer has paid: known from the first certificate on, and for those that replace it.
    pub(crate) paid_until: Option<Timestamp>,
    pub(crate) names: Vec<NameState>,
    /// How the names are being proven; none where nothing is left to prove, or there are no names.
    pub(crate) verification: Option<Verification>,
    pub(crate) checks: Vec<Check>,
    pub(crate) email: Option<EmailVerification>,
    pub(crate) blocked: Option<SystemBlock>,
    pub(crate) documents: Vec<StoredDocument>,
    /// When somebody handed in a note or documents.
    pub(crate) noted_at: Option<Timestamp>,
    /// When an officer last decided about it.
    pub(crate) decided_at: Option<Timestamp>,
    /// When the CA looks at the names by itself again.
    pub(crate) next_look: Option<Timestamp>,
    /// How long issuing takes once everything is proven.
    pub(crate) issue_delay: SignedDuration,
    pub(crate) rejected: Option<Rejection>,
    pub(crate) certificate: Option<Certificate>,
    /// The certificates whose names it gathers, by serial number; none for all products but one.
    pub(crate) members: Vec<String>,
}

/// What an order follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Nothing.
    New,
    /// Another order, as its renewal.
    Renewal(OrderKey),
    /// Another order under the same purchase: its certificate is revoked when this one has its own.
    Reissue(OrderKey),
}

/// Since when an order is refused, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rejection {
    pub(crate) at: Timestamp,
    /// For the customer.
    pub(crate) reason: String,
    /// Whether it was the account that gave it up.
    pub(crate) is_cancelled: bool,
}

impl Rejection {
    pub(crate) fn by_authority(at: Timestamp, reason: String) -> Self {
        Self { at, reason, is_cancelled: false }
    }
}

/// What an order comes to once nothing stands in its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Due {
    Certificate {
        not_before: Timestamp,
        not_after: Timestamp,
    },
    /// There is no validity that a certificate made then could have.
    Rejection(Rejection),
}

/// The running verification of an order's names.
#[derive(Clone)]
pub(crate) struct Verification {
    pub(crate) approver: Approver,
    pub(crate) code: String,
    pub(crate) given_at: Timestamp,
}

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Placed; nothing has been looked at yet.
    Awaiting,
    /// Looked at; something is still to be proven.
    Verification,
    /// Everything is proven; the certificate is being made.
    Accepted,
    /// The certificate is there.
    Enrolled,
    /// Refused, or cancelled.
    Rejected,
}

impl Order {
    pub(crate) fn status(&self, now: Timestamp) -> Status {
        if self.rejected.is_some() {
            return Status::Rejected;
        }
        if self.certificate.is_some() {
            return Status::Enrolled;
        }
        match self.due(now) {
            Some(Due::Certificate { .. }) => Status::Enrolled,
            Some(Due::Rejection(_)) => Status::Rejected,
            None if self.issue_at().is_some() => Status::Accepted,
            None if self.looked_at().next().is_none() => Status::Awaiting,
            None => Status::Verification,
        }
    }

    /// Whether it has neither a certificate nor been refused.
    pub(crate) fn is_open(&self) -> bool {
        self.certificate.is_none() && self.rejected.is_none()
    }

    /// When anything about it was looked at since it was placed: proofs may be older, if they were carried into it.
    fn looked_at(&self) -> impl Iterator<Item = Timestamp> {
        let names = self.names.iter().filter_map(NameState::last_change);
        let checks = self.checks.iter().filter_map(Check::last_change);
        let looks =
            names.chain(checks).chain(self.blocked.as_ref().map(|block| block.at)).chain(self.decided_at);
        looks.filter(|at| *at >= self.placed_at)
    }

    /// When the certificate is made, once nothing stands in its way. A proof that has expired by then does:
    /// its name has to be proven again.
    pub(crate) fn issue_at(&self) -> Option<Timestamp> {
        if self.blocked.is_some() {
            return None;
        }
        let names = self.names.iter().map(NameState::cleared_at);
        let checks = self.checks.iter().map(Check::cleared_at);
        let cleared = names.chain(checks).collect::<Option<Vec<_>>>()?;
        let cleared = cleared.into_iter().max()?.max(self.placed_at);
        let at = cleared.checked_add(self.issue_delay).ok()?;
        self.names.iter().all(|name| name.proof.holds_at(at)).then_some(at)
    }

    /// The moment at which proofs must still hold: when the certificate is made or, as long as that is open,
    /// when it could be made at the earliest.
    fn rests_on_proofs_at(&self, now: Timestamp) -> Timestamp {
        self.issue_at().unwrap_or_else(|| now.checked_add(self.issue_delay).unwrap_or(Timestamp::MAX))
    }

    /// Whether a proof of one of its names counts, as of now: it is there, and not too old.
    pub(crate) fn counts(&self, proof: &Proof, now: Timestamp) -> bool {
        proof.holds_at(self.rests_on_proofs_at(now))
    }

    /// What is due by now and has not been noted yet.
    pub(crate) fn due(&self, now: Timestamp) -> Option<Due> {
        let not_before = self.issue_at().filter(|at| self.is_open() && *at <= now)?;
        Some(match self.not_after(not_before) {
            Some(not_after) if not_before <= not_after => Due::Certificate { not_before, not_after },
            _ => Due::Rejection(Rejection::by_authority(not_before, self.no_validity())),
        })
    }

    fn no_validity(&self) -> String {
        match self.last_day {
            Some(day) => format!("the validity was to end on {day}, which was over before the issue"),
            None => "the validity would be over before it begins".to_owned(),
        }
    }

    /// How long a certificate made at this moment lives: as the product says, as far as the customer has paid,
    /// or as the customer asked. What the customer asked for may be over already.
    fn not_after(&self, not_before: Timestamp) -> Option<Timestamp> {
        let second = SignedDuration::from_secs(1);
        let longest = match self.product.term {
            Term::Calendar => calendar::certificate_days(not_before),
            Term::Days(days) => days,
        };
        // The last second belongs to the validity (RFC 5280, section 4.1.2.5).
        let longest = not_before.checked_add(days(longest) - second).ok()?;
        let wanted = self.last_day.and_then(|day| end_of(day).ok());
        [wanted, self.paid_until].into_iter().flatten().chain([longest]).min()
    }

    /// Until when a certificate that begins then, and those that replace it, are paid for.
    pub(super) fn paid_from(&self, not_before: Timestamp) -> Timestamp {
        let end = not_before.checked_add(days(self.product.longest_days()) - SignedDuration::from_secs(1));
        self.paid_until.unwrap_or_else(|| end.unwrap_or(Timestamp::MAX))
    }

    /// Whether anything about its names can still be proven.
    pub(crate) fn can_be_verified(&self, now: Timestamp) -> bool {
        matches!(self.status(now), Status::Awaiting | Status::Verification)
    }

    /// Whether this is the code with which its names are proven by now.
    pub(crate) fn has_code(&self, code: &str) -> bool {
        self.verification.as_ref().is_some_and(|verification| verification.code == code)
    }

    /// Puts a new code in the place of the former. What is proven stays proven; what failed is open again.
    pub(super) fn start_verification(&mut self, verification: Verification) {
        for name in &mut self.names {
            if matches!(name.proof, Proof::Failed { .. }) {
                name.proof = Proof::Required;
            }
        }
        self.verification = Some(verification);
    }

    /// What the CA asks about its names when it looks.
    pub(crate) fn questions(&self, now: Timestamp) -> Vec<Question> {
        self.names.iter().map(|name| name.question(now)).collect()
    }

    /// Notes what a check of its names found.
    pub(crate) fn record(&mut self, findings: &[Finding], at: Timestamp) {
        let needed_at = self.rests_on_proofs_at(at);
        for state in &mut self.names {
            if let Some(finding) = findings.iter().find(|finding| finding.name == state.name) {
                state.record(finding, at, needed_at);
            }
        }
    }

    /// Notes what was decided about one of its checks.
    pub(crate) fn settle_check(&mut self, kind: CheckKind, standing: Standing) {
        if let Some(check) = self.checks.iter_mut().find(|check| check.kind == kind) {
            check.standing = standing;
        }
    }

    pub(crate) fn has_failed(&self, kind: CheckKind) -> bool {
        let failed = |check: &Check| matches!(check.standing, Standing::Failed { .. });
        self.checks.iter().any(|check| check.kind == kind && failed(check))
    }

    /// Whether the CA's own checks let every name pass.
    pub(crate) fn is_allowed_by_caa(&self) -> bool {
        self.names.iter().all(|name| matches!(name.caa, Caa::Allowed { .. }))
    }

    /// Whether nothing but the CA's own checks stands between its names and a certificate.
    pub(crate) fn has_all_proofs(&self, now: Timestamp) -> bool {
        self.names.iter().all(|name| self.counts(&name.proof, now))
    }

    /// When it last changed, as of now: what lies ahead does not count yet.
    pub(crate) fn last_update(&self, now: Timestamp) -> Timestamp {
        self.looked_at()
            .chain(self.verification.as_ref().map(|verification| verification.given_at))
            .chain(self.rejected.as_ref().map(|rejection| rejection.at))
            .chain(self.noted_at)
            .chain(self.issue_at().filter(|_| self.rejected.is_none()))
            .chain(self.certificate.iter().flat_map(Certificate::turning_points))
            .filter(|at| *at <= now)
            .max()
            .unwrap_or(self.placed_at)
    }

    /// When it ends, or has ended, as far as that is known: it is refused, or its certificate is over.
    pub(super) fn ends_at(&self) -> Option<Timestamp> {
        let certificate = self.certificate.as_ref();
        let refused = self.rejected.as_ref().map(|rejection| rejection.at);
        let expires = certificate.map(|certificate| certificate.issued.not_after);
        let revoked = certificate.and_then(|certificate| certificate.revocation.as_ref());
        let ends = [refused, expires, revoked.map(|revocation| revocation.effective_at)];
        ends.into_iter().flatten().min()
    }

    /// When something happens to it by itself, later than that.
    pub(super) fn next_turn(&self, after: Timestamp) -> Option<Timestamp> {
        let issue = self.issue_at().filter(|_| self.is_open());
        let turns = self.certificate.iter().flat_map(Certificate::turning_points).filter(|at| *at > after);
        turns.chain(issue).min()
    }
}

fn end_of(day: Date) -> Result<Timestamp, jiff::Error> {
    Ok(day.at(23, 59, 59, 0).to_zoned(jiff::tz::TimeZone::UTC)?.timestamp())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{
        checks::Method,
        names::CertName,
        orders::Mailbox,
        products::{self, Lookup},
    };
    use csr_tools::{KeyAlgorithm, PrivateKey};

    pub(crate) fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    pub(crate) fn order(names: &[&str]) -> Order {
        let Lookup::ForIssue(product) = products::look_up("931") else { panic!("not sold") };
        let names: Vec<CertName> = names.iter().map(|name| CertName::parse(name).unwrap()).collect();
        let placed_at = at("2026-11-21T12:00:00Z");
        let mailbox = Some(Mailbox::Prefix("admin"));
        Order {
            id: "order-1".to_owned(),
            placed_at,
            customer: "customer-1".to_owned(),
            product,
            requestor: RequestorInfo::new("jan@example.com", "Jan", "Nowak"),
            organization: None,
            origin: Origin::New,
            public_key: PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap().public_key().clone(),
            subject: Subject::of_host(names[0].as_str()),
            hash_algorithm: HashAlgorithm::EccSha256,
            last_day: None,
            paid_until: None,
            names: names.into_iter().map(NameState::new).collect(),
            verification: Some(Verification {
                approver: Approver { method: Method::Admin, mailbox, notifies: false },
                code: "c0de".to_owned(),
                given_at: placed_at,
            }),
            checks: Vec::new(),
            email: None,
            blocked: None,
            documents: Vec::new(),
            noted_at: None,
            decided_at: None,
            next_look: None,
            issue_delay: SignedDuration::from_mins(5),
            rejected: None,
            certificate: None,
            members: Vec::new(),
        }
    }

    fn finding(name: &str, control: Option<Result<(), String>>, caa: Result<(), String>) -> Finding {
        Finding { name: CertName::parse(name).unwrap(), by: Method::Admin, control, caa }
    }

    #[test]
    fn its_status_follows_from_the_facts_and_the_clock() {
        let mut order = order(&["a.example", "b.example"]);
        let noon = at("2026-11-21T12:00:00Z");
        assert_eq!(order.status(noon), Status::Awaiting);
        order.record(&[finding("a.example", Some(Ok(())), Ok(()))], noon);
        assert_eq!(order.status(noon), Status::Verification);
        let later = at("2026-11-21T13:00:00Z");
        order.record(&[finding("b.example", Some(Ok(())), Ok(()))], later);
        assert_eq!(order.status(later), Status::Accepted);
        assert_eq!(order.status(at("2026-11-21T13:04:59Z")), Status::Accepted);
        assert_eq!(order.status(at("2026-11-21T13:05:00Z")), Status::Enrolled);
        let (not_before, not_after) = (at("2026-11-21T13:05:00Z"), at("2027-06-08T13:04:59Z"));
        assert_eq!(order.due(at("2026-11-21T14:00:00Z")), Some(Due::Certificate { not_before, not_after }));
        assert_eq!(order.last_update(at("2026-11-21T14:00:00Z")), at("2026-11-21T13:05:00Z"));
        order.rejected = Some(Rejection::by_authority(later, "no".to_owned()));
        assert_eq!(order.status(at("2026-11-21T14:00:00Z")), Status::Rejected);
        assert_eq!(order.due(at("2026-11-21T14:00:00Z")), None);
    }

    #[test]
    fn a_proof_stays_although_a_later_look_fails() {
        let mut order = order(&["a.example"]);
        let noon = at("2026-11-21T12:00:00Z");
        order.record(&[finding("a.example", Some(Ok(())), Ok(()))], noon);
        order.record(&[finding("a.example", Some(Err("gone".into())), Ok(()))], at("2026-11-22T12:00:00Z"));
        assert_eq!(order.names[0].proof, Proof::Verified { at: noon, by: Method::Admin });
    }

    #[test]
    fn a_proof_counts_only_while_it_is_valid_at_the_moment_of_issue() {
        let mut order = order(&["a.example", "b.example"]);
        let first = at("2026-11-21T12:00:00Z");
        order.record(&[finding("a.example", Some(Ok(())), Ok(()))], first);
        // Within 200 days of the first proof, but the certificate would be made a minute past them.
        let second = at("2027-06-09T11:56:00Z");
        order.record(&[finding("b.example", Some(Ok(())), Ok(()))], second);
        let much_later = at("2027-06-10T12:00:00Z");
        assert_eq!(order.status(second), Status::Verification);
        assert_eq!((order.status(much_later), order.due(much_later)), (Status::Verification, None));
        assert!(!order.counts(&order.names[0].proof, second) && order.counts(&order.names[1].proof, second));

        // Gone by now: the old proof doesn't hide that.
        let gone = finding("a.example", Some(Err("gone".into())), Ok(()));
        order.record(&[gone], at("2027-06-09T11:57:00Z"));
        assert!(matches!(order.names[0].proof, Proof::Failed { .. }));
        let third = at("2027-06-09T11:58:00Z");
        order.record(&[finding("a.example", Some(Ok(())), Ok(()))], third);
        assert_eq!(order.status(third), Status::Accepted);
        let Some(Due::Certificate { not_before, .. }) = order.due(much_later) else { panic!("not due") };
        assert_eq!(not_before, at("2027-06-09T12:03:00Z"));
        // What the certificate rested on goes on to count, however old it grows.
        assert!(order.counts(&order.names[1].proof, at("2030-01-01T00:00:00Z")));
    }

    #[test]
    fn an_order_whose_last_day_is_over_at_issue_ends_rejected() {
        let mut order = order(&["a.example"]);
        order.last_day = Some("2026-11-21".parse().unwrap());
        let evening = at("2026-11-21T23:57:00Z");
        order.record(&[finding("a.example", Some(Ok(())), Ok(()))], evening);
        assert_eq!(order.status(evening), Status::Accepted);
        let issue = at("2026-11-22T00:02:00Z");
        assert_eq!((order.status(issue), order.can_be_verified(issue)), (Status::Rejected, false));
        let Some(Due::Rejection(rejection)) = order.due(issue) else { panic!("not rejected") };
        assert_eq!(rejection.at, issue);
        assert!(rejection.reason.contains("2026-11-21"), "{}", rejection.reason);
        // A minute is enough for a certificate.
        order.issue_delay = SignedDuration::from_mins(2);
        let (not_before, not_after) = (at("2026-11-21T23:59:00Z"), at("2026-11-21T23:59:59Z"));
        assert_eq!(order.due(issue), Some(Due::Certificate { not_before, not_after }));
    }

    #[test]
    fn caa_blocks_until_a_later_look_finds_it_gone() {
        let mut order = order(&["a.example"]);
        let noon = at("2026-11-21T12:00:00Z");
        order.record(&[finding("a.example", Some(Ok(())), Err("forbidden".into()))], noon);
        assert_eq!(order.status(at("2026-11-22T12:00:00Z")), Status::Verification);
        let next = at("2026-11-22T12:00:00Z");
        order.record(&[finding("a.example", None, Ok(()))], next);
        assert_eq!(order.status(next), Status::Accepted);
    }

    #[test]
    fn a_certificate_ends_when_the_calendar_or_the_customer_says() {
        let mut order = order(&["a.example"]);
        let noon = at("2026-11-21T12:00:00Z");
        assert_eq!(order.not_after(noon), Some(at("2027-06-08T11:59:59Z")));
        order.last_day = Some("2026-12-31".parse().unwrap());
        assert_eq!(order.not_after(noon), Some(at("2026-12-31T23:59:59Z")));
        order.last_day = Some("2030-12-31".parse().unwrap());
        assert_eq!(order.not_after(noon), Some(at("2027-06-08T11:59:59Z")));
    }
}
