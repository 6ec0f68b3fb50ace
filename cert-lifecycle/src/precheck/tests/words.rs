//! Every problem can be told to a customer, in both languages.

use cert_domain::Language;

use super::*;

/// One of each, with all that its words depend on.
fn all() -> Vec<Problem> {
    let (name, at, host, url) = ("n.example", "at.example", "h.example", "http://u.example/f");
    let text = str::to_owned;
    let doubled = |is_doubled| Problem::WrongPlace { found_at: text(at), wanted_at: text(name), is_doubled };
    let forbids = |is_wildcard_rule, allowed: &[&str]| Problem::CaaForbids {
        at: text(at),
        is_wildcard_rule,
        allowed: allowed.iter().map(|&issuer| issuer.to_owned()).collect(),
    };
    vec![
        Problem::NoSuchDomain { domain: text(name) },
        Problem::NoRecord { kind: "TXT", name: text(name) },
        Problem::OtherValue {
            kind: "TXT",
            name: text(name),
            found: vec![text("found")],
            wanted: text("wanted"),
        },
        doubled(true),
        doubled(false),
        Problem::WrongKind { name: text(name), found: "TXT", wanted: "CNAME" },
        Problem::CnameInTheWay { name: text(name), target: text("t.example") },
        Problem::DnsTimeout { name: text(name) },
        Problem::DnsFailed { name: text(name), reason: text("SERVFAIL") },
        Problem::FileForWildcard,
        Problem::NoAddress { host: text(host) },
        Problem::NotPublic { host: text(host), address: text("10.0.0.1") },
        Problem::Refused { host: text(host) },
        Problem::WebTimeout { host: text(host) },
        Problem::WebFailed { host: text(host), reason: text("broken") },
        Problem::Redirect { url: text(url), status: 301, location: text("https://l.example/") },
        Problem::Status { url: text(url), status: 404 },
        Problem::Status { url: text(url), status: 503 },
        Problem::HtmlPage { url: text(url) },
        Problem::OtherText { url: text(url), found: text("found"), wanted: text("wanted") },
        Problem::OtherText { url: text(url), found: String::new(), wanted: text("wanted") },
        forbids(false, &["ca.example"]),
        forbids(false, &[]),
        forbids(true, &["ca.example"]),
        forbids(true, &[]),
        Problem::CaaMethod { at: text(at), allowed: text("http-01") },
        Problem::CaaAccount { at: text(at), account: text("https://a.example/1") },
        Problem::CaaCritical { at: text(at), tag: text("mystery") },
        Problem::CaaTwice { at: text(at), parameter: "accounturi" },
        Problem::CaaUnanswered { at: text(at), reason: text("silence") },
        Problem::ViewsDiffer { well_from: vec![text("here")], ill_from: vec![text("there")] },
    ]
}

#[test]
fn both_languages_say_the_same_data_in_different_sentences() {
    let mut seen = std::collections::HashSet::new();
    for problem in all() {
        let (polish, english) = (problem.text(Language::Polish), problem.text(Language::English));
        assert_ne!(polish, english);
        assert!(polish.ends_with('.') && english.ends_with('.'), "{polish}\n{english}");
        assert!(
            seen.insert(polish.clone()) && seen.insert(english.clone()),
            "said of two problems: {english}"
        );
        // Names, values and records are the same in either.
        let data = |text: &str| -> Vec<String> {
            let words = text.split([' ', ',', '(', ')', ':', ';', '“', '”', '„', '"']);
            let mut data: Vec<String> = words
                .map(|word| word.trim_end_matches('.'))
                .filter(|word| word.contains(".example"))
                .map(str::to_owned)
                .collect();
            data.sort();
            data
        };
        assert_eq!(data(&polish), data(&english), "{polish}\n{english}");
    }
}

#[test]
fn names_the_problem_for_programs() {
    let told = serde_json::to_value(Problem::NoRecord { kind: "TXT", name: "a.example".into() }).unwrap();
    assert_eq!(told, serde_json::json!({"problem": "no_record", "kind": "TXT", "name": "a.example"}));
}
