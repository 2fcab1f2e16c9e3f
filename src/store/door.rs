//! The file, its lock, and its two pools: many readers, one writer. All that only SQLite has.
//!
//! All writes go through **one door**: a pool of one connection, so that its queue is a fair mutex,
//! with `BEGIN IMMEDIATE` … `COMMIT`. A deferred transaction that reads before it writes would fail
//! at once when somebody else wrote in between, whatever the busy timeout says; through the door that
//! cannot happen. `synchronous=FULL`, since with NORMAL an acknowledged write can be lost in a power cut.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::pool::PoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Pool};
use tokio::sync::watch;

use super::{Conn, Db, Error, Result, Tx};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// "HRTH": marks a file as Hearth's own.
const APPLICATION_ID: i64 = 0x4852_5448;

/// The oldest SQLite without the WAL-reset bug, which could corrupt a database.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

/// How many requests read at the same time.
const READERS: u32 = 4;

/// How long a request waits for its turn before it is told to come again.
const PATIENCE: Duration = Duration::from_secs(5);

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
    /// Written by a newer program.
    #[error("{0} was written by a newer Hearth: start that version, or restore an older backup")]
    Newer(PathBuf),
    /// The SQLite library compiled in is too old.
    #[error("SQLite {0} can corrupt a database; Hearth needs 3.51.3 or newer: build it anew")]
    OldSqlite(String),
    /// Bringing the schema up to date failed; it was left as it was.
    #[error("cannot bring {0} up to date: {1}. It was left as it was")]
    Migration(PathBuf, #[source] MigrateError),
    /// Anything else the database said.
    #[error("cannot open {0}: {1}")]
    Db(PathBuf, #[source] sqlx::Error),
}

/// An open database. While it lives, no other process can open the same file.
#[derive(Debug)]
pub struct Store {
    readers: Pool<Db>,
    door: Pool<Db>,
    failed: watch::Sender<bool>,
    _lock: File,
}

impl Store {
    /// Opens the database at `address` (`sqlite:PATH`), creating it if there is none and bringing its
    /// schema up to date. A file that is not Hearth's, damaged or newer is refused untouched.
    pub async fn open(address: &str) -> std::result::Result<Store, OpenError> {
        let path = path_of(address)?;
        let lock = lock(&path)?;
        let db_error = |error| OpenError::Db(path.clone(), error);
        if holds_something(&path)? {
            inspect(&path).await?;
        } else {
            create_private(&path)?;
        }
        let door = PoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .acquire_timeout(PATIENCE)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .after_release(|conn, _| Box::pin(is_clean(conn)))
            .connect_with(writer(&path))
            .await
            .map_err(db_error)?;
        prepare(&path, &door).await?;
        let readers = PoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(PATIENCE)
            .test_before_acquire(false)
            .after_release(|conn, _| Box::pin(is_clean(conn)))
            .connect_with(reader(&path))
            .await
            .map_err(db_error)?;
        Ok(Store {
            readers,
            door,
            failed: watch::Sender::new(false),
            _lock: lock,
        })
    }

    /// A consistent snapshot to read from.
    pub async fn read(&self) -> Result<Tx> {
        Ok(self.tx(self.readers.begin().await?))
    }

    /// The write door: whoever holds it is the only writer.
    pub async fn write(&self) -> Result<Tx> {
        if self.has_failed() {
            return Err(Error::Failed);
        }
        Ok(self.tx(self.door.begin_with("begin immediate").await?))
    }

    fn tx(&self, inner: sqlx::Transaction<'static, Db>) -> Tx {
        Tx {
            inner,
            failed: self.failed.clone(),
        }
    }

    /// Whether the disk failed to confirm a write. Then nothing is written until a new start.
    pub fn has_failed(&self) -> bool {
        *self.failed.borrow()
    }

    /// Returns when the disk fails to confirm a write.
    pub async fn failure(&self) {
        let mut failed = self.failed.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = failed.wait_for(|failed| *failed).await;
    }

    /// Closes all connections and empties the write-ahead log into the file.
    pub async fn close(&self) {
        self.readers.close().await;
        if let Ok(mut conn) = self.door.acquire().await {
            let emptied = sqlx::query("pragma wal_checkpoint(truncate)")
                .execute(&mut *conn)
                .await;
            if let Err(error) = emptied {
                tracing::warn!(%error, "the write-ahead log was left for the next start");
            }
        }
        self.door.close().await;
    }
}

/// Whether a connection that comes back can be used again. After a COMMIT that the disk refused, sqlx
/// counts a transaction as open for ever, and every later write on that connection would fail.
async fn is_clean(conn: &mut Conn) -> sqlx::Result<bool> {
    // A rollback may still be on its way to the connection's thread: a ping waits for it.
    conn.ping().await?;
    Ok(!conn.is_in_transaction())
}

fn path_of(address: &str) -> std::result::Result<PathBuf, OpenError> {
    let path = address
        .strip_prefix("sqlite:")
        .map(|path| path.strip_prefix("//").unwrap_or(path))
        .filter(|path| !path.is_empty() && !path.starts_with(':') && !path.contains(['?', '\0']));
    path.map(PathBuf::from)
        .ok_or_else(|| OpenError::Address(address.to_owned()))
}

/// Takes the lock on the side file; it is let go when the process ends, however it ends.
fn lock(path: &Path) -> std::result::Result<File, OpenError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(OpenError::NoFolder(folder.to_owned()));
    }
    let mut side = path.as_os_str().to_owned();
    side.push(".lock");
    let side = PathBuf::from(side);
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
fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    options.mode(0o600);
    options
}

