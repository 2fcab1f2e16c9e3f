//! How the domain's types look in the OpenAPI document. The domain itself knows nothing of it.

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, Schema, SchemaFormat};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::calendar::CalendarFile;
use super::checkups::GivenAnswers;
use super::export_body::{Format, Version, Who};
use super::path::{Day, TokenRef};
use super::practices::IdeaRef;
use super::shape::{
    SOME_LINES, cadence, date, day, given_answers, id, integer, reminder_times, string, text, words,
};
use crate::content::OFFERS;
use crate::domain::appreciation::Direction;
use crate::domain::cadence::{Cadence, Unit, WeekStart};
use crate::domain::catalog::Life;
use crate::domain::change;
use crate::domain::checkup::{Closeness, Degree, Sharing, StatementId};
use crate::domain::day::{Date, DayStart, Weekday, Zone};
use crate::domain::endpoint::Endpoint;
use crate::domain::log::Visibility;
use crate::domain::occasion::Times;
use crate::domain::practice::{Practice, Sign};
use crate::domain::presence::{Ended, PlannedMinutes};
use crate::domain::prompt::PromptId;
use crate::domain::reminder::Kind;
use crate::domain::ritual::{Forgiveness, Rule, Status};
use crate::domain::story::State;
use crate::domain::text::{
    CoupleName, Cue, Email, Label, Line, Minutes, Mood, Name, Note, Search, Thanks, Title,
};
use crate::domain::theme::Topic;
use crate::domain::time::WallTime;
use crate::domain::today::Part;
use crate::domain::token::{LONGEST_LIFE_DAYS, LifeDays, Scope, Scopes};
use crate::ids::{
    AccountId, AppreciationId, ChannelId, CheckupId, CoupleId, InvitationId, PlanId, PresenceId,
    ReminderId, RestId, RitualId, TokenId,
};
use crate::password::Password;

/// An instant on the wire: RFC 3339, UTC, milliseconds.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub struct Instant(pub DateTime<Utc>);

impl TryFrom<String> for Instant {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Instant, Self::Error> {
        DateTime::parse_from_rfc3339(&text)
            .map(|instant| Instant(instant.to_utc()))
            .map_err(|_| "must be an instant, such as 2026-11-22T20:45:00.000Z")
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// The code of a problem: [`super::error::Error`] knows which.
#[derive(Debug)]
pub struct Code;

/// Gives types a named schema.
macro_rules! schemas {
    ($($type:ty => $name:literal: $schema:expr;)*) => {$(
        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }
        }
    )*};
}

