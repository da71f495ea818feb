//! The demo's roles: keys, configurations, databases, and starting them in the order in which they need each other.

use std::path::{Path, PathBuf};

use domain::designation::InstitutionKind;
use domain::identity::OfficeCode;
use domain::permit::{Actor, Tenant};
use env::{Env, FileError, Origin};
use identity::Tls;
use service::Caller;
use storage::DatabaseConfig;
use synthetic::Town;

use super::cards;
use super::kept::{self, Kept};
use crate::cli::{Demo, Role};
use crate::commands::init;
use crate::outcome::Failure;
use crate::roles::{RoleConfig, Serving};
use crate::templates::{self, Misses, OfficeText, Pages};
use crate::trust::Sandbox;

/// The institutions that run, by kind: the name of the role, and how far its port is from the office's.
pub(super) const INSTITUTIONS: [(InstitutionKind, &str, u16); 5] = [
    (InstitutionKind::Clinic, "clinic", 3),
    (InstitutionKind::Hospital, "hospital", 5),
    (InstitutionKind::Dental, "dental", 6),
    (InstitutionKind::Pharmacy, "pharmacy", 7),
    (InstitutionKind::HomeNursing, "nursing", 8),
];

/// How far the port of an institution's pages is from its own.
const PAGES_AFTER: u16 = 10;

/// How long a request waits for verification, in s: longer than usual, because the demo is to be told what was decided also
/// where its machine is busy, and shorter than its desks wait for a result.
const ANSWER_WITHIN_S: u32 = 50;

/// What a role of the demo stands for.
pub(super) fn about(role: &str) -> &'static str {
    match role {
        "office" => "福祉事務所",
        "hub" => "医療保険者等向け中間サーバー等",
        "verification" => "オンライン資格確認等システム",
        "registers" => "住民基本台帳・保険者・指定医療機関の代わり",
        "clinic" => "診療所",
        "hospital" => "病院",
        "dental" => "歯科診療所",
        "pharmacy" => "薬局",
        "nursing" => "訪問看護ステーション",
        _ => "",
    }
}

/// What runs.
pub(super) struct Fleet {
    env: Env,
    data: PathBuf,
    office: OfficeCode,
    /// The same world, as the office's own programs, the registers' own side and the operator are known in it.
    known: Known,
    running: Vec<(&'static str, Serving)>,
}

/// As whom the demo itself asks.
struct Known {
    office: Env,
    registers: Env,
    operator: Env,
}

/// What all roles are made from.
struct Plan<'a> {
    env: &'a Env,
    trust: &'a Sandbox<'a>,
    data: PathBuf,
    asked: &'a Demo,
    kept: &'a Kept,
}

/// What a role with a database has of its own.
struct Own {
    listen: Origin,
    db: DatabaseConfig,
    key: PathBuf,
    /// Whether the key was made just now: then nothing in the database can be opened with it.
    is_new: bool,
}

