//! The log.

use std::collections::BTreeSet;

use cert_domain::Language;

use super::super::EventView;
use super::super::event::samples::{CODE, DIGEST, events, recorded};
use crate::service::Event;

/// The names of all events, as the store's reader says them when it refuses another.
fn known() -> BTreeSet<String> {
    let refused =
        serde_json::from_str::<Event>(r#"{"event":"nothing of the kind"}"#).unwrap_err().to_string();
    let (_, list) = refused.split_once("expected one of ").unwrap();
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn tells_every_event_by_its_name_in_the_store() {
    let mut told = BTreeSet::new();
    for event in events() {
        let stored = serde_json::to_value(&event).unwrap();
        let view = EventView::of(&recorded(event), Language::English);
        assert_eq!(stored["event"], view.kind);
        told.insert(view.kind.to_owned());
    }
    assert_eq!(told, known());
}

#[test]
fn says_each_event_in_one_sentence_of_either_language() {
    for event in events() {
        let [english, polish] = [Language::English, Language::Polish]
            .map(|language| EventView::of(&recorded(event.clone()), language).text);
        assert_ne!(english, polish);
        for text in [english, polish] {
            assert!(text.ends_with('.') && !text.ends_with(".."), "{text}");
            assert!(text.starts_with(char::is_uppercase) && !text.contains('\n'), "{text}");
            assert!(!text.contains("{}") && !text.contains("  "), "{text}");
        }
    }
}

#[test]
fn shows_no_request_no_code_no_link_and_no_note_in_the_log() {
    for event in events() {
        for language in [Language::English, Language::Polish] {
            let view = EventView::of(&recorded(event.clone()), language);
            let shown = format!("{view:?} {}", serde_json::to_string(&view).unwrap());
            for secret in ["BEGIN", CODE, DIGEST, "a note for the CA"] {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
    }
}

#[test]
fn says_who_asked_and_when() {
    let view = EventView::of(&recorded(Event::Resumed), Language::English);
    let text = "The reseller has settled it; the service goes on.";
    let expected = serde_json::json!({
        "at": "2026-11-21T12:00:00Z", "actor": "staff:anna", "kind": "resumed", "text": text,
    });
    assert_eq!(serde_json::to_value(&view).unwrap(), expected);
}
