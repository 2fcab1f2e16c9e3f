//! Check-ups.

use chrono::TimeDelta;
use hearth::domain::checkup::{Checkup, Sharing};
use hearth::ids::CheckupId;
use hearth::store::{Error, checkups};

use super::Ground;

/// A check-up comes back as it went in: the unfinished first, then the latest; one unfinished a member.
#[tokio::test]
async fn checkups_come_back() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let couple = ground.couple(&mut tx, &ada).await.id;
    let mut made = Vec::new();
    for days in [None, Some(1), Some(40)] {
        let mut checkup = Checkup::begin(CheckupId::new(&mut ground.chance), ada.id);
        checkups::put(&mut tx, couple, &checkup).await.unwrap();
        let answers = [("felt_thanked", 3), ("half_there", 0)];
        checkup.answers = answers
            .map(|(id, degree)| {
                (
                    id.to_owned().try_into().unwrap(),
                    degree.try_into().unwrap(),
                )
            })
            .into();
        checkup.closeness = Some(7.try_into().unwrap());
        checkup.line = Some("The train ride.".to_owned().try_into().unwrap());
        checkup.sharing = Sharing::Themes;
        checkup.finished_at = days.map(|days| now - TimeDelta::days(days));
        checkup.opened_at = days.filter(|days| *days > 1).map(|_| now);
        if days.is_none() {
            // The place of the unfinished one is taken only at the end.
            checkups::delete(&mut tx, couple, checkup.id).await.unwrap();
            assert_eq!(checkups::all(&mut tx, couple).await.unwrap(), []);
        } else {
            checkups::put(&mut tx, couple, &checkup).await.unwrap();
        }
        made.push(checkup);
    }
    checkups::put(&mut tx, couple, &made[0]).await.unwrap();
    assert_eq!(checkups::all(&mut tx, couple).await.unwrap(), made);
    let second = Checkup::begin(CheckupId::new(&mut ground.chance), ada.id);
    let refused = checkups::put(&mut tx, couple, &second).await;
    assert!(matches!(refused, Err(Error::Db(_))), "{refused:?}");
}
