//! Accounts, tokens, couples and invitations.

use chrono::TimeDelta;
use hearth::domain::couple::Standing;
use hearth::domain::token::{LifeDays, Scopes, Token};
use hearth::ids::{InvitationId, Secret, TokenId};
use hearth::store::invitations::Invitation;
use hearth::store::{accounts, couples, invitations, tokens};

use super::{Ground, date};

/// Signing out elsewhere ends the account's other tokens, and nobody else's.
#[tokio::test]
async fn one_token_can_outlive_the_others() {
    let mut ground = Ground::new().await;
    let mut tx = ground.store.write().await.unwrap();
    let (ada, ben) = (
        ground.account(&mut tx, "ada").await,
        ground.account(&mut tx, "ben").await,
    );
    let mut made = Vec::new();
    for owner in [&ada, &ada, &ben] {
        let (id, secret) = (
            TokenId::new(&mut ground.chance),
            Secret::token(&mut ground.chance),
        );
        let life = LifeDays::default();
        let token = Token::new(id, owner.id, None, Scopes::all(), life, ground.now);
        tokens::create(&mut tx, &token, &secret).await.unwrap();
        made.push((token, secret));
    }
    tokens::revoke_others(&mut tx, &made[1].0).await.unwrap();
    let mut living = Vec::new();
    for (_, secret) in &made {
        let found = tokens::find(&mut tx, secret, ground.now).await.unwrap();
        living.push(found.is_some());
    }
    assert_eq!(living, [false, true, true]);
    let [kept, bens] = [&made[1].0, &made[2].0];
    assert!(!tokens::revoke(&mut tx, &ada, bens.id).await.unwrap());
    assert!(tokens::revoke(&mut tx, &ada, kept.id).await.unwrap());
    assert!(!tokens::revoke(&mut tx, &ada, kept.id).await.unwrap());
    tokens::create(&mut tx, kept, &made[1].1).await.unwrap();
    tokens::revoke_all(&mut tx, &ada).await.unwrap();
    for (owner, left) in [(&ada, vec![]), (&ben, vec![bens.clone()])] {
        let listed = tokens::list(&mut tx, owner, ground.now, None, 9).await;
        assert_eq!(listed.unwrap(), left);
    }
}

/// Living tokens are listed, the newest first, from any place on.
#[tokio::test]
async fn tokens_are_listed() {
    let mut ground = Ground::new().await;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let mut made = Vec::new();
    for days in [20, 1, 3, 3] {
        let id = TokenId::new(&mut ground.chance);
        let life = LifeDays::try_from(days).unwrap();
        let then = ground.now + TimeDelta::hours(made.len() as i64 / 2);
        let token = Token::new(id, ada.id, None, Scopes::all(), life, then);
        let secret = Secret::token(&mut ground.chance);
        tokens::create(&mut tx, &token, &secret).await.unwrap();
        made.push(token);
    }
    made.sort_by_key(|token| (std::cmp::Reverse(token.created_at), token.id));
    let now = ground.now + TimeDelta::days(2);
    made.retain(|token| token.is_alive(now));
    assert_eq!(made.len(), 3);
    let all = tokens::list(&mut tx, &ada, now, None, 9).await.unwrap();
    assert_eq!(all, made);
    for (at, token) in made.iter().enumerate() {
        let place = tokens::Place {
            created_at: token.created_at.timestamp_millis(),
            id: token.id,
        };
        let rest = tokens::list(&mut tx, &ada, now, Some(place), 9).await;
        assert_eq!(rest.unwrap(), made[at + 1..]);
    }
    let one = tokens::list(&mut tx, &ada, now, None, 1).await.unwrap();
    assert_eq!(one, made[..1]);
    let idle = ground.now + TimeDelta::days(31);
    let none = tokens::list(&mut tx, &ada, idle, None, 9).await.unwrap();
    assert!(none.is_empty());
}

