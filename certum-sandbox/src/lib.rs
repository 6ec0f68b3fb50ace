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
//! - **SOAP** at [`Sandbox::endpoint`]: orders of the domain-validated TLS products, their verification and
//!   their certificates. Operations that it does not know are answered with a SOAP fault.
//! - **Domain checks** by real look-ups: DNS and CAA through a resolver that asks the sandbox's own DNS
//!   server (or another, see [`SandboxBuilder::dns_server`]), files over HTTP, messages into an inbox.
//! - **Certificates** under a root of its own and intermediates for each kind of product, valid as long as the
//!   calendar of the CA/Browser Forum lets them on the day of the sandbox's clock. What they point at is there:
//!   issuers' certificates and revocation lists under `/pki/`, an OCSP responder at `/ocsp`.
//! - **Control** by the methods of [`Sandbox`], or by JSON under [`Sandbox::control_url`].
//! - **Faults** by a [`FaultPlan`]: what a network does to a client between question and answer.
//!
//! # Where it differs from the real service
//!
//! What is known of the real service is followed; where the sources are silent this is what it does:
//!
//! - Refused credentials have the success code 2.
//! - A single-name product takes the common name and its `www.` counterpart; a wildcard product the wildcard
//!   and the name under it; a multi-domain product a hundred names.
//! - Codes have 64 hexadecimal digits, but 32 where a CNAME may have to carry them: 64 don't fit a DNS label.
//! - `approverEmail` comes with the ADMIN method alone, and names the first of the mailboxes written to.
//! - It checks when asked to, not by itself from time to time.
//! - Certificates carry no SCTs: there is no log to get them from. Lists and OCSP answers are made when they are
//!   asked for, and say how things stand at that moment of the sandbox's clock.
//! - Certificates for mail follow the strict generation of their Baseline Requirements. What a profile must show and
//!   an order lacks, and an officer would look up in a register (the number there, the category, the
//!   jurisdiction), is filled in, always in the same way.
//! - A CAA record's `validationmethods` may name DNS methods as `dns-01` or `ca-tbr-7`, files as `http-01` or
//!   `ca-tbr-18`, and messages as `ca-tbr-4`; `accounturi` names the account as `<base>/account/<user>`, where
//!   `<base>` is the address of the listener, as in `http://127.0.0.1:8080/account/reseller`.
//! - A certificate is made when somebody asks about its order, and dated when it was due.
//! - A proof counts as long as the calendar lets it be used, up to the moment of issue. One that would be older
//!   then is asked for again: its name is `REQUIRED` once more. What CAA said holds until the next look.
//! - An order whose shortened validity is over before its certificate can be made ends rejected. Why an order
//!   was rejected is told with the state of its names.

mod ca;
mod calls;
mod checks;
mod clock;
mod dns;
mod error;
mod faults;
mod fields;
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
    sandbox::{Sandbox, SandboxBuilder},
    service::{Info, Mail},
};
