//! Plans: something to look forward to, in turns.

use serde_json::{Value, json};

use crate::dice::Dice;
use crate::routes::NOBODY;
use crate::ways::{daily, days_after, ids};
use crate::world::{Person, World, check_in, text};

const LIST: &str = "/v1/plans";

impl Person {
    /// Plans something; answers the plan.
    pub async fn plans(&self, plan: Value) -> Value {
        self.post(LIST, plan).await.json(201)
    }

    async fn plans_ahead(&self) -> Vec<Value> {
        self.today().await["plans"].as_array().unwrap().clone()
    }
}

/// A countdown of its own.
fn countdown(date: &str) -> Value {
    json!({"date": date, "title": "You land in Oslo"})
}

/// What either plans, both see, with the days left until then.
#[tokio::test]
async fn both_look_forward() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    let dinner = json!({
        "ritual_id": id, "date": "2026-11-20", "at": "19:30", "title": "the little Italian place",
    });
    let dinner = ada.plans(dinner).await;
    let landing = ben.plans(countdown("2026-12-04")).await;
    let wanted = json!({
        "id": dinner["id"], "ritual_id": id, "date": "2026-11-20", "at": "19:30",
        "title": "the little Italian place", "planner": ada.id,
    });
    assert_eq!(dinner, wanted);
    for one in [&ada, &ben] {
        assert_eq!(one.walks(LIST, 50).await, [wanted.clone(), landing.clone()]);
        let ahead = one.plans_ahead().await;
        assert_eq!(ids(&ahead), ids(&[dinner.clone(), landing.clone()]));
        assert_eq!(
            (&ahead[0]["days_left"], &ahead[1]["days_left"]),
            (&json!(2), &json!(16))
        );
        assert_eq!(ahead[0]["title"], "the little Italian place");
    }
    // On the 20th for Ada, in the evening of the 19th for Ben.
    world.it_is("2026-11-20T03:30:00Z");
    assert_eq!(ada.plans_ahead().await[0]["days_left"], 0);
    assert_eq!(ben.plans_ahead().await[0]["days_left"], 1);
    // Over for Ada, and still today for Ben.
    world.it_is("2026-11-21T03:30:00Z");
    assert_eq!(ids(&ada.plans_ahead().await), [text(&landing["id"])]);
    assert_eq!(ben.plans_ahead().await[0]["days_left"], 0);
}

/// A home screen shows the ten that are soonest, and none that are over.
#[tokio::test]
async fn today_shows_the_soonest_ten() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    for ahead in [30, 3, 9, -1, 12, 0, 21, 5, 1, 18, 7, 15, 27] {
        ada.plans(countdown(&days_after("2026-11-18", ahead))).await;
    }
    let left: Vec<i64> = ben
        .plans_ahead()
        .await
        .iter()
        .map(|one| one["days_left"].as_i64().unwrap())
        .collect();
    assert_eq!(left, [0, 1, 3, 5, 7, 9, 12, 15, 18, 21]);
}

/// By default one plans after the other: first whoever begins, then whoever did not plan the newest of that
/// ritual, or of those without one. Whatever they say, drop or hand over, the turn follows.
#[tokio::test]
async fn planning_alternates() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let rituals = [
        ada.proposes(check_in()).await,
        ben.proposes(check_in()).await,
    ];
    let mut dice = Dice(5);
    // Who plans what, the newest last, as the rule says it.
    let mut made: Vec<(Option<usize>, String, String)> = Vec::new();
    for _ in 0..120 {
        let who = dice.pick(&[&ada, &ben]).to_owned();
        match dice.below(8) {
            0 if !made.is_empty() => {
                let (_, id, _) = made.remove(dice.below(made.len() as u64) as usize);
                who.delete(&format!("{LIST}/{id}")).await.empty();
            }
            1 if !made.is_empty() => {
                let index = dice.below(made.len() as u64) as usize;
                let planner = dice.pick(&[&ada, &ben]).id.clone();
                let path = format!("{LIST}/{}", made[index].1);
                let change = json!({"planner": planner});
                assert_eq!(who.patch(&path, change).await.json(200)["planner"], planner);
                made[index].2 = planner;
            }
            throw => {
                let of = [None, Some(0), Some(1)][dice.below(3) as usize];
                let date = days_after("2026-11-18", dice.below(60) as i64 - 20);
                let mut plan = json!({"date": date, "title": "Ours"});
                if let Some(index) = of {
                    plan["ritual_id"] = json!(rituals[index]);
                }
                let newest = made.iter().rev().find(|(ritual, ..)| *ritual == of);
                let mut wanted = match newest {
                    None => who.id.clone(),
                    Some((.., planner)) if *planner == ada.id => ben.id.clone(),
                    Some(_) => ada.id.clone(),
                };
                if throw == 2 {
                    wanted = dice.pick(&[&ada, &ben]).id.clone();
                    plan["planner"] = json!(wanted);
                }
                let plan = who.plans(plan).await;
                assert_eq!(plan["planner"], wanted);
                made.push((of, text(&plan["id"]), wanted));
            }
        }
    }
    assert!(made.len() > 30, "{}", made.len());
}

