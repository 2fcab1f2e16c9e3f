//! Nudges: one partner's tap on the other's shoulder, about one ritual. Never automatic, never at night, at most one a
//! day, and only where whoever is nudged allows it. Who nudges learns nothing of all that.

use chrono::{DateTime, Utc};

use super::occasion::{Occasion, Watch};
use super::reminder::Reminder;
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

    /// The first instant from this one on at which it is not night.
    fn after_the_night(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        if !self.is_night(now) {
            return now;
        }
        let mut shown = self.today(now);
        while self.zone.instant(shown, MORNING) <= now {
            shown = shown.next();
        }
        self.zone.instant(shown, MORNING)
    }
}

impl Reminder {
    /// Nudges its member: now, or when the night is over. Nothing happens where they do not allow it, and where a nudge
    /// comes or came on that day already.
    pub fn nudge(&mut self, watch: &Watch, now: DateTime<Utc>) {
        let at = watch.after_the_night(now);
        let is_first = |last| watch.today(last) < watch.today(at);
        if self.enabled && self.nudges && self.nudged_at.is_none_or(is_first) {
            self.nudged_at = Some(at);
            self.next_at = self.next_at.into_iter().chain([at]).min();
        }
    }

    /// The nudge that is due. One that is due at night, after a flight or while the program was down, waits for the
    /// morning.
    pub(super) fn due_nudge(&mut self, watch: &Watch, now: DateTime<Utc>) -> Option<Occasion> {
        let since = self.next_at.unwrap_or(now);
        let is_due = |at: &DateTime<Utc>| self.nudges && (since..=now).contains(at);
        let due = self.nudged_at.filter(is_due)?;
        if watch.is_night(now) {
            self.nudged_at = Some(watch.after_the_night(now));
            return None;
        }
        Some(watch.occasion_at(due))
    }
}
