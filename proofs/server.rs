//! The built program, started on a database of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use rustix::param::clock_ticks_per_second;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::{Result, Settings};

/// A program, and a folder for its database.
pub struct House {
    hearth: PathBuf,
    folder: TempDir,
}

impl House {
    /// An empty one.
    pub fn new(settings: &Settings) -> Result<House> {
        Ok(House {
            hearth: settings.hearth.clone(),
            folder: tempfile::tempdir()?,
        })
    }

    /// Where the database is.
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("hearth.db")
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The program, told where its database is.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.hearth);
        let database = format!("sqlite:{}", self.database().display());
        command.args(["--database", &database]);
        command
    }

    /// Starts it on a free port, without rate limits: one machine plays everybody.
    pub fn start(&self) -> Result<Server> {
        let mut child = self
            .command()
            .args(["--listen", "127.0.0.1:0"])
            .env("HEARTH_RATE_LIMIT", "0")
            .stdout(Stdio::piped())
            .spawn()?;
        let greeting = child.stdout.take().ok_or("the program has no output")?;
        let mut greeting = BufReader::new(greeting);
        let mut line = String::new();
        greeting.read_line(&mut line)?;
        let address = line.trim().rsplit('/').next().unwrap_or_default().parse();
        Ok(Server {
            child,
            address: address.map_err(|_| format!("the program did not start: {line}"))?,
            _greeting: greeting,
        })
    }
}

/// The running program. Dropped, it is killed.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
    /// Kept open: it may print more.
    _greeting: BufReader<ChildStdout>,
}

impl Server {
    /// Kills it at once, with no chance to clean up.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        match self.child.wait()?.signal() {
            Some(9) => Ok(()),
            _ => Err("the program had ended before it was killed".into()),
        }
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) -> Result<()> {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::TERM)?;
        match self.child.wait()?.success() {
            true => Ok(()),
            false => Err("the program did not stop gracefully".into()),
        }
    }

    /// Its resident memory now, in MiB.
    pub fn resident(&self) -> Result<f64> {
        self.status("VmRSS")
    }

    /// The most resident memory it ever had, in MiB.
    pub fn peak(&self) -> Result<f64> {
        self.status("VmHWM")
    }

    /// How long it has kept a processor busy, on all threads.
    pub fn processor(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // After the name, which ends with the last bracket: user and system time are the 12th and 13th field.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let mut ticks = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(str::parse::<u64>);
        let (Some(user), Some(system)) = (ticks.next(), ticks.next()) else {
            return Err("the program has ended".into());
        };
        let ticks = user? + system?;
        Ok(Duration::from_secs(ticks) / clock_ticks_per_second() as u32)
    }

    fn status(&self, field: &str) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with(field));
        let kib = line.and_then(|line| line.split_whitespace().nth(1));
        let kib: f64 = kib.ok_or("the program has ended")?.parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