/// Alone there are no turns.
#[tokio::test]
async fn alone_one_plans_oneself() {
    let ada = World::new().await.ada().await;
    ada.get(LIST).await.problem(404, "no_couple");
    ada.post("/v1/couple", json!({})).await.json(201);
    for _ in 0..2 {
        assert_eq!(ada.plans(countdown("2026-12-04")).await["planner"], ada.id);
    }
}

/// Either moves a plan, gives it a time or a line, or drops it; both are told what changed.
#[tokio::test]
async fn nothing_planned_changes_silently() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(daily("2026-11-18")).await;
    let plan = ada
        .plans(json!({"ritual_id": id, "date": "2026-11-20"}))
        .await;
    let path = format!("{LIST}/{}", text(&plan["id"]));
    let moved = json!({"date": "2026-11-21", "at": "19:30", "title": "Soup", "planner": ben.id});
    let shown = ben.patch(&path, moved.clone()).await.json(200);
    for (field, value) in moved.as_object().unwrap() {
        assert_eq!(shown[field], *value);
    }
    ada.patch(&path, moved).await.json(200);
    let cleared = ada.patch(&path, json!({"at": null, "title": null})).await;
    assert_eq!(cleared.json(200)["title"], Value::Null);
    ben.delete(&path).await.empty();
    ben.delete(&path).await.problem(404, "not_found");
    let changes = ada.walks("/v1/couple/changes", 50).await;
    let told: Vec<String> = changes
        .iter()
        .map(|one| format!("{} {}", one["what"]["action"], one["what"]["fields"]))
        .collect();
    let wanted = [
        "\"removed\" []",
        "\"changed\" [\"title\",\"at\"]",
        "\"changed\" [\"title\",\"date\",\"at\",\"planner\"]",
        "\"planned\" []",
    ];
    assert_eq!(told[..4], wanted);
    assert_eq!(changes[0]["what"]["kind"], "plan");
    assert_eq!(changes[0]["what"]["id"], plan["id"]);
}

/// A plan goes with its ritual, and so does the answer that told of it.
#[tokio::test]
async fn a_plan_goes_with_its_ritual() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    let plan = Some(json!({"ritual_id": id, "date": "2026-11-20"}));
    let key = ("idempotency-key", "once");
    ada.asks_with(key, "POST", LIST, plan.clone())
        .await
        .json(201);
    ben.delete(&format!("/v1/rituals/{id}")).await.empty();
    assert!(ada.walks(LIST, 50).await.is_empty());
    assert!(ada.plans_ahead().await.is_empty());
    let again = ada.asks_with(key, "POST", LIST, plan).await;
    assert_eq!(again.problem(422, "invalid_request"), ["/ritual_id"]);
}

/// What Ben declined asks nothing of him: its plans are not his, and Ada does not learn it.
#[tokio::test]
async fn plans_of_a_declined_ritual_are_hidden() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    ada.plans(json!({"ritual_id": id, "date": "2026-11-20"}))
        .await;
    let before = [ada.get(LIST).await.body, ada.get("/v1/today").await.body];
    assert_eq!(ben.plans_ahead().await.len(), 1);
    ben.withdraws(&id).await;
    assert!(ben.walks(LIST, 50).await.is_empty());
    assert!(ben.plans_ahead().await.is_empty());
    let after = [ada.get(LIST).await.body, ada.get("/v1/today").await.body];
    assert_eq!(after, before);
}

