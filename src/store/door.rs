//! The two pools over the database file: many readers, one writer. With file.rs, all that only SQLite has.
//!
//! All writes go through **one door**: a pool of one connection, so that its queue is a fair mutex,
//! with `BEGIN IMMEDIATE` … `COMMIT`. A deferred transaction that reads before it writes would fail
//! at once when somebody else wrote in between, whatever the busy timeout says; through the door that
//! cannot happen. `synchronous=FULL`, since with NORMAL an acknowledged write can be lost in a power cut.

use std::fs::File;
use std::io;
use std::num::NonZero;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use deadpool::{Runtime, unmanaged};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::pool::PoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Pool};
use tokio::sync::watch;

use super::file::{self, OpenError, Sizes};
use super::{Conn, Db, Error, Result, Tx};

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!();

/// "HRTH": marks a file as Hearth's own.
pub(super) const APPLICATION_ID: i64 = 0x4852_5448;

/// The oldest SQLite without the WAL-reset bug, which could corrupt a database.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

/// How many requests read at the same time, at least and at most: more than there are processors would only wait for
/// each other, and each takes two or three MiB.
const READERS: RangeInclusive<usize> = 2..=4;

/// How long a request waits for its turn before it is told to come again.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a transaction may read.
const LONGEST_READ: Duration = Duration::from_secs(2);

/// A connection that is borrowed for one statement.
pub type Peek = unmanaged::Object<Conn>;

/// An open database: a server's own ([`Store::open`]), or one that a command works on beside it
/// ([`Store::beside`]).
#[derive(Debug)]
pub struct Store {
    readers: Pool<Db>,
    peeks: unmanaged::Pool<Conn>,
    door: Pool<Db>,
    failed: watch::Sender<bool>,
    path: PathBuf,
    /// Held by the one server: no other can open the same file.
    lock: Option<File>,
}

impl Store {
    /// Opens the database at `address` (`sqlite:PATH`) for a server, creating it if there is none and
    /// bringing its schema up to date. A file that is not Hearth's, damaged or newer is refused untouched;
    /// so is one that another server has.
    pub async fn open(address: &str) -> std::result::Result<Store, OpenError> {
        let path = file::place(address)?;
        let lock = file::lock(&path)?;
        if file::holds_something(&path)? {
            file::inspect(&path).await?;
        } else {
            file::create_private(&path)?;
        }
        let mark = writer(&path).pragma("application_id", APPLICATION_ID.to_string());
        let store = Store::connect(&path, mark, Some(lock)).await?;
        migrate(&path, &store.door).await?;
        // Somebody may have been erased just before the program was killed.
        if let Ok(mut conn) = store.door.acquire().await {
            leave_no_log(&mut conn).await;
        }
        Ok(store)
    }

    /// Opens a database for a command that keeps it up, whether a server is running or not. It must be
    /// there and up to date: nothing is created, nothing migrated, and whatever is not ready is refused
    /// untouched.
    ///
    /// Beside a server this is safe. SQLite itself lets one writer in at a time, of whichever process, and
    /// a writer waits for its turn as long as the busy timeout says; a reader sees what was committed,
    /// by whomever; and the server remembers no rows between two requests. The lock on the side file is
    /// against two *servers*, which would each count, remind and sweep on their own. (The file must lie
    /// on a disk of this machine: over a network SQLite's locks are not to be trusted.)
    ///
    /// Two things are asked of the command. Its writes are short, since the server's writers wait. And
    /// it leaves the write-ahead log to the server's writer, which alone checkpoints; only when no
    /// server runs does SQLite empty the log as the last connection closes.
    pub async fn beside(address: &str) -> std::result::Result<Store, OpenError> {
        let path = file::place(address)?;
        file::expect_current(&path).await?;
        let guest = writer(&path).pragma("wal_autocheckpoint", "0");
        Store::connect(&path, guest, None).await
    }

