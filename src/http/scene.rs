//! How a couple's rituals stand at one instant, and how one of the two sees them.

use chrono::{DateTime, Utc};

use super::ritual_body::{PeriodBody, RitualBody};
use crate::domain::cadence::Period;
use crate::domain::couple::{Couple, Todays};
use crate::domain::day::Date;
use crate::domain::ledger::Ledger;
use crate::domain::log::Log;
use crate::domain::milestone;
use crate::domain::rest::{Rest, RestDates, Scope};
use crate::domain::ritual::Ritual;
use crate::domain::streak::settled_before;
use crate::ids::{AccountId, CoupleId, RitualId};
use crate::store::rituals::Which;
use crate::store::{self, Tx};

/// What is needed, besides the rituals, to tell how they stand: the rests and the logs that no
/// checkpoint holds yet. Two statements, however long the history.
#[derive(Debug)]
pub struct Scene {
    /// Who looks.
    pub me: AccountId,
    /// The date it is for them.
    pub today: Date,
    /// The dates it is for both.
    pub todays: Todays,
    /// The rests that reach the unsettled dates.
    pub rests: Vec<Rest>,
    logs: Vec<Log>,
    couple: CoupleId,
    now: DateTime<Utc>,
}

impl Scene {
    /// Reads the scene around `rituals`, which are some or all of `which`.
    pub async fn load(
        tx: &mut Tx,
        couple: &Couple,
        me: AccountId,
        now: DateTime<Utc>,
        which: Which,
        rituals: &[Ritual],
    ) -> store::Result<Scene> {
        let mut scene = Scene::new(couple, me, now, Vec::new(), Vec::new());
        let unsettled_from = rituals
            .iter()
            .map(|ritual| ritual.checkpoint.next)
            .fold(scene.today, Date::min);
        scene.rests = store::rests::reaching(tx, couple.id, which, unsettled_from).await?;
        scene.logs = store::logs::unsettled(tx, couple.id, which).await?;
        Ok(scene)
    }

    /// The scene of what was read already.
    pub fn new(
        couple: &Couple,
        me: AccountId,
        now: DateTime<Utc>,
        rests: Vec<Rest>,
        logs: Vec<Log>,
    ) -> Scene {
        let todays = couple.todays(now);
        let member = couple.member(me);
        Scene {
            me,
            today: member.map_or(todays.latest, |me| couple.today(me, now)),
            todays,
            rests,
            logs,
            couple: couple.id,
            now,
        }
    }

    /// Who logged this ritual when, since its checkpoint.
    pub fn ledger(&self, ritual: RitualId) -> Ledger {
        self.logs
            .iter()
            .filter(|log| log.ritual == ritual)
            .map(|log| (log.member, log.date))
            .collect()
    }

    /// This member's log of a ritual for the caller's today.
    pub fn todays_log(&self, ritual: RitualId, member: AccountId) -> Option<&Log> {
        self.logs
            .iter()
            .find(|log| log.ritual == ritual && log.member == member && log.date == self.today)
    }

    /// How often the ritual was kept, when what was logged for the caller's today made it a number worth a word.
    pub fn milestone(&self, ritual: &Ritual) -> Option<u32> {
        let ledger = self.ledger(ritual.id);
        let mut before = ledger.clone();
        for log in self.logs.iter().filter(|log| log.ritual == ritual.id) {
            if log.date == self.today {
                before.remove(log.member, log.date);
            }
        }
        if before == ledger {
            return None;
        }
        let rests = RestDates::of(ritual.id, &self.rests);
        let total = |ledger: &Ledger| {
            let story = ritual.story(&rests, ledger);
            story.streak(&ritual.checkpoint, self.todays).total_kept
        };
        milestone::reached(total(&before), total(&ledger))
    }

    /// The rest that covers the caller's today: of all rituals, or such that this one rests. Of several,
    /// the one that lasts longest.
    pub fn rest(&self, ritual: Option<RitualId>) -> Option<Rest> {
        let today = self.today;
        let applies = |rest: &&Rest| match rest.scope {
            Scope::Couple => true,
            Scope::Ritual(id) => ritual == Some(id),
            Scope::Archive(_) => false,
        };
        self.rests
            .iter()
            .filter(|rest| rest.span.overlaps(today, today))
            .filter(applies)
            .max_by_key(|rest| (rest.span.to.is_none(), rest.span.to, rest.id))
            .copied()
    }

    /// Brings a ritual's checkpoint up to date after an act that touched `date`, and saves it.
    pub async fn settle(&self, tx: &mut Tx, ritual: &mut Ritual, date: Date) -> store::Result<()> {
        let before = ritual.checkpoint.clone();
        if date < before.next {
            store::checkpoints::refold(tx, self.couple, ritual, self.now).await?;
        } else {
            let rests = RestDates::of(ritual.id, &self.rests);
            let ledger = self.ledger(ritual.id);
            let mut checkpoint = before.clone();
            checkpoint.advance(&ritual.story(&rests, &ledger), settled_before(self.now));
            ritual.checkpoint = checkpoint;
        }
        if ritual.checkpoint != before {
            store::rituals::update(tx, self.couple, ritual).await?;
        }
        Ok(())
    }

    /// When a ritual rests.
    pub fn rests_of(&self, ritual: RitualId) -> RestDates {
        RestDates::of(ritual, &self.rests)
    }

    /// How strong a habit a ritual is, if it has a streak at all.
    pub fn strength(&self, ritual: &Ritual) -> Option<f64> {
        let (rests, ledger) = (self.rests_of(ritual.id), self.ledger(ritual.id));
        let story = ritual.story(&rests, &ledger);
        story.streak(&ritual.checkpoint, self.todays).strength
    }

    /// A ritual, as the caller sees it.
    pub fn show(&self, ritual: &Ritual) -> RitualBody {
        let rests = RestDates::of(ritual.id, &self.rests);
        let ledger = self.ledger(ritual.id);
        let story = ritual.story(&rests, &ledger);
        let (streak, periods) = story.tell(&ritual.checkpoint, self.todays);
        let holds_today = |period: &Period<'_>| (period.first..=period.last).contains(&self.today);
        let period = periods
            .iter()
            .find(|(period, _)| holds_today(period))
            .map(|(period, state)| PeriodBody::new(period, *state, ritual, &ledger));
        RitualBody::new(
            ritual,
            ritual.status(&self.rests),
            streak,
            period,
            story.current_revision(self.todays),
            ritual.upcoming(&ledger, self.todays),
            self.rest(Some(ritual.id)),
        )
    }
}
