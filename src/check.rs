//! `hearth check`: is everything what it must be? If not, what is to be done?

use std::cell::RefCell;

use hearth::clock::Clock;
use hearth::config::Settings;
use hearth::store::check;

use super::Failure;
use super::progress::{Progress, say};

/// Goes through the whole database, and fails when there is anything to do.
pub async fn check(settings: &Settings, clock: &Clock) -> Result<(), Failure> {
    let progress = RefCell::new(Progress::begin());
    let mut findings: u64 = 0;
    let mut tell = |step| progress.borrow_mut().show(step);
    let mut found = |finding: check::Finding| {
        findings += 1;
        progress.borrow_mut().clear();
        say(finding);
    };
    let tally = check::run(&settings.database, clock, &mut tell, &mut found)
        .await
        .map_err(Failure::new)?;
    let mut progress = progress.into_inner();
    progress.clear();
    say(format!(
        "Read in {:.1} s: accounts {}, couples {}, rituals {}, logs {}.",
        progress.seconds(),
        tally.accounts,
        tally.couples,
        tally.rituals,
        tally.logs
    ));
    match findings {
        0 => {
            say("All is well.");
            Ok(())
        }
        1 => Err(Failure::new(
            "one thing is not well; it is said above what to do",
        )),
        _ => Err(Failure::new(format!(
            "{findings} things are not well; it is said above what to do"
        ))),
    }
}
