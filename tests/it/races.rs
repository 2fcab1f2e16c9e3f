//! Many at once: nobody gets in who should not, and nothing that was acknowledged is lost.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::world::{Answer, Person, World, text};

const CROWD: usize = 64;
const ROUNDS: usize = 200;

/// Sixty-four people with accounts.
async fn crowd(world: &World) -> Vec<Person> {
    let mut joining = JoinSet::new();
    for number in 0..CROWD {
        let world = world.clone();
        joining.spawn(async move { world.person(&format!("Guest{number}"), "UTC").await });
    }
    joining.join_all().await
}

/// Everybody sends the same code at once; answers who was let in.
async fn race(crowd: &[Person], code: &str) -> Person {
    let mut racing = JoinSet::new();
    for person in crowd.iter().cloned() {
        let code = code.to_owned();
        racing.spawn(async move { (person.accepts(&code).await, person) });
    }
    let (won, lost): (Vec<_>, Vec<_>) = racing
        .join_all()
        .await
        .into_iter()
        .partition(|(answer, _)| answer.status == 200);
    assert_eq!((won.len(), lost.len()), (1, CROWD - 1));
    for (answer, _) in &lost {
        answer.problem(422, "unknown_invitation");
    }
    won.into_iter().next().unwrap().1
}

async fn members(person: &Person) -> Vec<Value> {
    let couple = person.get("/v1/couple").await.json(200);
    couple["members"].as_array().unwrap().clone()
}

/// Of sixty-four who accept one invitation at once, exactly one takes the second seat: two hundred times,
/// whether the one before stepped back or was turned away.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_acceptors_wins() {
    let world = World::new().await;
    let ada = world.ada().await;
    ada.tap("POST", "/v1/couple").await.json(201);
    let crowd = crowd(&world).await;
    for round in 0..ROUNDS {
        let code = ada.invites().await;
        let winner = race(&crowd, &code).await;
        let seats = members(&ada).await;
        assert_eq!(seats.len(), 2);
        assert_eq!(text(&seats[1]["id"]), winner.id);
        if round == ROUNDS - 1 {
            ada.confirms(&winner).await.json(200);
            assert_eq!(members(&winner).await.len(), 2);
        } else if round % 2 == 0 {
            winner.tap("POST", "/v1/couple/leave").await.empty();
        } else {
            let path = format!("/v1/couple/members/{}", winner.id);
            ada.delete(&path).await.empty();
        }
        let late = winner.accepts(&code).await;
        late.problem(422, "unknown_invitation");
    }
}

/// Of many who found a couple at once for the same person, one does.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_person_founds_one_couple() {
    let ada = World::new().await.ada().await;
    let mut founding = JoinSet::new();
    for _ in 0..CROWD {
        let ada = ada.clone();
        founding.spawn(async move { ada.tap("POST", "/v1/couple").await });
    }
    let answers = founding.join_all().await;
    let (won, lost): (Vec<Answer>, Vec<Answer>) =
        answers.into_iter().partition(|one| one.status == 201);
    assert_eq!(won.len(), 1);
    for answer in &lost {
        answer.problem(409, "already_in_couple");
    }
    let couple = ada.get("/v1/couple").await.json(200);
    assert_eq!(couple["id"], won[0].json(201)["id"]);
}

/// An acceptance and the invitation's end, at once: either the guest waits or the code was void, and
/// the inviter sees the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn taking_back_races_with_accepting() {
    let world = World::new().await;
    let (ada, ben) = (world.ada().await, world.ben().await);
    ada.tap("POST", "/v1/couple").await.json(201);
    for _ in 0..50 {
        let invitation = ada.tap("POST", "/v1/couple/invitations").await.json(201);
        let path = format!("/v1/couple/invitations/{}", text(&invitation["id"]));
        let code = text(&invitation["code"]);
        let (taken_back, accepted) = tokio::join!(ada.delete(&path), ben.accepts(&code));
        let accepted = accepted.status == 200;
        assert_ne!(accepted, taken_back.status == 204, "both, or neither");
        assert_eq!(members(&ada).await.len(), if accepted { 2 } else { 1 });
        ben.tap("POST", "/v1/couple/leave").await.empty();
    }
}

/// Who logged which ritual for which date, and the note.
type Logs = BTreeMap<(String, String, String), Option<String>>;

const RITUALS: usize = 3;

/// Three rituals that began long ago, so that writing also folds the settled past anew.
async fn rituals(ada: &Person, ben: &Person) -> Vec<String> {
    let mut ids = Vec::new();
    for (rule, cadence) in [
        ("both", json!({"kind": "daily"})),
        ("either", json!({"kind": "weekly", "times": 2})),
        ("both", json!({"kind": "every", "days": 3})),
    ] {
        let ritual = json!({
            "title": "A ritual", "practice": "presence", "cadence": cadence, "rule": rule,
            "starts_on": "2026-09-01",
        });
        let id = ada.proposes(ritual).await;
        ben.agrees(&id).await;
        ids.push(id);
    }
    ids
}

async fn expect(answer: Answer, statuses: &[u16]) {
    let status = answer.status.as_u16();
    assert!(statuses.contains(&status), "{}", answer.told());
}

