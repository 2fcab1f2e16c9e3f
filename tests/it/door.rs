//! The database file: who may open it, what is refused, and what survives a failure.

use std::path::{Path, PathBuf};
use std::time::Duration;

use hearth::store::{OpenError, Store};
use serde_json::json;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tempfile::TempDir;

use crate::world::{World, check_in};

pub struct Place {
    pub folder: TempDir,
}

impl Place {
    pub fn new() -> Place {
        Place {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join("hearth.db")
    }

    pub fn address(&self) -> String {
        format!("sqlite:{}", self.file().display())
    }

    async fn refusal(&self) -> OpenError {
        Store::open(&self.address())
            .await
            .expect_err("it must be refused")
    }

    /// A database that was opened and closed.
    pub async fn with_database() -> Place {
        let place = Place::new();
        Store::open(&place.address()).await.unwrap().close().await;
        place
    }
}

pub async fn raw(file: &Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .connect()
        .await
        .unwrap()
}

/// Lets a newer program have been here.
pub async fn from_the_future(place: &Place) {
    let mut conn = raw(&place.file()).await;
    sqlx::query(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
         values (9999, 'from the future', 1, x'00', 0)",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    conn.close().await.unwrap();
}

/// Two servers on one file would each trust their own memory of it: the second refuses to start.
#[tokio::test]
async fn a_second_server_is_refused() {
    let place = Place::new();
    let first = Store::open(&place.address()).await.unwrap();
    assert!(matches!(place.refusal().await, OpenError::InUse(_)));
    let other_name = place.folder.path().join("other.db");
    std::os::unix::fs::symlink(place.file(), &other_name).unwrap();
    let address = format!("sqlite:{}", other_name.display());
    let refused = Store::open(&address).await.unwrap_err();
    assert!(matches!(refused, OpenError::InUse(_)), "{refused}");
    drop(first);
    Store::open(&place.address()).await.unwrap();
}

/// An address that is none, and a folder that is not there, are named.
#[tokio::test]
async fn a_wrong_place_is_refused() {
    for address in [
        "hearth.db",
        "postgres://localhost/x",
        "sqlite:",
        "sqlite::memory:",
    ] {
        let refused = Store::open(address).await.expect_err(address);
        assert!(matches!(refused, OpenError::Address(_)), "{refused}");
    }
    let refused = Store::open("sqlite:/no/such/folder/hearth.db")
        .await
        .unwrap_err();
    assert!(matches!(refused, OpenError::NoFolder(_)), "{refused}");
}

/// Somebody else's file is refused, and not one byte of it changes.
#[tokio::test]
async fn a_foreign_file_is_refused_untouched() {
    let text = Place::new();
    std::fs::write(
        text.file(),
        "Dear diary, this is no database at all. ".repeat(40),
    )
    .unwrap();
    let other = Place::new();
    let mut conn = raw(&other.file()).await;
    sqlx::query("create table recipes (name text)")
        .execute(&mut conn)
        .await
        .unwrap();
    conn.close().await.unwrap();
    for place in [text, other] {
        let before = std::fs::read(place.file()).unwrap();
        let refused = place.refusal().await;
        assert!(matches!(refused, OpenError::Foreign(_)), "{refused}");
        assert_eq!(std::fs::read(place.file()).unwrap(), before);
    }
}

/// A damaged file is refused, and not one byte of it changes.
#[tokio::test]
async fn a_damaged_file_is_refused_untouched() {
    let place = Place::with_database().await;
    let mut bytes = std::fs::read(place.file()).unwrap();
    for byte in &mut bytes[4096..16384] {
        *byte ^= 0x5a;
    }
    std::fs::write(place.file(), &bytes).unwrap();
    let refused = place.refusal().await;
    assert!(matches!(refused, OpenError::Damaged(..)), "{refused}");
    assert_eq!(std::fs::read(place.file()).unwrap(), bytes);
}

/// A database that a newer program wrote is refused, and not one byte of it changes.
#[tokio::test]
async fn a_newer_schema_is_refused() {
    let place = Place::with_database().await;
    from_the_future(&place).await;
    let before = std::fs::read(place.file()).unwrap();
    assert!(matches!(place.refusal().await, OpenError::Newer(_)));
    assert_eq!(std::fs::read(place.file()).unwrap(), before);
}

/// Only its owner may read a couple's words.
#[tokio::test]
async fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let store = Store::open(&place.address()).await.unwrap();
    store.write().await.unwrap().commit().await.unwrap();
    for entry in std::fs::read_dir(place.folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
    }
}

/// The settings that keep an acknowledged log, and let deleted words be gone, are in force.
#[tokio::test]
async fn the_pragmas_are_in_force() {
    let place = Place::new();
    let store = Store::open(&place.address()).await.unwrap();
    let mut writer = store.write().await.unwrap();
    let writers = [
        ("select journal_mode from pragma_journal_mode", "wal"),
        (
            "select cast(synchronous as text) from pragma_synchronous",
            "2",
        ),
        (
            "select cast(foreign_keys as text) from pragma_foreign_keys",
            "1",
        ),
        (
            "select cast(timeout as text) from pragma_busy_timeout",
            "5000",
        ),
        (
            "select cast(secure_delete as text) from pragma_secure_delete",
            "1",
        ),
        (
            "select cast(trusted_schema as text) from pragma_trusted_schema",
            "0",
        ),
        (
            "select cast(cell_size_check as text) from pragma_cell_size_check",
            "1",
        ),
        (
            "select cast(journal_size_limit as text) from pragma_journal_size_limit",
            "67108864",
        ),
        (
            "select cast(temp_store as text) from pragma_temp_store",
            "2",
        ),
        (
            "select cast(application_id as text) from pragma_application_id",
            "1213355080",
        ),
    ];
    for (query, wanted) in writers {
        let got: String = sqlx::query_scalar(query)
            .fetch_one(&mut *writer)
            .await
            .unwrap();
        assert_eq!(got, wanted, "{query}");
    }
    let mut reader = store.read().await.unwrap();
    let written = sqlx::query("delete from accounts")
        .execute(&mut *reader)
        .await;
    assert!(written.is_err(), "readers only read");
}

/// After a COMMIT that the database refused, sqlx would count a transaction as open for ever on that
/// connection: it is replaced, and the next write succeeds.
#[tokio::test]
async fn a_failed_commit_harms_only_itself() {
    let place = Place::new();
    let store = Store::open(&place.address()).await.unwrap();
    let mut tx = store.write().await.unwrap();
    sqlx::query("pragma defer_foreign_keys = on")
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("insert into seats (couple_id, seat, account_id) values ('no', 1, 'body')")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.expect_err("the seat is nobody's");
    for _ in 0..3 {
        let mut tx = store.write().await.unwrap();
        let seats: i64 = sqlx::query_scalar("select count(*) from seats")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
        assert_eq!(seats, 0);
        tx.commit().await.unwrap();
    }
}

/// What is dropped uncommitted never happened, and the next writer waits for that.
#[tokio::test]
async fn a_dropped_transaction_never_happened() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let mut tx = world.app.store.write().await.unwrap();
    sqlx::query("delete from accounts")
        .execute(&mut *tx)
        .await
        .unwrap();
    drop(tx);
    ada.proposes(check_in()).await;
}

