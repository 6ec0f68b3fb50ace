//! What the menu offers: a route for each action of the engine, by its name.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cert_domain::{DocumentFile, DocumentForm, EvidenceForm, Form, OfferForm, ReissueForm};
use cert_lifecycle::view::{EmailStateView, OrderReportView, VerificationView};
use cert_lifecycle::{Acted, ActedView, Action, Error, Role, ServiceId};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::services::{ServiceAnswer, shown};
use super::{POST, sales};
use crate::call::{Call, Reply};
use crate::problem::Problem;
use crate::route::{Access, Route, SchemaOf, schema_of};
use crate::token::Scope;

/// Documents for the CA: 30 MB, and what surrounds them on the way.
const MOST_EVIDENCE: usize = 45 * 1024 * 1024;

/// What came of an action, and the service as it is then.
#[derive(Serialize, JsonSchema)]
struct Answered<T> {
    /// What came of it: `done`, or what `data` is.
    outcome: String,
    /// What there is to say of it.
    data: T,
    /// The service.
    service: ServiceAnswer,
}

/// A private key that was handed out.
#[derive(Serialize, JsonSchema)]
struct KeyAnswer {
    /// PKCS#8 in PEM.
    private_key: String,
}

/// Which certificate's key.
#[derive(Serialize, Deserialize, JsonSchema)]
struct WhoseKey {
    /// The certificate. Left out, the newest.
    serial_number: Option<String>,
}

/// A payment.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Payment {
    /// The day it was made on.
    paid_on: Date,
    /// The first day of the period that it is for, of the first period, too: told again, a period counts once.
    period_start: Date,
}

/// A link that was made.
#[derive(Serialize, JsonSchema)]
struct LinkAnswer {
    /// Opens the form for whoever has it.
    token: String,
}

/// Documents for validation officers.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Evidence {
    /// A note for the CA; may be left out.
    note: Option<String>,
    /// The documents; a note may come alone.
    documents: Option<Vec<DocumentInput>>,
}

/// A document.
#[derive(Serialize, Deserialize, JsonSchema)]
struct DocumentInput {
    /// What it is, by the CA's word.
    kind: String,
    /// What it says.
    description: Option<String>,
    /// The files it consists of.
    files: Vec<FileInput>,
}

/// A file.
#[derive(Serialize, Deserialize, JsonSchema)]
struct FileInput {
    /// Its name.
    name: String,
    /// What it holds, Base64.
    content: String,
}

pub(super) fn routes() -> Vec<Route> {
    let acting = Action::ALL.iter().copied().filter(|action| *action != Action::Files);
    acting.map(route).collect()
}

fn route(action: Action) -> Route {
    let path = format!("/v1/services/{{id}}/actions/{action}");
    let summary = action.text(cert_domain::Language::English);
    let route = Route::new(POST, path, Access::Scope(scope(action)), summary, move |call| act(call, action));
    let route = route.takes_what(takes(action));
    let route = match action {
        Action::SubmitEvidence => route.at_most(MOST_EVIDENCE),
        Action::TakeKey => route.wants_key(),
        _ => route,
    };
    match action {
        Action::OrderReport => route.gives::<Answered<OrderReportView>>(200),
        Action::NameStates => route.gives::<Answered<Vec<VerificationView>>>(200),
        Action::EmailState => route.gives::<Answered<Option<EmailStateView>>>(200),
        Action::PurgeKeys => route.gives::<Answered<usize>>(200),
        Action::TakeKey => route.gives::<Answered<KeyAnswer>>(200),
        Action::ResendConfiguration => route.gives::<Answered<LinkAnswer>>(200),
        _ => route.gives::<Answered<()>>(200),
    }
}

fn scope(action: Action) -> Scope {
    match action {
        Action::OrderReport | Action::NameStates | Action::EmailState => Scope::Read,
        Action::TakeKey => Scope::Keys,
        Action::ReceivePayment => Scope::Billing,
        Action::Configure
        | Action::RequestCheck
        | Action::ChangeMethod
        | Action::ResendVerification
        | Action::SubmitEvidence
        | Action::Reissue
        | Action::Renew
        | Action::StoreRequest
        | Action::Revoke
        | Action::SendCertificate
        | Action::RequestCancellation
        | Action::WithdrawCancellation => Scope::Write,
        // What is added later is the reseller's until somebody says otherwise.
        _ => Scope::Admin,
    }
}

/// What an action takes; nothing where it asks for nothing.
fn takes(action: Action) -> Option<SchemaOf> {
    match action {
        Action::Configure => Some(schema_of::<Form>()),
        Action::SubmitEvidence => Some(schema_of::<Evidence>()),
        Action::ChangeOffer => Some(schema_of::<OfferForm>()),
        Action::ReceivePayment => Some(schema_of::<Payment>()),
        Action::TakeKey => Some(schema_of::<WhoseKey>()),
        _ => {
            action.form_schema(&mut schemars::SchemaGenerator::default())?;
            Some(Arc::new(move |schemas| action.form_schema(schemas).unwrap_or_default()))
        }
    }
}

/// What came of an action, without the service: what is done once.
#[derive(Serialize, Deserialize)]
struct Outcome {
    outcome: String,
    data: Value,
}

async fn act(call: Call, action: Action) -> Result<Reply, Problem> {
    let (id, owned) = call.service().await?;
    let Outcome { outcome, data } = match action {
        Action::TakeKey => take_key(&call, id).await?,
        _ => call.once.carry_out(carry_out(&call, id, action)).await?,
    };
    let service = shown(&call, id, &owned, call.role).await?;
    Reply::ok(&Answered::<Value> { outcome, data, service })
}

