//! Thank-yous.

use hearth::domain::appreciation::{Appreciation, Direction};
use hearth::domain::day::Date;
use hearth::ids::{AppreciationId, CoupleId};
use hearth::store::appreciations::{self, Filter};

use super::{Ground, date};

/// A thank-you comes back as it went in, in its order; with its writer it goes, and so do hearts.
#[tokio::test]
async fn thanks_come_back() {
    let mut ground = Ground::new().await;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let ben = ground.account(&mut tx, "ben").await;
    let couple = ground.couple(&mut tx, &ada).await.id;
    let mut made = Vec::new();
    for (who, words, day) in [
        (&ada, "Two\nlines", "2026-11-18"),
        (&ben, "Tea", "2026-11-17"),
        (&ada, "TEA again", "2026-11-18"),
    ] {
        let one = Appreciation {
            id: AppreciationId::new(&mut ground.chance),
            from: who.id,
            text: words.to_owned().try_into().unwrap(),
            date: date(day),
            hearted: false,
        };
        appreciations::create(&mut tx, couple, &one).await.unwrap();
        made.push(one);
    }
    made[1].hearted = true;
    appreciations::set_heart(&mut tx, couple, &made[1])
        .await
        .unwrap();
    let found = appreciations::find(&mut tx, couple, made[1].id).await;
    assert_eq!(found.unwrap().as_ref(), Some(&made[1]));
    let elsewhere = CoupleId::new(&mut ground.chance);
    let found = appreciations::find(&mut tx, elsewhere, made[1].id).await;
    assert_eq!(found.unwrap(), None);
    assert_eq!(appreciations::count(&mut tx, couple).await.unwrap(), 3);
    let all = appreciations::all(&mut tx, couple).await.unwrap();
    assert_eq!(all, [made[1].clone(), made[0].clone(), made[2].clone()]);

    let everything = Filter {
        reader: ada.id,
        direction: None,
        words: None,
        from: Date::MIN,
        to: Date::MAX,
        after: None,
        limit: 9,
    };
    let listed = appreciations::list(&mut tx, couple, &everything).await;
    let listed = listed.unwrap();
    let newest_first: Vec<&Appreciation> = listed.iter().map(|(_, one)| one).collect();
    assert_eq!(newest_first, [&made[2], &made[0], &made[1]]);
    let part = Filter {
        direction: Some(Direction::Sent),
        words: Some("tea".to_owned().try_into().unwrap()),
        ..everything.clone()
    };
    let found = appreciations::list(&mut tx, couple, &part).await.unwrap();
    assert_eq!(found, listed[..1]);
    let rest = Filter {
        after: Some(listed[0].0),
        ..everything
    };
    let found = appreciations::list(&mut tx, couple, &rest).await.unwrap();
    assert_eq!(found, listed[1..]);

    appreciations::forget_member(&mut tx, couple, ada.id)
        .await
        .unwrap();
    made[1].hearted = false;
    let left = appreciations::all(&mut tx, couple).await.unwrap();
    assert_eq!(left, [made[1].clone()]);
    appreciations::delete(&mut tx, couple, made[1].id)
        .await
        .unwrap();
    assert_eq!(appreciations::count(&mut tx, couple).await.unwrap(), 0);
}
