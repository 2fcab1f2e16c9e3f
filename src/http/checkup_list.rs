//! All the check-ups of somebody, and what their partner shares, page by page.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::body::Json;
use super::call::Call;
use super::checkup_body::{CheckupBody, Checkups, PartnerCheckup, Trend};
use super::checkup_statements::HelpBody;
use super::checkups::load;
use super::error::Place::Query as InQuery;
use super::error::{Invalid, Result};
use super::language::{Language, Spoken};
use super::page::{Cursor, Limit, Page, linked};
use super::query::Query;
use crate::domain::checkup::is_offered;
use crate::ids::CheckupId;

/// Which check-ups to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CheckupQuery {
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<Place>>,
}

/// Where a page ends.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Place {
    /// After this one of the caller's, if there was any.
    after: Option<CheckupId>,
    /// After so many of the partner's, which go by no name.
    told: usize,
}

/// Your check-ups, and what your partner shares of theirs.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckupPage {
    /// Yours: the unfinished first, then the latest.
    data: Vec<CheckupBody>,
    /// Send it as `cursor` for the next page; `null` on the last one.
    #[schema(required)]
    next_cursor: Option<String>,
    /// Whether it is time for another: four weeks after your last one, or when there is none.
    offered: bool,
    trend: Trend,
    /// What your partner shares of check-ups to which none of yours belongs, the latest first; at most `limit`, and
    /// more on the next page.
    from_partner: Vec<PartnerCheckup>,
    /// That there is support when somebody feels afraid at home: the same words for everybody.
    afraid: &'static str,
    help: HelpBody,
}

impl IntoResponse for CheckupPage {
    fn into_response(self) -> Response {
        let next = self.next_cursor.clone();
        linked(Json(self).into_response(), next)
    }
}

/// Lists your check-ups, and what each shows.
#[utoipa::path(
    get, path = "/v1/checkups", operation_id = "listCheckups", tag = "checkups", security(("token" = [])),
    params(CheckupQuery), responses((status = 200, body = CheckupPage))
)]
pub async fn list(
    State(app): State<App>,
    mut call: Call,
    language: Language,
    Query(query): Query<CheckupQuery>,
) -> Result<Spoken<CheckupPage>> {
    let couple = call.couple().await?;
    let checkups = load(&mut call, &couple, language).await?;
    let place = query.cursor.map_or_else(Place::default, |cursor| cursor.0);
    let mine = checkups.mine.iter().skip(begin(&checkups, place.after)?);
    let mine = Page::cut(mine.collect(), query.limit, |checkup| checkup.id);
    let theirs = checkups.from_partner().skip(place.told);
    let theirs = theirs.take(query.limit.and_one() as usize).collect();
    let theirs = Page::cut(theirs, query.limit, |_| ());
    let more = mine.next_cursor.is_some() || theirs.next_cursor.is_some();
    let next = Place {
        after: mine.data.last().map(|last| last.id).or(place.after),
        told: place.told.saturating_add(theirs.data.len()),
    };
    let body = CheckupPage {
        data: mine
            .data
            .into_iter()
            .map(|one| checkups.show(one))
            .collect(),
        next_cursor: more.then(|| Cursor(next).to_text()),
        offered: is_offered(&checkups.mine, call.now),
        trend: checkups.trend(),
        from_partner: theirs.data,
        afraid: &language.0.checkup.afraid,
        help: HelpBody::from(&*app.help),
    };
    Ok(Spoken(language, body))
}

/// Where the caller's begin on a page.
fn begin(checkups: &Checkups, after: Option<CheckupId>) -> Result<usize> {
    let Some(after) = after else {
        return Ok(0);
    };
    let place = checkups.mine.iter().position(|one| one.id == after);
    let detail = "leads nowhere any more: begin the list anew";
    let place = place.ok_or_else(|| Invalid::at(InQuery, "/cursor", detail))?;
    Ok(1 + place)
}
