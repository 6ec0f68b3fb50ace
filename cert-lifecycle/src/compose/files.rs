//! The files that come with a certificate, for the server that it was ordered for.

use csr_tools::{Artefact, ArtefactKind, Server};

use crate::delivery::Attachment;
use crate::service::{Service, ServiceCertificate};

/// The files of one of a service's certificates, without a key. None if the service has no such certificate.
pub(super) fn of(service: &Service, serial_number: Option<&str>) -> Vec<Attachment> {
    let files = |held| for_server(held).unwrap_or_else(|| as_issued(held));
    held(service, serial_number).map(files).unwrap_or_default()
}

/// The certificate of a service with this serial number.
pub(super) fn held<'a>(service: &'a Service, serial_number: Option<&str>) -> Option<&'a ServiceCertificate> {
    let serial_number = serial_number?;
    service.certificate_with(serial_number)
}

/// What the server takes. The key stays where it is: mail goes over the servers of others.
fn for_server(held: &ServiceCertificate) -> Option<Vec<Attachment>> {
    let bundle = held.certificate.bundle(None)?.ok()?;
    let files = match held.configuration.server().bundle() {
        // Its one file ends with the key, which whoever has it adds.
        Server::HaProxy => vec![bundle.artefact(ArtefactKind::FullChain)?.clone()],
        server => bundle.for_server(server, None).ok()?,
    };
    Some(files.iter().filter(|file| !file.is_secret()).map(attachment).collect())
}

fn attachment(file: &Artefact) -> Attachment {
    let media_type = match file.kind() {
        ArtefactKind::CertificateDer | ArtefactKind::IntermediateDer | ArtefactKind::RootDer => {
            "application/pkix-cert"
        }
        ArtefactKind::Pkcs7 | ArtefactKind::Pkcs7Pem => "application/x-pkcs7-certificates",
        _ => PEM,
    };
    Attachment {
        file_name: file.file_name().to_owned(),
        media_type: media_type.to_owned(),
        content: file.contents().to_vec(),
    }
}

const PEM: &str = "application/x-pem-file";

/// What the CA handed out, where no bundle can be made of it.
fn as_issued(held: &ServiceCertificate) -> Vec<Attachment> {
    let file = |name: &str, content: String| Attachment {
        file_name: name.to_owned(),
        media_type: PEM.to_owned(),
        content: content.into_bytes(),
    };
    let mut files = vec![file("certificate.crt", held.certificate.pem.clone())];
    if !held.certificate.chain.is_empty() {
        files.push(file("chain.ca-bundle", held.certificate.chain.concat()));
    }
    files
}
