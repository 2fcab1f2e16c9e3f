//! The store suite: every function of the store, on its own. It knows no engine, so that the same suite
//! can run on each.

use chrono::{DateTime, TimeDelta, Utc};
use hearth::domain::account::Account;
use hearth::domain::agreement::Participant;
use hearth::domain::cadence::{Cadence, WeekStart};
use hearth::domain::couple::{Couple, Member, Standing, Todays};
use hearth::domain::day::Date;
use hearth::domain::log::{Log, Visibility};
use hearth::domain::practice::Practice;
use hearth::domain::rest::{Rest, Scope, Span};
use hearth::domain::ritual::{Forgiveness, Proposal, Ritual, Rule};
use hearth::domain::streak::settled_before;
use hearth::domain::token::{LifeDays, Scopes, Token};
use hearth::ids::{Chance, CoupleId, InvitationId, RestId, RitualId, Secret, TokenId};
use hearth::store::invitations::Invitation;
use hearth::store::logs::Filter;
use hearth::store::rituals::Shelf;
use hearth::store::{
    Store, Tx, accounts, checkpoints, couples, invitations, logs, rests, rituals, tokens,
};
use tempfile::TempDir;

use crate::world::START;

/// An empty database, and where things come from.
struct Ground {
    store: Store,
    chance: Chance,
    now: DateTime<Utc>,
    _folder: TempDir,
}

impl Ground {
    async fn new() -> Ground {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite:{}", folder.path().join("hearth.db").display());
        Ground {
            store: Store::open(&address).await.unwrap(),
            chance: Chance::seeded(7),
            now: START.parse().unwrap(),
            _folder: folder,
        }
    }

    async fn account(&mut self, tx: &mut Tx, name: &str) -> Account {
        let account = Account {
            id: hearth::ids::AccountId::new(&mut self.chance),
            email: format!("{name}@example.org").try_into().unwrap(),
            name: name.to_owned().try_into().unwrap(),
            zone: "Europe/Oslo".parse().unwrap(),
            shares_zone: false,
            created_at: self.now,
        };
        assert!(accounts::create(tx, &account, "hash").await.unwrap());
        account
    }

    async fn couple(&mut self, tx: &mut Tx, founder: &Account) -> Couple {
        let couple = Couple {
            id: CoupleId::new(&mut self.chance),
            name: None,
            day_start: "05:30".parse().unwrap(),
            week_start: WeekStart::Sun,
            together_since: Some(date("2019-06-01")),
            members: vec![Member {
                id: founder.id,
                name: founder.name.clone(),
                email: founder.email.clone(),
                zone: founder.zone.clone(),
                shares_zone: founder.shares_zone,
                standing: Standing::Active,
            }],
        };
        couples::found(tx, &couple, self.now).await.unwrap();
        couple
    }

    fn ritual(&mut self, by: &Account, cadence: Cadence, start: &str) -> Ritual {
        let proposal = Proposal {
            title: "Nightly check-in".to_owned().try_into().unwrap(),
            practice: Practice::Conversation,
            cadence,
            rule: Rule::Both,
            starts_on: Some(date(start)),
            cue: Some("after tea".to_owned().try_into().unwrap()),
            forgiveness: Forgiveness::Off,
            target_minutes: Some(15.try_into().unwrap()),
        };
        let today = Date::of_utc(self.now);
        let todays = Todays {
            earliest: today,
            latest: today,
        };
        let id = RitualId::new(&mut self.chance);
        Ritual::propose(id, by.id, proposal, WeekStart::Sun, todays).unwrap()
    }

    fn log(&self, ritual: &Ritual, who: &Account, day: &str) -> Log {
        Log {
            ritual: ritual.id,
            member: who.id,
            date: date(day),
            minutes: Some(20.try_into().unwrap()),
            note: Some("Two\nlines.".to_owned().try_into().unwrap()),
            mood: None,
            visibility: Visibility::Private,
            logged_at: self.now,
            zone: who.zone.clone(),
        }
    }
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
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
    accounts::rehash(&mut tx, &ada, "newer").await.unwrap();
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
    assert!(
        !invitations::revoke(&mut tx, couple.id, Some(made[1].id))
            .await
            .unwrap()
    );
    assert!(
        invitations::revoke(&mut tx, couple.id, Some(made[0].id))
            .await
            .unwrap()
    );
    assert!(!invitations::revoke(&mut tx, couple.id, None).await.unwrap());
}

