//! Logging, undoing, and reading what was logged.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Json, OptionalJson, present};
use super::call::Call;
use super::error::Place::Query as InQuery;
use super::error::{Error, Invalid, Problem, Result};
use super::page::{Cursor, Limit, Page};
use super::path::{Day, Path};
use super::query::Query;
use super::ritual_body::RitualBody;
use super::rituals::{find, scene};
use super::schema::Instant;
use crate::domain::couple::Couple;
use crate::domain::day::{Date, Zone};
use crate::domain::log::{self, Entry, Log, Visibility, Writer};
use crate::domain::patch::Patch;
use crate::domain::text::{Minutes, Mood, Note};
use crate::domain::token::Scope;
use crate::ids::{AccountId, RitualId};
use crate::store;
use crate::store::logs::{Filter, Place};

/// What to write into a log. Absent fields stay, `null` clears; no body at all changes nothing.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogEntry {
    #[serde(default)]
    #[schema(value_type = Option<Note>)]
    note: Patch<Note>,
    #[serde(default)]
    #[schema(value_type = Option<Mood>)]
    mood: Patch<Mood>,
    #[serde(default)]
    #[schema(value_type = Option<Minutes>)]
    minutes: Patch<Minutes>,
    /// Who may read note and mood: `shared` by default, `private` until a partner is confirmed.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    visibility: Option<Visibility>,
}

/// A log. Of the partner's logs, note and mood are there when shared, and nothing tells of more.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Log)]
pub struct LogBody {
    ritual_id: RitualId,
    member_id: AccountId,
    /// The date it counts for.
    date: Date,
    #[schema(required)]
    minutes: Option<Minutes>,
    #[schema(required)]
    note: Option<Note>,
    #[schema(required)]
    mood: Option<Mood>,
    /// Only of one's own logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    visibility: Option<Visibility>,
    /// When it was written; only of one's own logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    logged_at: Option<Instant>,
    /// The zone it was written in; only of one's own logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    time_zone: Option<Zone>,
}

impl LogBody {
    /// A log, as `reader` sees it.
    pub fn seen_by(reader: AccountId, log: Log) -> LogBody {
        let is_mine = log.member == reader;
        let may_read = is_mine || log.visibility == Visibility::Shared;
        LogBody {
            ritual_id: log.ritual,
            member_id: log.member,
            date: log.date,
            minutes: log.minutes,
            note: log.note.filter(|_| may_read),
            mood: log.mood.filter(|_| may_read),
            visibility: is_mine.then_some(log.visibility),
            logged_at: is_mine.then_some(Instant(log.logged_at)),
            time_zone: is_mine.then_some(log.zone),
        }
    }
}

impl LogBody {
    /// The same log for a token that may not read: a button in the hall tells nobody what was written.
    pub(super) fn without_words(self) -> LogBody {
        LogBody {
            note: None,
            mood: None,
            visibility: None,
            ..self
        }
    }
}

/// A log that was written, and the ritual with its fresh streak.
#[derive(Debug, Serialize, ToSchema)]
pub struct Logged {
    log: LogBody,
    /// Left out when the token lacks the scope `read`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ritual: Option<RitualBody>,
}

/// Logs a ritual for a date, or changes that log.
///
/// Writing it again is safe: a second tap on the same button changes nothing.
#[utoipa::path(
    put, path = "/v1/rituals/{id}/logs/{date}", operation_id = "putLog", tag = "logs", security(("token" = [])),
    params(("id" = RitualId, Path), ("date" = Day, Path)),
    request_body(content = Option<LogEntry>, example = json!({"minutes": 15})),
    responses(
        (status = 200, body = Logged, description = "The log was there; it holds what you sent"),
        (status = 201, body = Logged, description = "Logged"),
        (status = 409, body = Problem, description = "`not_taking_part`"),
    )
)]
pub async fn put(
    mut call: Call,
    Path((id, day)): Path<(RitualId, Day)>,
    OptionalJson(entry): OptionalJson<LogEntry>,
) -> Result<Response> {
    let couple = call.couple().await?;
    let mut ritual = find(&mut call, &couple, id).await?;
    let date = day.date(call.today(&couple));
    let before = store::logs::find(&mut call.tx, couple.id, id, date, call.me.id).await?;
    let is_new = before.is_none();
    let writer = writer(&call, &couple);
    check_disclosure(&call, before.as_ref(), &entry)?;
    let log = log::accept(&ritual, date, before.clone(), entry.into(), writer)?;
    if before.as_ref() != Some(&log) {
        store::logs::put(&mut call.tx, couple.id, &log).await?;
    }
    let is_told = before.is_none_or(|before| before.is_told_from(&log));
    let scene = scene(&mut call, &couple, &ritual).await?;
    if is_new {
        // Only whether there is a log decides about the fold, never what it says.
        scene.settle(&mut call.tx, &mut ritual, date).await?;
        store::reminders::begin_anew(&mut call.tx, couple.id, id, call.me.id).await?;
    }
    let log = LogBody::seen_by(call.me.id, log);
    let logged = match call.token.scopes.contains(Scope::Read) {
        true => Logged {
            log,
            ritual: Some(scene.show(&ritual)),
        },
        false => Logged {
            log: log.without_words(),
            ritual: None,
        },
    };
    call.alone_if(!is_told).commit().await?;
    let status = match is_new {
        true => StatusCode::CREATED,
        false => StatusCode::OK,
    };
    Ok((status, Json(logged)).into_response())
}

