//! A couple through time: they move, fly, log, rest, agree, withdraw and change their minds, and the
//! fold is stored as the real store will store it.

use std::collections::BTreeSet;
use std::iter;

use chrono::{DateTime, Utc};
use hearth::domain::amendment::Amendment;
use hearth::domain::cadence::{Cadence, WeekStart};
use hearth::domain::couple::Todays;
use hearth::domain::day::{Date, DayStart, Zone};
use hearth::domain::ledger::Ledger;
use hearth::domain::practice::Practice;
use hearth::domain::rest::{RestDates, Span};
use hearth::domain::ritual::{Forgiveness, Proposal, Ritual, Rule};
use hearth::domain::story::State;
use hearth::domain::streak::{Checkpoint, Streak, settled_before};
use hearth::ids::{AccountId, Chance, RitualId};
use proptest::sample::Index;

use crate::rules::members;

/// Something one of the couple does. Dates are told in days before their own today.
#[derive(Debug, Clone)]
pub enum Act {
    /// Logs some dates in a row, the last of them so many days ago.
    Log {
        who: usize,
        ago: i64,
        dates: i64,
    },
    Undo(Index),
    Rest {
        who: usize,
        ago: i64,
        days: Option<i64>,
    },
    EndRest {
        who: usize,
        which: Index,
    },
    Agree(usize),
    Withdraw(usize),
    Cadence(Cadence),
    Start {
        ago: i64,
    },
    Forgiveness(Forgiveness),
    Zone(usize, &'static str),
    DayStart(&'static str),
    WeekStart(WeekStart),
}

/// Two members, one ritual, and the time.
#[derive(Debug)]
pub struct Model {
    members: [AccountId; 2],
    zones: [Zone; 2],
    day_start: DayStart,
    week_start: WeekStart,
    pub now: DateTime<Utc>,
    pub logs: BTreeSet<(AccountId, Date)>,
    rests: Vec<Span>,
    pub ritual: Ritual,
}

impl Model {
    pub fn new(
        zones: [Zone; 2],
        now: DateTime<Utc>,
        cadence: Cadence,
        rule: Rule,
        ago: Option<i64>,
    ) -> Model {
        let (members, day_start) = (members(), DayStart::default());
        let todays = todays(&zones, day_start, now);
        let proposal = Proposal {
            title: "Tea".to_owned().try_into().unwrap(),
            practice: Practice::TimeTogether,
            cadence,
            rule,
            starts_on: ago.map(|ago| todays.earliest.plus(-ago)),
            cue: None,
            forgiveness: Forgiveness::Gentle,
            target_minutes: None,
        };
        let (id, week_start) = (RitualId::new(&mut Chance::seeded(2)), WeekStart::Mon);
        Model {
            ritual: Ritual::propose(id, members[0], proposal, week_start, todays).unwrap(),
            members,
            zones,
            day_start,
            week_start,
            now,
            logs: BTreeSet::new(),
            rests: Vec::new(),
        }
    }

    fn today(&self, who: usize) -> Date {
        self.zones[who].today(self.now, self.day_start)
    }

    fn todays(&self) -> Todays {
        todays(&self.zones, self.day_start, self.now)
    }

    fn ledger(&self, from: Date) -> Ledger {
        self.logs
            .iter()
            .filter(|(_, date)| *date >= from)
            .copied()
            .collect()
    }

    fn rests(&self, from: Date) -> RestDates {
        self.rests
            .iter()
            .filter(|rest| rest.overlaps(from, Date::MAX))
            .copied()
            .collect()
    }

    /// The streak as a read finds it: the stored fold, and only what came after.
    pub fn read(&self) -> Streak {
        let checkpoint = &self.ritual.checkpoint;
        let (rests, ledger) = (self.rests(checkpoint.next), self.ledger(checkpoint.next));
        self.ritual
            .story(&rests, &ledger)
            .streak(checkpoint, self.todays())
    }

    /// The streak and all begun periods, from the whole history.
    pub fn told(&self) -> (Streak, Vec<(Date, Date, State)>) {
        let (rests, ledger) = (self.rests(Date::MIN), self.ledger(Date::MIN));
        let story = self.ritual.story(&rests, &ledger);
        let nothing = Checkpoint::empty(self.ritual.starts_on());
        let periods = story.periods(&nothing, self.todays());
        let states = periods
            .iter()
            .map(|(period, state)| (period.first, period.last, *state));
        (story.streak(&nothing, self.todays()), states.collect())
    }

    /// The fold of all settled periods, from the whole history.
    pub fn folded(&self) -> Checkpoint {
        let ledger = self.ledger(Date::MIN);
        Checkpoint::from_scratch(
            &self.ritual.story(&self.rests(Date::MIN), &ledger),
            settled_before(self.now),
        )
    }

    /// Does something, and stores the fold as the store will: whatever changes the settled past folds
    /// it anew, every other edit of the ritual folds in what has settled since.
    pub fn live(&mut self, act: &Act) {
        let Some(touched) = self.act(act) else { return };
        let mut checkpoint = self.ritual.checkpoint.clone();
        if touched < checkpoint.next {
            checkpoint = self.folded();
        } else {
            let (rests, ledger) = (self.rests(checkpoint.next), self.ledger(checkpoint.next));
            checkpoint.advance(
                &self.ritual.story(&rests, &ledger),
                settled_before(self.now),
            );
        }
        let written = serde_json::to_string(&checkpoint).unwrap();
        self.ritual.checkpoint = serde_json::from_str(&written).unwrap();
        assert_eq!(
            self.ritual.checkpoint, checkpoint,
            "must survive being written"
        );
    }

    /// Does something; the earliest date it touches, or none when the ritual is not edited.
    fn act(&mut self, act: &Act) -> Option<Date> {
        match act {
            Act::Log { who, ago, dates } => {
                let last = self.today(*who).plus(-ago);
                self.log(*who, last.plus(1 - dates), last)
            }
            Act::Undo(which) => self.undo(which),
            Act::Rest { who, ago, days } => {
                let from = self.today(*who).plus(-ago);
                self.rests.push(Span {
                    from,
                    to: days.map(|days| from.plus(days)),
                });
                Some(from)
            }
            Act::EndRest { who, which } => self.end_rest(self.today(*who).previous(), which),
            Act::Zone(who, zone) => {
                self.zones[*who] = zone.parse().unwrap();
                None
            }
            Act::DayStart(time) => {
                self.day_start = time.parse().unwrap();
                None
            }
            Act::WeekStart(day) => {
                self.week_start = *day;
                None
            }
            edit => {
                self.edit(edit);
                Some(Date::MIN)
            }
        }
    }

    fn log(&mut self, who: usize, first: Date, last: Date) -> Option<Date> {
        let member = self.members[who];
        let first = first.max(self.ritual.starts_on());
        let may = self.ritual.has_yes_of(member) && first <= last;
        let all_dates = iter::successors(Some(first), |date| Some(date.next()));
        let dates = all_dates.take_while(|date| *date <= last);
        may.then(|| self.logs.extend(dates.map(|date| (member, date))))?;
        Some(first)
    }

    fn undo(&mut self, which: &Index) -> Option<Date> {
        let logs: Vec<_> = self.logs.iter().copied().collect();
        let (member, date) = *logs.get(which.index(logs.len().max(1)))?;
        self.logs.remove(&(member, date));
        Some(date)
    }

    /// Ends an open rest yesterday; one that only began today goes altogether.
    fn end_rest(&mut self, yesterday: Date, which: &Index) -> Option<Date> {
        let at = which.index(self.rests.len().max(1));
        let rest = self.rests.get_mut(at).filter(|rest| rest.to.is_none())?;
        rest.to = Some(yesterday);
        let from = rest.from;
        self.rests
            .retain(|rest| Span::new(rest.from, rest.to).is_ok());
        Some(from)
    }

    /// Edits the ritual with what the store reads: the stored fold and the logs after it. Whatever
    /// came before must not make a difference.
    fn edit(&mut self, act: &Act) {
        let mut plain = self.ritual.clone();
        plain.checkpoint = Checkpoint::empty(plain.starts_on());
        self.carry_out(act, &mut plain, &self.ledger(Date::MIN));
        let mut ritual = self.ritual.clone();
        let newest = self.ledger(ritual.checkpoint.next);
        self.carry_out(act, &mut ritual, &newest);
        plain.checkpoint = ritual.checkpoint.clone();
        assert_eq!(ritual, plain, "must follow from the newest logs alone");
        assert!(
            ritual
                .revisions
                .is_sorted_by(|one, next| one.from < next.from)
        );
        let mut intervals = ritual.participants.iter().flat_map(|p| &p.intervals);
        assert!(
            intervals.all(|interval| interval.until.is_none_or(|until| until >= interval.since))
        );
        self.ritual = ritual;
    }

    fn carry_out(&self, act: &Act, ritual: &mut Ritual, ledger: &Ledger) {
        let todays = self.todays();
        let mut amendment = Amendment::default();
        match act {
            Act::Agree(who) => {
                ritual.agree(self.members[*who], self.today(*who), ledger, todays);
            }
            Act::Withdraw(who) => {
                ritual.withdraw(self.members[*who], self.today(*who), ledger, todays);
            }
            Act::Cadence(cadence) => amendment.cadence = Some(cadence.clone()),
            Act::Forgiveness(forgiveness) => amendment.forgiveness = Some(*forgiveness),
            Act::Start { ago } if self.logs.is_empty() => {
                amendment.starts_on = Some(todays.earliest.plus(-ago));
            }
            _ => {}
        }
        let has_logs = !self.logs.is_empty();
        ritual
            .amend(amendment, has_logs, self.week_start, ledger, todays)
            .unwrap();
    }
}

fn todays(zones: &[Zone; 2], day_start: DayStart, now: DateTime<Utc>) -> Todays {
    let [one, other] = [0, 1].map(|who: usize| zones[who].today(now, day_start));
    Todays {
        earliest: one.min(other),
        latest: one.max(other),
    }
}
