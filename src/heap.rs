//! One heap for all threads.
//!
//! glibc gives every thread a heap of its own. What one thread takes and another gives back lies idle there: a fifth of
//! the memory, under load (docs/proofs.md, `soak`). How many heaps there may be it reads from the environment, once, as
//! a program starts. So the server starts itself once more, in its own place: the process stays the same. Whoever sets
//! the variable decides, and other C libraries do not read it.

use std::env;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// How many heaps glibc makes.
const HEAPS: &str = "MALLOC_ARENA_MAX";

/// Starts this program once more, with one heap. Returns when it has one, and also when it cannot start again: it is only
/// less frugal then.
pub fn share_one() {
    if env::var_os(HEAPS).is_some() {
        return;
    }
    let mut words = env::args_os();
    let (Ok(program), Some(name)) = (env::current_exe(), words.next()) else {
        return;
    };
    let mut again = Command::new(program);
    let error = again.arg0(name).args(words).env(HEAPS, "1").exec();
    eprintln!("hearth: this takes some more memory than it needs to ({error})");
}
