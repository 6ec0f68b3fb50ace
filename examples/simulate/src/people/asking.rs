//! What customers ask for of themselves.

use cert_domain::{CertificateForm, NameEntry, ReissueForm, RenewalForm, RevocationForm, VerificationMethod};
use cert_lifecycle::{Action, OrderKind, Role};

use super::forms::request;
use super::{DAY, Failed, Outcome, Scene};
use crate::agenda::Request;
use crate::seen::Deed;

pub(super) async fn ask(scene: &mut Scene<'_>, wanted: Request) -> Result<Outcome, Failed> {
    let service = scene.service().await?;
    let action = match wanted {
        Request::Name | Request::Key => Action::Reissue,
        Request::Renewal => Action::Renew,
        Request::Revocation => Action::Revoke,
        Request::Method => Action::ChangeMethod,
    };
    if !scene.customer.stays {
        return Ok(Outcome::Done);
    }
    let now = scene.world.now();
    if !service.actions(Role::Customer, now).contains(&action) {
        // Not now: he tries another day, but not for ever.
        let last = super::later(scene.customer.life.born_at, DAY * 1600);
        return Ok(if now < last { Outcome::Later(DAY * 3) } else { Outcome::Done });
    }
    let id = scene.customer.id;
    if wanted == Request::Method {
        let other = match service.state.configuration().and_then(|configuration| configuration.method()) {
            Some(VerificationMethod::DnsTxtPrefix) => VerificationMethod::DnsCnamePrefix,
            _ => VerificationMethod::DnsTxtPrefix,
        };
        scene.done(Deed::ChangedMethod);
        scene.lifecycle.change_method(id, other, None).await?;
        return Ok(Outcome::Done);
    }
    let Some(newest) = service.certificate() else { return Ok(Outcome::Done) };
    let serial_number = newest.certificate.serial_number.clone();
    if wanted == Request::Revocation {
        scene.done(Deed::Revoked { serial_number: serial_number.clone() });
        let form =
            RevocationForm { serial_number, reason: "KEYCOMPROMISE".into(), ..RevocationForm::default() };
        scene.lifecycle.revoke(id, &form).await?;
        return Ok(Outcome::Done);
    }
    let Some(common_name) = newest.configuration.common_name().map(str::to_owned) else {
        return Ok(Outcome::Done);
    };
    let Some(csr) = request(common_name) else { return Ok(Outcome::Done) };
    let certificate = CertificateForm::by_serial_number(serial_number);
    if wanted == Request::Renewal {
        scene.done(Deed::Asked(OrderKind::Renewal));
        scene.lifecycle.renew(id, &RenewalForm { certificate, csr, ..RenewalForm::default() }).await?;
        return Ok(Outcome::Done);
    }
    let mut form = ReissueForm { certificate, csr, ..ReissueForm::default() };
    if wanted == Request::Name {
        scene.customer.added = scene.customer.added.saturating_add(1);
        let name = format!("n{}.s{}.example.com", scene.customer.added, scene.customer.life.number.0);
        scene.done(Deed::AddedName(name.clone()));
        form.added = vec![NameEntry::from(name)];
    }
    scene.done(Deed::Asked(OrderKind::Reissue));
    scene.lifecycle.reissue(id, &form).await?;
    Ok(Outcome::Done)
}
