//! Rests: holiday, illness, a hard week. No reason asked.

use super::day::Date;
use super::refusal::Refusal;
use crate::ids::{RestId, RitualId};

/// The most rests a couple can have.
pub const MOST_RESTS: i64 = 1000;

/// A stretch of dates, both ends inclusive; open-ended without `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first date.
    pub from: Date,
    /// The last date, if it has an end.
    pub to: Option<Date>,
}

impl Span {
    /// The span, unless it ends before it begins.
    pub fn new(from: Date, to: Option<Date>) -> Result<Span, Refusal> {
        if to.is_some_and(|to| to < from) {
            return Err(Refusal::RestEndsBeforeItBegins);
        }
        Ok(Span { from, to })
    }

    /// Whether it shares a date with `first` to `last`.
    pub fn overlaps(&self, first: Date, last: Date) -> bool {
        self.from <= last && self.to.is_none_or(|to| first <= to)
    }

    /// Whether it holds every date from `first` to `last`.
    pub fn covers(&self, first: Date, last: Date) -> bool {
        self.from <= first && self.to.is_none_or(|to| last <= to)
    }
}

/// All the dates on which a ritual rests: spans in order that neither touch nor overlap, so that a look-up
/// stays quick however many rests there were.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RestDates(Vec<Span>);

impl RestDates {
    /// No dates at all.
    pub fn none() -> &'static RestDates {
        static NONE: RestDates = RestDates(Vec::new());
        &NONE
    }

    /// Whether any date from `first` to `last` is among them.
    pub fn touch(&self, first: Date, last: Date) -> bool {
        let over = |span: &Span| span.to.is_some_and(|to| to < first);
        let next = self.0.get(self.0.partition_point(over));
        next.is_some_and(|span| span.overlaps(first, last))
    }

    /// Since when it rests without an end, if it does.
    pub fn endless_from(&self) -> Option<Date> {
        let last = self.0.last().filter(|span| span.to.is_none());
        last.map(|span| span.from)
    }

    /// What they leave of a span, in order.
    pub fn leave_of(&self, span: Span) -> Vec<Span> {
        let (mut from, last) = (span.from, span.to.unwrap_or(Date::MAX));
        let mut left = Vec::new();
        for rest in self.0.iter().filter(|rest| rest.overlaps(span.from, last)) {
            if from < rest.from {
                let to = Some(rest.from.previous());
                left.push(Span { from, to });
            }
            match rest.to {
                Some(to) if to < last => from = to.next(),
                _ => return left,
            }
        }
        left.push(Span { from, to: span.to });
        left
    }

    /// The dates of those rests that silence this ritual.
    pub fn of(ritual: RitualId, rests: &[Rest]) -> RestDates {
        rests
            .iter()
            .filter(|rest| rest.scope.covers(ritual))
            .map(|rest| rest.span)
            .collect()
    }
}

impl FromIterator<Span> for RestDates {
    fn from_iter<I: IntoIterator<Item = Span>>(spans: I) -> RestDates {
        let mut spans: Vec<Span> = spans.into_iter().collect();
        spans.sort_by_key(|span| span.from);
        let mut merged: Vec<Span> = Vec::new();
        for span in spans {
            match merged.last_mut() {
                Some(last) if last.to.is_none_or(|to| span.from <= to.next()) => {
                    last.to = last.to.zip(span.to).map(|(one, other)| one.max(other));
                }
                _ => merged.push(span),
            }
        }
        RestDates(merged)
    }
}

/// What a rest is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All the couple's rituals.
    Couple,
    /// One ritual.
    Ritual(RitualId),
    /// One ritual, put away: an archived ritual rests until it is brought back.
    Archive(RitualId),
}

impl Scope {
    /// Whether it silences this ritual.
    pub fn covers(&self, ritual: RitualId) -> bool {
        match self {
            Scope::Couple => true,
            Scope::Ritual(id) | Scope::Archive(id) => *id == ritual,
        }
    }

    /// The ritual it names, if it names one.
    pub fn ritual(&self) -> Option<RitualId> {
        match self {
            Scope::Couple => None,
            Scope::Ritual(id) | Scope::Archive(id) => Some(*id),
        }
    }
}

/// A rest of a couple.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rest {
    /// Its id.
    pub id: RestId,
    /// What rests.
    pub scope: Scope,
    /// When.
    pub span: Span,
}

impl Rest {
    /// Whether this rest kept `ritual` archived from `first` to `last`.
    pub fn archived(&self, ritual: RitualId, first: Date, last: Date) -> bool {
        self.scope == Scope::Archive(ritual) && self.span.covers(first, last)
    }

    /// Whether this rest keeps `ritual` archived now.
    pub fn archives(&self, ritual: RitualId) -> bool {
        self.scope == Scope::Archive(ritual) && self.span.to.is_none()
    }
}
