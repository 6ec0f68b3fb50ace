//! Notices in Polish.

use cert_domain::{Instruction, Language, ServerType};

use super::letter::Part;
use super::{About, Body, Labels, Task, day, moment, reasons};
use crate::{Audience, Course, NoticeKind, Outlook};

const POLISH: Language = Language::Polish;

pub(super) const LABELS: Labels = Labels {
    greeting: "Dzień dobry,",
    product: "Produkt",
    common_name: "Nazwa",
    serial_number: "Numer seryjny",
    occurred_at: "Data zdarzenia",
    service: "Usługa",
    customer: "Klient",
    service_link: "Usługa w panelu klienta:",
};

/// What a notice says; nothing where it is a matter between programs.
pub(super) fn body(about: &About<'_>) -> Option<Body> {
    // It stands behind the noun, which alone is declined.
    let whose = match about.host() {
        Some(host) => format!("dla {host}"),
        None => format!("„{}”", about.name()),
    };
    let whose = whose.as_str();
    Some(match &about.notice.kind {
        NoticeKind::ConfigurationLink { expires_at, .. } => {
            let until = moment(*expires_at);
            let (details, action) = match &about.form_link {
                Some(link) => (
                    vec![
                        Part::Paragraph("Wypełnij formularz pod tym adresem:".to_owned()),
                        Part::Link(link.clone()),
                    ],
                    format!(
                        "Odnośnik jest ważny do {until}. Jest przeznaczony tylko dla Ciebie: nie przekazuj go nikomu."
                    ),
                ),
                None if about.is_for_customer() => {
                    (Vec::new(), "Wypełnij formularz w panelu klienta.".to_owned())
                }
                None => (Vec::new(), format!("Odnośnik klienta do formularza jest ważny do {until}.")),
            };
            Body::new(
                format!("Certyfikat {whose} czeka na konfigurację"),
                format!(
                    "Certyfikat {whose} został zamówiony i czeka na konfigurację: potrzebne są żądanie certyfikatu \
                     (CSR), nazwy i dane kontaktowe."
                ),
                action,
            )
            .with_details(details)
        }
        NoticeKind::OrderRefused { findings } => Body::new(
            format!("Zamówienie certyfikatu {whose} wymaga poprawek"),
            format!("Urząd certyfikacji nie przyjął zamówienia certyfikatu {whose}:"),
            about.choose(
                "Popraw formularz i wyślij go ponownie.",
                "Popraw zamówienie albo ustal to z klientem.",
            ),
        )
        .with_details(vec![reasons(findings, POLISH)]),
        NoticeKind::OrderRejected => Body::new(
            format!("Zamówienie certyfikatu {whose} zostało odrzucone lub anulowane"),
            format!(
                "Urząd certyfikacji odrzucił zamówienie certyfikatu {whose} albo zostało ono anulowane. Na jego \
                 podstawie certyfikat nie zostanie wydany."
            ),
            about.choose(
                "Jeśli nadal potrzebujesz tego certyfikatu, napisz do nas.",
                "Jeśli nikt go nie anulował, zapytaj urząd certyfikacji o powód.",
            ),
        ),
        NoticeKind::VerificationNeeded { course, instructions } => {
            verification(about, whose, *course, instructions)
        }
        NoticeKind::Issued { course, not_after } => {
            let until = moment(*not_after);
            let statement = match course {
                Course::New => format!("Certyfikat {whose} został wydany. Jest ważny do {until}."),
                Course::Renewal => {
                    format!("Certyfikat {whose} został wydany na kolejny okres. Jest ważny do {until}.")
                }
                Course::Reissue => {
                    format!("Certyfikat {whose} został wydany ponownie. Nowy certyfikat jest ważny do {until}.")
                }
            };
            Body::new(format!("Certyfikat {whose} został wydany"), statement, installation(about, *course))
        }
        NoticeKind::CertificateSent { not_after } => Body::new(
            format!("Pliki certyfikatu {whose}"),
            format!(
                "Poproszono nas o przesłanie opisanego poniżej certyfikatu {whose}. Jest on ważny do {}.",
                moment(*not_after)
            ),
            installation(about, Course::New),
        ),
        NoticeKind::SuccessorComing { course, not_after, outlook } => Body::new(
            format!("Certyfikat {whose} traci ważność {}", day(*not_after)),
            format!("Certyfikat {whose} jest ważny do {}.", moment(*not_after)),
            prospect(about, *course, *outlook),
        ),
        NoticeKind::RequestNeeded { course, not_after } => Body::new(
            format!("Certyfikat {whose} wymaga nowego żądania (CSR)"),
            format!(
                "Certyfikat {whose} jest ważny do {}. Aby zamówić następny ({}), potrzebne jest nowe żądanie \
                 certyfikatu (CSR).",
                moment(*not_after),
                course.text(POLISH)
            ),
            about.choose(
                "Wygeneruj nowy klucz wraz z żądaniem i wprowadź żądanie w panelu klienta. Klucz, dla którego wydano \
                 już certyfikat, nie zostanie przyjęty ponownie.",
                "Klient musi wprowadzić je w panelu klienta.",
            ),
        ),
        NoticeKind::InvoiceDue(invoice) => {
            let price = invoice.price.to_string().replace('.', ",");
            Body::new(
                format!("Płatność za certyfikat {whose}: termin {}", invoice.pay_by),
                format!(
                    "Zbliża się kolejny okres rozliczeniowy certyfikatu {whose}: od {} do {}. Do zapłaty: {price}, w \
                     terminie do {}.",
                    invoice.period_start, invoice.period_end, invoice.pay_by
                ),
                about.choose(
                    "Ta wiadomość nie jest fakturą: fakturę otrzymasz osobno.",
                    "Ta wiadomość nie jest fakturą: fakturę wystawia system rozliczeń.",
                ),
            )
        }
        NoticeKind::ReplacedCertificateEnds { by } => Body::new(
            format!("Poprzedni certyfikat {whose} zostanie unieważniony najpóźniej {}", day(*by)),
            format!(
                "Certyfikat {whose} o podanym niżej numerze seryjnym został zastąpiony nowym. Zostanie unieważniony \
                 najpóźniej {}.",
                moment(*by)
            ),
            about.choose(
                "Przed tym terminem zainstaluj nowy certyfikat na wszystkich serwerach, które używają jeszcze \
                 poprzedniego.",
                "Przed tym terminem klient musi zainstalować nowy certyfikat na wszystkich serwerach, które używają \
                 jeszcze poprzedniego.",
            ),
        ),
        NoticeKind::Revoked { at } => {
            let since = at.map(|at| format!(" {}", moment(at))).unwrap_or_default();
            Body::new(
                format!("Certyfikat {whose} został unieważniony"),
                format!("Certyfikat {whose} został unieważniony{since}. Nie jest już zaufany."),
                about.choose(
                    "Przestań go używać na wszystkich serwerach i urządzeniach. Jeśli to pomyłka, napisz do nas.",
                    "Trzeba przestać go używać na wszystkich serwerach i urządzeniach.",
                ),
            )
        }
        NoticeKind::RevocationRefused { findings } => Body::new(
            format!("Certyfikat {whose} nie został unieważniony"),
            format!("Urząd certyfikacji nie unieważnił certyfikatu {whose}:"),
            about.choose(
                "Certyfikat pozostaje w mocy. Popraw wniosek albo napisz do nas.",
                "Certyfikat pozostaje w mocy. Wyjaśnij to z urzędem certyfikacji.",
            ),
        )
        .with_details(vec![reasons(findings, POLISH)]),
        NoticeKind::Expired { not_after } => Body::new(
            format!("Certyfikat {whose} stracił ważność"),
            format!(
                "Certyfikat {whose} stracił ważność {} i żaden inny go nie zastąpił. Nie jest już zaufany.",
                moment(*not_after)
            ),
            about.choose(
                "Jeśli nadal potrzebujesz certyfikatu, zamów go w panelu klienta albo napisz do nas.",
                "Zapytaj klienta, czy potrzebuje kolejnego.",
            ),
        ),
        NoticeKind::ProofExpiring { valid_until } => Body::new(
            format!("Weryfikacja nazw certyfikatu {whose} jest ważna do {}", day(*valid_until)),
            format!(
                "Ostatnia weryfikacja nazw certyfikatu {whose} jest ważna do {}. Następny certyfikat będzie wymagał \
                 nowej; obecny certyfikat pozostaje ważny.",
                moment(*valid_until)
            ),
            about.choose(
                "Teraz nie trzeba nic robić: gdy zamówimy następny certyfikat, napiszemy, co jest potrzebne.",
                "Przy następnym certyfikacie klient będzie musiał ponownie potwierdzić prawo do nazw.",
            ),
        ),
        NoticeKind::Stuck { who, since } => Body::new(
            format!("Zamówienie certyfikatu {whose}: brak postępu od {}", day(*since)),
            format!("Zamówienie certyfikatu {whose} nie posunęło się naprzód od {}.", moment(*since)),
            next_step(about, *who),
        ),
        NoticeKind::Held { reason } => {
            let details = if about.is_for_customer() { Vec::new() } else { vec![Part::List(vec![reason.text(POLISH)])] };
            let action = match about.notice.audience {
                Audience::Customer => "Następny krok należy do nas: nie musisz nic robić.",
                Audience::Reseller => {
                    "Następny krok należy do Ciebie: wyjaśnij to, a potem wznów usługę albo porzuć zamówienie."
                }
                Audience::Authority => {
                    "Poproś urząd certyfikacji o wyjaśnienie, a potem wznów usługę albo porzuć zamówienie."
                }
            };
            let subject = format!("Zamówienie certyfikatu {whose} jest wstrzymane");
            Body::new(subject.clone(), format!("{subject}."), action).with_details(details)
        }
        NoticeKind::StrayOrder { order_id } => Body::new(
            format!("Zbędne zamówienie certyfikatu {whose}"),
            format!(
                "Urząd certyfikacji ma zamówienie {order_id} certyfikatu {whose}, które porzucono lub które wydawało się \
                 odrzucone i na które nikt już nie czeka."
            ),
            about.choose(
                "Następny krok należy do nas: nie musisz nic robić.",
                "Anuluj to zamówienie, chyba że ma zostać: za każde zrealizowane zamówienie trzeba zapłacić.",
            ),
        ),
        NoticeKind::CancellationRequested { reason, at_end_of_period } => {
            let what = if *at_end_of_period { "zakończenie usługi z końcem opłaconego okresu" } else { "natychmiastowe zakończenie usługi" };
            let quote = (!reason.trim().is_empty()).then(|| Part::Quote(reason.clone()));
            Body::new(
                format!("Prośba o zakończenie usługi: certyfikat {whose}"),
                format!("Otrzymaliśmy prośbę o {what}: certyfikat {whose}."),
                about.choose(
                    "Zajmiemy się nią; do tego czasu nic się nie zmienia. Jeśli to pomyłka, napisz do nas.",
                    "Decyzja należy do Ciebie: nic jeszcze nie zostało zrobione.",
                ),
            )
            .with_details(quote.into_iter().collect())
        }
        NoticeKind::DueDateProposed { .. } => return None,
    })
}

