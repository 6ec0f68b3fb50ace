//! `getCertificate`: a certificate, and those above it.

use certum_api::{
    operations::{GetCertificate, GetCertificateResponse},
    types::ResponseError,
};
use jiff::Timestamp;

use super::{Refused, Serve, orders};
use crate::{
    service::Service,
    validate::{Findings, is_longer, refusal},
};

/// The longest serial number.
const MAX_SERIAL: usize = 64;

impl Serve for GetCertificate {
    async fn serve(self, service: &Service, now: Timestamp) -> Result<GetCertificateResponse, Refused> {
        let order_id = find_order_id(&self, service)?;
        let book = service.settled(&order_id, now)?;
        let order = book.order(&order_id).ok_or_else(|| refusal(2131, order_id.as_str()))?;
        let issued = order.issued.as_ref().ok_or_else(|| refusal(1159, order_id.as_str()))?;
        let mut response = GetCertificateResponse::new();
        response.certificate_details = Some(orders::certificate_details(order, issued));
        // From the issuer upwards.
        response.ca_bundle = service.authority.chain_pem(issued.issuer);
        Ok(response)
    }

    fn order_id(&self, service: &Service) -> Option<String> {
        find_order_id(self, service).ok()
    }
}

/// The order that is asked for, by either of its handles.
fn find_order_id(request: &GetCertificate, service: &Service) -> Result<String, Vec<ResponseError>> {
    let refuse = |code| {
        let mut findings = Findings::default();
        findings.add(code);
        findings.into_errors()
    };
    let given = |text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    match (given(&request.order_id), given(&request.serial_number)) {
        (None, None) => Err(refuse(1162)),
        (Some(_), Some(_)) => Err(refuse(1163)),
        (Some(order_id), None) => {
            orders::check_order_id(&order_id)?;
            Ok(order_id)
        }
        (None, Some(serial)) if is_longer(&serial, MAX_SERIAL) => Err(refusal(1161, serial)),
        (None, Some(serial)) if !serial.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            Err(refusal(2096, serial))
        }
        (None, Some(serial)) => {
            // Serial numbers are numbers: case and leading zeros are a matter of taste.
            let wanted = serial.to_ascii_lowercase();
            let wanted = wanted.trim_start_matches('0');
            let book = service.book();
            book.order_of_serial(wanted).map(str::to_owned).ok_or_else(|| refusal(1159, serial))
        }
    }
}
