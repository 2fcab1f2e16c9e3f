//! Rituals: what two people agree to do, and how often.

use serde::{Deserialize, Serialize};

use super::agreement::{Answer, Participant};
use super::cadence::{Cadence, Revision, Timeline, WeekStart};
use super::couple::Todays;
use super::day::Date;
use super::ledger::Ledger;
use super::practice::Practice;
use super::refusal::Refusal;
use super::rest::{Rest, RestDates};
use super::story::{State, Story};
use super::streak::Checkpoint;
use super::text::{Cue, Minutes, Title, Written};
use super::word::words;
use crate::ids::{AccountId, RitualId};

/// The most rituals a couple can have that are not archived.
pub const MOST_ACTIVE: i64 = 100;

/// The most rituals a couple can have, the archived ones included: what has no bound has no cost either.
pub const MOST_RITUALS: i64 = 1000;

/// Who must log for a period to count as kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Rule {
    /// Either of the two: whoever logs, it counts for both.
    Either,
    /// Both of them.
    Both,
}

words!(Rule);

/// Whether a single lapse is forgiven.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Forgiveness {
    /// One lapse never ends a streak, two in a row do.
    #[default]
    Gentle,
    /// Every lapse ends it.
    Off,
}

words!(Forgiveness);

/// Where a ritual stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not both have a standing yes.
    Proposed,
    /// Both have said yes.
    Active,
    /// Put away; it can be brought back.
    Archived,
}

/// A ritual as somebody proposes it.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// What it is called.
    pub title: Title,
    /// What it nourishes.
    pub practice: Practice,
    /// How often.
    pub cadence: Cadence,
    /// Who must log.
    pub rule: Rule,
    /// Its first date; by default the earlier of the members' todays, so that both can log at once.
    pub starts_on: Option<Date>,
    /// What it follows on.
    pub cue: Option<Cue>,
    /// Whether a lapse is forgiven.
    pub forgiveness: Forgiveness,
    /// How long it is meant to take.
    pub target_minutes: Option<Minutes>,
}

/// A ritual, with its stored fold.
#[derive(Debug, Clone, PartialEq)]
pub struct Ritual {
    /// Its id.
    pub id: RitualId,
    /// Who proposed it.
    pub proposed_by: AccountId,
    /// What it is called.
    pub title: Written<Title>,
    /// What it nourishes.
    pub practice: Practice,
    /// Who must log.
    pub rule: Rule,
    /// Whether a lapse is forgiven.
    pub forgiveness: Forgiveness,
    /// What it follows on.
    pub cue: Option<Written<Cue>>,
    /// How long it is meant to take.
    pub target_minutes: Option<Minutes>,
    /// The cadence through time, oldest first, the first from the ritual's start.
    pub revisions: Vec<Revision>,
    /// Who takes part, and when.
    pub participants: Vec<Participant>,
    /// The fold over all settled periods.
    pub checkpoint: Checkpoint,
}

impl Ritual {
    /// A new ritual, proposed by `by`.
    pub fn propose(
        id: RitualId,
        by: AccountId,
        proposal: Proposal,
        week_start: WeekStart,
        todays: Todays,
    ) -> Result<Ritual, Refusal> {
        let from = proposal.starts_on.unwrap_or(todays.earliest);
        check_start(from, todays)?;
        Ok(Ritual {
            id,
            proposed_by: by,
            title: Written {
                words: proposal.title,
                by,
            },
            practice: proposal.practice,
            rule: proposal.rule,
            forgiveness: proposal.forgiveness,
            cue: proposal.cue.map(|words| Written { words, by }),
            target_minutes: proposal.target_minutes,
            revisions: vec![Revision {
                from,
                cadence: proposal.cadence,
                week_start,
            }],
            participants: vec![Participant::proposer(by, from)],
            checkpoint: Checkpoint::empty(from),
        })
    }

    /// The first date it can be logged for.
    pub fn starts_on(&self) -> Date {
        self.revisions[0].from
    }

