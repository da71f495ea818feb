//! The fleet: every node with its production code, its database image and its keys, and how nodes start again.

use std::future::pending;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::monthly::IssuingWindow;
use domain::regime::NumberRegime;
use domain::text::AsReceived;
use env::sim::Simulation;
use env::{Env, Time};
use futures_util::FutureExt;
use institution::SiteEncoding;
use seal::{HubPublicKey, RootKey};
use service::Running;
use storage::{DatabaseConfig, InlineAnchor, Migration, Store, hold_inline};

use crate::doors;
use crate::journal::Journal;
use crate::names::{Clinic, Node, Office, parsed};
use crate::reception::FOLDERS;
use crate::script::TODAY;

/// Images live in the process's memory by name; fleets that run beside each other must not share one.
static FLEETS: AtomicU64 = AtomicU64::new(0);

/// The nodes of a fleet.
pub(crate) struct Fleet {
    pub(crate) sim: Simulation,
    pub(crate) setup: Arc<Setup>,
    /// Nodes that are down, and when each comes back.
    down: Vec<(Time, Node)>,
    pub(crate) crashes: u64,
    /// What every node's disk is made of.
    _images: Vec<InlineAnchor>,
}

/// What does not change while a fleet lives.
pub(crate) struct Setup {
    seed: u64,
    fleet: u64,
    journal: Journal,
}

impl Fleet {
    /// A fleet with empty databases, all nodes up, on a still morning.
    pub(crate) fn new(seed: u64, journal: &Journal) -> Fleet {
        let sim = Simulation::new(seed, Time::from_jst(TODAY.at(8, 45, 0, 0)));
        let setup = Arc::new(Setup {
            seed,
            fleet: FLEETS.fetch_add(1, Ordering::Relaxed),
            journal: journal.clone(),
        });
        let images = Node::ALL
            .into_iter()
            .filter_map(|node| setup.image(node))
            .map(|name| hold_inline(&name))
            .collect();
        let mut fleet = Fleet {
            sim,
            setup,
            down: Vec::new(),
            crashes: 0,
            _images: images,
        };
        Node::ALL.into_iter().for_each(|node| fleet.start(node));
        fleet
    }

    /// Starts a node, or its next incarnation.
    pub(crate) fn start(&mut self, node: Node) {
        let env = self
            .sim
            .node(node.name(), node.name())
            .simulated_as(node.tenant());
        let setup = self.setup.clone();
        env.clone().spawn("boot", async move {
            match setup.boot(node, &env).await {
                Ok(running) => {
                    // Until the node dies.
                    pending::<()>().await;
                    drop(running);
                }
                // Whoever died while starting is started again; everybody else must start.
                Err(why) => {
                    if env.crash_point("simulation.does_not_start").is_ok() {
                        let what = format!("{} does not start: {why}", node.name());
                        setup.journal.complain("graceful", what);
                    }
                }
            }
        });
    }

    /// A node dies now.
    pub(crate) fn crash(&mut self, node: Node) {
        self.sim.crash(node.name());
    }

    /// Notes who died in the last step, and starts who is due. Pauses are up to `longest`.
    pub(crate) fn look_after(&mut self, longest: Duration) {
        for name in self.sim.take_crashed() {
            if let Some(node) = Node::of_name(&name) {
                self.crashes += 1;
                let longest = u64::try_from(longest.as_micros()).unwrap_or(0);
                let pause = Duration::from_micros(self.sim.below(longest.max(1)));
                self.down.push((self.sim.now() + pause, node));
            }
        }
        let now = self.sim.now();
        while let Some(at) = self.down.iter().position(|(due, _)| *due <= now) {
            let (_, node) = self.down.swap_remove(at);
            self.start(node);
        }
    }

    /// One of the nodes that are up, if any is.
    pub(crate) fn somebody(&self) -> Option<Node> {
        let is_up = |node: &Node| self.down.iter().all(|(_, down)| down != node);
        let up: Vec<Node> = Node::ALL.into_iter().filter(is_up).collect();
        let choice = usize::try_from(self.sim.below(up.len() as u64)).unwrap_or(0);
        up.get(choice).copied()
    }

    /// Whether every node is up.
    pub(crate) fn is_whole(&self) -> bool {
        self.down.is_empty()
    }
}

impl Setup {
    /// A role's root key: the same whenever the node starts.
    pub(crate) fn root(&self, role: &str) -> RootKey {
        let seed = role
            .bytes()
            .fold(self.seed ^ 0x006d_6164_6f67_7563, |seed, byte| {
                seed.wrapping_mul(0x100_0000_01b3) ^ u64::from(byte)
            });
        RootKey::generate(
            &mut Simulation::new(seed, Time::from_micros(0))
                .node("keys", "keys")
                .rng(),
        )
    }

    /// The key to which offices seal numbers.
    pub(crate) fn hub_key(&self) -> HubPublicKey {
        self.root("hub").hub_private_key().public_key()
    }

