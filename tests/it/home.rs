//! Ada's home, with one of everything, and how to find out whether it is closed to somebody.

use serde_json::json;

use crate::matrix::{Cell, Row, matrix};
use crate::routes::Ids;
use crate::seen::all_that_is_seen_by;
use crate::world::{Answer, Person, World, check_in, text};

/// A couple with one of everything, and its ids.
pub struct Home {
    /// Whose it is.
    pub keeper: Person,
    pub ids: Ids,
    /// Somebody who never had a couple.
    never: Person,
}

impl Home {
    /// Ada begins alone; an invitation lies open.
    pub async fn of(ada: Person) -> Home {
        ada.tap("POST", "/v1/couple").await.json(201);
        let ritual = ada.proposes(check_in()).await;
        let words = json!({"note": "the lighthouse", "visibility": "shared"});
        ada.writes(&ritual, "today", words).await;
        let rest = ada
            .rests(json!({"from": "2026-11-18", "ritual_id": ritual}))
            .await;
        ada.answers("today", "the lighthouse").await;
        let checkup = ada.checks_up(&["unseen"], &[]).await;
        let plan = json!({"date": "2026-12-04", "title": "the lighthouse"});
        let plan = text(&ada.plans(plan).await["id"]);
        let presence = ada.sits(&ritual, 720).await;
        let reminder = ada.wants_reminders(&ritual, &["21:30"]).await;
        ada.opens_calendar(json!({"details": true})).await;
        let invitation = ada.tap("POST", "/v1/couple/invitations").await.json(201);
        let never = ada.world.person(&format!("Not-{ritual}"), "UTC").await;
        let (appreciation, channel) = foreign(&ada.world, &ritual).await;
        let ids = Ids {
            ritual,
            rest,
            checkup,
            plan,
            presence,
            channel,
            reminder: text(&reminder["id"]),
            appreciation,
            invitation: text(&invitation["id"]),
            ..Ids::unknown()
        };
        let keeper = ada.clone();
        Home { keeper, ids, never }.kept_by(&ada).await
    }

    /// The same home; this one keeps it.
    pub async fn kept_by(mut self, keeper: &Person) -> Home {
        let tokens = keeper.get("/v1/tokens").await.json(200);
        self.ids.token = text(&tokens["data"][0]["id"]);
        self.ids.member = keeper.id.clone();
        self.keeper = keeper.clone();
        self
    }

    /// All that its keeper can fetch.
    pub async fn seen(&self) -> Vec<Answer> {
        all_that_is_seen_by(&self.keeper, std::slice::from_ref(&self.ids.ritual)).await
    }

    /// No id of hers is in an answer.
    fn is_not_in(&self, answer: &Answer) {
        let ids = &self.ids;
        let told = answer.told();
        for id in [
            &ids.ritual,
            &ids.rest,
            &ids.checkup,
            &ids.plan,
            &ids.presence,
            &ids.reminder,
            &ids.invitation,
            &ids.token,
        ] {
            assert!(!told.contains(id), "{told}");
        }
    }

    /// Asks one column of the matrix: each operation with ids of nothing, and with the right ones. What is
    /// refused is refused alike, byte by byte; what is answered names nothing of hers; and for her not a
    /// byte has changed.
    pub async fn is_closed_to(&self, person: &Person, column: fn(&Row) -> Cell) {
        let before = self.seen().await;
        for (row, route) in matrix() {
            if route.name == "leaveCouple" {
                // Of somebody who waits for her, she may see that they left.
                assert_all_same(&before, &self.seen().await);
            }
            // A fresh token for each: one of the operations ends them all.
            let person = person.elsewhere().await;
            let unknown = route.ask(&person, &Ids::unknown()).await;
            assert_cell(&unknown, column(&row));
            if column(&row) == "404 no_couple" {
                assert_same(&unknown, &route.ask(&self.never, &Ids::unknown()).await);
            }
            match unknown.status.is_success() {
                true => self.is_not_in(&unknown),
                false => assert_same(&route.ask(&person, &self.ids).await, &unknown),
            }
        }
    }
}

/// A thank-you, which takes two, and Ada is alone; and a channel, which is an account's, whatever becomes of its couple.
/// So they are another couple's, as foreign to whoever asks.
async fn foreign(world: &World, name: &str) -> (String, String) {
    let [giver, taker] = ["Giver", "Taker"].map(|who| format!("{who}-{name}"));
    let (giver, taker) = (
        world.person(&giver, "UTC").await,
        world.person(&taker, "UTC").await,
    );
    giver.tap("POST", "/v1/couple").await.json(201);
    giver.pairs_with(&taker).await;
    let channel = json!({"kind": "webhook", "url": "https://giver.example/hook"});
    let channel = giver.post("/v1/channels", channel).await.json(201);
    let thanks = giver.thanks("For the lamp").await;
    (text(&thanks["id"]), text(&channel["id"]))
}

fn assert_cell(answer: &Answer, cell: Cell) {
    match cell.split_once(' ') {
        Some((status, code)) => drop(answer.problem(status.parse().unwrap(), code)),
        None => assert_eq!(answer.status.as_str(), cell, "{}", answer.told()),
    }
}

pub fn assert_same(one: &Answer, other: &Answer) {
    assert_eq!(one.status, other.status, "{}", one.told());
    assert_eq!(one.body, other.body, "{}", one.told());
    assert_eq!(one.headers, other.headers, "{}", one.told());
}

pub fn assert_all_same(some: &[Answer], others: &[Answer]) {
    assert_eq!(some.len(), others.len());
    for (one, other) in some.iter().zip(others) {
        assert_same(one, other);
    }
}
