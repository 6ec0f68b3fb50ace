//! The log in English.

use std::borrow::Cow;

use cert_domain::Language;

use crate::compose::{all_reasons, day, moment};
use crate::service::{Event, Running};
use crate::vault::KeyAction;

const LANGUAGE: Language = Language::English;

pub(super) fn text(event: &Event) -> Cow<'static, str> {
    match event {
        Event::Created { offer, customer, .. } => {
            format!("Customer {customer} bought {}.", offer.display_name()).into()
        }
        Event::Imported { order_id, certificate, .. } => {
            format!("Order {order_id} with certificate {} was taken over.", certificate.serial_number).into()
        }
        Event::OfferChanged { offer } => {
            format!("It is sold as {} from now on.", offer.display_name()).into()
        }
        Event::LinkMade { link } => {
            format!("A link to the form was sent; it can be used until {}.", moment(link.expires_at)).into()
        }
        Event::DraftSaved { .. } => "The form was saved unfinished.".into(),
        Event::Configured { configuration } => match configuration.common_name() {
            Some(name) => format!("The form was handed in for {name}.").into(),
            None => "The form was handed in.".into(),
        },
        Event::SuccessorBegun { purpose, of_itself, .. } => {
            let what = purpose.kind().text(LANGUAGE);
            let how = if *of_itself { "automatically" } else { "as asked for" };
            match purpose.follows() {
                Some(serial_number) => format!("Begun {how}: {what} of certificate {serial_number}.").into(),
                None => format!("Begun {how}: {what}.").into(),
            }
        }
        Event::OrderIntended { attempt } => {
            format!("Order {} is about to be placed (attempt {}).", attempt.order_id, attempt.number).into()
        }
        Event::OrderNotFound => "The certificate authority has no such order; it is placed again.".into(),
        Event::OrderRefusalDoubted { findings } => format!(
            "The order was refused, perhaps because an earlier call arrived: {}.",
            all_reasons(findings, LANGUAGE)
        )
        .into(),
        Event::OrderRefused { findings } => {
            format!("The certificate authority refused the order: {}.", all_reasons(findings, LANGUAGE))
                .into()
        }
        Event::OrderPlaced { order_id, adopted: false, .. } => format!("Order {order_id} was placed.").into(),
        Event::OrderPlaced { order_id, adopted: true, .. } => {
            format!("Order {order_id} was found at the certificate authority and taken on.").into()
        }
        Event::OrderIdentifierTaken => {
            "The certificate authority already has an order with this identifier.".into()
        }
        Event::OrderAbandoned => "The attempt to order was given up.".into(),
        Event::DoubtSettled { order_id } => {
            format!("Order {order_id}, which was given up, is no longer looked for.").into()
        }
        Event::DoubtLasts { order_id } => {
            format!("What became of order {order_id}, which was given up, is not clear yet.").into()
        }
        Event::StrayOrder { order_id, .. } => {
            format!("The certificate authority has order {order_id}, which nobody waits for.").into()
        }
        Event::StrayCancelled { order_id } => format!("The surplus order {order_id} was cancelled.").into(),
        Event::MethodChanged { configuration } => match configuration.method() {
            Some(method) => format!("The verification method was changed: {}.", method.text(LANGUAGE)).into(),
            None => "The verification method was changed.".into(),
        },
        Event::CodeRenewed { code: Some(_) } => {
            "The certificate authority gave a new verification code.".into()
        }
        Event::CodeRenewed { code: None } => {
            "The certificate authority tells no verification code for this order.".into()
        }
        Event::CodeLost => "A new verification code is needed.".into(),
        Event::EmailRequested => "The verification message is to be sent again.".into(),
        Event::EmailResent => "The certificate authority sent the verification message again.".into(),
        Event::EvidenceSubmitted { documents, .. } => {
            format!("Documents were handed in: {documents}.").into()
        }
        Event::ProofsPublished { instructions } => {
            format!("The proofs were published for the customer: {}.", instructions.len()).into()
        }
        Event::ProofsWithdrawn => "The published proofs were withdrawn.".into(),
        Event::CheckRequested => "A check of the proofs was asked for.".into(),
        Event::CheckStarted { .. } => "The certificate authority was asked to look for the proofs.".into(),
        Event::NamesReported { names } => {
            let names = names.iter().map(|name| format!("{}: {}", name.name, name.proof.text(LANGUAGE)));
            format!("State of the domains: {}.", names.collect::<Vec<_>>().join(", ")).into()
        }
        Event::ChecksReported { checks } => {
            let checks = checks
                .iter()
                .map(|check| format!("{}: {}", check.kind.text(LANGUAGE), check.proof.text(LANGUAGE)));
            format!("State of the verifications: {}.", checks.collect::<Vec<_>>().join(", ")).into()
        }
        Event::OrderAccepted => "Everything is verified; the certificate is being issued.".into(),
        Event::VerificationReopened => "The certificate authority wants something verified after all.".into(),
        Event::OrderRejected => "The order was rejected, or cancelled at the certificate authority.".into(),
        Event::OrderCancelling { replaces: false } => "The order is to be cancelled.".into(),
        Event::OrderCancelling { replaces: true } => "The order is to be cancelled and placed anew.".into(),
        Event::OrderCancelled => "The order was cancelled.".into(),
        Event::CancellingRefused => "The order could no longer be cancelled.".into(),
        Event::CertificateDoubted { flaws } => format!(
            "The certificate is not what was ordered, and is looked at again: {}.",
            flaws.text(LANGUAGE)
        )
        .into(),
        Event::CertificateIssued { certificate, .. } => format!(
            "Certificate {} was issued, valid until {}.",
            certificate.serial_number,
            day(certificate.not_after)
        )
        .into(),
        Event::CertificateSent { serial_number, email } => {
            format!("Certificate {serial_number} was sent to {email}.").into()
        }
        Event::CertificateStanding { serial_number, standing } => {
            format!("Certificate {serial_number} at the certificate authority: {}.", standing.text(LANGUAGE))
                .into()
        }
        Event::RevokedUnseen { serial_number, .. } => {
            format!("Certificate {serial_number} was revoked before it was fetched.").into()
        }
        Event::RevocationRequested { revocation } => format!(
            "The revocation of certificate {} was asked for: {}.",
            revocation.serial_number,
            revocation.reason.text(LANGUAGE)
        )
        .into(),
        Event::CertificateRevoked { serial_number } => {
            format!("Certificate {serial_number} was revoked.").into()
        }
        Event::RevocationRefused { serial_number, findings } => {
            format!("Certificate {serial_number} was not revoked: {}.", all_reasons(findings, LANGUAGE))
                .into()
        }
        Event::RequestStored { is_made: false, .. } => {
            "A request for the next certificate was handed in.".into()
        }
        Event::RequestStored { is_made: true, .. } => {
            "A key and a request for the next certificate were made.".into()
        }
        Event::KeyTouched { record } => match record.action {
            KeyAction::Kept => "A private key was put into the vault.",
            KeyAction::Used => "The private key was used.",
            KeyAction::TakenOut => "The private key was handed out, and is no longer kept.",
            KeyAction::Purged => "A private key was deleted.",
            KeyAction::ReEncrypted => "A private key was encrypted under another passphrase.",
        }
        .into(),
        Event::InvoiceRaised { invoice } => format!(
            "An invoice for {} to {} was asked for: {}.",
            invoice.period_start, invoice.period_end, invoice.price
        )
        .into(),
        Event::PaymentReceived { paid_through, .. } => {
            format!("A payment came; paid through {paid_through}.").into()
        }
        Event::DueDateProposed { due_on } => format!("The due date {due_on} was proposed.").into(),
        Event::Reminded { course, outlook, .. } => format!(
            "A reminder of the end of the certificate was sent ({}): {}.",
            course.text(LANGUAGE),
            outlook.text(LANGUAGE)
        )
        .into(),
        Event::RequestMissed { course } => {
            format!("The customer was told that a new CSR is needed ({}).", course.text(LANGUAGE)).into()
        }
        Event::ProofEnding { valid_until } => format!(
            "The customer was told that the verification of the domains counts until {}.",
            moment(*valid_until)
        )
        .into(),
        Event::Expired => "The certificate expired.".into(),
        Event::Stalled { who } => {
            format!("Nothing has moved for long; who has to act: {}.", who.text(LANGUAGE)).into()
        }
        Event::CancellationRequested { request } => {
            let when = if request.at_end_of_period { "at the end of what is paid" } else { "at once" };
            match &*request.reason {
                "" => format!("The customer wants the service to end {when}.").into(),
                reason => format!("The customer wants the service to end {when}: “{reason}”.").into(),
            }
        }
        Event::CancellationWithdrawn => "The customer withdrew the cancellation.".into(),
        Event::RunningChanged { running } => match running {
            Running::Running => "The service goes on.",
            Running::Suspended => "The service was suspended.",
            Running::Terminated => "The service was terminated.",
        }
        .into(),
        Event::Held { reason } => {
            format!("The reseller has to settle this: {}.", reason.text(LANGUAGE)).into()
        }
        Event::Resumed => "The reseller has settled it; the service goes on.".into(),
    }
}
