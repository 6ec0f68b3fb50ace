//! A shell with a sandbox beside it.

use std::path::Path;
use std::process::{Output, Stdio};

use certum_sandbox::{CallOutcome, DnsRecord, Sandbox};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};

pub(crate) const NAME: &str = "shop.example.com";
pub(crate) const USER: &str = "reseller";
pub(crate) const PASSWORD: &str = "s3cret-of-the-account";

/// A directory to work in, and a sandbox to order from.
pub(crate) struct Shell {
    pub(crate) sandbox: Sandbox,
    pub(crate) directory: TempDir,
}

/// The program, with nothing of the environment that these tests run in.
pub(crate) fn certum(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_certum"));
    command.args(arguments).current_dir(directory).env_clear().env("HOME", directory).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Shell {
    pub(crate) async fn open() -> Self {
        let sandbox = Sandbox::builder().credentials(USER, PASSWORD).start().await.unwrap();
        Self { sandbox, directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// The program with the sandbox for a CA.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = certum(self.path(), arguments);
        command.args(["--endpoint", self.sandbox.endpoint().as_str(), "--store", "services.db"]);
        command.args(["--resolver", &self.sandbox.dns_addr().to_string()]);
        command.env("CERTUM_USER", USER).env("CERTUM_PASSWORD", PASSWORD);
        command
    }

    pub(crate) async fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().await.unwrap()
    }

    /// The view that a command prints, for scripts.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> impl Future<Output = Value> {
        let command = self.command(arguments).arg("--json").output();
        async move { view(&command.await.unwrap()) }
    }

    /// A key and a request for some names, under a name in the directory.
    pub(crate) async fn request(&self, stem: &str, names: &[&str]) -> String {
        let (key, csr) = (format!("{stem}.key"), format!("{stem}.csr"));
        let mut arguments = vec!["csr", "new", "--key-out", &key, "--out", &csr];
        names.iter().for_each(|name| arguments.extend(["--name", name]));
        let made = certum(self.path(), &arguments).output().await.unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        csr
    }

    /// How often the CA carried out an operation.
    pub(crate) fn carried_out(&self, operation: &str) -> usize {
        let calls = self.sandbox.calls().into_iter();
        let calls = calls.filter(|call| call.operation.as_deref() == Some(operation));
        calls.filter(|call| call.outcome == CallOutcome::Success).count()
    }

    /// Publishes what a view says is to be done.
    pub(crate) fn publish(&self, view: &Value) {
        let instructions = view["instructions"].as_array().unwrap();
        assert!(!instructions.is_empty(), "{view}");
        for to_do in instructions {
            assert_eq!((&to_do["kind"], &to_do["record"]["type"]), (&"txt_record".into(), &"TXT".into()));
            let record = &to_do["record"];
            let (name, value) = (record["name"].as_str().unwrap(), record["value"].as_str().unwrap());
            self.sandbox.publish_dns(DnsRecord::txt(name, value).unwrap());
        }
    }
}

/// What it takes to order for a request.
pub(crate) fn order<'a>(command: &'a str, product: &'a str, csr: &'a str) -> Vec<&'a str> {
    let who = ["--first-name", "Jan", "--last-name", "Nowak", "--email", "jan@example.com"];
    let what = ["order", command, "--product", product, "--customer", "customer-7", "--csr", csr];
    what.into_iter().chain(who).collect()
}

/// Standard output of a command that went well.
#[track_caller]
pub(crate) fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[track_caller]
pub(crate) fn view(output: &Output) -> Value {
    let view = serde_json::from_str(&printed(output)).unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    view
}

/// What a command says of its failure, to scripts.
#[track_caller]
pub(crate) fn failure(output: &Output, code: i32) -> Value {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    let failure: Value = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"));
    assert!(!failure["error"].as_str().unwrap().is_empty() && failure["findings"].is_array(), "{failure}");
    failure
}

/// Gives a command something to read.
pub(crate) async fn feed(mut command: Command, input: &[u8]) -> Output {
    let mut child: Child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).await.unwrap();
    child.wait_with_output().await.unwrap()
}

/// The names of a view's fields.
pub(crate) fn fields(view: &Value) -> Vec<&str> {
    let mut fields: Vec<_> = view.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    fields
}

/// Another's eyes.
pub(crate) fn openssl(directory: &Path, arguments: &[&str]) -> String {
    let run = std::process::Command::new("openssl").current_dir(directory).args(arguments).output();
    let output = run.expect("these tests need the openssl program");
    assert!(output.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
