//! How far a long command is, told while it works.

/// One thing to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What is being done.
    pub doing: &'static str,
    /// How much of it is done, in percent; nothing when nobody can tell.
    pub percent: Option<u64>,
}

impl Step {
    /// A step that nobody can measure.
    pub(super) fn begun(doing: &'static str) -> Step {
        Step {
            doing,
            percent: None,
        }
    }

    /// A step of which `done` parts `of` all are done.
    pub fn part(doing: &'static str, done: u64, of: u64) -> Step {
        let percent = Some(done.saturating_mul(100) / of.max(1));
        Step {
            doing,
            percent: percent.map(|percent| percent.min(100)),
        }
    }
}

/// Whoever wants to know.
pub type Listener<'a> = &'a mut dyn FnMut(Step);
