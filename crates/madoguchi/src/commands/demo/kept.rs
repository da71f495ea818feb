//! Which town a data folder holds, and how far the demo has come with it.

use std::path::PathBuf;

use domain::calendar::Date;
use env::{Env, FileError};
use serde::{Deserialize, Serialize};
use storage::DatabaseConfig;

use crate::cli::{Demo, Role};
use crate::commands::init;
use crate::outcome::Failure;

/// The longest file that is read.
const MOST: u64 = 1 << 16;

/// `DATA/demo.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    /// Which people.
    pub(super) seed: u64,
    /// How many of them receive on the day.
    pub(super) people: u64,
    /// The day.
    pub(super) date: Date,
    /// The PostgreSQL server as it was said; SQLite files when none was.
    pub(super) database: Option<String>,
    /// The first port that was said last; the usual one when none was.
    #[serde(default)]
    port: Option<u16>,
    /// Whether registers and office are filled.
    pub(super) filled: bool,
    /// How many starts made all their single decisions: the next start makes others. One that was killed does not count,
    /// and its decisions are made again, which changes nothing at those that stand already.
    pub(super) rounds: u64,
    /// How long the month's first run took until everything of it was visible, in seconds.
    pub(super) run_seconds: Option<f64>,
    /// Where it is kept.
    #[serde(skip)]
    path: PathBuf,
}

impl Kept {
    /// What the folder holds, or the town that is asked for when it holds none. Nothing is written yet.
    pub(super) async fn open(env: &Env, asked: &Demo) -> Result<Kept, Failure> {
        let data = std::path::absolute(&asked.data)?;
        let path = data.join("demo.json");
        let bytes = match env.files().read(&path, MOST).await {
            Ok(bytes) => bytes,
            Err(FileError::Missing(_)) => return Ok(Kept::new(env, asked, path)),
            Err(error) => return Err(error.into()),
        };
        let kept: Kept = serde_json::from_slice(&bytes).map_err(|_| {
            Failure::failed(format!(
                "{} は、この版の madoguchi のものではありません。",
                path.display()
            ))
            .next_step("別の --data を指定してください。")
        })?;
        if kept.is_other(asked)? {
            return Err(Failure::failed(format!(
                "フォルダ {} には、別の条件のデモが入っています（{}）。",
                data.display(),
                kept.shown()?
            ))
            .next_step(
                "続きから始めるならこれらの指定を外し、新しく始めるなら別の --data を指定してください。",
            ));
        }
        Ok(Kept {
            path,
            ..kept.going_on(asked)
        })
    }

    /// What is said now counts before what is kept.
    fn going_on(self, asked: &Demo) -> Kept {
        Kept {
            database: asked.database.clone().or(self.database),
            port: asked.port.or(self.port),
            ..self
        }
    }

    fn new(env: &Env, asked: &Demo, path: PathBuf) -> Kept {
        Kept {
            seed: asked.seed.unwrap_or(1),
            people: asked.people.unwrap_or(9_746),
            date: asked.date.unwrap_or_else(|| env.now().date()),
            database: asked.database.clone(),
            port: asked.port,
            filled: false,
            rounds: 0,
            run_seconds: None,
            path,
        }
    }

    /// Whether anything is said that is not so here.
    fn is_other(&self, asked: &Demo) -> Result<bool, Failure> {
        let elsewhere = match &asked.database {
            // A server is the same with another password.
            Some(said) => Some(shown(said)?) != self.server()?,
            None => false,
        };
        let other = [
            asked.seed.is_some_and(|seed| seed != self.seed),
            asked.people.is_some_and(|people| people != self.people),
            asked.date.is_some_and(|date| date != self.date),
            elsewhere,
        ];
        Ok(other.contains(&true))
    }

    /// The server, without its password.
    fn server(&self) -> Result<Option<String>, Failure> {
        self.database.as_deref().map(shown).transpose()
    }

    /// The options that make this demo.
    fn shown(&self) -> Result<String, Failure> {
        let Kept {
            seed, people, date, ..
        } = self;
        let place = self.server()?.unwrap_or_else(|| "SQLite".to_owned());
        Ok(format!("--seed {seed} --people {people} --date {date}、{place}"))
    }

    /// The first port; none when each role takes a free one.
    pub(super) fn first_port(&self, asked: &Demo) -> Option<u16> {
        if asked.once && asked.port.is_none() {
            return None;
        }
        Some(self.port.unwrap_or(init::usual(Role::Office).port()))
    }

    /// Whether nothing was made for it yet.
    pub(super) const fn is_new(&self) -> bool {
        !self.filled && self.rounds == 0
    }

    /// Keeps it.
    pub(super) async fn keep(&self, env: &Env) -> Result<(), Failure> {
        let text = serde_json::to_vec_pretty(self)?;
        super::fleet::write(env, &self.path, &text).await
    }
}

/// A role's schema on a PostgreSQL server as `--database` says it.
pub(super) fn schema_of(role: &str, said: &str) -> Result<DatabaseConfig, Failure> {
    match said.parse() {
        Ok(DatabaseConfig::Postgres { url, .. }) => Ok(DatabaseConfig::Postgres {
            url,
            schema: format!("madoguchi_{role}"),
        }),
        _ => Err(Failure::failed(
            "--database には postgres://… または host=… dbname=… を指定してください。",
        )),
    }
}

/// A server, without its password.
fn shown(said: &str) -> Result<String, Failure> {
    let database = schema_of("", said)?.to_string();
    let (server, _) = database.split_once(" schema=").unwrap_or((&database, ""));
    Ok(server.to_owned())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Command};

    fn demo(options: &str) -> Demo {
        let words = ["madoguchi", "demo"]
            .into_iter()
            .chain(options.split_whitespace());
        match Cli::parse_from(words).command {
            Command::Demo(asked) => asked,
            _ => panic!("{options}"),
        }
    }

    /// The first ports of starts after each other; what is kept in between is read again.
    fn ports(starts: &[&str]) -> Vec<Option<u16>> {
        // As a version kept it that knew no port.
        let old = r#"{"seed": 1, "people": 60, "date": "2026-11-25", "database": null, "filled": true,
                      "rounds": 1, "run_seconds": null}"#;
        let mut kept = old.to_owned();
        let mut start = |options: &&str| {
            let asked = demo(options);
            let now: Kept = serde_json::from_str(&kept).unwrap();
            let now = now.going_on(&asked);
            kept = serde_json::to_string(&now).unwrap();
            now.first_port(&asked)
        };
        starts.iter().map(&mut start).collect()
    }

    #[test]
    fn a_start_goes_on_with_the_port_that_was_said() {
        let usual = Some(18_081);
        assert_eq!(ports(&["", "--once"]), [usual, None]);
        let said = Some(28_081);
        assert_eq!(
            ports(&["--port 28081", "", "--once", "", "--port 18081", ""]),
            [said, said, None, said, usual, usual]
        );
    }
}
