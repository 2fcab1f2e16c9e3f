//! Exports that hold what cannot be.

use hearth::http::import::{Addresses, ImportError};
use serde_json::{Value, json};

use crate::import::{address, two_couples, with};
use crate::world::World;

/// Under an address that nobody has.
fn fresh() -> Addresses {
    Addresses {
        email: address("fresh@example.org"),
        partner_email: None,
    }
}

fn stretch(since: &str, until: Value) -> Value {
    json!({"since": since, "until": until, "agreed_on": null})
}

fn revision(from: &str) -> Value {
    json!({"from": from, "cadence": {"kind": "daily"}, "week_start": "mon"})
}

fn thanks(date: &str) -> Value {
    json!({"from": "partner", "date": date, "text": "For the tea.", "hearted": true})
}

/// A plan, with a title if it is not empty.
fn plan(title: &str, title_by: Value) -> Value {
    let title = Some(title).filter(|title| !title.is_empty());
    json!({
        "date": "2026-12-04", "at": null, "title": title, "title_by": title_by, "planner": "me",
    })
}

/// Values that cannot be: where they are put, and where the fault is then seen. `~` is the open couple's
/// ritual, `~~` the couple.
fn flaws(export: &Value) -> Vec<(&'static str, Value, &'static str)> {
    let open = json!({"from": "2026-11-18", "to": null});
    let backwards = json!({"from": "2026-11-18", "to": "2026-11-17"});
    let ritual = &export["couples"][1]["rituals"][0];
    let twice = [revision("2026-11-09"), revision("2026-11-09")];
    let ends_early = stretch("2026-11-09", json!("2026-11-08"));
    let both_open = ["2026-11-09", "2026-11-11"].map(|since| stretch(since, Value::Null));
    let too_often = json!({"kind": "weekly", "times": 8});
    let no_zone = json!("Mars/Base");
    vec![
        ("/format", json!("diary"), "/format"),
        ("/version", json!(2), "/version"),
        ("/colour", json!("red"), "/colour"),
        ("/account/email", json!("nobody"), "/account/email"),
        ("/account/created_at", json!("then"), "/account/created_at"),
        ("/couples/0/closed", json!(false), "/couples/0/closed"),
        ("~~/day_start", json!("07:00"), "~~/day_start"),
        ("~~/partner", Value::Null, "~/partner_part"),
        ("~~/rests", json!([backwards]), "~~/rests/0/to"),
        ("~~/rests", json!(vec![&open; 1001]), "~~/rests"),
        (
            "~~/appreciations",
            json!([thanks("2026-11-21")]),
            "~~/appreciations/0/date",
        ),
        (
            "~~/appreciations",
            json!([thanks("2026-11-18"), thanks("2026-11-17")]),
            "~~/appreciations/1/date",
        ),
        (
            "~~/appreciations",
            json!(vec![thanks("2026-11-18"); 10_001]),
            "~~/appreciations",
        ),
        (
            "~~/plans",
            json!([plan("Then.", Value::Null)]),
            "~~/plans/0/title_by",
        ),
        (
            "~~/plans",
            json!([plan("", Value::Null)]),
            "~~/plans/0/title",
        ),
        (
            "~~/plans",
            json!([plan("Then.", json!("them"))]),
            "~~/plans/0/title_by",
        ),
        (
            "~~/plans",
            json!(vec![plan("Then.", json!("me")); 1001]),
            "~~/plans",
        ),
        ("~/plans/0/date", json!("2200-01-01"), "~/plans/0/date"),
        ("~/plans/0/at", json!("24:00"), "~/plans/0/at"),
        ("~~/rituals", json!(vec![ritual; 101]), "~~/rituals"),
        ("~/title", json!(" "), "~/title"),
        ("~/title_by", json!("them"), "~/title_by"),
        ("~/cue_by", json!("me"), "~/cue_by"),
        ("~/revisions", json!([]), "~/revisions"),
        ("~/revisions", json!(twice), "~/revisions"),
        (
            "~/revisions/0/from",
            json!("2026-11-10"),
            "~/my_logs/0/date",
        ),
        ("~/revisions/0/cadence", too_often, "~/revisions/0/cadence"),
        ("~/archives", json!([open, open]), "~/archives"),
        ("~/my_part", Value::Null, "~/my_logs"),
        ("~/my_part", json!([ends_early]), "~/my_part"),
        ("~/my_part", json!(both_open), "~/my_part"),
        ("~/my_logs/1/date", json!("2026-11-09"), "~/my_logs/1/date"),
        ("~/my_logs/1/date", json!("2026-11-21"), "~/my_logs/1/date"),
        ("~/my_logs/0/time_zone", no_zone, "~/my_logs/0/time_zone"),
        (
            "~/partner_logs/0/note",
            json!("a\u{0}b"),
            "~/partner_logs/0/note",
        ),
        (
            "~/partner_logs/0/mine",
            json!(true),
            "~/partner_logs/0/mine",
        ),
    ]
}

/// What is not an export, or holds what cannot be, is refused, and it is said where; nothing is written.
#[tokio::test]
async fn what_cannot_be_is_refused() {
    let world = World::new().await;
    let (ada, export) = two_couples(&world).await;
    let before = ada.takes_along().await.body;
    let place = |short: &str| {
        let couple = short.replace("~~", "/couples/1");
        couple.replace('~', "/couples/1/rituals/0")
    };
    for (at, value, pointer) in flaws(&export) {
        let document = with(&export, &place(at), value).to_string();
        match world.imports(document.as_bytes(), fresh()).await {
            Err(ImportError::Document(flaw)) => {
                assert_eq!(flaw.pointer, place(pointer), "{flaw:?}")
            }
            other => panic!("{at}: {other:?}"),
        }
    }
    for document in ["", "[]", "{}", "{\"format\": ", "\u{feff}{}", "seven"] {
        let refused = world.imports(document.as_bytes(), fresh()).await;
        assert!(
            matches!(refused, Err(ImportError::Document(_))),
            "{document}"
        );
    }
    assert_eq!(ada.takes_along().await.body, before);
    let whole = export.to_string();
    world.imports(whole.as_bytes(), fresh()).await.unwrap();
}
