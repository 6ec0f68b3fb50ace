//! Carrying out what a menu offers.

mod input;

use cert_domain::{Language, ReissueForm, RenewalForm};
use csr_tools::PrivateKey;
use serde::Serialize;
use serde_json::Value;

pub use self::input::{InputProblem, InvalidInput, read_form};
pub(super) use self::input::{mean_newest, means_newest};

use self::input as form;
use super::Lifecycle;
use crate::authority::{EmailState, NameState, OrderReport};
use crate::error::Error;
use crate::notice::LinkToken;
use crate::view::{EmailStateView, OrderReportView, ServiceView, VerificationView};
use crate::{Action, OrderId, Role, ServiceId};

/// What came of an action.
#[derive(Debug)]
#[non_exhaustive]
pub enum Acted {
    /// It is done, or the worker does it next.
    Done,
    /// Where the order stands at the CA.
    Report(OrderReport),
    /// How far the proof of each name is.
    Names(Vec<NameState>),
    /// How far the proof of the mailbox is, where there is one.
    Email(Option<EmailState>),
    /// How many keys were deleted.
    Purged(usize),
    /// The key that was kept, and is no longer. `Debug` shows its public half alone.
    Key(PrivateKey),
    /// Opens the form for whoever has it; the customer is told. `Debug` does not show it.
    Invited(LinkToken),
}

/// What came of an action, for programs. It has neither the key nor the link: whoever is to have them takes them out of
/// [`Acted`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "outcome", content = "data", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ActedView {
    /// It is done, or the worker does it next.
    Done,
    /// Where the order stands at the CA.
    Report(OrderReportView),
    /// How far the proof of each name is.
    Names(Vec<VerificationView>),
    /// How far the proof of the mailbox is, where there is one.
    Email(Option<EmailStateView>),
    /// How many keys were deleted.
    Purged(usize),
    /// A key was handed out.
    Key,
    /// A link was made.
    Invited,
}

impl ActedView {
    /// What came of an action, in a language.
    #[must_use]
    pub fn of(acted: &Acted, language: Language) -> Self {
        match acted {
            Acted::Done => Self::Done,
            Acted::Report(report) => Self::Report(OrderReportView::of(report, language)),
            Acted::Names(names) => {
                Self::Names(names.iter().map(|name| VerificationView::of(name, language)).collect())
            }
            Acted::Email(state) => {
                Self::Email(state.as_ref().map(|state| EmailStateView::of(state, language)))
            }
            Acted::Purged(count) => Self::Purged(*count),
            Acted::Key(_) => Self::Key,
            Acted::Invited(_) => Self::Invited,
        }
    }
}

impl Lifecycle {
    /// A service as somebody is shown it now, with what the reseller's terms say of its next certificate, and the actions
    /// that [`actions`](Self::actions) tells.
    ///
    /// # Errors
    /// If there is no such service, or the store fails.
    pub async fn view(&self, id: ServiceId, role: Role, language: Language) -> Result<ServiceView, Error> {
        let service = self.service(id).await?;
        let actions = self.actions_of(&service, role).await?;
        let view = ServiceView::of(&service, role, language, self.parts.now());
        Ok(view.with_successor(&service, self.terms(), language).with_actions(&actions, language))
    }

