//! A time on the wall, wherever its reader is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A wall-clock time, `00:00` to `23:59`. It has no zone: who reads it, reads their own clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WallTime {
    hour: u8,
    minute: u8,
}

impl WallTime {
    /// Midnight.
    pub const MIDNIGHT: WallTime = WallTime { hour: 0, minute: 0 };

    /// A time, if a clock can show it.
    pub const fn new(hour: u8, minute: u8) -> Option<WallTime> {
        match hour < 24 && minute < 60 {
            true => Some(WallTime { hour, minute }),
            false => None,
        }
    }

    /// The hour, 0 to 23.
    pub fn hour(self) -> u8 {
        self.hour
    }

    /// The minute, 0 to 59.
    pub fn minute(self) -> u8 {
        self.minute
    }
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}

impl FromStr for WallTime {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<WallTime, Self::Err> {
        let two_digits = |text: &str| {
            let plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| text.parse::<u8>().ok()).flatten()
        };
        text.split_once(':')
            .and_then(|(hour, minute)| Some((two_digits(hour)?, two_digits(minute)?)))
            .and_then(|(hour, minute)| WallTime::new(hour, minute))
            .ok_or("must be a time from 00:00 to 23:59, written HH:MM")
    }
}

impl TryFrom<String> for WallTime {
    type Error = &'static str;

    fn try_from(text: String) -> Result<WallTime, Self::Error> {
        text.parse()
    }
}

impl From<WallTime> for String {
    fn from(time: WallTime) -> String {
        time.to_string()
    }
}
