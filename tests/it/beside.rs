//! Commands that keep the database up while a server runs.

use std::time::Duration;

use hearth::store::{OpenError, Store};
use sqlx::{Connection, SqliteConnection};

use crate::door::{Place, from_the_future, raw};

/// A command may work on the database while the server runs: each sees what the other wrote, and a writer
/// of one waits for a writer of the other.
#[tokio::test]
async fn a_command_works_beside_the_server() {
    let place = Place::new();
    let server = Store::open(&place.address()).await.unwrap();
    let command = Store::beside(&place.address()).await.unwrap();
    let mut first = command.write().await.unwrap();
    found_couple(&mut first, "01").await;
    let (second, ()) = tokio::join!(server.write(), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        first.commit().await.unwrap();
    });
    let mut second = second.unwrap();
    assert_eq!(couples(&mut second).await, 1);
    found_couple(&mut second, "02").await;
    second.commit().await.unwrap();
    let mut reader = command.read().await.unwrap();
    assert_eq!(couples(&mut reader).await, 2);
}

/// Only the server's writer checkpoints: what a command writes stays in the log until then.
#[tokio::test]
async fn a_command_leaves_the_log_to_the_server() {
    let place = Place::new();
    let server = Store::open(&place.address()).await.unwrap();
    let command = Store::beside(&place.address()).await.unwrap();
    let before = std::fs::read(place.file()).unwrap();
    for number in 0..600 {
        let mut tx = command.write().await.unwrap();
        found_couple(&mut tx, &format!("{number:02}")).await;
        tx.commit().await.unwrap();
    }
    command.close().await;
    assert_eq!(std::fs::read(place.file()).unwrap(), before);
    let mut log = place.file().into_os_string();
    log.push("-wal");
    let pages = std::fs::metadata(log).unwrap().len() / 4096;
    assert!(pages > 1000, "{pages} pages would not have been emptied");
    let mut tx = server.write().await.unwrap();
    found_couple(&mut tx, "last").await;
    tx.commit().await.unwrap();
    assert_ne!(std::fs::read(place.file()).unwrap(), before);
}

/// A command takes no lock: a server can start while it works, and two commands can work at once.
#[tokio::test]
async fn a_command_keeps_no_server_from_starting() {
    let place = Place::with_database().await;
    let one = Store::beside(&place.address()).await.unwrap();
    let two = Store::beside(&place.address()).await.unwrap();
    let server = Store::open(&place.address()).await.unwrap();
    let mut tx = server.write().await.unwrap();
    found_couple(&mut tx, "01").await;
    tx.commit().await.unwrap();
    for command in [one, two] {
        let mut tx = command.write().await.unwrap();
        assert_eq!(couples(&mut tx).await, 1);
    }
}

/// A command makes nothing and upgrades nothing: what is not ready for it is refused untouched.
#[tokio::test]
async fn a_command_refuses_what_is_not_ready() {
    let absent = Place::new();
    let refused = Store::beside(&absent.address()).await.unwrap_err();
    assert!(matches!(refused, OpenError::Absent(_)), "{refused}");
    assert_eq!(std::fs::read_dir(absent.folder.path()).unwrap().count(), 0);

    let foreign = Place::new();
    std::fs::write(
        foreign.file(),
        "Dear diary, this is no database. ".repeat(40),
    )
    .unwrap();
    let older = Place::with_database().await;
    let mut conn = raw(&older.file()).await;
    sqlx::query("delete from _sqlx_migrations")
        .execute(&mut conn)
        .await
        .unwrap();
    conn.close().await.unwrap();
    let newer = Place::with_database().await;
    from_the_future(&newer).await;
    for (place, wanted) in [
        (foreign, "is not a Hearth database"),
        (older, "is not up to date: start the server once"),
        (newer, "was written by a newer Hearth"),
    ] {
        let before = std::fs::read(place.file()).unwrap();
        let refused = Store::beside(&place.address()).await.unwrap_err();
        assert!(refused.to_string().contains(wanted), "{refused}");
        assert_eq!(std::fs::read(place.file()).unwrap(), before);
    }
}

async fn found_couple(conn: &mut SqliteConnection, number: &str) {
    sqlx::query(
        "insert into couples (id, day_start, week_start, created_at) values ($1, '04:00', 'mon', 0)",
    )
    .bind(format!("{number:a>36}"))
    .execute(conn)
    .await
    .unwrap();
}

async fn couples(conn: &mut SqliteConnection) -> i64 {
    sqlx::query_scalar("select count(*) from couples")
        .fetch_one(conn)
        .await
        .unwrap()
}
