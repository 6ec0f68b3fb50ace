//! Proofs: what is to be published, what was seen of it, documents.

use cert_domain::{DocumentForm, DocumentKind, EvidenceForm, Finding};
use cert_lifecycle::view::NameReportView;
use cert_lifecycle::{Action, Error, State as Stands};
use serde_json::{Value as Json, json};

use super::{Answer, At, menu};
use crate::page::Mistakes;
use crate::problem::Problem;
use crate::visitor::Post;

pub(super) async fn look(at: At) -> Answer {
    show(&at, json!({}), None).await
}

/// The page, after a look of our own if one was asked for, with what was filled in of documents.
async fn show(at: &At, input: Json, mistakes: Option<Mistakes>) -> Answer {
    let (owned, language) = (&at.owned, at.visitor.language);
    let seen = match &owned.service.state {
        Stands::Validating(_) if at.visitor.query.has("looked") => {
            owned.lifecycle.precheck(owned.id).await.unwrap_or_default()
        }
        _ => Vec::new(),
    };
    let content = json!({
        "seen": seen.iter().map(|report| NameReportView::of(report, language)).collect::<Vec<_>>(),
        "kinds": menu(DocumentKind::ALL, |kind| kind.text(language)),
        "input": input,
    });
    at.page("client/verification.html", mistakes, content).await
}

/// Does in the sandbox what customer, mailbox and officers would, so that a demonstration can be walked by clicks.
pub(super) async fn publish(at: At, _: Post) -> Answer {
    let sandbox = at.shop.sandbox.as_deref().ok_or(Problem::NotFound)?;
    let Stands::Validating(validating) = &at.owned.service.state else { return Err(Problem::NotPossible) };
    sandbox.satisfy(validating.order_id.as_str()).await.map_err(|_| Problem::NotPossible)?;
    if at.owned.may(Action::RequestCheck).await.is_ok() {
        at.owned.lifecycle.request_check(at.owned.id).await?;
    }
    at.go("/verification?said=my-published")
}

pub(super) async fn hand_in(at: At, post: Post) -> Answer {
    at.owned.may(Action::SubmitEvidence).await?;
    let text = |name| post.fields.get(name).to_owned();
    let (kind, description) = (text("documents.kind"), text("documents.description"));
    // A note may come alone.
    let is_alone = post.files.is_empty() && description.is_empty();
    let document = (!is_alone).then_some(DocumentForm { kind, description, files: post.files });
    let evidence = EvidenceForm { note: text("note"), documents: document.into_iter().collect() };
    match at.owned.lifecycle.submit_evidence(at.owned.id, &evidence).await {
        Ok(()) => at.go("/verification?said=submit_evidence"),
        Err(Error::Findings(findings)) => {
            let field_of = |finding: &Finding| finding.form_field().map(Into::into);
            let mistakes = Mistakes::of(&findings, at.visitor.language, field_of);
            show(&at, post.fields.value()?, Some(mistakes)).await
        }
        Err(error) => Err(error.into()),
    }
}
