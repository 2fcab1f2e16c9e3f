//! Calendar feeds, and what opens them.

use chrono::TimeDelta;
use hearth::ids::Secret;
use hearth::store::feeds;
use hearth::store::feeds::Feed;

use super::Ground;

/// A feed is what was saved, opens by its newest secret alone, and is gone once it is ended or its couple closed.
#[tokio::test]
async fn a_feed_opens_by_its_newest_secret() {
    let mut ground = Ground::new().await;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let ben = ground.account(&mut tx, "ben").await;
    let couple = ground.couple(&mut tx, &ada).await;
    let [old, new, bens] = [1, 2, 3].map(|_| Secret::link(&mut ground.chance));
    let feed = |member, details| Feed {
        couple: couple.id,
        member,
        details,
        created_at: ground.now,
    };
    let mut hers = feed(ada.id, true);
    let his = feed(ben.id, false);
    feeds::renew(&mut tx, &hers, &old).await.unwrap();
    feeds::renew(&mut tx, &his, &bens).await.unwrap();
    hers.created_at += TimeDelta::days(1);
    feeds::renew(&mut tx, &hers, &new).await.unwrap();
    assert_eq!(feeds::find(&mut tx, &old).await.unwrap(), None);
    assert_eq!(feeds::find(&mut tx, &new).await.unwrap(), Some(hers));
    hers.details = false;
    feeds::update(&mut tx, &hers).await.unwrap();
    let found = feeds::of(&mut tx, couple.id, ada.id).await;
    assert_eq!(found.unwrap(), Some(hers));
    feeds::end(&mut tx, couple.id, ada.id).await.unwrap();
    assert_eq!(feeds::find(&mut tx, &new).await.unwrap(), None);
    assert_eq!(feeds::find(&mut tx, &bens).await.unwrap(), Some(his));
    feeds::forget(&mut tx, couple.id).await.unwrap();
    let found = feeds::of(&mut tx, couple.id, ben.id).await;
    assert_eq!(found.unwrap(), None);
}
