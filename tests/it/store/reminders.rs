//! Reminders, and which of them are due.

use chrono::TimeDelta;
use hearth::domain::account::Account;
use hearth::domain::cadence::Cadence;
use hearth::domain::couple::Couple;
use hearth::domain::occasion::{Occasion, Time, Times};
use hearth::domain::patience::Patience;
use hearth::domain::reminder::{Kind, Reminder};
use hearth::domain::rest::{Rest, Scope, Span};
use hearth::domain::ritual::Ritual;
use hearth::ids::{ReminderId, RestId};
use hearth::store::{Tx, logs, reminders, rests, rituals, schedule};

use super::{Ground, date};

impl Ground {
    /// A reminder of this ritual at half past nine, due an hour ago.
    fn reminder(&mut self, whose: &Account, ritual: &Ritual) -> Reminder {
        let id = ReminderId::new(&mut self.chance);
        let at = "21:30".parse().unwrap();
        let times = vec![Time { at, days: None }];
        Reminder {
            times: Times::try_from(times).unwrap(),
            patience: Patience {
                sent: 2,
                passed_over: true,
                last: Some(date("2026-11-17")),
            },
            snoozed_until: Some(self.now),
            dismissed_on: Some(date("2026-11-16")),
            next_at: Some(self.now - TimeDelta::hours(1)),
            ..Reminder::new(id, whose.id, ritual.id)
        }
    }

    async fn kept(&mut self, tx: &mut Tx, whose: &Account, couple: &Couple) -> (Ritual, Reminder) {
        let ritual = self.ritual(whose, Cadence::Daily, "2026-11-01");
        rituals::create(tx, couple.id, &ritual, self.now)
            .await
            .unwrap();
        let reminder = self.reminder(whose, &ritual);
        reminders::put(tx, couple.id, &reminder).await.unwrap();
        (ritual, reminder)
    }
}

/// A reminder is read as it was saved; a log begins its patience anew; a closed couple's are gone.
#[tokio::test]
async fn reminders_are_what_was_saved() {
    let mut ground = Ground::new().await;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let couple = ground.couple(&mut tx, &ada).await;
    let (ritual, mut reminder) = ground.kept(&mut tx, &ada, &couple).await;
    let (other, others) = ground.kept(&mut tx, &ada, &couple).await;
    let found = reminders::find(&mut tx, couple.id, ritual.id, ada.id).await;
    assert_eq!(found.unwrap().as_ref(), Some(&reminder));
    reminder.enabled = false;
    (reminder.next_at, reminder.snoozed_until) = (None, None);
    reminders::put(&mut tx, couple.id, &reminder).await.unwrap();
    reminders::begin_anew(&mut tx, couple.id, ritual.id, ada.id)
        .await
        .unwrap();
    reminder.patience = Patience::default();
    let mut all = reminders::of(&mut tx, couple.id, ada.id).await.unwrap();
    all.sort_by_key(|one| one.ritual != ritual.id);
    assert_eq!(all, [reminder, others]);
    let found = reminders::find(&mut tx, couple.id, other.id, ada.id).await;
    assert_eq!(found.unwrap().unwrap().patience.sent, 2);
    reminders::forget(&mut tx, couple.id).await.unwrap();
    let found = reminders::of(&mut tx, couple.id, ada.id).await;
    assert_eq!(found.unwrap(), []);
}

/// An occasion is noted once, whoever notes it; what is long ago is forgotten.
#[tokio::test]
async fn an_occasion_comes_once() {
    let mut ground = Ground::new().await;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let couple = ground.couple(&mut tx, &ada).await;
    let (_, reminder) = ground.kept(&mut tx, &ada, &couple).await;
    let at = |day: &str, time: &str| Occasion {
        date: date(day),
        at: time.parse().unwrap(),
        instant: ground.now,
    };
    for (occasion, is_new) in [
        (at("2026-11-18", "21:30"), true),
        (at("2026-11-18", "21:30"), false),
        (at("2026-11-18", "21:31"), true),
        (at("2026-11-19", "21:30"), true),
        (at("2026-11-18", "21:30"), false),
        (at("2026-11-26", "21:30"), true),
        (at("2026-11-18", "21:30"), true),
    ] {
        let noted = reminders::note(&mut tx, couple.id, &reminder, &occasion, Kind::Time).await;
        assert_eq!(noted.unwrap(), is_new, "{occasion:?}");
    }
}