/// An account comes back as it went in, and an e-mail address has one.
#[tokio::test]
async fn accounts_come_back() {
    let mut ground = Ground::new().await;
    let mut tx = ground.store.write().await.unwrap();
    assert!(!accounts::any(&mut tx).await.unwrap());
    let mut ada = ground.account(&mut tx, "ada").await;
    assert!(accounts::any(&mut tx).await.unwrap());
    assert!(!accounts::create(&mut tx, &ada, "other").await.unwrap());
    ada.shares_zone = true;
    ada.zone = "Pacific/Apia".parse().unwrap();
    accounts::update(&mut tx, &ada).await.unwrap();
    accounts::set_password(&mut tx, &ada, "newer")
        .await
        .unwrap();
    let found = accounts::find_by_email(&mut tx, &ada.email).await.unwrap();
    assert_eq!(found, Some((ada, "newer".to_owned())));
    let nobody = "nobody@example.org".to_owned().try_into().unwrap();
    assert_eq!(
        accounts::find_by_email(&mut tx, &nobody).await.unwrap(),
        None
    );
}

/// A token is found by its secret while it lives, and swept when it is dead.
#[tokio::test]
async fn tokens_are_found_by_their_secret() {
    let mut ground = Ground::new().await;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let life = LifeDays::try_from(10).unwrap();
    let id = TokenId::new(&mut ground.chance);
    let secret = Secret::token(&mut ground.chance);
    let mut token = Token::new(id, ada.id, None, Scopes::all(), life, ground.now);
    tokens::create(&mut tx, &token, &secret).await.unwrap();
    let found = tokens::find(&mut tx, &secret, ground.now).await.unwrap();
    assert_eq!(found, Some((token.clone(), ada.clone())));
    let other = Secret::token(&mut ground.chance);
    assert_eq!(
        tokens::find(&mut tx, &other, ground.now).await.unwrap(),
        None
    );

    token.last_used_on = date("2026-11-20");
    tokens::touch(&mut tx, id, token.last_used_on)
        .await
        .unwrap();
    tokens::touch(&mut tx, id, date("2026-11-19"))
        .await
        .unwrap();
    let found = tokens::find(&mut tx, &secret, ground.now).await.unwrap();
    assert_eq!(
        found,
        Some((token, ada.clone())),
        "the last use only moves on"
    );

    let later = ground.now + TimeDelta::days(10);
    assert_eq!(tokens::find(&mut tx, &secret, later).await.unwrap(), None);
    tokens::sweep(&mut tx, &ada, ground.now).await.unwrap();
    assert!(
        tokens::find(&mut tx, &secret, ground.now)
            .await
            .unwrap()
            .is_some()
    );
    tokens::sweep(&mut tx, &ada, later).await.unwrap();
    assert!(
        tokens::find(&mut tx, &secret, ground.now)
            .await
            .unwrap()
            .is_none()
    );
}

/// A couple has two seats; the second is free again when it lapses, and all are when it closes.
#[tokio::test]
async fn a_couple_has_two_seats() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let [ada, ben, cleo] = [
        ground.account(&mut tx, "ada").await,
        ground.account(&mut tx, "ben").await,
        ground.account(&mut tx, "cleo").await,
    ];
    let mut couple = ground.couple(&mut tx, &ada).await;
    couple.name = Some("Us".to_owned().try_into().unwrap());
    couples::update(&mut tx, &couple).await.unwrap();
    assert_eq!(
        couples::of(&mut tx, ada.id, now).await.unwrap().as_ref(),
        Some(&couple)
    );

    let lapses_at = now + TimeDelta::days(7);
    assert!(
        couples::take_seat(&mut tx, couple.id, ben.id, lapses_at)
            .await
            .unwrap()
    );
    assert!(
        !couples::take_seat(&mut tx, couple.id, cleo.id, lapses_at)
            .await
            .unwrap()
    );
    let seen = couples::of(&mut tx, ben.id, now).await.unwrap().unwrap();
    assert_eq!(seen.members[1].standing, Standing::Awaiting { lapses_at });
    assert_eq!(
        couples::of(&mut tx, ben.id, lapses_at).await.unwrap(),
        None,
        "lapsed"
    );

    couples::free_lapsed(&mut tx, cleo.id, Some(couple.id), lapses_at)
        .await
        .unwrap();
    assert!(
        couples::take_seat(&mut tx, couple.id, cleo.id, lapses_at)
            .await
            .unwrap()
    );
    couples::free_awaiting(&mut tx, couple.id).await.unwrap();
    assert!(
        couples::take_seat(&mut tx, couple.id, ben.id, lapses_at)
            .await
            .unwrap()
    );
    couples::confirm(&mut tx, couple.id, ben.id).await.unwrap();
    let seen = couples::of(&mut tx, ada.id, lapses_at)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(seen.active().count(), 2);

    couples::close(&mut tx, couple.id, now).await.unwrap();
    for one in [&ada, &ben] {
        assert_eq!(couples::of(&mut tx, one.id, now).await.unwrap(), None);
    }
    let next = ground.couple(&mut tx, &ada).await;
    assert!(couples::of(&mut tx, ada.id, now).await.unwrap().is_some());
    couples::dissolve(&mut tx, next.id).await.unwrap();
    assert_eq!(couples::of(&mut tx, ada.id, now).await.unwrap(), None);
}

