//! What the program exits with, by whose part it is.

use std::fs;

use certum_sandbox::{Fault, FaultKind, FaultPlan, FaultPoint};

use crate::common::{NAME, Shell, certum, failure, fields, order, printed};

#[tokio::test(flavor = "multi_thread")]
async fn tells_by_its_exit_code_whose_part_it_is() {
    let shell = Shell::open().await;
    let csr = shell.request("first", &[NAME]).await;
    let json = async |arguments: &[&str]| shell.command(arguments).arg("--json").output().await.unwrap();

    assert_eq!(shell.run(&["products"]).await.status.code(), Some(0));
    for wrong in [
        &["ordr"][..],
        &["order"],
        &["order", "show"],
        &["products", "--nonsense"],
        &["csr", "check", "none"],
    ] {
        let failure = failure(&json(wrong).await, 2);
        assert_eq!(fields(&failure), ["blame", "error", "findings", "service_id"]);
        assert_eq!(failure["blame"], "caller", "{wrong:?}");
    }
    let unknown = failure(&json(&order("new", "999", &csr)).await, 3);
    assert_eq!(
        (&unknown["blame"], &unknown["findings"][0]["path"]),
        (&"input".into(), &"productCode".into())
    );

    let none = failure(&json(&["order", "show", "no-such-order"]).await, 4);
    assert_eq!((&none["blame"], &none["findings"][0]["code"]), (&"authority".into(), &1033.into()));
    let mut locked_out = shell.command(&["products", "--json"]);
    failure(&locked_out.env("CERTUM_PASSWORD", "wrong").output().await.unwrap(), 4);

    let lost = Fault::new("*", FaultKind::Drop, FaultPoint::AfterCommit);
    shell.sandbox.set_faults(FaultPlan::new().with(lost));
    let no_wait = [&order("new", "601", &csr)[..], &["--no-wait"]].concat();
    let unclear = failure(&json(&no_wait).await, 5);
    assert_eq!(unclear["blame"], "unknown_outcome");
    assert!(unclear["service_id"].is_string(), "{unclear}");
    shell.sandbox.set_faults(FaultPlan::new());

    let nobody = certum(shell.path(), &["products", "--json", "--endpoint", "http://127.0.0.1:9/"])
        .envs([("CERTUM_USER", "u"), ("CERTUM_PASSWORD", "p")])
        .output();
    assert_eq!(failure(&nobody.await.unwrap(), 6)["blame"], "network");
    for left in ["services.db-wal", "services.db-shm"] {
        let _ = fs::remove_file(shell.path().join(left));
    }
    let nonsense = "this is no database, however long one looks at it. ".repeat(200);
    fs::write(shell.path().join("services.db"), nonsense).unwrap();
    assert_eq!(failure(&json(&["service", "list"]).await, 1)["blame"], "internal");
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_its_exit_codes_and_has_completions_and_manual_pages() {
    let directory = tempfile::tempdir().unwrap();
    let run =
        async |arguments: &[&str]| printed(&certum(directory.path(), arguments).output().await.unwrap());
    let help = run(&["--help"]).await;
    for code in [
        "0 done",
        "2 wrong usage",
        "3 faults",
        "4 refused",
        "5 unknown outcome",
        "6 network",
        "1 internal",
        "7 still waiting",
    ] {
        assert!(help.contains(code), "{help}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(run(&["completions", shell]).await.contains("reissue"), "{shell}");
    }
    run(&["man", "pages"]).await;
    let page = fs::read_to_string(directory.path().join("pages/certum-order-new.1")).unwrap();
    assert!(page.contains(r"\-\-first\-name"), "{page}");
}
