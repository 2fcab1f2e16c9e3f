//! The only caller of [`Utc::now`]. Everybody else is handed an instant.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// Tells the time, to the millisecond.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until it is moved: for tests and for the demo's story.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `instant`.
    pub fn at(instant: DateTime<Utc>) -> Clock {
        Clock::Set(Arc::new(AtomicI64::new(instant.timestamp_millis())))
    }

    /// The instant now.
    pub fn now(&self) -> DateTime<Utc> {
        let millis = match self {
            Clock::System => system_millis(),
            Clock::Set(millis) => millis.load(Ordering::SeqCst),
        };
        DateTime::from_timestamp_millis(millis).unwrap_or_default()
    }

    /// Moves a set clock; the machine's clock goes its own way.
    pub fn advance(&self, by: TimeDelta) {
        if let Clock::Set(millis) = self {
            millis.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place")]
fn system_millis() -> i64 {
    Utc::now().timestamp_millis()
}
