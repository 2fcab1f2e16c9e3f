//! Odd paths, queries and methods.

use super::{Target, refused};
use crate::routes::NOBODY;
use crate::world::check_in;

/// Unknown parameters, doubled ones, limits and cursors that are none.
#[tokio::test]
async fn odd_queries() {
    let mut rows = Vec::new();
    for list in [
        "rituals",
        "rests",
        "logs",
        "rituals/RITUAL/logs",
        "tokens",
        "couple/changes",
    ] {
        for limit in [
            "0",
            "201",
            "-1",
            "",
            "1.5",
            "99999999999999999999",
            "%00",
            "5&limit=5",
        ] {
            let route = format!("GET /v1/{list}?limit={limit}");
            rows.push(refused(&route, "", "/limit"));
        }
        for cursor in [
            "",
            "nonsense",
            "e30",
            "bnVsbA",
            "%FF%FE",
            "%00",
            "a&cursor=a",
        ] {
            let route = format!("GET /v1/{list}?cursor={cursor}");
            rows.push(refused(&route, "", "/cursor"));
        }
        rows.push(refused(&format!("GET /v1/{list}?page=2"), "", "/page"));
        rows.push(refused(&format!("GET /v1/{list}?Limit=5"), "", "/Limit"));
    }
    Target::new().await.withstands(&rows).await;
}

/// Parameters that only some lists have, and spans that end before they begin or last too long.
#[tokio::test]
async fn odd_parameters_of_one_list() {
    let rows = [
        ("logs?member=x", "/member"),
        ("rituals?archived=yes", "/archived"),
        ("rituals?archived=", "/archived"),
        ("rituals/RITUAL/periods?limit=5", "/limit"),
        (
            "rituals/RITUAL/periods?from=2025-01-01&to=2026-11-18",
            "/to",
        ),
        (
            "rituals/RITUAL/periods?from=2026-01-02&to=2026-01-01",
            "/to",
        ),
    ];
    let row = |(path, pointer): (&str, &str)| refused(&format!("GET /v1/{path}"), "", pointer);
    Target::new().await.withstands(&rows.map(row)).await;
}

