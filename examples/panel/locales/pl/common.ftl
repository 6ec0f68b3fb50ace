# Słowa samego panelu. Stany, uwagi i produkty nazywa biblioteka.

skip = Przejdź do treści
nav-main = Główna
nav-shop = Sklep
nav-services = Moje certyfikaty
nav-invoices = Faktury
nav-letters = Wiadomości
nav-admin = Administracja
login = Zaloguj się
logout = Wyloguj się
register = Załóż konto
no-account = Nie masz jeszcze konta?
has-account = Masz już konto?
login-failed = Ten adres i to hasło nie pasują do siebie.
email = Adres e-mail
password = Hasło
password-hint = Co najmniej 10 znaków.
first-name = Imię
last-name = Nazwisko
required = Wymagane
copy = Kopiuj
to-the-shop = Do sklepu
demonstration = Pokaz: urzędem certyfikacji jest tu środowisko testowe. Nikt inny nie ufa jego certyfikatom i nic nie kosztuje.
demonstration-sandbox = Przesuń czas, przeczytaj jego pocztę
demonstration-logins = To jest pokaz. Rozejrzyj się jako:
login-as-customer = Przykładowy klient
login-as-admin = Przykładowy administrator
mistakes = { $count ->
    [one] Jedna rzecz wymaga poprawy
    [few] { $count } rzeczy wymagają poprawy
   *[other] { $count } rzeczy wymaga poprawy
}

problem-not-found = Nie znaleziono
problem-not-found-what = Takiej strony nie ma albo należy do kogoś innego.
problem-link = Ten odnośnik niczego nie otwiera
problem-link-what = Jest za stary, został użyty albo zastąpił go nowszy. Poproś nas o kolejny.
problem-login = Najpierw się zaloguj
problem-login-what = Sesja wygasła albo jeszcze się nie zaczęła. Zaloguj się i spróbuj ponownie.
problem-forged = Ten formularz nie pochodzi stąd
problem-forged-what = Formularz powstał dla innej sesji. Wczytaj stronę na nowo i spróbuj ponownie; niczego nie zmieniono.
problem-unreadable = Tego nie da się odczytać
problem-unreadable-what = To, co przysłano, nie jest naszym formularzem. Niczego nie zmieniono.
problem-too-large = Za dużo
problem-too-large-what = To, co przysłano, jest większe niż jakiekolwiek przyjmowane żądanie lub dokument. Niczego nie zmieniono.
problem-not-possible = Teraz to niemożliwe
problem-not-possible-what = Stan usługi na to nie pozwala, być może od niedawna. Niczego nie zmieniono.
problem-conflict = Ktoś był szybszy
problem-conflict-what = Ktoś inny zmienił to samo w tej chwili. Obejrzyj stronę ponownie i spróbuj jeszcze raz.
problem-too-many = Za dużo prób
problem-too-many-what = Odczekaj dziesięć minut i spróbuj ponownie.
problem-authority = Urząd certyfikacji nie odpowiada
problem-authority-what = Nie można go było teraz zapytać. Nic nie zginęło; spróbuj za jakiś czas.
problem-internal = Coś się u nas zepsuło
problem-internal-what = To nasz błąd i został zapisany. Nie zmieniono niczego, czego nie widać.
