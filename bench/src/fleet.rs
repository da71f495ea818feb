//! The five roles on one kind of database, each in a process of its own.

use std::path::{Path, PathBuf};

use domain::permit::Actor;
use env::{Env, Origin};
use seal::{HubPublicKey, RootKey};
use service::Caller;
use storage::{DatabaseConfig, Migration, Store};

use crate::cards::Cards;
use crate::child::Server;
use crate::cluster::Cluster;
use crate::load::Servers;
use crate::options::Database;
use crate::people::{CLINIC, OFFICE, OFFICE_NAME};
use crate::{Fault, people, say};

/// Never reached: what a desk may ask in vain is limited, and here desks do little else.
const NO_LIMIT: u32 = 4_000_000_000;

/// Key files. All fleets of a run share them, so that the same registration files can be sent to each.
pub(crate) struct Keys {
    folder: PathBuf,
    /// Whose cards are believed.
    pub(crate) cards: Cards,
    /// What offices seal numbers to.
    pub(crate) hub: HubPublicKey,
}

impl Keys {
    /// Makes them.
    pub(crate) fn make(env: &Env, data: &Path) -> Result<Keys, Fault> {
        let folder = data.join("keys");
        std::fs::create_dir_all(&folder)?;
        for name in ["registers", "verification", "office", "residents"] {
            RootKey::create(&folder.join(name), &mut env.rng())?;
        }
        let hub = RootKey::create(&folder.join("hub"), &mut env.rng())?;
        let hub = hub.hub_private_key().public_key();
        let cards = Cards::make(env, &folder)?;
        Ok(Keys { folder, cards, hub })
    }

    fn line(&self, key: &str, name: &str) -> Result<String, Fault> {
        Ok(format!("{key} = {}\n", quoted(&self.folder.join(name))?))
    }
}

/// Running roles.
pub(crate) struct Fleet {
    /// What they store in.
    pub(crate) database: Database,
    /// The clinic's folders.
    pub(crate) folders: PathBuf,
    /// As whom the bench asks: one world each, so that their connections are kept.
    known: Known,
    // Ended in this order: who asks goes before who is asked.
    clinic: Server,
    office: Server,
    verification: Server,
    hub: Server,
    registers: Server,
}

struct Known {
    office: Env,
    registers: Env,
    verification: Env,
    operator: Env,
}

impl Known {
    fn new() -> Result<Known, Fault> {
        Ok(Known {
            office: harness::known_as(Actor::Office(people::office()?)),
            registers: harness::known_as(Actor::Registers),
            verification: harness::known_as(Actor::Verification),
            operator: harness::known_as(Actor::Operator),
        })
    }
}

/// Where a fleet's databases and configurations are made.
struct Site<'a> {
    env: &'a Env,
    data: PathBuf,
    database: Database,
    /// PostgreSQL's address.
    url: Option<String>,
}

impl Fleet {
    /// Migrates and starts all roles. `url` is PostgreSQL's address.
    pub(crate) async fn start(
        env: &Env,
        data: &Path,
        keys: &Keys,
        database: Database,
        url: Option<String>,
    ) -> Result<Fleet, Fault> {
        say(&format!("starting five roles on {}", database.name()));
        let data = data.join(database.name());
        std::fs::create_dir_all(&data)?;
        let site = Site {
            env,
            data: data.clone(),
            database,
            url,
        };
        let own = |name: &str| keys.line("root_key", name);
        let shared = keys.line("residents_key", "residents")?;

        let db = site.migrated("registers", registers::MIGRATIONS).await?;
        let registers = site.start("registers", &[db, own("registers")?, shared.clone()])?;
        let db = site.migrated("hub", hub::MIGRATIONS).await?;
        let asks = origin("registers", registers.at());
        let hub = site.start("hub", &[db, own("hub")?, shared, asks])?;
        let db = site.migrated("verification", verification::MIGRATIONS).await?;
        let reads = origin("hub", hub.at());
        let misses = format!(
            "guessing = {{ misses_per_hour = {NO_LIMIT}, alert_after = {NO_LIMIT}, bulk_misses_per_day = {NO_LIMIT} }}\n"
        );
        let (anchor, revoked) = (quoted(&keys.cards.anchor)?, quoted(&keys.cards.revoked)?);
        let cards = format!("cards = {{ anchors = [{anchor}], revoked = [{revoked}] }}\n");
        let lines = [db, own("verification")?, reads.clone(), misses, cards];
        let verification = site.start("verification", &lines)?;
        let db = site.migrated("office", office::MIGRATIONS).await?;
        let who = format!(
            "office = \"{OFFICE}\"\nname = \"{OFFICE_NAME}\"\nhub_key = \"{}\"\n",
            keys.hub
        );
        let office = site.start("office", &[db, own("office")?, reads, who])?;
        let folders = data.join("OQS");
        let asks = origin("verification", verification.at());
        let who = format!("code = \"{CLINIC}\"\nfolders = {}\n", quoted(&folders)?);
        let clinic = site.start("institution", &[asks, who])?;
        Ok(Fleet {
            database,
            folders,
            known: Known::new()?,
            clinic,
            office,
            verification,
            hub,
            registers,
        })
    }

