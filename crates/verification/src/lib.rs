//! Verification (オンライン資格確認等システム): tells an institution what it may know, and how fresh that is.
//!
//! ```text
//! hub ──feed──▶ reader ─▶ apply: versions, index             institution ─▶ api/inquiry
//!                             (one commit with the cursor)                     │
//!                                        store ◀── read, one snapshot ──── inquiry ─▶ domain::answer ─▶ report
//! ```
//!
//! - [`apply`]: each version is stored under its feed position; it is visible when the cursor is past it.
//! - [`inquiry`]: one statement, the same for everybody, then the answer table of `domain`. Every answer names
//!   what it was computed from ([`Basis`]) and can be computed again from that (promise `history`).
//! - [`presence`]: nonces for terminals, and whether a card was there; [`enrolment`] passes a card on to the hub.
//! - [`reception`]: what institutions hand in for bulk inquiries; [`worker`] takes it to its end, [`month`] and [`bulk`]
//!   say what is told.
//! - [`guessing`] and [`visual`]: what is counted of those who ask without a card, and when it is too much.
//! - [`report`]: the answer as a message; [`wording`]: what is said where there is none.
//! - [`store`], [`sealing`]: its tables, and how what is personal in them is sealed.

use std::sync::Arc;

use domain::permit::Actor;
use env::network::Limits;
use env::{Env, Origin, StopHandle};
use relay::Reader;
use seal::{IndexKey, KeyFileError, RootKey};
use service::Running;
use storage::{DatabaseConfig, Migration, Store, StoreError};
use tokio::sync::Notify;

use crate::config::Rules;
use crate::guessing::Guessing;
use crate::presence::Presence;
use crate::presence::files::Following;
use crate::visual::Visual;

mod api;
mod apply;
mod basis;
mod bulk;
mod config;
mod enrolment;
mod error;
mod guessing;
pub mod inquiry;
mod month;
mod presence;
mod reception;
mod recompute;
mod report;
mod sealing;
mod store;
#[cfg(test)]
mod tests;
mod visual;
mod wording;
mod worker;

pub use basis::Basis;
pub use config::Config;
pub use error::VerificationError;
pub use guessing::GuessingRules;
pub use presence::Trusted;
pub use presence::files::{CardFiles, CardFilesError};
pub use reception::BulkRules;
pub use visual::VisualRules;

/// The keys it works with.
pub struct Keys {
    columns: sealing::ColumnKeys,
    number_index: IndexKey,
    card_index: IndexKey,
    request_index: IndexKey,
    nonces: [u8; 32],
}

impl Keys {
    /// From the role's root key.
    pub fn new(root: RootKey) -> Keys {
        let number_index = root.index_key("payer and recipient");
        let card_index = root.index_key("card");
        let request_index = root.index_key("bulk request");
        let nonces = root.index_key("nonce").index(&[b"1"]);
        Keys {
            columns: sealing::ColumnKeys::new(root),
            number_index,
            card_index,
            request_index,
            nonces: nonces.as_bytes().try_into().unwrap_or_default(),
        }
    }
}

/// Verification, as its use cases see it.
pub struct Verification {
    env: Env,
    store: Store,
    keys: Arc<Keys>,
    bulk: BulkRules,
    presence: Presence,
    guessing: Guessing,
    visual: Visual,
    /// The hub, to which enrolments go; nobody for whoever only reads.
    hub: Option<Origin>,
    /// Rung when a reception came in.
    bell: Notify,
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
    /// The keys of cards, or their lists.
    #[error(transparent)]
    Cards(#[from] CardFilesError),
}

impl Verification {
    /// Opens the role on its database, which must be migrated, without serving and without pulling the feed: for
    /// whoever computes an old answer again ([`Verification::recompute`]).
    ///
    /// # Errors
    /// [`StoreError`], when the database cannot be opened.
    pub async fn on_database(
        env: &Env,
        database: &DatabaseConfig,
        keys: Keys,
    ) -> Result<Arc<Verification>, StoreError> {
        let trusted = Trusted::nobody();
        Verification::on(env, database, keys, trusted, Rules::default(), None).await
    }

