//! The laws of the house, as tests.

use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder`, with its text.
fn files(folder: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => walk(&path, found),
                false => found.push(path),
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    assert!(!found.is_empty(), "{folder} is empty");
    let read = |path: PathBuf| {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        (name, std::fs::read_to_string(path).unwrap_or_default())
    };
    found.into_iter().map(read).collect()
}

/// The code of a file, without its comments.
fn code(text: &str) -> String {
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    text.lines().filter(is_code).collect::<Vec<_>>().join("\n")
}

/// Asserts that a word stands only in files whose name starts with one of these.
fn only_in(word: &str, allowed: &[&str]) {
    let mut seen = false;
    for (name, text) in files("src") {
        let here = code(&text).contains(word);
        let may = allowed.iter().any(|start| name.starts_with(start));
        assert!(!here || may, "{name} uses {word}");
        seen |= here;
    }
    assert!(seen, "nobody uses {word}: this law guards nothing");
}

/// Each room knows its own trade only.
#[test]
fn rooms_keep_to_themselves() {
    only_in("sqlx::", &["src/store/"]);
    only_in("axum::", &["src/http/", "src/demo.rs"]);
    only_in("jiff::", &["src/domain/zone.rs"]);
    only_in("Utc::now", &["src/clock.rs"]);
    only_in("StdRng", &["src/ids.rs"]);
    only_in("argon2::", &["src/password.rs"]);
    only_in("clap::", &["src/config"]);
    only_in("lettre::", &["src/delivery/"]);
    only_in("reqwest::", &["src/delivery/"]);
    only_in("rustls::", &["src/delivery/"]);
    only_in(
        "crate::store",
        &["src/store/", "src/http/", "src/delivery/"],
    );
}

/// Requests come to the write door through the app, which notes how long it took to open.
#[test]
fn requests_wait_where_it_is_seen() {
    for (name, text) in files("src/http") {
        let opens = code(&text).contains("store.write()");
        assert_eq!(opens, name == "src/http/mod.rs", "{name}");
    }
}

/// Nobody imports the HTTP room but the command line.
#[test]
fn nobody_imports_http() {
    only_in(
        "hearth::http",
        &[
            "src/main.rs",
            "src/serve.rs",
            "src/demo.rs",
            "src/import.rs",
        ],
    );
    for (name, text) in files("src") {
        assert!(!code(&text).contains("crate::http"), "{name} imports http");
    }
}

/// The domain is pure: nothing in it can wait, read a file, or ask the time.
#[test]
fn the_domain_is_pure() {
    for (name, text) in files("src/domain") {
        for word in [
            "tokio",
            "async ",
            "crate::clock",
            "std::fs",
            "std::env",
            "tracing",
        ] {
            assert!(!code(&text).contains(word), "{name} uses {word}");
        }
    }
}

/// Every function of the store is exercised by the store suite, so that no engine can lag behind.
#[test]
fn every_store_function_is_in_the_suite() {
    let suite: String = files("tests/it/store")
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    let mut count = 0;
    for (name, text) in files("src/store") {
        let noun = Path::new(&name).file_stem().unwrap().to_str().unwrap();
        let is_about_files = ["door", "file", "backup", "seal"].contains(&noun);
        // The check has a suite of its own.
        if noun == "mod" || is_about_files || name.starts_with("src/store/check") {
            continue;
        }
        let functions = text.lines().filter_map(|line| {
            let signature = line
                .strip_prefix("pub async fn ")
                .or(line.strip_prefix("pub fn "))?;
            signature.split(['(', '<']).next()
        });
        for function in functions {
            assert!(
                suite.contains(&format!("{noun}::{function}(")),
                "{noun}::{function}"
            );
            count += 1;
        }
    }
    assert!(count > 30, "only {count} functions were found");
}

/// `hearth check` reads every table there is.
#[test]
fn every_table_is_checked() {
    let check: String = files("src/store/check")
        .into_iter()
        .map(|(_, text)| code(&text))
        .collect();
    for (name, text) in files("migrations") {
        for line in text.lines() {
            if let Some(table) = line.strip_prefix("create table ") {
                let table = table.trim_end_matches(" (");
                let is_read = [" from ", " join "]
                    .iter()
                    .any(|word| check.contains(&format!("{word}{table} ")));
                assert!(is_read, "{table} of {name} is not checked");
            }
        }
    }
}

/// The portable law: columns that both engines know alike, and nothing that only one of them has.
#[test]
fn migrations_obey_the_portable_law() {
    for (name, text) in files("migrations") {
        let mut in_table = false;
        for line in text
            .lines()
            .map(str::trim)
            .filter(|line| !line.starts_with("--"))
        {
            let lower = line.to_lowercase();
            assert_eq!(line, lower, "{name}: one case, to compare: {line}");
            for word in ["autoincrement", "now()", "trigger", "without rowid"] {
                assert!(
                    !lower.contains(word),
                    "{name}: {word} is not portable: {line}"
                );
            }
            in_table = (in_table || lower.starts_with("create table")) && lower != ");";
            // `alter table … add column` brings a column too.
            let column = lower.split_once(" add column ");
            if !in_table && column.is_none() {
                continue;
            }
            let mut words = column
                .map_or(&*lower, |(_, column)| column)
                .split_whitespace();
            let (Some(column), Some(kind)) = (words.next(), words.next()) else {
                continue;
            };
            let keywords = [
                "create",
                "alter",
                "insert",
                "drop",
                "primary",
                "unique",
                "foreign",
                "check",
                "constraint",
                "update",
                "where",
                ");",
            ];
            if keywords.iter().any(|keyword| column.starts_with(keyword)) {
                continue;
            }
            let kind = kind.trim_end_matches([',', ';']);
            assert!(
                ["text", "bigint", "integer"].contains(&kind),
                "{name}: {line}"
            );
        }
    }
}

/// Statements use placeholders that both engines know.
#[test]
fn statements_obey_the_portable_law() {
    for (name, text) in files("src/store") {
        if ["door.rs", "file.rs", "backup.rs"]
            .iter()
            .any(|file| name.ends_with(file))
        {
            continue;
        }
        let code = code(&text).to_lowercase();
        for word in [
            "pragma",
            "for update",
            " ifnull(",
            "insert or ",
            "datetime(",
            "strftime",
            "push_bind",
        ] {
            assert!(!code.contains(word), "{name}: {word} is not portable");
        }
    }
}

/// A file that grows past some 350 lines usually hides a noun.
#[test]
fn files_stay_readable() {
    for (name, text) in files("src").into_iter().chain(files("tests/it")) {
        let lines = text.lines().count();
        assert!(lines <= 350, "{name} has {lines} lines");
    }
}
