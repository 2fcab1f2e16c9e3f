//! Channels: what reminds somebody reaches them where they want it, discreet unless they want more, and once.

use std::time::Duration;

use chrono::TimeDelta;
use hearth::delivery::chore::Chore;
use hearth::delivery::courier::Courier;
use hearth::delivery::outbound::Outbound;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::canary::{AT_HOME, Friend, status};
use crate::guard::outbound;
use crate::metrics::metrics;
use crate::reminders::a_nightly_check_in;
use crate::ways::list;
use crate::world::{Person, World, text};

/// Does all that is due; answers how much came of it.
pub async fn all(chore: &impl Chore) -> usize {
    let mut all = 0;
    while let Some(some) = chore.do_some().await.unwrap() {
        all += some;
    }
    all
}

impl World {
    /// The same world, whose messages may go to this machine.
    pub fn reaching_home(&self) -> World {
        self.with(|app| app.outbound = outbound(AT_HOME, &[]))
    }

    fn courier(&self) -> Courier {
        self.app.courier()
    }

    /// Goes the rounds, and carries what is due; answers how many messages arrived.
    pub async fn delivers(&self) -> usize {
        let courier = self.courier();
        all(&courier.rounds).await;
        all(&courier.verifier).await + all(&courier.post).await
    }
}

impl Person {
    pub async fn wants_them_at(&self, friend: &Friend, kind: &str, details: bool) -> Value {
        let url = format!("http://{}/for-me", friend.address);
        let channel = json!({"kind": kind, "url": url, "details": details});
        self.post("/v1/channels", channel).await.json(201)
    }

    async fn channels(&self) -> Vec<Value> {
        list(&self.get("/v1/channels").await.json(200))
    }
}

