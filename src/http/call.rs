//! One signed-in request: one transaction, one instant, one person.

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum_extra::TypedHeader;
use axum_extra::headers::Authorization;
use axum_extra::headers::authorization::Bearer;
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::App;
use super::attempt::{self, Attempt};
use super::error::{Error, Result};
use crate::domain::account::Account;
use crate::domain::couple::Couple;
use crate::domain::day::Date;
use crate::domain::occasion::Watch;
use crate::domain::token::{Scope, Token};
use crate::ids::{Chance, Secret, Seed};
use crate::store::answers::Kept;
use crate::store::versions::Whose;
use crate::store::{self, Conn, Tx};

/// A request of somebody who is signed in.
///
/// While it is open, await nothing but the store. Dropped without [`Call::commit`], it never happened.
#[derive(Debug)]
pub struct Call {
    /// A snapshot for safe methods, the write door for all others.
    pub tx: Tx,
    /// When it came. The clock is asked once a request.
    pub now: DateTime<Utc>,
    /// Where new ids and secrets come from.
    pub chance: Chance,
    /// Whose it is.
    pub me: Account,
    /// What they showed.
    pub token: Token,
    /// Which attempt it is, if the client counts them.
    attempt: Option<Attempt>,
    /// Whom its writes concern.
    whose: Whose,
}

/// Why a request goes no further than this.
#[derive(Debug)]
pub enum Turned {
    /// It is refused.
    Away(Error),
    /// It was answered before.
    Back(Kept),
}

impl Call {
    /// The couple in which the caller is confirmed.
    pub async fn couple(&mut self) -> Result<Couple> {
        let couple = store::couples::of(&mut self.tx, self.me.id, self.now).await?;
        Ok(Couple::confirmed(couple, self.me.id)?)
    }

    /// The date it is for the caller.
    pub fn today(&self, couple: &Couple) -> Date {
        self.me.zone.today(self.now, couple.day_start)
    }

    /// How the caller tells the time.
    pub fn watch(&self, couple: &Couple) -> Watch {
        Watch {
            zone: self.me.zone.clone(),
            day_start: couple.day_start,
        }
    }

    /// The same call, whose writes change nothing of the partner's home.
    pub fn alone(self) -> Call {
        self.alone_if(true)
    }

    /// The same call, which is [`Call::alone`] or is not.
    pub fn alone_if(self, alone: bool) -> Call {
        let whose = if alone { Whose::Mine } else { Whose::Both };
        Call { whose, ..self }
    }

    /// Makes it last. Only after this may anybody be told.
    pub async fn commit(mut self) -> Result<()> {
        store::versions::count(&mut self.tx, self.me.id, self.whose).await?;
        Ok(self.tx.commit().await?)
    }

    /// Makes it last together with its answer, which a POST that is sent again gets once more.
    pub async fn answer(self, status: StatusCode, body: impl Serialize) -> Result<Response> {
        let json =
            serde_json::to_string(&body).map_err(|error| Error::Broken(error.to_string()))?;
        self.keep_and_commit(status, json).await
    }

    /// Makes it last, and answers that there is nothing to tell.
    pub async fn answer_nothing(self) -> Result<Response> {
        self.keep_and_commit(StatusCode::NO_CONTENT, String::new())
            .await
    }

    /// Makes it last, and answers that what follows is on its way.
    pub async fn answer_soon(self) -> Result<Response> {
        self.keep_and_commit(StatusCode::ACCEPTED, String::new())
            .await
    }

    async fn keep_and_commit(mut self, status: StatusCode, body: String) -> Result<Response> {
        if let Some(attempt) = self.attempt.take() {
            let (me, now) = (self.me.id, self.now);
            attempt.keep(&mut self.tx, me, status, &body, now).await?;
        }
        self.commit().await?;
        Ok(attempt::answer(status, body))
    }
}

impl FromRequestParts<App> for Call {
    type Rejection = Turned;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> std::result::Result<Call, Turned> {
        let caller = Caller::of(parts, app).await?;
        let mut call = match parts.method.is_safe() {
            true => caller.read(parts).await?,
            false => caller.write_once_seen(parts).await?,
        };
        call.attempt = Attempt::named(parts)?;
        if let Some(attempt) = &call.attempt {
            let (tx, me, now) = (&mut call.tx, call.me.id, call.now);
            if let Some(kept) = attempt.answered(tx, me, now).await? {
                return Err(Turned::Back(kept));
            }
        }
        Ok(call)
    }
}

/// Whoever asks, with nothing open. Most handlers want a [`Call`] at once.
#[derive(Debug)]
pub struct Caller {
    app: App,
    secret: Secret,
    /// What the token must be good for, if anything.
    scope: Option<Scope>,
    seed: Option<Seed>,
}