/// A nudge is noted beside what is there: it is looked at next, and one that waits is not put off by another. It is an
/// occasion of its own.
#[tokio::test]
async fn a_nudge_is_taken_in() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let couple = ground.couple(&mut tx, &ada).await;
    let (ritual, mut reminder) = ground.kept(&mut tx, &ada, &couple).await;
    let later = now + TimeDelta::hours(1);
    for (next_at, expected) in [
        (Some(later), now),
        (Some(now - TimeDelta::hours(1)), now - TimeDelta::hours(1)),
        (None, now),
    ] {
        reminder.next_at = next_at;
        reminders::put(&mut tx, couple.id, &reminder).await.unwrap();
        for nudged_at in [now, now + TimeDelta::minutes(1)] {
            reminders::nudge(&mut tx, couple.id, ritual.id, ada.id, nudged_at)
                .await
                .unwrap();
        }
        let found = reminders::find(&mut tx, couple.id, ritual.id, ada.id).await;
        let nudged = Reminder {
            nudge_at: Some(now),
            next_at: Some(expected),
            ..reminder.clone()
        };
        assert_eq!(found.unwrap(), Some(nudged));
    }
    (reminder.enabled, reminder.next_at) = (false, None);
    reminders::put(&mut tx, couple.id, &reminder).await.unwrap();
    reminders::nudge(&mut tx, couple.id, ritual.id, ada.id, now)
        .await
        .unwrap();
    let found = reminders::find(&mut tx, couple.id, ritual.id, ada.id).await;
    assert_eq!(found.unwrap().as_ref(), Some(&reminder), "it is off");
    let occasion = Occasion {
        date: date("2026-11-18"),
        at: "21:30".parse().unwrap(),
        instant: now,
    };
    for (kind, is_new) in [
        (Kind::Time, true),
        (Kind::Nudge, true),
        (Kind::Last, false),
        (Kind::Nudge, false),
    ] {
        let noted = reminders::note(&mut tx, couple.id, &reminder, &occasion, kind).await;
        assert_eq!(noted.unwrap(), is_new, "{kind:?}");
    }
}

/// What is due comes with all that decides about it, everything of a member at once; a look is saved once.
#[tokio::test]
async fn what_is_due_is_claimed_once() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let ben = ground.account(&mut tx, "ben").await;
    let (hers, his) = (
        ground.couple(&mut tx, &ada).await,
        ground.couple(&mut tx, &ben).await,
    );
    let (ritual, first) = ground.kept(&mut tx, &ada, &hers).await;
    let (_, mut later) = ground.kept(&mut tx, &ada, &hers).await;
    let (_, mut theirs) = ground.kept(&mut tx, &ben, &his).await;
    let (_, mut to_come) = ground.kept(&mut tx, &ben, &his).await;
    later.next_at = Some(now);
    theirs.next_at = Some(now - TimeDelta::minutes(1));
    to_come.next_at = Some(now + TimeDelta::minutes(1));
    for (couple, reminder) in [(&hers, &later), (&his, &theirs), (&his, &to_come)] {
        reminders::put(&mut tx, couple.id, reminder).await.unwrap();
    }
    logs::put(&mut tx, hers.id, &ground.log(&ritual, &ada, "2026-11-17"))
        .await
        .unwrap();
    let rest = Rest {
        id: RestId::new(&mut ground.chance),
        scope: Scope::Ritual(ritual.id),
        span: Span {
            from: date("2026-11-18"),
            to: None,
        },
    };
    rests::put(&mut tx, hers.id, &rest).await.unwrap();

    assert_eq!(schedule::next(&mut tx).await.unwrap(), first.next_at);
    let due = schedule::due(&mut tx, now, 1).await.unwrap();
    let got: Vec<_> = due.iter().map(|due| (due.couple, &due.reminder)).collect();
    assert_eq!(got, [(hers.id, &first), (hers.id, &later)]);
    assert_eq!(due[0].ritual, ritual);
    assert!(due[0].rests.touch(date("2026-11-18"), date("2026-11-18")));
    assert!(!due[1].rests.touch(date("2026-11-18"), date("2026-11-18")));
    assert_eq!(
        due[0]
            .ledger
            .credit(ada.id, date("2026-11-17"), date("2026-11-17")),
        1
    );
    assert_eq!(
        (&due[0].watch.zone, due[0].watch.day_start),
        (&ada.zone, hers.day_start)
    );
    assert_eq!(schedule::due(&mut tx, now, 9).await.unwrap().len(), 3);
    let found = schedule::find(&mut tx, hers.id, ritual.id, ada.id).await;
    let found = found.unwrap().unwrap();
    assert_eq!((&found.reminder, &found.ritual), (&first, &ritual));
    let nobody = schedule::find(&mut tx, his.id, ritual.id, ada.id).await;
    assert!(nobody.unwrap().is_none());

    let mut looked_at = first.clone();
    looked_at.schedule(&due[0].watch, now);
    for is_first in [true, false] {
        let claimed = schedule::claim(&mut tx, hers.id, &looked_at, &first).await;
        assert_eq!(claimed.unwrap(), is_first);
    }
    // A nudge that came since is looked at too.
    reminders::nudge(&mut tx, his.id, theirs.ritual, ben.id, now)
        .await
        .unwrap();
    let claimed = schedule::claim(&mut tx, his.id, &theirs, &theirs).await;
    assert!(!claimed.unwrap());
    assert_eq!(schedule::next(&mut tx).await.unwrap(), theirs.next_at);
}
