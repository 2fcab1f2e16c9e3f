//! What Hearth promises under load, faults and attack, each proven on the built program: `cargo proof`
//! lists the proofs, `cargo proof kills` runs one. Each prints its figure, and fails when it is not
//! reached. docs/proofs.md has the figures.
#![expect(clippy::print_stdout, reason = "a proof tells what it found")]

mod backups;
mod client;
mod contention;
#[path = "../tests/it/dice.rs"]
mod dice;
mod flood;
mod history;
mod kills;
mod load;
mod measure;
mod people;
mod reminders;
mod retries;
mod server;
mod slow;
mod soak;
mod town;
mod writer;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;

/// Anything that ends a proof: a promise not kept, or a driver that could not go on.
type Failure = Box<dyn std::error::Error + Send + Sync>;
type Result<T> = std::result::Result<T, Failure>;

/// Proves on the built program what Hearth promises.
#[derive(Debug, Parser)]
#[command(name = "cargo proof")]
struct Settings {
    /// Which proofs to run; `all` for every one, none for a list
    names: Vec<String>,
    /// Reach the promised figures, in minutes to an hour; without it a short form, in seconds
    #[arg(long)]
    full: bool,
    /// The program to prove it on
    #[arg(long, default_value = env!("CARGO_BIN_EXE_hearth"), hide_default_value = true)]
    hearth: PathBuf,
    /// Where chance begins
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How long to soak
    #[arg(long)]
    minutes: Option<u64>,
    /// How many couples the load bench fills its towns with
    #[arg(long, value_delimiter = ',')]
    couples: Vec<usize>,
    /// What cargo tells every bench
    #[arg(long, hide = true)]
    bench: bool,
}

impl Settings {
    /// A number of the short form, or of the full one.
    fn pick<T>(&self, short: T, full: T) -> T {
        if self.full { full } else { short }
    }
}

/// A promise, and the proof of it: its figure in one line, or why it does not hold.
struct Proof {
    name: &'static str,
    promise: &'static str,
    run: fn(&Settings) -> Result<String>,
}

const PROOFS: [Proof; 9] = [
    Proof {
        name: "kills",
        promise: "R1: 500 kills -9 under load, 50,000 acknowledged writes: none is lost",
        run: kills::run,
    },
    Proof {
        name: "contention",
        promise: "R5: 64 clients on one couple and on 64: no 5xx, no update is lost",
        run: contention::run,
    },
    Proof {
        name: "retries",
        promise: "R7: 10,000 writes each sent 1 to 5 times over cut connections: one effect each",
        run: retries::run,
    },
    Proof {
        name: "backups",
        promise: "R8: a backup under load restores to the ledger; 1,000 of 1,000 damaged ones refused",
        run: backups::run,
    },
    Proof {
        name: "flood",
        promise: "S4: 500 sign-ins at once: at most 64 MiB more, /healthz p99 within 50 ms",
        run: flood::run,
    },
    Proof {
        name: "slow",
        promise: "S5: 2,000 dribbling connections: each closed within 15 s, others unharmed",
        run: slow::run,
    },
    Proof {
        name: "soak",
        promise: "R12: resident memory stays within 96 MiB under load, and flat",
        run: soak::run,
    },
    Proof {
        name: "reminders",
        promise: "100,000 reminders due at the same minute are in the outbox within 60 s, with today usable; \
                  a million that wait take less than 1 % of a core",
        run: reminders::run,
    },
    Proof {
        name: "load",
        promise: "today at 25 % of a trivial route's throughput, 304s at 40 %; \
                  a thousand times the couples, at most 1.3 times the latency of a point read",
        run: load::run,
    },
];

fn main() -> ExitCode {
    let settings = Settings::parse();
    if settings.names.is_empty() {
        println!("Name a proof, or `all`; --help tells the rest.\n");
        for proof in &PROOFS {
            println!("  {:<12}{}", proof.name, proof.promise);
        }
        return ExitCode::SUCCESS;
    }
    let named = |proof: &&Proof| {
        let names = &settings.names;
        names.iter().any(|name| name == proof.name || name == "all")
    };
    let chosen: Vec<&Proof> = PROOFS.iter().filter(named).collect();
    let known = |name: &&String| name == &"all" || PROOFS.iter().any(|proof| proof.name == **name);
    if let Some(unknown) = settings.names.iter().find(|name| !known(name)) {
        eprintln!("There is no proof named {unknown}.");
        return ExitCode::FAILURE;
    }
    let failed = chosen.iter().filter(|proof| !holds(proof, &settings));
    match failed.count() {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Runs one proof and says how it went.
fn holds(proof: &Proof, settings: &Settings) -> bool {
    let Proof { name, promise, run } = proof;
    println!("\n== {name}, seed {}. {promise}", settings.seed);
    let start = Instant::now();
    let outcome = run(settings);
    let seconds = start.elapsed().as_secs();
    match &outcome {
        Ok(figure) => println!("{name} HOLDS after {seconds} s: {figure}"),
        Err(failure) => println!("{name} FAILS after {seconds} s: {failure}"),
    }
    outcome.is_ok()
}
