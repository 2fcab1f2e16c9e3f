//! A world of its own for every test: a database in a temporary folder, a clock that stands still, and
//! chance from a seed. Ada lives in Oslo, Ben in New York.
//!
//! Every answer that passes through here is held against the OpenAPI document: its status must be
//! documented for the operation, and its body must be of the documented schema.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use chrono::{DateTime, TimeDelta, Utc};
use hearth::clock::Clock;
use hearth::config::front::Front;
use hearth::http::{App, router};
use hearth::ids::Seed;
use hearth::password::Passwords;
use hearth::store::Store;
use hearth::store::file::create_private;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tower::ServiceExt;

pub use crate::answer::Answer;
use crate::contract;
pub use crate::person::Person;

/// Wednesday, 18 November 2026, 19:00 UTC: 20:00 in Oslo, 14:00 in New York, the same date for both.
pub const START: &str = "2026-11-18T19:00:00Z";

#[derive(Clone)]
pub struct World {
    pub app: App,
    pub folder: Arc<TempDir>,
    router: Router,
    asked: Arc<Mutex<HashMap<String, u64>>>,
    heard: Option<Heard>,
}

/// Every answer that somebody got to hear, in order.
pub type Heard = Arc<Mutex<Vec<Answer>>>;

impl World {
    pub async fn new() -> World {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        create_private(&file).unwrap();
        std::fs::write(&file, EMPTY.get_or_init(empty_database).await).unwrap();
        World::in_folder(folder, START).await
    }

    /// A world that goes on with the database in this folder.
    pub async fn in_folder(folder: TempDir, instant: &str) -> World {
        let instant: DateTime<Utc> = instant.parse().unwrap();
        let address = format!("sqlite:{}", folder.path().join(FILE).display());
        let store = Store::open(&address).await.unwrap();
        let app = App::new(store, Clock::at(instant), Passwords::for_tests());
        World {
            router: router(app.clone()),
            app,
            folder: Arc::new(folder),
            asked: Arc::default(),
            heard: None,
        }
    }

    /// The same world, killed and started again: nothing is closed, and another program goes on with its files as they
    /// are.
    pub async fn killed(&self) -> World {
        self.at_rest().await;
        let folder = tempfile::tempdir().unwrap();
        for file in std::fs::read_dir(self.folder.path()).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
        }
        let now = self.app.clock.now().to_rfc3339();
        World {
            asked: self.asked.clone(),
            ..World::in_folder(folder, &now).await
        }
    }

    /// Lets time pass.
    pub fn pass(&self, time: TimeDelta) {
        self.app.clock.advance(time);
    }

    /// The same world, behind a front.
    pub fn behind(&self, front: Front) -> World {
        self.with(|app| *app = app.clone().behind(front))
    }

    /// The same world, served by a program that is set up in another way.
    pub fn with(&self, set_up: impl FnOnce(&mut App)) -> World {
        let mut app = self.app.clone();
        set_up(&mut app);
        World {
            router: router(app.clone()),
            app,
            ..self.clone()
        }
    }

    /// The same world; what is answered to those who live here is kept.
    pub fn heard_by(&self, heard: &Heard) -> World {
        World {
            heard: Some(heard.clone()),
            ..self.clone()
        }
    }

    /// Waits for the small writes that follow an answer.
    pub async fn at_rest(&self) {
        self.app.tasks.close();
        self.app.tasks.wait().await;
        self.app.tasks.reopen();
    }

    /// Somebody new, who signed up.
    pub async fn person(&self, name: &str, time_zone: &str) -> Person {
        let email = format!("{}@example.org", name.to_lowercase());
        let form = json!({
            "email": email, "password": PASSWORD, "name": name, "time_zone": time_zone,
        });
        let session = self
            .send("POST", "/v1/accounts", None, Some(form))
            .await
            .json(201);
        Person {
            world: self.clone(),
            id: text(&session["account"]["id"]),
            token: text(&session["token"]),
            email,
        }
    }

    pub async fn ada(&self) -> Person {
        self.person("Ada", "Europe/Oslo").await
    }

    pub async fn ben(&self) -> Person {
        self.person("Ben", "America/New_York").await
    }

    /// The third.
    pub async fn cleo(&self) -> Person {
        self.person("Cleo", "Australia/Sydney").await
    }

    /// Ada and Ben, a confirmed couple.
    pub async fn couple(&self) -> (Person, Person) {
        let (ada, ben) = (self.ada().await, self.ben().await);
        ada.post("/v1/couple", json!({})).await.json(201);
        ada.pairs_with(&ben).await;
        (ada, ben)
    }

    /// One JSON request through the front door.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let headers = bearer
            .iter()
            .map(|bearer| ("authorization", bearer.as_str()));
        self.send_with(method, path, &headers.collect::<Vec<_>>(), body)
            .await
    }

    /// One JSON request with headers of its own.
    pub async fn send_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.send_raw(request.body(body).unwrap()).await
    }

    /// Chance for a request: from what it asks, and how often that was asked before. So one request more
    /// shifts nothing in those after it.
    fn seed(&self, request: &Request<Body>) -> Seed {
        let asked = format!("{} {}", request.method(), request.uri());
        let mut hasher = DefaultHasher::new();
        asked.hash(&mut hasher);
        let mut before = self.asked.lock().unwrap();
        let times = before.entry(asked).or_default();
        *times += 1;
        times.hash(&mut hasher);
        Seed(hasher.finish())
    }

    /// Any request through the front door.
    pub async fn send_raw(&self, mut request: Request<Body>) -> Answer {
        let seed = self.seed(&request);
        request.extensions_mut().insert(seed);
        let method = request.method().as_str().to_lowercase();
        let path = request.uri().path().to_owned();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let answer = Answer::read(format!("{method} {path}"), response).await;
        contract::check(&method, &path, &answer);
        let answer = answer.without_id();
        if let Some(heard) = &self.heard {
            heard.lock().unwrap().push(answer.clone());
        }
        answer
    }
}

/// What the database is called.
const FILE: &str = "hearth.db";

/// A database in which nobody ever was. Each world begins with a copy: making one takes long.
static EMPTY: OnceCell<Vec<u8>> = OnceCell::const_new();

async fn empty_database() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(FILE);
    let address = format!("sqlite:{}", file.display());
    Store::open(&address).await.unwrap().close().await;
    std::fs::read(&file).unwrap()
}

/// Everybody's password in tests.
pub const PASSWORD: &str = "seven quiet otters";

/// Nobody's password in tests.
pub const WRONG_PASSWORD: &str = "seven loud otters";

pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}

/// The nightly check-in: daily, both.
pub fn check_in() -> Value {
    json!({
        "title": "Nightly check-in", "practice": "conversation",
        "cadence": {"kind": "daily"}, "rule": "both",
    })
}

/// Date night: once a week, either.
pub fn date_night() -> Value {
    json!({
        "title": "Date night", "practice": "time_together",
        "cadence": {"kind": "weekly", "times": 1}, "rule": "either",
    })
}
