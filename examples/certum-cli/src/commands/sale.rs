//! What is sold, to whom, and the form.

use cert_domain::{
    CustomerId, Fields, Finding, Findings, Form, NameEntry, Offer, UnknownMethod, VerificationMethod, fill,
};

use crate::args::Args;
use crate::failure::Failure;
use crate::session::{Session, read_text};

/// What the arguments sell. Everything that is wrong with the product, the customer and the method comes at once.
pub(crate) fn sale(session: &Session<'_>, args: Args<'_>) -> Result<(Offer, CustomerId, Form), Failure> {
    let mut findings = Findings::new();
    let offer = Offer::usual(args.text("product")).map_err(|finding| findings.push(finding)).ok();
    let customer = args.text("customer").parse().map_err(|finding| findings.push(finding)).ok();
    let method = method(args).map_err(|finding| findings.push(finding)).ok();
    let (Some(mut offer), Some(customer), Some(method)) = (offer, customer, method) else {
        return Err(findings.into());
    };
    offer.mode = session.settings.mode.unwrap_or_default();
    offer.language = session.language();
    let mut form = form(args)?;
    form.method = method.or(form.method);
    Ok((offer, customer, form))
}

/// The method of proof, if one is named.
pub(crate) fn method(args: Args<'_>) -> Result<Option<VerificationMethod>, Finding> {
    let named = Some(args.text("method")).filter(|text| !text.trim().is_empty());
    named.map(|text| text.parse().map_err(|error: UnknownMethod| error.finding(text))).transpose()
}

/// The form: what a file says, and what options put over it.
fn form(args: Args<'_>) -> Result<Form, Failure> {
    let unreadable = |error: &dyn ToString| Failure::usage("failed-form", &[]).because(error.to_string());
    let mut form = Form::default();
    if let Some(path) = args.file("form") {
        let text = read_text(path)?;
        let said = match path.extension().is_some_and(|extension| extension == "toml") {
            true => toml::from_str(&text).map_err(|error| Failure::file(path, error.message()))?,
            false => serde_json::from_str(&text).map_err(|error| Failure::file(path, error))?,
        };
        form = fill(&form, said).map_err(|error| unreadable(&error))?;
    }
    let contact = ["first-name", "last-name", "email", "phone"];
    let contact = contact.iter().filter_map(|option| {
        Some((format!("contact.{}", option.replace('-', "_")), args.get::<String>(option)?))
    });
    let set = args.all::<(String, String)>("set").into_iter().chain(contact);
    let set = Fields::new(set).and_then(|fields| fields.value()).map_err(|error| unreadable(&error))?;
    form = fill(&form, set).map_err(|error| unreadable(&error))?;
    if let Some(path) = args.file("csr") {
        form.csr = read_text(path)?;
    }
    let names = args.all::<String>("name");
    if !names.is_empty() {
        form.names = names.iter().map(|name| NameEntry::from(&**name)).collect();
    }
    Ok(form)
}
