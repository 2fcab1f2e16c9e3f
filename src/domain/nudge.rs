//! Nudges: one partner's tap on the other's shoulder, about one ritual. Never automatic, never at night, at most one a
//! day, and only where whoever is nudged allows it. Who nudges learns nothing of all that: what becomes of a tap is decided when it is
//! looked at.

use chrono::{DateTime, Utc};

use super::occasion::{Occasion, Watch};
use super::reminder::{LATEST, Reminder};
use super::time::WallTime;

/// When the night begins, by the clock of whoever is nudged.
const NIGHT: WallTime = WallTime::new(22, 30).expect("a time");

/// When it ends.
const MORNING: WallTime = WallTime::new(8, 0).expect("a time");

impl Watch {
    /// Whether it is night: nobody is nudged then.
    pub fn is_night(&self, now: DateTime<Utc>) -> bool {
        !(MORNING..NIGHT).contains(&self.zone.wall_time(now))
    }

    /// The next morning.
    fn morning(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let mut shown = self.today(now);
        while self.zone.instant(shown, MORNING) <= now {
            shown = shown.next();
        }
        self.zone.instant(shown, MORNING)
    }
}

impl Reminder {
    /// Whether the partner may nudge.
    pub(super) fn takes_nudges(&self) -> bool {
        self.enabled && self.nudges
    }

    /// The nudge that is due, which waits no longer unless it is night: then it does until the morning.
    pub(super) fn due_nudge(&mut self, watch: &Watch, now: DateTime<Utc>) -> Option<Occasion> {
        let due = self.nudge_at.filter(|at| *at <= now)?;
        self.nudge_at = None;
        if !self.takes_nudges() || now - due > LATEST {
            return None;
        }
        if watch.is_night(now) {
            self.nudge_at = Some(watch.morning(now));
            return None;
        }
        // Slept through midnight, it is of the day on which it goes out.
        let occasion = watch.occasion_at(now);
        let is_first = self.nudged_on.is_none_or(|last| last < occasion.date);
        is_first.then_some(occasion)
    }
}
