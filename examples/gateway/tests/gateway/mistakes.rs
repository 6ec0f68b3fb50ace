//! What is wrong with a call, and where.

use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Stage, form, sale};

fn fields(problem: &Value) -> Vec<(String, u64)> {
    let finding = |finding: &Value| {
        (finding["field"].as_str().unwrap_or_default().to_owned(), finding["code"].as_u64().unwrap())
    };
    problem["findings"].as_array().unwrap().iter().map(finding).collect()
}

#[tokio::test]
async fn names_the_field_of_each_mistake() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    let id = host.sell("whmcs:1", "931").await;
    let configure = format!("/v1/services/{id}/actions/configure");

    let mut bad = form(&["shop.example.com", "not a name"]);
    bad["key"] = json!({ "choice": "request" });
    bad["contact"]["email"] = json!("nobody");
    let problem = host.post(&configure, bad.clone()).await.refused(422, "findings");
    let found = fields(&problem);
    assert!(found.iter().any(|(field, _)| field == "contact.email"), "{found:?}");
    assert!(found.iter().any(|(field, _)| field == "names.1.name"), "the line of the list: {found:?}");
    assert!(found.iter().any(|(field, _)| field == "csr"), "{found:?}");
    assert!(found.iter().all(|(_, code)| *code > 0), "{found:?}");
    let checked = host.post(&format!("/v1/services/{id}/check"), bad.clone()).await.ok();
    assert_eq!((&checked["is_valid"], fields(&checked)), (&json!(false), found), "asked, it is no problem");
    let polish = host.post(&format!("{configure}?language=pl"), bad).await.refused(422, "findings");
    assert_ne!(polish["findings"][0]["text"], problem["findings"][0]["text"]);
    assert_ne!(polish["title"], problem["title"]);

    for (input, field) in [
        (json!({ "contact": { "mail": "jan@example.com" } }), "contact.mail"),
        (json!({ "names": [{ "name": "shop.example.com" }, { "nmae": "x" }] }), "names.1.nmae"),
        (json!({ "names": "shop.example.com" }), "names"),
        (json!({ "server": "cray" }), "server"),
        (json!([]), ""),
    ] {
        let problem = host.post(&configure, input).await.refused(422, "input");
        assert_eq!(fields(&problem), [(field.to_owned(), 0)]);
    }
    let problem = host.act(&id, "receive_payment", json!({})).await.refused(422, "input");
    assert_eq!(fields(&problem), [("paid_on".to_owned(), 0)]);
    let mut sold = sale("whmcs:2", "601");
    sold["customer"] = json!("<b>");
    let problem = host.post("/v1/services", sold).await.refused(422, "findings");
    assert_eq!(fields(&problem), [("customer".to_owned(), 1156)]);
    let mut sold = sale("whmcs:2", "999999");
    sold["offer"]["product"] = json!("1");
    let problem = host.post("/v1/services", sold).await.refused(422, "findings");
    assert_eq!(fields(&problem), [("offer.product".to_owned(), 0)]);
    host.post("/v1/services", sale("", "601")).await.refused(422, "input");
    assert_eq!(host.get("/v1/services").await.ok()["services"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn names_the_setting_of_each_mistake_in_an_offer() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    let id = host.sell("whmcs:1", "931").await;
    let mut sold = sale("whmcs:2", "931");
    sold["offer"]["price"] = json!("a lot");
    sold["offer"]["domains_limit"] = json!(0);
    let names = |problem: Value| fields(&problem).into_iter().map(|(field, _)| field).collect::<Vec<_>>();
    let check = host.post("/v1/offers/check", sold["offer"].clone()).await.refused(422, "findings");
    assert_eq!(names(check), ["price", "domains_limit"]);
    let change = host.act(&id, "change_offer", sold["offer"].clone()).await.refused(422, "findings");
    assert_eq!(names(change), ["price", "domains_limit"]);
    let create = host.post("/v1/services", sold).await.refused(422, "findings");
    assert_eq!(names(create), ["offer.price", "offer.domains_limit"]);

    // An offer of the CA's other service is neither sold here, nor made of what was sold.
    let mut live = sale("whmcs:2", "931");
    live["offer"]["mode"] = json!("production");
    let change = host.act(&id, "change_offer", live["offer"].clone()).await.refused(422, "findings");
    assert_eq!(names(change), ["mode"]);
    let create = host.post("/v1/services", live).await.refused(422, "findings");
    assert_eq!(names(create), ["offer.mode"]);
    assert_eq!(host.get(&format!("/v1/services/{id}")).await.ok()["mode"], "test");
}

#[tokio::test]
async fn names_the_line_of_each_mistake_in_what_follows_an_order() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    let names = |problem: Value| fields(&problem).into_iter().map(|(field, _)| field).collect::<Vec<_>>();
    let id = host.issue(&stage, "whmcs:1", &["shop.example.com", "www.shop.example.com"]).await;
    let added = json!([{ "name": "mail.shop.example.com" }, { "name": "not a name" }]);
    let reissue = json!({ "csr": "no request", "added": added });
    let problem = host.act(&id, "reissue", reissue).await.refused(422, "findings");
    assert_eq!(names(problem), ["csr", "added.1.name"]);

    let id = host.sell("whmcs:2", "631").await;
    let mut form = form(&["shop.example.org"]);
    form["subject"] = json!({ "organization": "Example", "tax_number": "5260250274", "locality": "Szczecin",
        "country": "PL" });
    let made = host.post(&format!("/v1/services/{id}/request"), form.clone()).await.ok();
    form["csr"] = made["csr"].clone();
    host.act(&id, "configure", form).await.ok();
    let waits = |service: &Value| service["state"] == "validating";
    host.until(&id, waits).await;
    let file = |name: &str, content: &str| json!({ "name": name, "content": content });
    let evidence = |last: Value| {
        json!({ "note": "as agreed", "documents": [
            { "kind": "APPLICANT", "description": "passport", "files": [file("passport.pdf", "QUJD")] },
            { "kind": "PASSPORT", "description": "", "files": [file("id.pdf", "QUJD"), last] },
        ] })
    };
    let problem = host.act(&id, "submit_evidence", evidence(file("ab", ""))).await.refused(422, "findings");
    let second = ["kind", "description", "files.1.name", "files.1.content"];
    assert_eq!(names(problem), second.map(|field| format!("documents.1.{field}")));
    let problem = host.act(&id, "submit_evidence", evidence(file("id.pdf", "***"))).await;
    assert_eq!(names(problem.refused(422, "input")), ["documents.1.files.1.content"]);
}

