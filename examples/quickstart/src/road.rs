//! The road from the order to the bundle.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use cert_domain::{
    Catalogue, ContactForm, DnsName, Form, Instruction, NameEntry, NameSet, Offer, ProductKind,
    ValidationLevel, VerificationMethod,
};
use cert_lifecycle::{Certum, Lifecycle, Service, ServiceId, SqliteStore, State, WorkerPolicy};
use certum_api::{Client, Credentials, Environment};
use certum_sandbox::{DnsRecord, Sandbox};
use csr_tools::{Bundle, Certificate, CertificateRequest, KeyAlgorithm, PrivateKey};
use jiff::SignedDuration;

use crate::Arguments;
use crate::bundle::BundleDirectory;
use crate::problem::Problem;
use crate::report::{Report, Summary};
use crate::verify::verify;

const USER: &str = "quickstart";
const PASSWORD: &str = "quickstart-password";
const DEFAULT_NAME: &str = "shop.example.com";
/// How long all of it may take. It takes three seconds.
const PATIENCE: Duration = Duration::from_secs(60);
/// The sandbox takes as long to issue, so that there is something to wait for.
const ISSUE_DELAY: SignedDuration = SignedDuration::from_secs(2);

pub(crate) async fn travel(arguments: &Arguments, report: &Report) -> Result<Summary, Problem> {
    // All that can be wrong with the input is found before anything is started.
    let (offer, form, key) = order(arguments)?;
    offer.check(&form)?;
    let directory = BundleDirectory::prepare(&arguments.out)?;
    match &key {
        Some(key) => {
            directory.keep_key(key)?;
            report.step("key", format!("made ({}), with a request", key.algorithm()));
        }
        None => report.step("request", "read, and its signature checked"),
    }

    let sandbox = Sandbox::builder()
        .credentials(USER, PASSWORD)
        .issue_delay(ISSUE_DELAY)
        .start()
        .await
        .map_err(|error| Problem::with("the sandbox", &error))?;
    report.step("sandbox", format!("started at {}", sandbox.endpoint()));

    let scratch = tempfile::tempdir().map_err(|error| Problem::with("the store", &error))?;
    let lifecycle = lifecycle(&sandbox, &scratch.path().join("services.db")).await?;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let worker = lifecycle.worker();
    let working = async {
        let stopped = async {
            let _ = stopped.await;
        };
        worker.run(stopped).await;
    };
    let going = async {
        let active = go(&lifecycle, offer, &form, &sandbox, report).await;
        let _ = stop.send(());
        active
    };
    let ((), active) = tokio::join!(working, going);
    let active = active?;
    if let Some(certificate) = active.certificate() {
        report.step("issued", format!("serial {}", certificate.certificate.serial_number));
    }
    let summary = deliver(&active, &sandbox, key.as_ref(), &directory)?;
    report.step("bundle", format!("verified and written to {}", arguments.out.display()));
    sandbox.shutdown().await;
    Ok(summary)
}

/// From the service to its certificate.
async fn go(
    lifecycle: &Lifecycle,
    offer: Offer,
    form: &Form,
    sandbox: &Sandbox,
    report: &Report,
) -> Result<Service, Problem> {
    let customer = "customer-1".parse().map_err(|error| Problem::with("the customer", &error))?;
    let product = offer.product.name.clone();
    let id = lifecycle.create_service(offer, customer).await?;
    report.step("service", format!("{id} created: {product}"));
    lifecycle.check_form(id, form).await?;
    report.step("check", "the CA would take the order");
    lifecycle.configure(id, form).await?;
    match tokio::time::timeout(PATIENCE, drive(lifecycle, id, sandbox, report)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(why_it_waits(lifecycle, id).await?),
    }
}

/// What a service waits for that took too long.
async fn why_it_waits(lifecycle: &Lifecycle, id: ServiceId) -> Result<Problem, Problem> {
    let summary = lifecycle.summary(id).await?;
    let mut reasons: Vec<_> = summary.note.into_iter().collect();
    if let State::Validating(validating) = lifecycle.service(id).await?.state {
        reasons.extend(
            validating.names.into_iter().filter_map(|name| Some(format!("{}: {}", name.name, name.info?))),
        );
    }
    let waited = format!("still {} after {} seconds", summary.row.state, PATIENCE.as_secs());
    Ok(Problem::about("the order", id, [waited].into_iter().chain(reasons).collect::<Vec<_>>().join("; ")))
}