    async fn on(
        env: &Env,
        database: &DatabaseConfig,
        keys: Keys,
        trusted: Trusted,
        rules: Rules,
        hub: Option<&Origin>,
    ) -> Result<Arc<Verification>, StoreError> {
        let store = Store::open(env, database, MIGRATIONS).await?;
        Ok(Arc::new(Verification {
            env: env.clone(),
            store,
            presence: Presence::new(&keys.nonces, trusted),
            hub: hub.cloned(),
            keys: Arc::new(keys),
            guessing: Guessing::new(rules.guessing),
            visual: Visual::new(rules.visual),
            bulk: rules.bulk,
            bell: Notify::new(),
        }))
    }
}

/// The migrations of its database.
pub const MIGRATIONS: &[Migration] = &[
    relay::POSITIONS,
    relay::reader::MIGRATION,
    store::MIGRATION,
    store::month::MIGRATION,
    store::reception::MIGRATION,
    store::MIGRATION_2,
    store::presence::MIGRATION,
    store::reception::MIGRATION_2,
    store::presence::MIGRATION_2,
    store::presence::MIGRATION_3,
];

/// Starts from a configuration; the database must be migrated.
///
/// # Errors
/// See [`StartError`].
pub async fn start(env: &Env, config: &Config) -> Result<Running, StartError> {
    let env = &config.tls.env(env, &Actor::Verification)?;
    let keys = Keys::new(RootKey::load(&config.root_key)?);
    let world = config.tls.world;
    // Before reading: what changes while it is read is read again.
    let looks = config.cards.looks();
    let trusted = config.cards.read(world, env.now())?;
    let (database, hub) = (&config.database, &config.hub);
    let role = Verification::on(env, database, keys, trusted, config.rules(), Some(hub)).await?;
    serve(
        env,
        &config.listen,
        hub,
        role,
        Some(Following {
            files: config.cards.clone(),
            world,
            looks,
        }),
    )
    .await
}

/// Starts with keys that are at hand, as simulations do.
///
/// # Errors
/// See [`StartError`].
pub async fn start_with(
    env: &Env,
    listen: &Origin,
    database: &DatabaseConfig,
    hub: &Origin,
    keys: Keys,
    trusted: Trusted,
    guessing: GuessingRules,
) -> Result<Running, StartError> {
    let rules = Rules {
        guessing,
        ..Rules::default()
    };
    let role = Verification::on(env, database, keys, trusted, rules, Some(hub)).await?;
    serve(env, listen, hub, role, None).await
}

/// Pulls the hub's feed, works on receptions and answers institutions.
async fn serve(
    env: &Env,
    listen: &Origin,
    hub: &Origin,
    role: Arc<Verification>,
    cards: Option<Following>,
) -> Result<Running, StartError> {
    let reader = Reader::new(env, &role.store, hub);
    let (stop_handle, stop) = StopHandle::new();
    let (applying, worker_stop) = (role.clone(), stop.clone());
    let following = cards.map(|following| role.clone().follow_cards(following, stop.clone()));
    let reading = async move {
        let apply = async move |tx: &mut storage::Tx, entries: &[&exchange::registration::feed::Entry]| {
            applying.apply(tx, entries).await
        };
        reader.run(apply, stop).await;
    };
    let working = role.clone().work(worker_stop);
    let mut tasks = vec![
        env.spawn("feed-reader", reading),
        env.spawn("bulk-worker", working),
    ];
    tasks.extend(following.map(|following| env.spawn("cards", following)));
    let listening = service::serve(env, listen, api::router(role), Limits::default()).await?;
    Ok(Running::new("verification", listening, stop_handle, tasks))
}
