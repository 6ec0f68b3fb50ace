//! The form of an order, in two steps.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use cert_domain::{
    BusinessCategory, Demand, Findings, Form, KeyChoice, NameEntry, NameRule, ServerType, Step, SubjectField,
};
use cert_lifecycle::{Action, Error};
use csr_tools::{KeyAlgorithm, PrivateKey};
use serde_json::json;

use super::{Answer, At, Owned, menu};
use crate::page::Mistakes;
use crate::problem::Problem;
use crate::visitor::Post;

/// The step that the page was asked for.
fn step(at: &At) -> Step {
    if at.visitor.query.get("step") == "names" { Step::Names } else { Step::Certificate }
}

pub(super) async fn look(at: At) -> Answer {
    at.owned.may(Action::Configure).await?;
    let mut form = at.owned.lifecycle.draft(at.owned.id).await?;
    let (contact, user) = (&mut form.contact, &at.owned.user);
    if contact.email.is_empty() && user.customer == at.owned.service.customer {
        contact.first_name.clone_from(&user.first_name);
        contact.last_name.clone_from(&user.last_name);
        contact.email.clone_from(&user.email);
    }
    show(&at, step(&at), &form, None).await
}

/// Takes what was filled in of a step, and keeps it, whatever is wrong with it.
pub(super) async fn fill_in(at: At, post: Post) -> Answer {
    at.owned.may(Action::Configure).await?;
    let (owned, offer) = (&at.owned, &at.owned.service.offer);
    let (mut step, act) = (step(&at), post.fields.get("act"));
    let before = owned.lifecycle.draft(owned.id).await?;
    let sent: Form = post.fields.form()?;
    let mut form = match act {
        // The key was handed over: who orders has it, and brings the request.
        "order_made" => Form { key: KeyChoice::Request, csr: sent.csr, ..before },
        _ => merge(step, before, sent),
    };
    let filled_in = if act == "details" { form.fill_from_csr() } else { Ok(()) };
    form.arrange_names(offer.product.kind);
    if act == "add_name" {
        form.names.push(NameEntry::default());
    }
    owned.lifecycle.save_draft(owned.id, &form).await?;
    let findings = match (filled_in, act) {
        (Err(findings), _) => findings,
        (_, "continue") => match offer.check_step(&form, step) {
            Ok(()) => return at.go("/configure?step=names"),
            Err(findings) => findings,
        },
        (_, "order" | "order_made") => match place(&at, &mut form).await {
            Err(Problem::Lifecycle(Error::Findings(findings))) => findings,
            done => return done,
        },
        (_, "save") => return at.go("?said=draft"),
        (_, "back") => return at.go("/configure"),
        _ => return show(&at, step, &form, None).await,
    };
    // What the first step asks is said there.
    if act != "continue" && offer.check_step(&form, Step::Certificate).is_err() {
        step = Step::Certificate;
    }
    show(&at, step, &form, Some(&findings)).await
}

/// One step of the form as it was sent, the other as it was.
fn merge(step: Step, before: Form, mut sent: Form) -> Form {
    if step == Step::Names {
        let Form { names, method, send_messages, .. } = sent;
        return Form { names, method, send_messages, ..before };
    }
    // What was made for a key is made anew with the next one.
    if matches!(sent.key, KeyChoice::Generate { .. }) {
        sent.csr.clear();
    }
    Form { names: before.names, method: before.method, send_messages: before.send_messages, ..sent }
}

/// Orders. A fresh key that is not kept is handed over first, and its page orders with it: whoever sends a form twice has
/// two keys, and no order for one that was never seen.
async fn place(at: &At, form: &mut Form) -> Answer {
    let (owned, lifecycle) = (&at.owned, &at.owned.lifecycle);
    if let KeyChoice::Generate { .. } = form.key {
        let fresh = lifecycle.generate_request(owned.id, form).await?;
        form.csr.clone_from(&fresh.csr);
        if !fresh.is_kept {
            owned.service.offer.check(form).map_err(Error::Findings)?;
            return show_key(at, &fresh.key, &fresh.csr).await;
        }
    }
    lifecycle.configure(owned.id, form).await?;
    at.go("?said=configured")
}

/// The answer that hands a private key over, with the request that is to be ordered with, if one is.
pub(super) async fn show_key(at: &At, key: &PrivateKey, csr: &str) -> Answer {
    let pem = key.to_pkcs8_pem().map_err(Error::Key)?;
    at.page("client/key.html", None, json!({ "key": pem.as_str(), "csr": csr })).await
}

/// Gives the key that the page with it sends back as a file: nothing here has it any longer.
pub(super) async fn save_key(_: Owned, post: Post) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/x-pem-file"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"private.key\""),
    ];
    (headers, post.fields.get("key").replace("\r\n", "\n") + "\n").into_response()
}

async fn show(at: &At, step: Step, form: &Form, findings: Option<&Findings>) -> Answer {
    let (offer, language) = (&at.owned.service.offer, at.visitor.language);
    let asked = SubjectField::ALL.iter().filter(|field| offer.demand(**field) != Demand::Unused);
    let subject = asked.map(|field| {
        json!({ "name": field.form_field(), "label": field.text(language), "limit": field.limit(),
            "value": form.subject.value(*field), "demand": offer.demand(*field) })
    });
    let content = json!({
        "form": form,
        "subject": subject.collect::<Vec<_>>(),
        "limit": offer.domain_limit().unwrap_or(1),
        "is_wildcard": offer.product.names == NameRule::Wildcard,
        "keeps_keys": at.owned.lifecycle.terms().makes_keys,
        "default_method": offer.default_method,
        "servers": menu(ServerType::ALL, |server| server.text(language)),
        "keys": menu(&KeyAlgorithm::ALL.iter().map(|key| key.as_str()).collect::<Vec<_>>(), |key| key.to_string()),
        "categories": menu(BusinessCategory::ALL, |category| category.text(language)),
    });
    let name = if step == Step::Names { "client/names.html" } else { "client/details.html" };
    let mistakes =
        findings.map(|findings| Mistakes::of(findings, language, |finding| form.field_of(finding)));
    at.page(name, mistakes, content).await
}
