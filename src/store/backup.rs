//! A backup of a running database into one sealed file, and the way back.
//!
//! A backup is a compact copy that SQLite makes of one moment (`vacuum into`), gone through from end to
//! end, sealed ([`seal`]), and only then given its name. A restore believes nothing: it holds the seal
//! against every byte, goes through the copy again, and only then gives it its name.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::Connection;

use super::file::{self, OpenError};
use super::fresh::Fresh;
use super::progress::{Listener, Step};
use super::{Conn, seal};

/// Why there is no backup, or nothing was restored. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The file to write is there already.
    #[error("{0} is there already: choose another name, or move it away; it was not touched")]
    Exists(PathBuf),
    /// Another backup into the same file.
    #[error(
        "{0} is there: another backup is writing it, or one was killed. Delete it when none is running"
    )]
    Begun(PathBuf),
    /// A file could not be written.
    #[error("cannot write {0}: {1}. Check its folder, its permissions and the room on the disk")]
    Write(PathBuf, #[source] io::Error),
    /// A file could not be read.
    #[error("cannot read {0}: {1}. Check its name, its permissions and its disk")]
    Read(PathBuf, #[source] io::Error),
    /// One file could not be copied into the other.
    #[error("cannot copy {0} to {1}: {2}. Check both disks and the room on them")]
    Carry(PathBuf, PathBuf, #[source] io::Error),
    /// SQLite could not make the copy.
    #[error("cannot copy into {0}: {1}. Check the room on its disk, and run `hearth check`")]
    Copy(PathBuf, #[source] sqlx::Error),
    /// The copy did not pass.
    #[error("the copy is damaged ({0}) and was thrown away: run `hearth check`")]
    BadCopy(String),
    /// Something of a database stands where one is to be restored.
    #[error(
        "{0} is there already: move it away, or choose another place with --database; nothing was touched"
    )]
    Occupied(PathBuf),
    /// Not a backup.
    #[error("{0} is not a Hearth backup: choose another file; nothing was restored")]
    Foreign(PathBuf),
    /// A whole database that nobody sealed.
    #[error(
        "{0} has no seal, so nobody can say whether it is whole. To use it all the same, copy it to \
         {1} yourself, then run `hearth check`"
    )]
    Unsealed(PathBuf, PathBuf),
    /// Not what was sealed, or broken before it was.
    #[error("{0} is damaged ({1}): restore another backup; nothing was restored")]
    Damaged(PathBuf, String),
    /// Written by a newer program.
    #[error("{0} was written by a newer Hearth: restore it with that version")]
    Newer(PathBuf),
}

/// Copies the database at `address` as it is now into the new file `target`, whether a server is running
/// or not; answers how many bytes it has. On an error, or when this is dropped, no file is left.
pub async fn back_up(address: &str, target: &Path, tell: Listener<'_>) -> Result<u64, BackupError> {
    let target = std::path::absolute(target).map_err(|e| BackupError::Write(target.into(), e))?;
    let wrong = |error| BackupError::Write(target.clone(), error);
    let mut conn = file::open_as_is(&file::place(address)?).await?;
    if target.symlink_metadata().is_ok() {
        return Err(BackupError::Exists(target));
    }
    let mut fresh = Fresh::begin(&target).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Begun(Fresh::folder_of(&target)),
        _ => wrong(error),
    })?;
    vacuum(&mut conn, fresh.path(), tell).await?;
    // The copy is whole whatever becomes of the connection that made it.
    let _ = conn.close().await;
    tell(Step::begun("checking the copy"));
    file::verify(fresh.path())
        .await
        .map_err(|error| match error {
            OpenError::Damaged(_, why) => BackupError::BadCopy(why),
            other => BackupError::Open(other),
        })?;
    let length = fresh.file().metadata().map_err(wrong)?.len();
    let seal = seal::copy(fresh.file(), length, &mut io::sink(), "sealing", tell)
        .await
        .map_err(wrong)?;
    fresh.file().write_all(seal.as_bytes()).map_err(wrong)?;
    fresh.appear().map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Exists(target.clone()),
        _ => wrong(error),
    })?;
    Ok(length + seal::LENGTH)
}

