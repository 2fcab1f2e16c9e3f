//! The check-up: each answers alone, it opens for both, and each decides what the other sees.

use hearth::config::help::Help;
use hearth::content::OFFERS;
use serde_json::{Value, json};

use crate::world::{Answer, Person, World, text};

/// All twelve answers: clear where something is noticed or good, else in the middle.
pub fn answers(noticed: &[&str], good: &[&str]) -> Value {
    let degree = |topic: &str, reversed: bool| match (noticed.contains(&topic), reversed) {
        (is_noticed, _) if is_noticed == good.contains(&topic) => 2,
        (is_noticed, reversed) if is_noticed == reversed => 4,
        _ => 0,
    };
    let all = OFFERS.statements.iter().map(|statement| {
        let topic = text(&json!(statement.topic().unwrap()));
        let degree = json!(degree(&topic, statement.reversed));
        (statement.id.clone(), degree)
    });
    Value::Object(all.collect())
}

impl Person {
    pub async fn begins_checkup(&self) -> String {
        let begun = self.tap("POST", "/v1/checkups").await.value();
        text(&begun["id"])
    }

    /// Begins and finishes one; answers its id.
    pub async fn checks_up(&self, noticed: &[&str], good: &[&str]) -> String {
        let id = self.begins_checkup().await;
        let all =
            json!({"answers": answers(noticed, good), "closeness": 5, "line": "The train ride."});
        let path = format!("/v1/checkups/{id}/answers");
        assert_ne!(
            self.put(&path, all).await.json(200)["finished_at"],
            Value::Null
        );
        id
    }

    pub async fn shares(&self, id: &str, what: &str) -> Value {
        let path = format!("/v1/checkups/{id}/sharing");
        self.put(&path, json!({"share": what})).await.json(200)
    }

    pub async fn checkups(&self) -> Value {
        self.get("/v1/checkups").await.json(200)
    }

    /// What my latest check-up shows.
    pub async fn opened(&self) -> Value {
        self.checkups().await["data"][0]["opened"].clone()
    }
}

/// What is asked, what it is and is not, and where help is, as far as the operator says; by https only.
#[tokio::test]
async fn a_checkup_says_what_it_is() {
    let world = World::new().await;
    let ada = world.ada().await;
    let asked = ada.get("/v1/checkups/statements").await.json(200);
    assert_eq!(asked["statements"].as_array().unwrap().len(), 12);
    for field in [
        "intro",
        "sealed",
        "closeness",
        "line",
        "therapist",
        "afraid",
    ] {
        assert!(text(&asked[field]).len() > 40, "{field}");
    }
    assert_eq!(asked["help"], json!({"line": null, "link": null}));
    let help = Help {
        line: Some("Dr. Moe, Tuesdays".parse().unwrap()),
        link: Some("https://moe.example.org/us".parse().unwrap()),
    };
    let helping = world.with(|app| *app = app.clone().helping(help));
    let asked = ada.at(&helping).get("/v1/checkups/statements").await;
    let told = json!({"line": "Dr. Moe, Tuesdays", "link": "https://moe.example.org/us"});
    assert_eq!(asked.json(200)["help"], told);
    for link in [
        "http://moe.example.org",
        "moe.example.org",
        "javascript:alert(1)",
        "",
    ] {
        assert!(
            link.parse::<hearth::config::help::HelpLink>().is_err(),
            "{link}"
        );
    }
}

