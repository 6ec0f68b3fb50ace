//! What somebody can do with a service right now, as menus show it.

use std::fmt;
use std::str::FromStr;

use cert_domain::{Billing, KeyChoice, Language, ProductKind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::account::Running;
use super::certificate::ServiceCertificate;
use super::state::{Service, State};
use crate::authority::CertificateStanding;

/// Who stands before a menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums, reason = "there are the two areas of a panel")]
pub enum Role {
    /// The customer, in the client area.
    Customer,
    /// The reseller, in the admin area: whatever the customer can do, and more.
    Reseller,
}

/// A text that is the name of no action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no action has this name")]
pub struct UnknownAction(());

/// Writes each action down once, with its name and its words in English and Polish.
macro_rules! actions {
    ($($(#[$line:meta])+ $variant:ident, $name:literal, $english:literal, $polish:literal;)+) => {
        /// Something that somebody can do with a service.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Action {
            $($(#[$line])+ $variant,)+
        }

        impl Action {
            /// Every action, in the order of a menu.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The action's name, as it stands in interfaces.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What a menu calls it.
            #[must_use]
            pub fn text(self, language: Language) -> &'static str {
                let (english, polish) = match self { $(Self::$variant => ($english, $polish),)+ };
                match language {
                    Language::English => english,
                    _ => polish,
                }
            }
        }
    };
}

actions! {
    /// Fill in the form: [`configure`](crate::Lifecycle::configure), and drafts before it.
    Configure, "configure", "Configure certificate", "Konfiguruj certyfikat";
    /// Say that the proof is published: [`request_check`](crate::Lifecycle::request_check).
    RequestCheck, "request_check", "Check domain verification now", "Sprawdź weryfikację domen teraz";
    /// Prove the names by another method: [`change_method`](crate::Lifecycle::change_method).
    ChangeMethod, "change_method", "Change verification method", "Zmień metodę weryfikacji";
    /// Have a fresh code, or the message once more: [`resend_verification`](crate::Lifecycle::resend_verification).
    ResendVerification, "resend_verification", "Resend verification", "Wyślij weryfikację ponownie";
    /// See where the order stands: [`order_report`](crate::Lifecycle::order_report).
    OrderReport, "order_report", "Show order state", "Pokaż stan zamówienia";
    /// See how far the proof of each name is: [`name_states`](crate::Lifecycle::name_states).
    NameStates, "name_states", "Show domain verification", "Pokaż weryfikację domen";
    /// See how far the proof of the mailbox is: [`email_state`](crate::Lifecycle::email_state).
    EmailState, "email_state", "Show e-mail verification", "Pokaż weryfikację adresu e-mail";
    /// Hand in documents: [`submit_evidence`](crate::Lifecycle::submit_evidence).
    SubmitEvidence, "submit_evidence", "Submit documents", "Prześlij dokumenty";
    /// Cancel the order: [`cancel_order`](crate::Lifecycle::cancel_order).
    CancelOrder, "cancel_order", "Cancel order", "Anuluj zamówienie";
    /// Cancel the order, and have another filled in: [`replace_order`](crate::Lifecycle::replace_order).
    ReplaceOrder, "replace_order", "Cancel and order anew", "Anuluj i zamów od nowa";
    /// Replace the certificate inside what was bought: [`reissue`](crate::Lifecycle::reissue).
    Reissue, "reissue", "Reissue certificate", "Reissue certyfikatu";
    /// Buy the next term: [`renew`](crate::Lifecycle::renew).
    Renew, "renew", "Renew certificate", "Odnów certyfikat";
    /// Keep a request for the next certificate: [`store_request`](crate::Lifecycle::store_request).
    StoreRequest, "store_request", "Provide new CSR to renew", "Podaj nowy CSR do odnowienia";
    /// Revoke a certificate: [`revoke`](crate::Lifecycle::revoke).
    Revoke, "revoke", "Revoke certificate", "Unieważnij certyfikat";
    /// Send a certificate by mail: [`send_certificate`](crate::Lifecycle::send_certificate).
    SendCertificate, "send_certificate", "Send certificate", "Prześlij certyfikat mailem";
    /// See and save a certificate: [`files`](crate::Lifecycle::files).
    Files, "files", "Show certificate", "Pokaż certyfikat";
    /// Have the kept key handed out, once: [`take_key`](crate::Lifecycle::take_key).
    TakeKey, "take_key", "Collect the private key", "Odbierz klucz prywatny";
    /// Delete kept keys that nobody needs: [`purge_keys`](crate::Lifecycle::purge_keys).
    PurgeKeys, "purge_keys", "Delete keys no longer needed", "Usuń niepotrzebne klucze";
    /// Ask for the service's end: [`request_cancellation`](crate::Lifecycle::request_cancellation).
    RequestCancellation, "request_cancellation", "Request cancellation", "Zgłoś rezygnację";
    /// Think better of it: [`withdraw_cancellation`](crate::Lifecycle::withdraw_cancellation).
    WithdrawCancellation, "withdraw_cancellation", "Withdraw the cancellation", "Wycofaj rezygnację";
    /// Note that a period was paid for: [`receive_payment`](crate::Lifecycle::receive_payment).
    ReceivePayment, "receive_payment", "Record a payment", "Odnotuj płatność";
    /// Send the customer a new link to the form: [`invite`](crate::Lifecycle::invite).
    ResendConfiguration, "resend_configuration", "Resend configuration e-mail", "Wyślij ponownie link do konfiguracji";
    /// Go on with what was held: [`resume`](crate::Lifecycle::resume).
    Resume, "resume", "Resume", "Wznów";
    /// Give up an attempt to order: [`abandon_order`](crate::Lifecycle::abandon_order).
    AbandonOrder, "abandon_order", "Abandon the order", "Porzuć zamówienie";
    /// Say which order at the CA is the service's: [`adopt_order`](crate::Lifecycle::adopt_order).
    AdoptOrder, "adopt_order", "Adopt an order", "Przypisz zamówienie";
    /// Cancel an order that nobody waits for: [`cancel_stray_order`](crate::Lifecycle::cancel_stray_order).
    CancelStrayOrder, "cancel_stray_order", "Cancel a stray order", "Anuluj zbędne zamówienie";
    /// Begin nothing new: [`suspend`](crate::Lifecycle::suspend).
    Suspend, "suspend", "Suspend", "Zawieś";
    /// Go on: [`unsuspend`](crate::Lifecycle::unsuspend).
    Unsuspend, "unsuspend", "Unsuspend", "Odwieś";
    /// End the service: [`terminate`](crate::Lifecycle::terminate).
    Terminate, "terminate", "Terminate", "Zakończ usługę";
    /// Sell it on other terms: [`change_offer`](crate::Lifecycle::change_offer).
    ChangeOffer, "change_offer", "Change the offer", "Zmień ofertę";
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Action {
    type Err = UnknownAction;

    fn from_str(name: &str) -> Result<Self, UnknownAction> {
        Self::ALL.iter().copied().find(|action| action.as_str() == name).ok_or(UnknownAction(()))
    }
}

impl Action {
    /// Whether nobody can take it back, so that a person is to confirm it first.
    #[must_use]
    pub fn is_irreversible(self) -> bool {
        matches!(
            self,
            Self::CancelOrder
                | Self::ReplaceOrder
                | Self::Revoke
                | Self::TakeKey
                | Self::PurgeKeys
                | Self::AbandonOrder
                | Self::CancelStrayOrder
                | Self::ReceivePayment
                | Self::Terminate
        )
    }

    /// Whether it is the reseller's alone.
    fn is_for_reseller(self) -> bool {
        matches!(
            self,
            Self::CancelOrder
                | Self::ReplaceOrder
                | Self::PurgeKeys
                | Self::ReceivePayment
                | Self::ResendConfiguration
                | Self::Resume
                | Self::AbandonOrder
                | Self::AdoptOrder
                | Self::CancelStrayOrder
                | Self::Suspend
                | Self::Unsuspend
                | Self::Terminate
                | Self::ChangeOffer
        )
    }
}

impl Service {
    /// What somebody can do with the service at a moment, in the order of a menu. What would change nothing is left out,
    /// and so is what the CA would refuse for certain.
    ///
    /// Whether the vault still has a key, only [`Lifecycle::actions`](crate::Lifecycle::actions) can tell.
    #[must_use]
    pub fn actions(&self, role: Role, now: Timestamp) -> Vec<Action> {
        let is_offered = |action: &Action| match role {
            Role::Customer if action.is_for_reseller() => false,
            Role::Customer if *action == Action::Renew && !self.offer.can_renew_by_hand() => false,
            _ => self.is_possible(*action, now),
        };
        Action::ALL.iter().copied().filter(is_offered).collect()
    }

    fn is_possible(&self, action: Action, now: Timestamp) -> bool {
        let has_ended = self.running == Running::Terminated;
        let begins = self.running == Running::Running;
        let is_recurring = matches!(self.offer.billing, Billing::Recurring { .. });
        let is_validating = matches!(self.state, State::Validating(_));
        let has_names = self.offer.product.kind == ProductKind::Tls;
        match action {
            Action::Configure => begins && self.takes_form(),
            Action::ResendConfiguration => !has_ended && self.takes_form(),
            Action::RequestCheck | Action::ChangeMethod => is_validating && has_names,
            Action::ResendVerification => is_validating,
            Action::OrderReport => self.has_placed_order(),
            Action::NameStates => has_names && self.has_placed_order(),
            Action::EmailState => !has_names && self.has_placed_order(),
            // Before, there is nothing to prove; afterwards, nothing is left to.
            Action::SubmitEvidence => matches!(self.state.suspended(), State::Validating(_)),
            Action::CancelOrder => self.can_cancel(false),
            Action::ReplaceOrder => self.can_cancel(true),
            Action::Reissue => {
                begins && self.followable(now).is_some_and(|newest| newest.replaced_at.is_none())
            }
            Action::Renew => {
                begins && self.followable(now).is_some() && self.offer.product.renewal_code.is_some()
            }
            // There is nothing to follow before something was ordered.
            Action::StoreRequest => {
                !has_ended && (self.certificate().is_some() || self.state.configuration().is_some())
            }
            Action::Revoke => self.certificates.iter().any(|certificate| is_revocable(certificate, now)),
            Action::SendCertificate | Action::Files => self.certificate().is_some(),
            Action::TakeKey => self.certificates.iter().any(|held| keeps_key(held.configuration.key())),
            Action::PurgeKeys => self.may_have_keys(),
            Action::RequestCancellation => !has_ended && is_recurring && self.cancellation.is_none(),
            Action::WithdrawCancellation => self.cancellation.is_some(),
            Action::ReceivePayment => is_recurring,
            Action::Resume => matches!(self.state, State::Held { .. }),
            Action::AbandonOrder => self.can_abandon(),
            Action::AdoptOrder => self.open_attempt().is_some(),
            Action::CancelStrayOrder => {
                self.stray_orders.iter().any(|order_id| self.may_cancel_stray(order_id))
            }
            Action::Suspend => begins,
            Action::Unsuspend => self.running == Running::Suspended,
            Action::Terminate => !has_ended,
            Action::ChangeOffer => true,
        }
    }

    /// Whether the CA has an order that it can be asked about.
    fn has_placed_order(&self) -> bool {
        let current = match self.state.suspended() {
            State::Ordering(_) => None,
            state => state.order_id(),
        };
        current.is_some() || self.certificate().is_some()
    }

    fn can_cancel(&self, replaces: bool) -> bool {
        let cancelling = match self.state.suspended() {
            State::Validating(validating) => validating.cancelling,
            State::Issuing(issuing) => issuing.cancelling,
            _ => return false,
        };
        cancelling.is_none_or(|cancelling| cancelling.replaces != replaces)
    }

    fn can_abandon(&self) -> bool {
        let is_held = matches!(self.state, State::Held { .. });
        match self.state.suspended() {
            State::Ordering(ordering) => is_held || ordering.attempt.is_some(),
            State::Issuing(_) => is_held,
            _ => false,
        }
    }

    /// The newest certificate, if another can follow it: the CA follows none that is revoked or over.
    fn followable(&self, now: Timestamp) -> Option<&ServiceCertificate> {
        let newest = self.certificate().filter(|_| self.state == State::Active)?;
        (newest.is_good() && now <= newest.certificate.not_after).then_some(newest)
    }

    /// Whether the vault may have a key for the service.
    fn may_have_keys(&self) -> bool {
        let ordered = self.state.configuration().map(|configuration| configuration.key());
        let drafted = self.draft.as_ref().map(|draft| draft.key);
        let issued = self.certificates.iter().map(|held| held.configuration.key());
        ordered.into_iter().chain(drafted).chain(issued).any(keeps_key)
            || self.stored_request.as_ref().is_some_and(|stored| stored.is_made)
    }
}

/// What is over, or being revoked already, is not revoked.
fn is_revocable(certificate: &ServiceCertificate, now: Timestamp) -> bool {
    let is_revoked = matches!(certificate.standing, CertificateStanding::Revoked { .. });
    !is_revoked && certificate.revoking.is_none() && now <= certificate.certificate.not_after
}

fn keeps_key(key: KeyChoice) -> bool {
    matches!(key, KeyChoice::Generate { keep: true, .. })
}
