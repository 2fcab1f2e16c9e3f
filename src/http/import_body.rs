//! An export, read again: what it holds as domain values with new ids, or where it holds what cannot be.

use std::mem;

use chrono::{DateTime, Utc};

use super::error::Invalid;
use super::export_body::{
    ExportedCouple, ExportedPartner, ExportedRest, ExportedRevision, ExportedRitual, Who,
};
use super::import_alone::Alone;
use super::import_cast::Cast;
use crate::domain::Refusal;
use crate::domain::account::Account;
use crate::domain::appreciation::Appreciation;
use crate::domain::cadence::{Revision, Timeline};
use crate::domain::checkup::Checkup;
use crate::domain::couple::Couple;
use crate::domain::ledger::Ledger;
use crate::domain::log::Log;
use crate::domain::plan::{MOST_PLANS, Plan};
use crate::domain::prompt::Answer;
use crate::domain::reminder::Reminder;
use crate::domain::rest::{MOST_RESTS, Rest, RestDates, Scope, Span};
use crate::domain::ritual::{MOST_ACTIVE, MOST_RITUALS, Ritual};
use crate::domain::streak::{Checkpoint, settled_before};
use crate::domain::text::{Email, Written};
use crate::ids::{AccountId, Chance, CoupleId, RestId, RitualId, Secret};

/// What is read, or the first value that cannot be.
pub type Result<T> = std::result::Result<T, Invalid>;

/// A couple of the document, and all that it holds.
#[derive(Debug)]
pub struct Household {
    /// The couple.
    pub couple: Couple,
    /// Whoever stands in for the partner, so that nobody else can take that seat.
    pub partner: Option<Account>,
    /// The rituals, the oldest first, each with its logs.
    pub rituals: Vec<(Ritual, Vec<Log>)>,
    /// All the rests.
    pub rests: Vec<Rest>,
    /// What was said to the questions of the day.
    pub answers: Vec<Answer>,
    /// The check-ups.
    pub checkups: Vec<Checkup>,
    /// All the plans: those of one ritual, or of none, in the order in which they were made.
    pub plans: Vec<Plan>,
    /// One's own reminders.
    pub reminders: Vec<Reminder>,
    /// The thank-yous, the oldest first.
    pub appreciations: Vec<Appreciation>,
}

/// Whoever reads a document for somebody.
#[derive(Debug)]
pub struct Reader<'a> {
    /// Whose it is.
    pub me: &'a Account,
    /// How the partner of the open couple signs in, if they come along.
    pub partner_email: Option<Email>,
    /// Where new ids come from.
    pub chance: &'a mut Chance,
    /// When it is read.
    pub now: DateTime<Utc>,
}

