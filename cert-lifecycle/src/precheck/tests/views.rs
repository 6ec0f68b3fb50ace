//! Several places, and none that answers for another.

use super::*;

#[tokio::test]
async fn tells_that_two_places_see_different_things() {
    let (here, there) = (sandbox().await, sandbox().await);
    txt(&here, "_certum.a.example.com", CODE);
    txt(&there, "_certum.a.example.com", "old");
    let (names, method, code) =
        (names(&["a.example.com"]), "dns".parse().unwrap(), VerificationCode::new(CODE));
    let question = Question::new(&names, &method).with_code(&code);
    let (here, there) = (lookups(&here), lookups(&there).named("there"));
    let report = precheck(&question, &[&here, &there]).await.remove(0);
    assert!(!report.is_ready());
    let from: Vec<_> = report.views.iter().map(|view| (view.from.as_str(), view.problems.len())).collect();
    assert_eq!(from, [("here", 0), ("there", 1)]);
    let problems = report.problems();
    let differ = Problem::ViewsDiffer { well_from: vec!["here".into()], ill_from: vec!["there".into()] };
    assert!(matches!(&problems[..], [Problem::OtherValue { .. }, last] if *last == differ), "{problems:?}");

    // Where all agree there is nothing to tell.
    assert!(precheck(&question, &[&here, &here]).await.remove(0).is_ready());
    let problems = precheck(&question, &[&there, &there]).await.remove(0).problems();
    assert!(matches!(&problems[..], [Problem::OtherValue { .. }]), "{problems:?}");
}

#[tokio::test]
async fn without_a_code_looks_at_caa_alone() {
    let sandbox = sandbox().await;
    let (names, method) = (names(&["a.example.com"]), "dns".parse().unwrap());
    let report = precheck(&Question::new(&names, &method), &[&lookups(&sandbox)]).await.remove(0);
    assert!(report.is_ready() && report.instruction.is_none());
}

#[tokio::test]
async fn names_the_place_that_proves_each_name() {
    let sandbox = sandbox().await;
    let (names, code) =
        (names(&["www.a.example.com", "a.example.com", "b.example.com"]), VerificationCode::new(CODE));
    let told = async |method: &str| -> Vec<String> {
        let method = method.parse().unwrap();
        let question = Question::new(&names, &method).with_code(&code);
        let reports = precheck(&question, &[&lookups(&sandbox)]).await;
        let place = |report: &NameReport| match report.instruction.clone().unwrap() {
            Instruction::TxtRecord { name, .. } => name,
            Instruction::File { host, .. } => host,
            other => panic!("{other:?}"),
        };
        reports.iter().map(place).collect()
    };
    assert_eq!(
        told("dns").await,
        ["_certum.a.example.com", "_certum.a.example.com", "_certum.b.example.com"]
    );
    assert_eq!(told("file").await, ["www.a.example.com", "a.example.com", "b.example.com"]);
}
