//! Phones-down sessions.

use chrono::TimeDelta;
use hearth::domain::cadence::Cadence;
use hearth::domain::presence::Presence;
use hearth::ids::{CoupleId, PresenceId};
use hearth::store::presence::{self, Due};
use hearth::store::rituals;

use super::{Ground, date};

/// A session comes back as it went in; what is due is found when it is due, until it has ended.
#[tokio::test]
async fn sessions_come_back_and_fall_due() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let ben = ground.account(&mut tx, "ben").await;
    let couple = ground.couple(&mut tx, &ada).await.id;
    let ritual = ground.ritual(&ada, Cadence::Daily, "2026-11-01");
    rituals::create(&mut tx, couple, &ritual, now)
        .await
        .unwrap();
    let mut begun = |together: bool| {
        let (id, minutes) = (PresenceId::new(&mut ground.chance), 30.try_into().unwrap());
        let today = date("2026-11-18");
        Presence::begin(id, &ritual, ada.id, together, minutes, today, now).unwrap()
    };
    let (first, second) = (begun(false), begun(true));
    presence::begin(&mut tx, couple, &first).await.unwrap();
    let found = presence::find(&mut tx, couple, first.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&first));
    let elsewhere = CoupleId::new(&mut ground.chance);
    let found = presence::find(&mut tx, elsewhere, first.id).await.unwrap();
    assert_eq!(found, None);
    assert_eq!(presence::of(&mut tx, couple, ben.id).await.unwrap(), []);
    let due = Due {
        couple,
        starter: ada.id,
        id: first.id,
    };
    let end = now + TimeDelta::minutes(60);
    let early = presence::due(&mut tx, end - TimeDelta::milliseconds(1)).await;
    assert_eq!(early.unwrap(), []);
    assert_eq!(presence::due(&mut tx, end).await.unwrap(), [due]);

    let over = first.at(end);
    presence::end(&mut tx, couple, &over).await.unwrap();
    assert_eq!(presence::due(&mut tx, end).await.unwrap(), []);
    let mine = presence::of(&mut tx, couple, ada.id).await.unwrap();
    assert_eq!(mine, [over]);
    presence::begin(&mut tx, couple, &second).await.unwrap();
    for one in [ada.id, ben.id] {
        let seen = presence::of(&mut tx, couple, one).await.unwrap();
        assert_eq!(
            seen,
            std::slice::from_ref(&second),
            "what was over is forgotten"
        );
    }
    presence::delete(&mut tx, couple, second.id).await.unwrap();
    presence::begin(&mut tx, couple, &second).await.unwrap();
    presence::forget_couple(&mut tx, couple).await.unwrap();
    let found = presence::find(&mut tx, couple, second.id).await.unwrap();
    assert_eq!(found, None);
}
