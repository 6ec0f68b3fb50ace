//! What was seen of a name before the CA looks.

use cert_domain::{Instruction, Language};
use serde_json::json;

use super::super::{NameLookView, NameReportView};
use crate::authority::{NameState, Proof};
use crate::precheck::{NameReport, Problem, View};

#[test]
fn shows_what_was_seen_of_a_name_from_each_place() {
    let told = Instruction::TxtRecord { name: "_certum.shop.example.com".into(), value: "c0de".into() };
    let problem = Problem::NoRecord { kind: "TXT", name: "_certum.shop.example.com".into() };
    let text = problem.text(Language::Polish);
    let seen = |from: &str, problems| View { from: from.into(), problems };
    let report = NameReport {
        name: "shop.example.com".parse().unwrap(),
        instruction: Some(told),
        views: vec![seen("here", vec![problem]), seen("elsewhere", Vec::new())],
    };
    let view = serde_json::to_value(NameReportView::of(&report, Language::Polish)).unwrap();
    assert_eq!((&view["name"], &view["is_ready"]), (&json!("shop.example.com"), &json!(false)));
    assert_eq!(view["instruction"]["names"], json!(["shop.example.com"]));
    assert_eq!(view["problems"].as_array().unwrap()[0], json!(text));
    let views = json!([{"from": "here", "problems": [text]}, {"from": "elsewhere", "problems": []}]);
    assert_eq!(view["views"], views);
}

#[test]
fn puts_beside_what_is_seen_here_what_the_ca_says() {
    let report =
        NameReport { name: "shop.example.com".parse().unwrap(), instruction: None, views: Vec::new() };
    let state = |name: &str, proof| NameState {
        name: name.into(),
        proof,
        valid_until: None,
        info: None,
        blocked_by: Vec::new(),
    };
    let states = [state("example.com", Proof::Verified), state("Shop.Example.com", Proof::Failed)];
    let look = |states: &[NameState]| {
        serde_json::to_value(NameLookView::of(&report, states, Language::English)).unwrap()
    };
    let known = look(&states);
    assert_eq!(
        (&known["name"], &known["authority"]["state"]),
        (&json!("shop.example.com"), &json!("failed"))
    );
    assert!(look(&states[..1])["authority"].is_null());
}
