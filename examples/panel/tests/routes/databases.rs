//! The panel on each database.

use clap::Parser;
use panel::{Panel, Settings};

use crate::server::Server;
use crate::visit::Visit;

/// The demonstration is there; what somebody adds outlives the panel, and is there once.
async fn remembers(settings: &Settings) {
    let panel = Panel::start(settings.clone()).await.unwrap();
    let mut customer = Visit::logged_in(&panel, "customer").await;
    assert!(customer.get("/services").await.body.contains("shop.example.com"));
    let order = customer.get("/").await.form("/order");
    let sold = customer.submit(&order).await.location.unwrap();
    assert_eq!(customer.submit(&order).await.location.as_ref(), Some(&sold), "a second click buys nothing");
    panel.stop().await;

    let panel = Panel::start(settings.clone()).await.unwrap();
    let mut customer = Visit::logged_in(&panel, "customer").await;
    let services = customer.get("/services").await;
    let service = sold.split('/').nth(2).unwrap();
    assert_eq!(
        services.links().iter().filter(|link| link.ends_with(service)).count(),
        1,
        "{}",
        services.body
    );
    panel.stop().await;
}

#[tokio::test]
async fn remembers_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("panel.db");
    let arguments = ["panel", "--listen", "127.0.0.1:0", "--database", file.to_str().unwrap()];
    remembers(&Settings::parse_from(arguments)).await;
}

#[tokio::test]
async fn remembers_in_postgresql() {
    let Some(server) = Server::shared() else { return };
    let description = server.description("");
    let folder = description.split_whitespace().find_map(|part| part.strip_prefix("host=")).unwrap();
    let host = form_urlencoded::byte_serialize(folder.as_bytes()).collect::<String>();
    let mut settings = Settings::parse_from(["panel", "--listen", "127.0.0.1:0"]);
    settings.secrets.database = Some(format!("postgresql://postgres@{host}/postgres"));
    remembers(&settings).await;
}