fn verification(about: &About<'_>, whose: &str, course: Course, instructions: &[Instruction]) -> Body {
    let course = course.text(POLISH);
    let task = Task::of(instructions);
    let taken = format!("Urząd certyfikacji przyjął zamówienie certyfikatu {whose} ({course}).");
    let statement = match task {
        Task::Publish => format!(
            "{taken} Wyda certyfikat po potwierdzeniu prawa do domen. Aby je potwierdzić, trzeba opublikować:"
        ),
        Task::AnswerMessage => {
            format!("{taken} Wyda certyfikat po potwierdzeniu prawa do domen. Aby je potwierdzić:")
        }
        Task::Nothing => format!("{taken} Teraz je weryfikuje."),
    };
    let action = match task {
        Task::Publish => about.choose(
            "Po opublikowaniu zleć sprawdzenie w panelu klienta. Nie usuwaj tych danych, dopóki certyfikat nie \
             zostanie wydany. Liczy się tylko kod z naszej najnowszej wiadomości.",
            "Klient publikuje te dane, a potem zleca sprawdzenie w panelu klienta.",
        ),
        Task::AnswerMessage => about.choose(
            "Jeśli nie widzisz wiadomości, zajrzyj do folderu ze spamem albo zleć jej ponowne wysłanie w panelu klienta.",
            "Klient klika odnośnik; wiadomość można wysłać ponownie.",
        ),
        Task::Nothing => about.choose(
            "Nie trzeba niczego publikować. W razie potrzeby urząd certyfikacji napisze do osoby, która złożyła \
             zamówienie: odpowiedz na jego wiadomości.",
            "W razie potrzeby urząd certyfikacji napisze do osoby, która złożyła zamówienie.",
        ),
    };
    let details = match task {
        Task::Publish => instructions.iter().map(record).collect(),
        Task::AnswerMessage => {
            vec![Part::List(instructions.iter().map(|instruction| instruction.text(POLISH)).collect())]
        }
        Task::Nothing => Vec::new(),
    };
    Body::new(format!("Certyfikat {whose} czeka na weryfikację"), statement, action).with_details(details)
}

