//! Versions: how often something was written that may change what a member sees of their couple.
//!
//! A number that did not change means that nothing did; one that changed means nothing. It is told to nobody: it
//! also counts what makes no difference.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::tokens::TokenRow;
use super::{Conn, ROWS_AT_ONCE, Result, Row, listing};
use crate::domain::token::Token;
use crate::ids::{AccountId, CoupleId, Secret};

/// The state of a couple, as one of the two sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// The couple.
    pub couple: CoupleId,
    /// How many writes it has seen.
    pub number: i64,
}

#[derive(FromRow)]
pub(super) struct VersionRow {
    couple_id: Option<String>,
    version: Option<i64>,
}

impl VersionRow {
    pub(super) fn read(self) -> Result<Option<Version>> {
        let (Some(couple), Some(number)) = (self.couple_id, self.version) else {
            return Ok(None);
        };
        let row = Row {
            table: "seats",
            id: &couple,
        };
        let couple = row.text("couple_id", &couple)?;
        Ok(Some(Version { couple, number }))
    }
}

#[derive(FromRow)]
struct HeldRow {
    #[sqlx(flatten)]
    token: TokenRow,
    #[sqlx(flatten)]
    version: VersionRow,
}

/// The living token that this secret opens, and the version of the couple in which its holder has a seat.
pub async fn find(
    conn: &mut Conn,
    secret: &Secret,
    now: DateTime<Utc>,
) -> Result<Option<(Token, Option<Version>)>> {
    let row: Option<HeldRow> = sqlx::query_as(
        "select t.id as token_id, t.account_id, t.label, t.scopes, t.created_at as token_created_at, \
         t.expires_at, t.last_used_on, s.couple_id, s.version \
         from tokens t left join seats s on s.account_id = t.account_id and s.active = 1 \
         where t.secret_hash = $1",
    )
    .bind(secret.hash())
    .fetch_optional(conn)
    .await?;
    let Some(HeldRow { token, version }) = row else {
        return Ok(None);
    };
    let token = token.read()?;
    let version = version.read()?;
    Ok(Some((token, version)).filter(|(token, _)| token.is_alive(now)))
}

/// Whom a write may concern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Both members of the couple.
    Both,
    /// The writer alone: the other sees no trace of it, not even that an answer took longer.
    Mine,
}

/// Counts a write by this account.
pub async fn count(conn: &mut Conn, account: AccountId, whose: Whose) -> Result<()> {
    let statement = match whose {
        Whose::Both => {
            "update seats set version = version + 1 where couple_id = \
             (select s.couple_id from seats s where s.account_id = $1 and s.active = 1)"
        }
        Whose::Mine => {
            "update seats set version = version + 1 where account_id = $1 and active = 1"
        }
    };
    sqlx::query(statement)
        .bind(account.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Counts a write for each of these accounts, which concerns them alone.
pub async fn count_for_each(conn: &mut Conn, accounts: &[AccountId]) -> Result<()> {
    for some in accounts.chunks(ROWS_AT_ONCE) {
        let before =
            "update seats set version = version + 1 where active = 1 and account_id in (values ";
        let mut statement = listing(before, some.len(), 1, ")");
        let mut query = statement.build().persistent(false);
        for account in some {
            query = query.bind(account.to_string());
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}
