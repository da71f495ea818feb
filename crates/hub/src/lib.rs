//! The hub (医療保険者等向け中間サーバー等): takes what offices register and passes on what may be seen.
//!
//! ```text
//! file ─▶ api/files ─▶ intake ─▶ record, person ─▶ conclude: receipt + feed entry, one commit
//!                         │                             │
//!                     waiting persons ─▶ matching ──▶ release: feed entry, one commit
//!                                     (registers)       │
//!                    marked persons ─▶ asking ────▶ made: feed entry, one commit
//!                             insurers, cards (registers)
//!                                                       │
//!                                 verification ◀── api/feed ◀── feed
//! ```
//!
//! - [`intake`]: a file is checked whole, then judged person by person; its number is used up and its receipt
//!   stands in the commit that makes its records visible. Long files are staged in chunks before that.
//! - [`matching`]: nobody is passed on before their five attributes match the register (promise `right-person`).
//!   The 個人番号 is opened in [`intake`] and nowhere else; what stays is two blind indexes.
//! - [`asking`]: what registers say of marked people becomes records that no office sends, [`made`] here: [`insurers`],
//!   what somebody is insured by; [`cards`], which cards find somebody who has enrolled, and the enrolment itself.
//! - [`feed`]: pages for verification, the shield lane first.
//! - [`progress`]: what verification confirms, for the offices to know how far their records have come.

use std::sync::Arc;

use domain::permit::Actor;
use env::network::Limits;
use env::{Env, Origin, Stop, StopHandle};
use exchange::registers::RESIDENTS_INDEX;
use seal::{ColumnKey, HubPrivateKey, IndexKey, KeyFileError, RootKey};
use service::Running;
use storage::{DatabaseConfig, Migration, Store, StoreError};
use store::asking::Register;
use tokio::sync::Notify;

mod api;
mod asking;
mod cards;
mod config;
mod error;
mod feed;
mod insurers;
mod intake;
mod made;
mod matching;
mod passes;
mod progress;
mod sealing;
mod store;

pub use config::Config;
pub use error::HubError;

/// The keys it works with.
pub struct Keys {
    number: HubPrivateKey,
    column: ColumnKey,
    /// Equality of numbers across offices; the hub's alone.
    person_index: IndexKey,
    /// Equality of what an office says about a person, without keeping it open.
    attributes_index: IndexKey,
    /// Equality of numbers between hub and register.
    residents_index: IndexKey,
}

impl Keys {
    /// From the role's root key and the one it shares with the register.
    pub fn new(root: &RootKey, residents: &RootKey) -> Keys {
        Keys {
            number: root.hub_private_key(),
            column: root.column_key("hub"),
            person_index: root.index_key("person"),
            attributes_index: root.index_key("attributes"),
            residents_index: residents.index_key(RESIDENTS_INDEX),
        }
    }
}

/// The hub, as its use cases see it.
pub struct Hub {
    env: Env,
    store: Store,
    keys: Arc<Keys>,
    registers: Origin,
    lanes: intake::Turns,
    confirmations: progress::Confirmations,
    /// Somebody waits to be matched.
    waiting: Notify,
    /// Something became visible.
    news: Notify,
    /// Whoever waits for news waits no longer than the hub runs.
    stop: Stop,
}

/// Why it does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its keys.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// Its address.
    #[error(transparent)]
    Net(#[from] env::NetError),
    /// Its certificate, or whom it believes.
    #[error(transparent)]
    Tls(#[from] env::tls::TlsFault),
}

/// The migrations of its database.
pub const MIGRATIONS: &[Migration] = &[
    relay::POSITIONS,
    relay::inbox::MIGRATION,
    relay::feed::MIGRATION,
    store::persons::MIGRATION,
    store::records::MIGRATION,
    store::progress::MIGRATION,
    relay::feed::MIGRATION_2,
    store::insurers::MIGRATION,
    store::asking::MIGRATION,
    store::persons::MIGRATION_2,
    store::enrolments::MIGRATION,
    relay::feed::MIGRATION_3,
];

/// Starts from a configuration; the database must be migrated.
///
/// # Errors
/// See [`StartError`].
pub async fn start(env: &Env, config: &Config) -> Result<Running, StartError> {
    let env = &config.tls.env(env, &Actor::Hub)?;
    let keys = Keys::new(
        &RootKey::load(&config.root_key)?,
        &RootKey::load(&config.residents_key)?,
    );
    start_with(env, &config.listen, &config.database, &config.registers, keys).await
}

/// Starts with keys that are at hand, as simulations do.
///
/// # Errors
/// See [`StartError`].
pub async fn start_with(
    env: &Env,
    listen: &Origin,
    database: &DatabaseConfig,
    registers: &Origin,
    keys: Keys,
) -> Result<Running, StartError> {
    let store = Store::open(env, database, MIGRATIONS).await?;
    let (stop_handle, stop) = StopHandle::new();
    let hub = Arc::new(Hub {
        env: env.clone(),
        store,
        keys: Arc::new(keys),
        registers: registers.clone(),
        lanes: intake::Turns::default(),
        confirmations: progress::Confirmations::default(),
        waiting: Notify::new(),
        news: Notify::new(),
        stop: stop.clone(),
    });
    let tasks = vec![
        env.spawn("hub-matching", hub.clone().match_waiting(stop.clone())),
        env.spawn("hub-progress", hub.clone().keep_confirmations(stop.clone())),
        env.spawn(
            "hub-cards",
            hub.clone().ask_register(Register::Cards, stop.clone()),
        ),
        env.spawn("hub-insurers", hub.clone().ask_register(Register::Insurers, stop)),
    ];
    let listening = service::serve(env, listen, api::router(hub), Limits::default()).await?;
    Ok(Running::new("hub", listening, stop_handle, tasks))
}
