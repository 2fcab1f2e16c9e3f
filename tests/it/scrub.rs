//! After an erasure no word is left in any file of the database, whoever was reading meanwhile.

use std::path::Path;
use std::time::Duration;

use hearth::store::{self, Store, Tx};
use serde_json::json;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Executor};

use crate::ways::daily;
use crate::world::{PASSWORD, Person, World};

/// Ada's words, each in another place; none is anybody else's.
const WORDS: [&str; 15] = [
    "ada@example.org",
    "Adelheid",
    "Walpurgis",
    "marmalade",
    "hedgehog",
    "cartwheel",
    "bluebell",
    "windowsill",
    "lighthouse",
    "pomegranate",
    "gooseberry",
    "tambourine",
    "weathervane",
    "kingfisher",
    "applecart",
];

/// Which of these words stand in which file of this folder, however they are spelled.
pub fn remnants(folder: &Path, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap().to_ascii_lowercase();
        for word in words {
            let word = word.to_ascii_lowercase();
            let here = bytes
                .windows(word.len())
                .any(|part| part == word.as_bytes());
            if here {
                let file = path.file_name().unwrap().to_string_lossy();
                found.push(format!("{word} in {file}"));
            }
        }
    }
    found
}

/// Somebody reads, and does not stop.
async fn long_reader(world: &World) -> Tx {
    let mut tx = world.app.store.read().await.unwrap();
    assert!(store::accounts::any(&mut tx).await.unwrap());
    tx
}

/// A life of Ada's and Ben's in which she leaves words wherever one can; and his ritual.
pub async fn wordy_life(world: &World) -> (Person, Person, String) {
    let (ada, ben) = world.couple().await;
    let token = json!({
        "email": ada.email, "password": PASSWORD, "label": "the tambourine in the hall",
    });
    world
        .send("POST", "/v1/tokens", None, Some(token))
        .await
        .json(201);
    ada.patch("/v1/me", json!({"name": "Adelheid"}))
        .await
        .json(200);
    ada.patch("/v1/couple", json!({"name": "Walpurgis & Ben"}))
        .await
        .json(200);
    let both = json!({
        "title": "marmalade", "cue": "after the hedgehog", "practice": "conversation",
        "cadence": {"kind": "daily"}, "rule": "both", "starts_on": "2026-11-09",
    });
    let hers = ada.proposes(both).await;
    ben.agrees(&hers).await;
    let his = ben.proposes(daily("2026-11-09")).await;
    ada.agrees(&his).await;
    ada.amends(&his, json!({"title": "cartwheel"})).await;
    ben.amends(&his, json!({"cue": "after my tea"})).await;
    ada.proposes(json!({
        "title": "bluebell", "practice": "presence", "cadence": {"kind": "anytime"}, "rule": "either",
    }))
    .await;
    let kept = json!({"title": "Ours", "practice": "presence", "cadence": {"kind": "daily"}, "rule": "both"});
    ben.asks_with(
        ("idempotency-key", "kept"),
        "POST",
        "/v1/rituals",
        Some(kept),
    )
    .await
    .json(201);
    let key = ("idempotency-key", "cue");
    let agreed = format!("/v1/rituals/{hers}/agreement");
    let replayable = ben.asks_with(key, "POST", &agreed, None).await;
    assert!(
        replayable.told().contains("marmalade"),
        "Ben keeps an answer that holds her words"
    );
    ada.writes(
        &his,
        "today",
        json!({"note": "a windowsill", "mood": "lighthouse"}),
    )
    .await;
    ada.writes(
        &hers,
        "today",
        json!({"note": "a pomegranate", "visibility": "private"}),
    )
    .await;
    ada.writes(&hers, "2026-11-10", json!({"note": "gooseberry"}))
        .await;
    ada.writes(&hers, "2026-11-10", json!({"note": null})).await;
    ada.thanks("For the weathervane").await;
    ada.plans(json!({"date": "2026-12-04", "title": "the kingfisher"}))
        .await;
    ada.plans(json!({"ritual_id": his, "date": "2026-12-04", "title": "the applecart"}))
        .await;
    ben.writes(&hers, "today", json!({"note": "Ben was here."}))
        .await;
    ben.writes(&his, "today", json!({"note": "Ben was here."}))
        .await;
    (ada, ben, his)
}

/// Not one word is left in any file of the database, although somebody was reading all the while; as soon
/// as they stop, the log of writes is emptied too.
#[tokio::test]
async fn no_word_is_left() {
    let world = World::new().await;
    let (ada, ben, _) = wordy_life(&world).await;
    world.at_rest().await;
    let reader = long_reader(&world).await;
    ada.erases().await.empty();
    let waiting = remnants(world.folder.path(), &WORDS);
    assert!(
        !waiting.is_empty(),
        "the reader holds nothing: this test proves nothing"
    );
    drop(reader);
    world.at_rest().await;
    assert_eq!(remnants(world.folder.path(), &WORDS), [""; 0]);
    // What is left is Ben's.
    assert!(!remnants(world.folder.path(), &["Ben was here."]).is_empty());
    ben.get("/v1/me").await.json(200);
}

/// Without anybody reading, all is gone when the answer is given.
#[tokio::test]
async fn all_is_gone_with_the_answer() {
    let world = World::new().await;
    let (ada, ..) = wordy_life(&world).await;
    world.at_rest().await;
    let overwritten = remnants(world.folder.path(), &["gooseberry"]);
    assert!(!overwritten.is_empty(), "the log of writes holds old pages");
    ada.erases().await.empty();
    assert_eq!(remnants(world.folder.path(), &WORDS), [""; 0]);
}

/// When the program is killed just after an erasure, its next start finishes it.
#[tokio::test]
async fn a_start_finishes_what_a_crash_cut_short() {
    let world = World::new().await;
    let (ada, ..) = wordy_life(&world).await;
    world.at_rest().await;
    let reader = long_reader(&world).await;
    ada.erases().await.empty();
    let crashed = tempfile::tempdir().unwrap();
    for file in ["hearth.db", "hearth.db-wal"] {
        std::fs::copy(world.folder.path().join(file), crashed.path().join(file)).unwrap();
    }
    drop(reader);
    // Whoever else has the file open, a backup for one, keeps SQLite from tidying up by itself.
    let options = SqliteConnectOptions::new().filename(crashed.path().join("hearth.db"));
    let mut other = options.connect().await.unwrap();
    other
        .execute("select count(*) from accounts")
        .await
        .unwrap();
    assert!(!remnants(crashed.path(), &WORDS).is_empty());
    let address = format!("sqlite:{}", crashed.path().join("hearth.db").display());
    let store = Store::open(&address).await.unwrap();
    assert_eq!(remnants(crashed.path(), &WORDS), [""; 0]);
    store.close().await;
}

/// Writers do not wait for a reader who holds the log: they go on while the scrubbing is tried again.
#[tokio::test]
async fn nobody_waits_for_the_scrubbing() {
    let world = World::new().await;
    let (ada, ben, _) = wordy_life(&world).await;
    world.at_rest().await;
    let reader = long_reader(&world).await;
    let soon = Duration::from_secs(4);
    let erased = tokio::time::timeout(soon, ada.erases()).await;
    erased.expect("the answer waits for no reader").empty();
    let change = ben.patch("/v1/me", json!({"name": "Benjamin"}));
    let changed = tokio::time::timeout(soon, change).await;
    changed.expect("nor does a writer").json(200);
    drop(reader);
    world.at_rest().await;
}
