//! Rituals, logs, rests and checkpoints.

use chrono::TimeDelta;
use hearth::domain::agreement::Participant;
use hearth::domain::cadence::Cadence;
use hearth::domain::day::Date;
use hearth::domain::log::Visibility;
use hearth::domain::rest::{Rest, Scope, Span};
use hearth::domain::ritual::Forgiveness;
use hearth::domain::streak::settled_before;
use hearth::ids::{CoupleId, RestId};
use hearth::store::logs::Filter;
use hearth::store::rituals::{Shelf, Which};
use hearth::store::{checkpoints, couples, logs, rests, rituals};

use super::{Ground, date};

/// A ritual comes back whole, on the right shelf.
#[tokio::test]
async fn rituals_come_back_whole() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let [ada, ben] = [
        ground.account(&mut tx, "ada").await,
        ground.account(&mut tx, "ben").await,
    ];
    let couple = ground.couple(&mut tx, &ada).await.id;
    assert!(!couples::holds_anything(&mut tx, couple).await.unwrap());
    let mut first = ground.ritual(&ada, Cadence::Every { days: 9 }, "2026-11-01");
    let second = ground.ritual(&ada, Cadence::Anytime, "2026-11-02");
    rituals::create(&mut tx, couple, &first, now).await.unwrap();
    rituals::create(&mut tx, couple, &second, now + TimeDelta::seconds(1))
        .await
        .unwrap();
    first.participants.push(Participant::decliner(ben.id));
    first.forgiveness = Forgiveness::Gentle;
    first.cue = None;
    rituals::update(&mut tx, couple, &first).await.unwrap();
    assert!(couples::holds_anything(&mut tx, couple).await.unwrap());
    let found = rituals::find(&mut tx, couple, first.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&first));
    let elsewhere = CoupleId::new(&mut ground.chance);
    assert_eq!(
        rituals::find(&mut tx, elsewhere, first.id).await.unwrap(),
        None
    );

    let archive = Rest {
        id: RestId::new(&mut ground.chance),
        scope: Scope::Archive(second.id),
        span: Span {
            from: date("2026-11-18"),
            to: None,
        },
    };
    rests::put(&mut tx, couple, &archive).await.unwrap();
    let count = rituals::count(&mut tx, couple).await.unwrap();
    assert_eq!((count.all, count.current), (2, 1));
    for (shelf, ritual) in [(Shelf::Current, &first), (Shelf::Archived, &second)] {
        let listed = rituals::list(&mut tx, couple, shelf, ada.id, None, 9)
            .await
            .unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(&listed[0], ritual);
        let after = Some(listed[0].id);
        for (reader, after) in [(ada.id, after), (ben.id, None)] {
            let more = rituals::list(&mut tx, couple, shelf, reader, after, 9).await;
            let declined = reader == ben.id && shelf == Shelf::Current;
            let expected = usize::from(reader == ben.id && !declined);
            assert_eq!(more.unwrap().len(), expected);
        }
    }
    let folded = rituals::folded_past(&mut tx, couple, Scope::Couple, date("2026-11-01")).await;
    assert_eq!(folded.unwrap().len(), 1, "the second starts a day later");
    let titles = rituals::titles(&mut tx, couple).await.unwrap();
    assert_eq!(titles, ["Nightly check-in"; 2]);
    let all = rituals::all(&mut tx, couple).await.unwrap();
    assert_eq!(all, [first, second.clone()], "the oldest first");
    let rests = rests::all(&mut tx, couple).await.unwrap();
    assert_eq!(rests, [archive]);
    rituals::delete(&mut tx, couple, second.id).await.unwrap();
    assert_eq!(
        rituals::find(&mut tx, couple, second.id).await.unwrap(),
        None
    );
    assert_eq!(
        rests::find(&mut tx, couple, archive.id).await.unwrap(),
        None
    );
}

