//! Does reading cost the same after ten years as after a week? Run `cargo bench`: the last lines are the
//! ratios.
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on stops")]
#![expect(clippy::print_stdout, reason = "a bench tells what it found")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use criterion::{Bencher, Criterion};
use hearth::clock::Clock;
use hearth::domain::couple::Todays;
use hearth::domain::day::Date;
use hearth::domain::ledger::Ledger;
use hearth::domain::log::{Log, Visibility};
use hearth::domain::rest::RestDates;
use hearth::domain::ritual::Ritual;
use hearth::domain::streak::Checkpoint;
use hearth::http::{App, router};
use hearth::ids::{AccountId, CoupleId, RitualId};
use hearth::password::Passwords;
use hearth::store::{self, Store};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

const WEEK: i64 = 7;
const DECADE: i64 = 3653;
const TODAY: &str = "2026-11-18";

/// How many rituals a couple keeps: eight as `today` is measured, six as looking back is.
const MANY: usize = 8;
const SOME: usize = 6;

/// A couple with rituals that both kept every day.
struct Home {
    runtime: Runtime,
    app: App,
    router: Router,
    token: String,
    rituals: Vec<String>,
    _folder: TempDir,
}

impl Home {
    fn after(days: i64, rituals: usize) -> Home {
        let runtime = Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite:{}", folder.path().join("hearth.db").display());
        let store = runtime.block_on(Store::open(&address)).unwrap();
        let clock = Clock::at(format!("{TODAY}T19:00:00Z").parse().unwrap());
        let app = App::new(store, clock, Passwords::for_tests());
        let mut home = Home {
            router: router(app.clone()),
            token: String::new(),
            rituals: Vec::new(),
            runtime,
            app,
            _folder: folder,
        };
        home.move_in(days, rituals);
        home
    }

    fn move_in(&mut self, days: i64, rituals: usize) {
        let people: Vec<(String, String)> = ["Ada", "Ben"].map(|name| self.sign_up(name)).into();
        let [ada, ben] = [people[0].clone(), people[1].clone()];
        self.token = ada.1.clone();
        let couple = self.ask("POST", "/v1/couple", json!({}));
        let code = self.ask("POST", "/v1/couple/invitations", json!({}))["code"].clone();
        self.token = ben.1;
        self.ask("POST", "/v1/invitations/accept", json!({"code": code}));
        self.token = ada.1;
        self.ask(
            "POST",
            &format!("/v1/couple/members/{}/confirm", ben.0),
            json!({}),
        );
        let today: Date = TODAY.parse().unwrap();
        for _ in 0..rituals {
            let ritual = json!({
                "title": "Nightly check-in", "practice": "conversation", "rule": "either",
                "cadence": {"kind": "daily"}, "starts_on": today.plus(-days),
            });
            let ritual = self.ask("POST", "/v1/rituals", ritual);
            self.rituals.push(ritual["id"].as_str().unwrap().to_owned());
        }
        let couple = couple["id"].as_str().unwrap().parse().unwrap();
        let members = [ada.0.parse().unwrap(), ben.0.parse().unwrap()];
        let history = live(&self.app, couple, &self.rituals, members, days);
        self.runtime.block_on(history);
    }

    fn sign_up(&self, name: &str) -> (String, String) {
        let form = json!({
            "email": format!("{name}@example.org"), "password": "seven quiet otters",
            "name": name, "time_zone": "Europe/Oslo",
        });
        let session = self.ask("POST", "/v1/accounts", form);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&session["account"]["id"]), text(&session["token"]))
    }

    fn ask(&self, method: &str, path: &str, body: Value) -> Value {
        self.runtime.block_on(self.request(method, path, body))
    }

    async fn request(&self, method: &str, path: &str, body: Value) -> Value {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json");
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        let request = request.body(Body::from(body.to_string())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert!(
            response.status().is_success(),
            "{method} {path}: {}",
            response.status()
        );
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }
}