/// The soonest comes first, and of one date what has no time; any walk meets each once.
#[tokio::test]
async fn the_soonest_comes_first() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    for (date, at) in [
        ("2026-11-20", Some("20:00")),
        ("2026-12-01", None),
        ("2026-11-17", Some("08:00")),
        ("2026-11-20", None),
        ("2026-11-20", Some("08:15")),
        ("2026-11-20", Some("08:15")),
    ] {
        let plan = json!({"date": date, "at": at, "title": "Ours"});
        ada.plans(plan).await;
    }
    let whole = ben.walks(LIST, 200).await;
    let order: Vec<Value> = whole.iter().map(|one| one["at"].clone()).collect();
    assert_eq!(json!(order), json!([null, "08:15", "08:15", "20:00", null]));
    for limit in [1, 2, 3] {
        assert_eq!(ada.walks(LIST, limit).await, whole);
    }
    for (query, found) in [
        ("from=2026-11-01", 6),
        ("from=2026-11-01&to=2026-11-17", 1),
        ("to=2026-11-20", 4),
        ("to=2026-11-01", 0),
    ] {
        let part = ada.walks(&format!("{LIST}?{query}"), 4).await;
        assert_eq!(part.len(), found, "{query}");
    }
}

/// What is no plan is refused, and it is said where; of others nothing is told.
#[tokio::test]
async fn what_is_no_plan_is_refused() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let (cleo, dan) = (world.cleo().await, world.person("Dan", "UTC").await);
    cleo.post("/v1/couple", json!({})).await.json(201);
    cleo.pairs_with(&dan).await;
    let theirs = cleo.proposes(check_in()).await;
    for (field, value) in [
        ("date", json!("2026-11-31")),
        ("date", Value::Null),
        ("at", json!("24:00")),
        ("at", json!("7:30")),
        ("at", json!("+7:30")),
        ("title", json!(" ")),
        ("planner", json!(NOBODY)),
        ("planner", json!(cleo.id)),
        ("ritual_id", json!(NOBODY)),
        ("ritual_id", json!(theirs)),
        ("days_left", json!(3)),
    ] {
        let mut plan = countdown("2026-11-20");
        plan[field] = value;
        let answer = ada.post(LIST, plan).await;
        let pointer = format!("/{field}");
        assert_eq!(answer.problem(422, "invalid_request"), [pointer]);
    }
    let nothing = ada.post(LIST, json!({"date": "2026-11-20"})).await;
    assert_eq!(nothing.problem(422, "plan_of_nothing"), ["/title"]);
    let path = format!(
        "{LIST}/{}",
        text(&ada.plans(countdown("2026-11-20")).await["id"])
    );
    for (change, code, pointer) in [
        (json!({"title": null}), "plan_of_nothing", "/title"),
        (json!({"date": null}), "invalid_request", "/date"),
        (json!({"planner": null}), "invalid_request", "/planner"),
        (
            json!({"ritual_id": theirs}),
            "invalid_request",
            "/ritual_id",
        ),
    ] {
        assert_eq!(ada.patch(&path, change).await.problem(422, code), [pointer]);
    }
    let backwards = ada
        .get(&format!("{LIST}?from=2026-11-18&to=2026-11-17"))
        .await;
    assert_eq!(backwards.problem(422, "invalid_request"), ["/to"]);
}

/// A couple has at most a thousand plans.
#[tokio::test]
async fn plans_have_a_bound() {
    let ada = World::new().await.ada().await;
    ada.post("/v1/couple", json!({})).await.json(201);
    let mut last = Value::Null;
    for _ in 0..1000 {
        last = ada.plans(countdown("2026-12-04")).await;
    }
    let answer = ada.post(LIST, countdown("2026-12-04")).await;
    answer.problem(409, "too_many_plans");
    let path = format!("{LIST}/{}", text(&last["id"]));
    ada.delete(&path).await.empty();
    ada.plans(countdown("2026-12-04")).await;
}

/// Whoever is erased takes their lines along; what was theirs to plan is the other's now.
#[tokio::test]
async fn an_erased_planner_leaves_the_plan() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ben.proposes(daily("2026-11-18")).await;
    ada.plans(countdown("2026-12-04")).await;
    ada.plans(json!({"ritual_id": id, "date": "2026-12-05", "title": "Ada's line"}))
        .await;
    let his = ben.plans(countdown("2026-12-06")).await;
    // Repeating words does not make them one's own.
    let path = format!("{LIST}/{}", text(&his["id"]));
    ada.patch(
        &path,
        json!({"title": "You land in Oslo", "planner": ada.id}),
    )
    .await
    .json(200);
    ada.erases().await.empty();
    let couple = ben.export().await["couples"][0].clone();
    let plan = |date: &str, title: Value| {
        let by = title.as_str().map(|_| "me");
        json!({"date": date, "at": null, "title": title, "title_by": by, "planner": "me"})
    };
    let lands = plan("2026-12-06", json!("You land in Oslo"));
    assert_eq!(couple["plans"], json!([lands]));
    let bare = plan("2026-12-05", Value::Null);
    assert_eq!(couple["rituals"][0]["plans"], json!([bare]));
}
