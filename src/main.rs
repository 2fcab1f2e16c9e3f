//! The command line: `serve`, `demo`, `backup`, `restore`, `check`, `openapi`, `import`, `reset-password`.

mod backup;
mod check;
mod demo;
mod heap;
mod import;
mod progress;
mod reset;
mod serve;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use hearth::clock::Clock;
use hearth::config::{Command, Config, LogLevel};
use hearth::{http, store};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[tokio::main]
async fn main() -> ExitCode {
    let config = Config::read();
    if matches!(config.command, None | Some(Command::Serve)) {
        heap::share_one();
    }
    start_logging(config.settings.log);
    let done = match config.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(&config.settings).await,
        Command::Demo => demo::fill(&config.settings, &Clock::System).await,
        Command::Backup { file } => backup::back_up(&config.settings, &file).await,
        Command::Restore { file } => backup::restore(&config.settings, &file).await,
        Command::Check => check::check(&config.settings, &Clock::System).await,
        Command::Openapi => print_openapi(),
        Command::Import(what) => import::import(&config.settings, what).await,
        Command::ResetPassword { email } => reset::password(&config.settings, &email).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hearth: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start_logging(level: LogLevel) {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    // Libraries like to tell whom they talk to, which is nobody's business: only when something is wrong. But sqlx
    // tells which statements there were.
    let targets = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_targets([("hearth", level), ("sqlx", level)]);
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .finish()
        .with(targets)
        .init();
}

fn print_openapi() -> Result<(), Failure> {
    let document = http::document().to_pretty_json().map_err(Failure::new)?;
    match writeln!(std::io::stdout(), "{document}") {
        // Whoever reads only the beginning has what they wanted.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => printed.map_err(Failure::new),
    }
}

/// Why a command ended badly, in one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Failure(String);

impl Failure {
    fn new(sentence: impl ToString) -> Failure {
        Failure(sentence.to_string())
    }

    /// What the database said, and what to do about it.
    fn store(error: store::Error) -> Failure {
        let next = match error {
            store::Error::Busy => "try again soon",
            store::Error::Full => "make room on it, and try again",
            _ => "look at the disk, then run `hearth check`",
        };
        Failure(format!("{error}: {next}"))
    }
}
