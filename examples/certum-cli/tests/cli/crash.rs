//! Killed in the middle of a purchase.

use std::time::Duration;

use certum_sandbox::{Fault, FaultKind, FaultPlan, FaultPoint};

use crate::common::{NAME, Shell, order, view};

#[tokio::test(flavor = "multi_thread")]
async fn buys_once_when_it_was_killed_while_the_answer_was_held_back() {
    let shell = Shell::open().await;
    let csr = shell.request("first", &[NAME]).await;
    let held_back =
        Fault::new("quickOrder", FaultKind::Delay(Duration::from_secs(600)), FaultPoint::AfterCommit);
    shell.sandbox.set_faults(FaultPlan::new().with(held_back));
    let mut killed = shell.command(&order("new", "601", &csr)).spawn().unwrap();
    while shell.carried_out("quickOrder") == 0 {
        assert!(killed.try_wait().unwrap().is_none(), "it ended before it was killed");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // SIGKILL.
    killed.kill().await.unwrap();
    shell.sandbox.set_faults(FaultPlan::new());

    let mut again = shell.command(&order("new", "601", &csr));
    let placed = view(&again.args(["--no-wait", "--json"]).output().await.unwrap());
    assert_eq!(placed["state"], "validating");
    assert_eq!(shell.carried_out("quickOrder"), 1, "bought twice");
    assert_eq!(shell.json(&["order", "list"]).await.as_array().unwrap().len(), 1);
    shell.publish(&placed);
    let bought = view(&shell.command(&order("new", "601", &csr)).arg("--json").output().await.unwrap());
    assert_eq!((&bought["state"], shell.carried_out("quickOrder")), (&"active".into(), 1));
}
