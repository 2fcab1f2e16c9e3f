//! `hearth demo`: one believable couple, told through the API itself on a clock that runs through half
//! a year. What it fills a database with is what two people could have done.

use std::io::{IsTerminal, Write};

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use axum::{Router, http::StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use hearth::clock::Clock;
use hearth::config::Settings;
use hearth::http::{self, App};
use hearth::ids::{Chance, Secret};
use hearth::password::Passwords;
use hearth::store::{self, Store};
use serde_json::{Value, json};
use tower::ServiceExt;

use self::words::{entry, rituals};
use super::Failure;

mod evenings;
mod words;

/// How long the story is.
const DAYS: i64 = 26 * 7;

/// The days of the story on which they were away together, one week in the fourth month.
const HOLIDAY: std::ops::Range<i64> = 98..105;

/// Fills a fresh database, and prints both tokens and what to try.
pub async fn fill(settings: &Settings, real: &Clock) -> Result<(), Failure> {
    let store = Store::open(&settings.database)
        .await
        .map_err(Failure::new)?;
    refuse_accounts(&store, &settings.database).await?;
    let clock = Clock::at(real.now() - TimeDelta::days(DAYS));
    let app = App::new(store, clock.clone(), Passwords::default());
    let story = Story {
        router: http::router(app.clone()),
        clock,
        end: real.now(),
    };
    let told = story.tell(settings).await;
    app.tasks.close();
    app.tasks.wait().await;
    app.store.close().await;
    told
}

async fn refuse_accounts(store: &Store, database: &str) -> Result<(), Failure> {
    let mut tx = store.read().await.map_err(Failure::store)?;
    if store::accounts::any(&mut tx)
        .await
        .map_err(Failure::store)?
    {
        return Err(Failure::new(format!(
            "{database} has accounts: the demo fills only a fresh database. \
             Choose a new file with --database"
        )));
    }
    Ok(())
}

/// One of the two.
struct Person {
    email: &'static str,
    password: String,
    token: String,
}

/// A ritual of theirs: its id, how often in a hundred days each logs it, and who does.
struct Habit {
    id: String,
    percent: i64,
    both: bool,
}

struct Story {
    router: Router,
    clock: Clock,
    end: DateTime<Utc>,
}

impl Story {
    async fn tell(&self, settings: &Settings) -> Result<(), Failure> {
        let mut ada = self
            .sign_up("ada@hearth.example", "Ada", "Europe/Oslo")
            .await?;
        let mut ben = self
            .sign_up("ben@hearth.example", "Ben", "Europe/London")
            .await?;
        self.pair(&ada, &ben).await?;
        let habits = self.propose_all(&ada, &ben).await?;
        for day in 0..=DAYS {
            self.clock
                .advance(self.end - TimeDelta::days(DAYS - day) - self.clock.now());
            show_progress(day);
            if day == DAYS / 2 {
                // Tokens live for 180 days, the story is longer.
                self.sign_in(&mut ada).await?;
                self.sign_in(&mut ben).await?;
                let thanks = format!("/v1/rituals/{}", habits[3].id);
                let oftener = json!({"cadence": {"kind": "weekly", "times": 3}});
                self.ask(&ada, "PATCH", &thanks, oftener).await?;
            }
            self.live(day, &habits, &ada, &ben).await?;
        }
        self.sign_in(&mut ada).await?;
        self.sign_in(&mut ben).await?;
        self.set_reminders(&habits, &ada, &ben).await?;
        print_what_to_try(settings, &ada, &ben, &habits[0].id);
        Ok(())
    }

    /// One day of their life. The last one is today: there is still something to do.
    async fn live(
        &self,
        day: i64,
        habits: &[Habit],
        ada: &Person,
        ben: &Person,
    ) -> Result<(), Failure> {
        if day == HOLIDAY.start {
            let today = self.ask(ada, "GET", "/v1/today", Value::Null).await?;
            let from = today["date"].as_str().unwrap_or_default();
            let date: DateTime<Utc> = self.clock.now() + TimeDelta::days(6);
            let rest = json!({"from": from, "to": date.format("%Y-%m-%d").to_string()});
            self.ask(ben, "POST", "/v1/rests", rest).await?;
        }
        if day % 7 == 5 {
            self.thank(day / 7, ada, ben).await?;
        }
        self.look_ahead(day, habits, ada, ben).await?;
        if day % 10 == 6 {
            self.put_phones_down(&habits[1].id, ada, ben).await?;
        }
        let away = HOLIDAY.contains(&day);
        self.answer_prompt(day, ada, ben).await?;
        if day % 28 == 7 {
            let hers = self.check_up(ada, day).await?;
            let his = self.check_up(ben, day + 3).await?;
            self.ask(ada, "PUT", &hers, json!({"share": "themes"}))
                .await?;
            self.ask(ben, "PUT", &his, json!({"share": "answers"}))
                .await?;
        }
        for (index, habit) in habits.iter().enumerate() {
            // Spread evenly and the same every time: a demo should not surprise.
            let dice = (day * 37 + index as i64 * 53) % 100;
            let likely = if away {
                habit.percent / 4
            } else {
                habit.percent
            };
            if dice >= likely || (day == DAYS && index != 1) {
                continue;
            }
            let path = format!("/v1/rituals/{}/logs/today", habit.id);
            let (first, second) = if day % 2 == 0 { (ada, ben) } else { (ben, ada) };
            self.ask(first, "PUT", &path, entry(day, index)).await?;
            if habit.both {
                self.ask(second, "PUT", &path, json!({})).await?;
            }
        }
        Ok(())
    }

    async fn sign_up(
        &self,
        email: &'static str,
        name: &str,
        zone: &str,
    ) -> Result<Person, Failure> {
        let password = Secret::code(&mut Chance::System).reveal().to_owned();
        let nobody = Person {
            email,
            password,
            token: String::new(),
        };
        let form = json!({
            "email": email, "password": nobody.password, "name": name, "time_zone": zone,
        });
        let session = self.ask(&nobody, "POST", "/v1/accounts", form).await?;
        let token = session["token"].as_str().unwrap_or_default().to_owned();
        Ok(Person { token, ..nobody })
    }

    async fn sign_in(&self, person: &mut Person) -> Result<(), Failure> {
        let form = json!({"email": person.email, "password": person.password, "label": "demo"});
        let session = self.ask(person, "POST", "/v1/tokens", form).await?;
        person.token = session["token"].as_str().unwrap_or_default().to_owned();
        Ok(())
    }

    async fn pair(&self, ada: &Person, ben: &Person) -> Result<(), Failure> {
        let couple = json!({"name": "Ada & Ben", "together_since": "2019-06-01"});
        self.ask(ada, "POST", "/v1/couple", couple).await?;
        let invitation = self
            .ask(ada, "POST", "/v1/couple/invitations", Value::Null)
            .await?;
        let code = json!({"code": invitation["code"]});
        self.ask(ben, "POST", "/v1/invitations/accept", code)
            .await?;
        let couple = self.ask(ada, "GET", "/v1/couple", Value::Null).await?;
        let id = couple["members"][1]["id"].as_str().unwrap_or_default();
        let confirm = format!("/v1/couple/members/{id}/confirm");
        self.ask(ada, "POST", &confirm, Value::Null).await?;
        let share = json!({"share_time_zone": true});
        self.ask(ben, "PATCH", "/v1/me", share).await?;
        Ok(())
    }

    /// Six rituals, one of each kind; whoever has the idea proposes, and the other agrees.
    async fn propose_all(&self, ada: &Person, ben: &Person) -> Result<Vec<Habit>, Failure> {
        let mut habits = Vec::new();
        for (index, (percent, ritual)) in rituals().into_iter().enumerate() {
            let both = ritual["rule"] == "both";
            let (proposer, other) = if index % 2 == 0 {
                (ada, ben)
            } else {
                (ben, ada)
            };
            let proposed = self.ask(proposer, "POST", "/v1/rituals", ritual).await?;
            let id = proposed["id"].as_str().unwrap_or_default().to_owned();
            let agree = format!("/v1/rituals/{id}/agreement");
            self.ask(other, "POST", &agree, Value::Null).await?;
            habits.push(Habit { id, percent, both });
        }
        Ok(habits)
    }

    /// One request to our own router.
    async fn ask(
        &self,
        who: &Person,
        method: &str,
        path: &str,
        body: Value,
    ) -> Result<Value, Failure> {
        let mut request = Request::builder().method(method).uri(path);
        if !who.token.is_empty() && path != "/v1/tokens" {
            let bearer = format!("Bearer {}", who.token);
            request = request.header(header::AUTHORIZATION, bearer);
        }
        let body = match body {
            Value::Null => Body::empty(),
            json => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(json.to_string())
            }
        };
        let request = request.body(body).map_err(Failure::new)?;
        let response = self.router.clone().oneshot(request).await;
        let response = response.map_err(Failure::new)?;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), usize::MAX).await;
        let bytes = bytes.map_err(Failure::new)?;
        if !status.is_success() {
            let text = String::from_utf8_lossy(&bytes);
            return Err(Failure::new(format!(
                "{method} {path} answered {status}: {text}"
            )));
        }
        if status == StatusCode::NO_CONTENT {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&bytes).map_err(Failure::new)
    }
}

