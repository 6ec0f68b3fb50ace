//! Which account and which store count for which CA, how long a command waits, and what it does not let through.

use std::fs;
use std::path::Path;
use std::process::Output;

use certum_sandbox::{Fault, FaultKind, FaultPlan, FaultPoint};
use serde_json::Value;

use crate::common::{NAME, PASSWORD, Shell, USER, certum, failure, openssl, order, printed, view};

/// A default profile `test` for a CA, with an account in a file that nobody else reads.
fn write_profile(directory: &Path, endpoint: &str) {
    let (config, secret) = (directory.join("config.toml"), directory.join("password"));
    let profile =
        format!("endpoint = \"{endpoint}\"\nuser = \"{USER}\"\npassword_file = \"{}\"", secret.display());
    let profiles: Vec<_> =
        ["test", "a/b", "a_b"].iter().map(|name| format!("[profiles.\"{name}\"]\n{profile}\n")).collect();
    fs::write(config, format!("default = \"test\"\n{}", profiles.concat())).unwrap();
    fs::write(&secret, PASSWORD).unwrap();
    #[cfg(unix)]
    fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

async fn run_with(directory: &Path, account: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = certum(directory, arguments);
    command.args(["--config", "config.toml", "--json"]).envs(account.iter().copied()).output().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn sends_the_password_of_a_profile_to_no_other_ca_unless_the_profile_is_named() {
    let shell = Shell::open().await;
    write_profile(shell.path(), "http://127.0.0.1:9/");
    let endpoint = shell.sandbox.endpoint();
    let elsewhere = ["products", "--endpoint", endpoint.as_str()];
    let named = [&elsewhere[..], &["--profile", "test"]].concat();

    assert_eq!(failure(&run_with(shell.path(), &[], &elsewhere).await, 2)["blame"], "caller");
    let user = [("CERTUM_USER", USER)];
    failure(&run_with(shell.path(), &user, &elsewhere).await, 2);
    failure(&run_with(shell.path(), &user, &["products", "--environment", "live"]).await, 2);
    assert_eq!(shell.sandbox.calls().len(), 0, "nothing was sent");

    let account = [("CERTUM_USER", USER), ("CERTUM_PASSWORD", PASSWORD)];
    printed(&run_with(shell.path(), &account, &elsewhere).await);
    printed(&run_with(shell.path(), &[], &named).await);
    failure(&run_with(shell.path(), &[], &["products"]).await, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn keeps_a_store_for_each_profile_and_each_place() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    write_profile(path, "http://127.0.0.1:9/");
    let account = [("CERTUM_USER", USER), ("CERTUM_PASSWORD", PASSWORD)];
    let mut stores = Vec::new();
    for place in [
        &["--profile", "test"][..],
        &["--profile", "a/b"],
        &["--profile", "a_b"],
        &["--environment", "test"],
        &["--environment", "live"],
        &["--endpoint", "http://127.0.0.1/"],
        &["--endpoint", "https://127.0.0.1/"],
        &["--endpoint", "https://127.0.0.1:8443/"],
    ] {
        printed(&run_with(path, &account, &[&["service", "list"], place].concat()).await);
        let files = fs::read_dir(path.join(".local/share/certum")).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let new: Vec<_> = names.filter(|name| name.ends_with(".db") && !stores.contains(name)).collect();
        assert_eq!(new.len(), 1, "{place:?} shares a store: {stores:?}");
        stores.extend(new);
    }
    let expected = ["profile-test.db", "profile-a%2fb.db", "profile-a_b.db", "test.db", "live.db"];
    assert_eq!(stores[..5], expected);
    assert_eq!(stores[5..], ["http-127.0.0.1-80.db", "https-127.0.0.1-443.db", "https-127.0.0.1-8443.db"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn shows_the_service_and_says_by_its_exit_code_that_it_waited_too_short() {
    let shell = Shell::open().await;
    let csr = shell.request("first", &[NAME]).await;
    let placed = order("new", "601", &csr);
    let waited = |more: &[&str]| shell.command(&[&placed[..], more, &["--json"]].concat()).output();

    let too_short = waited(&["--timeout", "1"]).await.unwrap();
    assert_eq!(too_short.status.code(), Some(7), "{}", String::from_utf8_lossy(&too_short.stderr));
    assert!(too_short.stderr.is_empty(), "the view says it all");
    let left: Value = serde_json::from_slice(&too_short.stdout).unwrap();
    assert_eq!(left["state"], "validating");
    let unasked = view(&waited(&["--no-wait"]).await.unwrap());
    assert_eq!(unasked["state"], "validating", "nobody asked to wait");
    let id = left["id"].as_str().unwrap();
    let again = shell.run(&["service", "wait", id, "--timeout", "0"]).await;
    assert_eq!(again.status.code(), Some(7));

    let down = Fault::new("*", FaultKind::Drop, FaultPoint::BeforeCommit);
    shell.sandbox.set_faults(FaultPlan::new().with(down));
    let unable = shell.run(&["service", "wait", id, "--timeout", "0", "--json"]).await;
    assert_eq!(failure(&unable, 6)["blame"], "network", "what went wrong counts before how long it took");
}

#[tokio::test(flavor = "multi_thread")]
async fn waits_for_a_revocation_that_is_not_carried_out_at_once() {
    let shell = Shell::open().await;
    let csr = shell.request("first", &[NAME]).await;
    let placed = shell.json(&[&order("new", "601", &csr)[..], &["--no-wait"]].concat()).await;
    shell.publish(&placed);
    let bought = shell.json(&order("new", "601", &csr)).await;
    let lost = Fault::new("revokeCertificate", FaultKind::Drop, FaultPoint::BeforeCommit).times(1);
    shell.sandbox.set_faults(FaultPlan::new().with(lost));
    let revoked = shell.json(&["revoke", bought["id"].as_str().unwrap(), "--reason", "superseded"]).await;
    assert_eq!(revoked["certificates"][0]["standing"], "revoked");
    assert_eq!(shell.carried_out("revokeCertificate"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn lets_no_control_character_of_a_request_reach_the_terminal() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let subject = "/CN=shop\u{1b}[2J\u{7}.example.com";
    openssl(
        path,
        &[
            "req", "-new", "-newkey", "rsa:2048", "-nodes", "-utf8", "-keyout", "k.pem", "-subj", subject,
            "-out", "r.csr",
        ],
    );
    let decoded = printed(&certum(path, &["csr", "decode", "r.csr"]).output().await.unwrap());
    assert!(decoded.contains("[2J"), "the name is shown: {decoded:?}");
    assert!(!decoded.contains(|char: char| char.is_control() && char != '\n'), "{decoded:?}");
}
