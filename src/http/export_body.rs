//! The document in which somebody takes their life along, as it is written and as it is read again.
//!
//! It holds no ids: people are the words `me` and `partner`. Of the partner it holds what they shared, and
//! no instants. Everything in it stands in an order of its own, so that the same life makes the same bytes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::export_alone::{MyCheckup, MyPrompt, MyReminders, PartnerPrompt, SharedCheckup};
use super::schema::Instant;
use crate::domain::agreement::Interval;
use crate::domain::cadence::{Cadence, Revision, WeekStart};
use crate::domain::day::{Date, DayStart, Zone};
use crate::domain::log::Visibility;
use crate::domain::practice::Practice;
use crate::domain::rest::Span;
use crate::domain::ritual::{Forgiveness, Rule};
use crate::domain::text::{CoupleName, Cue, Email, Minutes, Mood, Name, Note, Thanks, Title};
use crate::domain::time::WallTime;
use crate::domain::word::words;

/// Everything of yours, and everything shared.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// What this is.
    pub(super) format: Format,
    /// How it is to be read.
    pub(super) version: Version,
    /// Yourself.
    pub(super) account: ExportedAccount,
    /// The couples in which you were one of the two, the first one first.
    pub(super) couples: Vec<ExportedCouple>,
}

/// The word with which every export says what it is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Format;

impl Format {
    /// The word.
    pub const WORD: &str = "hearth-export";
}

impl TryFrom<String> for Format {
    type Error = &'static str;

    fn try_from(word: String) -> Result<Format, Self::Error> {
        (word == Format::WORD)
            .then_some(Format)
            .ok_or("must be the word hearth-export: this is no export of Hearth's")
    }
}

impl From<Format> for String {
    fn from(_: Format) -> String {
        Format::WORD.to_owned()
    }
}

/// The version in which exports are written.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Version;

impl Version {
    /// The number.
    pub const NUMBER: i64 = 1;
}

impl TryFrom<i64> for Version {
    type Error = &'static str;

    fn try_from(number: i64) -> Result<Version, Self::Error> {
        (number == Version::NUMBER)
            .then_some(Version)
            .ok_or("must be 1: another Hearth wrote this, and can read it")
    }
}

impl From<Version> for i64 {
    fn from(_: Version) -> i64 {
        Version::NUMBER
    }
}

/// Your account, without anything that opens it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedAccount {
    pub(super) email: Email,
    pub(super) name: Name,
    pub(super) time_zone: Zone,
    pub(super) share_time_zone: bool,
    pub(super) created_at: Instant,
}

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Who {
    /// Whoever took this along.
    Me,
    /// The other one.
    Partner,
}

words!(Who);

/// A couple, and what it holds. Of a closed one: what it held when it closed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedCouple {
    /// Whether one of the two left. All but the last are closed.
    pub(super) closed: bool,
    #[schema(required)]
    pub(super) name: Option<CoupleName>,
    pub(super) day_start: DayStart,
    pub(super) week_start: WeekStart,
    #[schema(required)]
    pub(super) together_since: Option<Date>,
    /// The other one; nobody while you were alone, or once they erased themselves.
    #[schema(required)]
    pub(super) partner: Option<ExportedPartner>,
    /// The rests of all rituals, the earliest first.
    pub(super) rests: Vec<ExportedRest>,
    /// The rituals, the archived ones too, the oldest first.
    pub(super) rituals: Vec<ExportedRitual>,
    /// What you said to the questions of the day, by date.
    #[serde(default)]
    pub(super) my_prompts: Vec<MyPrompt>,
    /// What your partner said to those that both of you answered, by date.
    #[serde(default)]
    pub(super) partner_prompts: Vec<PartnerPrompt>,
    /// Your check-ups: the unfinished one first, then the latest.
    #[serde(default)]
    pub(super) my_checkups: Vec<MyCheckup>,
    /// What your partner shares of check-ups to which none of yours belongs, the latest first.
    #[serde(default)]
    pub(super) partner_checkups: Vec<SharedCheckup>,
    /// The plans without a ritual, in the order in which they were made.
    #[serde(default)]
    #[schema(required)]
    pub(super) plans: Vec<ExportedPlan>,
    /// Your thank-yous to each other, the oldest first.
    #[serde(default)]
    #[schema(required)]
    pub(super) appreciations: Vec<ExportedAppreciation>,
}

/// The other one.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedPartner {
    /// What they are called; in a closed couple, what they were called when it closed.
    pub(super) name: Name,
    /// Where they live, when they share it; never of a closed couple.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) time_zone: Option<Zone>,
}

/// A stretch of dates on which nothing is expected.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedRest {
    pub(super) from: Date,
    /// The last date; open-ended when `null`.
    #[schema(required)]
    pub(super) to: Option<Date>,
}

