//! Values that cannot be: wrong types, texts too long, dates of no calendar, numbers out of range.

use serde_json::{Value, json};

use super::{Target, refused};
use crate::world::{PASSWORD, check_in};

const PROPOSE: &str = "POST /v1/rituals";
const AMEND: &str = "PATCH /v1/rituals/RITUAL";
const LOG: &str = "PUT /v1/rituals/RITUAL/logs/today";
const REST: &str = "POST /v1/rests";
const ANSWER: &str = "PUT /v1/prompts/today/answer";
const COUPLE: &str = "PATCH /v1/couple";

/// A good value of a kind, in which one field is replaced.
fn with(good: &Value, field: &str, value: Value) -> Value {
    let mut bad = good.clone();
    bad[field] = value;
    bad
}

/// Rows in which one field after another has this value, and is refused for it.
fn each(route: &str, good: &Value, fields: &[&str], value: &Value) -> Vec<String> {
    let row = |field: &&str| {
        let body = with(good, field, value.clone());
        refused(route, body, &format!("/{field}"))
    };
    fields.iter().map(row).collect()
}

/// Values of a wrong type are refused wherever they stand.
#[tokio::test]
async fn wrong_types() {
    let (none, rest) = (json!({}), json!({"from": "2026-11-18"}));
    let ritual = [
        "title",
        "practice",
        "rule",
        "cue",
        "forgiveness",
        "starts_on",
    ];
    let couple = ["name", "day_start", "week_start", "together_since"];
    let mut rows = Vec::new();
    for value in [json!(5), json!(true), json!([]), json!({}), json!(["x"])] {
        rows.extend(each(PROPOSE, &check_in(), &ritual, &value));
        rows.extend(each(AMEND, &none, &ritual, &value));
        rows.extend(each(REST, &rest, &["from", "to", "ritual_id"], &value));
        rows.extend(each(LOG, &none, &["note", "mood", "visibility"], &value));
        rows.extend(each(COUPLE, &none, &couple, &value));
        rows.extend(each("PATCH /v1/me", &none, &["name", "time_zone"], &value));
        rows.extend(each(
            "POST /v1/invitations/accept",
            &none,
            &["code"],
            &value,
        ));
    }
    for value in [json!(0), json!("true"), Value::Null] {
        rows.extend(each(AMEND, &none, &["archived"], &value));
        rows.extend(each("PATCH /v1/me", &none, &["share_time_zone"], &value));
    }
    Target::new().await.withstands(&rows).await;
}

/// Fields that nobody knows are refused, and named.
#[tokio::test]
async fn unknown_fields() {
    let mut rows = Vec::new();
    for route in [
        "POST /v1/accounts",
        "POST /v1/tokens",
        "PATCH /v1/me",
        COUPLE,
        AMEND,
        "PATCH /v1/rests/REST",
        LOG,
        PROPOSE,
        REST,
        "POST /v1/invitations/accept",
        ANSWER,
        "PUT /v1/checkups/CHECKUP/answers",
        "PUT /v1/checkups/CHECKUP/sharing",
    ] {
        rows.push(refused(route, json!({"kept": true}), "/kept"));
        rows.push(refused(route, json!({"a/b~": 1}), "/a~1b~0"));
        rows.push(refused(route, json!({"id": "x"}), "/id"));
    }
    Target::new().await.withstands(&rows).await;
}

/// A word of a fixed set is text and nothing else: not the object that serde also reads as one.
#[tokio::test]
async fn a_word_is_text() {
    let none = json!({});
    let mut rows = Vec::new();
    for value in [
        Value::Null,
        json!("Both"),
        json!(" both"),
        json!({"both": null}),
    ] {
        rows.extend(each(PROPOSE, &check_in(), &["rule"], &value));
    }
    for value in [Value::Null, json!("tue"), json!({"mon": null})] {
        rows.extend(each(COUPLE, &none, &["week_start"], &value));
    }
    for value in [Value::Null, json!("public"), json!({"private": null})] {
        rows.extend(each(LOG, &none, &["visibility"], &value));
    }
    for kind in [json!("hourly"), json!(5), json!({"daily": null})] {
        let body = json!({"cadence": {"kind": kind}});
        rows.push(refused(AMEND, body, "/cadence/kind"));
    }
    Target::new().await.withstands(&rows).await;
}

