//! The seal of a backup: text after the last page of the database, with the length and the SHA-256 of all
//! before it.
//!
//! SQLite's own `integrity_check` sees broken pages, not a flipped bit inside somebody's words. With
//! the seal, every damage is seen. SQLite ignores what stands behind its pages, so that a sealed backup can
//! still be read with any of its tools.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use sha2::{Digest, Sha256};

use super::progress::{Listener, Step};

/// How long a seal is, in bytes.
pub const LENGTH: u64 = TITLE.len() as u64 + 31 + 76;

const TITLE: &str = "\n-- A Hearth backup ends here, format 1\n";

/// How many bytes are read at once.
const CHUNK: usize = 1 << 20;

/// Copies the first `length` bytes of `from` into `to`; answers the seal that they deserve.
pub async fn copy(
    from: &mut File,
    length: u64,
    to: &mut impl Write,
    doing: &'static str,
    tell: Listener<'_>,
) -> io::Result<String> {
    from.seek(SeekFrom::Start(0))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; CHUNK];
    let mut done = 0;
    while done < length {
        tell(Step::part(doing, done, length));
        let wanted = (length - done).min(CHUNK as u64) as usize;
        from.read_exact(&mut buffer[..wanted])?;
        hash.update(&buffer[..wanted]);
        to.write_all(&buffer[..wanted])?;
        done += wanted as u64;
        // A signal to stop is heard between two chunks.
        tokio::task::yield_now().await;
    }
    let mut seal = format!("{TITLE}-- length {length:020}\n-- sha-256 ");
    for byte in hash.finalize() {
        // Writing to a String cannot fail.
        let _ = write!(seal, "{byte:02x}");
    }
    seal.push('\n');
    Ok(seal)
}

/// The last bytes of a file: its seal, if it has one; and how many bytes stand before it.
pub fn read(file: &mut File) -> io::Result<Option<(String, u64)>> {
    let Some(before) = file.metadata()?.len().checked_sub(LENGTH) else {
        return Ok(None);
    };
    file.seek(SeekFrom::Start(before))?;
    let mut bytes = Vec::new();
    file.take(LENGTH).read_to_end(&mut bytes)?;
    let seal = String::from_utf8(bytes).ok();
    let seal = seal.filter(|seal| seal.starts_with(TITLE));
    Ok(seal.map(|seal| (seal, before)))
}
