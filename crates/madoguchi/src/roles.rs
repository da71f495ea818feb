//! A configuration file of any role, and how to start what it describes.

use std::path::{Path, PathBuf};

use domain::permit::Actor;
use env::{Env, FileError, Held, Origin};
use identity::Tls;
use institution::StartError;
use serde::Deserialize;
use service::Running;
use storage::{DatabaseConfig, Migration, Store};

use crate::cli::Role;
use crate::outcome::Failure;

/// A role's configuration; `role = "…"` says whose it is.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "role", rename_all = "lowercase")]
pub(crate) enum RoleConfig {
    Office(office::Config),
    Hub(hub::Config),
    Verification(verification::Config),
    Institution(institution::Config),
    Registers(registers::Config),
}

impl RoleConfig {
    /// Reads a configuration file.
    pub(crate) fn load(path: &Path) -> Result<RoleConfig, Failure> {
        Ok(env::config::load(path)?)
    }

    /// Takes the text of a file as it stands, without the environment over it.
    pub(crate) fn parse(text: &str) -> Result<RoleConfig, Failure> {
        Ok(env::config::parse(text)?)
    }

    /// Which role it describes.
    pub(crate) fn role(&self) -> Role {
        match self {
            RoleConfig::Office(_) => Role::Office,
            RoleConfig::Hub(_) => Role::Hub,
            RoleConfig::Verification(_) => Role::Verification,
            RoleConfig::Institution(_) => Role::Institution,
            RoleConfig::Registers(_) => Role::Registers,
        }
    }

    /// Where the role listens.
    pub(crate) fn listen(&self) -> &Origin {
        match self {
            RoleConfig::Office(config) => &config.listen,
            RoleConfig::Hub(config) => &config.listen,
            RoleConfig::Verification(config) => &config.listen,
            RoleConfig::Institution(config) => &config.listen,
            RoleConfig::Registers(config) => &config.listen,
        }
    }

    /// Its certificate, and whom it believes.
    pub(crate) fn tls(&self) -> &Tls {
        match self {
            RoleConfig::Office(config) => &config.tls,
            RoleConfig::Hub(config) => &config.tls,
            RoleConfig::Verification(config) => &config.tls,
            RoleConfig::Institution(config) => &config.tls,
            RoleConfig::Registers(config) => &config.tls,
        }
    }

    /// Whose certificate it must be.
    pub(crate) fn actor(&self) -> Actor {
        match self {
            RoleConfig::Office(config) => Actor::Office(config.office.clone()),
            RoleConfig::Hub(_) => Actor::Hub,
            RoleConfig::Verification(_) => Actor::Verification,
            RoleConfig::Institution(config) => Actor::Institution(config.code),
            RoleConfig::Registers(_) => Actor::Registers,
        }
    }

    /// The role's database and its migrations; an institution has none.
    pub(crate) fn database(&self) -> Option<(&DatabaseConfig, &'static [Migration])> {
        match self {
            RoleConfig::Office(config) => Some((&config.database, office::MIGRATIONS)),
            RoleConfig::Hub(config) => Some((&config.database, hub::MIGRATIONS)),
            RoleConfig::Verification(config) => Some((&config.database, verification::MIGRATIONS)),
            RoleConfig::Institution(_) => None,
            RoleConfig::Registers(config) => Some((&config.database, registers::MIGRATIONS)),
        }
    }

    /// The key files that the role reads.
    pub(crate) fn keys(&self) -> Vec<&Path> {
        match self {
            RoleConfig::Office(config) => vec![&config.root_key],
            RoleConfig::Hub(config) => vec![&config.root_key, &config.residents_key],
            RoleConfig::Verification(config) => vec![&config.root_key],
            RoleConfig::Institution(_) => Vec::new(),
            RoleConfig::Registers(config) => vec![&config.root_key, &config.residents_key],
        }
    }

