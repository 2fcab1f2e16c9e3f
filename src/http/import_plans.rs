//! The plans of an export, read again.

use super::export_body::ExportedPlan;
use super::import_body::{Reader, Result, refuse};
use super::import_cast::Cast;
use crate::domain::couple::Couple;
use crate::domain::plan::Plan;
use crate::ids::{PlanId, RitualId};

impl Reader<'_> {
    /// Reads the plans of a ritual, or those without one, which stand in the object at `at`.
    pub fn plans(
        &mut self,
        told: Vec<ExportedPlan>,
        ritual: Option<RitualId>,
        couple: &Couple,
        at: &str,
    ) -> Result<Vec<Plan>> {
        let read = |(index, one): (usize, ExportedPlan)| {
            let at = &format!("{at}/plans/{index}");
            let me = self.me.id;
            let cast = Cast { couple, me, at };
            let plan = Plan {
                id: PlanId::new(self.chance),
                ritual,
                date: one.date,
                at: one.at,
                title: cast.written("title_by", one.title, one.title_by)?,
                planner: cast.id("planner", one.planner)?,
            };
            plan.check().or_else(|why| refuse(at, "title", why))?;
            Ok(plan)
        };
        told.into_iter().enumerate().map(read).collect()
    }
}