/// One of many writers: logs, notes and undoes on dates that are only this writer's; answers what must
/// be there in the end.
async fn write(person: Person, ritual: String, number: usize) -> Logs {
    let mut logs = Logs::new();
    // Six dates each, all different for one person and one ritual: every other one stays.
    for step in 0..6 {
        let slot = (number / (2 * RITUALS)) * 6 + step;
        let date = format!("2026-{:02}-{:02}", 9 + slot / 28, 1 + slot % 28);
        let path = format!("/v1/rituals/{ritual}/logs/{date}");
        expect(person.tap("PUT", &path).await, &[201]).await;
        let note = format!("written by {number}");
        let entry = Some(json!({"note": note}));
        let token = Some(person.token.as_str());
        let again = person.world.send("PUT", &path, token, entry).await;
        expect(again, &[200]).await;
        if step % 2 == 1 {
            expect(person.delete(&path).await, &[204]).await;
            continue;
        }
        let key = (date, ritual.clone(), person.id.clone());
        logs.insert(key, Some(note));
    }
    logs
}

/// Meanwhile the couple changes its mind about everything else.
async fn change(person: Person, ritual: String, number: usize) {
    let path = format!("/v1/rituals/{ritual}");
    for forgiveness in ["off", "gentle"] {
        let answer = person.patch(&path, json!({"forgiveness": forgiveness}));
        expect(answer.await, &[200]).await;
    }
    let rest = json!({"from": "2026-10-05", "to": "2026-10-07", "ritual_id": ritual});
    let rest = person.post("/v1/rests", rest).await.json(201);
    let rest = format!("/v1/rests/{}", text(&rest["id"]));
    expect(
        person.patch(&rest, json!({"to": "2026-10-09"})).await,
        &[200],
    )
    .await;
    if number.is_multiple_of(2) {
        expect(person.delete(&rest).await, &[204]).await;
    }
    expect(person.get("/v1/today").await, &[200]).await;
}

/// Everything that the list of logs shows, page by page.
async fn all_logs(person: &Person) -> Logs {
    let mut logs = Logs::new();
    let mut path = "/v1/logs?limit=200".to_owned();
    loop {
        let page = person.get(&path).await.json(200);
        for log in page["data"].as_array().unwrap() {
            let key = |field: &str| text(&log[field]);
            let key = (key("date"), key("ritual_id"), key("member_id"));
            let note = log["note"].as_str().map(str::to_owned);
            assert_eq!(logs.insert(key, note), None, "listed twice");
        }
        let Some(cursor) = page["next_cursor"].as_str() else {
            return logs;
        };
        path = format!("/v1/logs?limit=200&cursor={cursor}");
    }
}

/// Sixty-four writers on one couple: nobody is turned away, every acknowledged write is there in the end,
/// and the stored streaks are those of a fold from scratch.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_lose_nothing() {
    let (ada, ben) = World::new().await.couple().await;
    let rituals = rituals(&ada, &ben).await;
    let mut writers = JoinSet::new();
    let mut changers = JoinSet::new();
    for number in 0..CROWD {
        let person = [&ada, &ben][number % 2].clone();
        let ritual = rituals[(number / 2) % RITUALS].clone();
        match number {
            ..60 => drop(writers.spawn(write(person, ritual, number))),
            60.. => drop(changers.spawn(change(person, ritual, number))),
        }
    }
    let model: Logs = writers.join_all().await.into_iter().flatten().collect();
    changers.join_all().await;
    assert_eq!(model.len(), 60 * 3);
    for one in [&ada, &ben] {
        assert_eq!(all_logs(one).await, model);
    }
    for id in &rituals {
        let before = ada.ritual(id).await;
        assert_eq!(before["forgiveness"], "gentle");
        assert!(before["streak"]["total_kept"].as_u64() > Some(0));
        for forgiveness in ["off", "gentle"] {
            let change = json!({"forgiveness": forgiveness});
            let path = format!("/v1/rituals/{id}");
            ada.patch(&path, change).await.json(200);
        }
        assert_eq!(ada.ritual(id).await, before);
    }
    let rests = ada.get("/v1/rests").await.json(200);
    assert_eq!(rests["data"].as_array().unwrap().len(), 2);
}

/// Changes to different fields of one thing, at once, do not undo one another.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_of_different_fields_all_hold() {
    let (ada, ben) = World::new().await.couple().await;
    let id = rituals(&ada, &ben).await.remove(0);
    let path = format!("/v1/rituals/{id}");
    for round in 0..30 {
        let (title, cue) = (format!("Title {round}"), format!("cue {round}"));
        let (one, two, three) = tokio::join!(
            ada.patch(&path, json!({"title": title})),
            ben.patch(&path, json!({"cue": cue})),
            ben.patch(&path, json!({"target_minutes": round})),
        );
        for answer in [one, two, three] {
            answer.json(200);
        }
        let ritual = ada.ritual(&id).await;
        assert_eq!(ritual["title"], json!(title));
        assert_eq!(ritual["cue"], json!(cue));
        assert_eq!(ritual["target_minutes"], json!(round));
    }
}
