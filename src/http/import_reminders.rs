//! The reminders of an export, read again.

use super::export_alone::MyReminders;
use super::import_body::Reader;
use crate::domain::couple::Couple;
use crate::domain::occasion::Watch;
use crate::domain::reminder::Reminder;
use crate::domain::ritual::Ritual;
use crate::ids::ReminderId;

impl Reader<'_> {
    /// Reads one's own reminders of a ritual. In a couple that has closed they stay silent for ever.
    pub fn reminder(&mut self, told: MyReminders, ritual: &Ritual, couple: &Couple) -> Reminder {
        let id = ReminderId::new(self.chance);
        let mut reminder = Reminder {
            times: told.times,
            enabled: told.enabled && !couple.closed,
            nudges: told.nudges,
            ..Reminder::new(id, self.me.id, ritual.id)
        };
        let watch = Watch {
            zone: self.me.zone.clone(),
            day_start: couple.day_start,
        };
        reminder.schedule(&watch, self.now);
        reminder
    }
}
