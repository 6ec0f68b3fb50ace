//! `csr`: certificate requests.

use cert_lifecycle::Blame;
use cert_lifecycle::view::PastedRequestView;
use csr_tools::{AttributeType, CertificateRequest, KeyAlgorithm, Policy, PrivateKey, Profile as P};
use serde_json::json;

use crate::args::{Args, LEVELS};
use crate::failure::Failure;
use crate::output::say;
use crate::session::{self, Session, write_new};

pub(crate) fn new(session: &Session<'_>, args: Args<'_>) -> Result<(), Failure> {
    if args.file("key").or(args.file("key-out")).is_none() {
        return Err(Failure::usage("usage-missing", &[("argument", &"--key-out")]));
    }
    let names = args.all::<String>("name");
    let mut builder = CertificateRequest::builder().dns_names(names.iter().cloned());
    let common_name = args.get::<String>("common-name").or(names.first().cloned());
    if let Some(common_name) = &common_name {
        builder = builder.common_name(common_name);
    }
    for (name, value) in args.all::<(String, String)>("subject") {
        let kind = AttributeType::all().find(|kind| kind.short_name() == Some(&*name));
        let unknown = || Failure::usage("failed-no-attribute", &[("attribute", &name)]);
        builder = builder.attribute(kind.ok_or_else(unknown)?, value);
    }
    let failed = |error: &dyn ToString| Failure::usage("failed-request", &[]).because(error.to_string());
    let key = match args.file("key") {
        Some(path) => PrivateKey::read(session::read(path)?).map_err(|error| Failure::file(path, error))?,
        None => {
            let algorithm = args.text("algorithm").parse::<KeyAlgorithm>().map_err(|error| failed(&error))?;
            PrivateKey::generate(algorithm).map_err(|error| failed(&error))?
        }
    };
    let request = builder.sign(&key).map_err(|error| failed(&error))?;
    if let Some(path) = args.file("key-out") {
        write_new(path, key.to_pkcs8_pem().map_err(|error| failed(&error))?.as_bytes(), true)?;
    }
    match args.file("out").filter(|path| path.as_os_str() != "-") {
        Some(path) => write_new(path, request.to_pem().as_bytes(), false)?,
        None if !session.output.json => {
            say(request.to_pem().trim_end());
            return Ok(());
        }
        None => {}
    }
    session.output.show(&json!({
        "csr_file": args.file("out"),
        "key_file": args.file("key-out").or(args.file("key")),
        "spki_sha256": request.public_key_hash().to_string(),
        "csr": request.to_pem(),
    }));
    Ok(())
}

/// `decode` and `check`. Of what is no request both have nothing but the finding that it is none.
pub(crate) fn read(session: &Session<'_>, command: &str, args: Args<'_>) -> Result<(), Failure> {
    let profiles =
        [P::DomainValidated, P::OrganizationValidated, P::ExtendedValidation, P::Mailbox, P::CodeSigning];
    let level = args.get::<String>("level").unwrap_or_default();
    let profile = LEVELS.iter().zip(profiles).find(|(word, _)| **word == level);
    let policy = Policy::certum().profile(profile.map_or(P::DomainValidated, |(_, profile)| profile));
    let input = args.file("file").map(session::read).transpose()?.unwrap_or_default();
    let pasted = PastedRequestView::of(&input, &policy, session.language());
    session.output.show(&pasted);
    if pasted.is_good() || (command == "decode" && pasted.request.is_some()) {
        Ok(())
    } else {
        Err(Failure::told(Blame::Input))
    }
}
