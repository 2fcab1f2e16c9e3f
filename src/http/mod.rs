//! The HTTP API: the only room that knows axum. [`router`] is its table of contents.

pub mod accept;
pub mod accounts;
pub mod agreement;
pub mod appreciations;
pub mod archive;
pub mod attempt;
pub mod body;
pub mod caching;
pub mod calendar;
pub mod call;
pub mod changes;
pub mod channel_body;
pub mod channels;
pub mod checkup_body;
pub mod checkup_list;
pub mod checkup_statements;
pub mod checkups;
pub mod cors;
pub mod couples;
pub mod docs;
pub mod erasure;
pub mod error;
pub mod export;
pub mod export_alone;
pub mod export_body;
pub mod headers;
pub mod health;
pub mod import;
pub mod import_alone;
pub mod import_appreciations;
pub mod import_body;
pub mod import_cast;
pub mod import_plans;
pub mod import_reminders;
pub mod insights;
pub mod intake;
pub mod invitations;
pub mod language;
pub mod lately;
pub mod letter_page;
pub mod letters;
pub mod limits;
pub mod logs;
pub mod members;
pub mod metrics;
pub mod nudges;
pub mod observe;
pub mod openapi;
pub mod owner;
pub mod page;
pub mod password;
pub mod path;
pub mod peer;
pub mod periods;
pub mod plans;
pub mod practices;
pub mod presence;
pub mod presence_end;
pub mod prompts;
pub mod query;
pub mod reminders;
pub mod rests;
pub mod ritual_body;
pub mod rituals;
pub mod scene;
pub mod schema;
mod shape;
pub mod sweep;
pub mod today;
pub mod tokens;
pub mod verifications;
pub mod visit;
pub mod waiting;

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use chrono::{DateTime, Utc};
use tokio_util::task::TaskTracker;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::lately::Lately;
use self::limits::Limits;
use crate::clock::Clock;
use crate::config::front::Front;
use crate::config::help::Help;
use crate::config::networks::Networks;
use crate::delivery::bell::Bell;
use crate::delivery::courier::Courier;
use crate::delivery::desk::Desk;
use crate::delivery::outbound::Outbound;
use crate::domain::day::Date;
use crate::domain::token::Token;
use crate::password::Passwords;
use crate::store::{self, Store, Tx};

use metrics::Metrics;

/// What every request shares.
#[derive(Debug, Clone)]
pub struct App {
    /// The database.
    pub store: Arc<Store>,
    /// The time.
    pub clock: Clock,
    /// The bounded hasher.
    pub passwords: Passwords,
    /// How often one may ask.
    pub limits: Limits,
    /// Requests and small writes under way; a graceful stop waits for them.
    pub tasks: TaskTracker,
    /// Who may call from where.
    pub front: Arc<Front>,
    /// Where help is, as the operator knows it.
    pub help: Arc<Help>,
    /// What the operator may count.
    pub metrics: Arc<Metrics>,
    /// What was shown lately.
    pub lately: Lately,
    /// The way out for messages.
    pub outbound: Outbound,
    /// Where letters are written, if the operator said how mail is sent.
    pub desk: Option<Arc<Desk>>,
    /// Wakes whoever delivers.
    pub bell: Bell,
}

impl App {
    /// An app over an open database, with nothing before it.
    pub fn new(store: Store, clock: Clock, passwords: Passwords) -> App {
        App {
            store: Arc::new(store),
            clock,
            passwords,
            limits: Limits::default(),
            tasks: TaskTracker::new(),
            front: Arc::default(),
            help: Arc::default(),
            metrics: Arc::default(),
            lately: Lately::default(),
            outbound: Outbound::new(Networks::default()),
            desk: None,
            bell: Bell::default(),
        }
    }

    /// The same app behind this front.
    pub fn behind(self, front: Front) -> App {
        App {
            limits: Limits::per_minute(front.rate_limit),
            front: Arc::new(front),
            ..self
        }
    }

    /// The same app, which knows where help is.
    pub fn helping(self, help: Help) -> App {
        App {
            help: Arc::new(help),
            ..self
        }
    }

    /// The same app, whose messages go out this way.
    pub fn reaching(self, outbound: Outbound) -> App {
        App { outbound, ..self }
    }

    /// The same app, which writes letters at this desk.
    pub fn writing(self, desk: Option<Desk>) -> App {
        App {
            desk: desk.map(Arc::new),
            ..self
        }
    }

    /// Whoever delivers what this app puts into the outbox.
    pub fn courier(&self) -> Courier {
        Courier::new(
            self.store.clone(),
            self.clock.clone(),
            self.outbound.clone(),
            self.desk.clone(),
            self.metrics.carried.clone(),
            self.bell.clone(),
        )
    }