    /// Verification's process.
    pub(crate) fn verification(&self) -> &Server {
        &self.verification
    }

    /// Verification's process, and the cluster's processes when its database is there.
    pub(crate) fn servers(&self, cluster: Option<&Cluster>) -> Servers {
        let cluster = cluster.filter(|_| self.database == Database::Postgres);
        Servers {
            database: cluster.map(Cluster::processes),
            ..Servers::alone(&self.verification)
        }
    }

    /// The hub's process.
    pub(crate) fn hub(&self) -> &Server {
        &self.hub
    }

    /// Asks verification how far it is.
    pub(crate) fn ask_verification(&self) -> Caller {
        Caller::oneself(&self.known.verification, self.verification.at())
    }

    /// Asks the hub how far it is, as its operator.
    pub(crate) fn ask_hub(&self) -> Caller {
        Caller::asking(&self.known.operator, self.hub.at(), Actor::Hub)
    }

    /// Speaks to the hub as the office.
    pub(crate) fn hub_as_office(&self) -> Caller {
        Caller::asking(&self.known.office, self.hub.at(), Actor::Hub)
    }

    /// Passes enrolments on to the hub.
    pub(crate) fn hub_as_verification(&self) -> Caller {
        Caller::asking(&self.known.verification, self.hub.at(), Actor::Hub)
    }

    /// Speaks to the office as its own programs do.
    pub(crate) fn office(&self) -> Caller {
        Caller::oneself(&self.known.office, self.office.at())
    }

    /// Loads residents.
    pub(crate) fn registers(&self) -> Caller {
        Caller::oneself(&self.known.registers, self.registers.at())
    }

    /// Its roles, by name.
    pub(crate) fn roles(&self) -> [(&'static str, &Server); 5] {
        [
            ("registers", &self.registers),
            ("hub", &self.hub),
            ("verification", &self.verification),
            ("office", &self.office),
            ("institution", &self.clinic),
        ]
    }
}

impl Site<'_> {
    /// A role's database, empty and migrated, as a line of its configuration.
    async fn migrated(&self, role: &str, migrations: &'static [Migration]) -> Result<String, Fault> {
        let config = match (self.database, &self.url) {
            (Database::Postgres, Some(url)) => DatabaseConfig::Postgres {
                url: url.clone(),
                schema: format!("bench_{role}"),
            },
            (Database::Postgres, None) => return Err("there is no PostgreSQL".into()),
            (Database::Sqlite, _) => DatabaseConfig::Sqlite {
                path: self.data.join(format!("{role}.db")),
            },
        };
        Store::migrate(self.env, &config, migrations).await?;
        Ok(format!(
            "database = {}\n",
            serde_json::to_string(&config.with_password())?
        ))
    }

    fn start(&self, role: &str, lines: &[String]) -> Result<Server, Fault> {
        start(&self.data, role, lines)
    }
}

/// Starts a child from the lines of its configuration.
pub(crate) fn start(data: &Path, role: &str, lines: &[String]) -> Result<Server, Fault> {
    let path = data.join(format!("{role}.toml"));
    let whom = match role {
        "bare" => Actor::Operator.to_string(),
        "office" => Actor::Office(people::office()?).to_string(),
        "institution" => format!("institution:{CLINIC}:terminal:desk-1"),
        role => role.to_owned(),
    };
    let tls = harness::tls_of(whom);
    let text = format!(
        "role = \"{role}\"\nlisten = \"https://127.0.0.1:0\"\n{}[tls]\ncertificate = {}\nkey = {}\n\
         authority = {}\nrevoked = {}\nworld = \"sandbox\"\n",
        lines.concat(),
        quoted(&tls.certificate)?,
        quoted(&tls.key)?,
        quoted(&tls.authority)?,
        quoted(&tls.revoked)?,
    );
    std::fs::write(&path, text)?;
    Server::start(&path)
}

fn origin(key: &str, at: &Origin) -> String {
    format!("{key} = \"{at}\"\n")
}

/// A path as a TOML basic string: JSON's strings are a subset of these.
fn quoted(path: &Path) -> Result<String, Fault> {
    Ok(serde_json::to_string(&path.display().to_string())?)
}
