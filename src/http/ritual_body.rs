//! A ritual on the wire, with its streak and its current period.

use serde::Serialize;
use utoipa::ToSchema;

use super::rests::RestBody;
use crate::domain::cadence::{Cadence, Period, Revision, Unit};
use crate::domain::day::Date;
use crate::domain::ledger::Ledger;
use crate::domain::practice::Practice;
use crate::domain::rest::Rest;
use crate::domain::ritual::{Forgiveness, Ritual, Rule, Status};
use crate::domain::story::State;
use crate::domain::streak::Streak;
use crate::domain::text::{Cue, Minutes, Title};
use crate::ids::{AccountId, RitualId};

/// A ritual, with its streak.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ritual)]
pub struct RitualBody {
    id: RitualId,
    title: Title,
    practice: Practice,
    cadence: Cadence,
    rule: Rule,
    starts_on: Date,
    #[schema(required)]
    cue: Option<Cue>,
    forgiveness: Forgiveness,
    #[schema(required)]
    target_minutes: Option<Minutes>,
    status: Status,
    proposed_by: AccountId,
    /// Who has a standing yes.
    participants: Vec<ParticipantBody>,
    /// The cadence that will hold from a later date on.
    #[schema(required)]
    upcoming: Option<Upcoming>,
    /// The rest that covers your today, its own or the couple's. Look at it before you remind anybody.
    #[schema(required)]
    rest: Option<RestBody>,
    streak: StreakBody,
    /// The period that holds your today.
    #[schema(required)]
    period: Option<PeriodBody>,
}

/// Somebody with a standing yes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Participant)]
pub struct ParticipantBody {
    member_id: AccountId,
    /// The first date they take part on.
    since: Date,
}

/// A cadence that does not hold yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct Upcoming {
    cadence: Cadence,
    /// The first date it holds for.
    from: Date,
}

/// How a ritual is going. One lapse never ends a streak.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Streak)]
pub struct StreakBody {
    /// Kept periods in a row, a forgiven lapse between them; `null` while the cadence is `anytime`.
    #[schema(required)]
    current: Option<u32>,
    #[schema(required)]
    unit: Option<Unit>,
    /// The first date of the streak.
    #[schema(required)]
    since: Option<Date>,
    /// The longest there ever was.
    best: u32,
    /// Everything ever kept. It never falls by itself.
    total_kept: u32,
    /// How firm the habit is, 0 to 1.
    #[schema(required, minimum = 0, maximum = 1)]
    strength: Option<f64>,
}

/// A period, and what each has done in it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Period)]
pub struct PeriodBody {
    first: Date,
    last: Date,
    state: State,
    /// On how many dates each has logged.
    credits: Vec<Credit>,
    /// How many dates it asks for.
    target: u8,
}

/// What one has done in a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct Credit {
    member_id: AccountId,
    count: usize,
}

impl PeriodBody {
    /// A period as its members see it.
    pub fn new(period: &Period<'_>, state: State, ritual: &Ritual, ledger: &Ledger) -> PeriodBody {
        let credit = |member_id| Credit {
            member_id,
            count: ledger.credit(member_id, period.first, period.last),
        };
        let members = ritual.participants.iter().map(|part| part.member);
        PeriodBody {
            first: period.first,
            last: period.last,
            state,
            credits: members
                .map(credit)
                .filter(|credit| credit.count > 0 || ritual.has_yes_of(credit.member_id))
                .collect(),
            target: period.cadence.target(),
        }
    }
}

impl RitualBody {
    /// A ritual as its members see it.
    pub fn new(
        ritual: &Ritual,
        status: Status,
        streak: Streak,
        period: Option<PeriodBody>,
        current: &Revision,
        upcoming: Option<&Revision>,
        rest: Option<Rest>,
    ) -> RitualBody {
        RitualBody {
            id: ritual.id,
            title: ritual.title.words.clone(),
            practice: ritual.practice,
            cadence: current.cadence.clone(),
            rule: ritual.rule,
            starts_on: ritual.starts_on(),
            cue: ritual.cue.as_ref().map(|cue| cue.words.clone()),
            forgiveness: ritual.forgiveness,
            target_minutes: ritual.target_minutes,
            status,
            proposed_by: ritual.proposed_by,
            participants: ritual
                .participants
                .iter()
                .filter_map(|participant| {
                    Some(ParticipantBody {
                        member_id: participant.member,
                        since: participant.since()?,
                    })
                })
                .collect(),
            upcoming: upcoming.map(|revision| Upcoming {
                cadence: revision.cadence.clone(),
                from: revision.from,
            }),
            rest: rest.map(RestBody::from),
            streak: StreakBody {
                current: streak.current,
                unit: streak.unit,
                since: streak.since,
                best: streak.best,
                total_kept: streak.total_kept,
                strength: streak.strength,
            },
            period,
        }
    }
}