/// What is to be published, to be copied piece by piece.
fn record(instruction: &Instruction) -> Part {
    match instruction {
        Instruction::TxtRecord { name, value } => {
            Part::Record("Rekord TXT", vec![("Nazwa", name.clone()), ("Treść", value.clone())])
        }
        Instruction::CnameRecord { name, target } => {
            Part::Record("Rekord CNAME", vec![("Nazwa", name.clone()), ("Cel", target.clone())])
        }
        Instruction::File { host, path, body } => {
            Part::Record("Plik", vec![("Adres", format!("http://{host}{path}")), ("Treść", body.clone())])
        }
        other => Part::Paragraph(other.text(POLISH)),
    }
}

fn installation(about: &About<'_>, course: Course) -> String {
    if !about.has_files {
        return about.choose("Pobierz pliki w panelu klienta.", "Plików nie udało się dołączyć.").to_owned();
    }
    let server = about.server();
    let mut text = match server {
        ServerType::Other => "Pliki są w załączniku.".to_owned(),
        server => format!("Pliki w załączniku są przygotowane dla: {}.", server.text(POLISH)),
    };
    if about.is_for_customer() {
        text += " Zainstaluj je razem z kluczem prywatnym, którego nigdy nie wysyłamy pocztą.";
        if server == ServerType::HaProxy {
            text += " HAProxy wymaga, aby klucz znajdował się na końcu tego samego pliku.";
        }
        if course != Course::New {
            text += " Nowy certyfikat zastępuje poprzedni.";
        }
    }
    text
}

