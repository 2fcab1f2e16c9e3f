//! Links in letters.

use chrono::TimeDelta;
use hearth::domain::verification::{Purpose, Verification};
use hearth::ids::{AccountId, Secret, VerificationId};
use hearth::store::{accounts, verifications};

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
    assert_eq!(verifications::next(&mut tx).await.unwrap(), None);
}

/// Three letters are enough for a mailbox, and three requests for an account, whatever becomes of them.
#[tokio::test]
async fn few_are_enough() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let ada = ground.account(&mut tx, "ada").await;
    let until = now + TimeDelta::minutes(2);
    for number in 0..4 {
        let reset = ground.verification(Purpose::ResetPassword, ada.email.as_str(), None);
        verifications::ask(&mut tx, &reset).await.unwrap();
        let has_enough = verifications::has_enough(&mut tx, &reset).await;
        assert_eq!(has_enough.unwrap(), number == 3);
        let secret = Secret::link(&mut ground.chance);
        verifications::write(&mut tx, &reset, ada.id, &secret, now, until)
            .await
            .unwrap();
        verifications::end_one(&mut tx, reset.id).await.unwrap();

        let purpose = Purpose::ChangeEmail;
        let may_ask_at = verifications::may_ask_at(&mut tx, purpose, ada.id, now).await;
        let tomorrow = (number == 3).then_some(now + TimeDelta::days(1));
        assert_eq!(may_ask_at.unwrap(), tomorrow);
        let change = ground.verification(purpose, &format!("{number}@example.org"), Some(ada.id));
        verifications::ask(&mut tx, &change).await.unwrap();
    }
    let mut other = ground.verification(Purpose::ChangeEmail, ada.email.as_str(), Some(ada.id));
    assert!(!verifications::has_enough(&mut tx, &other).await.unwrap());
    (other.purpose, other.asked_at) = (Purpose::ResetPassword, now + TimeDelta::minutes(30));
    assert!(!verifications::has_enough(&mut tx, &other).await.unwrap());
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
    verifications::forget(&mut tx, now + TimeDelta::days(3))
        .await
        .unwrap();
    assert_eq!(verifications::due(&mut tx, now, 99).await.unwrap(), [old]);
    verifications::forget(&mut tx, now + TimeDelta::days(4))
        .await
        .unwrap();
    assert_eq!(verifications::due(&mut tx, now, 99).await.unwrap(), []);
}