    /// The roles that it asks, by name.
    pub(crate) fn neighbours(&self) -> Vec<(&'static str, &Origin)> {
        match self {
            RoleConfig::Office(config) => {
                let registers = config.registers.iter().map(|at| ("registers", at));
                [("hub", &config.hub)].into_iter().chain(registers).collect()
            }
            RoleConfig::Hub(config) => vec![("registers", &config.registers)],
            RoleConfig::Verification(config) => vec![("hub", &config.hub)],
            RoleConfig::Institution(config) => vec![("verification", &config.verification)],
            RoleConfig::Registers(_) => Vec::new(),
        }
    }

    /// Brings the role's database to this program's version; names what was applied.
    pub(crate) async fn migrate(&self, env: &Env) -> Result<Vec<String>, Failure> {
        match self.database() {
            Some((database, migrations)) => Store::migrate(env, database, migrations)
                .await
                .map_err(|error| Failure::failed(format!("{database}: {error}"))),
            None => Ok(Vec::new()),
        }
    }

    /// Starts the role, with its database file for itself: two would both send what it has to send. The lock is taken
    /// here and not where a store is opened, because a doctor or a migration may look at the data of a role that runs.
    pub(crate) async fn start(&self, env: &Env) -> Result<Serving, Failure> {
        let held = match self.database() {
            Some((DatabaseConfig::Sqlite { path }, _)) => Some(hold(env, path).await?),
            _ => None,
        };
        let running = self.start_unheld(env).await?;
        if let Some(held) = &held {
            held.tell(&running.at().to_string()).await;
        }
        Ok(Serving { running, held })
    }

    /// Whether a process serves the role on this very database; nothing is known of other databases than files.
    pub(crate) async fn is_served(&self, env: &Env) -> Option<bool> {
        let (DatabaseConfig::Sqlite { path }, _) = self.database()? else {
            return None;
        };
        let lock = lock_of(path);
        if !lock.exists() {
            return Some(false);
        }
        Some(matches!(
            env.files().hold(&lock).await,
            Err(FileError::Held { .. })
        ))
    }

    async fn start_unheld(&self, env: &Env) -> Result<Running, Failure> {
        Ok(match self {
            RoleConfig::Office(config) => office::start(env, config).await?,
            RoleConfig::Hub(config) => hub::start(env, config).await?,
            RoleConfig::Verification(config) => verification::start(env, config).await?,
            RoleConfig::Institution(config) => {
                let started = institution::start(env, config.clone()).await;
                started.map_err(|error| match error {
                    StartError::Held { folders, by } => Failure::held(folders.display(), &by),
                    error => error.into(),
                })?
            }
            RoleConfig::Registers(config) => registers::start(env, config).await?,
        })
    }
}

/// The command that starts a role: the demo's when its folder has one, because a role of it needs the others.
pub(crate) fn how_to_start(role: &str, config: &Path) -> String {
    let folder = match config.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    if folder.join("demo.json").exists() {
        format!("madoguchi demo --data {}", folder.display())
    } else {
        format!("madoguchi serve {role} --config {}", config.display())
    }
}

fn lock_of(database: &Path) -> PathBuf {
    let mut lock = database.as_os_str().to_owned();
    lock.push(".lock");
    PathBuf::from(lock)
}

/// Takes a database file for this process.
async fn hold(env: &Env, database: &Path) -> Result<Held, Failure> {
    env.files()
        .hold(&lock_of(database))
        .await
        .map_err(|error| match error {
            FileError::Held { by, .. } => Failure::held(database.display(), &by),
            error => error.into(),
        })
}

/// A role that runs, and the lock on its database file.
pub(crate) struct Serving {
    running: Running,
    held: Option<Held>,
}

impl Serving {
    /// Which role.
    pub(crate) fn role(&self) -> &'static str {
        self.running.role()
    }

    /// Where it listens.
    pub(crate) fn at(&self) -> &Origin {
        self.running.at()
    }

    /// Finishes what was begun, ends, and gives the database file free.
    pub(crate) async fn stop(self) {
        self.running.stop().await;
        drop(self.held);
    }
}

impl Role {
    /// The role's name, as files and the command line write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Role::Office => "office",
            Role::Hub => "hub",
            Role::Verification => "verification",
            Role::Institution => "institution",
            Role::Registers => "registers",
        }
    }
}
