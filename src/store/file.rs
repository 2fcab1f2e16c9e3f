//! The database file: where it is, who holds it, whose it is, and whether it is whole.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use sqlx::migrate::MigrateError;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::Conn;
use super::check::Finding;
use super::door::{APPLICATION_ID, MIGRATIONS, result_code};

/// Why a database could not be opened. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Not an address of a SQLite file.
    #[error("the database address {0:?} is not of the form sqlite:PATH, such as sqlite:hearth.db")]
    Address(String),
    /// The folder is not there.
    #[error("the folder {0} does not exist: create it, or choose another place with --database")]
    NoFolder(PathBuf),
    /// Another process has it.
    #[error(
        "{0} is in use by another Hearth: stop that one, or choose another file with --database"
    )]
    InUse(PathBuf),
    /// The file cannot be read or written.
    #[error("cannot open {0}: {1}. Check who owns it and its permissions")]
    File(PathBuf, #[source] std::io::Error),
    /// There is no database to work on.
    #[error("there is no database at {0}: name it with --database, or start the server to make it")]
    Absent(PathBuf),
    /// Somebody else's file.
    #[error(
        "{0} is not a Hearth database: choose another file with --database; it was not touched"
    )]
    Foreign(PathBuf),
    /// Bytes are not what they must be.
    #[error(
        "{0} is damaged ({1}): restore a backup, or move it away to start anew; it was not touched"
    )]
    Damaged(PathBuf, String),
    /// Its schema is not the one that this program works with.
    #[error("{0} is not up to date: start the server once to bring it there, then try again")]
    Older(PathBuf),
    /// Written by a newer program.
    #[error("{0} was written by a newer Hearth: start that version, or restore an older backup")]
    Newer(PathBuf),
    /// The SQLite library compiled in is too old.
    #[error("SQLite {0} can corrupt a database; Hearth needs 3.51.3 or newer: build it anew")]
    OldSqlite(String),
    /// Bringing the schema up to date failed; it was left as it was.
    #[error(
        "cannot bring {0} up to date: {1}. It was left as it was: start the Hearth that wrote it last"
    )]
    Migration(PathBuf, #[source] MigrateError),
    /// Anything else the database said.
    #[error("cannot open {0}: {1}. Check its disk and its permissions, then run `hearth check`")]
    Db(PathBuf, #[source] sqlx::Error),
}

/// Where the database is: its real place, so that one file has one lock however it is reached.
pub fn place(address: &str) -> Result<PathBuf, OpenError> {
    let path = path_of(address)?;
    let name = path.file_name().map(PathBuf::from);
    let name = name.ok_or_else(|| OpenError::Address(address.to_owned()))?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(OpenError::NoFolder(folder.to_owned()));
    }
    let real = path
        .canonicalize()
        .or_else(|_| folder.canonicalize().map(|folder| folder.join(name)));
    real.map_err(|error| OpenError::File(path, error))
}

fn path_of(address: &str) -> Result<PathBuf, OpenError> {
    let path = address
        .strip_prefix("sqlite:")
        .map(|path| path.strip_prefix("//").unwrap_or(path))
        .filter(|path| !path.is_empty() && !path.starts_with(':') && !path.contains(['?', '\0']));
    path.map(PathBuf::from)
        .ok_or_else(|| OpenError::Address(address.to_owned()))
}

/// Takes the lock on the side file; it is let go when the process ends, however it ends.
pub fn lock(path: &Path) -> Result<File, OpenError> {
    let side = beside(path, ".lock");
    let file = private_file()
        .open(&side)
        .map_err(|error| OpenError::File(side.clone(), error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(OpenError::File(side, error)),
    }
}

/// A file that only its owner may read: a couple's words are in it.
pub(super) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    options.mode(0o600);
    options
}

/// Makes an empty file that only its owner may read.
pub fn create_private(path: &Path) -> Result<(), OpenError> {
    private_file()
        .open(path)
        .map(drop)
        .map_err(|error| OpenError::File(path.to_owned(), error))
}

/// Whether there is a file with anything in it.
pub fn holds_something(path: &Path) -> Result<bool, OpenError> {
    match std::fs::metadata(path) {
        Ok(file) => Ok(file.len() > 0),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(OpenError::File(path.to_owned(), error)),
    }
}

/// How much of the disk a database takes, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// The database file.
    pub database: u64,
    /// The write-ahead log beside it, which holds what is not in the file yet.
    pub log: u64,
}

/// How much of the disk the database takes.
pub fn sizes(path: &Path) -> io::Result<Sizes> {
    let log = std::fs::metadata(beside(path, "-wal"));
    Ok(Sizes {
        database: std::fs::metadata(path)?.len(),
        // It is not there before the first write.
        log: log.map_or(0, |log| log.len()),
    })
}

/// A file that belongs to the database.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Looks at a file without changing it: is it ours, whole, and not from the future?
pub async fn inspect(path: &Path) -> Result<(), OpenError> {
    let (mut conn, _) = identify(path).await?;
    let verdict: String = sqlx::query_scalar("pragma quick_check(1)")
        .fetch_one(&mut conn)
        .await
        .map_err(|error| refused(path, error))?;
    if verdict != "ok" {
        return Err(OpenError::Damaged(path.to_owned(), verdict));
    }
    conn.close().await.map_err(|error| refused(path, error))
}

