//! What becomes of a session when its ritual goes, or is moved.

use chrono::TimeDelta;
use serde_json::json;

use crate::home::assert_all_same;
use crate::presence::both;
use crate::seen::all_that_is_seen_by;
use crate::ways::ids;
use crate::world::{Answer, World};

/// Who removes a ritual for which they sit with the phone down ends the session: what was kept is logged, and so the
/// ritual is archived.
#[tokio::test]
async fn removing_a_ritual_logs_its_session() {
    for together in [true, false] {
        let world = World::new().await;
        let (ada, ben, id) = both(&world).await;
        let session = match together {
            true => ada.sits_together(&id, 60).await,
            false => ben.sits(&id, 60).await,
        };
        world.pass(TimeDelta::minutes(25));
        ben.delete(&format!("/v1/rituals/{id}")).await.empty();
        let (hers, his) = (ada.minutes_of(&id).await, ben.minutes_of(&id).await);
        match together {
            true => assert_eq!(hers, ["me 18 25", "you 18 25"]),
            false => assert_eq!((hers.len(), his), (1, vec!["me 18 25".to_owned()])),
        }
        let archived = ada.walks("/v1/rituals?archived=true", 200).await;
        assert_eq!(ids(&archived), [id]);
        assert_eq!(
            ben.finishes(&session).await.json(200)["presence"]["kept"],
            25
        );
    }
}

/// Of a session that was not logged by the time the ritual goes, nothing stays behind: nobody said yes.
#[tokio::test]
async fn what_nobody_agreed_to_is_gone() {
    let world = World::new().await;
    let (ada, _, id) = both(&world).await;
    ada.sits(&id, 60).await;
    ada.withdraws(&id).await;
    world.pass(TimeDelta::minutes(25));
    ada.delete(&format!("/v1/rituals/{id}")).await.empty();
    ada.get(&format!("/v1/rituals/{id}"))
        .await
        .problem(404, "not_found");
}

/// While somebody sits there, a ritual does not begin later; all else about it can be changed.
#[tokio::test]
async fn the_start_stands_during_a_session() {
    let world = World::new().await;
    let (ada, ben, id) = both(&world).await;
    let session = ada.sits_together(&id, 60).await;
    let path = format!("/v1/rituals/{id}");
    for one in [&ada, &ben] {
        let later = one.patch(&path, json!({"starts_on": "2026-11-23"})).await;
        later.problem(409, "start_stands");
    }
    ben.amends(&id, json!({"starts_on": "2026-11-18", "title": "Check-in"}))
        .await;
    world.pass(TimeDelta::minutes(10));
    ada.finishes(&session).await.json(200);
    assert_eq!(ada.minutes_of(&id).await, ["me 18 10", "you 18 10"]);
    // Given up, it is in nobody's way.
    let (ada, _, id) = both(&World::new().await).await;
    let session = ada.sits(&id, 60).await;
    ada.gives_up(&session).await.empty();
    ada.amends(&id, json!({"starts_on": "2026-11-23"})).await;
}

/// All that Ben sees when he moves and removes rituals in which Ada sits alone, or does not.
async fn removes_and_moves(sits: bool) -> Vec<Answer> {
    let mut seen = Vec::new();
    for act in ["removes", "moves"] {
        let world = World::new().await;
        let (ada, ben, id) = both(&world).await;
        let session = ada.sits(&id, 60).await;
        if !sits {
            ada.gives_up(&session).await.empty();
        }
        let path = format!("/v1/rituals/{id}");
        seen.push(match act {
            "removes" => ben.delete(&path).await,
            _ => ben.patch(&path, json!({"starts_on": "2026-11-23"})).await,
        });
        world.pass(TimeDelta::minutes(120));
        world.app.sweep().await;
        seen.extend(all_that_is_seen_by(&ben, &[id]).await);
    }
    seen
}

/// Whatever the partner does about the ritual, a session in which somebody sits alone is not told.
#[tokio::test]
async fn sitting_alone_is_private_whatever_goes() {
    let (with, without) = (
        removes_and_moves(true).await,
        removes_and_moves(false).await,
    );
    assert_all_same(&with, &without);
}
