### The texts of the program.

## Help

help-usage = Usage:
help-commands = Commands
help-command = COMMAND
help-arguments = Arguments
help-options = Options
help-common = Common options
help-words = {" "}(one of { $words })
help-default = {" "}[default: { $value }]
help-exit-codes = Exit codes: 0 done, 1 internal error, 2 wrong usage, 3 faults in what was given, 4 refused by the CA, 5 unknown outcome, 6 network error, 7 still waiting.

## Commands

cmd = Certum's Partner API from a shell
cmd-csr = Certificate requests
cmd-csr-new = Make a key and a request
cmd-csr-decode = Show what a request says
cmd-csr-check = Find what keeps the CA from certifying a request; exits with 3 if there is something
cmd-cert = Certificates and their files
cmd-cert-show = Show a certificate
cmd-cert-verify = See whether a client that trusts certain roots takes a certificate; exits with 3 if not
cmd-cert-bundle = Write the files that a server takes
cmd-products = List what the account can order
cmd-order = Orders
cmd-order-new = Order a certificate, once for each request however often it is run, and wait for it
cmd-order-validate = Say everything that is wrong with an order, by our rules and by the CA, without placing it
cmd-order-show = Show what the CA knows of an order
cmd-order-list = List the account's orders
cmd-order-state = Show where an order stands at the CA
cmd-order-cancel = Cancel an order that has no certificate yet
cmd-verify = Proofs of control
cmd-verify-show = Show what is to be proved, how, and how far that has come
cmd-verify-start = Have the CA look for the proofs now
cmd-verify-check = Look for the proofs from here, and tell what the CA sees
cmd-renew = Buy a certificate for the next term
cmd-reissue = Replace a certificate under the same purchase
cmd-revoke = Revoke a certificate, for good
cmd-sync = Read what has changed at the CA, and go on with what waits for it
cmd-service = Services: what was bought, with all its certificates
cmd-service-list = List services
cmd-service-show = Show a service
cmd-service-history = Show everything that happened to a service
cmd-service-wait = Go on with a service until its certificate is there
cmd-service-resume = Go on with a service that is held
cmd-service-abandon = Give up an attempt to order
cmd-completions = Print completions for a shell
cmd-man = Write manual pages

## Arguments

arg-help = Print help
arg-version = Print the version
arg-endpoint = Where the Partner API is, such as a sandbox
arg-environment = Which of the services of Certum
arg-profile = Profile of the configuration file
arg-config = Configuration file
arg-store = Where services are kept
arg-resolver = DNS server that proofs are looked for with
arg-language = Language of texts
arg-json = Print JSON
arg-name = DNS name; again for more, the first is the common name
arg-common-name = Common name, if not the first DNS name
arg-subject = Attribute of the subject, such as O=Example; again for more
arg-algorithm = Kind of key
arg-key = Private key
arg-key-out = Where to write the new key
arg-out = Where to write it; - is standard output
arg-cert-bundle-out = Directory to write to
arg-file = File; - is standard input
arg-level = What the certificate is for
arg-order = Identifier of an order
arg-service = Service: its identifier, an order, a serial number or a common name
arg-chain = Certificates above it
arg-roots = Roots that are trusted
arg-purpose = What it is to be used for
arg-cert-verify-name = Name that it is to cover; again for more
arg-server = Server
arg-pfx-password-file = File with the password for PKCS#12
arg-product = Code of the product
arg-customer = Your name for the customer
arg-csr = Certificate request; - is standard input
arg-form = Form, in JSON or TOML
arg-set = Field of the form, such as subject.organization=Example; again for more
arg-method = How names are proved: dns, dns-txt, dns-txt-prefix, dns-cname, dns-cname-prefix, file, email, or email: and a mailbox
arg-first-name = First name of who orders
arg-last-name = Last name of who orders
arg-email = E-mail address of who orders
arg-phone = Telephone number of who orders
arg-no-wait = Do what can be done now, and wait for nothing
arg-timeout = Wait so long at most; exit code 7 if that is too short
arg-from = First day; 30 days ago if left out
arg-to = Last day
arg-changed = By the last change instead of the day of the order
arg-code = Code to look for, of an order that the store does not know
arg-serial = Serial number, if not that of the newest certificate
arg-add-name = DNS name to add; again for more
arg-reason = Why: keycompromise, cessationofoperation, superseded, affiliationchanged or unspecified
arg-compromised-on = Since when the key is compromised
arg-note = Note for the CA
arg-all = Also what the account can not order
arg-state = Only those in this state
arg-service-list-customer = Only those of this customer
arg-service-list-name = Only those with this name
arg-expiring-within = Only those whose certificate ends within so many days
arg-shell = Shell
arg-directory = Directory to write to

