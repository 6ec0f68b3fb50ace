//! `getExpiringCertificates`: certificates that end within so many days.

use certum_api::operations::{ExpiringCertificate, GetExpiringCertificates, GetExpiringCertificatesResponse};
use jiff::Timestamp;

use super::{Refused, Serve, Served, pages};
use crate::{
    orders::{Worth, days},
    service::Service,
    validate::{Findings, check_days_left, read_page},
};

impl Serve for GetExpiringCertificates {
    /// Revoked certificates are left out: nobody has to act on them.
    async fn serve(self, service: &Service) -> Result<Served<GetExpiringCertificatesResponse>, Refused> {
        let ahead = self.validity_days_left;
        let mut findings = Findings::default();
        check_days_left(ahead, &mut findings);
        let page = read_page(self.page_number, &mut findings);
        findings.stop()?;
        let (book, now) = service.settled();
        let end = now.checked_add(days(ahead)).unwrap_or(Timestamp::MAX);
        let mut found = book.expiring(now, end);
        found.retain(|key| {
            let certificate = book.get(*key).and_then(|order| order.certificate.as_ref());
            certificate.is_some_and(|certificate| certificate.worth(now) == Worth::Valid)
        });
        let (keys, page) = pages::cut(&found, page, service.habits.page_length, None)?;
        let mut response = GetExpiringCertificatesResponse::new();
        for order in keys.into_iter().filter_map(|key| book.get(key)) {
            let Some(certificate) = &order.certificate else { continue };
            let issued = &certificate.issued;
            let left = issued.not_after.duration_since(now).as_hours().div_euclid(24);
            response.expiring_certificates.push(ExpiringCertificate::new(
                order.id.as_str(),
                issued.serial.as_str(),
                issued.not_after,
                left,
            ));
        }
        Ok(Served { response, page: Some(page) })
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        None
    }
}
