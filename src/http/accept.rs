//! The loop that takes connections. axum's own sets neither deadlines nor bounds, and this faces the world.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{HttpService, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::App;

/// How long the head of a request may take to arrive, counted from the connection's start or the last
/// answer: so this is also how long an idle connection lives.
const HEAD_DEADLINE: Duration = Duration::from_secs(10);

/// The largest head of a request. Its fields are at most 100, by hyper's own bound.
const LARGEST_HEAD: usize = 16 * 1024;

/// How long nothing of an answer may be taken before its reader is given up.
const TAKING_DEADLINE: Duration = Duration::from_secs(10);

/// How long a stop waits for requests under way.
const DRAIN: Duration = Duration::from_secs(10);

/// Serves until `stop` ends, with at most `places` connections at once. Then idle connections are closed,
/// requests under way are answered, and whatever is not done ten seconds later is left.
pub async fn serve(
    mut listener: TcpListener,
    app: App,
    places: usize,
    stop: impl Future<Output = ()>,
) {
    let open = app.metrics.connections.clone();
    let router = super::router(app);
    let places = Arc::new(Semaphore::new(places));
    let (connections, graceful) = (TaskTracker::new(), GracefulShutdown::new());
    let mut stop = pin!(stop);
    loop {
        // First a place, then somebody to take it: the rest wait with the operating system.
        let next = async {
            let place = places.clone().acquire_owned().await;
            // It waits out accept's errors, such as too many open files, and goes on.
            let (stream, address) = Listener::accept(&mut listener).await;
            (place, stream, address)
        };
        let (place, stream, address) = tokio::select! {
            () = &mut stop => break,
            next = next => next,
        };
        let service = answers(router.clone(), address);
        let connection = graceful.watch(connection(stream, service));
        let entered = open.enter();
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop((place, entered));
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests did not end in time");
    }
}

/// A connection with its bounds.
fn connection<S>(
    stream: TcpStream,
    service: S,
) -> http1::Connection<impl hyper::rt::Read + hyper::rt::Write + Unpin + Send, S>
where
    S: HttpService<Incoming, ResBody = Body, Error = Infallible>,
{
    // Answers are small and whole: waiting to fill a packet would only delay them. Where it fails, the
    // connection is gone already.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(TAKING_DEADLINE));
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_DEADLINE)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
}

/// The router's answers to one caller.
fn answers(
    router: Router,
    address: SocketAddr,
) -> impl HttpService<Incoming, ResBody = Body, Error = Infallible, Future: Send> {
    service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(address));
        router.clone().oneshot(request)
    })
}
