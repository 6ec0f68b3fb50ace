# Administracja.

admin-nav = Administracja
admin-overview = Pulpit
admin-services = Usługi
admin-purchases = Zamówienia
admin-invoices = Faktury
admin-customers = Klienci
admin-offers = Oferty
admin-outbox = Do wysłania
admin-letters = Wysłane
admin-import = Import
admin-drift = Rozbieżności
admin-health = Stan systemu
admin-sandbox = Środowisko testowe
admin-crumbs = Gdzie jesteś
admin-save = Zapisz
admin-cancel = Anuluj
admin-choose = Wybierz…
admin-next-page = Następna strona
admin-is-cut = Nie wszystko się tu mieści: widać tylko najnowsze pozycje.
admin-unnamed = jeszcze bez nazwy
admin-system = system
admin-log = Historia
admin-log-of = Historia: { $name }
admin-tries = { $count ->
    [one] jedna nieudana próba
    [few] { $count } nieudane próby
    [many] { $count } nieudanych prób
   *[other] { $count } nieudanej próby
}
admin-stray-orders = { $count ->
    [one] 1 zbędne zamówienie
    [few] { $count } zbędne zamówienia
    [many] { $count } zbędnych zamówień
   *[other] { $count } zbędnego zamówienia
}
admin-role-customer = Klient
admin-role-admin = Administrator
admin-language-en = angielski
admin-language-pl = polski

admin-column-name = Nazwa (CN)
admin-column-state = Stan
admin-column-customer = Klient
admin-column-product = Produkt
admin-column-order = Zamówienie
admin-column-expires = Ważny do
admin-column-due = Termin
admin-column-log = Historia
admin-column-when = Kiedy
admin-column-what = Co
admin-column-who = Kto
admin-column-topic = Temat
admin-column-service = Usługa
admin-column-tries = Próby
admin-column-offer = Oferta
admin-column-bought = Data zakupu
admin-column-setup = Uruchomienie
admin-column-do = Działanie
admin-column-period = Okres
admin-column-price = Cena
admin-column-pay-by = Termin płatności
admin-column-person = Imię i nazwisko
admin-column-role = Rola
admin-column-language = Język
admin-column-placed = Złożono
admin-column-serial = Numer seryjny
admin-column-decision = Co się z nim stanie
admin-column-difference = Rozbieżność
admin-column-advice = Co zrobić
admin-column-kind = Rodzaj
admin-column-call = Operacja
admin-column-outcome = Wynik

admin-overview-counts = Usługi według stanu
admin-overview-needs = Wymaga uwagi
admin-overview-needs-nobody = Nic nie wymaga teraz Twojej uwagi.
admin-overview-not-whole = Usług jest tak dużo, że przejrzano tylko kilka tysięcy pierwszych.
admin-overview-held = Usługi wstrzymane
admin-overview-stray = Usługi ze zbędnymi zamówieniami
admin-overview-stuck = Usługi, które utknęły
admin-overview-ahead = Najbliższe { $days } dni
admin-overview-nothing-ahead = Nic nie wygasa i nic nie czeka na swój termin.
admin-needs-held = { $count ->
    [one] 1 usługa czeka na Twoją decyzję
    [few] { $count } usługi czekają na Twoją decyzję
    [many] { $count } usług czeka na Twoją decyzję
   *[other] { $count } usługi czeka na Twoją decyzję
}
admin-needs-stray = { $count ->
    [one] 1 usługa ma w urzędzie certyfikacji zamówienia, na które nikt nie czeka
    [few] { $count } usługi mają w urzędzie certyfikacji zamówienia, na które nikt nie czeka
    [many] { $count } usług ma w urzędzie certyfikacji zamówienia, na które nikt nie czeka
   *[other] { $count } usługi ma w urzędzie certyfikacji zamówienia, na które nikt nie czeka
}
admin-needs-stuck = { $count ->
    [one] 1 usługa utknęła mimo kolejnych prób
    [few] { $count } usługi utknęły mimo kolejnych prób
    [many] { $count } usług utknęło mimo kolejnych prób
   *[other] { $count } usługi utknęło mimo kolejnych prób
}
admin-needs-purchases = { $count ->
    [one] 1 zamówienie nie zostało jeszcze uruchomione
    [few] { $count } zamówienia nie zostały jeszcze uruchomione
    [many] { $count } zamówień nie zostało jeszcze uruchomionych
   *[other] { $count } zamówienia nie zostało jeszcze uruchomione
}
admin-needs-invoices = { $count ->
    [one] 1 faktura po terminie
    [few] { $count } faktury po terminie
    [many] { $count } faktur po terminie
   *[other] { $count } faktury po terminie
}
admin-chart-title = Co wygasa i co ma termin w ciągu { $days } dni
admin-chart-desc = Wygasające certyfikaty: { $expires }. Usługi z terminem: { $due }. Wszystkie wymienia tabela poniżej.
admin-chart-today = dziś
admin-chart-legend = Kwadrat to wygasający certyfikat, koło to usługa, którą system zajmie się w tym dniu.
admin-ahead-expires = wygasa certyfikat
admin-ahead-due = termin usługi

