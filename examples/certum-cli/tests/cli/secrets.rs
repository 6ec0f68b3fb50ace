//! Where the account comes from, and that its password goes nowhere.

use std::fs;

use crate::common::{NAME, PASSWORD, Shell, USER, certum, failure, order};

#[tokio::test(flavor = "multi_thread")]
async fn prints_the_password_nowhere_whatever_is_logged() {
    let shell = Shell::open().await;
    let csr = shell.request("first", &[NAME]).await;
    let placed = [&order("new", "601", &csr)[..], &["--no-wait"]].concat();
    for arguments in [&placed[..], &["products"], &["order", "show", "none"], &["order", "list", "--json"]] {
        let output = shell.command(arguments).env("RUST_LOG", "trace").output().await.unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains("TRACE") || said.contains("DEBUG"), "nothing was logged: {said}");
        assert!(!said.contains(PASSWORD), "{arguments:?}: {said}");
    }
    let stored = fs::read(shell.path().join("services.db")).unwrap();
    assert!(!stored.windows(PASSWORD.len()).any(|window| window == PASSWORD.as_bytes()));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn takes_the_account_from_a_profile_and_a_file_that_nobody_else_reads() {
    use std::os::unix::fs::PermissionsExt;

    let shell = Shell::open().await;
    let (config, secret) = (shell.path().join("config.toml"), shell.path().join("password"));
    let profile = format!(
        "default = \"box\"\n[profiles.box]\nendpoint = \"{}\"\nuser = \"{USER}\"\npassword_file = \"{}\"\nlanguage = \"pl\"\n",
        shell.sandbox.endpoint(),
        secret.display()
    );
    fs::write(&config, profile).unwrap();
    fs::write(&secret, format!("{PASSWORD}\n")).unwrap();
    let run = async |arguments: &[&str]| {
        certum(shell.path(), arguments).args(["--config", "config.toml", "--json"]).output().await.unwrap()
    };
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
    let refused = failure(&run(&["products"]).await, 2);
    assert!(refused["error"].as_str().unwrap().contains("inni mogą czytać"), "{refused}");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    assert!(run(&["products"]).await.status.success());
    assert!(run(&["service", "list"]).await.status.success());
    assert!(
        shell.path().join(".local/share/certum/profile-box.db").exists(),
        "the store is the profile's own"
    );
    failure(&run(&["products", "--profile", "none"]).await, 2);

    // A password in the configuration is refused, and not quoted.
    fs::write(&config, format!("[profiles.box]\npassword = \"{PASSWORD}\"\n")).unwrap();
    let refused = failure(&run(&["products"]).await, 2);
    assert!(!refused.to_string().contains(PASSWORD), "{refused}");
    let nobody =
        certum(shell.path(), &["products", "--json", "--password", PASSWORD]).output().await.unwrap();
    failure(&nobody, 2);
}