async fn carry_out(call: &Call, id: ServiceId, action: Action) -> Result<Outcome, Problem> {
    let lifecycle = call.lifecycle();
    let role = role(call, action);
    let acted = match action {
        Action::Configure => {
            let form: Form = call.form()?;
            let done = lifecycle.configure_once(id, &form).await;
            done.map_err(|error| Problem::of_form(error, |finding| form.field_of(finding)))?;
            Acted::Done
        }
        Action::Reissue => {
            let form: ReissueForm = call.form()?;
            let done = lifecycle.act_once(id, role, action, &call.input()?).await;
            done.map_err(|error| Problem::of_form(error, |finding| form.field_of(finding)))?
        }
        Action::SubmitEvidence => {
            let evidence = evidence(call.form()?)?;
            offered(call, id, action).await?;
            let found = evidence.problems();
            if !found.is_empty() {
                return Err(Problem::Form(
                    found.into_iter().map(|(field, found)| (Some(field), found)).collect(),
                ));
            }
            lifecycle.submit_evidence(id, &evidence).await?;
            Acted::Done
        }
        Action::ReceivePayment => {
            let payment: Payment = call.form()?;
            lifecycle.act(id, role, action, &json!(payment)).await?
        }
        Action::ChangeOffer => {
            let offer = sales::offer(&call.form()?, "")?;
            let offer = serde_json::to_value(offer).map_err(|error| Problem::Internal(error.to_string()))?;
            let done = lifecycle.act(id, role, action, &offer).await;
            done.map_err(|error| Problem::of_form(error, |finding| sales::field_of(finding, "")))?
        }
        _ => lifecycle.act_once(id, role, action, &call.input()?).await?,
    };
    let view = serde_json::to_value(ActedView::of(&acted, call.language));
    let mut view = view.map_err(|error| Problem::Internal(error.to_string()))?;
    let data = match &acted {
        Acted::Invited(token) => json!(LinkAnswer { token: token.reveal().to_owned() }),
        _ => view["data"].take(),
    };
    Ok(Outcome { outcome: view["outcome"].as_str().unwrap_or_default().to_owned(), data })
}

/// A key on its way out of the vault.
#[derive(Serialize, Deserialize)]
struct Taken {
    serial_number: String,
    private_key: String,
}

/// Hands a private key out. It is noted under the call's own key before the vault lets go of it: whatever fails in between, it
/// is in one of the two.
async fn take_key(call: &Call, id: ServiceId) -> Result<Outcome, Problem> {
    if !call.once.has_key() {
        return Err(Problem::KeyNeeded);
    }
    let lifecycle = call.lifecycle();
    let before: Option<Taken> = call.once.before()?;
    let is_noted = before.is_some();
    let taken = match before {
        Some(taken) => taken,
        None => {
            let taken = to_be_taken(call, id).await?;
            call.once.note(&taken).await?;
            taken
        }
    };
    match lifecycle.take_key(id, Some(&taken.serial_number)).await {
        Ok(_) => {}
        Err(Error::NoKey) if is_noted => {}
        Err(error) => {
            // Somebody else has just taken it.
            if matches!(error, Error::NoKey) {
                call.once.forget().await?;
            }
            return Err(error.into());
        }
    }
    Ok(Outcome { outcome: "key".to_owned(), data: json!(KeyAnswer { private_key: taken.private_key }) })
}

async fn to_be_taken(call: &Call, id: ServiceId) -> Result<Taken, Problem> {
    let WhoseKey { serial_number } = call.form()?;
    offered(call, id, Action::TakeKey).await?;
    let lifecycle = call.lifecycle();
    let service = lifecycle.service(id).await?;
    let certificate = match serial_number.as_deref().map(str::trim).filter(|serial| !serial.is_empty()) {
        Some(serial) => service.certificate_with(serial),
        None => service.certificate(),
    };
    let serial_number = certificate.ok_or(Error::NoCertificate)?.certificate.serial_number.clone();
    let key = lifecycle.kept_key(id, Some(&serial_number)).await?;
    let private_key = key.to_pkcs8_pem().map_err(Error::Key)?.to_string();
    Ok(Taken { serial_number, private_key })
}

/// As whom an action is asked for. What is the reseller's alone is asked for as the reseller: the scope says that it may be.
fn role(call: &Call, action: Action) -> Role {
    let is_resellers = matches!(scope(action), Scope::Admin | Scope::Billing);
    if is_resellers { Role::Reseller } else { call.role }
}

/// Refuses what the menu has not.
async fn offered(call: &Call, id: ServiceId, action: Action) -> Result<(), Problem> {
    let lifecycle = call.lifecycle();
    if lifecycle.actions(id, role(call, action)).await?.contains(&action) {
        return Ok(());
    }
    let state = lifecycle.service(id).await?.state.kind();
    Err(Error::NotOffered { action, state }.into())
}

fn evidence(input: Evidence) -> Result<EvidenceForm, Problem> {
    let mut documents = Vec::new();
    for (line, document) in input.documents.unwrap_or_default().into_iter().enumerate() {
        let mut files = Vec::new();
        for (number, file) in document.files.into_iter().enumerate() {
            let (english, polish) = ("is not Base64", "nie jest w formacie Base64");
            let field = format!("documents.{line}.files.{number}.content").into();
            let content = BASE64_STANDARD.decode(file.content.trim());
            let content = content.map_err(|_| Problem::Field { field, english, polish })?;
            files.push(DocumentFile { name: file.name, content });
        }
        let description = document.description.unwrap_or_default();
        documents.push(DocumentForm { kind: document.kind, description, files });
    }
    Ok(EvidenceForm { note: input.note.unwrap_or_default(), documents })
}
