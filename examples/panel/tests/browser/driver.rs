//! A real browser, driven by WebDriver.

use std::cell::Cell;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use clap::Parser;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use panel::{Panel, Settings};
use reqwest::Method;
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use url::{ParseError, Url};

const PATIENCE: Duration = Duration::from_secs(30);
const DRIVERS: &[&str] = &["/usr/bin/chromedriver", "/usr/local/bin/chromedriver"];

/// The driver's process, which ends with the test.
struct Driver {
    process: Child,
    port: u16,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A command that only Chromium's driver knows.
#[derive(Debug)]
struct Extra {
    path: &'static str,
    body: Json,
}

impl WebDriverCompatibleCommand for Extra {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// Somebody with a browser, in front of a panel of their own.
pub(crate) struct Browser {
    pub(crate) panel: Panel,
    page: Client,
    clicks: Cell<u32>,
    pastes: Cell<u32>,
    _driver: Driver,
    _profile: TempDir,
}

impl Browser {
    /// A browser that speaks a language. None, and a line that says so, where there is no browser.
    pub(crate) async fn open(language: &str) -> Option<Self> {
        let Some(program) = DRIVERS.iter().find(|path| Path::new(path).exists()) else {
            // Past the capture of test output: a gate that has to have a browser looks for this line.
            let _ = writeln!(std::io::stderr(), "skipped: no chromedriver is installed");
            return None;
        };
        let driver = start(program);
        let profile = tempfile::tempdir().unwrap();
        let profile_argument = format!("--user-data-dir={}", profile.path().display());
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=1280,1600",
            // It ends with its driver, however that ends.
            "--remote-debugging-pipe",
            &profile_argument,
        ];
        let accepted = format!("{language},en;q=0.1");
        let options = json!({ "args": arguments, "prefs": { "intl.accept_languages": accepted } });
        let capabilities = serde_json::Map::from_iter([
            ("browserName".to_owned(), json!("chrome")),
            ("goog:chromeOptions".to_owned(), options),
            ("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" })),
        ]);
        let address = format!("http://127.0.0.1:{}", driver.port);
        let page = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities)
            .connect(&address)
            .await
            .unwrap();
        let panel = Panel::start(Settings::parse_from(["panel", "--listen", "127.0.0.1:0"])).await.unwrap();
        let browser = Self {
            panel,
            page,
            clicks: Cell::new(0),
            pastes: Cell::new(0),
            _driver: driver,
            _profile: profile,
        };
        browser.go("/").await;
        Some(browser)
    }

    pub(crate) async fn close(self) {
        self.page.close().await.unwrap();
        self.panel.stop().await;
    }

    pub(crate) fn clicks(&self) -> u32 {
        self.clicks.get()
    }

    pub(crate) fn pastes(&self) -> u32 {
        self.pastes.get()
    }

    pub(crate) async fn go(&self, path: &str) {
        self.page.goto(&format!("http://{}{path}", self.panel.address)).await.unwrap();
    }

    /// The path of the page that is seen.
    pub(crate) async fn path(&self) -> String {
        self.page.current_url().await.unwrap().path().to_owned()
    }

    pub(crate) async fn click(&self, css: &str) {
        self.clicks.set(self.clicks.get() + 1);
        self.on(css, async |element| element.click().await).await;
    }

    /// Fills a field, whatever was in it.
    pub(crate) async fn fill(&self, css: &str, text: &str) {
        self.on(css, async |field| {
            field.clear().await?;
            field.send_keys(text).await
        })
        .await;
    }

    /// The same with much text at once, as the clipboard has it.
    pub(crate) async fn paste(&self, css: &str, text: &str) {
        self.pastes.set(self.pastes.get() + 1);
        let field = self.find(css).await;
        let script = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}));";
        self.page.execute(script, vec![serde_json::to_value(field).unwrap(), json!(text)]).await.unwrap();
    }

    pub(crate) async fn choose(&self, css: &str, value: &str) {
        self.on(css, async |field| field.select_by_value(value).await).await;
    }

    /// What is in a field.
    pub(crate) async fn value(&self, css: &str) -> String {
        self.on(css, async |field| field.prop("value").await).await.unwrap_or_default()
    }

    pub(crate) async fn text(&self, css: &str) -> String {
        self.on(css, async |element| element.text().await).await
    }

    /// What a script says of the page.
    pub(crate) async fn ask(&self, script: &str) -> Json {
        self.page.execute(script, Vec::new()).await.unwrap()
    }

    pub(crate) async fn has(&self, css: &str) -> bool {
        self.page.find(Locator::Css(css)).await.is_ok()
    }

    /// Waits until something is on the page, which may be loaded anew meanwhile.
    pub(crate) async fn find(&self, css: &str) -> Element {
        self.on(css, async |element| Ok(element)).await
    }

    /// Does something with an element, as soon as it is there and lets it be done.
    async fn on<T>(&self, css: &str, act: impl AsyncFn(Element) -> Result<T, CmdError>) -> T {
        let begun = Instant::now();
        loop {
            let done = match self.page.find(Locator::Css(css)).await {
                Ok(element) => act(element).await,
                Err(error) => Err(error),
            };
            match done {
                Ok(done) => return done,
                Err(error) if begun.elapsed() > PATIENCE => {
                    panic!("{css} on {}: {error}\n{}", self.path().await, self.seen().await)
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    /// Waits until the page says something.
    pub(crate) async fn wait_for_text(&self, text: &str) {
        let begun = Instant::now();
        while !self.seen().await.contains(text) {
            assert!(
                begun.elapsed() < PATIENCE,
                "{} never said {text:?}:\n{}",
                self.path().await,
                self.seen().await
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn seen(&self) -> String {
        match self.page.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// What went wrong in scripts, and what the content policy forbade, since it was asked last.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let log = Extra { path: "se/log", body: json!({ "type": "browser" }) };
        let log = self.page.issue_cmd(log).await.unwrap();
        // That a page was answered with an error is the page's affair, and advice is no complaint.
        let is_own = |entry: &&Json| entry["source"] != "network" && entry["level"] != "DEBUG";
        let own = log.as_array().unwrap().iter().filter(is_own);
        own.map(|entry| entry["message"].to_string()).collect()
    }

    /// What the server answers to this browser's request for a file.
    pub(crate) async fn download(&self, path: &str) -> String {
        let script =
            "const [path, done] = arguments; fetch(path).then((answer) => answer.text()).then(done);";
        let text = self.page.execute_async(script, vec![json!(path)]).await.unwrap();
        text.as_str().unwrap().to_owned()
    }

    /// Whether the page is wider than the window.
    pub(crate) async fn overflows(&self) -> bool {
        let script = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
        self.ask(script).await.as_bool().unwrap()
    }

    /// Looks at the page through a window of another size, however narrow.
    pub(crate) async fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// What somebody prefers who has it `light` or `dark`.
    pub(crate) async fn prefer(&self, scheme: &str) {
        let scheme = json!({ "name": "prefers-color-scheme", "value": scheme });
        // Nothing is on the way from one colour to another then.
        let still = json!({ "name": "prefers-reduced-motion", "value": "reduce" });
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": [scheme, still] })).await;
    }

    async fn devtools(&self, command: &str, parameters: Json) {
        let body = json!({ "cmd": command, "params": parameters });
        self.page.issue_cmd(Extra { path: "goog/cdp/execute", body }).await.unwrap();
    }

    pub(crate) async fn screenshot(&self) -> Vec<u8> {
        self.page.screenshot().await.unwrap()
    }

    pub(crate) async fn log_in(&self, who: &str) {
        self.go("/login").await;
        self.find(&format!("#login-{who}")).await.click().await.unwrap();
        self.find("form[action='/logout']").await;
    }
}

fn start(program: &str) -> Driver {
    let mut command = Command::new(program);
    command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null());
    let mut driver = Driver { process: command.spawn().unwrap(), port: 0 };
    let output = BufReader::new(driver.process.stdout.take().unwrap());
    let port = output.lines().map_while(Result::ok).find_map(|line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    driver.port = port.expect("chromedriver says no port");
    driver
}
