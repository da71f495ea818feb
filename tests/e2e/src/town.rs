//! All five roles, each a process of its own, on ports that stay what they are when a role comes back.

use std::fs;
use std::path::{Path, PathBuf};

use storage::DatabaseConfig;

use crate::api::Api;
use crate::books;
use crate::people::{CLINIC, OFFICE};
use crate::ports::free_ports;
use crate::process::Process;
use crate::program::run;
use crate::wait::wait_until;

/// A role, as the command line names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// 福祉事務所
    Office,
    /// 中間サーバー等
    Hub,
    /// オンライン資格確認等システム
    Verification,
    /// 医療機関・薬局
    Institution,
    /// 住民基本台帳 (stand-in)
    Registers,
}

impl Role {
    /// All of them, in the order in which `init` makes them and a town starts them.
    pub const ALL: [Role; 5] = [
        Role::Registers,
        Role::Hub,
        Role::Verification,
        Role::Office,
        Role::Institution,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Role::Office => "office",
            Role::Hub => "hub",
            Role::Verification => "verification",
            Role::Institution => "institution",
            Role::Registers => "registers",
        }
    }

    /// Its place in what `init` writes: ports 18081 to 18085.
    fn place(self) -> u16 {
        match self {
            Role::Office => 0,
            Role::Hub => 1,
            Role::Verification => 2,
            Role::Institution => 3,
            Role::Registers => 4,
        }
    }
}

/// Which database the roles use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file each.
    Sqlite,
    /// A schema each.
    Postgres,
}

impl Kind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Sqlite => "sqlite",
            Kind::Postgres => "postgres",
        }
    }
}

/// What the program says of a panic.
pub const FAULT: &str = "プログラムの誤りです";

/// The five roles.
pub struct Town {
    folder: PathBuf,
    base: u16,
    clinic: String,
    follows_list: bool,
    databases: Vec<(Role, DatabaseConfig)>,
    running: Vec<(Role, Process)>,
    /// What the roles say in their logs, when it is not the usual.
    loudness: Option<&'static str>,
}

impl Town {
    /// Makes configurations, keys and databases. Nothing runs yet.
    ///
    /// # Panics
    /// When a command fails.
    pub fn found(name: &str, kind: Kind) -> Town {
        Town::planned(name, kind).migrated()
    }

    /// The same, under the authority of another town: each believes the other's roles.
    ///
    /// # Panics
    /// When a command fails.
    pub fn found_under(name: &str, kind: Kind, other: &Town) -> Town {
        let (pki, folder) = (other.folder.join("pki"), crate::folder(name));
        let copied = fs::create_dir_all(folder.join("pki")).and_then(|()| {
            for file in fs::read_dir(pki)? {
                let file = file?;
                fs::copy(file.path(), folder.join("pki").join(file.file_name()))?;
            }
            Ok(())
        });
        assert!(copied.is_ok(), "{copied:?}");
        Town::planned_in(folder, kind, CLINIC, false).migrated()
    }

    /// The same, with an institution of another code, and an office that follows the registers' list of them.
    ///
    /// # Panics
    /// When a command fails.
    pub fn found_with(name: &str, kind: Kind, clinic: &str) -> Town {
        Town::planned_with(name, kind, clinic, true).migrated()
    }

    fn migrated(self) -> Town {
        let town = self;
        for (role, _) in &town.databases {
            let _migrated = run(["migrate", "--config", &town.config(*role)]).ended(0);
        }
        town
    }

    /// Makes configurations and keys.
    ///
    /// # Panics
    /// When a command fails.
    pub fn planned(name: &str, kind: Kind) -> Town {
        Town::planned_with(name, kind, CLINIC, false)
    }

    fn planned_with(name: &str, kind: Kind, clinic: &str, follows_list: bool) -> Town {
        Town::planned_in(crate::folder(name), kind, clinic, follows_list)
    }

