//! The findings in Polish.

use super::{Place, Problem};
use crate::content::Content;
use crate::dns_name::DnsNameProblem;
use crate::name::AttributeType;
use crate::pem::PemError;
use crate::request::RequestError;

pub(super) fn text(problem: &Problem) -> String {
    use Problem as P;
    let plain = match problem {
        P::Missing => "brak żądania certyfikatu (CSR)",
        P::Unreadable(error) => return unreadable(error),
        P::KeyUnreadable => "nie można odczytać klucza publicznego",
        P::KeyTooShort { bits, least } => {
            return format!("klucz ma {}, a musi mieć co najmniej {least}", bits_text(*bits));
        }
        P::KeyTooLong { bits, most } => {
            return format!("klucz ma {}, a może mieć najwyżej {most}", bits_text(*bits));
        }
        P::KeyLength { bits } => {
            return format!("klucz ma {}, a liczba bitów musi być wielokrotnością 8", bits_text(*bits));
        }
        P::KeyAlgorithm(algorithm) => {
            return format!("takich kluczy się nie certyfikuje: {algorithm}. Użyj RSA, P-256 lub P-384");
        }
        P::ExponentOne => "wykładnik klucza wynosi 1, więc klucz niczego nie chroni: wygeneruj nowy",
        P::ExponentEven => "wykładnik klucza jest parzysty, więc klucz nie może działać: wygeneruj nowy",
        P::ExponentSmall => "wykładnik klucza jest mniejszy niż 65537, czego się odradza",
        P::ExponentHuge => "wykładnik klucza ma więcej niż 256 bitów: wygeneruj nowy klucz",
        P::Roca => {
            "klucz pochodzi z wadliwego generatora (ROCA, CVE-2017-15361) i można go złamać: wygeneruj nowy gdzie indziej"
        }
        P::ClosePrimes => {
            "liczby pierwsze klucza leżą zbyt blisko siebie, więc łamie się go natychmiast: wygeneruj nowy innym programem"
        }
        P::SmallFactor(factor) => {
            return format!(
                "moduł klucza dzieli się przez {factor}: klucz jest uszkodzony lub złamany, wygeneruj nowy"
            );
        }
        P::KeyBlocked => "klucz jest znany innym (figuruje na liście ujawnionych kluczy): wygeneruj nowy",
        P::BadSignature => {
            "podpis się nie zgadza: żądanie zmieniono po podpisaniu albo podpisał je inny klucz"
        }
        P::WeakSignature(digest) => {
            return format!(
                "żądanie podpisano złamaną funkcją skrótu ({digest}): utwórz je ponownie z SHA-256"
            );
        }
        P::UncheckedSignature(algorithm) => {
            return format!("podpisu ({algorithm}) nie można sprawdzić tym kluczem");
        }
        P::AttributeType { kind, found, wanted } => {
            return format!("pole {} zapisano jako {found}, a wymagany jest typ {wanted}", attribute(*kind));
        }
        P::AttributeMissing(kind) => return format!("brak pola {}", attribute(*kind)),
        P::AttributeTooLong { kind, length, limit } => {
            let characters = counted(*length, ["znak", "znaki", "znaków"]);
            return format!("pole {} ma {characters}, a może mieć najwyżej {limit}", attribute(*kind));
        }
        P::AttributeInvalid(kind) => return format!("pole {} ma niedozwoloną wartość", attribute(*kind)),
        P::LocalityOrStateMissing => "wymagana jest miejscowość lub województwo",
        P::BusinessCategory => {
            "kategoria działalności musi być jedną z: Private Organization, Government Entity, Business Entity, Non-Commercial Entity"
        }
        P::UnstructuredMissing => "wymagane jest pole unstructuredName lub unstructuredAddress",
        P::UnstructuredBoth => "pola unstructuredName i unstructuredAddress nie mogą wystąpić razem",
        P::CommonNameNotListed => "nazwy z pola CN nie ma wśród nazw alternatywnych",
        P::NoNames => "żądanie nie ma nazw alternatywnych, a przeglądarki patrzą tylko na nie",
        P::TooManyNames { count, most } => {
            return format!("liczba nazw wynosi {count}, a może wynosić najwyżej {most}");
        }
        P::NotAName { problem, ascii, .. } => {
            let hint = ascii.as_ref().map(|ascii| format!(". Wpisz {ascii}")).unwrap_or_default();
            return format!("to nie jest nazwa domeny: {}{hint}", dns_name(*problem));
        }
        P::PrivateAddress => "adres nie jest publiczny, więc żadne publiczne CA go nie poświadczy",
        P::InternalName(_) => {
            "nazwa jest wewnętrzna lub zastrzeżona, więc nikt nie wykaże, że do niego należy"
        }
        P::DocumentationName => {
            "nazwa jest zastrzeżona dla dokumentacji, więc nikt nie wykaże, że do niego należy"
        }
        P::UnknownTopLevel => "ostatni człon nie jest znaną domeną najwyższego poziomu",
        P::PublicSuffix => "pod tą końcówką domeny rejestruje każdy: należy ona do rejestru",
        P::PrivateSuffix => "pod tą końcówką mają swoje domeny klienci usługi hostingowej",
        P::Wildcard(_) => "produkt nie dopuszcza nazw z gwiazdką",
        P::WildcardDemanded(Place::CommonName) => {
            "produkt wymaga nazwy z gwiazdką w polu CN, na przykład *.example.com"
        }
        P::WildcardDemanded(Place::AlternativeNames) => {
            "produkt wymaga nazwy z gwiazdką, na przykład *.example.com"
        }
        P::TooManyWildcards { count, most } => {
            return format!("liczba nazw z gwiazdką wynosi {count}, a może wynosić najwyżej {most}");
        }
        P::BadInternationalName(_) => "człon z literami narodowymi (xn--…) nie daje się poprawnie odczytać",
        P::InternationalName { unicode } => return format!("to nazwa z literami narodowymi: {unicode}"),
        P::MixedScripts { unicode } => {
            return format!("{unicode} miesza litery różnych alfabetów, jak robią to nazwy podrobione");
        }
        P::LooksLatin { unicode } => {
            return format!("{unicode} wygląda jak nazwa z liter łacińskich, ale ma inne litery");
        }
        P::RepeatedName => "nazwa występuje więcej niż raz",
        P::NameKind => "na nazwę tego rodzaju nie ma miejsca w takim certyfikacie, zostanie pominięta",
        P::CertificateAuthority => {
            "żądanie dotyczy certyfikatu urzędu certyfikacji (CA), którego żaden klient nie dostanie: utwórz je ponownie bez CA:TRUE i keyCertSign"
        }
        P::OtherPurpose => {
            "żądanie wymienia inne zastosowania klucza (extendedKeyUsage) niż te, które ma produkt: zostaną pominięte"
        }
        P::ChallengePassword => {
            "żądanie zawiera hasło (challengePassword), które odczyta każdy, kto zobaczy żądanie"
        }
    };
    plain.to_owned()
}

