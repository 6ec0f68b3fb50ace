//! `service`, and what is done with one: renewed, reissued, revoked, cancelled, brought up to date.

use std::cell::RefCell;
use std::time::Duration;

use cert_domain::{
    CertificateForm, Findings, NameEntry, ReissueForm, RenewalForm, RequestPem, RevocationForm,
};
use cert_lifecycle::store::{Search, SearchForm};
use cert_lifecycle::view::{EventView, SummaryView, with};
use cert_lifecycle::{Blame, Lifecycle, Patience, Role, Service, ServiceId, StateKind};
use serde_json::json;

use crate::args::Args;
use crate::commands::sale::method;
use crate::failure::Failure;
use crate::session::{Session, read_text};

pub(crate) fn patience(args: Args<'_>) -> Patience {
    match args.get::<u32>("timeout") {
        _ if args.has("no-wait") => Patience::NONE,
        Some(seconds) => Patience::at_most(Duration::from_secs(seconds.into())),
        None => Patience::ENDLESS,
    }
}

/// Works on a service until it is as wanted, tells meanwhile what is waited for, and shows it.
pub(crate) async fn see(
    session: &Session<'_>,
    lifecycle: &Lifecycle,
    id: ServiceId,
    patience: Patience,
    until: impl Fn(&Service) -> bool,
) -> Result<(), Failure> {
    let told = RefCell::new(Vec::new());
    let tell = |service: &Service| {
        let now = session.view(service).instructions;
        if *told.borrow() != now {
            now.iter().for_each(|to_do| session.output.note(&to_do.text));
            told.replace(now);
        }
        session.output.waiting(service.state.kind().text(session.language()));
    };
    let seen = lifecycle.see_through(id, patience, until, tell).await?;
    Failure::unless_seen(&seen, &session.output.texts)?;
    show(session, lifecycle, id).await?;
    if seen.is_out_of_time { Err(Failure::told(Blame::UnknownOutcome)) } else { Ok(()) }
}

async fn show(session: &Session<'_>, lifecycle: &Lifecycle, id: ServiceId) -> Result<(), Failure> {
    session.output.show(&lifecycle.view(id, Role::Reseller, session.language()).await?);
    Ok(())
}

/// `renew` and `reissue`.
pub(crate) async fn follow(session: &Session<'_>, command: &str, args: Args<'_>) -> Result<(), Failure> {
    let (lifecycle, service) = meant(session, args.text("service")).await?;
    let certificate = CertificateForm::by_serial_number(serial_number(&service, args));
    let method = method(args).map_err(Findings::from)?;
    let csr = args.file("csr").map(read_text).transpose()?.unwrap_or_default();
    let key = RequestPem::check(&csr)?.public_key_hash();
    if command == "renew" {
        let form = RenewalForm { certificate, csr, method, ..RenewalForm::default() };
        lifecycle.renew_once(service.id, &form).await?;
    } else {
        let added = args.all::<String>("add-name").iter().map(|name| NameEntry::from(&**name)).collect();
        let form = ReissueForm { certificate, csr, added, method, ..ReissueForm::default() };
        lifecycle.reissue_once(service.id, &form).await?;
    }
    see(session, &lifecycle, service.id, patience(args), |now| now.has_certificate_for(&key)).await
}

/// Which certificate is meant: the newest, if none is named.
fn serial_number(service: &Service, args: Args<'_>) -> String {
    let newest = service.certificate().map(|newest| newest.certificate.serial_number.clone());
    args.get("serial").or(newest).unwrap_or_default()
}

