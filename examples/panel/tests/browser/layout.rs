//! Every page that links lead to: whether it fits its window, can be read by machines, and keeps to the content policy.
//!
//! With `PANEL_SCREENSHOTS`, a folder, each page is written there as it looks.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;
use std::{env, fs};

use cert_lifecycle::store::Search;
use serde_json::Value as Json;

use crate::driver::Browser;

const WIDE: u32 = 1280;
const NARROW: u32 = 360;

/// Own pages that links lead to.
const LINKS: &str = "return [...document.querySelectorAll('a[href]:not([download])')]
    .filter((link) => link.origin === location.origin).map((link) => link.pathname + link.search);";

/// What somebody could not use who listens to the page, or walks it by keys.
const FAULTS: &str = r##"
    const faults = [];
    const own = (element) => element.id ? `${element.localName}#${element.id}` : element.outerHTML.slice(0, 80);
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    ids.filter((id, place) => ids.indexOf(id) !== place).forEach((id) => faults.push(`two elements are #${id}`));
    const titles = document.querySelectorAll("h1").length;
    if (titles !== 1) faults.push(`${titles} h1`);
    let level = 1;
    for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
        const deeper = Number(heading.localName[1]);
        if (deeper > level + 1) faults.push(`${own(heading)} follows h${level}`);
        level = deeper;
    }
    const named = (id) => document.getElementById(id)?.textContent.trim();
    for (const control of document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a[href]")) {
        const labels = [...control.labels ?? []].map((label) => label.textContent.trim()).join("");
        const says = labels || control.getAttribute("aria-label") || named(control.getAttribute("aria-labelledby"));
        const text = ["button", "a"].includes(control.localName) && control.textContent.trim();
        if (!says && !text) faults.push(`${own(control)} has no name`);
    }
    for (const attribute of ["for", "aria-describedby", "aria-labelledby", "aria-controls"]) {
        for (const element of document.querySelectorAll(`[${attribute}]`)) {
            for (const id of element.getAttribute(attribute).split(" ")) {
                if (!document.getElementById(id)) faults.push(`${own(element)}: ${attribute} leads to no #${id}`);
            }
        }
    }
    for (const cell of document.querySelectorAll("th:not([scope])")) faults.push(`${own(cell)} has no scope`);
    for (const image of document.querySelectorAll("svg:not([aria-hidden]):not([role=img]), img:not([alt])")) faults.push(`${own(image)} is not described`);
    if (!document.title || !document.documentElement.lang) faults.push("no title or no language");
    return faults;"##;

#[tokio::test]
async fn fits_and_describes_every_page_of_customers() {
    let Some(browser) = Browser::open("en").await else { return };
    let mut looked = Look::new(&browser, "customer").await;
    looked.around(&["/", "/login", "/register", "/nowhere"]).await;
    browser.log_in("customer").await;
    looked.around(&["/", "/services", "/invoices", "/letters"]).await;
    let draft = looked.service("awaiting_configuration");
    let validating = looked.service("validating");
    looked
        .around(&[&format!("{draft}/configure?step=names"), &format!("{validating}/verification?looked=1")])
        .await;
    looked.answers(&format!("{draft}/configure"), "#do-continue", "#mistakes").await;
    looked.answers(&format!("{draft}/configure?step=names"), "#do-order", "#mistakes").await;
    looked.answers(&validating, "#do-order_report", "#report").await;
    looked.answers(&validating, "#do-name_states", "#report").await;
    browser.go(&format!("{draft}/configure")).await;
    browser.click("#key-generate").await;
    browser.click("#do-continue").await;
    looked.answers_here("#do-order", "#key").await;
    looked.end(25).await;
    browser.close().await;
}

#[tokio::test]
async fn fits_and_describes_every_page_of_administrators() {
    let Some(browser) = Browser::open("pl").await else { return };
    let mut looked = Look::new(&browser, "admin").await;
    browser.log_in("admin").await;
    looked.around(&["/admin", "/admin/services?text=nobody", "/admin/import?from=2020-01-01"]).await;
    looked.answers("/admin/offers/new", "#do-save", "#mistakes").await;
    looked.answers("/admin/sandbox", "#do-decide", "#mistakes").await;
    looked.answers("/admin/outbox", "#do-deliver", "#done").await;
    looked.end(40).await;
    browser.close().await;
}

/// A look at one page of each kind.
struct Look<'a> {
    browser: &'a Browser,
    who: &'static str,
    /// Where each service stands, by the path of its page.
    services: BTreeMap<String, String>,
    /// The kinds of pages that were seen.
    seen: BTreeSet<String>,
    /// What is wrong with them.
    faults: Vec<String>,
    screenshots: Option<PathBuf>,
}

