//! Views laid out as plain text: for terminals, and wherever else nothing is drawn.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// How views are told to people: which fields, and under which labels.
///
/// Where a view has a text beside a word (`state_text` beside `state`), or has a `text` that says its `state` or `kind` again,
/// the text stands alone. What there is nothing to tell of is left out. Control characters, which could steer a terminal, are
/// replaced.
///
/// ```
/// use cert_lifecycle::view::Layout;
///
/// let label = |_: &str, field: &str| field.to_uppercase();
/// let fields = ["id", "state", "checks", "kind"].map(str::to_owned);
/// let layout = Layout::new(&fields, &label);
/// let view = serde_json::json!({
///     "id": 7, "state": "active", "state_text": "active for years", "checks": [{"kind": "domain"}],
/// });
/// assert_eq!(layout.lay_out(&view), "ID     7\nSTATE  active for years\n\nCHECKS\n  KIND\n  domain");
/// ```
#[derive(Clone, Copy)]
pub struct Layout<'a> {
    fields: &'a [String],
    label: &'a dyn Fn(&str, &str) -> String,
}

impl<'a> Layout<'a> {
    /// A layout that tells these fields, in their order. What a field is called depends on what it is part of: the field
    /// above it, or nothing.
    pub fn new(fields: &'a [String], label: &'a dyn Fn(&str, &str) -> String) -> Self {
        Self { fields, label }
    }

    /// A view: its fields under each other, lists and parts below them.
    #[must_use]
    pub fn lay_out(&self, view: &impl Serialize) -> String {
        self.part("", &value(view), "").trim_end().to_owned()
    }

    fn part(&self, of: &str, view: &Value, indent: &str) -> String {
        let told = self.fields.iter().filter_map(|name| Some((&**name, find(view, name)?)));
        let (blocks, lines): (Vec<_>, Vec<_>) = told.partition(|(_, value)| is_block(value));
        let lines = lines.into_iter().map(|(name, value)| ((self.label)(of, name), in_line(value)));
        let lines: Vec<_> = lines.filter(|(_, text)| !text.is_empty()).collect();
        let width = lines.iter().map(|(label, _)| label.chars().count()).max().unwrap_or_default();
        let lines = lines.into_iter().map(|(label, text)| format!("{indent}{label:<width$}  {text}\n"));
        let mut all: String = lines.collect();
        let below = format!("{indent}  ");
        for (name, value) in blocks {
            let block = match value.as_array() {
                Some(rows) => self.whole_table(name, rows, &below),
                None => self.part(name, value, &below),
            };
            all += &format!("\n{indent}{}\n{block}", (self.label)(of, name));
        }
        all
    }

    /// Rows that are there as a whole, in the columns that tell something.
    fn whole_table(&self, of: &str, rows: &[Value], indent: &str) -> String {
        let says = |name: &&String| {
            let cells = || rows.iter().filter_map(|row| find(row, name));
            cells().any(|cell| !in_line(cell).is_empty()) && !cells().any(is_block)
        };
        let columns = self.fields.iter().filter(says).cloned().collect();
        Table { columns, indent: indent.to_owned(), ..Table::new(of, "") }.rows(self, rows)
    }
}

impl fmt::Debug for Layout<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layout").field("fields", &self.fields).finish_non_exhaustive()
    }
}

/// Columns under their heads, a page at a time. Each is as wide as what is widest in the first page, and grows with what
/// comes.
#[derive(Clone, Debug)]
pub struct Table {
    of: String,
    columns: Vec<String>,
    widths: Vec<usize>,
    indent: String,
}

impl Table {
    /// A table of what is called so, with these fields for columns, separated by blanks.
    #[must_use]
    pub fn new(of: &str, columns: &str) -> Self {
        let columns = columns.split_whitespace().map(str::to_owned).collect();
        Self { of: of.to_owned(), columns, widths: Vec::new(), indent: String::new() }
    }

    /// The next rows, a line each; before the first ones, the heads.
    pub fn rows(&mut self, layout: &Layout<'_>, rows: &[impl Serialize]) -> String {
        let rows: Vec<_> = rows.iter().map(value).collect();
        let is_first = self.widths.is_empty() && !rows.is_empty();
        let heads = || self.columns.iter().map(|column| (layout.label)(&self.of, column)).collect();
        let cell = |row, column| find(row, column).map(in_line).unwrap_or_default();
        let cells = rows.iter().map(|row| self.columns.iter().map(|column| cell(row, column)).collect());
        let lines: Vec<Vec<String>> = is_first.then(heads).into_iter().chain(cells).collect();
        if is_first {
            self.widths.resize(self.columns.len(), 0);
        }
        for line in &lines {
            let widths = self.widths.iter_mut().zip(line);
            widths.for_each(|(width, text)| *width = (*width).max(text.chars().count()));
        }
        let line = |line: &Vec<String>| {
            let cells = line.iter().zip(&self.widths).map(|(text, &width)| format!("{text:<width$}  "));
            format!("{}{}", self.indent, cells.collect::<String>()).trim_end().to_owned() + "\n"
        };
        lines.iter().map(line).collect()
    }
}

