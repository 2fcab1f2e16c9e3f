//! The loop that takes connections, with real sockets. Where a deadline is at stake the clock of the test
//! stands still and jumps to the next deadline whenever nobody has anything to do.

use std::net::SocketAddr;
use std::time::Duration;

use hearth::http::accept;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::world::World;

const ALIVE: &str = "GET /healthz HTTP/1.1\r\nhost: hearth\r\n\r\n";

/// A running server.
struct Server {
    world: World,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinSet<()>,
}

impl Server {
    async fn with_places(places: usize) -> Server {
        let world = World::new().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let mut running = JoinSet::new();
        let stopped = async { stopped.await.unwrap_or_default() };
        running.spawn(accept::serve(listener, world.app.clone(), places, stopped));
        Server {
            world,
            address,
            stop,
            running,
        }
    }

    async fn called(&self) -> Caller {
        Caller(TcpStream::connect(self.address).await.unwrap())
    }

    /// Waits until so many connections are open.
    async fn open(&self, wanted: usize) {
        let open = &self.world.app.metrics.connections;
        while open.count() != wanted {
            sleep(Duration::from_millis(1)).await;
        }
    }
}

/// Somebody at the other end.
struct Caller(TcpStream);

impl Caller {
    async fn says(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// Everything that comes until the connection is closed.
    async fn hears_to_the_end(&mut self) -> String {
        let mut heard = Vec::new();
        // A reset ends a connection too.
        let _ = self.0.read_to_end(&mut heard).await;
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// Asks something small, and hears all of the answer.
    async fn asks(&mut self) {
        self.says(ALIVE).await;
        let mut heard = String::new();
        while !heard.ends_with("{\"status\":\"ok\"}") {
            let mut some = [0; 1024];
            let count = self.0.read(&mut some).await.unwrap();
            assert_ne!(count, 0, "closed after {heard:?}");
            heard.push_str(std::str::from_utf8(&some[..count]).unwrap());
        }
    }
}

/// Who is silent at once is let go at once; who was heard is answered.
#[tokio::test]
async fn a_stop_answers_what_is_under_way_and_closes_the_rest() {
    let mut server = Server::with_places(10).await;
    let mut idle = server.called().await;
    idle.asks().await;
    let mut silent = server.called().await;
    let mut busy = server.called().await;
    let app = server.world.app.clone();
    let door = app.store.write().await.unwrap();
    let ada = r#"{"email": "ada@example.org", "password": "seven quiet otters", "name": "Ada", "time_zone": "UTC"}"#;
    let head = "POST /v1/accounts HTTP/1.1\r\nhost: hearth\r\ncontent-type: application/json";
    busy.says(&format!(
        "{head}\r\ncontent-length: {}\r\n\r\n{ada}",
        ada.len()
    ))
    .await;
    while app.metrics.door_queue.count() == 0 {
        sleep(Duration::from_millis(1)).await;
    }
    server.open(3).await;
    server.stop.send(()).unwrap();
    assert_eq!(idle.hears_to_the_end().await, "");
    assert_eq!(silent.hears_to_the_end().await, "");
    assert!(
        TcpStream::connect(server.address).await.is_err(),
        "still open"
    );
    drop(door);
    let answer = busy.hears_to_the_end().await;
    assert!(answer.starts_with("HTTP/1.1 201 Created\r\n"), "{answer}");
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    server.running.join_next().await.unwrap().unwrap();
    assert_eq!(app.metrics.connections.count(), 0);
}

/// A request that never ends does not keep the program from stopping.
#[tokio::test]
async fn a_stop_has_a_deadline() {
    let mut server = Server::with_places(10).await;
    tokio::time::pause();
    let mut stuck = server.called().await;
    stuck
        .says("POST /v1/accounts HTTP/1.1\r\nhost: hearth\r\ncontent-length: 9\r\n\r\n{")
        .await;
    server.open(1).await;
    server.stop.send(()).unwrap();
    let stopped = Instant::now();
    server.running.join_next().await.unwrap().unwrap();
    assert!(
        stopped.elapsed() <= Duration::from_secs(11),
        "{:?}",
        stopped.elapsed()
    );
}

/// Whoever finds no place waits and is served in turn.
#[tokio::test]
async fn connections_have_so_many_places() {
    let server = Server::with_places(2).await;
    let (mut one, mut two) = (server.called().await, server.called().await);
    one.asks().await;
    two.asks().await;
    let mut three = server.called().await;
    three.says(ALIVE).await;
    two.asks().await;
    assert_eq!(server.world.app.metrics.connections.count(), 2);
    drop(one);
    three.asks().await;
    assert_eq!(server.world.app.metrics.connections.count(), 2);
}

/// A byte a second is not enough: neither for the head nor for the body, nor is silence.
#[tokio::test]
async fn who_dribbles_is_let_go_and_harms_nobody() {
    let server = Server::with_places(100).await;
    tokio::time::pause();
    let bodies = "POST /v1/accounts HTTP/1.1\r\nhost: hearth\r\ncontent-length: 99\r\n\r\n";
    for start in ["", "GET /healthz HTTP/1.1\r\nx-slow: ", ALIVE, bodies] {
        let mut caller = server.called().await;
        caller.says(start).await;
        let began = Instant::now();
        // Silence after ALIVE: an idle connection.
        while start != ALIVE && caller.0.write_all(b"a").await.is_ok() {
            sleep(Duration::from_secs(1)).await;
            server.called().await.asks().await;
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "{start:?} is still there"
            );
        }
        caller.hears_to_the_end().await;
        let took = began.elapsed();
        assert!(
            took <= Duration::from_secs(15),
            "{start:?} lived for {took:?}"
        );
    }
    server.open(0).await;
}

/// Who asks and asks and takes no answer is let go.
#[tokio::test]
async fn who_takes_nothing_is_let_go() {
    let server = Server::with_places(10).await;
    tokio::time::pause();
    let mut deaf = server.called().await;
    let page = "GET /openapi.json HTTP/1.1\r\nhost: hearth\r\n\r\n";
    deaf.says(&page.repeat(300)).await;
    server.open(1).await;
    let began = Instant::now();
    while server.world.app.metrics.connections.count() > 0 {
        sleep(Duration::from_secs(1)).await;
        assert!(
            began.elapsed() < Duration::from_secs(100),
            "it is still there"
        );
    }
    server.called().await.asks().await;
}

/// Heads have bounds, and what comes in no known form ends the connection.
#[tokio::test]
async fn heads_have_bounds() {
    let server = Server::with_places(10).await;
    for (head, status) in [
        (
            format!(
                "GET /healthz HTTP/1.1\r\nx-long: {}\r\n\r\n",
                "a".repeat(17_000)
            ),
            431,
        ),
        (
            format!(
                "GET /healthz HTTP/1.1\r\n{}\r\n",
                "x-many: a\r\n".repeat(101)
            ),
            431,
        ),
        (
            format!(
                "GET /healthz HTTP/1.1\r\n{}\r\n",
                "x-many: a\r\n".repeat(90)
            ),
            200,
        ),
        ("HELLO\r\n\r\n".to_owned(), 400),
    ] {
        let mut caller = server.called().await;
        caller
            .says(&head.replacen("\r\n", "\r\nconnection: close\r\n", 1))
            .await;
        let answer = caller.hears_to_the_end().await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{answer}"
        );
    }
}
