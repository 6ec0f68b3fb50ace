//! The log in Polish.

use std::borrow::Cow;

use cert_domain::Language;

use crate::compose::{all_reasons, day, moment};
use crate::service::{Event, Running};
use crate::vault::KeyAction;

const LANGUAGE: Language = Language::Polish;

pub(super) fn text(event: &Event) -> Cow<'static, str> {
    match event {
        Event::Created { offer, customer, .. } => {
            format!("Klient {customer} kupił {}.", offer.display_name()).into()
        }
        Event::Imported { order_id, certificate, .. } => {
            format!("Przejęto zamówienie {order_id} z certyfikatem {}.", certificate.serial_number).into()
        }
        Event::OfferChanged { offer } => {
            format!("Od teraz usługa jest sprzedawana jako {}.", offer.display_name()).into()
        }
        Event::LinkMade { link } => {
            format!("Wysłano link do formularza, ważny do {}.", moment(link.expires_at)).into()
        }
        Event::DraftSaved { .. } => "Zapisano nieukończony formularz.".into(),
        Event::Configured { configuration } => match configuration.common_name() {
            Some(name) => format!("Wysłano formularz dla {name}.").into(),
            None => "Wysłano formularz.".into(),
        },
        Event::SuccessorBegun { purpose, of_itself, .. } => {
            let what = purpose.kind().text(LANGUAGE);
            let how = if *of_itself { "automatycznie" } else { "na życzenie" };
            match purpose.follows() {
                Some(serial_number) => {
                    format!("Rozpoczęto {how}: {what} certyfikatu {serial_number}.").into()
                }
                None => format!("Rozpoczęto {how}: {what}.").into(),
            }
        }
        Event::OrderIntended { attempt } => {
            format!("Zamówienie {} zostanie złożone (próba {}).", attempt.order_id, attempt.number).into()
        }
        Event::OrderNotFound => {
            "Urząd certyfikacji nie ma takiego zamówienia; zostanie złożone ponownie.".into()
        }
        Event::OrderRefusalDoubted { findings } => format!(
            "Zamówienie odrzucono, być może dlatego, że dotarło wcześniejsze wywołanie: {}.",
            all_reasons(findings, LANGUAGE)
        )
        .into(),
        Event::OrderRefused { findings } => {
            format!("Urząd certyfikacji nie przyjął zamówienia: {}.", all_reasons(findings, LANGUAGE)).into()
        }
        Event::OrderPlaced { order_id, adopted: false, .. } => {
            format!("Złożono zamówienie {order_id}.").into()
        }
        Event::OrderPlaced { order_id, adopted: true, .. } => {
            format!("Odnaleziono w urzędzie certyfikacji i przypisano zamówienie {order_id}.").into()
        }
        Event::OrderIdentifierTaken => "Urząd certyfikacji ma już zamówienie o tym identyfikatorze.".into(),
        Event::OrderAbandoned => "Próbę złożenia zamówienia porzucono.".into(),
        Event::DoubtSettled { order_id } => {
            format!("Porzucone zamówienie {order_id} nie jest już poszukiwane.").into()
        }
        Event::DoubtLasts { order_id } => {
            format!("Nie wiadomo jeszcze, co się stało z porzuconym zamówieniem {order_id}.").into()
        }
        Event::StrayOrder { order_id, .. } => {
            format!("Urząd certyfikacji ma zamówienie {order_id}, na które nikt nie czeka.").into()
        }
        Event::StrayCancelled { order_id } => format!("Anulowano zbędne zamówienie {order_id}.").into(),
        Event::MethodChanged { configuration } => match configuration.method() {
            Some(method) => format!("Zmieniono metodę weryfikacji: {}.", method.text(LANGUAGE)).into(),
            None => "Zmieniono metodę weryfikacji.".into(),
        },
        Event::CodeRenewed { code: Some(_) } => "Urząd certyfikacji podał nowy kod weryfikacyjny.".into(),
        Event::CodeRenewed { code: None } => {
            "Urząd certyfikacji nie podaje kodu weryfikacyjnego dla tego zamówienia.".into()
        }
        Event::CodeLost => "Potrzebny jest nowy kod weryfikacyjny.".into(),
        Event::EmailRequested => "Wiadomość weryfikacyjna zostanie wysłana ponownie.".into(),
        Event::EmailResent => "Urząd certyfikacji ponownie wysłał wiadomość weryfikacyjną.".into(),
        Event::EvidenceSubmitted { documents, .. } => format!("Przesłano dokumenty: {documents}.").into(),
        Event::ProofsPublished { instructions } => {
            format!("Opublikowano za klienta dane do weryfikacji: {}.", instructions.len()).into()
        }
        Event::ProofsWithdrawn => "Usunięto opublikowane dane do weryfikacji.".into(),
        Event::CheckRequested => "Poproszono o sprawdzenie weryfikacji domen.".into(),
        Event::CheckStarted { .. } => "Poproszono urząd certyfikacji o sprawdzenie domen.".into(),
        Event::NamesReported { names } => {
            let names = names.iter().map(|name| format!("{}: {}", name.name, name.proof.text(LANGUAGE)));
            format!("Stan domen: {}.", names.collect::<Vec<_>>().join(", ")).into()
        }
        Event::ChecksReported { checks } => {
            let checks = checks
                .iter()
                .map(|check| format!("{}: {}", check.kind.text(LANGUAGE), check.proof.text(LANGUAGE)));
            format!("Stan weryfikacji: {}.", checks.collect::<Vec<_>>().join(", ")).into()
        }
        Event::OrderAccepted => "Weryfikacja zakończona; certyfikat jest wydawany.".into(),
        Event::VerificationReopened => "Urząd certyfikacji chce jednak coś zweryfikować.".into(),
        Event::OrderRejected => "Zamówienie odrzucono lub anulowano w urzędzie certyfikacji.".into(),
        Event::OrderCancelling { replaces: false } => "Zamówienie zostanie anulowane.".into(),
        Event::OrderCancelling { replaces: true } => {
            "Zamówienie zostanie anulowane i złożone od nowa.".into()
        }
        Event::OrderCancelled => "Zamówienie anulowano.".into(),
        Event::CancellingRefused => "Zamówienia nie można już anulować.".into(),
        Event::CertificateDoubted { flaws } => format!(
            "Certyfikat różni się od zamówionego i zostanie sprawdzony ponownie: {}.",
            flaws.text(LANGUAGE)
        )
        .into(),
        Event::CertificateIssued { certificate, .. } => format!(
            "Wydano certyfikat {}, ważny do {}.",
            certificate.serial_number,
            day(certificate.not_after)
        )
        .into(),
        Event::CertificateSent { serial_number, email } => {
            format!("Certyfikat {serial_number} wysłano na adres {email}.").into()
        }
        Event::CertificateStanding { serial_number, standing } => {
            format!("Certyfikat {serial_number} w urzędzie certyfikacji: {}.", standing.text(LANGUAGE)).into()
        }
        Event::RevokedUnseen { serial_number, .. } => {
            format!("Certyfikat {serial_number} unieważniono, zanim został pobrany.").into()
        }
        Event::RevocationRequested { revocation } => format!(
            "Zlecono unieważnienie certyfikatu {}: {}.",
            revocation.serial_number,
            revocation.reason.text(LANGUAGE)
        )
        .into(),
        Event::CertificateRevoked { serial_number } => {
            format!("Certyfikat {serial_number} unieważniono.").into()
        }
        Event::RevocationRefused { serial_number, findings } => {
            format!("Certyfikatu {serial_number} nie unieważniono: {}.", all_reasons(findings, LANGUAGE))
                .into()
        }
        Event::RequestStored { is_made: false, .. } => "Podano CSR dla następnego certyfikatu.".into(),
        Event::RequestStored { is_made: true, .. } => {
            "Wygenerowano klucz i CSR dla następnego certyfikatu.".into()
        }
        Event::KeyTouched { record } => match record.action {
            KeyAction::Kept => "Klucz prywatny umieszczono w sejfie.",
            KeyAction::Used => "Użyto klucza prywatnego.",
            KeyAction::TakenOut => "Klucz prywatny wydano; nie jest już przechowywany.",
            KeyAction::Purged => "Usunięto klucz prywatny.",
            KeyAction::ReEncrypted => "Klucz prywatny zaszyfrowano innym hasłem.",
        }
        .into(),
        Event::InvoiceRaised { invoice } => format!(
            "Poproszono o fakturę za okres od {} do {}: {}.",
            invoice.period_start, invoice.period_end, invoice.price
        )
        .into(),
        Event::PaymentReceived { paid_through, .. } => {
            format!("Wpłynęła płatność; opłacono do {paid_through}.").into()
        }
        Event::DueDateProposed { due_on } => format!("Zaproponowano termin płatności {due_on}.").into(),
        Event::Reminded { course, outlook, .. } => format!(
            "Przypomniano o końcu ważności certyfikatu ({}): {}.",
            course.text(LANGUAGE),
            outlook.text(LANGUAGE)
        )
        .into(),
        Event::RequestMissed { course } => {
            format!("Powiadomiono klienta, że potrzebny jest nowy CSR ({}).", course.text(LANGUAGE)).into()
        }
        Event::ProofEnding { valid_until } => {
            format!("Powiadomiono klienta, że weryfikacja domen jest ważna do {}.", moment(*valid_until))
                .into()
        }
        Event::Expired => "Certyfikat wygasł.".into(),
        Event::Stalled { who } => {
            format!("Od dawna nic się nie dzieje; kto ma działać: {}.", who.text(LANGUAGE)).into()
        }
        Event::CancellationRequested { request } => {
            let when = if request.at_end_of_period { "z końcem opłaconego okresu" } else { "od razu" };
            match &*request.reason {
                "" => format!("Klient rezygnuje z usługi {when}.").into(),
                reason => format!("Klient rezygnuje z usługi {when}: „{reason}”.").into(),
            }
        }
        Event::CancellationWithdrawn => "Klient wycofał rezygnację.".into(),
        Event::RunningChanged { running } => match running {
            Running::Running => "Usługa działa dalej.",
            Running::Suspended => "Usługę zawieszono.",
            Running::Terminated => "Usługę zakończono.",
        }
        .into(),
        Event::Held { reason } => {
            format!("To musi rozstrzygnąć sprzedawca: {}.", reason.text(LANGUAGE)).into()
        }
        Event::Resumed => "Sprzedawca rozstrzygnął sprawę; usługa działa dalej.".into(),
    }
}
