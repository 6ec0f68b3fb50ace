//! The description of the routes, as others see it.

use std::io::Write as _;
use std::process::Command;

use reqwest::Method;
use serde_json::Value;

use crate::stage::Stage;

#[tokio::test]
async fn serves_each_described_route_and_no_other_method_of_its_path() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    let document = host.get("/v1/openapi.json").await.ok();
    let stranger = stage.with("nobody".to_owned());
    for (path, operations) in document["paths"].as_object().unwrap() {
        let filled_in = path.replace("{id}", "7").replace("{serial}", "latest").replace("{name}", "x");
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
            let answer = stranger.send(method.clone(), &filled_in, Value::Null, None).await;
            let is_described = operations.get(method.as_str().to_ascii_lowercase()).is_some();
            let expected = match (is_described, path.as_str()) {
                (true, "/health") => 200,
                (true, _) => 401,
                (false, _) => 405,
            };
            assert_eq!(answer.status, expected, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn is_openapi_to_somebody_elses_validator() {
    let stage = Stage::new().await;
    let document = stage.all_powerful().get("/v1/openapi.json").await.ok();
    assert_eq!(document["openapi"], "3.1.0");
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("openapi.json");
    std::fs::write(&file, document.to_string()).unwrap();
    let known = Command::new("python3").args(["-c", "import openapi_spec_validator"]).output();
    if !known.is_ok_and(|known| known.status.success()) {
        // Past the harness, which keeps the output of a test that passes to itself.
        let _ = writeln!(std::io::stderr(), "skipped: Python's openapi_spec_validator is not there");
        return;
    }
    let judged = Command::new("python3").args(["-m", "openapi_spec_validator"]).arg(&file).output().unwrap();
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stdout));
}

#[tokio::test]
async fn has_a_route_for_each_action_that_a_menu_has() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    let document = host.get("/v1/openapi.json").await.ok();
    let id = host.issue(&stage, "whmcs:1", &["shop.example.com"]).await;
    for role in ["customer", "reseller"] {
        let service = host.get(&format!("/v1/services/{id}?role={role}")).await.ok();
        let actions = service["actions"].as_array().unwrap();
        assert!(actions.len() > 5, "{actions:?}");
        for offered in actions {
            let action = offered["action"].as_str().unwrap();
            let path = format!("/v1/services/{{id}}/actions/{action}");
            assert!(document["paths"][&path]["post"].is_object(), "{path}");
        }
    }
}

const ROUTES: &str = include_str!("../../API.md");
const INTEGRATING: &str = include_str!("../../../../docs/integrating.md");

/// What stands between backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[tokio::test]
async fn tells_authors_of_plugins_of_routes_that_there_are() {
    let stage = Stage::new().await;
    let document = stage.all_powerful().get("/v1/openapi.json").await.ok();
    let mut calls = 0;
    for quoted in quoted(INTEGRATING) {
        let Some((method, rest)) = quoted.split_once(' ') else { continue };
        let path = rest.split('?').next().unwrap().replace('…', "/v1/services/{id}");
        if !["GET", "POST", "PUT", "DELETE"].contains(&method) {
            continue;
        }
        let operation = &document["paths"][&path][method.to_ascii_lowercase()];
        assert!(operation.is_object(), "{quoted}: {path}");
        calls += 1;
    }
    assert!(calls > 15, "{calls}");
}

#[test]
fn names_each_kind_of_fact_to_authors_of_plugins() {
    let kinds = include_str!("../../../../cert-lifecycle/src/notice.rs");
    let kinds = kinds.split_once("pub fn name(").unwrap().1.split_once("\n    }\n").unwrap().0;
    let kinds: Vec<_> = kinds.lines().filter_map(|line| line.split('"').nth(1)).collect();
    assert!(kinds.len() > 15, "{kinds:?}");
    // Somebody asked for that letter just now: it is nothing that a program has to hear of.
    for kind in kinds.into_iter().filter(|kind| *kind != "certificate_sent") {
        for text in [ROUTES, INTEGRATING] {
            assert!(quoted(text).any(|quoted| quoted == kind), "{kind}");
        }
    }
}