    /// Carries out what a menu offers to somebody, with the input that its form has, as JSON:
    ///
    /// | action | input |
    /// | --- | --- |
    /// | `change_method` | `method`, perhaps `send_messages` |
    /// | `reissue`, `renew`, `revoke` | [`ReissueForm`], [`RenewalForm`], [`RevocationForm`](cert_domain::RevocationForm) |
    /// | `store_request` | `csr` |
    /// | `send_certificate` | perhaps `serial_number`, `email` |
    /// | `take_key` | perhaps `serial_number` |
    /// | `request_cancellation` | `at_end_of_period`, perhaps `reason` |
    /// | `receive_payment` | `paid_on`, perhaps `period_start` |
    /// | `adopt_order`, `cancel_stray_order` | `order_id` |
    /// | `change_offer` | [`Offer`](cert_domain::Offer) |
    /// | all others | nothing: `null` or `{}` |
    ///
    /// Texts that may be left out may be blank. In `reissue` and `renew`, a certificate that is not said is the newest.
    ///
    /// # Errors
    /// [`Error::NotOffered`] if [`actions`](Self::actions) does not have it for this role now; [`Error::Input`] for input
    /// that can't be read, with the field; what the action's own method answers. `configure`, `submit_evidence` and `files`
    /// have methods of their own: [`Error::OwnMethod`].
    pub async fn act(
        &self,
        id: ServiceId,
        role: Role,
        action: Action,
        input: &Value,
    ) -> Result<Acted, Error> {
        let service = self.service(id).await?;
        if !self.actions_of(&service, role).await?.contains(&action) {
            return Err(Error::NotOffered { action, state: service.state.kind() });
        }
        if !has_input(action) {
            form::nothing(input)?;
        }
        match action {
            Action::Configure | Action::SubmitEvidence | Action::Files => {
                return Err(Error::OwnMethod(action));
            }
            Action::RequestCheck => self.request_check(id).await?,
            Action::ChangeMethod => {
                let form: form::Method = read_form(input)?;
                self.change_method(id, form.method()?, form.send_messages).await?;
            }
            Action::ResendVerification => self.resend_verification(id).await?,
            Action::OrderReport => return self.order_report(id).await.map(Acted::Report),
            Action::NameStates => return self.name_states(id).await.map(Acted::Names),
            Action::EmailState => return self.email_state(id).await.map(Acted::Email),
            Action::CancelOrder => self.cancel_order(id).await?,
            Action::ReplaceOrder => self.replace_order(id).await?,
            Action::Reissue => {
                let mut reissue: ReissueForm = read_form(input)?;
                mean_newest(&mut reissue.certificate, &service);
                self.reissue(id, &reissue).await?;
            }
            Action::Renew => {
                let mut renewal: RenewalForm = read_form(input)?;
                mean_newest(&mut renewal.certificate, &service);
                self.renew(id, &renewal).await?;
            }
            Action::StoreRequest => {
                let form: form::Request = read_form(input)?;
                self.store_request(id, &form.csr).await?;
            }
            Action::Revoke => self.revoke(id, &read_form(input)?).await?,
            Action::SendCertificate => {
                let form: form::Sending = read_form(input)?;
                let serial_number = form::said(form.serial_number.as_deref());
                self.send_certificate(id, serial_number, form::said(form.email.as_deref())).await?;
            }
            Action::TakeKey => {
                let form: form::Taking = read_form(input)?;
                let serial_number = form::said(form.serial_number.as_deref());
                return self.take_key(id, serial_number).await.map(Acted::Key);
            }
            Action::PurgeKeys => return self.purge_keys(id).await.map(Acted::Purged),
            Action::RequestCancellation => {
                let form: form::Cancellation = read_form(input)?;
                let reason = form.reason.unwrap_or_default();
                self.request_cancellation(id, &reason, form.at_end_of_period).await?;
            }
            Action::WithdrawCancellation => self.withdraw_cancellation(id).await?,
            Action::ReceivePayment => {
                let form: form::Payment = read_form(input)?;
                // A slip in the year would pay for centuries, and nothing takes it back.
                if form.paid_on > self.parts.today() {
                    let (field, problem) = ("paid_on".to_owned(), InputProblem::Unreadable);
                    return Err(InvalidInput { field, problem }.into());
                }
                self.receive_payment(id, form.period_start()?, form.paid_on).await?;
            }
            Action::ResendConfiguration => return self.invite(id).await.map(Acted::Invited),
            Action::Resume => self.resume(id).await?,
            Action::AbandonOrder => self.abandon_order(id).await?,
            Action::AdoptOrder => {
                let form: form::Order = read_form(input)?;
                self.adopt_order(id, &OrderId::from_authority(form.order_id.trim())).await?;
            }
            Action::CancelStrayOrder => {
                let form: form::Order = read_form(input)?;
                self.cancel_stray_order(id, &OrderId::from_authority(form.order_id.trim())).await?;
            }
            Action::Suspend => self.suspend(id).await?,
            Action::Unsuspend => self.unsuspend(id).await?,
            Action::Terminate => self.terminate(id).await?,
            Action::ChangeOffer => self.change_offer(id, form::offer(input)?).await?,
        }
        Ok(Acted::Done)
    }
}

/// Whether an action's form asks for something. What has a method of its own does not look at its input here.
fn has_input(action: Action) -> bool {
    matches!(
        action,
        Action::Configure
            | Action::SubmitEvidence
            | Action::Files
            | Action::ChangeMethod
            | Action::Reissue
            | Action::Renew
            | Action::StoreRequest
            | Action::Revoke
            | Action::SendCertificate
            | Action::TakeKey
            | Action::RequestCancellation
            | Action::ReceivePayment
            | Action::AdoptOrder
            | Action::CancelStrayOrder
            | Action::ChangeOffer
    )
}
