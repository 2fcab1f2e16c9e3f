//! The delivery room: what is due is claimed, sent, and what became of it is noted. Nobody waits for it.

pub mod rounds;
