### Teksty programu.

## Help

help-usage = Użycie:
help-commands = Polecenia
help-command = POLECENIE
help-arguments = Argumenty
help-options = Opcje
help-common = Opcje wspólne
help-words = {" "}(jedno z: { $words })
help-default = {" "}[domyślnie: { $value }]
help-exit-codes = Kody wyjścia: 0 wykonano, 1 błąd wewnętrzny, 2 błędne użycie, 3 błędy w danych, 4 odmowa urzędu, 5 nieznany wynik, 6 błąd sieci, 7 oczekiwanie trwa.

## Commands

cmd = Certum Partner API z wiersza poleceń
cmd-csr = Żądania certyfikatu
cmd-csr-new = Utwórz klucz i żądanie
cmd-csr-decode = Pokaż zawartość żądania
cmd-csr-check = Znajdź, co nie pozwala wystawić certyfikatu; kod wyjścia 3, jeśli coś takiego jest
cmd-cert = Certyfikaty i ich pliki
cmd-cert-show = Pokaż certyfikat
cmd-cert-verify = Sprawdź, czy klient ufający podanym urzędom głównym przyjmie certyfikat; kod wyjścia 3, jeśli nie
cmd-cert-bundle = Zapisz pliki dla serwera
cmd-products = Wypisz produkty dostępne dla konta
cmd-order = Zamówienia
cmd-order-new = Zamów certyfikat (raz dla każdego żądania, bez względu na liczbę uruchomień) i zaczekaj na niego
cmd-order-validate = Wskaż wszystkie błędy zamówienia, nasze i urzędu, bez składania go
cmd-order-show = Pokaż, co urząd wie o zamówieniu
cmd-order-list = Wypisz zamówienia konta
cmd-order-state = Pokaż stan zamówienia w urzędzie
cmd-order-cancel = Anuluj zamówienie, które nie ma jeszcze certyfikatu
cmd-verify = Weryfikacja domen
cmd-verify-show = Pokaż, co i jak trzeba potwierdzić i co już potwierdzono
cmd-verify-start = Poproś urząd o sprawdzenie teraz
cmd-verify-check = Sprawdź stąd, czy potwierdzenia są widoczne, i pokaż, co widzi urząd
cmd-renew = Kup certyfikat na następny okres
cmd-reissue = Wymień certyfikat w ramach tego samego zakupu
cmd-revoke = Nieodwracalnie unieważnij certyfikat
cmd-sync = Odczytaj zmiany w urzędzie i kontynuuj to, co na nie czeka
cmd-service = Usługi: zakupy wraz ze wszystkimi certyfikatami
cmd-service-list = Wypisz usługi
cmd-service-show = Pokaż usługę
cmd-service-history = Pokaż historię usługi
cmd-service-wait = Kontynuuj usługę, aż będzie certyfikat
cmd-service-resume = Wznów wstrzymaną usługę
cmd-service-abandon = Porzuć próbę zamówienia
cmd-completions = Wypisz podpowiedzi dla powłoki
cmd-man = Zapisz strony podręcznika

## Arguments

arg-help = Pokaż pomoc
arg-version = Pokaż wersję
arg-endpoint = Adres Partner API, na przykład piaskownicy
arg-environment = Która z usług Certum
arg-profile = Profil z pliku konfiguracji
arg-config = Plik konfiguracji
arg-store = Plik, w którym przechowywane są usługi
arg-resolver = Serwer DNS, przez który szukane są potwierdzenia
arg-language = Język komunikatów
arg-json = Wypisuj JSON
arg-name = Nazwa DNS; może się powtarzać, pierwsza jest nazwą główną
arg-common-name = Nazwa główna (CN), jeśli inna niż pierwsza nazwa DNS
arg-subject = Atrybut podmiotu, na przykład O=Przykład; może się powtarzać
arg-algorithm = Rodzaj klucza
arg-key = Klucz prywatny
arg-key-out = Plik na nowy klucz
arg-out = Plik wynikowy; - oznacza standardowe wyjście
arg-cert-bundle-out = Katalog na pliki
arg-file = Plik; - oznacza standardowe wejście
arg-level = Do czego będzie certyfikat
arg-order = Identyfikator zamówienia
arg-service = Usługa: identyfikator, zamówienie, numer seryjny lub nazwa główna
arg-chain = Certyfikaty pośrednie
arg-roots = Zaufane certyfikaty główne
arg-purpose = Zastosowanie
arg-cert-verify-name = Nazwa, którą ma obejmować; może się powtarzać
arg-server = Serwer
arg-pfx-password-file = Plik z hasłem do PKCS#12
arg-product = Kod produktu
arg-customer = Twoja nazwa klienta
arg-csr = Żądanie certyfikatu; - oznacza standardowe wejście
arg-form = Formularz w JSON lub TOML
arg-set = Pole formularza, na przykład subject.organization=Przykład; może się powtarzać
arg-method = Sposób weryfikacji: dns, dns-txt, dns-txt-prefix, dns-cname, dns-cname-prefix, file, email albo email: i skrzynka
arg-first-name = Imię zamawiającego
arg-last-name = Nazwisko zamawiającego
arg-email = Adres e-mail zamawiającego
arg-phone = Telefon zamawiającego
arg-no-wait = Zrób, co można teraz, i na nic nie czekaj
arg-timeout = Czekaj najwyżej tyle; kod wyjścia 7, jeśli to za krótko
arg-from = Pierwszy dzień; domyślnie 30 dni temu
arg-to = Ostatni dzień
arg-changed = Według ostatniej zmiany zamiast daty złożenia
arg-code = Kod weryfikacyjny zamówienia, którego nie ma w magazynie
arg-serial = Numer seryjny, jeśli nie najnowszego certyfikatu
arg-add-name = Nazwa DNS do dodania; może się powtarzać
arg-reason = Powód: keycompromise, cessationofoperation, superseded, affiliationchanged lub unspecified
arg-compromised-on = Od kiedy klucz jest ujawniony
arg-note = Uwaga dla urzędu
arg-all = Także produkty niedostępne dla konta
arg-state = Tylko w tym stanie
arg-service-list-customer = Tylko tego klienta
arg-service-list-name = Tylko z tą nazwą
arg-expiring-within = Tylko te, których certyfikat kończy się w ciągu tylu dni
arg-shell = Powłoka
arg-directory = Katalog na pliki

