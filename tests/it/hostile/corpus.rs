//! The hostile corpus: NUL, half characters, the year 9999, a depth of 10^5, 1e400 and doubled keys, in every
//! field of every operation that takes a body. What these are, the OpenAPI document says.

use serde_json::{Map, Value};

use super::Target;
use crate::contract::resolve;
use crate::routes::{Ids, Route, taking_a_body};

/// What can stand in no field at all, as JSON text. A password may well hold a NUL, since only its digest is
/// kept: these are too short for one, or easy to guess.
fn impossible() -> Vec<String> {
    let texts = [
        r#""\u0000""#,
        r#""a\u0000b""#,
        r#""\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000""#,
        r#""\ud800""#,
        r#""\udc00\ud800""#,
        r#""seven quiet otters \udfff""#,
        "\"seven \u{0} otters\"",
        "1e400",
        "-1e400",
        "[1e400]",
    ];
    let mut values: Vec<String> = texts.map(str::to_owned).into();
    values.push(deep("[", "]", 30_000));
    values.push(deep("{\"kind\":", "}", 6_000));
    values.push(deep("[", "]", 50_000));
    values.push(deep("[", "", 100_000));
    values
}

fn deep(open: &str, close: &str, times: usize) -> String {
    format!("{}0{}", open.repeat(times), close.repeat(times))
}

/// A good body in which `field` is written like this.
fn with(good: &Map<String, Value>, field: &str, written: &str) -> String {
    let mut others = good.clone();
    others.remove(field);
    let others: String = others
        .iter()
        .map(|(name, value)| format!("{}: {value}, ", Value::from(name.as_str())))
        .collect();
    format!("{{{others}{written}}}")
}

/// Hostile bodies, each with one field that cannot be.
fn hostile(route: &Route, good: &Map<String, Value>) -> Vec<String> {
    let mut bodies = Vec::new();
    for (field, schema) in route.fields() {
        let mut values = impossible();
        if resolve(&schema)["format"] == "date" {
            values.push("\"9999-12-31\"".to_owned());
            values.push("\"9999-12-31T23:59:59Z\"".to_owned());
        }
        let one = |value: &String| with(good, &field, &format!("\"{field}\": {value}"));
        bodies.extend(values.iter().map(one));
        let value = good.get(&field).unwrap_or(&Value::Null);
        let twice = format!("\"{field}\": {value}, \"{field}\": {value}");
        bodies.push(with(good, &field, &twice));
    }
    // Of a key that nobody knows, not even the first is taken.
    bodies.push(with(good, "", "\"kept\": 1, \"kept\": 1"));
    bodies.extend([deep("[", "]", 100_000), deep("{\"a\":", "}", 100_000)]);
    bodies
}

/// Each is refused as a mistake of whoever sent it, and nothing is written.
#[tokio::test]
async fn nothing_of_the_corpus_comes_through() {
    let target = Target::new().await;
    let ids = Ids {
        ritual: target.ritual.clone(),
        rest: target.rest.clone(),
        ..Ids::unknown()
    };
    let before = target.state().await;
    let (mut sent, mut dates) = (0, 0);
    for route in taking_a_body() {
        let good = route.body(&ids).unwrap();
        for body in hostile(&route, good.as_object().unwrap()) {
            let (path, json) = (route.path(&ids), Some("application/json"));
            let bytes = body.as_bytes();
            let answer = target.send(&route.method, &path, json, bytes).await;
            let shown: String = body.chars().take(200).collect();
            let refused = answer.status.is_client_error();
            assert!(refused, "{} {shown}: {}", route.name, answer.told());
            sent += 1;
            dates += usize::from(body.contains("9999-12-31"));
        }
    }
    assert_eq!(target.state().await, before);
    assert!(sent > 500, "only {sent} were sent");
    assert!(dates > 10, "only {dates} dates were sent");
}
