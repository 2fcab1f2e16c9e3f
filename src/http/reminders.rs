//! Reminders: one's own times for a ritual.

use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Json, present};
use super::call::Call;
use super::error::{Error, Invalid, Result};
use super::language::{Language, Spoken};
use super::path::Path;
use super::rituals::{find as find_ritual, scene};
use super::scene::Scene;
use super::schema::Instant;
use crate::domain::couple::{Couple, Member};
use crate::domain::occasion::{Times, Watch};
use crate::domain::patience::Patience;
use crate::domain::phrases::Phrases;
use crate::domain::reminder::{Reminder, STRONG};
use crate::domain::ritual::Ritual;
use crate::domain::whole::Whole;
use crate::domain::wording::Wording;
use crate::ids::{ReminderId, RitualId};
use crate::store::{self, Tx};

/// One's own reminder times for a ritual.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reminders)]
pub struct RemindersBody {
    /// To snooze or dismiss it; `null` before it was set.
    #[schema(required)]
    id: Option<ReminderId>,
    times: Times,
    enabled: bool,
    /// Whether your partner may nudge you about it.
    nudges: bool,
    /// When it comes next, if something is still yours to do then.
    #[schema(required)]
    next_at: Option<Instant>,
    /// Whether it fell silent because nothing was logged for long. Any log of yours wakes it, and so does setting it
    /// anew.
    stopped: bool,
    /// An offer to do with fewer, once the habit is strong. Nothing changes unless you change it.
    #[schema(required)]
    fade: Option<String>,
}

/// Reminder times to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetReminders {
    times: Times,
    #[serde(default = "on")]
    #[schema(default = true)]
    enabled: bool,
    /// Whether your partner may nudge you about it, at most once a day and never at night. They never learn whether they
    /// may.
    #[serde(default)]
    nudges: bool,
}

fn on() -> bool {
    true
}

/// For how long to snooze: some minutes, or until tomorrow.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Snooze {
    /// Minutes, 1 to 1440.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, nullable = false, minimum = 1, maximum = 1440)]
    minutes: Option<Whole>,
    /// The word `tomorrow`: at the same time of day.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    until: Option<Until>,
}

/// Until when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Until {
    /// The same time of day, tomorrow.
    Tomorrow,
}

/// When a reminder comes back.
#[derive(Debug, Serialize, ToSchema)]
pub struct Snoozed {
    snoozed_until: Instant,
}

/// Shows your own reminder times for a ritual.
#[utoipa::path(
    get, path = "/v1/rituals/{id}/reminders", operation_id = "getReminders", tag = "reminders", security(("token" = [])),
    params(("id" = RitualId, Path)), responses((status = 200, body = RemindersBody))
)]
pub async fn show(
    mut call: Call,
    Path(id): Path<RitualId>,
    language: Language,
) -> Result<Spoken<Json<RemindersBody>>> {
    let couple = call.couple().await?;
    let ritual = find_ritual(&mut call, &couple, id).await?;
    let reminder = store::reminders::find(&mut call.tx, couple.id, id, call.me.id).await?;
    let scene = scene(&mut call, &couple, &ritual).await?;
    let (watch, now) = (call.watch(&couple), call.now);
    let next_at = reminder
        .as_ref()
        .and_then(|one| one.comes_next(&watch, now));
    let body = RemindersBody::new(reminder, next_at, &scene, &ritual, language.0);
    Ok(Spoken(language, Json(body)))
}

/// Sets your own reminder times for a ritual, or turns them off and on. Your partner never learns of them.
#[utoipa::path(
    put, path = "/v1/rituals/{id}/reminders", operation_id = "setReminders", tag = "reminders", security(("token" = [])),
    params(("id" = RitualId, Path)), request_body(content = SetReminders,
        example = json!({"times": [{"at": "21:30"}, {"at": "17:00", "days": ["fri"]}]})),
    responses((status = 200, body = RemindersBody))
)]
pub async fn set(
    mut call: Call,
    Path(id): Path<RitualId>,
    language: Language,
    Json(wish): Json<SetReminders>,
) -> Result<Spoken<Json<RemindersBody>>> {
    let couple = call.couple().await?;
    let ritual = find_ritual(&mut call, &couple, id).await?;
    let before = store::reminders::find(&mut call.tx, couple.id, id, call.me.id).await?;
    let new = Reminder::new(ReminderId::new(&mut call.chance), call.me.id, id);
    let mut reminder = Reminder {
        times: wish.times,
        enabled: wish.enabled,
        nudges: wish.nudges,
        patience: Patience::default(),
        snoozed_until: None,
        ..before.unwrap_or(new)
    };
    let (watch, now) = (call.watch(&couple), call.now);
    reminder.schedule(&watch, now);
    store::reminders::put(&mut call.tx, couple.id, &reminder).await?;
    let scene = scene(&mut call, &couple, &ritual).await?;
    let next_at = reminder.comes_next(&watch, now);
    let body = RemindersBody::new(Some(reminder), next_at, &scene, &ritual, language.0);
    call.alone().commit().await?;
    Ok(Spoken(language, Json(body)))
}

