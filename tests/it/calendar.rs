//! What a calendar feed shows: one's own times and plans, for any calendar app. That the file is a good one is for
//! somebody else's parser to say: `.ci/calendar`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::reminders::a_nightly_check_in;
use crate::ways::ritual;
use crate::world::{Answer, Person, World, date_night, text};

pub const FEED: &str = "/v1/calendar";

/// A property's name, with its parameters, and its value.
type Event = BTreeMap<String, String>;

impl Person {
    /// Makes a feed, or renews it; answers its path.
    pub async fn opens_calendar(&self, wish: Value) -> String {
        text(&self.post(FEED, wish).await.json(201)["path"])
    }
}

impl World {
    /// What a calendar app gets at this path.
    pub async fn fetches(&self, path: &str) -> Answer {
        self.send("GET", path, None, None).await
    }

    /// The lines of a feed, put together again.
    pub async fn lines_of(&self, path: &str) -> Vec<String> {
        let answer = self.fetches(path).await;
        assert_eq!(answer.status, 200, "{}", answer.told());
        let text = String::from_utf8(answer.body).unwrap();
        let lines = text.strip_suffix("\r\n").unwrap().split("\r\n");
        assert!(
            lines
                .clone()
                .all(|line| line.len() <= 75 && !line.contains(['\r', '\n']))
        );
        let whole = text.replace("\r\n ", "");
        whole.lines().map(str::to_owned).collect()
    }

    /// The events of a feed.
    async fn events_of(&self, path: &str) -> Vec<Event> {
        let lines = self.lines_of(path).await;
        let events = lines.split(|line| line == "BEGIN:VEVENT").skip(1);
        let property = |line: &String| {
            let (name, value) = line.split_once(':').unwrap();
            (name.to_owned(), value.to_owned())
        };
        let inside = |event: &[String]| {
            let lines = event.iter().take_while(|line| *line != "END:VEVENT");
            lines.map(property).collect()
        };
        events.map(inside).collect()
    }

    /// When each event of a feed begins, and how it comes again.
    pub async fn times_of(&self, path: &str) -> Vec<String> {
        let events = self.events_of(path).await;
        let told = |event: &Event| {
            let start = event.iter().find(|(name, _)| name.starts_with("DTSTART"));
            let rule = event.get("RRULE").map_or("", String::as_str);
            format!("{} {rule}", start.unwrap().1).trim_end().to_owned()
        };
        events.iter().map(told).collect()
    }
}

