//! Answers that are kept.

use chrono::TimeDelta;
use hearth::store::answers::{self, Kept};

use super::Ground;

/// A kept answer comes back as it went in, until its time is over; then it is gone from the table too.
#[tokio::test]
async fn answers_are_kept_for_a_while() {
    let mut ground = Ground::new().await;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let (now, until) = (ground.now, ground.now + TimeDelta::hours(24));
    let kept = Kept {
        fingerprint: "f".repeat(64),
        status: 201,
        body: "{\"id\": 1}".to_owned(),
    };
    answers::keep(&mut tx, ada.id, "a key", &kept, now, until)
        .await
        .unwrap();
    let found = answers::find(&mut tx, ada.id, "a key", now).await.unwrap();
    assert_eq!(found.as_ref(), Some(&kept));
    let found = answers::find(&mut tx, ada.id, "other", now).await.unwrap();
    assert_eq!(found, None);
    let found = answers::find(&mut tx, ada.id, "a key", until).await;
    assert_eq!(found.unwrap(), None);
    let later = until + TimeDelta::hours(1);
    answers::keep(&mut tx, ada.id, "other", &kept, until, later)
        .await
        .unwrap();
    let found = answers::find(&mut tx, ada.id, "a key", now).await.unwrap();
    assert_eq!(found, None, "it was swept");
}

/// What a couple was answered is forgotten with what it tells of, or altogether when they part.
#[tokio::test]
async fn answers_are_forgotten_with_what_they_tell_of() {
    let mut ground = Ground::new().await;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let couple = ground.couple(&mut tx, &ada).await;
    let until = ground.now + TimeDelta::hours(24);
    for (key, body) in [
        ("one", "{\"id\": \"rest-1\"}"),
        ("two", "{\"id\": \"rest-2\"}"),
    ] {
        let kept = Kept {
            fingerprint: "f".repeat(64),
            status: 201,
            body: body.to_owned(),
        };
        answers::keep(&mut tx, ada.id, key, &kept, ground.now, until)
            .await
            .unwrap();
    }
    answers::forget_about(&mut tx, couple.id, "rest-1")
        .await
        .unwrap();
    for (key, is_left) in [("one", false), ("two", true)] {
        let found = answers::find(&mut tx, ada.id, key, ground.now).await;
        assert_eq!(found.unwrap().is_some(), is_left, "{key}");
    }
    answers::forget_couple(&mut tx, couple.id).await.unwrap();
    let found = answers::find(&mut tx, ada.id, "two", ground.now).await;
    assert_eq!(found.unwrap(), None);
}
