//! `cert`: certificates and their files.

use cert_lifecycle::view::{DecodedCertificateView, with};
use cert_lifecycle::{Blame, CertificateAuthority, OrderId};
use csr_tools::{Bundle, Certificate, Chain, Pkcs12Writer, PrivateKey, Purpose, Server};
use serde_json::json;

use crate::args::{Args, PURPOSES, SERVERS};
use crate::config::read_secret;
use crate::failure::Failure;
use crate::session::{Session, read, write_new};

pub(crate) async fn show(session: &Session<'_>, args: Args<'_>) -> Result<(), Failure> {
    let chain = chain(session, args).await?;
    let above: Vec<_> = chain.intermediates().iter().map(DecodedCertificateView::from).collect();
    session.output.show(&with(DecodedCertificateView::from(chain.leaf()), json!({"chain": above})));
    Ok(())
}

/// Whether a client that trusts the roots takes it, for each of the names.
pub(crate) async fn verify(session: &Session<'_>, args: Args<'_>) -> Result<(), Failure> {
    let chain = chain(session, args).await?;
    let roots = args.file("roots").map(certificates).transpose()?.unwrap_or_default();
    let purposes = [Purpose::TlsServer, Purpose::EmailProtection, Purpose::CodeSigning];
    let chosen = PURPOSES.iter().zip(purposes).find(|(word, _)| **word == args.text("purpose"));
    let purpose = chosen.map_or(Purpose::TlsServer, |(_, purpose)| purpose);
    let verified = chain.verify(&roots, purpose, session.now().as_second());
    let mut missing = args.all::<String>("name");
    missing.retain(|name| !chain.leaf().covers(name));
    let is_good = verified.is_ok() && missing.is_empty();
    let problem = verified.err().map(|error| error.to_string());
    let found = json!({"verified": is_good, "problem": problem, "names_missing": missing});
    session.output.show(&with(DecodedCertificateView::from(chain.leaf()), found));
    if is_good { Ok(()) } else { Err(Failure::told(Blame::Input)) }
}

pub(crate) async fn bundle(session: &Session<'_>, args: Args<'_>) -> Result<(), Failure> {
    let chain = chain(session, args).await?;
    let key = args
        .file("key")
        .map(|path| PrivateKey::read(read(path)?).map_err(|error| Failure::file(path, error)));
    let password = args.file("pfx-password-file").map(read_secret).transpose()?;
    let writer = password.as_ref().map(|password| Pkcs12Writer::new(password.expose()));
    let server = SERVERS.iter().zip(Server::ALL).find(|(word, _)| **word == args.text("server"));
    let server = server.map_or(Server::Plain, |(_, server)| *server);
    let failed = |error| Failure::usage("failed-bundle", &[]).because(error);
    let bundle =
        Bundle::new(chain.leaf(), chain.intermediates(), key.transpose()?.as_ref()).map_err(failed)?;
    let directory = args.file("out").unwrap_or_else(|| ".".as_ref());
    std::fs::create_dir_all(directory).map_err(|error| Failure::file(directory, error))?;
    let mut files = Vec::new();
    for artefact in bundle.for_server(server, writer.as_ref()).map_err(failed)? {
        let path = directory.join(artefact.file_name());
        write_new(&path, artefact.contents(), artefact.is_secret())?;
        files.push(path);
    }
    session.output.show(&json!({"server": args.text("server"), "files": files}));
    Ok(())
}

/// The certificate that is meant, with those above it: from a file, from the CA, or from the store.
async fn chain(session: &Session<'_>, args: Args<'_>) -> Result<Chain, Failure> {
    let mut heap = Vec::new();
    if let Some(order_id) = args.get::<String>("order") {
        let fetched = session.authority()?.certificate(&OrderId::from_authority(&order_id)).await?;
        let none = || Failure::usage("failed-no-certificate", &[("order", &order_id)]);
        heap = fetched.ok_or_else(none)?.certificates().map_err(|error| unreadable(&error))?;
    } else if let Some(service) = args.get::<String>("service") {
        let lifecycle = session.lifecycle().await?;
        let service = session.find(&lifecycle, &service).await?;
        let newest = service.certificate().ok_or(cert_lifecycle::Error::NoCertificate)?;
        heap = newest.certificate.certificates().map_err(|error| unreadable(&error))?;
    }
    for path in [args.file("file"), args.file("chain")].into_iter().flatten() {
        heap.extend(certificates(path)?);
    }
    Chain::order(&heap).map_err(|error| unreadable(&error))
}

fn certificates(path: &std::path::Path) -> Result<Vec<Certificate>, Failure> {
    let bytes = read(path)?;
    let read = Certificate::chain_from_pem(&bytes).or_else(|error| {
        Certificate::from_der(bytes.clone()).map(|certificate| vec![certificate]).map_err(|_| error)
    });
    read.map_err(|error| Failure::file(path, error))
}

fn unreadable(error: &dyn ToString) -> Failure {
    Failure::usage("failed-certificate", &[]).because(error.to_string())
}
