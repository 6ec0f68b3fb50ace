//! Whether the customer controls the domains, found out by looking.

mod caa;
mod file;
mod lookup;
mod proof;

use std::{net::SocketAddr, sync::Arc};

use tokio::task::JoinSet;

pub(crate) use self::{file::proof as file_proof, lookup::Lookups, proof::Method};
use crate::names::CertName;

/// Looks at DNS and at web servers as the CA does.
///
/// # Guarantees
/// Every look-up is a real one, over a socket, and bounded in time and size. Nothing is remembered from one
/// check to the next. No state of the sandbox is locked meanwhile.
#[derive(Clone)]
pub(crate) struct Checker {
    lookups: Arc<Lookups>,
    /// Where web servers listen: 80 in the world, the sandbox's own listener here.
    http_port: u16,
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
    pub(crate) fn new(dns: SocketAddr, http_port: u16, account: &str) -> Result<Self, String> {
        Ok(Self { lookups: Arc::new(Lookups::new(dns)?), http_port, account: account.into() })
    }

    /// Checks control (if there is a method for that; otherwise it is a message that proves it) and CAA of
    /// all names, side by side.
    pub(crate) async fn check(
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
        let mut findings: Vec<Finding> = findings.into_iter().map(|(_, finding)| finding).collect();
        if method.is_some_and(Method::covers_names_below) {
            spread_to_names_below(&mut findings);
        }
        findings
    }

    async fn check_one(&self, question: Question, code: &str, method: Option<Method>) -> Finding {
        let Question { name, proven_by } = question;
        let by = proven_by.or(method).unwrap_or(Method::Admin);
        let control = match method.filter(|_| proven_by.is_none()) {
            Some(Method::File) => Some(file::check(&self.lookups, self.http_port, name.domain(), code).await),
            Some(method) => Some(proof::check_dns(&self.lookups, method, name.domain(), code).await),
            None => None,
        };
        let intent = caa::Intent { wildcard: name.is_wildcard(), method: by, account: &self.account };
        let caa = caa::check(&self.lookups, name.domain(), intent).await;
        Finding { name, by, control, caa }
    }
}

/// Control of a domain is control of what lies below it: a name that failed by itself passes with a parent
/// that is in the same order and passed.
fn spread_to_names_below(findings: &mut [Finding]) {
    let proven: Vec<String> = findings
        .iter()
        .filter(|finding| matches!(finding.control, Some(Ok(()))))
        .map(|finding| finding.name.domain().to_owned())
        .collect();
    for finding in findings {
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
}
