//! Whatever is thrown at the door: the answer is a problem that says what is wrong and where, and nothing
//! is written.

use std::fmt::Display;

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

mod bodies;
mod corpus;
mod paths;
mod values;

use crate::world::{Answer, Person, World, check_in, text};

/// Ada with a ritual that began a week ago and a rest.
pub struct Target {
    pub ada: Person,
    pub ritual: String,
    pub rest: String,
    pub checkup: String,
}

impl Target {
    pub async fn new() -> Target {
        let ada = World::new().await.ada().await;
        ada.tap("POST", "/v1/couple").await.json(201);
        let mut ritual = check_in();
        ritual["starts_on"] = json!("2026-11-11");
        let ritual = ada.proposes(ritual).await;
        ada.logs(&ritual, "2026-11-17").await;
        let rest = json!({"from": "2026-11-12", "to": "2026-11-14"});
        let rest = text(&ada.post("/v1/rests", rest).await.json(201)["id"]);
        let checkup = ada.begins_checkup().await;
        Target {
            ada,
            ritual,
            rest,
            checkup,
        }
    }

    /// Everything that a write could have changed.
    pub async fn state(&self) -> Vec<Vec<u8>> {
        let mut state = Vec::new();
        for path in [
            "/v1/me",
            "/v1/couple",
            "/v1/couple/invitations",
            "/v1/rituals",
            "/v1/rituals?archived=true",
            "/v1/today",
            "/v1/rests",
            "/v1/logs",
            "/v1/prompts/today",
            "/v1/checkups",
        ] {
            let answer = self.ada.get(path).await;
            answer.json(200);
            state.push(answer.body);
        }
        state
    }

    pub async fn send(&self, method: &str, path: &str, kind: Option<&str>, body: &[u8]) -> Answer {
        let path = path
            .replace("RITUAL", &self.ritual)
            .replace("REST", &self.rest)
            .replace("CHECKUP", &self.checkup);
        let bearer = format!("Bearer {}", self.ada.token);
        let mut request = Request::builder().method(method).uri(path);
        request = request.header("authorization", bearer);
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let request = request.body(Body::from(body.to_vec())).unwrap();
        self.ada.world.send_raw(request).await
    }

    /// Every row is answered as it says, and changes nothing.
    ///
    /// A row is `METHOD PATH BODY => STATUS CODE POINTER`. `RITUAL` and `REST` stand for ids. A problem
    /// about values without a pointer is about the whole body.
    pub async fn withstands<S: AsRef<str>>(&self, rows: &[S]) {
        assert!(!rows.is_empty());
        let before = self.state().await;
        for row in rows {
            let row = row.as_ref();
            let (request, expected) = row.rsplit_once(" => ").unwrap();
            let mut request = request.splitn(3, ' ');
            let mut next = || request.next().unwrap_or_default();
            let (method, path, body) = (next(), next(), next());
            let json = Some("application/json");
            let answer = self.send(method, path, json, body.as_bytes()).await;
            let mut expected = expected.splitn(3, ' ');
            let status = expected.next().unwrap().parse().unwrap();
            let code = expected.next().unwrap();
            let about_values = status == 400 || status == 422;
            let pointer = expected.next().or(about_values.then_some(""));
            let shown: String = row.chars().take(200).collect();
            assert_eq!(answer.value()["code"], code, "{shown}: {}", answer.told());
            let told = answer.problem(status, code);
            let pointers: Vec<&str> = pointer.into_iter().collect();
            assert_eq!(told, pointers, "{shown}: {}", answer.told());
        }
        assert_eq!(self.state().await, before);
    }
}

/// A row: this body is refused for the value at `pointer`.
fn refused(route: &str, body: impl Display, pointer: &str) -> String {
    format!("{route} {body} => 422 invalid_request {pointer}")
        .trim_end()
        .to_owned()
}
