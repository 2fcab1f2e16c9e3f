//! Changing a ritual: what is corrected, what stands, and from when a new cadence holds.

use super::cadence::{Cadence, Revision, WeekStart};
use super::couple::Todays;
use super::day::Date;
use super::ledger::Ledger;
use super::patch::Patch;
use super::practice::Practice;
use super::refusal::Refusal;
use super::rest::RestDates;
use super::ritual::{Forgiveness, Ritual, Rule, check_start};
use super::story::Story;
use super::text::{Cue, Minutes, Title, Written};

/// What somebody changes about a ritual; what is not named stays.
#[derive(Debug, Clone, Default)]
pub struct Amendment {
    /// A new title.
    pub title: Option<Written<Title>>,
    /// Another practice.
    pub practice: Option<Practice>,
    /// Another cadence: corrected before the first log, a revision afterwards.
    pub cadence: Option<Cadence>,
    /// Another rule, before the first log only.
    pub rule: Option<Rule>,
    /// Another start, before the first log only.
    pub starts_on: Option<Date>,
    /// Another cue, or none.
    pub cue: Patch<Written<Cue>>,
    /// Another forgiveness, for all the history.
    pub forgiveness: Option<Forgiveness>,
    /// Another duration, or none.
    pub target_minutes: Patch<Minutes>,
}

impl Ritual {
    /// Changes what is named. While there is no log, cadence, rule and start are simply corrected;
    /// otherwise rule and start stand, and the cadence changes by revision. `ledger` need hold only the
    /// logs after the checkpoint, so `has_logs` tells whether there are any at all.
    pub fn amend(
        &mut self,
        amendment: Amendment,
        has_logs: bool,
        week_start: WeekStart,
        ledger: &Ledger,
        todays: Todays,
    ) -> Result<(), Refusal> {
        let rule = amendment.rule.filter(|rule| *rule != self.rule);
        let start = amendment
            .starts_on
            .filter(|start| *start != self.starts_on());
        if has_logs && rule.is_some() {
            return Err(Refusal::RuleStands);
        }
        if has_logs && start.is_some() {
            return Err(Refusal::StartStands);
        }
        if let Some(start) = start {
            check_start(start, todays)?;
        }
        match amendment.cadence {
            Some(cadence) if has_logs => self.revise(cadence, week_start, ledger, todays),
            Some(cadence) => self.correct(cadence, week_start, start),
            None if start.is_some() => {
                let story = self.story(RestDates::none(), ledger);
                let current = story.current_revision(todays).clone();
                self.correct(current.cadence, current.week_start, start);
            }
            None => {}
        }
        self.rule = rule.unwrap_or(self.rule);
        self.forgiveness = amendment.forgiveness.unwrap_or(self.forgiveness);
        self.practice = amendment.practice.unwrap_or(self.practice);
        self.rewrite(amendment.title, amendment.cue);
        amendment.target_minutes.apply(&mut self.target_minutes);
        Ok(())
    }

    /// Puts new words in place of the old. Whoever only repeats them did not write them.
    fn rewrite(&mut self, title: Option<Written<Title>>, cue: Patch<Written<Cue>>) {
        let old = &self.title.words;
        if let Some(title) = title.filter(|title| title.words != *old) {
            self.title = title;
        }
        let old = self.cue.as_ref().map(|cue| &cue.words);
        let repeats = matches!(&cue, Patch::Set(cue) if Some(&cue.words) == old);
        if !repeats {
            cue.apply(&mut self.cue);
        }
    }

    /// Rewrites cadence and start of a ritual that nobody has logged: one revision remains.
    fn correct(&mut self, cadence: Cadence, week_start: WeekStart, start: Option<Date>) {
        let from = start.unwrap_or(self.starts_on());
        self.revisions = vec![Revision {
            from,
            cadence,
            week_start,
        }];
        for participant in &mut self.participants {
            participant.follow_start(from);
        }
    }

    /// Adds a revision that starts after everything already begun, in place of one that has not
    /// begun; asking for what holds now takes the upcoming one back.
    fn revise(&mut self, cadence: Cadence, week_start: WeekStart, ledger: &Ledger, todays: Todays) {
        let story = self.story(RestDates::none(), ledger);
        let begun = |revision: &&Revision| {
            revision.from == self.starts_on() || story.revision_has_begun(revision, todays)
        };
        let mut revisions: Vec<Revision> = self.revisions.iter().filter(begun).cloned().collect();
        let retained = Story {
            revisions: &revisions,
            ..story
        };
        let from = retained.begun_until(&self.checkpoint, todays).next();
        let wanted = Revision {
            from,
            cadence,
            week_start,
        };
        if !revisions
            .last()
            .is_some_and(|current| current.asks_the_same(&wanted))
        {
            revisions.push(wanted);
        }
        self.revisions = revisions;
    }
}
