//! Stand-ins for what is outside of our house. In this first stage: the register of residents (住民基本台帳, J-LIS).
//!
//! The hub asks whether a person's five attributes (5情報) are those that the register has under a number. The
//! number itself never leaves the hub's intake: hub and stand-in share an index key, and the question carries
//! the number's blind index. What the real network's questions look like is not public; this is our adapter.
//!
//! Loading residents is for sandboxes. The loader reads a number, indexes it and forgets it.

use std::path::PathBuf;
use std::sync::Arc;

use env::network::Limits;
use env::{Env, Origin, StopHandle};
use seal::{ColumnKey, IndexKey, KeyFileError, RootKey};
use serde::Deserialize;
use service::Running;
use storage::{DatabaseConfig, Migration, Store, StoreError};

mod api;
pub mod residents;
mod store;

/// What the register is told to load and is asked.
pub use residents::{Attributes, Outcome, Question, Resident};

/// The purpose of the index key that hub and register share.
pub const RESIDENTS_INDEX: &str = "residents";

/// The role's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where it listens, for instance `http://127.0.0.1:18085`.
    pub listen: Origin,
    /// Where its database is: `sqlite:PATH` or `postgres:…`.
    pub database: DatabaseConfig,
    /// Its root key's file.
    pub root_key: PathBuf,
    /// The key file that it shares with the hub, for the numbers' blind indexes.
    pub residents_key: PathBuf,
}

/// The keys it works with.
pub struct Keys {
    /// Seals what it holds.
    pub column: ColumnKey,
    /// Indexes numbers, as the hub does.
    pub index: IndexKey,
}

impl Keys {
    /// From the role's root key and the one it shares.
    pub fn new(root: &RootKey, shared: &RootKey) -> Keys {
        Keys {
            column: root.column_key("registers"),
            index: shared.index_key(RESIDENTS_INDEX),
        }
    }
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
}

/// The migrations of its database.
pub const MIGRATIONS: &[Migration] = &[store::MIGRATION];

/// Starts from a configuration; the database must be migrated.
///
/// # Errors
/// See [`StartError`].
pub async fn start(env: &Env, config: &Config) -> Result<Running, StartError> {
    let keys = Keys::new(
        &RootKey::load(&config.root_key)?,
        &RootKey::load(&config.residents_key)?,
    );
    start_with(env, &config.listen, &config.database, keys).await
}

/// Starts with keys that are at hand, as simulations do.
///
/// # Errors
/// See [`StartError`].
pub async fn start_with(
    env: &Env,
    listen: &Origin,
    database: &DatabaseConfig,
    keys: Keys,
) -> Result<Running, StartError> {
    let store = Store::open(env, database, MIGRATIONS).await?;
    let (stop, _) = StopHandle::new();
    let role = Arc::new(residents::Residents {
        env: env.clone(),
        store,
        keys,
    });
    let listening = service::serve(env, listen, api::router(role), Limits::default()).await?;
    Ok(Running::new("registers", listening, stop, Vec::new()))
}
