//! Inviting, and accepting.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{Answer, Person, World, check_in, text};

async fn founder() -> (World, Person) {
    let world = World::new().await;
    let ada = world.ada().await;
    ada.tap("POST", "/v1/couple").await.json(201);
    (world, ada)
}

async fn open_invitations(person: &Person) -> Value {
    let page = person.get("/v1/couple/invitations").await.json(200);
    assert_eq!(page["next_cursor"], Value::Null);
    page["data"].clone()
}

/// The code has 128 bits and is shown once; afterwards the list tells only that there is an invitation,
/// and for how long.
#[tokio::test]
async fn a_code_is_shown_once() {
    let (_world, ada) = founder().await;
    assert_eq!(open_invitations(&ada).await, json!([]));
    let invitation = ada.tap("POST", "/v1/couple/invitations").await.json(201);
    assert_eq!(text(&invitation["code"]).len(), 22);
    assert_eq!(invitation["expires_at"], "2026-11-19T19:00:00.000Z");
    let listed = json!([{"id": invitation["id"], "expires_at": invitation["expires_at"]}]);
    assert_eq!(open_invitations(&ada).await, listed);
}

/// An invitation can be taken back, once.
#[tokio::test]
async fn an_invitation_can_be_taken_back() {
    let (world, ada) = founder().await;
    let invitation = ada.tap("POST", "/v1/couple/invitations").await.json(201);
    let path = format!("/v1/couple/invitations/{}", text(&invitation["id"]));
    ada.delete(&path).await.empty();
    assert_eq!(open_invitations(&ada).await, json!([]));
    ada.delete(&path).await.problem(404, "not_found");
    let ben = world.ben().await;
    let late = ben.accepts(&text(&invitation["code"])).await;
    assert_eq!(late.problem(422, "unknown_invitation"), ["/code"]);
}

/// A new invitation voids the one before: of all codes ever handed out, one opens the door.
#[tokio::test]
async fn only_the_newest_invitation_counts() {
    let (world, ada) = founder().await;
    let (old, new) = (ada.invites().await, ada.invites().await);
    let listed = open_invitations(&ada).await;
    assert_eq!(listed.as_array().unwrap().len(), 1);
    let ben = world.ben().await;
    ben.accepts(&old).await.problem(422, "unknown_invitation");
    ben.accepts(&new).await.json(200);
    assert_eq!(open_invitations(&ada).await, json!([]));
}

/// Expired, used, taken back, replaced, of a closed couple, or never there: the codes answer alike, byte
/// by byte, so that a guess teaches nothing.
#[tokio::test]
async fn codes_that_open_nothing_look_alike() {
    let (world, ada) = founder().await;
    let (ben, cleo) = (world.ben().await, world.cleo().await);
    let replaced = ada.invites().await;
    let expired = ada.invites().await;
    world.pass(TimeDelta::hours(24));
    let mut answers: Vec<(&str, Answer)> = Vec::new();
    answers.push(("replaced", cleo.accepts(&replaced).await));
    answers.push(("expired", cleo.accepts(&expired).await));
    let invitation = ada.tap("POST", "/v1/couple/invitations").await.json(201);
    let path = format!("/v1/couple/invitations/{}", text(&invitation["id"]));
    ada.delete(&path).await.empty();
    let revoked = text(&invitation["code"]);
    answers.push(("revoked", cleo.accepts(&revoked).await));
    let used = ada.invites().await;
    ben.accepts(&used).await.json(200);
    answers.push(("used", cleo.accepts(&used).await));
    ada.confirms(&ben).await.json(200);
    answers.push(("of a full couple", cleo.accepts(&used).await));
    ada.tap("POST", "/v1/couple/leave").await.empty();
    answers.push(("closed", cleo.accepts(&used).await));
    answers.push(("empty", cleo.accepts("").await));
    answers.push(("odd", cleo.accepts("\u{0}💥' or 1=1 --").await));
    let unknown = cleo.accepts("AAAAAAAAAAAAAAAAAAAAAA").await;
    assert_eq!(unknown.problem(422, "unknown_invitation"), ["/code"]);
    for (what, answer) in answers {
        assert_eq!(answer.status, unknown.status, "{what}");
        assert_eq!(answer.body, unknown.body, "{what}");
        assert_eq!(answer.headers, unknown.headers, "{what}");
    }
    cleo.get("/v1/couple").await.problem(404, "no_couple");
}

