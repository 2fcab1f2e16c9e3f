//! Somebody who is signed in and looks at their home: what is asked for most, so it costs least.

use axum::body::Bytes;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum_extra::headers::{ETag, HeaderMapExt, IfNoneMatch};
use chrono::{DateTime, Utc};

use super::App;
use super::caching::Tag;
use super::call::Caller;
use super::error::{Error, Result};
use super::language::Language;
use super::lately::Shown;
use crate::domain::couple::Couple;
use crate::ids::Secret;
use crate::store;
use crate::store::today::Home;

/// A look at the home.
#[derive(Debug)]
pub enum Visit {
    /// Nothing changed since the last one, and the caller holds what was shown then: this one.
    Unchanged(Language, ETag),
    /// Nothing changed since the last one: this is what was shown then.
    Again(Language, Bytes),
    /// One statement has read all of it.
    Anew(Box<Look>),
}

/// A look at what there is now.
#[derive(Debug)]
pub struct Look {
    /// What there is.
    pub home: Home,
    /// When.
    pub now: DateTime<Utc>,
    /// In which language to speak.
    pub language: Language,
    app: App,
    secret: Secret,
}

impl FromRequestParts<App> for Look {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Look> {
        let Ok(language) = Language::from_request_parts(parts, app).await;
        let caller = Caller::of(parts, app).await?;
        let now = app.clock.now();
        let mut conn = app.store.peek().await?;
        let home = store::today::find(&mut conn, caller.secret(), now).await?;
        let home = home.ok_or(Error::Unauthenticated)?;
        caller.admit(&home.token, now, parts)?;
        Ok(Look {
            home,
            now,
            language,
            app: app.clone(),
            secret: caller.secret().clone(),
        })
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Visit> {
        match shown_lately(parts, app).await? {
            Some(visit) => Ok(visit),
            None => Ok(Visit::Anew(Box::new(
                Look::from_request_parts(parts, app).await?,
            ))),
        }
    }
}

/// What was shown to the caller lately, if it still is what there is to show.
async fn shown_lately(parts: &mut Parts, app: &App) -> Result<Option<Visit>> {
    let Ok(language) = Language::from_request_parts(parts, app).await;
    let caller = Caller::of(parts, app).await?;
    let (secret, now) = (caller.secret(), app.clock.now());
    let Some(shown) = app.lately.find(secret) else {
        return Ok(None);
    };
    let mut conn = app.store.peek().await?;
    let found = store::versions::find(&mut conn, secret, now).await?;
    let Some((token, version)) = found else {
        app.lately.forget(secret);
        return Err(Error::Unauthenticated);
    };
    if !shown.holds(version, language, now) {
        return Ok(None);
    }
    let held: Option<IfNoneMatch> = parts.headers.typed_get();
    let etag = shown.etag();
    let etag = etag.filter(|etag| held.is_some_and(|held| !held.precondition_passes(etag)));
    let visit = match (etag, app.lately.body(secret, &shown)) {
        (Some(etag), _) => Visit::Unchanged(language, etag),
        (None, Some(body)) => Visit::Again(language, body),
        (None, None) => return Ok(None),
    };
    caller.admit(&token, now, parts)?;
    Ok(Some(visit))
}

impl Look {
    /// Holds what is shown, for the next time.
    pub fn hold(&self, couple: &Couple, body: &Bytes) {
        let Some(version) = self.home.version else {
            return;
        };
        let shown = Shown {
            version,
            language: self.language,
            since: self.now,
            until: self.unchanged_until(couple),
            tag: Tag::of(body),
        };
        self.app.lately.hold(&self.secret, shown, body.clone());
    }

    /// When time alone changes what there is to see.
    fn unchanged_until(&self, couple: &Couple) -> DateTime<Utc> {
        let snoozed = self.home.reminders.iter();
        let ends = snoozed.filter_map(|sent| sent.snoozed_until.filter(|until| *until > self.now));
        ends.fold(couple.unchanged_until(self.now), DateTime::min)
    }
}
