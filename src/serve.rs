//! `hearth serve`: from an address and a file to a running API, and a graceful stop.

use std::net::SocketAddr;
use std::time::Duration;

use hearth::clock::Clock;
use hearth::config::Settings;
use hearth::http::{self, App};
use hearth::password::Passwords;
use hearth::store::{self, Store};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::Failure;

/// How long a stop waits for requests under way.
const DRAIN: Duration = Duration::from_secs(10);

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
    let app = App::new(store, Clock::System, Passwords::default()).behind(settings.front.clone());
    let mut tx = app.store.read().await.map_err(Failure::new)?;
    let is_new = !store::accounts::any(&mut tx).await.map_err(Failure::new)?;
    drop(tx);
    greet(address, is_new);

    let stop = stop_signal()?;
    let (stopping, stopped) = tokio::sync::oneshot::channel::<()>();
    let store = app.store.clone();
    let stop = async move {
        tokio::select! {
            () = stop => {}
            () = store.failure() => {}
        }
        // Nobody listens only when serving has ended already.
        let _ = stopping.send(());
    };
    let router = http::router(app.clone());
    let serving = axum::serve(listener, router).with_graceful_shutdown(stop);
    let deadline = async {
        // An error means that the sender is gone: serving has ended, and so has this race.
        let _ = stopped.await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        served = async { serving.await } => served.map_err(Failure::new)?,
        () = deadline => tracing::warn!("some requests did not end in time"),
    }
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

/// A future that ends when somebody asks the process to stop.
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
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
