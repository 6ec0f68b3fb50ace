//! `validateOrderParameters`: what `quickOrder` would say, without placing anything.

use certum_api::{
    operations::{ParsedCsr, ValidateOrderParameters, ValidateOrderParametersResponse},
    types::ResponseError,
};
use csr_tools::CertificateRequest;
use der::{
    Decode,
    asn1::ObjectIdentifier,
    oid::db::{
        rfc3280::EMAIL_ADDRESS,
        rfc4519::{
            BUSINESS_CATEGORY, COMMON_NAME, COUNTRY_NAME, LOCALITY_NAME, ORGANIZATION_NAME,
            ORGANIZATIONAL_UNIT_NAME, POSTAL_CODE, SERIAL_NUMBER, ST, STREET,
        },
    },
};
use jiff::Timestamp;
use x509_cert::{name::Name, request::CertReq};

use super::{Refused, Serve, Served};
use crate::{service::Service, validate};

impl Serve for ValidateOrderParameters {
    async fn serve(
        self,
        service: &Service,
        now: Timestamp,
    ) -> Result<Served<ValidateOrderParametersResponse>, Refused> {
        let draft = validate::validate(&self.order, service.login(), now, &service.settled(now))?;
        let mut response = ValidateOrderParametersResponse::new();
        response.parsed_csr = parse_subject(&draft.request);
        Ok(response.into())
    }

    fn check(&self, service: &Service, now: Timestamp) -> Vec<ResponseError> {
        validate::validate(&self.order, service.login(), now, &service.settled(now)).err().unwrap_or_default()
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        self.order.order_parameters.order_id.clone()
    }
}

/// The jurisdictions of an EV subject (EV Guidelines, 7.1.4.2.4).
const JURISDICTION_LOCALITY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.60.2.1.1");
const JURISDICTION_STATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.60.2.1.2");
const JURISDICTION_COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.60.2.1.3");

/// What the CSR says about its subject, as it stands there.
fn parse_subject(request: &CertificateRequest) -> Option<ParsedCsr> {
    let subject = CertReq::from_der(request.as_der()).ok()?.info.subject;
    let find = |wanted: ObjectIdentifier| value_of(&subject, wanted);
    let mut parsed = ParsedCsr::new();
    parsed.common_name = find(COMMON_NAME);
    parsed.country = find(COUNTRY_NAME);
    parsed.email = find(EMAIL_ADDRESS);
    parsed.jurisdiction_country = find(JURISDICTION_COUNTRY);
    parsed.jurisdiction_locality = find(JURISDICTION_LOCALITY);
    parsed.jurisdiction_state = find(JURISDICTION_STATE);
    parsed.business_category = find(BUSINESS_CATEGORY);
    parsed.locality = find(LOCALITY_NAME);
    parsed.organization = find(ORGANIZATION_NAME);
    parsed.organizational_unit = find(ORGANIZATIONAL_UNIT_NAME);
    parsed.postal_code = find(POSTAL_CODE);
    parsed.serial_number = find(SERIAL_NUMBER);
    parsed.street_address = find(STREET);
    parsed.state = find(ST);
    Some(parsed)
}

fn value_of(subject: &Name, wanted: ObjectIdentifier) -> Option<String> {
    let value = &subject.iter().find(|attribute| attribute.oid == wanted)?.value;
    // PrintableString, UTF8String and IA5String alike are UTF-8 in the parts that they share.
    std::str::from_utf8(value.value()).ok().map(str::to_owned)
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