/// Texts too long, empty, of spaces, or with control characters; NUL above all.
#[tokio::test]
async fn impossible_texts() {
    let none = json!({});
    let mut rows = Vec::new();
    let long = "x".repeat(10_000);
    let texts = [
        "",
        "  ",
        "\0",
        "a\0b",
        "bell\u{7}",
        "\u{1b}[2J",
        "x\u{85}y",
        &long,
    ];
    for text in texts.map(Value::from) {
        rows.extend(each("PATCH /v1/me", &none, &["name", "time_zone"], &text));
        rows.extend(each(COUPLE, &none, &["name"], &text));
        rows.extend(each(AMEND, &none, &["title", "cue"], &text));
        rows.extend(each(LOG, &none, &["note", "mood"], &text));
        rows.extend(each(ANSWER, &none, &["text"], &text));
        let code = json!({"code": text});
        let accept = "POST /v1/invitations/accept";
        rows.push(format!("{accept} {code} => 422 unknown_invitation /code"));
    }
    for text in ["two\nlines", "tab\there"].map(Value::from) {
        rows.extend(each(AMEND, &none, &["title", "cue"], &text));
        rows.extend(each(LOG, &none, &["mood"], &text));
    }
    Target::new().await.withstands(&rows).await;
}

/// Dates that are none, or lie outside of 1900 to 2199.
const NO_DATES: [&str; 15] = [
    "",
    "today",
    "2026-02-30",
    "2100-02-29",
    "2026-13-01",
    "2026-00-10",
    "-001-01-01",
    "-0001-01-01",
    "0000-01-01",
    "9999-12-31",
    "1899-12-31",
    "2200-01-01",
    " 2024-1-1",
    "2026-11-18T00:00:00Z",
    "２０２６-11-18",
];

/// Dates outside of the calendar or of the supported centuries, in bodies, paths and queries.
#[tokio::test]
async fn impossible_dates() {
    let none = json!({});
    let mut rows = Vec::new();
    for date in NO_DATES {
        let escaped: String = date.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let value = json!(date);
        rows.extend(each(
            REST,
            &json!({"from": "2026-11-18"}),
            &["from", "to"],
            &value,
        ));
        rows.extend(each("PATCH /v1/rests/REST", &none, &["from", "to"], &value));
        rows.extend(each(AMEND, &none, &["starts_on"], &value));
        rows.extend(each(COUPLE, &none, &["together_since"], &value));
        for list in ["logs", "rituals/RITUAL/logs", "rituals/RITUAL/periods"] {
            for end in ["from", "to"] {
                let route = format!("GET /v1/{list}?{end}={escaped}");
                rows.push(refused(&route, "", &format!("/{end}")));
            }
        }
        if !["", "today"].contains(&date) {
            let path = format!("/v1/rituals/RITUAL/logs/{escaped}");
            rows.push(refused(&format!("PUT {path}"), "", "/date"));
            rows.push(refused(&format!("DELETE {path}"), "", "/date"));
            let path = format!("/v1/prompts/{escaped}");
            rows.push(refused(&format!("POST {path}/pass"), "", "/date"));
            let said = json!({"text": "x"});
            rows.push(refused(&format!("PUT {path}/answer"), said, "/date"));
        }
    }
    Target::new().await.withstands(&rows).await;
}