    /// Opens the write door. How long that took is noted for the operator.
    pub async fn write(&self) -> store::Result<Tx> {
        let asked = Instant::now();
        let _queued = self.metrics.door_queue.enter();
        let tx = self.store.write().await;
        let waited = asked.elapsed();
        self.metrics.door_wait.observe(waited.as_secs_f64());
        tx
    }

    /// Notes on which UTC day a token was last used, at most once a day, apart from the request:
    /// reading stays reading. Should it fail, the next request tries again.
    fn note_use(&self, token: &Token, now: DateTime<Utc>) {
        let (id, today) = (token.id, Date::of_utc(now));
        if token.last_used_on >= today {
            return;
        }
        let app = self.clone();
        self.tasks.spawn(async move {
            let noted = async {
                let mut tx = app.write().await?;
                store::tokens::touch(&mut tx, id, today).await?;
                tx.commit().await
            };
            if let Err(error) = noted.await {
                tracing::warn!(?error, "a token's use was not noted");
            }
        });
    }
}

/// Every route that the OpenAPI document describes.
fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::frame())
        .routes(routes!(accounts::sign_up))
        .routes(routes!(tokens::sign_in, tokens::list, tokens::revoke_all))
        .routes(routes!(tokens::revoke))
        .routes(routes!(accounts::show, accounts::change, erasure::erase))
        .routes(routes!(export::export))
        .routes(routes!(password::change))
        .routes(routes!(verifications::reset_password))
        .routes(routes!(verifications::change_email))
        .routes(routes!(couples::found, couples::show, couples::change))
        .routes(routes!(changes::list))
        .routes(routes!(couples::leave))
        .routes(routes!(invitations::invite, invitations::list))
        .routes(routes!(invitations::take_back))
        .routes(routes!(invitations::accept))
        .routes(routes!(members::confirm))
        .routes(routes!(members::turn_away))
        .routes(routes!(practices::list))
        .routes(routes!(rituals::propose, rituals::list))
        .routes(routes!(rituals::show, rituals::change, rituals::remove))
        .routes(routes!(agreement::agree, agreement::withdraw))
        .routes(routes!(logs::put, logs::undo))
        .routes(routes!(logs::list_of_ritual))
        .routes(routes!(logs::list))
        .routes(routes!(periods::list))
        .routes(routes!(rests::begin, rests::list))
        .routes(routes!(rests::change, rests::remove))
        .routes(routes!(prompts::today))
        .routes(routes!(prompts::answer))
        .routes(routes!(prompts::pass))
        .routes(routes!(prompts::list))
        .routes(routes!(checkup_statements::list))
        .routes(routes!(checkups::begin, checkup_list::list))
        .routes(routes!(checkups::answer))
        .routes(routes!(checkups::share))
        .routes(routes!(checkups::propose))
        .routes(routes!(checkups::remove))
        .routes(routes!(plans::plan, plans::list))
        .routes(routes!(plans::change, plans::remove))
        .routes(routes!(appreciations::thank, appreciations::list))
        .routes(routes!(appreciations::take_back))
        .routes(routes!(appreciations::heart, appreciations::unheart))
        .routes(routes!(presence::begin, presence::show))
        .routes(routes!(presence::give_up))
        .routes(routes!(presence::finish))
        .routes(routes!(reminders::show, reminders::set))
        .routes(routes!(waiting::list))
        .routes(routes!(reminders::snooze))
        .routes(routes!(reminders::dismiss))
        .routes(routes!(nudges::nudge))
        .routes(routes!(channels::create, channels::list))
        .routes(routes!(channels::change, channels::remove))
        .routes(routes!(channels::test))
        .routes(routes!(channels::redeliver))
        .routes(routes!(
            calendar::renew,
            calendar::show,
            calendar::change,
            calendar::end
        ))
        .routes(routes!(calendar::read))
        .routes(routes!(today::show))
        .routes(routes!(insights::show))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(metrics::show))
}

/// The whole program behind one address.
pub fn router(app: App) -> Router {
    let (api, document) = api().split_for_parts();
    let document = openapi::finish(document);
    let router = api
        .merge(docs::routes(&document))
        .merge(letters::routes())
        .fallback(|| async { error::Error::NotFound })
        .method_not_allowed_fallback(|| async { error::Error::MethodNotAllowed })
        .layer(from_fn(page::link))
        .layer(from_fn(caching::caching))
        .layer(from_fn(limits::tell))
        .layer(from_fn_with_state(app.clone(), intake::intake))
        .layer(from_fn_with_state(app.clone(), peer::recognize));
    cors::allow(router, &app.front.origins)
        .layer(from_fn_with_state(app.clone(), observe::observe))
        .with_state(app)
}

/// The OpenAPI document of this program.
pub fn document() -> utoipa::openapi::OpenApi {
    openapi::finish(api().split_for_parts().1)
}
