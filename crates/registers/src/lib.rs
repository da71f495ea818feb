//! Stand-ins for what is outside of our house: the register of residents (住民基本台帳, J-LIS), the insurers (保険者) and the
//! national register of institutions (指定医療機関).
//!
//! ```text
//! hub ── are these the five attributes under this number? ──▶ residents
//! hub ── whose is this card? which cards has this person? ──▶ cards ── whose cards changed? ──▶ hub
//! hub ── what is this person insured by, beside this aid? ──▶ insurers ── whose rows changed? ──▶ hub
//! office, verification ── what is new since position n? ──▶ institutions
//! ```
//!
//! - [`residents`]: the number itself never leaves the hub's intake. Hub and stand-in share an index key, and every
//!   question carries the number's blind index.
//! - [`cards`]: what a card is found by, and whether it is in force; also asked by the number's blind index.
//! - [`insurers`]: rows as insurers write them, answered after the rule that aid ends 国保 and 後期.
//! - [`institutions`]: versions with positions; nobody's data.
//!
//! What the real registers' interfaces look like is not public; this is our adapter. Loading is for sandboxes: a loader
//! reads a number, indexes it and forgets it.

use std::sync::Arc;

use domain::number::IndividualNumber;
use domain::permit::Actor;
use env::network::Limits;
use env::{Env, Origin, StopHandle};
use exchange::registers::RESIDENTS_INDEX;
use exchange::registers::changes::{Change, Changes};
use seal::{ColumnKey, IndexKey, KeyFileError, RootKey};
use service::Running;
use storage::{DatabaseConfig, Migration, Store, StoreError};

mod api;
pub mod cards;
mod config;
mod error;
pub mod institutions;
pub mod insurers;
pub mod residents;
mod store;

pub use config::Config;
pub use error::RegisterError;
pub use insurers::Insured;
/// What the register is told to load and is asked.
pub use residents::{Attributes, Outcome, Question, Resident};

/// Rows that are loaded in one unit.
const BATCH: usize = 500;

/// The keys it works with.
pub struct Keys {
    /// Seals what it holds.
    pub column: ColumnKey,
    /// Indexes numbers, as the hub does.
    pub index: IndexKey,
    /// Indexes cards; nobody else does.
    pub card_index: IndexKey,
}

impl Keys {
    /// From the role's root key and the one it shares.
    pub fn new(root: &RootKey, shared: &RootKey) -> Keys {
        Keys {
            column: root.column_key("registers"),
            index: shared.index_key(RESIDENTS_INDEX),
            card_index: root.index_key("card"),
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
    /// Its certificate, or whom it believes.
    #[error(transparent)]
    Tls(#[from] env::tls::TlsFault),
}

/// The migrations of its database.
pub const MIGRATIONS: &[Migration] = &[
    store::residents::MIGRATION,
    store::POSITIONS,
    store::insurers::MIGRATION,
    store::institutions::MIGRATION,
    store::cards::MIGRATION,
];

/// The registers, as their endpoints use them.
pub struct Registers {
    env: Env,
    store: Store,
    keys: Keys,
}

impl Registers {
    /// A number's blind index.
    fn index(&self, number: &IndividualNumber) -> [u8; 32] {
        let index = self.keys.index.index_number(number);
        index.as_bytes().try_into().unwrap_or_default()
    }
}

/// A blind index of 64 hexadecimal digits; another text finds nobody.
fn index_of(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}

/// Changes as they are told.
fn changes_of(found: Vec<(i64, Vec<u8>)>) -> Changes {
    let change = |(n, index): (i64, Vec<u8>)| Change {
        n,
        index: hex::encode(index),
    };
    Changes {
        changes: found.into_iter().map(change).collect(),
    }
}

/// Starts from a configuration; the database must be migrated.
///
/// # Errors
/// See [`StartError`].
pub async fn start(env: &Env, config: &Config) -> Result<Running, StartError> {
    let env = &config.tls.env(env, &Actor::Registers)?;
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
    let role = Arc::new(Registers {
        env: env.clone(),
        store,
        keys,
    });
    let listening = service::serve(env, listen, api::router(role), Limits::default()).await?;
    Ok(Running::new("registers", listening, stop, Vec::new()))
}
