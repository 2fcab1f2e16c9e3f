//! Letters that nobody asked for: few of them, none too late, and none kept back by another's trouble.

use crate::check::harm;
use crate::verifications::{asked, with_mail};
use crate::world::PASSWORD;

/// Whoever makes an account for it and erases it, again and again, makes nobody get more letters: neither the stranger whose
/// address is asked for, nor the one whose address was typed in to sign up.
#[tokio::test]
async fn erasing_makes_no_room_for_letters() {
    let (world, postbox, _) = with_mail().await;
    for number in 0..5 {
        let cleo = world.person("Cleo", "UTC").await;
        cleo.wants_to_be("stranger@example.org", PASSWORD).await;
        world.forgets_password(&cleo.email).await;
        world.delivers().await;
        let sent = postbox.letters().len();
        assert_eq!(sent, 3 * 3.min(number + 1), "{number}");
        cleo.erases().await.empty();
    }
}

/// A link that nobody waits for any more, since the program was down, is not written; and what was asked for is forgotten, on a
/// quiet server too.
#[tokio::test]
async fn too_late_is_never() {
    let (world, postbox, ada) = with_mail().await;
    world.forgets_password(&ada.email).await;
    ada.wants_to_be("ada@home.example", PASSWORD).await;
    world.pass_days(1);
    assert_eq!(world.delivers().await, 0);
    assert!(postbox.letters().is_empty());
    assert_eq!(asked(&world).await, 1, "it still counts for Ada");
    world.pass_days(2);
    assert_eq!(world.delivers().await, 0);
    assert_eq!(asked(&world).await, 0);
}

/// An account that cannot be read holds up nobody's letters but its own.
#[tokio::test]
async fn a_damaged_account_holds_nobody_up() {
    let (world, _postbox, ada) = with_mail().await;
    let ben = world.ben().await;
    world.forgets_password(&ada.email).await;
    world.forgets_password(&ben.email).await;
    harm(
        &world,
        "update accounts set time_zone = 'Nowhere' where email like 'ada%'",
    )
    .await;
    assert_eq!(world.delivers().await, 1);
    assert_eq!(world.delivers().await, 0);
}
