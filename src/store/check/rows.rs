//! Every stored row, read as the rest of the store reads it.

use futures_util::TryStreamExt;
use sqlx::query::Query;
use sqlx::{Database, FromRow};

use super::super::accounts::SignInRow;
use super::super::answers::KeptRow;
use super::super::appreciations::AppreciationRow;
use super::super::changes::ChangeRow;
use super::super::channels::ChannelRow;
use super::super::checkups::CheckupRow;
use super::super::couples::SeatRow;
use super::super::feeds::FeedRow;
use super::super::invitations::InvitationRow;
use super::super::letters::LetterRow;
use super::super::logs::LogRow;
use super::super::outbox::DeliveryRow;
use super::super::plans::PlanRow;
use super::super::presence::PresenceRow;
use super::super::prompts::AnswerRow;
use super::super::reminders::{ReminderRow, SentRow};
use super::super::rests::RestRow;
use super::super::rituals::RitualRow;
use super::super::tokens::TokenRow;
use super::super::verifications::VerificationRow;
use super::super::years::YearRow;
use super::super::{Conn, Db, Result, Row};
use crate::domain::log::Log;
use crate::domain::rest::Rest;
use crate::domain::ritual::Ritual;
use crate::domain::year::Day;
use crate::password;

/// How many ids are read at once.
const PAGE: i64 = 500;

type Bound = Query<'static, Db, <Db as Database>::Arguments>;

/// Whoever takes the rows, each as its value or as what is wrong with it.
type Taker<'a, T> = &'a mut dyn FnMut(std::result::Result<T, String>);

/// Hands on every row that a query finds.
async fn each<R, T>(
    conn: &mut Conn,
    query: Bound,
    table: &str,
    read: impl Fn(R) -> Result<T>,
    take: Taker<'_, T>,
) -> Result<()>
where
    R: for<'r> FromRow<'r, <Db as Database>::Row>,
{
    let mut rows = query.fetch(conn);
    while let Some(row) = rows.try_next().await? {
        take(match R::from_row(&row) {
            Ok(row) => read(row).map_err(|error| error.to_string()),
            Err(error) => Err(format!("a row of {table}: {error}")),
        });
    }
    Ok(())
}

/// The ids of the next accounts.
pub async fn accounts_after(conn: &mut Conn, after: &str) -> Result<Vec<String>> {
    let page = sqlx::query_scalar("select id from accounts where id > $1 order by id limit $2");
    Ok(page.bind(after).bind(PAGE).fetch_all(conn).await?)
}

/// The ids of the next couples.
pub async fn couples_after(conn: &mut Conn, after: &str) -> Result<Vec<String>> {
    let page = sqlx::query_scalar("select id from couples where id > $1 order by id limit $2");
    Ok(page.bind(after).bind(PAGE).fetch_all(conn).await?)
}

/// How many couples there are.
pub async fn count_couples(conn: &mut Conn) -> Result<u64> {
    let count: i64 = sqlx::query_scalar("select cast(count(*) as bigint) from couples")
        .fetch_one(conn)
        .await?;
    Ok(count.unsigned_abs())
}

