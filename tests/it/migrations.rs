//! Whoever comes from an older Hearth finds everything as it was.
//!
//! `tests/schemas/` keeps, for every schema that was released, a database that the Hearth of that time
//! wrote, and what it answered from it. Before a release, `KEEP_SCHEMA=1 cargo test --test it migrations`
//! keeps today's.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::check::is_well;
use crate::dump::{dump, load};
use crate::household::{END, household};
use crate::world::{Person, World, text};

const SCHEMAS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas");

/// A schema that was released: a database, and what was answered from it.
struct Sample {
    name: String,
    sql: String,
    answers: Value,
}

impl Sample {
    /// All that were kept, oldest first.
    fn all() -> Vec<Sample> {
        let files = std::fs::read_dir(SCHEMAS).unwrap();
        let mut paths: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|end| end == "sql"));
        paths.sort();
        let read = |path: &Path| std::fs::read_to_string(path).unwrap();
        let sample = |path: &PathBuf| Sample {
            name: path.file_stem().unwrap().display().to_string(),
            sql: read(path),
            answers: serde_json::from_str(&read(&path.with_extension("json"))).unwrap(),
        };
        paths.iter().map(sample).collect()
    }

    /// The database as it was, in a folder of its own.
    async fn laid_out(&self) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        load(&folder.path().join("hearth.db"), self.sql.clone()).await;
        folder
    }

    /// The world that goes on with it.
    async fn opened(&self, folder: TempDir) -> World {
        World::in_folder(folder, &text(&self.answers["instant"])).await
    }

    /// Holds what is answered against what was.
    async fn is_told_by(&self, world: &World) {
        for (name, was) in self.answers["people"].as_object().unwrap() {
            let person = Person {
                world: world.clone(),
                id: String::new(),
                token: text(&was["token"]),
                email: String::new(),
            };
            for (path, was) in was["answers"].as_object().unwrap() {
                let is = person.get(path).await.json(200);
                is_contained(was, &is, &format!("{}: {name}, {path}", self.name));
            }
        }
    }
}

/// All that a world's database holds, once nothing in it is amiss.
async fn all_of(world: World) -> String {
    world.at_rest().await;
    is_well(&world).await;
    world.app.store.close().await;
    let is_migration = |line: &&str| line.starts_with("insert into _sqlx_migrations");
    let all = dump(&world.file()).await;
    // When it was brought up to date, and how long that took, may differ.
    let lines = all.lines().map(|line| match is_migration(&line) {
        true => line.split(',').next().unwrap(),
        false => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Asserts that what was answered is still answered. There may be more by now.
fn is_contained(was: &Value, is: &Value, place: &str) {
    match (was, is) {
        (Value::Object(was), Value::Object(is)) => {
            for (key, was) in was {
                let is = is.get(key).unwrap_or(&Value::Null);
                is_contained(was, is, &format!("{place}/{key}"));
            }
        }
        (Value::Array(was), Value::Array(is)) => {
            assert_eq!(was.len(), is.len(), "{place}");
            for (index, (was, is)) in was.iter().zip(is).enumerate() {
                is_contained(was, is, &format!("{place}/{index}"));
            }
        }
        _ => assert_eq!(was, is, "{place}"),
    }
}

/// What this person can read, by the path at which they ask.
async fn answers(person: &Person) -> Value {
    let mut answers = serde_json::Map::new();
    let mut paths = vec!["/v1/me".to_owned()];
    for path in [
        "/v1/couple",
        "/v1/today",
        "/v1/rituals",
        "/v1/rituals?archived=true",
        "/v1/rests",
        "/v1/appreciations",
        "/v1/plans?from=2026-01-01",
        "/v1/couple/changes",
        "/v1/logs?limit=40",
    ] {
        paths.push(path.to_owned());
    }
    let rituals = person.get("/v1/rituals").await.value();
    for ritual in rituals["data"].as_array().into_iter().flatten() {
        paths.push(format!("/v1/rituals/{}/periods", text(&ritual["id"])));
    }
    for path in paths {
        let answer = person.get(&path).await;
        answers.insert(path, answer.json(200));
    }
    answers.into()
}

/// The version of today's schema, as its migration's file says it.
fn todays_schema() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    let files = std::fs::read_dir(folder).unwrap();
    let newest = files.map(|file| file.unwrap().file_name()).max().unwrap();
    newest.to_str().unwrap()[..4].to_owned()
}

/// Keeps a sample of today's schema for the Hearths to come, when it is asked for.
#[tokio::test]
async fn todays_schema_can_be_kept() {
    let (world, people) = household().await;
    let mut kept = json!({"instant": END, "people": {}});
    for (name, person) in ["Ada", "Ben", "Cleo"].into_iter().zip(&people) {
        kept["people"][name] = json!({"token": person.token, "answers": answers(person).await});
    }
    world.at_rest().await;
    world.app.store.close().await;
    let sql = dump(&world.file()).await;
    let sample = Sample {
        name: todays_schema(),
        sql,
        answers: kept,
    };
    // What is kept can be used.
    let world = sample.opened(sample.laid_out().await).await;
    sample.is_told_by(&world).await;
    if std::env::var_os("KEEP_SCHEMA").is_some() {
        let path = Path::new(SCHEMAS).join(&sample.name);
        let answers = serde_json::to_string_pretty(&sample.answers).unwrap();
        std::fs::write(path.with_extension("sql"), &sample.sql).unwrap();
        std::fs::write(path.with_extension("json"), answers + "\n").unwrap();
    }
}

/// Today's program reads the databases of all released ones, and answers from them as they did.
#[tokio::test]
async fn an_older_database_comes_along() {
    let samples = Sample::all();
    assert_eq!(samples[0].name, "0001", "the first schema was released");
    for sample in samples {
        let world = sample.opened(sample.laid_out().await).await;
        sample.is_told_by(&world).await;
        is_well(&world).await;
    }
}

/// A program that is killed at any moment while it brings a database up to date leaves nothing half done:
/// the next start ends it, and everything is there once.
#[tokio::test]
async fn a_kill_while_migrating_loses_nothing() {
    let tools = tempfile::tempdir().unwrap();
    let switch = tools.path().join("kill.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/kill.c");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([switch.as_os_str(), source.as_ref(), "-ldl".as_ref()])
        .status();
    assert!(built.unwrap().success());
    let sample = Sample::all().remove(0);
    let smooth = all_of(sample.opened(sample.laid_out().await).await).await;
    let mut kills = 0;
    let mut last = 1;
    loop {
        let folder = sample.laid_out().await;
        if !is_killed(folder.path(), &switch, last) {
            break;
        }
        kills += 1;
        let after = all_of(sample.opened(folder).await).await;
        assert!(after == smooth, "killed at write {last}, it became {after}");
        // Every write at first, then ever fewer of them.
        last += 1 + last / 16;
    }
    assert!(kills > 10, "only {kills} kills");
}

/// Lets the built program open the database, and kills it when it writes for the `last` time; whether it
/// came to that.
fn is_killed(folder: &Path, switch: &Path, last: usize) -> bool {
    // The shortest command that opens a database as a server does: it refuses one that has accounts.
    let ended = Command::new(env!("CARGO_BIN_EXE_hearth"))
        .args(["demo", "--database", "sqlite:hearth.db"])
        .current_dir(folder)
        .env("LD_PRELOAD", switch)
        .env("KILL_AT", last.to_string())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    ended.signal() == Some(9)
}
