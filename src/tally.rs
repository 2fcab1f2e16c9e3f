//! Counts what is there right now: who waits, what is open.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many are in. Clones count together.
#[derive(Debug, Clone, Default)]
pub struct Tally(Arc<AtomicUsize>);

impl Tally {
    /// One more, until what is answered here is dropped.
    pub fn enter(&self) -> Entered {
        self.0.fetch_add(1, Ordering::Relaxed);
        Entered(self.0.clone())
    }

    /// How many are in now.
    pub fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Somebody who is in.
#[derive(Debug)]
#[must_use = "who is dropped is out"]
pub struct Entered(Arc<AtomicUsize>);

impl Drop for Entered {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
