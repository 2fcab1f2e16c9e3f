//! Everything Hearth promises, told by Ada and Ben.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod api_md;
mod contract;
mod cost;
mod door;
mod lives;
mod model;
mod naive;
mod rules;
mod store;
mod story;
mod tidy;
mod vectors;
mod world;
mod zones;
