//! The thank-yous of an export, read again.

use super::export_body::ExportedAppreciation;
use super::import_body::{Reader, Result, refuse};
use super::import_cast::Cast;
use crate::domain::Refusal;
use crate::domain::appreciation::{Appreciation, MOST_APPRECIATIONS};
use crate::domain::couple::Couple;
use crate::domain::day::Date;
use crate::ids::AppreciationId;

impl Reader<'_> {
    /// Reads the thank-yous of a couple. They stand by date, and those of one date in their own order.
    pub fn appreciations(
        &mut self,
        told: Vec<ExportedAppreciation>,
        couple: &Couple,
        at: &str,
    ) -> Result<Vec<Appreciation>> {
        let is_alone = couple.members.len() < 2;
        if is_alone && !couple.closed && !told.is_empty() {
            return refuse(at, "appreciations", Refusal::NoPartner);
        }
        if told.len() as i64 > MOST_APPRECIATIONS {
            return refuse(at, "appreciations", Refusal::TooManyAppreciations);
        }
        let latest = Date::furthest_east(self.now);
        let mut before = Date::MIN;
        let mut read = Vec::with_capacity(told.len());
        for (index, one) in told.into_iter().enumerate() {
            let at = format!("{at}/appreciations/{index}");
            if one.date > latest {
                return refuse(&at, "date", Refusal::ThanksForDateToCome);
            }
            if one.date < before {
                return refuse(&at, "date", "must not lie before the one before");
            }
            before = one.date;
            let me = self.me.id;
            let cast = Cast {
                couple,
                me,
                at: &at,
            };
            read.push(Appreciation {
                id: AppreciationId::new(self.chance),
                from: cast.id("from", one.from)?,
                text: one.text,
                date: one.date,
                hearted: one.hearted,
            });
        }
        Ok(read)
    }
}
