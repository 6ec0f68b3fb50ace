//! Who may call what: asked of every route that the document has.

use gateway::{Command, Ownership, Scope, TokenCommand};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::stage::{Host, Stage};

/// Every route of the document, with the scope that it says it wants.
async fn routes(host: &Host) -> Vec<(Method, String, Option<Scope>)> {
    let document = host.get("/v1/openapi.json").await.ok();
    let mut routes = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let said = operation["description"].as_str().unwrap_or_default();
            let scope = said.split('`').nth(1).map(|scope| scope.parse().unwrap());
            routes.push((method, path.clone(), scope));
        }
    }
    assert!(routes.len() > 50, "{}", routes.len());
    routes
}

/// A path with its parameters filled in.
fn filled_in(path: &str, id: &str) -> String {
    path.replace("{id}", id).replace("{serial}", "latest").replace("{name}", "shop.example.com.crt")
}

#[tokio::test]
async fn refuses_every_route_without_a_token_and_with_a_wrong_one() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    let id = host.sell("whmcs:1", "601").await;
    let stranger = stage.with(format!("gw_{}", "0".repeat(64)));
    for (method, path, _) in routes(&host).await {
        if path == "/health" {
            continue;
        }
        let path = filled_in(&path, &id);
        stranger.send(method.clone(), &path, Value::Null, None).await.refused(401, "unauthorized");
        let url = format!("http://{}{path}", stage.running.address);
        let answer = Client::new().request(method.clone(), url).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{method} {path}");
        assert!(answer.headers()["www-authenticate"].to_str().unwrap().starts_with("Bearer"), "{path}");
    }
    let command = Command::Token(TokenCommand::List);
    let listed = stage.administer(command).await.unwrap();
    assert!(!listed[0].contains(&host.token[3..20]), "nothing of the token is shown");
    let name = listed[0].split(' ').next().unwrap().to_owned();
    stage.administer(Command::Token(TokenCommand::Revoke { id: name })).await.unwrap();
    host.get("/v1/products").await.refused(401, "unauthorized");
}

#[tokio::test]
async fn refuses_every_route_to_a_token_without_its_scope() {
    let stage = Stage::new().await;
    let id = stage.all_powerful().sell("whmcs:1", "601").await;
    for scope in Scope::ALL {
        let rest: Vec<_> = Scope::ALL.iter().copied().filter(|other| other != scope).collect();
        let host = stage.host("lacking", &rest).await;
        // What it guards is no route: see `shows_letters_to_those_alone_who_may_see_them`.
        let mut asked = u32::from(*scope == Scope::Letters);
        for (method, path, wanted) in routes(&host).await {
            if wanted == Some(*scope) {
                let path = filled_in(&path, &id);
                let refused = host.send(method, &path, Value::Null, None).await.refused(403, "forbidden");
                assert!(refused["detail"].as_str().unwrap().contains(scope.as_str()), "{path} {refused}");
                asked += 1;
            }
        }
        assert!(asked > 0, "{scope} guards nothing");
    }
}

#[tokio::test]
async fn shows_no_host_anything_of_another_hosts_services() {
    let stage = Stage::new().await;
    let owner = stage.all_powerful();
    let id = owner.issue(&stage, "whmcs:1", &["shop.example.com"]).await;
    let other = stage.host("other", Scope::ALL).await;
    let nobodys = "00000000-0000-8000-8000-000000000000";
    let mut asked = 0;
    for (method, path, _) in routes(&other).await {
        if !path.starts_with("/v1/services/{id}") {
            continue;
        }
        let call = async |id: &str| {
            let answer = other.send(method.clone(), &filled_in(&path, id), Value::Null, None).await;
            answer.refused(404, "not_found")
        };
        assert_eq!(call(&id).await, call(nobodys).await, "{method} {path}");
        asked += 1;
    }
    assert!(asked > 40, "{asked}");
    for query in ["", "?reference=whmcs:1", "?customer=customer-7", "?text=shop", "?name=shop.example.com"] {
        let listed = other.get(&format!("/v1/services{query}")).await.ok();
        assert_eq!(listed["services"], json!([]), "{query}");
        let listed = owner.get(&format!("/v1/services{query}")).await.ok();
        assert_eq!(listed["services"][0]["id"], id.as_str(), "{query}");
    }
    assert_eq!(other.get("/v1/facts").await.ok()["facts"], json!([]));
    assert_ne!(owner.get("/v1/facts").await.ok()["facts"], json!([]));
    let same = other.sell("whmcs:1", "601").await;
    assert_ne!(same, id, "a reference is its host's own");

    let hook = json!({ "url": "https://example.com/hook", "secret": "0123456789abcdef0123456789abcdef" });
    let hook = owner.post("/v1/webhooks", hook).await.ok();
    assert_eq!(other.get("/v1/webhooks").await.ok()["webhooks"], json!([]));
    let one = format!("/v1/webhooks/{}", hook["id"].as_str().unwrap());
    other.send(Method::DELETE, &one, Value::Null, None).await.refused(404, "not_found");
    assert!(
        !owner.get("/v1/webhooks").await.ok().to_string().contains("0123456789abcdef"),
        "the secret stays"
    );
    assert_eq!(owner.send(Method::DELETE, &one, Value::Null, None).await.status, 204);
}

#[tokio::test]
async fn keeps_what_is_the_resellers_from_who_may_not_ask_as_one() {
    let stage = Stage::new().await;
    let customer = stage.host("shop", &[Scope::Read, Scope::Write]).await;
    let id = customer.sell("whmcs:1", "601").await;
    let as_reseller = format!("/v1/services/{id}?role=reseller");
    customer.get(&as_reseller).await.refused(403, "forbidden");
    let actions = |service: &Value| service["actions"].to_string();
    let seen = customer.get(&format!("/v1/services/{id}")).await.ok();
    assert!(!actions(&seen).contains("terminate"));
    let admin = stage.host("shop", Scope::ALL).await;
    assert!(actions(&admin.get(&as_reseller).await.ok()).contains("terminate"));

    // A key that nobody keeps is handed to nobody who may not have it.
    let mut form = crate::stage::form(&["shop.example.com"]);
    let request = format!("/v1/services/{id}/request");
    assert_eq!(customer.post(&request, form.clone()).await.ok()["private_key"], Value::Null);
    form["key"]["keep"] = json!(false);
    customer.post(&request, form.clone()).await.refused(403, "forbidden");
    let made = admin.post(&request, form).await.ok();
    assert!(made["private_key"].as_str().unwrap().contains("PRIVATE KEY"));
}

#[tokio::test]
async fn gives_a_service_that_is_nobodys_to_a_host_once() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    let service = host.sell("whmcs:1", "601").await.parse().unwrap();
    let assign = |host: &str, reference: &str| {
        let (host, reference) = (host.to_owned(), reference.to_owned());
        Command::Assign(Ownership { host, service, reference })
    };
    stage.administer(assign("other", "a")).await.unwrap_err();
    stage.administer(assign("demonstration", "b")).await.unwrap_err();
    stage.administer(assign("demonstration", "whmcs:1")).await.unwrap();
}