#[tokio::test]
async fn refuses_what_is_no_call() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    let id = host.sell("whmcs:1", "601").await;
    let body = async |method, path: &str, kind: &str, body: Vec<u8>| {
        let request = host.request(method, path).header("content-type", kind).body(body);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json::<Value>().await.unwrap()["code"].clone())
    };
    let draft = format!("/v1/services/{id}/draft");
    let json = "application/json";
    let sent = async |kind, text: &str| body(Method::PUT, &draft, kind, text.as_bytes().to_vec()).await;
    assert_eq!(sent(json, "{").await, (400, json!("unreadable")));
    assert_eq!(sent(json, &"[".repeat(5000)).await, (400, json!("unreadable")));
    assert_eq!(sent(json, "{\"csr\":\"\\u0000\"}").await, (400, json!("unreadable")));
    assert_eq!(sent("text/plain", "{}").await, (415, json!("not_json")));
    assert_eq!(
        sent(json, &format!("{{\"csr\":\"{}\"}}", "x".repeat(70_000))).await,
        (413, json!("too_large"))
    );
    for path in [
        "/v1/services?limit=many",
        "/v1/services?state=lost",
        "/v1/services?cursor=7",
        "/v1/facts?after=-1",
        "/v1/products?language=de",
        "/v1/products?role=king",
        "/v1/services?text=%00",
        "/v1/overview?days=70000",
    ] {
        host.get(path).await.refused(400, "unreadable");
    }
    host.get("/v1/nothing").await.refused(404, "not_found");
    host.get("/v1/services/7").await.refused(404, "not_found");
    let deleted = host.send(Method::DELETE, "/v1/services", Value::Null, None).await;
    deleted.refused(405, "method_not_allowed");
    let unissued = format!("/v1/services/{id}/certificates/latest");
    host.get(&unissued).await.refused(404, "not_found");
    host.get(&format!("{unissued}/archive")).await.refused(404, "not_found");
    host.act(&id, "request_check", Value::Null).await.refused(409, "not_possible");
    host.post("/v1/services", sale("whmcs:1", "931")).await.refused(409, "exists");
    let hook = async |url: &str, secret: &str| {
        let problem = host.post("/v1/webhooks", json!({ "url": url, "secret": secret })).await;
        fields(&problem.refused(422, "input"))[0].0.clone()
    };
    let secret = "0123456789abcdef0123456789abcdef";
    assert_eq!(hook("https://example.com/", "short").await, "secret");
    assert_eq!(hook("http://example.com/", secret).await, "url", "not without TLS");
    assert_eq!(hook("ftp://example.com/", secret).await, "url");
}