schemas! {
    Instant => "Instant": string("An instant: RFC 3339, UTC, milliseconds.")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .examples(["2026-11-22T20:45:00.000Z"]).build();
    Format => "ExportFormat": words("What this is.", &[Format::WORD]);
    Version => "ExportVersion": integer("How it is to be read.",
        Version::NUMBER, Version::NUMBER, Version::NUMBER);
    Who => "Who": words("One of the two.", &["me", "partner"]);
    Date => "Date": date("A civil date, from 1900-01-01 to 2199-12-31.");
    Day => "Day": day();
    TokenRef => "TokenRef": string("A token's id, or the word `current`: the one you ask with.")
        .examples(["current"]).build();
    CalendarFile => "CalendarFile": string("A feed's secret, and `.ics`.")
        .examples(["ZJ0Yc1Bq0m2cB8gq5uG3vN7f1sKxTtA4dWwEoRzPiLs.ics"]).build();
    DayStart => "DayStart": string("When a day begins: `00:00` to `06:00`.")
        .pattern(Some("^(0[0-5]:[0-5][0-9]|06:00)$")).examples(["04:00"]).build();
    Zone => "TimeZone": string("An IANA time zone.")
        .format(Some(SchemaFormat::Custom("iana-time-zone".to_owned())))
        .examples(["Europe/Oslo"]).build();
    WallTime => "WallTime": string("A wall-clock time: `00:00` to `23:59`.")
        .pattern(Some("^([01][0-9]|2[0-3]):[0-5][0-9]$")).examples(["19:30"]).build();
    Email => "Email": string("An e-mail address.")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)))
        .min_length(Some(3)).max_length(Some(Email::MAX)).examples(["ada@example.org"]).build();
    Password => "Password": string("A password that is not easy to guess.")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
        .min_length(Some(Password::MIN)).max_length(Some(Password::MAX))
        .examples(["seven quiet otters"]).build();
    Name => "Name": text("What somebody is called.", Name::MAX, "Ada");
    CoupleName => "CoupleName": text("What a couple calls itself.", CoupleName::MAX, "Ada & Ben");
    Title => "Title": text("What a ritual is called.", Title::MAX, "Nightly check-in");
    Cue => "Cue": text("What a ritual follows on.", Cue::MAX, "after we brush our teeth");
    Note => "Note": string("Words; line breaks are fine.").min_length(Some(1))
        .max_length(Some(Note::MAX)).pattern(Some(SOME_LINES))
        .examples(["We talked about the sea."]).build();
    Mood => "Mood": text("How it felt: a word or an emoji.", Mood::MAX, "warm");
    Thanks => "Thanks": string("A thank-you; line breaks are fine.").pattern(Some(SOME_LINES)).min_length(Some(1))
        .max_length(Some(Thanks::MAX)).examples(["You held the evening together."]).build();
    Search => "Search": text("What to look for; capitals do not matter.", Search::MAX, "evening");
    Direction => "Direction": words("Those you wrote, or those written to you.",
        &["sent", "received"]);
    Label => "Label": text("What a token is for.", Label::MAX, "the button in the hall");
    Minutes => "Minutes": integer("Minutes.", 0, i64::from(Minutes::MAX), 15);
    PlannedMinutes => "PlannedMinutes": integer("How long a session is meant to last.", 1,
        i64::from(PlannedMinutes::MAX), 30);
    Ended => "Ended": words("How a session ended: somebody finished it, or it was forgotten.",
        &["finished", "by_itself"]);
    LifeDays => "LifeDays": integer("Days a token lives.", 1, LONGEST_LIFE_DAYS, 90);
    Weekday => "Weekday": words("A day of the week.",
        &["mon", "tue", "wed", "thu", "fri", "sat", "sun"]);
    WeekStart => "WeekStart": words("The day on which a week begins.", &["mon", "sun", "sat"]);
    Unit => "Unit": words("What a streak counts.", &["day", "week", "month", "period"]);
    Rule => "Rule": words("Who must log for a period to be kept.", &["either", "both"]);
    Forgiveness => "Forgiveness": words(
        "`gentle`: one lapse never ends a streak, two in a row do. `off`: every lapse ends it.",
        &["gentle", "off"]);
    Status => "Status": words("`active` while both have a standing yes.",
        &["proposed", "active", "archived"]);
    State => "State": words(
        "`open` until it is over for both; `excused` by a rest, a clipped period, or nobody expected.",
        &["kept", "open", "excused", "forgiven", "missed"]);
    Code => "Code": words(
        "What went wrong, for programs. A code stays what it is; new ones may come: then go by the `status`.",
        &["invalid_request", "malformed_json", "unsupported_media_type", "body_too_large",
            "body_timeout", "unauthenticated", "missing_scope", "too_many_requests",
            "idempotency_mismatch", "not_found", "method_not_allowed", "busy", "storage_full",
            "storage_failed", "internal", "email_taken", "weak_password", "wrong_password",
            "wrong_credentials", "already_in_couple", "no_couple", "couple_full",
            "unknown_invitation", "own_invitation", "already_confirmed", "too_many_rituals",
            "too_many_rests", "start_out_of_range", "rule_stands", "start_stands",
            "not_taking_part", "date_to_come", "date_before_start", "rest_ends_before_it_begins",
            "too_many_checkups", "checkup_finished", "checkup_sealed", "prompt_closed",
            "no_partner", "own_appreciation", "partners_appreciation", "too_many_appreciations",
            "plan_of_nothing", "too_many_plans", "already_present", "too_many_channels"]);
    Part => "Part": words("`none`: taking no part, or nothing left to do.",
        &["to_do", "done", "none"]);
    Visibility => "Visibility": words("Who may read note and mood.", &["shared", "private"]);
    Practice => "Practice": words("What a ritual nourishes.",
        &["time_together", "rituals", "appreciation", "conversation", "intimacy", "presence"]);
    IdeaRef => "IdeaId": string("An idea of `GET /v1/practices`. New ones may come.")
        .enum_values(Some(OFFERS.ideas.iter().map(|idea| Value::from(idea.id.as_str()))))
        .examples(["coffee_before_the_phones"]).build();
    GivenAnswers => "GivenAnswers": given_answers();
    Sign => "Sign": words("A sign of drifting apart.",
        &["surface_talk", "unseen", "less_touch", "distracted", "avoided_conflict", "missing_us"]);
    PromptId => "PromptId": string("A prompt, by its name in every language.")
        .min_length(Some(1)).max_length(Some(PromptId::MAX)).examples(["free_tuesday"]).build();
    StatementId => "StatementId": string("A statement of the check-up, by its name in every language.")
        .min_length(Some(1)).max_length(Some(StatementId::MAX)).examples(["felt_thanked"]).build();
    Degree => "Degree": integer("From 0 (not at all) to 4 (very much).", 0, Degree::MAX, 3);
    Closeness => "Closeness": integer("From 1 (far away) to 7 (very close).", 1, Closeness::MAX, 5);
    Line => "Line": text("A line in somebody's own words.", Line::MAX, "I liked the train ride.");
    Sharing => "Sharing": words("What the partner may see of a check-up.",
        &["nothing", "themes", "answers"]);
    Topic => "Topic": words("What a statement is about: a sign of drifting apart, or a practice.",
        &["surface_talk", "unseen", "less_touch", "distracted", "avoided_conflict", "missing_us",
            "time_together", "rituals", "appreciation", "conversation", "intimacy", "presence"]);
    Life => "Life": words("What a couple's life is like.",
        &["mornings", "evenings", "weekend", "outdoors", "distance", "children", "shifts", "no_money",
            "bodies", "small"]);
    change::Kind => "ChangeKind": words("What was changed.", &["couple", "ritual", "rest", "plan"]);
    change::Action => "ChangeAction": words("What happened to it.",
        &["proposed", "begun", "planned", "changed", "archived", "brought_back", "deleted", "removed"]);
    change::Field => "ChangeField": words("A field, by its name.",
        &["name", "day_start", "week_start", "together_since", "title", "practice", "cadence",
            "rule", "starts_on", "cue", "forgiveness", "target_minutes", "from", "to", "date", "at",
            "planner"]);
    Scope => "Scope": words(
        "`read` every GET; `log` to write and undo logs, for sessions, and to snooze and dismiss; `manage` for every other change.",
        &["read", "log", "manage"]);
    Scopes => "Scopes": ArrayBuilder::new().items(Ref::from_schema_name("Scope"))
        .min_items(Some(1)).build();
    Cadence => "Cadence": cadence();
    AccountId => "AccountId": id("An account's id; a member goes by the same.");
    CoupleId => "CoupleId": id("A couple's id.");
    RitualId => "RitualId": id("A ritual's id.");
    CheckupId => "CheckupId": id("A check-up's id, which only its owner ever sees.");
    RestId => "RestId": id("A rest's id.");
    PresenceId => "PresenceId": id("A phones-down session's id.");
    PlanId => "PlanId": id("A plan's id.");
    AppreciationId => "AppreciationId": id("A thank-you's id.");
    ReminderId => "ReminderId": id("A reminder's id; only its owner ever sees it.");
    Times => "ReminderTimes": reminder_times();
    Kind => "ReminderKind": words("What a reminder says: that it is time, that this was the last one, or that the partner nudges.",
        &["time", "last", "nudge"]);
    ChannelId => "ChannelId": id("A channel's id; only its owner ever sees it.");
    Endpoint => "Url": string("A web address to post to.")
        .format(Some(SchemaFormat::Custom("uri".to_owned())))
        .max_length(Some(Endpoint::MAX)).examples(["https://example.org/hearth"]).build();
    TokenId => "TokenId": id("A token's id; not its secret.");
    InvitationId => "InvitationId": id("An invitation's id; not its code.");
}

/// Types that are named in other schemas only, and so must be listed by hand.
pub fn inner() -> Vec<(String, RefOr<Schema>)> {
    vec![
        ("CalendarFile".to_owned(), CalendarFile::schema()),
        ("Day".to_owned(), Day::schema()),
        ("Direction".to_owned(), Direction::schema()),
        ("Scope".to_owned(), Scope::schema()),
        ("Search".to_owned(), Search::schema()),
        ("TokenRef".to_owned(), TokenRef::schema()),
        ("Weekday".to_owned(), Weekday::schema()),
    ]
}
