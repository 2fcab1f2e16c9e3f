//! Bodies that are broken in their form.

use serde_json::{Value, json};

use super::{Target, refused};
use crate::world::{PASSWORD, check_in};

/// Every place that takes a body.
const TAKE_A_BODY: [(&str, &str); 15] = [
    ("POST", "/v1/accounts"),
    ("POST", "/v1/tokens"),
    ("PATCH", "/v1/me"),
    ("PUT", "/v1/me/password"),
    ("PATCH", "/v1/couple"),
    ("POST", "/v1/invitations/accept"),
    ("POST", "/v1/rituals"),
    ("PATCH", "/v1/rituals/RITUAL"),
    ("PUT", "/v1/rituals/RITUAL/logs/today"),
    ("POST", "/v1/rests"),
    ("PATCH", "/v1/rests/REST"),
    ("PUT", "/v1/prompts/today/answer"),
    ("PUT", "/v1/checkups/CHECKUP/answers"),
    ("PUT", "/v1/checkups/CHECKUP/sharing"),
    ("POST", "/v1/checkups/CHECKUP/ideas"),
];

/// A body that is no JSON is called so, and changes nothing.
#[tokio::test]
async fn bodies_that_are_no_json() {
    let target = Target::new().await;
    let deep = "[".repeat(60_000);
    let malformed: [&[u8]; 11] = [
        b" ",
        b"{",
        b"{]",
        b"nonsense",
        b"{'name': 1}",
        b"[1, 2",
        b"\xff\xfe{\x00}\x00",
        b"{\"name\": \"\xff\"}",
        b"{\"name\": \"\xed\xa0\x80\"}",
        b"\xef\xbb\xbf{}",
        deep.as_bytes(),
    ];
    let before = target.state().await;
    let json = Some("application/json");
    for (method, path) in TAKE_A_BODY {
        for body in malformed {
            let answer = target.send(method, path, json, body).await;
            answer.problem(400, "malformed_json");
        }
        if !path.ends_with("/today") {
            // Only a log can be written without words; and founding takes no body at all.
            let answer = target.send(method, path, json, b"").await;
            answer.problem(400, "malformed_json");
        }
    }
    assert_eq!(target.state().await, before);
    let rest = ["{} {}", "{}x", "{},", "{\"name\": \"x\"} null"];
    let rows = rest.map(|body| format!("PATCH /v1/me {body} => 400 malformed_json"));
    target.withstands(&rows).await;
}

/// A body that is JSON but no object is refused as a whole, and a document that is nested deeper than any
/// honest one is refused like any other.
#[tokio::test]
async fn bodies_that_are_no_object() {
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    let mut rows = Vec::new();
    for (method, path) in TAKE_A_BODY {
        for body in ["[]", "null", "5", "\"text\"", "[{}]", "true", &deep] {
            rows.push(refused(&format!("{method} {path}"), body, ""));
        }
    }
    let target = Target::new().await;
    target.withstands(&rows).await;
    let field = format!("{{\"cadence\": {{\"days\": {deep}}}}}");
    let (path, json) = ("/v1/rituals/RITUAL", Some("application/json"));
    let answer = target.send("PATCH", path, json, field.as_bytes()).await;
    let pointers = answer.problem(400, "malformed_json");
    assert!(pointers[0].starts_with("/cadence/days"), "{pointers:?}");
}

