//! What a role costs when nobody asks: how long it takes to start, what it keeps in memory, what a person takes on disk.

use std::path::Path;
use std::time::Duration;

use env::Env;

use crate::Fault;
use crate::child::Server;
use crate::cluster::Cluster;
use crate::fleet::Fleet;
use crate::options::Database;

/// How long a role has been left alone when its memory is read.
const ALONE: Duration = Duration::from_secs(2);

/// One role of a fleet.
pub(crate) struct Standing {
    pub(crate) database: Database,
    pub(crate) role: &'static str,
    /// From starting the process to its address on standard output.
    pub(crate) started: Duration,
    /// Resident memory (VmRSS), in KiB, of the process left alone.
    pub(crate) idle_kib: u64,
    /// What its database takes on disk, write-ahead log included for SQLite.
    pub(crate) disk: u64,
}

/// Looks at a fleet that has just been started on filled databases.
pub(crate) async fn measure(
    env: &Env,
    data: &Path,
    fleet: &Fleet,
    cluster: Option<&Cluster>,
) -> Result<Vec<Standing>, Fault> {
    env.sleep(ALONE).await;
    let mut all = Vec::new();
    for (role, server) in fleet.roles() {
        let disk = match (fleet.database, cluster) {
            (Database::Postgres, Some(cluster)) => cluster.size_of(&format!("bench_{role}")).await?,
            _ => files(&data.join(fleet.database.name()), role)?,
        };
        all.push(Standing {
            database: fleet.database,
            role,
            started: server.started(),
            idle_kib: resident(server)?,
            disk,
        });
    }
    Ok(all)
}

/// The bytes of a role's SQLite files; nothing for a role without a database.
fn files(folder: &Path, role: &str) -> Result<u64, Fault> {
    let mut bytes = 0;
    for name in [format!("{role}.db"), format!("{role}.db-wal")] {
        match std::fs::metadata(folder.join(name)) {
            Ok(file) => bytes += file.len(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(bytes)
}

fn resident(server: &Server) -> Result<u64, Fault> {
    let path = format!("/proc/{}/status", server.pid());
    let text = std::fs::read_to_string(&path)?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse().ok());
    kib.ok_or_else(|| format!("{path}: no VmRSS").into())
}