admin-search = Szukaj
admin-search-text = Szukany tekst
admin-search-hint = Tekst to początek nazwy (CN) albo cały identyfikator klienta, zamówienia lub numer seryjny; nazwa to dowolna nazwa DNS z certyfikatu.
admin-search-name = Nazwa
admin-search-state = Stan
admin-search-any = Dowolny
admin-search-expiring = Wygasa w ciągu (dni)
admin-search-due = Termin w ciągu (dni)
admin-search-nothing = Żadna usługa nie spełnia warunków.

admin-outbox-what = Wiadomości dla ludzi i fakty dla programów, które czekają na dostarczenie. System dostarcza je samodzielnie.
admin-outbox-empty = Nic nie czeka.
admin-deliver-now = Dostarcz teraz
admin-letters-what = Bez serwera poczty panel przechowuje wiadomości, które by wysłał.
admin-letters-files = Załączniki:
admin-letters-none = Nie ma jeszcze żadnych wiadomości.

admin-purchases-what = Zamówienia bez uruchomionej usługi: czekają na przyjęcie albo na pierwszą płatność.
admin-purchases-none = Żadne zamówienie nie czeka.
admin-accept = Przyjmij
said-purchase-accepted = Zamówienie przyjęto, usługa jest uruchomiona.
admin-invoices-all = Wszystkie
admin-invoices-unpaid = Niezapłacone
admin-invoices-none = Brak faktur.
admin-invoice-paid-on = Zapłacono { $day }
admin-invoice-unpaid = Niezapłacona
admin-invoice-late = Po terminie
admin-mark-paid = Oznacz jako zapłaconą
said-marked-paid = Fakturę oznaczono jako zapłaconą.
admin-customers-services = Pokaż usługi

admin-import-what = Przejmuje zamówienia złożone na tym samym koncie poza systemem. Najpierw tylko pokazuje, co się z nimi stanie. Wybierz okres, który zaczyna się przed zakupem najstarszego z obowiązujących certyfikatów.
admin-import-plan = Pokaż, co zostanie zrobione
admin-import-planned = { $count ->
    [one] Znaleziono 1 zakup, do przejęcia: { $taken }
    [few] Znaleziono { $count } zakupy, do przejęcia: { $taken }
    [many] Znaleziono { $count } zakupów, do przejęcia: { $taken }
   *[other] Znaleziono { $count } zakupu, do przejęcia: { $taken }
}
admin-import-confirm = Konto zostanie sprawdzone jeszcze raz, a to, co wtedy da się przejąć, stanie się usługą. Nic nie zostanie zamówione ani przejęte dwa razy.
admin-import-now = { $count ->
    [one] Przejmij 1 zakup
    [few] Przejmij { $count } zakupy
    [many] Przejmij { $count } zakupów
   *[other] Przejmij { $count } zakupu
}
admin-period-from = Od
admin-period-to = Do
admin-drift-what = Porównuje tutejsze usługi z zamówieniami na koncie, w obie strony. Niczego nie zmienia.
admin-drift-look = Porównaj
admin-drift-found = { $count ->
    [0] Brak rozbieżności
    [one] 1 rozbieżność
    [few] { $count } rozbieżności
    [many] { $count } rozbieżności
   *[other] { $count } rozbieżności
}
admin-drift-compared = Porównano zamówienia: { $orders }, usługi: { $services }.
admin-drift-service = Otwórz
admin-advice-orphan = Przejmij je albo anuluj w panelu Certum.
admin-advice-missing = Zapytaj pomoc techniczną Certum; do tego czasu nie licz na to zamówienie.
admin-advice-duplicate = Przyjmij jedno z nich albo je anuluj: jedno i drugie jest w menu usługi.
admin-advice-progress = Odczytaj zmiany. Jeżeli rozbieżność pozostanie, wyświetl raport o zamówieniu z menu usługi.
admin-advice-certificate = Odczytaj zmiany: przejmą one status certyfikatu.
admin-sync-now = Odczytaj zmiany
admin-done-sync = Zmiany odczytano
admin-done-sync-listed = Zamówienia na liście
admin-done-sync-news = W tym zmienione
admin-done-sync-unknown = W tym tutaj nieznane
admin-done-import = Import zakończony
admin-done-import-taken = Utworzone usługi
admin-done-import-owned = Przejęte tymczasem przez kogoś innego
admin-done-outbox = Kolejkę przejrzano
admin-done-outbox-delivered = Dostarczone
admin-done-outbox-postponed = Odłożone na później
admin-done-outbox-given_up = Porzucone
admin-done-outbox-unaddressed = Bez odbiorcy

admin-health-database = Baza danych
admin-health-authority = Urząd certyfikacji
admin-health-well = odpowiada
admin-health-unwell = nie odpowiada
admin-health-synchronized = Zmiany odczytano do
admin-health-next = Najbliższy termin
admin-health-overdue = Usługi po terminie
admin-health-messages = Wiadomości w kolejce
admin-health-since = od
admin-health-hint = Dla programów nadzorujących, bez logowania:

