//! Taking everything along.

use axum::extract::State;

use super::App;
use super::body::Json;
use super::call::Call;
use super::error::{Problem, Result};
use super::export_alone;
use super::export_body::{
    Export, ExportedAccount, ExportedAppreciation, ExportedCouple, ExportedInterval,
    ExportedPartner, ExportedPlan, ExportedRest, ExportedRitual, Format, MyLog, PartnerLog,
    Version, Who,
};
use super::owner::{Claim, Proof};
use super::schema::Instant;
use crate::domain::account::Account;
use crate::domain::agreement::Answer;
use crate::domain::appreciation::Appreciation;
use crate::domain::couple::{Couple, Member};
use crate::domain::log::{Log, Visibility};
use crate::domain::plan::Plan;
use crate::domain::rest::{Rest, Scope, Span};
use crate::domain::ritual::Ritual;
use crate::ids::{AccountId, RitualId};
use crate::store;

/// Takes everything along: all that is yours and all that is shared, in one document.
///
/// Nothing in it is private to your partner, and nothing in it opens your account. `hearth import` makes
/// a fresh account of it.
#[utoipa::path(
    post, path = "/v1/me/export", operation_id = "exportMe", tag = "account", security(("token" = [])),
    request_body(content = Proof, example = json!({"password": "seven quiet otters"})),
    responses(
        (status = 200, body = Export, description = "All of it"),
        (status = 403, body = Problem, description = "`wrong_password` or `missing_scope`"),
    )
)]
pub async fn export(
    State(app): State<App>,
    claim: Claim,
    Json(proof): Json<Proof>,
) -> Result<Json<Export>> {
    let owner = claim.prove(&app.passwords, &proof.password).await?;
    let mut call = owner.read().await?;
    let mut couples = Vec::new();
    for couple in store::couples::all_of(&mut call.tx, call.me.id).await? {
        couples.push(take_along(&mut call, couple).await?);
    }
    Ok(Json(Export {
        format: Format,
        version: Version,
        account: call.me.into(),
        couples,
    }))
}

/// Everything in one couple, as the caller sees it.
async fn take_along(call: &mut Call, couple: Couple) -> Result<ExportedCouple> {
    let me = call.me.id;
    let rests = store::rests::all(&mut call.tx, couple.id).await?;
    let plans = store::plans::all(&mut call.tx, couple.id).await?;
    let mut rituals = Vec::new();
    for ritual in store::rituals::all(&mut call.tx, couple.id).await? {
        if ritual.declined_by() == Some(me) {
            continue;
        }
        let logs = store::logs::all(&mut call.tx, couple.id, ritual.id).await?;
        let plans = planned(me, &plans, Some(ritual.id));
        let reminder = store::reminders::find(&mut call.tx, couple.id, ritual.id, me).await?;
        rituals.push(ExportedRitual {
            my_reminders: reminder.map(export_alone::MyReminders::from),
            ..ExportedRitual::seen_by(me, ritual, &rests, plans, logs)
        });
    }
    let said = store::prompts::all(&mut call.tx, couple.id).await?;
    let (my_prompts, partner_prompts) = export_alone::prompts(me, said);
    let checkups = store::checkups::all(&mut call.tx, couple.id).await?;
    let (my_checkups, partner_checkups) = export_alone::checkups(me, checkups);
    let appreciations = store::appreciations::all(&mut call.tx, couple.id).await?;
    let partner = couple.members.iter().find(|member| member.id != me);
    Ok(ExportedCouple {
        closed: couple.closed,
        partner: partner.map(|partner| ExportedPartner::in_couple(partner, couple.closed)),
        name: couple.name,
        day_start: couple.day_start,
        week_start: couple.week_start,
        together_since: couple.together_since,
        rests: spans(&rests, Scope::Couple),
        rituals,
        my_prompts,
        partner_prompts,
        my_checkups,
        partner_checkups,
        plans: planned(me, &plans, None),
        appreciations: appreciations
            .into_iter()
            .map(|one| ExportedAppreciation::seen_by(me, one))
            .collect(),
    })
}

/// The rests of this scope, in an order that no id decides.
fn spans(rests: &[Rest], scope: Scope) -> Vec<ExportedRest> {
    let of_scope = rests.iter().filter(|rest| rest.scope == scope);
    let mut spans: Vec<Span> = of_scope.map(|rest| rest.span).collect();
    spans.sort_by_key(|span| (span.from, span.to.is_none(), span.to));
    spans.into_iter().map(ExportedRest::from).collect()
}

