//! All that is traced in this process. It has one ear for all tests: some count what they hear, and one
//! listens to every word.

use std::io::{Result, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::{Layer, SubscriberExt};

use crate::cost::Counter;

static OPENED: Once = Once::new();
static LISTENING: AtomicBool = AtomicBool::new(false);
static HEARD: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Opens the ear, once.
pub fn open() {
    OPENED.call_once(|| {
        let words = fmt::layer().with_ansi(false).with_writer(|| Ear);
        let words = words.with_filter(dynamic_filter_fn(|_, _| LISTENING.load(Ordering::SeqCst)));
        let everything = tracing_subscriber::registry().with(Counter).with(words);
        tracing::subscriber::set_global_default(everything).unwrap();
    });
}

/// From now on keeps every line, of every level and thread.
pub fn listen() {
    LISTENING.store(true, Ordering::SeqCst);
}

/// What was said since.
pub fn heard() -> String {
    LISTENING.store(false, Ordering::SeqCst);
    let heard = std::mem::take(&mut *HEARD.lock().unwrap_or_else(PoisonError::into_inner));
    String::from_utf8(heard).unwrap()
}

struct Ear;

impl Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let mut heard = HEARD.lock().unwrap_or_else(PoisonError::into_inner);
        heard.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
