//! A service with everything that is shown of it.

use std::fmt;

use cert_domain::{
    BillingMode, Configuration, Form, Language, Mode, OrganizationCheckValidUntil, ServerType,
    VerificationMethod,
};
use jiff::Timestamp;
use serde::Serialize;

use super::{
    AccountView, ActionView, BillingView, CancellationView, CertificateView, CheckView, Choice, ContactView,
    HoldView, InstructionView, PersonView, ProductView, PurposeView, RefusalView, SubjectLine, SuccessorView,
    VerificationView, WaitingView,
};
use crate::service::{HoldReason, Running, Service, State, successor, who_must_act};
use crate::{Action, OrderId, Role, ServiceId, StateKind, Terms};

/// A service, as somebody is shown it at a moment.
///
/// # Guarantees
/// - Nothing in it opens or buys anything: no key, no certificate request, no link to the form.
/// - [`hold`](Self::hold) and [`stray_orders`](Self::stray_orders) are empty for customers, and
///   [`actions`](Self::actions) are theirs alone.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ServiceView {
    /// The service.
    pub id: ServiceId,
    /// What was sold, as customers see it.
    pub title: String,
    /// The product behind it.
    pub product: ProductView,
    /// Who bought it.
    pub customer: String,
    /// The language of notices.
    pub language: Language,
    /// When it was created.
    pub created_at: Timestamp,
    /// When something last happened to it.
    pub changed_at: Timestamp,
    /// Since when it stands where it stands.
    pub since: Timestamp,
    /// How many events it consists of.
    pub version: u64,
    /// Where it stands.
    pub state: StateKind,
    /// The same for people.
    pub state_text: &'static str,
    /// Whether it goes on.
    pub running: Running,
    /// The same for people.
    pub running_text: &'static str,
    /// Who has to act for it to go on; null where nobody has.
    pub waits_for: Option<WaitingView>,
    /// Whether it is paid by periods.
    pub is_recurring: bool,
    /// Which of the CA's services it is ordered at.
    pub mode: Mode,
    /// The same for people.
    pub mode_text: &'static str,
    /// The common name of what is ordered, or of what was issued last.
    pub common_name: Option<String>,
    /// The names that are ordered, or that were issued last, or that are filled in so far.
    pub names: Vec<String>,
    /// How control of the names is proved.
    pub method: Option<Choice<VerificationMethod>>,
    /// The mailbox that notices go to.
    pub mailbox: Option<String>,
    /// The server that the certificate is for.
    pub server: Option<Choice<ServerType>>,
    /// What the order that is under way is for.
    pub purpose: Option<PurposeView>,
    /// The order that is under way, or else the newest.
    pub order_id: Option<String>,
    /// Why the CA refused the last order, until the next one is placed.
    pub refusal: Option<RefusalView>,
    /// What only the reseller can settle; for the reseller alone.
    pub hold: Option<HoldView>,
    /// Whether the form can be filled in.
    pub takes_form: bool,
    /// What is paid for, and what was bought with it.
    pub account: AccountView,
    /// What it costs.
    pub billing: BillingView,
    /// That the customer wants it to end.
    pub cancellation: Option<CancellationView>,
    /// Whether there is a request for the next certificate.
    pub stored_request: bool,
    /// Orders that the CA has for it, and that it no longer waits for; for the reseller alone.
    pub stray_orders: Vec<String>,
    /// Until when the CA can rely on its check of the organization, if it has said so.
    pub organization_check: Option<OrganizationCheckValidUntil>,
    /// What follows the newest certificate: see [`Lifecycle::view`](crate::Lifecycle::view).
    pub successor: Option<SuccessorView>,
    /// Who orders.
    pub contact: Option<ContactView>,
    /// The administrative contact.
    pub administrative: Option<PersonView>,
    /// The technical contact.
    pub technical: Option<PersonView>,
    /// What the certificate says of a person or an organization.
    pub subject: Vec<SubjectLine>,
    /// What the customer has to do to prove control of the names.
    pub instructions: Vec<InstructionView>,
    /// What the CA last said about each name.
    pub verifications: Vec<VerificationView>,
    /// What the CA last said about the order's verifications.
    pub checks: Vec<CheckView>,
    /// How often a check was asked for.
    pub requests: u32,
    /// Its certificates, the newest first.
    pub certificates: Vec<CertificateView>,
    /// What can be done with it now, in the order of a menu.
    pub actions: Vec<ActionView>,
}

