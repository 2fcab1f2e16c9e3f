//! Listeners on this machine: canaries that count who comes by, and friends that answer.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

/// Where friends live: on this machine too, but not where the canary sits.
pub const AT_HOME: &str = "127.0.0.2";

/// Sits where no message may ever go, on 127.0.0.1 and [::1], and counts who comes by. It says nothing.
pub struct Canary {
    pub port: u16,
    perches: Vec<SocketAddr>,
    heard: Arc<Mutex<Vec<SocketAddr>>>,
    _listening: JoinSet<()>,
}

impl Canary {
    pub async fn new() -> Canary {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = first.local_addr().unwrap().port();
        // Some machines have no IPv6.
        let second = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await.ok();
        let mut canary = Canary {
            port,
            perches: Vec::new(),
            heard: Arc::default(),
            _listening: JoinSet::new(),
        };
        for listener in [Some(first), second].into_iter().flatten() {
            canary.perches.push(listener.local_addr().unwrap());
            let heard = canary.heard.clone();
            canary._listening.spawn(async move {
                loop {
                    let (_, caller) = listener.accept().await.unwrap();
                    heard.lock().unwrap().push(caller);
                }
            });
        }
        canary
    }

    /// Whether it also sits on [::1].
    pub fn hears_ipv6(&self) -> bool {
        self.perches.len() == 2
    }

    /// How many came by. It is visited itself, last: calls are heard in order, so nobody is overlooked.
    pub async fn heard(&self) -> usize {
        for perch in &self.perches {
            let visit = TcpStream::connect(perch).await.unwrap();
            let visitor = visit.local_addr().unwrap();
            while !self.heard.lock().unwrap().contains(&visitor) {
                sleep(Duration::from_millis(1)).await;
            }
            self.heard
                .lock()
                .unwrap()
                .retain(|caller| *caller != visitor);
        }
        self.heard.lock().unwrap().len()
    }
}

/// Answers every request alike, and keeps what was asked.
pub struct Friend {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    _listening: JoinSet<()>,
}

impl Friend {
    /// A friend at home who says this to everybody.
    pub async fn saying(answer: impl Into<String>) -> Friend {
        Friend::at(0, None, answer.into()).await
    }

    /// A friend at this port, with TLS before the door if there is an acceptor for it.
    pub async fn at(port: u16, tls: Option<TlsAcceptor>, answer: String) -> Friend {
        let home: IpAddr = AT_HOME.parse().unwrap();
        let listener = TcpListener::bind((home, port)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = asked.clone();
        let mut listening = JoinSet::new();
        listening.spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let request = match &tls {
                    None => answered(stream, &answer).await,
                    // Whoever does not trust the certificate hangs up.
                    Some(tls) => match tls.accept(stream).await {
                        Ok(stream) => answered(stream, &answer).await,
                        Err(_) => continue,
                    },
                };
                kept.lock().unwrap().push(request);
            }
        });
        Friend {
            address,
            asked,
            _listening: listening,
        }
    }

    /// What was asked, head and body, one text a request.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// An answer of nothing but a status.
pub fn status(status: u16) -> String {
    format!("HTTP/1.1 {status} So\r\ncontent-length: 0\r\n\r\n")
}

/// Reads one request, answers it, and hangs up.
async fn answered(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &str) -> String {
    let mut request = String::new();
    while !is_whole(&request) {
        let mut buffer = [0; 4096];
        let count = stream.read(&mut buffer).await.unwrap_or(0);
        if count == 0 {
            break;
        }
        request.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
    }
    // Who does not wait for the answer is not told it.
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
    request
}

fn is_whole(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    length.map_or(0, |length| length.parse().unwrap()) <= body.len()
}