/// One at a time, saved bit by bit; finished with the last answer, and from then on as it is.
#[tokio::test]
async fn a_checkup_is_answered_bit_by_bit() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let begun = ada.tap("POST", "/v1/checkups").await.json(201);
    let again = ada.tap("POST", "/v1/checkups").await.json(200);
    assert_eq!(again, begun);
    let path = format!("/v1/checkups/{}/answers", text(&begun["id"]));
    let some = ada
        .put(
            &path,
            json!({"answers": {"felt_thanked": 3.0}, "line": "x"}),
        )
        .await;
    assert_eq!(some.json(200)["answers"], json!({"felt_thanked": 3}));
    ada.put(&path, json!({"closeness": 6, "line": null}))
        .await
        .json(200);
    let all = json!({"answers": answers(&[], &["unseen"])});
    let finished = ada.put(&path, all.clone()).await.json(200);
    assert_eq!(finished["finished_at"], "2026-11-18T19:00:00.000Z");
    assert_eq!(finished["opens_at"], "2026-11-25T19:00:00.000Z");
    assert_eq!(
        (&finished["closeness"], &finished["line"]),
        (&json!(6), &Value::Null)
    );
    // Sent again it does no harm; another answer comes too late.
    assert_eq!(ada.put(&path, all).await.json(200), finished);
    for late in [
        json!({"closeness": 1}),
        json!({"line": "x"}),
        json!({"answers": {"felt_thanked": 0}}),
    ] {
        ada.put(&path, late).await.problem(409, "checkup_finished");
    }
    for (odd, pointer) in [
        (json!({"answers": {"loved": 3}}), "/answers/loved"),
        (
            json!({"answers": {"felt_thanked": 5}}),
            "/answers/felt_thanked",
        ),
        (
            json!({"answers": {"felt_thanked": null}}),
            "/answers/felt_thanked",
        ),
        (json!({"closeness": 0}), "/closeness"),
        (json!({"closeness": 8}), "/closeness"),
        (json!({"line": "two\nlines"}), "/line"),
        (json!({"mood": "x"}), "/mood"),
    ] {
        assert_eq!(
            ada.put(&path, odd).await.problem(422, "invalid_request"),
            [pointer]
        );
    }
}

/// It opens as soon as both are done, or after seven days; before, nobody shares anything of it.
#[tokio::test]
async fn it_opens_for_both_or_after_a_week() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let hers = ada.checks_up(&["unseen"], &[]).await;
    assert_eq!(ada.opened().await, Value::Null);
    let sharing = format!("/v1/checkups/{hers}/sharing");
    let early = ada.put(&sharing, json!({"share": "themes"})).await;
    early.problem(409, "checkup_sealed");
    let ideas = json!({"idea_ids": ["sunday_walk"]});
    let early = ada.post(&format!("/v1/checkups/{hers}/ideas"), ideas).await;
    early.problem(409, "checkup_sealed");
    world.pass_days(6);
    ben.checks_up(&[], &[]).await;
    for one in [&ada, &ben] {
        let opened = one.opened().await;
        assert!(text(&opened["therapist"]).contains("therapist"));
        assert_eq!(opened["partner"], Value::Null);
    }
    // The next one, which Ben leaves out.
    world.at_rest().await;
    world.pass_days(28);
    assert_eq!(ada.checkups().await["offered"], true);
    ada.checks_up(&["unseen"], &[]).await;
    assert_eq!(ada.checkups().await["offered"], false);
    world.pass(chrono::TimeDelta::days(7) - chrono::TimeDelta::seconds(1));
    assert_eq!(ada.opened().await, Value::Null);
    world.pass(chrono::TimeDelta::seconds(1));
    assert_eq!(ada.opened().await["noticed"], json!(["unseen"]));
    let trend = &ada.checkups().await["trend"];
    assert_eq!(trend["closeness"], json!([5, 5]));
    assert_eq!(trend["answers"]["went_unnoticed"], json!([4, 4]));
}

/// Until both are done, Ben cannot tell whether Ada began, finished or dropped one, or never looked. Her ids
/// are ids of nothing to him, whatever is shared.
#[tokio::test]
async fn until_both_are_done_nobody_can_tell() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let his = ben.begins_checkup().await;
    let rituals = [];
    let seen = || async { crate::seen::all_that_is_seen_by(&ben, &rituals).await };
    let told = |seen: Vec<Answer>| seen.iter().map(Answer::told).collect::<String>();
    let before = told(seen().await);
    let begun = ada.begins_checkup().await;
    assert_eq!(told(seen().await), before);
    ada.delete(&format!("/v1/checkups/{begun}")).await.empty();
    let hers = ada.checks_up(&["unseen"], &["presence"]).await;
    assert_eq!(told(seen().await), before);
    let nothing = format!("/v1/checkups/{}", crate::routes::NOBODY);
    let known = format!("/v1/checkups/{hers}");
    for (method, end, body) in [
        ("PUT", "/answers", Some(json!({"closeness": 3}))),
        ("PUT", "/sharing", Some(json!({"share": "answers"}))),
        ("POST", "/ideas", Some(json!({"idea_ids": ["sunday_walk"]}))),
        ("DELETE", "", None),
    ] {
        let ask = |path: &str| {
            let path = format!("{path}{end}");
            let (ben, body) = (ben.clone(), body.clone());
            async move { ben.world.send(method, &path, Some(&ben.token), body).await }
        };
        let (unknown, known) = (ask(&nothing).await, ask(&known).await);
        unknown.problem(404, "not_found");
        assert_eq!((unknown.body, unknown.headers), (known.body, known.headers));
    }
    let all = json!({"answers": answers(&[], &[]), "closeness": 1});
    ben.put(&format!("/v1/checkups/{his}/answers"), all)
        .await
        .json(200);
    let opened = told(seen().await);
    assert!(!opened.contains(&hers) && !opened.contains("went_unnoticed\":4"));
}

