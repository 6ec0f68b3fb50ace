//! Somebody with a browser of few talents.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use clap::Parser;
use panel::{Panel, Settings};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, StatusCode};
use scraper::{ElementRef, Html, Selector};

/// The panel with its demonstration.
pub(crate) async fn panel() -> Panel {
    Panel::start(Settings::parse_from(["panel", "--listen", "127.0.0.1:0"])).await.unwrap()
}

/// Somebody who visits, with the session that they got.
pub(crate) struct Visit {
    client: Client,
    base: String,
    session: Option<String>,
    /// Where a proxy says that they come from.
    pub(crate) forwarded_for: Option<&'static str>,
    /// The page that was looked at last: what is sent comes from there.
    page: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    /// Where to go instead.
    pub(crate) location: Option<String>,
    pub(crate) body: String,
}

/// A form on a page, with what its fields hold.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) is_post: bool,
    pub(crate) fields: Vec<(String, String)>,
    /// Those that people type into.
    pub(crate) typed: BTreeSet<String>,
    /// The buttons that have a name of their own.
    pub(crate) buttons: Vec<(String, String)>,
}

impl Visit {
    pub(crate) fn new(panel: &Panel) -> Self {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        Self {
            client,
            base: format!("http://{}", panel.address),
            session: None,
            forwarded_for: None,
            page: "/".to_owned(),
        }
    }

    /// Somebody of the demonstration, logged in.
    pub(crate) async fn logged_in(panel: &Panel, who: &str) -> Self {
        let mut visit = Self::new(panel);
        let page = visit.get("/login").await;
        let mut form = page.form("/login");
        form.set("email", &format!("{who}@example.com"));
        form.set("password", "demonstration");
        let seen = visit.submit(&form).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{who} can't log in: {}", seen.body);
        visit
    }

    pub(crate) async fn get(&mut self, path: &str) -> Seen {
        path.clone_into(&mut self.page);
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(String, String)]) -> Seen {
        self.send(Method::POST, path, Some(fields)).await
    }

    /// Sends a form as it is filled in.
    pub(crate) async fn submit(&mut self, form: &Form) -> Seen {
        if form.is_post {
            return self.post(&form.action, &form.fields).await;
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&form.fields).finish();
        self.get(&format!("{}?{query}", form.action)).await
    }

    async fn send(&mut self, method: Method, path: &str, fields: Option<&[(String, String)]>) -> Seen {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(session) = &self.session {
            request = request.header("cookie", session);
        }
        if let Some(address) = self.forwarded_for {
            request = request.header("x-forwarded-for", address);
        }
        if let Some(fields) = fields {
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            request = request.header("referer", format!("{}{}", self.base, self.page));
            request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        }
        // A server that has read enough may hang up on what is still being sent.
        self.read(request.send().await.unwrap()).await
    }

    async fn read(&mut self, response: Response) -> Seen {
        for cookie in response.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            if cookie.starts_with("panel_session=") {
                assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
                self.session = cookie.split(';').next().map(str::to_owned);
            }
        }
        let status = response.status();
        let policy = response.headers().get("content-security-policy").and_then(|value| value.to_str().ok());
        assert!(policy.is_some_and(|policy| !policy.contains("unsafe")), "no content policy");
        let location = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
        let body = String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned();
        Seen { status, location, body }
    }

    /// All pages that links lead to from here, as they are seen now.
    pub(crate) async fn crawl(&mut self, from: &[&str]) -> BTreeMap<String, Seen> {
        let mut ahead: VecDeque<String> = from.iter().map(|&path| path.to_owned()).collect();
        let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
        while let Some(path) = ahead.pop_front() {
            if seen.contains_key(&path) || seen.len() > 400 {
                continue;
            }
            let page = self.get(&path).await;
            ahead.extend(page.links());
            ahead.extend(page.location.clone().filter(|location| location.starts_with('/')));
            seen.insert(path, page);
        }
        seen
    }
}

impl Seen {
    pub(crate) fn links(&self) -> Vec<String> {
        let page = Html::parse_document(&self.body);
        let anchors = selector("a[href]");
        let links = page.select(&anchors).filter_map(|link| link.value().attr("href"));
        let own = links.map(|link| link.split('#').next().unwrap_or_default());
        own.filter(|link| link.starts_with('/') && !link.starts_with("//")).map(str::to_owned).collect()
    }

    pub(crate) fn forms(&self, path: &str) -> Vec<Form> {
        let page = Html::parse_document(&self.body);
        let here = path.split('?').next().unwrap_or(path);
        page.select(&selector("form")).map(|form| Form::read(form, here)).collect()
    }

    /// The page's form that is sent to an address.
    pub(crate) fn form(&self, action: &str) -> Form {
        let forms = self.forms(action);
        forms
            .into_iter()
            .find(|form| form.action == action)
            .unwrap_or_else(|| panic!("no form {action}: {}", self.body))
    }
}

impl Form {
    fn read(form: ElementRef<'_>, here: &str) -> Self {
        let attribute = |name| form.value().attr(name).unwrap_or_default();
        let (mut fields, mut typed, mut buttons) = (Vec::new(), BTreeSet::new(), Vec::new());
        for element in form.select(&selector("input[name], select[name], textarea[name], button[name]")) {
            let name = element.value().attr("name").unwrap_or_default().to_owned();
            let value = element.value().attr("value").unwrap_or_default().to_owned();
            let is_chosen = element.value().attr("checked").is_some();
            match (element.value().name(), element.value().attr("type").unwrap_or("text")) {
                ("button", _) => buttons.push((name, value)),
                ("textarea", _) => {
                    typed.insert(name.clone());
                    fields
                        .push((name, element.text().collect::<String>().trim_start_matches('\n').to_owned()));
                }
                ("select", _) => {
                    let options: Vec<_> = element.select(&selector("option")).collect();
                    let chosen = options.iter().find(|option| option.value().attr("selected").is_some());
                    let chosen = chosen.or(options.first());
                    let value = chosen.and_then(|option| option.value().attr("value")).unwrap_or_default();
                    fields.push((name, value.to_owned()));
                }
                (_, "checkbox" | "radio") if !is_chosen => {}
                (_, "checkbox" | "radio" | "hidden") => fields.push((name, value)),
                (_, "file" | "submit") => {}
                _ => {
                    typed.insert(name.clone());
                    fields.push((name, value));
                }
            }
        }
        Self {
            action: Some(attribute("action")).filter(|action| !action.is_empty()).unwrap_or(here).to_owned(),
            is_post: attribute("method").eq_ignore_ascii_case("post"),
            fields,
            typed,
            buttons,
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn without(&self, name: &str) -> Self {
        let mut form = self.clone();
        form.fields.retain(|(known, _)| known != name);
        form
    }

    /// The same with one text in every field that people type into.
    pub(crate) fn typing(&self, text: &str) -> Self {
        let mut form = self.clone();
        for (name, value) in &mut form.fields {
            if self.typed.contains(name) {
                *value = text.to_owned();
            }
        }
        form
    }
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}
