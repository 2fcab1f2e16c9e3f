//! What gently waits.

use serde::Serialize;
use utoipa::ToSchema;

use super::body::Json;
use super::error::Result;
use super::language::Spoken;
use super::reminders::fade;
use super::scene::Scene;
use super::visit::Look;
use crate::domain::couple::Couple;
use crate::domain::day::Date;
use crate::domain::phrases::Phrases;
use crate::domain::reminder::{Kind, is_theirs};
use crate::domain::ritual::Ritual;
use crate::domain::text::Title;
use crate::domain::time::WallTime;
use crate::domain::wording::Wording;
use crate::ids::{ReminderId, RitualId};
use crate::store::reminders::Sent;

/// Something that gently waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct Waiting {
    /// The reminder's id: to snooze or dismiss it.
    id: ReminderId,
    ritual_id: RitualId,
    title: Title,
    /// The date it is for you.
    date: Date,
    /// The time you chose, or when your partner's nudge came.
    at: WallTime,
    /// `time`: it is time; `last`: it falls silent after this one; `nudge`: your partner nudges.
    kind: Kind,
    /// A sentence to show.
    text: String,
    /// An offer to do with fewer, once the habit is strong.
    #[schema(required)]
    fade: Option<String>,
}

/// What gently waits, in the order of the day.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingList {
    data: Vec<Waiting>,
    /// Always `null`: there is one page.
    #[schema(value_type = Option<String>, required)]
    next_cursor: (),
}

/// Lists what gently waits for you now: what you were reminded of today, and is still yours to do.
#[utoipa::path(
    get, path = "/v1/reminders", operation_id = "listReminders", tag = "reminders", security(("token" = [])),
    responses((status = 200, body = WaitingList))
)]
pub async fn list(look: Look) -> Result<Spoken<Json<WaitingList>>> {
    let home = &look.home;
    let couple = Couple::confirmed(home.couple.clone(), home.me.id)?;
    let (rests, logs) = (home.rests.clone(), home.logs.clone());
    let scene = Scene::new(&couple, home.me.id, look.now, rests, logs);
    let list = WaitingList {
        data: waiting(&look, &scene),
        next_cursor: (),
    };
    Ok(Spoken(look.language, Json(list)))
}

/// What gently waits: of several times of one ritual the last.
pub fn waiting(look: &Look, scene: &Scene) -> Vec<Waiting> {
    let rituals = look.home.rituals.iter();
    let couple = look.home.couple.as_ref();
    let day_start = couple.map_or_else(Default::default, |couple| couple.day_start);
    let mut waiting: Vec<Waiting> = rituals
        .filter_map(|ritual| {
            let sent = look.home.reminders.iter();
            let sent = sent.filter(|sent| sent.ritual == ritual.id);
            let sent = sent.filter(|sent| sent.may_wait(scene.today, look.now));
            // Of two in the same minute the nudge.
            let last = |sent: &&Sent| (day_start.place(sent.at), sent.kind == Kind::Nudge);
            let sent = sent.max_by_key(last)?;
            let (rests, ledger) = (scene.rests_of(ritual.id), scene.ledger(ritual.id));
            let still = is_theirs(ritual, scene.me, scene.today, &rests, &ledger);
            still.then(|| Waiting::new(sent, scene, ritual, look.language.0))
        })
        .collect();
    waiting.sort_by_key(|one| day_start.place(one.at));
    waiting
}

impl Waiting {
    fn new(sent: &Sent, scene: &Scene, ritual: &Ritual, phrases: &Phrases) -> Waiting {
        let wording = Wording {
            words: &phrases.reminders,
            reminder: sent.reminder,
            date: sent.date,
        };
        Waiting {
            id: sent.reminder,
            ritual_id: ritual.id,
            title: ritual.title.words.clone(),
            date: sent.date,
            at: sent.at,
            kind: sent.kind,
            text: wording.say(ritual, sent.at, sent.kind),
            fade: fade(scene, ritual, wording).filter(|_| sent.kind != Kind::Nudge),
        }
    }
}
