//! The adapter to Certum's Partner API: the only part of this crate that knows it.

use async_trait::async_trait;
use cert_domain::{
    Configuration, Finding, Findings, HashAlgorithm, Language, Mailbox, NameSet, PhoneNumber, Subject,
    SubjectField, VerificationCode, VerificationMethod,
};
use certum_api::operations::{
    AddSanVerification, GetCertificate, GetOrderByOrderId, GetOrderState, GetSanVerificationState,
    PerformSanVerification, QuickOrder, ValidateOrderParameters,
};
use certum_api::types::{
    ApproverEmailPrefix, ApproverMethod, HashAlgorithm as WireHashAlgorithm, Language as WireLanguage,
    OrderOption, OrderParameters, OrderRequest, OrderStatus, OrganizationInfo, RequestorInfo, ResponseError,
    SanApprover, SanEntry, SanVerification, SanVerificationState, SanVerificationStatus,
};
use certum_api::{Client, Error, ErrorClass, ErrorCode, ErrorKind, Retry};

use crate::OrderId;
use crate::authority::{
    AuthorityError, CertificateAuthority, FetchedCertificate, FoundOrder, NameState, NewOrder, OrderProgress,
    PlacedOrder, Proof,
};

/// Certum, through its Partner API.
#[derive(Clone, Debug)]
pub struct Certum {
    client: Client,
}

impl Certum {
    /// The code for "no such certificate".
    const CERTIFICATE_NOT_FOUND: ErrorCode = ErrorCode::new(1159);

    /// Certum, as a client reaches it.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }
}

#[async_trait]
impl CertificateAuthority for Certum {
    async fn check_order(&self, order: &NewOrder) -> Result<(), AuthorityError> {
        let request = ValidateOrderParameters::from(order_request(order));
        self.client.call(&request).await.map(|_| ()).map_err(translate)
    }

    async fn place_order(&self, order: &NewOrder) -> Result<PlacedOrder, AuthorityError> {
        let request = QuickOrder::from(order_request(order));
        match self.client.call(&request).await {
            Ok(response) => Ok(PlacedOrder {
                order_id: order_id_of(&response.order_id),
                code: response.san_verification.and_then(code),
            }),
            Err(error) if error.has_code(ErrorCode::ORDER_ID_TAKEN) => Err(AuthorityError::OrderIdTaken),
            Err(error) => Err(translate(error)),
        }
    }

    async fn find_order(&self, order_id: &OrderId) -> Result<Option<FoundOrder>, AuthorityError> {
        let mut request = GetOrderByOrderId::new(order_id.as_str());
        let mut option = OrderOption::new();
        option.order_status = Some(true);
        request.order_option = Some(option);
        match self.client.call(&request).await {
            Ok(response) => {
                let found = response.orders.into_iter().rev().find_map(|order| order.order_status);
                let found = found.ok_or_else(|| {
                    // It is neither "there is none" nor an order: nothing follows from it.
                    AuthorityError::Unavailable("the CA's answer holds no order".into())
                })?;
                Ok(Some(FoundOrder {
                    order_id: order_id_of(&found.order_id),
                    customer: found.customer.trim().to_owned(),
                    product: found.product_code.trim().to_owned(),
                    progress: progress(&found.status),
                }))
            }
            Err(error) if is_unknown_order(&error) => Ok(None),
            Err(error) => Err(translate(error)),
        }
    }

    async fn renew_code(&self, order_id: &OrderId) -> Result<Option<VerificationCode>, AuthorityError> {
        let request = AddSanVerification::new(order_id.as_str());
        let response = self.client.call(&request).await.map_err(translate)?;
        Ok(response.san_verification.and_then(code))
    }

    async fn start_check(&self, code: &VerificationCode) -> Result<(), AuthorityError> {
        match self.client.call(&PerformSanVerification::new(code.as_str())).await {
            Ok(_) => Ok(()),
            Err(error)
                if error.has_code(ErrorCode::VERIFICATION_CODE_EXPIRED)
                    || error.has_code(ErrorCode::VERIFICATION_CODE_UNKNOWN) =>
            {
                Err(AuthorityError::CodeUnknown)
            }
            Err(error) => Err(translate(error)),
        }
    }

