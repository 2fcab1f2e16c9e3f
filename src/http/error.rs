//! Every error the API can answer, with its status, its stable code, and the value it points at.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::body::Json;
use super::schema::Code;
use crate::domain::Refusal;
use crate::domain::token::Scope;
use crate::{password, store};

/// Where in a request a value stood, in OpenAPI's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The JSON body.
    Body,
    /// The path.
    Path,
    /// The query.
    Query,
    /// A header.
    Header,
}

/// One value of the request that is not what it must be.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Invalid {
    /// Where the value stood.
    #[serde(rename = "in")]
    pub place: Place,
    /// The value's JSON pointer (RFC 6901); elsewhere, the parameter's or header's name after a slash.
    #[schema(example = "/title")]
    pub pointer: String,
    /// What is wrong with it.
    #[schema(example = "must have 1 to 120 characters, not counting spaces around it")]
    pub detail: String,
}

impl Invalid {
    /// A field of the body.
    pub fn body(pointer: &str, detail: impl ToString) -> Invalid {
        Invalid::at(Place::Body, pointer, detail)
    }

    /// A value anywhere.
    pub fn at(place: Place, pointer: &str, detail: impl ToString) -> Invalid {
        Invalid {
            place,
            pointer: pointer.to_owned(),
            detail: detail.to_string(),
        }
    }
}

/// Why a request is not answered as it wished.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule of the domain speaks against it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Values are not what they must be.
    #[error("some values are not what they must be: see errors")]
    Invalid(Vec<Invalid>),
    /// The body is not JSON.
    #[error("the body is not JSON: {}", .0.detail)]
    MalformedJson(Invalid),
    /// The body says that it is something else.
    #[error("send the body as application/json")]
    UnsupportedMediaType,
    /// The body is larger than any honest one.
    #[error("the body is larger than 65536 bytes")]
    BodyTooLarge,
    /// The body did not arrive in time.
    #[error("the body did not arrive within ten seconds")]
    BodyTimeout,
    /// No token, or one that is unknown, expired or revoked: they look alike.
    #[error("sign in: send a living token as `Authorization: Bearer …`")]
    Unauthenticated,
    /// The token may not do this.
    #[error("this token lacks the scope {0}")]
    MissingScope(Scope),
    /// The caller asked too often.
    #[error("that was often: wait {seconds} seconds")]
    TooManyRequests {
        /// How long to wait until one more is answered.
        seconds: u64,
    },
    /// The key was used for another request.
    #[error("this Idempotency-Key came with another request: take a new key for a new request")]
    IdempotencyMismatch,
    /// There is nothing here, or nothing of the caller's.
    #[error("there is nothing here, or nothing of yours")]
    NotFound,
    /// The route knows other methods.
    #[error("this route does not know this method: see the Allow header")]
    MethodNotAllowed,
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The password could not be hashed.
    #[error(transparent)]
    Password(#[from] password::Error),
    /// Something broke.
    #[error("something broke on our side")]
    Broken(String),
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Error {
        Error::Invalid(vec![invalid])
    }
}

/// The body of every answer that is not a success: RFC 9457, with a stable `code`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A URN made of the code.
    #[serde(rename = "type")]
    #[schema(example = "urn:hearth:problem:invalid_request")]
    kind: String,
    /// What the status means.
    #[schema(example = "Unprocessable Entity")]
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 422, minimum = 400, maximum = 599)]
    status: u16,
    /// What happened, for people; it may change.
    detail: String,
    /// What happened, for programs; it stays.
    #[schema(value_type = Code)]
    code: &'static str,
    /// The values that are wrong, if it was about values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<Invalid>,
}

