//! The welfare office (福祉事務所): decides who receives aid and who may treat them, and registers it.
//!
//! ```text
//! api: people, households, events, entrustments, vouchers, runs, …
//!        ├─▶ facts: what is registered nowhere
//!        └─▶ decide: versions and their file, one commit ─▶ outbox ─▶ courier ─▶ hub
//!                 ▲                                                     └─ receipts, visible ─▶ states
//!      issue, run ┘ domain::monthly::plan over what is known of a person
//! ```
//!
//! - [`people`]: who somebody is. The 個人番号 is sealed to the hub before anything else is done with it; the
//!   office itself cannot open it again. It recognises one that was said before by an index under its own key.
//! - [`eligibilities`], [`vouchers`], [`shielding`]: what is decided about them.
//! - [`households`], [`circumstances`], [`entrustments`], [`self_payments`], [`institutions`]: what the office decides and
//!   knows beside that, and registers nowhere ([`facts`]); [`person_file`] shows it, [`figures`] counts it.
//! - [`events`]: 開始, 停止, 再開, 廃止, 移管, 死亡, with a preview of what each does to eligibilities and vouchers.
//! - [`issue`], [`run`]: vouchers from entrustments, for one person now, or for everybody in a month.
//! - [`states`]: where each record is on its way, from decided to visible, with times.
//! - [`decide`]: every decision is a new version in the office's store and a file in the outbox, in one commit.
//!   Asking for the same revision again with the same content gives the same answer, so a caller that heard
//!   nothing may ask again.
//! - [`sealing`]: what a row says of people is sealed for that row and version.

use std::sync::Arc;

use domain::calendar::Date;
use domain::identity::OfficeCode;
use domain::monthly::IssuingWindow;
use domain::permit::Actor;
use domain::regime::NumberRegime;
use domain::text::AsReceived;
use env::network::Limits;
use env::{Env, Origin, StopHandle};
use relay::{Courier, Outbox};
use seal::{ColumnKey, HubPublicKey, IndexKey, KeyFileError, RootKey};
use service::{Caller, Running};
use storage::{DatabaseConfig, Migration, Store, StoreError};
use tokio::sync::Notify;

mod api;
mod circumstances;
mod config;
mod decide;
mod eligibilities;
mod entrustments;
mod error;
mod events;
mod facts;
mod figures;
mod households;
mod institutions;
mod issue;
mod people;
mod person_file;
mod run;
mod sealing;
mod self_payments;
mod shielding;
mod states;
mod store;
mod vouchers;

pub use config::{Config, Setup};
pub use decide::Decided;
pub use entrustments::Entrusted;
pub use error::OfficeError;
pub use events::{Change, Effect, VoucherEffect};
pub use facts::Kept;
pub use figures::Figures;
pub use households::{HouseholdKept, Loaded};
pub use issue::{IssuedNow, LeftOutNow};
pub use run::{LeftOutList, LeftOutOf, PEOPLE_OF_A_STEP, RunReport};
pub use states::{MonthStates, RecordState, State, StateCounts};

/// The office, as its use cases see it.
pub struct Office {
    env: Env,
    store: Store,
    office: OfficeCode,
    name: AsReceived,
    hub_key: HubPublicKey,
    number_regime: NumberRegime,
    issuing: IssuingWindow,
    today: Option<Date>,
    /// The registers, if they are followed.
    registers: Option<Caller>,
    column: Arc<ColumnKey>,
    said_numbers: IndexKey,
    outbox: Outbox,
    courier: Courier,
    /// There is something to run.
    runs: Notify,
}

/// The purpose of the index by which a 個人番号 that was said before is recognised. It stands in a hash of all that was said, and
/// nowhere by itself: without the office's root key no number can be tried against a row.
pub const SAID_NUMBERS: &str = "number as said";

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
    relay::outbox::MIGRATION,
    store::decisions::MIGRATION,
    relay::tracking::MIGRATION,
    store::CORE,
    relay::outbox::OPEN,
];

/// Starts from a configuration; the database must be migrated.
///
/// # Errors
/// See [`StartError`].
pub async fn start(env: &Env, config: &Config) -> Result<Running, StartError> {
    let env = &config.tls.env(env, &Actor::Office(config.office.clone()))?;
    let root = RootKey::load(&config.root_key)?;
    let setup = config.setup(&root);
    start_with(env, &config.listen, &config.database, setup).await
}

/// Starts with keys that are at hand, as simulations do.
///
/// # Errors
/// See [`StartError`].
pub async fn start_with(
    env: &Env,
    listen: &Origin,
    database: &DatabaseConfig,
    setup: Setup,
) -> Result<Running, StartError> {
    let office = Arc::new(Office::on_database(env, database, setup).await?);
    let (stop_handle, stop) = StopHandle::new();
    let mut tasks = office.courier.start(&stop);
    let (running, asked) = (office.clone(), stop.clone());
    tasks.push(env.spawn("office-run", async move { running.run_months(asked).await }));
    if let Some(registers) = office.registers.clone() {
        let following = office.clone();
        let following = async move { following.follow_register(registers, stop).await };
        tasks.push(env.spawn("office-register", following));
    }
    let listening = service::serve(env, listen, api::router(office), Limits::default()).await?;
    Ok(Running::new("office", listening, stop_handle, tasks))
}

impl Office {
    /// The day by which the office judges what it is told.
    pub(crate) fn today(&self) -> Date {
        self.today.unwrap_or_else(|| self.env.now().date())
    }

    /// The office on its database, with nobody at work.
    async fn on_database(env: &Env, database: &DatabaseConfig, setup: Setup) -> Result<Office, StoreError> {
        let store = Store::open(env, database, MIGRATIONS).await?;
        let column = Arc::new(setup.column);
        let outbox = Outbox::new(env, setup.office.clone(), column.clone());
        let registers = setup
            .registers
            .map(|at| Caller::asking(env, &at, Actor::Registers));
        let courier = Courier::new(env, &store, &outbox, &setup.hub, setup.mark_every);
        Ok(Office {
            env: env.clone(),
            store,
            office: setup.office,
            name: setup.name,
            hub_key: setup.hub_key,
            number_regime: setup.number_regime,
            issuing: setup.issuing,
            today: setup.today,
            registers,
            column,
            said_numbers: setup.said_numbers,
            outbox,
            courier,
            runs: Notify::new(),
        })
    }
}

#[cfg(test)]
mod tests;