fn show_progress(day: i64) {
    let mut out = std::io::stderr();
    // Progress that cannot be shown is no reason to stop.
    let _ = match (out.is_terminal(), day % 7) {
        (true, _) => write!(out, "\rliving through day {day} of {DAYS}"),
        (false, 0) => writeln!(out, "living through day {day} of {DAYS}"),
        (false, _) => Ok(()),
    };
    if day == DAYS {
        let _ = writeln!(out);
    }
}

#[expect(clippy::print_stdout, reason = "that is the command's purpose")]
fn print_what_to_try(settings: &Settings, ada: &Person, ben: &Person, ritual: &str) {
    let address = settings.listen;
    let database = &settings.database;
    for (name, person) in [("Ada", ada), ("Ben", ben)] {
        println!("{name}: {} / {}", person.email, person.password);
    }
    println!("\nADA={}\nBEN={}\n", ada.token, ben.token);
    println!("Start it with `serve --database {database}`, then try:\n");
    println!("  curl -H \"Authorization: Bearer $ADA\" http://{address}/v1/today");
    println!(
        "  curl -X PUT -H \"Authorization: Bearer $BEN\" \
         http://{address}/v1/rituals/{ritual}/logs/today"
    );
    println!(
        "  curl -H \"Authorization: Bearer $ADA\" http://{address}/v1/rituals/{ritual}/periods"
    );
}