/// Escapes of half a character, NULs and doubled fields, each told where it stands.
#[tokio::test]
async fn odd_json_in_fields() {
    let rows = r#"
        PUT LOG {"note": "\ud800"} => 400 malformed_json /note
        PUT LOG {"note": "\udc00\ud800"} => 400 malformed_json /note
        PUT LOG {"note": "\u0000"} => 422 invalid_request /note
        PUT LOG {"mood": "a\u0000"} => 422 invalid_request /mood
        PUT LOG {"note": "a", "note": "b"} => 422 invalid_request /note
        PUT LOG {"note": null, "note": null} => 422 invalid_request /note
        PUT LOG {"note": "a", "\u006eote": "b"} => 422 invalid_request /note
        PATCH /v1/couple {"name": "a", "name": "a"} => 422 invalid_request /name
        PATCH /v1/couple {"__proto__": {}} => 422 invalid_request /__proto__
        PATCH /v1/couple {"": 1} => 422 invalid_request /
        PATCH /v1/me {"name": "a", "name": null} => 422 invalid_request /name
        PATCH /v1/rituals/RITUAL {"cadence": {"kind": "weekly", "times": 1, "times": 2}} => 422 invalid_request /cadence/times
        PATCH /v1/rituals/RITUAL {"cadence": {"kind": "daily", "note": 2}} => 422 invalid_request /cadence/note
        POST /v1/tokens {"email": "ada@example.org", "email": "ben@example.org"} => 422 invalid_request /email
    "#;
    let rows = rows.replace("LOG", "/v1/rituals/RITUAL/logs/today");
    let mut rows: Vec<String> = rows.lines().map(|row| row.trim().to_owned()).collect();
    rows.retain(|row| !row.is_empty());
    let raw_nul = "PUT /v1/rituals/RITUAL/logs/today {\"note\": \"a\0\"}";
    rows.push(format!("{raw_nul} => 400 malformed_json /note"));
    Target::new().await.withstands(&rows).await;
}

/// A field that must be there is missed by its name, and cannot be `null`.
#[tokio::test]
async fn missing_fields() {
    let sign_up = json!({
        "email": "new@example.org", "password": PASSWORD, "name": "New", "time_zone": "UTC",
    });
    let sign_in = json!({"email": "ada@example.org", "password": PASSWORD});
    let mut rows = Vec::new();
    for (route, good) in [
        ("POST /v1/accounts", sign_up),
        ("POST /v1/tokens", sign_in),
        ("POST /v1/invitations/accept", json!({"code": "x"})),
        ("POST /v1/rituals", check_in()),
        ("POST /v1/rests", json!({"from": "2026-11-18"})),
        ("PUT /v1/prompts/today/answer", json!({"text": "x"})),
    ] {
        for field in good.as_object().unwrap().keys() {
            let mut body = good.clone();
            body[field] = Value::Null;
            rows.push(refused(route, &body, &format!("/{field}")));
            body.as_object_mut().unwrap().remove(field);
            rows.push(refused(route, &body, &format!("/{field}")));
        }
    }
    Target::new().await.withstands(&rows).await;
}

/// A body larger than 64 KiB is not read; one that says it is something else is not guessed at.
#[tokio::test]
async fn bodies_too_large_or_of_another_type() {
    let target = Target::new().await;
    let before = target.state().await;
    let fits = format!("{{}}{}", " ".repeat(64 * 1024 - 2)).into_bytes();
    let large = [fits.as_slice(), b" "].concat();
    let json = Some("application/json");
    for (method, path) in TAKE_A_BODY {
        let answer = target.send(method, path, json, &large).await;
        answer.problem(413, "body_too_large");
        for kind in [
            None,
            Some("text/plain"),
            Some("application/jsonp"),
            Some(""),
        ] {
            let answer = target.send(method, path, kind, b"{}").await;
            answer.problem(415, "unsupported_media_type");
        }
    }
    let patch = Some("application/merge-patch+json");
    let answer = target.send("POST", "/v1/rests", patch, b"{}").await;
    answer.problem(415, "unsupported_media_type");
    assert_eq!(target.state().await, before);

    target.send("PATCH", "/v1/me", json, &fits).await.json(200);
    for kind in [
        "application/JSON; charset=utf-8",
        "application/merge-patch+json",
    ] {
        let answer = target.send("PATCH", "/v1/couple", Some(kind), b"{}").await;
        answer.json(200);
    }
    assert_eq!(target.state().await, before);
}
