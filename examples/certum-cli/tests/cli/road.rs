//! From the request to the revocation.

use std::fs;

use serde_json::Value;

use crate::common::{NAME, Shell, failure, fields, openssl, order, printed, view};

#[tokio::test(flavor = "multi_thread")]
async fn goes_the_whole_road() {
    let shell = Shell::open().await;
    let csr = shell.request("first", &[NAME]).await;

    let wrong = ["order", "validate", "--product", "601", "--customer", "customer-7", "--csr", &csr];
    let output = shell.command(&wrong).args(["--name", "a b", "--json"]).output().await.unwrap();
    assert_eq!(output.status.code(), Some(3));
    let validation: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&validation["valid"], &validation["authority"]), (&false.into(), &"heard".into()));
    let found: Vec<_> = validation["findings"].as_array().unwrap().iter().collect();
    let named: Vec<_> =
        found.iter().map(|found| (found["code"].as_u64().unwrap(), &found["said_by"])).collect();
    assert!(named.contains(&(1054, &"us".into())) && named.contains(&(1008, &"both".into())), "{named:?}");
    assert!(named.contains(&(1009, &"authority".into())), "{named:?}");
    let expected = ["code", "field", "path", "said_by", "said_by_text", "text", "value"];
    assert!(found.iter().all(|found| fields(found) == expected), "{validation}");
    assert_eq!(shell.json(&order("validate", "931", &csr)).await["valid"], true);

    // One process waits; whoever publishes the record looks at what another one shows.
    let waiting = shell.command(&order("new", "931", &csr)).arg("--json").spawn().unwrap();
    let to_do = loop {
        let services = shell.json(&["service", "list", "--state", "validating"]).await;
        if let Some(service) = services[0]["id"].as_str() {
            break shell.json(&["service", "show", service]).await;
        }
    };
    shell.publish(&to_do);
    let bought = view(&waiting.wait_with_output().await.unwrap());
    assert_eq!((&bought["state"], &bought["names"][0]), (&"active".into(), &NAME.into()));
    let again = view(&shell.command(&order("new", "931", &csr)).arg("--json").output().await.unwrap());
    assert_eq!((again, shell.carried_out("quickOrder")), (bought.clone(), 1));

    let (service, order_id) = (bought["id"].as_str().unwrap(), bought["order_id"].as_str().unwrap());
    assert_eq!(shell.json(&["order", "show", order_id]).await["progress"], "issued");
    let state = shell.json(&["order", "state", order_id]).await;
    assert_eq!(fields(&state), ["checks", "order_id", "progress", "progress_text"]);
    let shown = shell.json(&["verify", "show", order_id]).await;
    assert_eq!(
        (&shown["verifications"][0]["name"], &shown["verifications"][0]["state"]),
        (&NAME.into(), &"verified".into())
    );
    let listed = shell.json(&["order", "list"]).await;
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["order_id"]), (1, &order_id.into()));

    // What is in the store, with the key of the request, for a server.
    let bundle =
        ["cert", "bundle", "--service", service, "--server", "nginx", "--out", "nginx", "--key", "first.key"];
    let files = shell.json(&bundle).await["files"].clone();
    let files: Vec<_> = files.as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect();
    let [chain, key] = files[..] else { panic!("{files:?}") };
    let public = |arguments: &[&str]| openssl(shell.path(), arguments);
    assert_eq!(
        public(&["x509", "-in", chain, "-pubkey", "-noout"]),
        public(&["pkey", "-in", key, "-pubout"])
    );
    assert_eq!(failure(&shell.command(&bundle).arg("--json").output().await.unwrap(), 2)["blame"], "caller");
    fs::write(shell.path().join("roots.pem"), shell.sandbox.roots_pem()).unwrap();
    let verify = ["cert", "verify", "--order", order_id, "--roots", "roots.pem", "--name", NAME];
    assert_eq!(shell.json(&verify).await["verified"], true);
    assert_eq!(
        shell.run(&[&verify[..], &["--name", "other.example.com"]].concat()).await.status.code(),
        Some(3)
    );

    let second = shell.request("second", &[NAME]).await;
    let reissue = ["reissue", service, "--csr", &second, "--add-name", "new.example.com", "--no-wait"];
    shell.publish(&shell.json(&reissue).await);
    let started = shell.json(&["verify", "start", service]).await;
    assert_eq!(started["id"], service);
    let reissued = shell.json(&["service", "wait", service]).await;
    assert_eq!(shell.json(&reissue[..6]).await, reissued, "asked for again, it is there");
    assert_eq!(
        (&reissued["names"][1], shell.carried_out("reissueCertificate")),
        (&"new.example.com".into(), 1)
    );

    let third = shell.request("third", &[NAME]).await;
    let renewed = shell.json(&["renew", service, "--csr", &third]).await;
    assert_eq!(shell.json(&["renew", service, "--csr", &third]).await, renewed);
    assert_eq!(
        (renewed["certificates"].as_array().unwrap().len(), shell.carried_out("renewCertificate")),
        (3, 1)
    );

    let nonsense =
        shell.command(&["revoke", service, "--reason", "boredom", "--json"]).output().await.unwrap();
    assert_eq!(failure(&nonsense, 3)["findings"][0]["code"], 1135);
    let revoked = shell.json(&["revoke", service, "--reason", "superseded"]).await;
    assert_eq!(revoked["certificates"][0]["standing"], "revoked");
    assert_eq!(shell.carried_out("revokeCertificate"), 1);
    let events = shell.json(&["service", "history", service]).await;
    assert_eq!(fields(&events[0]), ["actor", "at", "kind", "text"]);
    assert_eq!(events[0]["kind"], "created");
}

