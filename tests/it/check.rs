//! `hearth check` finds what is not what it must be, beside a running server, and says what to do.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use hearth::clock::Clock;
use hearth::store::OpenError;
use hearth::store::check::{self, CheckError, Finding, Tally};
use hearth::store::progress::Step;

use crate::door::{Place, raw};
use crate::household::household;
use crate::world::World;

/// What the check finds, and how much it went through.
async fn checked(world: &World) -> (Vec<Finding>, Tally) {
    let (mut found, clock) = (Vec::new(), &world.app.clock);
    let tally = check::run(&world.address(), clock, &mut |_| {}, &mut |one| {
        found.push(one)
    })
    .await
    .unwrap();
    (found, tally)
}

/// Asserts that nothing is found.
pub async fn is_well(world: &World) {
    let (found, tally) = checked(world).await;
    assert!(found.is_empty(), "{found:?}");
    assert!(tally.accounts > 0);
}

/// Asserts that one thing is found, and that it is told in these words.
async fn finds(world: &World, words: &str) {
    let (found, _) = checked(world).await;
    assert_eq!(found.len(), 1, "{found:?}");
    let told = found[0].to_string();
    assert!(told.contains(words), "{told}");
}

/// Does to the database what no Hearth would.
pub async fn harm(world: &World, statement: &'static str) {
    let mut conn = raw(&world.file()).await;
    sqlx::query("pragma foreign_keys = off")
        .execute(&mut conn)
        .await
        .unwrap();
    let done = sqlx::query(statement).execute(&mut conn).await.unwrap();
    assert!(done.rows_affected() > 0, "{statement} did nothing");
    sqlx::Connection::close(conn).await.unwrap();
}

/// Whatever two people did, a check finds nothing, and goes through all of it.
#[tokio::test]
async fn a_household_is_well() {
    let (world, [ada, ..]) = household().await;
    let mut steps = Vec::new();
    let clock = &world.app.clock;
    let mut found = Vec::new();
    let mut tell = |step: Step| steps.push(step.doing);
    let tally = check::run(&world.address(), clock, &mut tell, &mut |one| {
        found.push(one)
    })
    .await
    .unwrap();
    assert!(found.is_empty(), "{found:?}");
    assert_eq!((tally.accounts, tally.couples, tally.rituals), (4, 3, 10));
    let logs = ada.walks("/v1/logs", 200).await.len() as u64;
    assert_eq!(tally.logs, logs + 1, "and the one that Cleo wrote");
    steps.dedup();
    assert_eq!(
        steps,
        [
            "reading every page",
            "reading every account",
            "folding every ritual"
        ]
    );
}

/// A stored fold that differs from one from scratch is found, whichever part of it differs.
#[tokio::test]
async fn a_wrong_fold_is_found() {
    for statement in [
        "update rituals set checkpoint = replace(checkpoint, '\"best\":', '\"best\":1') \
         where title = 'Date night'",
        "update rituals set checkpoint = replace(checkpoint, '\"strength\":0.', '\"strength\":0.9') \
         where title = 'Date night'",
        "update rituals set unsettled_from = '2027-03-01', \
         checkpoint = replace(checkpoint, unsettled_from, '2027-03-01') where title = 'Date night'",
    ] {
        let (world, _) = household().await;
        harm(&world, statement).await;
        finds(&world, "is not what its logs come to").await;
    }
}

/// Years that are not what the logs come to are found, and so are logs that are gone, from behind.
#[tokio::test]
async fn a_wrong_year_is_found() {
    let (world, _) = household().await;
    harm(
        &world,
        "update years set days = replace(days, ',3,', ',1,')",
    )
    .await;
    let (found, _) = checked(&world).await;
    let all_years = |found: &[Finding]| {
        let years = |one: &Finding| matches!(one, Finding::Years { .. });
        !found.is_empty() && found.iter().all(years)
    };
    assert!(all_years(&found), "{found:?}");
    assert!(
        found[0]
            .to_string()
            .contains("only a look back tells wrongly")
    );

    // One that cannot be read keeps nobody from logging, and is whole again with the next log.
    let (world, [ada, ..]) = household().await;
    harm(&world, "update years set days = '[[' || days").await;
    let mut logged = 0;
    for ritual in ada.walks("/v1/rituals", 200).await {
        let path = format!("/v1/rituals/{}/logs/today", ritual["id"].as_str().unwrap());
        ada.delete(&path).await;
        let put = ada.tap("PUT", &path).await;
        assert!(put.status == 201 || put.status == 409, "{}", put.told());
        logged += usize::from(put.status == 201);
    }
    assert!(logged > 0);

    let (world, _) = household().await;
    let gone =
        "delete from logs where ritual_id = (select id from rituals where title = 'Date night')";
    harm(&world, gone).await;
    let (found, _) = checked(&world).await;
    let [Finding::Years { .. }, Finding::Streak { .. }] = &found[..] else {
        panic!("{found:?}");
    };
}

/// What a finding says to do about a wrong fold helps.
#[tokio::test]
async fn a_wrong_fold_is_mended_as_it_is_said() {
    let (world, [ada, ..]) = household().await;
    harm(
        &world,
        "update rituals set checkpoint = replace(checkpoint, '\"best\":', '\"best\":1') \
         where title = 'Date night'",
    )
    .await;
    let (found, _) = checked(&world).await;
    let Finding::Streak { ritual, .. } = &found[0] else {
        panic!("{found:?}");
    };
    for forgiveness in ["off", "gentle"] {
        ada.amends(ritual, serde_json::json!({"forgiveness": forgiveness}))
            .await;
    }
    is_well(&world).await;
}

