//! What the form asks of a customer, for hosts to draw it.

use cert_domain::{
    BusinessCategory, Demand, DocumentKind, Form, Language, NameRule, Offer, RevocationReason, ServerType,
    SubjectField,
};
use cert_lifecycle::Error;
use csr_tools::KeyAlgorithm;
use schemars::JsonSchema;
use serde::Serialize;

use super::{GET, POST, READ};
use crate::call::{Call, Reply};
use crate::problem::Problem;
use crate::route::Route;

/// What the forms of a service ask.
#[derive(Serialize, JsonSchema)]
struct Asked {
    /// The fields of the subject that the product wants, in the order of a form.
    subject: Vec<Field>,
    /// How many lines for domains there may be, where there may be several.
    domains: Option<usize>,
    /// Whether the product certifies DNS names at all.
    has_names: bool,
    /// Whether the one name is a wildcard.
    is_wildcard: bool,
    /// Whether names can be added by a reissue.
    can_add_names: bool,
    /// How control of the names can be proved.
    methods: Vec<Word>,
    /// How it is proved unless the customer chooses otherwise.
    default_method: Option<String>,
    /// Whether keys can be kept.
    keeps_keys: bool,
    /// The kinds of key that can be made.
    keys: Vec<Word>,
    /// The servers that files are made for.
    servers: Vec<Word>,
    /// The kinds of organization that EV certificates tell apart.
    business_categories: Vec<Word>,
    /// Why a certificate can be revoked.
    revocation_reasons: Vec<Word>,
    /// What documents can be.
    document_kinds: Vec<Word>,
}

/// A field of the subject.
#[derive(Serialize, JsonSchema)]
struct Field {
    /// The field of the form, such as `subject.organization`.
    field: &'static str,
    /// What it is called.
    text: &'static str,
    /// The most characters.
    limit: usize,
    /// Whether it has to be filled in: `needed`, `either_place` (this or the other of locality and state) or `welcome`.
    demand: String,
}

/// Something that can be chosen.
#[derive(Serialize, JsonSchema)]
struct Word {
    /// What stands in the form.
    id: String,
    /// What it is called.
    text: String,
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new(GET, "/v1/services/{id}/form", READ, "What the forms ask", form).gives::<Asked>(200),
        Route::new(POST, "/v1/services/{id}/fill", READ, "Fill in what the form's request says", fill)
            .takes::<Form>()
            .gives::<Form>(200),
    ]
}

async fn form(call: Call) -> Result<Reply, Problem> {
    let (id, _) = call.service().await?;
    let offer = call.gateway.lifecycle.service(id).await?.offer;
    Reply::ok(&asked(&offer, call.gateway.lifecycle.terms().makes_keys, call.language))
}

fn asked(offer: &Offer, keeps_keys: bool, language: Language) -> Asked {
    let wanted = SubjectField::ALL.iter().filter(|field| offer.demand(**field) != Demand::Unused);
    let subject = wanted.map(|field| Field {
        field: field.form_field(),
        text: field.text(language),
        limit: field.limit(),
        demand: word(&offer.demand(*field)),
    });
    Asked {
        subject: subject.collect(),
        domains: offer.domain_limit(),
        has_names: offer.product.names != NameRule::None,
        is_wildcard: offer.product.names == NameRule::Wildcard,
        can_add_names: offer.can_add_names(),
        methods: words(&offer.methods(), |method| method.text(language)),
        default_method: offer.default_method.as_ref().map(ToString::to_string),
        keeps_keys,
        keys: KeyAlgorithm::ALL
            .iter()
            .map(|key| Word { id: key.as_str().to_owned(), text: key.to_string() })
            .collect(),
        servers: words(ServerType::ALL, |server| server.text(language).to_owned()),
        business_categories: words(BusinessCategory::ALL, |kind| kind.text(language).to_owned()),
        revocation_reasons: words(RevocationReason::ALL, |reason| reason.text(language).to_owned()),
        document_kinds: words(DocumentKind::ALL, |kind| kind.text(language).to_owned()),
    }
}

fn words<T: Serialize>(all: &[T], text: impl Fn(&T) -> String) -> Vec<Word> {
    all.iter().map(|item| Word { id: word(item), text: text(item) }).collect()
}

/// What stands in forms for something that is written as a word.
fn word(item: &impl Serialize) -> String {
    let written = serde_json::to_value(item).unwrap_or_default();
    written.as_str().unwrap_or_default().to_owned()
}

async fn fill(call: Call) -> Result<Reply, Problem> {
    let (id, _) = call.service().await?;
    let mut form: Form = call.form()?;
    let kind = call.gateway.lifecycle.service(id).await?.offer.product.kind;
    let filled_in = form.fill_from_csr().map_err(Error::Findings);
    filled_in.map_err(|error| Problem::of_form(error, |finding| form.field_of(finding)))?;
    form.arrange_names(kind);
    Reply::ok(&form)
}
