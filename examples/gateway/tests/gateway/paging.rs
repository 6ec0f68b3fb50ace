//! Lists, a page at a time.

use serde_json::{Value, json};

use crate::stage::{Host, Stage};

/// All that a list holds, page by page.
async fn all(host: &Host, path: &str, items: &str, cursor: &str) -> Vec<Value> {
    let (mut found, mut query) = (Vec::new(), String::new());
    loop {
        let page = host.get(&format!("{path}&limit=2{query}")).await.ok();
        let part = page[items].as_array().unwrap();
        assert!(part.len() <= 2, "{page}");
        found.extend(part.iter().cloned());
        let next = match &page["next"] {
            Value::Null => return found,
            Value::String(next) => next.clone(),
            next => next.to_string(),
        };
        // A list of facts has no last page: there may always be more.
        if cursor == "after" && part.is_empty() {
            return found;
        }
        query = format!("&{cursor}={next}");
    }
}

#[tokio::test]
async fn lists_everything_once_page_by_page() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    let mut sold = Vec::new();
    for number in 0..5 {
        sold.push(host.sell(&format!("whmcs:{number}"), "601").await);
    }
    stage.host("other", gateway::Scope::ALL).await.sell("whmcs:1", "601").await;
    sold.sort();
    for query in ["?", "?state=awaiting_configuration", "?customer=customer-7"] {
        let listed = all(&host, &format!("/v1/services{query}"), "services", "cursor").await;
        let mut ids: Vec<_> = listed.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        assert_eq!(ids, sold, "{query}");
    }
    assert!(all(&host, "/v1/services?state=active", "services", "cursor").await.is_empty());
    let one = host.get("/v1/services?reference=whmcs:3").await.ok();
    assert_eq!(one["services"][0]["reference"], "whmcs:3");
    assert_eq!(host.get("/v1/services?reference=whmcs:9").await.ok()["services"], json!([]));

    let id = host.issue(&stage, "whmcs:9", &["shop.example.com"]).await;
    let events = format!("/v1/services/{id}/events");
    let whole = host.get(&events).await.ok();
    assert_eq!(
        all(&host, &format!("{events}?"), "events", "cursor").await,
        *whole["events"].as_array().unwrap()
    );
    let facts = all(&host, "/v1/facts?", "facts", "after").await;
    let cursors: Vec<_> = facts.iter().map(|fact| fact["cursor"].as_str().unwrap().to_owned()).collect();
    let numbers: Vec<_> = (1..=facts.len()).map(|number| number.to_string()).collect();
    assert_eq!(cursors, numbers, "without a gap");
    assert!(facts.iter().any(|fact| fact["kind"] == "issued"), "{facts:?}");
    assert!(facts.iter().all(|fact| fact["data"]["service"] == id.as_str()));
}