impl Caller {
    /// Whoever sent this, still unknown.
    pub async fn of(parts: &mut Parts, app: &App) -> Result<Caller> {
        Ok(Caller {
            app: app.clone(),
            secret: bearer(parts, app).await?,
            scope: scope_of(parts),
            seed: parts.extensions.get().copied(),
        })
    }

    /// What they showed, to look for.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Lets in whoever holds this token, if it is good for what they ask and they do not ask too often.
    pub fn admit(&self, token: &Token, now: DateTime<Utc>, parts: &Parts) -> Result<()> {
        self.check_scope(token)?;
        self.app.limits.count(token.account, parts)?;
        self.app.note_use(token, now);
        Ok(())
    }

    /// Lets them in, and opens a snapshot to read from.
    pub async fn read(&self, parts: &Parts) -> Result<Call> {
        let call = self.reopen().await?;
        self.admit(&call.token, call.now, parts)?;
        Ok(call)
    }

    /// Lets them in by a look, and opens the write door: whoever may not do this, or asks too often, never
    /// waits there.
    async fn write_once_seen(&self, parts: &Parts) -> Result<Call> {
        let now = self.app.clock.now();
        let mut conn = self.app.store.peek().await?;
        let (token, _) = self.find(&mut conn, now).await?;
        drop(conn);
        self.admit(&token, now, parts)?;
        self.write().await
    }

    /// Opens a snapshot to read from, for somebody who was let in.
    pub async fn reopen(&self) -> Result<Call> {
        self.open(self.app.store.read().await?).await
    }

    /// Opens the write door, for somebody who was let in.
    pub async fn write(&self) -> Result<Call> {
        self.open(self.app.write().await?).await
    }

    async fn open(&self, mut tx: Tx) -> Result<Call> {
        // Not before the door is open: writes are judged in the order in which they happen.
        let now = self.app.clock.now();
        let (token, me) = self.find(&mut tx, now).await?;
        self.check_scope(&token)?;
        Ok(Call {
            tx,
            now,
            chance: chance(self.seed),
            me,
            token,
            attempt: None,
            whose: Whose::Both,
        })
    }

    async fn find(&self, conn: &mut Conn, now: DateTime<Utc>) -> Result<(Token, Account)> {
        let found = store::tokens::find(conn, &self.secret, now).await?;
        found.ok_or(Error::Unauthenticated)
    }

    fn check_scope(&self, token: &Token) -> Result<()> {
        match self.scope {
            Some(scope) if !token.scopes.contains(scope) => Err(Error::MissingScope(scope)),
            _ => Ok(()),
        }
    }
}

impl<E: Into<Error>> From<E> for Turned {
    fn from(error: E) -> Turned {
        Turned::Away(error.into())
    }
}

impl IntoResponse for Turned {
    fn into_response(self) -> Response {
        match self {
            Turned::Away(error) => error.into_response(),
            Turned::Back(kept) => attempt::replay(kept),
        }
    }
}

/// The secret in `Authorization: Bearer …`.
pub(super) async fn bearer(parts: &mut Parts, app: &App) -> Result<Secret> {
    let header = TypedHeader::<Authorization<Bearer>>::from_request_parts(parts, app).await;
    let TypedHeader(Authorization(bearer)) = header.map_err(|_| Error::Unauthenticated)?;
    Ok(Secret::presented(bearer.token().to_owned()))
}

/// What a token needs for this request: `read` for every GET, `log` to write and undo logs, for sessions, which
/// become logs, and to snooze and dismiss, `manage` for every other change. Signing itself out it may always: a button that is thrown away takes its
/// token along, whatever that could do.
fn scope_of(parts: &Parts) -> Option<Scope> {
    let path = parts.extensions.get::<MatchedPath>();
    let path = path.map_or("", |path| path.as_str());
    let of_a_day = ["/v1/presence", "/v1/reminders"];
    let logs =
        path.ends_with("/logs/{date}") || of_a_day.iter().any(|start| path.starts_with(start));
    match parts.method {
        Method::GET | Method::HEAD => Some(Scope::Read),
        Method::DELETE if parts.uri.path() == "/v1/tokens/current" => None,
        _ if logs => Some(Scope::Log),
        _ => Some(Scope::Manage),
    }
}

/// Chance comes from the operating system, unless a test put a seed into the request. No client can:
/// an extension is not a header.
fn chance(seed: Option<Seed>) -> Chance {
    seed.map_or(Chance::System, |seed| Chance::seeded(seed.0))
}

impl FromRequestParts<App> for Chance {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &App,
    ) -> std::result::Result<Chance, Self::Rejection> {
        Ok(chance(parts.extensions.get().copied()))
    }
}
