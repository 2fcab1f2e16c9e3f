//! A couple and its ritual, as plainly as it goes: what they do, and what the naive rules make of it.

use std::collections::BTreeSet;

use hearth::domain::cadence::{Cadence, WeekStart};
use hearth::domain::couple::Todays;
use hearth::domain::day::Date;
use hearth::domain::ledger::Ledger;
use hearth::domain::practice::Practice;
use hearth::domain::rest::Span;
use hearth::domain::ritual::{Forgiveness, Proposal, Ritual, Rule};
use hearth::domain::time::WallTime;
use hearth::ids::{Chance, RitualId};

use super::acts::Act;
use super::naive::{Count, Naive, Outcome};
use super::wall::{Wall, instant};
use crate::naive::History;
use crate::rules::members;

/// Two members, one ritual that both agreed on, and the time.
pub struct Couple {
    pub now: i64,
    pub zones: [String; 2],
    pub day_start: WallTime,
    pub ritual: Ritual,
    /// Their logs and rests.
    pub history: History,
    pub reminders: [Naive; 2],
}

impl Couple {
    pub fn new(now: i64, zones: [String; 2], cadence: Cadence, rule: Rule) -> Couple {
        let members = members();
        let day_start = WallTime::new(4, 0).unwrap();
        let starts_on = Date::of_utc(instant(now)).previous();
        let at_the_start = Todays {
            earliest: starts_on,
            latest: starts_on,
        };
        let proposal = Proposal {
            title: "Tea".to_owned().try_into().unwrap(),
            practice: Practice::Rituals,
            cadence,
            rule,
            starts_on: Some(starts_on),
            cue: None,
            forgiveness: Forgiveness::Gentle,
            target_minutes: None,
        };
        let id = RitualId::new(&mut Chance::seeded(2));
        let ritual =
            Ritual::propose(id, members[0], proposal, WeekStart::Mon, at_the_start).unwrap();
        let mut couple = Couple {
            now,
            zones,
            day_start,
            history: History {
                rule,
                forgiveness: Forgiveness::Gentle,
                revisions: ritual.revisions.clone(),
                members,
                participants: ritual.participants.clone(),
                rests: Vec::new(),
                logs: BTreeSet::new(),
                todays: [starts_on; 2],
            },
            ritual,
            reminders: Default::default(),
        };
        couple.answer(1, &Act::Agree(1));
        couple
    }

    pub fn wall(&self, who: usize) -> Wall {
        let year = Date::of_utc(instant(self.now)).year();
        Wall::new(&self.zones[who], year, self.day_start)
    }

    pub fn today(&self, who: usize) -> Date {
        self.wall(who).today(self.now)
    }

    /// When the next of their reminders comes.
    pub fn next(&self) -> Option<i64> {
        let next = [0, 1].map(|who| self.reminders[who].next(&self.wall(who)));
        next.into_iter().flatten().min()
    }

    /// Whether this member may log that date now.
    pub fn may_log(&self, who: usize, date: Date) -> bool {
        let member = self.history.members[who];
        let dates = self.ritual.starts_on()..=self.today(who);
        self.ritual.has_yes_of(member) && dates.contains(&date)
    }

    /// Lets an act happen; answers what is due to go out with it, or why it does not.
    pub fn act(&mut self, act: &Act, count: Count) -> [Option<Outcome>; 2] {
        let now = self.now;
        match act {
            Act::Pass(seconds) => self.now += seconds,
            Act::Rounds => return [0, 1].map(|who| self.look(who, count)),
            Act::Restart => {}
            Act::Log(who, date) => {
                let log = (self.history.members[*who], *date);
                self.history.logs.insert(log);
                self.reminders[*who].logged();
            }
            Act::Undo(who, date) => {
                let log = (self.history.members[*who], *date);
                self.history.logs.remove(&log);
            }
            Act::Rest(from, to) => self.history.rests.push(Span {
                from: *from,
                to: Some(*to),
            }),
            Act::Wake => self.history.rests.clear(),
            Act::Agree(who) | Act::Withdraw(who) => self.answer(*who, act),
            Act::Set(who, times, is_on, nudges) => {
                self.reminders[*who].set(times.clone(), *is_on, *nudges, now);
            }
            Act::Nudge(who) => self.reminders[*who].nudge(now),
            Act::Snooze(who, minutes) => self.reminders[*who].snooze(now, now + minutes * 60),
            Act::Tomorrow(who) => {
                let until = self.wall(*who).tomorrow(now);
                self.reminders[*who].snooze(now, until);
            }
            Act::Dismiss(who) => self.reminders[*who].dismiss(self.today(*who)),
            Act::Move(who, zone) => {
                self.reminders[*who].leave_clock(&self.wall(*who), now);
                self.zones[*who] = zone.clone();
            }
            Act::DayStart(time) => {
                for who in [0, 1] {
                    self.reminders[who].leave_clock(&self.wall(who), now);
                }
                self.day_start = *time;
            }
        }
        [None, None]
    }

    fn look(&mut self, who: usize, count: Count) -> Option<Outcome> {
        let wall = self.wall(who);
        let member = self.history.members[who];
        let is_theirs = |today| self.history.is_theirs(member, today);
        self.reminders[who].look(&wall, self.now, is_theirs, count)
    }

    /// Who takes part is held by other tests: here it is a given.
    fn answer(&mut self, who: usize, act: &Act) {
        let todays = [0, 1].map(|who| self.today(who));
        let both = Todays {
            earliest: todays[0].min(todays[1]),
            latest: todays[0].max(todays[1]),
        };
        let ledger: Ledger = self.history.logs.iter().copied().collect();
        let member = self.history.members[who];
        match act {
            Act::Agree(_) => self.ritual.agree(member, todays[who], &ledger, both),
            _ => self.ritual.withdraw(member, todays[who], &ledger, both),
        }
        self.history.participants = self.ritual.participants.clone();
    }
}