/// An account, its tokens, its channels and what is on its way to them, its links in letters, its calendar feed, and the
/// answers that are kept for it.
pub async fn account(conn: &mut Conn, id: &str, take: Taker<'_, ()>) -> Result<()> {
    let account = sqlx::query("select * from accounts where id = $1");
    let account = account.bind(id.to_owned());
    each(conn, account, "accounts", read_account, take).await?;
    let tokens = sqlx::query(
        "select t.id as token_id, t.account_id, t.label, t.scopes, t.created_at as token_created_at, \
         t.expires_at, t.last_used_on from tokens t where t.account_id = $1",
    );
    let tokens = tokens.bind(id.to_owned());
    let read = |row: TokenRow| row.read().map(drop);
    each(conn, tokens, "tokens", read, take).await?;
    let channels = sqlx::query("select * from channels where account_id = $1");
    let channels = channels.bind(id.to_owned());
    let read = |row: ChannelRow| row.read().map(drop);
    each(conn, channels, "channels", read, take).await?;
    let deliveries = sqlx::query(
        "select d.account_id, d.message_id, d.tries, m.items, c.id, c.kind, c.address, c.secret, \
         c.details, c.enabled, c.confirmed, c.created_at, c.asked_at, c.last_success_at, c.last_failure_at, c.last_failure \
         from deliveries d join messages m on m.account_id = d.account_id and m.id = d.message_id \
         join channels c on c.account_id = d.account_id and c.id = d.channel_id \
         where d.account_id = $1",
    );
    let deliveries = deliveries.bind(id.to_owned());
    let read = |row: DeliveryRow| row.read().map(drop);
    each(conn, deliveries, "deliveries", read, take).await?;
    let verifications = sqlx::query("select * from verifications where account_id = $1");
    let verifications = verifications.bind(id.to_owned());
    let read = |row: VerificationRow| row.read().map(drop);
    each(conn, verifications, "verifications", read, take).await?;
    let feeds = sqlx::query("select * from feeds where member_id = $1");
    let feeds = feeds.bind(id.to_owned());
    let read = |row: FeedRow| row.read().map(drop);
    each(conn, feeds, "feeds", read, take).await?;
    let answers = sqlx::query("select * from answers where account_id = $1");
    let answers = answers.bind(id.to_owned());
    let read = |row: KeptRow| row.read(&id).map(drop);
    each(conn, answers, "answers", read, take).await
}

/// Links that are asked for while nobody knows whose account they are about, and letters to mailboxes, which are nobody's.
pub async fn of_nobody(conn: &mut Conn, take: Taker<'_, ()>) -> Result<()> {
    let verifications = sqlx::query("select * from verifications where account_id is null");
    let read = |row: VerificationRow| row.read().map(drop);
    each(conn, verifications, "verifications", read, take).await?;
    let letters = sqlx::query("select * from letters order by written_at");
    let read = |row: LetterRow| row.read().map(drop);
    each(conn, letters, "letters", read, take).await
}

fn read_account(row: SignInRow) -> Result<()> {
    let hash = row.password_hash;
    let account = row.account.read()?;
    let row = Row {
        table: "accounts",
        id: &account.id,
    };
    match password::is_readable(&hash) {
        true => Ok(()),
        false => Err(row.corrupt("password_hash")),
    }
}

/// A couple, its seats and invitation, what was changed in its settings, and all else that is not of a ritual: plans,
/// thank-yous, sessions, reminders, and what each said alone.
pub async fn couple(conn: &mut Conn, id: &str, take: Taker<'_, ()>) -> Result<()> {
    let seats = sqlx::query(
        "select c.id, c.name, c.day_start, c.week_start, c.together_since, c.closed_at, \
         s.account_id, s.lapses_at, \
         a.name as member_name, a.email, a.time_zone, a.share_time_zone \
         from couples c join seats s on s.couple_id = c.id join accounts a on a.id = s.account_id \
         where c.id = $1",
    );
    let read = |row: SeatRow| row.couple(vec![row.member()?]).map(drop);
    each(conn, seats.bind(id.to_owned()), "seats", read, take).await?;
    let invitations = sqlx::query("select * from invitations where couple_id = $1");
    let read = |row: InvitationRow| row.read().map(drop);
    let invitations = invitations.bind(id.to_owned());
    each(conn, invitations, "invitations", read, take).await?;
    let plans = sqlx::query("select * from plans where couple_id = $1");
    let plans = plans.bind(id.to_owned());
    let read = |row: PlanRow| row.read().map(drop);
    each(conn, plans, "plans", read, take).await?;
    let presence = sqlx::query("select * from presence where couple_id = $1");
    let presence = presence.bind(id.to_owned());
    let read = |row: PresenceRow| row.read().map(drop);
    each(conn, presence, "presence", read, take).await?;
    let appreciations = sqlx::query("select * from appreciations where couple_id = $1");
    let appreciations = appreciations.bind(id.to_owned());
    let read = |row: AppreciationRow| row.read().map(drop);
    each(conn, appreciations, "appreciations", read, take).await?;
    let changes = sqlx::query("select * from changes where couple_id = $1");
    let changes = changes.bind(id.to_owned());
    let read = |row: ChangeRow| row.read().map(drop);
    each(conn, changes, "changes", read, take).await?;
    let answers = sqlx::query("select * from prompt_answers where couple_id = $1");
    let answers = answers.bind(id.to_owned());
    let read = |row: AnswerRow| row.read().map(drop);
    each(conn, answers, "prompt_answers", read, take).await?;
    let reminders = sqlx::query("select * from reminders where couple_id = $1");
    let reminders = reminders.bind(id.to_owned());
    let read = |row: ReminderRow| row.read().map(drop);
    each(conn, reminders, "reminders", read, take).await?;
    let occasions = sqlx::query(
        "select m.id as reminder, o.ritual_id as ritual, o.date, o.at, o.kind, m.snoozed_until, \
         m.dismissed_on from occasions o join reminders m on m.couple_id = o.couple_id \
         and m.ritual_id = o.ritual_id and m.member_id = o.member_id where o.couple_id = $1",
    );
    let occasions = occasions.bind(id.to_owned());
    let read = |row: SentRow| row.read().map(drop);
    each(conn, occasions, "occasions", read, take).await?;
    let checkups = sqlx::query("select * from checkups where couple_id = $1");
    let checkups = checkups.bind(id.to_owned());
    let read = |row: CheckupRow| row.read().map(drop);
    each(conn, checkups, "checkups", read, take).await
}

