//! Problems in Polish.

use super::Problem;

pub(super) fn text(problem: &Problem) -> String {
    match problem {
        Problem::NoSuchDomain { domain } => {
            format!("Domena {domain} nie istnieje w DNS. Sprawdź pisownię i rejestrację domeny.")
        }
        Problem::NoRecord { kind, name } => format!("Pod nazwą {name} nie ma jeszcze rekordu {kind}."),
        Problem::OtherValue { kind, name, found, wanted } => {
            format!("Rekord {kind} pod nazwą {name} zawiera {}, a powinien „{wanted}”.", quoted(found))
        }
        Problem::WrongPlace { found_at, wanted_at, is_doubled: true } => format!(
            "Rekord znajduje się pod nazwą {found_at} zamiast {wanted_at}: panel DNS sam dopisuje domenę, więc podaj nazwę \
             bez niej."
        ),
        Problem::WrongPlace { found_at, wanted_at, is_doubled: false } => {
            format!("Rekord znajduje się pod nazwą {found_at} zamiast {wanted_at}.")
        }
        Problem::WrongKind { name, found, wanted } => {
            format!("Kod pod nazwą {name} jest w rekordzie {found}, a potrzebny jest rekord {wanted}.")
        }
        Problem::CnameInTheWay { name, target } => format!(
            "{name} jest aliasem (CNAME) nazwy {target}, więc żaden inny rekord nie może tam istnieć. Usuń alias albo \
             wybierz inną metodę."
        ),
        Problem::DnsTimeout { name } => {
            format!("Serwery nazw dla {name} nie odpowiedziały na czas. Spróbuj później albo sprawdź je.")
        }
        Problem::DnsFailed { name, reason } => {
            format!("Serwery nazw nie udzieliły poprawnej odpowiedzi o {name}: {reason}.")
        }
        Problem::FileForWildcard => {
            "Nie można potwierdzić nazwy z gwiazdką za pomocą pliku. Wybierz rekord DNS.".to_owned()
        }
        Problem::NoAddress { host } => {
            format!("{host} nie ma adresu w DNS, więc nie można pobrać stamtąd pliku.")
        }
        Problem::NotPublic { host, address } => {
            format!("{host} ma adres {address}, który jest nieosiągalny z internetu.")
        }
        Problem::Refused { host } => format!("Serwer {host} odrzuca połączenia na porcie 80."),
        Problem::WebTimeout { host } => format!("Serwer {host} nie odpowiedział na czas na porcie 80."),
        Problem::WebFailed { host, reason } => {
            format!("Serwer {host} nie udzielił poprawnej odpowiedzi: {reason}.")
        }
        Problem::Redirect { url, status, location } => {
            format!(
                "{url} przekierowuje na {location} ({status}). Plik musi być dostępny dokładnie pod tym adresem."
            )
        }
        Problem::Status { url, status: 404 } => format!("Pod adresem {url} nie ma pliku (404)."),
        Problem::Status { url, status } => format!("{url} odpowiada statusem {status} zamiast 200."),
        Problem::HtmlPage { url } => format!(
            "Pod adresem {url} zamiast pliku jest strona internetowa. Plik musi zawierać sam kod i nic więcej."
        ),
        Problem::OtherText { url, found, .. } if found.is_empty() => format!("Plik {url} jest pusty."),
        Problem::OtherText { url, found, wanted } => {
            format!("Plik {url} zawiera „{found}”, a powinien „{wanted}”.")
        }
        Problem::CaaForbids { at, is_wildcard_rule, allowed } => {
            let what = if *is_wildcard_rule { "certyfikatów z gwiazdką" } else { "certyfikatów" };
            let tag = if *is_wildcard_rule { "issuewild" } else { "issue" };
            let whom = if allowed.is_empty() {
                format!("nie pozwalają nikomu na wydawanie {what}")
            } else {
                format!("pozwalają na wydawanie {what} tylko następującym wystawcom: {}", allowed.join(", "))
            };
            format!("Rekordy CAA pod nazwą {at} {whom}. Dodaj: {at}. CAA 0 {tag} \"certum.pl\".")
        }
        Problem::CaaMethod { at, allowed } => format!(
            "Rekordy CAA pod nazwą {at} pozwalają Certum wydawać tylko po weryfikacji {allowed}, a nie wybraną metodą."
        ),
        Problem::CaaAccount { at, account } => {
            format!("Rekordy CAA pod nazwą {at} pozwalają Certum wydawać tylko dla konta {account}.")
        }
        Problem::CaaCritical { at, tag } => format!(
            "Rekord CAA pod nazwą {at} ma krytyczną właściwość {tag}, która zabrania wydawania każdemu, kto jej nie zna."
        ),
        Problem::CaaTwice { at, parameter } => {
            format!("Rekord CAA pod nazwą {at} ma dwa razy parametr {parameter}, czego nie da się spełnić.")
        }
        Problem::CaaUnanswered { at, reason } => format!(
            "Nie udało się sprawdzić rekordów CAA pod nazwą {at} ({reason}), a bez odpowiedzi nie wolno wydać certyfikatu."
        ),
        Problem::ViewsDiffer { well_from, ill_from } => format!(
            "Nie wszyscy widzą to samo: wszystko w porządku widziane z {}, ale nie z {}. Po zmianie to minie samo; w innym \
             przypadku serwery nazw różnią się od siebie.",
            well_from.join(", "),
            ill_from.join(", ")
        ),
    }
}

fn quoted(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("„{value}”")).collect();
    values.join(", ")
}
