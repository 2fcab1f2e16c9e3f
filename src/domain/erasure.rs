//! Erasing somebody: what they said and wrote goes, and what is also the other's stays.

use super::agreement::Answer;
use super::ritual::Ritual;
use super::text::{Title, Written};
use crate::ids::AccountId;

impl Ritual {
    /// What is left of this ritual for `heir` when `gone` is erased; nothing, when the heir never said
    /// yes to it. It is the heir's alone from then on, and is judged by what they did.
    pub fn without(mut self, gone: AccountId, heir: AccountId) -> Option<Ritual> {
        self.participants
            .retain(|part| part.member == heir && part.answer != Answer::Declined);
        if self.participants.is_empty() {
            return None;
        }
        if self.title.by == gone {
            self.title = Written {
                words: Title::of(self.practice),
                by: heir,
            };
        }
        self.cue = self.cue.filter(|cue| cue.by != gone);
        self.proposed_by = heir;
        Some(self)
    }
}