/// A log comes back as it went in; there is one a ritual, member and date.
#[tokio::test]
async fn logs_come_back() {
    let mut ground = Ground::new().await;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let couple = ground.couple(&mut tx, &ada).await.id;
    let ritual = ground.ritual(&ada, Cadence::Daily, "2026-11-01");
    rituals::create(&mut tx, couple, &ritual, ground.now)
        .await
        .unwrap();
    assert!(!logs::any(&mut tx, couple, ritual.id).await.unwrap());
    let days = ["2026-11-03", "2026-11-09", "2026-11-18"];
    for day in days {
        logs::put(&mut tx, couple, &ground.log(&ritual, &ada, day))
            .await
            .unwrap();
    }
    let mut again = ground.log(&ritual, &ada, days[1]);
    again.note = None;
    again.visibility = Visibility::Shared;
    logs::put(&mut tx, couple, &again).await.unwrap();
    assert!(logs::any(&mut tx, couple, ritual.id).await.unwrap());
    let found = logs::find(&mut tx, couple, ritual.id, again.date, ada.id)
        .await
        .unwrap();
    assert_eq!(found.as_ref(), Some(&again));
    assert_eq!(
        logs::unsettled(&mut tx, couple, Which::On(Shelf::Current))
            .await
            .unwrap()
            .len(),
        3
    );

    let (from, to) = (date(days[0]), date(days[1]));
    let mut dates = logs::dates(&mut tx, couple, ritual.id, from, to)
        .await
        .unwrap();
    dates.sort();
    assert_eq!(dates, [(ada.id, from), (ada.id, to)]);
    let filter = Filter {
        reader: ada.id,
        ritual: Some(ritual.id),
        member: Some(ada.id),
        from: to,
        to: Date::MAX,
        after: None,
        limit: 9,
    };
    let listed = logs::list(&mut tx, couple, &filter).await.unwrap();
    assert_eq!(listed, [ground.log(&ritual, &ada, days[2]), again]);
    assert!(
        logs::delete(&mut tx, couple, ritual.id, to, ada.id)
            .await
            .unwrap()
    );
    assert!(
        !logs::delete(&mut tx, couple, ritual.id, to, ada.id)
            .await
            .unwrap()
    );
}

/// All the logs of a ritual come by date, and one member's go together.
#[tokio::test]
async fn one_members_logs_go_together() {
    let mut ground = Ground::new().await;
    let mut tx = ground.store.write().await.unwrap();
    let [ada, ben] = [
        ground.account(&mut tx, "ada").await,
        ground.account(&mut tx, "ben").await,
    ];
    let couple = ground.couple(&mut tx, &ada).await.id;
    let ritual = ground.ritual(&ada, Cadence::Daily, "2026-11-01");
    rituals::create(&mut tx, couple, &ritual, ground.now)
        .await
        .unwrap();
    for (who, day) in [
        (&ada, "2026-11-09"),
        (&ben, "2026-11-04"),
        (&ada, "2026-11-03"),
    ] {
        logs::put(&mut tx, couple, &ground.log(&ritual, who, day))
            .await
            .unwrap();
    }
    let all = logs::all(&mut tx, couple, ritual.id).await.unwrap();
    let dates: Vec<String> = all.iter().map(|log| log.date.to_string()).collect();
    assert_eq!(dates, ["2026-11-03", "2026-11-04", "2026-11-09"]);
    logs::delete_all(&mut tx, couple, ada.id).await.unwrap();
    let left = logs::all(&mut tx, couple, ritual.id).await.unwrap();
    assert_eq!(left, [ground.log(&ritual, &ben, "2026-11-04")]);
}

/// Rests come back; what they change in the settled past is folded anew.
#[tokio::test]
async fn rests_come_back_and_refold() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let couple = ground.couple(&mut tx, &ada).await.id;
    let mut ritual = ground.ritual(&ada, Cadence::Daily, "2026-11-01");
    rituals::create(&mut tx, couple, &ritual, now)
        .await
        .unwrap();
    logs::put(&mut tx, couple, &ground.log(&ritual, &ada, "2026-11-02"))
        .await
        .unwrap();
    checkpoints::refold(&mut tx, couple, &mut ritual, now)
        .await
        .unwrap();
    assert_eq!(ritual.checkpoint.next, settled_before(now));
    rituals::update(&mut tx, couple, &ritual).await.unwrap();

    let span = Span {
        from: date("2026-11-03"),
        to: Some(date("2026-11-30")),
    };
    let id = RestId::new(&mut ground.chance);
    let rest = Rest {
        id,
        scope: Scope::Ritual(ritual.id),
        span,
    };
    rests::put(&mut tx, couple, &rest).await.unwrap();
    assert_eq!(rests::find(&mut tx, couple, id).await.unwrap(), Some(rest));
    for (from, reaches) in [("2026-11-30", 1), ("2026-12-01", 0)] {
        for which in [Which::One(ritual.id), Which::On(Shelf::Current)] {
            let reaching = rests::reaching(&mut tx, couple, which, date(from)).await;
            assert_eq!(reaching.unwrap().len(), reaches, "{from}");
        }
    }
    let listed = rests::list(&mut tx, couple, ada.id, None, 9).await;
    assert_eq!(listed.unwrap(), [rest]);
    assert_eq!(rests::count(&mut tx, couple).await.unwrap(), 1);
    checkpoints::refold_rested(&mut tx, couple, rest.scope, span.from, now)
        .await
        .unwrap();
    let rested = rituals::find(&mut tx, couple, ritual.id)
        .await
        .unwrap()
        .unwrap();
    assert_ne!(
        rested.checkpoint, ritual.checkpoint,
        "the lapses are excused now"
    );

    rests::delete(&mut tx, couple, id).await.unwrap();
    assert_eq!(rests::find(&mut tx, couple, id).await.unwrap(), None);
}
