//! What nobody should send: forged forms, scripts, what is no text, and far too much.

use clap::Parser;
use panel::{Panel, Settings};
use reqwest::StatusCode;

use crate::visit::{Form, Visit, panel};

const SCRIPT: &str = "<script>alert(1)</script>'\"><img src=x onerror=alert(2)>";

/// What would end the session that the test needs.
fn is_harmless(form: &Form) -> bool {
    form.is_post && !["/logout", "/login", "/register"].contains(&&*form.action)
}

/// Where somebody begins to look around.
fn start(who: &str) -> &'static [&'static str] {
    match who {
        "admin" => &["/", "/services", "/invoices", "/letters", "/admin"],
        _ => &["/", "/services", "/invoices", "/letters"],
    }
}

/// All forms that somebody finds.
async fn forms(visit: &mut Visit, from: &[&str]) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    for (path, seen) in visit.crawl(from).await {
        assert!(!seen.status.is_server_error(), "{path}: {}", seen.status);
        // What a menu offered may be over when its link is followed: services go on meanwhile, with what was sent before.
        let is_over = seen.status == StatusCode::CONFLICT && path.contains("/do/");
        assert!(is_over || !seen.status.is_client_error(), "a link leads to {path}: {}", seen.status);
        for form in seen.forms(&path).into_iter().filter(is_harmless) {
            let names = |form: &Form| form.fields.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
            if !forms.iter().any(|known| known.action == form.action && names(known) == names(&form)) {
                forms.push(form);
            }
        }
    }
    forms
}

#[tokio::test]
async fn refuses_every_form_that_was_not_made_for_its_sender() {
    let panel = panel().await;
    for who in ["customer", "admin"] {
        let mut visit = Visit::logged_in(&panel, who).await;
        let forms = forms(&mut visit, start(who)).await;
        assert!(forms.len() > 10, "{who} found {} forms", forms.len());
        for form in forms {
            for sent in [form.without("csrf"), {
                let mut other = form.clone();
                other.set("csrf", &"0".repeat(64));
                other
            }] {
                let seen = visit.submit(&sent).await;
                assert_eq!(seen.status, StatusCode::FORBIDDEN, "{who}: {}", sent.action);
            }
        }
    }
    panel.stop().await;
}

#[tokio::test]
async fn shows_no_script_that_somebody_typed_and_breaks_at_none() {
    let panel = panel().await;
    for who in ["customer", "admin"] {
        let mut visit = Visit::logged_in(&panel, who).await;
        for form in forms(&mut visit, start(who)).await {
            let hostile = form.typing(SCRIPT);
            let mut buttons: Vec<Option<&(String, String)>> = vec![None];
            buttons.extend(form.buttons.iter().map(Some));
            for button in buttons {
                let mut sent = hostile.clone();
                if let Some((name, value)) = button {
                    sent.set(name, value);
                }
                let seen = visit.submit(&sent).await;
                assert!(
                    !seen.status.is_server_error(),
                    "{who}: {} with {button:?}: {}",
                    sent.action,
                    seen.status
                );
                assert!(
                    !seen.body.contains("<script>alert") && !seen.body.contains("<img src=x"),
                    "{}",
                    sent.action
                );
            }
        }
        for (path, seen) in visit.crawl(start(who)).await {
            assert!(!seen.status.is_server_error(), "{path}: {}", seen.status);
            assert!(!seen.body.contains("<script>alert") && !seen.body.contains("<img src=x"), "{path}");
        }
    }
    panel.stop().await;
}

