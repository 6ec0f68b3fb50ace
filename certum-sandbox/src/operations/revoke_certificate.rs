//! `revokeCertificate`: ends a certificate before its time.

use certum_api::{
    operations::{RevokeCertificate, RevokeCertificateResponse},
    types::RevocationReason,
};
use jiff::{Timestamp, tz::TimeZone};

use super::{Refused, Serve, Served, orders};
use crate::{
    orders::{Certificate, Worth},
    service::Service,
    validate::{self, Findings, refusal},
};

impl Serve for RevokeCertificate {
    async fn serve(self, service: &Service) -> Result<Served<RevokeCertificateResponse>, Refused> {
        let mut findings = Findings::default();
        let (mut book, now) = service.settled();
        let serial = validate::check_revocation(&self.parameters, &mut findings);
        let found = serial.as_deref().and_then(|serial| book.of_serial(serial));
        if serial.is_some() && found.is_none() {
            findings.add_with(1133, self.parameters.serial_number.trim());
        }
        if let Some((_, _, certificate)) = found {
            let start = certificate.issued.not_before.to_zoned(TimeZone::UTC).date();
            let today = now.to_zoned(TimeZone::UTC).date();
            validate::check_compromise_date(self.parameters.key_compromise_date, start, today, &mut findings);
        }
        findings.stop()?;
        let Some((key, _, certificate)) = found else { return Err(orders::refuse(1138).into()) };
        check_state(certificate, now)?;
        let reason = self.parameters.reason.unwrap_or(RevocationReason::Unspecified);
        let since = self.parameters.key_compromise_date;
        let since = since.and_then(|date| date.to_zoned(TimeZone::UTC).ok()).map(|start| start.timestamp());
        book.revoke(key, now, service.revocation_takes, reason, since);
        Ok(RevokeCertificateResponse::new().into())
    }

    fn order_id(&self, service: &Service) -> Option<String> {
        let serial = self.parameters.serial_number.trim().to_ascii_lowercase();
        let book = service.book();
        book.of_serial(serial.trim_start_matches('0')).map(|(_, order, _)| order.id.clone())
    }
}

/// Whether it can still be revoked.
fn check_state(certificate: &Certificate, now: Timestamp) -> Result<(), Refused> {
    let serial = certificate.issued.serial.as_str();
    match certificate.worth(now) {
        Worth::Revoked { .. } => Err(refusal(1145, serial).into()),
        Worth::Revoking => Err(refusal(1143, serial).into()),
        Worth::Valid if certificate.has_expired(now) => Err(refusal(1144, serial).into()),
        Worth::Valid => Ok(()),
    }
}
