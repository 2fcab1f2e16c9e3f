//! How often something was written, and for whom.

use chrono::TimeDelta;
use hearth::domain::token::{LifeDays, Scopes, Token};
use hearth::ids::{Secret, TokenId};
use hearth::store::versions::{Version, Whose};
use hearth::store::{couples, today, tokens, versions};

use super::Ground;

/// A write counts for both members of a couple, or for the writer alone, and for nobody elsewhere.
#[tokio::test]
async fn writes_are_counted_for_whom_they_concern() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let mut people = Vec::new();
    for name in ["ada", "ben", "cleo", "dan"] {
        let account = ground.account(&mut tx, name).await;
        let (id, secret) = (
            TokenId::new(&mut ground.chance),
            Secret::token(&mut ground.chance),
        );
        let token = Token::new(
            id,
            account.id,
            None,
            Scopes::all(),
            LifeDays::default(),
            now,
        );
        tokens::create(&mut tx, &token, &secret).await.unwrap();
        people.push((account, token, secret));
    }
    let [ada, ben, cleo, dan] = &people[..] else {
        panic!("four people");
    };
    let ours = ground.couple(&mut tx, &ada.0).await;
    couples::take_seat(&mut tx, ours.id, ben.0.id, now)
        .await
        .unwrap();
    couples::confirm(&mut tx, ours.id, ben.0.id).await.unwrap();
    let theirs = ground.couple(&mut tx, &cleo.0).await;

    versions::count(&mut tx, ada.0.id, Whose::Both)
        .await
        .unwrap();
    versions::count(&mut tx, ada.0.id, Whose::Mine)
        .await
        .unwrap();
    versions::count_for_each(&mut tx, &[ben.0.id, cleo.0.id, dan.0.id])
        .await
        .unwrap();
    versions::count_for_each(&mut tx, &[]).await.unwrap();
    versions::count(&mut tx, dan.0.id, Whose::Both)
        .await
        .unwrap();
    let version = |couple, number| Some(Version { couple, number });
    for (who, wanted) in [
        (ada, version(ours.id, 2)),
        (ben, version(ours.id, 2)),
        (cleo, version(theirs.id, 1)),
        (dan, None),
    ] {
        let found = versions::find(&mut tx, &who.2, now).await.unwrap();
        assert_eq!(found, Some((who.1.clone(), wanted)));
        let home = today::find(&mut tx, &who.2, now).await.unwrap().unwrap();
        assert_eq!(home.version, wanted);
    }
    let late = now + TimeDelta::days(1000);
    assert_eq!(versions::find(&mut tx, &ada.2, late).await.unwrap(), None);
    let nobody = Secret::presented("hearth_nobody".to_owned());
    assert_eq!(versions::find(&mut tx, &nobody, now).await.unwrap(), None);
}
