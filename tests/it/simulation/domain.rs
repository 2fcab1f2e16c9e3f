//! The same couple by the program's own rules, with what its database would hold.

use std::collections::BTreeSet;

use hearth::domain::day::Date;
use hearth::domain::ledger::Ledger;
use hearth::domain::occasion::{Times, Watch};
use hearth::domain::patience::Patience;
use hearth::domain::reminder::{Kind, Reminder, is_theirs};
use hearth::domain::rest::RestDates;
use hearth::domain::time::WallTime;
use hearth::ids::{Chance, ReminderId};

use super::acts::Act;
use super::couple::Couple;
use super::naive::{Out, Why};
use super::wall::instant;

/// What came of a reminder that was due.
pub type Outcome = Result<Out, Why>;

pub struct Domain {
    reminders: [Reminder; 2],
    /// What went out.
    occasions: [BTreeSet<(Date, WallTime, bool)>; 2],
    ledger: Ledger,
    rests: RestDates,
}

impl Domain {
    pub fn new(couple: &Couple) -> Domain {
        let mut chance = Chance::seeded(3);
        let reminders = couple.history.members.map(|member| {
            let id = ReminderId::new(&mut chance);
            Reminder::new(id, member, couple.ritual.id)
        });
        Domain {
            reminders,
            occasions: Default::default(),
            ledger: Ledger::default(),
            rests: RestDates::default(),
        }
    }

    /// When to look at somebody's next.
    pub fn next_at(&self, who: usize) -> Option<i64> {
        self.reminders[who].next_at.map(|next| next.timestamp())
    }

    /// Lets an act happen that the couple has done; answers what came of what was due.
    pub fn act(&mut self, act: &Act, couple: &Couple) -> [Option<Outcome>; 2] {
        let now = instant(couple.now);
        let member = |who: &usize| couple.history.members[*who];
        match act {
            Act::Rounds => return [0, 1].map(|who| self.look(who, couple)),
            Act::Restart => self.reminders.iter_mut().for_each(store),
            Act::Log(who, date) => {
                self.ledger.add(member(who), *date);
                self.reminders[*who].patience = Patience::default();
            }
            Act::Undo(who, date) => self.ledger.remove(member(who), *date),
            Act::Rest(..) | Act::Wake => {
                self.rests = couple.history.rests.iter().copied().collect();
            }
            Act::Nudge(who) => {
                let reminder = &mut self.reminders[*who];
                if reminder.enabled && reminder.nudge_at.is_none() {
                    reminder.nudge_at = Some(now);
                    reminder.next_at = reminder.next_at.into_iter().chain([now]).min();
                }
            }
            Act::Set(who, times, is_on, nudges) => {
                let reminder = &mut self.reminders[*who];
                reminder.times = Times::try_from(times.clone()).unwrap();
                (reminder.enabled, reminder.nudges) = (*is_on, *nudges);
                (reminder.patience, reminder.snoozed_until) = (Patience::default(), None);
                reminder.schedule(&watch(couple, *who), now);
            }
            Act::Snooze(who, _) | Act::Tomorrow(who) => {
                let until = match act {
                    Act::Snooze(_, minutes) => instant(couple.now + minutes * 60),
                    _ => watch(couple, *who).tomorrow(now),
                };
                assert_eq!(couple.reminders[*who].snoozed, Some(until.timestamp()));
                self.reminders[*who].snooze(&watch(couple, *who), now, until);
            }
            Act::Dismiss(who) => {
                self.reminders[*who].dismissed_on = Some(watch(couple, *who).today(now));
            }
            Act::Move(who, _) => self.reminders[*who].go_by(&watch(couple, *who), now),
            Act::DayStart(_) => {
                for who in [0, 1] {
                    self.reminders[who].go_by(&watch(couple, who), now);
                }
            }
            Act::Pass(_) | Act::Agree(_) | Act::Withdraw(_) => {}
        }
        [None, None]
    }

    /// As the rounds do it.
    fn look(&mut self, who: usize, couple: &Couple) -> Option<Outcome> {
        let (now, watch) = (instant(couple.now), watch(couple, who));
        let reminder = &mut self.reminders[who];
        reminder.next_at.filter(|next| *next <= now)?;
        let patience = reminder.patience;
        let (member, today) = (reminder.member, watch.today(now));
        let theirs = is_theirs(&couple.ritual, member, today, &self.rests, &self.ledger);
        let (occasion, kind) = match reminder.look(&watch, now, theirs) {
            Ok(out) => out,
            Err(silence) => return Some(Err(Why::Rule(silence))),
        };
        let is_nudge = kind == Kind::Nudge;
        if !self.occasions[who].insert((occasion.date, occasion.at, is_nudge)) {
            reminder.patience = patience;
            return Some(Err(Why::Twice));
        }
        Some(Ok(Out {
            date: occasion.date,
            at: occasion.at,
            kind,
        }))
    }
}

fn watch(couple: &Couple, who: usize) -> Watch {
    Watch {
        zone: couple.zones[who].parse().unwrap(),
        day_start: couple.day_start.to_string().parse().unwrap(),
    }
}

/// Writes it down and reads it again.
fn store(reminder: &mut Reminder) {
    let times = serde_json::to_string(&reminder.times).unwrap();
    let patience = serde_json::to_string(&reminder.patience).unwrap();
    reminder.times = serde_json::from_str(&times).unwrap();
    reminder.patience = serde_json::from_str(&patience).unwrap();
}