    fn planned_in(folder: PathBuf, kind: Kind, clinic: &str, follows_list: bool) -> Town {
        let mut town = Town {
            folder,
            base: free_ports(),
            clinic: clinic.to_owned(),
            follows_list,
            databases: Vec::new(),
            running: Vec::new(),
            loudness: None,
        };
        for role in Role::ALL {
            let _made = run(["init", role.name(), "--data", &town.path("")]).ended(0);
            if role != Role::Institution {
                let database = match kind {
                    Kind::Sqlite => DatabaseConfig::Sqlite {
                        path: town.folder.join(role.name()).join(format!("{}.db", role.name())),
                    },
                    Kind::Postgres => harness::postgres_database(role.name()),
                };
                town.databases.push((role, database));
            }
            town.edit(role);
        }
        town.certify_clinic();
        town
    }

    /// The institution's certificate names another one than what `init` wrote.
    fn certify_clinic(&self) {
        let (out, whom) = (
            self.path("institution/tls"),
            format!("institution:{}:terminal:desk-1", self.clinic),
        );
        for ending in ["crt", "key"] {
            let removed = fs::remove_file(format!("{out}.{ending}"));
            assert!(removed.is_ok(), "{removed:?}");
        }
        let pki = self.path("pki");
        let names = ["--name", "127.0.0.1"];
        let arguments = ["pki", "issue", "--dir", &pki, &whom, "--out", &out];
        let _issued = run(arguments.iter().chain(&names)).ended(0);
    }

    /// From now on, roles that start say everything in their logs.
    pub fn say_everything(&mut self) {
        self.loudness = Some("trace");
    }

    /// Puts our ports, database and institution into what `init` wrote.
    fn edit(&self, role: Role) {
        let path = self.config(role);
        let mut text = fs::read_to_string(&path).unwrap_or_default();
        for other in Role::ALL {
            let (usual, ours) = (18081 + other.place(), self.port(other));
            text = text.replace(&format!("127.0.0.1:{usual}"), &format!("127.0.0.1:{ours}"));
        }
        let database = self.databases.iter().find(|(of, _)| *of == role);
        let line = |line: &str| match database {
            Some((_, database)) if line.starts_with("database = ") => {
                format!("database = \"{}\"\n", database.with_password())
            }
            // Freshness is told more often than by default, so that marks are under way at most moments.
            // The clock is the real one, and the months of tests are not.
            _ if line.starts_with("mark_every_ms") => {
                "mark_every_ms = 100\nmonths_back = 1200\nmonths_ahead = 1200\n".to_owned()
            }
            _ if line.starts_with("months_") => String::new(),
            // Tests ask about nobody more often than a desk does.
            _ if line.starts_with("misses_per_hour") => "misses_per_hour = 1000000\n".to_owned(),
            _ if line.starts_with("bulk_misses_per_day") => "bulk_misses_per_day = 100000000\n".to_owned(),
            // Tests wait for real answers, also where the machine is busy; but not as long as they wait for anything.
            _ if line.starts_with("answer_within_s") => "answer_within_s = 50\n".to_owned(),
            // What `init` writes follows the list.
            _ if role == Role::Office && !self.follows_list && line.starts_with("registers = ") => {
                String::new()
            }
            _ if line.starts_with("code = ") => format!("code = \"{}\"\n", self.clinic),
            _ => format!("{line}\n"),
        };
        let text: String = text.lines().map(line).collect();
        let written = fs::write(&path, text);
        assert!(written.is_ok(), "{path}: {written:?}");
    }

    /// Where everything of this town is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A path below it, as text.
    pub fn path(&self, below: &str) -> String {
        self.folder.join(below).display().to_string()
    }

    /// A role's configuration.
    pub fn config(&self, role: Role) -> String {
        self.path(&format!("{}.toml", role.name()))
    }

    /// A role's port.
    pub fn port(&self, role: Role) -> u16 {
        self.base + role.place()
    }

    /// A role's database.
    ///
    /// # Panics
    /// For an institution, which has none.
    pub fn database(&self, role: Role) -> &DatabaseConfig {
        match self.databases.iter().find(|(of, _)| *of == role) {
            Some((_, database)) => database,
            None => panic!("{role:?} has no database"),
        }
    }

    /// All databases.
    pub fn databases(&self) -> impl Iterator<Item = &DatabaseConfig> {
        self.databases.iter().map(|(_, database)| database)
    }

