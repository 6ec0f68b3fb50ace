//! Certificates and their files.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cert_domain::ServerType;
use cert_lifecycle::view::CertificateView;
use cert_lifecycle::{CertificateFiles, Error, Role};
use csr_tools::{Artefact, ArtefactKind, Pkcs12Writer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Access, GET, POST, READ};
use crate::call::{Call, Reply};
use crate::problem::Problem;
use crate::route::Route;
use crate::token::Scope;

/// What names the newest certificate, in the place of its serial number.
const LATEST: &str = "latest";
const MEDIA_TYPES: &[&str] = &[
    "application/pkix-cert",
    "application/pkcs10",
    "application/x-pem-file",
    "application/x-pkcs7-certificates",
];

/// A service's certificates.
#[derive(Serialize, JsonSchema)]
struct Certificates {
    /// The newest first.
    certificates: Vec<CertificateView>,
}

#[derive(Deserialize, JsonSchema)]
struct For {
    /// For which server. Left out, everything that there is.
    server: Option<ServerType>,
}

/// Files of a certificate.
#[derive(Serialize, JsonSchema)]
struct Files {
    files: Vec<FileView>,
}

/// A file.
#[derive(Serialize, JsonSchema)]
struct FileView {
    /// Its name.
    name: String,
    /// What it is.
    kind: String,
    /// Its media type.
    media_type: &'static str,
    /// Its size in bytes.
    size: usize,
    /// What it holds, Base64, where it was asked for.
    content: Option<String>,
}

/// For which server files with the key are wanted.
#[derive(Serialize, Deserialize, JsonSchema)]
struct WithKey {
    /// The server. Left out, everything that there is.
    server: Option<ServerType>,
    /// What files for IIS and Tomcat are to be encrypted with.
    password: Option<String>,
}

pub(super) fn routes() -> Vec<Route> {
    let (all, one) = ("/v1/services/{id}/certificates", "/v1/services/{id}/certificates/{serial}");
    let files = format!("{one}/files");
    vec![
        Route::new(GET, all, READ, "List certificates", list).gives::<Certificates>(200),
        Route::new(GET, one, READ, "Show a certificate", show).gives::<CertificateView>(200),
        Route::new(GET, files.clone(), READ, "List a certificate's files", list_files)
            .asks::<For>()
            .gives::<Files>(200),
        Route::new(GET, format!("{files}/{{name}}"), READ, "Save a file", save)
            .asks::<For>()
            .gives_bytes(MEDIA_TYPES),
        Route::new(GET, format!("{one}/archive"), READ, "Save all files", archive)
            .asks::<For>()
            .gives_bytes(&["application/zip"]),
        Route::new(
            POST,
            files,
            Access::Scope(Scope::Keys),
            "Be handed the files with the kept key",
            with_key,
        )
        .takes::<WithKey>()
        .gives::<Files>(200),
    ]
}

async fn certificates(call: &Call) -> Result<Vec<CertificateView>, Problem> {
    let (id, _) = call.service().await?;
    Ok(call.gateway.lifecycle.view(id, Role::Customer, call.language).await?.certificates)
}

async fn list(call: Call) -> Result<Reply, Problem> {
    Reply::ok(&Certificates { certificates: certificates(&call).await? })
}

async fn show(call: Call) -> Result<Reply, Problem> {
    let (all, serial) = (certificates(&call).await?, call.parameter("serial"));
    let is_meant = |certificate: &&CertificateView| {
        serial == LATEST || certificate.serial_number.eq_ignore_ascii_case(serial)
    };
    Reply::ok(all.iter().find(is_meant).ok_or(Problem::NotFound)?)
}

/// The serial number that the path names; none for the newest certificate's.
fn serial(call: &Call) -> Option<&str> {
    Some(call.parameter("serial")).filter(|serial| *serial != LATEST)
}

/// The files of a certificate without its key, for the server that was asked for.
async fn without_key(call: &Call) -> Result<(CertificateFiles, Vec<Artefact>), Problem> {
    let (id, _) = call.service().await?;
    let For { server } = call.query()?;
    let files = call.gateway.lifecycle.files(id, serial(call)).await?;
    let server = server.unwrap_or_default().bundle();
    let artefacts = files.bundle.for_server(server, None).map_err(Error::from)?;
    Ok((files, artefacts))
}

async fn list_files(call: Call) -> Result<Reply, Problem> {
    let (_, artefacts) = without_key(&call).await?;
    Reply::ok(&Files { files: artefacts.iter().map(|file| view(file, false)).collect() })
}

async fn save(call: Call) -> Result<Reply, Problem> {
    let (_, artefacts) = without_key(&call).await?;
    let name = call.parameter("name");
    let file = artefacts.iter().find(|file| file.file_name() == name).ok_or(Problem::NotFound)?;
    Ok(Reply::file(media_type(file.kind()), Some(file.file_name()), file.contents()))
}

async fn archive(call: Call) -> Result<Reply, Problem> {
    let (files, artefacts) = without_key(&call).await?;
    let file = files.bundle.archive(&artefacts).map_err(Error::from)?;
    Ok(Reply::file(media_type(file.kind()), Some(file.file_name()), file.contents()))
}

async fn with_key(call: Call) -> Result<Reply, Problem> {
    let (id, _) = call.service().await?;
    let WithKey { server, password } = call.form()?;
    let server = server.unwrap_or_default();
    let password = password.filter(|password| !password.is_empty());
    if matches!(server, ServerType::Iis | ServerType::Tomcat) && password.is_none() {
        let (english, polish) = ("is needed for this server", "jest potrzebne dla tego serwera");
        return Err(Problem::Field { field: "password".into(), english, polish });
    }
    let files = call.lifecycle().files_with_key(id, serial(&call)).await?;
    let writer = password.as_deref().map(Pkcs12Writer::new);
    let artefacts = files.bundle.for_server(server.bundle(), writer.as_ref()).map_err(Error::from)?;
    Reply::ok(&Files { files: artefacts.iter().map(|file| view(file, true)).collect() })
}

fn view(file: &Artefact, has_content: bool) -> FileView {
    FileView {
        name: file.file_name().to_owned(),
        kind: file.kind().to_string(),
        media_type: media_type(file.kind()),
        size: file.contents().len(),
        content: has_content.then(|| BASE64_STANDARD.encode(file.contents())),
    }
}

fn media_type(kind: ArtefactKind) -> &'static str {
    match kind {
        ArtefactKind::CertificateDer | ArtefactKind::IntermediateDer | ArtefactKind::RootDer => {
            "application/pkix-cert"
        }
        ArtefactKind::Request => "application/pkcs10",
        ArtefactKind::Pkcs7 => "application/x-pkcs7-certificates",
        ArtefactKind::Pfx | ArtefactKind::Keystore => "application/x-pkcs12",
        ArtefactKind::Archive => "application/zip",
        _ => "application/x-pem-file",
    }
}