#[tokio::test]
async fn says_clearly_that_it_takes_no_null_bytes_and_not_ten_megabytes() {
    let panel = panel().await;
    let paste = "A".repeat(10 * 1024 * 1024);
    for who in ["customer", "admin"] {
        let mut visit = Visit::logged_in(&panel, who).await;
        for form in forms(&mut visit, start(who)).await {
            let seen = visit.submit(&form.typing("a\0b")).await;
            let takes_text = !form.typed.is_empty();
            if takes_text {
                assert_eq!(seen.status, StatusCode::BAD_REQUEST, "{who}: {}", form.action);
            }
            if let Some(name) = form.typed.first() {
                let mut sent = form.clone();
                sent.set(name, &paste);
                let seen = visit.submit(&sent).await;
                assert_eq!(seen.status, StatusCode::PAYLOAD_TOO_LARGE, "{who}: {}", form.action);
                assert!(seen.body.contains("Too much") || seen.body.contains("Za dużo"), "{}", seen.body);
            }
        }
        for path in [
            "/services/%00",
            "/admin/services?text=%00",
            "/services?after=%00",
            "/assets/%00",
            "/login?back=%00",
        ] {
            let seen = visit.get(path).await;
            assert!(seen.status.is_client_error(), "{path}: {}", seen.status);
        }
    }
    panel.stop().await;
}

#[tokio::test]
async fn sends_nobody_to_another_site_after_logging_in() {
    let panel = panel().await;
    for back in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "/\u{1}x",
        "/\u{7f}",
        "/ż",
        "javascript:alert(1)",
    ] {
        let mut visit = Visit::new(&panel);
        let mut form = visit.get("/login").await.form("/login");
        form.set("email", "customer@example.com");
        form.set("password", "demonstration");
        form.set("back", back);
        assert_eq!(visit.submit(&form).await.location.as_deref(), Some("/"), "{back}");
    }
    panel.stop().await;
}

#[tokio::test]
async fn leads_back_from_a_refused_form_to_the_page_that_it_was_on() {
    let panel = panel().await;
    let mut visit = Visit::logged_in(&panel, "customer").await;
    visit.get("/invoices?show=all").await;
    let seen = visit.post("/order", &[]).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    let back = ("back".to_owned(), "/invoices?show=all".to_owned());
    assert!(seen.form("/language").fields.contains(&back), "{}", seen.body);
    panel.stop().await;
}

#[tokio::test]
async fn lets_nobody_guess_passwords_for_long() {
    let panel = panel().await;
    let mut visit = Visit::new(&panel);
    let mut form = visit.get("/login").await.form("/login");
    form.set("email", "customer@example.com");
    form.set("password", "wrong-password");
    let mut answers = Vec::new();
    for _ in 0..10 {
        answers.push(visit.submit(&form).await.status);
    }
    assert_eq!(answers.first(), Some(&StatusCode::UNPROCESSABLE_ENTITY));
    assert_eq!(answers.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
    form.set("password", "demonstration");
    assert_eq!(visit.submit(&form).await.status, StatusCode::TOO_MANY_REQUESTS);
    panel.stop().await;
}

#[tokio::test]
async fn believes_where_people_come_from_by_a_proxy_alone() {
    for is_behind_proxy in [false, true] {
        let mut settings = Settings::parse_from(["panel", "--listen", "127.0.0.1:0", "--bare"]);
        settings.behind_proxy = is_behind_proxy;
        let panel = Panel::start(settings).await.unwrap();
        let mut visit = Visit::new(&panel);
        let blank = visit.get("/register").await.form("/register");
        let mut answers = Vec::new();
        // What comes before the last address was written by the sender.
        for from in ["192.0.2.1", "192.0.2.9, 192.0.2.1", "192.0.2.2"] {
            visit.forwarded_for = Some(from);
            for _ in 0..5 {
                answers.push(visit.submit(&blank).await.status);
            }
        }
        let refused: Vec<_> = (0..15).filter(|at| answers[*at] == StatusCode::TOO_MANY_REQUESTS).collect();
        let expected = if is_behind_proxy { 8..10 } else { 8..15 };
        assert_eq!(refused, expected.collect::<Vec<_>>(), "behind a proxy: {is_behind_proxy}");
        panel.stop().await;
    }
}