    async fn order_progress(&self, order_id: &OrderId) -> Result<OrderProgress, AuthorityError> {
        let response = self.client.call(&GetOrderState::new(order_id.as_str())).await.map_err(translate)?;
        Ok(progress(&response.order_status))
    }

    async fn name_states(&self, order_id: &OrderId) -> Result<Vec<NameState>, AuthorityError> {
        let request = GetSanVerificationState::new(order_id.as_str());
        let response = self.client.call(&request).await.map_err(translate)?;
        Ok(response.san_verifications.into_iter().map(name_state).collect())
    }

    async fn certificate(&self, order_id: &OrderId) -> Result<Option<FetchedCertificate>, AuthorityError> {
        match self.client.call(&GetCertificate::by_order_id(order_id.as_str())).await {
            Ok(response) => Ok(response.certificate_details.map(|details| FetchedCertificate {
                certificate: details.x509_cert,
                chain: response.ca_bundle,
            })),
            Err(error) if error.has_code(Self::CERTIFICATE_NOT_FOUND) => Ok(None),
            Err(error) => Err(translate(error)),
        }
    }
}

fn order_request(order: &NewOrder) -> OrderRequest {
    let configuration = &order.configuration;
    let mut parameters =
        OrderParameters::new(configuration.request().pem(), order.customer.as_str(), order.product.as_str());
    parameters.order_id = Some(order.order_id.as_str().to_owned());
    parameters.language = Some(match order.language {
        Language::English => WireLanguage::English,
        _ => WireLanguage::Polish,
    });
    parameters.common_name = configuration.common_name().map(str::to_owned);
    parameters.hash_algorithm = configuration.hash_algorithm().map(|algorithm| match algorithm {
        HashAlgorithm::RsaSha256 => WireHashAlgorithm::RsaSha256,
        HashAlgorithm::EccSha256 => WireHashAlgorithm::EccSha256,
        other => WireHashAlgorithm::Unknown(other.to_string()),
    });
    parameters.revocation_contact_email = configuration.revocation_contact().map(str::to_owned);
    let subject = configuration.subject();
    say_subject(&mut parameters, subject);

    let contact = configuration.contact();
    let mut requestor =
        RequestorInfo::new(contact.email.as_str(), contact.first_name.as_str(), contact.last_name.as_str());
    requestor.phone = contact.phone.as_ref().map(|phone| PhoneNumber::as_str(phone).to_owned());

    let mut request = OrderRequest::new(parameters, requestor);
    request.organization_info = subject.get(SubjectField::TaxNumber).map(OrganizationInfo::new);
    request.san_approver = configuration.method().map(|method| approver(method, configuration));
    let names = configuration.names().map(NameSet::as_slice).unwrap_or_default();
    request.san_entries = names.iter().map(|name| SanEntry::new(name.as_str())).collect();
    request
}

/// What the certificate is to say besides its names, which counts before what the request says.
fn say_subject(parameters: &mut OrderParameters, subject: &Subject) {
    for (field, value) in subject.iter() {
        let place = match field {
            SubjectField::Email => &mut parameters.email,
            SubjectField::GivenName => &mut parameters.given_name,
            SubjectField::Surname => &mut parameters.surname,
            SubjectField::Organization => &mut parameters.organization,
            SubjectField::OrganizationalUnit => &mut parameters.organizational_unit,
            SubjectField::Locality => &mut parameters.locality,
            SubjectField::State => &mut parameters.state,
            SubjectField::Country => &mut parameters.country,
            SubjectField::SerialNumber => &mut parameters.serial_number,
            SubjectField::BusinessCategory => &mut parameters.business_category,
            SubjectField::StreetAddress => &mut parameters.street_address,
            SubjectField::PostalCode => &mut parameters.postal_code,
            SubjectField::JurisdictionLocality => &mut parameters.jurisdiction_locality,
            SubjectField::JurisdictionState => &mut parameters.jurisdiction_state,
            SubjectField::JurisdictionCountry => &mut parameters.jurisdiction_country,
            // The common name and the tax number have places of their own.
            _ => continue,
        };
        *place = Some(value.to_owned());
    }
}