/// A token that may not read words may not show them to the partner either. Whether there were any, or
/// whether they were private, does not matter: a refusal that depended on it would tell.
fn check_disclosure(call: &Call, before: Option<&Log>, entry: &LogEntry) -> Result<()> {
    let discloses = before.is_some() && entry.visibility == Some(Visibility::Shared);
    if discloses && !call.token.scopes.contains(Scope::Read) {
        return Err(Error::MissingScope(Scope::Read));
    }
    Ok(())
}

impl From<LogEntry> for Entry {
    fn from(entry: LogEntry) -> Entry {
        Entry {
            minutes: entry.minutes,
            note: entry.note,
            mood: entry.mood,
            visibility: entry.visibility,
        }
    }
}

fn writer(call: &Call, couple: &Couple) -> Writer {
    Writer {
        member: call.me.id,
        today: call.today(couple),
        zone: call.me.zone.clone(),
        now: call.now,
        has_partner: couple.partner_of(call.me.id).is_some(),
    }
}

/// Undoes one's own log of a date.
#[utoipa::path(
    delete, path = "/v1/rituals/{id}/logs/{date}", operation_id = "deleteLog", tag = "logs", security(("token" = [])),
    params(("id" = RitualId, Path), ("date" = Day, Path)),
    responses((status = 204, description = "Undone"))
)]
pub async fn undo(mut call: Call, Path((id, day)): Path<(RitualId, Day)>) -> Result<StatusCode> {
    let couple = call.couple().await?;
    let mut ritual = find(&mut call, &couple, id).await?;
    let date = day.date(call.today(&couple));
    if !store::logs::delete(&mut call.tx, couple.id, id, date, call.me.id).await? {
        return Err(Error::NotFound);
    }
    let scene = scene(&mut call, &couple, &ritual).await?;
    scene.settle(&mut call.tx, &mut ritual, date).await?;
    call.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which logs to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct LogQuery {
    /// The first date.
    #[param(value_type = Option<Date>)]
    from: Option<Date>,
    /// The last date.
    #[param(value_type = Option<Date>)]
    to: Option<Date>,
    /// Only this member's.
    #[param(value_type = Option<AccountId>)]
    member: Option<AccountId>,
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<Place>>,
}

/// Lists the logs of a ritual: by date, newest first, then by member.
#[utoipa::path(
    get, path = "/v1/rituals/{id}/logs", operation_id = "listLogsOfRitual", tag = "logs", security(("token" = [])),
    params(("id" = RitualId, Path), LogQuery), responses((status = 200, body = Page<LogBody>))
)]
pub async fn list_of_ritual(
    mut call: Call,
    Path(id): Path<RitualId>,
    Query(query): Query<LogQuery>,
) -> Result<Page<LogBody>> {
    let couple = call.couple().await?;
    find(&mut call, &couple, id).await?;
    page(call, &couple, Some(id), query).await
}

/// Lists the couple's logs: by date, newest first, then by ritual and member.
#[utoipa::path(
    get, path = "/v1/logs", operation_id = "listLogs", tag = "logs", security(("token" = [])), params(LogQuery),
    responses((status = 200, body = Page<LogBody>))
)]
pub async fn list(mut call: Call, Query(query): Query<LogQuery>) -> Result<Page<LogBody>> {
    let couple = call.couple().await?;
    page(call, &couple, None, query).await
}

async fn page(
    mut call: Call,
    couple: &Couple,
    ritual: Option<RitualId>,
    query: LogQuery,
) -> Result<Page<LogBody>> {
    let from = query.from.unwrap_or(Date::MIN);
    let to = query.to.unwrap_or(Date::MAX);
    if to < from {
        return Err(Invalid::at(InQuery, "/to", "must not lie before from").into());
    }
    let filter = Filter {
        reader: call.me.id,
        ritual,
        member: query.member,
        from,
        to,
        after: query.cursor.map(|cursor| cursor.0),
        limit: query.limit.and_one(),
    };
    let logs = store::logs::list(&mut call.tx, couple.id, &filter).await?;
    let place = |log: &Log| Place {
        date: log.date,
        ritual: log.ritual,
        member: log.member,
    };
    let show = |log: Log| LogBody::seen_by(call.me.id, log);
    Ok(Page::cut(logs, query.limit, place).map(show))
}
