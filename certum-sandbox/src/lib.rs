//! An embedded Certum: SOAP service, certificate authority, domain checks, faults and a clock.
//!
//! Whoever sells certificates through Certum's Partner API needs a CA to try things on: one that answers at
//! once, issues real certificates, looks up real proofs, fails when asked to, and lets a year pass in a
//! second. This is one, in a library and in a program. It is not for production: its roots are fresh at every
//! start, its state is in memory, and whoever reaches it controls it.
//!
//! ```
//! use certum_sandbox::{DnsRecord, Sandbox, SandboxClock};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let clock = SandboxClock::fixed("2026-11-21T12:00:00Z".parse()?);
//! let sandbox = Sandbox::builder().clock(clock.clone()).seed(7).start().await?;
//! // A client posts SOAP calls here, with the user `reseller` and the password `sandbox`.
//! println!("{}", sandbox.endpoint());
//! // A proof, where the CA will look for it.
//! sandbox.publish_dns(DnsRecord::txt("_certum.shop.example", "code")?);
//! // A worker that shares the sandbox's time.
//! let now = move || clock.now();
//! # now();
//! sandbox.shutdown().await;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it does
//!
//! - **SOAP** at [`Sandbox::endpoint`]: all operations, for TLS certificates of every level, S/MIME, code signing and
//!   certificates that gather the names of others. Every error code that a request alone can earn, and those of the
//!   CA that have a cause here.
//! - **Officers** who decide about organizations and people: through the control API.
//! - **Its description**, a WSDL, at the same address: by `GET`, for SOAP tool kits.
//! - **Domain checks** by real look-ups: DNS and CAA through a resolver that asks the sandbox's own DNS
//!   server (or another, see [`SandboxBuilder::dns_server`]), files over HTTP, messages into an inbox.
//! - **Certificates** under a root of its own and intermediates for each kind of product, valid as long as the
//!   calendar of the CA/Browser Forum lets them on the day of the sandbox's clock. What they point at is there:
//!   issuers' certificates and revocation lists under `/pki/`, an OCSP responder at `/ocsp`.
//! - **Control** by the methods of [`Sandbox`], or by JSON under [`Sandbox::control_url`].
//! - **The same without sockets**: [`SandboxBuilder::in_process`]. Calls go through [`Sandbox::exchange`], checks look
//!   into what was published here, nothing waits, and a call takes tens of microseconds. For years in virtual time there
//!   are [`Sandbox::books`] to audit, [`Sandbox::forget_ended`] against a memory that fills, and
//!   [`SandboxBuilder::quick_issuers`].
//! - **Habits** by its seed: see [`Habits`]. What nobody was promised differs from sandbox to sandbox, but for
//!   the default seed, which is plain.
//! - **Faults** by a [`FaultPlan`]: what a network does to a client between question and answer.
//!
//! # Where it differs from the real service
//!
//! What is known of the real service is followed; where the sources are silent this is what it does:
//!
//! - Refused credentials have the success code 2.
//! - Requests of more than 48 MiB are refused: room for the largest document in base64. A SOAP 1.2 envelope gets
//!   the fault `VersionMismatch`, an entry in the header that must be understood `MustUnderstand`.
//! - The service's description names the address at which it was asked for.
//! - A single-name product takes the common name and its `www.` counterpart; a wildcard product the wildcard
//!   and the name under it; a multi-domain product a hundred names.
//! - Codes have 64 hexadecimal digits, but 32 where a CNAME may have to carry them: 64 don't fit a DNS label.
//! - `approverEmail` comes with the ADMIN method alone, and names the first of the mailboxes written to.
//! - By itself it looks 5 and 30 minutes, 2, 8 and 24 hours after it gave out a code, then daily for 30 days. Nothing
//!   runs in the background: it looks when somebody asks something after such a time, once for all that were missed,
//!   and says in `info` how often it looked.
//! - Renewals and reissues go on with proofs that are young enough, and have their certificates at once then, if CAA
//!   lets them; a new order proves its names anew. A reissue whose proofs are too old needs an approver (2188).
//! - A renewal may come at any time before the certificate's end, and takes its names from it. A renewed certificate
//!   lives on to its end. A reissue lives no longer than 365 days from the first certificate of the purchase; the
//!   certificate that it replaces is `REVOKING` 7 days after the new one is there, and `REVOKED` 14 days after it.
//! - A revocation takes five minutes ([`SandboxBuilder::revocation_delay`]), also one by the CA itself
//!   ([`Sandbox::revoke_by_authority`]), of which nobody is told but by lists and states.
//! - Renewal codes are known for the TLS products alone: no other product can be renewed.
//! - Certificates that gather others' names have the product code 991, and their orders the account's own name as
//!   customer, since the request names none. Certificates for devices have the code 992. Both numbers are the sandbox's
//!   own: the real ones are not known.
//! - Keys of code-signing certificates count as kept in SimplySign: such certificates are not reissued (2122).
//! - Of several orders under one identifier (an order and its reissues) the newest is meant, except where all are told.
//! - `getDocumentsList` answers with the names of `verifyOrder`, without the contents of files. Nobody reads them.
//! - A message to a mailbox can be answered for three days, and sent again after that.
//! - Certificates carry no SCTs: there is no log to get them from. Lists and OCSP answers are made when they are
//!   asked for, and say how things stand at that moment of the sandbox's clock.
//! - Certificates for mail follow the strict generation of their Baseline Requirements. What a profile must show and
//!   an order lacks, and an officer would look up in a register (the number there, the category, the
//!   jurisdiction), is filled in, always in the same way.
//! - An attribute that is longer than a certificate may have it is cut there: an organization of more than 64
//!   characters, which an order may have up to 255 of, and people's names. A person's name or an address of more
//!   than 64 is left out of the common name.
//! - Of names and of serial numbers no list of more than a thousand is read, and no more than a thousand findings are
//!   told. [`Call`]s remember 64 codes.
//! - An S/MIME address, and a number in a register, has to be one that a certificate can hold: ASCII (1022), or a
//!   PrintableString (2164).
//! - A name that a certificate gathers stays in it as long as one of the gathered certificates has it.
//! - A CAA record's `validationmethods` may name DNS methods as `dns-01` or `ca-tbr-7`, files as `http-01` or
//!   `ca-tbr-18`, and messages as `ca-tbr-4`; `accounturi` names the account as `<base>/account/<user>`, where
//!   `<base>` is the address of the listener, as in `http://127.0.0.1:8080/account/reseller`.
//! - A certificate is made when somebody asks about its order, and dated when it was due.
//! - What is done is dated by the moment at which it is done, so that nothing appears behind what a list told before. A list
//!   is told as it is when its page is asked for: an order that changes between two pages can move from one to another.
//!   A range of a second or less is never too wide (1154): where the clock stands still everything happens at one moment.
//! - The CA's intermediates live 15 years from the start of the sandbox. An order whose certificate would outlive its
//!   issuer ends rejected.
//! - A proof counts as long as the calendar lets it be used, up to the moment of issue. One that would be older
//!   then is asked for again: its name is `REQUIRED` once more. What CAA said holds until the next look.
//! - An order whose shortened validity is over before its certificate can be made ends rejected. Why an order
//!   was rejected is told with the state of its names.
//!
//! # Which code comes when
//!
//! Every code that a request alone can earn can be had here, and all of them come at once. The sources give some
//! codes for the same thing, and leave open when each of them comes. Here it is so:
//!
//! | what is missing or wrong | codes |
//! | --- | --- |
//! | the approver's method | 1152 in orders, 2157 in renewals and reissues, 1040 in `addSanVerification` |
//! | the approver's address | 2159 where there is neither form, 2160 where it is empty; 1038 for both in `addSanVerification` |
//! | an order identifier | 2055 in `cancelOrder` and `verifyOrder`, 1011 elsewhere |
//! | a serial number | 1132 in `revokeCertificate`, 1162 in `getCertificate`, 1160 where it is empty in renewals and reissues |
//! | the country | 1020 for hosts, 1059 for mail and software |
//! | the place | 2058 for hosts, which want a locality or a state; 1019 for software, which wants a state |
//! | how the common name is written | 1031 (PrintableString) for network devices, 1024 (UTF8String) for all others |
//! | the end of a certificate | 1044 in renewals, 2093 in reissues |
//! | a public IP address as a name | 2171, but with the method FILE 1008: the sandbox certifies host names |
//! | a name that can't be registered | 1157 for suffixes that registries keep, not for those of hosting companies |
//! | an approver or names for mail and software | 1172 |
//! | a value that says nothing | `-`, `n/a`, `none`, `null`, `brak`, `unknown`, no letter or digit at all, or a control character; of places and regions: no letter |
//! | too many names | 1107, with their count, also for those that a certificate gathers |
//! | too many serial numbers | 2080, with their count |
//! | a label with two hyphens in third and fourth place | 1008, unless it stands for one in another script |
//! | a certificate without names, to be gathered | 2005; in `orderSNICertificate`, if no other has names: else it is told as invalid |
//! | a change of an SNI certificate that changes nothing | 2035 |
//! | a date in an order that is none | a SOAP fault: there is no code |
//!
//! A field of the order counts before the CSR's attribute of the same kind, whose writing doesn't matter then. A
//! blank one says nothing. The codes about a CSR's unstructured name and address (2175 to 2182) are for certificates
//! for devices; 2175 and 1031 come for these alone.

mod ca;
mod calls;
mod checks;
mod clock;
mod dns;
mod error;
mod faults;
mod fields;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod habits;
mod http;
mod names;
mod operations;
mod orders;
mod products;
mod random;
mod sandbox;
mod service;
mod subject;
mod validate;
mod web;

pub use self::{
    calls::{Call, CallOutcome},
    clock::{ClockError, SandboxClock},
    dns::{DnsRecord, DnsRecordType},
    error::{ControlError, InvalidInput, StartError},
    faults::{Fault, FaultKind, FaultPlan, FaultPoint},
    habits::{CertificateText, Habits},
    sandbox::{Answer, Sandbox, SandboxBuilder},
    service::{
        BookedCertificate, BookedKind, BookedOrder, BookedStanding, Books, Info, Mail, VerificationDecision,
    },
};
