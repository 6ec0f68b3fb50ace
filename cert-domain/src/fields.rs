//! Fields of a form, as browsers send them, made into forms.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Fields with their values, in the order in which they came: what an HTML form sends.
///
/// The name of a field is its path in the form, as serde names it: `contact.first_name`, `names.0.name`. A path that ends in
/// `?` is a box to tick, or a choice between `true` and `false`; one that ends in `#` is a number. What is left empty is left
/// out; lines of a list may have gaps.
///
/// ```
/// use cert_domain::{Fields, Form};
///
/// let sent = [("contact.first_name", "Jan"), ("names.0.name", "example.com"), ("names.0.www?", "true"), ("csr", "")];
/// let fields = Fields::new(sent.map(|(name, value)| (name.to_owned(), value.to_owned())))?;
/// let form: Form = fields.form()?;
/// assert_eq!(form.contact.first_name, "Jan");
/// assert!(form.names[0].www);
/// # Ok::<_, cert_domain::UnreadableFields>(())
/// ```
#[derive(Clone, Default)]
pub struct Fields(Vec<(String, String)>);

/// Fields that make no form: somebody has built the request by hand. It quotes nothing of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the fields make no form")]
pub struct UnreadableFields(());

/// What was said of a form, and can't be put into it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FillError {
    /// The form has no such field.
    #[error("no form has the field {0}")]
    NoSuchField(String),
    /// A field holds something else than it can.
    #[error("a field of the form can't be read")]
    Value(#[source] serde_json::Error),
}

/// A form with what is said put over it: an object with the form's fields, or with some of them. Unlike what browsers send, a
/// field that the form does not have is refused, so that a typing error in a file or an argument does not go unseen.
///
/// ```
/// use cert_domain::{Fields, Form, fill};
///
/// let file = serde_json::json!({"contact": {"first_name": "Jan"}, "names": [{"name": "shop.example.com", "www": true}]});
/// let form = fill(&Form::default(), file)?;
/// let set = |path: &str| Fields::new([(path.to_owned(), "Nowak".to_owned())])?.value();
/// let form = fill(&form, set("contact.last_name")?)?;
/// assert_eq!((&*form.contact.first_name, &*form.contact.last_name), ("Jan", "Nowak"));
/// let mistyped = fill(&form, set("contact.lastname")?).unwrap_err();
/// assert_eq!(mistyped.to_string(), "no form has the field contact.lastname");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If a field is none of the form's, or can't be read.
pub fn fill<T: Serialize + DeserializeOwned>(form: &T, said: Value) -> Result<T, FillError> {
    let mut filled = serde_json::to_value(form).map_err(FillError::Value)?;
    merge(&mut filled, said, "")?;
    serde_json::from_value(filled).map_err(FillError::Value)
}

fn merge(into: &mut Value, said: Value, path: &str) -> Result<(), FillError> {
    match (into, said) {
        // Which key is chosen decides which fields there are.
        (Value::Object(fields), Value::Object(said)) if path != ".key" => {
            said.into_iter().try_for_each(|(name, value)| {
                let path = format!("{path}.{name}");
                let unknown = || FillError::NoSuchField(path.trim_start_matches('.').to_owned());
                merge(fields.get_mut(&name).ok_or_else(unknown)?, value, &path)
            })
        }
        (place, value) => {
            *place = value;
            Ok(())
        }
    }
}

/// A field's place in a form: either what was filled in, or what lies below.
#[derive(Default)]
struct Place {
    value: Option<Value>,
    below: BTreeMap<String, Self>,
}

impl Fields {
    /// The most fields of a form.
    pub const MOST: usize = 2000;
    /// How deep forms are.
    const DEEPEST: usize = 6;

