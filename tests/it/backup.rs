//! A backup is whole or is refused, and a restore brings back what was there.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use hearth::store::backup::{BackupError, back_up, restore};
use hearth::store::progress::Step;
use hearth::store::seal;
use serde_json::json;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::sync::Notify;

use crate::check::is_well;
use crate::door::{Place, raw};
use crate::dump::dump;
use crate::household::{END, household};
use crate::world::{Person, START, World, check_in, text};

pub fn quietly(_: Step) {}

/// What a folder holds, apart from locks.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().display().to_string());
    let mut names: Vec<String> = names.filter(|name| !name.ends_with(".lock")).collect();
    names.sort();
    names
}

/// A backup of a household, in a folder of its own.
pub async fn kept() -> (World, TempDir, PathBuf) {
    let (world, _) = household().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup.db");
    let size = back_up(&world.address(), &file, &mut quietly)
        .await
        .unwrap();
    assert_eq!(size, fs::metadata(&file).unwrap().len());
    (world, folder, file)
}

async fn refusal(file: &Path, place: &Place) -> BackupError {
    let refused = restore(file, &place.address(), &mut quietly).await;
    refused.expect_err("it must be refused")
}

/// A household that is backed up while its server runs comes back to the last letter.
#[tokio::test]
async fn a_backup_brings_everything_back() {
    let (world, folder, file) = kept().await;
    assert_eq!(names(folder.path()), ["backup.db"]);
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "a couple's words are in it");
    let place = Place::new();
    restore(&file, &place.address(), &mut quietly)
        .await
        .unwrap();
    assert_eq!(names(place.folder.path()), ["hearth.db"]);
    let mode = fs::metadata(place.file()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(dump(&place.file()).await == dump(&world.file()).await);
    is_well(&World::in_folder(place.folder, END).await).await;
}

/// A backup made while people write holds whatever was acknowledged before it began, and is one moment.
#[tokio::test]
async fn a_backup_under_load_is_one_moment() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let mut ritual = check_in();
    ritual["starts_on"] = json!("2025-01-01");
    let id = ada.proposes(ritual).await;
    ben.agrees(&id).await;
    let start: hearth::domain::day::Date = "2025-01-01".parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let acknowledged = AtomicUsize::new(0);
    let backups = async {
        let mut kept = Vec::new();
        for round in 0..8 {
            while acknowledged.load(SeqCst) < round * 5 {
                tokio::task::yield_now().await;
            }
            let before = acknowledged.load(SeqCst);
            let file = folder.path().join(format!("{round}.db"));
            back_up(&world.address(), &file, &mut quietly)
                .await
                .unwrap();
            kept.push((file, before));
        }
        kept
    };
    let writing = async {
        for day in 0..600 {
            let note = json!({"note": "words ".repeat(100)});
            let path = format!("/v1/rituals/{id}/logs/{}", start.plus(day));
            ada.put(&path, note).await.json(201);
            acknowledged.fetch_add(1, SeqCst);
        }
        std::future::pending::<()>().await;
    };
    let kept = tokio::select! {
        kept = backups => kept,
        () = writing => panic!("it waits for the backups"),
    };
    for (file, acknowledged) in kept {
        let place = Place::new();
        restore(&file, &place.address(), &mut quietly)
            .await
            .unwrap();
        let world = World::in_folder(place.folder, START).await;
        is_well(&world).await;
        let ada = Person {
            world,
            ..ada.clone()
        };
        let there = ada.walks("/v1/logs", 200).await;
        assert!(there.len() >= acknowledged);
        // Whatever is in it is a run of days without a gap: what a later moment wrote is not there.
        let last = start.plus(there.len() as i64 - 1);
        let newest = there.first().map(|log| text(&log["date"]));
        assert!(newest.is_none_or(|date| date == last.to_string()));
    }
}

/// SQLite's own tools read a sealed backup: they ignore what stands behind the pages.
#[tokio::test]
async fn a_sealed_backup_is_a_database() {
    let (world, _folder, file) = kept().await;
    let mut conn = raw(&file).await;
    let verdict: String = sqlx::query_scalar("pragma integrity_check")
        .fetch_one(&mut conn)
        .await
        .unwrap();
    assert_eq!(verdict, "ok");
    assert!(dump(&file).await == dump(&world.file()).await);
    let sealed = fs::read(&file).unwrap();
    let text = &sealed[sealed.len() - seal::LENGTH as usize..];
    let text = std::str::from_utf8(text).unwrap();
    assert!(text.starts_with("\n-- A Hearth backup ends here"), "{text}");
}