fn approver(method: &VerificationMethod, configuration: &Configuration) -> SanApprover {
    let sends = configuration.send_messages();
    let VerificationMethod::Email(mailbox) = method else {
        let mut approver = SanApprover::new(match method {
            VerificationMethod::DnsTxt => ApproverMethod::DnsTxt,
            VerificationMethod::DnsTxtPrefix => ApproverMethod::DnsTxtPrefix,
            VerificationMethod::DnsCname => ApproverMethod::DnsCname,
            VerificationMethod::DnsCnamePrefix => ApproverMethod::DnsCnamePrefix,
            VerificationMethod::File => ApproverMethod::File,
            // What this version doesn't know the CA shall refuse, rather than get something else.
            other => ApproverMethod::Unknown(other.to_string()),
        });
        approver.notification_enabled = sends.then_some(true);
        return approver;
    };
    let mut approver = SanApprover::new(ApproverMethod::Admin);
    approver.email_prefix = Some(match mailbox {
        Mailbox::Admin => ApproverEmailPrefix::Admin,
        Mailbox::Administrator => ApproverEmailPrefix::Administrator,
        Mailbox::Postmaster => ApproverEmailPrefix::Postmaster,
        Mailbox::Hostmaster => ApproverEmailPrefix::Hostmaster,
        Mailbox::Webmaster => ApproverEmailPrefix::Webmaster,
        other => ApproverEmailPrefix::Unknown(other.to_string()),
    });
    approver.notification_enabled = Some(sends);
    approver
}

/// An identifier without the white space that a peer's layout may put around it.
fn order_id_of(text: &str) -> OrderId {
    OrderId::from_authority(text.trim())
}

fn code(verification: SanVerification) -> Option<VerificationCode> {
    let code = verification.code.trim();
    (!code.is_empty()).then(|| VerificationCode::new(code))
}

fn name_state(state: SanVerificationState) -> NameState {
    NameState {
        name: state.fqdn,
        proof: match state.manual.state {
            SanVerificationStatus::Required => Proof::Required,
            SanVerificationStatus::Failed => Proof::Failed,
            SanVerificationStatus::Verified => Proof::Verified,
            other => Proof::Unknown(other.as_str().to_owned()),
        },
        valid_until: state.manual.expire_date,
        info: state.manual.info,
        blocked_by: state
            .system
            .iter()
            .flat_map(|system| &system.methods)
            .map(|method| method.as_str().to_owned())
            .collect(),
    }
}

fn progress(status: &OrderStatus) -> OrderProgress {
    match status {
        OrderStatus::Awaiting | OrderStatus::Verification => OrderProgress::Validating,
        OrderStatus::Accepted => OrderProgress::Accepted,
        OrderStatus::Enrolled => OrderProgress::Issued,
        OrderStatus::Rejected => OrderProgress::Rejected,
        other => OrderProgress::Unknown(other.as_str().to_owned()),
    }
}

fn is_unknown_order(error: &Error) -> bool {
    error.has_code(ErrorCode::UNKNOWN_ORDER) || error.has_code(ErrorCode::REQUEST_NOT_FOUND)
}