    /// Fields as they were sent.
    ///
    /// # Errors
    /// If there are more than [`MOST`](Self::MOST), or one holds a null character, which no database takes for text.
    pub fn new(sent: impl IntoIterator<Item = (String, String)>) -> Result<Self, UnreadableFields> {
        let sent: Vec<_> = sent.into_iter().take(Self::MOST + 1).collect();
        let are_texts = sent.iter().all(|(name, value)| !name.contains('\0') && !value.contains('\0'));
        if are_texts && sent.len() <= Self::MOST { Ok(Self(sent)) } else { Err(UnreadableFields(())) }
    }

    /// What was filled in, without what surrounds it; nothing for a field that was not sent.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(sent, _)| sent == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// Whether a field was sent, such as a box that was ticked.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(sent, _)| sent == name)
    }

    /// The form that the fields make.
    ///
    /// # Errors
    /// If a choice has a value that the form does not know, or a number is none.
    pub fn form<T: DeserializeOwned>(&self) -> Result<T, UnreadableFields> {
        serde_json::from_value(self.value()?).map_err(|_| UnreadableFields(()))
    }

    /// The same as JSON.
    ///
    /// # Errors
    /// If a number is none, or a box says neither yes nor no.
    pub fn value(&self) -> Result<Value, UnreadableFields> {
        let mut root = Place::default();
        for (name, text) in &self.0 {
            let (path, value) = match (name.strip_suffix('?'), name.strip_suffix('#')) {
                (Some(path), _) => (path, yes_or_no(text)?),
                (_, Some(path)) => (path, number(text)?),
                // Browsers end lines as mail does.
                _ => (&**name, (!text.trim().is_empty()).then(|| text.replace("\r\n", "\n").into())),
            };
            if path.split('.').count() <= Self::DEEPEST {
                let place = path.split('.').fold(&mut root, Place::below);
                place.value = value.or_else(|| place.value.take());
            }
        }
        Ok(root.into_object())
    }
}

/// A box that is not ticked is not sent: that something is not wanted is said by `false`.
fn yes_or_no(text: &str) -> Result<Option<Value>, UnreadableFields> {
    match text.trim() {
        "" => Ok(None),
        // What a browser sends for a box that has no value of its own.
        "true" | "on" => Ok(Some(true.into())),
        "false" => Ok(Some(false.into())),
        _ => Err(UnreadableFields(())),
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Passwords and persons don't belong into logs.
        f.debug_struct("Fields").field("fields", &self.0.len()).finish_non_exhaustive()
    }
}

fn number(text: &str) -> Result<Option<Value>, UnreadableFields> {
    match text.trim() {
        "" => Ok(None),
        digits => digits.parse::<u32>().map(|number| Some(number.into())).map_err(|_| UnreadableFields(())),
    }
}