impl Fleet {
    /// Makes what is missing and starts all roles.
    pub(super) async fn start(env: &Env, asked: &Demo, kept: &Kept, town: &Town) -> Result<Fleet, Failure> {
        let data = std::path::absolute(&asked.data)?;
        let trust = Sandbox::open(env, &data).await?;
        let plan = Plan {
            env,
            trust: &trust,
            data: data.clone(),
            asked,
            kept,
        };
        let residents = init::residents_key(env, &data).await?;
        let ward = town.office(0);
        let (me, registers_tls) = (
            Actor::Office(ward.code()),
            plan.certified("registers", Actor::Registers).await?,
        );
        let office_tls = plan.certified("office", me.clone()).await?;
        let operator = plan.certified("operator", Actor::Operator).await?;
        let mut fleet = Fleet {
            env: env.clone(),
            data: data.clone(),
            office: ward.code(),
            known: Known {
                office: office_tls.env(env, &me)?,
                registers: registers_tls.env(env, &Actor::Registers)?,
                operator: operator.env(env, &Actor::Operator)?,
            },
            running: Vec::new(),
        };

        let own = plan.own(Role::Registers, "registers").await?;
        let text =
            |listen: &Origin| templates::registers(listen, &own.db, &own.key, &residents, &registers_tls);
        let registers = fleet.add(&plan, "registers", text, &own).await?;

        let own = plan.own(Role::Hub, "hub").await?;
        let tls = plan.certified("hub", Actor::Hub).await?;
        let text = |listen: &Origin| templates::hub(listen, &own.db, &own.key, &residents, &registers, &tls);
        let hub = fleet.add(&plan, "hub", text, &own).await?;

        let own = plan.own(Role::Verification, "verification").await?;
        let tls = plan.certified("verification", Actor::Verification).await?;
        let text =
            |listen: &Origin| templates::verification(listen, &own.db, &own.key, &hub, &tls, Misses::Demo);
        let verification = fleet.add(&plan, "verification", text, &own).await?;

        let own = plan.own(Role::Office, "office").await?;
        let hub_key = init::hub_key(&data)?;
        let (code, name) = (ward.code(), ward.name());
        let office = OfficeText {
            code: code.as_str(),
            name: name.as_str(),
            hub_key: &hub_key,
            registers: Some(&registers),
            today: Some(town.day()),
        };
        let text = |listen: &Origin| templates::office(listen, &own.db, &own.key, &hub, &office, &office_tls);
        fleet.add(&plan, "office", text, &own).await?;

        let cards = cards::folder(&data);
        env.files().ensure_dir(&cards).await?;
        for (kind, name, port) in INSTITUTIONS {
            let code = town.institution_of_the_demo(kind);
            let folders = data.join(name).join("OQS");
            let terminal = Tenant::Terminal(code, init::TERMINAL.to_owned());
            let tls = trust.certified(name, &terminal).await?;
            let pages = Pages {
                at: plan.pages(port),
                cards: &cards,
            };
            let text = |listen: &Origin| {
                templates::institution(
                    listen,
                    &verification,
                    code.as_str(),
                    &folders,
                    &tls,
                    Some(&pages),
                    ANSWER_WITHIN_S,
                )
            };
            fleet.start_role(&plan, name, text, plan.listen_at(port)).await?;
        }
        Ok(fleet)
    }

    /// Brings a role's database to this version and starts the role.
    async fn add(
        &mut self,
        plan: &Plan<'_>,
        name: &'static str,
        text: impl Fn(&Origin) -> String,
        own: &Own,
    ) -> Result<Origin, Failure> {
        let (path, before) = plan.config(name).await?;
        let written = templates::with_settings_of(&text(&own.listen), &before);
        write(plan.env, &path, written.as_bytes()).await?;
        let applied = RoleConfig::parse(&written)?.migrate(plan.env).await?;
        if own.is_new && applied.is_empty() {
            // The key opens nothing; the next start must not take it for an old one.
            plan.env.files().remove(&own.key).await?;
            return Err(Failure::failed(format!(
                "{} には、鍵が別の場所にある別のデモが入っています。",
                own.db
            ))
            .next_step("そのデモの --data を指定するか、このデモ用に別のデータベースを用意してください。"));
        }
        self.start_role(plan, name, text, own.listen.clone()).await
    }

    /// Starts a role and writes its configuration with the address that it really has.
    async fn start_role(
        &mut self,
        plan: &Plan<'_>,
        name: &'static str,
        text: impl Fn(&Origin) -> String,
        listen: Origin,
    ) -> Result<Origin, Failure> {
        let (path, before) = plan.config(name).await?;
        let written = |at: &Origin| templates::with_settings_of(&text(at), &before);
        write(plan.env, &path, written(&listen).as_bytes()).await?;
        let running = RoleConfig::parse(&written(&listen))
            .map_err(|failure| failure.within(&path.display().to_string()))?
            .start(plan.env)
            .await?;
        let at = running.at().clone();
        write(plan.env, &path, written(&at).as_bytes()).await?;
        self.running.push((name, running));
        Ok(at)
    }

    /// The world.
    pub(super) const fn env(&self) -> &Env {
        &self.env
    }

    /// The data folder.
    pub(super) fn data(&self) -> &Path {
        &self.data
    }

    /// Where each role listens.
    pub(super) fn addresses(&self) -> impl Iterator<Item = (&'static str, &Origin)> {
        self.running.iter().map(|(name, running)| (*name, running.at()))
    }

