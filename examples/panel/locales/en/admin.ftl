# The admin area.

admin-nav = Administration
admin-overview = Overview
admin-services = Services
admin-purchases = Purchases
admin-invoices = Invoices
admin-customers = Customers
admin-offers = Offers
admin-outbox = Outbox
admin-letters = Sent letters
admin-import = Import
admin-drift = Differences
admin-health = Health
admin-sandbox = Sandbox
admin-crumbs = Where you are
admin-save = Save
admin-cancel = Cancel
admin-choose = Choose…
admin-next-page = Next page
admin-is-cut = There is more than is shown here: only the newest are.
admin-unnamed = no name yet
admin-system = system
admin-log = History
admin-log-of = History of { $name }
admin-tries = { $count ->
    [one] one fruitless try
   *[other] { $count } fruitless tries
}
admin-stray-orders = { $count ->
    [one] 1 stray order
   *[other] { $count } stray orders
}
admin-role-customer = Customer
admin-role-admin = Administrator
admin-language-en = English
admin-language-pl = Polish

admin-column-name = Common name
admin-column-state = State
admin-column-customer = Customer
admin-column-product = Product
admin-column-order = Order
admin-column-expires = Valid until
admin-column-due = Due
admin-column-log = History
admin-column-when = When
admin-column-what = What
admin-column-who = Who
admin-column-topic = Topic
admin-column-service = Service
admin-column-tries = Tries
admin-column-offer = Offer
admin-column-bought = Bought on
admin-column-setup = Set up
admin-column-do = Action
admin-column-period = Period
admin-column-price = Price
admin-column-pay-by = To be paid by
admin-column-person = Name
admin-column-role = Role
admin-column-language = Language
admin-column-placed = Placed on
admin-column-serial = Serial number
admin-column-decision = What becomes of it
admin-column-difference = Difference
admin-column-advice = What to do
admin-column-kind = Kind
admin-column-call = Operation
admin-column-outcome = Outcome

admin-overview-counts = Services by state
admin-overview-needs = Needs somebody
admin-overview-needs-nobody = Nothing needs you now.
admin-overview-not-whole = There are so many services that only the first thousands were looked through.
admin-overview-held = Held services
admin-overview-stray = Services with stray orders
admin-overview-stuck = Services that don't move
admin-overview-ahead = The next { $days } days
admin-overview-nothing-ahead = Nothing expires and nothing is due.
admin-needs-held = { $count ->
    [one] 1 service is held until you decide
   *[other] { $count } services are held until you decide
}
admin-needs-stray = { $count ->
    [one] 1 service has orders at the certificate authority that nobody waits for
   *[other] { $count } services have orders at the certificate authority that nobody waits for
}
admin-needs-stuck = { $count ->
    [one] 1 service was tried again and again in vain
   *[other] { $count } services were tried again and again in vain
}
admin-needs-purchases = { $count ->
    [one] 1 purchase is not set up yet
   *[other] { $count } purchases are not set up yet
}
admin-needs-invoices = { $count ->
    [one] 1 invoice is overdue
   *[other] { $count } invoices are overdue
}
admin-chart-title = What expires and what is due within { $days } days
admin-chart-desc = Certificates that expire: { $expires }. Services that are due: { $due }. The table below lists them all.
admin-chart-today = today
admin-chart-legend = A square is a certificate that expires, a circle is a service that a worker goes on with.
admin-ahead-expires = certificate expires
admin-ahead-due = service is due

admin-search = Search
admin-search-text = Search for
admin-search-hint = The text is the beginning of a common name, or a customer, an order or a serial number in full; the name is any DNS name of a certificate.
admin-search-name = Name
admin-search-state = State
admin-search-any = Any
admin-search-expiring = Expires within (days)
admin-search-due = Due within (days)
admin-search-nothing = No service matches.

admin-outbox-what = Messages to people and facts for programs that wait to be delivered. The worker delivers them by itself.
admin-outbox-empty = Nothing waits.
admin-deliver-now = Deliver now
admin-letters-what = Without a mail server the panel keeps the letters that it would have sent.
admin-letters-files = Attached:
admin-letters-none = No letters yet.

admin-purchases-what = Purchases without a service: they wait for somebody to accept them, or for the first payment.
admin-purchases-none = No purchase waits.
admin-accept = Accept
said-purchase-accepted = The purchase is accepted, and the service is set up.
admin-invoices-all = All
admin-invoices-unpaid = Unpaid
admin-invoices-none = No invoices.
admin-invoice-paid-on = Paid on { $day }
admin-invoice-unpaid = Unpaid
admin-invoice-late = Overdue
admin-mark-paid = Mark as paid
said-marked-paid = The invoice is marked as paid.
admin-customers-services = Show services

