//! What leaves Hearth: letters to people, and nothing that nobody asked for.

pub mod mail;
mod message;
mod smtp;