/// What is ordered, with the key if it was made here.
fn order(arguments: &Arguments) -> Result<(Offer, Form, Option<PrivateKey>), Problem> {
    let about_product =
        |error: &dyn std::fmt::Display| Problem::about("--product", &arguments.product, error);
    let code = arguments.product.parse().map_err(|error| about_product(&error))?;
    let product = Catalogue::built_in().product(&code).map_err(|error| about_product(&error))?;
    let method = arguments.method()?;
    if product.kind != ProductKind::Tls || product.level != ValidationLevel::Domain {
        let problem =
            format!("{} is not a domain-validated TLS product, and no other is bought here", product.name);
        return Err(about_product(&problem));
    }
    let mut offer = Offer::new(product.clone(), VerificationMethod::DnsTxtPrefix)
        .map_err(|error| about_product(&error))?;
    // Nobody sells here: there is no limit but the product's.
    offer.allow_more_domains = offer.additional_domains;
    offer.domains_limit = u16::MAX;

    let mut names = arguments.names.clone();
    let (csr, key) = match &arguments.csr {
        Some(path) => (read_request(path)?, None),
        None => {
            if names.is_empty() {
                names.push(DEFAULT_NAME.to_owned());
            }
            // Names that can't be ordered are found with everything else that is wrong with the form.
            let checked = NameSet::check(&names, offer.name_limits()).ok();
            let (csr, key) = make_request(checked.as_ref())?;
            (csr, Some(key))
        }
    };
    let contact = ContactForm {
        first_name: "Jan".to_owned(),
        last_name: "Kowalski".to_owned(),
        email: "jan.kowalski@example.com".to_owned(),
        phone: "+48221234567".to_owned(),
    };
    let names = names.into_iter().map(NameEntry::from).collect();
    Ok((offer, Form { csr, names, method: Some(method), contact, ..Form::default() }, key))
}

fn read_request(path: &Path) -> Result<String, Problem> {
    /// The largest request that is read: a real one has a few thousand bytes.
    const LIMIT: u64 = 1024 * 1024;

    let failed = |error: &dyn std::fmt::Display| Problem::about("--csr", path.display(), error);
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| failed(&error))?;
    file.take(LIMIT).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
    let request = CertificateRequest::from_pem(&bytes).map_err(|error| failed(&error))?;
    Ok(request.to_pem())
}

/// A key, and a request for it.
fn make_request(names: Option<&NameSet>) -> Result<(String, PrivateKey), Problem> {
    let key =
        PrivateKey::generate(KeyAlgorithm::EcdsaP256).map_err(|error| Problem::with("the key", &error))?;
    let builder = CertificateRequest::builder();
    let builder = match names {
        Some(names) => builder
            .common_name(names.common_name().as_str())
            .dns_names(names.as_slice().iter().map(DnsName::as_str)),
        None => builder.common_name(DEFAULT_NAME),
    };
    let request = builder.sign(&key).map_err(|error| Problem::with("the request", &error))?;
    Ok((request.to_pem(), key))
}

async fn lifecycle(sandbox: &Sandbox, database: &Path) -> Result<Lifecycle, Problem> {
    let client = Client::builder(Environment::Custom(sandbox.endpoint()), Credentials::new(USER, PASSWORD))
        .build()
        .map_err(|error| Problem::with("the client", &error))?;
    let store = SqliteStore::open(database).await.map_err(|error| Problem::with("the store", &error))?;
    Ok(Lifecycle::builder(store, Certum::new(client)).policy(WorkerPolicy::attentive()).build())
}

