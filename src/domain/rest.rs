//! Rests: holiday, illness, a hard week. No reason asked.

use super::day::Date;
use super::refusal::Refusal;
use crate::ids::{RestId, RitualId};

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
    /// Whether this rest keeps `ritual` archived now.
    pub fn archives(&self, ritual: RitualId) -> bool {
        self.scope == Scope::Archive(ritual) && self.span.to.is_none()
    }
}