/// Each sees of the other's exactly what the other chose, at any time; what is tender only when both share.
#[tokio::test]
async fn each_shows_what_they_choose() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let topics = ["unseen", "less_touch", "intimacy"];
    let hers = ada.checks_up(&topics, &["presence", "conversation"]).await;
    let his = ben
        .checks_up(&["less_touch", "unseen"], &["presence", "avoided_conflict"])
        .await;
    assert_eq!(ben.opened().await["partner"], Value::Null);
    ada.shares(&hers, "themes").await;
    let partner = json!({
        "sharing": "themes", "noticed": ["unseen"], "good": ["conversation", "presence"],
        "answers": null, "line": null,
    });
    let opened = ben.opened().await;
    assert_eq!(opened["partner"], partner);
    assert_eq!(opened["both_noticed"]["topic"], "unseen");
    assert_eq!(opened["both_good"].as_array().unwrap().len(), 1);
    assert_eq!(opened["both_good"][0]["topic"], "presence");
    assert_eq!(
        ada.opened().await["partner"],
        Value::Null,
        "he shares nothing yet"
    );

    ben.shares(&his, "themes").await;
    let opened = ben.opened().await;
    assert_eq!(
        opened["partner"]["noticed"],
        json!(["unseen", "less_touch", "intimacy"])
    );
    let good = &ada.opened().await["partner"]["good"];
    assert_eq!(*good, json!(["presence", "avoided_conflict"]));

    ada.shares(&hers, "answers").await;
    let partner = &ben.opened().await["partner"];
    assert_eq!(partner["line"], "The train ride.");
    assert_eq!(partner["answers"].as_object().unwrap().len(), 12);
    ben.shares(&his, "nothing").await;
    let partner = &ben.opened().await["partner"];
    assert_eq!(
        partner["answers"].as_object().unwrap().len(),
        9,
        "nothing tender"
    );
    ada.shares(&hers, "nothing").await;
    assert_eq!(ben.opened().await["partner"], Value::Null);
    // Nothing tells an instant, a number for the two, or how close the other felt.
    ada.shares(&hers, "answers").await;
    let fields: Vec<String> = ben.opened().await["partner"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(fields, ["answers", "good", "line", "noticed", "sharing"]);
}

/// Who stands alone may share, too; and what was shared is gone with the check-up.
#[tokio::test]
async fn one_can_share_alone() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let hers = ada.checks_up(&["unseen", "less_touch"], &[]).await;
    world.pass_days(7);
    let before = ben.get("/v1/checkups").await.told();
    ada.shares(&hers, "answers").await;
    let shared = ben.checkups().await["from_partner"].clone();
    assert_eq!(shared[0]["noticed"], json!(["unseen"]));
    assert_eq!(shared[0]["answers"].as_object().unwrap().len(), 9);
    ada.delete(&format!("/v1/checkups/{hers}")).await.empty();
    assert_eq!(ben.get("/v1/checkups").await.told(), before);
}

/// The notes on help are the same for everybody, whatever they answered.
#[tokio::test]
async fn help_never_depends_on_answers() {
    let mut told = Vec::new();
    for noticed in [
        &[][..],
        &["avoided_conflict", "less_touch", "missing_us", "presence"],
    ] {
        let world = World::new().await;
        let (ada, ben) = world.couple().await;
        ada.checks_up(noticed, &[]).await;
        ben.checks_up(&[], &[]).await;
        let (all, opened) = (ada.checkups().await, ada.opened().await);
        told.push(json!([all["afraid"], all["help"], opened["therapist"]]));
        assert!(!opened.to_string().contains("afraid"));
    }
    assert_eq!(told[0], told[1]);
}