/// A couple's rests, those that archive a ritual included.
pub async fn rests(conn: &mut Conn, couple: &str, take: Taker<'_, Rest>) -> Result<()> {
    let rests = sqlx::query("select * from rests where couple_id = $1");
    let rests = rests.bind(couple.to_owned());
    each(conn, rests, "rests", RestRow::read, take).await
}

#[derive(FromRow)]
struct WholeRitualRow {
    #[sqlx(flatten)]
    ritual: RitualRow,
    unsettled_from: String,
    declined_by: Option<String>,
}

impl WholeRitualRow {
    /// The ritual, if the columns that repeat a part of it say the same.
    fn read(self) -> Result<Ritual> {
        let ritual = self.ritual.read()?;
        let row = Row {
            table: "rituals",
            id: &ritual.id,
        };
        if self.unsettled_from != ritual.checkpoint.next.to_string() {
            return Err(row.corrupt("unsettled_from"));
        }
        if self.declined_by != ritual.declined_by().map(|member| member.to_string()) {
            return Err(row.corrupt("declined_by"));
        }
        Ok(ritual)
    }
}

/// Whether a couple has not closed.
pub async fn is_open(conn: &mut Conn, couple: &str) -> Result<bool> {
    let open = sqlx::query_scalar("select 1 from couples where id = $1 and closed_at is null");
    let open: Option<i64> = open.bind(couple.to_owned()).fetch_optional(conn).await?;
    Ok(open.is_some())
}

/// The days of a ritual's years.
pub async fn days(conn: &mut Conn, couple: &str, ritual: &str, take: Taker<'_, Day>) -> Result<()> {
    let years = sqlx::query("select * from years where couple_id = $1 and ritual_id = $2");
    let years = years.bind(couple.to_owned()).bind(ritual.to_owned());
    each(
        conn,
        years,
        "years",
        YearRow::read,
        &mut |year| match year {
            Ok((_, year)) => year.days().iter().for_each(|day| take(Ok(*day))),
            Err(error) => take(Err(error)),
        },
    )
    .await
}

/// The ids of a couple's rituals.
pub async fn ritual_ids(conn: &mut Conn, couple: &str) -> Result<Vec<String>> {
    let ids = sqlx::query_scalar("select id from rituals where couple_id = $1");
    Ok(ids.bind(couple.to_owned()).fetch_all(conn).await?)
}

/// A ritual.
pub async fn ritual(
    conn: &mut Conn,
    couple: &str,
    id: &str,
    take: Taker<'_, Ritual>,
) -> Result<()> {
    let ritual = sqlx::query("select * from rituals where couple_id = $1 and id = $2");
    let ritual = ritual.bind(couple.to_owned()).bind(id.to_owned());
    each(conn, ritual, "rituals", WholeRitualRow::read, take).await
}

/// The logs of a ritual.
pub async fn logs(conn: &mut Conn, couple: &str, ritual: &str, take: Taker<'_, Log>) -> Result<()> {
    let logs = sqlx::query("select * from logs where couple_id = $1 and ritual_id = $2");
    let logs = logs.bind(couple.to_owned()).bind(ritual.to_owned());
    each(conn, logs, "logs", LogRow::read, take).await
}