## What is wrong with the arguments

usage-unknown-argument = there is no argument { $argument }
usage-unknown-command = there is no command { $command }
usage-no-command = a command is missing
usage-missing = missing: { $argument }
usage-conflict = { $argument } can not be used with { $other }
usage-no-value = { $argument } needs a value
usage-wrong-value = { $value } is not a value for { $argument }
usage-other = the arguments are wrong

## Failures

failed-caller = this can not be done
failed-input = there are faults in what was given
failed-authority = the CA refused it
failed-unknown-outcome = it is not known whether the CA has done it; run the command again to find out
failed-network = the CA could not be asked
failed-internal = an internal error
failed-file = { $file }
failed-readable-by-others = { $file }: others can read this file; take their rights away
failed-no-profile = the configuration has no profile { $profile }
failed-environment = a profile has one of endpoint and environment, and an environment is live or test
failed-endpoint = the endpoint can not be used
failed-no-credentials = no account: set CERTUM_USER and CERTUM_PASSWORD, or user and password_file in a profile
failed-no-store = no place for the store: use --store
failed-no-service = the store has no service { $service }
failed-many-services = several services are meant by { $service }
failed-no-order = the CA has no order { $order }
failed-no-code = the store does not know { $order }: use --code
failed-no-certificate = order { $order } has no certificate yet
failed-no-attribute = a subject has no attribute { $attribute }
failed-request = the request can not be made
failed-certificate = the certificate can not be used
failed-bundle = the files can not be made
failed-form = the form can not be read
prompt-password = Password for { $user }:
nothing-listed = Nothing to list.


## Fields, in the order in which people are told of them; what is not here is for programs alone

label-error = Error
label-at = When
label-name = Name
label-id = Service
label-service-id = Service
label-order-id = Order
label-serial-number = Serial number
label-kind = Kind
label-code = Code
label-renewal-code = Renewal code
label-field = Field
label-path = At the CA
label-severity = Severity
label-value = Value
label-text = Description
label-message = Message
label-said-by = Said by
label-csr-file = Request
label-key-file = Key
label-server = Server
label-files = Files
label-state = State
label-waits-for = Waits for
label-actor = By
label-customer = Customer
label-product = Product
label-level = Level
label-availability = Availability
label-progress = Stands
label-placed-at = Placed
label-standing = Certificate
label-subject = Subject
label-common-name = Common name
label-names = Names
label-dns-names = DNS names
label-method = Method
label-purpose = Purpose
label-hold = Held because
label-refusal = Refused
label-stray-orders = Stray orders
label-key = Key
label-algorithm = Algorithm
label-bits = Bits
label-signature-algorithm = Signature
label-signature-valid = Signature is valid
label-spki-sha256 = Key (SHA-256)
label-not-before = Valid from
label-not-after = Valid until
label-verified = Verified
label-problem = Problem
label-names-missing = Names not covered
label-valid = Valid
label-is-ready = Seen from here
label-seen-here = Seen from here
label-authority = The CA
label-problems = Problems
label-started = Started
label-info = Information
label-valid-until = Valid until
label-blocked-by = Blocked by
label-listed = Listed
label-news = News
label-unknown = Unknown here
label-requestor = Ordered by
label-first-name = First name
label-last-name = Last name
label-email = E-mail
label-phone = Telephone
label-instructions = To do
label-checks = Verifications of the order
label-verifications = Verifications of names
label-chain = Chain
label-certificates = Certificates
label-findings = Findings
label-earlier = Earlier
label-services = Services

## Fields that are called otherwise in what they are part of

own-events-text = Event
own-instructions-text = Instruction
own-checks-text = Stands
own-verifications-text = Stands
own-findings-text = Message
own-subject-text = Called
