//! `api.md` tells the truth: every example in it is sent, in order, to one world, and must be answered
//! as printed. `UPDATE_API_MD=1 cargo test --test it api_md` prints the answers anew.
//!
//! An example is a `sh` fence with one curl line and, right after it, an `http` fence with the answer. A
//! line such as `ADA=hearth_…   # .token of the answer above` sets a variable from the last answer. A fence
//! that begins with ```` ```http status streak.best ```` shows these fields, and `…` for all others. A `ts`
//! fence names a region of the TypeScript example, and holds it to the letter.

mod json;
mod reader;

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use serde_json::Value;

use self::reader::Reader;
use crate::contract::{DOCUMENT, operations};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/api.md");

fn api_md() -> String {
    std::fs::read_to_string(PATH).unwrap()
}

#[tokio::test]
async fn every_example_is_answered_as_printed() {
    let page = api_md();
    let reader = Reader::read(&page).await;
    let commands = page.lines().filter(|line| line.starts_with("curl "));
    assert_eq!(reader.examples.len(), commands.count());
    if std::env::var_os("UPDATE_API_MD").is_some() {
        std::fs::write(PATH, &reader.page).unwrap();
    } else {
        compare(&page, &reader.page);
    }
    for (path, method, _) in operations() {
        let shown = reader.examples.iter().any(|example| {
            example.method == method && example.status.is_success() && fits(&path, &example.path)
        });
        assert!(
            shown,
            "api.md has no example of {method} {path} that succeeds"
        );
    }
}

/// Fails at the first line that is not as it should be.
fn compare(page: &str, wanted: &str) {
    let (printed, answered): (Vec<&str>, Vec<&str>) =
        (page.lines().collect(), wanted.lines().collect());
    let differs = |at: &usize| printed.get(*at) != answered.get(*at);
    let Some(at) = (0..printed.len().max(answered.len())).find(differs) else {
        return;
    };
    let around = |lines: &[&str]| {
        let (from, to) = (
            at.saturating_sub(2).min(lines.len()),
            (at + 4).min(lines.len()),
        );
        lines[from..to].join("\n")
    };
    panic!(
        "api.md:{} is not what Hearth answers.\n\nprinted:\n{}\n\nanswered:\n{}\n\n\
         If the answer is right: UPDATE_API_MD=1 cargo test --test it api_md",
        at + 1,
        around(&printed),
        around(&answered),
    );
}

fn fits(template: &str, path: &str) -> bool {
    let (wanted, given) = (template.split('/'), path.split('/'));
    wanted.clone().count() == given.clone().count()
        && wanted
            .zip(given)
            .all(|(wanted, given)| wanted.starts_with('{') || wanted == given)
}

/// Every operation has a heading of its own; under it, every field and parameter it takes has a row.
#[test]
fn every_operation_is_explained() {
    let page = api_md();
    let sections: BTreeMap<&str, &str> = page
        .split("\n### `")
        .skip(1)
        .filter_map(|section| section.split_once("`\n"))
        .map(|(title, text)| (title, text.split("\n## ").next().unwrap()))
        .collect();
    let titles = operations().into_iter().map(|(path, method, operation)| {
        let title = format!("{} {path}", method.to_uppercase());
        let section = sections.get(title.as_str());
        let section = section.unwrap_or_else(|| panic!("api.md has no heading ### `{title}`"));
        for name in taken_by(&operation) {
            let row = format!("\n| `{name}` |");
            assert!(
                section.contains(&row),
                "api.md: {title} has no row for {name}"
            );
        }
        title
    });
    let titles: Vec<String> = titles.collect();
    for section in sections.keys() {
        let known = titles.iter().any(|title| title == section);
        assert!(known, "api.md explains {section}, which is no operation");
    }
    for other in ["/openapi.json", "/docs"] {
        assert!(
            page.contains(&format!("`GET {other}`")),
            "api.md lacks {other}"
        );
    }
}

/// The names of the body's fields and of the query's parameters.
fn taken_by(operation: &Value) -> Vec<String> {
    let mut schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    if let Some(reference) = schema["$ref"].as_str() {
        schema = DOCUMENT.pointer(reference.trim_start_matches('#')).unwrap();
    }
    // What is taken in one of several ways lists its fields in the first part.
    if let Some(first) = schema["allOf"].get(0) {
        schema = first;
    }
    let fields = schema["properties"].as_object().into_iter().flatten();
    let fields = fields.map(|(name, _)| name.clone());
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let asked = parameters
        .filter(|parameter| parameter["in"] == "query")
        .map(|parameter| parameter["name"].as_str().unwrap().to_owned());
    let all: Vec<String> = fields.chain(asked).collect();
    let has_body = operation["requestBody"].is_object();
    assert!(!has_body || !all.is_empty(), "no fields found: {operation}");
    all
}

/// The table of codes, and the document, hold every code that can be answered, and no other.
#[test]
fn every_code_is_in_the_table() {
    let source = include_str!("../../../src/http/error.rs");
    let answered: BTreeMap<String, String> = source
        .split("(S::")
        .skip(1)
        .map(|arm| {
            let (status, rest) = arm.split_once(", \"").unwrap();
            let (code, _) = rest.split_once('"').unwrap();
            (code.to_owned(), number(status).to_string())
        })
        .collect();
    assert!(answered.len() >= 30, "the source was not understood");
    let page = api_md();
    let (_, table) = page.split_once("\n## Every code\n").unwrap();
    let told: BTreeMap<String, String> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .map(|(code, rest)| (code.to_owned(), rest.chars().take(3).collect()))
        .collect();
    assert_eq!(told, answered);
    let documented = DOCUMENT["components"]["schemas"]["Code"]["enum"].as_array();
    let documented = documented
        .unwrap()
        .iter()
        .map(|code| code.as_str().unwrap());
    let documented: BTreeSet<&str> = documented.collect();
    assert_eq!(documented, answered.keys().map(String::as_str).collect());
}

/// The status that goes by this name in the source.
fn number(name: &str) -> u16 {
    let called = |status: &StatusCode| {
        let reason = status.canonical_reason().unwrap_or_default();
        reason.to_uppercase().replace(' ', "_") == name
    };
    let all = (400..600).filter_map(|status| StatusCode::from_u16(status).ok());
    let mut all = all.filter(called);
    all.next()
        .unwrap_or_else(|| panic!("no status {name}"))
        .as_u16()
}