pub(crate) async fn revoke(session: &Session<'_>, args: Args<'_>) -> Result<(), Failure> {
    let (lifecycle, service) = meant(session, args.text("service")).await?;
    let form = RevocationForm {
        serial_number: serial_number(&service, args),
        reason: args.text("reason").to_owned(),
        compromised_on: args.text("compromised-on").to_owned(),
        note: args.text("note").to_owned(),
    };
    lifecycle.revoke(service.id, &form).await?;
    let is_over = |now: &Service| now.certificates.iter().all(|certificate| certificate.revoking.is_none());
    see(session, &lifecycle, service.id, Patience::ENDLESS, is_over).await?;
    match lifecycle.refused_revocation(service.id, &form.serial_number).await? {
        Some(findings) => Err(Failure::refused(service.id, findings)),
        None => Ok(()),
    }
}

pub(crate) async fn cancel(session: &Session<'_>, args: Args<'_>) -> Result<(), Failure> {
    let (lifecycle, service) = meant(session, args.text("order")).await?;
    lifecycle.cancel_order(service.id).await?;
    let is_over = |now: &Service| matches!(now.state.kind(), StateKind::Rejected | StateKind::Active);
    let issued = service.certificates.len();
    see(session, &lifecycle, service.id, patience(args), is_over).await?;
    // The CA may have been faster.
    let is_issued = lifecycle.service(service.id).await?.certificates.len() > issued;
    if is_issued { Err(Failure::refused(service.id, Findings::new())) } else { Ok(()) }
}

/// Reads what has changed at the CA, and goes on with everything that waits for it.
pub(crate) async fn sync(session: &Session<'_>) -> Result<(), Failure> {
    let lifecycle = session.lifecycle().await?;
    let report = lifecycle.synchronize().await?;
    let moved = lifecycle.attend_waiting().await?;
    let services: Vec<_> = moved.iter().map(|row| SummaryView::of(row, session.language())).collect();
    session.output.show(&with(report, json!({"services": services})));
    Ok(())
}

pub(crate) async fn list(session: &Session<'_>, args: Args<'_>) -> Result<(), Failure> {
    let lifecycle = session.lifecycle().await?;
    let text = |name| args.text(name).to_owned();
    let expiring = args.get::<u32>("expiring-within").map(|days| days.to_string()).unwrap_or_default();
    let form = SearchForm { name: text("name"), state: text("state"), expiring, ..SearchForm::default() };
    let mut search = Search { customer: args.get("customer"), ..form.search(session.now(), 100) };
    let mut list =
        session.output.list("services", "id state customer product common_name order_id not_after");
    loop {
        let page = lifecycle.search(search.clone()).await?;
        let Some(last) = page.last() else { break };
        search.after = Some(last.id);
        list.page(&page.iter().map(|row| SummaryView::of(row, session.language())).collect::<Vec<_>>());
    }
    list.end();
    Ok(())
}

pub(crate) async fn history(session: &Session<'_>, args: Args<'_>) -> Result<(), Failure> {
    let (lifecycle, service) = meant(session, args.text("service")).await?;
    let events = lifecycle.history(service.id).await?;
    let events = events.iter().map(|event| EventView::of(event, session.language()));
    session.output.rows("events", "at text actor", events);
    Ok(())
}

/// `show`, `wait`, `resume` and `abandon`.
pub(crate) async fn go_on(session: &Session<'_>, command: &str, args: Args<'_>) -> Result<(), Failure> {
    let (lifecycle, service) = meant(session, args.text("service")).await?;
    match command {
        "resume" => lifecycle.resume(service.id).await?,
        "abandon" => lifecycle.abandon_order(service.id).await?,
        _ => {}
    }
    if matches!(command, "wait" | "resume") {
        let is_done = |now: &Service| now.state.kind() == StateKind::Active;
        return see(session, &lifecycle, service.id, patience(args), is_done).await;
    }
    show(session, &lifecycle, service.id).await
}

/// The service that somebody names.
async fn meant(session: &Session<'_>, named: &str) -> Result<(Lifecycle, Service), Failure> {
    let lifecycle = session.lifecycle().await?;
    let service = session.find(&lifecycle, named).await?;
    Ok((lifecycle, service))
}
