//! What was changed in what both share.

use hearth::domain::agreement::Participant;
use hearth::domain::cadence::Cadence;
use hearth::domain::change::{Action, Change, Field, MOST_CHANGES, Thing, What};
use hearth::ids::{PlanId, RestId};
use hearth::store::{changes, rituals};

use super::{Ground, date};

/// Changes come back as they went in, the newest first, from any place on; each couple has its own.
#[tokio::test]
async fn changes_come_back() {
    let mut ground = Ground::new().await;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let couple = ground.couple(&mut tx, &ada).await;
    let cleo = ground.account(&mut tx, "cleo").await;
    let other = ground.couple(&mut tx, &cleo).await;
    let ritual = ground.ritual(&ada, Cadence::Daily, "2026-11-18");
    let things = [
        (Thing::Couple(couple.id), Action::Changed),
        (Thing::Ritual(ritual.id), Action::BroughtBack),
        (
            Thing::Rest(RestId::new(&mut ground.chance), None),
            Action::Begun,
        ),
        (
            Thing::Rest(RestId::new(&mut ground.chance), Some(ritual.id)),
            Action::Removed,
        ),
        (
            Thing::Plan(PlanId::new(&mut ground.chance), Some(ritual.id)),
            Action::Planned,
        ),
    ];
    let mut made = Vec::new();
    for (thing, action) in things {
        let change = Change {
            member: ada.id,
            date: date("2026-11-18"),
            what: What {
                thing,
                action,
                fields: vec![Field::DayStart, Field::TargetMinutes],
            },
        };
        for couple in [couple.id, other.id] {
            changes::record(&mut tx, couple, &change).await.unwrap();
        }
        made.insert(0, change);
    }
    let all = changes::list(&mut tx, couple.id, ada.id, None, 9).await;
    let all = all.unwrap();
    let numbers: Vec<i64> = all.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [5, 4, 3, 2, 1]);
    let listed: Vec<Change> = all.iter().map(|(_, change)| change.clone()).collect();
    assert_eq!(listed, made);
    let part = changes::list(&mut tx, couple.id, ada.id, Some(4), 1).await;
    assert_eq!(part.unwrap(), all[2..3]);
}

/// A couple's list has a bound: the oldest are forgotten, and numbers go on.
#[tokio::test]
async fn only_the_newest_changes_are_kept() {
    let mut ground = Ground::new().await;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let couple = ground.couple(&mut tx, &ada).await;
    let change = Change {
        member: ada.id,
        date: date("2026-11-18"),
        what: What {
            thing: Thing::Couple(couple.id),
            action: Action::Changed,
            fields: vec![Field::Name],
        },
    };
    for _ in 0..MOST_CHANGES + 5 {
        changes::record(&mut tx, couple.id, &change).await.unwrap();
    }
    let all = changes::list(&mut tx, couple.id, ada.id, None, 9999).await;
    let numbers: Vec<i64> = all.unwrap().iter().map(|(number, _)| *number).collect();
    let kept: Vec<i64> = (6..=MOST_CHANGES + 5).rev().collect();
    assert_eq!(numbers, kept);
}

/// The changes of a ritual outlive it; from whoever had declined it they stay hidden.
#[tokio::test]
async fn changes_outlive_their_ritual() {
    let mut ground = Ground::new().await;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let ben = ground.account(&mut tx, "ben").await;
    let couple = ground.couple(&mut tx, &ada).await;
    let mut declined = ground.ritual(&ada, Cadence::Daily, "2026-11-18");
    declined.participants.push(Participant::decliner(ben.id));
    let open = ground.ritual(&ada, Cadence::Daily, "2026-11-18");
    for ritual in [&declined, &open] {
        rituals::create(&mut tx, couple.id, ritual, ground.now)
            .await
            .unwrap();
        let change = Change {
            member: ada.id,
            date: date("2026-11-18"),
            what: What::of_ritual(ritual, Action::Proposed),
        };
        changes::record(&mut tx, couple.id, &change).await.unwrap();
    }
    changes::outlive(&mut tx, couple.id, open.id).await.unwrap();
    for is_there in [true, false] {
        for (reader, seen) in [(&ada, vec![2, 1]), (&ben, vec![2])] {
            let listed = changes::list(&mut tx, couple.id, reader.id, None, 9).await;
            let numbers: Vec<i64> = listed.unwrap().iter().map(|(n, _)| *n).collect();
            assert_eq!(numbers, seen, "while it is there: {is_there}");
        }
        for ritual in [&declined, &open] {
            rituals::delete(&mut tx, couple.id, ritual.id)
                .await
                .unwrap();
        }
    }
    changes::forget(&mut tx, couple.id).await.unwrap();
    let left = changes::list(&mut tx, couple.id, ada.id, None, 9).await;
    assert_eq!(left.unwrap(), []);
}
