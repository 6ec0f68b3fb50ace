//! The tables of features and guarantees name tests: each of them has to be there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A test, and the parts of the path that lead to it: crate, folders, file, modules within it.
struct Found {
    name: String,
    parts: BTreeSet<String>,
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let skipped = ["target", ".git", ".cargo"];
            if !skipped.iter().any(|name| path.ends_with(name)) {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The word after the last one of these, up to what can't stand in a name.
fn word_after<'a>(line: &'a str, keyword: &str) -> Option<&'a str> {
    let rest = line.trim_start().trim_start_matches("pub(crate) ").trim_start_matches("async ");
    let rest = rest.strip_prefix(keyword)?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    rest.get(..end)
}

fn tests_of(root: &Path, path: &Path) -> Vec<Found> {
    let text = fs::read_to_string(path).unwrap();
    let relative = path.strip_prefix(root).unwrap().with_extension("");
    let mut parts: BTreeSet<_> =
        relative.components().map(|part| part.as_os_str().to_string_lossy().replace('-', "_")).collect();
    parts.extend(text.lines().filter_map(|line| word_after(line, "mod ")).map(str::to_owned));
    let mut found = Vec::new();
    let mut is_test = false;
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if let Some(name) = word_after(line, "fn ") {
            if is_test {
                found.push(Found { name: name.to_owned(), parts: parts.clone() });
            }
            is_test = false;
        }
    }
    found
}

fn all_tests() -> Vec<Found> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut paths = Vec::new();
    sources(root, &mut paths);
    paths.iter().flat_map(|path| tests_of(root, path)).collect()
}

/// The tests that a row of a table names: what stands in backticks and leads through modules to a sentence.
fn named(row: &str) -> Vec<&str> {
    let quoted = row.split('`').skip(1).step_by(2);
    let is_path = |text: &&str| {
        let is_sentence = text.rsplit("::").next().is_some_and(|name| name.contains('_'));
        text.contains("::") && is_sentence && !text.contains(|c: char| c.is_ascii_uppercase())
    };
    quoted.filter(is_path).collect()
}

fn rows(text: &str) -> impl Iterator<Item = &str> {
    let is_row = |line: &&str| line.starts_with('|') && !line.starts_with("| ---");
    // The row above the line of hyphens is the table's head.
    let lines: Vec<_> = text.lines().collect();
    let heads: BTreeSet<_> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.starts_with("| ---"))
        .map(|(number, _)| number.saturating_sub(1))
        .collect();
    lines
        .into_iter()
        .enumerate()
        .filter(move |(number, _)| !heads.contains(number))
        .map(|(_, line)| line)
        .filter(is_row)
}

fn exists(reference: &str, tests: &[Found]) -> bool {
    let mut path: Vec<_> = reference
        .split("::")
        .flat_map(|part| part.split('/'))
        .map(|part| part.trim_end_matches(".rs").replace('-', "_"))
        .collect();
    let Some(name) = path.pop() else { return false };
    tests.iter().any(|test| test.name == name && path.iter().all(|part| test.parts.contains(part)))
}

#[test]
fn names_no_test_that_is_not_there() {
    let tests = all_tests();
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let mut missing = Vec::new();
    for entry in fs::read_dir(docs).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let references = rows(&text).flat_map(named).filter(|reference| !exists(reference, &tests));
        missing.extend(references.map(str::to_owned));
    }
    assert_eq!(missing, [""; 0]);
}

#[test]
fn shows_every_feature_by_a_test() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/features.md")).unwrap();
    let unshown: Vec<_> = rows(&text).filter(|row| named(row).is_empty()).collect();
    assert_eq!(unshown, [""; 0]);
    assert!(rows(&text).count() > 100, "most of the table is gone");
}

#[test]
fn finds_what_is_named_and_nothing_else() {
    let tests =
        [Found { name: "comes_at_last".into(), parts: ["cert_domain", "src", "a"].map(String::from).into() }];
    assert!(exists("cert_domain::a::comes_at_last", &tests) && exists("src/a.rs::comes_at_last", &tests));
    assert!(!exists("cert_domain::b::comes_at_last", &tests) && !exists("a::comes_at_first", &tests));
    let row = "| `a::comes_at_last`, `b::C` and `it_alone` | `Effect::place_order` |";
    assert_eq!(named(row), ["a::comes_at_last"]);
    assert_eq!(rows("| head |\n| --- |\n| row |\ntext").collect::<Vec<_>>(), ["| row |"]);
}