impl ServiceView {
    /// A service, for somebody, in a language, at a moment. What needs more than the service to be known is left out: see
    /// [`Lifecycle::view`](crate::Lifecycle::view).
    #[must_use]
    pub fn of(service: &Service, role: Role, language: Language, now: Timestamp) -> Self {
        let last = service.certificate().map(|certificate| &certificate.configuration);
        let configuration = service.state.configuration().or(last);
        let draft = service.draft.as_ref();
        let validating = match service.state.suspended() {
            State::Validating(validating) => Some(validating),
            _ => None,
        };
        let order_id =
            service.state.order_id().or(service.certificate().map(|certificate| &certificate.order_id));
        let is_reseller = role == Role::Reseller;
        let offer = &service.offer;
        let person = |person| PersonView::from(person);
        Self {
            id: service.id,
            title: offer.display_name().to_owned(),
            product: ProductView::of(&offer.product, language),
            customer: service.customer.to_string(),
            language: service.language,
            created_at: service.created_at,
            changed_at: service.changed_at,
            since: service.since,
            version: service.version,
            state: service.state.kind(),
            state_text: service.state.kind().text(language),
            running: service.running,
            running_text: service.running.text(language),
            waits_for: waits_for(service, language),
            is_recurring: offer.billing.mode() == BillingMode::Recurring,
            mode: offer.mode,
            mode_text: offer.mode.text(language),
            common_name: service.common_name().map(str::to_owned),
            names: names(service, configuration),
            method: method(configuration, draft, language),
            mailbox: service.mailbox().map(str::to_owned),
            server: configuration
                .map(Configuration::server)
                .or(draft.map(|draft| draft.server))
                .map(|server| Choice { id: server, text: server.text(language).to_owned() }),
            purpose: service.purpose().map(|purpose| {
                let kind = purpose.kind();
                PurposeView { kind, text: kind.text(language) }
            }),
            order_id: order_id.map(ToString::to_string),
            refusal: service.refusal.as_ref().map(|refusal| RefusalView::of(refusal, language)),
            hold: is_reseller.then(|| hold(&service.state, language)).flatten(),
            takes_form: service.takes_form(),
            account: AccountView {
                paid_through: service.account.paid_through,
                invoiced: service.account.invoiced,
                term_ends: service.account.term_ends,
            },
            billing: BillingView::of(offer.billing, language),
            cancellation: service.cancellation.as_ref().map(|request| CancellationView {
                reason: request.reason.clone(),
                at_end_of_period: request.at_end_of_period,
            }),
            stored_request: service.stored_request.is_some(),
            stray_orders: if is_reseller { texts(&service.stray_orders) } else { Vec::new() },
            organization_check: service.organization_check,
            successor: None,
            contact: configuration.map(|configuration| configuration.contact().into()),
            administrative: configuration.and_then(Configuration::administrative).map(person),
            technical: configuration.and_then(Configuration::technical).map(person),
            subject: configuration
                .map(|configuration| SubjectLine::all(configuration.subject(), language))
                .unwrap_or_default(),
            instructions: validating
                .map(|validating| InstructionView::all(validating, language))
                .unwrap_or_default(),
            verifications: validating
                .iter()
                .flat_map(|validating| &validating.names)
                .map(|state| VerificationView::of(state, language))
                .collect(),
            checks: validating
                .iter()
                .flat_map(|validating| &validating.checks)
                .map(|check| CheckView::of(check, language))
                .collect(),
            requests: validating.map_or(0, |validating| validating.requests),
            certificates: service
                .certificates
                .iter()
                .rev()
                .map(|held| CertificateView::of(held, language, now))
                .collect(),
            actions: ActionView::all(&service.actions(role, now), language),
        }
    }

    /// The same with what the reseller's terms say of the next certificate.
    pub(crate) fn with_successor(mut self, service: &Service, terms: &Terms, language: Language) -> Self {
        self.successor = successor(service, terms).map(|next| SuccessorView {
            kind: next.course,
            text: next.course.text(language),
            begins_at: next.begin_at,
            outlook: next.outlook,
            outlook_text: next.outlook.text(language),
        });
        self
    }

    /// The same with other actions.
    pub(crate) fn with_actions(mut self, actions: &[Action], language: Language) -> Self {
        self.actions = ActionView::all(actions, language);
        self
    }
}

impl fmt::Debug for ServiceView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, state, version, .. } = self;
        f.debug_struct("ServiceView")
            .field("id", id)
            .field("state", state)
            .field("version", version)
            .finish_non_exhaustive()
    }
}

/// Nobody has to act for a service that is at rest, or has ended.
fn waits_for(service: &Service, language: Language) -> Option<WaitingView> {
    let rests = service.state == State::Active || service.running == Running::Terminated;
    let who = who_must_act(service);
    (!rests).then(|| WaitingView { who, text: who.text(language) })
}

fn names(service: &Service, configuration: Option<&Configuration>) -> Vec<String> {
    if let Some(names) = configuration.and_then(Configuration::names) {
        return texts(names.as_slice());
    }
    if let Some(held) = service.certificate() {
        return held.certificate.names.clone();
    }
    let lines = service.draft.iter().flat_map(|draft| &draft.names);
    lines.map(|line| line.name.trim()).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn method(
    configuration: Option<&Configuration>,
    draft: Option<&Form>,
    language: Language,
) -> Option<Choice<VerificationMethod>> {
    let method = match configuration {
        Some(configuration) => configuration.method(),
        None => draft.and_then(|draft| draft.method.as_ref()),
    };
    method.map(|method| Choice { id: method.clone(), text: method.text(language) })
}

fn hold(state: &State, language: Language) -> Option<HoldView> {
    let State::Held { reason, .. } = state else { return None };
    let order_ids: &[OrderId] = match reason {
        HoldReason::StrayOrder { order_id } | HoldReason::ForeignOrder { order_id } => {
            std::slice::from_ref(order_id)
        }
        HoldReason::SeveralOrders { order_ids } => order_ids,
        _ => &[],
    };
    Some(HoldView { text: reason.text(language), order_ids: texts(order_ids) })
}

fn texts<T: ToString>(items: &[T]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}