    /// Its cadence through time.
    pub fn timeline(&self) -> Timeline<'_> {
        Timeline(&self.revisions)
    }

    /// All that decides about its periods.
    pub fn story<'a>(&'a self, rests: &'a RestDates, ledger: &'a Ledger) -> Story<'a> {
        Story {
            rule: self.rule,
            forgiveness: self.forgiveness,
            revisions: &self.revisions,
            participants: &self.participants,
            rests,
            ledger,
        }
    }

    /// This member's part, if they ever answered.
    pub fn participant(&self, member: AccountId) -> Option<&Participant> {
        self.participants
            .iter()
            .find(|participant| participant.member == member)
    }

    /// Whether this member has said yes, and it stands.
    pub fn has_yes_of(&self, member: AccountId) -> bool {
        self.participant(member)
            .is_some_and(|participant| participant.answer == Answer::Yes)
    }

    /// Who declined it, if somebody did. The proposer cannot, so it is one at most.
    pub fn declined_by(&self) -> Option<AccountId> {
        self.participants
            .iter()
            .find(|participant| participant.answer == Answer::Declined)
            .map(|participant| participant.member)
    }

    /// Where it stands, given the couple's rests.
    pub fn status(&self, rests: &[Rest]) -> Status {
        let yes = self
            .participants
            .iter()
            .filter(|participant| participant.answer == Answer::Yes)
            .count();
        if rests.iter().any(|rest| rest.archives(self.id)) {
            Status::Archived
        } else if yes == 2 {
            Status::Active
        } else {
            Status::Proposed
        }
    }

    /// Says yes for `member`, whose today is `today`. A yes that stands stays as it is.
    pub fn agree(&mut self, member: AccountId, today: Date, ledger: &Ledger, todays: Todays) {
        if self.has_yes_of(member) {
            return;
        }
        let kept_until = self.kept_until(ledger, todays);
        let starts_on = self.starts_on();
        self.part_of(member).agree(starts_on, today, kept_until);
    }

    /// Takes the yes of `member` back, or declines when there never was one.
    pub fn withdraw(&mut self, member: AccountId, today: Date, ledger: &Ledger, todays: Todays) {
        let kept_until = self.kept_until(ledger, todays);
        self.part_of(member).withdraw(today, kept_until);
    }

    /// This member's part; whoever has none yet gets one without a yes.
    fn part_of(&mut self, member: AccountId) -> &mut Participant {
        let known = self.participants.iter().position(|p| p.member == member);
        let index = known.unwrap_or_else(|| {
            self.participants.push(Participant::decliner(member));
            self.participants.len() - 1
        });
        &mut self.participants[index]
    }

    /// The last date of the latest kept period after the checkpoint. Older ones ended before
    /// or on anybody's yesterday, where they decide nothing about who takes part. Rests never make or
    /// unmake a kept period.
    fn kept_until(&self, ledger: &Ledger, todays: Todays) -> Option<Date> {
        self.story(RestDates::none(), ledger)
            .periods(&self.checkpoint, todays)
            .into_iter()
            .filter(|(_, state)| *state == State::Kept)
            .map(|(period, _)| period.last)
            .max()
    }

    /// The revision that has not begun yet, if there is one.
    pub fn upcoming(&self, ledger: &Ledger, todays: Todays) -> Option<&Revision> {
        let story = self.story(RestDates::none(), ledger);
        self.revisions
            .iter()
            .skip(1)
            .find(|revision| !story.revision_has_begun(revision, todays))
    }
}

/// A ritual starts at most 50 years back and at most a year after the later today.
pub(super) fn check_start(start: Date, todays: Todays) -> Result<(), Refusal> {
    let earliest = todays.earliest.plus_years(-50);
    let latest = todays.latest.plus_years(1);
    if (earliest..=latest).contains(&start) {
        Ok(())
    } else {
        Err(Refusal::StartOutOfRange)
    }
}
