//! `hearth serve`: from an address and a file to a running API, and a graceful stop.

use std::net::SocketAddr;
use std::time::Duration;

use hearth::clock::Clock;
use hearth::config::Settings;
use hearth::delivery::desk::Desk;
use hearth::delivery::outbound::Outbound;
use hearth::http::{App, accept};
use hearth::password::Passwords;
use hearth::store::{self, Store};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::Failure;

/// Files that are open beside connections: the database's, and what the system itself needs.
const OTHER_FILES: u64 = 64;

/// How long a stop waits for what requests left to do, and for messages under way, which take ten seconds at most.
const DRAIN: Duration = Duration::from_secs(15);

/// Serves until SIGTERM or SIGINT, or until the disk fails.
pub async fn serve(settings: &Settings) -> Result<(), Failure> {
    // The address first: when it is taken, no file was made.
    let listener = TcpListener::bind(settings.listen).await.map_err(|error| {
        Failure::new(format!(
            "cannot listen on {}: {error}. Choose another address with --listen",
            settings.listen
        ))
    })?;
    let address = listener.local_addr().map_err(Failure::new)?;
    let store = Store::open(&settings.database)
        .await
        .map_err(Failure::new)?;
    let app = App::new(store, Clock::System, Passwords::default())
        .behind(settings.front.clone())
        .helping(settings.help.clone())
        .reaching(Outbound::new(settings.outbound.allow.clone()))
        .writing(Desk::new(&settings.mail).map_err(Failure::new)?);
    let mut tx = app.store.read().await.map_err(Failure::store)?;
    let is_new = !store::accounts::any(&mut tx)
        .await
        .map_err(Failure::store)?;
    drop(tx);
    greet(address, is_new);

    let places = places(settings.max_connections);
    let stop = stop_signal()?;
    let store = app.store.clone();
    let stop = async move {
        tokio::select! {
            () = stop => {}
            () = store.failure() => {}
        }
    };
    let stopping = CancellationToken::new();
    let sweeping = app
        .clone()
        .keep_sweeping(stopping.clone().cancelled_owned());
    app.tasks.spawn(sweeping);
    let delivering = app.courier().keep_going(stopping.clone());
    app.tasks.spawn(delivering);
    accept::serve(listener, app.clone(), places, stop).await;
    stopping.cancel();
    app.tasks.close();
    let _ = tokio::time::timeout(DRAIN, app.tasks.wait()).await;
    let failed = app.store.has_failed();
    app.store.close().await;
    if failed {
        return Err(Failure::new(
            "the disk no longer confirms writes. Look at it before you start Hearth again",
        ));
    }
    Ok(())
}

/// How many connections can be open: each is an open file, of which the system allows only so many. The
/// program takes all that it may have.
fn places(wanted: u32) -> usize {
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(0);
    let room = files.saturating_sub(OTHER_FILES).max(1);
    if room < u64::from(wanted) {
        tracing::warn!(
            "the limit of {files} open files leaves room for {room} connections, not {wanted}: raise it, \
             or lower --max-connections"
        );
    }
    usize::try_from(room.min(wanted.into())).unwrap_or(usize::MAX)
}

/// A future that ends when somebody asks the process to stop.
pub(super) fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::new)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::new)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[expect(clippy::print_stdout, reason = "whoever starts it wants to know")]
fn greet(address: SocketAddr, is_new: bool) {
    println!("Hearth listens on http://{address}");
    println!("The docs page is http://{address}/docs/");
    if is_new {
        println!(
            "Ten minutes to a first streak are told there; they begin with:\n\n  \
             curl http://{address}/v1/accounts --json '{{\"email\": \"ada@example.org\", \
             \"password\": \"seven quiet otters\", \"name\": \"Ada\", \
             \"time_zone\": \"Europe/Oslo\"}}'\n\n\
             Or stop it and run it with `demo --database sqlite:demo.db`, to see a couple that has been \
             here for half a year."
        );
    }
}