/// A ritual comes back whole, on the right shelf.
#[tokio::test]
async fn rituals_come_back_whole() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let [ada, ben] = [
        ground.account(&mut tx, "ada").await,
        ground.account(&mut tx, "ben").await,
    ];
    let couple = ground.couple(&mut tx, &ada).await.id;
    assert!(!rituals::any(&mut tx, couple).await.unwrap());
    let mut first = ground.ritual(&ada, Cadence::Every { days: 9 }, "2026-11-01");
    let second = ground.ritual(&ada, Cadence::Anytime, "2026-11-02");
    rituals::create(&mut tx, couple, &first, now).await.unwrap();
    rituals::create(&mut tx, couple, &second, now + TimeDelta::seconds(1))
        .await
        .unwrap();
    first.participants.push(Participant::decliner(ben.id));
    first.forgiveness = Forgiveness::Gentle;
    first.cue = None;
    rituals::update(&mut tx, couple, &first).await.unwrap();
    assert!(rituals::any(&mut tx, couple).await.unwrap());
    let found = rituals::find(&mut tx, couple, first.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&first));
    let elsewhere = CoupleId::new(&mut ground.chance);
    assert_eq!(
        rituals::find(&mut tx, elsewhere, first.id).await.unwrap(),
        None
    );

    let archive = Rest {
        id: RestId::new(&mut ground.chance),
        scope: Scope::Archive(second.id),
        span: Span {
            from: date("2026-11-18"),
            to: None,
        },
    };
    rests::put(&mut tx, couple, &archive).await.unwrap();
    assert_eq!(rituals::count_current(&mut tx, couple).await.unwrap(), 1);
    for (shelf, ritual) in [(Shelf::Current, &first), (Shelf::Archived, &second)] {
        let listed = rituals::list(&mut tx, couple, shelf, None, 9)
            .await
            .unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(&listed[0].1, ritual);
        let after = Some(listed[0].0);
        let rest = rituals::list(&mut tx, couple, shelf, after, 9)
            .await
            .unwrap();
        assert!(rest.is_empty());
    }
    assert_eq!(rituals::all(&mut tx, couple).await.unwrap().len(), 2);
    rituals::delete(&mut tx, couple, second.id).await.unwrap();
    assert_eq!(rituals::all(&mut tx, couple).await.unwrap(), [first]);
    assert_eq!(
        rests::find(&mut tx, couple, archive.id).await.unwrap(),
        None
    );
}

/// A log comes back as it went in; there is one a ritual, member and date.
#[tokio::test]
async fn logs_come_back() {
    let mut ground = Ground::new().await;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let couple = ground.couple(&mut tx, &ada).await.id;
    let ritual = ground.ritual(&ada, Cadence::Daily, "2026-11-01");
    rituals::create(&mut tx, couple, &ritual, ground.now)
        .await
        .unwrap();
    assert!(!logs::any(&mut tx, couple, ritual.id).await.unwrap());
    let days = ["2026-11-03", "2026-11-09", "2026-11-18"];
    for day in days {
        logs::put(&mut tx, couple, &ground.log(&ritual, &ada, day))
            .await
            .unwrap();
    }
    let mut again = ground.log(&ritual, &ada, days[1]);
    again.note = None;
    again.visibility = Visibility::Shared;
    logs::put(&mut tx, couple, &again).await.unwrap();
    assert!(logs::any(&mut tx, couple, ritual.id).await.unwrap());
    let found = logs::find(&mut tx, couple, ritual.id, again.date, ada.id)
        .await
        .unwrap();
    assert_eq!(found.as_ref(), Some(&again));
    assert_eq!(
        logs::unsettled(&mut tx, couple, None).await.unwrap().len(),
        3
    );

    let (from, to) = (date(days[0]), date(days[1]));
    let mut dates = logs::dates(&mut tx, couple, ritual.id, from, to)
        .await
        .unwrap();
    dates.sort();
    assert_eq!(dates, [(ada.id, from), (ada.id, to)]);
    let filter = Filter {
        ritual: Some(ritual.id),
        member: Some(ada.id),
        from: to,
        to: Date::MAX,
        after: None,
        limit: 9,
    };
    let listed = logs::list(&mut tx, couple, &filter).await.unwrap();
    assert_eq!(listed, [ground.log(&ritual, &ada, days[2]), again]);
    assert!(
        logs::delete(&mut tx, couple, ritual.id, to, ada.id)
            .await
            .unwrap()
    );
    assert!(
        !logs::delete(&mut tx, couple, ritual.id, to, ada.id)
            .await
            .unwrap()
    );
}

/// Rests come back; what they change in the settled past is folded anew.
#[tokio::test]
async fn rests_come_back_and_refold() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let couple = ground.couple(&mut tx, &ada).await.id;
    let mut ritual = ground.ritual(&ada, Cadence::Daily, "2026-11-01");
    rituals::create(&mut tx, couple, &ritual, now)
        .await
        .unwrap();
    logs::put(&mut tx, couple, &ground.log(&ritual, &ada, "2026-11-02"))
        .await
        .unwrap();
    checkpoints::refold(&mut tx, couple, &mut ritual, now)
        .await
        .unwrap();
    assert_eq!(ritual.checkpoint.next, settled_before(now));
    rituals::update(&mut tx, couple, &ritual).await.unwrap();

    let span = Span {
        from: date("2026-11-03"),
        to: Some(date("2026-11-30")),
    };
    let id = RestId::new(&mut ground.chance);
    let rest = Rest {
        id,
        scope: Scope::Ritual(ritual.id),
        span,
    };
    rests::put(&mut tx, couple, &rest).await.unwrap();
    assert_eq!(rests::find(&mut tx, couple, id).await.unwrap(), Some(rest));
    for (from, reaches) in [("2026-11-30", 1), ("2026-12-01", 0)] {
        let reaching = rests::reaching(&mut tx, couple, date(from)).await.unwrap();
        assert_eq!(reaching.len(), reaches, "{from}");
    }
    assert_eq!(rests::list(&mut tx, couple, None, 9).await.unwrap(), [rest]);
    assert_eq!(checkpoints::spans(&[rest], ritual.id), [span]);
    checkpoints::refold_rested(&mut tx, couple, rest.scope, span.from, now)
        .await
        .unwrap();
    let rested = rituals::find(&mut tx, couple, ritual.id)
        .await
        .unwrap()
        .unwrap();
    assert_ne!(
        rested.checkpoint, ritual.checkpoint,
        "the lapses are excused now"
    );

    rests::delete(&mut tx, couple, id).await.unwrap();
    assert_eq!(rests::find(&mut tx, couple, id).await.unwrap(), None);
}
