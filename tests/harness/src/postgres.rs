//! A private PostgreSQL cluster for the test process.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tokio_postgres::NoTls;

use crate::attendant::Attendant;

/// What to do when there is no PostgreSQL.
const INSTALL: &str = "these tests need PostgreSQL 15 or newer: `apt-get install postgresql` \
    (its initdb and pg_ctl are looked for on PATH and in /usr/lib/postgresql/*/bin), \
    or set MADOGUCHI_TEST_POSTGRES to the address of a server";

/// Makes a cluster in `$2` with the programs in `$1`, reachable by a socket in `$2` only. It need not survive a
/// crash of the machine, so it does not flush.
const START: &str = r#"
fail() { echo "$1 failed:"; tail -n 20 "$2"; rm -rf "$3"; exit 1; }
"$1/initdb" -D "$2/data" -U madoguchi -A trust -E UTF8 --locale=C --no-sync >"$2/log" 2>&1 </dev/null \
    || fail initdb "$2/log" "$2"
"$1/pg_ctl" -D "$2/data" -l "$2/log" -w -t 120 \
    -o "-c listen_addresses='' -c unix_socket_directories='$2' -c max_connections=200 -c fsync=off -c full_page_writes=off" \
    start >"$2/start" 2>&1 </dev/null || fail pg_ctl "$2/log" "$2""#;

const STOP: &str = r#""$1/pg_ctl" -D "$2/data" -m immediate stop >/dev/null 2>&1; rm -rf "$2""#;

/// The PostgreSQL server that this process's tests use.
pub struct Postgres {
    url: String,
    _attendant: Option<Attendant>,
}

impl Postgres {
    /// The server: started when the first test asks, stopped when the process ends.
    ///
    /// # Panics
    /// When there is none, with what to install.
    pub fn shared() -> &'static Postgres {
        static SHARED: OnceLock<Result<Postgres, String>> = OnceLock::new();
        let started = SHARED.get_or_init(|| match std::env::var("MADOGUCHI_TEST_POSTGRES") {
            Ok(url) if !url.is_empty() => Ok(Postgres {
                url,
                _attendant: None,
            }),
            _ => Postgres::start().map_err(|reason| format!("{reason}\n{INSTALL}")),
        });
        crate::must("PostgreSQL", started.as_ref())
    }

    /// Its address, without a schema.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A connection for what a test does beside the store, such as killing its connections.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn connect(&self) -> tokio_postgres::Client {
        let connected = tokio_postgres::connect(&self.url, NoTls).await;
        let (client, connection) = crate::must("PostgreSQL", connected);
        crate::real_env().spawn("test's own connection", async move {
            // It ends with the client; an error has reached the client too.
            let _ended = connection.await;
        });
        client
    }

    fn start() -> Result<Postgres, String> {
        let programs = programs().ok_or("initdb was not found")?;
        let user = ordinary_user()?;
        let folder = tempfile::Builder::new().prefix("madoguchi-pg-").tempdir();
        let folder = folder
            .map_err(|error| format!("a temporary folder: {error}"))?
            .keep();
        if let Some(user) = user {
            run("chown", &[user.as_ref(), folder.as_ref()])?;
        }
        let attendant = Attendant::start(user, START, STOP, &[&programs, &folder])?;
        let url = format!("host={} user=madoguchi dbname=postgres", folder.display());
        Ok(Postgres {
            url,
            _attendant: Some(attendant),
        })
    }
}

/// The folder with the server's programs: the newest one that is installed.
fn programs() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let installed = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut installed: Vec<_> = installed.map(|version| version.path().join("bin")).collect();
    installed.sort_by_key(|bin| {
        let version = bin
            .parent()
            .and_then(Path::file_name)
            .and_then(|name| name.to_str());
        std::cmp::Reverse(version.and_then(|number| number.parse::<u32>().ok()))
    });
    let candidates = installed.into_iter().chain(on_path.unwrap_or_default());
    candidates
        .into_iter()
        .find(|bin| bin.join("initdb").is_file() && bin.join("pg_ctl").is_file())
}

/// The user to run the server as: PostgreSQL refuses root. `None` is ourselves.
fn ordinary_user() -> Result<Option<&'static str>, String> {
    if run("id", &["-u".as_ref()])?.trim() != "0" {
        return Ok(None);
    }
    let known = ["postgres", "nobody"]
        .into_iter()
        .find(|user| run("id", &[user.as_ref()]).is_ok());
    known
        .map(Some)
        .ok_or_else(|| "we are root, and there is no user postgres or nobody".into())
}

fn run(program: &str, arguments: &[&std::ffi::OsStr]) -> Result<String, String> {
    let output = Command::new(program).args(arguments).output();
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}
