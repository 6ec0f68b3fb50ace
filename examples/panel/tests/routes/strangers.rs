//! Who sees what: nobody more than is theirs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cert_lifecycle::Action;
use cert_lifecycle::store::Search;
use reqwest::StatusCode;

use crate::visit::{Visit, panel};

/// Pages that anybody may see.
const PUBLIC: &[&str] = &["/", "/login", "/register", "/language", "/assets/{file}", "/healthz"];
/// What anybody may send, with a form that was made for them.
const SENT_BY_ANYBODY: &[&str] = &["/login", "/register", "/logout", "/language"];

/// Every address that the panel serves, as the sources say it, and whether it takes forms.
fn routes() -> BTreeSet<(String, bool)> {
    let mut routes = BTreeSet::new();
    let mut ahead = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web.rs")];
    ahead.extend(sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web")));
    for file in ahead {
        let source = fs::read_to_string(&file).unwrap();
        let place = file.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
        let nest = if place.to_string_lossy().contains("admin") { "/admin" } else { "" };
        for route in source.split(".route(").skip(1) {
            let mut parts = route.splitn(3, '"');
            let path = parts.nth(1).unwrap();
            let handlers = parts.next().unwrap().split(".route(").next().unwrap();
            let handlers = handlers.split('\n').next().unwrap_or(handlers);
            let path =
                if path == "/" && !nest.is_empty() { nest.to_owned() } else { format!("{nest}{path}") };
            if handlers.contains("get(") {
                routes.insert((path.clone(), false));
            }
            if handlers.contains("post(") {
                routes.insert((path, true));
            }
        }
    }
    assert!(routes.len() > 30, "the routes were not found: {routes:?}");
    routes
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(sources(&path)) } else { found.push(path) }
    }
    found
}

/// An address with something that exists in its gaps.
fn filled(path: &str, service: &str, serial: &str) -> String {
    let path = path.replace("{id}", service).replace("{serial}", serial).replace("{server}", "nginx");
    let path = path.replace("{action}", "suspend").replace("{key}", "0").replace("{file}", "panel.css");
    assert!(!path.contains('{'), "an address with an unknown gap: {path}");
    path
}

#[tokio::test]
async fn shows_nothing_to_somebody_who_is_not_logged_in() {
    let panel = panel().await;
    let service = panel.shop.lifecycle.search(Search::default()).await.unwrap().remove(0);
    let (id, serial) = (service.id.to_string(), service.row.serial_number.unwrap_or_default());
    let mut stranger = Visit::new(&panel);
    let csrf = stranger.get("/login").await.form("/login").fields;
    for (route, is_post) in routes() {
        let path = filled(&route, &id, &serial);
        if is_post {
            let seen = stranger.post(&path, &csrf).await;
            let expected =
                if SENT_BY_ANYBODY.contains(&&*route) { None } else { Some(StatusCode::UNAUTHORIZED) };
            assert!(expected.is_none_or(|status| seen.status == status), "POST {path}: {}", seen.status);
        } else if !PUBLIC.contains(&&*route) {
            let seen = stranger.get(&path).await;
            assert_eq!(seen.status, StatusCode::SEE_OTHER, "GET {path}");
            assert!(seen.location.unwrap().starts_with("/login?back="), "GET {path}");
        }
    }
    panel.stop().await;
}

#[tokio::test]
async fn shows_no_service_to_another_customer_and_no_administration_to_any() {
    let panel = panel().await;
    let rows = panel.shop.lifecycle.search(Search::default()).await.unwrap();
    let theirs = rows.iter().find(|row| row.row.common_name.as_deref() == Some("shop.example.com")).unwrap();
    let (id, serial) = (theirs.id.to_string(), theirs.row.serial_number.clone().unwrap());
    let customer = panel.shop.lifecycle.service(theirs.id).await.unwrap().customer;
    let invoices = panel.shop.sales.invoices(Some(&customer)).await.unwrap();
    let (invoice, _) = invoices.first().unwrap();
    let mut neighbour = Visit::logged_in(&panel, "neighbour").await;
    let csrf = neighbour.get("/").await.form("/logout").fields;
    let before = panel.shop.lifecycle.service(theirs.id).await.unwrap().version;
    for (route, is_post) in routes() {
        let is_foreign = route.contains("{id}") || route.contains("{key}") || route.starts_with("/admin");
        if !is_foreign {
            continue;
        }
        let actions = if route.contains("{action}") { Action::ALL } else { &Action::ALL[..1] };
        for action in actions {
            let route = route.replace("{action}", action.as_str()).replace("{key}", invoice);
            let path = filled(&route, &id, &serial);
            let seen = if is_post { neighbour.post(&path, &csrf).await } else { neighbour.get(&path).await };
            assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
            assert!(!seen.body.contains("shop.example.com"), "{path}");
        }
    }
    for (path, seen) in neighbour.crawl(&["/", "/services", "/invoices", "/letters"]).await {
        assert!(!seen.body.contains("shop.example.com"), "{path} shows another customer's service");
    }
    assert_eq!(panel.shop.lifecycle.service(theirs.id).await.unwrap().version, before);
    assert_eq!(panel.shop.sales.invoices(Some(&customer)).await.unwrap(), invoices);
    panel.stop().await;
}