impl<'a> Look<'a> {
    async fn new(browser: &'a Browser, who: &'static str) -> Self {
        let rows = browser.panel.shop.lifecycle.search(Search::default()).await.unwrap();
        let services =
            rows.iter().map(|row| (format!("/services/{}", row.id), row.row.state.as_str().to_owned()));
        let screenshots = env::var_os("PANEL_SCREENSHOTS").map(PathBuf::from);
        let (seen, faults) = (BTreeSet::new(), Vec::new());
        Self { browser, who, services: services.collect(), seen, faults, screenshots }
    }

    /// The page of a service of the demonstration that stands there.
    fn service(&self, state: &str) -> String {
        self.services.iter().find(|(_, stands)| *stands == state).unwrap().0.clone()
    }

    /// Its pages look different in each state; what can be done looks the same.
    fn kind(&self, path: &str) -> String {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let query =
            query.split('&').map(|field| field.split('=').next().unwrap_or(field)).collect::<Vec<_>>();
        let parts: Vec<_> = path
            .split('/')
            .map(|part| {
                let service = format!("/services/{part}");
                match self.services.get(&service) {
                    Some(_) if path.contains("/do/") || path.contains("/admin/") => "any",
                    Some(state) => state,
                    None if part.starts_with(|first: char| first.is_ascii_digit()) => "any",
                    None => part,
                }
            })
            .collect();
        format!("{}?{}", parts.join("/"), query.join("&"))
    }

    /// Looks at these pages and at all that links lead to.
    async fn around(&mut self, from: &[&str]) {
        let mut ahead: VecDeque<String> = from.iter().map(|&path| path.to_owned()).collect();
        while let Some(path) = ahead.pop_front() {
            let kind = self.kind(&path);
            // A page for machines, and one that shows itself.
            if path == "/healthz" || !self.seen.insert(kind.clone()) {
                continue;
            }
            self.browser.resize(WIDE, 900).await;
            self.browser.go(&path).await;
            if let Json::Array(links) = self.browser.ask(LINKS).await {
                ahead.extend(links.iter().filter_map(|link| link.as_str().map(str::to_owned)));
            }
            self.at(&kind).await;
        }
    }

    /// Looks at what comes of a press on a button.
    async fn answers(&mut self, path: &str, button: &str, expected: &str) {
        self.browser.resize(WIDE, 900).await;
        self.browser.go(path).await;
        self.answers_here(button, expected).await;
    }

    async fn answers_here(&mut self, button: &str, expected: &str) {
        self.browser.find(button).await;
        let kind = format!("{}{button}", self.kind(&self.browser.path().await));
        self.browser.click(button).await;
        self.browser.find(expected).await;
        self.at(&kind).await;
        self.seen.insert(kind);
    }

    async fn at(&mut self, kind: &str) {
        let browser = self.browser;
        let faults = browser.ask(FAULTS).await;
        let faults = faults.as_array().unwrap().iter().map(|fault| fault.as_str().unwrap().to_owned());
        let mut faults: Vec<_> = faults.chain(browser.complaints().await).collect();
        for width in [WIDE, NARROW] {
            browser.resize(width, 900).await;
            if browser.overflows().await {
                faults.push(format!("does not fit {width} pixels"));
            }
            self.shoot(kind, width).await;
        }
        self.faults.extend(faults.iter().map(|fault| format!("{kind}: {fault}")));
    }

    /// Writes down how the page looks, in light and in dark, from top to bottom.
    async fn shoot(&self, kind: &str, width: u32) {
        let Some(folder) = &self.screenshots else { return };
        let height = self.browser.ask("return document.documentElement.scrollHeight").await.as_u64().unwrap();
        self.browser.resize(width, u32::try_from(height).unwrap().clamp(600, 8000)).await;
        let name = kind.trim_matches(['/', '?']).replace(|letter: char| !letter.is_alphanumeric(), "-");
        for scheme in ["light", "dark"] {
            self.browser.prefer(scheme).await;
            fs::create_dir_all(folder).unwrap();
            let file = folder.join(format!("{}-{name}-{width}-{scheme}.png", self.who));
            fs::write(file, self.browser.screenshot().await).unwrap();
        }
    }

    /// All is well, with as many kinds of pages as there have to be.
    async fn end(self, at_least: usize) {
        assert!(self.faults.is_empty(), "{:#?}", self.faults);
        assert!(self.seen.len() >= at_least, "only {} kinds: {:#?}", self.seen.len(), self.seen);
    }
}
