//! Delivery: the only room that sends messages out, and the only one that knows reqwest and lettre. What is due is
//! claimed, sent, and what became of it is noted; no request waits for it.
//!
//! The [`courier`] sleeps until something is due. Then it goes its [`rounds`], on which reminders are looked at and
//! put into the outbox, and carries the [`post`]. The [`verifier`] writes the letters that let somebody choose a new password
//! or change their address.
//!
//! Members choose where their messages go, so every message leaves by one door, [`outbound`], past its
//! [`guard`]: https to [`public`] addresses, and whatever the operator allows at home. A [`webhook`] is for
//! programs, [`ntfy`] for phones. Letters go out through the operator's own [`mail`] server. What became of a message is an [`outcome`]; when to try once more,
//! [`domain::retry`](crate::domain::retry) says.

pub mod bell;
pub mod carried;
pub mod chore;
pub mod courier;
pub mod desk;
pub mod guard;
pub mod mail;
mod message;
pub mod ntfy;
pub mod outbound;
pub mod outcome;
pub mod post;
pub mod public;
pub mod rounds;
mod smtp;
mod told;
pub mod verifier;
pub mod webhook;