/// A text without control characters, which could steer a terminal.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { '\u{fffd}' } else { char }).collect()
}

pub(super) fn value(view: &impl Serialize) -> Value {
    // Views have texts for keys, and can't fail.
    serde_json::to_value(view).unwrap_or_default()
}

/// What a field says to people.
fn find<'a>(view: &'a Value, name: &str) -> Option<&'a Value> {
    let text = view.get(format!("{name}_text"));
    let is_said = matches!(name, "state" | "kind") && view.get("text").is_some();
    text.or_else(|| view.get(name).filter(|_| !is_said))
}

/// Whether it takes more than a line.
fn is_block(value: &Value) -> bool {
    match value {
        Value::Array(rows) => rows.iter().any(Value::is_object),
        Value::Object(_) => name_of(value).is_none(),
        _ => false,
    }
}

/// What an object is called, if that is enough to tell of it.
fn name_of(object: &Value) -> Option<&Value> {
    object.get("text").or_else(|| object.get("name"))
}

/// A value in one line, empty if that is nothing.
fn in_line(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => plain(text),
        Value::Array(values) => values.iter().map(in_line).collect::<Vec<_>>().join(", "),
        Value::Object(_) => name_of(value).map(in_line).unwrap_or_default(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields() -> Vec<String> {
        let names = "at name serial_number kind state text standing product purpose names common_name stray_orders \
                     not_after problems refusal checks certificates findings";
        names.split_whitespace().map(str::to_owned).collect()
    }

    fn label(of: &str, field: &str) -> String {
        format!("{of}.{field}").trim_start_matches('.').to_uppercase()
    }

    #[test]
    fn puts_fields_under_each_other_and_lists_below_in_columns() {
        let view = json!({
            "certificates": [
                {"serial_number": "A", "standing": "valid", "standing_text": "ważny", "pem": "A", "names": []},
                {"serial_number": "BB", "standing": "revoked", "standing_text": "nieważny", "not_after": null},
            ],
            "checks": [{"kind": "domain", "kind_text": "domeny", "state": "verified", "text": "potwierdzone"}],
            "refusal": {"at": "2026-11-22T12:00:00Z", "findings": []},
            "product": {"code": "601", "name": "Commercial SSL"},
            "purpose": {"kind": "new", "text": "pierwszy certyfikat"},
            "names": ["a.example.com", "b.example.com"],
            "state": "active",
            "state_text": "aktywny",
            "common_name": null,
            "stray_orders": [],
            "version": 7,
        });
        let expected = "\
STATE    aktywny
PRODUCT  Commercial SSL
PURPOSE  pierwszy certyfikat
NAMES    a.example.com, b.example.com

REFUSAL
  REFUSAL.AT  2026-11-22T12:00:00Z

CHECKS
  CHECKS.KIND  CHECKS.TEXT
  domeny       potwierdzone

CERTIFICATES
  CERTIFICATES.SERIAL_NUMBER  CERTIFICATES.STANDING
  A                           ważny
  BB                          nieważny";
        assert_eq!(Layout::new(&fields(), &label).lay_out(&view), expected);
    }

    #[test]
    fn puts_heads_over_the_first_page_alone() {
        let fields = fields();
        let layout = Layout::new(&fields, &label);
        let mut table = Table::new("", "customer placed_at");
        let row = |customer: &str| json!({"customer": customer, "placed_at": 1, "order_id": "order-1"});
        assert_eq!(table.rows(&layout, &[] as &[Value]), "");
        assert_eq!(table.rows(&layout, &[row("a")]), "CUSTOMER  PLACED_AT\na         1\n");
        let next = table.rows(&layout, &[row("customer-77"), row("b")]);
        assert_eq!(next, "customer-77  1\nb            1\n");
    }

    #[test]
    fn lets_no_control_character_through() {
        let view =
            json!({"name": "a\u{1b}[2J", "problems": ["\u{9b}31m"], "findings": [{"text": "\u{7}\r"}]});
        let told = Layout::new(&fields(), &label).lay_out(&view);
        assert!(told.contains("a\u{fffd}[2J") && told.contains("\u{fffd}31m"), "{told}");
        assert!(told.ends_with("\u{fffd}\u{fffd}"), "{told}");
        assert!(!told.chars().any(|char| char.is_control() && char != '\n'), "{told}");
    }
}