/// Writes the logs of so many days, of both, in one transaction.
async fn live(app: &App, couple: CoupleId, rituals: &[String], members: [AccountId; 2], days: i64) {
    let now = app.clock.now();
    let today: Date = TODAY.parse().unwrap();
    let mut tx = app.store.write().await.unwrap();
    for id in rituals {
        let id: RitualId = id.parse().unwrap();
        for day in 1..=days {
            for member in members {
                let log = Log {
                    ritual: id,
                    member,
                    date: today.plus(-day),
                    minutes: None,
                    note: None,
                    mood: None,
                    visibility: Visibility::Shared,
                    logged_at: now,
                    zone: "Europe/Oslo".parse().unwrap(),
                };
                store::logs::put(&mut tx, couple, &log).await.unwrap();
            }
        }
        let mut ritual = store::rituals::find(&mut tx, couple, id)
            .await
            .unwrap()
            .unwrap();
        store::checkpoints::refold(&mut tx, couple, &mut ritual, now)
            .await
            .unwrap();
        store::rituals::update(&mut tx, couple, &ritual)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

/// The mean time of what was measured, by name, for the ratios at the end.
#[derive(Default)]
struct Means(RefCell<BTreeMap<(&'static str, i64), Duration>>);

impl Means {
    fn measure(
        &self,
        bencher: &mut Bencher<'_>,
        name: (&'static str, i64),
        mut act: impl FnMut(u64),
    ) {
        bencher.iter_custom(|times| {
            let start = Instant::now();
            (0..times).for_each(&mut act);
            let took = start.elapsed();
            self.0.borrow_mut().insert(name, took / times as u32);
            took
        });
    }
}

fn bench_requests(criterion: &mut Criterion, means: &Means) {
    for (label, days) in [("a week", WEEK), ("ten years", DECADE)] {
        let home = Home::after(days, MANY);
        let mut group = criterion.benchmark_group(format!("after {label}"));
        group.bench_function("read today", |bencher| {
            means.measure(bencher, ("read today", days), |_| {
                black_box(home.ask("GET", "/v1/today", json!({})));
            });
        });
        let path = format!("/v1/rituals/{}/logs/today", home.rituals[0]);
        group.bench_function("put a log", |bencher| {
            means.measure(bencher, ("put a log", days), |turn| {
                // Other minutes every time, so that every time something is written.
                black_box(home.ask("PUT", &path, json!({"minutes": turn % 1440})));
            });
        });
        group.finish();
    }
}

fn bench_looking_back(criterion: &mut Criterion, means: &Means) {
    let today: Date = TODAY.parse().unwrap();
    for (label, days) in [("a week", WEEK), ("ten years", DECADE)] {
        let home = Home::after(days, SOME);
        let mut group = criterion.benchmark_group(format!("looking back after {label}"));
        for (name, back) in [("look back: all", days), ("look back: a month", 30)] {
            let path = format!("/v1/insights?from={}&to={TODAY}", today.plus(-back));
            group.bench_function(name, |bencher| {
                means.measure(bencher, (name, days), |_| {
                    black_box(home.ask("GET", &path, json!({})));
                });
            });
        }
        group.finish();
    }
}

fn bench_fold(criterion: &mut Criterion, means: &Means) {
    let home = Home::after(WEEK, MANY);
    let couple = home.ask("GET", "/v1/couple", json!({}))["id"].clone();
    let couple: CoupleId = couple.as_str().unwrap().parse().unwrap();
    let id: RitualId = home.rituals[0].parse().unwrap();
    let ritual: Ritual = home.runtime.block_on(async {
        let mut tx = home.app.store.read().await.unwrap();
        store::rituals::find(&mut tx, couple, id)
            .await
            .unwrap()
            .unwrap()
    });
    let today: Date = TODAY.parse().unwrap();
    let todays = Todays {
        earliest: today,
        latest: today,
    };
    for (label, days) in [("a week", WEEK), ("ten years", DECADE)] {
        let mut ritual = ritual.clone();
        ritual.revisions[0].from = today.plus(-days);
        let member = ritual.proposed_by;
        let ledger: Ledger = (1..=days).map(|day| (member, today.plus(-day))).collect();
        let story = ritual.story(RestDates::none(), &ledger);
        let whole = Checkpoint::empty(ritual.starts_on());
        let stored = Checkpoint::from_scratch(&story, today.plus(-1));
        // A read fetches only the logs that the checkpoint does not hold.
        let tail: Ledger = (stored.next <= today.previous())
            .then(|| (member, today.previous()))
            .into_iter()
            .collect();
        let unsettled = ritual.story(RestDates::none(), &tail);
        let mut group = criterion.benchmark_group(format!("the fold over {label}"));
        for (name, checkpoint, story) in [
            ("from scratch", whole, story),
            ("from the checkpoint", stored, unsettled),
        ] {
            group.bench_function(name, |bencher| {
                means.measure(bencher, (name, days), |_| {
                    black_box(story.streak(&checkpoint, todays));
                });
            });
        }
        group.finish();
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args().sample_size(20);
    let means = Means::default();
    bench_fold(&mut criterion, &means);
    bench_requests(&mut criterion, &means);
    bench_looking_back(&mut criterion, &means);
    criterion.final_summary();
    println!("\nten years : a week");
    let means = means.0.borrow();
    for ((name, _), decade) in means.iter().filter(|((_, days), _)| *days == DECADE) {
        // A filter may have left the week out.
        let Some(week) = means.get(&(*name, WEEK)) else {
            continue;
        };
        let ratio = decade.as_secs_f64() / week.as_secs_f64();
        println!("{name:<20} {decade:>10.1?} : {week:>10.1?} = {ratio:.2}");
    }
}
