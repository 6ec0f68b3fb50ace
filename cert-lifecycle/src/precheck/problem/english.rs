//! Problems in English.

use super::Problem;

pub(super) fn text(problem: &Problem) -> String {
    match problem {
        Problem::NoSuchDomain { domain } => {
            format!("The domain {domain} does not exist in DNS. Check its spelling and its registration.")
        }
        Problem::NoRecord { kind, name } => format!("There is no {kind} record at {name} yet."),
        Problem::OtherValue { kind, name, found, wanted } => {
            format!("The {kind} record at {name} says {}, not “{wanted}”.", quoted(found))
        }
        Problem::WrongPlace { found_at, wanted_at, is_doubled: true } => format!(
            "The record stands at {found_at}, not at {wanted_at}: the DNS panel adds the domain by itself, so enter the name \
             without it."
        ),
        Problem::WrongPlace { found_at, wanted_at, is_doubled: false } => {
            format!("The record stands at {found_at}, not at {wanted_at}.")
        }
        Problem::WrongKind { name, found, wanted } => {
            format!("The code stands at {name} in a {found} record; a {wanted} record is needed.")
        }
        Problem::CnameInTheWay { name, target } => format!(
            "{name} is an alias (CNAME) of {target}, so that no other record can stand there. Remove the alias, or choose \
             another method."
        ),
        Problem::DnsTimeout { name } => {
            format!("The name servers of {name} did not answer in time. Try again later, or check them.")
        }
        Problem::DnsFailed { name, reason } => {
            format!("The name servers gave no usable answer about {name}: {reason}.")
        }
        Problem::FileForWildcard => "A file can't prove a wildcard name. Choose a DNS record.".to_owned(),
        Problem::NoAddress { host } => {
            format!("{host} has no address in DNS, so that no file can be fetched from it.")
        }
        Problem::NotPublic { host, address } => {
            format!("{host} has the address {address}, which can't be reached from the internet.")
        }
        Problem::Refused { host } => format!("The server of {host} refuses connections at port 80."),
        Problem::WebTimeout { host } => format!("The server of {host} did not answer at port 80 in time."),
        Problem::WebFailed { host, reason } => {
            format!("The server of {host} gave no usable answer: {reason}.")
        }
        Problem::Redirect { url, status, location } => {
            format!(
                "{url} redirects to {location} ({status}). The file has to be served at this very address."
            )
        }
        Problem::Status { url, status: 404 } => format!("There is no file at {url} (404)."),
        Problem::Status { url, status } => format!("{url} answers with the status {status}, not 200."),
        Problem::HtmlPage { url } => {
            format!(
                "A web page comes at {url} in place of the file. It has to hold the code and nothing else."
            )
        }
        Problem::OtherText { url, found, .. } if found.is_empty() => format!("The file at {url} is empty."),
        Problem::OtherText { url, found, wanted } => {
            format!("The file at {url} says “{found}”, not “{wanted}”.")
        }
        Problem::CaaForbids { at, is_wildcard_rule, allowed } => {
            let what = if *is_wildcard_rule { "wildcard certificates" } else { "certificates" };
            let whom = if allowed.is_empty() { "nobody".to_owned() } else { allowed.join(", ") };
            let tag = if *is_wildcard_rule { "issuewild" } else { "issue" };
            format!(
                "The CAA records at {at} let {whom} issue {what}, not Certum. Add: {at}. CAA 0 {tag} \"certum.pl\"."
            )
        }
        Problem::CaaMethod { at, allowed } => {
            format!("The CAA records at {at} let Certum issue by {allowed} alone, not by the chosen method.")
        }
        Problem::CaaAccount { at, account } => {
            format!("The CAA records at {at} let Certum issue for the account {account} alone.")
        }
        Problem::CaaCritical { at, tag } => {
            format!(
                "A CAA record at {at} has the critical property {tag}, which forbids issuing to all who don't know it."
            )
        }
        Problem::CaaTwice { at, parameter } => {
            format!("A CAA record at {at} has the parameter {parameter} twice, which nothing can satisfy.")
        }
        Problem::CaaUnanswered { at, reason } => format!(
            "The CAA records at {at} can't be looked up ({reason}), and without an answer no certificate may be issued."
        ),
        Problem::ViewsDiffer { well_from, ill_from } => format!(
            "Not all see the same: all is well from {}, not from {}. After a change this passes by itself; otherwise the \
             name servers differ.",
            well_from.join(", "),
            ill_from.join(", ")
        ),
    }
}

fn quoted(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("“{value}”")).collect();
    values.join(", ")
}
