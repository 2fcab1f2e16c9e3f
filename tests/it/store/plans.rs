//! Plans.

use hearth::domain::agreement::Participant;
use hearth::domain::cadence::Cadence;
use hearth::domain::day::Date;
use hearth::domain::plan::Plan;
use hearth::domain::text::Written;
use hearth::ids::{AccountId, CoupleId, PlanId, RitualId};
use hearth::store::plans::{self, Filter, Place};
use hearth::store::rituals;

use super::{Ground, date};

impl Ground {
    pub fn plan(&mut self, ritual: Option<RitualId>, by: AccountId, day: &str) -> Plan {
        let words = "You land in Oslo".to_owned().try_into().unwrap();
        Plan {
            id: PlanId::new(&mut self.chance),
            ritual,
            date: date(day),
            at: Some("19:30".parse().unwrap()),
            title: Some(Written { words, by }),
            planner: by,
        }
    }
}

/// Plans come back as they went in, soonest first, and go with their ritual.
#[tokio::test]
async fn plans_come_back() {
    let mut ground = Ground::new().await;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await.id;
    let ben = ground.account(&mut tx, "ben").await;
    let founder = ground.account(&mut tx, "cleo").await;
    let couple = ground.couple(&mut tx, &founder).await.id;
    let mut ritual = ground.ritual(&ben, Cadence::Daily, "2026-11-01");
    ritual.participants.push(Participant::decliner(ada));
    rituals::create(&mut tx, couple, &ritual, ground.now)
        .await
        .unwrap();
    let mut late = ground.plan(None, ada, "2026-12-04");
    let mut soon = ground.plan(Some(ritual.id), ben.id, "2026-11-20");
    for plan in [&late, &soon] {
        plans::create(&mut tx, couple, plan).await.unwrap();
    }
    (soon.at, soon.title) = (None, None);
    plans::update(&mut tx, couple, &soon).await.unwrap();
    let found = plans::find(&mut tx, couple, soon.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&soon));
    let elsewhere = CoupleId::new(&mut ground.chance);
    let found = plans::find(&mut tx, elsewhere, soon.id).await.unwrap();
    assert_eq!(found, None);
    assert_eq!(plans::count(&mut tx, couple).await.unwrap(), 2);
    for (of, planner) in [(None, ada), (Some(ritual.id), ben.id)] {
        let newest = plans::newest_planner(&mut tx, couple, of).await;
        assert_eq!(newest.unwrap(), Some(planner));
    }
    let none = plans::newest_planner(&mut tx, elsewhere, None).await;
    assert_eq!(none.unwrap(), None);
    let all = plans::all(&mut tx, couple).await.unwrap();
    assert_eq!(all, [late.clone(), soon.clone()], "as they were made");

    let everything = Filter {
        reader: ben.id,
        from: Date::MIN,
        to: Date::MAX,
        after: None,
        limit: 9,
    };
    let listed = plans::list(&mut tx, couple, &everything).await.unwrap();
    assert_eq!(listed, [soon.clone(), late.clone()]);
    let place = Place {
        date: soon.date,
        at: soon.at,
        id: soon.id,
    };
    let next = Filter {
        after: Some(place),
        ..everything.clone()
    };
    let hers = Filter {
        reader: ada,
        ..everything
    };
    for filter in [next, hers] {
        let listed = plans::list(&mut tx, couple, &filter).await.unwrap();
        assert_eq!(listed, [late.clone()]);
    }

    plans::forget_member(&mut tx, couple, ben.id, ada)
        .await
        .unwrap();
    soon.planner = ada;
    let all = plans::all(&mut tx, couple).await.unwrap();
    assert_eq!(all, [late.clone(), soon]);
    rituals::delete(&mut tx, couple, ritual.id).await.unwrap();
    late.planner = ada;
    assert_eq!(plans::all(&mut tx, couple).await.unwrap(), [late.clone()]);
    plans::delete(&mut tx, couple, late.id).await.unwrap();
    assert_eq!(plans::count(&mut tx, couple).await.unwrap(), 0);
}
