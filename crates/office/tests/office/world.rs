//! A simulated fleet with an office, and around it what a test needs: hub, register, verification.

use std::future::Future;
use std::time::Duration;

use domain::identity::OfficeCode;
use domain::monthly::IssuingWindow;
use domain::permit::Actor;
use domain::regime::NumberRegime;
use domain::text::AsReceived;
use env::sim::Simulation;
use env::{Env, Origin, Time};
use http::Method;
use seal::RootKey;
use serde_json::Value;
use service::Caller;
use storage::{DatabaseConfig, InlineAnchor, Migration, Store};

use crate::{office, people};

/// Steps that one call may take.
const PATIENCE: u64 = 400_000;

/// The fleet.
pub(crate) struct World {
    pub(crate) fleet: Simulation,
    name: String,
    office: RootKey,
    hub: RootKey,
    shared: RootKey,
    registers: RootKey,
    /// Whether the office follows a register of institutions.
    follows: bool,
    _disks: [InlineAnchor; 4],
}

pub(crate) fn code() -> OfficeCode {
    OfficeCode::parse("13104").unwrap()
}

/// What an office is told when it starts.
pub(crate) fn setup(hub: Origin, office: &RootKey, hub_key: &RootKey) -> office::Setup {
    office::Setup {
        office: code(),
        name: AsReceived::parse("name", "見本福祉事務所").unwrap(),
        hub,
        hub_key: hub_key.hub_private_key().public_key(),
        registers: None,
        number_regime: NumberRegime::Fixed,
        column: office.column_key("13104"),
        said_numbers: office.index_key(office::SAID_NUMBERS),
        mark_every: Duration::from_secs(1),
        issuing: IssuingWindow::default(),
        today: None,
    }
}

impl World {
    /// An office that runs alone.
    pub(crate) fn alone(name: &str, seed: u64) -> World {
        World::office(name, seed, false)
    }

    /// An office that follows the register on the node `register`, and nothing else.
    pub(crate) fn following(name: &str, seed: u64) -> World {
        World::office(name, seed, true)
    }

    fn office(name: &str, seed: u64, follows: bool) -> World {
        let fleet = Simulation::new(seed, Time::from_micros(1_795_305_600_000_000));
        let name = format!("office-{name}-{seed}");
        let roles = ["office", "hub", "registers", "verification"];
        let disks = roles.map(|role| storage::hold_inline(&format!("{name}-{role}")));
        let mut rng = fleet.node("keys", "keys").rng();
        let world = World {
            name,
            office: RootKey::generate(&mut rng),
            hub: RootKey::generate(&mut rng),
            shared: RootKey::generate(&mut rng),
            registers: RootKey::generate(&mut rng),
            follows,
            _disks: disks,
            fleet,
        };
        world.migrate("office", office::MIGRATIONS);
        world.start_office();
        world
    }

    /// An office with everything around it.
    pub(crate) fn whole(name: &str, seed: u64) -> World {
        let world = World::alone(name, seed);
        world.migrate("hub", hub::MIGRATIONS);
        world.migrate("registers", registers::MIGRATIONS);
        world.migrate("verification", verification::MIGRATIONS);
        world.start_registers();
        world.start_hub();
        world.start_verification();
        world
    }

    pub(crate) fn start_office(&self) {
        let database = self.database("office");
        let mut setup = setup(at("hub"), &self.office, &self.hub);
        setup.registers = self.follows.then(|| at("register"));
        self.start("office", async move |env| {
            office::start_with(&env, &at("office"), &database, setup)
                .await
                .ok()
        });
    }

    pub(crate) fn start_registers(&self) {
        let database = self.database("registers");
        let keys = registers::Keys::new(&self.registers, &self.shared);
        self.start("registers", async move |env| {
            registers::start_with(&env, &at("registers"), &database, keys)
                .await
                .ok()
        });
    }

    pub(crate) fn start_hub(&self) {
        let database = self.database("hub");
        let keys = hub::Keys::new(&self.hub, &self.shared);
        self.start("hub", async move |env| {
            hub::start_with(&env, &at("hub"), &database, &at("registers"), keys)
                .await
                .ok()
        });
    }

    pub(crate) fn start_verification(&self) {
        let database = self.database("verification");
        // The same whenever it starts.
        let fixed = Simulation::new(1, Time::from_micros(0)).node("keys", "keys");
        let keys = verification::Keys::new(RootKey::generate(&mut fixed.rng()));
        self.start("verification", async move |env| {
            verification::start_with(
                &env,
                &at("verification"),
                &database,
                &at("hub"),
                keys,
                verification::Trusted::nobody(),
                verification::GuessingRules::none(),
            )
            .await
            .ok()
        });
    }

