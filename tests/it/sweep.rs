//! The sweep: what everybody forgot ends by itself, once, whoever was there to see it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::presence::both;
use crate::world::World;

/// A forgotten session ends by itself after twice what was meant, logs exactly that, and says so; with a
/// sweep, or when somebody asks for it much later.
#[tokio::test]
async fn a_forgotten_session_ends_by_itself() {
    for (is_swept, days) in [(true, 0), (true, 3), (false, 0), (false, 3)] {
        let world = World::new().await;
        let (ada, ben, id) = both(&world).await;
        let session = ada.sits_together(&id, 30).await;
        world.pass(TimeDelta::minutes(60) - TimeDelta::milliseconds(1));
        world.app.sweep().await;
        assert_eq!(ben.presence().await["ended"], Value::Null);
        assert!(ada.minutes_of(&id).await.is_empty());
        world.pass(TimeDelta::days(days) + TimeDelta::milliseconds(1));
        if is_swept {
            world.app.sweep().await;
            world.app.sweep().await;
            assert_eq!(ada.minutes_of(&id).await, ["me 18 60", "you 18 60"]);
        }
        for one in [&ben, &ada] {
            assert_eq!(one.presence().await["ended"], "by_itself");
            assert_eq!(one.presence().await["kept"], 60);
            let ended = one.finishes(&session).await.json(200);
            assert_eq!(ended["presence"]["ended"], "by_itself");
            assert_eq!(
                (&ended["log"]["date"], &ended["log"]["minutes"]),
                (&json!("2026-11-18"), &json!(60))
            );
        }
        assert_eq!(ada.minutes_of(&id).await, ["me 18 60", "you 18 60"]);
        assert_eq!(ada.streak(&id).await["total_kept"], 1);
        ada.gives_up(&session).await.problem(404, "not_found");
        // Whoever begins anew has forgotten it, too.
        ada.sits(&id, 30).await;
        assert_eq!(ada.presence().await["ended"], Value::Null);
    }
}

/// Leaving ends everything, silently: a running session is given up, and nobody logs it later.
#[tokio::test]
async fn leaving_gives_up_what_runs() {
    let world = World::new().await;
    let (ada, ben, id) = both(&world).await;
    let session = ada.sits_together(&id, 30).await;
    ben.leaves().await;
    world.pass(TimeDelta::minutes(61));
    world.app.sweep().await;
    ada.finishes(&session).await.problem(404, "no_couple");
    let logs = ada.export().await["couples"][0]["rituals"][0]["my_logs"].clone();
    assert_eq!(logs, json!([]));
}

/// A killed server forgets nothing: the next one ends what was due meanwhile. Several at once end it once.
#[tokio::test]
async fn a_session_survives_its_server() {
    let world = World::new().await;
    let (ada, _, id) = both(&world).await;
    ada.sits_together(&id, 30).await;
    world.at_rest().await;
    // Killed: nothing is closed, and its files are as they are.
    let folder = tempfile::tempdir().unwrap();
    for file in ["hearth.db", "hearth.db-wal"] {
        std::fs::copy(world.folder.path().join(file), folder.path().join(file)).unwrap();
    }
    let next = World::in_folder(folder, "2026-11-21T08:00:00Z").await;
    let ada = ada.at(&next);
    tokio::join!(next.app.sweep(), next.app.sweep(), next.app.sweep());
    assert_eq!(ada.minutes_of(&id).await, ["me 18 60", "you 18 60"]);
    assert_eq!(ada.presence().await["ended"], "by_itself");
    assert_eq!(ada.streak(&id).await["total_kept"], 1);
}

/// Whatever two people do with their phones, whenever the sweep comes: each minute is logged once, for whoever
/// sat there, and none is made up.
#[tokio::test]
async fn every_minute_is_logged_once() {
    for seed in 1..=4 {
        let world = World::new().await;
        let (ada, ben, id) = both(&world).await;
        let mut dice = Dice(seed);
        let people = [&ada, &ben];
        // What should be logged for each, and who sits since when, for how long, together or not, at most one.
        let (mut due, mut running) = ([0, 0], None::<(String, usize, i64, i64, bool)>);
        let mut minute = 0;
        let credit = |due: &mut [i64; 2], who: usize, kept: i64, together: bool| {
            for (one, due) in due.iter_mut().enumerate() {
                *due += if together || one == who { kept } else { 0 };
            }
        };
        for _ in 0..60 {
            let step = dice.below(12) as i64;
            minute += step;
            world.pass(TimeDelta::minutes(step));
            if let Some((_, who, since, planned, together)) = running.clone()
                && minute - since >= 2 * planned
            {
                credit(&mut due, who, 2 * planned, together);
                running = None;
            }
            match (dice.below(4), running.clone()) {
                (0, _) => world.app.sweep().await,
                (1, Some((session, who, since, _, together))) => {
                    let by = if together {
                        dice.below(2) as usize
                    } else {
                        who
                    };
                    people[by].finishes(&session).await.json(200);
                    credit(&mut due, who, minute - since, together);
                    running = None;
                }
                (2, Some((session, who, ..))) if dice.happens(40) => {
                    people[who].gives_up(&session).await.empty();
                    running = None;
                }
                (_, None) => {
                    let (who, planned) = (dice.below(2) as usize, 1 + dice.below(15) as i64);
                    let together = dice.happens(50);
                    let session = match together {
                        true => people[who].sits_together(&id, planned).await,
                        false => people[who].sits(&id, planned).await,
                    };
                    running = Some((session, who, minute, planned, together));
                }
                _ => {}
            }
        }
        world.pass_days(1);
        world.app.sweep().await;
        if let Some((_, who, _, planned, together)) = running {
            credit(&mut due, who, 2 * planned, together);
        }
        let logs = ada.walks("/v1/logs", 200).await;
        let kept = people.map(|one| {
            let own = logs.iter().filter(|log| log["member_id"] == one.id);
            own.map(|log| log["minutes"].as_i64().unwrap()).sum::<i64>()
        });
        assert_eq!(kept, due, "seed {seed}");
        assert!(kept[0] > 0 && kept[1] > 0, "seed {seed}");
    }
}
