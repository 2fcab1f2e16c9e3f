//! What Hearth is, without any machinery: values in, values or a [`Refusal`] out.
//!
//! Two people, a [`couple`], agree on [`ritual`]s. A ritual has a [`cadence`], which cuts time into
//! periods, and a rule that says who must log for a period to count as kept. A [`log`] says
//! "I did this, for this date". A [`day`] belongs to a person and their clock: it starts when their
//! wall clock reaches the couple's `day_start`, and it is open until it is over for both. The
//! [`streak`] is one fold over the periods, oldest first. It forgives: one lapse never ends it, two in
//! a row do. A [`rest`] excuses the periods it touches. An [`agreement`] is a yes that stands until it
//! is withdrawn; a ritual is ours only when both have said it.
//!
//! Four promises hold everywhere, and tests keep them:
//!
//! - **Kindness.** Adding a log or a rest, agreeing, withdrawing, or changing the cadence never lowers
//!   `current`, `best` or `total_kept`.
//! - **Dates stay.** A log counts for the date it was written for. Moving to another zone changes only
//!   what "today" is from now on.
//! - **Private is inert.** Nothing the partner can see differs by one byte because a private word exists.
//! - **Reading is cheap.** A stored [`streak::Checkpoint`] equals a fold from scratch, so a read folds
//!   only the last few days.
//!
//! This room knows no database, no HTTP, no clock and no chance. Instants and ids are handed in. Text
//! and numbers are parsed once, at the door, into types that cannot be wrong.

pub mod account;
pub mod agreement;
pub mod amendment;
pub mod appreciation;
pub mod cadence;
pub mod calendar;
pub mod catalog;
pub mod change;
pub mod channel;
pub mod checkup;
pub mod couple;
pub mod day;
pub mod endpoint;
pub mod erasure;
pub mod icalendar;
pub mod insight;
pub mod ledger;
pub mod letter;
pub mod log;
pub mod message;
pub mod milestone;
pub mod nudge;
pub mod occasion;
pub mod pairs;
pub mod past;
pub mod patch;
pub mod patience;
pub mod phrases;
pub mod plan;
pub mod practice;
pub mod presence;
pub mod prompt;
pub mod recap;
pub mod refusal;
pub mod reminder;
pub mod rest;
pub mod retry;
pub mod ritual;
pub mod story;
pub mod streak;
pub mod text;
pub mod theme;
pub mod time;
pub mod timezone;
pub mod today;
pub mod token;
pub mod verification;
pub mod whole;
pub(crate) mod word;
pub mod wording;
pub mod year;
pub mod zone;

pub use refusal::Refusal;
