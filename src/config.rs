//! The only reader of flags and environment.

pub mod front;
pub mod help;
pub mod mail;
pub mod mail_server;
pub mod networks;
pub mod outbound;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};

use crate::domain::text::{Email, TextError};
use front::Front;
use help::Help;
use mail::Mail;
use outbound::Outbound;

/// Hearth helps two people keep their rituals of connection.
#[derive(Debug, Parser)]
#[command(name = "hearth", version, about, disable_help_subcommand = true)]
pub struct Config {
    /// What to do; `serve` without one.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Where and how.
    #[command(flatten)]
    pub settings: Settings,
}

/// What the program can do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Serve the API and its docs page (the default)
    Serve,
    /// Fill a fresh database with one believable couple, and print what to try
    Demo,
    /// Copy the database, while it is in use, into a new file
    Backup {
        /// The file to make
        file: PathBuf,
    },
    /// Make the database anew from a backup
    Restore {
        /// A file that `backup` made
        file: PathBuf,
    },
    /// Go through the whole database, and say what is wrong and what to do
    Check,
    /// Print the OpenAPI document
    Openapi,
    /// Give an account a new password and sign it out everywhere, while the server runs or not
    ResetPassword {
        /// The account's e-mail address
        #[arg(value_parser = email)]
        email: Email,
    },
    /// Make a fresh account of an export, with everything in it
    Import(Import),
}

/// What to import.
#[derive(Debug, Clone, Args)]
pub struct Import {
    /// The export, as POST /v1/me/export answered it
    pub file: PathBuf,
    /// The address to sign in with, instead of the one in the export
    #[arg(long, value_name = "ADDRESS", value_parser = email)]
    pub email: Option<Email>,
    /// Let the partner come along, who signs in with this address
    #[arg(long, value_name = "ADDRESS", value_parser = email)]
    pub partner_email: Option<Email>,
}

/// What the program can be told, by flag or by environment.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// The address to listen on
    #[arg(
        long,
        env = "HEARTH_LISTEN",
        default_value = "127.0.0.1:8080",
        global = true
    )]
    pub listen: SocketAddr,
    /// The database, as sqlite:PATH
    #[arg(
        long,
        env = "HEARTH_DATABASE_URL",
        default_value = "sqlite:hearth.db",
        global = true
    )]
    pub database: String,
    /// How much to log; logs carry ids and routes, never words
    #[arg(long, env = "HEARTH_LOG", default_value = "warn", global = true)]
    pub log: LogLevel,
    /// How many connections may be open at once; the others wait
    #[arg(
        long,
        env = "HEARTH_MAX_CONNECTIONS",
        value_name = "COUNT",
        default_value_t = 4096,
        value_parser = value_parser!(u32).range(1..=1_000_000),
        global = true
    )]
    pub max_connections: u32,
    /// Who may call from where.
    #[command(flatten)]
    pub front: Front,
    /// What check-ups tell of help.
    #[command(flatten)]
    pub help: Help,
    /// How far messages reach.
    #[command(flatten)]
    pub outbound: Outbound,
    /// Whether and how mail is sent.
    #[command(flatten)]
    pub mail: Mail,
}

/// How much to log.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LogLevel {
    /// What failed.
    Error,
    /// What may need a look.
    Warn,
    /// What happens.
    Info,
    /// Every statement, without its values.
    Debug,
}

impl Config {
    /// Reads flags and environment; on a mistake, says what it was and ends the process.
    pub fn read() -> Config {
        Config::parse()
    }
}

fn email(text: &str) -> Result<Email, TextError> {
    Email::try_from(text.to_owned())
}

/// The entries of a comma-separated list, which may be empty.
fn list(text: &str) -> impl Iterator<Item = &str> {
    let entries = text.split(',').map(str::trim);
    entries.filter(|entry| !entry.is_empty())
}
