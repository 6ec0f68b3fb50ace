//! Everything that is wrong with a form at once: what we find, and what the CA says.

use cert_domain::{CustomerId, Finding, Findings, Form, Offer};
use serde::{Deserialize, Serialize};

use super::Lifecycle;
use crate::authority::{AuthorityError, NewOrder};
use crate::draft::DraftOrder;
use crate::error::Error;
use crate::{OrderId, ServiceId};

/// What came of validating a form.
#[derive(Debug)]
#[non_exhaustive]
pub struct Validation {
    /// Everything that is wrong with it, in the order of the form's fields. What no field is asked for comes last.
    pub findings: Vec<FormFinding>,
    /// Whether the CA has said its part.
    pub authority: SecondOpinion,
}

impl Validation {
    /// Whether the form is in order, and the CA says so, too.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.findings.is_empty() && matches!(self.authority, SecondOpinion::Heard)
    }
}

/// Something that is wrong with a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FormFinding {
    /// What it is: in our words, where we found it, too.
    #[serde(flatten)]
    pub finding: Finding,
    /// The field of the form that it is about, by [`Form::field_of`].
    pub form_field: Option<String>,
    /// Who says so.
    pub said_by: SaidBy,
}

/// Who says that something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums, reason = "there are the two sides")]
pub enum SaidBy {
    /// We do.
    Us,
    /// The CA does.
    Authority,
    /// We and the CA do.
    Both,
}

/// Whether the CA has looked at a form.
#[derive(Debug)]
#[non_exhaustive]
pub enum SecondOpinion {
    /// It has, and its findings are among the others.
    Heard,
    /// It was not asked: it takes no form that isn't in order, or the offer is for its other service.
    NotAsked,
    /// It was asked, and did not say.
    Unanswered(AuthorityError),
}

impl Lifecycle {
    /// Says everything that is wrong with a form for an offer, before anything is sold: what we find and what the CA says,
    /// which is asked also where we find something. The same code about the same field comes once. Nothing is stored or
    /// placed, and nothing is sent that is not a request where one belongs.
    ///
    /// # Errors
    /// If the source of randomness fails. What the CA did not say is no error: see [`Validation::authority`].
    pub async fn validate(
        &self,
        customer: &CustomerId,
        offer: &Offer,
        form: &Form,
    ) -> Result<Validation, Error> {
        let checked = offer.check(form);
        // An identifier that no order has.
        let id = ServiceId::new(self.parts.now(), &*self.parts.entropy)?;
        let order_id = OrderId::for_attempt(id, 1);
        let other_mode = self.parts.other_mode(offer);
        let answer = match &checked {
            _ if other_mode.is_some() => Ok(None),
            Ok(configuration) => {
                let order = NewOrder::new(order_id, customer, offer, configuration);
                match self.parts.authority.check_order(&order).await {
                    Ok(()) => Ok(Some(Findings::new())),
                    Err(AuthorityError::Refused(findings) | AuthorityError::Blocked(findings)) => {
                        Ok(Some(findings))
                    }
                    Err(error) => Err(error),
                }
            }
            Err(_) => {
                let draft = DraftOrder::new(order_id, customer, offer, form);
                let is_kept_back = draft.request.is_none() && !form.csr.trim().is_empty();
                let answer = self.parts.authority.check_draft(&draft).await;
                // Of a request that was kept from it, the CA can only say that there is none.
                let is_told = |finding: &Finding| !(is_kept_back && is_about_request(finding));
                answer.map(|findings| findings.map(|all| all.into_iter().filter(is_told).collect()))
            }
        };
        let ours = other_mode.into_iter().chain(checked.err().unwrap_or_default());
        let (theirs, authority) = match answer {
            Ok(Some(findings)) => (findings, SecondOpinion::Heard),
            Ok(None) => (Findings::new(), SecondOpinion::NotAsked),
            Err(error) => (Findings::new(), SecondOpinion::Unanswered(error)),
        };
        Ok(Validation { findings: merge(form, ours, theirs), authority })
    }
}

fn is_about_request(finding: &Finding) -> bool {
    finding.form_field().as_deref() == Some("csr")
}

/// Both lists as one: what both say once, in our words.
fn merge(form: &Form, ours: impl Iterator<Item = Finding>, theirs: Findings) -> Vec<FormFinding> {
    let mut merged: Vec<FormFinding> = Vec::new();
    let all = ours.map(|finding| (finding, SaidBy::Us));
    for (finding, said_by) in all.chain(theirs.into_iter().map(|finding| (finding, SaidBy::Authority))) {
        let form_field = form.field_of(&finding);
        match merged.iter_mut().find(|known| is_same(known, &finding, form_field.as_deref())) {
            Some(known) if known.said_by != said_by => known.said_by = SaidBy::Both,
            Some(known) if known.finding == finding => {}
            _ => merged.push(FormFinding { finding, form_field, said_by }),
        }
    }
    merged.sort_by_key(|known| form.place_of(&known.finding));
    merged
}

/// Whether two findings say the same of the same field. Where no form asks for it, the CA's path is the field.
fn is_same(known: &FormFinding, finding: &Finding, form_field: Option<&str>) -> bool {
    let is_field = match form_field {
        Some(field) => known.form_field.as_deref() == Some(field),
        None => known.form_field.is_none() && known.finding.field == finding.field,
    };
    is_field && known.finding.code == finding.code
}
