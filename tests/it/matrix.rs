//! Who gets what: one row an operation, one column a caller who must not reach another couple's life.
//!
//! The operations come from the OpenAPI document, and each must have its row: whoever adds a route says here
//! what strangers hear. isolation.rs asks every cell. Without a living token every operation answers 401, so
//! that column needs no words.

use crate::contract;
use crate::routes::{Route, signed_in};
use crate::world::text;

/// What an operation answers: its status and, of a problem, the code.
pub type Cell = &'static str;

/// What an operation takes, and what it answers to those whose couple it is not.
#[derive(Debug)]
pub struct Row {
    /// The scope without which a token is refused with `403 missing_scope`.
    pub scope: &'static str,
    /// To one of another couple, who asks with the right ids.
    pub elsewhere: Cell,
    /// To somebody in no couple, be it that they left, were left or were turned away.
    pub alone: Cell,
    /// To somebody who accepted the couple's invitation, and is not confirmed.
    pub awaiting: Cell,
}

/// A row as it is written.
type Written = [&'static str; 5];

// They are asked in this order: what founds or leaves a couple comes last.
#[rustfmt::skip]
const MATRIX: &[Written] = &[
    // operation          scope     one elsewhere            alone                     awaiting
    // One's own account. Nobody else's is named, but by a token's id.
    ["getMe",             "read",   "200",                   "200",                    "200"],
    ["updateMe",          "manage", "200",                   "200",                    "200"],
    ["exportMe",          "manage", "200",                   "200",                    "200"],
    ["changePassword",    "manage", "403 wrong_password",    "403 wrong_password",     "403 wrong_password"],
    ["changeEmail",       "manage", "403 wrong_password",    "403 wrong_password",     "403 wrong_password"],
    ["eraseMe",           "manage", "403 wrong_password",    "403 wrong_password",     "403 wrong_password"],
    ["listTokens",        "read",   "200",                   "200",                    "200"],
    ["revokeToken",       "manage", "404 not_found",         "404 not_found",          "404 not_found"],
    ["revokeTokens",      "manage", "204",                   "204",                    "204"],
    // What is offered to everybody.
    ["listPractices",     "read",   "200",                   "200",                    "200"],
    // The couple.
    ["getCouple",         "read",   "200",                   "404 no_couple",          "200"],
    ["updateCouple",      "manage", "200",                   "404 no_couple",          "404 no_couple"],
    ["listChanges",       "read",   "200",                   "404 no_couple",          "404 no_couple"],
    ["invite",            "manage", "409 couple_full",       "404 no_couple",          "404 no_couple"],
    ["listInvitations",   "read",   "200",                   "404 no_couple",          "404 no_couple"],
    ["deleteInvitation",  "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["confirmMember",     "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["turnAwayMember",    "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    // What it keeps.
    ["getToday",          "read",   "200",                   "404 no_couple",          "404 no_couple"],
    ["getInsights",       "read",   "200",                   "404 no_couple",          "404 no_couple"],
    ["listRituals",       "read",   "200",                   "404 no_couple",          "404 no_couple"],
    ["proposeRitual",     "manage", "201",                   "404 no_couple",          "404 no_couple"],
    ["getRitual",         "read",   "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["updateRitual",      "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["deleteRitual",      "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["agree",             "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["withdraw",          "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["putLog",            "log",    "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["deleteLog",         "log",    "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["listLogsOfRitual",  "read",   "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["listPeriods",       "read",   "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["listLogs",          "read",   "200",                   "404 no_couple",          "404 no_couple"],
    ["listRests",         "read",   "200",                   "404 no_couple",          "404 no_couple"],
    ["beginRest",         "manage", "201",                   "404 no_couple",          "404 no_couple"],
    ["updateRest",        "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["deleteRest",        "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    // A question a day.
    ["getPrompt",         "read",   "200",                   "404 no_couple",          "404 no_couple"],
    ["answerPrompt",      "manage", "200",                   "404 no_couple",          "404 no_couple"],
    ["passPrompt",        "manage", "204",                   "404 no_couple",          "404 no_couple"],
    ["listPrompts",       "read",   "200",                   "404 no_couple",          "404 no_couple"],
    // How the two have been.
    ["listStatements",    "read",   "200",                   "200",                    "200"],
    ["listCheckups",      "read",   "200",                   "404 no_couple",          "404 no_couple"],
    ["beginCheckup",      "manage", "201",                   "404 no_couple",          "404 no_couple"],
    ["answerCheckup",     "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["shareCheckup",      "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["proposeIdeas",      "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["dropCheckup",       "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["thank",              "manage", "201",                   "404 no_couple",          "404 no_couple"],
    ["listAppreciations",  "read",   "200",                   "404 no_couple",          "404 no_couple"],
    ["takeThanksBack",     "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["giveHeart",          "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["takeHeartBack",      "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["listPlans",          "read",   "200",                   "404 no_couple",          "404 no_couple"],
    ["plan",               "manage", "201",                   "404 no_couple",          "404 no_couple"],
    ["updatePlan",         "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["deletePlan",         "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["getPresence",        "read",   "200",                   "404 no_couple",          "404 no_couple"],
    ["beginPresence",      "log",    "422 invalid_request",   "404 no_couple",          "404 no_couple"],
    ["finishPresence",     "log",    "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["giveUpPresence",     "log",    "404 not_found",         "404 no_couple",          "404 no_couple"],
    // When one wants to be reminded is one's own affair.
    ["getReminders",       "read",   "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["setReminders",       "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["listReminders",      "read",   "200",                   "404 no_couple",          "404 no_couple"],
    ["snoozeReminder",     "log",    "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["dismissReminder",    "log",    "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["nudge",              "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    // Where they go to belongs to the account.
    ["listChannels",       "read",   "200",                   "200",                    "200"],
    ["createChannel",      "manage", "201",                   "201",                    "201"],
    ["updateChannel",      "manage", "404 not_found",         "404 not_found",          "404 not_found"],
    ["testChannel",        "manage", "404 not_found",         "404 not_found",          "404 not_found"],
    ["redeliver",          "manage", "404 not_found",         "404 not_found",          "404 not_found"],
    ["deleteChannel",      "manage", "404 not_found",         "404 not_found",          "404 not_found"],
    // A feed is made for one couple, and its address opens no other.
    ["getCalendar",        "read",   "200",                   "404 no_couple",          "404 no_couple"],
    ["updateCalendar",     "manage", "404 not_found",         "404 no_couple",          "404 no_couple"],
    ["endCalendar",        "manage", "204",                   "404 no_couple",          "404 no_couple"],
    ["renewCalendar",      "manage", "201",                   "404 no_couple",          "404 no_couple"],
    // Coming and going.
    ["acceptInvitation",  "manage", "422 unknown_invitation", "422 unknown_invitation", "422 unknown_invitation"],
    ["foundCouple",       "manage", "409 already_in_couple", "201",                    "409 already_in_couple"],
    ["leaveCouple",       "manage", "204",                   "204",                    "204"],
];

/// Every signed-in operation, each beside its row.
pub fn matrix() -> Vec<(Row, Route)> {
    let routes = signed_in();
    let row = |&[operation, scope, elsewhere, alone, awaiting]: &Written| {
        let route = routes.iter().find(|route| route.name == operation);
        let route = route.unwrap_or_else(|| panic!("{operation} is no operation"));
        let row = Row {
            scope,
            elsewhere,
            alone,
            awaiting,
        };
        (row, route.clone())
    };
    MATRIX.iter().map(row).collect()
}

/// No operation is left out, and none stands there twice.
#[test]
fn every_operation_has_its_row() {
    let mut written: Vec<&str> = MATRIX.iter().map(|row| row[0]).collect();
    let routes = signed_in();
    let mut known: Vec<&str> = routes.iter().map(|route| route.name.as_str()).collect();
    written.sort_unstable();
    known.sort_unstable();
    assert_eq!(written, known, "write a row for each operation");
}

/// Only these need no token; a route that forgets to ask for one is seen here.
#[test]
fn few_operations_need_no_token() {
    let mut open: Vec<String> = contract::operations()
        .into_iter()
        .filter(|(.., operation)| !operation["security"].is_array())
        .map(|(_, _, operation)| text(&operation["operationId"]))
        .collect();
    open.sort_unstable();
    // The metrics ask for the operator's token, and are not there without one; a calendar for its secret address.
    let known = [
        "getMetrics",
        "isAlive",
        "isReady",
        "readCalendar",
        "resetPassword",
        "signIn",
        "signUp",
    ];
    assert_eq!(open, known, "open to everybody");
}