fn translate(error: Error) -> AuthorityError {
    match error.retry() {
        Retry::AskFirst => AuthorityError::UnknownOutcome(Box::new(error)),
        Retry::Never => match error.kind() {
            ErrorKind::Request(problem) => {
                let path = problem.path().to_string();
                let english = "contains a character that can't be sent";
                let polish = "zawiera znak, którego nie można wysłać";
                AuthorityError::Refused(Finding::stated(1172, path, english, polish).into())
            }
            ErrorKind::Refused(_) => {
                let found = findings(error.reported());
                let is_for_reseller = |error: &ResponseError| error.code.class() == ErrorClass::CallCa;
                if error.reported().iter().any(is_for_reseller) {
                    AuthorityError::Blocked(found)
                } else {
                    AuthorityError::Refused(found)
                }
            }
            _ => AuthorityError::Unavailable(Box::new(error)),
        },
        _ => AuthorityError::Unavailable(Box::new(error)),
    }
}

fn findings(reported: &[ResponseError]) -> Findings {
    let finding = |error: &ResponseError| {
        let unknown = ("request", "a code that this version doesn't know", "kod, którego ta wersja nie zna");
        let known = error.code.known().map(|known| (known.subject, known.english, known.polish));
        let (field, english, polish) = known.unwrap_or(unknown);
        let finding = Finding::stated(error.code.number(), field, english, polish);
        match &error.value {
            Some(value) if !value.is_empty() => finding.with_value(value),
            _ => finding,
        }
    };
    reported.iter().map(finding).collect()
}

#[cfg(test)]
mod tests {
    use cert_domain::{
        Catalogue, ContactForm, Form, NameRule, Offer, Product, ProductKind, ProductStatus, RegistrationForm,
        SubjectForm,
    };
    use certum_api::{Credentials, Environment};
    use certum_sandbox::Sandbox;
    use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};

    use super::*;

    fn form(product: &Product) -> Form {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let request = CertificateRequest::builder().common_name("shop.example.com").sign(&key).unwrap();
        let (common_name, names) = match product.names {
            NameRule::None => ("Jan Nowak", Vec::new()),
            NameRule::Wildcard => ("", vec!["*.example.com".into()]),
            _ => ("", vec!["shop.example.com".into()]),
        };
        Form {
            csr: request.to_pem(),
            hash_algorithm: Some(HashAlgorithm::RsaSha256),
            subject: SubjectForm {
                common_name: common_name.into(),
                email: "jan@example.com".into(),
                organization: "Żółw sp. z o.o.".into(),
                locality: "Łódź".into(),
                state: "łódzkie".into(),
                country: "pl".into(),
                tax_number: "525-000-00-00".into(),
                registration: RegistrationForm {
                    serial_number: "0000123456".into(),
                    business_category: "Private Organization".into(),
                    street_address: "Piotrkowska 1".into(),
                    postal_code: "90-001".into(),
                    locality: "Łódź".into(),
                    state: "łódzkie".into(),
                    country: "PL".into(),
                },
                ..SubjectForm::default()
            },
            contact: ContactForm {
                first_name: "Jan".into(),
                last_name: "Nowak".into(),
                email: "jan@example.com".into(),
                phone: "22 123 45 67".into(),
            },
            revocation_contact: "security@example.com".into(),
            names,
            ..Form::default()
        }
    }

    #[tokio::test]
    async fn says_of_every_product_on_sale_all_that_the_ca_wants_to_know() {
        let sandbox = Sandbox::builder().credentials("reseller", "sandbox").start().await.unwrap();
        let endpoint = Environment::Custom(sandbox.endpoint());
        let client = Client::builder(endpoint, Credentials::new("reseller", "sandbox")).build().unwrap();
        let certum = Certum::new(client);
        let on_sale = |product: &&Product| product.status != ProductStatus::Legacy;
        for product in Catalogue::built_in().products().iter().filter(on_sale) {
            let method = (product.kind == ProductKind::Tls).then_some(VerificationMethod::DnsTxt);
            let offer = Offer::new(product.clone(), method).unwrap();
            let configuration = offer.check(&form(product)).unwrap();
            let order_id = OrderId::from_authority("order-1");
            let order = NewOrder::new(order_id, &"customer-7".parse().unwrap(), &offer, &configuration);
            if let Err(error) = certum.check_order(&order).await {
                panic!("{}: {error}", product.name);
            }
        }
    }
}
