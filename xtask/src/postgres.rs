//! One private PostgreSQL for a run of tests: a Unix socket in a folder of its own, no network.
//!
//! It is started by a shell that waits for the end of its input. That pipe is held by this process alone, so
//! the server and its folder go whenever we go, also when we are killed with SIGKILL and can tidy up nothing.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::{preflight, shell};

/// Trusting, without fsync: it holds test data for minutes. Commits stay ordered and whole.
const SCRIPT: &str = r#"
set -eu
dir=$(mktemp -d /tmp/madoguchi-postgres.XXXXXX)
server=
end() {
  trap - EXIT
  if [ -n "$server" ]; then kill -QUIT "$server" 2>/dev/null || true; wait "$server" || true; fi
  rm -rf "$dir"
}
trap end EXIT
trap 'exit 1' HUP INT TERM
"$1/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
"$1/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off -c full_page_writes=off \
  -c max_connections=200 -c shared_buffers=64MB >"$dir/log" 2>&1 </dev/null &
server=$!
until grep -q ready "$dir/data/postmaster.pid" 2>/dev/null; do
  kill -0 "$server" 2>/dev/null || { cat "$dir/log" >&2; exit 1; }
  sleep 0.05
done
echo "$dir"
cat >/dev/null
"#;

/// A running server; it ends when this is dropped.
pub(crate) struct Cluster {
    keeper: Child,
    leash: Option<ChildStdin>,
    folder: String,
}

impl Cluster {
    /// Makes and starts a server from the programs in `bin`, as an ordinary user: PostgreSQL refuses root.
    pub(crate) fn start(bin: &Path) -> Result<Self, String> {
        let mut command = as_ordinary_user();
        command.args(["sh", "-c", SCRIPT, "sh"]).arg(bin);
        // That user may not be allowed to stand where we stand.
        command
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut keeper = command
            .spawn()
            .map_err(|fault| format!("cannot start a shell for PostgreSQL: {fault}"))?;
        let leash = keeper.stdin.take();
        let mut folder = String::new();
        if let Some(out) = keeper.stdout.take() {
            BufReader::new(out)
                .read_line(&mut folder)
                .map_err(|fault| format!("PostgreSQL's shell: {fault}"))?;
        }
        let cluster = Self {
            keeper,
            leash,
            folder: folder.trim().to_owned(),
        };
        if cluster.folder.is_empty() {
            return Err("PostgreSQL did not start; its own words stand above".to_owned());
        }
        Ok(cluster)
    }

    /// How to reach it, as tests read it from `MADOGUCHI_TEST_POSTGRES`.
    pub(crate) fn address(&self) -> String {
        format!("host={} user=postgres dbname=postgres", self.folder)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.leash.take());
        if let Err(fault) = self.keeper.wait() {
            shell::say(&format!("PostgreSQL's shell: {fault}"));
        }
    }
}

/// The start of a command line that runs the rest as somebody who is not root.
fn as_ordinary_user() -> Command {
    if !preflight::is_root() {
        return Command::new("env");
    }
    let user = if shell::ask("id", &["-u", "postgres"]).is_some() {
        "postgres"
    } else {
        "nobody"
    };
    let mut command = Command::new("runuser");
    command.args(["-u", user, "--"]);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_lives_as_long_as_it_is_held() {
        let bin = preflight::postgres_folder().expect("PostgreSQL's server programs");
        let cluster = Cluster::start(&bin).expect("a server");
        let socket = Path::new(&cluster.folder).join(".s.PGSQL.5432");
        assert!(socket.exists(), "{}", cluster.address());
        // Letting go of the leash is what the kernel does when this process is killed.
        drop(cluster);
        assert!(!socket.exists());
    }

    #[test]
    fn a_server_that_cannot_start_says_so() {
        assert!(Cluster::start(Path::new("/nowhere")).is_err());
    }
}
