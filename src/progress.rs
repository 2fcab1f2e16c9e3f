//! Telling on the terminal, or in a log, how far a command is.

use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use hearth::store::progress::Step;

/// Says a line to whoever called the command.
pub fn say(line: impl Display) {
    // Whoever reads only the beginning has what they wanted.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// How long a command works before it tells how far it is.
const QUIET: Duration = Duration::from_secs(1);

/// When the command began, and what was told last.
pub struct Progress {
    began: Instant,
    told: Option<Step>,
}

impl Progress {
    /// A command that begins now.
    pub fn begin() -> Progress {
        Progress {
            began: Instant::now(),
            told: None,
        }
    }

    /// For how many seconds it has been working.
    pub fn seconds(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }

    /// Tells a step: on a terminal as one line that changes, elsewhere as a line every ten percent.
    pub fn show(&mut self, step: Step) {
        if self.began.elapsed() < QUIET {
            return;
        }
        let mut out = std::io::stderr();
        let tells = if out.is_terminal() { 1 } else { 10 };
        let step = Step {
            percent: step.percent.map(|percent| percent - percent % tells),
            ..step
        };
        if self.told.replace(step) == Some(step) {
            return;
        }
        let percent = step.percent.map(|percent| format!(": {percent} %"));
        let line = format!("{}{}", step.doing, percent.unwrap_or_default());
        // Progress that cannot be shown is no reason to stop.
        let _ = match out.is_terminal() {
            true => write!(out, "\r\x1b[K{line}"),
            false => writeln!(out, "{line}"),
        };
    }

    /// Makes room on a terminal for what is said next.
    pub fn clear(&mut self) {
        let mut out = std::io::stderr();
        if self.told.take().is_some() && out.is_terminal() {
            // As above.
            let _ = write!(out, "\r\x1b[K");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}