impl Error {
    /// Status and code of every error of the API.
    fn describe(&self) -> (StatusCode, &'static str) {
        use StatusCode as S;
        match self {
            Error::Refused(refusal) => describe_refusal(refusal),
            Error::Invalid(_) => (S::UNPROCESSABLE_ENTITY, "invalid_request"),
            Error::MalformedJson(_) => (S::BAD_REQUEST, "malformed_json"),
            Error::UnsupportedMediaType => (S::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
            Error::BodyTooLarge => (S::PAYLOAD_TOO_LARGE, "body_too_large"),
            Error::BodyTimeout => (S::REQUEST_TIMEOUT, "body_timeout"),
            Error::Unauthenticated => (S::UNAUTHORIZED, "unauthenticated"),
            Error::MissingScope(_) => (S::FORBIDDEN, "missing_scope"),
            Error::TooManyRequests { .. } => (S::TOO_MANY_REQUESTS, "too_many_requests"),
            Error::IdempotencyMismatch => (S::UNPROCESSABLE_ENTITY, "idempotency_mismatch"),
            Error::NotFound => (S::NOT_FOUND, "not_found"),
            Error::MethodNotAllowed => (S::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Error::Store(store::Error::Busy) => (S::SERVICE_UNAVAILABLE, "busy"),
            Error::Store(store::Error::Full) => (S::INSUFFICIENT_STORAGE, "storage_full"),
            Error::Store(store::Error::Failed) => (S::SERVICE_UNAVAILABLE, "storage_failed"),
            Error::Password(password::Error::Busy) => (S::SERVICE_UNAVAILABLE, "busy"),
            Error::Store(_) | Error::Password(_) | Error::Broken(_) => {
                (S::INTERNAL_SERVER_ERROR, "internal")
            }
        }
    }

    /// The values to point at.
    pub fn errors(&self) -> Vec<Invalid> {
        let pointer = match self {
            Error::Invalid(errors) => return errors.clone(),
            Error::MalformedJson(place) => return vec![place.clone()],
            Error::Refused(refusal) => culprit(refusal),
            Error::IdempotencyMismatch => Some((Place::Header, "/Idempotency-Key")),
            _ => None,
        };
        let point = |(place, pointer)| Invalid::at(place, pointer, self);
        pointer.map(point).into_iter().collect()
    }
}

/// Status and code of every refusal of the domain.
fn describe_refusal(refusal: &Refusal) -> (StatusCode, &'static str) {
    use StatusCode as S;
    match refusal {
        Refusal::EmailTaken => (S::CONFLICT, "email_taken"),
        Refusal::WeakPassword | Refusal::WeakNewPassword => {
            (S::UNPROCESSABLE_ENTITY, "weak_password")
        }
        // Not 401: the token is as good as before.
        Refusal::WrongPassword => (S::FORBIDDEN, "wrong_password"),
        Refusal::WrongCredentials => (S::UNAUTHORIZED, "wrong_credentials"),
        Refusal::AlreadyInCouple => (S::CONFLICT, "already_in_couple"),
        Refusal::NoCouple => (S::NOT_FOUND, "no_couple"),
        Refusal::CoupleFull => (S::CONFLICT, "couple_full"),
        Refusal::UnknownInvitation => (S::UNPROCESSABLE_ENTITY, "unknown_invitation"),
        Refusal::OwnInvitation => (S::UNPROCESSABLE_ENTITY, "own_invitation"),
        Refusal::AlreadyConfirmed => (S::CONFLICT, "already_confirmed"),
        Refusal::TooManyRituals => (S::CONFLICT, "too_many_rituals"),
        Refusal::TooManyRests => (S::CONFLICT, "too_many_rests"),
        Refusal::StartOutOfRange => (S::UNPROCESSABLE_ENTITY, "start_out_of_range"),
        Refusal::RuleStands => (S::CONFLICT, "rule_stands"),
        Refusal::StartStands => (S::CONFLICT, "start_stands"),
        Refusal::NotTakingPart => (S::CONFLICT, "not_taking_part"),
        Refusal::DateToCome => (S::UNPROCESSABLE_ENTITY, "date_to_come"),
        Refusal::DateBeforeStart => (S::UNPROCESSABLE_ENTITY, "date_before_start"),
        Refusal::TooManyCheckups => (S::CONFLICT, "too_many_checkups"),
        Refusal::CheckupFinished => (S::CONFLICT, "checkup_finished"),
        Refusal::CheckupSealed => (S::CONFLICT, "checkup_sealed"),
        Refusal::PromptClosed => (S::UNPROCESSABLE_ENTITY, "prompt_closed"),
        Refusal::RestEndsBeforeItBegins => (S::UNPROCESSABLE_ENTITY, "rest_ends_before_it_begins"),
        Refusal::NoPartner => (S::CONFLICT, "no_partner"),
        Refusal::ThanksForDateToCome => (S::UNPROCESSABLE_ENTITY, "date_to_come"),
        Refusal::OwnAppreciation => (S::CONFLICT, "own_appreciation"),
        Refusal::PartnersAppreciation => (S::CONFLICT, "partners_appreciation"),
        Refusal::AlreadyPresent => (S::CONFLICT, "already_present"),
        Refusal::RitualToCome => (S::UNPROCESSABLE_ENTITY, "date_before_start"),
        Refusal::PlanOfNothing => (S::UNPROCESSABLE_ENTITY, "plan_of_nothing"),
        Refusal::TooManyPlans => (S::CONFLICT, "too_many_plans"),
        Refusal::TooManyChannels => (S::CONFLICT, "too_many_channels"),
        Refusal::TooManyAppreciations => (S::CONFLICT, "too_many_appreciations"),
    }
}

/// The value that a refusal is about, if it is about one.
fn culprit(refusal: &Refusal) -> Option<(Place, &'static str)> {
    match refusal {
        Refusal::EmailTaken => Some((Place::Body, "/email")),
        Refusal::WeakPassword => Some((Place::Body, "/password")),
        Refusal::WeakNewPassword => Some((Place::Body, "/new_password")),
        Refusal::UnknownInvitation | Refusal::OwnInvitation => Some((Place::Body, "/code")),
        Refusal::StartOutOfRange | Refusal::StartStands => Some((Place::Body, "/starts_on")),
        Refusal::RuleStands => Some((Place::Body, "/rule")),
        Refusal::DateToCome | Refusal::DateBeforeStart | Refusal::PromptClosed => {
            Some((Place::Path, "/date"))
        }
        Refusal::RestEndsBeforeItBegins => Some((Place::Body, "/to")),
        Refusal::ThanksForDateToCome => Some((Place::Body, "/date")),
        Refusal::RitualToCome => Some((Place::Body, "/ritual_id")),
        Refusal::PlanOfNothing => Some((Place::Body, "/title")),
        Refusal::WrongCredentials
        | Refusal::WrongPassword
        | Refusal::AlreadyInCouple
        | Refusal::NoCouple
        | Refusal::CoupleFull
        | Refusal::AlreadyConfirmed
        | Refusal::TooManyRituals
        | Refusal::TooManyRests
        | Refusal::TooManyCheckups
        | Refusal::CheckupFinished
        | Refusal::CheckupSealed
        | Refusal::NotTakingPart
        | Refusal::NoPartner
        | Refusal::OwnAppreciation
        | Refusal::PartnersAppreciation
        | Refusal::AlreadyPresent
        | Refusal::TooManyPlans
        | Refusal::TooManyChannels
        | Refusal::TooManyAppreciations => None,
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, code) = self.describe();
        let retry_after = self.retry_after();
        if status.is_server_error() {
            // The only place where a failure is logged, with its source; the answer stays opaque.
            tracing::error!(code, error = ?self, "could not answer");
        }
        let problem = Problem {
            kind: format!("urn:hearth:problem:{code}"),
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: self.outside_message(),
            code,
            errors: self.errors(),
        };
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        let problem_json = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, problem_json);
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl Error {
    /// In how many seconds it is worth another try.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Error::TooManyRequests { seconds } => Some(*seconds),
            _ => (self.describe().0 == StatusCode::SERVICE_UNAVAILABLE).then_some(1),
        }
    }

    /// What the client may know: the inside of a failure stays inside.
    fn outside_message(&self) -> String {
        match self {
            Error::Store(store::Error::Db(_) | store::Error::Corrupt { .. })
            | Error::Password(password::Error::Failed(_))
            | Error::Broken(_) => "something broke on our side; it was noted".to_owned(),
            told => told.to_string(),
        }
    }
}

/// What a handler answers.
pub type Result<T> = std::result::Result<T, Error>;
