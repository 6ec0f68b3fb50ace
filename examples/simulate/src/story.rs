//! A world in words, line by line: for whoever looks into what came of a few services.

use crate::seen::{Line, Seen};

/// What was seen, in a line for each thing; nothing of what would fill pages.
pub(crate) fn lines(line: &Line<'_>) -> Vec<String> {
    let at = line.at;
    match &line.seen {
        Seen::Begun { .. } | Seen::Ticked => Vec::new(),
        Seen::Stored { number, events, .. } => events
            .iter()
            .map(|recorded| {
                let json = serde_json::to_string(&recorded.event).unwrap_or_default();
                format!("{at} {} stored {}", number.0, without_pem(&json))
            })
            .collect(),
        Seen::Told { number, fact } => vec![format!("{at} {} told {}", number.0, fact.kind)],
        Seen::Done { number, deed } => vec![format!("{at} {} did {deed:?}", number.0)],
        Seen::Refused { number } => vec![format!("{at} {} refused", number.0)],
        Seen::Booked { number, order } => {
            let number = number.map_or_else(|| "?".to_owned(), |number| number.0.to_string());
            vec![format!("{at} {number} booked {order:?}")]
        }
        Seen::Called { operation, fault, is_carried_out } => {
            let fault = fault.unwrap_or("well");
            let how = if *is_carried_out { "carried out" } else { "not carried out" };
            vec![format!("{at} - called {operation}: {fault}, {how}")]
        }
        other => vec![format!("{at} - {other:?}")],
    }
}

/// Requests and certificates are long, and say little.
fn without_pem(json: &str) -> String {
    let mut text = String::new();
    let mut rest = json;
    while let Some((before, pem)) = rest.split_once("-----BEGIN") {
        text.push_str(before);
        text.push('…');
        rest = pem.find('"').map_or("", |end| pem.split_at(end).1);
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_what_would_fill_pages() {
        let json = r#"{"a":"-----BEGIN X-----\nAB\n-----END X-----\n","b":1,"c":"-----BEGIN Y"}"#;
        assert_eq!(without_pem(json), r#"{"a":"…","b":1,"c":"…"}"#);
        assert_eq!(without_pem("{}"), "{}");
    }
}
