//! An office whose courier works, on a fleet with a hub.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use env::sim::{Simulation, Weather};
use env::{Origin, StopHandle, Time};
use exchange::registration::{Kind, Lane, Mode};
use seal::RootKey;
use storage::{DatabaseConfig, Migration, Store, Tx};

use super::hub::{Inbox, handler};
use crate::relay::outbox::{self, Outbox};
use crate::relay::tracking::{self, FileTimes, NotApplied, Released};
use crate::relay::{Courier, POSITIONS, RelayError};
use crate::{fleet, journal, office, record};

static MIGRATIONS: [Migration; 5] = [
    POSITIONS,
    outbox::MIGRATION,
    outbox::OPEN,
    tracking::MIGRATION,
    journal::MIGRATION,
];

/// The fleet.
pub(super) struct World {
    pub(super) fleet: Simulation,
    database: DatabaseConfig,
    pub(super) inbox: Arc<Mutex<Inbox>>,
    hub: Origin,
    root: RootKey,
    stops: Vec<StopHandle>,
    _disk: storage::InlineAnchor,
}

impl World {
    pub(super) fn new(name: &str, seed: u64) -> World {
        let (disk, database) = fleet::database(&format!("courier-{name}-{seed}"));
        let fleet = Simulation::new(seed, Time::from_micros(0));
        let inbox = Arc::new(Mutex::new(Inbox::default()));
        let hub = fleet::listen(&fleet, "hub", handler(&inbox));
        fleet::migrate(&fleet, &database, &MIGRATIONS);
        let root = RootKey::generate(&mut fleet.node("keys", "keys").rng());
        World {
            fleet,
            database,
            inbox,
            hub,
            root,
            stops: Vec::new(),
            _disk: disk,
        }
    }

    /// Puts files into lanes, all in one unit.
    pub(super) fn put(&self, lanes: &[Lane]) {
        let env = self.fleet.node("clerk", "clerk");
        let outbox = Outbox::new(&env, office(), Arc::new(self.root.column_key("13104")));
        let lanes = lanes.to_vec();
        fleet::with_store(&self.fleet, &self.database, &MIGRATIONS, async move |store| {
            let unit = async move |tx: &mut Tx| {
                for (n, lane) in lanes.iter().enumerate() {
                    outbox
                        .put(tx, *lane, Mode::EachPerson, &[record(&format!("r{n}"), 1)])
                        .await?;
                }
                Ok::<_, RelayError>(())
            };
            store.unit("put", unit).await.unwrap();
        });
    }

    /// Starts the office, or starts it again.
    pub(super) fn start(&mut self) {
        let env = self.fleet.node("office", "office");
        let outbox = Outbox::new(&env, office(), Arc::new(self.root.column_key("13104")));
        let (database, hub) = (self.database.clone(), self.hub.clone());
        let (stop_handle, stop) = StopHandle::new();
        self.stops.push(stop_handle);
        let task_env = env.clone();
        env.spawn("start", async move {
            if let Ok(store) = Store::open(&task_env, &database, &MIGRATIONS).await {
                Courier::new(&task_env, &store, &outbox, &hub, Duration::from_secs(1)).start(&stop);
            }
        });
    }

    /// Lets the fleet live in this weather until the hub has what it shall have; the office may die.
    pub(super) fn run_until(
        &mut self,
        weather: Weather,
        deaths: u64,
        until: impl Fn(&Inbox) -> bool,
    ) -> bool {
        self.fleet.set_weather(weather);
        for _ in 0..200_000 {
            if until(&self.inbox.lock().unwrap()) {
                return true;
            }
            if deaths > 0 && self.fleet.below(1000) < deaths {
                self.fleet.crash("office");
            }
            self.fleet.step();
            if !self.fleet.take_crashed().is_empty() {
                self.start();
            }
        }
        false
    }

    /// Lets the fleet live on for ten minutes in good weather; whoever waits for a lost answer waits for one.
    pub(super) fn run_on(&mut self) {
        let until = self.fleet.now() + Duration::from_secs(600);
        self.fleet.set_weather(Weather::default());
        while self.fleet.now() < until && self.fleet.step() {}
    }

    /// A file's times, and what became of its record.
    pub(super) fn fate(
        &self,
        lane: Lane,
        number: i64,
    ) -> (Option<FileTimes>, Option<NotApplied>, Option<Released>) {
        fleet::with_store(&self.fleet, &self.database, &MIGRATIONS, async move |store| {
            let look = async move |tx: &mut Tx| {
                let times = tracking::of_file(tx, lane, number).await?;
                let name = format!("r{}", number - 1);
                let named = tracking::of_record(tx, "p-1", Kind::Voucher, &name, 1).await?;
                let released = tracking::released(tx, "p-1", Kind::Voucher, 1).await?;
                Ok::<_, RelayError>((times, named, released))
            };
            store.read("fate", look).await.unwrap()
        })
    }

    pub(super) fn outbox_counts(&self) -> Vec<(String, [i64; 3])> {
        let env = self.fleet.node("clerk", "clerk");
        let outbox = Outbox::new(&env, office(), Arc::new(self.root.column_key("13104")));
        fleet::with_store(&self.fleet, &self.database, &MIGRATIONS, async move |store| {
            store
                .read("counts", async move |tx: &mut Tx| outbox.counts(tx).await)
                .await
                .unwrap()
        })
    }
}