fn create_private(path: &Path) -> std::result::Result<(), OpenError> {
    private_file()
        .open(path)
        .map(drop)
        .map_err(|error| OpenError::File(path.to_owned(), error))
}

fn holds_something(path: &Path) -> std::result::Result<bool, OpenError> {
    match std::fs::metadata(path) {
        Ok(file) => Ok(file.len() > 0),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(OpenError::File(path.to_owned(), error)),
    }
}

/// Looks at a file without changing it: is it ours, whole, and not from the future?
async fn inspect(path: &Path) -> std::result::Result<(), OpenError> {
    const CORRUPT: i32 = 11;
    const NOT_A_DATABASE: i32 = 26;
    let refuse = |error: sqlx::Error| match result_code(&error).map(|code| code & 0xff) {
        Some(NOT_A_DATABASE) => OpenError::Foreign(path.to_owned()),
        Some(CORRUPT) => OpenError::Damaged(path.to_owned(), error.to_string()),
        _ => OpenError::Db(path.to_owned(), error),
    };
    // Not read_only: after a crash the write-ahead log has to be recovered before anything is read.
    let options = SqliteConnectOptions::new().filename(path);
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
    let verdict: String = sqlx::query_scalar("pragma quick_check(1)")
        .fetch_one(&mut conn)
        .await
        .map_err(refuse)?;
    if verdict != "ok" {
        return Err(OpenError::Damaged(path.to_owned(), verdict));
    }
    conn.close().await.map_err(refuse)
}

/// Marks the file as ours and brings its schema up to date.
async fn prepare(path: &Path, door: &Pool<Db>) -> std::result::Result<(), OpenError> {
    let db_error = |error| OpenError::Db(path.to_owned(), error);
    let version: String = sqlx::query_scalar("select sqlite_version()")
        .fetch_one(door)
        .await
        .map_err(db_error)?;
    let numbers: Vec<u32> = version.split('.').flat_map(str::parse).collect();
    if numbers.as_slice() < OLDEST_SQLITE.as_slice() {
        return Err(OpenError::OldSqlite(version));
    }
    MIGRATIONS.run(door).await.map_err(|error| match error {
        MigrateError::VersionMissing(_) => OpenError::Newer(path.to_owned()),
        other => OpenError::Migration(path.to_owned(), other),
    })
}

fn common(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .synchronous(SqliteSynchronous::Full)
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        .pragma("mmap_size", "0")
        .pragma("temp_store", "MEMORY")
}

fn writer(path: &Path) -> SqliteConnectOptions {
    common(path)
        .journal_mode(SqliteJournalMode::Wal)
        .pragma("application_id", APPLICATION_ID.to_string())
        // What was deleted is overwritten, in the file and in the log of writes.
        .pragma("secure_delete", "ON")
        .pragma("journal_size_limit", "67108864")
}

fn reader(path: &Path) -> SqliteConnectOptions {
    common(path).read_only(true)
}

/// SQLite's extended result code; its lowest byte is the primary one.
fn result_code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

/// What an error of the engine means.
pub(super) fn classify(error: sqlx::Error) -> Error {
    const BUSY: i32 = 5;
    const FULL: i32 = 13;
    const IOERR_FSYNC: i32 = 10 | (4 << 8);
    const IOERR_DIR_FSYNC: i32 = 10 | (5 << 8);
    match result_code(&error) {
        Some(FULL) => Error::Full,
        Some(IOERR_FSYNC | IOERR_DIR_FSYNC) => Error::Failed,
        Some(code) if code & 0xff == BUSY => Error::Busy,
        None if matches!(error, sqlx::Error::PoolTimedOut) => Error::Busy,
        _ => Error::Db(error),
    }
}
