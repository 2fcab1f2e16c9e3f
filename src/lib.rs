//! Hearth.
pub mod domain;
pub mod ids;