/// Plays the customer: watches the service, and proves control of the names when told how.
async fn drive(
    lifecycle: &Lifecycle,
    id: ServiceId,
    sandbox: &Sandbox,
    report: &Report,
) -> Result<Service, Problem> {
    let mut seen = None;
    let mut proved = false;
    loop {
        let service = lifecycle.service(id).await?;
        let kind = service.state.kind();
        if seen.replace(kind) != Some(kind) {
            report.waiting(kind.to_string());
        }
        match &service.state {
            State::Active => return Ok(service),
            State::Validating(validating) if !proved && !validating.instructions().is_empty() => {
                report.step("order", format!("{} placed", validating.order_id));
                for instruction in validating.instructions() {
                    report.step("proof", follow(sandbox, instruction).await?);
                }
                if validating.configuration.method().is_some_and(VerificationMethod::is_published) {
                    lifecycle.request_check(id).await?;
                    report.step("check", "the CA was asked to look for the proof");
                }
                report.waiting("the CA verifies the names and issues the certificate");
                proved = true;
            }
            State::AwaitingConfiguration => {
                // Configured before: the CA has refused the order.
                if let Some(findings) = service.refusal {
                    return Err(findings.findings.into());
                }
            }
            State::Rejected { .. } => return Err(Problem::about("the order", id, "the CA rejected it")),
            State::Held { reason, .. } => return Err(Problem::about("the order", id, reason)),
            _ => {}
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Does what an instruction says, in the sandbox's own internet, and tells what that was.
async fn follow(sandbox: &Sandbox, instruction: Instruction) -> Result<String, Problem> {
    let failed = |error: &dyn std::error::Error| Problem::with("the proof", error);
    Ok(match instruction {
        Instruction::TxtRecord { name, value } => {
            sandbox.publish_dns(DnsRecord::txt(&name, &value).map_err(|error| failed(&error))?);
            format!("published {name} TXT {value}")
        }
        Instruction::CnameRecord { name, target } => {
            sandbox.publish_dns(DnsRecord::cname(&name, &target).map_err(|error| failed(&error))?);
            format!("published {name} CNAME {target}")
        }
        Instruction::File { host, path, body } => {
            sandbox.publish_http(&host, &path, &body).map_err(|error| failed(&error))?;
            format!("published http://{host}{path} with {body}")
        }
        Instruction::Message { mailbox } => {
            let message = sandbox.mail().into_iter().find(|mail| mail.to == mailbox);
            let message = message.ok_or_else(|| Problem::about("the proof", &mailbox, "got no message"))?;
            sandbox.approve_mail(message.id).await.map_err(|error| failed(&error))?;
            format!("followed the link in the message to {mailbox}")
        }
        _ => return Err(Problem::about("--method", "", "the proof is of a kind unknown here")),
    })
}

/// Checks what came, and writes it.
fn deliver(
    service: &Service,
    sandbox: &Sandbox,
    key: Option<&PrivateKey>,
    directory: &BundleDirectory,
) -> Result<Summary, Problem> {
    let failed = |error: &dyn std::error::Error| Problem::with("the certificate", error);
    let active =
        service.certificate().ok_or_else(|| Problem::about("the order", service.id, "has no certificate"))?;
    let issued = &active.certificate;
    let leaf = Certificate::from_pem(&issued.pem).map_err(|error| failed(&error))?;
    let chain = issued
        .chain
        .iter()
        .map(Certificate::from_pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| failed(&error))?;
    let roots = Certificate::chain_from_pem(sandbox.roots_pem()).map_err(|error| failed(&error))?;
    let root = roots.first().ok_or_else(|| Problem::about("the sandbox", "", "has no root"))?;
    verify(issued, root)?;
    let bundle = Bundle::new(&leaf, &chain, key).map_err(|error| failed(&error))?;
    let files = directory.write(&bundle, &root.to_pem())?;
    Ok(Summary {
        service_id: service.id.to_string(),
        order_id: active.order_id.to_string(),
        serial_number: issued.serial_number.clone(),
        not_before: issued.not_before.to_string(),
        not_after: issued.not_after.to_string(),
        names: issued.names.clone(),
        check_command: check_command(&bundle, directory),
        files,
    })
}

fn check_command(bundle: &Bundle, directory: &BundleDirectory) -> String {
    let file = |kind| {
        let name = bundle.artefact(kind).map(csr_tools::Artefact::file_name).unwrap_or_default();
        quoted(&directory.path().join(name))
    };
    format!(
        "openssl verify -CAfile {} -untrusted {} {}",
        quoted(&directory.root_path()),
        file(csr_tools::ArtefactKind::Chain),
        file(csr_tools::ArtefactKind::Certificate)
    )
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    if path.chars().all(plain) { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}
