//! Certificates to see and to save.

use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use cert_domain::{KeyChoice, ServerType};
use cert_lifecycle::{Action, CertificateFiles, Error};
use csr_tools::{ArtefactKind, BundleError, Pkcs12Writer};
use serde_json::json;

use super::{Answer, At, Owned, menu};
use crate::problem::Problem;
use crate::visitor::Post;

pub(super) async fn look(at: At) -> Answer {
    at.owned.may(Action::Files).await?;
    let keeps = |key| matches!(key, KeyChoice::Generate { keep: true, .. });
    let held = at.owned.service.certificates.iter().filter(|held| keeps(held.configuration.key()));
    let content = json!({
        "with_key": held.map(|held| &held.certificate.serial_number).collect::<Vec<_>>(),
        "servers": menu(ServerType::ALL, |server| server.text(at.visitor.language)),
    });
    at.page("client/certificates.html", None, content).await
}

pub(super) async fn save(owned: Owned, Path((_, serial, server)): Path<(String, String, String)>) -> Answer {
    answer(&owned.lifecycle.files(owned.id, Some(&serial)).await?, &server, None)
}

/// The same with the key that is kept. IIS and Tomcat take it under a password.
pub(super) async fn save_all(
    owned: Owned,
    Path((_, serial, server)): Path<(String, String, String)>,
    post: Post,
) -> Answer {
    let password = Some(post.fields.get("password")).filter(|password| !password.is_empty());
    if matches!(&*server, "iis" | "tomcat") && password.is_none() {
        return Err(Problem::Unreadable);
    }
    answer(&owned.lifecycle.files_with_key(owned.id, Some(&serial)).await?, &server, password)
}

/// The files of a server: one by itself, several as an archive.
fn answer(files: &CertificateFiles, server: &str, password: Option<&str>) -> Answer {
    let (bundle, writer) = (&files.bundle, password.map(Pkcs12Writer::new));
    let all = if server == "cer" {
        bundle.artefact(ArtefactKind::CertificateDer).into_iter().cloned().collect()
    } else {
        let server: ServerType = serde_json::from_value(server.into()).map_err(|_| Problem::NotFound)?;
        bundle.for_server(server.bundle(), writer.as_ref()).map_err(|error| match error {
            BundleError::NoKey => Error::NoKey,
            other => other.into(),
        })?
    };
    let file = match &*all {
        [one] => one.clone(),
        several => bundle.archive(several).map_err(Error::from)?,
    };
    let name = format!("attachment; filename=\"{}\"", file.file_name());
    let kind = (header::CONTENT_TYPE, "application/octet-stream".to_owned());
    Ok(([kind, (header::CONTENT_DISPOSITION, name)], file.contents().to_vec()).into_response())
}
