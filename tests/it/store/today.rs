//! The home screen in one statement.

use hearth::domain::agreement::Participant;
use hearth::domain::cadence::Cadence;
use hearth::domain::rest::{Rest, Scope, Span};
use hearth::domain::token::{LifeDays, Scopes, Token};
use hearth::ids::{RestId, Secret, TokenId};
use hearth::store::rituals::{Shelf, Which};
use hearth::store::{logs, plans, rests, rituals, today, tokens};

use super::{Ground, date};

/// What one statement reads is what the statements for each noun read, and nothing is lost on the way: not a
/// line break, an absent word, a number, or a ritual without logs.
#[tokio::test]
async fn a_home_is_what_its_parts_are() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let ben = ground.account(&mut tx, "ben").await;
    let secret = Secret::presented("hearth_once".to_owned());
    let life = LifeDays::try_from(1).unwrap();
    let id = TokenId::new(&mut ground.chance);
    let token = Token::new(id, ada.id, None, Scopes::all(), life, now);
    tokens::create(&mut tx, &token, &secret).await.unwrap();
    let alone = today::find(&mut tx, &secret, now).await.unwrap().unwrap();
    assert_eq!((&alone.token, &alone.me), (&token, &ada));
    assert_eq!(alone.couple, None);
    assert!(alone.rituals.is_empty() && alone.rests.is_empty() && alone.logs.is_empty());
    assert!(alone.plans.is_empty());

    let couple = ground.couple(&mut tx, &ada).await;
    let kept = ground.ritual(&ada, Cadence::Daily, "2026-11-01");
    let mut bare = ground.ritual(&ada, Cadence::Anytime, "2026-11-02");
    (bare.cue, bare.target_minutes) = (None, None);
    let mut declined = ground.ritual(&ben, Cadence::Daily, "2026-11-03");
    declined.participants.push(Participant::decliner(ada.id));
    let archived = ground.ritual(&ada, Cadence::Daily, "2026-11-04");
    for ritual in [&kept, &bare, &declined, &archived] {
        rituals::create(&mut tx, couple.id, ritual, now)
            .await
            .unwrap();
        let mut plain = ground.log(ritual, &ben, "2026-11-17");
        (plain.note, plain.mood) = (None, Some("🌧".to_owned().try_into().unwrap()));
        for log in [ground.log(ritual, &ada, "2026-11-18"), plain] {
            if ritual.id != bare.id {
                logs::put(&mut tx, couple.id, &log).await.unwrap();
            }
        }
    }
    for (scope, from, to) in [
        (Scope::Couple, "2026-11-18", None),
        (Scope::Ritual(kept.id), "2026-11-05", Some("2026-11-06")),
        (Scope::Couple, "2020-01-01", Some("2020-01-09")),
        (Scope::Archive(archived.id), "2026-11-18", None),
    ] {
        let rest = Rest {
            id: RestId::new(&mut ground.chance),
            scope,
            span: Span {
                from: date(from),
                to: to.map(date),
            },
        };
        rests::put(&mut tx, couple.id, &rest).await.unwrap();
    }

    let mut ahead = vec![
        ground.plan(Some(kept.id), ben.id, "2026-11-18"),
        ground.plan(None, ada.id, "2026-12-04"),
    ];
    (ahead[0].at, ahead[0].title) = (None, None);
    let over = ground.plan(None, ada.id, "2026-11-16");
    let his = ground.plan(Some(declined.id), ben.id, "2026-11-20");
    for plan in ahead.iter().rev().chain([&over, &his]) {
        plans::create(&mut tx, couple.id, plan).await.unwrap();
    }

    let home = today::find(&mut tx, &secret, now).await.unwrap().unwrap();
    assert_eq!(home.couple.as_ref(), Some(&couple));
    assert_eq!(home.plans, ahead);
    let shelf = Shelf::Current;
    let listed = rituals::list(&mut tx, couple.id, shelf, ada.id, None, 9).await;
    assert_eq!(home.rituals, listed.unwrap());
    assert_eq!(home.rituals.len(), 2);
    let which = Which::On(shelf);
    let mut unsettled = logs::unsettled(&mut tx, couple.id, which).await.unwrap();
    unsettled.retain(|log| log.ritual != declined.id);
    assert_eq!(sorted(home.logs), sorted(unsettled));
    let reaching = rests::reaching(&mut tx, couple.id, which, date("2026-11-01")).await;
    let by_id = |mut rests: Vec<Rest>| {
        rests.sort_by_key(|rest| rest.id);
        rests
    };
    assert_eq!(by_id(home.rests), by_id(reaching.unwrap()));

    let later = now + chrono::TimeDelta::days(2);
    let late = today::find(&mut tx, &secret, later).await.unwrap();
    assert!(late.is_none(), "the token has expired");
}

fn sorted(mut logs: Vec<hearth::domain::log::Log>) -> Vec<hearth::domain::log::Log> {
    logs.sort_by_key(|log| (log.ritual, log.date, log.member));
    logs
}
