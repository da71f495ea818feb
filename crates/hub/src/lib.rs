//! The hub (医療保険者等向け中間サーバー等): takes what offices register and passes on what may be seen.
//!
//! ```text
//! file ─▶ api/files ─▶ intake ─▶ record, person ─▶ conclude: receipt + feed entry, one commit
//!                         │                             │
//!                     waiting persons ─▶ matching ──▶ release: feed entry, one commit
//!                                     (registers)       │
//!                    marked persons ─▶ insurers ──▶ rows: feed entry, one commit
//!                                     (registers)       │
//!                                 verification ◀── api/feed ◀── feed
//! ```
//!
//! - [`intake`]: a file is checked whole, then judged person by person; its number is used up and its receipt
//!   stands in the commit that makes its records visible. Long files are staged in chunks before that.
//! - [`matching`]: nobody is passed on before their five attributes match the register (promise `right-person`).
//!   The 個人番号 is opened in [`intake`] and nowhere else; what stays is two blind indexes.
//! - [`insurers`]: what a matched person is insured by, asked for when an eligibility applies or an insurer's row changes.
//! - [`feed`]: pages for verification, the shield lane first.
//! - [`progress`]: what verification confirms, for the offices to know how far their records have come.

use std::path::PathBuf;
use std::sync::Arc;

use domain::permit::Actor;
use env::network::Limits;
use env::{Env, Origin, Stop, StopHandle};
use identity::Tls;
use seal::{ColumnKey, HubPrivateKey, IndexKey, KeyFileError, RootKey};
use serde::Deserialize;
use service::Running;
use storage::{DatabaseConfig, Migration, Store, StoreError};
use tokio::sync::Notify;

mod api;
mod error;
mod feed;
mod insurers;
mod intake;
mod matching;
mod progress;
mod sealing;
mod store;

pub use error::HubError;

/// The purpose of the index key that hub and register share.
const RESIDENTS_INDEX: &str = "residents";

/// The role's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where it listens, for instance `http://127.0.0.1:18082`.
    pub listen: Origin,
    /// Where its database is: `sqlite:PATH` or `postgres:…`.
    pub database: DatabaseConfig,
    /// Its root key's file.
    pub root_key: PathBuf,
    /// The key file that it shares with the register of residents, for the numbers' blind indexes.
    pub residents_key: PathBuf,
    /// The register of residents.
    pub registers: Origin,
    /// Its certificate, and whom it believes.
    pub tls: Tls,
}

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
    let (matching, keeping, asking) = (hub.clone(), hub.clone(), hub.clone());
    let (stop_keeping, stop_asking) = (stop.clone(), stop.clone());
    let tasks = vec![
        env.spawn("hub-matching", async move { matching.match_waiting(stop).await }),
        env.spawn("hub-progress", async move {
            keeping.keep_confirmations(stop_keeping).await;
        }),
        env.spawn(
            "hub-insurers",
            async move { asking.ask_insurers(stop_asking).await },
        ),
    ];
    let listening = service::serve(env, listen, api::router(hub), Limits::default()).await?;
    Ok(Running::new("hub", listening, stop_handle, tasks))
}
