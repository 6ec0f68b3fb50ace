//! The program's own texts.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::common::{certum, printed};

const PACKAGE: &str = env!("CARGO_MANIFEST_DIR");

fn keys(language: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(format!("{PACKAGE}/locales/{language}.ftl")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.starts_with(' '));
    lines.filter_map(|line| line.split_once(" = ")).map(|(key, _)| key.to_owned()).collect()
}

/// The code in a directory, without unit tests.
fn sources(directory: &Path) -> String {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        text.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
    };
    entries.map(|path| if path.is_dir() { sources(&path) } else { read(&path) }).collect()
}

#[test]
fn are_there_in_both_languages_and_used() {
    assert_eq!(keys("en"), keys("pl"));
    let code = sources(&Path::new(PACKAGE).join("src"));
    let said: Vec<_> = code.split('"').skip(1).step_by(2).collect();
    let prefixes = ["usage-", "failed-", "help-", "prompt-", "nothing-"];
    for key in said
        .iter()
        .filter(|text| prefixes.iter().any(|prefix| text.starts_with(prefix) && !text.contains('{')))
    {
        assert!(keys("en").contains(*key), "{key} is said, and no text");
    }
    let by_blame =
        cert_lifecycle::Blame::ALL.iter().map(|blame| format!("failed-{}", blame.as_str().replace('_', "-")));
    let by_blame: Vec<_> = by_blame.collect();
    assert!(by_blame.iter().all(|key| keys("en").contains(key)));
    for key in keys("en").iter().filter(|key| prefixes.iter().any(|prefix| key.starts_with(prefix))) {
        assert!(said.contains(&&**key) || by_blame.contains(key), "{key} is a text, and never said");
    }
}

/// The labels of a language in their order, which is that of the fields.
fn labels(language: &str) -> Vec<String> {
    let text = fs::read_to_string(format!("{PACKAGE}/locales/{language}.ftl")).unwrap();
    let labels = text.lines().filter_map(|line| line.strip_prefix("label-")?.split_once(" = "));
    labels.map(|(field, _)| field.replace('-', "_")).collect()
}

#[test]
fn label_fields_that_views_have_in_the_same_order() {
    let library = format!("{PACKAGE}/../../cert-lifecycle/src");
    let code = sources(&Path::new(PACKAGE).join("src")) + &sources(Path::new(&library));
    let fields = labels("en");
    assert_eq!(fields, labels("pl"));
    for field in &fields {
        let is_told = [format!("pub {field}: "), format!("\"{field}\": ")].iter().any(|it| code.contains(it));
        assert!(is_told, "nothing has the field {field}");
    }
    for own in keys("en").iter().filter_map(|key| key.strip_prefix("own-")) {
        let (_, field) = own.rsplit_once('-').unwrap();
        assert!(fields.iter().any(|known| known == field), "{own} is no field");
    }
}

#[test]
fn label_the_columns_of_every_list() {
    let code = sources(&Path::new(PACKAGE).join("src/commands"));
    let said: Vec<_> = code.split('"').skip(1).step_by(2).collect();
    let is_columns = |text: &&&str| text.split(' ').count() > 2 && !text.contains(|it| "{}:()".contains(it));
    let lists: Vec<_> = said.iter().filter(is_columns).collect();
    assert_eq!(lists.len(), code.matches("output.list(").count() + code.matches("output.rows(").count());
    for column in lists.iter().flat_map(|columns| columns.split(' ')) {
        assert!(labels("en").iter().any(|label| label == column), "{column} has no label");
    }
}

#[tokio::test]
async fn help_with_every_command_and_argument_in_both_languages() {
    let directory = tempfile::tempdir().unwrap();
    let mut pages = Vec::new();
    for language in ["en", "pl"] {
        printed(
            &certum(directory.path(), &["man", language, "--language", language]).output().await.unwrap(),
        );
        let mut of_language = Vec::new();
        for entry in fs::read_dir(directory.path().join(language)).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap().replace('\\', "");
            for key in ["cmd-", "arg-", "help-"] {
                assert!(
                    !text.split_whitespace().any(|word| word.starts_with(key)),
                    "{}: {text}",
                    path.display()
                );
            }
            of_language.push((path.file_name().unwrap().to_owned(), text));
        }
        of_language.sort();
        pages.push(of_language);
    }
    assert!(pages[0].len() > 30, "{} pages", pages[0].len());
    for ((name, english), (_, polish)) in pages[0].iter().zip(&pages[1]) {
        assert_ne!(english, polish, "{}", name.display());
    }
    let help = certum(directory.path(), &["order", "new", "--help"])
        .env("LANG", "pl_PL.UTF-8")
        .output()
        .await
        .unwrap();
    assert!(printed(&help).contains("Kod produktu"));
    let wrong = certum(directory.path(), &["ordr"]).env("LC_ALL", "pl_PL").output().await.unwrap();
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("nie ma polecenia ordr"));
}
