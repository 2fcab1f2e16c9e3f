//! What a year of a ritual came to.

use hearth::domain::cadence::Cadence;
use hearth::domain::day::Date;
use hearth::domain::insight::Range;
use hearth::domain::streak::Checkpoint;
use hearth::domain::year::Seats;
use hearth::store::{couples, logs, rituals, years};

use super::{Ground, date};

/// A year is kept with every log and gone with the last, or with the couple.
#[tokio::test]
async fn years_are_kept_with_the_logs() {
    let mut ground = Ground::new().await;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let ben = ground.account(&mut tx, "ben").await;
    let couple = ground.couple(&mut tx, &ada).await.id;
    let lapses_at = ground.now + chrono::TimeDelta::days(7);
    assert!(
        couples::take_seat(&mut tx, couple, ben.id, lapses_at)
            .await
            .unwrap()
    );
    couples::confirm(&mut tx, couple, ben.id).await.unwrap();
    let ritual = ground.ritual(&ada, Cadence::Daily, "2025-12-30");
    rituals::create(&mut tx, couple, &ritual, ground.now)
        .await
        .unwrap();
    for (who, day) in [
        (&ada, "2026-01-02"),
        (&ada, "2025-12-31"),
        (&ben, "2026-01-02"),
        (&ben, "2026-01-01"),
    ] {
        let mut log = ground.log(&ritual, who, day);
        log.minutes = match who.id == ada.id {
            true => Some(30.try_into().unwrap()),
            false => None,
        };
        logs::put(&mut tx, couple, &log).await.unwrap();
    }
    let range = |first, last| Range { first, last };
    let all = [range(Date::MIN, Date::MAX); 2];
    let found = years::between(&mut tx, couple, all).await.unwrap();
    let days = found.iter().flat_map(|(_, year)| year.days());
    let days: Vec<_> = days
        .map(|day| (day.date, day.seats, day.minutes.is_some()))
        .collect();
    let by = |seats: &[i64]| Seats::of(seats.iter().copied()).unwrap();
    assert_eq!(
        days,
        [
            (date("2025-12-31"), by(&[1]), true),
            (date("2026-01-01"), by(&[2]), false),
            (date("2026-01-02"), by(&[1, 2]), true),
        ]
    );
    let sums = years::sums(&mut tx, couple).await.unwrap();
    assert_eq!(
        sums,
        [(
            ritual.id,
            years::Sum {
                times: 3,
                minutes: 60
            }
        )]
    );
    let (may, then) = ("2026-05-01", "2019-05-01");
    let [may, then] = [may, then].map(|day| range(date(day), date(day)));
    // The ritual is unsettled since 2025: both years are there, whatever is asked for.
    let found = years::between(&mut tx, couple, [may, then]).await.unwrap();
    assert_eq!(found.len(), 2);
    let mut settled = ritual.clone();
    settled.checkpoint = Checkpoint::empty(date("2027-01-01"));
    rituals::update(&mut tx, couple, &settled).await.unwrap();
    for (asked, count) in [([may, then], 1), ([then, may], 1), ([then, then], 0)] {
        let found = years::between(&mut tx, couple, asked).await.unwrap();
        assert_eq!(found.len(), count, "{asked:?}");
    }

    let new_year = date("2026-01-02");
    logs::delete(&mut tx, couple, ritual.id, new_year, ada.id)
        .await
        .unwrap();
    logs::delete(&mut tx, couple, ritual.id, date("2025-12-31"), ada.id)
        .await
        .unwrap();
    let sums = years::sums(&mut tx, couple).await.unwrap();
    assert_eq!(
        sums,
        [(
            ritual.id,
            years::Sum {
                times: 2,
                minutes: 0
            }
        )]
    );
    let left = years::between(&mut tx, couple, all).await.unwrap();
    assert_eq!(left.len(), 1, "nothing is left of 2025");
    couples::close(&mut tx, couple, ground.now).await.unwrap();
    assert_eq!(years::sums(&mut tx, couple).await.unwrap(), []);
}