## What is wrong with the arguments

usage-unknown-argument = nie ma argumentu { $argument }
usage-unknown-command = nie ma polecenia { $command }
usage-no-command = brakuje polecenia
usage-missing = brakuje: { $argument }
usage-conflict = { $argument } wyklucza się z { $other }
usage-no-value = { $argument } wymaga wartości
usage-wrong-value = { $value } to niewłaściwa wartość dla { $argument }
usage-other = błędne argumenty

## Failures

failed-caller = tego nie można zrobić
failed-input = w danych są błędy
failed-authority = urząd odmówił
failed-unknown-outcome = nie wiadomo, czy urząd to wykonał; uruchom polecenie ponownie, aby sprawdzić
failed-network = nie udało się zapytać urzędu
failed-internal = błąd wewnętrzny
failed-file = { $file }
failed-readable-by-others = { $file }: inni mogą czytać ten plik; odbierz im prawa
failed-no-profile = w konfiguracji nie ma profilu { $profile }
failed-environment = profil ma albo endpoint, albo environment o wartości live lub test
failed-endpoint = nie można użyć tego adresu
failed-no-credentials = brak konta: ustaw CERTUM_USER i CERTUM_PASSWORD albo user i password_file w profilu
failed-no-store = brak miejsca na magazyn: użyj --store
failed-no-service = w magazynie nie ma usługi { $service }
failed-many-services = { $service } oznacza kilka usług
failed-no-order = urząd nie ma zamówienia { $order }
failed-no-code = w magazynie nie ma { $order }: użyj --code
failed-no-certificate = zamówienie { $order } nie ma jeszcze certyfikatu
failed-no-attribute = podmiot nie ma atrybutu { $attribute }
failed-request = nie można utworzyć żądania
failed-certificate = nie można użyć certyfikatu
failed-bundle = nie można utworzyć plików
failed-form = nie można odczytać formularza
prompt-password = Hasło dla { $user }:
nothing-listed = Brak pozycji.


## Fields, in the order in which people are told of them; what is not here is for programs alone

label-error = Błąd
label-at = Kiedy
label-name = Nazwa
label-id = Usługa
label-service-id = Usługa
label-order-id = Zamówienie
label-serial-number = Numer seryjny
label-kind = Rodzaj
label-code = Kod
label-renewal-code = Kod odnowienia
label-field = Pole
label-path = W urzędzie
label-severity = Waga
label-value = Wartość
label-text = Opis
label-message = Opis
label-said-by = Kto wskazał
label-csr-file = Żądanie
label-key-file = Klucz
label-server = Serwer
label-files = Pliki
label-state = Stan
label-waits-for = Czeka na
label-actor = Kto
label-customer = Klient
label-product = Produkt
label-level = Poziom
label-availability = Dostępność
label-progress = Stan
label-placed-at = Złożone
label-standing = Certyfikat
label-subject = Podmiot
label-common-name = Nazwa główna
label-names = Nazwy
label-dns-names = Nazwy DNS
label-method = Metoda
label-purpose = Cel
label-hold = Powód wstrzymania
label-refusal = Odmowa
label-stray-orders = Zbędne zamówienia
label-key = Klucz
label-algorithm = Algorytm
label-bits = Bity
label-signature-algorithm = Podpis
label-signature-valid = Podpis poprawny
label-spki-sha256 = Klucz (SHA-256)
label-not-before = Ważny od
label-not-after = Ważny do
label-verified = Zweryfikowany
label-problem = Problem
label-names-missing = Nazwy nieobjęte
label-valid = Poprawne
label-is-ready = Widoczne stąd
label-seen-here = Widoczne stąd
label-authority = Urząd
label-problems = Problemy
label-started = Rozpoczęto
label-info = Informacja
label-valid-until = Ważne do
label-blocked-by = Zablokowane przez
label-listed = Przejrzane
label-news = Nowości
label-unknown = Nieznane tutaj
label-requestor = Zamawiający
label-first-name = Imię
label-last-name = Nazwisko
label-email = E-mail
label-phone = Telefon
label-instructions = Do zrobienia
label-checks = Weryfikacje zamówienia
label-verifications = Weryfikacje nazw
label-chain = Łańcuch
label-certificates = Certyfikaty
label-findings = Uwagi
label-earlier = Wcześniejsze
label-services = Usługi

## Fields that are called otherwise in what they are part of

own-events-text = Zdarzenie
own-instructions-text = Instrukcja
own-checks-text = Stan
own-verifications-text = Stan
own-findings-text = Opis
own-subject-text = Określenie
