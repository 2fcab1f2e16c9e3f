//! Channels, and messages on their way to them.

use chrono::TimeDelta;
use hearth::domain::channel::{Channel, Way};
use hearth::domain::endpoint::{AccessToken, Endpoint, SigningSecret};
use hearth::domain::message::{Item, Message};
use hearth::domain::reminder::Kind;
use hearth::domain::text::Email;
use hearth::ids::{ChannelId, CoupleId, MessageId, ReminderId, RitualId, Secret};
use hearth::store::{channels, outbox};

use super::{Ground, date};

impl Ground {
    fn channel(&mut self, way: Way) -> Channel {
        Channel {
            id: ChannelId::new(&mut self.chance),
            way,
            details: true,
            enabled: true,
            confirmed: true,
            created_at: self.now,
            asked_at: None,
            last_success_at: None,
            last_failure: None,
        }
    }

    fn webhook(&mut self) -> Channel {
        let url = Endpoint::try_from("https://ada.example/hook".to_owned()).unwrap();
        let secret = SigningSecret::new(&mut self.chance);
        self.channel(Way::Webhook { url, secret })
    }

    fn message(&mut self) -> Message {
        Message {
            id: MessageId::new(&mut self.chance),
            items: vec![Item {
                couple: CoupleId::new(&mut self.chance),
                ritual: RitualId::new(&mut self.chance),
                reminder: ReminderId::new(&mut self.chance),
                date: date("2026-11-18"),
                at: "21:30".parse().unwrap(),
                kind: Kind::Last,
            }],
        }
    }
}

/// A channel is what was set up; what became of it is noted; and it is its owner's alone.
#[tokio::test]
async fn channels_are_what_was_set_up() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let ben = ground.account(&mut tx, "ben").await;
    let topic = Endpoint::try_from("https://ntfy.example/ours".to_owned()).unwrap();
    let token = Some(AccessToken::try_from("tk_secret".to_owned()).unwrap());
    let (mut phone, hook) = (ground.channel(Way::Ntfy { topic, token }), ground.webhook());
    for channel in [&phone, &hook] {
        channels::create(&mut tx, ada.id, channel).await.unwrap();
    }
    (phone.details, phone.enabled) = (false, false);
    channels::update(&mut tx, ada.id, &phone).await.unwrap();
    let failure = Some("it answered 500");
    channels::note(&mut tx, ada.id, phone.id, failure, now)
        .await
        .unwrap();
    let later = now + TimeDelta::minutes(1);
    channels::note(&mut tx, ada.id, phone.id, None, later)
        .await
        .unwrap();
    let all = channels::of(&mut tx, ada.id).await.unwrap();
    let found = all.iter().find(|one| one.id == phone.id).unwrap();
    assert!((found.details, found.enabled) == (false, false));
    assert_eq!(found.last_success_at, Some(later));
    assert_eq!(
        found.last_failure,
        Some((now, "it answered 500".to_owned()))
    );
    assert!(
        matches!(&found.way, Way::Ntfy { token: Some(token), .. } if token.reveal() == "tk_secret")
    );
    let found = all.iter().find(|one| one.id == hook.id).unwrap();
    let (Way::Webhook { secret: kept, .. }, Way::Webhook { secret, .. }) = (&found.way, &hook.way)
    else {
        panic!("{found:?}");
    };
    assert_eq!(kept.key(), secret.key());
    assert!(channels::of(&mut tx, ben.id).await.unwrap().is_empty());
    for (who, is_hers) in [(ben.id, false), (ada.id, true), (ada.id, false)] {
        assert_eq!(
            channels::delete(&mut tx, who, hook.id).await.unwrap(),
            is_hers
        );
    }
}

/// A mailbox is found by the word in its letters; nothing goes there before it is confirmed.
#[tokio::test]
async fn a_mailbox_is_confirmed_by_its_word() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let code = Secret::code(&mut ground.chance);
    let address: Email = "ada@example.org".to_owned().try_into().unwrap();
    let mut mailbox = ground.channel(Way::Email {
        address,
        code: code.clone(),
    });
    mailbox.confirmed = false;
    channels::create(&mut tx, ada.id, &mailbox).await.unwrap();
    let message = ground.message();
    outbox::enqueue(&mut tx, &[(ada.id, message.clone())], now)
        .await
        .unwrap();
    assert_eq!(outbox::next(&mut tx).await.unwrap(), None);
    let found = channels::by_code(&mut tx, &code).await.unwrap();
    let (account, found) = found.unwrap();
    assert_eq!(
        (account, found.id, found.confirmed),
        (ada.id, mailbox.id, false)
    );
    let asked_at = now + TimeDelta::hours(30);
    channels::ask(&mut tx, ada.id, mailbox.id, asked_at)
        .await
        .unwrap();
    let asked = channels::find(&mut tx, ada.id, mailbox.id).await.unwrap();
    let asked = asked.unwrap();
    assert_eq!((asked.id, asked.asked_at), (mailbox.id, Some(asked_at)));
    assert!(asked.may_be_confirmed(asked_at + TimeDelta::hours(23)));
    assert!(!asked.may_be_confirmed(asked_at + TimeDelta::hours(24)));
    let none = channels::find(&mut tx, ada.id, ground.webhook().id).await;
    assert!(none.unwrap().is_none());
    mailbox.confirmed = true;
    channels::update(&mut tx, ada.id, &mailbox).await.unwrap();
    outbox::enqueue(&mut tx, &[(ada.id, message.clone())], now)
        .await
        .unwrap();
    assert_eq!(outbox::next(&mut tx).await.unwrap(), Some(now));
    let other = Secret::code(&mut ground.chance);
    assert!(channels::by_code(&mut tx, &other).await.unwrap().is_none());
}