impl Reader<'_> {
    /// Reads every couple.
    pub fn couples(&mut self, couples: Vec<ExportedCouple>) -> Result<Vec<Household>> {
        let last = couples.len().saturating_sub(1);
        let place = |index| format!("/couples/{index}");
        let misplaced = couples.iter().take(last).position(|couple| !couple.closed);
        if let Some(index) = misplaced {
            return refuse(&place(index), "closed", "must be true of all but the last");
        }
        let couples = couples.into_iter().enumerate();
        couples
            .map(|(index, couple)| self.couple(couple, &place(index)))
            .collect()
    }

    fn couple(&mut self, body: ExportedCouple, at: &str) -> Result<Household> {
        check_counts(&body, at)?;
        let partner = body
            .partner
            .map(|partner| self.stand_in(partner, body.closed));
        let members = [Some(self.me), partner.as_ref()];
        let couple = Couple {
            id: CoupleId::new(self.chance),
            name: body.name,
            day_start: body.day_start,
            week_start: body.week_start,
            together_since: body.together_since,
            closed: body.closed,
            members: members
                .into_iter()
                .flatten()
                .map(Account::as_member)
                .collect(),
        };
        let mut rests = self.rests(body.rests, Scope::Couple, &format!("{at}/rests"))?;
        let mut rituals = Vec::with_capacity(body.rituals.len());
        let mut plans = self.plans(body.plans, None, &couple, at)?;
        let mut reminders = Vec::new();
        for (index, mut ritual) in body.rituals.into_iter().enumerate() {
            let at = format!("{at}/rituals/{index}");
            let planned = mem::take(&mut ritual.plans);
            let reminded = ritual.my_reminders.take();
            let (ritual, logs) = self.ritual(ritual, &couple, &mut rests, &at)?;
            plans.extend(self.plans(planned, Some(ritual.id), &couple, &at)?);
            reminders.extend(reminded.map(|told| self.reminder(told, &ritual, &couple)));
            rituals.push((ritual, logs));
        }
        let alone = Alone {
            couple: &couple,
            me: self.me.id,
            at,
            now: self.now,
        };
        let answers = alone.prompts(body.my_prompts, body.partner_prompts)?;
        let (mine, theirs) = (body.my_checkups, body.partner_checkups);
        let checkups = alone.checkups(mine, theirs, self.chance)?;
        let appreciations = self.appreciations(body.appreciations, &couple, at)?;
        Ok(Household {
            couple,
            partner,
            rituals,
            rests,
            answers,
            checkups,
            plans,
            reminders,
            appreciations,
        })
    }

    /// An account that nobody signs in to, unless the partner comes along.
    fn stand_in(&mut self, partner: ExportedPartner, closed: bool) -> Account {
        let email = match closed {
            true => None,
            false => self.partner_email.take(),
        };
        let zone = partner.time_zone.clone();
        Account {
            id: AccountId::new(self.chance),
            email: email.unwrap_or_else(|| Email::stand_in(&Secret::code(self.chance))),
            name: partner.name,
            shares_zone: zone.is_some(),
            zone: zone.unwrap_or_else(|| self.me.zone.clone()),
            created_at: self.now,
        }
    }

    fn rests(&mut self, rests: Vec<ExportedRest>, scope: Scope, at: &str) -> Result<Vec<Rest>> {
        let rests = rests.into_iter().enumerate();
        rests
            .map(|(index, rest)| {
                let span = Span::new(rest.from, rest.to);
                Ok(Rest {
                    id: RestId::new(self.chance),
                    scope,
                    span: span.or_else(|why| refuse(at, &format!("{index}/to"), why))?,
                })
            })
            .collect()
    }

    /// Reads a ritual, its logs, and its rests into the couple's. The streak is folded from scratch.
    fn ritual(
        &mut self,
        body: ExportedRitual,
        couple: &Couple,
        rests: &mut Vec<Rest>,
        at: &str,
    ) -> Result<(Ritual, Vec<Log>)> {
        let id = RitualId::new(self.chance);
        let cast = Cast {
            couple,
            me: self.me.id,
            at,
        };
        rests.extend(self.rests(body.rests, Scope::Ritual(id), &format!("{at}/rests"))?);
        let archives = self.rests(body.archives, Scope::Archive(id), &format!("{at}/archives"))?;
        if archives.iter().filter(|rest| rest.archives(id)).count() > 1 {
            return refuse(at, "archives", "can be without an end only once");
        }
        rests.extend(archives);
        let revisions = revisions(body.revisions, at)?;
        let proposed_by = cast.id("proposed_by", body.proposed_by)?;
        let mut participants = Vec::new();
        participants.extend(cast.part(Who::Me, "my_part", body.my_part)?);
        participants.extend(cast.part(Who::Partner, "partner_part", body.partner_part)?);
        participants.sort_by_key(|part| part.member != proposed_by);
        let cue = cast.written("cue_by", body.cue, body.cue_by)?;
        let mut ritual = Ritual {
            id,
            proposed_by,
            title: Written {
                words: body.title,
                by: cast.id("title_by", body.title_by)?,
            },
            practice: body.practice,
            rule: body.rule,
            forgiveness: body.forgiveness,
            cue,
            target_minutes: body.target_minutes,
            checkpoint: Checkpoint::empty(revisions[0].from),
            revisions,
            participants,
        };
        let mut logs = cast.logs("my_logs", body.my_logs, &ritual, self.now)?;
        logs.extend(cast.logs("partner_logs", body.partner_logs, &ritual, self.now)?);
        let ledger = Ledger::from_iter(logs.iter().map(|log| (log.member, log.date)));
        let rests = RestDates::of(id, rests);
        ritual.checkpoint =
            Checkpoint::from_scratch(&ritual.story(&rests, &ledger), settled_before(self.now));
        Ok((ritual, logs))
    }
}

fn revisions(told: Vec<ExportedRevision>, at: &str) -> Result<Vec<Revision>> {
    let revisions: Vec<Revision> = told.into_iter().map(Revision::from).collect();
    if !Timeline(&revisions).is_in_order() {
        let why = "must be one or more, each beginning after the one before";
        return refuse(at, "revisions", why);
    }
    Ok(revisions)
}

/// A couple can hold so much, wherever it comes from.
fn check_counts(couple: &ExportedCouple, at: &str) -> Result<()> {
    let exceeds = |count: usize, most: i64| i64::try_from(count).is_ok_and(|count| count > most);
    let is_archived = |ritual: &&ExportedRitual| ritual.archives.iter().any(|it| it.to.is_none());
    let rituals = couple.rituals.len();
    let active = rituals - couple.rituals.iter().filter(is_archived).count();
    if exceeds(rituals, MOST_RITUALS) || exceeds(active, MOST_ACTIVE) {
        return refuse(at, "rituals", Refusal::TooManyRituals);
    }
    let rests = couple.rituals.iter().map(|ritual| ritual.rests.len());
    if exceeds(couple.rests.len() + rests.sum::<usize>(), MOST_RESTS) {
        return refuse(at, "rests", Refusal::TooManyRests);
    }
    let plans = couple.rituals.iter().map(|ritual| ritual.plans.len());
    if exceeds(couple.plans.len() + plans.sum::<usize>(), MOST_PLANS) {
        return refuse(at, "plans", Refusal::TooManyPlans);
    }
    Ok(())
}

/// Refuses the value of a field.
pub fn refuse<T>(at: &str, field: &str, why: impl ToString) -> Result<T> {
    Err(Invalid::body(&format!("{at}/{field}"), why))
}
