//! What can be done with a service: a form or a confirmation for each action, and what came of it.

use axum::extract::Path;
use cert_domain::{ReissueForm, RevocationReason};
use cert_lifecycle::{Acted, ActedView, Action, Error};
use serde_json::{Value as Json, json};

use super::configuring::show_key;
use super::{Answer, At, menu};
use crate::page::Mistakes;
use crate::problem::Problem;
use crate::visitor::Post;

/// The action of a path, if it can be done now.
async fn offered(at: &At, name: &str) -> Result<Action, Problem> {
    let action: Action = name.parse().map_err(|_| Problem::NotFound)?;
    at.owned.may(action).await.map(|()| action)
}

pub(super) async fn ask(at: At, Path((_, name)): Path<(String, String)>) -> Answer {
    match offered(&at, &name).await? {
        Action::Configure => at.go("/configure"),
        Action::SubmitEvidence => at.go("/verification"),
        Action::Files => at.go("/certificates"),
        action => show(&at, action, json!({}), None).await,
    }
}

pub(super) async fn act(at: At, Path((_, name)): Path<(String, String)>, post: Post) -> Answer {
    let action = offered(&at, &name).await?;
    let mut input = post.fields.value()?;
    if let Json::Object(input) = &mut input {
        let surplus = [input.remove("csrf"), input.remove("act")];
        if surplus.contains(&Some("add_name".into()))
            && let Json::Array(added) = input.entry("added").or_insert_with(|| json!([]))
        {
            added.push(json!({}));
            return show(&at, action, json!(input), None).await;
        }
        // A box that is not ticked is not sent.
        if action == Action::RequestCancellation {
            input.entry("at_end_of_period").or_insert(false.into());
        }
    }
    if action == Action::ChangeOffer {
        input = json!(at.shop.sales.offer(post.fields.get("offer")).await?.offer);
    }
    let outcome = at.owned.lifecycle.act(at.owned.id, at.owned.role, action, &input).await;
    let language = at.visitor.language;
    let mistakes = match outcome {
        Ok(Acted::Key(key)) => return show_key(&at, &key, "").await,
        Ok(found @ (Acted::Report(_) | Acted::Names(_) | Acted::Email(_))) => {
            let content = json!({ "title": action.text(language), "found": ActedView::of(&found, language) });
            return at.page("client/report.html", None, content).await;
        }
        Ok(_) => {
            let page = match action {
                Action::RequestCheck => "/verification?looked=1&",
                Action::ChangeMethod | Action::ResendVerification => "/verification?",
                _ => "?",
            };
            return at.go(&format!("{page}said={action}"));
        }
        Err(Error::Findings(findings)) => {
            let reissue: ReissueForm = serde_json::from_value(input.clone()).unwrap_or_default();
            Some(Mistakes::of(&findings, language, |finding| match action {
                Action::Reissue => reissue.field_of(finding),
                _ => finding.form_field().map(Into::into),
            }))
        }
        Err(Error::Input(wrong)) => {
            let mut mistakes = Mistakes::default();
            mistakes.add(Some(wrong.field), wrong.problem.text(language).into(), None);
            Some(mistakes)
        }
        Err(error) => return Err(error.into()),
    };
    show(&at, action, input, mistakes).await
}

/// The form of an action, as it was filled in.
async fn show(at: &At, action: Action, input: Json, mistakes: Option<Mistakes>) -> Answer {
    let (offer, language) = (&at.owned.service.offer, at.visitor.language);
    let mut offers = at.shop.sales.offers().await?;
    offers.retain(|(_, other)| other.offer.product.code == offer.product.code);
    let paid = at.owned.service.account.paid_through;
    let next_period = paid.and_then(|paid| paid.date().tomorrow().ok()).unwrap_or(at.shop.today());
    let content = json!({
        "action": action, "title": action.text(language), "is_irreversible": action.is_irreversible(),
        "input": input, "may_add": offer.can_add_names(), "today": at.shop.today(),
        "next_period": next_period,
        "reasons": menu(RevocationReason::ALL, |reason| reason.text(language)),
        "offers": offers.iter().map(|(key, other)| json!([key, other.offer.display_name()])).collect::<Vec<_>>(),
    });
    at.page("client/do.html", mistakes, content).await
}