/// Looks at a file without changing it: is it ours, and can it be worked on as it is?
pub async fn expect_current(path: &Path) -> Result<(), OpenError> {
    if !holds_something(path)? {
        return Err(OpenError::Absent(path.to_owned()));
    }
    let (conn, schema) = identify(path).await?;
    conn.close().await.map_err(|error| refused(path, error))?;
    if schema < newest_known() {
        return Err(OpenError::Older(path.to_owned()));
    }
    Ok(())
}

/// The files of the database at `path` that somebody else than their owner can reach, or that belong to
/// another user than the database.
pub fn access(path: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Ok(owner) = std::fs::metadata(path).map(|file| file.uid()) else {
        return findings;
    };
    for ending in ["", "-wal", "-shm", ".lock"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        let name = PathBuf::from(name);
        let Ok(file) = std::fs::metadata(&name) else {
            continue;
        };
        let mode = file.mode() & 0o777;
        if mode & 0o077 != 0 {
            findings.push(Finding::Open(name.clone(), mode));
        }
        if file.uid() != owner {
            findings.push(Finding::Owner(name));
        }
    }
    findings
}

/// Opens a database that is there and ours, to copy it as it is, beside a server or without one.
pub async fn open_as_is(path: &Path) -> Result<Conn, OpenError> {
    if !holds_something(path)? {
        return Err(OpenError::Absent(path.to_owned()));
    }
    let (conn, schema) = identify(path).await?;
    if schema == 0 {
        return Err(OpenError::Absent(path.to_owned()));
    }
    Ok(conn)
}

/// Goes through a whole file that no server has: is every page and every row of it what it must be?
pub async fn verify(path: &Path) -> Result<(), OpenError> {
    let refuse = |error| refused(path, error);
    let mut conn = open_as_is(path).await?;
    let mut faults = damage(&mut conn).await.map_err(refuse)?;
    faults.extend(strays(&mut conn).await.map_err(refuse)?);
    conn.close().await.map_err(refuse)?;
    match faults.into_iter().next() {
        Some(fault) => Err(OpenError::Damaged(path.to_owned(), fault)),
        None => Ok(()),
    }
}

/// What is wrong with the file's pages and rows; nothing when all is well.
pub async fn damage(conn: &mut Conn) -> sqlx::Result<Vec<String>> {
    let verdict = sqlx::query_scalar("pragma integrity_check")
        .fetch_all(conn)
        .await;
    let mut lines: Vec<String> = match verdict {
        // Some damage is such that SQLite cannot even look.
        Err(error) if primary_code(&error) == Some(CORRUPT) => vec![error.to_string()],
        verdict => verdict?,
    };
    lines.retain(|line| line != "ok");
    Ok(lines)
}

/// Rows that belong to a row that is not there, at most a hundred.
pub async fn strays(conn: &mut Conn) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "select \"table\" || ' row ' || rowid || ' belongs to a row of ' || parent || ' that is not there' \
         from pragma_foreign_key_check limit 100",
    )
    .fetch_all(conn)
    .await
}

/// Opens a file that is ours and not from the future, and tells which schema it has; 0 when its birth
/// was cut short.
async fn identify(path: &Path) -> Result<(Conn, i64), OpenError> {
    let refuse = |error| refused(path, error);
    // Not read_only: after a crash the write-ahead log has to be recovered before anything is read.
    // Going through a whole file is slow by nature: no statement here is worth a warning.
    let options = SqliteConnectOptions::new()
        .filename(path)
        .disable_statement_logging();
    let mut conn = options.connect().await.map_err(refuse)?;
    let application: i64 = sqlx::query_scalar("pragma application_id")
        .fetch_one(&mut conn)
        .await
        .map_err(refuse)?;
    let tables: i64 = sqlx::query_scalar("select count(*) from sqlite_schema")
        .fetch_one(&mut conn)
        .await
        .map_err(refuse)?;
    let unfinished_birth = application == 0 && tables == 0;
    if application != APPLICATION_ID && !unfinished_birth {
        return Err(OpenError::Foreign(path.to_owned()));
    }
    let schema = match tables {
        0 => 0,
        _ => newest_migration(&mut conn).await.map_err(refuse)?,
    };
    if schema > newest_known() {
        return Err(OpenError::Newer(path.to_owned()));
    }
    Ok((conn, schema))
}

/// What it means that a file could not be looked at.
fn refused(path: &Path, error: sqlx::Error) -> OpenError {
    const NOT_A_DATABASE: i32 = 26;
    match primary_code(&error) {
        Some(NOT_A_DATABASE) => OpenError::Foreign(path.to_owned()),
        Some(CORRUPT) => OpenError::Damaged(path.to_owned(), error.to_string()),
        _ => OpenError::Db(path.to_owned(), error),
    }
}

/// SQLite's word for a page that is not what it must be.
const CORRUPT: i32 = 11;

/// SQLite's result code without its extension.
fn primary_code(error: &sqlx::Error) -> Option<i32> {
    result_code(error).map(|code| code & 0xff)
}

/// The newest schema version that this file has had.
async fn newest_migration(conn: &mut Conn) -> sqlx::Result<i64> {
    sqlx::query_scalar("select cast(coalesce(max(version), 0) as bigint) from _sqlx_migrations")
        .fetch_one(conn)
        .await
}

/// The newest schema version that this program knows.
fn newest_known() -> i64 {
    let versions = MIGRATIONS.iter().map(|migration| migration.version);
    versions.max().unwrap_or(0)
}