    /// The site's folder that holds `req` and `res`.
    pub fn site(&self) -> PathBuf {
        self.folder.join("institution").join("OQS")
    }

    /// A role's API, spoken to as the peer that usually does.
    pub fn api(&self, role: Role) -> Api {
        let peer = match role {
            Role::Office | Role::Hub => format!("office:{OFFICE}"),
            Role::Verification => "operator".to_owned(),
            Role::Institution => format!("institution:{}", self.clinic),
            Role::Registers => "registers".to_owned(),
        };
        self.api_as(role, &peer)
    }

    /// A role's API, spoken to as somebody else.
    pub fn api_as(&self, role: Role, peer: &str) -> Api {
        Api::new(&self.folder.join("pki"), self.port(role), peer)
    }

    /// Starts a role, to die at a crash point if one is named (`NAME:N`), and waits until it answers.
    ///
    /// # Panics
    /// When it does not come up, unless it died at its crash point.
    pub fn start(&mut self, role: Role, kill_at: Option<&str>) {
        let variables = [("MADOGUCHI_KILL_AT", kill_at), ("MADOGUCHI_LOG", self.loudness)];
        let variables: Vec<(&str, &str)> = variables
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        let log = self.log(role);
        let arguments = ["serve", role.name(), "--config", &self.config(role)];
        let mut process = Process::start(role.name(), &arguments, &variables, &log);
        let api = self.api(role);
        wait_until(&format!("{} answers", role.name()), || {
            let up = api.get("/health").is_ok_and(|reply| reply.status == 200);
            let ended = process.ended().is_some();
            assert!(!ended || kill_at.is_some(), "{}", process.last_words());
            (up || ended).then_some(())
        });
        self.running.retain(|(of, _)| *of != role);
        self.running.push((role, process));
    }

    /// Starts all roles.
    pub fn start_all(&mut self) {
        for role in Role::ALL {
            self.start(role, None);
        }
    }

    /// A running role's process.
    ///
    /// # Panics
    /// When it was never started.
    pub fn process(&mut self, role: Role) -> &mut Process {
        match self.running.iter_mut().find(|(of, _)| *of == role) {
            Some((_, process)) => process,
            None => panic!("{role:?} was not started"),
        }
    }

    /// Tells all roles to stop, those that ask before those that are asked. Gives those that did not end with 0.
    pub fn stop_all(&mut self) -> Vec<String> {
        let mut wrong = Vec::new();
        for role in Role::ALL.into_iter().rev() {
            let process = self.process(role);
            let ended = process.stop();
            if ended.code() != Some(0) {
                wrong.push(format!("{ended}; {}", process.last_words()));
            }
        }
        wrong
    }

    /// The end of each role's log, for whoever waited in vain.
    pub fn last_words(&self) -> String {
        let words = Role::ALL.map(|role| {
            let text = fs::read(self.log(role)).unwrap_or_default();
            let text = String::from_utf8_lossy(&text).into_owned();
            let lines: Vec<&str> = text.lines().rev().take(8).collect();
            let lines: Vec<&str> = lines.into_iter().rev().collect();
            format!("{}:\n  {}", role.name(), lines.join("\n  "))
        });
        words.join("\n")
    }

    /// Where a role's log is.
    pub fn log(&self, role: Role) -> PathBuf {
        self.folder.join(format!("{}.log", role.name()))
    }

    /// What the roles have said of faults of ours, whatever else went well.
    pub fn panics(&self) -> Vec<String> {
        let logs = Role::ALL.map(|role| self.log(role));
        let texts = logs.iter().map(|log| fs::read(log).unwrap_or_default());
        let texts: Vec<String> = texts
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .collect();
        let lines = texts.iter().flat_map(|text| text.lines());
        lines
            .filter(|line| line.contains(FAULT) || line.contains("panicked"))
            .map(str::to_owned)
            .collect()
    }

    /// Removes what does not lie in the town's folder. Called when a test succeeded.
    pub fn leave(&self) {
        for database in self.databases() {
            books::remove(database);
        }
    }
}