/// An invitation is open for 24 hours, to the last millisecond.
#[tokio::test]
async fn an_invitation_is_open_for_a_day() {
    let (world, ada) = founder().await;
    let code = ada.invites().await;
    world.pass(TimeDelta::hours(24) - TimeDelta::milliseconds(1));
    let ben = world.ben().await;
    ben.accepts(&code).await.json(200);
}

/// One's own code is answered as such, and stays good for the partner it was meant for.
#[tokio::test]
async fn nobody_accepts_themselves() {
    let (world, ada) = founder().await;
    let code = ada.invites().await;
    let own = ada.accepts(&code).await;
    assert_eq!(own.problem(422, "own_invitation"), ["/code"]);
    world.ben().await.accepts(&code).await.json(200);
}

/// There are two seats: while somebody waits, and once they are confirmed, nobody else can be invited
/// or let in.
#[tokio::test]
async fn there_is_no_third_seat() {
    let (world, ada) = founder().await;
    let (ben, cleo) = (world.ben().await, world.cleo().await);
    let code = ada.invites().await;
    ben.accepts(&code).await.json(200);
    for confirmed in [false, true] {
        if confirmed {
            ada.confirms(&ben).await.json(200);
        }
        let again = ada.tap("POST", "/v1/couple/invitations").await;
        again.problem(409, "couple_full");
        let third = cleo.accepts(&code).await;
        third.problem(422, "unknown_invitation");
        let members = ada.get("/v1/couple").await.json(200)["members"].clone();
        assert_eq!(members.as_array().unwrap().len(), 2);
    }
}

/// An own couple in which nothing was begun is no obstacle: it dissolves, with the invitation it had out.
#[tokio::test]
async fn an_empty_couple_dissolves_on_accepting() {
    let (world, ada) = founder().await;
    let (ben, cleo) = (world.ben().await, world.cleo().await);
    ben.post("/v1/couple", json!({"name": "Ben's"}))
        .await
        .json(201);
    let bens_code = ben.invites().await;
    ben.accepts(&ada.invites().await).await.json(200);
    let stale = cleo.accepts(&bens_code).await;
    stale.problem(422, "unknown_invitation");
    ada.confirms(&ben).await.json(200);
    let shared = ben.get("/v1/couple").await.json(200);
    assert_eq!(shared["name"], Value::Null);
    assert_eq!(shared["members"].as_array().unwrap().len(), 2);
}

/// What somebody said alone is no less than a ritual: it is not swept away by accepting.
#[tokio::test]
async fn what_was_said_alone_is_not_swept_away() {
    let (world, ada) = founder().await;
    for (number, act) in ["prompt", "check-up", "plan"].into_iter().enumerate() {
        let ben = world.person(&format!("Ben{number}"), "UTC").await;
        ben.tap("POST", "/v1/couple").await.json(201);
        match act {
            "prompt" => {
                let answer = json!({"text": "By the sea."});
                ben.put("/v1/prompts/today/answer", answer).await.json(200);
            }
            "check-up" => _ = ben.tap("POST", "/v1/checkups").await.json(201),
            _ => {
                let plan = json!({"date": "2026-12-04", "title": "You land in Oslo"});
                ben.post("/v1/plans", plan).await.json(201);
            }
        }
        let refused = ben.accepts(&ada.invites().await).await;
        refused.problem(409, "already_in_couple");
    }
}

/// A couple with rituals, with a partner, or with somebody waiting is not given up by accepting
/// elsewhere; and the refusal leaves the invitation open.
#[tokio::test]
async fn a_couple_in_use_is_not_given_up() {
    let (world, ada) = founder().await;
    let (ben, cleo) = (world.ben().await, world.cleo().await);
    let code = ada.invites().await;
    ben.tap("POST", "/v1/couple").await.json(201);
    let ritual = ben.proposes(check_in()).await;
    let path = format!("/v1/rituals/{ritual}");
    ben.accepts(&code).await.problem(409, "already_in_couple");
    assert_eq!(text(&ben.ritual(&ritual).await["id"]), ritual);
    // An archived ritual is one still: its words would be lost.
    ben.patch(&path, json!({"archived": true})).await.json(200);
    ben.accepts(&code).await.problem(409, "already_in_couple");
    ben.delete(&path).await.empty();

    cleo.accepts(&ben.invites().await).await.json(200);
    for one in [&ben, &cleo] {
        one.accepts(&code).await.problem(409, "already_in_couple");
    }
    ben.confirms(&cleo).await.json(200);
    for one in [&ben, &cleo] {
        one.accepts(&code).await.problem(409, "already_in_couple");
    }
    ben.tap("POST", "/v1/couple/leave").await.empty();
    ben.accepts(&code).await.json(200);
}
