//! The findings in Polish.

use std::borrow::Cow;

use super::Problem;

pub(super) fn text(problem: &Problem) -> Cow<'_, str> {
    use Problem as P;
    Cow::Borrowed(match problem {
        P::Stated { polish, .. } => polish,
        P::Missing => "brak wartości",
        P::TooLong { limit } => return format!("za długie: najwyżej {}", characters(*limit)).into(),
        P::ForbiddenCharacter => "zawiera jeden ze znaków \" & ' < > albo znak sterujący",
        P::UnknownLanguage => "to ani pl, ani en",
        P::Login => "to login samego konta",
        P::NotEmail => "to nie jest adres e-mail",
        P::NotPhone { country } => {
            return format!("to nie jest numer telefonu: ani z +, ani krajowy ({country})").into();
        }
        P::UnknownCountry => "to nie jest dwuliterowy kod kraju (ISO 3166-1)",
        P::SaysNothing => "ta wartość nic nie mówi: zostaw pole puste albo je wypełnij",
        P::NotPostalCode => "to nie jest kod pocztowy",
        P::NotTaxNumber => "to nie jest numer podatkowy",
        P::UnknownBusinessCategory => {
            "musi być jedną z: Private Organization, Government Entity, Business Entity, Non-Commercial Entity"
        }
        P::LocalityOrState => "wymagana jest miejscowość lub województwo",
        P::JobTitle => "wymagane, gdy podano organizację",
        P::RequestTooLong { limit } => return format!("ma więcej niż {limit} bajtów").into(),
        P::KeyNotMade => "klucz ma zostać wygenerowany, a jeszcze go nie ma",
        P::UnknownHash => "to ani RSA-SHA256, ani ECC-SHA256",
        P::DeadHash => "SHA-1 nie jest już używane: wybierz RSA-SHA256 albo ECC-SHA256",
        P::HashNotTaken => "produkt nie ma takiego algorytmu",
        P::NameEmpty => "jest pusta",
        P::NameMalformed => "to nie jest poprawna nazwa domeny",
        P::WildcardMisplaced => "gwiazdka może być tylko całym pierwszym członem: *.example.com",
        P::LabelTooLong => "jeden z członów ma ponad 63 znaki",
        P::SingleLabel => "to nie jest pełna nazwa domeny",
        P::Address => "to adres IP, a nie nazwa domeny",
        P::PrivateAddress => "to adres IP, który nie jest publiczny",
        P::ReservedName => "nazwa jest wewnętrzna lub zastrzeżona, więc nikt nie wykaże, że do niego należy",
        P::PublicSuffix => "pod tą końcówką domeny rejestruje każdy: należy ona do rejestru",
        P::NoNames => "nie podano żadnej nazwy",
        P::TooManyNames { count, limit } => {
            return format!("liczba nazw wynosi {count}, a produkt dopuszcza najwyżej {limit}").into();
        }
        P::TooManyDomains { count, limit } => {
            return format!("liczba domen wynosi {count}, a ta oferta dopuszcza najwyżej {limit}").into();
        }
        P::OneName => "produkt przyjmuje jedną nazwę, z prefiksem www lub bez",
        P::NoWildcard => "produkt nie dopuszcza nazw z gwiazdką",
        P::WildcardWanted => "produkt wymaga nazwy z gwiazdką, na przykład *.example.com",
        P::OneWildcard => "produkt przyjmuje jedną nazwę z gwiazdką",
        P::NoDomainNames => "produkt nie przyjmuje nazw domen",
        P::CommonNameTooLong { limit } => {
            return format!("za długa: najwyżej {}; podaj najpierw krótszą nazwę", characters(*limit)).into();
        }
        P::NoMethod => "wybierz sposób weryfikacji domen",
        P::UnknownMethod => {
            "to żadna z metod: dns, dns-txt, dns-txt-prefix, dns-cname, dns-cname-prefix, file, email, email:<skrzynka>"
        }
        P::UnknownMailbox => "to żadna z: admin, administrator, postmaster, hostmaster, webmaster",
        P::FileForWildcard { name } => {
            return format!("plik nie potwierdzi nazwy z gwiazdką {name}: wybierz rekord DNS").into();
        }
        P::NotProductCode => "kod produktu to od jednej do trzech cyfr",
        P::UnknownProduct => "żaden znany produkt nie ma takiego kodu",
        P::RenewalCode => "to kod odnowienia, a nie pierwszego zamówienia",
        P::NoRenewalCode => "nie jest znany kod odnowienia tego produktu: zamów go na nowo",
        P::NotHexadecimal => "to nie jest liczba szesnastkowa",
        P::OneCertificate => "podaj numer seryjny albo certyfikat, jedno z dwojga",
        P::NotCertificate => "to nie jest certyfikat w postaci PEM",
        P::OtherCommonName { renewed } => {
            return format!("różni się od nazwy w odnawianym certyfikacie ({renewed})").into();
        }
        P::OtherCustomer => "to inny klient niż ten, którego certyfikat jest odnawiany",
        P::NameAlreadyIn => "ta nazwa już jest w certyfikacie",
        P::NamesNotAddable => "do certyfikatów tej oferty nie można dodawać nazw",
        P::UnknownReason => "to nie jest powód unieważnienia",
        P::NotDate => "to nie jest data w postaci RRRR-MM-DD",
        P::DateOutside { first, last } => return format!("data musi leżeć między {first} a {last}").into(),
        P::DateWithoutCompromise => "tylko dla kluczy, które zostały ujawnione",
        P::UnknownDocumentKind => "to nie jest znany rodzaj dokumentu",
        P::FileNameLength { least, most } => {
            return format!("nazwa pliku musi mieć od {least} do {most} znaków").into();
        }
        P::FileNameCharacter => "zawiera jeden ze znaków \\ / : * ? \" < > |",
        P::FileTooLarge { mebibytes } => return format!("jest większy niż {mebibytes} MB").into(),
    })
}

/// A number of characters, with the noun in the form that Polish has for it.
fn characters(number: usize) -> String {
    let is_teen = (12..=14).contains(&(number % 100));
    let noun = match number {
        1 => "znak",
        _ if (2..=4).contains(&(number % 10)) && !is_teen => "znaki",
        _ => "znaków",
    };
    format!("{number} {noun}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_as_polish_does() {
        for (number, expected) in
            [(1, "1 znak"), (2, "2 znaki"), (64, "64 znaki"), (112, "112 znaków"), (255, "255 znaków")]
        {
            assert_eq!(characters(number), expected);
        }
    }
}