#[tokio::test(flavor = "multi_thread")]
async fn cancels_an_order_and_keeps_up_with_the_ca() {
    let shell = Shell::open().await;
    let csr = shell.request("first", &[NAME]).await;
    let placed = view(
        &shell.command(&order("new", "601", &csr)).args(["--no-wait", "--json"]).output().await.unwrap(),
    );
    // All that the library's own tests hold a service to.
    let pinned = include_str!("../../../../cert-lifecycle/src/view/tests/service.json");
    assert_eq!(fields(&placed), fields(&serde_json::from_str(pinned).unwrap()));
    let order_id = placed["order_id"].as_str().unwrap();
    let looked = shell.json(&["verify", "check", order_id]).await;
    assert_eq!(
        (&looked["seen_here"], &looked["names"][0]["authority"]["state"]),
        (&false.into(), &"required".into())
    );
    shell.publish(&placed);
    assert_eq!(shell.json(&["verify", "check", order_id]).await["seen_here"], true);
    assert_eq!(shell.json(&["order", "cancel", order_id]).await["state"], "rejected");
    assert_eq!(shell.carried_out("cancelOrder"), 1);

    let other = shell.request("other", &["www.example.org"]).await;
    let placed = view(
        &shell.command(&order("new", "601", &other)).args(["--no-wait", "--json"]).output().await.unwrap(),
    );
    shell.publish(&placed);
    shell.json(&["verify", "start", placed["order_id"].as_str().unwrap()]).await;
    // Whoever comes by from time to time takes the certificate, too.
    let synced = shell.json(&["sync"]).await;
    assert_eq!(fields(&synced), ["listed", "news", "services", "unknown"]);
    let services = shell.json(&["service", "list", "--name", "www.example.org"]).await;
    assert_eq!(services[0]["state"], "active", "{synced}");
    let products = shell.json(&["products"]).await;
    let expected = [
        "availability",
        "availability_text",
        "code",
        "kind",
        "kind_text",
        "level",
        "level_text",
        "name",
        "names",
        "renewal_code",
    ];
    assert_eq!(fields(&products[0]), expected);
    assert!(printed(&shell.run(&["products"]).await).lines().count() > 5);
}
