//! What was done, as far as somebody looks back.

use std::collections::BTreeMap;

use super::cadence::Cadence;
use super::couple::{Couple, Todays};
use super::day::Date;
use super::insight::{Insights, Part, Range, Sum};
use super::ledger::Ledger;
use super::rest::{Rest, RestDates};
use super::ritual::{Ritual, Rule};
use super::story::{Outcome, Story};
use super::year::{Day, Year};
use crate::ids::RitualId;

/// What is looked at: rituals, and what was done.
#[derive(Debug)]
pub struct Past<'a> {
    /// Whose it is.
    pub couple: &'a Couple,
    /// The dates it is for them.
    pub todays: Todays,
    /// All their rests.
    pub rests: &'a [Rest],
    /// The days of each ritual.
    days: BTreeMap<RitualId, Vec<Day>>,
}

impl<'a> Past<'a> {
    /// The past that these years tell of, the earliest first.
    pub fn new(
        couple: &'a Couple,
        todays: Todays,
        rests: &'a [Rest],
        years: &[(RitualId, Year)],
    ) -> Past<'a> {
        let mut days: BTreeMap<RitualId, Vec<Day>> = BTreeMap::new();
        for (ritual, year) in years {
            days.entry(*ritual).or_default().extend(year.days());
        }
        Past {
            couple,
            todays,
            rests,
            days,
        }
    }

    /// The days of a ritual in this range, in their order.
    fn days(&self, ritual: RitualId, range: Range) -> &[Day] {
        let days = self.days.get(&ritual).map_or(&[][..], Vec::as_slice);
        let days = &days[days.partition_point(|day| day.date < range.first)..];
        &days[..days.partition_point(|day| day.date <= range.last)]
    }

    /// Who logged a ritual when.
    fn ledger(&self, ritual: RitualId) -> Ledger {
        let mut members: Vec<_> = self.couple.members.iter().enumerate().collect();
        // In the ledger's own order there is nothing to sort.
        members.sort_by_key(|(_, member)| member.id);
        let days = self.days.get(&ritual).into_iter().flatten();
        days.flat_map(|day| {
            let there = members.iter().filter(|(place, _)| day.seats.hold(*place));
            there.map(|(_, member)| (member.id, day.date))
        })
        .collect()
    }

    /// What these rituals came to in this range.
    pub fn insights(&self, rituals: &[Ritual], range: Range) -> Insights {
        let mut insights = Insights::over(range, self.couple.week_start);
        for ritual in rituals {
            let rests = RestDates::of(ritual.id, self.rests);
            let ledger = self.ledger(ritual.id);
            let story = ritual.story(&rests, &ledger);
            let outcomes = self.outcomes(ritual, &story, range);
            let mut sum = Sum::default();
            for day in self.days(ritual.id, range) {
                let part = Sum::of_day(day);
                insights.add_to_cell(day.date, part);
                insights.add_to_week(day.date, part);
                sum += part;
            }
            for (date, outcome) in outcomes.iter().filter(|(date, _)| range.holds(*date)) {
                let part = Sum::of_period(outcome.kept);
                insights.add_to_week(*date, part);
                sum += part;
            }
            self.add_strengths(&mut insights, ritual, &outcomes, range);
            *insights.practices.entry(ritual.practice).or_default() += sum;
            insights.rituals.push(Part {
                ritual: ritual.id,
                sum,
                streak: story.streak(&ritual.checkpoint, self.todays),
            });
        }
        insights
    }

    /// The periods of a ritual that were kept or lapsed, by the date on which they count.
    fn outcomes<'s>(
        &self,
        ritual: &Ritual,
        story: &Story<'s>,
        range: Range,
    ) -> Vec<(Date, Outcome<'s>)> {
        let known = range.known(ritual, self.rests);
        let outcomes = story.outcomes(known.first, range.last, self.todays);
        let counted = outcomes.into_iter().map(|outcome| {
            // One that is kept before it is over counts now.
            let period = outcome.period;
            let date = period.last.min(self.todays.latest.max(period.first));
            (date, outcome)
        });
        counted.collect()
    }

    /// Adds to each week how firm this ritual was at its end; for one that goes on, now. It is told of what had
    /// begun, asked for something, and was not put away.
    fn add_strengths(
        &self,
        insights: &mut Insights,
        ritual: &Ritual,
        outcomes: &[(Date, Outcome<'_>)],
        range: Range,
    ) {
        let mut outcomes = outcomes.iter().peekable();
        let mut strength = 0.0;
        for week in &mut insights.weeks {
            let end = week.last().min(range.last).min(self.todays.latest);
            while let Some((_, outcome)) = outcomes.next_if(|(date, _)| *date <= end) {
                strength = outcome.strength;
            }
            let asks = ritual.timeline().at(end);
            let asks = asks.is_some_and(|(revision, _)| revision.cadence != Cadence::Anytime);
            let archived = |rest: &Rest| rest.archived(ritual.id, end, end);
            if week.first <= end && asks && !self.rests.iter().any(archived) {
                week.strength += strength;
            }
        }
    }

    /// On how many dates of this range a ritual was done as its rule says: by somebody, or by both.
    pub fn done(&self, ritual: &Ritual, range: Range) -> usize {
        let wanted = match ritual.rule {
            Rule::Either => 1,
            Rule::Both => self
                .couple
                .active()
                .filter(|one| ritual.has_yes_of(one.id))
                .count() as u32,
        };
        let days = self.days(ritual.id, range).iter();
        days.filter(|day| day.seats.count() >= wanted).count()
    }
}
