//! The form of an order, before it is handed in.

use cert_domain::{Form, KeyChoice, Step};
use cert_lifecycle::view::{
    CheckView, FindingView, InstructionView, NameReportView, ValidationView, VerificationView,
};
use cert_lifecycle::{Error, Role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{GET, POST, PUT, READ, WRITE};
use crate::call::{Call, Reply};
use crate::problem::Problem;
use crate::route::Route;
use crate::token::Scope;

#[derive(Deserialize, JsonSchema)]
struct Steps {
    /// Which step is checked. Left out, all of the form.
    step: Option<Step>,
}

/// What came of checking a form.
#[derive(Serialize, JsonSchema)]
struct Checked {
    /// Whether it is in order.
    is_valid: bool,
    /// Everything that is wrong, each with the field of the form.
    findings: Vec<FindingView>,
}

/// A key and a request for it.
#[derive(Serialize, JsonSchema)]
struct Made {
    /// The request, PEM: to be put into the form.
    csr: String,
    /// The key, PKCS#8 in PEM: here and now, and never again. Null for a token without the scope `keys`.
    private_key: Option<String>,
    /// Whether the key is kept.
    is_kept: bool,
}

/// What is to be proved, and how far that is.
#[derive(Serialize, JsonSchema)]
struct Verification {
    /// What the customer has to do.
    instructions: Vec<InstructionView>,
    /// What the CA last said about each name.
    verifications: Vec<VerificationView>,
    /// What the CA last said about the order's verifications.
    checks: Vec<CheckView>,
}

/// What can be seen of the proofs from here.
#[derive(Serialize, JsonSchema)]
struct SeenNames {
    names: Vec<NameReportView>,
}

pub(super) fn routes() -> Vec<Route> {
    let draft = "/v1/services/{id}/draft";
    vec![
        Route::new(GET, draft, READ, "The form as it was left", see_draft).gives::<Form>(200),
        Route::new(PUT, draft, WRITE, "Keep a form that is gone on with later", keep_draft)
            .takes::<Form>()
            .gives_nothing(),
        Route::new(POST, "/v1/services/{id}/check", READ, "Check a form, or one step of it", check)
            .asks::<Steps>()
            .takes::<Form>()
            .gives::<Checked>(200),
        Route::new(POST, "/v1/services/{id}/validate", READ, "Check a form here and at the CA", validate)
            .takes::<Form>()
            .gives::<ValidationView>(200),
        Route::new(POST, "/v1/services/{id}/request", WRITE, "Make a key and a request", make)
            .takes::<Form>()
            .gives::<Made>(200),
        Route::new(
            GET,
            "/v1/services/{id}/verification",
            READ,
            "What is to be proved, and how far that is",
            verification,
        )
        .gives::<Verification>(200),
        Route::new(
            POST,
            "/v1/services/{id}/precheck",
            READ,
            "See whether the proofs are where the CA will look",
            precheck,
        )
        .gives::<SeenNames>(200),
    ]
}

async fn see_draft(call: Call) -> Result<Reply, Problem> {
    let (id, _) = call.service().await?;
    Reply::ok(&call.gateway.lifecycle.draft(id).await?)
}

async fn keep_draft(call: Call) -> Result<Reply, Problem> {
    let (id, _) = call.service().await?;
    let form: Form = call.form()?;
    call.lifecycle().save_draft(id, &form).await?;
    Ok(Reply::nothing())
}

async fn check(call: Call) -> Result<Reply, Problem> {
    let (id, _) = call.service().await?;
    let (Steps { step }, form): (_, Form) = (call.query()?, call.form()?);
    let offer = call.gateway.lifecycle.service(id).await?.offer;
    let found = match step {
        Some(step) => offer.check_step(&form, step).err(),
        None => offer.check(&form).err(),
    };
    let shown = |finding| {
        let mut view = FindingView::of(finding, call.language);
        view.field = form.field_of(finding);
        view
    };
    let findings: Vec<_> = found.iter().flat_map(|all| all.as_slice()).map(shown).collect();
    Reply::ok(&Checked { is_valid: findings.is_empty(), findings })
}

async fn validate(call: Call) -> Result<Reply, Problem> {
    let (id, _) = call.service().await?;
    let form: Form = call.form()?;
    let lifecycle = &call.gateway.lifecycle;
    let service = lifecycle.service(id).await?;
    let validation = lifecycle.validate(&service.customer, &service.offer, &form).await?;
    Reply::ok(&ValidationView::of(&validation, call.language))
}

async fn make(call: Call) -> Result<Reply, Problem> {
    let (id, _) = call.service().await?;
    let form: Form = call.form()?;
    let is_kept = matches!(form.key, KeyChoice::Generate { keep: true, .. });
    let has_vault = call.gateway.lifecycle.terms().makes_keys;
    // A key that nobody is handed and nobody keeps is of no use.
    if !(is_kept && has_vault) {
        call.may(Scope::Keys)?;
    }
    let made = call.lifecycle().generate_request(id, &form).await;
    let made = made.map_err(|error| Problem::of_form(error, |finding| form.field_of(finding)))?;
    let pem = made.key.to_pkcs8_pem().map_err(Error::Key)?;
    let private_key = call.may(Scope::Keys).is_ok().then(|| pem.to_string());
    Reply::ok(&Made { csr: made.csr, private_key, is_kept: made.is_kept })
}

async fn verification(call: Call) -> Result<Reply, Problem> {
    let (id, _) = call.service().await?;
    let view = call.gateway.lifecycle.view(id, Role::Customer, call.language).await?;
    let (instructions, verifications, checks) = (view.instructions, view.verifications, view.checks);
    Reply::ok(&Verification { instructions, verifications, checks })
}

async fn precheck(call: Call) -> Result<Reply, Problem> {
    let (id, _) = call.service().await?;
    let reports = call.gateway.lifecycle.precheck(id).await?;
    let names = reports.iter().map(|report| NameReportView::of(report, call.language)).collect();
    Reply::ok(&SeenNames { names })
}