/// Lets SQLite copy its database, and tells once a second how far it is.
async fn vacuum(conn: &mut Conn, into: &Path, tell: Listener<'_>) -> Result<(), BackupError> {
    let wrong = |error| BackupError::Copy(into.to_owned(), error);
    let expected: i64 = sqlx::query_scalar(
        "select (page_count - freelist_count) * page_size \
         from pragma_page_count, pragma_freelist_count, pragma_page_size",
    )
    .fetch_one(&mut *conn)
    .await
    .map_err(wrong)?;
    let name = into.to_str().ok_or_else(|| {
        BackupError::Write(into.to_owned(), io::ErrorKind::InvalidFilename.into())
    })?;
    let copying = sqlx::query("vacuum into $1").bind(name).execute(conn);
    let mut copying = std::pin::pin!(copying);
    let mut second = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            copied = &mut copying => return copied.map(drop).map_err(wrong),
            _ = second.tick() => {
                let size = into.metadata().map_or(0, |file| file.len());
                tell(Step::part("copying", size, expected.unsigned_abs()));
            }
        }
    }
}

/// Puts the database of a backup at `address`, where there must be none; answers where that is. On an
/// error, or when this is dropped, nothing is left there.
pub async fn restore(
    backup: &Path,
    address: &str,
    tell: Listener<'_>,
) -> Result<PathBuf, BackupError> {
    let target = file::place(address)?;
    // No server starts here meanwhile.
    let _lock = file::lock(&target)?;
    refuse_occupied(&target)?;
    let unreadable = |error| BackupError::Read(backup.to_owned(), error);
    let mut source = File::open(backup).map_err(unreadable)?;
    let Some((seal, length)) = seal::read(&mut source).map_err(unreadable)? else {
        return Err(without_seal(backup, source, &target));
    };
    let wrong = |error| BackupError::Write(target.clone(), error);
    let mut fresh = begin_again(&target).map_err(wrong)?;
    let deserved = seal::copy(&mut source, length, fresh.file(), "restoring", tell);
    let deserved = deserved
        .await
        .map_err(|error| BackupError::Carry(backup.to_owned(), target.clone(), error))?;
    if deserved != seal {
        let why = "its seal does not fit its contents";
        return Err(BackupError::Damaged(backup.to_owned(), why.to_owned()));
    }
    tell(Step::begun("checking the database"));
    file::verify(fresh.path())
        .await
        .map_err(|error| match error {
            OpenError::Foreign(_) | OpenError::Absent(_) => BackupError::Foreign(backup.to_owned()),
            OpenError::Damaged(_, why) => BackupError::Damaged(backup.to_owned(), why),
            OpenError::Newer(_) => BackupError::Newer(backup.to_owned()),
            other => BackupError::Open(other),
        })?;
    fresh.appear().map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Occupied(target.clone()),
        _ => wrong(error),
    })?;
    Ok(target)
}

/// A database, or a log of one, that stands in the way: restored pages must never meet a log that is not
/// theirs.
fn refuse_occupied(target: &Path) -> Result<(), BackupError> {
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut path = target.as_os_str().to_owned();
        path.push(ending);
        let path = PathBuf::from(path);
        if path.symlink_metadata().is_ok() {
            return Err(BackupError::Occupied(path));
        }
    }
    Ok(())
}

/// Begins the file anew, if a restore that was killed left one: its lock is ours now.
fn begin_again(target: &Path) -> io::Result<Fresh> {
    match std::fs::remove_dir_all(Fresh::folder_of(target)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Fresh::begin(target),
    }
}

/// What a file without a seal is: somebody else's, a whole database, or a backup whose end is broken.
fn without_seal(backup: &Path, mut file: File, target: &Path) -> BackupError {
    let backup = backup.to_owned();
    let mut header = [0; 32];
    let length = file.metadata().map_or(0, |file| file.len());
    let read = file
        .seek(SeekFrom::Start(0))
        .and_then(|_| file.read_exact(&mut header));
    if read.is_err() || !header.starts_with(b"SQLite format 3\0") {
        return BackupError::Foreign(backup);
    }
    // As SQLite's header says it: the page size (1 stands for 65,536) and the number of pages.
    let page = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    let pages = u32::from_be_bytes([header[28], header[29], header[30], header[31]]);
    match length == page * u64::from(pages) {
        true => BackupError::Unsealed(backup, target.to_owned()),
        false => BackupError::Damaged(backup, "its end, where the seal was, is broken".to_owned()),
    }
}