/// Snoozes a reminder: it comes back once, after some minutes or tomorrow.
#[utoipa::path(
    post, path = "/v1/reminders/{id}/snooze", operation_id = "snoozeReminder", tag = "reminders", security(("token" = [])),
    params(("id" = ReminderId, Path)), request_body(content = Snooze, example = json!({"minutes": 30})),
    responses((status = 200, body = Snoozed))
)]
pub async fn snooze(
    mut call: Call,
    Path(id): Path<ReminderId>,
    Json(wish): Json<Snooze>,
) -> Result<Response> {
    let couple = call.couple().await?;
    let mut reminder = find(&mut call, &couple, id).await?;
    let watch = call.watch(&couple);
    let until = wish.until(&watch, call.now)?;
    reminder.snooze(&watch, call.now, until);
    store::reminders::put(&mut call.tx, couple.id, &reminder).await?;
    let body = Snoozed {
        snoozed_until: Instant(until),
    };
    call.alone().answer(StatusCode::OK, body).await
}

/// Dismisses a reminder for today.
#[utoipa::path(
    post, path = "/v1/reminders/{id}/dismiss", operation_id = "dismissReminder", tag = "reminders", security(("token" = [])),
    params(("id" = ReminderId, Path)), responses((status = 204, description = "Quiet until tomorrow"))
)]
pub async fn dismiss(mut call: Call, Path(id): Path<ReminderId>) -> Result<Response> {
    let couple = call.couple().await?;
    let mut reminder = find(&mut call, &couple, id).await?;
    reminder.dismissed_on = Some(call.today(&couple));
    store::reminders::put(&mut call.tx, couple.id, &reminder).await?;
    call.alone().answer_nothing().await
}

/// One's own reminder with this id.
async fn find(call: &mut Call, couple: &Couple, id: ReminderId) -> Result<Reminder> {
    let all = store::reminders::of(&mut call.tx, couple.id, call.me.id).await?;
    let found = all.into_iter().find(|reminder| reminder.id == id);
    found.ok_or(Error::NotFound)
}

/// Sets the reminders of these members anew, whose clocks or days have changed.
pub async fn reschedule(
    tx: &mut Tx,
    couple: &Couple,
    members: &[&Member],
    now: DateTime<Utc>,
) -> store::Result<()> {
    for member in members {
        let watch = couple.watch(member);
        for mut reminder in store::reminders::of(tx, couple.id, member.id).await? {
            reminder.go_by(&watch, now);
            store::reminders::put(tx, couple.id, &reminder).await?;
        }
    }
    Ok(())
}

impl Snooze {
    fn until(self, watch: &Watch, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
        match (self.minutes, self.until) {
            (Some(Whole(minutes @ 1..=1440)), None) => Ok(now + TimeDelta::minutes(minutes)),
            (None, Some(Until::Tomorrow)) => Ok(watch.tomorrow(now)),
            (Some(_), None) => {
                let detail = "must be a whole number of minutes from 1 to 1440";
                Err(Invalid::body("/minutes", detail).into())
            }
            _ => {
                let detail = "needs either minutes, or until with the word tomorrow";
                Err(Invalid::body("", detail).into())
            }
        }
    }
}

/// The offer to do with fewer.
pub(super) fn fade(scene: &Scene, ritual: &Ritual, wording: Wording<'_>) -> Option<String> {
    let strength = scene.strength(ritual);
    let is_strong = strength.is_some_and(|strength| strength >= STRONG);
    is_strong.then(|| wording.offer_to_fade().to_owned())
}

impl RemindersBody {
    fn new(
        reminder: Option<Reminder>,
        next_at: Option<DateTime<Utc>>,
        scene: &Scene,
        ritual: &Ritual,
        phrases: &Phrases,
    ) -> RemindersBody {
        let Some(reminder) = reminder else {
            return RemindersBody {
                id: None,
                times: Times::default(),
                enabled: true,
                nudges: false,
                next_at: None,
                stopped: false,
                fade: None,
            };
        };
        let wording = Wording {
            words: &phrases.reminders,
            reminder: reminder.id,
            date: scene.today,
        };
        RemindersBody {
            id: Some(reminder.id),
            times: reminder.times,
            enabled: reminder.enabled,
            nudges: reminder.nudges,
            next_at: next_at.map(Instant),
            stopped: reminder.patience.is_over(),
            fade: fade(scene, ritual, wording).filter(|_| next_at.is_some()),
        }
    }
}
