//! The demo's five roles: keys, configurations, databases, and starting them in the order in which they need
//! each other.

use std::path::{Path, PathBuf};

use env::{Env, FileError, Origin};
use service::Running;
use storage::DatabaseConfig;

use crate::cli::{Demo, Role};
use crate::commands::init;
use crate::outcome::Failure;
use crate::roles::RoleConfig;
use crate::templates::{self, OfficeText};

use super::story::{CLINIC, OFFICE, OFFICE_NAME};

/// What runs.
pub(super) struct Fleet {
    data: PathBuf,
    running: Vec<(&'static str, Running)>,
}

/// What all roles are made from.
struct Plan<'a> {
    env: &'a Env,
    data: PathBuf,
    asked: &'a Demo,
}

impl Fleet {
    /// Makes what is missing and starts all roles.
    pub(super) async fn start(env: &Env, asked: &Demo) -> Result<Fleet, Failure> {
        let data = std::path::absolute(&asked.data)?;
        env.files().ensure_dir(&data).await?;
        let plan = Plan {
            env,
            data: data.clone(),
            asked,
        };
        let residents = init::residents_key(env, &data).await?;
        let mut fleet = Fleet {
            data: data.clone(),
            running: Vec::new(),
        };

        let (listen, db, key) = plan.own(Role::Registers, "registers").await?;
        let at = fleet
            .add(
                &plan,
                "registers",
                |listen| templates::registers(listen, &db, &key, &residents),
                listen,
            )
            .await?;
        let registers = at;

        let (listen, db, key) = plan.own(Role::Hub, "hub").await?;
        let text = |listen: &Origin| templates::hub(listen, &db, &key, &residents, &registers);
        let hub = fleet.add(&plan, "hub", text, listen).await?;

        let (listen, db, key) = plan.own(Role::Verification, "verification").await?;
        let text = |listen: &Origin| templates::verification(listen, &db, &key, &hub);
        let verification = fleet.add(&plan, "verification", text, listen).await?;

        let (listen, db, key) = plan.own(Role::Office, "office").await?;
        let hub_key = init::hub_key(&data)?;
        let office = OfficeText {
            code: OFFICE,
            name: OFFICE_NAME,
            hub_key: &hub_key,
        };
        fleet
            .add(
                &plan,
                "office",
                |listen| templates::office(listen, &db, &key, &hub, &office),
                listen,
            )
            .await?;

        let folders = data.join("clinic").join("OQS");
        let text = |listen: &Origin| templates::institution(listen, &verification, CLINIC, &folders);
        fleet
            .add(&plan, "clinic", text, plan.listen(Role::Institution))
            .await?;
        Ok(fleet)
    }

    /// Starts a role and writes its configuration with the address that it really has.
    async fn add(
        &mut self,
        plan: &Plan<'_>,
        name: &'static str,
        text: impl Fn(&Origin) -> String,
        listen: Origin,
    ) -> Result<Origin, Failure> {
        let path = plan.data.join(format!("{name}.toml"));
        write(plan.env, &path, &text(&listen)).await?;
        let config = RoleConfig::load(&path)?;
        config.migrate(plan.env).await?;
        let running = config.start(plan.env).await?;
        let at = running.at().clone();
        write(plan.env, &path, &text(&at)).await?;
        self.running.push((name, running));
        Ok(at)
    }

    /// The data folder.
    pub(super) fn data(&self) -> &Path {
        &self.data
    }

    /// Where each role listens.
    pub(super) fn addresses(&self) -> impl Iterator<Item = (&'static str, &Origin)> {
        self.running.iter().map(|(name, running)| (*name, running.at()))
    }

    /// Where a role listens.
    pub(super) fn at(&self, name: &str) -> Result<&Origin, Failure> {
        let found = self.addresses().find(|(role, _)| *role == name);
        found
            .map(|(_, at)| at)
            .ok_or_else(|| Failure::failed(format!("{name} does not run")))
    }

    /// Ends all roles, the last started first.
    pub(super) async fn stop(self) {
        for (_, running) in self.running.into_iter().rev() {
            running.stop().await;
        }
    }
}

impl Plan<'_> {
    /// A role's address, database and key.
    async fn own(&self, role: Role, name: &str) -> Result<(Origin, DatabaseConfig, PathBuf), Failure> {
        let key = init::root_key(self.env, &self.data, name).await?;
        let db = match &self.asked.database {
            None => DatabaseConfig::Sqlite {
                path: self.data.join(name).join(format!("{name}.db")),
            },
            Some(url) => match url.parse()? {
                DatabaseConfig::Postgres { url, .. } => DatabaseConfig::Postgres {
                    url,
                    schema: format!("madoguchi_{name}"),
                },
                _ => {
                    return Err(Failure::failed(
                        "--database takes postgres://… or host=… dbname=…",
                    ));
                }
            },
        };
        Ok((self.listen(role), db, key))
    }

    /// The asked ports, the usual ones, or free ones.
    fn listen(&self, role: Role) -> Origin {
        let usual = init::usual(role);
        let port = match (self.asked.port, self.asked.once) {
            (Some(base), _) => base.saturating_add(usual.port() - init::usual(Role::Office).port()),
            (None, true) => 0,
            (None, false) => usual.port(),
        };
        Origin::new(usual.host(), port)
    }
}

/// Writes a configuration of the demo's own; the demo may replace what it wrote.
async fn write(env: &Env, path: &Path, text: &str) -> Result<(), Failure> {
    match env.files().remove(path).await {
        Ok(()) | Err(FileError::Missing(_)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(env.files().create(path, text.as_bytes()).await?)
}