impl From<Account> for ExportedAccount {
    fn from(account: Account) -> ExportedAccount {
        ExportedAccount {
            email: account.email,
            name: account.name,
            time_zone: account.zone,
            share_time_zone: account.shares_zone,
            created_at: Instant(account.created_at),
        }
    }
}

impl ExportedPartner {
    fn in_couple(partner: &Member, closed: bool) -> ExportedPartner {
        let zone_is_visible = partner.shares_zone && !closed;
        ExportedPartner {
            name: partner.name.clone(),
            time_zone: zone_is_visible.then(|| partner.zone.clone()),
        }
    }
}

/// The plans of this ritual, or of none, in the order in which they were made.
fn planned(me: AccountId, plans: &[Plan], ritual: Option<RitualId>) -> Vec<ExportedPlan> {
    let of_it = plans.iter().filter(|plan| plan.ritual == ritual);
    of_it.map(|plan| ExportedPlan::seen_by(me, plan)).collect()
}

impl ExportedPlan {
    fn seen_by(me: AccountId, plan: &Plan) -> ExportedPlan {
        let title = plan.title.as_ref();
        ExportedPlan {
            date: plan.date,
            at: plan.at,
            title: title.map(|title| title.words.clone()),
            title_by: title.map(|title| who(me, title.by)),
            planner: who(me, plan.planner),
        }
    }
}

/// Which of the two this member is.
fn who(me: AccountId, member: AccountId) -> Who {
    match member == me {
        true => Who::Me,
        false => Who::Partner,
    }
}

impl ExportedAppreciation {
    fn seen_by(me: AccountId, one: Appreciation) -> ExportedAppreciation {
        ExportedAppreciation {
            from: who(me, one.from),
            date: one.date,
            text: one.text,
            hearted: one.hearted,
        }
    }
}

impl ExportedRitual {
    fn seen_by(
        me: AccountId,
        ritual: Ritual,
        rests: &[Rest],
        plans: Vec<ExportedPlan>,
        logs: Vec<Log>,
    ) -> ExportedRitual {
        let who = |member| who(me, member);
        let (mine, theirs): (Vec<Log>, Vec<Log>) =
            logs.into_iter().partition(|log| log.member == me);
        ExportedRitual {
            proposed_by: who(ritual.proposed_by),
            title_by: who(ritual.title.by),
            practice: ritual.practice,
            rule: ritual.rule,
            forgiveness: ritual.forgiveness,
            cue_by: ritual.cue.as_ref().map(|cue| who(cue.by)),
            target_minutes: ritual.target_minutes,
            rests: spans(rests, Scope::Ritual(ritual.id)),
            plans,
            my_reminders: None,
            archives: spans(rests, Scope::Archive(ritual.id)),
            my_part: part(&ritual, Who::Me, who),
            partner_part: part(&ritual, Who::Partner, who),
            title: ritual.title.words,
            cue: ritual.cue.map(|cue| cue.words),
            revisions: ritual.revisions.into_iter().map(Into::into).collect(),
            my_logs: mine.into_iter().map(MyLog::from).collect(),
            partner_logs: theirs.into_iter().map(PartnerLog::from).collect(),
        }
    }
}

/// When one of the two takes part. That somebody declined is told to nobody.
fn part(
    ritual: &Ritual,
    whose: Who,
    who: impl Fn(AccountId) -> Who,
) -> Option<Vec<ExportedInterval>> {
    let part = ritual
        .participants
        .iter()
        .find(|part| who(part.member) == whose && part.answer != Answer::Declined)?;
    let intervals = part.intervals.iter().copied();
    Some(intervals.map(ExportedInterval::from).collect())
}

impl From<Log> for MyLog {
    fn from(log: Log) -> MyLog {
        MyLog {
            date: log.date,
            minutes: log.minutes,
            note: log.note,
            mood: log.mood,
            visibility: log.visibility,
            logged_at: Instant(log.logged_at),
            time_zone: log.zone,
        }
    }
}

impl From<Log> for PartnerLog {
    fn from(log: Log) -> PartnerLog {
        let is_shared = log.visibility == Visibility::Shared;
        PartnerLog {
            date: log.date,
            minutes: log.minutes,
            note: log.note.filter(|_| is_shared),
            mood: log.mood.filter(|_| is_shared),
        }
    }
}