/// A row that this Hearth cannot read is found and named, in whichever table it stands.
#[tokio::test]
async fn a_row_that_cannot_be_read_is_found() {
    let (world, _) = household().await;
    is_well(&world).await;
    for (harmful, words, heals) in [
        (
            "update accounts set time_zone = 'Atlantis' where name = 'Dora'",
            "accounts.time_zone of ",
            "update accounts set time_zone = 'Asia/Tokyo' where name = 'Dora'",
        ),
        (
            "update accounts set password_hash = 'x' || password_hash where name = 'Ada'",
            "accounts.password_hash of ",
            "update accounts set password_hash = substr(password_hash, 2) where name = 'Ada'",
        ),
        (
            "update tokens set scopes = 'x' || scopes where account_id = \
             (select id from accounts where name = 'Ben')",
            "tokens.scopes of ",
            "update tokens set scopes = substr(scopes, 2) where scopes like 'x%'",
        ),
        (
            "update couples set day_start = '25:00' where name = 'Ada & Ben'",
            "couples.day_start of ",
            "update couples set day_start = '05:00' where day_start = '25:00'",
        ),
        (
            "update invitations set expires_at = 9223372036854775807",
            "invitations.expires_at of ",
            "update invitations set expires_at = 0",
        ),
        (
            "update rests set last_date = '2026-99-99' where last_date is not null",
            "rests.last_date of ",
            "update rests set last_date = '2026-11-30' where last_date = '2026-99-99'",
        ),
        (
            "update checkups set answers = replace(answers, '\"felt_thanked\":', '\"felt_thanked\":9')",
            "checkups.answers of ",
            "update checkups set answers = replace(answers, '\"felt_thanked\":9', '\"felt_thanked\":')",
        ),
        (
            "update prompt_answers set prompt_id = 'X!' || prompt_id where words is null",
            "prompt_answers.prompt_id of ",
            "update prompt_answers set prompt_id = substr(prompt_id, 3) where words is null",
        ),
        (
            "update rituals set unsettled_from = '2026-01-01' where title = 'Date night'",
            "rituals.unsettled_from of ",
            "update rituals set unsettled_from = substr(checkpoint, 10, 10) \
             where title = 'Date night'",
        ),
        (
            "update presence set ends_at = 9223372036854775807 where together = 1",
            "presence.ends_at of ",
            "update presence set ends_at = started_at where together = 1",
        ),
        (
            "update plans set at = '24:00' where at is not null",
            "plans.at of ",
            "update plans set at = '19:30' where at = '24:00'",
        ),
        (
            "update appreciations set date = '2026-99-99'",
            "appreciations.date of ",
            "update appreciations set date = '2026-12-04' where date = '2026-99-99'",
        ),
        (
            "update logs set mood = x'ff00' where rowid = \
             (select rowid from logs where mood = 'warm' limit 1)",
            "a row of logs: ",
            "update logs set mood = 'warm' where mood = x'ff00'",
        ),
    ] {
        harm(&world, harmful).await;
        let (found, _) = checked(&world).await;
        assert!(!found.is_empty(), "{harmful} was not found");
        for finding in found {
            let told = finding.to_string();
            assert!(
                told.contains(words) && told.ends_with("from before that"),
                "{told}"
            );
        }
        harm(&world, heals).await;
    }
}

/// A row that belongs to nothing is found, though every page is whole.
#[tokio::test]
async fn a_stray_row_is_found() {
    let (world, _) = household().await;
    harm(&world, "delete from accounts where name = 'Dora'").await;
    let (found, _) = checked(&world).await;
    assert!(!found.is_empty());
    for finding in found {
        let told = finding.to_string();
        assert!(
            told.contains("belongs to a row of accounts that is not there"),
            "{told}"
        );
    }
}

/// Broken pages are found, and what stands on them is not believed.
#[tokio::test]
async fn broken_pages_are_found() {
    let (world, _) = household().await;
    world.app.store.close().await;
    let mut bytes = std::fs::read(world.file()).unwrap();
    let (page, pages) = (4096, bytes.len() / 4096);
    bytes[page * (pages - 2)..page * (pages - 1)].fill(0);
    std::fs::write(world.file(), bytes).unwrap();
    let (found, tally) = checked(&world).await;
    assert!(!found.is_empty());
    for finding in found {
        let told = finding.to_string();
        assert!(
            told.ends_with("move the database away and restore a backup"),
            "{told}"
        );
    }
    assert_eq!(tally, Tally::default());
}

/// A file that others may read is found: a couple's words are in it.
#[tokio::test]
async fn an_open_file_is_found() {
    let (world, _) = household().await;
    let log = format!("{}-wal", world.file().display());
    for file in [world.file(), Path::new(&log).to_owned()] {
        let open = Permissions::from_mode(0o640);
        std::fs::set_permissions(&file, open).unwrap();
        let run = format!("(mode 640): run `chmod 600 {}`", file.display());
        finds(&world, &run).await;
        let closed = Permissions::from_mode(0o600);
        std::fs::set_permissions(&file, closed).unwrap();
    }
    is_well(&world).await;
}

/// What is no database to check is refused.
#[tokio::test]
async fn a_check_needs_a_database() {
    let place = Place::new();
    let clock = Clock::System;
    let refused = check::run(&place.address(), &clock, &mut |_| {}, &mut |_| {}).await;
    let refused = refused.unwrap_err();
    assert!(
        matches!(refused, CheckError::Open(OpenError::Absent(_))),
        "{refused}"
    );
}