/// A full disk answers 507 to writes, reads go on, and writing is possible again when there is room.
#[tokio::test]
async fn a_full_disk_answers_507() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let mut ritual = check_in();
    ritual["starts_on"] = json!("2026-01-01");
    let id = ada.proposes(ritual).await;
    ben.agrees(&id).await;
    // The writer's connection is told that the file may not grow: to SQLite, that is a full disk.
    let mut tx = world.app.store.write().await.unwrap();
    sqlx::query("pragma max_page_count = 1")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let start: hearth::domain::day::Date = "2026-01-01".parse().unwrap();
    let words = json!({"note": "words ".repeat(600)});
    let mut acknowledged = 0;
    for day in 0..60 {
        let path = format!("/v1/rituals/{id}/logs/{}", start.plus(day));
        let answer = ada.put(&path, words.clone()).await;
        if answer.status == 507 {
            answer.problem(507, "storage_full");
            break;
        }
        answer.json(201);
        acknowledged += 1;
    }
    assert!(acknowledged < 60, "the disk never was full");
    ada.get("/v1/today").await.json(200);
    // The failed connection was replaced by one that knows no limit: the disk has room again.
    ada.put(&format!("/v1/rituals/{id}/logs/today"), words)
        .await
        .json(201);
    let logs = ada.get("/v1/logs?limit=200").await.json(200);
    assert_eq!(logs["data"].as_array().unwrap().len(), acknowledged + 1);
}

/// A client that hangs up leaves nothing half done: the write runs to its end.
#[tokio::test]
async fn a_client_that_hangs_up_changes_nothing() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    ben.agrees(&id).await;
    let path = format!("/v1/rituals/{id}/logs/today");
    let impatient = tokio::time::timeout(Duration::from_micros(50), ada.put(&path, json!({})));
    // Whether it was answered in time does not matter.
    let _ = impatient.await;
    world.app.tasks.close();
    world.app.tasks.wait().await;
    let logs = ada.get("/v1/logs").await.json(200);
    let ritual = ada.ritual(&id).await;
    let logged = logs["data"].as_array().unwrap().len();
    assert_eq!(ritual["period"]["credits"][0]["count"], logged);
    ben.logs(&id, "today").await;
}

/// A read that goes on for too long is ended, and whoever comes next reads as ever.
#[tokio::test]
async fn no_read_goes_on_for_ever() {
    let world = World::new().await;
    for _ in 0..2 {
        let mut tx = world.app.store.read().await.unwrap();
        let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) \
                       select cast(count(*) as bigint) from n";
        let read = sqlx::query_scalar::<_, i64>(endless).fetch_one(&mut *tx);
        let error = hearth::store::Error::from(read.await.unwrap_err());
        assert!(matches!(error, hearth::store::Error::Busy), "{error}");
        drop(tx);
        assert!(
            !hearth::store::accounts::any(&mut world.app.store.read().await.unwrap())
                .await
                .unwrap()
        );
    }
}