    async fn connect(
        path: &Path,
        writer: SqliteConnectOptions,
        lock: Option<File>,
    ) -> std::result::Result<Store, OpenError> {
        let db_error = |error| OpenError::Db(path.to_owned(), error);
        let pool = || {
            PoolOptions::new()
                .acquire_timeout(PATIENCE)
                .test_before_acquire(false)
                .after_release(|conn, _| Box::pin(is_clean(conn)))
        };
        let door = pool()
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(writer)
            .await
            .map_err(db_error)?;
        refuse_old_sqlite(path, &door).await?;
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        let at_once = processors.clamp(*READERS.start(), *READERS.end());
        let readers = pool()
            .max_connections(at_once as u32)
            .after_connect(|conn, _| Box::pin(end_in_time(conn)))
            .connect_with(reader(path))
            .await
            .map_err(db_error)?;
        let peeks = unmanaged::Pool::from_config(&unmanaged::PoolConfig {
            max_size: at_once,
            timeout: Some(PATIENCE),
            runtime: Some(Runtime::Tokio1),
        });
        for _ in 0..at_once {
            let conn = reader(path).connect().await.map_err(db_error)?;
            // There is room for as many.
            let _ = peeks.try_add(conn);
        }
        Ok(Store {
            readers,
            peeks,
            door,
            failed: watch::Sender::new(false),
            path: path.to_owned(),
            lock,
        })
    }

    /// A consistent snapshot to read from.
    pub async fn read(&self) -> Result<Tx> {
        Ok(self.tx(self.readers.begin().await?))
    }

    /// A connection for one statement, which is a snapshot by itself. Nothing has to be opened or closed for
    /// it, and it is free for the next as soon as it is dropped: three hops to SQLite's thread less.
    pub async fn peek(&self) -> Result<Peek> {
        self.peeks.get().await.map_err(|_| Error::Busy)
    }

    /// The write door: whoever holds it is the only writer.
    pub async fn write(&self) -> Result<Tx> {
        let tx = self.tx(self.door.begin_with("begin immediate").await?);
        // Asked last: the disk may have failed while this writer waited for its turn.
        if self.has_failed() {
            return Err(Error::Failed);
        }
        Ok(tx)
    }

    fn tx(&self, inner: sqlx::Transaction<'static, Db>) -> Tx {
        Tx {
            inner,
            failed: self.failed.clone(),
        }
    }