fn bits_text(bits: usize) -> String {
    counted(bits, ["bit", "bity", "bitów"])
}

/// A number with its noun, in the form that Polish has for it: for one, for a few (those that end in 2 to 4,
/// but not in 12 to 14), or for many.
fn counted(number: usize, [one, few, many]: [&str; 3]) -> String {
    let is_teen = (12..=14).contains(&(number % 100));
    let noun = match number {
        1 => one,
        _ if (2..=4).contains(&(number % 10)) && !is_teen => few,
        _ => many,
    };
    format!("{number} {noun}")
}

fn unreadable(error: &RequestError) -> String {
    let plain = match error {
        RequestError::NoPemBlock => {
            "nie znaleziono bloku PEM: żądanie zaczyna się od -----BEGIN CERTIFICATE REQUEST-----"
        }
        RequestError::Pem(PemError::Unterminated { .. }) => "blok PEM jest ucięty: brak wiersza END",
        RequestError::Pem(PemError::MismatchedEnd { .. }) => {
            "wiersz END należy do bloku innego rodzaju niż wiersz BEGIN"
        }
        RequestError::Pem(PemError::InvalidBase64 { line, .. }) => {
            return format!("treść bloku PEM nie jest poprawnym base64: sprawdź wiersz {line}");
        }
        RequestError::PrivateKey => {
            "to jest klucz prywatny: nigdy nikomu go nie wysyłaj; potrzebne jest żądanie certyfikatu"
        }
        RequestError::NotARequest(content) => {
            return format!("to jest {}, a nie żądanie certyfikatu", describe(*content));
        }
        RequestError::SeveralRequests { count } => {
            return format!("liczba wklejonych żądań wynosi {count}: podaj jedno");
        }
        RequestError::CutOff { actual, expected } => {
            return format!("żądanie jest ucięte po {actual} z {expected} bajtów: skopiuj całe");
        }
        RequestError::NotStrictPem { line, .. } => {
            return format!("wiersz {line} nie ma ścisłej postaci PEM");
        }
        RequestError::Malformed(error) => {
            return format!("żądanie jest uszkodzone w okolicy bajtu {}", error.offset());
        }
        RequestError::Signature(_) => "podpis żądania nie został przyjęty",
    };
    plain.to_owned()
}