/// Somebody's times come by their own clock, and plans by whatever clock hangs there, under words that tell nothing.
#[tokio::test]
async fn what_a_feed_shows() {
    let (world, ada, _, id) = a_nightly_check_in().await;
    ada.wants_reminders(&id, &["21:30"]).await;
    ada.plans(json!({"date": "2026-11-27", "at": "19:00", "title": "the little Italian place"}))
        .await;
    ada.plans(json!({"date": "2026-12-04", "title": "You land in Oslo"}))
        .await;
    let feed = ada.opens_calendar(json!({})).await;
    let answer = world.fetches(&feed).await;
    assert_eq!(
        answer.header("content-type"),
        Some("text/calendar; charset=utf-8")
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let mut events = world.events_of(&feed).await;
    let uids: Vec<_> = events
        .iter_mut()
        .map(|one| one.remove("UID").unwrap())
        .collect();
    assert!(
        uids.iter()
            .all(|uid| uid.len() == 32 && !id.contains(uid.as_str()))
    );
    let event = |properties: &[(&str, &str)]| {
        let common = [("DTSTAMP", "20261118T190000Z"), ("CLASS", "PRIVATE")];
        let all = common.iter().chain(properties);
        all.map(|(name, value)| (name.to_string(), value.to_string()))
            .collect::<Event>()
    };
    let wanted = [
        event(&[
            ("DTSTART;TZID=Europe/Oslo", "20261118T213000"),
            ("DURATION", "PT15M"),
            ("RRULE", "FREQ=DAILY"),
            ("TRANSP", "TRANSPARENT"),
            ("SUMMARY", "A small thing of your own"),
        ]),
        event(&[
            ("DTSTART", "20261127T190000"),
            ("DURATION", "PT60M"),
            ("SUMMARY", "Something you planned"),
        ]),
        event(&[
            ("DTSTART;VALUE=DATE", "20261204"),
            ("SUMMARY", "Something you planned"),
        ]),
    ];
    assert_eq!(events, wanted);
}

/// Titles stand in it only if its reader wishes, with whatever letters are in them.
#[tokio::test]
async fn titles_only_if_wished() {
    let (world, ada, ben, id) = a_nightly_check_in().await;
    let title = format!("Tea; talk, and \\o/ — {}", "ø".repeat(60));
    ada.amends(&id, json!({"title": title, "target_minutes": 40}))
        .await;
    ben.plans(json!({"ritual_id": id, "date": "2026-11-27", "at": "19:00", "title": "at Cleo's"}))
        .await;
    ada.wants_reminders(&id, &["21:30"]).await;
    let feed = ada.opens_calendar(json!({"details": true})).await;
    assert_eq!(
        ada.get(FEED).await.json(200),
        json!({"active": true, "details": true})
    );
    let events = world.events_of(&feed).await;
    let escaped = title
        .replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace(',', "\\,");
    assert_eq!(events[0]["SUMMARY"], escaped);
    assert_eq!(events[1]["SUMMARY"], format!("{escaped}: at Cleo's"));
    assert_eq!(
        (&events[0]["DURATION"], &events[1]["DURATION"]),
        (&"PT40M".into(), &"PT40M".into())
    );

    let changed = ada.patch(FEED, json!({"details": false})).await;
    assert_eq!(changed.json(200), json!({"active": true, "details": false}));
    let told = world.lines_of(&feed).await.join("\n");
    assert!(!told.contains("Tea") && !told.contains("Cleo"), "{told}");
    // A new address keeps the wish.
    ada.patch(FEED, json!({"details": true})).await.json(200);
    let renewed = ada.tap("POST", FEED).await.json(201);
    assert_eq!(renewed["details"], true);
}

/// The days of a reminder and those of its ritual cross; what comes after midnight is the next day's on the wall. The
/// ritual begins on Wednesday, 18 November.
#[tokio::test]
async fn days_cross() {
    let (daily, weekly) = (
        json!({"kind": "daily"}),
        json!({"kind": "weekly", "times": 1}),
    );
    let some = json!({"kind": "weekdays", "days": ["mon", "wed", "fri"]});
    let every = json!({"kind": "every", "days": 3});
    for (cadence, time, wanted) in [
        (&daily, json!({"at": "00:15"}), "20261119T001500 FREQ=DAILY"),
        (&daily, json!({"at": "04:00"}), "20261118T040000 FREQ=DAILY"),
        (
            &daily,
            json!({"at": "00:15", "days": ["fri", "sun"]}),
            "20261121T001500 FREQ=WEEKLY;BYDAY=SA,MO",
        ),
        (
            &weekly,
            json!({"at": "17:00"}),
            "20261118T170000 FREQ=DAILY",
        ),
        (
            &weekly,
            json!({"at": "17:00", "days": ["tue"]}),
            "20261124T170000 FREQ=WEEKLY;BYDAY=TU",
        ),
        (
            &some,
            json!({"at": "17:00"}),
            "20261118T170000 FREQ=WEEKLY;BYDAY=MO,WE,FR",
        ),
        (
            &some,
            json!({"at": "17:00", "days": ["thu", "fri"]}),
            "20261120T170000 FREQ=WEEKLY;BYDAY=FR",
        ),
        (
            &every,
            json!({"at": "03:59"}),
            "20261119T035900 FREQ=DAILY;INTERVAL=3",
        ),
        (
            &every,
            json!({"at": "17:00", "days": ["sun"]}),
            "20261122T170000 FREQ=WEEKLY;BYDAY=SU",
        ),
    ] {
        let world = World::new().await;
        let (ada, _) = world.couple().await;
        let id = ada
            .proposes(ritual(cadence.clone(), "both", "2026-11-18"))
            .await;
        ada.sets_reminders(&id, json!({"times": [time]})).await;
        let feed = ada.opens_calendar(json!({})).await;
        assert_eq!(world.times_of(&feed).await, [wanted], "{cadence} {time}");
        if *cadence == some {
            let never = json!({"times": [{"at": "17:00", "days": ["sun"]}]});
            ada.sets_reminders(&id, never).await;
            assert!(world.times_of(&feed).await.is_empty());
        }
    }
}

/// A calendar keeps silent where reminders do: nothing that rests, is put away, is not theirs, or is off.
#[tokio::test]
async fn silent_where_reminders_are() {
    for (what, wanted) in [
        (
            "a rest",
            vec![
                "20261118T213000 FREQ=DAILY;UNTIL=20261130T203000Z",
                "20261211T213000 FREQ=DAILY",
            ],
        ),
        (
            "an open rest",
            vec!["20261118T213000 FREQ=DAILY;UNTIL=20261130T203000Z"],
        ),
        (
            "another cadence",
            vec![
                "20261118T213000 FREQ=DAILY;UNTIL=20261118T203000Z",
                "20261120T213000 FREQ=WEEKLY;BYDAY=FR",
            ],
        ),
        ("put away", vec![]),
        ("withdrawn", vec![]),
        ("off", vec![]),
        ("declined", vec![]),
    ] {
        let (world, ada, ben, id) = a_nightly_check_in().await;
        ada.wants_reminders(&id, &["21:30"]).await;
        match what {
            "a rest" => {
                _ = ben
                    .rests(json!({"from": "2026-12-01", "to": "2026-12-10"}))
                    .await
            }
            "an open rest" => {
                _ = ada
                    .rests(json!({"from": "2026-12-01", "ritual_id": id}))
                    .await
            }
            "another cadence" => {
                ada.logs(&id, "today").await;
                let fridays = json!({"kind": "weekdays", "days": ["fri"]});
                ben.amends(&id, json!({"cadence": fridays})).await;
            }
            "put away" => _ = ben.amends(&id, json!({"archived": true})).await,
            "withdrawn" => ada.withdraws(&id).await,
            "off" => {
                let off = json!({"times": [{"at": "21:30"}], "enabled": false});
                ada.sets_reminders(&id, off).await;
            }
            _ => {
                ada.sets_reminders(&id, json!({"times": []})).await;
                let theirs = ben.proposes(date_night()).await;
                ben.plans(json!({"ritual_id": theirs, "date": "2026-11-27"}))
                    .await;
                ada.wants_reminders(&theirs, &["18:00"]).await;
                ada.withdraws(&theirs).await;
            }
        }
        let feed = ada.opens_calendar(json!({})).await;
        assert_eq!(world.times_of(&feed).await, wanted, "{what}");
    }
}

/// A history of years makes no long calendar: it begins with the month before.
#[tokio::test]
async fn it_begins_with_the_month_before() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let every = json!({"kind": "every", "days": 10});
    let id = ada.proposes(ritual(every, "both", "2020-01-01")).await;
    ada.wants_reminders(&id, &["21:30"]).await;
    for date in ["2026-09-30", "2026-10-01"] {
        ada.plans(json!({"date": date, "title": "Then"})).await;
    }
    let feed = ada.opens_calendar(json!({})).await;
    let october = ["20261006T213000 FREQ=DAILY;INTERVAL=10", "20261001"];
    assert_eq!(world.times_of(&feed).await, october);
    world.it_is("2026-12-01T12:00:00Z");
    let november = ["20261105T213000 FREQ=DAILY;INTERVAL=10"];
    assert_eq!(world.times_of(&feed).await, november);
}