/// The body of a request, as it was heard.
fn body(asked: &str) -> Value {
    let (_, body) = asked.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

/// A reminder arrives once, at every channel that is on, and is discreet where no details are wanted.
#[tokio::test]
async fn a_reminder_arrives_once() {
    let (world, ada, ben, id) = a_nightly_check_in().await;
    let world = world.reaching_home();
    let (ada, ben) = (ada.at(&world), ben.at(&world));
    let (quiet, open, phone) = (
        Friend::saying(status(204)).await,
        Friend::saying(status(200)).await,
        Friend::saying(status(200)).await,
    );
    ada.wants_them_at(&quiet, "webhook", false).await;
    ada.wants_them_at(&open, "webhook", true).await;
    ada.wants_them_at(&phone, "ntfy", false).await;
    ada.wants_reminders(&id, &["21:00"]).await;
    assert_eq!(world.delivers().await, 0);
    world.pass(TimeDelta::hours(1));
    assert_eq!(world.delivers().await, 3);
    assert_eq!(world.delivers().await, 0);

    let [quiet, open, phone] = [quiet, open, phone].map(|friend| friend.asked());
    let told = body(&quiet[0]);
    assert_eq!(
        (told["type"].as_str(), &told["timestamp"]),
        (Some("reminder"), &json!("2026-11-18T20:00:00.000Z"))
    );
    assert_eq!(told["data"].as_object().unwrap().len(), 1, "{told}");
    for asked in [&quiet[0], &phone[0]] {
        for secret in [id.as_str(), "Our ritual", "Ada", "Ben", "ritual"] {
            assert!(!asked.contains(secret), "{secret} in {asked}");
        }
    }
    let told = &body(&open[0])["data"];
    assert_eq!(told["reminders"][0]["ritual_id"], json!(id));
    assert_eq!(told["reminders"][0]["at"], "21:00");
    assert!(text(&told["text"]).starts_with("Our ritual: "), "{told}");
    assert_eq!((quiet.len(), open.len(), phone.len()), (1, 1, 1));
    for channel in ada.channels().await {
        assert_eq!(channel["last_success_at"], "2026-11-18T20:00:00.000Z");
        assert_eq!(channel["last_failure"], Value::Null);
    }
    assert!(ben.channels().await.is_empty());
}

/// What is due in the same minute comes as one message.
#[tokio::test]
async fn one_minute_one_message() {
    let (world, ada, _, first) = a_nightly_check_in().await;
    let world = world.reaching_home();
    let ada = ada.at(&world);
    let friend = Friend::saying(status(200)).await;
    ada.wants_them_at(&friend, "webhook", true).await;
    let second = ada.proposes(crate::world::date_night()).await;
    for id in [&first, &second] {
        ada.wants_reminders(id, &["21:00"]).await;
    }
    world.pass(TimeDelta::hours(1));
    assert_eq!(world.delivers().await, 1);
    let told = body(&friend.asked()[0]);
    assert_eq!(told["data"]["reminders"].as_array().unwrap().len(), 2);
    assert_eq!(text(&told["data"]["text"]).lines().count(), 2);
}

/// Who does not answer is tried again, with growing pauses and under the same id; what is done meanwhile stays unsaid.
#[tokio::test]
async fn what_did_not_arrive_is_tried_again() {
    for done in [false, true] {
        let (world, ada, _, id) = a_nightly_check_in().await;
        let world = world.reaching_home();
        let ada = ada.at(&world);
        let friend = Friend::saying(status(503)).await;
        ada.wants_them_at(&friend, "webhook", false).await;
        ada.wants_reminders(&id, &["20:30"]).await;
        world.pass(TimeDelta::minutes(30));
        assert_eq!(world.delivers().await, 0);
        assert_eq!(
            ada.channels().await[0]["last_failure"]["text"],
            "it answered 503"
        );
        assert_eq!(world.delivers().await, 0);
        assert_eq!(friend.asked().len(), 1);
        if done {
            ada.logs(&id, "today").await;
        }
        for (minutes, tries) in [(1, 2), (1, 2), (4, 3)] {
            world.pass(TimeDelta::minutes(minutes));
            assert_eq!(world.delivers().await, 0);
            let tries = if done { 1 } else { tries };
            assert_eq!(friend.asked().len(), tries, "after {minutes}");
        }
        let id_of = |asked: &String| {
            let line = asked.lines().find(|line| line.starts_with("webhook-id: "));
            line.unwrap().to_owned()
        };
        let mut ids: Vec<String> = friend.asked().iter().map(id_of).collect();
        ids.dedup();
        assert_eq!(ids.len(), 1);
    }
}

/// Who answers 410 wants no more, and is turned off; what was refused is not tried again by itself, but when asked to.
#[tokio::test]
async fn gone_is_gone() {
    let (world, ada, _, id) = a_nightly_check_in().await;
    let world = world.reaching_home();
    let ada = ada.at(&world);
    let (gone, wrong) = (
        Friend::saying(status(410)).await,
        Friend::saying(status(404)).await,
    );
    ada.wants_them_at(&gone, "webhook", false).await;
    let wrong_channel = ada.wants_them_at(&wrong, "ntfy", false).await;
    ada.wants_reminders(&id, &["21:00"]).await;
    world.pass(TimeDelta::hours(1));
    assert_eq!(world.delivers().await, 0);
    let mut channels = ada.channels().await;
    channels.sort_by_key(|channel| channel["kind"] != "webhook");
    assert_eq!(channels[0]["enabled"], false);
    assert_eq!(
        channels[0]["last_failure"]["text"],
        "it wants no more: turned off"
    );
    assert_eq!(channels[1]["enabled"], true);
    world.pass(TimeDelta::hours(1));
    assert_eq!(world.delivers().await, 0);
    assert_eq!((gone.asked().len(), wrong.asked().len()), (1, 1));
    let path = format!("/v1/channels/{}/redeliver", text(&wrong_channel["id"]));
    assert_eq!(ada.tap("POST", &path).await.json(202)["messages"], 1);
    assert_eq!(world.delivers().await, 0);
    assert_eq!(wrong.asked().len(), 2);
    let counts = metrics(&world.watched()).await;
    for line in [
        "hearth_deliveries_total{kind=\"webhook\",outcome=\"gone\"} 1",
        "hearth_deliveries_total{kind=\"ntfy\",outcome=\"failed\"} 2",
    ] {
        assert!(counts.contains(line), "{counts}");
    }
}

/// A message that was on its way when the program died is sent once more, under the same id.
#[tokio::test]
async fn a_crash_loses_nothing() {
    let (world, ada, _, id) = a_nightly_check_in().await;
    let world = world.reaching_home();
    let ada = ada.at(&world);
    let friend = Friend::saying(status(200)).await;
    ada.wants_them_at(&friend, "webhook", false).await;
    ada.wants_reminders(&id, &["21:00"]).await;
    world.pass(TimeDelta::hours(1));
    all(&world.courier().rounds).await;
    // It is taken, and then nothing more is heard of whoever took it.
    let mut tx = world.app.store.write().await.unwrap();
    let now = world.app.clock.now();
    let until = now + TimeDelta::minutes(5);
    let taken = hearth::store::outbox::take(&mut tx, now, until, 9)
        .await
        .unwrap();
    assert_eq!(taken.len(), 1);
    tx.commit().await.unwrap();
    assert_eq!(world.delivers().await, 0);
    world.pass(TimeDelta::minutes(5));
    assert_eq!(world.delivers().await, 1);
    assert!(friend.asked()[0].contains(&taken[0].message.id.to_string()));
}

/// A webhook that never answers holds up no reminders: Ben is reminded while Hearth still waits for Ada's.
#[tokio::test]
async fn a_silent_friend_holds_up_nobody() {
    let (world, ada, ben, id) = a_nightly_check_in().await;
    let world = world.reaching_home();
    let (ada, ben) = (ada.at(&world), ben.at(&world));
    let silent = TcpListener::bind((AT_HOME, 0)).await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let webhook = json!({"kind": "webhook", "url": url});
    ada.post("/v1/channels", webhook).await.json(201);
    ada.wants_reminders(&id, &["21:00"]).await;
    // A minute later, in New York.
    ben.wants_reminders(&id, &["15:01"]).await;
    let evening = async {
        world.pass(TimeDelta::hours(1));
        world.app.bell.ring();
        let _listening = silent.accept().await.unwrap();
        world.pass(TimeDelta::minutes(1));
        world.app.bell.ring();
        while list(&ben.get("/v1/reminders").await.json(200)).is_empty() {
            assert_eq!(ada.channels().await[0]["last_failure"], json!(null));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        () = world.courier().keep_going(CancellationToken::new()) => panic!("nobody said stop"),
        () = evening => {}
    }
}

/// A test goes out at once, also to a channel that is off; it says nothing of anybody.
#[tokio::test]
async fn a_channel_can_be_tried() {
    let (world, ada, ben, _) = a_nightly_check_in().await;
    let world = world.reaching_home();
    let (ada, ben) = (ada.at(&world), ben.at(&world));
    let friend = Friend::saying(status(200)).await;
    let made = ada.wants_them_at(&friend, "webhook", true).await;
    assert!(text(&made["secret"]).starts_with("whsec_"));
    let path = format!("/v1/channels/{}", text(&made["id"]));
    let off = ada.patch(&path, json!({"enabled": false})).await.json(200);
    assert_eq!(
        (&off["enabled"], &off["secret"]),
        (&json!(false), &Value::Null)
    );
    let test = ada.tap("POST", &format!("{path}/test")).await;
    assert_eq!((test.status.as_u16(), test.body.len()), (202, 0));
    ben.tap("POST", &format!("{path}/test"))
        .await
        .problem(404, "not_found");
    assert_eq!(world.delivers().await, 1);
    assert_eq!(body(&friend.asked()[0])["type"], "test");
    ben.delete(&path).await.problem(404, "not_found");
    ada.delete(&path).await.empty();
    assert!(ada.channels().await.is_empty());
}

/// What cannot be a channel is refused, and says where: a place that Hearth must not reach, a token too many, too many.
#[tokio::test]
async fn what_cannot_be_is_no_channel() {
    let world = World::new().await;
    let world = world.with(|app| app.outbound = Outbound::new(Default::default()));
    let ada = world.ada().await;
    for (channel, pointer) in [
        (
            json!({"kind": "webhook", "url": "http://example.org/hook"}),
            "/url",
        ),
        (
            json!({"kind": "webhook", "url": "https://127.0.0.1/hook"}),
            "/url",
        ),
        (
            json!({"kind": "ntfy", "url": "https://user:word@ntfy.example/topic"}),
            "/url",
        ),
        (
            json!({"kind": "webhook", "url": "https://example.org/hook", "token": "tk_secret"}),
            "/token",
        ),
        (
            json!({"kind": "ntfy", "url": "https://ntfy.example/topic", "token": "secret"}),
            "/token",
        ),
        (
            json!({"kind": "letter", "url": "https://example.org"}),
            "/kind",
        ),
    ] {
        let refused = ada.post("/v1/channels", channel.clone()).await;
        assert_eq!(
            refused.problem(422, "invalid_request"),
            [pointer],
            "{channel}"
        );
    }
    let good = json!({"kind": "ntfy", "url": "https://ntfy.example/topic", "token": "tk_secret"});
    for _ in 0..10 {
        let made = ada.post("/v1/channels", good.clone()).await.json(201);
        assert_eq!(made["token"], Value::Null);
    }
    ada.post("/v1/channels", good)
        .await
        .problem(409, "too_many_channels");
}