fn describe(content: Content) -> &'static str {
    match content {
        Content::CertificateRequest => "żądanie certyfikatu",
        Content::Certificate => "certyfikat",
        Content::PrivateKey => "klucz prywatny",
        Content::PublicKey => "sam klucz publiczny",
        Content::Pkcs7 => "kontener PKCS#7",
        Content::Pkcs12 => "kontener PKCS#12 (.pfx, .p12), który może zawierać klucz prywatny",
        Content::JavaKeystore => "magazyn kluczy Javy, który może zawierać klucz prywatny",
        Content::RevocationList => "lista unieważnionych certyfikatów",
        Content::SshPublicKey => "klucz publiczny SSH",
        Content::RequestText => "opis żądania bez bloku PEM",
        Content::WebPage => "strona internetowa",
        Content::ZipArchive => "archiwum ZIP",
        Content::Other => "coś innego",
    }
}

fn dns_name(problem: DnsNameProblem) -> &'static str {
    match problem {
        DnsNameProblem::NotAscii => "litery narodowe trzeba zapisać w postaci xn--…",
        DnsNameProblem::Empty => "jest pusta",
        DnsNameProblem::TooLong => "jest za długa (ponad 253 znaki)",
        DnsNameProblem::EmptyLabel => "jeden z członów jest pusty",
        DnsNameProblem::LongLabel => "jeden z członów ma ponad 63 znaki",
        DnsNameProblem::ForbiddenCharacter => "między kropkami mogą stać tylko litery, cyfry i łączniki",
        DnsNameProblem::HyphenAtEdge => "człon nie może zaczynać się ani kończyć łącznikiem",
        DnsNameProblem::MisplacedWildcard => "gwiazdka może być tylko całym pierwszym członem: *.example.com",
        DnsNameProblem::IpAddress => "jest to adres IP albo coś, co kończy się jak adres",
    }
}

fn attribute(kind: AttributeType) -> String {
    use AttributeType as A;
    let name = match kind {
        A::CommonName => "CN (nazwa)",
        A::Surname => "nazwisko",
        A::SerialNumber => "serialNumber (numer rejestrowy)",
        A::Country => "C (kraj)",
        A::Locality => "L (miejscowość)",
        A::State => "ST (województwo)",
        A::StreetAddress => "street (ulica i numer)",
        A::Organization => "O (organizacja)",
        A::OrganizationalUnit => "OU (jednostka organizacyjna)",
        A::Title => "title (stanowisko)",
        A::Description => "description (opis)",
        A::BusinessCategory => "businessCategory (kategoria działalności)",
        A::PostalCode => "postalCode (kod pocztowy)",
        A::GivenName => "imię",
        A::EmailAddress => "emailAddress (adres e-mail)",
        A::JurisdictionLocality => "jurisdictionL (miejscowość rejestracji)",
        A::JurisdictionState => "jurisdictionST (województwo rejestracji)",
        A::JurisdictionCountry => "jurisdictionC (kraj rejestracji)",
        other => return other.to_string(),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_as_polish_does() {
        for (number, expected) in
            [(1, "1 bit"), (22, "22 bity"), (512, "512 bitów"), (1024, "1024 bity"), (2048, "2048 bitów")]
        {
            assert_eq!(bits_text(number), expected);
        }
        let problem = Problem::KeyTooShort { bits: 1024, least: 2048 };
        assert_eq!(text(&problem), "klucz ma 1024 bity, a musi mieć co najmniej 2048");
    }
}
