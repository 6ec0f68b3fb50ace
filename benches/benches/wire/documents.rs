//! What is read and written: a page of orders, and an order. The peers get the same from files.

use std::fs;
use std::path::Path;

use certum_api::operations::{GetOrdersByDateRange, GetOrdersByDateRangeResponse, QuickOrder};
use certum_api::types::{
    ApproverMethod, CertificateDetails, CertificateStatus, Order, OrderDetails, OrderParameters,
    OrderRequest, OrderStatus, OrderStatusDetails, OrganizationInfo, RequestHeader, RequestorInfo,
    ResponseHeader, SanApprover, SanEntry,
};
use certum_api::wire::{encode_response, wsdl};
use certum_api::{Credentials, Timestamp};
use certum_benches::Outcome;
use serde_json::{Value, json};

/// How many orders a page has.
pub(crate) const PAGE: i64 = 100;

/// How long a certificate is, and how long a request, both in PEM.
const CERTIFICATE: usize = 2400;
const REQUEST: usize = 1600;

/// When the first order was placed; each of the others a second after the one before.
pub(crate) const FIRST_ORDER: i64 = 1_790_000_000;

/// An order with every part that the service tells.
pub(crate) fn order(number: i64) -> Outcome<Order> {
    let at = |days: i64| Timestamp::from_second(FIRST_ORDER + number + days * 24 * 60 * 60);
    let name = format!("shop-{number}.example.com");
    let serial_number = format!("782D878E4DAD219994E7AB62{number:08X}");
    let customer = format!("customer-{number}");

    let mut certificate = CertificateDetails::new(
        CertificateStatus::Valid,
        name.as_str(),
        at(199)?,
        serial_number.as_str(),
        at(0)?,
        format!("CN={name}, O=Żółw & Synowie sp. z o.o., L=Kraków, C=PL"),
        pem("CERTIFICATE", CERTIFICATE, number),
    );
    certificate.dns_names = Some(format!("{name}, www.{name}"));

    let mut requestor = RequestorInfo::new("jan.zolw@example.com", "Jan", "Żółw");
    requestor.phone = Some("+48123456789".to_owned());
    let mut details = OrderDetails::new(requestor);
    details.organization_info = Some(OrganizationInfo::new("PL5250001009"));

    let mut status = OrderStatusDetails::new(
        customer,
        at(0)?,
        format!("service-{number}-1"),
        OrderStatus::Enrolled,
        "631",
    );
    status.serial_number = Some(serial_number);

    let mut order = Order::new();
    order.certificate_details = Some(certificate);
    order.order_details = Some(details);
    order.order_status = Some(status);
    Ok(order)
}

/// The answer with a page of orders.
pub(crate) fn page() -> Outcome<(String, GetOrdersByDateRangeResponse)> {
    let mut header = ResponseHeader::new(ResponseHeader::SUCCESS);
    header.current_page = Some(1);
    header.pages_count = Some(1);
    header.return_count = Some(PAGE);
    header.timestamp = Some(Timestamp::from_second(FIRST_ORDER)?);
    let mut response = GetOrdersByDateRangeResponse::new();
    response.orders = (0..PAGE).map(order).collect::<Outcome<_>>()?;
    Ok((encode_response::<GetOrdersByDateRange>(&header, Some(&response))?, response))
}

/// An order of ten names, as a reseller places it.
pub(crate) fn new_order() -> (RequestHeader, QuickOrder) {
    let mut parameters = OrderParameters::new(pem("CERTIFICATE REQUEST", REQUEST, 0), "customer-7", "931");
    parameters.order_id = Some("service-7-1".to_owned());
    let mut request =
        OrderRequest::new(parameters, RequestorInfo::new("jan.zolw@example.com", "Jan", "Żółw"));
    request.san_approver = Some(SanApprover::new(ApproverMethod::DnsTxtPrefix));
    request.san_entries = (0..10).map(|number| SanEntry::new(format!("host-{number}.example.com"))).collect();
    (RequestHeader::from(&Credentials::new("reseller", "password")), QuickOrder::from(request))
}

/// The same in the shape that the service's description gives it, for peers that build requests from it.
fn new_order_as_data() -> Value {
    let (header, QuickOrder { order, .. }) = new_order();
    let token = header.auth_token;
    let (parameters, requestor) = (order.order_parameters, order.requestor_info);
    let names: Vec<_> = order.san_entries.iter().map(|entry| json!({ "DNSName": entry.dns_name })).collect();
    json!({
        "requestHeader": {
            "authToken": { "password": token.password.expose(), "userName": token.user_name },
        },
        "SANApprover": { "approverMethod": ApproverMethod::DnsTxtPrefix.as_str() },
        "orderParameters": {
            "CSR": parameters.csr.as_str(),
            "customer": parameters.customer,
            "orderID": parameters.order_id,
            "productCode": parameters.product_code,
        },
        "requestorInfo": {
            "email": requestor.email,
            "firstName": requestor.first_name,
            "lastName": requestor.last_name,
        },
        "SANEntries": { "SANEntry": names },
    })
}

/// Puts into a directory what the peers read.
pub(crate) fn write_for_peers(directory: &Path, page: &str) -> Outcome<()> {
    fs::write(directory.join("service.wsdl"), wsdl("http://127.0.0.1/service/PartnerApi"))?;
    fs::write(directory.join("page.xml"), page)?;
    fs::write(directory.join("order.json"), new_order_as_data().to_string())?;
    Ok(())
}

/// A text of a length that looks like PEM: 64 letters in a line. What it says is of no matter to a reader of XML.
fn pem(label: &str, length: usize, number: i64) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut state = number.unsigned_abs();
    let mut text = format!("-----BEGIN {label}-----\n");
    let end = format!("\n-----END {label}-----\n");
    for column in 0..length.saturating_sub(text.len() + end.len()) {
        if column % 65 == 64 {
            text.push('\n');
            continue;
        }
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push(LETTERS.get(usize::from(state.to_be_bytes()[0] >> 2)).copied().map_or('A', char::from));
    }
    text + &end
}