/// Nothing that is there already is written over.
#[tokio::test]
async fn nothing_is_written_over() {
    let (world, folder, file) = kept().await;
    let before = fs::read(&file).unwrap();
    let again = back_up(&world.address(), &file, &mut quietly).await;
    assert!(matches!(again, Err(BackupError::Exists(_))), "{again:?}");
    fs::create_dir(folder.path().join("other.db.partial")).unwrap();
    let other = folder.path().join("other.db");
    let begun = back_up(&world.address(), &other, &mut quietly).await;
    assert!(matches!(begun, Err(BackupError::Begun(_))), "{begun:?}");
    let nowhere = folder.path().join("none/other.db");
    let nowhere = back_up(&world.address(), &nowhere, &mut quietly).await;
    assert!(
        matches!(nowhere, Err(BackupError::Write(..))),
        "{nowhere:?}"
    );
    for ending in ["", "-wal", "-shm", "-journal"] {
        let place = Place::new();
        let stands = format!("{}{ending}", place.file().display());
        fs::write(&stands, "in the way").unwrap();
        let refused = refusal(&file, &place).await;
        assert!(matches!(refused, BackupError::Occupied(_)), "{refused}");
        assert_eq!(fs::read(&stands).unwrap(), b"in the way");
        assert_eq!(names(place.folder.path()).len(), 1);
    }
    let running = restore(&file, &world.address(), &mut quietly).await;
    let running = running.unwrap_err().to_string();
    assert!(running.contains("in use by another Hearth"), "{running}");
    assert_eq!(fs::read(&file).unwrap(), before);
}

/// Whoever stops a backup or a restore half way leaves nothing behind, and can begin again.
#[tokio::test]
async fn half_a_file_is_none() {
    let (world, folder, file) = kept().await;
    let place = Place::new();
    // What a restore that was killed left behind is in nobody's way.
    let mut left = place.file().into_os_string();
    left.push(".partial");
    fs::create_dir(&left).unwrap();
    fs::write(Path::new(&left).join("database"), "half").unwrap();
    let stop = Notify::new();
    let mut tell = |step: Step| {
        if ["sealing", "restoring"].contains(&step.doing) {
            stop.notify_one();
        }
    };
    let other = folder.path().join("other.db");
    let (from, to) = (world.address(), place.address());
    tokio::select! {
        biased;
        () = stop.notified() => {}
        _ = back_up(&from, &other, &mut tell) => panic!("it was not stopped"),
    }
    assert_eq!(names(folder.path()), ["backup.db"]);
    tokio::select! {
        biased;
        () = stop.notified() => {}
        _ = restore(&file, &to, &mut tell) => panic!("it was not stopped"),
    }
    assert!(names(place.folder.path()).is_empty());
    back_up(&world.address(), &other, &mut quietly)
        .await
        .unwrap();
    restore(&other, &place.address(), &mut quietly)
        .await
        .unwrap();
}

/// What is not a sealed backup of ours is refused, and whoever has a bare database is told what to do.
#[tokio::test]
async fn what_is_no_backup_is_refused() {
    let (world, folder, file) = kept().await;
    let (place, other) = (Place::new(), folder.path().join("other.db"));
    world.app.store.close().await;
    fs::copy(world.file(), &other).unwrap();
    let bare = refusal(&other, &place).await.to_string();
    assert!(
        bare.contains("has no seal") && bare.contains("`hearth check`"),
        "{bare}"
    );
    for text in ["", "Dear diary, this is no database."] {
        fs::write(&other, text).unwrap();
        let refused = refusal(&other, &place).await;
        assert!(matches!(refused, BackupError::Foreign(_)), "{refused}");
    }
    let absent = refusal(&folder.path().join("none.db"), &place).await;
    assert!(matches!(absent, BackupError::Read(..)), "{absent}");
    // Sealed as it should be, and yet nothing for this Hearth.
    for (statement, wanted) in [
        ("pragma application_id = 7", "is not a Hearth backup"),
        (
            "insert into _sqlx_migrations (version, description, success, checksum, \
             execution_time) values (9999, 'from the future', 1, x'00', 0)",
            "was written by a newer Hearth",
        ),
        (
            "pragma foreign_keys = off; delete from accounts",
            "is damaged",
        ),
    ] {
        let bytes = fs::read(&file).unwrap();
        fs::write(&other, &bytes[..bytes.len() - seal::LENGTH as usize]).unwrap();
        let mut conn = raw(&other).await;
        sqlx::raw_sql(statement).execute(&mut conn).await.unwrap();
        sqlx::Connection::close(conn).await.unwrap();
        fs::write(&other, sealed(fs::read(&other).unwrap())).unwrap();
        let refused = refusal(&other, &place).await.to_string();
        assert!(refused.contains(wanted), "{refused}");
    }
    assert!(names(place.folder.path()).is_empty());
}

/// A seal, put together by somebody else.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let digest = Sha256::digest(&bytes);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let seal = format!(
        "\n-- A Hearth backup ends here, format 1\n-- length {:020}\n-- sha-256 {hex}\n",
        bytes.len()
    );
    bytes.extend(seal.into_bytes());
    bytes
}
