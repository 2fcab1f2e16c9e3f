//! Everything Hearth promises, told by Ada and Ben.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounts;
mod agreement;
mod api_md;
mod contract;
mod cost;
mod couples;
mod days;
mod dice;
mod door;
mod hostile;
mod invitations;
mod isolation;
mod lives;
mod logs;
mod members;
mod model;
mod naive;
mod periods;
mod races;
mod rests;
mod revisions;
mod rituals;
mod routes;
mod rules;
mod shelf;
mod store;
mod story;
mod tidy;
mod today;
mod tokens;
mod vectors;
mod walks;
mod ways;
mod world;
mod zones;
