//! Links in letters.

use chrono::TimeDelta;
use hearth::domain::letter::Unasked;
use hearth::domain::verification::{Purpose, Verification};
use hearth::ids::{AccountId, Secret, VerificationId};
use hearth::store::{accounts, letters, verifications};

use super::Ground;

impl Ground {
    fn verification(
        &mut self,
        purpose: Purpose,
        email: &str,
        account: Option<AccountId>,
    ) -> Verification {
        let id = VerificationId::new(&mut self.chance);
        let email = email.to_owned().try_into().unwrap();
        Verification {
            account,
            ..Verification::new(id, purpose, email, self.now)
        }
    }
}

/// A letter is written by one, and its link found by its secret alone, for its purpose and its time.
#[tokio::test]
async fn a_link_is_written_and_followed() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let asked = ground.verification(Purpose::ResetPassword, ada.email.as_str(), None);
    assert_eq!(verifications::next(&mut tx).await.unwrap(), None);
    verifications::ask(&mut tx, &asked).await.unwrap();
    assert_eq!(verifications::next(&mut tx).await.unwrap(), Some(now));
    assert_eq!(
        verifications::due(&mut tx, now, 9).await.unwrap(),
        std::slice::from_ref(&asked)
    );
    assert_eq!(verifications::due(&mut tx, now, 0).await.unwrap(), []);
    let secret = Secret::link(&mut ground.chance);
    let until = now + TimeDelta::minutes(2);
    for is_first in [true, false] {
        let written = verifications::write(&mut tx, &asked, ada.id, &secret, now, until).await;
        assert_eq!(written.unwrap(), is_first);
    }
    assert_eq!(verifications::due(&mut tx, now, 9).await.unwrap(), []);
    let found = verifications::find(&mut tx, Purpose::ResetPassword, &secret, now).await;
    let written = Verification {
        account: Some(ada.id),
        tries: 1,
        ..asked.clone()
    };
    assert_eq!(found.unwrap(), Some(written));
    let other = Secret::link(&mut ground.chance);
    let late = now + TimeDelta::minutes(30);
    for (purpose, secret, now) in [
        (Purpose::ChangeEmail, &secret, now),
        (Purpose::ResetPassword, &other, now),
        (Purpose::ResetPassword, &secret, late),
    ] {
        let found = verifications::find(&mut tx, purpose, secret, now).await;
        assert_eq!(found.unwrap(), None, "{purpose:?}");
    }
    let again = now + TimeDelta::minutes(1);
    verifications::settle(&mut tx, asked.id, Some(now), Some(again))
        .await
        .unwrap();
    let due = verifications::due(&mut tx, again, 9).await.unwrap();
    assert_eq!((due[0].told_at, due[0].tries), (Some(now), 1));
    verifications::end_one(&mut tx, asked.id).await.unwrap();
    let found = verifications::find(&mut tx, Purpose::ResetPassword, &secret, now).await;
    assert_eq!(found.unwrap(), None);
    // A letter that was under way as it ended begins nothing anew.
    verifications::settle(&mut tx, asked.id, None, Some(again))
        .await
        .unwrap();
    let forgotten_at = Some(now + TimeDelta::days(3));
    assert_eq!(verifications::next(&mut tx).await.unwrap(), forgotten_at);
    verifications::delete(&mut tx, asked.id).await.unwrap();
    assert_eq!(verifications::next(&mut tx).await.unwrap(), None);
}

/// An account asks for three links of a kind in the time that the first one works, whatever becomes of them.
#[tokio::test]
async fn few_are_enough() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let purpose = Purpose::ChangeEmail;
    for number in 0..4 {
        let may_ask_at = verifications::may_ask_at(&mut tx, purpose, ada.id, now).await;
        let tomorrow = (number == 3).then_some(now + TimeDelta::days(1));
        assert_eq!(may_ask_at.unwrap(), tomorrow);
        let change = ground.verification(purpose, &format!("{number}@example.org"), Some(ada.id));
        verifications::ask(&mut tx, &change).await.unwrap();
        verifications::end_one(&mut tx, change.id).await.unwrap();
    }
    let later = now + TimeDelta::days(1);
    let may_ask_at = verifications::may_ask_at(&mut tx, purpose, ada.id, later).await;
    assert_eq!(may_ask_at.unwrap(), None);
}