impl Place {
    fn below<'a>(&'a mut self, part: &str) -> &'a mut Self {
        self.below.entry(part.to_owned()).or_default()
    }

    fn into_object(self) -> Value {
        let fields = self.below.into_iter().filter_map(|(name, place)| Some((name, place.into_value()?)));
        Value::Object(fields.collect::<Map<_, _>>())
    }

    fn into_value(self) -> Option<Value> {
        if self.below.is_empty() {
            return self.value;
        }
        // Lines of a list come by their numbers; those that were left out leave no gap.
        if self.below.keys().any(|key| key.parse::<u16>().is_err()) {
            return Some(self.into_object());
        }
        let mut lines: Vec<(u16, Self)> =
            self.below.into_iter().filter_map(|(key, place)| Some((key.parse().ok()?, place))).collect();
        lines.sort_unstable_by_key(|(number, _)| *number);
        Some(Value::Array(lines.into_iter().filter_map(|(_, place)| place.into_value()).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Form, KeyChoice, OfferForm};

    fn form<T: DeserializeOwned>(sent: &[(&str, &str)]) -> Result<T, UnreadableFields> {
        Fields::new(sent.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())))?.form()
    }

    #[test]
    fn makes_the_form_of_an_order() {
        let form: Form = form(&[
            ("key.choice", "generate"),
            ("key.algorithm", "rsa-2048"),
            ("key.keep?", "on"),
            ("csr", "a\r\nb"),
            ("contact.first_name", "true"),
            ("names.10.name", "b.example.com"),
            ("names.2.name", "a.example.com"),
            ("names.2.www?", "on"),
            ("hash_algorithm", ""),
            ("x.y", "1"),
        ])
        .unwrap();
        assert!(matches!(form.key, KeyChoice::Generate { keep: true, .. }));
        assert_eq!((&*form.csr, &*form.contact.first_name), ("a\nb", "true"));
        assert_eq!(form.names.len(), 2);
        assert!(form.names[0].name == "a.example.com" && form.names[0].www && !form.names[1].www);
    }

    #[test]
    fn tells_no_from_what_is_left_open() {
        for (sent, send_messages) in
            [("", None), ("false", Some(false)), ("true", Some(true)), ("on", Some(true))]
        {
            assert_eq!(
                form::<Form>(&[("send_messages?", sent)]).unwrap().send_messages,
                send_messages,
                "{sent}"
            );
        }
        assert!(form::<Form>(&[("send_messages?", "no")]).is_err(), "what is meant is not guessed");
    }

    #[test]
    fn reads_numbers_where_the_form_has_them() {
        let sent = [("product", "931"), ("domains_limit#", "25"), ("additional_domains?", "on")];
        let offer: OfferForm = form(&sent).unwrap();
        assert_eq!((&*offer.product, offer.domains_limit, offer.additional_domains), ("931", Some(25), true));
        assert!(form::<OfferForm>(&[("domains_limit#", "many")]).is_err());
    }

    #[test]
    fn refuses_what_is_no_text_and_what_no_form_has() {
        assert!(form::<Form>(&[("contact.first_name", "\0")]).is_err());
        assert!(form::<Form>(&[("key.choice", "steal")]).is_err());
        assert!(form::<Form>(&[("contact", "x")]).is_err());
        assert!(form::<Form>(&[("x", ""); Fields::MOST + 1]).is_err());
        assert!(form::<Form>(&[(&*"a.".repeat(50_000), "")]).is_ok());
    }

    #[test]
    fn tells_what_was_sent_in_a_field() {
        let sent = [("name", " a.example.com "), ("www?", ""), ("name", "b.example.com")];
        let fields = Fields::new(sent.map(|(name, value)| (name.to_owned(), value.to_owned()))).unwrap();
        assert_eq!((fields.get("name"), fields.get("www?"), fields.get("csr")), ("a.example.com", "", ""));
        assert!(fields.has("www?") && !fields.has("csr"));
        let printed = format!("{fields:?}");
        assert!(printed.contains('3') && !printed.contains("example"), "{printed}");
    }

    #[test]
    fn puts_what_is_said_over_a_form() {
        let said = serde_json::json!({"csr": "a", "key": {"choice": "generate", "algorithm": "rsa-2048"}});
        let form = fill(&Form::default(), said).unwrap();
        assert_eq!(form.csr, "a");
        assert!(matches!(form.key, KeyChoice::Generate { keep: false, .. }));
        // A key that the customer keeps has no algorithm to leave over.
        let form = fill(&form, serde_json::json!({"key": {"choice": "request"}})).unwrap();
        assert_eq!((&*form.csr, form.key), ("a", KeyChoice::Request));
        let form = fill(&form, serde_json::json!({"contact": {"email": "jan@example.com"}})).unwrap();
        assert_eq!((&*form.csr, &*form.contact.email), ("a", "jan@example.com"));
        let refused = |said| fill(&form, said).unwrap_err().to_string();
        assert_eq!(
            refused(serde_json::json!({"contact": {"mail": ""}})),
            "no form has the field contact.mail"
        );
        assert_eq!(refused(serde_json::json!({"csr": 7})), "a field of the form can't be read");
    }
}
