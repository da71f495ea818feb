//! What tests on a simulated fleet share.

use env::network::Limits;
use env::sim::Simulation;
use env::{Handler, Origin, StopHandle};
use storage::{DatabaseConfig, InlineAnchor, Migration, Store};

/// A database in memory that outlives its node, as a disk does.
pub(crate) fn database(name: &str) -> (InlineAnchor, DatabaseConfig) {
    let database = DatabaseConfig::Inline {
        name: name.to_owned(),
    };
    (storage::hold_inline(name), database)
}

/// Starts a node that answers.
pub(crate) fn listen(fleet: &Simulation, name: &str, handler: Handler) -> Origin {
    let env = fleet.node(name, name).simulated_as("hub");
    let at = Origin::new(name, 80);
    let (task_env, origin) = (env.clone(), at.clone());
    env.spawn("listener", async move {
        let listening = task_env.network().listen(&at, handler, Limits::default()).await;
        let (_stop, never) = StopHandle::new();
        never.asked().await;
        drop(listening);
    });
    origin
}

pub(crate) fn migrate(fleet: &Simulation, database: &DatabaseConfig, migrations: &'static [Migration]) {
    let (env, database) = (fleet.node("migration", "migration"), database.clone());
    let migrating = async move { Store::migrate(&env, &database, migrations).await };
    fleet.run(10_000, migrating).unwrap().unwrap();
}

/// Looks into a database while nobody else works.
pub(crate) fn with_store<T: Send + 'static>(
    fleet: &Simulation,
    database: &DatabaseConfig,
    migrations: &'static [Migration],
    look: impl AsyncFnOnce(Store) -> T + Send + 'static,
) -> T {
    let (env, database) = (fleet.node("look", "look"), database.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    // Everything in memory is decided in one poll, so nothing of the fleet moves meanwhile.
    runtime.block_on(async {
        let store = Store::open(&env, &database, migrations).await.unwrap();
        look(store).await
    })
}
