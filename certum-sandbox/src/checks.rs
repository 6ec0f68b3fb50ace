//! Whether the customer controls the domains, found out by looking.

mod caa;
mod file;
mod lookup;
mod proof;

use std::sync::Arc;

use tokio::task::JoinSet;

pub(crate) use self::{
    file::{Web, proof as file_proof},
    lookup::Lookups,
    proof::Method,
};
use crate::names::CertName;

/// Looks at DNS and at web servers as the CA does.
///
/// # Guarantees
/// Every look-up is a real one, over a socket, and bounded in time and size; without sockets it is one in the
/// sandbox's own tables, and waits for nothing. Nothing is remembered from one check to the next. No state of the
/// sandbox is locked meanwhile.
#[derive(Clone)]
pub(crate) struct Checker {
    lookups: Arc<Lookups>,
    web: Arc<Web>,
    /// The account that orders, by which CAA records may name it.
    account: Arc<str>,
}

/// A name to look at.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) name: CertName,
    /// How control of it was proven, if nobody has to look for that any more.
    pub(crate) proven_by: Option<Method>,
}

/// What the checks of one name found.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) name: CertName,
    /// How control is proven, or was.
    pub(crate) by: Method,
    /// `Err`: why control is not proven; `None`: was not looked for.
    pub(crate) control: Option<Result<(), String>>,
    /// `Err`: why CAA forbids issuing.
    pub(crate) caa: Result<(), String>,
}

impl Checker {
    pub(crate) fn new(lookups: Lookups, web: Web, account: &str) -> Self {
        Self { lookups: Arc::new(lookups), web: Arc::new(web), account: account.into() }
    }

    /// Whether a check may have to wait for somebody else.
    pub(crate) fn may_wait(&self) -> bool {
        matches!(*self.lookups, Lookups::Network(_)) || matches!(*self.web, Web::Network { .. })
    }

    /// Checks control (if there is a method for that; otherwise it is a message that proves it) and CAA of
    /// all names: side by side, where that spares any waiting.
    pub(crate) async fn check(
        &self,
        questions: &[Question],
        code: &str,
        method: Option<Method>,
    ) -> Vec<Finding> {
        let mut findings = match self.may_wait() {
            true => self.check_side_by_side(questions, code, method).await,
            false => {
                let mut findings = Vec::with_capacity(questions.len());
                for question in questions.iter().cloned() {
                    findings.push(self.check_one(question, code, method).await);
                }
                findings
            }
        };
        if method.is_some_and(Method::covers_names_below) {
            spread_to_names_below(&mut findings);
        }
        findings
    }

    async fn check_side_by_side(
        &self,
        questions: &[Question],
        code: &str,
        method: Option<Method>,
    ) -> Vec<Finding> {
        let mut running = JoinSet::new();
        for (index, question) in questions.iter().cloned().enumerate() {
            let (checker, code) = (self.clone(), code.to_owned());
            running.spawn(async move { (index, checker.check_one(question, &code, method).await) });
        }
        let mut findings: Vec<(usize, Finding)> = running.join_all().await;
        findings.sort_by_key(|(index, _)| *index);
        findings.into_iter().map(|(_, finding)| finding).collect()
    }

    async fn check_one(&self, question: Question, code: &str, method: Option<Method>) -> Finding {
        let Question { name, proven_by } = question;
        let by = proven_by.or(method).unwrap_or(Method::Admin);
        let control = match method.filter(|_| proven_by.is_none()) {
            Some(Method::File) => Some(file::check(&self.lookups, &self.web, name.domain(), code).await),
            Some(method) => Some(proof::check_dns(&self.lookups, method, name.domain(), code).await),
            None => None,
        };
        let intent = caa::Intent { wildcard: name.is_wildcard(), method: by, account: &self.account };
        let caa = caa::check(&self.lookups, name.domain(), intent).await;
        Finding { name, by, control, caa }
    }
}

/// Control of a domain is control of what lies below it: a name that failed by itself passes with a parent
/// that is in the same order and passed, now or before.
fn spread_to_names_below(findings: &mut [Finding]) {
    let is_proven = |finding: &&Finding| match &finding.control {
        Some(control) => control.is_ok(),
        None => finding.by.covers_names_below(),
    };
    let proven: Vec<String> =
        findings.iter().filter(is_proven).map(|finding| finding.name.domain().to_owned()).collect();
    for finding in findings.iter_mut().filter(|finding| finding.control.is_some()) {
        if proven.iter().any(|domain| finding.name.is_at_or_below(domain)) {
            finding.control = Some(Ok(()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(name: &str, control: Result<(), String>) -> Finding {
        let name = CertName::parse(name).unwrap();
        Finding { name, by: Method::DnsTxt, control: Some(control), caa: Ok(()) }
    }

    #[test]
    fn a_proof_of_a_parent_covers_the_names_below_and_no_others() {
        let failed = || Err("no".to_owned());
        let mut findings = [
            finding("example.com", Ok(())),
            finding("www.example.com", failed()),
            finding("*.example.com", failed()),
            finding("example.org", failed()),
        ];
        spread_to_names_below(&mut findings);
        let passed: Vec<bool> = findings.iter().map(|f| matches!(f.control, Some(Ok(())))).collect();
        assert_eq!(passed, [true, true, true, false]);
    }

    #[test]
    fn a_parent_that_was_proven_before_covers_a_name_that_is_added_below_it() {
        let failed = || Err("no".to_owned());
        let before = |by| Finding { control: None, by, ..finding("example.com", Ok(())) };
        for (by, covers) in [(Method::DnsTxt, true), (Method::Admin, true), (Method::File, false)] {
            let mut findings =
                [before(by), finding("added.example.com", failed()), finding("example.org", failed())];
            spread_to_names_below(&mut findings);
            let passed = |finding: &Finding| matches!(finding.control, Some(Ok(())));
            assert!(findings[0].control.is_none(), "what nobody looked for is not news");
            assert_eq!((passed(&findings[1]), passed(&findings[2])), (covers, false), "{by:?}");
        }
    }
}
