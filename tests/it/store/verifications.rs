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
        Verification {
            id: VerificationId::new(&mut self.chance),
            purpose,
            email: email.to_owned().try_into().unwrap(),
            account,
            asked_at: self.now,
            tries: 0,
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
    assert!(verifications::ask(&mut tx, &asked).await.unwrap());
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
    verifications::settle(&mut tx, asked.id, None)
        .await
        .unwrap();
    assert_eq!(verifications::next(&mut tx).await.unwrap(), None);
    verifications::delete(&mut tx, asked.id).await.unwrap();
    let found = verifications::find(&mut tx, Purpose::ResetPassword, &secret, now).await;
    assert_eq!(found.unwrap(), None);
}

/// Three are enough for a mailbox, and for an account; and none outlives what it was about.
#[tokio::test]
async fn few_and_not_for_long() {
    let mut ground = Ground::new().await;
    let now = ground.now;
    let mut tx = ground.store.write().await.unwrap();
    let (ada, ben) = (
        ground.account(&mut tx, "ada").await,
        ground.account(&mut tx, "ben").await,
    );
    for number in 0..4 {
        let reset = ground.verification(Purpose::ResetPassword, ada.email.as_str(), None);
        let there = format!("{number}@example.org");
        let change = ground.verification(Purpose::ChangeEmail, &there, Some(ada.id));
        for one in [reset, change] {
            let is_asked = verifications::ask(&mut tx, &one).await.unwrap();
            assert_eq!(is_asked, number < 3, "{one:?}");
        }
    }
    let others = ground.verification(Purpose::ResetPassword, ben.email.as_str(), None);
    assert!(verifications::ask(&mut tx, &others).await.unwrap());
    assert_eq!(verifications::due(&mut tx, now, 99).await.unwrap().len(), 7);

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
    verifications::delete_all(&mut tx, cleo.id, &cleo.email)
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
