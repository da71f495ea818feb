//! `pgbench -S`: PostgreSQL's own way to say how fast it looks up one row by its key.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::cluster::Cluster;
use crate::load::Measured;
use crate::{Fault, say};

/// A million accounts.
const SCALE: &str = "10";
/// Look-ups for each inquiry: they are short, and connecting must not show.
const MORE: u64 = 5;

/// An initialised pgbench.
pub(crate) struct Pgbench {
    program: PathBuf,
}

impl Pgbench {
    /// Fills its tables; nothing when it is not installed.
    pub(crate) fn prepare(cluster: &Cluster) -> Result<Option<Pgbench>, Fault> {
        let Some(program) = cluster.program("pgbench") else {
            return Ok(None);
        };
        say("filling pgbench's tables");
        let pgbench = Pgbench { program };
        pgbench.call(cluster, &["-i", "-q", "-s", SCALE])?;
        pgbench.measure(cluster, 8, 8_000)?;
        Ok(Some(pgbench))
    }

    /// Look-ups over so many connections, for so many inquiries in another line. Its process is the client;
    /// what the server used is the cluster's.
    pub(crate) fn measure(
        &self,
        cluster: &Cluster,
        connections: u64,
        inquiries: u64,
    ) -> Result<Measured, Fault> {
        let each = (MORE * inquiries).div_ceil(connections);
        let (clients, each) = (connections.to_string(), each.to_string());
        let threads = connections.min(2).to_string();
        let before = cluster.processes().used()?;
        let said = self.call(
            cluster,
            &[
                "-S", "-n", "-M", "prepared", "-c", &clients, "-j", &threads, "-t", &each,
            ],
        )?;
        let used = cluster.processes().used()?.saturating_sub(before);
        let tps: f64 = said
            .lines()
            .find_map(|line| {
                line.strip_prefix("tps = ")?
                    .split_whitespace()
                    .next()?
                    .parse()
                    .ok()
            })
            .ok_or("pgbench told no tps")?;
        let requests = each.parse::<u64>()? * connections;
        // Connecting is not in its tps.
        let seconds = f64::from(u32::try_from(requests)?) / tps;
        Ok(Measured {
            requests,
            wall: Duration::from_secs_f64(seconds),
            own: Duration::ZERO,
            database: Some(used),
            generator: Duration::ZERO,
            times: Vec::new(),
            answer: 0,
        })
    }

    fn call(&self, cluster: &Cluster, arguments: &[&str]) -> Result<String, Fault> {
        let mut command = Command::new(&self.program);
        command.arg("-h").arg(cluster.socket()).args(["-U", "madoguchi"]);
        let output = command.args(arguments).arg("postgres").output()?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(format!("pgbench: {}", String::from_utf8_lossy(&output.stderr)).into())
        }
    }
}
