//! A letter before it is plain text or HTML.

use std::fmt::Write as _;

/// A letter: a subject, and parts one after the other. Whatever stands in it is cleaned and escaped when it is written.
pub(super) struct Letter {
    subject: String,
    parts: Vec<Part>,
}

/// A part of a letter.
#[derive(Debug)]
pub(super) enum Part {
    /// Sentences.
    Paragraph(String),
    /// Points, one under the other.
    List(Vec<String>),
    /// Values to read, each with its name.
    Table(Vec<(&'static str, String)>),
    /// Values to copy, under a heading.
    Record(&'static str, Vec<(&'static str, String)>),
    /// What somebody has written.
    Quote(String),
    /// An address, on a line of its own.
    Link(String),
}

impl Letter {
    pub(super) fn new(subject: String, parts: Vec<Part>) -> Self {
        Self { subject, parts }
    }

    /// The subject, in one line.
    pub(super) fn subject(&self) -> String {
        clean(&self.subject)
    }

    /// The letter as plain text.
    pub(super) fn text(&self) -> String {
        let parts: Vec<String> = self.parts.iter().map(Part::text).collect();
        parts.join("\n\n") + "\n"
    }

    /// The letter as HTML, without anything that mail programs would have to fetch.
    pub(super) fn html(&self, language: &str) -> String {
        let body: String = self.parts.iter().map(Part::html).collect();
        format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n\
             <body style=\"font-family: sans-serif; line-height: 1.4\">\n{body}</body>\n</html>\n",
            escape(&self.subject)
        )
    }
}

impl Part {
    fn text(&self) -> String {
        match self {
            Self::Paragraph(text) => clean(text),
            Self::List(points) => {
                let points: Vec<String> = points.iter().map(|point| format!("- {}", clean(point))).collect();
                points.join("\n")
            }
            Self::Table(rows) => lines(rows, ""),
            Self::Record(heading, rows) => format!("{heading}\n{}", lines(rows, "  ")),
            Self::Quote(text) => {
                let lines: Vec<String> = text.lines().map(|line| format!("> {}", clean(line))).collect();
                lines.join("\n")
            }
            Self::Link(address) => clean(address),
        }
    }

    fn html(&self) -> String {
        match self {
            Self::Paragraph(text) => format!("<p>{}</p>\n", escape(text)),
            Self::List(points) => {
                let points = points.iter().map(|point| format!("<li>{}</li>\n", escape(point)));
                format!("<ul>\n{}</ul>\n", points.collect::<String>())
            }
            Self::Table(rows) => table(rows, ("", "")),
            Self::Record(heading, rows) => {
                format!("<p><strong>{}</strong></p>\n{}", escape(heading), table(rows, ("<code>", "</code>")))
            }
            Self::Quote(text) => {
                let lines: Vec<String> = text.lines().map(escape).collect();
                format!("<blockquote>{}</blockquote>\n", lines.join("<br>\n"))
            }
            Self::Link(address) => {
                let address = escape(address);
                format!("<p><a href=\"{address}\">{address}</a></p>\n")
            }
        }
    }
}

/// Rows with their values below each other.
fn lines(rows: &[(&'static str, String)], indent: &str) -> String {
    let width = rows.iter().map(|(label, _)| label.chars().count()).max().unwrap_or_default() + 1;
    let line = |(label, value): &(&str, String)| {
        let label = format!("{label}:");
        format!("{indent}{label:<width$} {}", clean(value))
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn table(rows: &[(&'static str, String)], (open, close): (&str, &str)) -> String {
    let mut html = String::from("<table>\n");
    for (label, value) in rows {
        let (label, value) = (escape(label), escape(value));
        // Writing to a string can't fail.
        let _ = writeln!(html, "<tr><td>{label}:</td><td>{open}{value}{close}</td></tr>");
    }
    html + "</table>\n"
}

/// A text in one line, in the direction in which it is written: what would begin a new line, or turn the letters around
/// that follow, becomes a space.
fn clean(text: &str) -> String {
    let is_harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if is_harmful(c) { ' ' } else { c }).collect()
}

fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(part: Part) -> Letter {
        Letter::new("a <b>\r\nBcc: c".into(), vec![part])
    }

    #[test]
    fn keeps_what_others_wrote_in_its_line_and_out_of_the_markup() {
        let evil = || "x\r\nBcc: y\u{202e}<script>\"'&".to_owned();
        for part in [
            Part::Paragraph(evil()),
            Part::List(vec![evil()]),
            Part::Table(vec![("a", evil())]),
            Part::Record("a", vec![("a", evil())]),
            Part::Link(evil()),
        ] {
            let letter = letter(part);
            let (text, html) = (letter.text(), letter.html("pl"));
            assert!(text.contains("x  Bcc: y <script>"), "{text}");
            assert!(html.contains("x  Bcc: y &lt;script&gt;&quot;&#39;&amp;"), "{html}");
            assert_eq!(letter.subject(), "a <b>  Bcc: c");
            assert!(html.contains("<title>a &lt;b&gt;  Bcc: c</title>"), "{html}");
        }
    }

    #[test]
    fn marks_each_line_of_a_quotation() {
        let letter = letter(Part::Quote("a\r\n<b>\nc".into()));
        assert_eq!(letter.text(), "> a\n> <b>\n> c\n");
        assert!(letter.html("en").contains("<blockquote>a<br>\n&lt;b&gt;<br>\nc</blockquote>"));
    }

    #[test]
    fn puts_values_below_each_other_by_letters_and_not_by_bytes() {
        let letter = letter(Part::Table(vec![("Usługa", "1".into()), ("Data", "2".into())]));
        assert_eq!(letter.text(), "Usługa: 1\nData:   2\n");
    }
}
