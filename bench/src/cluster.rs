//! A private PostgreSQL cluster for the run. Unlike the tests' it flushes: what is measured must be durable.

use std::path::{Path, PathBuf};
use std::process::Command;

use harness::attendant::Attendant;
use tokio_postgres::NoTls;

use crate::cpu::{self, Whose};
use crate::{Fault, say};

/// What to do when there is no PostgreSQL.
pub(crate) const INSTALL: &str =
    "`apt-get install postgresql` (its programs are looked for on PATH and in /usr/lib/postgresql/*/bin)";

/// Makes a cluster in `$2` with the programs in `$1`, reachable by a socket in `$2` only.
const START: &str = r#"
fail() { echo "$1 failed:"; tail -n 20 "$2"; rm -rf "$3"; exit 1; }
"$1/initdb" -D "$2/data" -U madoguchi -A trust -E UTF8 --locale=C --no-sync >"$2/log" 2>&1 </dev/null \
    || fail initdb "$2/log" "$2"
"$1/pg_ctl" -D "$2/data" -l "$2/log" -w -t 120 \
    -o "-c listen_addresses='' -c unix_socket_directories='$2' -c max_connections=120 -c shared_buffers=256MB" \
    start >"$2/start" 2>&1 </dev/null || fail pg_ctl "$2/log" "$2""#;

const STOP: &str = r#""$1/pg_ctl" -D "$2/data" -m immediate stop >/dev/null 2>&1; rm -rf "$2""#;

/// A running cluster; it ends with this process, however that ends.
pub(crate) struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    postmaster: u32,
    _attendant: Attendant,
}

impl Cluster {
    /// Makes and starts one.
    pub(crate) async fn start() -> Result<Cluster, Fault> {
        say("starting a private PostgreSQL");
        let programs = programs().ok_or_else(|| format!("PostgreSQL 15 or newer is needed: {INSTALL}"))?;
        let user = ordinary_user();
        let folder = tempfile::Builder::new().prefix("madoguchi-pg-").tempdir()?.keep();
        if let Some(user) = user {
            Command::new("chown").arg(user).arg(&folder).status()?;
        }
        let attendant = Attendant::start(user, START, STOP, &[&programs, &folder])?;
        let mut cluster = Cluster {
            programs,
            folder,
            postmaster: 0,
            _attendant: attendant,
        };
        let backend: i32 = cluster.ask("SELECT pg_backend_pid()", |row| row.get(0)).await?;
        cluster.postmaster = cpu::parent(u32::try_from(backend)?)?;
        Ok(cluster)
    }

    /// Its address, without a schema.
    pub(crate) fn url(&self) -> String {
        format!("host={} user=madoguchi dbname=postgres", self.folder.display())
    }

    /// The folder of its socket.
    pub(crate) fn socket(&self) -> &Path {
        &self.folder
    }

    /// One of PostgreSQL's own programs, when it is installed.
    pub(crate) fn program(&self, name: &str) -> Option<PathBuf> {
        let beside = self.programs.join(name);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let on_path = std::env::split_paths(&path).map(|folder| folder.join(name));
        std::iter::once(beside).chain(on_path).find(|file| file.is_file())
    }

    /// All its processes, for their processor time.
    pub(crate) fn processes(&self) -> Whose {
        Whose::Cluster(self.postmaster)
    }

    /// Its version.
    pub(crate) async fn version(&self) -> Result<String, Fault> {
        let sql = "SELECT current_setting('server_version') || ', fsync ' || current_setting('fsync') \
                   || ', shared_buffers ' || current_setting('shared_buffers')";
        self.ask(sql, |row| row.get(0)).await
    }

    /// What a schema takes on disk, indices included; 0 when it does not exist.
    pub(crate) async fn size_of(&self, schema: &str) -> Result<u64, Fault> {
        let sql = format!(
            "SELECT COALESCE(SUM(pg_total_relation_size(c.oid)), 0)::BIGINT FROM pg_class c \
             JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '{schema}' AND c.relkind = 'r'"
        );
        let bytes: i64 = self.ask(&sql, |row| row.get(0)).await?;
        Ok(u64::try_from(bytes)?)
    }

    /// What autovacuum does in a quiet minute after a load, done now, so that it does not fall into a round.
    pub(crate) async fn tidy(&self) -> Result<(), Fault> {
        for sql in ["VACUUM (ANALYZE)", "CHECKPOINT"] {
            self.run(sql).await?;
        }
        Ok(())
    }

    async fn run(&self, sql: &str) -> Result<(), Fault> {
        let (client, connection) = tokio_postgres::connect(&self.url(), NoTls).await?;
        let _driver = harness::real_env().spawn("bench's own connection", async move {
            let _ended = connection.await;
        });
        Ok(client.batch_execute(sql).await?)
    }

    async fn ask<T>(&self, sql: &str, read: impl Fn(&tokio_postgres::Row) -> T) -> Result<T, Fault> {
        let (client, connection) = tokio_postgres::connect(&self.url(), NoTls).await?;
        let _driver = harness::real_env().spawn("bench's own connection", async move {
            let _ended = connection.await;
        });
        Ok(read(&client.query_one(sql, &[]).await?))
    }
}

/// The folder with the server's programs: the newest one that is installed.
fn programs() -> Option<PathBuf> {
    let installed = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut installed: Vec<_> = installed.map(|version| version.path()).collect();
    installed.sort_by_key(|folder| {
        let name = folder.file_name().and_then(|name| name.to_str());
        std::cmp::Reverse(name.and_then(|name| name.parse::<u32>().ok()))
    });
    let path = std::env::var_os("PATH").unwrap_or_default();
    let installed = installed.into_iter().map(|folder| folder.join("bin"));
    installed
        .chain(std::env::split_paths(&path))
        .find(|bin| bin.join("initdb").is_file() && bin.join("pg_ctl").is_file())
}

/// The user to run the server as when we are root, which PostgreSQL refuses.
fn ordinary_user() -> Option<&'static str> {
    let id = |arguments: &[&str]| Command::new("id").args(arguments).output().ok();
    let me = id(&["-u"])?;
    if me.stdout.trim_ascii() != b"0" {
        return None;
    }
    let known = |user: &&str| id(&["-u", user]).is_some_and(|output| output.status.success());
    ["postgres", "nobody"].into_iter().find(known)
}
