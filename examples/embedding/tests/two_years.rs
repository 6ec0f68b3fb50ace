//! The program of the README, run.

use std::process::Command;

const PROGRAM: &str = include_str!("../src/main.rs");

#[test]
fn is_short_and_stands_in_the_readme_as_it_is() {
    assert!(PROGRAM.lines().count() < 60);
    assert!(include_str!("../../../README.md").contains(PROGRAM), "the README shows another program");
}

#[test]
fn gets_two_years_of_certificates_without_anybody_at_the_keyboard() {
    let output = Command::new(env!("CARGO_BIN_EXE_embedding")).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    let said = |what: &str| printed.lines().filter(|line| line.contains(what)).count();
    // A first certificate, its reissues, a renewal, and the reissues of that.
    assert_eq!(said("has been issued"), ISSUED, "{printed}");
    assert_eq!(said("has expired"), 0, "{printed}");
    assert_eq!(said("Payment for"), 2, "{printed}");
}

/// 199 days and then 99 each: five certificates in the first term, and six in the second.
const ISSUED: usize = 11;
