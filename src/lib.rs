//! Hearth helps two people keep their rituals of connection.
//!
//! One program, four rooms. The same noun goes by the same name in every room: whoever looks for rests
//! finds `domain/rest.rs`, `store/rests.rs`, `http/rests.rs` and `tests/it/rests.rs`.
//!
//! - [`domain`] is what Hearth *is*: pure values and rules. It knows no database, no HTTP, no clock.
//! - [`store`] is the only room that knows SQL.
//! - [`http`] is the only room that knows axum. Its [`router`](http::router) is the table of contents.
//! - The binary's files are the command line: `main`, and one a command.
//!
//! Beside them stand six small things that everybody is handed: [`clock`] (the only reader of the
//! time), [`ids`] (the only source of chance), [`password`] (hashing, bounded), [`tally`] (counts what is
//! there right now), [`content`] (Hearth's own words and offers) and [`config`] (the only reader of flags and environment).
//!
//! # The laws
//!
//! - `domain` imports neither `store` nor `http`; `store` imports `domain`; nobody imports `http` but
//!   the binary. `tests/it/tidy.rs` holds these as tests.
//! - A signed-in request is one transaction, one instant, one person ([`http::call::Call`]). What is not
//!   committed never happened.
//! - Nobody is answered before COMMIT.
//! - Text and numbers are parsed once, at the door, into types that cannot be wrong.

pub mod clock;
pub mod config;
pub mod content;
pub mod delivery;
pub mod domain;
pub mod http;
pub mod ids;
pub mod password;
pub mod store;
pub mod tally;
