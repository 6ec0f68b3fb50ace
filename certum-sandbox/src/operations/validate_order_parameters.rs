//! `validateOrderParameters`: what `quickOrder` would say, without placing anything.

use certum_api::{
    operations::{ParsedCsr, ValidateOrderParameters, ValidateOrderParametersResponse},
    types::ResponseError,
};
use csr_tools::{AttributeType, CertificateRequest, RequestView};

use super::{Refused, Serve, Served};
use crate::{
    service::Service,
    validate::{self, requested_text},
};

impl Serve for ValidateOrderParameters {
    async fn serve(self, service: &Service) -> Result<Served<ValidateOrderParametersResponse>, Refused> {
        let order = validate::read_order(&self.order, service.login(), service.clock.now());
        let draft = {
            let (book, now) = service.settled();
            order.check(&book, now)?
        };
        let mut response = ValidateOrderParametersResponse::new();
        response.parsed_csr = parse_subject(&draft.request).filter(|_| service.habits.tells_optional);
        Ok(response.into())
    }

    fn check(&self, service: &Service) -> Vec<ResponseError> {
        let order = validate::read_order(&self.order, service.login(), service.clock.now());
        let (book, now) = service.settled();
        order.check(&book, now).err().unwrap_or_default()
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        self.order.order_parameters.order_id.clone()
    }
}

/// What the CSR says about its subject, as it stands there.
fn parse_subject(request: &CertificateRequest) -> Option<ParsedCsr> {
    use AttributeType as A;
    let request = RequestView::read(request.as_der()).ok()?;
    let find = |kind| requested_text(&request, kind);
    let mut parsed = ParsedCsr::new();
    parsed.common_name = find(A::CommonName);
    parsed.country = find(A::Country);
    parsed.email = find(A::EmailAddress);
    parsed.jurisdiction_country = find(A::JurisdictionCountry);
    parsed.jurisdiction_locality = find(A::JurisdictionLocality);
    parsed.jurisdiction_state = find(A::JurisdictionState);
    parsed.business_category = find(A::BusinessCategory);
    parsed.locality = find(A::Locality);
    parsed.organization = find(A::Organization);
    parsed.organizational_unit = find(A::OrganizationalUnit);
    parsed.postal_code = find(A::PostalCode);
    parsed.serial_number = find(A::SerialNumber);
    parsed.street_address = find(A::StreetAddress);
    parsed.state = find(A::State);
    Some(parsed)
}

#[cfg(test)]
mod tests {
    use csr_tools::{KeyAlgorithm, PrivateKey};

    use super::*;

    #[test]
    fn tells_what_the_csr_says() {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let request = CertificateRequest::builder().common_name("a.example").sign(&key).unwrap();
        let parsed = parse_subject(&request).unwrap();
        assert_eq!(parsed.common_name.as_deref(), Some("a.example"));
        assert_eq!(parsed.organization, None);
    }
}