/// A plan.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedPlan {
    pub(super) date: Date,
    #[schema(required)]
    pub(super) at: Option<WallTime>,
    #[schema(required)]
    pub(super) title: Option<Title>,
    /// Who wrote the title last.
    #[schema(required)]
    pub(super) title_by: Option<Who>,
    pub(super) planner: Who,
}

/// A thank-you.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedAppreciation {
    /// Who wrote it.
    pub(super) from: Who,
    pub(super) date: Date,
    pub(super) text: Thanks,
    pub(super) hearted: bool,
}

/// A ritual, and what was done.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedRitual {
    pub(super) proposed_by: Who,
    pub(super) title: Title,
    /// Who wrote the title last.
    pub(super) title_by: Who,
    pub(super) practice: Practice,
    pub(super) rule: Rule,
    pub(super) forgiveness: Forgiveness,
    #[schema(required)]
    pub(super) cue: Option<Cue>,
    /// Who wrote the cue last.
    #[schema(required)]
    pub(super) cue_by: Option<Who>,
    #[schema(required)]
    pub(super) target_minutes: Option<Minutes>,
    /// The cadence through time, the oldest first. The first one begins where the ritual does.
    #[schema(min_items = 1)]
    pub(super) revisions: Vec<ExportedRevision>,
    /// The rests of this ritual alone, the earliest first.
    pub(super) rests: Vec<ExportedRest>,
    /// When it was archived, the earliest first; without an end, it is archived now.
    pub(super) archives: Vec<ExportedRest>,
    /// Its plans, in the order in which they were made.
    #[serde(default)]
    #[schema(required)]
    pub(super) plans: Vec<ExportedPlan>,
    /// Your own reminders of it; `null` when you set none.
    #[serde(default)]
    #[schema(required)]
    pub(super) my_reminders: Option<MyReminders>,
    /// When you take part; `null` while you never said yes.
    #[schema(required)]
    pub(super) my_part: Option<Vec<ExportedInterval>>,
    /// When your partner takes part; `null` while they never said yes.
    #[schema(required)]
    pub(super) partner_part: Option<Vec<ExportedInterval>>,
    /// What you logged, by date.
    pub(super) my_logs: Vec<MyLog>,
    /// What your partner logged, by date.
    pub(super) partner_logs: Vec<PartnerLog>,
}

/// A cadence, and from when it holds.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedRevision {
    pub(super) from: Date,
    pub(super) cadence: Cadence,
    pub(super) week_start: WeekStart,
}

/// A stretch of dates in which somebody takes part. Of the last one, `until` is `null` while their yes
/// stands.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedInterval {
    pub(super) since: Date,
    #[schema(required)]
    pub(super) until: Option<Date>,
    /// The date it was for them when they said yes; `null` for the proposer, who takes part from the start.
    #[schema(required)]
    pub(super) agreed_on: Option<Date>,
}

/// A log of yours.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MyLog {
    pub(super) date: Date,
    #[schema(required)]
    pub(super) minutes: Option<Minutes>,
    #[schema(required)]
    pub(super) note: Option<Note>,
    #[schema(required)]
    pub(super) mood: Option<Mood>,
    pub(super) visibility: Visibility,
    pub(super) logged_at: Instant,
    pub(super) time_zone: Zone,
}

/// A log of your partner's, with the words that they shared. Nothing tells of more.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartnerLog {
    pub(super) date: Date,
    #[schema(required)]
    pub(super) minutes: Option<Minutes>,
    #[schema(required)]
    pub(super) note: Option<Note>,
    #[schema(required)]
    pub(super) mood: Option<Mood>,
}

impl From<Span> for ExportedRest {
    fn from(span: Span) -> ExportedRest {
        ExportedRest {
            from: span.from,
            to: span.to,
        }
    }
}

impl From<Revision> for ExportedRevision {
    fn from(revision: Revision) -> ExportedRevision {
        ExportedRevision {
            from: revision.from,
            cadence: revision.cadence,
            week_start: revision.week_start,
        }
    }
}

impl From<ExportedRevision> for Revision {
    fn from(revision: ExportedRevision) -> Revision {
        Revision {
            from: revision.from,
            cadence: revision.cadence,
            week_start: revision.week_start,
        }
    }
}

impl From<Interval> for ExportedInterval {
    fn from(interval: Interval) -> ExportedInterval {
        ExportedInterval {
            since: interval.since,
            until: interval.until,
            agreed_on: interval.agreed_on,
        }
    }
}

impl From<ExportedInterval> for Interval {
    fn from(interval: ExportedInterval) -> Interval {
        Interval {
            since: interval.since,
            until: interval.until,
            agreed_on: interval.agreed_on,
        }
    }
}