    /// The name of a node's image; clinics have folders only.
    fn image(&self, node: Node) -> Option<String> {
        let has = !matches!(node, Node::ClinicA | Node::ClinicB);
        has.then(|| format!("fleet-{}-{}", self.fleet, node.name()))
    }

    fn database(&self, node: Node) -> DatabaseConfig {
        let name = self.image(node).unwrap_or_default();
        DatabaseConfig::Inline { name }
    }

    /// Opens a node's image for looking at it from outside; makes its tables when there are none yet.
    pub(crate) fn look_into(&self, env: &Env, node: Node) -> Option<Store> {
        let migrations: &'static [Migration] = match node {
            Node::Hub => hub::MIGRATIONS,
            Node::Verification => verification::MIGRATIONS,
            Node::OfficeA | Node::OfficeB => office::MIGRATIONS,
            Node::Registers => registers::MIGRATIONS,
            Node::ClinicA | Node::ClinicB => return None,
        };
        let database = self.database(node);
        Store::migrate(env, &database, migrations).now_or_never()?.ok()?;
        Store::open(env, &database, migrations).now_or_never()?.ok()
    }

    /// Verification's use cases on its image, without its node: whoever keeps it can compute old answers again.
    pub(crate) fn historian(&self, env: &Env) -> Option<Arc<verification::Verification>> {
        let keys = verification::Keys::new(self.root("verification"));
        let database = self.database(Node::Verification);
        let opened = verification::Verification::on_database(env, &database, keys).now_or_never();
        opened?.ok()
    }

    async fn boot(&self, node: Node, env: &Env) -> Result<Running, String> {
        let (listen, database) = (node.origin(), self.database(node));
        let migrate = async |migrations: &'static [Migration]| {
            let migrated = Store::migrate(env, &database, migrations).await;
            migrated.map(|_| ()).map_err(|error| error.to_string())
        };
        match node {
            Node::Registers => {
                migrate(registers::MIGRATIONS).await?;
                let keys = registers::Keys::new(&self.root("registers"), &self.root("residents"));
                let started = registers::start_with(env, &listen, &database, keys).await;
                started.map_err(|error| error.to_string())
            }
            Node::Hub => {
                migrate(hub::MIGRATIONS).await?;
                let keys = hub::Keys::new(&self.root("hub"), &self.root("residents"));
                let registers = Node::Registers.origin();
                let started = hub::start_with(env, &listen, &database, &registers, keys).await;
                started.map_err(|error| error.to_string())
            }
            Node::Verification => {
                migrate(verification::MIGRATIONS).await?;
                let keys = verification::Keys::new(self.root("verification"));
                let started = verification::start_with(
                    env,
                    &listen,
                    &database,
                    &doors::feed(),
                    keys,
                    verification::Trusted::nobody(),
                    verification::GuessingRules::none(),
                )
                .await;
                started.map_err(|error| error.to_string())
            }
            Node::OfficeA => {
                migrate(office::MIGRATIONS).await?;
                self.boot_office(env, Office::A, node, &database).await
            }
            Node::OfficeB => {
                migrate(office::MIGRATIONS).await?;
                self.boot_office(env, Office::B, node, &database).await
            }
            Node::ClinicA => boot_clinic(env, Clinic::A, SiteEncoding::Utf8).await,
            Node::ClinicB => boot_clinic(env, Clinic::B, SiteEncoding::ShiftJis).await,
        }
    }

    async fn boot_office(
        &self,
        env: &Env,
        office: Office,
        node: Node,
        database: &DatabaseConfig,
    ) -> Result<Running, String> {
        let setup = office::Setup {
            office: office.office_code(),
            name: parsed(AsReceived::parse("name", office.label())),
            hub: doors::registration(office),
            hub_key: self.hub_key(),
            registers: None,
            column: self.root(office.code()).column_key(office.code()),
            said_numbers: self.root(office.code()).index_key(office::SAID_NUMBERS),
            number_regime: NumberRegime::Fixed,
            mark_every: MARK_EVERY,
            issuing: IssuingWindow::default(),
            today: None,
        };
        let started = office::start_with(env, &node.origin(), database, setup).await;
        started.map_err(|error| error.to_string())
    }
}

/// How often offices say how far they are.
pub(crate) const MARK_EVERY: Duration = Duration::from_secs(3);

async fn boot_clinic(env: &Env, clinic: Clinic, encoding: SiteEncoding) -> Result<Running, String> {
    let (listen, folders) = (clinic.node().origin(), PathBuf::from(FOLDERS));
    let config = institution::Config {
        encoding,
        rescan_ms: 2000,
        ..institution::Config::new(listen, clinic.institution(), doors::inquiries(), folders)
    };
    let started = institution::start_known(env, config).await;
    started.map_err(|error| error.to_string())
}
