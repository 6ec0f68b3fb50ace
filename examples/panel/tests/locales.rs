//! Whatever the panel says, it says in both languages.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests stop at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found
}

/// The texts of a language, and the arguments that each mentions.
fn texts(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut texts = BTreeMap::new();
    for file in files(&format!("locales/{language}"), ".ftl") {
        let mut key = String::new();
        for line in fs::read_to_string(&file).unwrap().lines() {
            if let Some((name, _)) = line.split_once(" =")
                && line.starts_with(|first: char| first.is_ascii_lowercase())
            {
                key = name.to_owned();
                assert!(texts.insert(key.clone(), BTreeSet::new()).is_none(), "{key} stands twice");
            }
            for argument in line.split('$').skip(1) {
                let end =
                    argument.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(argument.len());
                texts.get_mut(&key).unwrap().insert(argument[..end].to_owned());
            }
        }
    }
    texts
}

#[test]
fn every_text_is_there_in_both_languages_with_the_same_arguments() {
    let (english, polish) = (texts("en"), texts("pl"));
    assert!(english.len() > 50, "the texts were not found");
    let only = |some: &BTreeMap<String, _>, others: &BTreeMap<String, _>| {
        some.keys().filter(|key| !others.contains_key(*key)).cloned().collect::<Vec<_>>()
    };
    assert_eq!(only(&english, &polish), Vec::<String>::new(), "not in Polish");
    assert_eq!(only(&polish, &english), Vec::<String>::new(), "not in English");
    for (key, arguments) in &english {
        assert_eq!(arguments, &polish[key], "{key}");
    }
}

#[test]
fn every_text_that_a_template_wants_exists_and_none_is_left_over() {
    let english = texts("en");
    let (mut exact, mut prefixes) = (BTreeSet::new(), BTreeSet::new());
    for file in files("templates", ".html") {
        let source = fs::read_to_string(&file).unwrap();
        for quote in ['"', '\''] {
            // `split(".")` is no call of `t`.
            let calls = source.replace("split(", "");
            for call in calls.split(&format!("t({quote}")).skip(1) {
                let (key, after) = call.split_once(quote).unwrap();
                if after.trim_start().starts_with('~') {
                    prefixes.insert(key.to_owned());
                } else {
                    assert!(english.contains_key(key), "{}: no text {key}", file.display());
                    exact.insert(key.to_owned());
                }
            }
        }
    }
    let code: String = files("src", ".rs").iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    for key in english.keys() {
        let is_wanted = exact.contains(key)
            || prefixes.iter().any(|prefix| key.starts_with(prefix.as_str()))
            || key.starts_with("problem-")
            || code.contains(&format!("\"{key}\""));
        assert!(is_wanted, "nothing says {key}");
    }
}
