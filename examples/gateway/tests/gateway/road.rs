//! From the sale to the last certificate.

use serde_json::{Value, json};

use crate::stage::{Stage, csr, sale};

#[tokio::test]
async fn goes_from_the_sale_to_the_files() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    let id = host.sell("whmcs:1", "601").await;
    let service = host.get(&format!("/v1/services/{id}")).await.ok();
    assert_eq!(
        (&service["state"], &service["reference"]),
        (&json!("awaiting_configuration"), &json!("whmcs:1"))
    );

    let form = host.fill_in(&id, &["shop.example.com"]).await;
    let draft = format!("/v1/services/{id}/draft");
    host.send(reqwest::Method::PUT, &draft, form.clone(), None).await.ok();
    assert_eq!(host.get(&draft).await.ok()["names"], json!([{ "name": "shop.example.com", "www": false }]));
    let decoded = host.post("/v1/requests/decode", json!({ "csr": form["csr"] })).await.ok();
    assert_eq!(decoded["dns_names"], json!(["shop.example.com"]));
    for step in ["", "?step=certificate", "?step=names"] {
        let checked = host.post(&format!("/v1/services/{id}/check{step}"), form.clone()).await.ok();
        assert_eq!(checked["is_valid"], true, "{step} {checked}");
    }
    let validated = host.post(&format!("/v1/services/{id}/validate"), form.clone()).await.ok();
    assert_eq!((&validated["valid"], &validated["authority"]), (&json!(true), &json!("heard")));

    host.act(&id, "configure", form).await.ok();
    host.until(&id, |service| service["state"] == "validating").await;
    let seen = host.post(&format!("/v1/services/{id}/precheck"), Value::Null).await.ok();
    assert_eq!(seen["names"][0]["is_ready"], false, "nothing is published: {seen}");
    let service = host.prove(&stage, &id).await;
    let serial = service["certificates"][0]["serial_number"].as_str().unwrap().to_owned();

    let report = host.act(&id, "order_report", Value::Null).await.ok();
    assert_eq!((&report["outcome"], &report["data"]["progress"]), (&json!("report"), &json!("issued")));
    let names = host.act(&id, "name_states", Value::Null).await.ok();
    assert_eq!(names["data"][0]["name"], "shop.example.com");

    let certificate = format!("/v1/services/{id}/certificates/{serial}");
    assert_eq!(host.get(&certificate).await.ok()["is_in_force"], true);
    let latest = host.get(&format!("/v1/services/{id}/certificates/latest")).await.ok();
    assert_eq!(latest["serial_number"], serial.as_str());
    let files = host.get(&format!("{certificate}/files?server=nginx")).await.ok();
    let name = files["files"][0]["name"].as_str().unwrap();
    let file = host.request(reqwest::Method::GET, &format!("{certificate}/files/{name}?server=nginx"));
    let pem = file.send().await.unwrap().text().await.unwrap();
    assert_eq!(pem.matches("BEGIN CERTIFICATE").count(), 2, "leaf and intermediate");
    let archive = host.request(reqwest::Method::GET, &format!("{certificate}/archive"));
    let archive = archive.send().await.unwrap().bytes().await.unwrap();
    assert!(archive.starts_with(b"PK"));
    let with_key = host.post(&format!("{certificate}/files"), json!({ "server": "nginx" })).await.ok();
    let kinds: Vec<_> = with_key["files"].as_array().unwrap().iter().map(|file| &file["kind"]).collect();
    assert_eq!(kinds, ["full chain", "private key"]);
    host.post(&format!("{certificate}/files"), json!({ "server": "iis" })).await.refused(422, "input");

    host.act(&id, "take_key", json!({})).await.refused(400, "key_needed");
    let taken = host.act_under("take-1", &id, "take_key", json!({})).await.ok();
    assert!(taken["data"]["private_key"].as_str().unwrap().contains("PRIVATE KEY"));
    host.act_under("take-2", &id, "take_key", json!({})).await.refused(409, "not_possible");
    let events = host.get(&format!("/v1/services/{id}/events")).await.ok();
    let text = events.to_string();
    assert!(text.contains("host:demonstration") && !text.contains("PRIVATE KEY"), "{text}");
}

