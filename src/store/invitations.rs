//! Invitations: at most one open one a couple. Only the hash of a code is stored.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Conn, Result, Row};
use crate::ids::{CoupleId, InvitationId, Secret};

/// An open invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Until when it can be accepted.
    pub expires_at: DateTime<Utc>,
}

#[derive(FromRow)]
pub(super) struct InvitationRow {
    id: String,
    expires_at: i64,
}

impl InvitationRow {
    pub(super) fn read(self) -> Result<Invitation> {
        let row = Row {
            table: "invitations",
            id: &self.id,
        };
        Ok(Invitation {
            id: row.text("id", &self.id)?,
            expires_at: row.instant("expires_at", self.expires_at)?,
        })
    }
}

/// Adds an invitation that `code` opens; the one before is void.
pub async fn replace(
    conn: &mut Conn,
    couple: CoupleId,
    invitation: &Invitation,
    code: &Secret,
) -> Result<()> {
    sqlx::query(
        "insert into invitations (couple_id, id, code_hash, expires_at) values ($1, $2, $3, $4) \
         on conflict (couple_id) do update set \
         id = excluded.id, code_hash = excluded.code_hash, expires_at = excluded.expires_at",
    )
    .bind(couple.to_string())
    .bind(invitation.id.to_string())
    .bind(code.hash())
    .bind(invitation.expires_at.timestamp_millis())
    .execute(conn)
    .await?;
    Ok(())
}

/// The couple's open invitation.
pub async fn open(
    conn: &mut Conn,
    couple: CoupleId,
    now: DateTime<Utc>,
) -> Result<Option<Invitation>> {
    let row: Option<InvitationRow> = sqlx::query_as(
        "select id, expires_at from invitations where couple_id = $1 and expires_at > $2",
    )
    .bind(couple.to_string())
    .bind(now.timestamp_millis())
    .fetch_optional(conn)
    .await?;
    row.map(InvitationRow::read).transpose()
}

/// Uses up the open invitation that this code opens, and tells whose it was. One statement: of any
/// number who race, one gets it.
pub async fn redeem(
    conn: &mut Conn,
    code: &Secret,
    now: DateTime<Utc>,
) -> Result<Option<CoupleId>> {
    let couple: Option<String> = sqlx::query_scalar(
        "delete from invitations where code_hash = $1 and expires_at > $2 returning couple_id",
    )
    .bind(code.hash())
    .bind(now.timestamp_millis())
    .fetch_optional(conn)
    .await?;
    couple
        .map(|id| {
            let row = Row {
                table: "invitations",
                id: &id,
            };
            row.text("couple_id", &id)
        })
        .transpose()
}

/// Takes the couple's invitation back, if there is one.
pub async fn revoke(conn: &mut Conn, couple: CoupleId) -> Result<()> {
    sqlx::query("delete from invitations where couple_id = $1")
        .bind(couple.to_string())
        .execute(conn)
        .await?;
    Ok(())
}
