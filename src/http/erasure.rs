//! Erasing one's account.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;

use super::App;
use super::body::Json;
use super::call::Call;
use super::couples::close;
use super::error::{Problem, Result};
use super::owner::{Claim, Proof};
use crate::domain::couple::{Couple, Member};
use crate::ids::AccountId;
use crate::store;

/// How long to wait before scrubbing again, while somebody still reads.
const SCRUB_AGAIN: Duration = Duration::from_millis(250);

/// When scrubbing takes too long: what is erased should be gone within a minute.
const SCRUB_LATE: Duration = Duration::from_secs(60);

/// Erases you: at once, silently, and for ever.
///
/// Your couple closes for both. Your words go everywhere, and with them your logs, your tokens and your
/// account; what your partner wrote and logged stays theirs. Nobody can undo it: take an export first.
#[utoipa::path(
    delete, path = "/v1/me", operation_id = "eraseMe", tag = "account", security(("token" = [])),
    request_body(content = Proof, example = json!({"password": "seven quiet otters"})),
    responses(
        (status = 204, description = "Nothing of you is left"),
        (status = 403, body = Problem, description = "`wrong_password` or `missing_scope`"),
    )
)]
pub async fn erase(
    State(app): State<App>,
    claim: Claim,
    Json(proof): Json<Proof>,
) -> Result<StatusCode> {
    let owner = claim.prove(&app.passwords, &proof.password).await?;
    let mut call = owner.write().await?;
    for couple in store::couples::all_of(&mut call.tx, call.me.id).await? {
        let others = couple.members.iter().filter(|one| one.id != call.me.id);
        let (stand_ins, heirs): (Vec<&Member>, Vec<&Member>) =
            others.partition(|other| other.email.is_stand_in());
        for stand_in in stand_ins {
            store::accounts::delete(&mut call.tx, stand_in.id).await?;
        }
        match heirs.first().map(|heir| heir.id) {
            Some(heir) => bequeath(&mut call, couple, heir).await?,
            None => store::couples::dissolve(&mut call.tx, couple.id).await?,
        }
    }
    store::accounts::delete(&mut call.tx, call.me.id).await?;
    call.commit().await?;
    app.scrub().await;
    Ok(StatusCode::NO_CONTENT)
}

/// Closes a couple, and leaves in it what is also its other member's.
async fn bequeath(call: &mut Call, mut couple: Couple, heir: AccountId) -> Result<()> {
    if !couple.closed {
        close(call, couple.id).await?;
    }
    let (tx, me, now) = (&mut call.tx, call.me.id, call.now);
    // It likely holds a name.
    couple.name = None;
    store::couples::update(tx, &couple).await?;
    store::logs::delete_all(tx, couple.id, me).await?;
    store::appreciations::forget_member(tx, couple.id, me).await?;
    store::plans::forget_member(tx, couple.id, me, heir).await?;
    for ritual in store::rituals::all(tx, couple.id).await? {
        let id = ritual.id;
        match ritual.without(me, heir) {
            Some(mut left) => {
                store::checkpoints::refold(tx, couple.id, &mut left, now).await?;
                store::rituals::update(tx, couple.id, &left).await?;
            }
            None => store::rituals::delete(tx, couple.id, id).await?,
        }
    }
    Ok(())
}

impl App {
    /// Sees to it that what was erased leaves the database's log of writes too: at once, or as soon as
    /// nobody reads what it holds any more. Should the program end before, its next start does it.
    async fn scrub(&self) {
        if self.try_scrub().await {
            return;
        }
        let app = self.clone();
        self.tasks.spawn(async move {
            let mut tries: u32 = 1;
            loop {
                tokio::time::sleep(SCRUB_AGAIN).await;
                if app.try_scrub().await {
                    return;
                }
                tries += 1;
                if SCRUB_AGAIN * tries == SCRUB_LATE {
                    tracing::warn!(
                        "a reader has kept erased words in the log of writes for a minute"
                    );
                }
            }
        });
    }

    /// Whether there is nothing left to scrub, or nobody left to scrub it.
    async fn try_scrub(&self) -> bool {
        match self.store.scrub().await {
            Ok(is_done) => is_done,
            Err(store::Error::Busy | store::Error::Full) => false,
            Err(error) => {
                tracing::warn!(
                    ?error,
                    "erased words wait in the log of writes for the next start"
                );
                true
            }
        }
    }
}