#[tokio::test]
async fn says_what_each_product_asks_and_fills_in_what_a_request_says() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    let id = host.sell("whmcs:1", "931").await;
    let asked = host.get(&format!("/v1/services/{id}/form")).await.ok();
    assert_eq!((&asked["has_names"], &asked["domains"]), (&json!(true), &json!(10)));
    assert_eq!(asked["default_method"], "dns-txt-prefix");
    let polish = host.get(&format!("/v1/services/{id}/form?language=pl")).await.ok();
    assert_eq!(polish["methods"][1]["id"], asked["methods"][1]["id"]);
    assert_ne!(polish["methods"][1]["text"], asked["methods"][1]["text"]);
    // What is told can be filled in.
    for (field, name) in [("server", "servers"), ("method", "methods")] {
        for word in asked[name].as_array().unwrap() {
            let draft = format!("/v1/services/{id}/draft");
            let form = json!({ field: word["id"] });
            host.send(reqwest::Method::PUT, &draft, form, None).await.ok();
        }
    }
    for key in asked["keys"].as_array().unwrap() {
        let form = json!({ "key": { "choice": "generate", "algorithm": key["id"], "keep": false } });
        host.send(reqwest::Method::PUT, &format!("/v1/services/{id}/draft"), form, None).await.ok();
    }

    let smime = json!({ "reference": "whmcs:2", "customer": "customer-7", "offer": { "product": "731" } });
    let smime = host.post("/v1/services", smime).await.ok();
    let asked = host.get(&format!("/v1/services/{}/form", smime["id"].as_str().unwrap())).await.ok();
    assert_eq!((&asked["has_names"], &asked["methods"]), (&json!(false), &json!([])));
    assert!(asked["subject"].as_array().unwrap().iter().any(|field| field["demand"] == "needed"), "{asked}");

    let fill = format!("/v1/services/{id}/fill");
    let names = ["shop.example.com", "www.shop.example.com", "mail.example.com"];
    let filled_in = host.post(&fill, json!({ "csr": csr(&names), "phone_country": "PL" })).await.ok();
    let lines =
        json!([{ "name": "shop.example.com", "www": true }, { "name": "mail.example.com", "www": false }]);
    assert_eq!((&filled_in["names"], &filled_in["phone_country"]), (&lines, &json!("PL")));
    host.post(&fill, json!({ "csr": "no request" })).await.refused(422, "findings");
}

#[tokio::test]
async fn reissues_renews_and_revokes() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    let id = host.issue(&stage, "whmcs:2", &["shop.example.com", "www.shop.example.com"]).await;

    let reissue =
        json!({ "csr": csr(&["shop.example.com"]), "added": [{ "name": "mail.shop.example.com" }] });
    host.act(&id, "reissue", reissue.clone()).await.ok();
    host.act(&id, "reissue", reissue.clone()).await.ok();
    let service = host.prove_until(&stage, &id, 2).await;
    let names = service["certificates"][0]["names"].as_array().unwrap();
    assert!(names.contains(&json!("mail.shop.example.com")), "{names:?}");
    host.act(&id, "reissue", reissue).await.ok();
    let service = host.get(&format!("/v1/services/{id}")).await.ok();
    assert_eq!(service["certificates"].as_array().unwrap().len(), 2, "asked for again, nothing happens");

    let renewal = json!({ "csr": csr(&["shop.example.com"]) });
    host.act(&id, "renew", renewal.clone()).await.refused(409, "not_possible");
    let renewed = host.post(&format!("/v1/services/{id}/actions/renew?role=reseller"), renewal).await.ok();
    assert_eq!(renewed["service"]["purpose"]["kind"], "renewal");
    host.prove_until(&stage, &id, 3).await;

    host.act(&id, "revoke", json!({ "reason": "SUPERSEDED" })).await.ok();
    let revoked = |service: &Value| service["certificates"][0]["standing"] == "revoked";
    host.until(&id, revoked).await;
    host.act(&id, "revoke", json!({ "serial_number": "00ff", "reason": "SUPERSEDED" }))
        .await
        .refused(404, "not_found");
    host.act(&id, "suspend", Value::Null).await.ok();
    host.act(&id, "unsuspend", Value::Null).await.ok();
    let ended = host.act(&id, "terminate", Value::Null).await.ok();
    assert_eq!(ended["service"]["running"], "terminated");
}

#[tokio::test]
async fn takes_payments_and_changes_what_was_sold() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    let id = host.issue(&stage, "whmcs:3", &["shop.example.com"]).await;
    let today =
        host.get(&format!("/v1/services/{id}")).await.ok()["created_at"].as_str().unwrap()[..10].to_owned();
    let paid =
        host.act(&id, "receive_payment", json!({ "paid_on": today, "period_start": today })).await.ok();
    let until = paid["service"]["account"]["paid_through"].clone();
    assert!(until.is_string(), "{paid}");
    let again =
        host.act(&id, "receive_payment", json!({ "paid_on": today, "period_start": today })).await.ok();
    assert_eq!(again["service"]["account"]["paid_through"], until, "a period counts once");
    let nameless = host.act_under("pay-1", &id, "receive_payment", json!({ "paid_on": today })).await;
    let nameless = nameless.refused(422, "input");
    assert_eq!(nameless["findings"][0]["field"], "period_start", "nothing else tells it from the last one");

    let mut offer = sale("", "601")["offer"].clone();
    offer["price"] = json!("59.00");
    let changed = host.act(&id, "change_offer", offer.clone()).await.ok();
    assert_eq!(changed["service"]["billing"]["price"], "59.00 PLN");
    let shown = host.post("/v1/offers/check", offer).await.ok();
    assert_eq!(shown["billing"]["price"], "59.00 PLN");
    let stored = host.act(&id, "store_request", json!({ "csr": csr(&["shop.example.com"]) })).await.ok();
    assert_eq!(stored["service"]["stored_request"], true);
    let wanted = json!({ "at_end_of_period": true, "reason": "too expensive" });
    host.act(&id, "request_cancellation", wanted).await.ok();
    let kept = host.act(&id, "withdraw_cancellation", Value::Null).await.ok();
    assert_eq!(kept["service"]["cancellation"], Value::Null);
}
