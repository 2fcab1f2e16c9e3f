//! Counts for the operator of what was carried where, and how it went. Never whose it was.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

/// What tries to deliver are counted by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Tried {
    /// What listens there: `email`, `ntfy`, `webhook`; or `account`, of letters about an account.
    pub kind: &'static str,
    /// `delivered`, `failed`, or `gone` when no more is wanted there.
    pub outcome: &'static str,
}

/// Counts tries to deliver. Clones count together.
pub type Carried = Family<Tried, Counter>;
