//! What was said to the questions of the day.

use hearth::domain::account::Account;
use hearth::domain::prompt::Answer;
use hearth::ids::CoupleId;
use hearth::store::prompts;

use super::{Ground, date};

fn answer(who: &Account, day: &str, words: Option<&str>) -> Answer {
    Answer {
        member: who.id,
        date: date(day),
        prompt: "free_tuesday".to_owned().try_into().unwrap(),
        words: words.map(|words| words.to_owned().try_into().unwrap()),
        alone: false,
    }
}

/// An answer comes back as it went in, one a member and date; revealed are only the dates on which both spoke
/// to the same prompt, as a couple.
#[tokio::test]
async fn answers_come_back() {
    let mut ground = Ground::new().await;
    let mut tx = ground.store.write().await.unwrap();
    let [ada, ben] = [
        ground.account(&mut tx, "ada").await,
        ground.account(&mut tx, "ben").await,
    ];
    let couple = ground.couple(&mut tx, &ada).await.id;
    let spoken = [
        answer(&ada, "2026-11-14", Some("Yes.")),
        answer(&ada, "2026-11-16", Some("Two\nlines.")),
        answer(&ada, "2026-11-17", None),
        answer(&ada, "2026-11-18", Some("Sealed.")),
        answer(&ben, "2026-11-14", Some("No.")),
        answer(&ben, "2026-11-16", Some("One.")),
        answer(&ben, "2026-11-17", Some("Sealed.")),
    ];
    let another = Answer {
        prompt: "rain_all_sunday".to_owned().try_into().unwrap(),
        ..answer(&ben, "2026-11-18", Some("To another one."))
    };
    let too_early = Answer {
        alone: true,
        ..answer(&ada, "2026-11-13", Some("Is anybody there?"))
    };
    let too_late = answer(&ben, "2026-11-13", Some("Now I am."));
    let unseen = [another, too_early, too_late];
    for answer in spoken.iter().chain(&unseen) {
        prompts::put(&mut tx, couple, answer).await.unwrap();
    }
    let again = answer(&ada, "2026-11-14", Some("Yes, and no."));
    prompts::put(&mut tx, couple, &again).await.unwrap();

    let mut said = prompts::of_date(&mut tx, couple, date("2026-11-14"))
        .await
        .unwrap();
    said.sort_by_key(|answer| answer.member != ada.id);
    assert_eq!(said, [again.clone(), spoken[4].clone()]);
    let elsewhere = CoupleId::new(&mut ground.chance);
    let none = prompts::of_date(&mut tx, elsewhere, date("2026-11-14")).await;
    assert_eq!(none.unwrap(), []);

    for (before, limit, dates) in [
        (None, 9, vec!["2026-11-16", "2026-11-14"]),
        (None, 1, vec!["2026-11-16"]),
        (Some("2026-11-16"), 9, vec!["2026-11-14"]),
        (Some("2026-11-14"), 9, vec![]),
    ] {
        let revealed = prompts::revealed(&mut tx, couple, before.map(date), limit).await;
        let found: Vec<String> = revealed
            .unwrap()
            .chunks(2)
            .map(|both| {
                assert_eq!(both[0].date, both[1].date);
                assert!(both[0].is_revealed_with(&both[1]));
                both[0].date.to_string()
            })
            .collect();
        assert_eq!(found, dates);
    }
    let all = prompts::all(&mut tx, couple).await.unwrap();
    assert_eq!(all.len(), spoken.len() + unseen.len());
    assert!(all.is_sorted_by_key(|answer| answer.date));
}
