//! The list of changes to what both share.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::call::Call;
use super::error::Result;
use super::page::{Cursor, Limit, Page};
use super::query::Query;
use crate::domain::change::{Action, Change, Field, Kind, What};
use crate::domain::couple::Couple;
use crate::domain::day::Date;
use crate::ids::AccountId;
use crate::store;

/// Something that one of you changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Change)]
pub struct ChangeBody {
    /// Who.
    member_id: AccountId,
    /// On which date, their own.
    date: Date,
    what: WhatBody,
}

/// What was changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = What)]
pub struct WhatBody {
    kind: Kind,
    /// The id of the couple, ritual, rest or plan. It may be gone by now.
    #[schema(format = "uuid")]
    id: String,
    action: Action,
    /// The names of the fields that changed; empty unless `action` is `changed`.
    fields: Vec<Field>,
}

impl From<Change> for ChangeBody {
    fn from(change: Change) -> ChangeBody {
        ChangeBody {
            member_id: change.member,
            date: change.date,
            what: WhatBody {
                kind: change.what.thing.kind(),
                id: change.what.thing.id(),
                action: change.what.action,
                fields: change.what.fields,
            },
        }
    }
}

/// Which changes to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ChangeQuery {
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<i64>>,
}

/// Lists what either of you changed in what you share, the newest first.
#[utoipa::path(
    get, path = "/v1/couple/changes", operation_id = "listChanges", tag = "couple", security(("token" = [])), params(ChangeQuery),
    responses((status = 200, body = Page<ChangeBody>))
)]
pub async fn list(mut call: Call, Query(query): Query<ChangeQuery>) -> Result<Page<ChangeBody>> {
    let couple = call.couple().await?;
    let after = query.cursor.map(|cursor| cursor.0);
    let limit = query.limit.and_one();
    let changes = store::changes::list(&mut call.tx, couple.id, call.me.id, after, limit).await?;
    let page = Page::cut(changes, query.limit, |(number, _)| *number);
    Ok(page.map(|(_, change)| change.into()))
}

/// Lists for both what the caller changes, if anything: nothing shared changes silently.
pub async fn record(call: &mut Call, couple: &Couple, what: impl Into<Option<What>>) -> Result<()> {
    let Some(what) = what.into() else {
        return Ok(());
    };
    let change = Change {
        member: call.me.id,
        date: call.today(couple),
        what,
    };
    Ok(store::changes::record(&mut call.tx, couple.id, &change).await?)
}