/// Numbers out of range, with fractions, or too large for any machine.
#[tokio::test]
async fn impossible_numbers() {
    let mut rows = Vec::new();
    let large = ["-9223372036854775809", "18446744073709551616"];
    for number in ["-1", "1441", "1.5", "1e4", "1e17", "\"5\"", "[5]", "true"]
        .into_iter()
        .chain(large)
    {
        let body = |field: &str| format!("{{\"{field}\": {number}}}");
        rows.push(refused(LOG, body("minutes"), "/minutes"));
        rows.push(refused(AMEND, body("target_minutes"), "/target_minutes"));
    }
    for number in ["1e400", "-1e400", "01", "+1", "NaN", ".5"] {
        let body = format!("{{\"minutes\": {number}}}");
        rows.push(format!("{LOG} {body} => 400 malformed_json /minutes"));
    }
    Target::new().await.withstands(&rows).await;
}

/// A whole number is one however it is written.
#[tokio::test]
async fn whole_numbers_in_other_words() {
    let target = Target::new().await;
    let ritual = |cadence: &str| {
        format!(
            r#"{{"title": "x", "practice": "rituals", "rule": "both", "target_minutes": 0.0,
                "cadence": {{"kind": {cadence}}}}}"#
        )
    };
    for cadence in [
        r#""weekly", "times": 2.0"#,
        r#""monthly", "times": 20e-1"#,
        r#""every", "days": 1e1"#,
    ] {
        let json = Some("application/json");
        let body = ritual(cadence);
        let answer = target.send("POST", "/v1/rituals", json, body.as_bytes());
        let ritual = answer.await.json(201);
        let cadence = &ritual["cadence"];
        assert!(cadence["times"] == 2 || cadence["days"] == 10, "{cadence}");
        assert_eq!(ritual["target_minutes"], 0);
    }
}

/// A cadence has the fields of its kind, in their ranges, and no other.
#[tokio::test]
async fn impossible_cadences() {
    let mut rows = Vec::new();
    for cadence in [
        json!({"kind": "weekly", "times": 0}),
        json!({"kind": "weekly", "times": 8}),
        json!({"kind": "weekly", "times": -1}),
        json!({"kind": "weekly"}),
        json!({"kind": "monthly", "times": 29}),
        json!({"kind": "every", "days": 1}),
        json!({"kind": "every", "days": 366}),
        json!({"kind": "every", "days": ["mon"]}),
        json!({"kind": "weekdays", "days": []}),
        json!({"kind": "weekdays", "days": ["mon", "mon"]}),
        json!({"kind": "daily", "times": 1}),
        json!("daily"),
        Value::Null,
    ] {
        rows.extend(each(PROPOSE, &check_in(), &["cadence"], &cadence));
        rows.extend(each(AMEND, &json!({}), &["cadence"], &cadence));
    }
    let without_kind = with(&check_in(), "cadence", json!({"times": 1}));
    rows.push(refused(PROPOSE, without_kind, "/cadence/kind"));
    Target::new().await.withstands(&rows).await;
}

/// Addresses that are none, zones that nobody lives in, names of nothing.
#[tokio::test]
async fn impossible_people() {
    let good = json!({
        "email": "new@example.org", "password": PASSWORD, "name": "New", "time_zone": "UTC",
    });
    let long = format!("{}@example.org", "x".repeat(250));
    let emails = [
        "", "ada", "@", "ada@", "@b.c", "a@b@c", "a b@c.d", "a\0@b.c", &long,
    ];
    let zones = [
        "",
        "Mars/Base",
        "Europe/Osl",
        "+01:00",
        "../etc/passwd",
        "UTC\0",
        "EST5EDT4",
    ];
    let names = ["", " ", "a\nb", "\0"];
    let mut rows = Vec::new();
    for (field, values) in [
        ("email", &emails[..]),
        ("time_zone", &zones),
        ("name", &names),
    ] {
        for value in values {
            rows.extend(each("POST /v1/accounts", &good, &[field], &json!(value)));
        }
    }
    Target::new().await.withstands(&rows).await;
}
