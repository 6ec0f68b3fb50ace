//! Against the sandbox's DNS and web, and against its CA.

#[cfg(feature = "certum")]
mod agreement;
mod seen;
mod views;
mod words;

use cert_domain::NameRule;
use certum_sandbox::{DnsRecord, DnsRecordType, Sandbox};

use super::*;

const CODE: &str = "00aa11bb22cc33dd00aa11bb22cc33dd";
const PATH: &str = "/.well-known/pki-validation/certum.txt";

async fn sandbox() -> Sandbox {
    Sandbox::builder().seed(7).start().await.unwrap()
}

/// How the sandbox's CA sees its little internet.
fn lookups(sandbox: &Sandbox) -> NetworkLookups {
    let port = sandbox.endpoint().port().unwrap();
    NetworkLookups::new(sandbox.dns_addr()).unwrap().named("here").within_sandbox(port)
}

fn names(names: &[&str]) -> NameSet {
    let rule = if names[0].starts_with('*') { NameRule::Wildcard } else { NameRule::Multi { limit: None } };
    NameSet::check(names, rule).unwrap()
}

fn txt(sandbox: &Sandbox, name: &str, text: &str) {
    sandbox.publish_dns(DnsRecord::txt(name, text).unwrap());
}

fn cname(sandbox: &Sandbox, name: &str, target: &str) {
    sandbox.publish_dns(DnsRecord::cname(name, target).unwrap());
}

fn caa(sandbox: &Sandbox, name: &str, value: &str) {
    sandbox.publish_dns(DnsRecord::new(name, DnsRecordType::Caa, value).unwrap());
}

/// What is found about some names with [`CODE`], seen from the sandbox.
async fn found(sandbox: &Sandbox, order: &[&str], method: &str) -> Vec<Vec<Problem>> {
    let (names, method) = (names(order), method.parse().unwrap());
    let code = VerificationCode::new(CODE);
    let question = Question::new(&names, &method).with_code(&code);
    let reports = precheck(&question, &[&lookups(sandbox)]).await;
    reports.iter().map(NameReport::problems).collect()
}

/// The same about one name.
async fn about(sandbox: &Sandbox, name: &str, method: &str) -> Vec<Problem> {
    found(sandbox, &[name], method).await.remove(0)
}
