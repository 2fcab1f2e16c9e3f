//! A file that appears whole or not at all.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{TempDir, TempPath};

use super::file::private_file;

/// A file that is being written in a folder of its own, beside the place where it shall be. Dropped, it
/// is gone, with whatever SQLite laid beside it.
#[derive(Debug)]
pub struct Fresh {
    target: PathBuf,
    path: PathBuf,
    file: File,
    _folder: TempDir,
}

impl Fresh {
    /// The folder in which a file is written.
    pub fn folder_of(target: &Path) -> PathBuf {
        let mut name = target.as_os_str().to_owned();
        name.push(".partial");
        PathBuf::from(name)
    }

    /// Begins an empty file that only its owner may read. Fails with `AlreadyExists` when somebody has
    /// begun it before.
    pub fn begin(target: &Path) -> io::Result<Fresh> {
        let folder = Fresh::folder_of(target);
        let (Some(place), Some(name)) = (folder.parent(), folder.file_name()) else {
            return Err(io::ErrorKind::InvalidFilename.into());
        };
        let folder = tempfile::Builder::new()
            .prefix(name)
            .rand_bytes(0)
            .tempdir_in(place)?;
        let path = folder.path().join("database");
        Ok(Fresh {
            target: target.to_owned(),
            file: private_file().open(&path)?,
            path,
            _folder: folder,
        })
    }

    /// Where it is while it is being written.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file itself.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Puts it in its place once all of it is on the disk. Fails with `AlreadyExists` when the place is
    /// taken.
    pub fn appear(self) -> io::Result<()> {
        self.file.sync_all()?;
        TempPath::try_from_path(self.path)?.persist_noclobber(&self.target)?;
        // The name is on the disk when the folder is.
        let folder = self.target.parent().unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }
}
