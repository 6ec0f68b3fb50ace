//! `verify`: what the CA wants proved, and how far that has come.

use cert_domain::VerificationCode;
use cert_lifecycle::precheck::NameReport;
use cert_lifecycle::view::{NameLookView, OrderReportView, ServiceView, VerificationView, with};
use cert_lifecycle::{Blame, CertificateAuthority, Lifecycle, OrderId, Patience};
use serde_json::json;

use crate::args::Args;
use crate::commands::services::see;
use crate::failure::Failure;
use crate::session::Session;

/// Where an order stands at the CA.
pub(crate) async fn state(session: &Session<'_>, args: Args<'_>) -> Result<(), Failure> {
    let id = OrderId::from_authority(args.text("order"));
    let report = session.authority()?.order_report(&id).await?;
    let report = OrderReportView::of(&report, session.language());
    session.output.show(&with(report, json!({"order_id": id})));
    Ok(())
}

pub(crate) async fn show(session: &Session<'_>, args: Args<'_>) -> Result<(), Failure> {
    let lifecycle = session.lifecycle().await?;
    let (id, service) = order(session, &lifecycle, args).await?;
    let authority = session.authority()?;
    let report = authority.order_report(&id).await?;
    let names = match authority.name_states(&id).await {
        // Of products without names the CA tells none.
        Err(error) if error.blame() == Blame::Authority => Vec::new(),
        names => names?,
    };
    let language = session.language();
    let instructions = service.map(|service| service.instructions).unwrap_or_default();
    let states: Vec<_> = names.iter().map(|state| VerificationView::of(state, language)).collect();
    let beside = json!({"order_id": id, "verifications": states, "instructions": instructions});
    session.output.show(&with(OrderReportView::of(&report, language), beside));
    Ok(())
}

/// Has the CA look for the proofs now. Of an order that the store doesn't know, somebody has to know the code.
pub(crate) async fn start(session: &Session<'_>, args: Args<'_>) -> Result<(), Failure> {
    let lifecycle = session.lifecycle().await?;
    let (id, service) = order(session, &lifecycle, args).await?;
    match (service, args.get::<String>("code")) {
        (Some(service), None) => {
            lifecycle.request_check(service.id).await?;
            see(session, &lifecycle, service.id, Patience::NONE, |_| true).await
        }
        (_, Some(code)) => {
            session.authority()?.start_check(&VerificationCode::new(code)).await?;
            session.output.show(&json!({"order_id": id, "started": true}));
            Ok(())
        }
        (None, None) => Err(Failure::usage("failed-no-code", &[("order", &id)])),
    }
}

/// Looks for the proofs from here, and asks the CA what it sees.
pub(crate) async fn check(session: &Session<'_>, args: Args<'_>) -> Result<(), Failure> {
    let lifecycle = session.lifecycle().await?;
    let (id, service) = order(session, &lifecycle, args).await?;
    let unknown = || Failure::usage("failed-no-service", &[("service", &id)]);
    let reports = lifecycle.precheck(service.ok_or_else(unknown)?.id).await?;
    let theirs = session.authority()?.name_states(&id).await?;
    let looks = reports.iter().map(|report| NameLookView::of(report, &theirs, session.language()));
    let looks: Vec<_> = looks.collect();
    let seen_here = reports.iter().all(NameReport::is_ready);
    session.output.show(&json!({"order_id": id, "seen_here": seen_here, "names": looks}));
    Ok(())
}

/// The order that is meant, by its identifier or by its service, and the service if the store has it.
async fn order(
    session: &Session<'_>,
    lifecycle: &Lifecycle,
    args: Args<'_>,
) -> Result<(OrderId, Option<ServiceView>), Failure> {
    let named = args.text("order");
    // What the store doesn't know, or not clearly, the CA may.
    let service = session.find(lifecycle, named).await.ok().map(|service| session.view(&service));
    let newest = service.as_ref().and_then(|service| service.order_id.as_deref());
    Ok((OrderId::from_authority(newest.unwrap_or(named)), service))
}