    /// Empties the write-ahead log into the file. What was deleted is overwritten there; until then the
    /// log still has it. `false` while somebody reads what the log holds: try again soon.
    pub async fn scrub(&self) -> Result<bool> {
        if self.has_failed() {
            return Err(Error::Failed);
        }
        let mut conn = self.door.acquire().await?;
        // Other writers wait behind this one: it must not wait for a reader in its turn.
        sqlx::query("pragma busy_timeout = 0")
            .execute(&mut *conn)
            .await?;
        let emptied = empty_log(&mut conn).await;
        sqlx::query("pragma busy_timeout = 5000")
            .execute(&mut *conn)
            .await?;
        let emptied = emptied.map_err(Error::from);
        if matches!(emptied, Err(Error::Failed)) {
            self.failed.send_replace(true);
        }
        emptied
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

    /// How much of the disk it takes.
    pub fn sizes(&self) -> io::Result<Sizes> {
        file::sizes(&self.path)
    }

    /// Closes all connections; a server's store empties the write-ahead log into the file before.
    pub async fn close(&self) {
        self.readers.close().await;
        while let Ok(conn) = self.peeks.try_remove() {
            let _ = conn.close().await;
        }
        // After a write that the disk did not confirm, the log is the only witness: it is left alone.
        if self.lock.is_some()
            && !self.has_failed()
            && let Ok(mut conn) = self.door.acquire().await
        {
            leave_no_log(&mut conn).await;
        }
        self.door.close().await;
    }
}

/// Moves the write-ahead log into the file and cuts it to nothing; `false` when somebody reads from it.
async fn empty_log(conn: &mut Conn) -> sqlx::Result<bool> {
    let (busy, _, _): (i64, i64, i64) = sqlx::query_as("pragma wal_checkpoint(truncate)")
        .fetch_one(conn)
        .await?;
    Ok(busy == 0)
}

/// Empties the write-ahead log at the start and at the end; where that cannot be, nothing is lost.
async fn leave_no_log(conn: &mut Conn) {
    match empty_log(conn).await {
        Ok(true) => {}
        Ok(false) => {
            tracing::warn!("somebody else reads the write-ahead log: it was left as it is")
        }
        Err(error) => tracing::warn!(%error, "the write-ahead log was left for the next start"),
    }
}

/// Whether a connection that comes back can be used again. After a COMMIT that the disk refused, sqlx
/// counts a transaction as open for ever, and every later write on that connection would fail.
async fn is_clean(conn: &mut Conn) -> sqlx::Result<bool> {
    if !conn.is_in_transaction() {
        return Ok(true);
    }
    // A rollback may still be on its way to the connection's thread: a ping waits for it.
    conn.ping().await?;
    Ok(!conn.is_in_transaction())
}

/// Sees to it that what a transaction reads ends in time: a reader that went on for long would keep the log of writes
/// from being emptied. SQLite asks every few thousand steps. It is asked nothing while nobody reads, so a
/// transaction's time begins with its first such question; every one ends with a rollback.
async fn end_in_time(conn: &mut Conn) -> sqlx::Result<()> {
    const STEPS: i32 = 4096;
    let began: Arc<Mutex<Option<Instant>>> = Arc::default();
    let over = began.clone();
    let mut handle = conn.lock_handle().await?;
    handle.set_progress_handler(STEPS, move || {
        let mut began = began.lock().unwrap_or_else(PoisonError::into_inner);
        began.get_or_insert_with(Instant::now).elapsed() < LONGEST_READ
    });
    handle.set_rollback_hook(move || {
        *over.lock().unwrap_or_else(PoisonError::into_inner) = None;
    });
    Ok(())
}

async fn refuse_old_sqlite(path: &Path, door: &Pool<Db>) -> std::result::Result<(), OpenError> {
    let version: String = sqlx::query_scalar("select sqlite_version()")
        .fetch_one(door)
        .await
        .map_err(|error| OpenError::Db(path.to_owned(), error))?;
    let numbers: Vec<u32> = version.split('.').flat_map(str::parse).collect();
    if numbers.as_slice() < OLDEST_SQLITE.as_slice() {
        return Err(OpenError::OldSqlite(version));
    }
    Ok(())
}

/// Brings the schema up to date.
async fn migrate(path: &Path, door: &Pool<Db>) -> std::result::Result<(), OpenError> {
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
        // What was deleted is overwritten, in the file and in the log of writes.
        .pragma("secure_delete", "ON")
        .pragma("journal_size_limit", "67108864")
}

fn reader(path: &Path) -> SqliteConnectOptions {
    common(path).read_only(true)
}

/// SQLite's extended result code; its lowest byte is the primary one.
pub(super) fn result_code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

/// What an error of the engine means.
pub(super) fn classify(error: sqlx::Error) -> Error {
    const BUSY: i32 = 5;
    const FULL: i32 = 13;
    const INTERRUPT: i32 = 9;
    const IOERR_FSYNC: i32 = 10 | (4 << 8);
    const IOERR_DIR_FSYNC: i32 = 10 | (5 << 8);
    match result_code(&error) {
        Some(FULL) => Error::Full,
        Some(IOERR_FSYNC | IOERR_DIR_FSYNC) => Error::Failed,
        // It read for too long.
        Some(INTERRUPT) => Error::Busy,
        Some(code) if code & 0xff == BUSY => Error::Busy,
        None if matches!(error, sqlx::Error::PoolTimedOut) => Error::Busy,
        _ => Error::Db(error),
    }
}