/// A cursor of one list is none of another.
#[tokio::test]
async fn cursors_of_other_lists() {
    let target = Target::new().await;
    target.ada.proposes(check_in()).await;
    let page = target.ada.get("/v1/rituals?limit=1").await.json(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    for list in ["rests", "logs", "tokens", "prompts", "couple/changes"] {
        let row = refused(&format!("GET /v1/{list}?cursor={cursor}"), "", "/cursor");
        target.withstands(&[row]).await;
    }
}

/// An id that is none is an id of nothing: 404, byte by byte, whatever is in the path.
#[tokio::test]
async fn odd_ids() {
    let target = Target::new().await;
    let before = target.state().await;
    let unknown = format!("/v1/rituals/{NOBODY}");
    let unknown = target.send("GET", &unknown, None, b"").await;
    unknown.problem(404, "not_found");
    let bare = target.ritual.replace('-', "");
    let odd = [
        "x",
        "%00",
        "%FF",
        "%C0%AF",
        "..",
        "%2e%2e%2f",
        "null",
        "0",
        &bare,
    ];
    let nearly = ["RITUAL%00", "%20RITUAL", "%7BRITUAL%7D", "urn:uuid:RITUAL"];
    for id in odd.into_iter().chain(nearly) {
        for (method, path) in [
            ("GET", format!("/v1/rituals/{id}")),
            ("DELETE", format!("/v1/rituals/{id}")),
            ("DELETE", format!("/v1/tokens/{id}")),
            ("PUT", format!("/v1/rituals/{id}/logs/today")),
            ("PUT", format!("/v1/rituals/{id}/logs/nonsense")),
            ("GET", format!("/v1/rituals/{id}/periods")),
            ("DELETE", format!("/v1/rests/{id}")),
            ("DELETE", format!("/v1/couple/invitations/{id}")),
            ("POST", format!("/v1/couple/members/{id}/confirm")),
        ] {
            let answer = target.send(method, &path, None, b"").await;
            assert_eq!(answer.status, 404, "{}", answer.told());
            assert_eq!(answer.body, unknown.body, "{}", answer.told());
        }
    }
    assert_eq!(target.state().await, before);
}

/// Dates that are no date in a path, and those that the rules refuse: each told by a code of its own, at
/// the value it is about.
#[tokio::test]
async fn dates_against_the_rules() {
    let mut rows = Vec::new();
    for date in ["%00", "today%00", "Today", "2026-11-18%20", "tomorrow"] {
        let route = format!("PUT /v1/rituals/RITUAL/logs/{date}");
        rows.push(refused(&route, "", "/date"));
    }
    for (date, code) in [
        ("2026-11-19", "date_to_come"),
        ("2199-12-31", "date_to_come"),
        ("2026-11-10", "date_before_start"),
        ("1900-01-01", "date_before_start"),
    ] {
        let path = format!("/v1/rituals/RITUAL/logs/{date}");
        rows.push(format!("PUT {path} => 422 {code} /date"));
        rows.push(format!("DELETE {path} => 404 not_found"));
    }
    let rest = r#"PATCH /v1/rests/REST {"to": "2026-11-11"}
        PATCH /v1/rests/REST {"from": "2026-11-15"}
        POST /v1/rests {"from": "2026-11-18", "to": "2026-11-17"}"#;
    let refused = |row: &str| format!("{} => 422 rest_ends_before_it_begins /to", row.trim());
    rows.extend(rest.lines().map(refused));
    for start in ["1976-11-17", "2027-11-19"] {
        let mut ritual = check_in();
        ritual["starts_on"] = start.into();
        let row = format!("POST /v1/rituals {ritual} => 422 start_out_of_range /starts_on");
        rows.push(row);
    }
    Target::new().await.withstands(&rows).await;
}

/// What is not there is 404, as a problem too.
#[tokio::test]
async fn unknown_routes() {
    let mut rows = Vec::new();
    for path in [
        "/", "/v1", "/v1/", "/v1/me/", "/v2/me", "/v1//me", "/V1/me", "/%00", "/%FF",
    ] {
        for method in ["GET", "POST", "DELETE", "BREW"] {
            rows.push(format!("{method} {path} => 404 not_found"));
        }
    }
    Target::new().await.withstands(&rows).await;
}

/// A method that a route does not have is 405, and the answer says which it has.
#[tokio::test]
async fn wrong_methods() {
    let target = Target::new().await;
    let sorted = |list: &str| {
        let mut list: Vec<String> = list.split(',').map(|one| one.trim().to_owned()).collect();
        list.sort();
        list
    };
    for (method, path, allowed) in [
        ("PUT", "/v1/me", "GET,HEAD,PATCH"),
        ("DELETE", "/v1/couple", "POST,GET,HEAD,PATCH"),
        ("GET", "/v1/couple/leave", "POST"),
        ("GET", "/v1/accounts", "POST"),
        ("POST", "/v1/rituals/RITUAL", "GET,HEAD,PATCH,DELETE"),
        ("POST", "/v1/today", "GET,HEAD"),
        ("BREW", "/v1/today", "GET,HEAD"),
        ("POST", "/healthz", "GET,HEAD"),
    ] {
        let answer = target.send(method, path, None, b"").await;
        answer.problem(405, "method_not_allowed");
        let told = answer.headers["allow"].to_str().unwrap();
        // Methods that a route learns later are no mistake; those it has must be told.
        for method in sorted(allowed) {
            assert!(sorted(told).contains(&method), "{method} {path}: {told}");
        }
    }
}

/// HEAD answers as GET does, without the body.
#[tokio::test]
async fn head_is_get_without_a_body() {
    let target = Target::new().await;
    for path in [
        "/v1/me",
        "/v1/today",
        "/v1/logs?limit=0",
        "/v1/nothing",
        "/healthz",
    ] {
        let get = target.send("GET", path, None, b"").await;
        let head = target.send("HEAD", path, None, b"").await;
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{path}");
        assert_eq!(head.headers["content-type"], get.headers["content-type"]);
    }
}
