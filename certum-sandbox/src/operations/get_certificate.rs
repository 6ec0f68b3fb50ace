//! `getCertificate`: a certificate, and those above it.

use certum_api::operations::{GetCertificate, GetCertificateResponse};

use super::{Refused, Serve, Served, orders};
use crate::{
    orders::{Book, Certificate, Order},
    service::Service,
    validate::{Findings, SerialCodes, read_serial, refusal},
};

impl Serve for GetCertificate {
    async fn serve(self, service: &Service) -> Result<Served<GetCertificateResponse>, Refused> {
        let (book, now) = service.settled();
        let (order, certificate) = find(&self, &book)?;
        let mut response = GetCertificateResponse::new();
        response.certificate_details = Some(orders::certificate_details(service, order, certificate, now));
        // From the issuer upwards.
        let chain = service.authority.chain_pem(certificate.issued.issuer);
        let form = service.habits.certificate_text;
        response.ca_bundle = chain.iter().map(|pem| form.write(pem).into_owned()).collect();
        Ok(response.into())
    }

    fn order_id(&self, service: &Service) -> Option<String> {
        find(self, &service.book()).ok().map(|(order, _)| order.id.clone())
    }
}

/// The certificate that is asked for, by either of its handles. Of several orders under one identifier it is the
/// newest that has one.
fn find<'a>(request: &GetCertificate, book: &'a Book) -> Result<(&'a Order, &'a Certificate), Refused> {
    match (given(&request.order_id), given(&request.serial_number)) {
        (None, None) => Err(orders::refuse(1162).into()),
        (Some(_), Some(_)) => Err(orders::refuse(1163).into()),
        (Some(order_id), None) => {
            orders::check_order_id(order_id)?;
            book.newest(order_id).ok_or_else(|| refusal(2131, order_id))?;
            let issued = book.all_of(order_id).filter_map(|order| Some((order, order.certificate.as_ref()?)));
            Ok(issued.last().ok_or_else(|| refusal(1159, order_id))?)
        }
        (None, Some(serial)) => {
            let mut findings = Findings::default();
            let Some(number) = read_serial(serial, &SerialCodes::NAMED, &mut findings) else {
                return Err(findings.into());
            };
            let (_, order, certificate) = book.of_serial(&number).ok_or_else(|| refusal(1159, serial))?;
            Ok((order, certificate))
        }
    }
}

fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
}