admin-import-what = Takes over orders that were placed elsewhere on the same account. At first it only shows what would become of them. Choose a period that begins before the oldest certificate still in force was bought.
admin-import-plan = Show what would be done
admin-import-planned = { $count ->
    [one] 1 purchase found, { $taken } to be taken over
   *[other] { $count } purchases found, { $taken } to be taken over
}
admin-import-confirm = The account is looked at anew, and what can be taken over then becomes a service. Nothing is ordered, and nothing is taken twice.
admin-import-now = { $count ->
    [one] Take over 1 purchase
   *[other] Take over { $count } purchases
}
admin-period-from = From
admin-period-to = To
admin-drift-what = Compares the services kept here with the orders on the account, in both directions. Nothing is changed.
admin-drift-look = Compare
admin-drift-found = { $count ->
    [0] No differences
    [one] 1 difference
   *[other] { $count } differences
}
admin-drift-compared = Compared: orders { $orders }, services { $services }.
admin-drift-service = Open
admin-advice-orphan = Take it over, or cancel it in Certum's own panel.
admin-advice-missing = Ask Certum's support; until then, expect nothing of this order.
admin-advice-duplicate = Adopt one of them, or cancel them: both are in the service's menu.
admin-advice-progress = Read the changes now. If the difference stays, show the order's report in the service's menu.
admin-advice-certificate = Read the changes now: the certificate's status is taken over with them.
admin-sync-now = Read changes now
admin-done-sync = The changes are read
admin-done-sync-listed = Orders listed
admin-done-sync-news = Of them with news
admin-done-sync-unknown = Of them unknown here
admin-done-import = The import is done
admin-done-import-taken = Services made
admin-done-import-owned = Taken by somebody else meanwhile
admin-done-outbox = The outbox is worked through
admin-done-outbox-delivered = Delivered
admin-done-outbox-postponed = Put off until later
admin-done-outbox-given_up = Given up
admin-done-outbox-unaddressed = Without a recipient

admin-health-database = Database
admin-health-authority = Certificate authority
admin-health-well = reachable
admin-health-unwell = does not answer
admin-health-synchronized = Changes read up to
admin-health-next = Next due
admin-health-overdue = Overdue services
admin-health-messages = Messages waiting
admin-health-since = since
admin-health-hint = For watchdogs, without logging in:

admin-offer-new = New offer
admin-offer-edit = Offer
admin-offers-none = Nothing is offered yet.
admin-offer-sold = In the shop
admin-offer-not-sold = Not sold
said-offer-saved = The offer is saved.
admin-offer-part-product = Product
admin-offer-part-names = Domains and their verification
admin-offer-part-authority = Certificate authority
admin-offer-part-billing = Price and setup
admin-offer-product = Product
admin-offer-title = Product name
admin-offer-show_title = Display product name
admin-offer-show_title-hint = Customers see this name in the place of Certum's.
admin-offer-is_sold = Sold in the shop
admin-offer-is_sold-hint = Services that were bought stay as they are.
admin-offer-validation = Validation type
admin-offer-validation-own = The product's
admin-offer-default_method = Approve method
admin-offer-default_method-hint = Chosen unless the customer chooses another. Only certificates for servers have one.
admin-offer-no-method = None
admin-offer-wildcard = Wildcard
admin-offer-additional_domains = Additional domains
admin-offer-domains_limit = Domains limit
admin-offer-domains_limit-hint = Left empty: 10, or fewer where the product takes fewer.
admin-offer-allow_more_domains = Allow to add more domains
admin-offer-allow_more_domains-hint = Beyond the first 10, and at reissues.
admin-offer-mode = Mode
admin-offer-mode-hint = Orders at Certum's test service are for test offers. The sandbox takes these alone.
admin-offer-language = Default language
admin-offer-billing = Billing
admin-offer-price = Price
admin-offer-price-hint = Such as 129.90; none for what is free.
admin-offer-currency = Currency
admin-offer-cycle = Billing cycle
admin-offer-no-cycle = None
admin-offer-setup = Set up the service
admin-offer-due_date_follows_certificate = Set the due date to the end of the certificate
admin-offer-hide_renew = Disable renewal in the client area

admin-sandbox-what = In this demonstration the sandbox stands in the place of Certum. Here you are the time, the postman, the DNS and the officers.
admin-sandbox-time = Time
admin-sandbox-now = In the sandbox it is
admin-sandbox-days = { $count ->
    [one] Next day
   *[other] { $count } days on
}
admin-sandbox-time-hint = Days pass one by one, and the services go on with each: reminders, reissues, invoices. Ninety days can take a while.
admin-sandbox-officers = Officers' decisions
admin-sandbox-kind = What is decided about
admin-sandbox-decision = Decision
admin-sandbox-decide = Decide
admin-sandbox-reject = Refuse the order
admin-sandbox-dns = DNS record
admin-sandbox-dns-name = Record name
admin-sandbox-dns-type = Type
admin-sandbox-dns-value = Value
admin-sandbox-dns-add = Add
admin-sandbox-mail = Mail that Certum would have sent
admin-sandbox-mail-approved = approved
admin-sandbox-approve = Follow the link and approve
admin-sandbox-no-mail = No mail yet.
admin-sandbox-calls = Last calls
admin-sandbox-refused = The sandbox refused this:
said-sandbox-advance = The time has moved on.
said-sandbox-approve = The message is approved.
said-sandbox-publish = The record is there.
said-sandbox-decide = The decision is made. The worker asks about it shortly.
said-sandbox-reject = The order is refused. The worker asks about it shortly.
admin-check-EMAIL = E-mail address
admin-check-SYSTEM = Certum's own lists
admin-check-DOMAIN = Domains
admin-check-PRODUCT = Product
admin-check-EXTENDED_VALIDATION = Extended validation
admin-check-ORGANIZATION = Organization
admin-check-APPLICANT = Applicant
admin-check-AUTHORIZATION = Applicant's authorization
admin-decision-VERIFIED = Verified
admin-decision-FAILED = Failed
admin-decision-REQUIRED = Still required
admin-decision-NOT_REQUIRED = Not required
admin-call-unprocessed = not processed
admin-call-success = carried out
admin-call-refused = refused
admin-call-soap_fault = SOAP fault