admin-offer-new = Nowa oferta
admin-offer-edit = Oferta
admin-offers-none = Nie ma jeszcze żadnej oferty.
admin-offer-sold = W sklepie
admin-offer-not-sold = Poza sprzedażą
said-offer-saved = Ofertę zapisano.
admin-offer-part-product = Produkt
admin-offer-part-names = Domeny i ich weryfikacja
admin-offer-part-authority = Urząd certyfikacji
admin-offer-part-billing = Cena i uruchomienie
admin-offer-product = Produkt
admin-offer-title = Nazwa produktu
admin-offer-show_title = Wyświetlaj nazwę produktu
admin-offer-show_title-hint = Klienci widzą tę nazwę zamiast nazwy nadanej przez Certum.
admin-offer-is_sold = Sprzedawana w sklepie
admin-offer-is_sold-hint = Kupione już usługi się nie zmienią.
admin-offer-validation = Typ weryfikacji
admin-offer-validation-own = Jak w produkcie
admin-offer-default_method = Metoda weryfikacji
admin-offer-default_method-hint = Wybrana, dopóki klient nie wybierze innej. Mają ją tylko certyfikaty serwerów.
admin-offer-no-method = Brak
admin-offer-wildcard = Wildcard
admin-offer-additional_domains = Dodatkowe domeny
admin-offer-domains_limit = Limit domen
admin-offer-domains_limit-hint = Puste: 10 albo mniej, jeżeli produkt dopuszcza mniej.
admin-offer-allow_more_domains = Pozwól dodawać kolejne domeny
admin-offer-allow_more_domains-hint = Ponad pierwsze 10 oraz przy ponownym wydaniu.
admin-offer-mode = Tryb
admin-offer-mode-hint = Oferty testowe zamawia się w testowej usłudze Certum. Środowisko testowe przyjmuje tylko takie.
admin-offer-language = Domyślny język
admin-offer-billing = Płatność
admin-offer-price = Cena
admin-offer-price-hint = Na przykład 129,90; puste przy ofercie bezpłatnej.
admin-offer-currency = Waluta
admin-offer-cycle = Okres rozliczeniowy
admin-offer-no-cycle = Brak
admin-offer-setup = Uruchomienie usługi
admin-offer-due_date_follows_certificate = Ustaw termin płatności na koniec ważności certyfikatu
admin-offer-hide_renew = Wyłącz odnawianie w panelu klienta

admin-sandbox-what = W tym pokazie Certum zastępuje środowisko testowe. Tutaj to Ty jesteś czasem, listonoszem, DNS-em i urzędnikami.
admin-sandbox-time = Czas
admin-sandbox-now = W środowisku testowym jest
admin-sandbox-days = { $count ->
    [one] Następny dzień
    [few] { $count } dni później
    [many] { $count } dni później
   *[other] { $count } dnia później
}
admin-sandbox-time-hint = Dni mijają po kolei, a usługi działają w każdym z nich: przypomnienia, ponowne wydania, faktury. Dziewięćdziesiąt dni może chwilę potrwać.
admin-sandbox-officers = Decyzje urzędników
admin-sandbox-kind = Czego dotyczy decyzja
admin-sandbox-decision = Decyzja
admin-sandbox-decide = Zdecyduj
admin-sandbox-reject = Odrzuć zamówienie
admin-sandbox-dns = Rekord DNS
admin-sandbox-dns-name = Nazwa rekordu
admin-sandbox-dns-type = Typ
admin-sandbox-dns-value = Wartość
admin-sandbox-dns-add = Dodaj
admin-sandbox-mail = Poczta, którą wysłałoby Certum
admin-sandbox-mail-approved = zatwierdzono
admin-sandbox-approve = Otwórz odnośnik i zatwierdź
admin-sandbox-no-mail = Nie ma jeszcze poczty.
admin-sandbox-calls = Ostatnie wywołania
admin-sandbox-refused = Środowisko testowe odmówiło:
said-sandbox-advance = Czas ruszył naprzód.
said-sandbox-approve = Wiadomość zatwierdzono.
said-sandbox-publish = Rekord dodano.
said-sandbox-decide = Decyzję zapisano. System wkrótce o nią zapyta.
said-sandbox-reject = Zamówienie odrzucono. System wkrótce o nie zapyta.
admin-check-EMAIL = Adres e-mail
admin-check-SYSTEM = Listy własne Certum
admin-check-DOMAIN = Domeny
admin-check-PRODUCT = Produkt
admin-check-EXTENDED_VALIDATION = Rozszerzona weryfikacja
admin-check-ORGANIZATION = Organizacja
admin-check-APPLICANT = Wnioskodawca
admin-check-AUTHORIZATION = Upoważnienie wnioskodawcy
admin-decision-VERIFIED = Zweryfikowano
admin-decision-FAILED = Odmowa
admin-decision-REQUIRED = Nadal wymagana
admin-decision-NOT_REQUIRED = Niewymagana
admin-call-unprocessed = nieprzetworzone
admin-call-success = wykonane
admin-call-refused = odmowa
admin-call-soap_fault = błąd SOAP
