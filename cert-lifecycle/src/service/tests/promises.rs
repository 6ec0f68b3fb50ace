//! The list of promises, and the tests that it names.

use std::path::Path;

/// A row names files and, after each, tests in it; files are known by their ending.
#[test]
fn names_only_tests_that_there_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let list = include_str!("../../../docs/guarantees.md");
    let mut text = String::new();
    let mut named = 0;
    for name in list.split('`').skip(1).step_by(2) {
        if name.ends_with(".rs") {
            text = std::fs::read_to_string(root.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        } else {
            assert!(text.contains(&format!("fn {name}(")), "no test is called {name} where it should be");
            named += 1;
        }
    }
    assert!(named > 29, "{named}");
    let rows = list.lines().filter(|line| line.starts_with('|'));
    assert_eq!(rows.count(), 2 + 29, "one row for each promise");
}
