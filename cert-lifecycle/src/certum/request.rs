//! What goes to the Partner API.

use cert_domain::{
    Configuration, DnsName, Document, DocumentFile, Evidence, Language, Mailbox, NameSet, PhoneNumber,
    Revocation, SubjectField, VerificationMethod,
};
use certum_api::operations::{
    ReissueCertificate, RenewCertificate, RevokeCertificate, VerifyOrder, VerifyOrderParameters,
};
use certum_api::types::{
    ApproverEmailPrefix, ApproverMethod, Document as WireDocument, DocumentFile as WireFile, DocumentFiles,
    DocumentType, FileContent, HashAlgorithm as WireHashAlgorithm, Language as WireLanguage, OrderOption,
    OrderParameters, OrderRequest, OrganizationInfo, RequestorInfo, RevocationReason, SanApprover, SanEntry,
};

use crate::OrderId;
use crate::authority::NewOrder;
use crate::draft::DraftOrder;

/// A new order.
pub(super) fn order(order: &NewOrder) -> OrderRequest {
    let configuration = &order.configuration;
    let mut parameters =
        OrderParameters::new(configuration.request().pem(), order.customer.as_str(), order.product.as_str());
    parameters.order_id = Some(order.order_id.as_str().to_owned());
    parameters.language = Some(language(order.language));
    parameters.common_name = configuration.common_name().map(str::to_owned);
    parameters.hash_algorithm = hash_algorithm(configuration);
    parameters.revocation_contact_email = configuration.revocation_contact().map(str::to_owned);
    let subject = configuration.subject();
    say_subject(&mut parameters, subject.iter());

    let contact = configuration.contact();
    let mut requestor =
        RequestorInfo::new(contact.email.as_str(), contact.first_name.as_str(), contact.last_name.as_str());
    requestor.phone = contact.phone.as_ref().map(|phone| PhoneNumber::as_str(phone).to_owned());

    let mut request = OrderRequest::new(parameters, requestor);
    request.organization_info = subject.get(SubjectField::TaxNumber).map(OrganizationInfo::new);
    request.san_approver = configured_approver(configuration);
    request.san_entries = entries(configuration.names().map(NameSet::as_slice).unwrap_or_default());
    request
}

/// An order as far as a form says it already. What is missing is said blank: the CA finds it.
pub(super) fn draft(draft: &DraftOrder) -> OrderRequest {
    let csr = draft.request.as_deref().unwrap_or_default();
    let mut parameters = OrderParameters::new(csr, draft.customer.as_str(), draft.product.as_str());
    parameters.order_id = Some(draft.order_id.as_str().to_owned());
    parameters.language = Some(language(draft.language));
    parameters.common_name.clone_from(&draft.common_name);
    parameters.hash_algorithm =
        draft.hash_algorithm.map(|algorithm| WireHashAlgorithm::from(algorithm.as_str()));
    parameters.revocation_contact_email.clone_from(&draft.revocation_contact);
    let subject = || draft.subject.iter().map(|(field, value)| (*field, value.as_str()));
    say_subject(&mut parameters, subject());

    let contact = &draft.contact;
    let mut requestor = RequestorInfo::new(&*contact.email, &*contact.first_name, &*contact.last_name);
    requestor.phone = (!contact.phone.is_empty()).then(|| contact.phone.clone());

    let mut request = OrderRequest::new(parameters, requestor);
    let tax_number = subject().find(|(field, _)| *field == SubjectField::TaxNumber);
    request.organization_info = tax_number.map(|(_, number)| OrganizationInfo::new(number));
    request.san_approver = draft.method.as_ref().map(|method| approver(method, draft.send_messages));
    request.san_entries = draft.names.iter().map(|name| SanEntry::new(&**name)).collect();
    request
}

/// A renewal of the certificate with a serial number.
pub(super) fn renewal(order: &NewOrder, serial_number: &str) -> RenewCertificate {
    let configuration = &order.configuration;
    let mut request = RenewCertificate::by_serial_number(
        serial_number,
        configuration.request().pem(),
        order.customer.as_str(),
        order.product.as_str(),
    );
    request.san_approver = configured_approver(configuration);
    request.hash_algorithm = hash_algorithm(configuration);
    request.revocation_contact_email = configuration.revocation_contact().map(str::to_owned);
    request
}

/// A reissue of the certificate with a serial number, which adds names.
pub(super) fn reissue(order: &NewOrder, serial_number: &str, added: &[DnsName]) -> ReissueCertificate {
    let configuration = &order.configuration;
    let mut request = ReissueCertificate::by_serial_number(serial_number);
    request.hash_algorithm = hash_algorithm(configuration);
    // An order that was placed elsewhere has left no request; without one, the key stays.
    let csr = configuration.request().pem();
    request.csr = (!csr.is_empty()).then(|| csr.into());
    request.san_approver = configured_approver(configuration);
    request.san_entries = entries(added);
    request
}

/// Which parts of orders to tell, besides where they stand.
pub(super) fn option(certificate: bool, requestor: bool) -> OrderOption {
    let mut option = OrderOption::new();
    option.order_status = Some(true);
    option.certificate_details = certificate.then_some(true);
    option.order_details = requestor.then_some(true);
    option
}

/// A revocation.
pub(super) fn revocation(revocation: &Revocation) -> RevokeCertificate {
    let reason = RevocationReason::from(revocation.reason.as_str());
    let mut request = RevokeCertificate::because(&*revocation.serial_number, reason);
    request.parameters.key_compromise_date = revocation.compromised_on;
    request.parameters.note.clone_from(&revocation.note);
    request
}

/// A note and documents for an order.
pub(super) fn evidence(order_id: &OrderId, evidence: &Evidence) -> VerifyOrder {
    let file = |file: &DocumentFile| WireFile::new(&*file.name, FileContent::from_bytes(&file.content));
    let document = |document: &Document| {
        let files: DocumentFiles = document.files.iter().map(file).collect();
        WireDocument::new(&*document.description, DocumentType::from(document.kind.as_str()), files)
    };
    let mut parameters = VerifyOrderParameters::new(&*evidence.note, order_id.as_str());
    let documents = (!evidence.documents.is_empty()).then_some(&evidence.documents);
    parameters.documents = documents.map(|documents| documents.iter().map(document).collect());
    VerifyOrder::new(parameters)
}

fn language(language: Language) -> WireLanguage {
    match language {
        Language::English => WireLanguage::English,
        _ => WireLanguage::Polish,
    }
}

fn entries(names: &[DnsName]) -> Vec<SanEntry> {
    names.iter().map(|name| SanEntry::new(name.as_str())).collect()
}

fn hash_algorithm(configuration: &Configuration) -> Option<WireHashAlgorithm> {
    configuration.hash_algorithm().map(|algorithm| WireHashAlgorithm::from(algorithm.as_str()))
}

/// What the certificate is to say besides its names, which counts before what the request says.
fn say_subject<'a>(parameters: &mut OrderParameters, subject: impl Iterator<Item = (SubjectField, &'a str)>) {
    for (field, value) in subject {
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

fn configured_approver(configuration: &Configuration) -> Option<SanApprover> {
    configuration.method().map(|method| approver(method, configuration.send_messages()))
}

/// How names are to be proved.
pub(super) fn approver(method: &VerificationMethod, sends: bool) -> SanApprover {
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
