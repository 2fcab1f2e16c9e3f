//! `hearth backup` and `hearth restore`: one file out of a database in use, and the way back.

use std::path::Path;

use hearth::config::Settings;
use hearth::store::backup;

use super::Failure;
use super::progress::{Progress, say};
use super::serve::stop_signal;

/// Makes a backup, and says how to use it.
pub async fn back_up(settings: &Settings, file: &Path) -> Result<(), Failure> {
    let mut progress = Progress::begin();
    let mut tell = |step| progress.show(step);
    let size = tokio::select! {
        made = backup::back_up(&settings.database, file, &mut tell) => made.map_err(Failure::new)?,
        () = stop_signal()? => return Err(stopped("no backup was made")),
    };
    progress.clear();
    let (file, database) = (file.display(), &settings.database);
    let (size, seconds) = (in_words(size), progress.seconds());
    say(format!(
        "{file}: {size} in {seconds:.1} s, checked and sealed."
    ));
    say("To use it, stop Hearth, move the database and its -wal and -shm away, and run");
    say(format!("  hearth restore {file} --database {database}"));
    Ok(())
}

/// Makes a database from a backup.
pub async fn restore(settings: &Settings, file: &Path) -> Result<(), Failure> {
    let mut progress = Progress::begin();
    let mut tell = |step| progress.show(step);
    let target = tokio::select! {
        made = backup::restore(file, &settings.database, &mut tell) => made.map_err(Failure::new)?,
        () = stop_signal()? => return Err(stopped("nothing was restored")),
    };
    progress.clear();
    let (target, seconds) = (target.display(), progress.seconds());
    say(format!(
        "{target} is restored and whole, in {seconds:.1} s. Start it with"
    ));
    say(format!("  hearth serve --database {}", settings.database));
    Ok(())
}

fn stopped(what: &str) -> Failure {
    Failure::new(format!("stopped: {what}, and nothing was left behind"))
}

/// A size as people say it.
fn in_words(bytes: u64) -> String {
    match bytes {
        0..=1_048_575 => format!("{} KiB", bytes.div_ceil(1024)),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}