/// A mailbox gets three letters of a kind in its time, and that is known for a day, also when its account is erased.
#[tokio::test]
async fn a_mailbox_has_enough() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    assert_eq!(letters::next(&mut tx).await.unwrap(), None);
    let ada = ground.account(&mut tx, "ada").await;
    let cleo = ground.account(&mut tx, "cleo").await;
    for number in 0..4 {
        for kind in [Unasked::PasswordReset, Unasked::Confirmation] {
            let may = letters::note(&mut tx, &ada.email, kind, now).await.unwrap();
            assert_eq!(may, number < 3, "{kind:?}");
        }
    }
    accounts::delete(&mut tx, ada.id).await.unwrap();
    let half_an_hour = now + TimeDelta::minutes(30);
    for (to, kind, at, expected) in [
        (&ada.email, Unasked::PasswordReset, now, false),
        (&ada.email, Unasked::NoticeOfChange, now, true),
        (&cleo.email, Unasked::PasswordReset, now, true),
        (&ada.email, Unasked::PasswordReset, half_an_hour, true),
        (&ada.email, Unasked::Confirmation, half_an_hour, false),
    ] {
        let may = letters::note(&mut tx, to, kind, at).await.unwrap();
        assert_eq!(may, expected, "{kind:?} at {at}");
    }
    let tomorrow = now + TimeDelta::days(1);
    assert_eq!(letters::next(&mut tx).await.unwrap(), Some(tomorrow));
    letters::forget(&mut tx, tomorrow).await.unwrap();
    let next = letters::next(&mut tx).await.unwrap();
    assert_eq!(next, Some(tomorrow + TimeDelta::minutes(30)));
}

/// None outlives what it was about.
#[tokio::test]
async fn not_for_long() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let (ada, ben) = (
        ground.account(&mut tx, "ada").await,
        ground.account(&mut tx, "ben").await,
    );
    let reset = ground.verification(Purpose::ResetPassword, ada.email.as_str(), None);
    let change = ground.verification(Purpose::ChangeEmail, "new@example.org", Some(ada.id));
    let others = ground.verification(Purpose::ResetPassword, ben.email.as_str(), None);
    for one in [&reset, &change, &others] {
        verifications::ask(&mut tx, one).await.unwrap();
    }
    accounts::set_password(&mut tx, &ada, "newer")
        .await
        .unwrap();
    assert_eq!(
        verifications::due(&mut tx, now, 99).await.unwrap(),
        [others]
    );
    accounts::delete(&mut tx, ben.id).await.unwrap();
    assert_eq!(verifications::due(&mut tx, now, 99).await.unwrap(), []);

    let change = ground.verification(Purpose::ChangeEmail, "new@example.org", Some(ada.id));
    verifications::ask(&mut tx, &change).await.unwrap();
    assert!(
        accounts::set_email(&mut tx, &ada, &change.email)
            .await
            .unwrap()
    );
    assert_eq!(verifications::due(&mut tx, now, 99).await.unwrap(), []);
    let found = accounts::find(&mut tx, ada.id).await.unwrap().unwrap();
    assert_eq!(found.email, change.email);
    let cleo = ground.account(&mut tx, "cleo").await;
    assert!(
        !accounts::set_email(&mut tx, &cleo, &change.email)
            .await
            .unwrap()
    );

    for (email, account) in [
        ("cleo@example.org", None),
        ("else@example.org", Some(cleo.id)),
    ] {
        let purpose = account.map_or(Purpose::ResetPassword, |_| Purpose::ChangeEmail);
        let asked = ground.verification(purpose, email, account);
        verifications::ask(&mut tx, &asked).await.unwrap();
    }
    verifications::end_all(&mut tx, cleo.id, &cleo.email)
        .await
        .unwrap();
    assert_eq!(verifications::due(&mut tx, now, 99).await.unwrap(), []);

    let old = ground.verification(Purpose::ResetPassword, "nobody@example.org", None);
    verifications::ask(&mut tx, &old).await.unwrap();
    let days = TimeDelta::days(3);
    verifications::forget(&mut tx, now + days - TimeDelta::seconds(1))
        .await
        .unwrap();
    assert_eq!(verifications::due(&mut tx, now, 99).await.unwrap(), [old]);
    verifications::forget(&mut tx, now + days).await.unwrap();
    assert_eq!(verifications::due(&mut tx, now, 99).await.unwrap(), []);
}