    /// Starts a role on its node; it runs until the node dies.
    fn start<F: Future<Output = Option<service::Running>> + Send + 'static>(
        &self,
        role: &'static str,
        start: impl FnOnce(Env) -> F + Send + 'static,
    ) {
        let env = self.fleet.node(role, role).simulated_as(name(role));
        env.clone().spawn("start", async move {
            let running = start(env).await;
            std::future::pending::<()>().await;
            drop(running);
        });
    }

    pub(crate) fn database(&self, role: &str) -> DatabaseConfig {
        DatabaseConfig::Inline {
            name: format!("{}-{role}", self.name),
        }
    }

    fn migrate(&self, role: &str, migrations: &'static [Migration]) {
        let (env, database) = (self.fleet.node(role, role), self.database(role));
        let migrating = async move { Store::migrate(&env, &database, migrations).await };
        self.fleet.run(PATIENCE, migrating).unwrap().unwrap();
    }

    /// Lets the fleet live for some seconds.
    pub(crate) fn live(&self, seconds: u64) {
        let until = self.fleet.now() + Duration::from_secs(seconds);
        while self.fleet.now() < until && self.fleet.step() {}
    }

    /// Asks a role; nothing when it does not answer.
    pub(crate) fn ask(
        &self,
        role: &str,
        me: &Actor,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Option<(u16, Value)> {
        let caller = Caller::asking(
            &self.fleet.node("caller", "caller").simulated_as(me),
            &at(role),
            name(role),
        );
        let (path, body) = (path.to_owned(), serde_json::to_vec(body).unwrap());
        let asking = async move { caller.send(method, &path, "application/json", body.into()).await };
        let answer = self.fleet.run(PATIENCE, asking)?.ok()?;
        let body = serde_json::from_slice(answer.body()).unwrap_or(Value::Null);
        Some((answer.status().as_u16(), body))
    }

    /// Posts to the office.
    pub(crate) fn try_post(&self, path: &str, body: &Value) -> Option<(u16, Value)> {
        self.ask("office", &Actor::Office(code()), Method::POST, path, body)
    }

    /// Gets from the office.
    pub(crate) fn try_get(&self, path: &str) -> Option<(u16, Value)> {
        self.ask("office", &Actor::Office(code()), Method::GET, path, &Value::Null)
    }

    /// Posts what the office does.
    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        match self.try_post(path, body) {
            Some((200, answer)) => answer,
            other => panic!("POST {path}: {other:?}"),
        }
    }

    /// Posts what the office does not do: its status and problem.
    #[track_caller]
    pub(crate) fn refused(&self, path: &str, body: &Value) -> (u16, Value) {
        match self.try_post(path, body) {
            Some((status, problem)) if status != 200 => (status, problem),
            other => panic!("POST {path}: {other:?}"),
        }
    }

    /// Gets what there is.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Value {
        match self.try_get(path) {
            Some((200, answer)) => answer,
            other => panic!("GET {path}: {other:?}"),
        }
    }

    /// Loads people into the register of residents.
    pub(crate) fn settle(&self, people: impl Iterator<Item = u32>) {
        let residents: Vec<Value> = people.map(people::resident).collect();
        let body = Value::Array(residents);
        let (status, _) = self
            .ask("registers", &Actor::Registers, Method::POST, "/residents", &body)
            .unwrap();
        assert_eq!(status, 200);
    }

    /// Loads the institutions, and households in loads of a hundred.
    pub(crate) fn load(&self, households: &[Value]) {
        self.post("/institutions", &people::institutions());
        for part in households.chunks(100) {
            self.post("/load", &Value::Array(part.to_vec()));
        }
    }

    /// Waits until the month's newest run is finished.
    #[track_caller]
    pub(crate) fn until_finished(&self, month: &str) -> Value {
        for _ in 0..1000 {
            let run = self.get(&format!("/runs?month={month}"));
            if run["finished"] == true {
                return run;
            }
            self.live(1);
        }
        panic!("the run of {month} is never finished");
    }

    /// Rows of a role's database, looked at from outside.
    pub(crate) fn count(&self, role: &str, statement: &'static storage::Statement) -> i64 {
        let (env, database) = (self.fleet.node("looker", "looker"), self.database(role));
        let migrations = match role {
            "office" => office::MIGRATIONS,
            _ => verification::MIGRATIONS,
        };
        let looking = async move {
            let store = Store::open(&env, &database, migrations).await?;
            let look = async move |tx: &mut storage::Tx| tx.one(statement, &[]).await?.int("n");
            store.read("look", look).await
        };
        self.fleet.run(PATIENCE, looking).unwrap().unwrap()
    }
}

/// Where a role of the fleet listens.
pub(crate) fn at(role: &str) -> Origin {
    Origin::new(role, 80)
}

/// Whom the certificate of a role of the fleet would name.
fn name(role: &str) -> String {
    match role {
        "office" => Actor::Office(code()).to_string(),
        role => role.to_owned(),
    }
}

/// An actor by its text.
pub(crate) fn actor(text: &str) -> Actor {
    match text.split_once(':') {
        Some(("office", code)) => Actor::Office(OfficeCode::parse(code).unwrap()),
        Some((_, code)) => Actor::Institution(domain::number::InstitutionCode::parse(code).unwrap()),
        None if text == "hub" => Actor::Hub,
        None if text == "verification" => Actor::Verification,
        None => Actor::Operator,
    }
}