/// A message goes to every channel that is on, once; who takes a delivery has it for a while, and then it is taken again.
#[tokio::test]
async fn a_message_is_taken_and_settled() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let soon = now + TimeDelta::minutes(5);
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let (first, second, mut off) = (ground.webhook(), ground.webhook(), ground.webhook());
    off.enabled = false;
    let message = ground.message();
    outbox::enqueue(&mut tx, &[(ada.id, message.clone())], now)
        .await
        .unwrap();
    assert_eq!(outbox::next(&mut tx).await.unwrap(), None);
    for channel in [&first, &second, &off] {
        channels::create(&mut tx, ada.id, channel).await.unwrap();
    }
    outbox::enqueue(&mut tx, &[(ada.id, message.clone())], now)
        .await
        .unwrap();
    assert_eq!(outbox::next(&mut tx).await.unwrap(), Some(now));
    let taken = outbox::take(&mut tx, now, soon, 9).await.unwrap();
    assert_eq!(taken.len(), 2);
    assert!(
        taken
            .iter()
            .all(|one| one.message == message && one.tries == 0)
    );
    assert!(
        outbox::take(&mut tx, now, soon, 9)
            .await
            .unwrap()
            .is_empty()
    );
    outbox::settle(&mut tx, &taken[0], true, None)
        .await
        .unwrap();
    let again = outbox::take(&mut tx, soon, soon + TimeDelta::minutes(5), 9)
        .await
        .unwrap();
    assert_eq!(again.len(), 1);
    assert_eq!(
        (again[0].channel.id, again[0].tries),
        (taken[1].channel.id, 1)
    );
    outbox::settle(&mut tx, &again[0], false, None)
        .await
        .unwrap();
    assert_eq!(outbox::next(&mut tx).await.unwrap(), None);

    for (channel, since, count) in [
        (taken[0].channel.id, now, 0),
        (taken[1].channel.id, soon, 0),
        (taken[1].channel.id, now, 1),
    ] {
        let tried = outbox::redeliver(&mut tx, ada.id, channel, since, now).await;
        assert_eq!(tried.unwrap(), count);
    }
    // What is on its way already is not sent twice.
    let again_id = taken[1].channel.id;
    let tried = outbox::redeliver(&mut tx, ada.id, again_id, now, now).await;
    assert_eq!(tried.unwrap(), 0);
    // A channel that is turned off gives up what was on its way, and stays off.
    let turned_off = Channel {
        enabled: false,
        ..again[0].channel.clone()
    };
    channels::update(&mut tx, ada.id, &turned_off)
        .await
        .unwrap();
    let tried = outbox::redeliver(&mut tx, ada.id, again_id, now, now).await;
    assert_eq!(tried.unwrap(), 0);
    assert_eq!(outbox::next(&mut tx).await.unwrap(), None);
    let test = Message {
        items: Vec::new(),
        ..ground.message()
    };
    outbox::enqueue_for(&mut tx, ada.id, off.id, &test, now)
        .await
        .unwrap();
    for (since, count) in [(now - TimeDelta::minutes(1), 1), (now, 0)] {
        let tried = outbox::tried_since(&mut tx, ada.id, since).await;
        assert_eq!(tried.unwrap(), count);
    }
    let taken = outbox::take(&mut tx, now, soon, 9).await.unwrap();
    assert_eq!((taken[0].channel.id, &taken[0].message), (off.id, &test));

    outbox::settle(&mut tx, &taken[0], false, None)
        .await
        .unwrap();
    let tried = outbox::redeliver(&mut tx, ada.id, first.id, now, now).await;
    assert_eq!(tried.unwrap(), 0);

    assert_eq!(outbox::oldest(&mut tx).await.unwrap(), Some(now));
    assert_eq!(outbox::forget(&mut tx, now, 9).await.unwrap(), 0);
    assert_eq!(outbox::forget(&mut tx, soon, 1).await.unwrap(), 1);
    assert_eq!(outbox::forget(&mut tx, soon, 9).await.unwrap(), 1);
    assert_eq!(outbox::next(&mut tx).await.unwrap(), None);
}

/// Whoever asks for it again and again cannot have a message sent over and over, wherever it goes.
#[tokio::test]
async fn nothing_is_tried_without_end() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let hook = ground.webhook();
    channels::create(&mut tx, ada.id, &hook).await.unwrap();
    let told = [(ada.id, ground.message())];
    outbox::enqueue(&mut tx, &told, now).await.unwrap();
    let mut tries = 0;
    loop {
        let taken = outbox::take(&mut tx, now, now, 9).await.unwrap();
        outbox::settle(&mut tx, &taken[0], false, None)
            .await
            .unwrap();
        tries += 1;
        let again = outbox::redeliver(&mut tx, ada.id, hook.id, now, now).await;
        if again.unwrap() == 0 {
            break;
        }
        assert!(tries < 50);
    }
    assert_eq!(tries, 20);
}