/// What becomes of a certificate whose end nears.
fn prospect(about: &About<'_>, course: Course, outlook: Outlook) -> String {
    let course = course.text(POLISH);
    if !about.is_for_customer() {
        return match outlook {
            Outlook::Automatic => format!("Następny ({course}) zostanie zamówiony automatycznie."),
            Outlook::WhenPaid => format!("Następny ({course}) zostanie zamówiony po opłaceniu faktury."),
            Outlook::RequestNeeded => {
                format!(
                    "Aby można było zamówić następny ({course}), klient musi wprowadzić nowe żądanie certyfikatu (CSR)."
                )
            }
            Outlook::ByHand => format!("Następny ({course}) musi zamówić klient."),
            Outlook::Ends => "Następnego nie będzie, ponieważ usługa się kończy.".to_owned(),
        };
    }
    match outlook {
        Outlook::Automatic => format!(
            "Następny ({course}) zamówimy z wyprzedzeniem. Teraz nie trzeba nic robić; jeśli domeny będą wymagały \
             ponownej weryfikacji, napiszemy, co jest potrzebne."
        ),
        Outlook::WhenPaid => {
            format!("Następny ({course}) zamówimy, gdy tylko faktura za kolejny okres zostanie opłacona.")
        }
        Outlook::RequestNeeded => format!(
            "Aby zamówić następny ({course}), potrzebujemy nowego żądania certyfikatu (CSR): wprowadź je w panelu \
             klienta."
        ),
        Outlook::ByHand => {
            format!("Jeśli nadal potrzebujesz certyfikatu, zamów następny ({course}) w panelu klienta.")
        }
        Outlook::Ends => {
            "Następnego nie będzie, ponieważ usługa się kończy. Jeśli chcesz ją zachować, napisz do nas."
                .to_owned()
        }
    }
}

fn next_step(about: &About<'_>, who: Audience) -> &'static str {
    match (who, about.is_for_customer()) {
        (Audience::Customer, true) => {
            "Następny krok należy do Ciebie: sprawdź w panelu klienta, czego brakuje, albo napisz do nas."
        }
        (Audience::Reseller, true) => "Następny krok należy do nas: nie musisz nic robić.",
        (Audience::Authority, true) => "Czekamy na urząd certyfikacji: nie musisz nic robić.",
        (Audience::Customer, false) => "Następny krok należy do klienta.",
        (Audience::Reseller, false) => "Następny krok należy do Ciebie: obejrzyj usługę.",
        (Audience::Authority, false) => "Następny krok należy do urzędu certyfikacji: zwróć się do niego.",
    }
}