/// Somebody's couples come in the order in which they lived in them, with the names that all went by
/// then; whoever only waited was never in one. With an account, all that hangs on it goes.
#[tokio::test]
async fn former_couples_are_remembered() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let [ada, mut ben, cleo] = [
        ground.account(&mut tx, "ada").await,
        ground.account(&mut tx, "ben").await,
        ground.account(&mut tx, "cleo").await,
    ];
    let mut closed = Vec::new();
    for partner in [&ben, &cleo] {
        let couple = ground.couple(&mut tx, &ada).await.id;
        let lapses_at = now + TimeDelta::days(7);
        couples::take_seat(&mut tx, couple, partner.id, lapses_at)
            .await
            .unwrap();
        let waits = couples::all_of(&mut tx, partner.id).await.unwrap();
        assert_eq!(waits, [], "not confirmed");
        couples::confirm(&mut tx, couple, partner.id).await.unwrap();
        let at = now + TimeDelta::seconds(closed.len() as i64);
        couples::close(&mut tx, couple, at).await.unwrap();
        closed.push(couple);
    }
    let open = ground.couple(&mut tx, &ada).await;
    ben.name = "Benjamin".to_owned().try_into().unwrap();
    accounts::update(&mut tx, &ben).await.unwrap();

    let all = couples::all_of(&mut tx, ada.id).await.unwrap();
    let told = all.iter().map(|couple| {
        let names = couple.members.iter().map(|member| member.name.as_str());
        (couple.id, couple.closed, names.collect::<Vec<_>>())
    });
    let expected = [
        (closed[0], true, vec!["ada", "ben"]),
        (closed[1], true, vec!["ada", "cleo"]),
        (open.id, false, vec!["ada"]),
    ];
    assert_eq!(Vec::from_iter(told), expected);

    accounts::delete(&mut tx, ben.id).await.unwrap();
    let found = accounts::find_by_email(&mut tx, &ben.email).await.unwrap();
    assert_eq!(found, None);
    let all = couples::all_of(&mut tx, ada.id).await.unwrap();
    assert_eq!(all[0].members.len(), 1, "his seat is empty");
}

/// A code opens the one open invitation once.
#[tokio::test]
async fn an_invitation_opens_once() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let couple = ground.couple(&mut tx, &ada).await;
    let expires_at = now + TimeDelta::hours(24);
    let codes = [
        Secret::code(&mut ground.chance),
        Secret::code(&mut ground.chance),
    ];
    let mut made = Vec::new();
    for code in &codes {
        let id = InvitationId::new(&mut ground.chance);
        let invitation = Invitation { id, expires_at };
        invitations::replace(&mut tx, couple.id, &invitation, code)
            .await
            .unwrap();
        made.push(invitation);
    }
    let open = invitations::open(&mut tx, couple.id, now).await.unwrap();
    assert_eq!(open.as_ref(), made.last());
    assert_eq!(
        invitations::open(&mut tx, couple.id, expires_at)
            .await
            .unwrap(),
        None
    );
    let redeemed = invitations::redeem(&mut tx, &codes[0], now).await.unwrap();
    assert_eq!(redeemed, None, "the newer one voided it");
    let redeemed = invitations::redeem(&mut tx, &codes[1], expires_at)
        .await
        .unwrap();
    assert_eq!(redeemed, None, "expired");
    let redeemed = invitations::redeem(&mut tx, &codes[1], now).await.unwrap();
    assert_eq!(redeemed, Some(couple.id));
    let redeemed = invitations::redeem(&mut tx, &codes[1], now).await.unwrap();
    assert_eq!(redeemed, None, "used");

    invitations::replace(&mut tx, couple.id, &made[0], &codes[0])
        .await
        .unwrap();
    invitations::revoke(&mut tx, couple.id).await.unwrap();
    let open = invitations::open(&mut tx, couple.id, now).await.unwrap();
    assert_eq!(open, None, "taken back");
}
