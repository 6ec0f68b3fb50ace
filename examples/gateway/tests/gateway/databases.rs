//! The gateway on each database.

use serde_json::{Value, json};

use crate::server::Server;
use crate::stage::{Stage, sale, with};

/// Sells, issues and tells; what was answered outlives the gateway.
async fn keeps_what_it_answered(stage: Stage) {
    let host = stage.all_powerful();
    let id = host.issue(&stage, "whmcs:1", &["shop.example.com"]).await;
    let sold = with(sale("whmcs:2", "601"), json!({ "customer": "customer-8" }));
    let sell = async |host: &crate::stage::Host| {
        host.send(reqwest::Method::POST, "/v1/services", sold.clone(), Some("key")).await
    };
    let host = stage.host("shop", gateway::Scope::ALL).await;
    let first = sell(&host).await;
    assert_eq!(first.status, 201);

    let stage = stage.again().await;
    let host = stage.with(host.token);
    let again = sell(&host).await;
    assert!(again.is_replayed);
    assert_eq!(again.body, first.body);
    let listed = host.get("/v1/services").await.ok();
    assert_eq!(listed["services"].as_array().unwrap().len(), 1);
    let facts = stage.all_powerful().get("/v1/facts").await.ok();
    let is_issued = |fact: &Value| fact["kind"] == "issued" && fact["data"]["service"] == id.as_str();
    assert!(facts["facts"].as_array().unwrap().iter().any(is_issued), "{facts}");
    let certificate = format!("/v1/services/{id}/certificates/latest");
    assert_eq!(stage.all_powerful().get(&certificate).await.ok()["is_in_force"], true);
}

#[tokio::test]
async fn keeps_what_it_answered_in_a_file() {
    keeps_what_it_answered(Stage::new().await).await;
}

#[tokio::test]
async fn keeps_what_it_answered_in_postgresql() {
    let Some(server) = Server::shared() else { return };
    let description = server.description("");
    let folder = description.split_whitespace().find_map(|part| part.strip_prefix("host=")).unwrap();
    let url = format!("postgresql://postgres@{}/postgres", folder.replace('/', "%2F"));
    keeps_what_it_answered(Stage::on(&url).await).await;
}