    /// Where the pages of an institution are; none where the port was a free one.
    pub(super) fn pages(&self, name: &str) -> Option<Origin> {
        let own = self.at(name).ok()?;
        let port = own.port().checked_add(PAGES_AFTER)?;
        Some(Origin::plain(own.host(), port))
    }

    /// The sandbox's authorities.
    pub(super) async fn trust(&self) -> Result<Sandbox<'_>, Failure> {
        Sandbox::open(&self.env, &self.data).await
    }

    /// All addresses, for whoever is refused this folder.
    pub(super) fn shown(&self) -> String {
        let all: Vec<String> = self
            .addresses()
            .map(|(role, at)| format!("{role} {at}"))
            .collect();
        all.join("、")
    }

    /// Where a role listens.
    pub(super) fn at(&self, name: &str) -> Result<&Origin, Failure> {
        let found = self.addresses().find(|(role, _)| *role == name);
        found
            .map(|(_, at)| at)
            .ok_or_else(|| Failure::failed(format!("{name} が動いていません。")))
    }

    /// Asks the office as one of its own programs.
    pub(super) fn office(&self) -> Result<Caller, Failure> {
        Ok(Caller::oneself(&self.known.office, self.at("office")?))
    }

    /// Asks a role as the operator does, who sees numbers and nobody.
    pub(super) fn operator(&self, role: &str) -> Result<Caller, Failure> {
        let whom = match role {
            "office" => Actor::Office(self.office.clone()).to_string(),
            // Only the office and the institutions have more to their names.
            role => role.to_owned(),
        };
        Ok(Caller::asking(&self.known.operator, self.at(role)?, whom))
    }

    /// Loads the registers, as their own side does.
    pub(super) fn registers(&self) -> Result<Caller, Failure> {
        Ok(Caller::oneself(&self.known.registers, self.at("registers")?))
    }

    /// Ends all roles, the last started first.
    pub(super) async fn stop(self) {
        for (_, running) in self.running.into_iter().rev() {
            running.stop().await;
        }
    }
}

impl Plan<'_> {
    /// The files of an actor's certificate, in a folder of the data.
    async fn certified(&self, folder: &str, whom: Actor) -> Result<Tls, Failure> {
        self.trust.certified(folder, &Tenant::Actor(whom)).await
    }

    /// A role's configuration file, and what an earlier start or somebody since has written there.
    async fn config(&self, name: &str) -> Result<(PathBuf, String), Failure> {
        let path = self.data.join(format!("{name}.toml"));
        let before = match self.env.files().read(&path, 1 << 16).await {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(FileError::Missing(_)) => String::new(),
            Err(error) => return Err(error.into()),
        };
        Ok((path, before))
    }

    /// A role's address, database and key.
    async fn own(&self, role: Role, name: &str) -> Result<Own, Failure> {
        let is_new = !self.data.join(name).join("root.key").exists();
        let key = init::root_key(self.env, &self.data, name).await?;
        let db = match &self.kept.database {
            None => DatabaseConfig::Sqlite {
                path: self.data.join(name).join(format!("{name}.db")),
            },
            Some(said) => kept::schema_of(name, said)?,
        };
        Ok(Own {
            listen: self.listen(role),
            db,
            key,
            is_new,
        })
    }

    /// The port that was said now or last, the usual one, or a free one.
    fn listen(&self, role: Role) -> Origin {
        self.listen_at(init::usual(role).port() - init::usual(Role::Office).port())
    }

    /// Where the pages of the institution are whose port is so many after the office's: ten after its own.
    fn pages(&self, after: u16) -> Origin {
        let own = self.listen_at(after);
        let port = match own.port() {
            0 => 0,
            port => port.saturating_add(PAGES_AFTER),
        };
        Origin::plain(own.host(), port)
    }

    /// The same, so many ports after the office's.
    fn listen_at(&self, after: u16) -> Origin {
        let office = init::usual(Role::Office);
        let first = self.kept.first_port(self.asked);
        let port = first.map_or(0, |first| first.saturating_add(after));
        Origin::new(office.host(), port)
    }
}

/// Writes a file of the demo's own; the demo may replace what it wrote.
pub(super) async fn write(env: &Env, path: &Path, text: &[u8]) -> Result<(), Failure> {
    match env.files().remove(path).await {
        Ok(()) | Err(FileError::Missing(_)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(env.files().create(path, text).await?)
}
